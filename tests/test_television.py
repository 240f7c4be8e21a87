"""Speech that never pauses: it is answered once, and keeps nobody awake."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING

from gateway_server import GatewayServer, Reply
from household import household, television
from running import program

from assistant.audio.pcm import Pcm
from assistant.audio.wav import write_wav
from assistant.config import EndpointConfig, WakeConfig
from assistant.events import Said, Slept, SpeechBegan, TurnEnded
from assistant.orders import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

CAP = EndpointConfig(max_utterance_s=2)
ONLY = "I only heard the first 2 seconds."
ANSWER = "Very old."


async def test_hands_free_what_never_pauses_makes_one_turn(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A television is waited for as long again, then answered once; after a pause one is heard."""
    async with household(tiny, voice, endpoint=CAP) as home:
        home.server.script(Reply("Nice weather."), Reply(ANSWER))
        await home.air.say(television(say, 9))
        await home.until(TurnEnded)
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
        home.air.put(television(say, 11))
        await home.until(Slept, 2)
        assert home.said == [f"{ONLY} Nice weather."]
        assert home.talk.status.state == "asleep"
        await home.talk.order(Trigger())
        await home.until(TurnEnded, 2)
        assert len(home.of(SpeechBegan)) == 2


async def test_a_recording_that_ends_in_the_rest_is_answered(
    tmp_path: Path, say: Callable[[str], Pcm]
) -> None:
    """A file that never pauses is answered at its end, once, and the program ends."""
    file = tmp_path / "long.wav"
    write_wav(file, television(say, 3))
    async with GatewayServer() as server:
        server.script(Reply(ANSWER))
        options = [f"gateway.base_url={server.base_url}", "endpoint.max_utterance_s=2"]
        flags = [part for option in options for part in ("--set", option)]
        run = partial(program, "hear", str(file), "--json", "--set", "stt.model=tiny.en", *flags)
        done = await asyncio.get_running_loop().run_in_executor(None, run)
        assert len(server.chats) == 1
    assert done.returncode == 0, done.stderr
    said = [event for event in map(json.loads, done.stdout.splitlines()) if "text" in event]
    assert " ".join(said[-1]["text"].split()) == f"{ONLY} {ANSWER}"
