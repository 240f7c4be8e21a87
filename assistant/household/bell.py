"""The bell: sleeps until the next timer or alarm is due, and rings until it is told to stop.

Flows in: the agenda, and the time. Flows out: `ring`, each time that what rings becomes another,
and `silence`. What rings for `LIMIT_S` without anybody stopping it gives up and is kept as missed,
so that it can be told later. A ring is over once it is out of the file; where that fails it is
silent all the same. Refuses to know: the speaker, the voice.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.agenda_rows import Change, Entry, Missed
from assistant.household.alarms import Alarm, due, ringing, rung, utc_of
from assistant.household.rings import LIMIT_S, Ring, Ringing, missed_words
from assistant.household.timers import JUMP_S, Timer, anchored, started

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assistant.household.agenda import Agenda
    from assistant.household.timers import Moment
    from assistant.interfaces import Clock

_LOG = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""Seconds after which it looks at the clock at the latest: so soon it notices that it was set."""
_AGAIN_S: Final = 5.0
"""Seconds until the file is tried again."""

_Key = tuple[type[Entry], int, object]


class Bell:
    """Rings what is due; one task runs it."""

    def __init__(
        self,
        agenda: Agenda,
        clock: Clock,
        ring: Callable[[Ringing], None],
        silence: Callable[[], None],
        look_s: float = LOOK_S,
    ) -> None:
        self._agenda = agenda
        self._clock = clock
        self._ring = ring
        self._silence = silence
        self._look_s = look_s
        self._rings: dict[_Key, Ring] = {}
        self._over: set[_Key] = set()
        """What is not to ring again in this run, whatever the file says."""
        self._gone: list[Ring] = []
        """What gave up and is not in the file as missed yet."""
        self._dues: dict[Alarm, datetime | None] = {}
        self._began = agenda.now().wall
        self._offset = 0.0
        self._jumped = False
        self._woken = asyncio.Event()
        self._to_write = asyncio.Event()
        agenda.changed = self._woken.set

    @property
    def ringing(self) -> Ringing | None:
        """What rings now."""
        if not self._rings:
            return None
        rings = tuple(self._rings.values())
        return Ringing(rings, min(ring.began for ring in rings))

    async def run(self) -> None:
        """Ring until cancelled."""
        await self._load()
        self._began = self._agenda.now().wall
        self._offset = self._apart(self._agenda.now())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._written(), name="bell-book")
            while True:
                self._woken.clear()
                now = self._agenda.now()
                self._look(now)
                await self._nap(self._next(now))

    async def stop(self, fits: Callable[[Ring], bool] = lambda _: True) -> tuple[Ring, ...]:
        """Stop what rings and fits. Raises ToolError where nothing does, or it is only silent."""
        rings, _ = await self._end(fits, lambda _: None)
        return rings

    async def snooze(self, seconds: float) -> tuple[tuple[Ring, ...], Change]:
        """Put off all that rings. Raises ToolError where nothing does, or for a wrong length."""

        def later(ring: Ring) -> Timer:
            now = self._agenda.now()
            timer = started(seconds, "", now, "timer")
            if isinstance(ring.entry, Timer):
                return replace(ring.entry, left_s=seconds, anchored=now.wall, due=timer.due)
            return replace(timer, name=ring.entry.words, kind=ring.entry.kind)

        return await self._end(lambda _: True, later)

    async def told(self, missed: tuple[Missed, ...]) -> None:
        """Somebody was told of these. Raises ToolError."""
        await self._agenda.decide(
            lambda: Change(tuple(one for one in missed if one in self._agenda.missed))
        )

    async def _end(
        self, fits: Callable[[Ring], bool], then: Callable[[Ring], Timer | None]
    ) -> tuple[tuple[Ring, ...], Change]:
        chosen = {key: ring for key, ring in self._rings.items() if fits(ring)}
        if not chosen:
            raise ToolError("Nothing is ringing.")
        laters = {key: then(ring) for key, ring in chosen.items()}

        def decision() -> Change:
            before, after = self._ended(tuple(chosen.values()))
            for key, later in laters.items():
                if later is not None:
                    same = isinstance(chosen[key].entry, Timer)
                    after.append(replace(later, id=chosen[key].entry.id if same else 0, rang=False))
            return Change(tuple(before), tuple(after))

        try:
            change = await self._agenda.decide(decision)
        except ToolError as error:
            self._over.update(chosen)
            self._look(self._agenda.now())
            raise ToolError(f"It is silent, but may ring again: {error}") from error
        self._look(self._agenda.now())
        return tuple(chosen.values()), change

    def _ended(self, rings: tuple[Ring, ...]) -> tuple[list[Entry], list[Entry]]:
        """What these are in the file now, and what is left of them."""
        wall = self._agenda.now().wall
        ids = {(type(ring.entry), ring.entry.id) for ring in rings}
        now = [one for one in self._entries() if (type(one), one.id) in ids]
        left = [rung(one, wall) for one in now if isinstance(one, Alarm)]
        return [*now], [one for one in left if one is not None]

    def _entries(self) -> list[Timer | Alarm]:
        return [*self._agenda.timers, *self._agenda.alarms]

    async def _load(self) -> None:
        while True:
            try:
                await self._agenda.load()
            except ToolError as error:
                _LOG.warning("the timers cannot be read: %s", error)
                await self._clock.sleep(_AGAIN_S)
            else:
                return

    def _look(self, now: Moment) -> None:
        """Find what rings now, and tell of it where that is not what rang before."""
        if abs(self._apart(now) - self._offset) > JUMP_S:
            self._offset = self._apart(now)
            self._jumped = True
            self._dues.clear()
            self._to_write.set()
        rings = {
            key: self._rings.get(key) or ring
            for key, ring in self._due(now)
            if key not in self._over
        }
        for key, ring in list(rings.items()):
            if now.mono - ring.began >= LIMIT_S:
                self._over.add(key)
                self._gone.append(rings.pop(key))
                self._to_write.set()
        if rings.keys() == self._rings.keys():
            return
        fresh = rings.keys() - self._rings.keys()
        self._rings = rings
        if fresh:
            self._to_write.set()
        if (all_of_it := self.ringing) is not None:
            self._ring(all_of_it)
        else:
            self._silence()

    def _due(self, now: Moment) -> Iterator[tuple[_Key, Ring]]:
        for timer in self._agenda.timers:
            if timer.due <= now.mono:
                late = now.mono - timer.due
                at = now.wall - timedelta(seconds=late)
                away = at < self._began and not timer.rang
                yield (Timer, timer.id, timer.due), Ring(timer, at, now.mono, late, away)
        for alarm in self._agenda.alarms:
            next_due = self._next_due(alarm, now)
            if alarm.rang is None and (next_due is None or next_due > now.wall):
                continue
            local = ringing(alarm, now.wall)
            if local is not None:
                at = utc_of(local, alarm.zone)
                late = max(0.0, (now.wall - at).total_seconds())
                away = at < self._began and alarm.rang is None
                yield (Alarm, alarm.id, local), Ring(alarm, at, now.mono, late, away, local)

    def _next_due(self, alarm: Alarm, now: Moment) -> datetime | None:
        """When an alarm is due; kept, since years of a daily one take time to count."""
        known = self._dues.get(alarm)
        if known is None or known <= now.wall:
            if len(self._dues) > 2 * len(self._agenda.alarms) + 100:
                self._dues.clear()
            known = self._dues[alarm] = due(alarm, now.wall)
        return known

    def _next(self, now: Moment) -> float:
        """Seconds until something happens, `look_s` at most."""
        waits = [self._look_s]
        waits += [timer.due - now.mono for timer in self._agenda.timers if timer.due > now.mono]
        dues = [self._next_due(alarm, now) for alarm in self._agenda.alarms]
        waits += [(one - now.wall).total_seconds() for one in dues if one and one > now.wall]
        waits += [ring.began + LIMIT_S - now.mono for ring in self._rings.values()]
        return max(0.0, min(waits))

    async def _nap(self, seconds: float) -> None:
        """Sleep so long, or until the agenda is changed."""
        async with asyncio.TaskGroup() as group:
            nap = group.create_task(self._slept(seconds), name="bell-nap")
            await self._woken.wait()
            nap.cancel()

    async def _slept(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._woken.set()

    @staticmethod
    def _apart(now: Moment) -> float:
        return now.wall.timestamp() - now.mono

    async def _written(self) -> None:
        """Write down what began to ring, what gave up, and how the clock was set."""
        while True:
            await self._to_write.wait()
            self._to_write.clear()
            gone = tuple(self._gone)
            try:
                if self._jumped:
                    await self._agenda.decide(self._anchored)
                    self._jumped = False
                if gone:
                    await self._agenda.decide(partial(self._missed, gone))
                    del self._gone[: len(gone)]
                await self._agenda.decide(self._marked, durable=False)
            except ToolError as error:
                _LOG.warning("what rang cannot be written down: %s", error)
                await self._clock.sleep(_AGAIN_S)
                self._to_write.set()

    def _anchored(self) -> Change:
        now = self._agenda.now()
        before = tuple(one for one in self._agenda.timers if not one.paused and one.due > now.mono)
        return Change(before, tuple(anchored(one, now) for one in before))

    def _missed(self, gone: tuple[Ring, ...]) -> Change:
        before, after = self._ended(gone)
        missed = [Missed(0, ring.entry.kind, missed_words(ring), ring.due) for ring in gone]
        return Change(tuple(before), (*after, *missed))

    def _marked(self) -> Change:
        before: list[Entry] = []
        after: list[Entry] = []
        rings = {(type(ring.entry), ring.entry.id): ring for ring in self._rings.values()}
        for one in self._entries():
            ring = rings.get((type(one), one.id))
            if ring is None or one.rang:
                continue
            before.append(one)
            if isinstance(one, Timer):
                after.append(replace(one, rang=True))
            else:
                after.append(replace(one, rang=ring.local))
        return Change(tuple(before), tuple(after))
