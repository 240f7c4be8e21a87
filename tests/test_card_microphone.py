"""The microphone on a real (virtual) sound card: what it hears, and that it comes back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest
from card_sounds import gathered, likeness, loud_part, sweep, tone
from soundcard import sound_card

from assistant.audio.microphone import DeviceMicrophone

if TYPE_CHECKING:
    from soundcard import VirtualSoundCard

__all__ = ["sound_card"]
pytestmark = pytest.mark.alone


async def test_what_is_said_is_heard(sound_card: VirtualSoundCard) -> None:
    """The microphone gives frames of 10 ms with the sound as it was said, at the right pace."""
    said = sweep(1.5)
    async with DeviceMicrophone() as microphone:
        frames = microphone.frames()
        await gathered(frames, 0.2)
        saying = sound_card.begin(said)
        begun = time.monotonic()
        heard = await gathered(frames, 3.0)
        assert time.monotonic() - begun > 2.5
        saying.wait()
        assert microphone.dropped == 0
    assert likeness(loud_part(heard), said) > 0.95


async def test_sound_that_nobody_takes_is_dropped_oldest_first(
    sound_card: VirtualSoundCard,
) -> None:
    """Beyond the backlog the oldest is lost and counted, and what is kept is the latest."""
    async with DeviceMicrophone(backlog_s=0.3) as microphone:
        frames = microphone.frames()
        await gathered(frames, 0.1)
        await asyncio.get_running_loop().run_in_executor(None, sound_card.say, tone(1.0))
        silent_s = 0.6  # longer than the backlog: the tone is gone
        await asyncio.sleep(silent_s)
        assert microphone.dropped >= 100
        assert (await gathered(frames, 0.25)).dbfs < -60


async def test_a_flush_discards_the_backlog(sound_card: VirtualSoundCard) -> None:
    """After a flush the next frame is from now on."""
    async with DeviceMicrophone() as microphone:
        frames = microphone.frames()
        await gathered(frames, 0.1)
        await asyncio.get_running_loop().run_in_executor(None, sound_card.say, tone(0.5))
        await asyncio.sleep(0.3)
        microphone.flush()
        assert (await gathered(frames, 0.3)).dbfs < -60
        assert microphone.dropped == 0


async def test_a_microphone_that_comes_back_is_opened_again(sound_card: VirtualSoundCard) -> None:
    """Unplugged and plugged in again, it goes on by itself, and counts it."""
    async with DeviceMicrophone("bench_microphone", silent_s=0.5) as microphone:
        frames = microphone.frames()
        await gathered(frames, 0.1)
        sound_card.unplug()
        async with asyncio.TaskGroup() as tasks:
            later = tasks.create_task(gathered(frames, 0.5), name="later")
            await asyncio.sleep(1.0)
            assert not later.done()
            sound_card.plug()
        assert microphone.reopened == 1
        saying = sound_card.begin(tone(0.5))
        heard = await gathered(frames, 2.0)
        saying.wait()
    assert loud_part(heard).seconds == pytest.approx(0.5, abs=0.05)


async def test_a_microphone_that_stands_still_is_opened_again(
    sound_card: VirtualSoundCard,
) -> None:
    """A device that is there but gives no frames is noticed too."""
    async with DeviceMicrophone("bench_microphone", silent_s=0.3) as microphone:
        frames = microphone.frames()
        await gathered(frames, 0.1)
        sound_card.freeze("voice")
        async with asyncio.TaskGroup() as tasks:
            later = tasks.create_task(gathered(frames, 0.5), name="later")
            await asyncio.sleep(1.0)
            sound_card.freeze("voice", frozen=False)
        assert later.done()
        assert microphone.reopened == 1
