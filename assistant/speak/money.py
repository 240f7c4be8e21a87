"""Amounts of money in words.

Refuses to know: what a currency is worth, other measures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.speak.languages.language import ALIASES
from assistant.speak.numerals import DIGITS, Number, any_of

if TYPE_CHECKING:
    from assistant.speak.languages.language import Language
    from assistant.speak.numerals import Numerals, Reading

_CENTS = 2
"""Decimals of an amount that are its hundredths."""
PER = r"(?:/(?P<per>[^\W\d_]+[²³]?))?"
"""A pattern: "/kg", "/month"."""


def _money(match: re.Match[str], spelling: Numerals) -> str:
    """As in "$1,234.50", "3,50 €", "Rp 50.000", "$2.5 million", "€3/kg"."""
    symbol = ALIASES.get(match["symbol"], match["symbol"])
    written = match["amount"]
    if symbol == "Rp" and re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+", written):
        written = written.replace(".", "")  # rupiah are grouped so in any language's text
    number = spelling.parse(written)
    if number is None:
        return match[0]
    minus = f"{spelling.language.minus} " if match["minus"] else ""
    return minus + _amount(number, symbol, match["size"] or "", spelling) + per(match, spelling)


def _amount(number: Number, symbol: str, size: str, spelling: Numerals) -> str:
    """An amount of money in words."""
    language = spelling.language
    one, many, part, parts = language.money[symbol]
    feminine = symbol in language.feminine
    if size:
        said = language.magnitudes[size]
        # a million is masculine where numbers have a gender, but for German
        count = spelling.say(number, feminine=language.code == "de" and said[0] == "M")
        return f"{count} {said} {many}".replace("de euros", "d'euros")
    if not number.fraction.strip("0"):
        whole = Number(number.whole)
        noun = many if spelling.many(whole) else one
        return f"{spelling.say(whole, feminine=feminine)} {noun}"
    if len(number.fraction) != _CENTS or not part:
        return f"{spelling.say(number)} {many if spelling.many(number) else one}"
    cents = int(number.fraction)
    fraction = f"{spelling.cardinal(cents, feminine=False)} {parts if cents > 1 else part}"
    if not number.whole:
        return fraction
    return f"{_amount(Number(number.whole), symbol, '', spelling)} {language.join} {fraction}"


def per(match: re.Match[str], spelling: Numerals) -> str:
    """As in "/kg", "/month"."""
    word = match["per"]
    if not word:
        return ""
    noun = spelling.language.units.get(ALIASES.get(word, word), (word, word))[0]
    return f" {spelling.language.per} {noun}"


def money_shapes(language: Language) -> list[tuple[str, Reading]]:
    """What a language's amounts of money look like."""
    aliases = (key for key, symbol in ALIASES.items() if symbol in language.money)
    symbol = rf"(?P<symbol>{any_of([*language.money, *aliases])})"
    minus = r"(?:(?<!\w)(?P<minus>[-−]))?"  # noqa: RUF001 # the minus sign
    amount = rf"(?P<amount>{DIGITS})"
    size = rf"(?:\s?(?P<size>{any_of(language.magnitudes)})(?!\w))?"
    return [
        (rf"{minus}(?<![^\W\d_]){symbol}\s?{amount}{size}{PER}(?!\w)", _money),
        (rf"{minus}(?<![\w.,]){amount}{size}\s?{symbol}{PER}(?!\w)", _money),
    ]
