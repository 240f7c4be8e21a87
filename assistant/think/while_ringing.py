"""What is said while something rings is meant for the bell first; else sentences are as ever.

Flows in: the words of a request. Flows out: the tool to call, or None. Refuses to know: what rings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.think import instant_ringing
from assistant.think.instant import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.messages import ToolCall


class WhileRinging:
    """The instant path of a program that has a bell."""

    def __init__(
        self, instant: Instant | None, languages: Sequence[str], ringing: Callable[[], bool]
    ) -> None:
        """`instant`: where nothing rings; None where only the model answers."""
        self._instant = instant
        self._bell = Instant(languages, (instant_ringing,))
        self._ringing = ringing

    def match(self, text: str, language: str) -> ToolCall | None:
        """The call that answers this request; None where only the model can."""
        if self._ringing() and (call := self._bell.match(text, language)):
            return call
        return self._instant.match(text, language) if self._instant else None

    def meant_for_bell(self, text: str, language: str) -> bool:
        """Whether this answers what rings now."""
        return self._ringing() and self._bell.match(text, language) is not None
