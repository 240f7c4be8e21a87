"""Which place is meant: a name as it is said in, one place out, or several to ask about.

Flows in: a name and the places that have it. Refuses to know: where they were looked up.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.household.weather.values import Place

DOMINANT: Final = 5
"""How many times more people make a place the one that is meant. Our own choice: Paris in France
has eighty times as many as Paris in Texas; of the four largest Springfields none has twice."""
MOST_ASKED: Final = 3
"""Places that one question offers: more cannot be kept in mind by ear."""

_ALIASES: Final = {
    "uk": "gb", "greatbritain": "gb", "britain": "gb", "usa": "us", "america": "us",
    "unitedstatesofamerica": "us", "holland": "nl",
}  # fmt: skip
_WITH_ARTICLE: Final = re.compile(
    r"(?:United|Netherlands|Philippines|Bahamas|Maldives|Gambia|Czech Rep|Dominican Rep|Isle)"
)


def fold(name: str) -> str:
    """A name without accents, case, spaces and punctuation, to compare it."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def readings(said: str) -> list[tuple[str, str]]:
    """What may be meant: a name, and the region or country that it lies in; likeliest first."""
    text = " ".join(said.strip(" .,;:!?").split())
    split = re.split(r"\s*,\s*|\s+in\s+", text, maxsplit=1, flags=re.IGNORECASE)
    if len(split) > 1:
        return [(split[0], split[1])]
    words = text.split()
    cuts = [len(words) - n for n in (1, 2) if len(words) > n]
    return [(text, ""), *((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)]


def candidates(places: Sequence[Place], name: str, within: str) -> list[Place]:
    """The places of just this name that may be meant: none, one, or several to ask about."""
    found = [place for place in places if fold(place.name) == fold(name)]
    found = [place for place in found if not within or _lies_in(place, within)]
    found = [place for place in found if place.kind.startswith("PPL")] or found
    found = _without_doubles(sorted(found, key=lambda place: -place.people))
    if not found:
        return []
    return [place for place in found if place.people * DOMINANT >= found[0].people]


def nearer(places: Sequence[Place], country_code: str) -> Sequence[Place]:
    """The one of these that lies in this country, where it is one."""
    there = [place for place in places if place.country_code == country_code]
    return there if len(there) == 1 else places


def question(places: Sequence[Place]) -> str:
    """The question which of these is meant."""
    asked = places[:MOST_ASKED]
    labels = [f"in {label}" for label in _labels(asked)]
    if len(places) > len(asked):
        return f"Do you mean {asked[0].name} {', '.join(labels)}, or in another place?"
    return f"Do you mean {asked[0].name} {', '.join(labels[:-1])} or {labels[-1]}?"


def full_name(place: Place) -> str:
    """A place's name with its region, as one would write it."""
    return f"{place.name}, {place.region or place.country}".rstrip(", ")


def _lies_in(place: Place, within: str) -> bool:
    asked = fold(re.sub(r"^the\s+", "", within, flags=re.IGNORECASE))
    named = {fold(part) for part in (place.region, place.country, place.country_code)}
    parts = {fold(part) for part in within.split(",")}
    return bool(({asked, _ALIASES.get(asked, asked)} | parts) & named)


def _labels(places: Sequence[Place]) -> list[str]:
    """What tells them apart."""
    regions = [place.region or place.country for place in places]
    countries = [_with_article(place.country) for place in places]
    if len(set(countries)) == len(places):
        return countries
    if len(set(countries)) == 1:
        return regions
    return [", ".join(pair) for pair in zip(regions, countries, strict=True)]


def _with_article(country: str) -> str:
    return f"the {country}" if _WITH_ARTICLE.match(country) else country


def _without_doubles(places: Sequence[Place]) -> list[Place]:
    """The first of each region: nobody could tell two of them apart."""
    firsts: dict[tuple[str, str], Place] = {}
    for place in places:
        firsts.setdefault((place.region, place.country), place)
    return list(firsts.values())
