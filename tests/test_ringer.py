"""What is due rings in the room until it is answered by voice, and nothing else is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gateway_server import Reply
from household import household
from timers_set import set_timer

from assistant.audio.pcm import Pcm
from assistant.config import WakeConfig
from assistant.events import Ignored, Rang
from assistant.ringer import RING_PERCENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

UP = "Your 2 second timer is up."


async def test_it_rings_with_its_name_until_somebody_says_stop(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """Confirmed, rung and ended without the gateway; then nothing is heard any more.

    It is heard though the voice was made silent, and silent the voice is again afterwards.
    """
    async with household(tiny, voice, folder=tmp_path) as home:
        await home.air.say(say("Set a timer for two seconds."))
        await home.when(lambda: bool(home.said))
        home.speaker.volume = 0
        await home.until(Rang)
        await home.when(lambda: UP in home.said)
        assert home.speaker.volume == RING_PERCENT
        assert home.said == ["The timer is set for 2 seconds.", UP]
        await home.air.say(say("Stop."))
        await home.when(lambda: "The 2 second timer is off." in home.said)
        assert home.speaker.volume == 0
        played = home.speaker.played_s
        await home.air.say(Pcm.silence(1.0))
        assert home.speaker.played_s == pytest.approx(played, abs=0.3)
        assert not home.asked


async def test_a_question_is_answered_and_then_it_rings_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """Whoever asks something else has not answered the bell; to snooze it needs no name."""
    await set_timer(tmp_path, 2)
    async with household(tiny, voice, folder=tmp_path) as home:
        home.server.script(Reply("Very old."))
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
    await set_timer(tmp_path, 2)
    async with household(tiny, voice, wake=wake, folder=tmp_path) as home:
        await home.when(lambda: UP in home.said)
        await home.air.say(say("We had potatoes for dinner yesterday."))
        await home.until(Ignored)
        await home.when(lambda: home.said.count(UP) > 1)
        await home.air.say(say("Turn it off."))
        await home.when(lambda: "The 2 second timer is off." in home.said)
        assert not home.asked
