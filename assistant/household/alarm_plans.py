"""What was said of a time, as the first ring of an alarm and the rule for the others.

Flows in: `When`, and the local time now. Flows out: a wall time and an RRULE; or a ToolError that
asks for another. Refuses to know: alarms that are there.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal

from assistant.errors import ToolError
from assistant.household.alarm_words import said_time
from assistant.household.spoken_times import WEEKDAYS, When

if TYPE_CHECKING:
    from collections.abc import Sequence

_WEEK: Final = 7
_NOON: Final = 12
_FEBRUARY: Final = 2
_IN_EVERY_MONTH: Final = 28


def planned(when: When, now: datetime, *, kind: Literal["alarm", "reminder"]) -> datetime:
    """The wall time of the first ring, by what was said and the local time now.

    Where only `7` was said, it is the next seven o'clock there is; of a day, or one that repeats,
    the likely half: 6 to 11 in the morning (an alarm from 4), else the afternoon.
    Raises ToolError for a time that is over, or that there is none of.
    """
    local = now.replace(tzinfo=None)
    if when.after_s is not None:
        if when.after_s <= 0:
            raise ToolError("That is not in the future. When shall it be?")
        return (local + timedelta(seconds=when.after_s)).replace(microsecond=0)
    if when.hour is None:
        raise ToolError("At what time?")
    day, hours = day_of(when, local), hours_of(when, kind)
    if when.days:
        chances = [local.date() + timedelta(days=ahead) for ahead in range(_WEEK + 1)]
        numbers = {WEEKDAYS.index(name) for name in when.days}
        starts = [_at(one, hours[0], when.minute) for one in chances if one.weekday() in numbers]
        return next(start for start in starts if start > local)
    if day is None:
        coming = [_next(local, hour, when.minute) for hour in hours]
        return min(coming) if when.repeat == "once" else coming[0]
    return _on(day, hours, when, local)


def _on(day: date, hours: Sequence[int], when: When, local: datetime) -> datetime:
    """The time on a day that was named; of today, the half that is still to come."""
    first = [_at(day, hour, when.minute) for hour in hours]
    if coming := [moment for moment in first if moment > local]:
        return coming[0]
    if when.day in WEEKDAYS:  # said on that very day: a week from now
        return first[0] + timedelta(days=_WEEK)
    ago = local - first[-1]
    told = "just now" if ago < timedelta(minutes=1) else f"{_ago(ago)} ago"
    question = " Shall it be tomorrow?" if day == local.date() else " Which day shall it be?"
    raise ToolError(f"{said_time(first[-1])} was {told}.{question}")


def _ago(past: timedelta) -> str:
    minutes = round(past.total_seconds() / 60)
    for name, unit in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= unit:
            count = round(minutes / unit)
            return f"{'an' if name == 'hour' else 'a'} {name}" if count == 1 else f"{count} {name}s"
    return "a moment"


def hours_of(when: When, kind: Literal["alarm", "reminder"]) -> list[int]:
    """The hours that can be meant, the likelier first."""
    hour = when.hour or 0
    if when.half == "24h" or hour > _NOON or hour == 0:
        return [hour]
    morning, evening = hour % _NOON, hour % _NOON + _NOON
    if when.half == "am":
        return [morning]
    if when.half == "pm":
        return [evening]
    early = (4 if kind == "alarm" else 6) <= hour < _NOON
    return [morning, evening] if early else [evening, morning]


def day_of(when: When, local: datetime) -> date | None:
    """The day that was said; None where none was. Raises ToolError where there is none such."""
    today = local.date()
    if not when.day:
        return None
    if when.day in ("today", "tomorrow"):
        return today + timedelta(days=when.day == "tomorrow")
    if when.day in WEEKDAYS:
        return today + timedelta(days=(WEEKDAYS.index(when.day) - today.weekday()) % _WEEK)
    try:
        if len(when.day) > len("MM-DD"):
            return date.fromisoformat(when.day)
        chances = []
        for year in range(today.year, today.year + 9):  # a 29th of February may be 8 years away
            try:
                chances.append(date.fromisoformat(f"{year}-{when.day}"))
            except ValueError:
                continue
        return next(day for day in chances if day >= today)
    except (ValueError, StopIteration):
        raise ToolError(
            f"There is no day {when.day!r}. Say a weekday, or a date as 2026-12-24."
        ) from None


def _next(local: datetime, hour: int, minute: int) -> datetime:
    today = _at(local.date(), hour, minute)
    return today if today > local else today + timedelta(days=1)


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute))


def rule_of(when: When, first: datetime) -> str:
    """The RRULE of what was said; a 31st is the last day of a month that has none."""
    step = f";INTERVAL={when.every}" if when.every > 1 else ""
    match when.repeat:
        case "once":
            return ""
        case "daily":
            return f"FREQ=DAILY{step}"
        case "weekly":
            days = sorted({*when.days} or {WEEKDAYS[first.weekday()]}, key=WEEKDAYS.index)
            return f"FREQ=WEEKLY{step};BYDAY={','.join(day[:2].upper() for day in days)}"
        case "monthly":
            return f"FREQ=MONTHLY{step};{_last_days(first.day)}"
        case "yearly":
            days_of = (
                _last_days(first.day) if first.month == _FEBRUARY else f"BYMONTHDAY={first.day}"
            )
            return f"FREQ=YEARLY{step};BYMONTH={first.month};{days_of}"


def _last_days(day: int) -> str:
    if day <= _IN_EVERY_MONTH:
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(str(one) for one in range(28, day + 1))};BYSETPOS=-1"
