"""Numbers as they are written in, numbers in words out.

The only module that imports unicode_rbnf, which spells by Unicode's own rules (CLDR). Refuses to
know: units, sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Protocol

from unicode_rbnf import FormatPurpose, RbnfEngine

from assistant.speak.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

_LARGEST = 10**15
"""From here on a number is read digit by digit; nobody can follow "quadrillion" by ear."""
_MANTISSA = 2
"""Decimals that are read as one number, in the languages that do so."""

DIGITS = r"[0-9]+(?:[.,][0-9]+)*"
"""A pattern: a number without a sign."""
NUMBER = rf"(?<![\w.,])((?:(?<!\w)[-−])?{DIGITS})"  # noqa: RUF001 # the minus sign
"""A pattern: a number with or without one; the first group of its rule."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    whole: int
    fraction: str = ""
    """The digits after the decimal mark."""
    negative: bool = False

    @property
    def is_one(self) -> bool:
        """Whether what is counted stands in the singular; -1 does, 1.0 does not."""
        return self.whole == 1 and not self.fraction


class Numerals:
    """Reads and spells the numbers of one language."""

    def __init__(self, code: str) -> None:
        self.language = LANGUAGES[code]
        self._engine = RbnfEngine.for_language(code)
        group = self.language.group
        comma = group != ","
        own = (re.escape(group), "," if comma else r"\.")
        other = (own[1], r"\." if comma else ",")
        self._shapes = [
            re.compile(rf"([0-9]{{1,3}}(?:{thousand}[0-9]{{3}})+|[0-9]+)(?:{mark}([0-9]+))?")
            for thousand, mark in (own, ((r"\." if comma else ","), own[1]), other)
        ]

    def parse(self, text: str) -> Number | None:
        """The number that these digits and separators write; None where they write none.

        By the language's own convention, and failing that by the other: models often keep English
        points in another language's text.
        """
        digits = text.lstrip("-−")  # noqa: RUF001 # the minus sign
        for shape in self._shapes:
            if match := shape.fullmatch(digits):
                whole = int(re.sub(r"[^0-9]", "", match[1])[:400])
                return Number(whole, match[2] or "", negative=len(digits) < len(text))
        return None

    def say(self, number: Number, *, feminine: bool | None = None) -> str:
        """The number in words; with a gender, as it stands before a noun of that gender."""
        if number.fraction:
            words = f"{self.cardinal(number.whole)} {self.language.point} "
            words += self._decimals(number.fraction)
        else:
            words = self.cardinal(number.whole, feminine=feminine)
        return f"{self.language.minus} {words}" if number.negative else words

    def cardinal(self, value: int, *, feminine: bool | None = None) -> str:
        """As in "twenty-one"; with a gender, as before a noun."""
        if value >= _LARGEST:
            return self.digits(str(value))
        gender = {None: "", True: "feminine", False: "masculine"}[feminine]
        ruleset = f"spellout-cardinal-{gender}"
        names = [ruleset] if ruleset in self._engine.rulesets else None
        purpose = None if names else FormatPurpose.CARDINAL
        return self._engine.format_number(value, purpose, ruleset_names=names).text

    def ordinal(self, value: int, form: str = "") -> str:
        """As in "twenty-first"; `form` is the end of a ruleset's name, such as "masculine"."""
        if value >= _LARGEST:
            return self.digits(str(value))
        ruleset = f"spellout-ordinal-{form}" if form else "spellout-ordinal"
        names = [ruleset] if ruleset in self._engine.rulesets else None
        return self._engine.format_number(value, FormatPurpose.ORDINAL, ruleset_names=names).text

    def year(self, value: int) -> str:
        """As in "nineteen ninety-nine"."""
        return self._engine.format_number(value, FormatPurpose.YEAR).text

    def digits(self, text: str) -> str:
        """Digit by digit; what is no digit is a pause."""
        groups = re.findall(r"[0-9]+", text)
        return ", ".join(" ".join(self.cardinal(int(one)) for one in group) for group in groups)

    def many(self, number: Number) -> bool:
        """Whether a noun after this number is a plural."""
        if self.language.code in {"fr", "pt"}:  # nothing and one and a half are singular there
            return number.whole > 1
        return not number.is_one

    def _decimals(self, digits: str) -> str:
        if self.language.digits_after_point or digits[0] == "0" or len(digits) > _MANTISSA:
            return self.digits(digits)
        return self.cardinal(int(digits))


@lru_cache(maxsize=len(LANGUAGES))
def numerals(code: str) -> Numerals | None:
    """The numerals of a language, kept; None for one that has no table."""
    return Numerals(code) if code in LANGUAGES else None


class Reading(Protocol):
    """How a match is read; what does not apply returns what was found."""

    def __call__(self, match: re.Match[str], /, spelling: Numerals) -> str:
        """The words."""


Rule = tuple[re.Pattern[str], Reading]
"""What is looked for, and how it is read."""


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def read(text: str, rules: tuple[Rule, ...], spelling: Numerals) -> str:
    """The text with each rule applied once, in their order."""
    for pattern, reading in rules:
        text = pattern.sub(partial(reading, spelling=spelling), text)
    return text
