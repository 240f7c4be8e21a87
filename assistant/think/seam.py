"""Where a reply that broke off is gone on with: nothing is said twice, no words run together.

Flows in: what was said, then the text that continues it. Flows out: the text without what it
repeats. Refuses to know: why it broke off, who continues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.messages import Assistant, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.messages import Message

SURE = 12
"""Characters that are a repetition wherever they stand; fewer must be whole words."""
WORD = 2
"""Characters of the shortest word that is taken for a repetition. A model that says "and" again
means to go on from there; doubles ("bye bye") are rarer than that. Digits do come twice."""
_SPACED = "\u0e00"
"""From Thai on, scripts that set no spaces between words are more likely than not."""

GO_ON = (
    "Your reply was cut off by a technical fault after these words, which were already spoken. "
    "Go on with the very next word. Repeat nothing, explain nothing. If nothing is missing, "
    "answer with nothing."
)


def going_on(messages: Sequence[Message], said: str) -> Sequence[Message]:
    """The messages that ask for the rest of a reply."""
    return [*messages, Assistant(said), User(GO_ON)] if said.strip() else messages


class Seam:
    """The continuing text in, the same text without its repetition out."""

    def __init__(self, said: str) -> None:
        self._said = said.rstrip()
        self._spaced = said != self._said
        self._held = ""
        self._passed = not self._said

    def push(self, text: str) -> str:
        """The part of the text that is new; empty while it may be a repetition yet."""
        if self._passed:
            return text
        self._held += text
        return "" if self._held.strip() in self._said else self.flush()

    def flush(self) -> str:
        """What was held, once no text follows or none is needed."""
        if self._passed:
            return ""
        self._passed = True
        held = self._held.lstrip()
        cut = self._overlap(held)
        new = held[cut:] if cut or self._spaced else self._held
        return self._joint(new) + new if new.strip() else ""

    def _overlap(self, held: str) -> int:
        """How many characters repeat the end of what was said."""
        for size in range(min(len(held), len(self._said)), 0, -1):
            if self._said.endswith(held[:size]) and self._counts(held, size):
                return size
        return 0

    def _counts(self, held: str, size: int) -> bool:
        """Whether so many characters are a repetition, rather than chance."""
        if size >= SURE or size == len(self._said):
            return True
        before = self._said[-size - 1 : -size]
        after = held[size : size + 1]
        words = size >= WORD and not held[:size].strip().isdigit()
        return words and not before.isalnum() and not after.isalnum()

    def _joint(self, new: str) -> str:
        """A space where two words would run together."""
        before, after = self._said[-1:], new[:1]
        if self._spaced or not after.isalnum() or max(before, after) >= _SPACED:
            return ""
        return " " if before.isalnum() or before in ".,;:!?)" else ""
