"""Whether the assistant is awake: wake words, replies and passing time in, awake or asleep out.

Pure; counts audio time. Refuses to know: what was said, and how a wake word is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.config import WakeConfig


class Attention:
    """Awake after the wake word, and for a while after each reply; always, where there is none."""

    def __init__(self, config: WakeConfig) -> None:
        self._config = config
        self._always = not config.word
        self._left_s = 0.0
        self._follow_ups = 0

    @property
    def awake(self) -> bool:
        """Whether what is said now is meant for the assistant."""
        return self._always or self._left_s > 0

    def wake(self) -> None:
        """The wake word was said, or a key was pressed."""
        self._left_s = self._config.command_s
        self._follow_ups = 0

    def replied(self, *, asked: bool) -> None:
        """A reply has ended, with a question or without."""
        self._follow_ups += 1
        config = self._config
        if self._follow_ups > config.max_follow_ups:
            self._left_s = 0.0
        else:
            self._left_s = config.follow_up_question_s if asked else config.follow_up_s

    def sleep(self) -> None:
        """Nothing more is expected."""
        self._left_s = 0.0

    def push(self, seconds: float) -> bool:
        """So much time has passed in silence; True where that ended the attention."""
        if self._always or self._left_s <= 0:
            return False
        self._left_s -= seconds
        return self._left_s <= 0
