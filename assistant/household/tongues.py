"""Languages by their names: `German`, `Deutsch` and `allemand` are all de.

Flows in: a name, or a code. Flows out: the other, by CLDR; names come out in English. Refuses to
know: which languages are understood or spoken.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from babel import Locale

from assistant.household.names import words_of

_TOLD_IN: Final = ("en", "de", "es", "fr", "id", "it", "nl", "pt")
"""Languages in which people name one; where a name means two things, the earlier has its way."""
_BESIDES: Final = {"mandarin": "zh", "farsi": "fa", "castilian": "es", "castellano": "es"}
"""Names that CLDR keeps for something narrower, or does not have."""
_CODE: Final = 2
"""Letters of a code of ISO 639-1."""
_BEFORE: Final = ("bahasa ", "in ", "auf ", "en ", "in het ", "em ")


def code_of(name: str) -> str:
    """The code (ISO 639-1) of a language by one of its names; empty: it is none.

    A code is no name: `it` and `to` are words before they are Italian and Tongan.
    """
    plain = " ".join(words_of(name))
    codes = _codes()
    for before in ("", *_BEFORE):
        if plain.startswith(before) and (code := codes.get(plain.removeprefix(before))):
            return code
    return ""


def name_of(code: str) -> str:
    """A language's English name; the code itself where it has none."""
    return str(Locale("en").languages.get(code, code))


@cache
def _codes() -> dict[str, str]:
    """By name, without accents and in small letters; about 20 ms, once."""
    found = dict(_BESIDES)
    for told_in in _TOLD_IN:
        for code, name in Locale(told_in).languages.items():
            if len(code) == _CODE:
                found.setdefault(" ".join(words_of(name)), code)
    return found
