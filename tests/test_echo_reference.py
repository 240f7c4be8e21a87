"""What the speaker played, frame for frame, and how much later the microphone hears it."""

from __future__ import annotations

import numpy as np
import pytest
from echoes import BEGAN, Device, delayed, heard, reply

from assistant.audio.delay import CLEAR, DelayFinder, find_delay
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.reference import Block, Reference

__all__ = ["reply"]


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
    unread = Device(reply.cut(0.5))
    unread.give(1.0)
    unread.reference.cut(BEGAN + 0.5)
    assert unread.reference.frame(start + round(0.45 * LISTEN_RATE)).any()
    assert not unread.reference.frame(start + round(0.53 * LISTEN_RATE)).any()


def test_what_sounded_a_moment_ago_is_kept(reply: Pcm) -> None:
    """An echo may prove to be later than was thought: then older sound is asked for once more."""
    device = Device(reply)
    start = round(BEGAN * LISTEN_RATE)
    device.give(2.0)
    earlier = device.reference.frame(start + round(0.8 * LISTEN_RATE))
    assert device.reference.frame(start + round(1.5 * LISTEN_RATE)).any()
    assert np.array_equal(device.reference.frame(start + round(0.8 * LISTEN_RATE)), earlier)


def test_a_device_whose_word_wanders_is_not_believed(reply: Pcm) -> None:
    """Its samples follow one another, so that 40 ms more for seconds are a busy machine's."""
    samples = reply.resampled(48_000).samples
    reference = Reference()
    for number in range(400):
        data = samples[number * 480 : (number + 1) * 480].tobytes()
        wanders_s = 0.04 if number > 100 else 0.0
        begins = BEGAN + number * FRAME_S + wanders_s
        reference.push(Block(begins, data, 48_000, 1, sounds=True, follows=number > 0))
        reference.frame(round((BEGAN + number * FRAME_S - 0.3) * LISTEN_RATE))
    assert reference.breaks == 1


def test_after_a_cut_the_device_is_believed_anew(reply: Pcm) -> None:
    """Its word is 10 ms too early at first, each time; what is played stays at its echo.

    Taken back by the difference to the later words, it would move away by so much with each cut.
    """
    samples = reply.resampled(48_000).samples
    reference = Reference()
    begins = BEGAN
    for part in range(3):
        for number in range(100):
            start = (100 * part + number) * 480
            word = begins + number * FRAME_S + (0.01 if number else 0.0)
            data = samples[start : start + 480].tobytes()
            reference.push(Block(word, data, 48_000, 1, sounds=True, follows=True))
            reference.frame(round((begins + number * FRAME_S - 0.3) * LISTEN_RATE))
        reference.cut(begins + 0.9)
        begins += 1.2
    last = round((begins - 1.2) * LISTEN_RATE)
    found = np.concatenate([reference.frame(last + n * FRAME_SAMPLES) for n in range(50)])
    wanted = reply.resampled(LISTEN_RATE).samples[2 * LISTEN_RATE :][: len(found)].astype(int)
    assert np.abs(found - wanted).max() < 0.05 * np.abs(wanted).max()


def findings(played: Pcm, sound: Pcm) -> list[float | None]:
    """What a finder says with each frame of six seconds."""
    finder = DelayFinder()
    starts = range(0, 6 * LISTEN_RATE, FRAME_SAMPLES)
    frames = ([found.samples[n : n + FRAME_SAMPLES] for found in (played, sound)] for n in starts)
    return [finder.push(*pair) for pair in frames]


def test_the_delay_is_found(reply: Pcm) -> None:
    """To 10 ms, in three seconds of sound where it is clear."""
    sound = heard(delayed(reply, 230, -12, reply.seconds))
    delay = find_delay(reply.samples[:48_000], sound.samples[:48_000])
    assert delay.seconds == pytest.approx(0.23, abs=0.01)
    assert delay.clearness > 1.5 * CLEAR
    found = findings(reply, sound)
    assert [number for number, value in enumerate(found) if value is not None] == [299, 599]
    assert found[-1] == pytest.approx(0.23, abs=0.01)


def test_a_delay_that_is_less_clear_must_come_twice(reply: Pcm) -> None:
    """Somebody with a fan: one finding may be chance, two that agree are not."""
    fan = np.random.default_rng(8).normal(0, 600, round(reply.seconds * LISTEN_RATE))
    sound = heard(delayed(reply, 230, -12, reply.seconds) + fan)
    found = findings(reply, sound)
    assert [number for number, value in enumerate(found) if value is not None] == [599]
    assert found[-1] == pytest.approx(0.23, abs=0.01)


def test_no_delay_is_found_in_noise() -> None:
    """Where nothing of the speaker is heard, no number is made up."""
    rng = np.random.default_rng(5)
    one, other = (rng.normal(0, 1000, 48_000).astype(np.int16) for _ in range(2))
    assert find_delay(one, other).clearness < CLEAR
    assert find_delay(one, np.zeros(48_000, np.int16)).clearness < CLEAR


def test_a_silent_microphone_gives_no_delay(reply: Pcm) -> None:
    """However often the same guess comes, it is none."""
    assert set(findings(reply, Pcm.silence(6))) == {None}
