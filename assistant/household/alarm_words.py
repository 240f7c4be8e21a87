"""How alarms are spoken of.

Flows in: alarms, and the time. Flows out: words. Refuses to know: what they were asked for with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel.dates import format_time

from assistant.household.alarms import due, local_of, upcoming
from assistant.household.names import told_of
from assistant.household.spoken_times import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.household.alarms import Alarm

_TOLD: Final = 10
"""Alarms that are read out at most."""
_WEEK: Final = 7


def said_time(moment: datetime) -> str:
    """`7:30 AM`."""
    return str(format_time(moment, "short", locale="en")).replace("\u202f", " ")


def said_day(moment: datetime, now: datetime) -> str:
    """`today`, `tomorrow`, `on Friday`, `on June 5`; both local."""
    days = (moment.date() - now.date()).days
    if days in (0, 1):
        return "tomorrow" if days else "today"
    if 1 < days < _WEEK:
        return f"on {moment:%A}"
    year = f", {moment.year}" if moment.year != now.year else ""
    return f"on {moment:%B} {moment.day}{year}"


def said_repeat(rule: str) -> str:
    """`every weekday`, `every Monday and Friday`; empty for once."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    every = int(parts.get("INTERVAL", "1"))
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
    freq = unit.get(parts.get("FREQ", ""), "")
    if not freq:
        return ""
    each = f"every {freq}" if every == 1 else f"every {every} {freq}s"
    if freq != "week":
        return each
    short = parts.get("BYDAY", "").split(",")
    days = [day.capitalize() for day in WEEKDAYS if day[:2].upper() in short]
    named = {5: "weekday", 2: "weekend"}.get(len(days), "")
    whole = {"weekday": [*days] == [d.capitalize() for d in WEEKDAYS[:5]]}
    whole["weekend"] = days == [d.capitalize() for d in WEEKDAYS[5:]]
    told = named if named and whole[named] else told_of(days)
    return f"every {told}" if every == 1 else f"{each} on {told_of(days)}"


def said_when(alarm: Alarm, now: datetime) -> str:
    """`at 7:30 AM tomorrow`, `at 7:30 AM every weekday`; now is a moment."""
    repeat = said_repeat(alarm.rule)
    if not repeat:
        return said_next(alarm, now)
    return f"at {said_time(upcoming(alarm, now) or alarm.first)} {repeat}"


def said_next(alarm: Alarm, now: datetime) -> str:
    """`at 7:30 AM on Tuesday`: of one that repeats too, when it rings next."""
    local = upcoming(alarm, now) or alarm.first
    return f"at {said_time(local)} {said_day(local, local_of(now, alarm.zone))}"


def the(alarm: Alarm) -> str:
    """`The 7:30 AM alarm`, `The reminder to call mum`."""
    if alarm.kind == "reminder":
        return f"The reminder to {alarm.words}" if alarm.words else "The reminder"
    name = f"{alarm.words} " if alarm.words else f"{said_time(alarm.first)} "
    return f"The {name}alarm"


def listed(alarms: Sequence[Alarm], now: datetime, what: str = "alarm") -> str:
    """All of them, the next first."""
    if not alarms:
        return f"There is no {what}."
    coming = sorted(alarms, key=lambda alarm: due(alarm, now) or now)
    told = [
        f"{alarm.words + ' ' if alarm.words else ''}{said_when(alarm, now)}" for alarm in coming
    ]
    if len(told) == 1:
        return f"There is one {what}: {told[0]}."
    return f"There are {len(told)} {what}s: {told_of(told, most=_TOLD)}."
