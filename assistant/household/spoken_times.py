"""English words for a time of day, a day and what repeats, read.

Flows in: words as a person said them. Flows out: `When`. Refuses to know: what time it is now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from assistant.household.spoken import length_at, number_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Half = Literal["am", "pm", "24h", "unsaid"]
"""The half of the day; `24h`: the hour itself says it."""
Repeat = Literal["once", "daily", "weekly", "monthly", "yearly"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_SHORT: Final[Mapping[str, str]] = {
    **{day[:3]: day for day in WEEKDAYS},
    "tues": "tuesday",
    "thur": "thursday",
    "thurs": "thursday",
}
_ORDINALS: Final = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
_PARTS: Final[Mapping[str, Half]] = {
    "morning": "am",
    "afternoon": "pm",
    "evening": "pm",
    "night": "pm",
}
_TOKEN = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)|\d+(?:st|nd|rd|th)\b|\d+\.\d|\d+|[a-z']+")
_FILL: Final = frozenset({"at", "on", "for", "the", "by", "and", "o'clock", "oclock", "sharp"})
_HOURS, _NOON, _MINUTES, _LAST_DAY, _TEN = 24, 12, 60, 31, 10


@dataclass(frozen=True, slots=True)
class When:
    """What was said of a time; each field is empty where nothing was."""

    hour: int | None = None
    minute: int = 0
    half: Half = "unsaid"
    day: str = ""
    """`today`, `tomorrow`, a weekday, `MM-DD`."""
    repeat: Repeat = "once"
    days: tuple[str, ...] = ()
    """Weekdays on which it repeats."""
    every: int = 1
    after_s: float | None = None
    """Seconds from now."""

    @property
    def time(self) -> str:
        """As HH:MM."""
        return "" if self.hour is None else f"{self.hour:02}:{self.minute:02}"


def tokens_of(text: str) -> list[str]:
    """The words of a text that a time is read from, in lower case."""
    plain = text.lower().replace("\u2019", "'")
    plain = re.sub(r"\b([ap])\.? ?m\b\.?", r" \1m ", plain)
    plain = re.sub(r"(\d)([ap]m)\b", r"\1 \2", plain)
    return _TOKEN.findall(plain)


def when_of(text: str) -> When | None:
    """The time that a text says, and nothing else; None where it says anything more."""
    words = tokens_of(text)
    when, at = When(), 0
    while at < len(words):
        for read in _READERS:
            found = read(words, at, when)
            if found is not None:
                when, at = found
                break
        else:
            if words[at] not in _FILL:
                return None
            at += 1
    return None if when == When() else _settled(when)


def _settled(when: When) -> When:
    if when.hour is not None and when.half == "unsaid" and (when.hour > _NOON or when.hour == 0):
        return replace(when, half="24h")
    return when


_Read = tuple[When, int] | None


def _length(words: Sequence[str], at: int, when: When) -> _Read:
    """`in ten minutes`, `in half an hour`, `an hour from now`."""
    start = at + 1 if words[at] in ("in", "after") else at
    found = length_at(words, start)
    if found is None or when.after_s is not None:
        return None
    end = found[1]
    if words[end : end + 2] == ["from", "now"]:
        return replace(when, after_s=found[0]), end + 2
    return (replace(when, after_s=found[0]), end) if start > at else None


def _repeat(words: Sequence[str], at: int, when: When) -> _Read:
    """`every weekday`, `every second monday`, `daily`, `on mondays`, `weekends`."""
    if words[at] in ("daily", "weekly", "monthly", "yearly"):
        return replace(when, repeat=_REPEATS[words[at]]), at + 1
    each = words[at] in ("every", "each")
    start, every = at + each, 1
    if each and words[start : start + 1] in (["other"], ["second"]):
        start, every = start + 1, 2
    elif each and (number := number_at(words, start)) and number[0] >= 1:
        every, start = int(number[0]), number[1]
    if start >= len(words):
        return None
    word = words[start]
    if word in ("weekdays", "weekends") or (each and word in ("weekday", "weekend")):
        days = WEEKDAYS[:5] if word.startswith("weekday") else WEEKDAYS[5:]
        return replace(when, repeat="weekly", days=days), start + 1
    if each and (unit := word.removesuffix("s")) in _EVERY:
        return replace(when, repeat=_EVERY[unit], every=every), start + 1
    if each and word in _PARTS:
        return replace(when, repeat="daily", half=_PARTS[word]), start + 1
    return _repeated_days(words, start, replace(when, every=every), each=each)


def _repeated_days(words: Sequence[str], at: int, when: When, *, each: bool) -> _Read:
    days: list[str] = []
    while at < len(words):
        if words[at] in ("and", "on") and days:
            at += 1
            continue
        plural = words[at].endswith("s") and words[at][:-1] in WEEKDAYS
        day = words[at][:-1] if plural else _SHORT.get(words[at], words[at])
        if day not in WEEKDAYS or not (each or plural or days):
            break
        days.append(day)
        at += 1
    while days and words[at - 1] in ("and", "on"):
        at -= 1
    if not days:
        return None
    return replace(when, repeat="weekly", days=(*when.days, *days)), at


def _day(words: Sequence[str], at: int, when: When) -> _Read:
    """`tomorrow morning`, `tonight`, `on friday`, `june 5th`, `the 5th of june`."""
    if when.day:
        return None
    word = words[at]
    if word in ("today", "tomorrow", "tonight"):
        tonight = replace(when, day="today", half="pm")
        return tonight if word == "tonight" else replace(when, day=word), at + 1
    if word == "this" and words[at + 1 : at + 2] and words[at + 1] in _PARTS:
        return replace(when, day="today", half=_PARTS[words[at + 1]]), at + 2
    start = at + 1 if word in ("this", "coming", "next") else at
    if start < len(words) and (day := _SHORT.get(words[start], words[start])) in WEEKDAYS:
        return replace(when, day=day), start + 1
    return _date(words, at, when)


def _date(words: Sequence[str], at: int, when: When) -> _Read:
    word = words[at]
    if word in _MONTHS and at + 1 < len(words) and (number := _ordinal(words[at + 1])):
        return replace(when, day=f"{_MONTHS.index(word) + 1:02}-{number:02}"), at + 2
    if number := _ordinal(word):
        month = at + 2 if words[at + 1 : at + 2] == ["of"] else at + 1
        if month < len(words) and words[month] in _MONTHS:
            day = f"{_MONTHS.index(words[month]) + 1:02}-{number:02}"
            return replace(when, day=day), month + 1
    return None


def _ordinal(word: str) -> int:
    """The day of a month; 0 where it is none."""
    if word in _ORDINALS:
        return _ORDINALS.index(word) + 1
    number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word)
    return int(number[1]) if number and 1 <= int(number[1]) <= _LAST_DAY else 0


def _part(words: Sequence[str], at: int, when: When) -> _Read:
    """`am`, `pm`, `in the morning`, `at night`, and `morning` after a day."""
    if words[at] in ("am", "pm"):
        return replace(when, half="am" if words[at] == "am" else "pm"), at + 1
    start = at
    while start < len(words) and words[start] in ("in", "the", "at"):
        start += 1
    if start < len(words) and words[start] in _PARTS and (start > at or when.day):
        return replace(when, half=_PARTS[words[start]]), start + 1
    return None


def _clock(words: Sequence[str], at: int, when: When) -> _Read:
    """`7`, `7:30`, `seven thirty`, `half past six`, `ten to nine`, `noon`."""
    if when.hour is not None:
        return None
    if words[at] in ("noon", "midday"):
        return replace(when, hour=12, half="24h"), at + 1
    if words[at] == "midnight":
        return replace(when, hour=0, half="24h"), at + 1
    if figures := re.fullmatch(r"(\d{1,2})[:.h](\d{2})", words[at]):
        hour, minute = int(figures[1]), int(figures[2])
        half: Half = "24h" if figures[1].startswith("0") and hour else when.half
        return _at(replace(when, half=half), hour, minute, at + 1)
    return _past(words, at, when) or _plain(words, at, when)


def _past(words: Sequence[str], at: int, when: When) -> _Read:
    start = at + 1 if words[at] == "a" else at
    if start >= len(words):
        return None
    minutes = {"half": 30, "quarter": 15}.get(words[start])
    end = start + 1
    if minutes is None:
        found = number_at(words, start)
        if found is None or not 0 < found[0] < _MINUTES:
            return None
        minutes, end = int(found[0]), found[1]
    end += words[end : end + 1] in (["minutes"], ["minute"])
    if end >= len(words):
        return None
    if words[end] in ("past", "after", "to", "til", "till", "before"):
        sign = 1 if words[end] in ("past", "after") else -1
        hour = _hour(words, end + 1)
    elif words[start] == "half":  # "half six"
        sign, hour = 1, _hour(words, end)
    else:
        return None
    if hour is None:
        return None
    total = (hour[0] * _MINUTES + sign * minutes) % (_HOURS * _MINUTES)
    if hour[0] == 1 and total < _MINUTES:  # "ten to one"
        total += _NOON * _MINUTES
    return _at(when, total // _MINUTES, total % _MINUTES, hour[1])


def _hour(words: Sequence[str], at: int) -> tuple[int, int] | None:
    if words[at : at + 1] in (["noon"], ["midnight"]):
        return _NOON if words[at] == "noon" else _HOURS, at + 1
    found = number_at(words, at)
    if found is None or not 0 <= found[0] <= _HOURS or found[0] % 1:
        return None
    return int(found[0]), found[1]


def _plain(words: Sequence[str], at: int, when: When) -> _Read:
    hour = _hour(words, at)
    if hour is None or hour[0] >= _HOURS:
        return None
    end = hour[1]
    if words[end : end + 1] in (["oh"], ["o"]) and (digit := number_at(words, end + 1)):
        return _at(when, hour[0], int(digit[0]), digit[1])
    minute = number_at(words, end)
    if minute is not None and _TEN <= minute[0] < _MINUTES and not minute[0] % 1:
        return _at(when, hour[0], int(minute[0]), minute[1])
    return _at(when, hour[0], 0, end)


def _at(when: When, hour: int, minute: int, end: int) -> _Read:
    if not (0 <= hour < _HOURS and 0 <= minute < _MINUTES):
        return None
    return replace(when, hour=hour, minute=minute), end


_REPEATS: Final[Mapping[str, Repeat]] = {
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "yearly": "yearly",
}
_EVERY: Final[Mapping[str, Repeat]] = {
    "day": "daily",
    "week": "weekly",
    "month": "monthly",
    "year": "yearly",
}
_READERS: Final[Sequence[Callable[[Sequence[str], int, When], _Read]]] = (
    _repeat,
    _length,
    _day,
    _part,
    _clock,
)
