"""The microphone and the speaker on a real (virtual) sound card, in both directions."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.microphone import DeviceMicrophone
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.speaker import DeviceSpeaker
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

__all__ = ["sound_card"]
pytestmark = pytest.mark.alone
LOUD = 0.01
"""Part of full scale above which something sounds."""


def tone(seconds: float, rate: int = 22_050, hertz: float = 440) -> Pcm:
    """A sine at a third of full scale."""
    moments = np.arange(round(seconds * rate)) / rate
    return Pcm.from_float((0.33 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32), rate)


def sweep(seconds: float) -> Pcm:
    """A tone that rises from 200 to 1200 Hz: no part of it is like another."""
    moments = np.arange(round(seconds * LISTEN_RATE)) / LISTEN_RATE
    phase = 2 * np.pi * (200 * moments + 500 * moments**2 / seconds)
    return Pcm.from_float((0.33 * np.sin(phase)).astype(np.float32))


def loud_part(sound: Pcm) -> Pcm:
    """From the first to the last loud sample."""
    loud = np.flatnonzero(np.abs(sound.samples.astype(int)) > LOUD * 32_768)
    return Pcm(sound.samples[loud[0] : loud[-1] + 1], sound.rate) if len(loud) else Pcm.silence(0)


def sounding_s(sound: Pcm) -> float:
    """Seconds of `tone` in a recording, whatever gaps there are between."""
    energy = float(np.sum(np.square(sound.samples.astype(float))))
    return energy / ((0.33 * 32_768) ** 2 / 2) / sound.rate


def likeness(heard: Pcm, said: Pcm) -> float:
    """How alike two sounds are at the best offset: 1 is the same but for the loudness."""
    size = 1 << (len(heard.samples) + len(said.samples)).bit_length()
    one, other = (np.fft.rfft(sound.samples.astype(float), size) for sound in (heard, said))
    peak = np.abs(np.fft.irfft(one * np.conj(other), size)).max()
    energies = [float(np.sum(np.square(sound.samples.astype(float)))) for sound in (heard, said)]
    return float(peak / np.sqrt(energies[0] * energies[1]))


async def gathered(frames: AsyncIterator[Pcm], seconds: float) -> Pcm:
    """The next so many seconds."""
    parts: list[Pcm] = []
    while len(parts) * FRAME_SAMPLES < seconds * LISTEN_RATE:
        parts.append(await anext(frames))
    return Pcm.join(parts)


async def until(reached: Callable[[], bool]) -> None:
    """Wait until this is true of a device, which announces nothing."""
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


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
    said = tone(3.0)
    async with DeviceSpeaker("bench_speaker", silent_s=0.3, retries_s=[0.1] * 50) as speaker:
        with sound_card.record() as room:
            await speaker.play(said)
            await until(lambda: speaker.played_s > 0.5)
            sound_card.freeze("room")
            async with asyncio.TaskGroup() as tasks:
                draining = tasks.create_task(speaker.drain(), name="drain")
                await asyncio.sleep(2.0)
                assert speaker.played_s < 1.2
                sound_card.freeze("room", frozen=False)
                await draining
            heard = room.stop()
        assert speaker.played_s == speaker.queued_s
        assert speaker.reopened >= 1
    assert np.mean(np.abs(heard.samples) > 300) * heard.seconds > 2.5


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


def test_times_are_known_within_20_ms(sound_card: VirtualSoundCard) -> None:
    """What is said and what the loop to the room makes of it are on one clock."""
    with sound_card.record("voice") as voice:
        said = sound_card.say(sweep(0.5))
        assert said.end - said.start == pytest.approx(0.5)
        first = voice.first_sound_after(said.start - 0.3)
        assert first is not None
        assert first == pytest.approx(said.start, abs=0.02)


def test_the_microphone_can_hear_the_speaker() -> None:
    """With an echo, what sounds in the room comes back softer; two cards run side by side."""
    with VirtualSoundCard() as card, VirtualSoundCard() as other:
        assert card.env["PULSE_SERVER"] != other.env["PULSE_SERVER"]
        card.echo(-12, 60)
        with card.record("voice") as voice, card.record("room") as room:
            file = Path(card.env["XDG_RUNTIME_DIR"]) / "tone.raw"
            file.write_bytes(tone(1.0, LISTEN_RATE).samples.tobytes())
            command = ["pacat", "--raw", "--format=s16le", "--rate=16000", "--channels=1"]
            subprocess.run([*command, str(file)], env=card.env, check=True, timeout=20)
            time.sleep(0.5)
            echo, direct = loud_part(voice.stop()), loud_part(room.stop())
    assert echo.dbfs - direct.dbfs == pytest.approx(-12, abs=1.5)


def test_a_card_leaves_no_process_behind() -> None:
    """After the card every process of it has ended and its folder is gone."""
    with VirtualSoundCard() as card:
        folder = Path(card.env["XDG_RUNTIME_DIR"]).parent
        card.say(tone(0.2))
        assert folder.is_dir()
    assert not folder.exists()
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in found.stdout


def test_a_program_uses_the_card_by_its_environment() -> None:
    """A process that is started with the card's environment has its devices as defaults."""
    code = "from assistant.audio import devices; print(devices.find_output().name)"
    with VirtualSoundCard() as card:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=card.env,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert (done.stdout, done.stderr) == ("default\n", "")
