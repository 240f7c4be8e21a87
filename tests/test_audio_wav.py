"""Sound files: every form is read, every failure is a sentence, and files stand in for devices."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.wav import (
    SPEAKER_RATE,
    WavMicrophone,
    WavSpeaker,
    read_sound,
    write_wav,
)
from assistant.audio.wav_speaker import BETWEEN_S
from assistant.errors import SoundFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


class HandClock:
    """A clock that is moved by those who sleep on it, and by hand."""

    def __init__(self) -> None:
        """Begin at an odd moment, as real clocks do."""
        self.time = 1234.5

    def monotonic(self) -> float:
        """The time."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.time += seconds
        await asyncio.sleep(0)


def tone(seconds: float, rate: int = LISTEN_RATE, hertz: float = 440) -> NDArray[np.float32]:
    """A sine at a third of full scale."""
    moments = np.arange(round(seconds * rate)) / rate
    return (0.33 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def strongest(sound: Pcm) -> float:
    """The frequency with the most energy."""
    return float(np.argmax(np.abs(np.fft.rfft(sound.samples)))) / sound.seconds


@pytest.mark.parametrize(
    ("name", "rate", "channels", "kind", "subtype"),
    [
        ("u8.wav", 8_000, 1, "WAV", "PCM_U8"),
        ("phone.wav", 8_000, 1, "WAV", "ULAW"),
        ("own.wav", 16_000, 1, "WAV", "PCM_16"),
        ("cd.wav", 44_100, 2, "WAV", "PCM_16"),
        ("studio.wav", 48_000, 2, "WAV", "PCM_24"),
        ("float.wav", 48_000, 1, "WAV", "FLOAT"),
        ("double.wav", 96_000, 1, "WAV", "DOUBLE"),
        ("extensible.wav", 44_100, 6, "WAVEX", "PCM_24"),
        ("sound.flac", 44_100, 1, "FLAC", "PCM_16"),
        ("sound.ogg", 48_000, 2, "OGG", "VORBIS"),
    ],
)
def test_every_form_becomes_mono_at_the_listening_rate(
    tmp_path: Path, name: str, rate: int, channels: int, kind: str, subtype: str
) -> None:
    """Rate, channels and sample format of a file make no difference to what is heard."""
    samples = np.repeat(tone(1.0, rate)[:, None], channels, axis=1)
    soundfile.write(tmp_path / name, samples, rate, format=kind, subtype=subtype)

    sound = read_sound(tmp_path / name)

    assert sound.rate == LISTEN_RATE
    assert sound.samples.dtype == np.int16
    assert sound.seconds == pytest.approx(1.0, abs=0.002)
    assert strongest(sound) == pytest.approx(440, abs=2)
    assert sound.dbfs == pytest.approx(-12.6, abs=0.5)


def test_channels_are_averaged(tmp_path: Path) -> None:
    """A voice in one ear of two is heard at half its level."""
    both = np.stack([tone(0.5), np.zeros(LISTEN_RATE // 2, np.float32)], axis=1)
    soundfile.write(tmp_path / "left.wav", both, LISTEN_RATE)
    assert read_sound(tmp_path / "left.wav").dbfs == pytest.approx(-12.6 - 6, abs=0.3)


def test_what_is_no_number_is_silence(tmp_path: Path) -> None:
    """NaN and infinity in a float file damage only themselves."""
    samples = tone(0.5)
    samples[100], samples[200], samples[300] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "odd.wav", samples, LISTEN_RATE, subtype="FLOAT")
    sound = read_sound(tmp_path / "odd.wav").samples
    assert (sound[100], sound[200], sound[300]) == (0, 32_767, -32_768)
    assert np.abs(sound[400:]).max() < 11_000


def test_louder_than_full_scale_is_clipped(tmp_path: Path) -> None:
    """A float file above full scale does not wrap around."""
    soundfile.write(tmp_path / "loud.wav", tone(0.1) * 6, LISTEN_RATE, subtype="FLOAT")
    sound = read_sound(tmp_path / "loud.wav").samples.astype(int)
    assert (sound.max(), sound.min()) == (32_767, -32_768)
    assert np.abs(np.diff(sound)).max() < 12_000


def _cut_header(path: Path) -> None:
    soundfile.write(path, tone(0.1), LISTEN_RATE, format="WAV")
    path.write_bytes(path.read_bytes()[:20])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda _: None, "there is no such file"),
        (Path.mkdir, "this is a folder"),
        (Path.touch, "the file is empty (0 bytes)"),
        (lambda p: soundfile.write(p, tone(0), 16_000, format="WAV"), "holds no sound"),
        (_cut_header, "damaged or cut off"),
        (lambda p: p.write_text("What time is it?"), "this is text"),
        (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50)), "a PNG picture"),
        (lambda p: p.write_bytes(b"\0\0\0\x20ftypM4A " + bytes(50)), "an MP4 or M4A file"),
        (lambda p: p.write_bytes(bytes(range(128, 256)) * 9), "this is not a sound file"),
    ],
)
def test_what_is_no_sound_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    """The message names the file and what was found in its place."""
    path = tmp_path / "question.wav"
    make(path)
    with pytest.raises(SoundFileError) as caught:
        read_sound(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert says in str(caught.value)


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """A WAV whose header promises more than there is still gives what there is."""
    path = tmp_path / "cut.wav"
    soundfile.write(path, tone(1.0), LISTEN_RATE)
    path.write_bytes(path.read_bytes()[:16_044])
    assert read_sound(path).seconds == pytest.approx(0.5, abs=0.01)


def test_written_and_read_is_the_same(tmp_path: Path) -> None:
    """What is written as 16 bit comes back sample for sample, and nothing else is left behind."""
    sound = Pcm.from_float(tone(0.3))
    write_wav(tmp_path / "said.wav", Pcm.silence(1.0))
    write_wav(tmp_path / "said.wav", sound)
    assert np.array_equal(read_sound(tmp_path / "said.wav").samples, sound.samples)
    assert [file.name for file in tmp_path.iterdir()] == ["said.wav"]


@pytest.mark.parametrize(("name", "says"), [("no/said.wav", "no folder"), ("", "is a folder")])
async def test_a_place_that_cannot_be_written_is_told_at_once(
    tmp_path: Path, name: str, says: str
) -> None:
    """A speaker to a wrong path fails before anything is said."""
    with pytest.raises(SoundFileError, match=says):
        write_wav(tmp_path / name, Pcm.silence(0.1))
    with pytest.raises(SoundFileError, match=says):
        async with WavSpeaker(tmp_path / name, realtime=False):
            pass


async def test_a_recording_is_heard_in_frames_with_faint_noise_after_it(tmp_path: Path) -> None:
    """Files come one after the other; after each an endpoint has silence enough to close."""
    paths = [tmp_path / "one.wav", tmp_path / "two.wav"]
    for path in paths:
        soundfile.write(path, tone(0.255), LISTEN_RATE)
    microphone = WavMicrophone(paths, realtime=False, gap_s=0.5)
    frames, files = [], []
    async for frame in microphone.frames():
        frames.append(frame)
        files.append(microphone.current)

    assert {len(frame.samples) for frame in frames} == {FRAME_SAMPLES}
    assert files == [paths[0]] * 76 + [paths[1]] * 76
    assert microphone.current is None
    gap = Pcm.join(frames[26:76])
    assert -85 < gap.dbfs < -75
    assert Pcm.join(frames[76:101]).dbfs == pytest.approx(-12.6, abs=0.5)
    microphone.flush()
    assert microphone.dropped == 0


async def test_a_file_at_full_speed_lets_others_run(tmp_path: Path) -> None:
    """The loop gets its turn while frames come as fast as they are taken."""
    soundfile.write(tmp_path / "long.wav", tone(5), LISTEN_RATE)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(other(), name="other")
        async for _ in WavMicrophone([tmp_path / "long.wav"], realtime=False, gap_s=0).frames():
            pass
        task.cancel()
    assert turns > 20


async def test_in_real_time_a_frame_comes_every_ten_milliseconds(tmp_path: Path) -> None:
    """However slow each frame is handled, the pace does not drift."""
    soundfile.write(tmp_path / "question.wav", tone(2), LISTEN_RATE)
    clock = HandClock()
    start, arrived = clock.time, []
    async for _ in WavMicrophone(
        [tmp_path / "question.wav"], realtime=True, gap_s=0, clock=clock
    ).frames():
        arrived.append(clock.time - start)
        clock.time += 0.004 if len(arrived) % 10 else 0.03
    assert arrived[199] == pytest.approx(2.0, abs=0.001)
    assert arrived[10] == pytest.approx(0.13, abs=0.001)  # the tenth was handled late


async def test_a_file_that_nobody_hears_waits(tmp_path: Path) -> None:
    """After a pause of the listener no frames come in a burst to catch up."""
    soundfile.write(tmp_path / "question.wav", tone(1), LISTEN_RATE)
    clock = HandClock()
    arrived = []
    async for _ in WavMicrophone(
        [tmp_path / "question.wav"], realtime=True, gap_s=0, clock=clock
    ).frames():
        arrived.append(clock.time)
        if len(arrived) == 50:
            clock.time += 3.0
    assert np.diff(arrived[50:]) == pytest.approx(0.01)


async def test_what_is_said_is_in_the_file(tmp_path: Path) -> None:
    """Pieces of any rate follow one another without a seam; replies have silence between them."""
    whole = Pcm.from_float(tone(1.0))
    async with WavSpeaker(tmp_path / "answer.wav", realtime=False) as speaker:
        for start in range(0, 16_000, 1000):
            await speaker.play(Pcm(whole.samples[start : start + 1000]))
        assert speaker.queued_s == pytest.approx(1.0)
        await speaker.drain()
        assert speaker.played_s == speaker.queued_s == pytest.approx(1.0, abs=0.001)
        await speaker.drain()
        await speaker.play(Pcm.from_float(tone(0.5, 48_000), 48_000))
        await speaker.drain()

    samples, rate = soundfile.read(tmp_path / "answer.wav", dtype="int16")
    assert rate == SPEAKER_RATE
    assert len(samples) / rate == pytest.approx(1.5 + 2 * BETWEEN_S, abs=0.002)
    expected = whole.resampled(SPEAKER_RATE).samples.astype(int)
    assert np.abs(samples[: len(expected)] - expected).max() <= 2
    silence = samples[round(1.01 * rate) : round(1.29 * rate)]
    assert not silence.any()


@pytest.mark.parametrize("volume", [0, 2, 50])
async def test_a_soft_voice_is_as_long_and_as_much_softer(tmp_path: Path, volume: int) -> None:
    """The volume changes how loud all of it is, and nothing else."""
    said = Pcm.from_float(tone(0.5, SPEAKER_RATE), SPEAKER_RATE)
    out = tmp_path / "said.wav"
    async with WavSpeaker(out, realtime=False, volume=volume) as speaker:
        await speaker.play(said)
        await speaker.drain()
        assert speaker.played_s == pytest.approx(said.seconds)
    loudest = np.abs(read_sound(out).as_float()).max()
    assert loudest == pytest.approx(0.33 * volume / 100, rel=0.05, abs=2 / 32768)


async def test_a_stop_in_real_time_cuts_what_was_not_played(tmp_path: Path) -> None:
    """The file holds what a listener would have heard."""
    clock = HandClock()
    async with WavSpeaker(tmp_path / "answer.wav", realtime=True, clock=clock) as speaker:
        await speaker.play(Pcm.from_float(tone(3.0, SPEAKER_RATE), SPEAKER_RATE))
        await speaker.play(Pcm.from_float(tone(1.0)))
        assert speaker.queued_s == pytest.approx(4.0)
        assert speaker.played_s == 0
        await clock.sleep(1.25)
        assert speaker.played_s == pytest.approx(1.25, abs=0.001)
        speaker.stop()
        assert speaker.queued_s == speaker.played_s == pytest.approx(1.25, abs=0.001)
        await clock.sleep(5)
        await speaker.play(Pcm.from_float(tone(0.5)))
        await speaker.drain()
        assert speaker.played_s == pytest.approx(1.75, abs=0.001)
    length = soundfile.info(tmp_path / "answer.wav").duration
    assert length == pytest.approx(1.75 + BETWEEN_S, abs=0.002)


async def test_a_speaker_that_is_full_makes_one_wait() -> None:
    """No more than some ten seconds are queued in real time."""
    clock = HandClock()
    start = clock.time
    async with WavSpeaker(None, realtime=True, clock=clock) as speaker:
        for _ in range(25):
            await speaker.play(Pcm.silence(1.0))
        assert clock.time - start == pytest.approx(14, abs=0.2)
        await speaker.drain()
        assert clock.time - start == pytest.approx(25, abs=0.01)


async def test_a_speaker_that_is_cancelled_still_writes(tmp_path: Path) -> None:
    """What was played until the cancellation is in the file, and no task is left."""
    async with asyncio.TaskGroup() as tasks:
        ready = asyncio.Event()

        async def speak() -> None:
            clock = HandClock()
            async with WavSpeaker(tmp_path / "answer.wav", realtime=True, clock=clock) as speaker:
                await speaker.play(Pcm.from_float(tone(4.0)))
                await clock.sleep(1.0)
                ready.set()
                await asyncio.Event().wait()

        task = tasks.create_task(speak(), name="speak")
        await ready.wait()
        task.cancel()
    assert soundfile.info(tmp_path / "answer.wav").duration == pytest.approx(1.0, abs=0.01)
    assert len(asyncio.all_tasks()) == 1
