"""Speech longer than the cap: its beginning is answered, nothing is said over its rest."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING

import pytest
from gateway_server import GatewayServer, Refusal, Reply
from household import household, television
from running import program

from assistant.audio.pcm import Pcm
from assistant.audio.wav import write_wav
from assistant.config import EndpointConfig, WakeConfig
from assistant.events import Failed, Heard, Said, Slept, SpeechBegan, TurnEnded
from assistant.messages import Assistant, User
from assistant.orders import Mute, Trigger, Unmute
from assistant.sentences import only_beginning_heard
from assistant.speak.spoken_text import spoken_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

CAP = EndpointConfig(max_utterance_s=3)
ONLY = "I only heard the first 3 seconds."
ANSWER = "Very old indeed."


async def test_its_beginning_is_answered_and_its_rest_is_no_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """One turn, begun with the sentence that says how much was heard; the next one is as ever."""
    long = "Please tell me how old the moon is and who has walked on it and how big it is just now."
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
        await home.air.say(television(say, 5))
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
        home.air.put(television(say, 5))
        await home.sounding(4.0)
        await home.air.say(say("How old is the moon?"))
        await home.until(TurnEnded, 2)
    said = home.said[0].removeprefix(ONLY).split()
    kept = home.history.messages()[2].text.split("…")[0].split()
    assert 0 < len(kept) < 50
    assert kept == said


async def test_hands_free_what_never_pauses_makes_one_turn(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A television is waited for as long again, then answered once; after a pause one is heard."""
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply("Nice weather."), Reply(ANSWER))
        await home.air.say(television(say, 14))
        assert home.said == [f"{ONLY} Nice weather."]
        assert not home.of(Said)[0].interrupted
        await home.air.say(Pcm.join([Pcm.silence(0.8), say("How old is the moon?")]))
        await home.until(TurnEnded, 2)
        assert len(home.asked) == 2
    assert home.said[1] == ANSWER


async def test_with_a_wake_word_what_never_pauses_sends_it_to_sleep(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """It is answered once, and no window is opened to it; whoever calls over it is heard."""
    wake = WakeConfig(word="hey_jarvis")
    async with household(tiny, voice, endpoint=CAP, wake=wake) as home:
        home.server.script(Reply("Nice weather."), Reply(ANSWER))
        await home.talk.order(Trigger())
        home.air.put(television(say, 16))
        await home.until(Slept, 2)
        assert home.said == [f"{ONLY} Nice weather."]
        assert home.talk.status.state == "asleep"
        await home.talk.order(Trigger())
        await home.until(TurnEnded, 2)
        assert len(home.of(SpeechBegan)) == 2


async def test_a_mute_in_the_rest_does_not_keep_the_answer_back(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Nobody is heard any more, so nobody is waited for; afterwards it listens as ever."""
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply(ANSWER), Reply("Four."))
        home.air.put(television(say, 5.5))
        await home.until(Heard)
        await home.talk.order(Mute())
        await home.until(TurnEnded)
        assert home.said == [f"{ONLY} {ANSWER}"]
        await home.talk.order(Unmute())
        await home.when(lambda: home.air.open)
        await home.air.say(Pcm.join([Pcm.silence(0.8), say("What is two and two?")]))
        await home.until(TurnEnded, 2)
        assert len(home.asked) == 2


async def test_a_recording_that_ends_in_the_rest_is_answered(
    tmp_path: Path, say: Callable[[str], Pcm]
) -> None:
    """A file that never pauses is answered at its end, once, and the program ends."""
    file = tmp_path / "long.wav"
    write_wav(file, television(say, 5))
    async with GatewayServer() as server:
        server.script(Reply(ANSWER))
        options = [f"gateway.base_url={server.base_url}", "endpoint.max_utterance_s=3"]
        flags = [part for option in options for part in ("--set", option)]
        run = partial(program, "hear", str(file), "--json", "--set", "stt.model=tiny.en", *flags)
        done = await asyncio.get_running_loop().run_in_executor(None, run)
        assert len(server.chats) == 1
    assert done.returncode == 0, done.stderr
    said = [event for event in map(json.loads, done.stdout.splitlines()) if "text" in event]
    assert " ".join(said[-1]["text"].split()) == f"{ONLY} {ANSWER}"


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "id", "it", "nl", "pt"])
def test_the_sentence_is_in_the_language_of_the_conversation(language: str) -> None:
    """With the seconds in it, as a voice can say it; unknown languages are English."""
    sentence = only_beginning_heard(30.2, language)
    assert "30" in sentence
    assert len(sentence) < 60
    assert spoken_text(sentence, language).strip(".") == sentence.strip(".")
    assert (language == "en") == (sentence == only_beginning_heard(30, "xx"))
