"""What is due rings in the room until it is answered by voice, and nothing else is lost by it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from gateway_server import Reply
from household import household
from running import Running, clean_env, program
from soundcard import VirtualSoundCard

from assistant.audio.pcm import Pcm
from assistant.config import WakeConfig
from assistant.events import Heard, Ignored, Rang, Said, ToolCalled, TurnEnded
from assistant.orders import Stop
from assistant.ringer import RING_PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper
UP = "Your 3 second timer is up."
ASKED = "Set a timer for three seconds."


async def test_it_rings_with_its_name_until_somebody_says_stop(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """Confirmed, rung and ended without the gateway; then nothing is heard any more.

    It is heard though the voice was made silent, and silent the voice is again afterwards.
    """
    async with household(tiny, voice, folder=tmp_path) as home:
        await home.air.say(say(ASKED))
        await home.when(lambda: bool(home.said))
        home.speaker.volume = 0
        await home.until(Rang)
        await home.when(lambda: UP in home.said)
        assert home.speaker.volume == RING_PERCENT
        assert home.said == ["The timer is set for 3 seconds.", UP]
        await home.air.say(say("Stop."))
        await home.when(lambda: "The 3 second timer is off." in home.said)
        assert home.speaker.volume == 0
        played = home.speaker.played_s
        await home.air.say(Pcm.silence(1.0))
        assert home.speaker.played_s == pytest.approx(played, abs=0.3)
        assert not home.asked


async def test_a_question_is_answered_and_then_it_rings_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """Whoever asks something else has not answered the bell; to snooze it needs no name."""
    async with household(tiny, voice, folder=tmp_path) as home:
        home.server.script(Reply("Very old."))
        await home.air.say(say(ASKED))
        await home.when(lambda: UP in home.said)
        await home.air.say(say("How old is the moon?"))
        await home.when(lambda: "Very old." in home.said)
        await home.when(lambda: home.said.count(UP) > 1)
        await home.air.say(say("Remind me again in one minute."))
        await home.when(lambda: "I will ring again in 1 minute." in home.said)
        assert len(home.of(Rang)) == 1


async def test_asleep_it_needs_no_wake_word_and_the_room_does_not_end_it(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """Words that are not for the bell are no request, and it rings on; "turn it off" ends it."""
    wake = WakeConfig(word="hey_jarvis", follow_up_s=0)
    async with household(tiny, voice, wake=wake, folder=tmp_path) as home:
        home.talk._attention.wake()  # noqa: SLF001  # as its wake word does
        await home.air.say(say(ASKED))
        await home.when(lambda: UP in home.said)
        await home.air.say(say("We had potatoes for dinner yesterday."))
        await home.until(Ignored)
        await home.when(lambda: home.said.count(UP) > 1)
        await home.air.say(say("Turn it off."))
        await home.when(lambda: "The 3 second timer is off." in home.said)
        assert not home.asked


async def test_the_order_to_stop_ends_it_for_good(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """A key, or `assistant stop`: it does not ring on a moment later."""
    async with household(tiny, voice, folder=tmp_path) as home:
        await home.air.say(say(ASKED))
        await home.when(lambda: UP in home.said)
        await home.talk.order(Stop())
        rung = len(home.of(Said))
        await home.air.say(Pcm.silence(1.0))
        assert len(home.of(Said)) == rung
        await home.air.say(say("What timers do I have?"))
        await home.until(ToolCalled, 2)
    assert "no timer" in home.of(ToolCalled)[-1].result.lower()


async def test_it_waits_for_a_reply_but_not_for_ever(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """A long answer is ended after a few seconds, at a word, and the history says so."""
    story = " ".join(f"This is sentence number {n} of a long story." for n in range(12))
    async with household(tiny, voice, folder=tmp_path) as home:
        home.server.script(Reply(story))
        await home.air.say(say("Set a timer for ten seconds."))
        await home.air.say(say("Please tell me a long story about a dragon."))
        await home.when(lambda: "Your 10 second timer is up." in home.said)
        assert len(home.of(Heard)) == 2
        assert home.of(Said)[1].interrupted
        assert home.history.messages()[-1].text.endswith("[interrupted here by the person]")
    assert home.of(TurnEnded)


def test_one_that_fell_due_while_the_program_was_dead_rings_at_its_start(
    tmp_path: Path,
) -> None:
    """Confirmed, killed without a word, started again: it rings and says how late it is."""
    flags = ("--set", f"storage.folder={tmp_path}", "--set", "stt.model=tiny.en")
    done = program("ask", "set a timer for two seconds", *flags)
    assert "The timer is set for 2 seconds." in done.stdout
    with VirtualSoundCard() as card:
        with Running(["run", *flags], clean_env(**card.env)) as running:
            running.wait_for("ring")
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
        with Running(["run", *flags], clean_env(**card.env)) as running:
            assert "2 second timer" in running.wait_for("ring")["text"]
