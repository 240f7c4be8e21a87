"""Amounts in words: measures, fractions, ordinals, ranges, telephone numbers.

Where what is written can be read in two ways, the reading is the one that is commoner at home: 1/2
is a half and 7/10 a rating, 3 - 5 is a range unless something equals it, 555-1234 is a telephone
number. Refuses to know: markup, sentences.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.speak.dates import date_shapes
from assistant.speak.languages import LANGUAGES
from assistant.speak.languages.language import ALIASES
from assistant.speak.money import PER, money_shapes, per
from assistant.speak.numerals import DIGITS, NUMBER, any_of

if TYPE_CHECKING:
    from assistant.speak.languages.language import Language
    from assistant.speak.numerals import Numerals, Reading, Rule

_VULGAR = dict(
    zip("½⅓⅔¼¾⅛⅜⅝⅞", ["1/2", "1/3", "2/3", "1/4", "3/4", "1/8", "3/8", "5/8", "7/8"], strict=True)
)
_FEMININE_TIMES = frozenset({"es", "it", "pt"})
"""Languages in which one says "dos veces" with a feminine number."""


def _joined(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # one of the readings
    """As in "10 000" without the space."""
    return re.sub(r"\s", "", match[0])


def _digits(match: re.Match[str], spelling: Numerals) -> str:
    """A telephone number."""
    plus = f"{spelling.language.plus} " if match[0].startswith("+") else ""
    return plus + spelling.digits(match[0])


def _range(match: re.Match[str], spelling: Numerals) -> str:
    """As in "5-10", "$5-10": up to the second number."""
    if "=" in match.string and " -" in match[0]:
        return f"{match['sign'] or ''}{match['first']} {spelling.language.minus} "
    sign, first, second_sign = match["sign"] or "", match["first"], match["second"] or ""
    if second_sign:
        return f"{sign}{first} {spelling.language.to} {second_sign}"
    return f"{first} {spelling.language.to} {sign}"


def _measure(match: re.Match[str], spelling: Numerals) -> str:
    """As in "3.5 km", "21 °C", "50%", "5 l/h"."""
    unit = ALIASES.get(match["unit"], match["unit"])
    number = spelling.parse(match[1])
    if number is None:
        return match[0]
    noun = spelling.language.units[unit][spelling.many(number)]
    words = spelling.say(number, feminine=unit in spelling.language.feminine)
    return f"{words} {noun}{per(match, spelling)}"


def _fraction(match: re.Match[str], spelling: Numerals) -> str:
    """As in "1/2", "1 1/2 tsp", "7/10"."""
    language = spelling.language
    part = language.fractions.get(match["part"])
    if part is None:
        return match[0]
    unit = ALIASES.get(match["unit"] or "", match["unit"] or "")
    nouns = language.units.get(unit)
    if not match["whole"]:
        return f"{part} {nouns[0]}" if nouns else part
    whole = spelling.cardinal(int(match["whole"]), feminine=unit in language.feminine)
    words = language.mixed.format(whole=whole, join=language.join, part=part)
    return f"{words} {nouns[1]}" if nouns else words


def _rating(match: re.Match[str], spelling: Numerals) -> str:
    """As in "7/10"."""
    return f"{match[1]} {spelling.language.out_of} {match[2]}"


def _number_mark(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """As in "#1", "No. 5"."""
    return f"{spelling.language.number} "


def _about(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """As in "~5"."""
    return f"{spelling.language.about} "


def _ratio(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """As in "16:9"."""
    return f" {spelling.language.ratio} "


def _version(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """The v of "v3.2" alone, so that the number after it is read as one."""
    return f"{match[0]} "


def _ordinal(match: re.Match[str], spelling: Numerals) -> str:
    """As in "1st", "1er", "2ª"."""
    groups = match.groupdict()
    form = next((one for one in ("masculine", "feminine") if groups.get(one)), "")
    return spelling.ordinal(int(match["digits"][:15]), form)


def _vulgar(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """As in "2½": the same with a slash."""
    return f" {_VULGAR[match[0]]}"


def _apart(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """As in "24/7"."""
    return " "


def _fold(match: re.Match[str], spelling: Numerals) -> str:
    """As in "3x"."""
    number = spelling.parse(match[1])
    if number is None:
        return match[0]
    feminine = spelling.language.code in _FEMININE_TIMES
    return f"{spelling.say(number, feminine=feminine)} {spelling.language.fold}"


def _size(match: re.Match[str], spelling: Numerals) -> str:
    """As in "2x4", a size; with spaces it is a product."""
    return f" {spelling.language.times if match[0] != match[0].strip() else spelling.language.by} "


def _superscript(match: re.Match[str], spelling: Numerals) -> str:
    """As in "x²"."""
    return f" {spelling.language.squared if match[0] == '²' else spelling.language.cubed}"


def _until(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # a reading
    """The dash of "Nov 22–24"."""  # noqa: RUF002 # a dash
    return f" {spelling.language.to} "


def _plain(match: re.Match[str], spelling: Numerals) -> str:
    """As in "3.5", "1,000", "-3"; "3.11.4" is a version."""
    number = spelling.parse(match[1])
    if number is not None:
        return spelling.say(number)
    return re.sub(r"[.]", f" {spelling.language.dot} ", match[1])


def _separated(language: Language) -> list[tuple[str, Reading]]:
    """Digits that belong together: with spaces between thousands, telephone numbers."""
    space = "[ \\u00a0\\u202f]" if language.group == " " else "[\\u00a0\\u202f]"
    abroad = r"\+[0-9]{1,3}(?:[ .-]?\(?[0-9]{2,4}\)?){2,5}"
    area = r"0[0-9]{2,4}(?:[ -][0-9]{2,4}){1,4}|0[0-9]{4,}"
    american = r"(?:\([0-9]{3}\) ?|[0-9]{3}[ .-])?[0-9]{3}-[0-9]{4}"
    return [
        (rf"(?<![\w.,])[0-9]{{1,3}}(?:{space}[0-9]{{3}})+(?!\w)", _joined),
        (rf"(?<![\w.,-])(?:{abroad}|{area}|{american})(?![\w-])", _digits),
    ]


def _parts(language: Language, unit: str) -> list[tuple[str, Reading]]:
    """Fractions, ratings and ranges: two numbers with a sign between them."""
    vulgar = rf"(?<![\w.,])(?:(?P<whole>[0-9]{{1,3}})\s)?(?P<part>{any_of(language.fractions)})"
    first = rf"(?<![\w.,:/-])(?P<sign>[$€£])?(?P<first>{DIGITS}[%°]?)"
    second = rf"(?P<second>[$€£])?(?={DIGITS}(?![\w-]*-[0-9]))"
    return [
        (f"[{''.join(_VULGAR)}]", _vulgar),
        (rf"{vulgar}(?![/0-9]|[.,][0-9])(?:\s?{unit}(?![\w²³]))?", _fraction),
        (r"(?<![\w.,/-])([0-9]{1,3})/(10|5|100|20)(?![\w/])", _rating),
        (r"(?<=[0-9])/(?=[0-9])", _apart),
        (rf"{first}\s?[-–]\s?{second}", _range),  # noqa: RUF001 # a dash
        (r"(?<=[\w%°])–(?=\w)", _until),  # noqa: RUF001 # a dash
        (r"(?<=[0-9]):(?=[0-9])", _ratio),
        (rf"{NUMBER}[x×](?!\w)", _fold),  # noqa: RUF001 # the sign
        (r"(?<=[0-9])(?<!\b0)\s?[x×]\s?(?=[0-9])", _size),  # noqa: RUF001 # the sign
    ]


@lru_cache
def quantity_rules(code: str) -> tuple[Rule, ...]:
    """What a language's amounts look like, in the order in which they are looked for."""
    language = LANGUAGES[code]
    aliases = (key for key, unit in ALIASES.items() if unit in language.units)
    unit = rf"(?P<unit>{any_of([*language.units, *aliases])})"
    shapes = _separated(language) + date_shapes(language)
    shapes.append((r"(?<!\w)[~≈]\s?(?=[$€£]?[0-9])", _about))
    shapes += _parts(language, unit)
    shapes += money_shapes(language)
    shapes.append((rf"{NUMBER}\s?{unit}{PER}(?![\w²³])", _measure))
    if language.ordinal_suffix:
        suffix = language.ordinal_suffix
        shapes.append((rf"(?<![\w.,])(?P<digits>[0-9]+)(?:{suffix})(?!\w)", _ordinal))
    marks = any_of(["#", "№", *language.number_marks])
    shapes += [
        (rf"(?<!\w)(?:{marks})\s?(?=[0-9])", _number_mark),
        (r"\b[vV](?=[0-9]+\.[0-9])", _version),
        (rf"(?=[-−]|[0-9]+[.,][0-9]){NUMBER}(?!\w)", _plain),  # noqa: RUF001 # the minus sign
        (r"(?<=[\w)])[²³]", _superscript),
    ]
    return tuple((re.compile(pattern), reading) for pattern, reading in shapes)
