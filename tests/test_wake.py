"""The wake word with the real models: who says it wakes, and nothing else does."""

from __future__ import annotations

import csv
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf
from waking import WORDS, detector, hear, spaced, words_heard

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from waking import Say

AUDIO = Path(__file__).resolve().parent.parent.parent / "shared" / "audio"
SENTENCES = (
    "What will the weather be like tomorrow?",
    "Play some jazz music in the kitchen, please.",
    "The harvest is late this year, said the old farmer.",
    "Okay, then put the bread into the oven.",
    "My craft project needs more paper and a lot of glue.",
    "A lecture about elections begins at seven.",
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Hey Jarvis.", "hey_jarvis"),
        ("Hey Jarvis, what's the weather in Jakarta?", "hey_jarvis"),
        ("Okay Nabu.", "okay_nabu"),
        ("Okay Nabu, set a timer for ten minutes.", "okay_nabu"),
        ("Hey Mycroft.", "hey_mycroft"),
        ("Hey Mycroft, what time is it?", "hey_mycroft"),
        ("Alexa.", "alexa"),
        ("Alexa, turn on the kitchen lights.", "alexa"),
    ],
)
def test_a_wake_word_is_heard_alone_and_with_its_request(say: Say, text: str, word: str) -> None:
    """Each of several words wakes once, by its own name, whatever follows in the same breath."""
    assert words_heard(detector(*WORDS), say(text)) == [word]


def test_it_wakes_before_the_request_is_over(say: Say) -> None:
    """The word is told within half a second of its end, not when the speaker has finished."""
    alone = say("Hey Jarvis.")
    end = alone.seconds - 0.65
    (woke,) = hear(detector("hey_jarvis"), say("Hey Jarvis, what's the weather in Jakarta?"))
    assert end - 0.3 < woke[1] < end + 0.5


@pytest.mark.parametrize("gain", [4.0, 0.1, 0.02])
def test_a_loud_and_a_soft_voice_wake_alike(say: Say, gain: float) -> None:
    """From clipped to 34 dB below a near voice: the front end evens the level out."""
    sound = say("Hey Jarvis, what time is it?")
    louder = Pcm.from_float(sound.as_float() * np.float32(gain))
    assert words_heard(detector("hey_jarvis"), louder) == ["hey_jarvis"]


def test_a_wake_word_after_long_quiet_and_after_talk_is_heard(say: Say) -> None:
    """What the models did not hear while they rested makes no difference to what they hear."""
    word = say("Hey Jarvis.")
    sound = spaced(word, Pcm.silence(20), word, say(SENTENCES[0]), word)
    assert words_heard(detector("hey_jarvis"), sound) == ["hey_jarvis"] * 3


def test_other_speech_does_not_wake(say: Say) -> None:
    """Sentences with words that resemble the wake words wake none of the four."""
    sound = spaced(*(say(sentence) for sentence in SENTENCES))
    assert words_heard(detector(*WORDS), sound) == []


def test_only_the_chosen_word_wakes(say: Say) -> None:
    """Who chose Alexa is not woken by Hey Jarvis."""
    assert words_heard(detector("alexa"), spaced(say("Hey Jarvis."), say("Alexa."))) == ["alexa"]


def test_none_is_heard_in_the_refractory_time(say: Say) -> None:
    """A second word within the time is not looked for, of any name; after it, it is."""
    twice = Pcm.join([say("Hey Jarvis."), say("Alexa.")])
    assert words_heard(detector(*WORDS, refractory_ms=4000), twice) == ["hey_jarvis"]
    assert words_heard(detector(*WORDS, refractory_ms=500), twice) == ["hey_jarvis", "alexa"]


def test_one_word_wakes_once_without_a_refractory_time(say: Say) -> None:
    """A score that stays high is one word, not one for each 30 ms."""
    assert words_heard(detector("hey_jarvis", refractory_ms=0), say("Hey Jarvis.")) == [
        "hey_jarvis"
    ]


def test_without_a_voice_it_does_not_wake(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    """The wake word and the voice activity must agree, in a quiet room and in a noisy one."""
    sound = spaced(say("Hey Jarvis."))
    assert words_heard(detector("hey_jarvis"), sound, speech=0.0) == []
    listening = detector("hey_jarvis")
    with caplog.at_level(logging.INFO, "assistant.listen.wake"):
        assert words_heard(listening, sound, speech=0.3) == []
    assert listening.near_misses == 1
    assert "no voice with it" in caplog.text
    assert words_heard(detector("hey_jarvis"), sound, speech=0.6) == ["hey_jarvis"]


def test_a_voice_of_a_moment_ago_agrees(say: Say) -> None:
    """The score comes after the word: speech counts for half a second, and no longer."""
    sound = spaced(say("Hey Jarvis."))
    (woke,) = hear(detector("hey_jarvis"), sound, speech=1.0)
    for voiced_until, expected in ((woke[1] - 0.4, ["hey_jarvis"]), (woke[1] - 1.2, [])):
        listening = detector("hey_jarvis")
        cut = round(voiced_until / 0.01) * FRAME_SAMPLES
        heard = words_heard(listening, Pcm(sound.samples[:cut]), 1.0)
        assert heard + words_heard(listening, Pcm(sound.samples[cut:]), 0.1) == expected


def test_a_threshold_decides_and_a_near_miss_is_told(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    """Just below the threshold it does not wake, and the peak is logged once with its score."""
    sound = spaced(say("Okay Nabu."))
    scorer = detector("okay_nabu", thresholds={"okay_nabu": 0.999})
    hear(scorer, sound, 1.0)
    miss = scorer.last_miss
    assert miss is not None
    assert miss.score > 0.8
    strict = detector("okay_nabu", thresholds={"okay_nabu": miss.score + 0.005})
    with caplog.at_level(logging.INFO, "assistant.listen.wake"):
        assert words_heard(strict, sound, 1.0) == []
    assert strict.near_misses == 1
    assert [f"{miss.score:.2f}" in record.getMessage() for record in caplog.records] == [True]
    lenient = detector("okay_nabu", thresholds={"okay_nabu": miss.score - 0.005})
    assert words_heard(lenient, sound, 1.0) == ["okay_nabu"]
    assert lenient.near_misses == 0


def test_any_cut_of_the_frames_gives_the_same(say: Say) -> None:
    """Time is samples counted: steps of 10 ms and of 80 wake in the same place."""
    sound = spaced(say("Hey Jarvis."), say("Alexa."), say("Alexa, what time is it?"))
    fine = hear(detector(*WORDS), sound, 1.0)
    for step in (FRAME_SAMPLES * 2, FRAME_SAMPLES * 8, 100):
        coarse = hear(detector(*WORDS), sound, 1.0, step)
        assert [word for word, _ in coarse] == [word for word, _ in fine]
        for (_, one), (_, other) in zip(fine, coarse, strict=True):
            assert abs(one - other) <= step / LISTEN_RATE


def test_reset_forgets_everything(say: Say) -> None:
    """Half a word before and half after are none; and what comes next is heard as if first."""
    sound = say("Hey Jarvis.")
    middle = (0.4 + sound.seconds - 0.65) / 2
    listening = detector("hey_jarvis", refractory_ms=10_000)
    first = hear(listening, sound)
    assert len(first) == 1
    listening.reset()
    hear(listening, sound.cut(0, middle))
    listening.reset()
    assert hear(listening, sound.cut(middle)) == []
    listening.reset()
    assert hear(listening, sound) == first


def test_what_came_before_the_gate_opened_is_heard(say: Say) -> None:
    """The gate opens in the middle of the word: its beginning is heard too, each time anew."""
    sound = say("Hey Jarvis.")
    listening = detector("hey_jarvis")
    for _ in range(3):
        assert words_heard(listening, Pcm.join([Pcm.silence(1), sound.cut(0, 0.7)]), 0.0) == []
        assert words_heard(listening, sound.cut(0.7), 1.0) == ["hey_jarvis"]
        hear(listening, Pcm.silence(2), 0.0)


def test_no_score_lasts_across_the_quiet(say: Say) -> None:
    """A word that no voice agreed with does not wake when somebody speaks much later."""
    sound = say("Hey Jarvis.")
    (woke,) = hear(detector("hey_jarvis"), sound, 1.0)
    listening = detector("hey_jarvis")
    assert words_heard(listening, sound.cut(0, woke[1] + 0.1), 0.3) == []
    assert words_heard(listening, Pcm.silence(5), 0.0) == []
    assert words_heard(listening, Pcm.silence(1), 1.0) == []


def test_a_near_miss_that_the_quiet_ends_is_told(say: Say) -> None:
    """Where the gate shuts upon a peak, that was the peak."""
    listening = detector("hey_jarvis", thresholds={"hey_jarvis": 0.999})
    hear(listening, say("Hey Jarvis.").cut(0, 1.15), 1.0)
    assert listening.scores["hey_jarvis"] > 0.6
    assert listening.near_misses == 0
    hear(listening, Pcm.silence(0.1), 0.0)
    assert listening.near_misses == 1


def test_it_rests_in_the_quiet(say: Say) -> None:
    """Where the gate is shut no model runs: its score stays at nothing, whatever is played."""
    listening = detector("hey_jarvis")
    hear(listening, say("Hey Jarvis.").cut(0, 0.9), 1.0)
    hear(listening, say("Hey Jarvis.").cut(0.9), 0.0)
    assert listening.scores == {"hey_jarvis": 0.0}


@pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")
def test_recorded_wake_words_wake_and_recorded_speech_does_not() -> None:
    """Of real people, every second Alexa wakes, and no English command does."""
    with (AUDIO / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["language"] == "en"]
    wakes = [row for row in rows if "wake/en_pv_alexa" in row["path"]][::2]
    others = [row for row in rows if row["path"].startswith("utterance/")][::4]
    listening = detector(*WORDS)
    for row in wakes + others:
        listening.reset()
        samples, rate = sf.read(AUDIO / row["path"], dtype="int16")
        sound = spaced(Pcm(samples, rate).resampled(LISTEN_RATE))
        assert words_heard(listening, sound) == ["alexa"] * (row in wakes), row["path"]
