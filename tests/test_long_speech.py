"""Speech longer than the cap: its beginning is answered, nothing is said over its rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gateway_server import Refusal, Reply
from household import household, television

from assistant.audio.pcm import Pcm
from assistant.config import EndpointConfig
from assistant.events import Failed, Heard, SpeechBegan, TurnEnded
from assistant.messages import Assistant, User
from assistant.orders import Mute, Unmute
from assistant.sentences import only_beginning_heard
from assistant.speak.spoken_text import spoken_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

CAP = EndpointConfig(max_utterance_s=2)
ONLY = "I only heard the first 2 seconds."
ANSWER = "Very old."


async def test_its_beginning_is_answered_and_its_rest_is_no_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """One turn, begun with the sentence that says how much was heard; the next one is as ever."""
    long = "How old is the moon and who has walked on it and how big is it just now?"
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply(ANSWER), Reply("Four."))
        sound = say(long)
        await home.air.say(sound.cut(0, sound.seconds - 0.4))
        assert home.speaker.queued_s == 0  # it has waited for the end of the speech
        await home.until(TurnEnded)
        assert home.said == [f"{ONLY} {ANSWER}"]
        assert "moon" in home.asked[0].lower()
        assert "just now" not in home.asked[0].lower()
        assert len(home.of(SpeechBegan)) == 1
        await home.air.say(say("What is two and two?"))
        await home.until(TurnEnded, 2)
    assert home.said[1] == "Four."
    _, *kept = home.history.messages()
    assert [type(message) for message in kept] == [User, Assistant] * 2
    assert ANSWER in kept[1].text
    assert ONLY not in kept[1].text


async def test_a_failure_after_the_sentence_is_said_too(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Both are heard, and neither is remembered."""
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Refusal(500, "Oops", "server_error"))
        await home.air.say(television(say, 3))
        await home.until(TurnEnded)
        (failed,) = home.of(Failed)
    assert home.said[0].startswith(ONLY)
    assert len(home.said[0]) > len(ONLY)
    assert failed.kind == "server-error"
    assert len(home.history.messages()) == 1


async def test_spoken_over_the_history_keeps_what_was_heard_of_the_answer(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The words of the sentence before it are not counted as the answer's."""
    counted = " ".join(["one two three four five six seven eight nine ten"] * 5)
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply(f"{counted}."), Reply(ANSWER))
        home.air.put(television(say, 3))
        await home.sounding(4.0)
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, 2)
    said = home.said[0].removeprefix(ONLY).split()
    kept = home.history.messages()[2].text.split("…")[0].split()
    assert 0 < len(kept) < 50
    assert kept == said


async def test_a_mute_in_the_rest_does_not_keep_the_answer_back(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Nobody is heard any more, so nobody is waited for; afterwards it listens as ever."""
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply(ANSWER), Reply("Four."))
        home.air.put(television(say, 3.5))
        await home.until(Heard)
        await home.talk.order(Mute())
        await home.until(TurnEnded)
        assert home.said == [f"{ONLY} {ANSWER}"]
        await home.talk.order(Unmute())
        await home.when(lambda: home.air.open)
        await home.air.say(Pcm.join([Pcm.silence(0.8), say("What is two and two?")]))
        await home.until(TurnEnded, 2)
        assert len(home.asked) == 2


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "id", "it", "nl", "pt"])
def test_the_sentence_is_in_the_language_of_the_conversation(language: str) -> None:
    """With the seconds in it, as a voice can say it; unknown languages are English."""
    sentence = only_beginning_heard(30.2, language)
    assert "30" in sentence
    assert len(sentence) < 60
    assert spoken_text(sentence, language).strip(".") == sentence.strip(".")
    assert (language == "en") == (sentence == only_beginning_heard(30, "xx"))
