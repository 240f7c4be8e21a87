"""How the microphone and the speaker end: cancelled, stopped, or because the device is gone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest
from card_sounds import gathered, tone
from soundcard import sound_card

from assistant.audio.microphone import DeviceMicrophone
from assistant.audio.speaker import DeviceSpeaker
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from soundcard import VirtualSoundCard

__all__ = ["sound_card"]


async def test_a_cancelled_microphone_leaves_nothing_behind(
    sound_card: VirtualSoundCard,
) -> None:
    """Cancelled while it waits for a frame, it closes its device; no thread and no task is left."""
    assert sound_card.env
    threads = set(threading.enumerate())
    waiting = asyncio.Event()

    async def listen() -> None:
        async with DeviceMicrophone() as microphone, aclosing(microphone.frames()) as frames:  # type: ignore[type-var]
            async for _ in frames:
                waiting.set()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(listen(), name="listen")
        await waiting.wait()
        task.cancel()
    assert set(threading.enumerate()) <= threads
    assert len(asyncio.all_tasks()) == 1


async def test_a_microphone_that_stays_away_is_an_error(sound_card: VirtualSoundCard) -> None:
    """After its tries it says which device is gone and what to do."""
    microphone = DeviceMicrophone("bench_microphone", silent_s=0.3, retries_s=(0, 0.1))
    async with microphone:
        frames = microphone.frames()
        await gathered(frames, 0.1)
        sound_card.freeze("voice")
        try:
            with pytest.raises(DeviceError, match="'bench_microphone' is gone"):
                await gathered(frames, 5)
        finally:
            sound_card.freeze("voice", frozen=False)


async def test_a_stop_ends_the_waiting_of_those_who_play(sound_card: VirtualSoundCard) -> None:
    """Sound that waits for room is not played after the stop."""
    assert sound_card.env
    async with DeviceSpeaker() as speaker, asyncio.TaskGroup() as tasks:
        await speaker.play(tone(12.0))
        waiting = tasks.create_task(speaker.play(tone(5.0)), name="waiting")
        await asyncio.sleep(0.3)
        assert not waiting.done()
        speaker.stop()
        await waiting
        assert speaker.queued_s < 1
        await speaker.drain()


async def test_a_closed_speaker_leaves_nothing_behind(sound_card: VirtualSoundCard) -> None:
    """Cancelled in the middle of a word, it is silent and has no thread, timer or task left."""
    assert sound_card.env
    threads = set(threading.enumerate())

    async def speak() -> None:
        async with DeviceSpeaker() as speaker:
            await speaker.play(tone(5.0))
            await speaker.drain()

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(speak(), name="speak")
        await asyncio.sleep(0.4)
        task.cancel()
    assert set(threading.enumerate()) <= threads
    assert len(asyncio.all_tasks()) == 1


async def test_a_speaker_that_stays_away_is_an_error(sound_card: VirtualSoundCard) -> None:
    """A reply to a device that takes no sound ends with a message, not with waiting for ever."""
    async with DeviceSpeaker("bench_speaker", silent_s=0.3, retries_s=(0, 0.1)) as speaker:
        await speaker.play(tone(3.0))
        sound_card.freeze("room")
        try:
            with pytest.raises(DeviceError, match="'bench_speaker' is gone"):
                await speaker.drain()
        finally:
            sound_card.freeze("room", frozen=False)
