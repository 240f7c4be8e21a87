"""What stands on lists: one sentence taken apart into items, and when two items are the same.

Flows in: the words between "add" and "to the list". Flows out: items, each with its key. English
rules. Refuses to know: lists.
"""

from __future__ import annotations

import re
from typing import Final

from assistant.household.names import key_of, words_of

_NUMBER: Final = (
    r"\d+(?:[.,/]\d+)?|half a dozen|a dozen|half an?|a couple of|a few|another|an?|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|several"
)
_UNIT: Final = (
    r"pints?|litres?|liters?|l|ml|dl|g|grams?|kg|kilos?|kilograms?|lbs?|pounds?|oz|ounces?|"
    r"bottles?|cans?|tins?|jars?|bags?|box(?:es)?|packs?|packets?|loaf|loaves|bunch(?:es)?|"
    r"cartons?|dozen|slices?|pieces?|rolls?|sticks?|tubs?|tubes?|cups?|bars?|heads?|cloves?|"
    r"cases?|crates?|pairs?|gallons?|quarts?|sacks?|blocks?|trays?"
)
_AMOUNT = re.compile(
    rf"^(?:(?:{_NUMBER})\s+(?:(?:{_UNIT})\s+(?:of\s+)?)?|(?:{_UNIT})\s+of\s+"
    rf"|\d+(?:[.,]\d+)?(?:l|ml|g|kg|x)\s+(?:of\s+)?)(?=\S)",
    re.IGNORECASE,
)
_EMPTY_WORDS = re.compile(r"^(?:(?:some|the|my|our|more|also|please)\s+)+(?=\S)", re.IGNORECASE)
_TOGETHER: Final = (
    r"mac(?:aroni)? (?:and|&) cheese",
    r"half (?:and|&) half",
    r"fish (?:and|&) chips",
    r"(?:gin|vodka) (?:and|&) tonic",
    r"rum (?:and|&) coke",
    r"cookies (?:and|&) cream",
    r"salt (?:and|&) vinegar",
    r"sweet (?:and|&) sour",
    r"cheese (?:and|&) onion",
    r"bread (?:and|&) butter pickles",
    r"pork (?:and|&) beans",
    r"ben (?:and|&) jerry'?s",
    r"head (?:and|&) shoulders",
    r"m (?:and|&) m'?s",
    r"arm (?:and|&) hammer",
    r"black (?:and|&) white",
    r"nuts (?:and|&) bolts",
)
"""What is one thing in spite of its "and"; where it is missed, an item too much is on the list."""
_WHOLE = re.compile("|".join(_TOGETHER), re.IGNORECASE)
_COMMA = re.compile(r"\s*[,;]\s+(?:(?:and|&|plus)\s+)?|\s*;\s*|,(?=[^\W\d])", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and also|and|&|plus|as well as)\s+", re.IGNORECASE)
_TASKS: Final = frozenset({"to do", "todo", "task", "chore", "job", "errand", "reminder"})
_HELD = "\x00"


def split(said: str, list_key: str) -> list[str]:
    """The items of a sentence: `milk, eggs and bread` are three.

    On a list of tasks an "and" parts nothing, for "call mum and dad" is one thing to do.
    """
    parts = [said]
    if list_key not in _TASKS:
        held = _WHOLE.sub(lambda found: found[0].replace(" ", _HELD), said)
        parts = [part for piece in _COMMA.split(held) for part in _AND.split(piece)]
    else:
        parts = _COMMA.split(said)
    return [text for part in parts if (text := tidy(part.replace(_HELD, " ")))]


def tidy(text: str) -> str:
    """One item as it stands on the list: `some milk.` is `milk`."""
    bare = " ".join(text.split()).strip(' .,;:!?\u2026"')
    return _EMPTY_WORDS.sub("", bare)


def amount_of(text: str) -> str:
    """How much of it, if that was said: `two pints` of `two pints of milk`."""
    found = _AMOUNT.match(text)
    return found[0].strip() if found else ""


def item_key(text: str) -> str:
    """What two ways to ask for the same thing have in common: without amount and plural."""
    bare = tidy(text)
    without = _AMOUNT.sub("", bare)
    return key_of(without if words_of(without) else bare) or bare.casefold()
