"""Dates, years and times of day, in words.

Refuses to know: what day it is, amounts, units.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.speak.languages.language import Language
    from assistant.speak.numerals import Numerals, Reading

_MONTHS = 12
_DAYS = 31
_ALONE = r"(?<![\w:.,/-])"
_HOUR = r"([01]?[0-9]|2[0-4])"
_MINUTE = r"([0-5][0-9])"
_YEAR = r"((?:1[0-9]|20)[0-9]{2})"
_YEAR_END = r"(?![\w%°$€£]|[.,:/–-][0-9]|\s[A-Z]{1,2}\b)"  # noqa: RUF001 # a dash
_HALF = r"(?:\s?(?P<half>[AaPp])(?:\.\s?[Mm]\b\.?|[Mm]\b))"
_COUNTED = (
    # after these small words "by 1999" is still a year; any other word is what is counted
    r"(?!\s(?!(?:and|or|to|was|is|were|will|until|with|when|the|by|at|for|but|as|it|he|she|they|we|"
    r"you|a|an|had|has|that|which|who|because|after|before|in|on|und|oder|bis|war|ist|wurde|wird|"
    r"als|mit|wenn|der|die|das|im|en|of|tot|was|is|werd|met|toen|het|de)\b)[a-zß-ÿ])"
)
_SHORT_DECADE = r"(?:\B'|(?<=the )|(?<=his )|(?<=her )|(?<=my )|(?<=early )|(?<=late )|(?<=mid-))"
_VERB = r"(?=\s(?:was|is|were|will|saw|war|ist|wird|wurde|werd)\b)"


def _clock(hour: int, minute: int, spelling: Numerals) -> str:
    """A time of day; 20:15 is "twenty fifteen", which is right for a length or a score too."""
    language = spelling.language
    if language.meridiem and not minute and not hour:
        return "midnight"
    if language.meridiem and not minute and hour > _MONTHS:
        return f"{spelling.cardinal(hour)} hundred"
    words = {
        "h": spelling.cardinal(hour, feminine=language.feminine_hours),
        "hour": language.units["h"][hour > 1],
        "m": spelling.cardinal(minute),
    }
    if language.oh and minute < 10:  # noqa: PLR2004 # one digit
        words["m"] = f"{language.oh} {words['m']}"
    return (language.hour_minute if minute else language.hour).format_map(words)


def _time(match: re.Match[str], spelling: Numerals) -> str:
    """As in "8:00", "4:25 PM"."""
    hour, minute = int(match[1]), int(match[2])
    if match["half"] and not minute:
        return spelling.cardinal(hour) + _half(match)
    return _clock(hour, minute, spelling) + _half(match)


def _hour(match: re.Match[str], spelling: Numerals) -> str:
    """As in "8 am"."""
    return spelling.cardinal(int(match[1])) + _half(match)


def _half(match: re.Match[str]) -> str:
    """AM, which a synthesiser spells; a full stop that also ended the sentence stays."""
    if not match["half"]:
        return ""
    ends = match[0].endswith(".") and match.end() == len(match.string)
    return f" {match['half'].upper()}M" + ("." if ends else "")


def _time_span(match: re.Match[str], spelling: Numerals) -> str:
    """As in "8:00-9:30", "8-10 am": the dash alone."""
    return f"{match[1]} {spelling.language.to} "


def _dotted_time(match: re.Match[str], spelling: Numerals) -> str:
    """As in "8.30 Uhr", "pukul 08.00"."""
    if not (match["cue"] or match["word"]):
        return match[0]
    return (match["cue"] or "") + _clock(int(match[2]), int(match[3]), spelling)


def _length(match: re.Match[str], spelling: Numerals) -> str:
    """As in "1:02:03", a length of time."""
    language, words = spelling.language, []
    for digits, unit in zip(match.groups(), ("h", "min", "s"), strict=True):
        if value := int(digits):
            count = spelling.cardinal(value, feminine=unit in language.feminine)
            words.append(f"{count} {language.units[unit][value > 1]}")
    return " ".join(words) or match[0]


def _date(day: int, month: int, year: str | None, spelling: Numerals, before: str = "") -> str:
    """A date as it is said."""
    language = spelling.language
    spoken_day = spelling.cardinal(day)
    if language.date_cue:
        spoken_day = spelling.ordinal(day, _german_ending(before, language))
    elif language.ordinal_days:
        spoken_day = spelling.ordinal(day)
    elif day == 1 and language.first_day:
        spoken_day = language.first_day
    template = language.day_month if year is None else language.day_month_year
    spoken_year = "" if year is None else spelling.year(int(year))
    return template.format(day=spoken_day, month=language.months[month - 1], year=spoken_year)


def _german_ending(before: str, language: Language) -> str:
    """As in "der erste", "am ersten", and "erster" where nothing governs it."""
    word = before.rsplit(maxsplit=1)[-1].lower() if before.strip() else ""
    if word in {"der", "die", "das"}:
        return ""
    return "n" if re.fullmatch(language.date_cue, word) else "r"


def _numeric_date(match: re.Match[str], spelling: Numerals) -> str:
    """As in "2026-11-22", "11/22/2026", "22.11.2026"."""
    day, month = int(match["d"]), int(match["m"])
    if spelling.language.meridiem and "/" in match[0]:  # 3/4/2026 is American in English
        day, month = month, day
    if month > _MONTHS >= day:
        day, month = month, day
    if not (1 <= month <= _MONTHS and 1 <= day <= _DAYS):
        return match[0]
    year = match.groupdict().get("y")
    return _date(day, month, year, spelling, match.string[: match.start()])


def _stamp(match: re.Match[str], spelling: Numerals) -> str:  # noqa: ARG001 # one of the readings
    """The time of "2026-11-22T08:00:00Z"."""
    return f" {match[1]}"


def _named_date(match: re.Match[str], spelling: Numerals) -> str:
    """As in "Nov 22", "November 22nd, 2026", "22 November", "22nd of November"."""
    months = spelling.language.months
    month = [name[:3] for name in months].index(match["month"][:3])
    day = int(match["d"])
    if not 1 <= day <= _DAYS:
        return match[0]
    if match.groupdict().get("of"):
        year = f", {spelling.year(int(match['y']))}" if match["y"] else ""
        return f"{spelling.ordinal(day)} of {months[month]}{year}"
    return _date(day, month + 1, match["y"], spelling)


def _day(match: re.Match[str], spelling: Numerals) -> str:
    """As in "am 22.11."."""
    day, month = int(match["d"]), int(match["m"])
    if not (1 <= month <= _MONTHS and 1 <= day <= _DAYS):
        return match[0]
    return match["cue"] + _date(day, month, None, spelling, match["cue"])


def _dotted_ordinal(match: re.Match[str], spelling: Numerals) -> str:
    """As in "am 22. November", "der 2. Weltkrieg"."""
    cue = match["cue"] or ""
    if not (cue or match["month"]):
        return match[0]
    return cue + spelling.ordinal(int(match["d"]), _german_ending(cue, spelling.language))


def _year(match: re.Match[str], spelling: Numerals) -> str:
    """A year after a word that shows it to be one."""
    return match["cue"] + spelling.year(int(match[2]))


def _year_span(match: re.Match[str], spelling: Numerals) -> str:
    """As in "2019-2021"."""
    first, last = spelling.year(int(match[1])), spelling.year(int(match[2]))
    return f"{first} {spelling.language.to} {last}"


def _decade(match: re.Match[str], spelling: Numerals) -> str:
    """As in "1980s", "the 80s"."""
    century, tens = match[1], match[2]
    words = spelling.year(int(century + tens)) if century else spelling.cardinal(int(tens))
    return words[:-1] + "ies" if words.endswith("y") else words + "s"


def date_shapes(language: Language) -> list[tuple[str, Reading]]:
    """What a language's dates and times look like, in the order in which they are looked for."""
    year = r"(?P<y>[12][0-9]{3})"
    half = f"(?:{_HALF}|(?![:\\w]))" if language.meridiem else r"(?![:\w])(?P<half>(?!))?"
    word = rf"(?:\s{language.clock_word}\b)?" if language.clock_word else ""
    moment = rf"(?:{_HOUR}:{_MINUTE}|[0-9]{{1,2}})(?:\s?[AaPp]\.?[Mm]\b\.?)?"
    later = rf"{_HOUR}(?::{_MINUTE}|\s?[AaPp]\.?[Mm]\b)"
    shapes: list[tuple[str, Reading]] = [
        (r"(?<=[0-9]-[0-9]{2})T([0-9]{2}:[0-9]{2})(?::[0-9.]+)?(?:Z|[+-][0-9:]+)?", _stamp),
        (rf"{_ALONE}{year}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})(?![\w-])", _numeric_date),
        (rf"{_ALONE}(?P<d>[0-9]{{1,2}})/(?P<m>[0-9]{{1,2}})/{year}(?!\w)", _numeric_date),
        (rf"{_ALONE}(?P<d>[0-9]{{1,2}})\.(?P<m>[0-9]{{1,2}})\.{year}(?!\w)", _numeric_date),
        (rf"{_ALONE}([0-9]{{1,2}}):{_MINUTE}:{_MINUTE}(?![:\w])", _length),
        (rf"{_ALONE}({moment})\s?[-–]\s?(?={later})", _time_span),  # noqa: RUF001 # a dash
        (rf"{_ALONE}{_HOUR}:{_MINUTE}{half}{word}", _time),
        (rf"{_ALONE}{_YEAR}[-–]{_YEAR}(?![\w-])", _year_span),  # noqa: RUF001 # a dash
    ]
    if language.feminine_hours:  # the languages that write 8h30
        shapes.append((rf"{_ALONE}{_HOUR}\s?[hH]\s?{_MINUTE}(?!\w)(?P<half>(?!))?", _time))
    if language.clock_cue or language.clock_word:
        cue = rf"(?P<cue>\b(?:{language.clock_cue or '(?!)'})\s)?"
        after = rf"(?P<word>\s?{language.clock_word or '(?!)'}\b)?"
        shapes.append((rf"{cue}{_ALONE}{_HOUR}\.{_MINUTE}(?![.,]?\w){after}", _dotted_time))
    return shapes + _calendar(language)


def _calendar(language: Language) -> list[tuple[str, Reading]]:
    """Named months, ordinals with a full stop, years and decades."""
    months = "|".join(language.months)
    shapes: list[tuple[str, Reading]] = []
    if language.meridiem:
        short = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in language.months)
        month = rf"(?P<month>{short.replace('Sep(?:', 'Sept?(?:')})"
        year = r"(?:,?\s(?P<y>[12][0-9]{3})(?![\w%]))?"
        suffix = "(?:st|nd|rd|th)?"
        shapes += [
            (rf"{_ALONE}(?P<d>[0-9]{{1,2}}){suffix}(?P<of>\sof)?\s{month}\b\.?{year}", _named_date),
            (
                rf"\b{month}\.?\s(?P<d>[0-9]{{1,2}}){suffix}(?![\w%°]|[.,:/][0-9]){year}",
                _named_date,
            ),
            (rf"{_ALONE}{_HOUR}{_HALF}", _hour),
            (r"(?<![\w.,$€£-])(1[1-9]|20)([0-9]0)s(?!\w)", _decade),
            (rf"{_SHORT_DECADE}()([2-9]0)s(?!\w)", _decade),
        ]
    if language.date_cue:
        cue = rf"(?P<cue>\b(?:{language.date_cue})\s)"
        shapes += [
            (rf"{cue}(?P<d>[0-9]{{1,2}})\.(?P<m>[0-9]{{1,2}})\.(?!\w)", _day),
            (rf"{cue}?{_ALONE}(?P<d>[0-9]{{1,2}})\.(?=\s(?:(?P<month>{months})\b|[A-ZÄÖÜ]))",
             _dotted_ordinal),
        ]  # fmt: skip
    if language.year_cues:
        cues, maybe = "|".join(language.year_cues), "|".join(language.year_maybe)
        shapes += [
            (rf"(?P<cue>\b(?i:{cues}),?\s(?:the\s)?|\(){_YEAR}{_YEAR_END}", _year),
            (rf"(?P<cue>\b(?i:{maybe})\s){_YEAR}{_YEAR_END}{_COUNTED}", _year),
            (rf"(?P<cue>^){_YEAR}{_VERB}", _year),
        ]
    return shapes
