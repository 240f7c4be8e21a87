"""Soft speech made as loud as near speech: what the gain learns from, and where it ends."""

from __future__ import annotations

import numpy as np
import pytest
from echoes import heard, reply

from assistant.audio.gain import MOST_DB, Gain
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm

__all__ = ["reply"]


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


def test_soft_speech_in_noise_stays_soft(reply: Pcm) -> None:
    """Where the noise is loud already, it is not made louder with the speech."""
    gain = Gain()
    noise = np.random.default_rng(7).normal(0, 60, len(reply.samples))
    levelled(gain, heard(reply.samples * 10 ** (-18 / 20) + noise))
    assert gain.gain_db < 3
    levelled(gain, softer(reply, -18))
    assert gain.gain_db > 6


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
