"""Orders and answers on a line: what is understood, what is refused, and how it is told."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError, UsageError
from assistant.orders import (
    LONGEST_MUTE_S,
    Look,
    Mute,
    Order,
    Status,
    Stop,
    ToggleMute,
    Trigger,
    Unmute,
    answer_line,
    length_told,
    order_line,
    parse_answer,
    parse_length,
    parse_order,
)

ORDERS = st.sampled_from([Trigger(), Mute(), Unmute(), ToggleMute(), Stop(), Look()]) | st.builds(
    Mute, st.floats(1, LONGEST_MUTE_S)
)


@given(ORDERS)
def test_an_order_is_read_back_as_it_was_written(order: Order) -> None:
    """The client's words are the server's."""
    assert parse_order(order_line(order)) == order


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("trigger", Trigger()),
        ("  TRIGGER \r", Trigger()),
        ("mute", Mute()),
        ("mute 600", Mute(600)),
        ("mute 1h30m", Mute(5400)),
        ("toggle", ToggleMute()),
        ("status", Look()),
        ('{"order": "mute", "seconds": 600}', Mute(600)),
        ('{"order": "mute", "seconds": null}', Mute()),
        ('{"order": "mute"}', Mute()),
        ('{"order": "stop"}', Stop()),
    ],
)
def test_words_and_json_are_understood(line: str, order: Order) -> None:
    """A script may write either."""
    assert parse_order(line) == order


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "The orders are: trigger, mute"),
        ("muet", "Did you mean 'mute'?"),
        ("stop now", "takes nothing after it"),
        ("mute soon", "90s, 10m, 1h or 1h30m"),
        ("mute 0", "out of range"),
        ("mute nan", "out of range"),
        ("mute inf", "out of range"),
        ("mute -5", "out of range"),
        ('{"order": "mute", "seconds": true}', "out of range"),
        ('{"order": "mute", "seconds": NaN}', "out of range"),
        ('{"order": "mute", "seconds": 1' + "0" * 400 + "}", "out of range"),
        ('{"order": "mute", "seconds": "10"}', "looks like"),
        ('{"order": "stop", "seconds": 10}', "looks like"),
        ('{"order": 7}', "looks like"),
        ('{"order":' + "[" * 5000, "looks like"),
        ("{", "looks like"),
    ],
)
def test_nonsense_is_refused_with_the_way_out(line: str, told: str) -> None:
    """Every refusal is a sentence that says what would have been right."""
    with pytest.raises(UsageError, match=told.replace("?", r"\?")):
        parse_order(line)


@given(st.text())
def test_any_line_is_an_order_or_refused(line: str) -> None:
    """Nothing that is sent makes the reader fail in another way."""
    with contextlib.suppress(UsageError):
        parse_order(line)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1H 30M 5s", 5405),
        ("168h", 604800),
    ],
)
def test_lengths_of_time(text: str, seconds: float) -> None:
    """Hours, minutes and seconds, in this order."""
    assert parse_length(text) == seconds


@pytest.mark.parametrize("text", ["", "10", "m", "1.5h", "-1h", "30m1h", "1d", "ten minutes", "٣m"])
def test_what_is_no_length_is_refused_with_the_forms(text: str) -> None:
    """A bare number too: 10 could be seconds or minutes, and a wrong guess mutes for hours."""
    with pytest.raises(UsageError, match="90s, 10m, 1h or 1h30m"):
        parse_length(text)


@pytest.mark.parametrize("text", ["0s", "0h0m", "169h", "999999h"])
def test_a_length_out_of_range_is_refused(text: str) -> None:
    """A mute for no time or for years is a slip."""
    with pytest.raises(UsageError, match="from 1 second to 7 days"):
        parse_length(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (1, "1 second"),
        (59.98, "1 minute"),
        (90, "1 minute and 30 seconds"),
        (600, "10 minutes"),
        (599.97, "10 minutes"),
        (3599.99, "1 hour"),
        (5400, "1 hour and 30 minutes"),
        (5399.2, "1 hour and 30 minutes"),
        (7201, "2 hours and 1 minute"),
    ],
)
def test_a_length_is_told_in_two_units(seconds: float, words: str) -> None:
    """And a moment after ten minutes were given, ten minutes are left."""
    assert length_told(seconds) == words


@pytest.mark.parametrize(
    "status", [Status("asleep", muted=False), Status("speaking", muted=True, muted_for_s=3.5)]
)
def test_a_status_is_read_back_as_it_was_told(status: Status) -> None:
    """One JSON object on one line."""
    line = answer_line(status)
    assert "\n" not in line
    assert parse_answer(line) == status


def test_an_answer_has_the_names_that_scripts_read() -> None:
    """They are part of the interface."""
    told = answer_line(Status("listening", muted=False))
    assert json.loads(told) == {"ok": True, "state": "listening", "muted": False}
    refused = answer_line(AssistantError("No."))
    assert json.loads(refused) == {"ok": False, "error": "No."}


def test_a_refusal_keeps_its_words() -> None:
    """What the running assistant says is what the person reads."""
    with pytest.raises(AssistantError, match=r"^It is muted\.$"):
        parse_answer(answer_line(AssistantError("It is muted.")))


@pytest.mark.parametrize(
    "line", ["", "yes", "[]", '{"ok": true}', '{"ok":true,"state":"odd","muted":false}']
)
def test_an_answer_of_another_version_says_what_to_do(line: str) -> None:
    """No traceback, and nothing made up."""
    with pytest.raises(AssistantError, match="start it again: assistant run"):
        parse_answer(line)
