"""Where a sentence ends: the text before a place and after it in, yes, no or not yet out.

Refuses to know: deltas, lengths, which clause of a reply it is.
"""

from __future__ import annotations

import re

from assistant.speak.languages.language import words

CLOSERS = "\"'\u201d\u2019\u00bb\u203a)]}*_`~」』）】"  # noqa: RUF001 # as they are written
"""What may follow a sentence's last mark and still belongs to the sentence."""
WIDE_ENDS = "。！？｡।॥"  # noqa: RUF001 # as they are written
"""Marks that end a sentence with no space behind them."""
_FIRM = "!?؟۔"  # noqa: RUF001 # as they are written
_ENDS = re.compile(rf"([.…{_FIRM}])[{re.escape(CLOSERS)}]*$")
_TITLES = frozenset(
    words(
        # followed by a name, or by the rest of what they begin
        "dr mr mrs ms mme mlle prof st sta sto gen col sgt capt lt rev hon sen rep gov messrs "
        "sr sra srta dra dott sig hr fr mevr dhr drs ir bpk e.g i.e vs approx ca cf incl resp bzw "
        "evtl bijv jl"
    )
)
_NUMBERED = frozenset(
    words(
        # followed by a number
        "no nos nr nrs n nº vol fig p pp pag ch sec art par tel max min ext abb bab hal kap jan "
        "feb mar apr jun jul aug sep sept oct nov dec mrt okt dez des"
    )
)
_AFTER_HOUR = frozenset(
    words(
        # capitals that go on after "8 a.m."
        "monday tuesday wednesday thursday friday saturday sunday eastern pacific central mountain "
        "est edt pst pdt cst cdt mst mdt gmt utc bst cet cest"
    )
)
_DOTTED_ORDINALS = frozenset(words("de da nb no nn fi et is lv cs sk pl sl hr sr hu tr"))
"""Languages in which "22." is "22nd"."""
_LONGEST_WORD = 12


def ends_sentence(before: str, after: str, language: str) -> bool | None:
    """Whether a sentence ends between the two; None where more of what follows must be seen.

    `before` ends at a mark (and what closes it), white space follows it, and `after` begins with
    the next visible character, if that has come.
    """
    end = _ENDS.search(before[-8:])
    if not end:
        return False
    mark, closed = end[1], end.end() - end.start() > 1
    if mark in _FIRM and not closed:
        return True
    if not after:
        return None
    if after[0].islower():
        return False
    if mark != "." or closed:
        return True
    return _full_stop(before[:-1], after, language)


def _full_stop(before: str, after: str, language: str) -> bool | None:
    """The same for a plain full stop after `before`: the end of a sentence or an abbreviation."""
    if before.endswith("."):
        return True  # an ellipsis, and a capital
    word = re.split(r"[^\w.º°]", before[-24:])[-1].lower()
    opens = not any(char.isalnum() for char in before[: len(before) - len(word)])
    if word.isdecimal():
        listed = opens and len(word) <= 3  # noqa: PLR2004 # "12." before the item of a list
        ordinal = language in _DOTTED_ORDINALS and len(word) <= 2  # noqa: PLR2004 # a day, a century
        return not (listed or ordinal)
    if word in _TITLES or (len(word) == 1 and word.isalpha()):
        return False
    if word in _NUMBERED and after[0].isdecimal():
        return False
    if word in {"a.m", "p.m"}:
        return _after_hour(after)
    return not re.fullmatch(r"(?:[^\W\d]{1,2}\.)+[^\W\d]{1,2}", word)


def _after_hour(after: str) -> bool | None:
    """Whether the next word begins a sentence after "8 a.m."; None until it is whole."""
    word = re.match(r"\w*", after)[0].lower()  # type: ignore[index] # it always matches
    if len(word) == len(after) and len(word) < _LONGEST_WORD:
        return None
    return word not in _AFTER_HOUR
