"""Other people's words, marked as such, and cut where one can stop.

Flows in: a text that anybody may have written. Flows out: lines that no model can take for ours,
since each begins with a mark, whatever it says. Pure. Refuses to know: where the text is from.
"""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "> "
"""What each quoted line begins with, as in mail."""
_LEAST: Final = 0.5
"""Share of the length that a piece has at least: better an odd end than a short piece."""
_ENDS: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?\u2026\u3002])[\"'\u201d\u2019)]*\s+"),
    re.compile(r"\s+"),
)
"""Where a text may be cut, the best first: paragraphs, lines, sentences, words."""


def cut(text: str, start: int, chars: int) -> int:
    """Where the piece ends that begins at `start` and has up to `chars` characters."""
    if len(text) - start <= chars:
        return len(text)
    last = start + chars
    first = start + int(chars * _LEAST)
    for end in _ENDS:
        found = [match.end() for match in end.finditer(text, first, last)]
        if found:
            return found[-1]
    return last


def quoted(text: str) -> str:
    """The text with a mark before each line; nothing in it can end the quotation."""
    return "\n".join(f"{MARK}{line}".rstrip() for line in text.strip().splitlines())
