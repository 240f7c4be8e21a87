"""How people ask for the time and the date, and the call that answers.

Flows out: sentences for `instant`. Refuses to know: the answer.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Final

from assistant.household.dates import date_of
from assistant.household.zones import zone_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS: Final[Mapping[str, ToolCall]] = {
    "HassGetCurrentTime": ToolCall("instant", "clock", '{"ask": "time"}'),
    "HassGetCurrentDate": ToolCall("instant", "clock", '{"ask": "date"}'),
}

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "*": dict.fromkeys(_CALLS, ()),
    "en": {
        "HassGetCurrentTime": [
            "(what|whats|what's|what is) the [current|exact] time [is it] [right now|now|please]",
            "what time is it [right] [now|please]",
            "what time it is [now]",
            "(tell|give) me [what] [the] [current] time [it is] [now|please]",
            "(do you (have|know)|have you got) [what] [the] time [it is]",
            "(can|could) you tell me [what] [the] [current] time [it is] [now|please]",
            "how late is it [now]",
            "time [now|please]",
        ],
        "HassGetCurrentDate": [
            "(what|whats|what's|what is) (today's|todays|the|the current) date [today|please]",
            "(what|whats|what's|what is) the date (of today|today|right now|now)",
            "what (day|date) is (it|today) [today|please]",
            "what day of the week is (it|today) [today]",
            "(tell|give) me (today's|todays|the|the current) date [please]",
            "(can|could) you tell me (today's|todays|the|the current) date [please]",
            "which day is (it|today) [today]",
            "what is the day today",
        ],
        "ClockThere": [
            "what time is it [now|right now] in {clock_place} [now|right now]",
            "(what is|what's|whats) the [current|local|exact] time [now] in {clock_place} [now]",
            "(tell|give) me the [current|local] time in {clock_place}",
            "(do you know|(can|could) you tell me) (the time|what time it is) in {clock_place}",
            "how late is it in {clock_place}",
            "[current|local] time in {clock_place}",
        ],
        "ClockDateThere": [
            "what (day|date) is it [now] in {clock_place}",
            "(what is|what's|whats) the [current] date in {clock_place}",
        ],
        "ClockUntil": [
            "how many days [are there] [left] (until|till|to|before) {clock_day}",
            "how many days (is it|are left|remain) (until|till|to|before) {clock_day}",
            "how long [is it] [left] (until|till|to) {clock_day}",
            "(number of|count the) days (until|till|to) {clock_day}",
            "how far [away|off] is {clock_day}",
            "when is {clock_day} in days",
        ],
        "ClockWeekday": [
            "(what|which) [day of the week|weekday|day] (is|was|will be|will) {clock_day} [be|on]",
            "(what|which) (day of the week|weekday|day) (does|did|will) {clock_day} fall on",
            "on (what|which) [week]day (is|was|will|does) {clock_day} [be|fall]",
            "(tell me|do you know) the (weekday|day of the week) of {clock_day}",
            "(what is|what's|whats) the (weekday|day of the week) of {clock_day}",
        ],
    },
    "id": {
        "HassGetCurrentTime": ["jam berapa [sekarang|ini|sekarang ini]", "sekarang jam berapa"],
        "HassGetCurrentDate": [
            "(hari|tanggal) (apa|berapa) [sekarang|ini|hari ini]",
            "[hari] (ini|sekarang) (hari|tanggal) (apa|berapa)",
        ],
    },
}


_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "ClockThere": ("clock", "time"),
    "ClockDateThere": ("clock", "date"),
    "ClockUntil": ("calendar", "days_until"),
    "ClockWeekday": ("calendar", "weekday"),
}
"""The tool of an intent with a slot, and what it is asked."""
_SOME_DAY: Final = date(2026, 1, 1)
"""Whether words name a day does not depend on the day on which they are said."""


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; None where its slot names no place, or no day."""
    if intent in _CALLS:
        return None if slots else _CALLS[intent]
    tool, ask = _FIELDS[intent]
    if tool == "clock":
        place = str(slots.get("clock_place", "")).strip()
        return _call(tool, ask=ask, place=place) if zone_of(place) else None
    day = str(slots.get("clock_day", "")).strip()
    return _call(tool, ask=ask, day=day) if date_of(day, _SOME_DAY) else None


def _call(tool: str, **arguments: str) -> ToolCall:
    return ToolCall("instant", tool, json.dumps(arguments))
