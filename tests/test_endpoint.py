"""The endpoint: what frames and probabilities add up to, in audio time alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.audio.pcm import FRAME_SAMPLES, Pcm
from assistant.config import EndpointConfig
from assistant.listen.endpoint import (
    Endpointer,
    HeardSpeech,
    Paused,
    Resumed,
    SpeechStarted,
    Utterance,
)

CONFIG = EndpointConfig(
    preroll_ms=100, onset_ms=50, pause_ms=200, longest_pause_ms=500, max_utterance_s=3
)
SPEECH, SILENCE = 0.9, 0.01


def frame(number: int) -> Pcm:
    """A frame that can be recognised by its number."""
    return Pcm(np.full(FRAME_SAMPLES, number % 30_000, np.int16))


def heard(pattern: list[tuple[float, int]], config: EndpointConfig = CONFIG) -> list[HeardSpeech]:
    """What a pattern of (probability, frames) brings about."""
    endpointer = Endpointer(config, 0.5)
    events: list[HeardSpeech] = []
    number = 0
    for probability, count in pattern:
        for _ in range(count):
            events += endpointer.push(frame(number), probability)
            number += 1
    return events


def test_an_utterance_carries_its_preroll_and_its_pause() -> None:
    """No sample from `preroll_ms` before the speech to `pause_ms` after it is lost."""
    events = heard([(SILENCE, 50), (SPEECH, 40), (SILENCE, 60)])
    utterance = events[-1]
    assert isinstance(utterance, Utterance)
    numbers = utterance.sound.samples[::FRAME_SAMPLES]
    assert list(numbers) == list(range(40, 110))
    assert utterance.silence_s == pytest.approx(0.5)
    assert not utterance.cut


def test_the_utterance_is_the_sound_of_its_last_pause() -> None:
    """What was transcribed at the pause is what is committed: the same object."""
    events = heard([(SPEECH, 40), (SILENCE, 60)])
    assert [type(event) for event in events] == [SpeechStarted, Paused, Utterance]
    assert isinstance(events[1], Paused)
    assert isinstance(events[2], Utterance)
    assert events[2].sound is events[1].sound


def test_speech_that_goes_on_after_a_pause_is_one_utterance() -> None:
    """A pause shorter than the hangover is taken back by `Resumed` and cuts nothing."""
    events = heard([(SPEECH, 40), (SILENCE, 30), (SPEECH, 40), (SILENCE, 60)])
    assert [type(event) for event in events] == [
        SpeechStarted,
        Paused,
        Resumed,
        Paused,
        Utterance,
    ]


def test_a_click_is_no_speech() -> None:
    """Less speech than `onset_ms` begins nothing."""
    assert heard([(SILENCE, 20), (SPEECH, 4), (SILENCE, 100)]) == []


def test_speech_without_end_is_cut_at_its_longest() -> None:
    """After `max_utterance_s` the utterance ends and says that it was cut."""
    events = heard([(SPEECH, 320), (SILENCE, 60)])
    cut = [event for event in events if isinstance(event, Utterance)]
    assert cut[0].cut
    assert cut[0].sound.seconds == pytest.approx(3)
    assert not cut[1].cut


def test_a_sound_that_ends_inside_speech_is_flushed() -> None:
    """A recording without silence at its end still gives its utterance."""
    endpointer = Endpointer(CONFIG, 0.5)
    for number in range(40):
        endpointer.push(frame(number), SPEECH)
    (utterance,) = endpointer.flush()
    assert isinstance(utterance, Utterance)
    assert utterance.sound.seconds == pytest.approx(0.4)
    assert endpointer.flush() == []


def test_the_silence_that_ends_it_can_be_changed_in_the_pause() -> None:
    """What was said decides, at the pause, how long to wait; until the speech goes on."""
    endpointer = Endpointer(CONFIG, 0.5)
    ends = []
    number = 0
    for probability, count in [(SPEECH, 40), (SILENCE, 30), (SPEECH, 40), (SILENCE, 90)]:
        for _ in range(count):
            for event in endpointer.push(frame(number), probability):
                match event:
                    case Paused() if number < 100:
                        endpointer.wait(320)
                    case Utterance(silence_s=silence_s):
                        ends.append(silence_s)
                    case _:
                        pass
            number += 1
    assert ends == [pytest.approx(0.5)]


def test_a_click_in_a_pause_takes_nothing_back() -> None:
    """Less than `_AGAIN_MS` of speech is not going on, and does not lengthen the pause."""
    events = heard([(SPEECH, 40), (SILENCE, 25), (SPEECH, 4), (SILENCE, 21)])
    assert [type(event) for event in events] == [SpeechStarted, Paused, Utterance]


def test_a_little_doubt_does_not_end_speech() -> None:
    """Between the threshold and the hysteresis below it, speech goes on but does not begin."""
    events = heard([(0.4, 100)])
    assert events == []
    events = heard([(SPEECH, 10), (0.4, 100)])
    assert [type(event) for event in events] == [SpeechStarted]


@given(
    st.lists(st.tuples(st.sampled_from([SPEECH, SILENCE, 0.4]), st.integers(1, 90)), max_size=20)
)
def test_any_pattern_gives_well_formed_events(pattern: list[tuple[float, int]]) -> None:
    """Speech starts before it pauses, resumes only after a pause, and ends once."""
    state = "idle"
    allowed = {
        ("idle", SpeechStarted): "speech",
        ("speech", Paused): "pause",
        ("pause", Resumed): "speech",
        ("speech", Utterance): "idle",
        ("pause", Utterance): "idle",
    }
    for event in heard(pattern):
        assert (state, type(event)) in allowed
        state = allowed[state, type(event)]
