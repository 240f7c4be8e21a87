"""What is believed of a text and of the sound around it: pure rules."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.audio.pcm import LISTEN_RATE
from assistant.listen.transcript_checks import (
    Evidence,
    Hypothesis,
    better,
    doubt,
    familiar,
    loops,
    refusal,
    repeats,
    tidy,
)
from assistant.listen.window import FULL_FRAMES, HOP, STEP, frames_for, padded, pieces, stretch

CLEAR = Evidence(peak=0.95, no_speech=0.1, logprob=-0.5)
WEAK = Evidence(peak=0.15, no_speech=0.9, logprob=-0.9)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Lions Lions Lions Lions Lions", 2.5),
        ("Weather Weather Weather Weather Weather Weather Weather Weather", 20),
        ("I'm not, I'm not, I'm not, I'm not, I'm", 3),
        ("one two three four five six seven eight nine ten eleven twelve", 1.0),
    ],
)
def test_a_text_that_goes_round_or_is_too_long_for_its_time_is_a_loop(
    text: str, seconds: float
) -> None:
    """A word or two four times running, or more words than fit into the time."""
    assert loops(text, seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Stop.",
        "No, no.",
        "Can I have a medium, medium roast iced coffee?",
        "Call five five five, one two one two.",
        "Set a timer for ten minutes and a timer for five minutes.",
    ],
)
def test_what_people_repeat_is_no_loop(text: str) -> None:
    """A word said twice, digits, or two requests of a kind are speech."""
    assert not loops(text, 4.0)
    assert not repeats(text)


@pytest.mark.parametrize(
    "text",
    [
        "Tell me a good joke. Tell me a good joke.",
        "Make me a small dark roast mocha. Make me a small dark rose",
        "Wake me at seven on Monday. And wake me at seven on Friday.",
    ],
)
def test_five_words_a_second_time_are_doubted_and_no_more(text: str) -> None:
    """A loop's last round is seldom whole; and people have two requests of a kind."""
    assert repeats(text)
    assert doubt(Hypothesis(text, -0.1, 0.1, "en"), 5.0)
    assert not loops(text, 5.0)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  What's   the\n time? ", "What's the time?"),
        ("[Music] Turn it down. (applause)", "Turn it down."),
        ("♪ La la la ♪", "La la la"),
        ("*sighs* Never mind.", "Never mind."),
        ("[BLANK_AUDIO]", ""),
        ("(water running)", ""),
        ("♪♪", ""),
        (" . ", ""),
        ("...", ""),
    ],
)
def test_annotations_go_and_casing_and_marks_stay(written: str, kept: str) -> None:
    """Only words that somebody may have said are left, as they were written."""
    assert tidy(written) == kept


@pytest.mark.parametrize(
    "text", ["Thank you.", "you", "Bye.", "Thanks for watching!", "Okay.", "Terima kasih."]
)
def test_a_known_hallucination_out_of_noise_is_named_so(text: str) -> None:
    """Where little speaks for speech, what Whisper writes into silence is refused."""
    assert refusal(text, WEAK) == "hallucination"


@pytest.mark.parametrize("text", ["Thank you.", "Bye.", "Stop.", "Yes.", "Okay.", "You."])
def test_the_same_words_pass_when_they_were_clearly_spoken(text: str) -> None:
    """No word is forbidden: the evidence decides."""
    assert refusal(text, CLEAR) == ""


def test_credits_need_more_evidence_than_words() -> None:
    """A voice far off may say "thank you"; nobody says "subtitles by" to an assistant."""
    some = Evidence(peak=0.8, no_speech=0.3, logprob=-0.8)
    assert refusal("Thank you.", some) == ""
    assert refusal("Subtitles by the Amara.org community", some) == "hallucination"
    assert familiar("Subtitles by the Amara.org community") == "credit"


@pytest.mark.parametrize("text", ["Go, go, go!", "No, no, no, don't, don't.", "Five, five."])
def test_a_word_over_and_over_needs_to_be_clearly_said(text: str) -> None:
    """A dog barks "go, go, go"; a person who says it passes."""
    bark = Evidence(peak=0.46, no_speech=0.28, logprob=-0.75)
    assert refusal(text, bark) == "hallucination"
    assert refusal(text, CLEAR) == ""
    assert refusal("Go to the next song.", bark) == ""


@pytest.mark.parametrize(
    ("text", "evidence", "reason"),
    [
        ("", CLEAR, "no-speech"),
        ("I want tea.", WEAK, "no-speech"),
        ("Wow ah.", Evidence(peak=0.7, no_speech=0.4, logprob=-1.2), "no-speech"),
        ("Wow ah.", Evidence(peak=0.95, no_speech=0.1, logprob=-1.7), "noise"),
        ("ha " * 40, CLEAR, "repetition"),
        ("AHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH", CLEAR, "repetition"),
    ],
)
def test_a_refusal_says_why(text: str, evidence: Evidence, reason: str) -> None:
    """Nothing written, nobody there, a guess, a loop: each has its name."""
    assert refusal(text, evidence) == reason


def test_of_two_texts_the_one_that_does_not_loop_is_better() -> None:
    """Whisper is sure of its loops, so likelihood decides only between texts of a kind."""
    loop = Hypothesis("Stop it. " * 4, -0.05, 0.1, "en")
    twice = Hypothesis("Stop the music right now. " * 2, -0.1, 0.1, "en")
    guess = Hypothesis("Stop it.", -0.9, 0.1, "en")
    sure = Hypothesis("Stop that.", -0.3, 0.1, "en")
    assert better(loop, guess, 1.0) == guess
    assert better(loop, twice, 1.0) == twice
    assert better(twice, guess, 1.0) == guess
    assert better(guess, sure, 1.0) == sure


def test_a_guess_a_loop_and_an_empty_text_are_doubted() -> None:
    """Only these cost a second look."""
    assert doubt(Hypothesis("Stop.", -1.1, 0.1, "en"), 1.0)
    assert doubt(Hypothesis("", -0.1, 0.1, "en"), 1.0)
    assert doubt(Hypothesis("no no no no", -0.1, 0.1, "en"), 1.0)
    assert not doubt(Hypothesis("Stop.", -0.9, 0.1, "en"), 1.0)


def test_the_window_is_as_long_as_the_speech_and_within_bounds() -> None:
    """12 s at least, 30 s at most, and a second more than the sound between."""
    assert [frames_for(seconds) for seconds in (0.2, 9.0, 12.3, 29.5, 300)] == [
        1200,
        1200,
        1350,
        3000,
        3000,
    ]


def test_padding_is_faint_noise_and_always_the_same() -> None:
    """The sound is untouched, what follows is neither zero nor audible, and repeats."""
    sound = np.full(LISTEN_RATE, 0.25, np.float32)
    window = padded(sound, 1000)
    assert window.shape == (1000 * HOP,)
    assert np.array_equal(window[:LISTEN_RATE], sound)
    rest = window[LISTEN_RATE:]
    assert 0 < float(np.abs(rest).max()) < 1e-3
    assert np.array_equal(window, padded(sound, 1000))


def test_silence_around_speech_is_cut_off_and_within_it_is_kept() -> None:
    """From shortly before the first speech to shortly after the last, whatever lies between."""
    speech = np.zeros(300, np.float32)
    speech[100:110] = speech[190:200] = 0.9
    samples = np.arange(300 * STEP, dtype=np.float32)
    found = stretch(samples, speech)
    spoken = found.samples[found.spoken]
    assert 0 < 100 * STEP - spoken[0] <= LISTEN_RATE
    assert 0 < spoken[-1] - 200 * STEP <= LISTEN_RATE
    assert found.peak == pytest.approx(0.9)


def test_all_is_kept_where_no_speech_is_found() -> None:
    """The detector may be wrong; then Whisper still gets to see everything."""
    samples = np.ones(50 * STEP, np.float32)
    assert stretch(samples, np.zeros(50, np.float32)).spoken_s == len(samples) / LISTEN_RATE


@pytest.mark.parametrize("seconds", [1, 29, 31, 75, 300])
def test_a_long_sound_is_cut_in_pauses_and_nothing_is_lost(seconds: int) -> None:
    """The pieces joined are the sound, each fits the window, and no cut is inside a word."""
    samples = np.arange(seconds * LISTEN_RATE, dtype=np.float32)
    speech = np.tile(np.r_[np.ones(100), np.zeros(12)], 100).astype(np.float32)
    speech = speech[: -(-len(samples) // STEP)]
    found = list(pieces(samples, speech))
    assert np.array_equal(np.concatenate([piece.samples for piece in found]), samples)
    assert all(len(piece.samples) <= FULL_FRAMES * HOP for piece in found)
    cuts = np.cumsum([len(piece.samples) for piece in found])[:-1] // STEP
    assert not speech[cuts].any()
