"""Which alarm is meant.

Flows in: alarms, and words. Flows out: the one that fits, or a ToolError that asks. Refuses to
know: what is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.alarm_plans import day_of, hours_of
from assistant.household.alarm_words import listed, said_when
from assistant.household.alarms import due, local_of, upcoming
from assistant.household.names import key_of, offered, told_of
from assistant.household.spoken_times import When, when_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from assistant.household.alarms import Alarm

_TOLD: Final = 10
"""Alarms that are asked about at most."""
_NOON: Final = 12
_FILL: Final = frozenset(
    {"the", "my", "an", "a", "alarm", "alarms", "reminder", "reminders", "to", "for", "at", "about"}
)


def found(alarms: Sequence[Alarm], which: str, now: datetime, kind: str = "") -> Alarm:
    """The one that is meant by its words, its time, its day, or as the next or the only one.

    Raises ToolError that asks, where there are several, and offers near ones, where there is none.
    """
    there = [alarm for alarm in alarms if not kind or alarm.kind == kind]
    what = kind or "alarm or reminder"
    if not there:
        raise ToolError(f"There is no {what}.")
    meant = " ".join(word for word in which.split() if word.lower().strip(".,") not in _FILL)
    if meant.lower() == "next":
        return min(there, key=lambda alarm: due(alarm, now) or now)
    fitting = list(_fitting(there, meant, now)) if meant else there
    if not fitting:
        near = offered(meant, [alarm.words for alarm in there if alarm.words])
        raise ToolError(f"There is no {what} {meant}.{near or ' ' + listed(there, now)}")
    if len(fitting) > 1:
        told = [f"{alarm.words} {said_when(alarm, now)}".strip() for alarm in fitting]
        raise ToolError(f"Which one: {told_of(told, last='or', most=_TOLD)}?")
    return fitting[0]


def _fitting(alarms: Sequence[Alarm], meant: str, now: datetime) -> Iterable[Alarm]:
    """By the whole of the words; else by time and day; else by a word in them."""
    key = key_of(meant)
    if named := [alarm for alarm in alarms if alarm.words and key_of(alarm.words) == key]:
        return named
    if when := when_of(meant):
        return [alarm for alarm in alarms if _suits(alarm, when, now)]
    words = set(key.split())
    return [alarm for alarm in alarms if words <= set(key_of(alarm.words).split())]


def _suits(alarm: Alarm, when: When, now: datetime) -> bool:
    local = upcoming(alarm, now) or alarm.first
    if when.hour is not None:
        if (local.hour, local.minute) not in {(h, when.minute) for h in hours_of(when, alarm.kind)}:
            return False
    elif when.half in ("am", "pm") and (local.hour < _NOON) != (when.half == "am"):
        return False
    if when.days:
        return all(f"{day[:2].upper()}" in alarm.rule.partition("BYDAY=")[2] for day in when.days)
    return not when.day or local.date() == day_of(when, local_of(now, alarm.zone))
