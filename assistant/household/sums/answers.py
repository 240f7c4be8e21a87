"""Results in words that can be said.

Flows in: what was asked and what came out. Flows out: one sentence. Refuses to know: how it was
worked out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.household.sums.arithmetic import NoSum, tokens, worked_out
from assistant.household.sums.numbers import for_the_ear

if TYPE_CHECKING:
    from fractions import Fraction

    from assistant.household.sums.arithmetic import Value
    from assistant.household.sums.asked import Sum

_SAID: Final = {
    "+": "plus", "*": "times", "/": "divided by", "^": "to the power of",
    "**": "to the power of", "sqrt": "the square root of",
}  # fmt: skip


def told(asked: Sum) -> str:
    """The result of a sum, with the sum as it was understood. Raises NoSum."""
    value = worked_out(asked.expression)
    if asked.share_of:
        whole = worked_out(asked.share_of)
        if not whole.number:
            raise NoSum("Nothing is a share of zero.")
        share, exact = for_the_ear(value.number / whole.number * 100)
        about = "" if exact else "about "
        return f"{_said(asked.expression)} is {about}{share}% of {_said(asked.share_of)}."
    return _capital(f"{_said(asked.expression)} is {_result(value)}.")


def turned(amount: Fraction, unit: str, other: Fraction, to: str, *, places: int = 2) -> str:
    """An amount in two units, whose names are in the plural."""
    told_amount, _ = for_the_ear(amount, places=places)
    result, exact = for_the_ear(other, places=places)
    return (
        f"{told_amount} {_counted(unit, told_amount)} is {'' if exact else 'about '}"
        f"{result} {_counted(to, result)}."
    ).replace("minus", "Minus", 1 if told_amount.startswith("minus") else 0)


def _result(value: Value) -> str:
    number = value.number * 100 if value.percent else value.number
    result, exact = for_the_ear(number, exact=value.exact)
    return f"{'' if exact else 'about '}{result}{'%' if value.percent else ''}"


def _said(expression: str) -> str:
    """An expression in words, with its numbers as they are."""
    words: list[str] = []
    for part in tokens(expression):
        if part == "-":
            words.append("minus")
        elif part == "%" and words:
            words[-1] += "%"
        else:
            words.append(_SAID.get(part, part))
    text = " ".join(words)
    text = re.sub(r"\( (\d+) plus (\d+) divided by (\d+) \)", r"\1 \2/\3", text)
    text = re.sub(r"\( (\d+) divided by (\d+) \)|\((\d+)/(\d+)\)", _fraction, text)
    text = re.sub(r"to the power of 2\b(?! [\d.])", "squared", text)
    text = re.sub(r"to the power of 3\b", "cubed", text)
    return text.replace("( ", "(").replace(" )", ")")


def _fraction(match: re.Match[str]) -> str:
    return f"{match[1] or match[3]}/{match[2] or match[4]}"


_ONE: Final = {
    "feet": "foot", "inches": "inch", "pence": "penny", "reais": "real", "kronor": "krona",
    "kroner": "krone",
}  # fmt: skip


def _counted(plural: str, number: str) -> str:
    """The unit's name as it goes with the number."""
    if number.removeprefix("minus ") != "1":
        return plural
    first, per, rest = plural.partition(" per ")
    words = first.split()
    for at in (0, -1):  # degrees Celsius, fluid ounces
        if words[at] != "Celsius":
            words[at] = _ONE.get(words[at], words[at].removesuffix("s"))
    return " ".join(words) + per + rest


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
