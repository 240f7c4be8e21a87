"""The turns under way: what was said becomes a question, and the question an answer.

A turn begins at a pause, before it is sure that the person has finished: it is transcribed and
asked at once, and given the floor when that was all. It is given up without a trace when the person
goes on. Flows in: sounds with what the ears made of them. Flows out: `news` for whoever listens.
Refuses to know: frames, devices, and what happens within a turn.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Self

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.course import Course, cancelled
from assistant.notices import Notices
from assistant.turn import Turn

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from assistant.dialogue import Dialogue
    from assistant.errors import AssistantError
    from assistant.events import Held
    from assistant.interfaces import Clock
    from assistant.listen.scribe import Scribe
    from assistant.turn import Manner, News

_SUSPECT_MS = 30.0
"""Milliseconds of speech that may be its beginning."""
_QUIET_S = 0.3
"""Seconds without a frame of speech after which nobody speaks."""


class Turns:
    """At most one turn that is answered, and one that is being begun; `async with` owns them."""

    def __init__(
        self, scribe: Scribe, dialogue: Dialogue, clock: Clock, held: Held, manner: Manner
    ) -> None:
        """`held` is what the dialogue tells its events: those of an early turn wait in it."""
        self._dialogue = dialogue
        self._clock = clock
        self._held = held
        self._manner = manner
        self._group = asyncio.TaskGroup()
        self._course = Course(scribe, dialogue, clock, held, manner, self._group)
        self._notices = Notices(self._begin_notice, clock)
        self._entered = False
        self._draft: Turn | None = None
        self._committed: Turn | None = None
        self._earlier: Turn | None = None
        self._spoken = -1e9
        self.welcome = True
        """Whether what is being said may be a question; else it only ends the answer it is over."""

    @property
    def news(self) -> deque[News]:
        """What whoever listens should know; to be taken from the left."""
        return self._course.news

    @property
    def _answering(self) -> Turn | None:
        """The turn that is answered; what was no question leaves it to the one before."""
        turn = self._committed
        while turn is not None and turn.refused:
            turn = turn.before
        return turn

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._group.__aenter__()
        self._entered = True
        self._begin_telling()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the turns under way; after an error they are cancelled. A bell falls silent."""
        self._entered = False
        if self._answering is not None and self._answering.answered_by:
            await cancelled(self._answering)
        await self._group.__aexit__(kind, error, trace)

    @property
    def busy(self) -> bool:
        """Whether a turn is under way."""
        return any(turn is not None and turn.alive for turn in (self._draft, self._answering))

    @property
    def answering(self) -> bool:
        """Whether what was said proved to be a question, or something is told unasked."""
        return self._answering is not None and self._answering.accepted

    @property
    def sounding(self) -> bool:
        """Whether an answer is being heard."""
        return self._answering is not None and self._answering.sounding

    @property
    def ringing(self) -> bool:
        """Whether a bell is being heard."""
        return self.sounding and self._answering is not None and bool(self._answering.answered_by)

    @property
    def beginning(self) -> bool:
        """Whether so little of an answer was heard that going on still belongs to its question."""
        turn = self._answering
        if turn is None or not turn.sounding or turn.floor.acted or turn.notice:
            return False
        since = turn.sounds_since
        return since is None or self._clock.monotonic() - since <= self._manner.beginning_s

    @property
    def undecided(self) -> bool:
        """Whether something was said whose words are not known yet."""
        turn = self._draft or self._answering
        return turn is not None and turn.alive and not turn.read.is_set()

    def speech_began(self) -> None:
        """Somebody speaks: an answer of which nothing was heard waits."""
        self._group.create_task(self._dialogue.warm(), name="warm-gateway")
        turn = self._answering
        self._earlier = None
        if turn is None or not turn.alive:
            return
        soon = self._clock.monotonic() - turn.committed <= self._manner.reopen_s
        if self.beginning or (turn.unheard and soon and not turn.notice):
            self._earlier = turn
        if turn.silent:
            turn.floor.take_back()

    def begin(self, sound: Pcm, silence_s: float) -> Turn:
        """Begin a turn with what was said until this pause."""
        self.drop()
        now = self._clock.monotonic()
        earlier = self._earlier
        if earlier and earlier.sound.seconds + sound.seconds > self._manner.longest_s:
            earlier = None
        whole = Pcm.join([earlier.sound, sound]) if earlier else sound
        before = self._answering if self._answering and self._answering.alive else None
        turn = Turn(whole, now - silence_s, now, before, joined=earlier is not None)
        turn.cut_s = earlier.cut_s if earlier else None
        turn.welcome = self.welcome
        turn.task = self._group.create_task(self._course.run(turn), name="turn")
        self._draft = turn
        return turn

    def drop(self) -> None:
        """The person goes on: what was begun leaves no trace."""
        if self._draft is not None:
            self._course.give_up(self._draft)
            self._draft = None

    def commit(self, sound: Pcm, silence_s: float, *, cut: bool = False) -> Turn:
        """That was all: the turn that was begun with it has the floor.

        `cut`: more is being said, and not listened to. It has the floor once that is over (`mind`).
        """
        turn = self._draft or self.begin(sound, silence_s)
        self._draft = self._earlier = None
        turn.committed = self._clock.monotonic()
        if cut:
            turn.cut_s = turn.sound.seconds
        if not turn.refused:
            self._committed = turn
        if not cut:
            turn.floor.give(softly=not self._may_speak(turn))
        self._held.release()
        return turn

    def mind(self, voiced_ms: float) -> None:
        """While somebody may be about to speak, an answer of which nothing was heard waits."""
        if voiced_ms:
            self._spoken = self._clock.monotonic()
        turn = self._answering
        if turn is not None and turn.sounding and turn.sounds_since is None:
            turn.sounds_since = self._clock.monotonic()
        if turn is None or not turn.silent or not turn.committed:
            return
        if voiced_ms >= _SUSPECT_MS:
            turn.floor.take_back()
        else:
            turn.floor.give(softly=not self._may_speak(turn))

    def unheeded(self) -> None:
        """Nobody is listened to any more: an answer that waits for silence need not."""
        turn = self._answering
        if turn is not None and turn.silent and turn.committed:
            turn.floor.give()

    def _may_speak(self, turn: Turn) -> bool:
        """Whether it was silent for long enough for a reply to be heard."""
        return turn.sure or self._clock.monotonic() - turn.ended >= self._manner.quiet_s

    def overhear(self, sound: Pcm) -> None:
        """Look at what is being said over the reply, though it goes on."""
        over = self._answering
        if over is not None:
            overhearing = self._course.overhear(sound, over, joins=over is self._earlier)
            self._group.create_task(overhearing, name="overhear")

    async def stop(self, *, dismiss: bool = False) -> None:
        """End what is being answered, as if somebody had spoken over it.

        `dismiss`: for good; what rings will not ring again.
        """
        self.drop()
        if self._answering is not None:
            self._answering.dismissed = dismiss
            await cancelled(self._answering)
        self._committed = None

    def tell(self, error: AssistantError) -> bool:
        """Say what has gone wrong unasked, once nobody speaks or is answered; see `Notices`.

        False where one of its kind waits already. Before `async with` it waits for that.
        """
        added = self._notices.add(error)
        self._begin_telling()
        return added

    def _begin_telling(self) -> None:
        if self._entered and self._notices.due:
            self._group.create_task(self._notices.tell(), name="notices")

    def _begin_notice(self, error: AssistantError) -> Turn | None:
        return self.begin_unasked(partial(self._course.tell, error))

    def begin_unasked(
        self,
        course: Callable[[Turn], Coroutine[None, None, None]],
        answered_by: Callable[[str, str], bool] | None = None,
    ) -> Turn | None:
        """A turn that nobody asked for; None where somebody speaks or is answered.

        `answered_by`: of what rings, whether words are meant for it.
        """
        now = self._clock.monotonic()
        if not self._entered or self.busy or now - self._spoken < _QUIET_S:
            return None
        turn = Turn(Pcm.silence(0.0, LISTEN_RATE), now, now, None, joined=False, notice=True)
        turn.answered_by = answered_by
        turn.committed = now
        turn.read.set()
        turn.floor.give()
        turn.task = self._group.create_task(course(turn), name="unasked")
        self._committed = turn
        return turn
