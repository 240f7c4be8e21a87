"""English words for numbers and lengths of time, read; and lengths, said.

Flows in: words as a person said them, or as a model wrote them. Flows out: numbers and seconds.
Refuses to know: what they are for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNITS: Final[Mapping[str, int]] = {
    **dict(zip(("zero", "one", "two", "three", "four"), range(5), strict=True)),
    **dict(zip(("five", "six", "seven", "eight", "nine"), range(5, 10), strict=True)),
    **dict(zip(("ten", "eleven", "twelve", "thirteen", "fourteen"), range(10, 15), strict=True)),
    **dict(zip(("fifteen", "sixteen", "seventeen", "eighteen"), range(15, 19), strict=True)),
    "nineteen": 19,
}
_TENS: Final[Mapping[str, int]] = {
    **dict(zip(("twenty", "thirty", "forty", "fifty"), range(20, 60, 10), strict=True)),
    **dict(zip(("sixty", "seventy", "eighty", "ninety"), range(60, 100, 10), strict=True)),
}
_TEN, _HUNDRED = 10, 100
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

_SECONDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
    **dict.fromkeys(("day", "days"), 86_400),
    **dict.fromkeys(("week", "weeks"), 7 * 86_400),
    **dict.fromkeys(("month", "months"), 30 * 86_400),
    **dict.fromkeys(("year", "years"), 365 * 86_400),
}
_HALVES: Final[Mapping[str, float]] = {"half": 0.5, "quarter": 0.25, "quarters": 0.75}
_MORE: Final = frozenset({"more", "extra", "additional", "further", "longer"})
"""Words that change no length: "five more minutes"."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|½|¼|¾|[a-z']+|-(?=\d)")
_SIGNS: Final[Mapping[str, str]] = {"½": " half ", "¼": " quarter ", "¾": " three quarters "}


def words_of(text: str) -> list[str]:
    """The words and numbers of a text, in lower case, without what stands between them."""
    for sign, word in _SIGNS.items():
        text = text.replace(sign, word)
    return _TOKEN.findall(text.lower().replace("\u2019", "'"))


def number_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """The number that begins at this word, in figures or in words, and where it ends.

    "a" and "an" are one only before a unit, so that is left to whoever reads on. A minus sign, or
    the word, makes it negative.
    """
    if start < len(words) and words[start] in ("-", "minus", "negative"):
        found = number_at(words, start + 1)
        return None if found is None else (-found[0], found[1])
    if start >= len(words):
        return None
    word = words[start]
    if re.fullmatch(r"\d+([.,]\d+)?", word):
        return float(word.replace(",", ".")), start + 1
    total, at = _below_hundred(words, start)
    if at == start and word == "a" and words[start + 1 : start + 2] == ["hundred"]:
        total, at = 1, start + 1
    if at == start:
        return None
    if words[at : at + 1] == ["hundred"]:
        rest, after = _below_hundred(words, at + 2 if words[at + 1 : at + 2] == ["and"] else at + 1)
        total, at = total * _HUNDRED + rest, after if rest else at + 1
    if words[at : at + 1] == ["point"]:
        digits, at = [], at + 1
        while at < len(words) and words[at] in _UNITS and _UNITS[words[at]] < _TEN:
            digits.append(str(_UNITS[words[at]]))
            at += 1
        return float(f"{total}.{''.join(digits) or '0'}"), at
    return float(total), at


def _below_hundred(words: Sequence[str], start: int) -> tuple[int, int]:
    if start < len(words) and words[start] in _TENS:
        ten = _TENS[words[start]]
        one = _UNITS.get(words[start + 1], 0) if start + 1 < len(words) else 0
        return (ten + one, start + 2) if 0 < one < _TEN else (ten, start + 1)
    if start < len(words) and words[start] in _UNITS:
        return _UNITS[words[start]], start + 1
    return 0, start


def length_at(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """The length in seconds that begins at this word, and where it ends: "an hour and a half"."""
    found = _piece(words, start)
    if found is None:
        return None
    total, at, unit = found
    while True:
        after = at + 1 if words[at : at + 1] == ["and"] else at
        if (half := _half(words, after)) and after > at and words[half[1] : half[1] + 1] != ["of"]:
            more = _piece(words, after)
            if more is None:  # "an hour and a half": of the unit before
                return total + half[0] * unit, half[1]
        more = _piece(words, after)
        if more is None or more[2] >= unit or more[0] < 0:
            return total, at
        total, at, unit = total + more[0], more[1], more[2]


def _piece(words: Sequence[str], start: int) -> tuple[float, int, int] | None:
    """One number with its unit, as seconds; where it ends; and the unit in seconds."""
    at = start
    found = number_at(words, at)
    if found is not None and words[found[1] : found[1] + 1] == ["quarters"]:
        found = (found[0] / 4, found[1] + 1)
        if words[found[1] : found[1] + 2] == ["of", "an"]:
            found = (found[0], found[1] + 2)
    if found is None:
        half = _half(words, at)
        if half is not None:
            amount, at = half
            if words[at : at + 1] == ["of"]:
                at += 1
            if words[at : at + 1] in (["a"], ["an"]):
                at += 1
        elif words[at : at + 2] == ["a", "couple"] or words[at : at + 1] == ["couple"]:
            at += 2 if words[at] == "a" else 1
            at += words[at : at + 1] == ["of"]
            amount = 2
        elif words[at : at + 1] in (["a"], ["an"], ["another"]):
            amount, at = 1, at + 1
        else:
            return None
    else:
        amount, at = found
        after = at + 1 if words[at : at + 1] == ["and"] else at
        if half := _half(words, after):
            amount, at = amount + half[0], half[1]
    unit = _SECONDS.get(words[at]) if at < len(words) else None
    return None if unit is None else (amount * unit, at + 1, unit)


def _half(words: Sequence[str], start: int) -> tuple[float, int] | None:
    """The share that "half", "a half" or "three quarters" means, and where it ends."""
    at = start + 1 if words[start : start + 1] in (["a"], ["an"]) else start
    if words[at : at + 2] == ["three", "quarters"]:
        return 0.75, at + 2
    if words[at : at + 1] in (["half"], ["quarter"]):
        return _HALVES[words[at]], at + 1
    return None


def length_of(text: str) -> float | None:
    """The seconds of a text that is a length and nothing else; None where it is not."""
    words = [word for word in words_of(text) if word not in _MORE]
    found = length_at(words, 0)
    if found is None:
        return None
    length, at = found
    if at < len(words) and (rest := number_at(words, at)) and rest[1] == len(words):
        unit = _SECONDS.get(words[at - 1], 0)  # "two minutes thirty"
        if unit in (_MINUTE, _HOUR) and 0 <= rest[0] < _MINUTE:
            return length + rest[0] * unit / _MINUTE
    return length if at == len(words) else None


def said_length(seconds: float) -> str:
    """A length in words for the ear: whole seconds, and fewer units the longer it is."""
    left = max(0, round(seconds))
    for long, step in ((7 * _DAY, _DAY), (_DAY, _HOUR), (2 * _HOUR, _MINUTE)):
        if left >= long:  # finer is more than anybody asks
            left = round(left / step) * step
            break
    parts: list[str] = []
    for name, unit in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, unit)
        if count:
            parts.append(f"{count} {name}{'s' * (count != 1)}")
    if not parts:
        return "0 seconds"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
