"""Exact arithmetic over a written expression: text in, a fraction out.

A parser of our own, so that nothing is ever evaluated: numbers, + - * / ^, brackets, %, "of" and
"sqrt". Everything is bounded before it is worked out. Refuses to know: words, units.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARS: Final = 200
"""Characters of an expression."""
MOST_BITS: Final = 4_000
"""Bits of a numerator or denominator, some 1,200 digits: far more than anybody says."""
_DEEPEST: Final = 30
"""Brackets, signs and powers inside each other."""
_ROOT: Final = Context(prec=40)
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:,\d{3})+|\d{1,60})(?:\.\d{1,60})?|\.\d{1,60})"
    r"|(?P<word>of\b|sqrt\b|\*\*|[-+*/^()%]))"
)


class NoSum(ToolError):
    """Why there is no result, in a sentence for the model and the person alike."""

    def __init__(self, message: str) -> None:
        super().__init__(message, spoken=message)


class NotRead(NoSum):
    """It is no expression at all."""

    def __init__(self) -> None:
        super().__init__("I cannot read that as a sum. Write it like 12 * (3 + 4), or 15% of 80.")


TOO_LARGE: Final = "That number is too large for me."


@dataclass(frozen=True, slots=True)
class Value:
    """A result."""

    number: Fraction
    exact: bool = True
    """False for what has no end, as most roots."""
    percent: bool = False
    """Whether it is a share, to be said in percent."""


def tokens(expression: str) -> list[str]:
    """The parts of an expression. Raises NoSum."""
    if len(expression) > MOST_CHARS:
        raise NoSum("That sum is too long for me.")
    found, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotRead
        found.append(match["number"] or match["word"])
        at = match.end()
    return found


def worked_out(expression: str) -> Value:
    """The result of an expression. Raises NoSum."""
    reader = _Reader(tokens(expression))
    try:
        value = reader.sum()
    except ZeroDivisionError as error:
        raise NoSum("Nothing can be divided by zero.") from error
    if reader.left:
        raise NotRead
    return value


class _Reader:
    """Recursive descent: each method reads what binds more tightly than the one before it."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._at = 0
        self._depth = 0

    @property
    def left(self) -> bool:
        """Whether something stands behind the expression."""
        return self._at < len(self._parts)

    def sum(self) -> Value:
        """As in 1 + 2 - 3; 80 + 15% is 15% more than 80."""
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            if other.percent and not value.percent:
                other = Value(value.number * other.number, value.exact and other.exact)
            both = operator.add if sign == "+" else operator.sub
            value = _joined(both, value, other, percent=value.percent)
        return value

    def _product(self) -> Value:
        value = self._signed()
        while sign := self._take("*", "/", "of"):
            other = self._signed()
            both = operator.truediv if sign == "/" else operator.mul
            value = _joined(both, value, other)
        return value

    def _signed(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NoSum("That sum has too many brackets for me.")
        sign = self._take("+", "-")
        value = self._signed() if sign else self._power()
        self._depth -= 1
        return Value(-value.number, value.exact, value.percent) if sign == "-" else value

    def _power(self) -> Value:
        base = self._share()
        return _raised(base, self._signed()) if self._take("^", "**") else base

    def _share(self) -> Value:
        value = self._atom()
        while self._take("%"):
            value = Value(value.number / 100, value.exact, percent=True)
        return value

    def _atom(self) -> Value:
        if self._take("("):
            value = self.sum()
            if not self._take(")"):
                raise NotRead
            return value
        if self._take("sqrt"):
            return _root(self._signed())
        if not self.left or not self._parts[self._at][-1].isdigit():
            raise NotRead
        text = self._parts[self._at].replace(",", "")
        self._at += 1
        return Value(Fraction(text))

    def _take(self, *wanted: str) -> str:
        """The next part, if it is one of these."""
        if not self.left or self._parts[self._at] not in wanted:
            return ""
        self._at += 1
        return self._parts[self._at - 1]


def _joined(
    both: Callable[[Fraction, Fraction], Fraction], a: Value, b: Value, *, percent: bool = False
) -> Value:
    number = both(a.number, b.number)
    _check(_bits(number))
    return Value(number, a.exact and b.exact, percent)


def _raised(base: Value, power: Value) -> Value:
    exact = base.exact and power.exact
    if power.number.denominator == 1:
        times = power.number.numerator
        _check(_bits(base.number) * abs(times) if abs(base.number) != 1 and base.number else 1)
        return Value(Fraction(base.number**times), exact)
    if base.number < 0:
        raise NoSum("I cannot raise a negative number to a part of a power.")
    if power.number == Fraction(1, 2):
        return _root(base)
    try:
        return Value(Fraction(float(base.number) ** float(power.number)), exact=False)
    except OverflowError as error:
        raise NoSum(TOO_LARGE) from error


def _root(value: Value) -> Value:
    if value.number < 0:
        raise NoSum("A negative number has no square root.")
    over, under = value.number.numerator, value.number.denominator
    exact = Fraction(math.isqrt(over), math.isqrt(under))
    if exact**2 == value.number:
        return Value(exact, value.exact)
    try:
        near = _ROOT.sqrt(_ROOT.divide(Decimal(over), Decimal(under)))
    except DecimalException as error:
        raise NoSum(TOO_LARGE) from error
    return Value(Fraction(near), exact=False)


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def _check(bits: int) -> None:
    if bits > MOST_BITS:
        raise NoSum(TOO_LARGE)
