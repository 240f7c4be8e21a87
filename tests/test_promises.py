"""The promise check: what claims a deed that was not done is kept back, and nothing else is."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.speak.clauses import Clauses
from assistant.think.promises import Promises, did_not_happen

CLAIMS = """
I've set a timer for ten minutes.
I have set your alarm for seven.
I set a timer for ten minutes.
I\u2019ve added milk to your shopping list.
I've just added it.
I've also turned off the kitchen light.
I have now scheduled the reminder.
I've gone ahead and cancelled your alarm.
I went ahead and added eggs to the list.
I just added bread and butter.
I've successfully deleted the note.
I deleted the note.
I cancelled all your timers.
I've canceled it.
I turned the lights off.
I've turned the volume down.
I switched off the lamp.
I've saved that as a note.
I've made a note of that.
I've written that down.
I've paused the pasta timer.
I started a timer for you.
I've started it.
I've sent the message to Anna.
I've muted the microphone.
I've booked a table for two.
We've added that to the calendar.
I'll remind you at five to call mom.
I will wake you at seven.
I'm setting a timer for ten minutes.
I'm now turning off the lights.
Done.
Done!
All done!
**Done!** Enjoy your tea.
Okay, done.
Okay. Done.
Done — enjoy your pasta.
All set!
You're all set.
You\u2019re all set.
It's done.
That's done.
That's taken care of.
It's been added to your list.
It's set for seven.
It has been cancelled.
It's on your shopping list.
Consider it done.
Your alarm is set for seven.
Your alarm's set for seven tomorrow.
Your 7 a.m. alarm is set.
Your ten minute timer has been set.
Your timer is running.
Your timer is now running.
The pasta timer is set for ten minutes.
The kitchen lights are off now, and the heating is turned off.
The lights are turned off.
The reminder to call your mother is set.
The reminder has been created.
A timer for ten minutes has been started.
A new note has been saved.
Both timers have been cancelled.
All your alarms have been deleted.
Two timers are now running.
Timer set for ten minutes.
Ten minute timer? Timer started!
Alarm set for seven.
Reminder set.
Ten minutes, starting now.
Added milk to your shopping list.
Added.
Added it!
Cancelled the timer.
Sure! I've set a timer for ten minutes.
Sure thing, I've set it.
Of course. Your alarm is set for seven.
No problem. I've removed eggs from the list.
Okay I've set it.
Great news: I've ordered it.
As you asked, I've set the timer.
Sorry about that, and I've deleted the alarm.
It is sunny today. I've also set your alarm.
Milk has been added to your shopping list.
Milk and eggs are now on your shopping list.
Milk was added to your shopping list.
""".strip().splitlines()

OTHERS = """
You said you wanted a timer.
You said I set a timer.
You told me that I've set a timer.
The sun has set.
The sun has set, so it is dark.
Timers are set by voice.
The timers are set by voice.
An alarm is set with the words "set an alarm".
A timer is started by saying "start".
I can set a timer.
I can set a timer for you if you like.
I could add milk to your list.
Shall I set it?
Should I set an alarm for seven?
Do you want me to add it?
Would you like me to set a timer?
I would set a timer.
I'd be happy to set a timer.
I'll set a timer.
I will add that to the list.
I'll check.
I'm not able to set timers.
I cannot set alarms.
I can't do that yet.
I have not set a timer.
I haven't set any timer.
I haven't added it yet.
I did not add it.
I've never set an alarm.
No timer has been set.
No alarms are set.
Your alarm is not set.
Your timer isn't running.
You have no alarms.
You have three timers.
You have two timers running.
You've set two alarms.
If I set a timer, it rings here.
When I set a timer, it rings until you stop it.
Once I've added it, I will tell you.
Once you confirm, your alarm is set for seven.
If you say so, I've set it in no time.
Tell me when you're done.
When you are done, say stop.
Have you set the table?
The table is set for four.
The film is set in Paris.
It is set in the eighteenth century.
It's set in Rome, and it is sad.
He has added sugar to the tea.
They have cancelled the match.
The match was cancelled.
The bridge has been closed since May.
The shop is closed.
The concert has been moved to Friday.
Added sugar is bad for your teeth.
Saved by the bell.
Well done!
Well done, you have set a record.
I've got it.
I've heard that before.
I've been thinking about it.
I've found three recipes.
I've changed my mind.
I've put together a few ideas.
I've created a short story for you.
I've added some examples to my answer.
I have a note for you.
I think so.
I see that the light is on.
I set great store by punctuality.
I made a mistake.
I started to wonder about that.
"I've set a timer," said the robot.
She said: "I have set the alarm."
You could say "I've set it" and smile.
It is twenty degrees and sunny.
It's a timer.
It's four o'clock.
The capital of Australia is Canberra.
A timer counts down, an alarm rings at a time.
The light is on.
The alarm rings at seven.
A set is a collection of things.
Set the oven to two hundred degrees.
Add the milk and stir.
Start with the eggs.
That was fun.
That's right.
You're welcome.
All of them are red.
One is enough.
I'm done talking about it.
Did I set it wrong, you ask?
You asked whether I've set it.
Your alarm is set for seven?
""".strip().splitlines()

BASIC = {
    "de": (
        ["Ich habe den Timer gestellt.", "Erledigt.", "Dein Wecker ist auf sieben Uhr gestellt."],
        ["Ich habe keine Ahnung.", "Soll ich den Timer stellen?", "Ich kann einen Timer stellen."],
    ),
    "es": (
        ["He puesto un temporizador.", "Hecho.", "Tu alarma está puesta a las siete."],
        ["He leído eso.", "¿Pongo la alarma?", "Puedo poner un temporizador."],
    ),
    "fr": (
        ["J'ai réglé le minuteur.", "C'est fait.", "Votre alarme est réglée à sept heures."],
        ["J'ai compris.", "Voulez-vous une alarme ?", "Je peux régler un minuteur."],
    ),
    "id": (
        ["Saya sudah menambahkan susu.", "Selesai.", "Alarm sudah dipasang untuk jam tujuh."],
        ["Saya bisa memasang alarm.", "Mau saya pasang?", "Saya tidak tahu."],
    ),
    "it": (
        ["Ho impostato un timer.", "Fatto.", "La sveglia è impostata alle sette."],
        ["Ho capito.", "Vuoi una sveglia?", "Posso impostare un timer."],
    ),
    "nl": (
        ["Ik heb een timer gezet.", "Klaar.", "Je wekker is ingesteld op zeven uur."],
        ["Ik heb geen idee.", "Zal ik een timer zetten?", "Ik kan een timer zetten."],
    ),
    "pt": (
        ["Adicionei leite à lista.", "Feito.", "O alarme está definido para as sete."],
        ["Eu posso definir um alarme.", "Quer um alarme?", "O leite é branco."],
    ),
}
REQUEST = "Set a timer for ten minutes."


def watched(
    pieces: list[str], request: str = REQUEST, language: str = "en", **facts: bool
) -> tuple[str, str, Promises]:
    """What passes of these pieces; the same as the mouth gets it; and the check itself."""
    promises = Promises(request, language)
    known = {"acted": False, "read": False, "acted_before": False, **facts}
    promises.begin_round(**known)
    passed = aloud = ""
    for piece in pieces:
        text, breath = promises.push(piece)
        passed, aloud = passed + text, aloud + text + breath
    rest = promises.flush()
    return passed + rest, aloud + rest, promises


@pytest.mark.parametrize("reply", CLAIMS)
def test_a_claim_is_kept_back(reply: str) -> None:
    """Where nothing was done, it is found, and nothing of it passes but a subject."""
    passed, _, promises = watched([reply])
    assert promises.claim is not None
    assert passed + promises.claim == reply


@pytest.mark.parametrize("reply", OTHERS)
def test_what_claims_nothing_passes(reply: str) -> None:
    """Offers, questions, denials, quotations, facts and conditions."""
    passed, _, promises = watched([reply])
    assert promises.claim is None
    assert passed == reply


@pytest.mark.parametrize("language", BASIC)
def test_other_languages_have_their_usual_claims(language: str) -> None:
    """A few of each."""
    claims, others = BASIC[language]
    for reply in claims:
        assert watched([reply], "…", language)[2].claim is not None, reply
    for reply in others:
        assert watched([reply], "…", language)[0] == reply


def test_a_language_without_rules_is_left_alone() -> None:
    """What nobody can judge passes."""
    assert watched(["Jag har ställt en timer."], "…", "sv")[0] == "Jag har ställt en timer."


@pytest.mark.parametrize("reply", CLAIMS)
def test_what_was_done_may_be_claimed(reply: str) -> None:
    """Nothing is looked at in a turn in which something was done."""
    passed, _, promises = watched([reply], acted=True)
    assert (passed, promises.claim) == (reply, None)


TOLD = ["I set it earlier.", "I've already added milk.", "I added that yesterday."]


@pytest.mark.parametrize("reply", TOLD)
def test_what_was_done_before_may_be_told(reply: str) -> None:
    """A deed of an earlier turn, where there was one."""
    assert watched([reply], acted_before=True)[0] == reply
    assert watched([reply], acted_before=False)[2].claim is not None


@pytest.mark.parametrize("facts", [{"read": True}, {"acted_before": True}])
def test_the_answer_to_a_question_may_tell_of_deeds(facts: dict[str, bool]) -> None:
    """Where "When is my alarm?" was looked up, or set before; an order is no such question."""
    reply = "Your alarm is set for seven."
    assert watched([reply], "When is my alarm?", "en", **facts)[0] == reply
    assert watched([reply], "Wake me at seven.", "en", **facts)[2].claim == reply
    assert watched([reply], "When is my alarm?")[2].claim == reply


def test_what_comes_before_a_claim_passes() -> None:
    """The sentences before it are said, and what comes after it is not."""
    passed, _, promises = watched(["It is late. I've set an alarm. Good night."])
    assert passed == "It is late. "
    assert promises.claim == "I've set an alarm. Good night."


def test_a_claim_within_a_clause_is_known_to_be_torn() -> None:
    """Its subject has passed, so that the sentence needs another end."""
    assert watched(["Milk has been added to your list."])[2].torn
    assert not watched(["I've added milk to your list."])[2].torn


@given(st.sampled_from(CLAIMS + OTHERS), st.lists(st.integers(1, 60), max_size=12))
def test_cuts_change_nothing(reply: str, places: list[int]) -> None:
    """However a reply arrives, the same passes, and the mouth cuts the same clauses of it."""
    places = sorted({0, *(place for place in places if place < len(reply)), len(reply)})
    pieces = [reply[a:b] for a, b in pairwise(places)]
    whole, aloud, promises = watched([reply])
    cut = watched(pieces)
    assert (cut[0], cut[2].claim) == (whole, promises.claim)
    assert clauses(cut[1]) == clauses(aloud)


STORY = (
    "In the morning, the weather is fine. The sun has set at nine, and I think so too! It was "
    "late. Your friends are here; the door, however, is open. I like it. All is well. The end: a "
    "timer is a thing. Yes, it is. Is it? It is. Dr. Smith is here. The 7.30 train is late."
)


LONG = (
    "The river that runs through the old town has its source high up in the mountains where snow "
    "lies until the beginning of the summer and it flows into the sea near the harbour."
)


@pytest.mark.parametrize("reply", [STORY, LONG])
def test_the_mouth_need_not_wait_for_it(reply: str) -> None:
    """With each letter, the mouth has as many clauses as it had without the check."""
    promises = Promises(REQUEST, "en")
    promises.begin_round(acted=False, read=False, acted_before=False)
    checked, plain = Clauses(), Clauses()
    have: list[str] = []
    want: list[str] = []
    for letter in reply:
        text, breath = promises.push(letter)
        have += checked.push(text + breath)
        want += plain.push(letter)
        assert have == want
    assert have + checked.push(promises.flush()) + checked.flush() == want + plain.flush()


def test_a_long_reply_costs_next_to_nothing() -> None:
    """Three hundred words, word by word; the best of some runs, for the machine may be busy."""
    words = [f"{word} " for word in (STORY * 7).split()[:300]]

    def run() -> float:
        promises = Promises(REQUEST, "en")
        promises.begin_round(acted=False, read=False, acted_before=False)
        began = time.perf_counter()
        for word in words:
            promises.push(word)
        return time.perf_counter() - began

    assert min(run() for _ in range(20)) < 0.005  # 0.001 s on the machine it was written on


@pytest.mark.parametrize("language", ["en", *BASIC, "sv"])
def test_there_is_a_sentence_for_what_did_not_happen(language: str) -> None:
    """And it claims nothing itself."""
    sentence = did_not_happen(language)
    assert watched([sentence], "…", language)[0] == sentence


def clauses(text: str) -> list[str]:
    """As the mouth cuts it."""
    splitter = Clauses()
    return splitter.push(text) + splitter.flush()
