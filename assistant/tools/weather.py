"""The weather at home and elsewhere.

Flows in: what is asked, for when and where. Flows out: sentences. Refuses to know: where forecasts
come from, and how they are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from assistant.household.weather.places import question
from assistant.household.weather.reading import DAYS
from assistant.household.weather.spans import spans_of
from assistant.household.weather.values import NoWeather
from assistant.household.weather.words import Teller, age, hours_in
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.household.weather.forecasts import Weather
    from assistant.household.weather.spans import Span
    from assistant.household.weather.values import Day, Forecast, Known
    from assistant.household.weather.words import Units
    from assistant.interfaces import Clock

Ask = Literal["sky", "now", "hours", "rain", "wind", "sunrise", "sunset"]
_HOURS: Final = 12
_WORDS: Final = {
    "en": r"(?i)weather|forecast|temperature|degrees|\b(warm|cold|hot|freez|rain|wet|dry|snow|storm"
    r"|thunder|wind(?!ow)|sun(?!day)|cloud|fog|hail|umbrella|coat|jacket|outside|outdoors|picnic)",
    "de": r"(?i)wetter|temperatur|grad|warm|kalt|heiß|regen|regnet|schnei|schnee|sturm|gewitter"
    r"|wind|sonne|wolk|nebel|schirm|jacke|draußen",
    "fr": r"(?i)météo|temps|température|degrés|chaud|froid|pluie|pleu|neige|orage|vent|soleil"
    r"|nuage|parapluie|dehors",
    "es": r"(?i)tiempo|clima|temperatura|grados|calor|frío|lluvia|llov|llueve|nieve|nevar|tormenta"
    r"|viento|sol|nube|paraguas|fuera",
    "id": r"(?i)cuaca|suhu|derajat|panas|dingin|hujan|salju|badai|angin|matahari|awan|payung",
}


def weather(known: Weather, units: Units, clock: Clock) -> Family:
    """The family `weather`: one tool, whose words are English."""

    async def weather_(
        ask: Ask = "sky",
        when: Annotated[str, Field(max_length=40)] = "today",
        place: Annotated[str, Field(max_length=80)] = "",
    ) -> str:
        """Tell the weather. `sky` is sky and temperature; `rain` also says if an umbrella helps.

        `when`: today, tonight, tomorrow, "tomorrow morning", a weekday, weekend, week, a date as
        2026-12-24, or "today 17:00"; of use for all but `now`. `place`: a town, with its region if
        there are several ("Springfield, Illinois"); empty for home.
        """
        found = await known.places(place) if place.strip() else [await known.home()]
        if len(found) > 1:
            return question(found)
        teller = Teller(units, f" in {found[0].name}" if place.strip() else "")
        return _told(await known.forecast(found[0]), teller, ask, when, clock.now())

    weather_.__name__ = "weather"
    return Family("weather", (FunctionTool(weather_),), _WORDS)


def _told(known: Known, teller: Teller, ask: Ask, when: str, now: datetime) -> str:
    """The answer, and how old it is where it is no fresh one. Raises NoWeather."""
    forecast = known.forecast
    here = now.astimezone(forecast.zone)
    if ask == "now":
        told = teller.now(forecast.current, past=bool(known.why_old))
    else:
        spans = spans_of(when, here)
        if not spans:
            message = f"I do not understand {when!r}. Ask for today, tomorrow, a weekday or a date."
            raise NoWeather(message)
        told = _of_spans(forecast, teller, ask, spans, here)
    if not known.why_old:
        return told
    return f"{known.why_old} This is from {age(known.age_s)}. {told}"


def _of_spans(
    forecast: Forecast, teller: Teller, ask: Ask, spans: list[Span], now: datetime
) -> str:
    days = [(day, span) for span in spans if (day := forecast.day(span.day))]
    if not days or spans[0].end <= now:
        raise NoWeather(_too_far(forecast, spans[0], now))
    if ask == "sky" and len(days) > 1:
        return teller.days([(day, span.label) for day, span in days])
    return _of_span(forecast, teller, ask, days[0], now)


def _of_span(
    forecast: Forecast, teller: Teller, ask: Ask, asked: tuple[Day, Span], now: datetime
) -> str:
    day, span = asked
    hours = hours_in(forecast, span, now)
    told: str | None = None
    match ask:
        case "hours":
            first = hours[0].at if hours else now
            coming = [hour for hour in forecast.hours if hour.at >= first][:_HOURS]
            told = teller.hours(coming) if coming else None
        case "rain":
            told = teller.rain(hours, day if span.whole else None, span.label)
        case "wind":
            today = span.whole and span.day == now.date()
            told = teller.wind_now(forecast.current) if today else teller.wind_on(day, span.label)
        case "sunrise" | "sunset":
            told = teller.sun(day, span.label, ask == "sunrise", now)
        case _ if span.whole:
            told = teller.day(day, span.label)
        case _:
            told = teller.part(hours, span.label) if hours else None
    if told is None:
        raise NoWeather(f"The weather service does not say that of {span.label}.")
    return told


def _too_far(forecast: Forecast, span: Span, now: datetime) -> str:
    if span.end <= now:
        return f"I only know the weather to come, and {span.label} is over."
    last = forecast.days[-1].date.isoformat() if forecast.days else "nowhere"
    return f"I know the weather of {DAYS} days, until {last}, and not yet {span.label}."
