"""How people ask for the weather, and the call that tells it.

Flows out: sentences for `instant`. What stands behind a question, a place and a time in any order,
is read here. Refuses to know: the weather, and whether there is such a place.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from assistant.household.weather.spans import spans_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WHAT: Final = "(what is|what's|whats|how is|how's|hows)"
INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "WeatherSky": [
            f"{_WHAT} [the] (weather|forecast|weather forecast) [like|looking] [{{weather_rest}}]",
            f"{_WHAT} [the] (weather|forecast) (supposed|going) to be [like] [{{weather_rest}}]",
            "(what|how) (will|is|does) the weather [going to] [be|look] [like] [{weather_rest}]",
            "(tell me|give me|check|show me) the [weather] (weather|forecast) [{weather_rest}]",
            "(can|could) you tell me the (weather|forecast) [{weather_rest}]",
            "(weather|weather forecast|forecast) [{weather_rest}]",
            "[what is|what's|whats|how is|how's] {weather_when} (weather|forecast) [like]",
            "how (warm|cold|hot) will it (be|get) [{weather_rest}]",
            "how (warm|cold|hot) is it going to (be|get) [{weather_rest}]",
        ],
        "WeatherNow": [
            "how (warm|cold|hot) is it [{weather_rest}]",
            f"{_WHAT} the [current|outside|outdoor] temperature [{{weather_rest}}]",
            "(what is|what's|whats) it like (outside|out there) [{weather_rest}]",
            "[current|outside|outdoor] temperature [{weather_rest}]",
            "is it (cold|warm|hot|raining|snowing|foggy) [{weather_rest}]",
        ],
        "WeatherRain": [
            "(will|does) it [going to] rain [{weather_rest}]",
            "is it (going to|gonna) rain [{weather_rest}]",
            "(do|will|would) (I|we) need (an|my) umbrella [{weather_rest}]",
            "(do|will|would) (I|we) need (a|my) (raincoat|rain jacket) [{weather_rest}]",
            "should (I|we) (take|bring) (an umbrella|my umbrella|a raincoat) [{weather_rest}]",
            "is [there [any]] rain (expected|likely|coming|forecast) [{weather_rest}]",
            "is there (a|any) chance of rain [{weather_rest}]",
            "(what is|what's|whats) the (chance|probability|likelihood) of rain [{weather_rest}]",
            "how likely is rain [{weather_rest}]",
        ],
        "WeatherWind": [
            "how windy (is it|will it be|will it get) [{weather_rest}]",
            "(is it|will it be) windy [{weather_rest}]",
            "how strong (is|will) the wind [be] [{weather_rest}]",
            f"{_WHAT} the wind [like|speed] [{{weather_rest}}]",
        ],
        "WeatherSunrise": [
            "(when|what time|at what time) (does|will) the sun (rise|come up) [{weather_rest}]",
            "(when|what time|at what time) (is|will be) [the] sunrise [{weather_rest}]",
        ],
        "WeatherSunset": [
            "(when|what time|at what time) (does|will) the sun (set|go down) [{weather_rest}]",
            "(when|what time|at what time) (is|will be) [the] sunset [{weather_rest}]",
            "when (does|will) it get dark [{weather_rest}]",
        ],
        "WeatherHours": [
            f"{_WHAT} the hourly (weather|forecast) [{{weather_rest}}]",
            "how (will|does) the weather (develop|change) [in the next hours] [{weather_rest}]",
        ],
    },
}
_ASKS: Final = {name: name.removeprefix("Weather").casefold() for name in INTENTS["en"]}
_SOME_TIME: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""Whether words name a time does not depend on when they are said."""
_NOTHING: Final = re.compile(
    r"\b(?:at home|out there|outside|outdoors|here|right now|now|currently|at the moment|please"
    r"|for me|like|be|going to be|gonna be)\b",
    re.IGNORECASE,
)
_INSIDE: Final = re.compile(r"\b(?:in here|inside|indoors)\b", re.IGNORECASE)
_BEFORE: Final = re.compile(r"\b(?:in|for|on|at|over)\b", re.IGNORECASE)
_OTHER_WORDS: Final = (
    "a an the my your our his her their its this that these those it i you we he she they and "
    "or but if when where why who what how is are was were be do does did not no general case "
    "love oven fridge freezer house room kitchen bedroom bathroom garage garden car pool water "
    "game movie song book poem space mars moon hell degrees fahrenheit celsius minutes hours"
)
_NO_PLACE: Final = frozenset(_OTHER_WORDS.split())
_LONGEST: Final = 4
"""Words of a place's name."""


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; None where the words behind it are no place and time."""
    ask = _ASKS.get(intent)
    if ask is None:
        return None
    named = str(slots.get("weather_when", "")).casefold().removesuffix("'s")
    if "weather_when" in slots and not _is_time(named):
        return None
    found = where_and_when(str(slots.get("weather_rest", "")))
    if found is None:
        return None
    place, when = found
    when = when or named
    ask = "sky" if ask == "now" and when not in {"", "today"} else ask
    given = {"ask": ask, "when": when, "place": place}
    arguments = {name: value for name, value in given.items() if value}
    return ToolCall("instant", "weather", json.dumps(arguments, ensure_ascii=False))


def where_and_when(rest: str) -> tuple[str, str] | None:
    """As in "in Berlin tomorrow": a place and a time, empty where none is named.

    None where the words are anything else.
    """
    if _INSIDE.search(rest):
        return None
    text = _NOTHING.sub(" ", rest.replace("\u2019", "'"))
    text = re.sub(r"\bin the (?=morning|afternoon|evening)", " ", text)
    places: list[str] = []
    times: list[str] = []
    pieces = [" ".join(piece.split()) for piece in _BEFORE.split(text)]
    for number, piece in enumerate(pieces):
        if not piece:
            continue
        place, when = _parted(piece)
        if place and (number == 0 or not _may_be_place(place)):
            return None
        places += [place] if place else []
        times += [when] if when else []
    when = " ".join(times).casefold()
    if len(places) > 2 or (when and not _is_time(when)):  # noqa: PLR2004  # a town in a country
        return None
    return ", ".join(places), when


def _parted(piece: str) -> tuple[str, str]:
    """The time that a piece is, begins or ends with, and the place that is left of it."""
    words = piece.split()
    for length in range(len(words), 0, -1):
        head, tail = " ".join(words[:length]), " ".join(words[-length:])
        if _is_time(tail):
            return " ".join(words[:-length]).strip(" ,"), tail
        if _is_time(head):
            return " ".join(words[length:]).strip(" ,"), head
    return piece.strip(" ,"), ""


def _may_be_place(words: str) -> bool:
    parts = re.findall(r"[^\W\d_]+", words.casefold())
    return 0 < len(parts) <= _LONGEST and not _NO_PLACE.intersection(parts)


def _is_time(words: str) -> bool:
    return bool(words.strip()) and bool(spans_of(words, _SOME_TIME))
