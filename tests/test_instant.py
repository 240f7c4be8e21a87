"""The instant path: which sentences need no model, and which do."""

from __future__ import annotations

import pytest

from assistant.think.instant import Instant


@pytest.fixture(scope="module")
def instant() -> Instant:
    """The sentences of three languages, read once."""
    return Instant(["en", "de", "id"])


@pytest.mark.parametrize(
    "text",
    [
        "What time is it?",
        "what's the time",
        "What\u2019s the time?",
        "Hey, what time is it now?",
        "Could you tell me the time, please?",
        "Tell me the time.",
        "Do you know what time it is?",
        "Okay, what is the current time?",
    ],
)
def test_the_time_is_known_without_a_model(instant: Instant, text: str) -> None:
    """The ways in which people ask for the time."""
    call = instant.match(text, "en")
    assert call is not None
    assert (call.name, call.arguments) == ("clock", '{"ask": "time"}')


@pytest.mark.parametrize(
    "text",
    [
        "What's the date today?",
        "What day is it?",
        "What is today's date?",
        "What day of the week is it?",
        "Tell me the date.",
    ],
)
def test_the_date_is_known_without_a_model(instant: Instant, text: str) -> None:
    """The ways in which people ask for the date."""
    call = instant.match(text, "en")
    assert call is not None
    assert call.arguments == '{"ask": "date"}'


@pytest.mark.parametrize(
    "text",
    [
        "What time is the train to Bristol?",
        "What is the best time to visit Rome?",
        "Tell me a joke.",
        "The time is now or never.",
        "",
        "?!",
    ],
)
def test_what_only_looks_like_it_goes_to_the_model(instant: Instant, text: str) -> None:
    """A question about another time or place is not answered with the time here."""
    assert instant.match(text, "en") is None


def test_other_languages_have_their_own_sentences(instant: Instant) -> None:
    """Each language knows its own, and a language that was not read knows none."""
    assert instant.match("Wie spät ist es?", "de") is not None
    assert instant.match("Jam berapa sekarang?", "id") is not None
    assert instant.match("Tanggal berapa hari ini?", "id") is not None
    assert instant.match("What time is it?", "de") is None
    assert instant.match("What time is it?", "fr") is None


@pytest.mark.parametrize("text", ["Never mind.", "Stop.", "Quiet, please."])
def test_who_thinks_better_of_it_needs_no_model(instant: Instant, text: str) -> None:
    """It is not worth a request."""
    call = instant.match(text, "en")
    assert call is not None
    assert call.name == "never_mind"
