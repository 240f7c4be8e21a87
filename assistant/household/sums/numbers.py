"""Numbers, from English words and into what the ear takes in.

Flows in: words, or a result. Flows out: digits, or words. Refuses to know: what is counted.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_TO_NINETEEN: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_SMALL: Final = {word: number for number, word in enumerate(_TO_NINETEEN.split())}
_TO_NINETY: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS: Final = {word: number * 10 for number, word in enumerate(_TO_NINETY.split(), start=2)}
_SCALES: Final = {
    "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_PARTS: Final = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_HUNDRED: Final = 100
_DIGITS: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_PLACES: Final = 4
"""Decimal places that are still said as they are."""
_QUARTERS: Final = 4
"""The smallest parts that are said as such rather than as decimals."""
_WHOLE_FROM: Final = 10**6
"""From here on nobody wants the decimals."""
_POWERS_FROM: Final = 10**15
"""From here on a number is said as a power of ten."""
_SMALLEST: Final = Fraction(1, 10**6)


def with_digits(words: Sequence[str]) -> list[str]:
    """The words with every number among them in digits; "two thirds" is "(2/3)"."""
    out: list[str] = []
    at = 0
    while at < len(words):
        number, length = _number(words[at:])
        if number is None:
            out.append(words[at])
            at += 1
        else:
            spoken_part = "point" not in words[at : at + length]
            out.append(_written(number, fraction=spoken_part))
            at += length
    return out


def _number(words: Sequence[str]) -> tuple[Fraction | None, int]:
    """The number that the words begin with, and how many words it takes."""
    number, length = _whole(words)
    if number is None:
        return _bare_part(words)
    rest = words[length:]
    if rest and (part := _part(rest[0])):
        return number / part, length + 1
    if rest[:1] == ["point"]:
        digits = [str(_SMALL[w]) if w in _SMALL else w for w in _digits_after(rest[1:])]
        if digits:
            return number + Fraction(f"0.{''.join(digits)}"), length + 1 + len(digits)
    if len(rest) > 2 and rest[0] == "and" and rest[1] in {"a", "an"} and _part(rest[2]):  # noqa: PLR2004  # and a half
        return number + Fraction(1, _part(rest[2])), length + 3
    return number, length


def _bare_part(words: Sequence[str]) -> tuple[Fraction | None, int]:
    """As in "a third", "half"."""
    if len(words) > 1 and words[0] in {"a", "an"} and _part(words[1]):
        return Fraction(1, _part(words[1])), 2
    return (Fraction(1, _part(words[0])), 1) if words[0] in {"half", "quarter"} else (None, 0)


def _digits_after(words: Sequence[str]) -> list[str]:
    """The words behind "point" that are digits."""
    taken: list[str] = []
    for word in words:
        if not (_SMALL.get(word, 10) < 10 or (word.isascii() and word.isdecimal())):  # noqa: PLR2004  # a digit
            break
        taken.append(word)
    return taken


def _whole(words: Sequence[str]) -> tuple[Fraction | None, int]:
    """As in "two hundred and five", "5 million", "a hundred"."""
    total, group = Fraction(0), Fraction(0)
    at, last, found = 0, "", False
    while at < len(words):
        word = words[at]
        kind, value = _kind(word)
        if (
            word in {"a", "an"}
            and words[at + 1 : at + 2]
            and words[at + 1] in _SCALES
            and not found
        ):
            kind, value = "small", Fraction(1)
        if word == "and" and last == "scale" and at + 1 < len(words):
            if _kind(words[at + 1])[0] not in {"small", "tens"}:
                break
            at += 1
            continue
        if not _follows(kind, last) or (kind == "scale" and not found):
            break
        if kind != "scale":
            group += value
        elif value == _HUNDRED:
            group *= value
        else:
            total, group = total + group * value, Fraction(0)
        at, last, found = at + 1, kind, True
    return (total + group, at) if found else (None, 0)


def _kind(word: str) -> tuple[str, Fraction]:
    if _DIGITS.fullmatch(word):
        return "digits", Fraction(word.replace(",", ""))
    for kind, table in (("small", _SMALL), ("tens", _TENS), ("scale", _SCALES)):
        if word in table:
            return kind, Fraction(table[word])
    tens, dash, small = word.partition("-")
    if dash and tens in _TENS and 0 < _SMALL.get(small, 0) < 10:  # noqa: PLR2004  # twenty-one
        return "small", Fraction(_TENS[tens] + _SMALL[small])
    return "", Fraction(0)


def _follows(kind: str, last: str) -> bool:
    """Whether a word of this kind goes on with a number."""
    after = {
        "": {"digits", "small", "tens"},
        "digits": {"scale"},
        "small": {"scale"},
        "tens": {"small", "scale"},
        "scale": {"small", "tens", "scale"},
    }
    return kind in after[last]


def _part(word: str) -> int:
    """The denominator that a word names; 0 for none."""
    return _PARTS.get(word) or _PARTS.get(word.removesuffix("s"), 0)


def _written(number: Fraction, *, fraction: bool) -> str:
    """In digits; as a fraction where it was one in words, or its decimals do not end."""
    decimals = _decimals(number)
    if decimals == 0:
        return str(number.numerator)
    if decimals is None or (fraction and number.denominator <= _QUARTERS):
        return f"({number.numerator}/{number.denominator})"
    return _rounded(number, decimals)


def for_the_ear(number: Fraction, *, exact: bool = True, places: int = 2) -> tuple[str, bool]:
    """A number as it is said, and whether that is all of it.

    `places` are the decimals of what has more than can be said.
    """
    sign = "minus " if number < 0 else ""
    size = abs(number)
    if size >= _POWERS_FROM or 0 < size < _SMALLEST:
        return sign + _power_of_ten(size), False
    decimals = _decimals(size)
    if decimals is not None and decimals <= _PLACES and exact and (
        decimals == 0 or size < _WHOLE_FROM
    ):  # fmt: skip
        return sign + _rounded(size, decimals), True
    if size >= _WHOLE_FROM:
        return sign + f"{round(size):,}", False
    while size and size * 10**places < _HUNDRED and places < 8:  # noqa: PLR2004  # three digits
        places += 1
    return sign + _rounded(size, places), False


def _decimals(number: Fraction) -> int | None:
    """How many decimals a number has; None where they do not end."""
    under, twos, fives = number.denominator, 0, 0
    while under % 2 == 0:
        under, twos = under // 2, twos + 1
    while under % 5 == 0:
        under, fives = under // 5, fives + 1
    return max(twos, fives) if under == 1 else None


def _rounded(number: Fraction, places: int) -> str:
    digits = str(round(number * 10**places)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return f"{int(whole):,}" + (f".{part}" if part else "")


def _power_of_ten(size: Fraction) -> str:
    """As in "1.27 times 10 to the power of 30"."""
    power = len(str(size.numerator)) - len(str(size.denominator))
    scaled = size / Fraction(10) ** power
    if scaled < 1:
        scaled, power = scaled * 10, power - 1
    if round(scaled * _HUNDRED) == 10 * _HUNDRED:
        scaled, power = Fraction(1), power + 1
    raised = f"minus {-power}" if power < 0 else str(power)
    return f"{_rounded(scaled, 2)} times 10 to the power of {raised}"
