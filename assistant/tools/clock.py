"""The time and the date, here and elsewhere, in words that can be said.

Flows in: what is asked. Flows out: a sentence. Refuses to know: who asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from babel.dates import format_date, format_time
from pydantic import Field

from assistant.errors import ToolError
from assistant.household.dates import WEEKDAYS, date_of
from assistant.household.zones import zone
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from datetime import date, datetime

    from assistant.interfaces import Clock

Ask = Literal["time", "date", "both"]


def clock(source: Clock, language: str = "en") -> Family:
    """The family `clock`; its schemas always go out."""
    return Family("clock", (clock_tool(source, language), calendar_tool(source, language)))


def clock_tool(clock: Clock, language: str = "en") -> FunctionTool:
    """The tool `clock`; its words are of the language (ISO 639-1) that the voice speaks."""

    async def clock_(ask: Ask = "both", place: Annotated[str, Field(max_length=80)] = "") -> str:
        """Tell the current time, the current date with its weekday, or both, at home or in a place.

        `place`: a town or a country; empty for home.
        """
        now = clock.now()
        if place.strip():
            there = now.astimezone(zone(place))
            return _told(there, ask, language, place.strip(" .,!?"), now.date())
        return _told(now, ask, language)

    clock_.__name__ = "clock"
    return FunctionTool(clock_)


def calendar_tool(clock: Clock, language: str = "en") -> FunctionTool:
    """The tool `calendar`; its words are English where the language is, else dates alone."""

    async def calendar(
        ask: Literal["days_until", "weekday"], day: Annotated[str, Field(max_length=60)]
    ) -> str:
        """Tell how many days it is until a day, or which day of the week it falls on.

        `day`: a date as 2026-12-24 or "December 24", a weekday, or a feast such as Christmas.
        """
        today = clock.now().date()
        found = date_of(day, today)
        if found is None:
            message = f"I do not know the day {day!r}. Say it as in December 24, or Friday."
            raise ToolError(message, spoken=message)
        if language != "en":
            full = format_date(found, "full", locale=language)
            return f"{full}: {(found - today).days}." if ask == "days_until" else f"{full}."
        return _until(found, today) if ask == "days_until" else _weekday(found, today)

    return FunctionTool(calendar)


def _told(now: datetime, ask: Ask, language: str, place: str = "", here: date | None = None) -> str:
    """The time, the date or both; of a place with its name, and the day where it is another."""
    time = format_time(now, "short", locale=language).replace("\u202f", " ")
    date = format_date(now, "full", locale=language)
    where = f" in {place}" if place else ""
    other_day = (
        f" on {WEEKDAYS[now.weekday()].capitalize()}" if here not in {None, now.date()} else ""
    )
    if language != "en":
        told = {"time": time, "date": date, "both": f"{date}, {time}"}[ask]
        return f"{place}: {told}." if place else f"{told}."
    match ask:
        case "time":
            return f"It's {time}{other_day}{where}."
        case "date":
            return f"It's {date}{where}."
        case "both":
            return f"It's {time} on {date}{where}."


def _until(day: date, today: date) -> str:
    ahead = (day - today).days
    name = _name(day, today)
    match ahead:
        case 0:
            return f"{name} is today."
        case 1:
            return f"{name} is tomorrow."
        case -1:
            return f"{name} was yesterday."
        case _ if ahead < 0:
            return f"{name} was {-ahead:,} days ago."
        case _:
            return f"It's {ahead:,} days until {name}."


def _weekday(day: date, today: date) -> str:
    verb = "was" if day < today else "is"
    return f"{_name(day, today, weekday=False)} {verb} a {WEEKDAYS[day.weekday()].capitalize()}."


def _name(day: date, today: date, *, weekday: bool = True) -> str:
    """As in "Friday, December 25", with its year where it is another."""
    form = ("EEEE, " if weekday else "") + "MMMM d" + (", y" if day.year != today.year else "")
    return str(format_date(day, form, locale="en"))
