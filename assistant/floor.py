"""Whose turn it is to speak, within one turn: the person's until it is given.

Shared by whoever listens, which gives it and takes it back, and by whoever answers, which waits
for it before a sound or a deed. Refuses to know: why.
"""

from __future__ import annotations

import asyncio


class Floor:
    """The right to speak and to act in one turn.

    An answer may be prepared without it; nothing of it is heard and no tool runs.
    """

    def __init__(self, *, given: bool = False) -> None:
        self._given = asyncio.Event()
        self._quiet = asyncio.Event()
        self.taken = False
        """Whether something of the answer has left for the speaker, or for the screen."""
        self.acted = False
        """Whether something was done that must not be done again."""
        self.void = False
        """Whether the turn is given up without a trace: it was begun too early."""
        if given:
            self.give()

    @property
    def given(self) -> bool:
        """Whether one may act now."""
        return self._given.is_set()

    def give(self, *, softly: bool = False) -> None:
        """The person has finished. `softly`: one may act, and not speak yet."""
        self._given.set()
        if not softly:
            self._quiet.set()

    def take_back(self) -> None:
        """The person goes on: what has not begun must wait."""
        self._given.clear()
        self._quiet.clear()

    async def wait(self) -> None:
        """Wait until one may act."""
        await self._given.wait()

    async def wait_to_speak(self) -> None:
        """Wait until one may be heard."""
        await self._quiet.wait()
