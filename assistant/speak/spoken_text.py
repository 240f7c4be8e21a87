"""A clause of markdown in, words that a voice can say out.

Markup and pictographs go; numbers, units and signs become words of the clause's own language, or
stay as they are where we have no words of it. Plain words pass unchanged. Refuses to know: voices,
where a clause came from.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.speak.languages import LANGUAGES
from assistant.speak.markup import plain
from assistant.speak.numerals import Numerals, any_of, numerals, read
from assistant.speak.quantities import quantity_rules

_PIECE = 1000
"""Characters that are read at once. `Clauses` gives at most 300; a longer text is taken in pieces,
so that no pattern can take more than time in proportion."""

_INITIALS = (
    (re.compile(r"\b(?:[A-Z]\.){2,}(?=\s*$)"), lambda match: match[0].replace(".", "") + "."),
    (re.compile(r"\b(?:[A-Z]\.){2,}"), lambda match: match[0].replace(".", "")),
    (re.compile(r"\b([A-Z])\.(?=\s[A-Z])"), lambda match: match[1]),
)
"""A synthesiser spells "US", and takes the dots of "U.S." for the ends of sentences."""
_TIDY = (
    (re.compile(r"[*_`#|~<>\[\]{}\\^]|(?<![0-9])(?<![0-9]\s)\$(?!\s?[0-9])"), " "),
    (re.compile(r"\)(?=\W*$)"), ""),
    (re.compile(r"(?<!\w)\(|\)(?!\w)"), ", "),
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+(?=[,;:.!?](?:\s|$))"), ""),
    (re.compile(r"(?<=[,;:])(?:\s*,)+"), ""),
    (re.compile(r",+\s*(?=[;:.!?](?:\s|$))"), ""),
    (re.compile(r"(?<=[.!?;:])\s*,(?=\s|$)"), ""),
    (re.compile(r"^(?:[\s,;:.!?)–]|-(?![0-9]))+(?=\s|\w|\")"), ""),  # noqa: RUF001 # a dash
    (re.compile(r"(?:\s*,)+\s*$"), ","),
)


def spoken_text(clause: str, language: str = "en") -> str:
    """The words of a clause; empty where it has none, such as a rule or a picture.

    `language` is ISO 639-1, with or without a region.
    """
    code = re.split("[-_]", language.lower())[0]
    lines = [_line(piece, code) for line in clause.splitlines() for piece in _pieces(line)]
    text = ", ".join(line for line in lines if line)
    return _tidied(text) if len(lines) > 1 else text


def _pieces(line: str) -> list[str]:
    """The line in pieces of a bounded length, cut at a space where there is one."""
    pieces = []
    while len(line) > _PIECE:
        cut = line.rfind(" ", 1, _PIECE) + 1 or _PIECE
        pieces.append(line[:cut])
        line = line[cut:]
    return [*pieces, line]


def _line(line: str, code: str) -> str:
    text = plain(line)
    spelling = numerals(code)
    if spelling:
        text = _abbreviations_out(text, code)
    for pattern, replacement in _INITIALS:
        text = pattern.sub(replacement, text)
    if spelling:
        text = read(text, quantity_rules(code), spelling)
        text = _signs_out(text, spelling)
    return _tidied(text)


def _tidied(text: str) -> str:
    """No sign of markup, no run of spaces or commas, and nothing at all if nothing can be said."""
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    return text.strip() if any(char.isalnum() for char in text) else ""


@lru_cache
def _abbreviations(code: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Titles before a name, and abbreviations anywhere."""
    language = LANGUAGES[code]
    titles = any_of(language.titles) or "(?!)"
    return (
        re.compile(rf"(?<![\w.])({titles})(?=\s[^\W\d_a-z])"),
        re.compile(rf"(?<![\w.])({any_of(language.abbreviations)})(?!\w)"),
    )


def _abbreviations_out(text: str, code: str) -> str:
    """Whole words for abbreviations; the full stop stays at a sentence's end."""
    titles, others = _abbreviations(code)
    language = LANGUAGES[code]
    text = titles.sub(lambda match: language.titles[match[1]], text)

    def whole(match: re.Match[str]) -> str:
        ends = match[1].endswith(".") and match.end() == len(match.string)
        return language.abbreviations[match[1]] + ("." if ends else "")

    return others.sub(whole, text)


@lru_cache
def _signs(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What a sign is called in this language; before _tidied would drop it."""
    language = LANGUAGES[code]
    shapes = (
        (r"(?<=[\w.+-])@(?=[\w-]+\.)", f" {language.at} "),
        (r"(?<=[^\W\d_])\.(?=[^\W\d_A-Z])|(?<=\w)\.(?=[a-z]{2,6}\b)", f" {language.dot} "),
        (r"\s?&\s?", f" {language.join} "),
        (r"\s?=\s?", f" {language.equals} "),
        (r"\s?\+\s?", f" {language.plus} "),
        (r"\s<\s|(?<=[0-9])<(?=[0-9])", f" {language.less} "),
        (r"\s>\s|(?<=[0-9])>(?=[0-9])", f" {language.greater} "),
        (r"\s×\s", f" {language.times} "),  # noqa: RUF001 # the sign
        (r"\s−\s", f" {language.minus} "),  # noqa: RUF001 # the sign
        (r"≈", f" {language.about} "),
        (r"(?<=\s)@|^@", f"{language.at} "),
        (r"\b(and|und|et|y|e|en|dan)/(or|oder|ou|o|of|atau)\b", r"\1 \2"),
        (r"(?<=[a-zß-ÿ]{2})\s?/\s?(?=[a-zß-ÿ]{2})", f" {language.slash_or} "),
        (r"(?<=[^\W\d_])/(?=[0-9])", f" {language.per} "),
        (r"/", " "),
    )
    return tuple((re.compile(pattern), said) for pattern, said in shapes)


def _signs_out(text: str, spelling: Numerals) -> str:
    for pattern, said in _signs(spelling.language.code):
        text = pattern.sub(said, text)
    return text
