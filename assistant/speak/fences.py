"""Fenced code out of the text: characters in, characters without the code out.

A fence is three or more backticks (or, where a line begins, tildes). What it encloses is written
to be looked at, so it is dropped, with a line's end in its place. Refuses to know: clauses, voices.
"""

from __future__ import annotations

_FENCE = 3
"""Marks that make a fence."""
_INFO = 100
"""Characters of a fence's first line that are looked at: enough to see a second word."""
_LINE_MARKUP = " \t>-*+.)0123456789"
"""What may stand before a fence that still begins its line: indentation, quotes, list markers."""


class Fences:
    """Drops fenced code, a character at a time."""

    def __init__(self) -> None:
        self._mark = ""
        self._run = 0
        self._size = 0
        self._fresh = True
        self._info: str | None = None

    def push(self, char: str) -> str:
        """What of the text so far may pass: nothing, or this character and what it held up."""
        if char == self._mark and self._run:
            self._run += 1
            return ""
        passed = self.flush() if self._run else ""
        if self._opens(char):
            self._mark, self._run = char, 1
            return passed
        if self._size:
            self._watch_line(char)
            return passed
        self._fresh = char == "\n" or (self._fresh and char in _LINE_MARKUP)
        return passed + char

    def flush(self) -> str:
        """The marks that were held up, unless they were a fence."""
        run, self._run = self._run, 0
        if self._size:
            if run >= self._size:
                self._size = 0
                self._info = None
            return ""
        if run >= _FENCE:
            self._size = run
            self._info = None if self._fresh else ""
            self._fresh = True
            return "\n"
        return self._mark * run

    def _opens(self, char: str) -> bool:
        """Whether this character may be the first of a fence, or of the one that closes it."""
        if self._size:
            return char == self._mark
        return char == "`" or (char == "~" and self._fresh)

    def _watch_line(self, char: str) -> None:
        """A fence that opens in mid-line ends with its line, unless only a language name follows.

        Otherwise "type ``` to begin a code block" would silence the rest of the reply.
        """
        if self._info is None:
            return
        if char == "\n":
            if len(self._info.split()) > 1:
                self._size = 0
            self._info = None
        else:
            self._info = (self._info + char)[:_INFO]
