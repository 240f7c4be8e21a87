"""Which requests may concern a tool that somebody else wrote: the words of its own description.

Flows in: a tool's name, description and parameters. Flows out: a regular expression by language.
Pure; such descriptions are mostly English. Refuses to know: who asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from assistant.household.names import meaning_of, singular, words_of
from assistant.servers.abroad import words_abroad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.messages import JsonValue

MOST_WORDS: Final = 48
"""Of one tool; the first ones say most."""
_SHORTEST: Final = 3
_ABOUT_TOOLS: Final = frozenset(
    """
    action actions allow allows answer answers array available based boolean call called calls
    certain client current currently data default defaults description different each either else
    empty ensure entry etc every example examples execute false field fields filter following format
    function given help helpful id identifier ids including information input instead integer item
    items json key like limit list lists maximum method minimum multiple name names non null number
    numbers object one only optional option options output page parameter parameters perform
    performs possible present primary property provide provided provides purpose query question
    questions real request requested requests require required requires response result results
    return returned returns run runs schema see server similar single specific specified specify
    string supported supports text thing time tool tools true type types unique update used useful
    user users uses using valid value values various via whether within without word words yet
    """.split()  # noqa: SIM905  # a hundred words read better as text
)
"""Words of every description of a tool."""
_DEVICES: Final = frozenset(
    "device devices light lights switch entity entities cover lock fan thermostat".split()  # noqa: SIM905  # the same
)
_STATES: Final = (
    r"\b(?:on|off|open|closed|locked|unlocked|running|playing)\W*$",
    r"\b(?:turn|switch|put|shut|power)(?:ed|s|ing)?\b.{0,40}\b(?:on|off|up|down)\b",
)
"""How people speak of what is in the house, by its name: "is the Christmas tree on?"."""


def words_for(
    server: str,
    name: str,
    description: str,
    parameters: Mapping[str, JsonValue],
    more: Sequence[str] = (),
) -> dict[str, str]:
    """By language, a regular expression, found in requests that may concern the tool.

    `more`: words of ours, in any language.
    """
    own = " ".join((_apart(server), _apart(name)))
    text = " ".join((own, description, *map(_apart, _named(parameters))))
    stems = dict.fromkeys(_stem(word) for word in meaning_of(text) if _says_something(word))
    patterns = [rf"\b{re.escape(stem)}\w{{0,4}}\b" for stem in list(stems)[:MOST_WORDS]]
    patterns += [rf"(?<!\w){re.escape(word)}" for word in more if word.strip()]
    if _DEVICES & set(meaning_of(text)):
        patterns += _STATES
    every = frozenset(form for word in words_of(text) for form in _forms(word))
    return {"en": "|".join(patterns) or r"(?!)", **words_abroad(every, more)}


def _apart(name: str) -> str:
    """A name as words: `HassTurnOn` and `turn_on` alike."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-./]+", " ", name)


def _named(schema: JsonValue, depth: int = 0) -> Iterator[str]:
    """The names of parameters, and the words that can be chosen for them."""
    if depth > 6 or not isinstance(schema, Mapping):  # noqa: PLR2004  # deeper says nothing more
        return
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, inner in properties.items():
            yield name
            yield from _named(inner, depth + 1)
    choices = schema.get("enum")
    if isinstance(choices, Sequence):
        yield from (choice for choice in choices if isinstance(choice, str))
    yield from _named(schema.get("items"), depth + 1)
    for key in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(key)
        if isinstance(parts, Sequence):
            for part in parts:
                yield from _named(part, depth + 1)


def _says_something(word: str) -> bool:
    """Whether a word, in none of its forms, is one of every description or every request."""
    if len(word) < _SHORTEST or word.isdigit():
        return False
    return all(form not in _ABOUT_TOOLS and meaning_of(form) for form in _forms(word))


def _forms(word: str) -> tuple[str, ...]:
    return word, singular(word), _stem(word)


def _stem(word: str) -> str:
    """What an English word has in common with its other forms; for finding, not for reading."""
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST and not word.endswith("ss"):
            return stem
    return word
