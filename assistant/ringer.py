"""Rings aloud: what is due in, a turn of its own out, again and again until it is answered.

It waits for whoever speaks, ends a long reply, and rings on after a question that was not meant for
it. Flows in: `ring` and `silence` from the bell. Flows out: tones and words. Refuses to know: what
is due and when, and what a person says to it.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol

from assistant.errors import ToolError
from assistant.events import Heard, Rang
from assistant.household.ringing import ROUND_S, SAID_S, tones
from assistant.household.rings import told_late
from assistant.tools.volume import Loud

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from assistant.events import Emit, Event
    from assistant.floor import Floor
    from assistant.household.agenda import Agenda
    from assistant.household.bell import Bell
    from assistant.household.rings import Ringing
    from assistant.interfaces import Clock, Speaker
    from assistant.think.while_ringing import WhileRinging
    from assistant.turn import Turn
    from assistant.turns import Turns

    Say = Callable[[str, Floor], Coroutine[None, None, None]]

RING_PERCENT = 30
"""The least volume that it rings at, whatever the voice's is."""
_LOOK_S = 0.1
"""Seconds between two looks whether there is room."""
_PATIENT_S = 4.0
"""Seconds that a reply may go on while something is due that was not heard yet."""
_KNOWN_S = 20.0
"""Seconds that it may where that has rung before: whoever asks now knows of it."""


class Answered(Protocol):
    """Who knows what is said to a bell."""

    @property
    def agenda(self) -> Agenda:
        """What rings when."""

    @property
    def bell(self) -> Bell:
        """The bell itself."""

    @property
    def instant(self) -> WhileRinging:
        """Knows which words are meant for it."""


class Ringer:
    """Rings while there is something to ring; `run` is one task."""

    def __init__(self, speaker: Speaker, clock: Clock, emit: Emit) -> None:
        self._speaker = speaker
        self._clock = clock
        self._emit = emit
        self._ringing: Ringing | None = None
        self._due = asyncio.Event()
        self._turn: Turn | None = None
        self._somebody = asyncio.Event()

    def ring(self, ringing: Ringing) -> None:
        """This rings now, and nothing else."""
        self._ringing = ringing
        self._emit(Rang(ringing.words()))
        self._due.set()

    def silence(self) -> None:
        """Nothing rings any more."""
        self._ringing = None
        self._due.clear()
        if self._turn is not None and self._turn.task is not None:
            self._turn.task.cancel()

    async def run(self, turns: Turns, say: Say, home: Answered) -> None:
        """Ring what is due until cancelled; `say` its words with that floor."""
        sound = partial(self._sound, say)
        waited, heard = 0.0, None
        while True:
            await self._due.wait()
            turn = turns.begin_unasked(sound, home.instant.meant_for_bell)
            if turn is None or turn.task is None:
                waited += _LOOK_S
                patience = _KNOWN_S if heard is self._ringing else _PATIENT_S
                if turns.sounding and waited >= patience:
                    await turns.stop()
                await self._clock.sleep(_LOOK_S)
                continue
            waited, heard, self._turn = 0.0, self._ringing, turn
            await asyncio.wait([turn.task])
            self._turn = None
            if turn.dismissed:
                with suppress(ToolError):  # it was answered in the same moment, or is silent only
                    await home.bell.stop()

    def note(self, event: Event) -> None:
        """Something happened: when somebody is heard, somebody is there."""
        if isinstance(event, Heard):
            self._somebody.set()

    async def tell_missed(self, turns: Turns, say: Say, home: Answered) -> None:
        """Tell of what rang while nobody was there, once somebody is; until cancelled."""
        while True:
            await self._somebody.wait()
            missed = home.agenda.missed
            if not missed:
                self._somebody.clear()
                continue
            words = told_late(missed, home.agenda.local())
            turn = turns.begin_unasked(partial(_aside, say, words))
            if turn is None or turn.task is None:
                await self._clock.sleep(_LOOK_S)
                continue
            await asyncio.wait([turn.task])
            self._somebody.clear()
            if turn.floor.taken:
                with suppress(ToolError):  # told again another time
                    await home.bell.told(missed)

    async def _sound(self, say: Say, turn: Turn) -> None:
        """Rounds of tones, with its words before the first and every `SAID_S`."""
        turn.floor.taken = True
        said_at, said = -SAID_S, ""
        try:
            with _loud_enough(self._speaker):
                while (ringing := self._ringing) is not None:
                    now, words = self._clock.monotonic(), ringing.words()
                    await self._speaker.play(tones(ringing.kind, now - ringing.began))
                    await self._speaker.drain()
                    if words != said or now - said_at >= SAID_S - ROUND_S:
                        said_at, said = now, words
                        await say(words, turn.floor)
        except asyncio.CancelledError:
            self._speaker.stop()
            raise


@contextmanager
def _loud_enough(speaker: Speaker) -> Iterator[None]:
    """For as long as it rings: whoever made the assistant silent still wants to be woken."""
    if not isinstance(speaker, Loud) or speaker.volume >= RING_PERCENT:
        yield
        return
    before = speaker.volume
    speaker.volume = RING_PERCENT
    try:
        yield
    finally:
        speaker.volume = before


async def _aside(say: Say, words: str, turn: Turn) -> None:
    await say(words, turn.floor)
