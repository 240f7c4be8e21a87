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
    Over,
    Paused,
    Resumed,
    SpeechStarted,
    Utterance,
)

CONFIG = EndpointConfig(
    preroll_ms=100,
    onset_ms=50,
    pause_ms=200,
    hangover_ms=300,
    longest_pause_ms=500,
    max_utterance_s=3,
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


def kinds(events: list[HeardSpeech]) -> list[type[HeardSpeech]]:
    """What happened, in order."""
    return [type(event) for event in events]


def test_speech_beyond_the_cap_is_cut_and_its_rest_is_nothing_new() -> None:
    """What was said so far is the utterance; the rest, up to a silence, begins no other."""
    events = heard([(SPEECH, 400), (SILENCE, 20), (SPEECH, 30), (SILENCE, 60)])
    assert kinds(events) == [SpeechStarted, Utterance, Over]
    utterance, over = events[1:]
    assert isinstance(utterance, Utterance)
    assert utterance.cut
    numbers = utterance.sound.samples[::FRAME_SAMPLES]
    assert list(numbers) == list(range(300))
    assert over == Over(endless=False)


def test_what_comes_after_the_rest_is_heard_with_its_preroll() -> None:
    """A silence of `hangover_ms` ends the rest, and the next speech is a speech."""
    events = heard([(SPEECH, 400), (SILENCE, 30), (SPEECH, 40), (SILENCE, 60)])
    assert kinds(events) == [SpeechStarted, Utterance, Over, SpeechStarted, Paused, Utterance]
    last = events[-1]
    assert isinstance(last, Utterance)
    assert not last.cut
    assert last.sound.samples[0] == 420


def test_somebody_speaks_for_as_long_as_the_rest_lasts() -> None:
    """So that nobody talks over it; but no longer than as much again, for a television goes on."""
    endpointer = Endpointer(CONFIG, 0.5)
    voiced, events = [], []
    for number in range(2000):
        events += endpointer.push(frame(number), SPEECH)
        voiced.append(endpointer.voiced_ms)
    assert kinds(events) == [SpeechStarted, Utterance, Over]
    assert events[-1] == Over(endless=True)
    assert min(voiced[10:599]) > 30
    assert max(voiced[601:]) == 0
    assert endpointer.sound is None


def test_what_never_pauses_is_one_utterance_until_it_does() -> None:
    """However long it goes on; after its pause speech is speech again."""
    events = heard([(SPEECH, 5000), (SILENCE, 30), (SPEECH, 40), (SILENCE, 60)])
    assert kinds(events) == [SpeechStarted, Utterance, Over, SpeechStarted, Paused, Utterance]


def test_whoever_calls_is_heard_over_what_never_pauses() -> None:
    """`attend` ends the passing over, at any time of it."""
    for already in (350, 900):
        endpointer = Endpointer(CONFIG, 0.5)
        for number in range(already):
            endpointer.push(frame(number), SPEECH)
        endpointer.attend()
        events = [event for n in range(40) for event in endpointer.push(frame(n), SPEECH)]
        assert kinds(events) == [SpeechStarted]


def test_whoever_finishes_about_the_cap_was_heard_whole() -> None:
    """A pause is waited out there: it is cut only where the speech goes on after it."""
    events = heard([(SPEECH, 290), (SILENCE, 60)])
    assert kinds(events) == [SpeechStarted, Paused, Utterance]
    assert not any(isinstance(event, Utterance) and event.cut for event in events)
    events = heard([(SPEECH, 290), (SILENCE, 30), (SPEECH, 20), (SILENCE, 60)])
    assert kinds(events) == [SpeechStarted, Paused, Resumed, Utterance, Over]
    assert any(isinstance(event, Utterance) and event.cut for event in events)


def test_a_sound_that_ends_in_the_rest_is_over() -> None:
    """Whoever waits for its end is told, once."""
    endpointer = Endpointer(CONFIG, 0.5)
    for number in range(400):
        endpointer.push(frame(number), SPEECH)
    assert endpointer.flush() == [Over()]
    assert endpointer.flush() == []


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
    st.lists(st.tuples(st.sampled_from([SPEECH, SILENCE, 0.4]), st.integers(1, 400)), max_size=20)
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
        ("rest", Over): "idle",
    }
    for event in heard(pattern):
        assert (state, type(event)) in allowed
        state = allowed[state, type(event)]
        if isinstance(event, Utterance) and event.cut:
            state = "rest"
