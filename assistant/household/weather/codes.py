"""The weather codes in words.

The codes are those that Open-Meteo's documentation lists ("WMO Weather interpretation codes (WW)"),
a part of the World Meteorological Organization's code table 4677. Each has a noun that fits behind
"with" and "there will be".
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = {
    0: "clear skies",
    1: "mostly clear skies",
    2: "some clouds",
    3: "cloudy skies",
    45: "fog",
    48: "freezing fog",
    51: "light drizzle",
    53: "drizzle",
    55: "heavy drizzle",
    56: "light freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "light freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "fine snow",
    80: "light showers",
    81: "showers",
    82: "violent showers",
    85: "light snow showers",
    86: "heavy snow showers",
    95: "thunderstorms",
    96: "thunderstorms with some hail",
    99: "thunderstorms with heavy hail",
}
_SNOW: Final = frozenset({71, 73, 75, 77, 85, 86})


def words(code: int | None) -> str:
    """What a code means; empty for one that is not known."""
    return _WORDS.get(code, "") if code is not None else ""


def is_snow(code: int | None) -> bool:
    """Whether what falls is snow."""
    return code in _SNOW
