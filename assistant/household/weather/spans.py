"""Which part of a forecast is asked about: "tomorrow morning", "Saturday", "today 17:00".

Flows in: words and the time at the place. Flows out: from when until when. Refuses to know: the
weather.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from assistant.household.dates import date_of, named

if TYPE_CHECKING:
    from datetime import date

_PARTS: Final = {"morning": (6, 6), "afternoon": (12, 6), "evening": (18, 6), "night": (21, 9)}
"""The hour at which a part of the day begins, and how many it has."""
_SATURDAY: Final = 5
_WEEK: Final = 5
"""Days that are told where the week is asked for: more is too long for the ear."""
_CLOCK: Final = re.compile(r"(?:\bat\s+)?\b(\d{1,2}):?(\d{2})?\s*(am|pm|a\.m\.|p\.m\.)?$")


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or a part of it."""

    label: str
    """As it is said behind a verb."""
    day: date
    start: datetime
    end: datetime
    whole: bool = False
    """Whether it is the whole day."""


def spans_of(when: str, now: datetime) -> list[Span]:
    """What is asked about; empty where the words name no time."""
    text = " ".join(when.casefold().replace("this ", "").split()) or "today"
    today = now.date()
    if text in {"weekend", "the weekend"}:
        first = (_SATURDAY - today.weekday()) % 7 if today.weekday() <= _SATURDAY else 0
        days = [first, first + 1] if today.weekday() <= _SATURDAY else [0]
        return [_whole(today + timedelta(days=n), now) for n in days]
    if text in {"week", "the week", "next days", "the next days", "next few days"}:
        return [_whole(today + timedelta(days=n), now) for n in range(_WEEK)]
    text = text.replace("tonight", "today night")
    for part, (hour, length) in _PARTS.items():
        if text.split()[-1] == part:
            found = _part(text.removesuffix(part), part, hour, length, now)
            if text == part and "this" not in when.casefold() and found[0].end <= now:
                return _part("tomorrow", part, hour, length, now)  # it is over: the next one
            return found
    if match := _CLOCK.search(text):
        rest = text[: match.start()].strip(" ,")
        if (day := date_of(rest or "today", today)) and (at := _time(match)):
            return [_hour(day, at, now)]
    day = date_of(text, today)
    return [_whole(day, now)] if day else []


def _whole(day: date, now: datetime) -> Span:
    start = datetime.combine(day, time(), now.tzinfo)
    return Span(named(day, now.date()), day, start, start + timedelta(days=1), whole=True)


def _part(before: str, part: str, hour: int, length: int, now: datetime) -> list[Span]:
    day = date_of(before.strip().removesuffix("'s").strip() or "today", now.date())
    if day is None:
        return []
    start = datetime.combine(day, time(hour), now.tzinfo)
    label = f"{named(day, now.date())} {part}".replace("today night", "tonight")
    return [Span(label.replace("today ", "this "), day, start, start + timedelta(hours=length))]


def _hour(day: date, at: time, now: datetime) -> Span:
    start = datetime.combine(day, at, now.tzinfo).replace(minute=0)
    label = f"{named(day, now.date())} at {clock_time(start)}"
    return Span(label, day, start, start + timedelta(hours=1))


def _time(match: re.Match[str]) -> time | None:
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").replace(".", "")
    if half and not 1 <= hour <= 12:  # noqa: PLR2004  # the clock's
        return None
    if not half and not match[2]:  # "25" alone may be anything
        return None
    hour = hour % 12 + 12 * (half.casefold() == "pm") if half else hour
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004  # the clock's


def clock_time(moment: datetime) -> str:
    """As in "5 PM" and "4:10 PM"."""
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{(moment.hour - 1) % 12 + 1}{minutes} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004  # noon
