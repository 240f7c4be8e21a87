"""Whether the assistant is awake: wake words, replies and passing time in, awake or asleep out.

Time passes whatever sounds, except while a request is answered. What begins within the window is
still heard to its end; what is no request does not make the window longer, and nothing holds it
open beyond `longest_window_s`. So neither a television that is refused keeps it open, nor one that
never pauses, nor one that is answered, also where it talks over the replies: its requests are
counted (`max_follow_ups`).

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
        self._open = False
        self._left_s = 0.0
        self._most_s = 0.0
        self._follow_ups = 0

    @property
    def awake(self) -> bool:
        """Whether what begins now is meant for the assistant."""
        return self._always or self._left_s > 0

    def welcome(self, *, replying: bool) -> bool:
        """Whether speech that begins now may be a request; `replying`: something is answered.

        Over the last reply without the wake word it may not: else whatever talks over every reply
        would ask on for ever.
        """
        if self._always:
            return True
        return self._follow_ups < self._config.max_follow_ups if replying else self._left_s > 0

    def wake(self) -> None:
        """The wake word was said, or a key was pressed."""
        self._follow_ups = 0
        self._last(self._config.command_s)

    def replied(self, *, asked: bool) -> None:
        """A reply has ended, with a question or without, to its end or spoken over."""
        self._follow_ups += 1
        config = self._config
        if self._follow_ups > config.max_follow_ups:
            self._last(0.0)
        else:
            self._last(config.follow_up_question_s if asked else config.follow_up_s)

    def sleep(self) -> None:
        """Nothing more is expected."""
        self._open = False
        self._left_s = 0.0

    def give_up(self) -> None:
        """Who speaks does not speak to it: it sleeps, and after the reply under way as well."""
        self._left_s = 0.0
        self._follow_ups = self._config.max_follow_ups

    def push(self, seconds: float, *, held: bool = False) -> bool:
        """So much time has passed in which no request was answered; True where that ended it.

        `held`: somebody speaks, or it is not known yet whether what he said is a request.
        """
        if self._always or not self._open:
            return False
        self._left_s -= seconds
        self._most_s -= seconds
        if self._left_s > 0 or (held and self._most_s > 0):
            return False
        self.sleep()
        return True

    def _last(self, seconds: float) -> None:
        self._open = True
        self._left_s = seconds
        self._most_s = self._config.longest_window_s
