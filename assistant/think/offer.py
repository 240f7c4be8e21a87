"""Which tools the model is told of: those that a request concerns, and no more than a few.

Flows in: families, the words of a request, and how long ago each was of use. Flows out: the
families that go out. Pure. Refuses to know: what the tools do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.interfaces import Family, Tool

_RECENT: Final = 3
"""Turns for which a family that was of use still goes out: "and tomorrow?" names none."""
_ALWAYS, _MATCHES, _WAS_USED, _UNKNOWN = 3, 2, 1, 0


@dataclass(slots=True)
class Offer:
    """Chooses, turn by turn."""

    families: Sequence[Family]
    """Those that there are in this turn."""
    most: int
    """Tools at most."""
    _turn: int = 0
    _last: dict[str, int] = field(default_factory=dict)
    _words: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def begin_turn(self) -> None:
        """Another request."""
        self._turn += 1

    def used(self, family: str) -> None:
        """One of its tools was called."""
        self._last[family] = self._turn

    def tools(self, text: str, language: str, first: Sequence[Tool] = ()) -> list[Tool]:
        """The tools for this request, in the order of their families; `first` have their place."""
        ranked: list[tuple[tuple[int, int], int]] = []
        for place, family in enumerate(self.families):
            rank = self._rank(family, text, language)
            if rank is not None:
                ranked.append((rank, place))
        ranked.sort(key=lambda it: (-it[0][0], -it[0][1], it[1]))
        room = self.most - len(first)
        chosen: dict[int, Sequence[Tool]] = {}
        for (kind, _), place in ranked:
            family = self.families[place]
            chosen[place] = family.tools[: max(0, room)]
            room -= len(chosen[place])
            if kind == _MATCHES and chosen[place]:
                self.used(family.name)  # the model may ask back: "for how long?" "ten minutes"
        return [*first, *(tool for place in sorted(chosen) for tool in chosen[place])]

    def _rank(self, family: Family, text: str, language: str) -> tuple[int, int] | None:
        """How well it fits: the kind of reason, and within it a number; None: it stays out."""
        if not family.words:
            return _ALWAYS, 0
        language = language.partition("-")[0].lower()
        if language not in family.words:
            return _UNKNOWN, self._last.get(family.name, -1)  # nothing says that it stays out
        words = family.words[language]
        pattern = self._words.get(words)
        if pattern is None:
            pattern = self._words[words] = re.compile(words, re.IGNORECASE)
        if found := sum(len(match[0]) for match in pattern.finditer(text)):
            return _MATCHES, found
        last = self._last.get(family.name)
        if last is not None and self._turn - last <= _RECENT:
            return _WAS_USED, last
        return None
