"""Days as people name them: words in, a date out.

Flows in: English words and today's date. Flows out: a date, or None where the words are none.
Refuses to know: what the date is for.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from dateutil.easter import easter

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_FEASTS: Final = {
    "christmas": (12, 25), "christmasday": (12, 25), "xmas": (12, 25), "christmaseve": (12, 24),
    "boxingday": (12, 26), "newyear": (1, 1), "newyears": (1, 1), "newyearsday": (1, 1),
    "newyearseve": (12, 31), "halloween": (10, 31), "valentinesday": (2, 14),
    "saintpatricksday": (3, 17), "stpatricksday": (3, 17), "independenceday": (7, 4),
}  # fmt: skip
_SHORT: Final = 3
"""Letters that tell the months, and the days of the week, apart."""
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_NAME}\s+(?:the\s+)?{_NUMBER}{_YEAR}",
        rf"(?:the\s+)?{_NUMBER}(?:\s+of)?\s+{_NAME}{_YEAR}",
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
    )
)


def date_of(said: str, today: date) -> date | None:
    """The day that is meant, from today on where no year is named; None for what is no day."""
    text = " ".join(said.casefold().replace("\u2019", "'").strip(" .,;:!?").split())
    text = re.sub(r"^(?:on|this|the coming)\s+", "", text)
    if text in {"today", "tonight"}:
        return today
    if text == "tomorrow":
        return today + timedelta(days=1)
    if text in {"the day after tomorrow", "day after tomorrow"}:
        return today + timedelta(days=2)
    if text == "yesterday":
        return today - timedelta(days=1)
    if (weekday := _weekday(text)) is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return _feast(text, today) or _written(text, today)


def _weekday(text: str) -> int | None:
    short = [day[:_SHORT] for day in WEEKDAYS]
    return short.index(text[:_SHORT]) if text in {*WEEKDAYS, *short} else None


def _feast(text: str, today: date) -> date | None:
    """A feast by its name, perhaps with its year."""
    match = re.fullmatch(r"(?P<name>[a-z' .]+?)(?:\s+(?:in\s+)?(?P<year>\d{4}))?", text)
    if match is None:
        return None
    name = "".join(letter for letter in match["name"] if letter.isalpha())
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    for year in years:
        day = _feast_in(name, year)
        if day and (match["year"] or day >= today):
            return day
    return None


def _feast_in(name: str, year: int) -> date | None:
    if not date.min.year <= year < date.max.year:
        return None
    if name in _FEASTS:
        return date(year, *_FEASTS[name])
    if name in {"easter", "eastersunday", "goodfriday", "eastermonday"} and year > 1582:  # noqa: PLR2004  # the Gregorian calendar's first
        return easter(year) + timedelta(days={"goodfriday": -2, "eastermonday": 1}.get(name, 0))
    if name in {"thanksgiving", "thanksgivingday"}:  # the fourth Thursday, as in the United States
        first = date(year, 11, 1)
        return first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    return None


def _written(text: str, today: date) -> date | None:
    """A day of a month, with its year or the next that comes; a weekday before it is passed over.

    "29 February" is the next one there is.
    """
    text = re.sub(rf"^(?:{'|'.join(WEEKDAYS)}),?\s+(?:the\s+)?", "", text)
    match = next((found for form in _FORMS if (found := form.fullmatch(text))), None)
    month = _month(match["month"]) if match else None
    if match is None or month is None:
        return None
    years = [int(match["year"])] if match["year"] else range(today.year, today.year + 9)
    days = (_day(year, month, int(match["day"])) for year in years)
    return next((day for day in days if day and (match["year"] or day >= today)), None)


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    names = [name for name in _MONTHS if name.startswith(text)]
    return _MONTHS.index(names[0]) + 1 if len(names) == 1 else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def named(day: date, today: date) -> str:
    """The day in words that fit behind a verb: "today", "on Friday", "on December 25"."""
    ahead = (day - today).days
    if ahead in {0, 1, -1}:
        return {0: "today", 1: "tomorrow", -1: "yesterday"}[ahead]
    if 0 < ahead < 7:  # noqa: PLR2004  # a week
        return f"on {WEEKDAYS[day.weekday()].capitalize()}"
    year = f", {day.year}" if day.year != today.year else ""
    return f"on {_MONTHS[day.month - 1].capitalize()} {day.day}{year}"
