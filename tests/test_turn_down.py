"""Turning the speaker down and holding it, on the virtual sound card and in a file."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import numpy as np
import pytest
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.playout import AGAIN_S, Playout
from assistant.audio.speaker import DeviceSpeaker
from assistant.audio.wav import SPEAKER_RATE, WavSpeaker, read_sound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["sound_card"]
pytestmark = pytest.mark.alone
LOUD = 0.01
"""Part of full scale above which something sounds."""
PEAK = 0.33
"""Of what is played, as a part of full scale."""


def steady(seconds: float, hertz: float = 440) -> Pcm:
    """A tone."""
    moments = np.arange(round(seconds * SPEAKER_RATE)) / SPEAKER_RATE
    tone = PEAK * np.sin(2 * np.pi * hertz * moments)
    return Pcm.from_float(tone.astype(np.float32), SPEAKER_RATE)


def rising(seconds: float) -> Pcm:
    """A tone from 200 Hz up, 400 Hz higher each second: its pitch says where in it one is."""
    moments = np.arange(round(seconds * SPEAKER_RATE)) / SPEAKER_RATE
    tone = PEAK * np.sin(2 * np.pi * (200 * moments + 200 * moments**2))
    return Pcm.from_float(tone.astype(np.float32), SPEAKER_RATE)


def where_in(said: Pcm, piece: NDArray[np.int16]) -> float:
    """The second of a sound at which this piece of it lies, by cross-correlation."""
    samples = said.resampled(LISTEN_RATE).samples.astype(float)
    size = 1 << (len(samples) + len(piece)).bit_length()
    spectrum = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(piece.astype(float), size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(samples)])) / LISTEN_RATE


def loud_runs(sound: Pcm, gap_s: float = 0.1) -> list[tuple[int, int]]:
    """From where to where it sounds, in samples, parted by at least so much silence."""
    loud = np.flatnonzero(np.abs(sound.samples.astype(int)) > LOUD * 32_768)
    cuts = np.flatnonzero(np.diff(loud) > gap_s * LISTEN_RATE)
    starts, ends = np.r_[loud[:1], loud[cuts + 1]], np.r_[loud[cuts], loud[-1:]]
    return [(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True)]


def levels(samples: NDArray[np.int16]) -> NDArray[np.float64]:
    """The peak of each 5 ms as a part of full scale."""
    step = LISTEN_RATE // 200
    whole = samples[: len(samples) // step * step].astype(float)
    return np.asarray(np.abs(whole).reshape(-1, step).max(axis=1) / 32_768)


async def until(reached: Callable[[], bool]) -> None:
    """Wait until this is true of a device, which announces nothing."""
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_less_is_heard_within_50_ms(sound_card: VirtualSoundCard) -> None:
    """The level in the room falls in that time, and not by a silence alone: it goes on, softer."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(steady(2.0))
            await until(lambda: speaker.played_s > 0.6)
            called = time.monotonic()
            speaker.turn_down(0.3)
            took_s = time.monotonic() - called
            await speaker.drain()
        sound = room.stop()
        after = levels(sound.samples[room.index_of(called) :])
    late = round((0.05 + took_s) / 0.005)
    assert after[late:].max() < 0.4 * PEAK
    assert after[late : late + 200].min() > 0.2 * PEAK


async def test_what_is_turned_down_is_not_cut(sound_card: VirtualSoundCard) -> None:
    """Turned down and up again, all of it is heard, and `played_s` ends where it should."""
    said = rising(3.0)
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(said)
            for second, share in ((0.7, 0.3), (1.4, 1.0), (2.1, 0.5)):
                await until(lambda second=second: speaker.played_s > second)  # type: ignore[misc]
                speaker.turn_down(share)
            await speaker.drain()
            assert speaker.played_s == speaker.queued_s == pytest.approx(3.0, abs=0.001)
        await asyncio.sleep(0.2)
        (start, end), *rest = loud_runs(room.stop())
    assert not rest
    assert (end - start) / LISTEN_RATE == pytest.approx(3.0 + 2 * 0.02, abs=0.06)


async def test_more_is_heard_without_a_gap(sound_card: VirtualSoundCard) -> None:
    """On the way up nothing is taken back: the level rises once, and is full within 250 ms."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(steady(2.0))
            speaker.turn_down(0.3)
            await until(lambda: speaker.played_s > 0.6)
            called = time.monotonic()
            speaker.turn_down(1)
            await speaker.drain()
        sound = room.stop()
        after = levels(sound.samples[room.index_of(called) :])[:240]
    assert after[50:].min() > 0.9 * PEAK
    assert after.min() > 0.2 * PEAK
    assert np.abs(np.diff(after)).max() < 0.5 * PEAK


async def test_a_hold_loses_nothing(sound_card: VirtualSoundCard) -> None:
    """Silence within 50 ms; then it goes on from there, at most 60 ms earlier, to its end."""
    said = rising(3.0)
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(said)
            await until(lambda: speaker.played_s > 1.0)
            called = time.monotonic()
            speaker.turn_down(0)
            took_s = time.monotonic() - called
            held_s = speaker.played_s
            await asyncio.sleep(0.8)
            assert speaker.played_s == held_s < speaker.queued_s
            speaker.turn_down(1)
            await speaker.drain()
            assert speaker.played_s == speaker.queued_s == pytest.approx(3.0, abs=0.001)
        await asyncio.sleep(0.2)
        sound = room.stop()
        first, second = loud_runs(sound)
        assert room.time_of(first[1]) < called + took_s + 0.05
    piece = round(0.25 * LISTEN_RATE)
    stopped_s = where_in(said, sound.samples[first[1] - piece : first[1]]) + 0.25
    went_on_s = where_in(said, sound.samples[second[0] : second[0] + piece])
    assert stopped_s - 0.06 < went_on_s < stopped_s + 0.002, (stopped_s, went_on_s)
    assert held_s == pytest.approx(stopped_s, abs=0.05)
    assert (second[1] - second[0]) / LISTEN_RATE == pytest.approx(3.0 - went_on_s, abs=0.02)


async def test_it_goes_on_softly(sound_card: VirtualSoundCard) -> None:
    """After a hold the first milliseconds rise: no step greater than the tone's own, no click."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(steady(1.5, 220))
            await until(lambda: speaker.played_s > 0.5)
            speaker.turn_down(0)
            await asyncio.sleep(0.4)
            again = room.length
            speaker.turn_down(1)
            await speaker.drain()
        sound = room.stop()
    steps = np.abs(np.diff(sound.samples[again:].astype(int))) / 32_768
    assert steps.max() < 1.3 * PEAK * 2 * np.pi * 220 / LISTEN_RATE


async def test_what_is_held_is_no_dead_device(sound_card: VirtualSoundCard) -> None:
    """However long the hold, drain waits, the line stays as it is, and play only queues."""
    with sound_card.record() as room:
        async with DeviceSpeaker(silent_s=0.3) as speaker, asyncio.TaskGroup() as tasks:
            await speaker.play(steady(0.6))
            speaker.turn_down(0)
            draining = tasks.create_task(speaker.drain(), name="drain")
            await speaker.play(steady(0.4))
            silent_s = 1.2  # four times as long as a device may be silent
            await asyncio.sleep(silent_s)
            assert not draining.done()
            assert speaker.played_s < 0.1
            assert len(loud_runs(room.sound)) <= 1
            again = room.length
            speaker.turn_down(1)
            await draining
            assert speaker.reopened == 0
            assert speaker.played_s == speaker.queued_s == pytest.approx(1.0, abs=0.001)
        await asyncio.sleep(0.2)
        runs = loud_runs(Pcm(room.stop().samples[again:]))
    assert sum(end - start for start, end in runs) / LISTEN_RATE == pytest.approx(1.0, abs=0.1)


async def test_the_next_reply_is_at_full_loudness(sound_card: VirtualSoundCard) -> None:
    """A stop ends a hold, and what is played after a drain is no longer turned down."""
    with sound_card.record() as room:
        async with DeviceSpeaker() as speaker:
            await speaker.play(steady(1.0))
            speaker.turn_down(0)
            speaker.stop()
            await speaker.play(steady(0.3))
            await speaker.drain()  # which a hold that went on would keep from ending
            stopped = room.length
            await speaker.play(steady(0.3))
            speaker.turn_down(0.2)
            await speaker.drain()
            await asyncio.sleep(0.3)
            again = room.length
            await speaker.play(steady(0.3))
            await speaker.drain()
        sound = room.stop()
    assert levels(sound.samples[again:]).max() > 0.9 * PEAK
    assert levels(sound.samples[:again])[-100:].max() < 0.3 * PEAK
    assert levels(sound.samples[:stopped]).max() > 0.9 * PEAK


async def test_the_volume_is_not_undone(sound_card: VirtualSoundCard) -> None:
    """Set while turned down, the volume is what un-turning goes back to."""
    with sound_card.record() as room:
        async with DeviceSpeaker(volume=100) as speaker:
            await speaker.play(steady(1.2))
            speaker.turn_down(0.3)
            speaker.volume = 50
            await until(lambda: speaker.played_s > 0.4)
            speaker.turn_down(1)
            await speaker.drain()
        loud = levels(room.stop().samples)
    assert loud[loud > LOUD][-40:-10].mean() == pytest.approx(0.5 * PEAK, rel=0.1)


def test_a_block_that_has_not_sounded_is_given_again() -> None:
    """What sounded stays played, the block under way and the last 10 ms come once more, rising."""
    playout = Playout(SPEAKER_RATE)
    playout.push(steady(0.2))
    given = [playout.take(10.0 + 0.01 * number) for number in range(10)]
    playout.rewind(10.055)
    assert playout.played_s(10.055) == playout.played_s(99.0) == pytest.approx(0.055)
    assert playout.ahead_s == pytest.approx(0.2 - 0.04)
    again = playout.take(20.0)
    assert again is not None
    assert given[4] is not None
    rises, whole = (np.frombuffer(block, np.int16).astype(int) for block in (again, given[4]))
    assert np.all(np.abs(rises - whole * np.linspace(0, 1, len(whole))) <= 1)
    assert playout.take(20.01) == given[5]
    assert playout.played_s(20.005) == pytest.approx(0.055)
    assert playout.played_s(20.02) == pytest.approx(0.06)
    assert AGAIN_S == 0.01


class Pace:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds
        await asyncio.sleep(0)


async def test_a_file_is_turned_down_from_that_sample_on(tmp_path: Path) -> None:
    """In real time the file holds each part at the loudness at which it was played."""
    path, clock = tmp_path / "reply.wav", Pace()
    async with WavSpeaker(path, realtime=True, clock=clock) as speaker:
        await speaker.play(steady(1.0))
        await clock.sleep(0.4)
        speaker.turn_down(0.5)
        await clock.sleep(0.3)
        speaker.turn_down(1)
        await speaker.drain()
        await speaker.play(steady(0.2))
        speaker.turn_down(0.5)
        speaker.stop()
        await speaker.play(steady(0.2))
    found = levels(read_sound(path).samples) / PEAK
    assert found[:78] == pytest.approx(1, abs=0.05)
    assert found[84:138] == pytest.approx(0.5, abs=0.05)
    assert found[144:198] == pytest.approx(1, abs=0.05)
    assert found[264:296] == pytest.approx(1, abs=0.05)


async def test_a_held_file_stands_still(tmp_path: Path) -> None:
    """While it is held nothing is played and drain waits; the file has all of it, once."""
    path, clock = tmp_path / "reply.wav", Pace()
    async with WavSpeaker(path, realtime=True, clock=clock) as speaker, asyncio.TaskGroup() as all_:
        await speaker.play(rising(1.0))
        await clock.sleep(0.4)
        speaker.turn_down(0)
        draining = all_.create_task(speaker.drain(), name="drain")
        await clock.sleep(5.0)
        assert speaker.played_s == pytest.approx(0.4, abs=0.001)
        assert not draining.done()
        speaker.turn_down(1)
        await draining
        assert speaker.played_s == speaker.queued_s
    heard = read_sound(path).samples[:LISTEN_RATE]
    said = rising(1.0).resampled(LISTEN_RATE).samples
    assert np.abs(heard.astype(int) - said)[:-160].max() < 3_000 * PEAK
