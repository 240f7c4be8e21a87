"""The talk in the background: it ends no question, and nothing soft is lost to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.audio.gain import Gain
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import EndpointConfig, VadConfig
from assistant.listen.ears import Ears
from assistant.listen.endpoint import Endpointer, Paused, SpeechStarted, Utterance
from assistant.listen.noise_floor import NoiseFloor
from assistant.listen.vad import GatedDetector

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Say = Callable[[str], Pcm]

HANGOVER_MS = 650
SPEECH, SILENCE = 0.9, 0.01
CHATTER = (
    "I told her that the train was late again, but she did not believe a word of it.",
    "Have you seen the new place around the corner? They make wonderful soup.",
    "We should really paint the kitchen before the summer, if the weather allows.",
    "He plays the cello, and his sister is quite good at the piano, I believe.",
)
QUESTION = "What is the weather like in Jakarta today?"


def frame(db: float) -> Pcm:
    """A frame of this level below full scale."""
    return Pcm(np.full(FRAME_SAMPLES, round(32_768 * 10 ** (db / 20)), np.int16))


def judged(floor: NoiseFloor, db: float, seconds: float, speech: float = SPEECH) -> list[float]:
    """What a steady sound of this level counts as."""
    return [floor.judge(frame(db), speech) for _ in range(round(seconds / FRAME_S))]


def at(sound: Pcm, db: float) -> NDArray[np.float64]:
    """The speech of `say` without its silence, at this level."""
    cut = sound.cut(0.4, sound.seconds - 0.65)
    return np.asarray(cut.samples * 10 ** ((db - cut.dbfs) / 20), np.float64)


def turns(sound: NDArray[np.float64]) -> list[tuple[float, float]]:
    """From when to when, in seconds, the ears hear somebody speak, behind the gain control."""
    noise = np.random.default_rng(1).normal(0, 32_768 * 10 ** (-72 / 20), len(sound))
    samples = np.clip(sound + noise, -32_768, 32_767).astype(np.int16)
    ears = Ears(GatedDetector(VadConfig()), Endpointer(EndpointConfig(), 0.5))
    gain, found, began = Gain(), [], 0.0
    for number, start in enumerate(range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES)):
        for heard in ears.push(Pcm(gain.push(samples[start : start + FRAME_SAMPLES]))):
            match heard:
                case SpeechStarted():
                    began = number * FRAME_S
                case Paused():
                    ears.wait(HANGOVER_MS)
                case Utterance():
                    found.append((began, number * FRAME_S))
                case _:
                    pass
    return found


def silence(seconds: float) -> NDArray[np.float64]:
    """Nothing, for so long."""
    return np.zeros(round(seconds * LISTEN_RATE))


def test_what_falls_back_to_the_background_is_silence() -> None:
    """After a while of talk, somebody louder; when they end, the talk counts for nothing."""
    floor = NoiseFloor()
    assert set(judged(floor, -45, 12)) == {SPEECH}
    assert floor.background_db == pytest.approx(-45, abs=0.5)
    assert set(judged(floor, -30, 3)) == {SPEECH}
    assert judged(floor, -45, 0.65)[30:] == [0.0] * 35


def test_the_background_is_heard_again_once_nobody_is_louder() -> None:
    """Three decibels a second: after two seconds of nobody else it is speech like any other."""
    floor = NoiseFloor()
    for db, seconds in ((-45, 12), (-30, 1)):
        judged(floor, db, seconds)
    assert judged(floor, -45, 3)[-1] == SPEECH


def test_a_pause_in_a_quiet_room_is_not_a_background() -> None:
    """Somebody who speaks near and then somebody distant are both heard from their first frame."""
    floor = NoiseFloor()
    judged(floor, -25, 6)
    assert floor.background_db == -120
    judged(floor, -70, 1, SILENCE)
    assert set(judged(floor, -48, 3)) == {SPEECH}


def test_a_noise_that_is_no_speech_sets_no_level() -> None:
    """A loud fan does not make a soft question silence, nor the end of a loud one."""
    floor = NoiseFloor()
    judged(floor, -30, 20, SILENCE)
    assert floor.background_db == -120
    judged(floor, -20, 2)
    assert set(judged(floor, -33, 2)) == {SPEECH}


def test_talk_that_ends_is_forgotten() -> None:
    """Seven seconds after the television is off, the room is quiet."""
    floor = NoiseFloor()
    judged(floor, -40, 12)
    judged(floor, -70, 7, SILENCE)
    assert floor.background_db == -120
    judged(floor, -40, 12)
    floor.reset()
    assert floor.background_db == -120


@pytest.mark.parametrize("loudness_db", [-25.0, -35.0])
def test_the_end_of_a_question_is_heard_through_talk(say: Say, loudness_db: float) -> None:
    """Voices 15 dB softer, on and on: the question's end is heard in time, as in a quiet room."""
    talk = np.concatenate([at(say(text), loudness_db - 15) for text in CHATTER])
    both = talk + np.roll(talk, len(talk) // 2) + np.roll(talk, len(talk) // 3)
    question = at(say(QUESTION), loudness_db)
    room = np.resize(both, 20 * LISTEN_RATE + len(question))
    room[16 * LISTEN_RATE : 16 * LISTEN_RATE + len(question)] += question
    end = 16 + len(question) / LISTEN_RATE
    assert [stop for _, stop in turns(room) if end < stop < end + 1.2]


@pytest.mark.parametrize("loudness_db", [-25.0, -45.0, -50.0])
def test_soft_and_distant_people_are_heard_as_before(say: Say, loudness_db: float) -> None:
    """Each question of a quiet room is one turn, from its first word to its last, after any other.

    Before each, somebody near has spoken.
    """
    near, soft = at(say(CHATTER[0]), -25), at(say(QUESTION), loudness_db)
    parts = [silence(2), near, silence(2), soft, silence(2)]
    first, second = turns(np.concatenate(parts))
    starts = np.cumsum([len(part) for part in parts]) / LISTEN_RATE
    assert first[0] == pytest.approx(starts[0] + 0.1, abs=0.25)
    assert second[0] == pytest.approx(starts[2] + 0.1, abs=0.25)
    assert second[1] == pytest.approx(starts[3] + HANGOVER_MS / 1000, abs=0.25)
