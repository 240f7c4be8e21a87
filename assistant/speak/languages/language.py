"""What a language's table holds: the words that numbers, units and signs are read with.

Refuses to know: any language.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words and habits."""

    code: str
    """ISO 639-1."""
    group: str
    """What stands between thousands; the other of "." and "," is the decimal mark."""
    point: str
    minus: str
    digits_after_point: bool
    """"3.14": whether one says one four (or fourteen)."""
    dot: str
    """The dot of an address."""
    at: str
    slash_or: str
    """The slash between two words."""
    out_of: str
    """The slash of a rating: 7/10."""
    plus: str
    equals: str
    times: str
    """Between factors."""
    by: str
    """Between the sides of a size: 2x4."""
    fold: str
    """How often: 3x."""
    to: str
    """The dash of a range."""
    ratio: str
    """The colon of 16:9."""
    about: str
    less: str
    greater: str
    per: str
    join: str
    """And."""
    number: str
    """The sign # before a number."""
    squared: str
    cubed: str
    months: tuple[str, ...]
    day_month: str
    """How a day is said: {day} {month}."""
    day_month_year: str
    hour: str
    """How a full hour is said: {h}, and {hour} for the unit."""
    hour_minute: str
    fractions: dict[str, str]
    units: dict[str, tuple[str, str]]
    """For one, for many; the keys are those that `ALIASES` leads to."""
    money: dict[str, tuple[str, str, str, str]]
    """One, many, and the same for its hundredth; empty where there is none."""
    magnitudes: dict[str, str]
    """What may follow an amount of money: as it is written, as it is said before the currency."""
    abbreviations: dict[str, str]
    titles: dict[str, str] = field(default_factory=dict)
    """The same, where a capital follows; looked for before the others."""
    number_marks: tuple[str, ...] = ()
    """Abbreviations that mean "number" before digits."""
    mixed: str = "{whole} {join} {part}"
    """One and a half."""
    first_day: str = ""
    """The first of a month, where it is an ordinal though other days are not."""
    ordinal_days: bool = False
    feminine: frozenset[str] = frozenset()
    """Units and currencies of feminine gender, where numbers have one."""
    feminine_hours: bool = False
    ordinal_suffix: str = ""
    """A pattern: what follows the digits of an ordinal."""
    clock_cue: str = ""
    """A pattern: words before 8.30 that make it a time."""
    clock_word: str = ""
    """A word after 8.30 that makes it a time; the reading contains it."""
    date_cue: str = ""
    """A pattern: words after which "22." is an ordinal."""
    oh: str = ""
    """What is said for the zero of 8:05."""
    meridiem: bool = False
    """Whether AM and PM belong to a time, and the month stands before the day."""
    year_cues: tuple[str, ...] = ()
    """Words before a year; empty where years are read like other numbers."""
    year_maybe: tuple[str, ...] = ()
    """Words before what is a year unless something counted follows."""


ALIASES = {
    "lbs": "lb",
    "L": "l",
    "mL": "ml",
    "kB": "KB",
    "Gb": "GB",
    "hr": "h",
    "hrs": "h",
    "sec": "s",
    "secs": "s",
    "mins": "min",
    "m2": "m²",
    "km2": "km²",
    "cm2": "cm²",
    "ft2": "ft²",
    "m3": "m³",
    "cm3": "cm³",
    "kmh": "km/h",
    "kph": "km/h",
    "Mbit/s": "Mbps",
    "Std": "h",
    "Min": "min",
    "Sek": "s",
    "ºC": "°C",
    "ºF": "°F",
    "℃": "°C",
    "℉": "°F",
    "° C": "°C",
    "° F": "°F",
    "Go": "GB",
    "Mo": "MB",
    "KWh": "kWh",
    "kw": "kW",
    "Kg": "kg",
    "US$": "$",
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "IDR": "Rp",
    "Rp.": "Rp",
    "BRL": "R$",
}
"""Other spellings of a unit or a currency."""


def nouns(table: str) -> dict[str, tuple[str, str]]:
    """Nouns of a table: "km kilometer|kilometers, % percent"."""
    found = {}
    for entry in " ".join(table.split()).split(", "):
        symbol, words = entry.split(" ", 1)
        one, _, many = words.partition("|")
        found[symbol] = (one, many or one)
    return found


def currencies(table: str) -> dict[str, tuple[str, str, str, str]]:
    """Currencies of a table: "€ euro|euros|cent|cents, ¥ yen|yen||"."""
    money = {}
    for entry in " ".join(table.split()).split(", "):
        symbol, words = entry.split(" ", 1)
        one, many, part, parts = words.split("|")
        money[symbol] = (one, many, part, parts)
    return money


def readings(table: str) -> dict[str, str]:
    """Readings of a table: "e.g. = for example, vs. = versus"."""
    pairs = (entry.partition(" = ") for entry in " ".join(table.split()).split(", "))
    return {written: said for written, _, said in pairs}


def words(table: str) -> tuple[str, ...]:
    """Words of a table."""
    return tuple(table.split())
