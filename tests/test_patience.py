"""The rules of patience: how long each pair of words and melody is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import EndpointConfig
from assistant.listen.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper

SETTINGS = EndpointConfig(finished_ms=300, hangover_ms=700, longest_pause_ms=1500)
WHOLE, OPEN, CUT = "What time is it?", "I want a triple shot.", "Set a timer for"


@pytest.mark.parametrize(
    ("text", "finished", "wait_ms"),
    [
        (WHOLE, 0.9, 300),
        (WHOLE, None, 300),
        (WHOLE, 0.1, 700),
        (OPEN, 0.9, 500),
        (OPEN, None, 700),
        (OPEN, 0.1, 1500),
        ("", None, 700),
        (CUT, 0.9, 1500),
        (CUT, None, 1500),
        (CUT, 0.1, 1500),
    ],
)
def test_the_surer_it_is_the_shorter_the_wait(
    text: str, finished: float | None, wait_ms: int
) -> None:
    """Every cell of the table, in the settings' own milliseconds."""
    assert Patience(SETTINGS).wait_ms(text, finished, "en") == wait_ms


def test_in_a_language_without_words_the_melody_decides() -> None:
    """What it calls unfinished waits longest, what it calls finished shorter than not knowing."""
    patience = Patience(SETTINGS)
    waits = [patience.wait_ms("Ustaw minutnik", chance, "pl") for chance in (0.9, None, 0.1)]
    assert waits == [500, 700, 1500]


@given(
    st.text(),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(50, 5000),
    st.integers(100, 10_000),
    st.integers(100, 10_000),
)
def test_no_wait_is_out_of_bounds_and_a_surer_melody_never_waits_longer(
    text: str, one: float, other: float, finished: int, hangover: int, longest: int
) -> None:
    """Also with settings in the wrong order: each is at least the one before it."""
    settings = EndpointConfig(finished_ms=finished, hangover_ms=hangover, longest_pause_ms=longest)
    patience = Patience(settings)
    low, high = sorted((one, other))
    waits = [patience.wait_ms(text, chance, "en") for chance in (high, low)]
    assert finished <= waits[0] <= waits[1] <= max(finished, hangover, longest)


@pytest.mark.parametrize(
    "sentence",
    [
        "Set a timer for|ten minutes.",
        "Remind me to|call my mother.",
        "What's the weather in|Amsterdam?",
        "Turn on the|light in the kitchen.",
        "Play some music by|Miles Davis.",
        "How many people live in|Berlin?",
        "Remind me tomorrow at nine to|take out the trash.",
        "Translate good morning into|French.",
        "How do you say|hello in Spanish?",
        "Can you tell me|the time in Berlin?",
    ],
)
def test_half_a_sentence_is_waited_for_longer_than_the_whole_of_it(
    sentence: str, models: Path, tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """With our own voice, as tiny.en writes it and as the model hears it."""
    from assistant.listen.turn_end import SmartTurn  # noqa: PLC0415  # half a second to import

    model = SmartTurn(models / "smart-turn-v3.2" / "smart-turn-v3.2-cpu.onnx")
    patience = Patience(SETTINGS)
    cut, whole = (
        patience.wait_ms(
            tiny.transcribe(sound).text, model.finished(sound.cut(0, sound.seconds - 0.45)), "en"
        )
        for sound in (say(sentence.partition("|")[0]), say(sentence.replace("|", " ")))
    )
    assert whole == 300
    assert cut >= 700
