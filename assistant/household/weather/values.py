"""Places and forecasts, as plain values; always metric.

Refuses to know: where they come from, how they are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ToolError

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo


class NoWeather(ToolError):
    """Why there is no answer, in a sentence for the model and the person alike."""

    def __init__(self, message: str) -> None:
        super().__init__(message, spoken=message)


class NoAnswer(NoWeather):
    """The service did not answer, or not in a way that can be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on earth."""

    name: str
    latitude: float
    """Degrees north."""
    longitude: float
    """Degrees east."""
    region: str = ""
    """State, province, or whatever the country has; empty where it is not known."""
    country: str = ""
    country_code: str = ""
    """ISO 3166-1 alpha-2."""
    people: int = 0
    """Who live there; 0 where it is not known."""
    kind: str = ""
    """Its GeoNames feature code: PPL and what begins so are towns, PPLC is a capital."""


@dataclass(frozen=True, slots=True)
class Current:
    """The weather at a moment."""

    at: datetime
    code: int | None
    """WMO code table 4677, see `codes`."""
    temperature_c: float
    feels_c: float | None
    wind_kmh: float | None
    gusts_kmh: float | None
    wind_from: float | None
    """Degrees, clockwise from north."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The weather that an hour will bring."""

    at: datetime
    """Its beginning."""
    code: int | None
    temperature_c: float | None
    rain_chance: float | None
    """Percent."""
    rain_mm: float | None
    wind_kmh: float | None


@dataclass(frozen=True, slots=True)
class Day:
    """The weather that a day will bring; sunrise and sunset are None where the sun has none."""

    date: date
    code: int | None
    low_c: float | None
    high_c: float | None
    rain_chance: float | None
    """Percent, of its wettest hour."""
    rain_mm: float | None
    wind_kmh: float | None
    gusts_kmh: float | None
    wind_from: float | None
    sunrise: datetime | None
    sunset: datetime | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected at a place; every time is the place's own."""

    zone: tzinfo
    current: Current
    hours: tuple[Hour, ...]
    days: tuple[Day, ...]

    def day(self, date: date) -> Day | None:
        """The day of this date, if it is in it."""
        return next((day for day in self.days if day.date == date), None)

    def hours_between(self, start: datetime, end: datetime) -> list[Hour]:
        """The hours that begin from `start` on and before `end`."""
        return [hour for hour in self.hours if start <= hour.at < end]


@dataclass(frozen=True, slots=True)
class Known:
    """A forecast, and how old it is."""

    forecast: Forecast
    age_s: float = 0.0
    """Seconds since it was made."""
    why_old: str = ""
    """Why there is no newer one, as a sentence; empty where this one is fresh."""
