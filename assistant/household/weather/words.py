"""A forecast in words that can be said.

Flows in: plain values. Flows out: sentences in English, rounded for the ear. Refuses to know:
where a forecast comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from assistant.household.weather import codes
from assistant.household.weather.spans import clock_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.household.weather.spans import Span
    from assistant.household.weather.values import Current, Day, Forecast, Hour

Units = Literal["metric", "imperial", "british"]

LIKELY: Final = 60
"""Percent from which an umbrella is needed. Our own choice, as is the next."""
POSSIBLE: Final = 30
"""Percent from which rain is worth a word."""
_FEELS_OTHER_C: Final = 2.0
"""Degrees from which it is worth a word how warm it feels."""
_GUSTS: Final = 1.5
"""How many times faster than the wind gusts are that are worth a word."""
_MILE_KM: Final = 1.609344
_POINTS: Final = (
    "north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest",
)  # fmt: skip
_STEP_H: Final = 3
_STEPS: Final = 4
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Teller:
    """Says it in the units that the household wants, of a place."""

    units: Units = "metric"
    where: str = ""
    """As in " in Berlin"; empty for home."""

    def now(self, current: Current, *, past: bool = False) -> str:
        """How it is, or was when it was last known."""
        sky = codes.words(current.code)
        tail = f" with {sky}" if sky else ""
        feels = current.feels_c
        if feels is not None and abs(feels - current.temperature_c) >= _FEELS_OTHER_C:
            tail += f", and {'felt' if past else 'feels'} like {self.number(feels)}"
        start = "It was" if past else "It's"
        return f"{start} {self._degrees(current.temperature_c)}{self.where}{tail}."

    def day(self, day: Day, label: str) -> str:
        """What a day brings."""
        told = f"{_capital(label)}{self.where}, {self._range(day.low_c, day.high_c)}"
        sky = codes.words(day.code)
        told += f" with {sky}." if sky else "."
        if day.rain_chance is not None and day.rain_chance >= POSSIBLE:
            kind = "snow" if codes.is_snow(day.code) else "rain"
            told += f" The chance of {kind} is {day.rain_chance:.0f}%."
        return told

    def days(self, days: Sequence[tuple[Day, str]]) -> str:
        """What some days bring, in brief."""
        told = []
        for day, label in days:
            sky = codes.words(day.code)
            told.append(f"{label} {self._range(day.low_c, day.high_c)}{f' with {sky}' * bool(sky)}")
        return f"{_capital('; '.join(told))}{self.where}."

    def part(self, hours: Sequence[Hour], label: str) -> str:
        """What a part of a day brings."""
        warmth = [hour.temperature_c for hour in hours if hour.temperature_c is not None]
        low, high = (min(warmth), max(warmth)) if warmth else (None, None)
        worst = codes.words(max((h.code for h in hours if h.code is not None), default=None))
        sky = f" with {worst}" if worst else ""
        return f"{_capital(label)}{self.where}, {self._range(low, high)}{sky}."

    def hours(self, hours: Sequence[Hour]) -> str:
        """How it goes on, every few hours."""
        told = []
        for hour in hours[::_STEP_H][:_STEPS]:
            warm = "" if hour.temperature_c is None else self._degrees(hour.temperature_c)
            sky = codes.words(hour.code)
            both = " with ".join(word for word in (warm, sky) if word)
            told.append(f"at {clock_time(hour.at)} {both}")
        return f"{_capital('; '.join([told[0] + self.where, *told[1:]]))}."

    def rain(self, hours: Sequence[Hour], day: Day | None, label: str) -> str | None:
        """Whether an umbrella is needed; None where that is not known."""
        known = [(hour.rain_chance, hour) for hour in hours if hour.rain_chance is not None]
        chance, wettest = max(known, key=lambda pair: pair[0], default=(None, None))
        if chance is None and day is not None:
            chance = day.rain_chance
        if chance is None:
            return None
        code = wettest.code if wettest else day.code if day else None
        kind = "snow" if codes.is_snow(code) else "rain"
        when = f"{label}{self.where}"
        if chance >= LIKELY:
            first = next((hour for share, hour in known if share >= LIKELY), None)
            start = f" from about {clock_time(first.at)}" if first and len(hours) > 1 else ""
            return f"Yes, {kind} is likely {when}{start}. The chance is {chance:.0f}%."
        if chance >= POSSIBLE:
            around = f" around {clock_time(wettest.at)}" if wettest and len(hours) > 1 else ""
            most = f", most of all{around}" if around else ""
            return f"Perhaps: the chance of {kind} {when} is {chance:.0f}%{most}."
        return f"No, {kind} is unlikely {when}. The chance is {chance:.0f}%."

    def wind_now(self, current: Current) -> str | None:
        """How the wind blows; None where that is not known."""
        if current.wind_kmh is None:
            return None
        blows = self._wind(current.wind_kmh, current.gusts_kmh, current.wind_from)
        return f"The wind{self.where} blows{blows}."

    def wind_on(self, day: Day, label: str) -> str | None:
        """How hard the wind will blow; None where that is not known."""
        if day.wind_kmh is None:
            return None
        blows = self._wind(day.wind_kmh, day.gusts_kmh, day.wind_from)
        return f"{_capital(label)} the wind{self.where} reaches{blows.removeprefix(' at')}."

    def sun(self, day: Day, label: str, rises: bool, now: datetime) -> str:  # noqa: FBT001  # which
        """When the sun rises or sets."""
        moment = day.sunrise if rises else day.sunset
        if moment is None:
            return f"The sun does not {'rise' if rises else 'set'}{self.where} {label}."
        past = moment < now
        verb = ("rose" if past else "rises") if rises else ("set" if past else "sets")
        return f"The sun {verb}{self.where} at {clock_time(moment)} {label}."

    def number(self, celsius: float) -> str:
        """A temperature, without its unit."""
        value = round(celsius * 9 / 5 + 32 if self.units == "imperial" else celsius)
        return f"minus {-value}" if value < 0 else str(value)

    def _degrees(self, celsius: float) -> str:
        number = self.number(celsius)
        return f"{number} degree{'s' * (number not in {'1', 'minus 1'})}"

    def _range(self, low: float | None, high: float | None) -> str:
        if low is None or high is None:
            known = low if high is None else high
            return "" if known is None else self._degrees(known)
        if self.number(low) == self.number(high):
            return self._degrees(high)
        return f"{self.number(low)} to {self._degrees(high)}"

    def _wind(self, speed: float, gusts: float | None, origin: float | None) -> str:
        told = f" at {self._speed(speed)}"
        if origin is not None:
            told += f" from the {_POINTS[round(origin / 45) % 8]}"
        if gusts is not None and gusts >= speed * _GUSTS:
            told += f", with gusts of {self._speed(gusts).split()[0]}"
        return told

    def _speed(self, kmh: float) -> str:
        if self.units == "metric":
            value, unit = round(kmh), "kilometer"
        else:
            value, unit = round(kmh / _MILE_KM), "mile"
        return f"{value} {unit}{'s' * (value != 1)} per hour"


def age(seconds: float) -> str:
    """As in "20 minutes ago"."""
    for unit, size in (("day", _DAY), ("hour", _HOUR)):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' * (count != 1)} ago"
    count = max(1, round(seconds / _MINUTE))
    return f"{count} minute{'s' * (count != 1)} ago"


def hours_in(forecast: Forecast, span: Span, now: datetime) -> list[Hour]:
    """The hours of a span that are not over."""
    start = max(span.start, now.replace(minute=0, second=0, microsecond=0))
    return forecast.hours_between(start, span.end)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
