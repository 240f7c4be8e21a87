"""The thoughts that local models write into their reply, in `<think>…</think>`: kept out of it.

Flows in: the text of a reply, however it was cut. Flows out: the same text without the blocks of
thought that it begins with. What looks like one later in the text is text: a model that explains
HTML may say `<think>`. A block that nothing closes ends with its reply, and then that reply has no
words: the turn says that it was empty, as thoughts are never spoken. (A server whose template
opens the block in the prompt sends only `</think>`: what came before it cannot be known for
thought while it streams; such a server has a setting for it, llama.cpp's is `--reasoning-format`.)
Refuses to know: chunks, time.
"""

from __future__ import annotations

import re

_BLOCKS = {
    "<think>": "</think>",  # DeepSeek, Qwen and most others
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",  # Seed-OSS
    "[think]": "[/think]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi
    "<|start_thinking|>": "<|end_thinking|>",  # Command A
    "<|begin_of_thought|>": "<|end_of_thought|>",  # OpenThinker
}
"""What opens a block of thought, and what closes it; in any case."""
_CLOSING = {
    mark: re.compile(re.escape(close), re.IGNORECASE)
    for opening, close in _BLOCKS.items()
    for mark in (opening, close)
}
_MARKS = tuple(_CLOSING)
_LONGEST = max(map(len, _MARKS))


class Thoughts:
    """Text in, the text without its thoughts out."""

    def __init__(self) -> None:
        self._held = ""
        """The end of a thought, or what may yet be a mark."""
        self._closing: re.Pattern[str] | None = None
        """What ends the thought that is open."""
        self._thought = False
        self._over = False
        """Whether the words have begun: from then on everything is text."""

    def push(self, text: str) -> str:
        """The part that is known to be no thought."""
        if self._over:
            return text
        self._held += text
        space = ""
        while self._closed():
            start = self._held.lstrip()
            if not self._thought:  # a reply that goes on with another begins with a space
                space += self._held[: len(self._held) - len(start)]
            self._held = start
            mark = next((mark for mark in _MARKS if start[: len(mark)].lower() == mark), None)
            if mark is not None:
                self._closing = _CLOSING[mark]
                self._held = start[len(mark) :] if mark in _BLOCKS else start
                self._thought = True
            elif len(start) < _LONGEST and any(m.startswith(start.lower()) for m in _MARKS):
                return space
            else:
                return space + self.flush()
        return space

    def flush(self) -> str:
        """What was held, once no text follows."""
        self._over = True
        held, self._held = ("" if self._closing else self._held), ""
        return held

    def _closed(self) -> bool:
        """Whether no thought is open, once what was held has been looked through."""
        if self._closing is None:
            return True
        if (found := self._closing.search(self._held)) is None:
            self._held = self._held[-_LONGEST:]
            return False
        self._held = self._held[found.end() :]
        self._closing = None
        return True
