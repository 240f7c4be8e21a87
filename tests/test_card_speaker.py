"""The speaker on a real (virtual) sound card: what is heard of it, when, and that it comes back."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from card_sounds import LOUD, likeness, loud_part, sounding_s, sweep, tone, until
from soundcard import sound_card

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.speaker import DeviceSpeaker

if TYPE_CHECKING:
    from soundcard import VirtualSoundCard

__all__ = ["sound_card"]
pytestmark = pytest.mark.alone


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
async def test_what_is_played_is_heard_to_its_end(sound_card: VirtualSoundCard, rate: int) -> None:
    """Sound of any rate, in pieces, comes out whole: nothing is cut off, no piece is lost.

    On a busy machine even PulseAudio can be late and leave a gap, so it has three tries.
    """
    said = sweep(1.2).resampled(rate)
    found: list[tuple[float, float]] = []
    for _ in range(3):
        with sound_card.record() as room:
            async with DeviceSpeaker() as speaker:
                for start in range(0, len(said.samples), rate // 7):
                    await speaker.play(Pcm(said.samples[start : start + rate // 7], rate))
                assert speaker.queued_s == pytest.approx(1.2, abs=0.001)
                assert speaker.played_s <= speaker.queued_s
                await speaker.drain()
                assert speaker.played_s == speaker.queued_s == pytest.approx(1.2, abs=0.001)
            await asyncio.sleep(0.3)
            heard = loud_part(room.stop())
        found.append((likeness(heard, sweep(1.2)), heard.seconds))
        if found[-1][0] > 0.97:
            break
    assert max(found)[0] > 0.97, found
    assert max(found)[1] == pytest.approx(1.2, abs=0.01)


async def test_a_stop_is_heard_within_50_ms(sound_card: VirtualSoundCard) -> None:
    """Samples after the stop are counted in the recording, on the clock of the first sample."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(tone(3.0))
            await until(lambda: speaker.played_s > 0.5)
            stopped = time.monotonic()
            speaker.stop()
            took_s = time.monotonic() - stopped
            played_s = speaker.played_s
            assert speaker.queued_s == played_s
            await asyncio.sleep(0.5)
            assert speaker.played_s == played_s
        sound = room.stop()
    after = Pcm(sound.samples[room.index_of(stopped) :])
    assert room.first_sound_after(0, above=LOUD) is not None
    loud = np.flatnonzero(np.abs(after.samples.astype(int)) > LOUD * 32_768)
    assert (loud[-1] / LISTEN_RATE if len(loud) else 0) < 0.05 + took_s
    assert sounding_s(sound) == pytest.approx(played_s, abs=0.06)


async def test_after_a_stop_it_plays_again(sound_card: VirtualSoundCard) -> None:
    """What comes after a stop is heard to its end, and counted on."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(sweep(2.0))
            await until(lambda: speaker.played_s > 0.2)
            speaker.stop()
            before = speaker.played_s
            await asyncio.sleep(0.3)
            again = room.length
            await speaker.play(tone(0.5))
            await speaker.drain()
            assert speaker.played_s - before == pytest.approx(0.5, abs=0.001)
        await asyncio.sleep(0.3)
        heard = loud_part(Pcm(room.stop().samples[again:]))
    assert sounding_s(heard) == pytest.approx(0.5, abs=0.03)


async def test_a_speaker_that_comes_back_goes_on(sound_card: VirtualSoundCard) -> None:
    """Unplugged while it speaks and plugged in again, it says the rest."""
    async with DeviceSpeaker("bench_speaker", silent_s=0.5, retries_s=[0.1] * 50) as speaker:
        await speaker.play(tone(3.0))
        await until(lambda: speaker.played_s > 0.3)
        sound_card.unplug()
        async with asyncio.TaskGroup() as tasks:
            draining = tasks.create_task(speaker.drain(), name="drain")
            await asyncio.sleep(0.8)
            sound_card.plug()
            with sound_card.record() as room:
                await draining
                heard = loud_part(room.sound)
        assert speaker.reopened == 1
        assert heard.seconds > 1.5
        assert speaker.played_s == speaker.queued_s


async def test_nothing_is_lost_in_a_speaker_that_stood_still(sound_card: VirtualSoundCard) -> None:
    """What a dead device took to fill its buffer is said when it lives again."""
    said = tone(2.0)
    async with DeviceSpeaker("bench_speaker", silent_s=0.3, retries_s=[0.1] * 50) as speaker:
        with sound_card.record() as room:
            await speaker.play(said)
            await until(lambda: speaker.played_s > 0.5)
            sound_card.freeze("room")
            async with asyncio.TaskGroup() as tasks:
                draining = tasks.create_task(speaker.drain(), name="drain")
                await asyncio.sleep(1.2)
                assert speaker.played_s < 1.2
                sound_card.freeze("room", frozen=False)
                await draining
            heard = room.stop()
        assert speaker.played_s == speaker.queued_s
        assert speaker.reopened >= 1
    assert np.mean(np.abs(heard.samples) > 300) * heard.seconds > 1.5
