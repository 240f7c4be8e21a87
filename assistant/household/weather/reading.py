"""Open-Meteo's answers, read: JSON in, places and forecasts out, or NoAnswer.

What is asked for stands here too, since the one must fit the other. The fields are those of its
documentation of the forecast and the geocoding API. Refuses to know: HTTP.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError

from assistant.household.weather.values import Current, Day, Forecast, Hour, NoAnswer, Place

DAYS: Final = 9
"""Days that a forecast has: a week, and the same weekday again."""
MOST_PLACES: Final = 50
"""Places of one name that are asked for; its API gives up to 100."""

_NONSENSE = "The weather service gave an answer that I cannot read. Please try again later."
Number = Annotated[float, Field(allow_inf_nan=False)] | None
Code = int | None


class _Now(BaseModel):
    time: datetime
    weather_code: Code = None
    temperature_2m: Annotated[float, Field(allow_inf_nan=False)]
    apparent_temperature: Number = None
    wind_speed_10m: Number = None
    wind_gusts_10m: Number = None
    wind_direction_10m: Number = None


class _Hourly(BaseModel):
    time: list[datetime]
    weather_code: list[Code]
    temperature_2m: list[Number]
    precipitation_probability: list[Number]
    precipitation: list[Number]
    wind_speed_10m: list[Number]


class _Daily(BaseModel):
    time: list[date]
    weather_code: list[Code]
    temperature_2m_min: list[Number]
    temperature_2m_max: list[Number]
    precipitation_probability_max: list[Number]
    precipitation_sum: list[Number]
    wind_speed_10m_max: list[Number]
    wind_gusts_10m_max: list[Number]
    wind_direction_10m_dominant: list[Number]
    sunrise: list[str | None]
    sunset: list[str | None]


class _Forecast(BaseModel):
    timezone: str
    utc_offset_seconds: Annotated[int, Field(gt=-86_400, lt=86_400)]
    current: _Now
    hourly: _Hourly
    daily: _Daily


class _Place(BaseModel):
    name: str
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    admin1: str = ""
    country: str = ""
    country_code: str = ""
    population: int | None = None
    feature_code: str = ""


class _Places(BaseModel):
    results: list[_Place] = []


def _fields(model: type[BaseModel]) -> str:
    return ",".join(name for name in model.model_fields if name != "time")


FORECAST_QUERY: Final = {
    "current": _fields(_Now),
    "hourly": _fields(_Hourly),
    "daily": _fields(_Daily),
    "timezone": "auto",
    "forecast_days": str(DAYS),
}
"""What is asked for besides the coordinates."""
PLACES_QUERY: Final = {"count": str(MOST_PLACES), "language": "en", "format": "json"}
"""What is asked for besides the name."""


def forecast_of(answer: bytes | str) -> Forecast:
    """The forecast in an answer. Raises NoAnswer."""
    try:
        read = _Forecast.model_validate_json(answer)
        zone = _zone(read)
        return Forecast(zone, _current(read.current, zone), _hours(read, zone), _days(read, zone))
    except (ValidationError, ValueError, OverflowError) as error:
        raise NoAnswer(_NONSENSE) from error


def places_of(answer: bytes | str) -> list[Place]:
    """The places in an answer, as they came; none is an empty list. Raises NoAnswer."""
    try:
        read = _Places.model_validate_json(answer)
    except ValidationError as error:
        raise NoAnswer(_NONSENSE) from error
    return [
        Place(
            found.name,
            found.latitude,
            found.longitude,
            found.admin1,
            found.country,
            found.country_code,
            found.population or 0,
            found.feature_code,
        )
        for found in read.results
    ]


def _zone(read: _Forecast) -> tzinfo:
    """The place's zone; where this machine does not know it, its offset of today."""
    try:
        return ZoneInfo(read.timezone)
    except (KeyError, ValueError, OSError):
        return timezone(timedelta(seconds=read.utc_offset_seconds))


def _current(now: _Now, zone: tzinfo) -> Current:
    return Current(
        now.time.replace(tzinfo=zone),
        now.weather_code,
        now.temperature_2m,
        now.apparent_temperature,
        now.wind_speed_10m,
        now.wind_gusts_10m,
        now.wind_direction_10m,
    )


def _hours(read: _Forecast, zone: tzinfo) -> tuple[Hour, ...]:
    hourly = read.hourly
    columns = (getattr(hourly, name) for name in _Hourly.model_fields if name != "time")
    rows = zip(hourly.time, *columns, strict=True)
    return tuple(Hour(at.replace(tzinfo=zone), *row) for at, *row in rows)


def _days(read: _Forecast, zone: tzinfo) -> tuple[Day, ...]:
    daily = read.daily
    columns = (getattr(daily, name) for name in _Daily.model_fields)
    rows = zip(*columns, strict=True)
    return tuple(Day(*row[:-2], *_sun(row[-2], row[-1], zone)) for row in rows)


def _sun(rise: str | None, fall: str | None, zone: tzinfo) -> tuple[datetime | None, ...]:
    """Sunrise and sunset; where the sun stays up or down all day both are the same, or missing."""
    if not rise or not fall or rise == fall:
        return None, None
    return tuple(datetime.fromisoformat(text).replace(tzinfo=zone) for text in (rise, fall))
