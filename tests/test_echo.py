"""The speaker's sound taken out of the microphone's: on files, and on the virtual sound card."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.canceller import TAIL_S, Canceller
from assistant.audio.delay import CLEAR, DelayFinder, find_delay
from assistant.audio.echo import EchoCancelled
from assistant.audio.gain import MOST_DB, Gain
from assistant.audio.health import CLIPPING, DEAD, Health
from assistant.audio.microphone import DeviceMicrophone
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.reference import Block, Reference
from assistant.audio.speaker import DeviceSpeaker
from assistant.audio.wav import read_sound
from assistant.config import AudioConfig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from numpy.typing import NDArray

    from assistant.listen.whisper import Whisper

__all__ = ["sound_card"]
PAIRS = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "aec"
REPLY = (
    "The weather in Berlin is cloudy today, with a light wind from the west. Tomorrow it should "
    "get warmer, and in the evening a thunderstorm may come. Take an umbrella with you."
)
BEGAN = 5_000.0
"""When the speaker begins in the tests that have no clock."""
NO_GAIN = AudioConfig(gain_control=False)


@pytest.fixture(scope="module")
def reply(say: Callable[[str], Pcm]) -> Pcm:
    """What the assistant says, with room to be mixed with something."""
    return quieter(say(REPLY), -6)


def quieter(sound: Pcm, db: float) -> Pcm:
    """The sound at another loudness."""
    return Pcm((sound.samples * 10 ** (db / 20)).astype(np.int16), sound.rate)


class Device:
    """A speaker's device in a reference's eyes: it plays a sound from `BEGAN` on."""

    def __init__(self, sound: Pcm, rate: int = 48_000, channels: int = 1) -> None:
        self.reference = Reference()
        self.wavers_s = 0.0
        """Seconds by which its word on when a block sounds may be wrong."""
        self._rate, self._channels = rate, channels
        self._samples = np.repeat(sound.resampled(rate).samples, channels)
        self._given = 0
        self._rng = np.random.default_rng(1)

    def give(self, until: float) -> None:
        """Give the blocks that begin to sound until then, in seconds from the beginning."""
        length = round(self._rate * FRAME_S) * self._channels
        while self._given * FRAME_S < until:
            start = self._given * length
            data = self._samples[start : start + length]
            sounds = len(data) == length
            error = self._rng.uniform(-1, 1) * self.wavers_s if self._given else 0.0
            self.reference.push(
                Block(
                    BEGAN + self._given * FRAME_S + error,
                    data.tobytes() if sounds else bytes(2 * length),
                    self._rate,
                    self._channels,
                    sounds=sounds,
                    follows=True,
                )
            )
            self._given += 1


def delayed(sound: Pcm, delay_ms: int, db: float, seconds: float) -> NDArray[np.float64]:
    """A sound as its echo: so much later and so much louder (negative: softer), and then nothing.

    A room is in it: the sound comes back for 200 ms, ever softer, and by many ways.
    """
    rng = np.random.default_rng(2)
    ways = rng.normal(0, 1, LISTEN_RATE // 5) * np.exp(-6.9 * np.linspace(0, 1, LISTEN_RATE // 5))
    ways[0] = 4.0
    ways *= 10 ** (db / 20) / np.sqrt(np.sum(np.square(ways)))
    echo = np.zeros(round(seconds * LISTEN_RATE))
    size = 1 << (len(sound.samples) + len(ways)).bit_length()
    spectrum = np.fft.rfft(sound.samples.astype(float), size) * np.fft.rfft(ways, size)
    start = round(delay_ms * LISTEN_RATE / 1000)
    whole = np.fft.irfft(spectrum, size)[: len(echo) - start]
    echo[start : start + len(whole)] = whole
    return echo


def heard(echo: NDArray[np.floating], near: Pcm | None = None, at_s: float = 0.0) -> Pcm:
    """What a microphone makes of an echo and of somebody near it: with a little noise."""
    mixed: NDArray[np.float64] = echo + np.random.default_rng(3).normal(0, 3, len(echo))
    if near is not None:
        start = round(at_s * LISTEN_RATE)
        mixed[start : start + len(near.samples)] += near.samples
    return Pcm(np.clip(mixed, -32_768, 32_767).astype(np.int16))


def cancelled(device: Device, sound: Pcm, delay_s: float | None = None, late_s: float = 0.0) -> Pcm:
    """What a canceller leaves of it; `late_s`: the microphone's clock is so far behind."""
    canceller = Canceller(device.reference, delay_s)
    rng = np.random.default_rng(4)
    clean = []
    for number in range(len(sound.samples) // FRAME_SAMPLES):
        device.give((number + 10) * FRAME_S)
        frame = sound.samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        wavers_s = rng.uniform(-1, 1) * 0.005
        clean.append(canceller.push(frame, BEGAN + number * FRAME_S + late_s + wavers_s))
    return Pcm(np.concatenate(clean))


@pytest.mark.parametrize("db", [-6, -12])
@pytest.mark.parametrize("delay_ms", [40, 80, 120])
def test_the_reply_is_taken_out(reply: Pcm, delay_ms: int, db: float) -> None:
    """After its first second at least 20 dB are gone while nobody speaks, whatever the delay."""
    sound = heard(delayed(reply, delay_ms, db, reply.seconds))
    clean = cancelled(Device(reply), sound)
    assert sound.cut(1.4).dbfs - clean.cut(1.4).dbfs > 20


@pytest.mark.parametrize("error_ms", [-20, 20])
def test_clocks_may_err(reply: Pcm, error_ms: int) -> None:
    """Times that waver by 15 ms, and clocks that differ by 20, leave as little."""
    device = Device(reply, 44_100, 2)
    device.wavers_s = 0.015
    sound = heard(delayed(reply, 60, -6, reply.seconds))
    clean = cancelled(device, sound, late_s=error_ms / 1000)
    assert sound.cut(1.4).dbfs - clean.cut(1.4).dbfs > 20


def test_a_late_echo_is_found(reply: Pcm) -> None:
    """A speaker that is 800 ms behind is taken out once that was measured.

    Given in the settings, it is taken out from the beginning.
    """
    twice = Pcm.join([reply, reply])
    sound = heard(delayed(twice, 800, -6, twice.seconds))
    found = cancelled(Device(twice), sound)
    assert sound.cut(9).dbfs - found.cut(9).dbfs > 20
    given = cancelled(Device(twice), sound, delay_s=0.8)
    assert sound.cut(2.2, 6).dbfs - given.cut(2.2, 6).dbfs > 20


@pytest.mark.parametrize("db", [-6, -12, -24, -90])
def test_who_speaks_over_the_reply_is_understood(
    reply: Pcm, say: Callable[[str], Pcm], tiny: Whisper, db: float
) -> None:
    """Words said over the reply are still those words once it is taken out.

    Also where next to nothing of it is heard, as with headphones: AEC3 alone fails all of these.
    """
    for text, at_s in (("What time is it in London?", 3.0), ("Turn off the light.", 4.3)):
        near = quieter(say(text), -6)
        sound = heard(delayed(reply, 80, db, reply.seconds), near, at_s)
        clean = cancelled(Device(reply), sound)
        found = tiny.transcribe(clean.cut(at_s, at_s + near.seconds)).text
        assert found.lower().strip(" .?!") == text.lower().strip(" .?!")


def test_in_silence_a_frame_passes_untouched(reply: Pcm) -> None:
    """Before the speaker sounds and after its tail nothing is done to a frame: it is the same."""
    device = Device(reply.cut(1.0, 2.0))
    canceller = Canceller(device.reference)
    frame = np.arange(FRAME_SAMPLES, dtype=np.int16)
    assert canceller.push(frame, BEGAN - 1) is frame
    device.give(1.0)
    assert canceller.push(frame, BEGAN + 0.3) is not frame
    assert canceller.push(frame, BEGAN + 1.0 + TAIL_S + 0.1) is frame
    assert (canceller.echo_db, canceller.removed_db) == (-120, 0)


def test_it_says_how_much_is_left(reply: Pcm) -> None:
    """`echo_db` is the level of what comes out, `removed_db` what it was lowered by."""
    device = Device(reply)
    sound = heard(delayed(reply, 60, -6, reply.seconds))
    canceller = Canceller(device.reference)
    for number in range(400):
        device.give((number + 10) * FRAME_S)
        frame = sound.samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        canceller.push(frame, BEGAN + number * FRAME_S)
    assert canceller.echo_db < -50
    assert canceller.removed_db > 20


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (44_100, 2), (48_000, 1)])
def test_the_reference_is_what_sounded(reply: Pcm, rate: int, channels: int) -> None:
    """Frame for frame it is the sound that was played, from the moment at which it began."""
    device = Device(reply, rate, channels)
    frames = []
    for number in range(-3, 200):
        device.give((number + 12) * FRAME_S)
        frames.append(device.reference.frame(round(BEGAN * LISTEN_RATE) + number * FRAME_SAMPLES))
    found = np.concatenate(frames).astype(int)
    assert not found[: 3 * FRAME_SAMPLES].any()
    wanted = reply.samples[: 200 * FRAME_SAMPLES].astype(int)
    assert np.abs(found[3 * FRAME_SAMPLES :] - wanted).max() < 0.05 * np.abs(wanted).max()


def test_what_was_cut_never_sounded(reply: Pcm) -> None:
    """After a stop the reference is silent from then on, and `sounding` ends with it."""
    device = Device(reply.cut(0.5))
    start = round(BEGAN * LISTEN_RATE)
    device.give(1.0)
    assert device.reference.frame(start + round(0.4 * LISTEN_RATE)).any()
    assert device.reference.sounding(BEGAN + 0.6)
    assert not device.reference.sounding(BEGAN - 0.1)
    device.reference.cut(BEGAN + 0.5)
    assert not device.reference.sounding(BEGAN + 0.6)
    assert device.reference.frame(start + round(0.45 * LISTEN_RATE)).any()
    assert not device.reference.frame(start + round(0.51 * LISTEN_RATE)).any()


def test_the_delay_is_found(reply: Pcm) -> None:
    """To 10 ms, in three seconds of sound where it is clear."""
    sound = heard(delayed(reply, 230, -12, reply.seconds))
    delay = find_delay(reply.samples[:48_000], sound.samples[:48_000])
    assert delay.seconds == pytest.approx(0.23, abs=0.01)
    assert delay.clearness > 1.5 * CLEAR
    finder = DelayFinder()
    found = [
        finder.push(reply.samples[start : start + 160], sound.samples[start : start + 160])
        for start in range(0, 6 * LISTEN_RATE, 160)
    ]
    assert [number for number, value in enumerate(found) if value is not None] == [299, 599]
    assert found[-1] == pytest.approx(0.23, abs=0.01)


def test_no_delay_is_found_in_noise() -> None:
    """Where nothing of the speaker is heard, no number is made up."""
    rng = np.random.default_rng(5)
    one, other = (rng.normal(0, 1000, 48_000).astype(np.int16) for _ in range(2))
    assert find_delay(one, other).clearness < CLEAR
    assert find_delay(one, np.zeros(48_000, np.int16)).clearness < CLEAR


def levelled(gain: Gain, sound: Pcm, *, learn: bool = True) -> Pcm:
    """What comes out of a gain."""
    frames = np.split(sound.samples, range(FRAME_SAMPLES, len(sound.samples), FRAME_SAMPLES))
    return Pcm(np.concatenate([gain.push(frame, learn=learn) for frame in frames]))


def softer(sound: Pcm, db: float) -> Pcm:
    """The sound at another loudness, with the noise of a quiet room."""
    return heard(sound.samples * 10 ** (db / 20))


def test_soft_speech_is_made_louder(reply: Pcm) -> None:
    """After some seconds soft speech is 15 dB louder; near speech and a silent room stay."""
    soft = softer(reply, -30)
    assert levelled(Gain(), soft).cut(6).dbfs > soft.cut(6).dbfs + 15
    near = softer(reply, 6)
    assert levelled(Gain(), near).cut(2).dbfs == pytest.approx(near.cut(2).dbfs, abs=2)
    empty = heard(np.zeros(10 * LISTEN_RATE))
    assert levelled(Gain(), empty).dbfs == pytest.approx(empty.dbfs, abs=1)


def test_a_shout_after_a_whisper_is_not_clipped(reply: Pcm) -> None:
    """However high the gain has risen, nothing comes out at full scale that did not go in so."""
    gain = Gain()
    levelled(gain, softer(reply, -40))
    assert gain.gain_db > MOST_DB / 2
    loud = np.clip(reply.samples * 5.0, -32_000, 32_000)
    assert np.abs(levelled(gain, Pcm(loud.astype(np.int16))).samples.astype(int)).max() <= 32_000


def test_the_speaker_does_not_set_the_gain(reply: Pcm) -> None:
    """What is heard while the speaker sounds teaches nothing."""
    gain = Gain()
    levelled(gain, softer(reply, -40), learn=False)
    assert gain.gain_db == 0


def complaints(sound: Pcm, health: Health) -> list[str]:
    """What is said of it."""
    frames = np.split(sound.samples, range(FRAME_SAMPLES, len(sound.samples), FRAME_SAMPLES))
    return [said for frame in frames if (said := health.push(frame)) is not None]


def test_a_dead_microphone_is_said_once() -> None:
    """After five seconds of zeros, and again when it lived and died anew."""
    health = Health()
    noise = heard(np.zeros(LISTEN_RATE))
    assert complaints(Pcm.join([noise, Pcm.silence(4.9)]), health) == []
    assert complaints(Pcm.silence(20), health) == [DEAD]
    assert health.dead
    assert complaints(noise, health) == []
    assert not health.dead
    assert complaints(Pcm.silence(6), health) == [DEAD]


def test_a_microphone_at_its_limit_is_said_once(reply: Pcm) -> None:
    """While samples are cut off, once; again only after it was well in between."""
    health = Health()
    clipped = Pcm(np.clip(reply.samples * 30.0, -32_768, 32_767).astype(np.int16))
    assert complaints(reply, health) == []
    said = complaints(Pcm.join([clipped, clipped]), health)
    assert [text[:28] for text in said] == [CLIPPING[:28]]
    assert complaints(Pcm.join([reply, reply, reply]), health) == []
    assert len(complaints(clipped, health)) == 1


class Frames:
    """A microphone that has heard something already."""

    def __init__(self, sound: Pcm) -> None:
        self.captured = 0.0
        self.dropped = 3
        self.flushed = False
        self._sound = sound

    async def frames(self) -> AsyncIterator[Pcm]:
        """All of it at once."""
        for start in range(0, len(self._sound.samples), FRAME_SAMPLES):
            yield Pcm(self._sound.samples[start : start + FRAME_SAMPLES])

    def flush(self) -> None:
        """Take note."""
        self.flushed = True


async def test_it_is_a_microphone_like_the_one_within(reply: Pcm) -> None:
    """Without reference, gain and noise suppression its frames are those within; it complains."""
    said: list[str] = []
    within = Frames(Pcm.join([reply.cut(0, 1), Pcm.silence(6)]))
    microphone = EchoCancelled(within, None, NO_GAIN, said.append)
    frames = [frame async for frame in microphone.frames()]
    assert np.array_equal(Pcm.join(frames).samples, within._sound.samples)  # noqa: SLF001
    assert said == [DEAD]
    microphone.flush()
    assert (microphone.dropped, within.flushed, microphone.sounding) == (3, True, False)


async def test_noise_is_taken_out() -> None:
    """With `noise_suppression` a steady noise is at least 6 dB softer."""
    noise = np.random.default_rng(6).normal(0, 300, 5 * LISTEN_RATE)
    noisy = heard(noise)
    config = AudioConfig(gain_control=False, noise_suppression=True)
    microphone = EchoCancelled(Frames(noisy), None, config)
    clean = Pcm.join([frame async for frame in microphone.frames()])
    assert clean.cut(2).dbfs < noisy.cut(2).dbfs - 6


async def test_on_a_card_the_speaker_is_not_heard(reply: Pcm, sound_card: VirtualSoundCard) -> None:
    """What the speaker plays comes into the microphone, and is gone behind the canceller.

    On a busy machine the card leaves gaps that no canceller can know of, so the best second counts,
    of the second reply: in the first it learns.
    """
    module = sound_card.echo(-6, 60)
    try:
        async with DeviceSpeaker() as speaker, DeviceMicrophone() as microphone:
            clear = EchoCancelled(microphone, speaker.reference, NO_GAIN)
            assert clear.canceller is not None
            removed: list[float] = []
            sounded: list[bool] = []

            async def listen() -> None:
                async for _ in clear.frames():
                    removed.append(clear.canceller.removed_db if clear.canceller else 0.0)
                    sounded.append(clear.sounding)

            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(listen(), name="listen")
                for _ in range(2):
                    removed.clear()
                    await speaker.play(reply.cut(0, 5))
                    await speaker.drain()
                listening.cancel()
    finally:
        sound_card.pactl("unload-module", module)
    seconds = [np.mean(removed[start : start + 100]) for start in range(0, len(removed) - 99, 50)]
    assert max(seconds) > 20, seconds
    assert any(sounded)
    assert not clear.sounding


async def test_on_a_card_who_speaks_over_the_reply_is_understood(
    reply: Pcm, say: Callable[[str], Pcm], tiny: Whisper, sound_card: VirtualSoundCard
) -> None:
    """Said into the microphone while the speaker plays, from a second reply on.

    On a busy machine the card leaves gaps, so there are three tries.
    """
    near = quieter(say("Turn off the light in the kitchen."), -6)
    found: list[str] = []
    module = sound_card.echo(-6, 60)
    try:
        async with DeviceSpeaker() as speaker, DeviceMicrophone() as microphone:
            clear = EchoCancelled(microphone, speaker.reference, NO_GAIN)
            frames: list[Pcm] = []

            async def listen() -> None:
                async for frame in clear.frames():
                    frames.append(frame)  # noqa: PERF401  # the list is read meanwhile

            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(listen(), name="listen")
                await speaker.play(reply)
                await speaker.drain()
                while len(found) < 3 and "turn off the light in the kitchen" not in found[-1:]:
                    frames.clear()
                    await speaker.play(reply)
                    await asyncio.sleep(2)
                    saying = sound_card.begin(near)
                    await asyncio.get_running_loop().run_in_executor(None, saying.wait)
                    text = tiny.transcribe(Pcm.join(frames[180:])).text
                    found.append(text.lower().strip(" ."))
                    speaker.stop()
                listening.cancel()
    finally:
        sound_card.pactl("unload-module", module)
    assert found[-1] == "turn off the light in the kitchen", found


def pairs() -> Iterator[tuple[Path, Path]]:
    """The recorded pairs of speaker and microphone, where they are."""
    for speaker in sorted(PAIRS.glob("*_lpb.wav")):
        yield speaker, speaker.with_name(speaker.name.replace("_lpb", "_mic"))


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the shared recordings are not here")
def test_recorded_pairs_are_never_louder_afterwards() -> None:
    """Real rooms, with somebody speaking in each: what comes out is less, where there is echo."""
    removed = []
    for speaker, microphone in pairs():
        sound = read_sound(microphone)
        clean = cancelled(Device(read_sound(speaker)), sound)
        removed.append(sound.dbfs - clean.dbfs)
    assert min(removed) > -0.5, removed
    assert max(removed) > 2, removed
