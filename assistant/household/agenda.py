"""The timers and alarms of the household, in memory and in the file.

Flows in: a decision, which looks at all there is and says what is to be otherwise. Flows out: the
same, once it is in the file and outlives a power cut. One decision is carried out at a time. What
undoes a change is that change, turned round. Other processes write into the file too: memory is
made what the file is before each decision, and once a second where somebody runs `follow`. Refuses
to know: what rings.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from assistant.errors import ToolError
from assistant.household.agenda_rows import Change, Entry, Missed, read, write
from assistant.household.alarms import Alarm
from assistant.household.keeping import sentence_of
from assistant.household.timers import JUMP_S, Moment, Timer, anchored, restored
from assistant.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.interfaces import Clock
    from assistant.storage import Storage, StorageWorker

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
LOOK_S: Final = 1.0
"""Seconds between two looks whether another process has written."""
_CHANGED = "That cannot be undone any more: it has been changed since."


class Agenda:
    """All timers and alarms; reading is free, and a change waits for the disk."""

    def __init__(self, storage: StorageWorker, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._entries: dict[tuple[type[Entry], int], Entry] = {}
        self._one_at_a_time = asyncio.Lock()
        self._seen: int | None = None
        """How often others had written when the file was read last; None: it never was."""
        self.changed: Callable[[], None] = lambda: None
        """Called after each change."""

    @property
    def timers(self) -> tuple[Timer, ...]:
        """Those that run, stand still or ring."""
        return tuple(one for one in self._sorted() if isinstance(one, Timer))

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """Those that will ring, or ring."""
        return tuple(one for one in self._sorted() if isinstance(one, Alarm))

    @property
    def missed(self) -> tuple[Missed, ...]:
        """What rang until it gave up, and nobody was told yet."""
        return tuple(one for one in self._sorted() if isinstance(one, Missed))

    def _sorted(self) -> Iterable[Entry]:
        return (entry for _, entry in sorted(self._entries.items(), key=lambda pair: pair[0][1]))

    def now(self) -> Moment:
        """This moment on both clocks."""
        return Moment(self._clock.now().astimezone(UTC), self._clock.monotonic())

    def local(self) -> datetime:
        """This moment in the machine's zone."""
        return self._clock.now()

    async def load(self) -> None:
        """Read the file where another process has written. Raises ToolError where that fails."""
        async with self._one_at_a_time:
            await self._load()

    async def follow(self) -> None:
        """See what other processes write, `LOOK_S` later at most; until cancelled."""
        told = False
        while True:
            await self._clock.sleep(LOOK_S)
            try:
                await self.load()
            except ToolError as error:
                if not told:
                    _LOG.warning("whether timers were set elsewhere is not known: %s", error)
                told = True
            else:
                told = False

    async def decide(self, decision: Callable[[], Change], *, durable: bool = True) -> Change:
        """Carry a decision out; what it came to, with ids.

        The decision looks at the agenda, waits for nothing, and may raise: then nothing happens.
        Once it is being written it happens, also where nobody waits for it any more. What is not
        `durable` may be lost with the power.
        Raises ToolError where the file cannot be read or written; then nothing happened.
        """
        async with self._one_at_a_time:
            await self._load()
            change = decision()
            if change == Change():
                return change
            work = partial(write, change=change, durable=durable)
            return await self._done(work, self._take)

    async def undo(self, change: Change) -> None:
        """Take a change back, exactly. Raises ToolError where that cannot be any more."""
        await self.decide(lambda: self._undoing(change))

    def _undoing(self, change: Change) -> Change:
        after = {_key(entry) for entry in change.after}
        if any(not _same(self._entries.get(_key(one)), one) for one in change.after):
            raise ToolError(_CHANGED)
        if any(_key(one) in self._entries and _key(one) not in after for one in change.before):
            raise ToolError(_CHANGED)
        now = self.now()
        there = tuple(self._entries[_key(one)] for one in change.after)
        return Change(there, tuple(_by_the_clock(one, now) for one in change.before))

    async def _load(self) -> None:
        seen = await self._done(lambda storage: storage.others())
        if seen == self._seen:
            return
        first = self._seen is None
        entries = await self._done(read)
        self._seen = seen
        now = self.now()
        there = {_key(one): _as_it_was(one, self._entries.get(_key(one)), now) for one in entries}
        if first or there != self._entries:
            self._entries = there
            self.changed()

    async def _done(
        self, work: Callable[[Storage], T], then: Callable[[T], None] = lambda _: None
    ) -> T:
        """The result of work that is waited for, come what may, so that memory follows the file."""
        try:
            waiting = asyncio.wrap_future(self._storage.submit(work))
            try:
                await asyncio.wait([waiting])
            except asyncio.CancelledError:
                await asyncio.wait([waiting])
                if waiting.exception() is None:
                    then(waiting.result())
                raise
            result = waiting.result()
        except StorageError as error:
            raise ToolError(sentence_of(error)) from error
        then(result)
        return result

    def _take(self, change: Change) -> None:
        """Make memory what the file is."""
        for entry in change.before:
            self._entries.pop(_key(entry), None)
        for entry in change.after:
            self._entries[_key(entry)] = entry
        self.changed()


def _key(entry: Entry) -> tuple[type[Entry], int]:
    return type(entry), entry.id


def _as_it_was(row: Entry, known: Entry | None, now: Moment) -> Entry:
    """What a row of the file is in memory: what it was, unless another process has changed it.

    A timer that nobody has touched keeps its end on the monotonic clock, and goes on to ring.
    """
    if not isinstance(row, Timer):
        return row
    if isinstance(known, Timer) and known.paused == row.paused:
        same = replace(known, due=row.due) == row
        return known if same else restored(row, now)
    return restored(row, now)


def _same(one: Entry | None, other: Entry) -> bool:
    """Whether nothing has been done with it; that it began to ring is nothing."""
    if isinstance(one, Timer) and isinstance(other, Timer):
        return (one.id, one.due, one.length_s) == (other.id, other.due, other.length_s)
    if isinstance(one, Alarm) and isinstance(other, Alarm):
        return replace(one, rang=None) == replace(other, rang=None)
    return one == other


def _by_the_clock(entry: Entry, now: Moment) -> Entry:
    """A timer of before, and its end by the wall clock, which may have been set since."""
    if not isinstance(entry, Timer) or entry.paused:
        return entry
    by_wall = (entry.ends - now.wall).total_seconds()
    return entry if abs(by_wall - entry.left(now.mono)) < JUMP_S else anchored(entry, now)
