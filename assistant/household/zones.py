"""Which time a place has: the name of a town or a country in, a time zone out.

The towns are those of the tz database by their names in CLDR (both come with babel), and a table of
ours with large towns that it has no zone for, since they share one. Refuses to know: the time.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global

from assistant.errors import ToolError
from assistant.household.weather.places import fold

_SAME_TIME: Final = {
    "America/Los_Angeles": "San Francisco|Seattle|San Diego|Las Vegas|Portland|San Jose"
    "|Sacramento|Oakland|LA|California",
    "America/New_York": "Washington|Washington DC|Boston|Miami|Philadelphia|Atlanta|Orlando"
    "|Baltimore|Charlotte|Pittsburgh|Cleveland|NYC|Florida",
    "America/Chicago": "Houston|Dallas|Austin|San Antonio|New Orleans|Minneapolis|St. Louis"
    "|Kansas City|Memphis|Nashville|Milwaukee|Texas",
    "America/Denver": "Salt Lake City|Albuquerque",
    "Pacific/Honolulu": "Hawaii",
    "America/Toronto": "Ottawa|Montreal|Quebec",
    "America/Edmonton": "Calgary",
    "America/Sao_Paulo": "Rio de Janeiro|Rio|Brasilia",
    "Europe/London": "Manchester|Birmingham|Edinburgh|Glasgow|Liverpool|Leeds|Bristol|Cardiff"
    "|England|Scotland|Wales|UK|Britain|Great Britain",
    "Europe/Berlin": "Munich|Hamburg|Frankfurt|Cologne|Stuttgart|Dresden|Germany",
    "Europe/Paris": "Lyon|Marseille|Nice|Toulouse",
    "Europe/Rome": "Milan|Naples|Turin|Venice|Florence",
    "Europe/Madrid": "Barcelona|Valencia|Seville|Spain",
    "Europe/Lisbon": "Porto|Portugal",
    "Europe/Zurich": "Geneva|Basel|Bern",
    "Europe/Amsterdam": "Rotterdam|The Hague|Utrecht|Holland",
    "Europe/Warsaw": "Krakow|Gdansk",
    "Europe/Kiev": "Kyiv|Lviv|Ukraine",
    "Europe/Moscow": "St. Petersburg|Saint Petersburg",
    "Europe/Istanbul": "Ankara|Izmir",
    "Asia/Shanghai": "Beijing|Shenzhen|Guangzhou|China",
    "Asia/Calcutta": "Mumbai|Delhi|New Delhi|Bangalore|Chennai|Hyderabad|Kolkata",
    "Asia/Tokyo": "Osaka|Kyoto|Yokohama",
    "Asia/Saigon": "Hanoi|Ho Chi Minh City|Saigon",
    "Asia/Dubai": "Abu Dhabi",
    "Asia/Karachi": "Lahore|Islamabad",
    "Asia/Jakarta": "Bandung|Surabaya|Yogyakarta",
    "Asia/Makassar": "Bali|Denpasar",
    "Australia/Sydney": "Canberra",
    "Pacific/Auckland": "Wellington|Christchurch|New Zealand",
    "Africa/Johannesburg": "Cape Town|Pretoria|Durban",
}
"""Our own table: places that people ask for, by a place whose time they have."""
_MANY: Final = "{} has several time zones. Name a town in it."


def zone_of(place: str) -> str | None:
    """The zone's name in the tz database; None where the place is not known, or has several."""
    return _known().get(_key(place), ("", None))[1]


def zone(place: str) -> ZoneInfo:
    """The zone of a place. Raises ToolError, with near names where there are any."""
    said = place.strip(" .,!?")
    name = zone_of(said)
    if name is None:
        raise _unknown(said)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"This machine has no time zone for {said}: {name} is missing in its tz database."
        raise ToolError(message, spoken=f"I have no time zone for {said}.") from error


def _unknown(said: str) -> ToolError:
    key = _key(said)
    if key in _countries():
        message = _MANY.format(_countries()[key])
    else:
        near = difflib.get_close_matches(key, _known(), n=1, cutoff=0.75)
        hint = f" Do you mean {_known()[near[0]][0]}?" if near else " Name a large town near it."
        message = f"I do not know the time in {said}.{hint}"
    return ToolError(message, spoken=message)


def _key(place: str) -> str:
    return fold(place.casefold().strip().removeprefix("the "))


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, str]]:
    """Every place that has one zone, by its key: how it is written, and the zone."""
    known: dict[str, tuple[str, str]] = {}
    locale = Locale("en")
    for name in get_global("zone_territories"):
        area, _, town = name.rpartition("/")
        if area and not area.startswith(("Etc", "SystemV")):
            city = locale.time_zones.get(name, {}).get("city", "")
            for written in (town.replace("_", " "), city):
                known.setdefault(_key(written), (written, name))
    for code, zones in get_global("territory_zones").items():
        if len(zones) == 1 and (written := locale.territories.get(code)):
            known.setdefault(_key(written), (written, zones[0]))
    for name, places in _SAME_TIME.items():
        known.update({_key(written): (written, name) for written in places.split("|")})
    known.pop("", None)
    return known


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """The countries that have several zones, by their keys."""
    many = {code for code, zones in get_global("territory_zones").items() if len(zones) > 1}
    return {_key(name): name for code, name in Locale("en").territories.items() if code in many} | {
        "usa": "The United States",
        "us": "The United States",
        "america": "America",
    }
