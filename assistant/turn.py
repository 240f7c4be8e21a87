"""One turn, how turns are taken, and the news of them: the values of `turns`.

Flows out: types. Refuses to know: what is done with them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.floor import Floor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.audio.pcm import Pcm


@dataclass(frozen=True, slots=True)
class Manner:
    """How turns are taken."""

    language: str
    """ISO 639-1; of what is said before anybody was understood."""
    stop_word_only: bool
    """Whether a reply is stopped by "stop" alone, and by no other words."""
    early_requests: int
    """Requests a turn that may leave before it is sure that the person has finished."""
    sure_ms: float
    """A turn that is to wait longer than this for more words leaves no early request."""
    reopen_s: float
    """Seconds after the end of an utterance in which going on still belongs to it."""
    sure_enough_ms: float = 0.0
    """A turn that is to wait no longer than this for more words is surely finished."""
    quiet_s: float = 0.0
    """Seconds of silence before anything is said to what is not surely finished."""
    beginning_s: float = 0.6
    """Seconds of a reply after which it counts as heard: somebody who goes on earlier had begun to
    before he heard it."""
    wake_phrases: Sequence[str] = ()
    """What is taken off the beginning of a text."""
    longest_s: float = 60.0
    """Seconds of sound beyond which what goes on is not joined to what it goes on with."""


@dataclass(frozen=True, slots=True)
class Wait:
    """So much silence ends what is being said."""

    ms: float


@dataclass(frozen=True, slots=True)
class Pardoned:
    """What was said over the reply was nothing."""


@dataclass(frozen=True, slots=True)
class Called:
    """The wake word was said, and nothing after it."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody said stop, and nothing else."""


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply has ended, or was spoken over."""

    asked: bool
    """Whether it ended in a question."""


News = Wait | Pardoned | Called | Stopped | Replied


@dataclass(eq=False, slots=True)
class Turn:
    """One turn, from the sound to the end of its answer."""

    sound: Pcm
    ended: float
    """When the person spoke last, in seconds of the clock's `monotonic`."""
    begun: float
    before: Turn | None
    """The turn that was under way when this one was spoken."""
    joined: bool
    """Whether it goes on with what the turn before it was asked."""
    floor: Floor = field(default_factory=Floor)
    read: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it was understood, or could not be."""
    text: str = ""
    refused: bool = False
    """Whether it is no question."""
    sure: bool = False
    """Whether it is surely finished."""
    welcome: bool = True
    """Whether a question may begin with it; else the wake word is needed for that."""
    notice: bool = False
    """Whether nobody asked: it tells what has gone wrong, or rings."""
    answered_by: Callable[[str, str], bool] | None = None
    """Of what rings: whether these words, in this language, are meant for the bell."""
    overheard: str = ""
    """What was said over its answer when that was last looked at; empty where it was unclear."""
    dismissed: bool = False
    """Whether it was ended for good, and not to make room for something else."""
    cut_s: float | None = None
    """Of how many seconds of speech it is made where more was said; None where it is all."""
    committed: float = 0.0
    sounds_since: float | None = None
    """When its answer was seen to be heard."""
    task: asyncio.Task[None] | None = None
    listening: asyncio.Task[None] | None = None
    """Finds out whether that was all, beside the answer."""

    @property
    def alive(self) -> bool:
        """Whether something of it is still to come."""
        return self.task is not None and not self.task.done()

    @property
    def accepted(self) -> bool:
        """Whether it is being answered: it is under way, and known to be a question."""
        return self.alive and (self.notice or bool(self.text and not self.refused))

    @property
    def sounding(self) -> bool:
        """Whether its answer is being heard."""
        return self.alive and self.floor.taken

    @property
    def silent(self) -> bool:
        """Whether nothing of its answer was heard yet."""
        return self.alive and not self.floor.taken

    @property
    def unheard(self) -> bool:
        """Whether it can still be given up: nothing was heard of it or done."""
        return self.silent and not self.floor.acted
