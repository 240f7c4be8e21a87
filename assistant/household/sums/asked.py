"""What somebody asks to be worked out: English words in, an expression or a conversion out.

Flows in: a request as it was heard or typed. Flows out: what to work out, or None for anything
that is not surely a sum. Refuses to know: results.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.household.sums.arithmetic import MOST_CHARS, NoSum, NotRead, worked_out
from assistant.household.sums.numbers import with_digits

_START: Final = re.compile(
    r"^(?:(?:so|and|okay|ok|hey|please|tell me|can you|could you|do you know)[,\s]+)*"
    r"(?:(?:what is|what's|whats|what are|how much is|how much are|how many is|calculate|compute"
    r"|work out|solve|the result of|what does)[,\s]+)*"
)
_END: Final = re.compile(r"(?:\s+(?:please|equal|equals|make|makes|is|for me)|\s*=)+$")
_SIGNS: Final = str.maketrans(
    {
        "\u00d7": "*",
        "\u00b7": "*",
        "\u00f7": "/",
        "\u2212": "-",
        "\u2013": "-",
        "²": "^2",
        "³": "^3",
    }
)
"""Signs of print, and those that the parser knows."""
_PHRASES: Final = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"(?<![\d./])(\d{1,9}) (\d{1,9}/\d{1,9})(?![\d./])", r"(\1 + \2)"),
        (r"(?<![\d./])(\d{1,9}/\d{1,9}) of\b", r"(\1) of"),
        (r"\bper\s?cent\b", " % "),
        (r"\bmultiplied (?:by|with)\b|\btimes\b|(?<=\d)\s+x\s+(?=\d)", " * "),
        (r"\bdivided by\b|\bover\b", " / "),
        (r"\bplus\b|\badded to\b", " + "),
        (r"\bminus\b|\bless\b", " - "),
        (r"\bsquared\b|\bto the second power\b", " ^ 2 "),
        (r"\bcubed\b|\bto the third power\b", " ^ 3 "),
        (r"\b(?:raised )?to the power(?: of)?\b", " ^ "),
        (r"\b(?:the )?square root of\b|√", " sqrt "),
        (r"\b(?:twice|double)\b", " 2 * "),
        (r"\btriple\b", " 3 * "),
        (r"\bnegative\b", " - "),
        (r"([+*/^()%]|(?<![a-z])-|-(?![a-z]))", r" \1 "),
        (r"\* \s*\*", " ^ "),
    )
)
_N = r"(?P<{}>.+?)"
_A, _B = _N.format("a"), _N.format("b")
_TURNED: Final = tuple(
    (re.compile(f"^{pattern}$"), form)
    for pattern, form in (
        (rf"(?:add|sum) {_A} (?:to|and|with) {_B}", "{b} + {a}"),
        (rf"(?:the )?sum of {_A} and {_B}", "{a} + {b}"),
        (rf"(?:subtract|take) {_A} from {_B}", "{b} - {a}"),
        (rf"multiply {_A} (?:by|and|with) {_B}", "{a} * {b}"),
        (rf"(?:the )?product of {_A} and {_B}", "{a} * {b}"),
        (rf"divide {_A} by {_B}", "{a} / {b}"),
        (rf"{_A}\s*(?:%|per\s?cent) off(?: of)? {_B}", "{b} - {a} %"),
    )
)
_SHARES: Final = tuple(
    re.compile(f"^{pattern}$")
    for pattern in (
        rf"(?:what )?(?:%|per\s?cent|percentage) of {_B} is {_A}",
        rf"{_A} is what (?:%|per\s?cent|percentage) of {_B}",
        rf"{_A} as a (?:per\s?cent|percentage) of {_B}",
    )
)
_SHORTHAND: Final = re.compile(r"[\d.,]+\s?[-/]\s?[\d.,]+(?:\s?[-/]\s?[\d.,]+)?")
"""A date, a score or a range rather than a sum, where nobody said so."""
_JOINS: Final = re.compile(r"\bsqrt\b|[\d)%] (?:[-+*/^]|of) ")
"""What makes more of an expression than a number."""
_RATE: Final = re.compile(
    r"\s+(?:at|with|using)\s+(?:an?\s+)?(?:(?:exchange\s+)?rate\s+of\s+)?(?P<rate>[\d.]+)$"
)
_ONTO: Final = (
    rf"(?:convert |turn |change )?{_A} (?:in|into|to|as) (?P<to>[a-z/ °]+)",
    rf"how many (?P<to>[a-z/ ]+?) (?:are|is)(?: there)?(?: in)? {_A}",
    rf"how many (?P<to>[a-z/ ]+?) (?:are in|is in|in|make|make up) {_A}",
    rf"how (?:much|far|long|heavy|hot|cold|warm|fast) is {_A} (?:in|into|to) (?P<to>[a-z/ °]+)",
)
_AMOUNT: Final = re.compile(
    r"^(?P<amount>-?\s?[\d.,/()]+|minus [\d.,/()]+)\s*(?P<unit>[a-z°/][a-z°/ ]*)$"
)


@dataclass(frozen=True, slots=True)
class Sum:
    """An expression for `arithmetic`."""

    expression: str
    share_of: str = ""
    """Where it is asked what percent: of what."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount in one unit, wanted in another."""

    amount: str
    """An expression."""
    unit: str
    to: str
    rate: str = ""
    """How many of the other make one, where it was said; a decimal number."""


def sum_of(said: str, *, strict: bool = False) -> Sum | None:
    """The sum in a request; `strict` also refuses what may be a date, a score or a mere number."""
    text = _START.sub("", " ".join(said.casefold().replace("\u2019", "'").split()).strip(" .?!,;:"))
    text = _END.sub("", text)
    if len(text) > MOST_CHARS or (strict and _SHORTHAND.fullmatch(text)):
        return None
    for pattern in _SHARES:
        if match := pattern.match(text):
            part, whole = _expression(match["a"]), _expression(match["b"])
            return Sum(part, whole) if part and whole else None
    for pattern, form in _TURNED:
        if match := pattern.match(text):
            text = form.format(**match.groupdict())
            break
    expression = _expression(text)
    if not expression or (strict and not _JOINS.search(expression)):
        return None
    return Sum(expression)


def conversion_of(said: str) -> Conversion | None:
    """The conversion in a request; the units are as they were said."""
    text = " ".join(said.casefold().replace("\u2019", "'").split()).strip(" .?!,;:")
    if len(text) > MOST_CHARS:
        return None
    text = re.sub(r"[$€£](\d[\d.,]*)", _money, text)
    text = re.sub(r"(?<=\d)(?=[a-z°])", " ", text)
    rate = _RATE.search(text)
    text = text[: rate.start()] if rate else text
    for pattern in _ONTO:
        for form in (text, _START.sub("", text)):
            match = re.fullmatch(pattern, form)
            if match and (found := _amount(match["a"])):
                return Conversion(*found, match["to"].strip(), rate["rate"] if rate else "")
    return None


def _money(match: re.Match[str]) -> str:
    names = {"$": "dollars", "€": "euros", "£": "pounds"}
    return f"{match[1]} {names[match[0][0]]}"


def _amount(said: str) -> tuple[str, str] | None:
    """As in "five and a half miles": the amount and its unit; "a mile" is one."""
    text = " ".join(with_digits(said.split()))
    text = re.sub(r"^an?\s+(?=[a-z])", "1 ", text)
    text = re.sub(r"(?<=[\d)])\s+(?:of\s+)?an?\s+", " ", text)
    match = _AMOUNT.match(text)
    if match is None:
        return None
    return match["amount"].replace("minus ", "-"), match["unit"].strip()


def _expression(text: str) -> str:
    """The text as an expression; empty where it is none."""
    text = re.sub(r"(?<=\d)%", " %", text.translate(_SIGNS))
    for pattern, sign in _PHRASES:
        text = pattern.sub(sign, text)
    words = with_digits(text.split())
    written = " ".join(words)
    try:
        worked_out(written)
    except NotRead:
        return ""
    except NoSum:  # it is a sum, and whoever asks is told why it has no result
        pass
    return written
