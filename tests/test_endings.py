"""The rules of endings: which words are a whole request, which want more, and which do not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.listen.endings import asks, ending

FINISHED = """
What time is it?|What's the weather like?|What's the weather in Amsterdam?|Who's there?
Who wrote the Lord of the Rings?|What is two plus two?|How many people live in Berlin?
Is it going to rain tomorrow?|Do you like music?|Can you help me?|What do you think?|How are you?
Where are you?|How old are you?|What do you see?|What's on my calendar?|Why is the sky blue?
Set a timer for 10 minutes.|Set a 10 minute timer.|Set an alarm for 7 o'clock.|Cancel the timer.
Set a timer for ten minutes|Turn on the lights.|Turn the light on.|Turn it off, please.
Turn off the lights. Thank you.|Turn off the lights. Please.|Tell me a joke.|Take a picture.
Play some music by Miles Davis.|Remind me to call my mother.|Wake me up at 7 tomorrow.
Remind me at nine to take out the trash.|Add milk and eggs to the shopping list.|Describe the room.
Hey Jarvis, what time is it?|Well, um, stop the music.|Yeah, what's the time?
Yes.|No.|Stop.|Thanks.|Thank you.|Never mind.|Okay!|Yes, please.|No, thank you.|I don't think so.
"""
UNFINISHED = """
Set a timer for|Set a timer.|Set a timer for 10.|Set a timer four|Remind me to|Remind me too.
Remind me.|Remind me tomorrow.|Remind me tomorrow at nine to|Wake me up at.|Wake me.
What's the weather in?|What's the|What is?|What is the...|What time is|What time?|How much is
How many people live in?|How many eggs?|Who wrote?|Who is the|How do you say?|What did you
Can you tell me?|Could you please?|Do you know?|Hey Jarvis, can you?|Yeah, can you please tell me?
Is there?|Are there any|Add.|Add milk and|Add milk in.|Turn on the|Turn on.|Play some music by
Tell me.|Tell me about|Translate good morning into.|My sister's|The|I want|I need a|I'd like
I would like to know if|I would like to know it.|I need a recipe for|The quick brown fox, um
um|Because|And|and then|Please.|Hey Jarvis.|I went to the shop,|I was thinking -|I was thinking—
Turn off the lights. And then|Turn off the lights. Please, um
Could you explain to me how?|Show me where.|It was and it's like...|What's the weather for my…
"""
UNKNOWN = """
I want a triple shot.|Banana.|Tomorrow.|Amsterdam.|10 minutes.|In front.|When?|It was new to me.
What is this for?|Where is he from?|What are you looking at?|I know where it is.
Can you tell me how far away the moon is?|Tell me who she is.|Ladies and gentlemen.|...?
"""


def rows(table: str) -> list[str]:
    """The texts of a table."""
    return [text for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", rows(FINISHED))
def test_a_whole_question_command_or_answer_is_finished(text: str) -> None:
    """It begins like a request, is long enough, and nothing at its end wants more."""
    assert ending(text, "en") == "finished"


@pytest.mark.parametrize("text", rows(UNFINISHED))
def test_what_wants_more_is_unfinished(text: str) -> None:
    """By its last word, by a mark that stays up, or as an opening without its slot.

    Whisper's own "." and "?" on half a sentence do not change that.
    """
    assert ending(text, "en") == "unfinished"


@pytest.mark.parametrize("text", [*rows(UNKNOWN), "", "   ", "?"])
def test_what_words_cannot_tell_is_unknown(text: str) -> None:
    """A statement, a word that may answer a question, a clause that may end in a preposition."""
    assert ending(text, "en") == "unknown"


@pytest.mark.parametrize(
    ("language", "more", "open_end", "answer"),
    [
        ("de", "Erinnere mich an die", "Mach das Licht an.", "Ja."),
        ("fr", "Rappelle-moi de", "Quelle heure est-il ?", "Oui."),
        ("es", "Pon un temporizador para", "¿Qué hora es?", "Sí."),
        ("it", "Metti un timer per", "Che ore sono?", "No."),
        ("pt", "Põe um temporizador para", "Que horas são?", "Sim."),
        ("nl", "Herinner me aan de", "Doe het licht aan.", "Ja."),
        ("id", "Ingatkan saya untuk", "Jam berapa sekarang?", "Ya."),
    ],
)
def test_other_languages_know_their_function_words(
    language: str, more: str, open_end: str, answer: str
) -> None:
    """What may end a request is no function word there: "Mach das Licht an", "Che ore sono"."""
    assert ending(more, language) == "unfinished"
    assert ending(open_end, language) == "unknown"
    assert ending(answer, language) == "finished"


def test_a_language_without_a_list_only_knows_the_marks() -> None:
    """Polish is none of the eight."""
    assert ending("Ustaw minutnik na", "pl") == "unknown"
    assert ending("Ustaw minutnik na...", "pl") == "unfinished"


@given(st.text(), st.sampled_from(["en", "de", "fr", "es", "it", "pt", "nl", "id", "pl", ""]))
def test_any_text_has_an_ending(text: str, language: str) -> None:
    """Nothing that a model writes makes it fail."""
    assert ending(text, language) in {"finished", "unknown", "unfinished"}


@given(st.sampled_from(rows(FINISHED)), st.sampled_from([" um", " and", " because the", "..."]))
def test_going_on_makes_anything_unfinished(text: str, more: str) -> None:
    """Whatever was said before it."""
    assert ending(text.rstrip(".?!") + more, "en") == "unfinished"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Why is the sky blue?", "en", True),
        ("Who wrote Romeo and Juliet?", "en", True),
        ("Hey, what's the weather in Jakarta?", "en", True),
        ("Can you tell me a short story?", "en", True),
        ("Thank you. How far away is the moon?", "en", True),
        ("Tell me something.", "en", False),
        ("Please tell me a story.", "en", False),
        ("What is the name?", "en", False),
        ("What is the difference?", "en", False),
        ("Can I have a dark roast cappuccino?", "en", False),
        ("Could we please get a taxi?", "en", False),
        ("Can I have", "en", False),
        ("Can I haveli?", "en", True),
        ("When I boil an egg.", "en", True),
        ("", "en", False),
        ("Erz\u00e4hl mir etwas.", "de", True),
    ],
)
def test_a_question_by_itself_seldom_goes_on(text: str, language: str, *, expected: bool) -> None:
    """An order may, and so may a question for what belongs to something."""
    assert asks(text, language) is expected
