"""Timers and alarms that another process sets, changes and takes away while this one runs."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import pytest
from hand_clock import NOON, HandClock, House, house, settled, storage_in

from assistant.errors import ToolError
from assistant.household import data
from assistant.household.agenda import LOOK_S, Agenda
from assistant.household.bell import Bell
from assistant.storage import NAME, Storage, StorageWorker
from assistant.tools.alarms import alarms
from assistant.tools.timers import timers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import _GeneratorContextManager
    from pathlib import Path


HOUR = 3600.0


async def done(agenda: Agenda, bell: Bell, tool: str, **arguments: object) -> str:
    """A call of one of the tools."""
    tools = [*timers(agenda, bell).tools, *alarms(agenda).tools]
    (found,) = [one for one in tools if one.schema.name == tool]
    return (await found.call(json.dumps(arguments))).text


class Elsewhere:
    """Another process with the same file, as `assistant ask` is one; its bell is silent."""

    def __init__(self, storage: StorageWorker, clock: HandClock) -> None:
        self.agenda = Agenda(storage, clock)
        self.bell = Bell(self.agenda, clock, lambda _: None, lambda: None)

    async def __call__(self, tool: str, **arguments: object) -> str:
        """A call of one of the tools there."""
        return await done(self.agenda, self.bell, tool, **arguments)


@asynccontextmanager
async def two(
    folder: Path, *, follow: bool = True, look_s: float = 1.0
) -> AsyncIterator[tuple[House, Elsewhere]]:
    """A run of the program that looks at the file now and then, and another process."""
    async with (
        house(folder, look_s=look_s) as home,
        storage_in(folder) as there,
        asyncio.TaskGroup() as group,
    ):
        following = group.create_task(home.agenda.follow(), name="follow") if follow else None
        await home.written()
        yield home, Elsewhere(there, home.clock)
        if following is not None:
            following.cancel()


def names(home: House) -> list[str]:
    """The timers that are known here."""
    return [timer.name for timer in home.agenda.timers]


async def test_a_timer_that_is_set_elsewhere_rings_here(tmp_path: Path) -> None:
    """Seen within a second, and rung at its time, not when it was seen."""
    async with two(tmp_path) as (home, elsewhere):
        await elsewhere("timer_set", minutes=10, name="pasta")
        await elsewhere("alarm_set", time="12:05", words="pills")
        assert names(home) == []
        await home.clock.pass_(LOOK_S)
        assert names(home) == ["pasta"]
        await home.clock.pass_(599.9 - LOOK_S)
        assert home.rang == ["This is your 12:05 PM pills alarm."]
        await home.clock.pass_(0.1)
        assert len(home.rang) == 2
        assert "Your pasta timer is up." in home.rang[1]


async def test_what_is_cancelled_elsewhere_rings_no_more(tmp_path: Path) -> None:
    """Neither later nor now: what rings falls silent."""
    async with two(tmp_path) as (home, elsewhere):
        for name in ("pasta", "egg"):
            await done(home.agenda, home.bell, "timer_set", minutes=10, name=name)
        await elsewhere("timer_change", action="cancel", timer="egg")
        await home.clock.pass_(600)
        assert home.rang == ["Your pasta timer is up."]
        await elsewhere("timer_change", action="cancel", timer="pasta")
        await home.clock.pass_(LOOK_S)
        assert home.bell.ringing is None
        assert home.heard[-1][1] is None


async def test_what_rings_goes_on_while_something_else_is_set(tmp_path: Path) -> None:
    """It is the same ring, as loud as it had become, and is not announced again."""
    async with two(tmp_path) as (home, elsewhere):
        await done(home.agenda, home.bell, "timer_set", minutes=10, name="pasta")
        await home.clock.pass_(630)
        before = home.bell.ringing
        await elsewhere("timer_set", minutes=10, name="egg")
        await home.clock.pass_(2 * LOOK_S)
        assert names(home) == ["pasta", "egg"]
        assert home.bell.ringing == before
        assert home.rang == ["Your pasta timer is up."]


async def test_a_timer_that_is_given_time_elsewhere_stops_ringing(tmp_path: Path) -> None:
    """And rings again when that is over."""
    async with two(tmp_path) as (home, elsewhere):
        await done(home.agenda, home.bell, "timer_set", minutes=10, name="pasta")
        await home.clock.pass_(610)
        await elsewhere("timer_adjust", timer="pasta", minutes=2)
        await home.clock.pass_(LOOK_S)
        assert home.bell.ringing is None
        await home.clock.pass_(119 - LOOK_S)
        assert len(home.rang) == 1
        await home.clock.pass_(1)
        assert home.rang[1:] == ["Your pasta timer is up."]


async def test_what_nobody_touched_keeps_its_end(tmp_path: Path) -> None:
    """Read again after the wall clock was set, it still counts what passes, to the millisecond."""
    async with two(tmp_path, follow=False, look_s=10 * HOUR) as (home, elsewhere):
        await done(home.agenda, home.bell, "timer_set", minutes=10, name="pasta")
        await done(home.agenda, home.bell, "timer_set", minutes=20, name="roast")
        await done(home.agenda, home.bell, "timer_change", action="pause", timer="roast")
        before = [(timer.id, timer.due) for timer in home.agenda.timers]
        await home.written()
        home.clock.jump(5 * HOUR)
        await elsewhere("timer_set", minutes=30, name="bread")
        await home.agenda.load()
        assert [(timer.id, timer.due) for timer in home.agenda.timers[:2]] == before
        (bread,) = home.agenda.timers[2:]
        assert bread.left(home.clock.time) == pytest.approx(1800)


async def test_a_decision_knows_what_was_done_elsewhere(tmp_path: Path) -> None:
    """Also within the second, and where nobody follows: nothing is brought back to life."""
    async with two(tmp_path, follow=False) as (home, elsewhere):
        await done(home.agenda, home.bell, "timer_set", minutes=10, name="pasta")
        await elsewhere("timer_change", action="cancel", timer="pasta")
        with pytest.raises(ToolError, match="There is no timer"):
            await done(home.agenda, home.bell, "timer_change", action="pause", timer="pasta")
        await elsewhere("timer_set", minutes=5, name="tea")
        told = await done(home.agenda, home.bell, "timer_status")
        assert told == "The tea timer has 5 minutes left."


async def test_an_import_is_seen(tmp_path: Path) -> None:
    """`assistant data import` writes past the agenda; so does `delete`."""
    old, export = tmp_path / "old", tmp_path / "home.json"
    async with house(old) as home:
        await done(home.agenda, home.bell, "alarm_set", time="13:00", words="pills")
    with closing(Storage(old / NAME, lambda: NOON)) as storage:
        data.export(storage, export, NOON, lambda _done, _total: None)
    async with two(tmp_path) as (home, _):
        with closing(Storage(tmp_path / NAME, lambda: NOON)) as storage:
            data.take_in(storage, export, lambda: NOON, lambda _done, _total: None)
        await home.clock.pass_(LOOK_S)
        assert [alarm.words for alarm in home.agenda.alarms] == ["pills"]
        with closing(Storage(tmp_path / NAME, lambda: NOON)) as storage:
            data.delete(storage)
        await home.clock.pass_(LOOK_S)
        assert home.agenda.alarms == ()


def idle(storage: StorageWorker) -> Callable[[], Awaitable[None]]:
    """Waits until what was begun is done."""

    async def wait() -> None:
        for _ in range(3):
            await settled()
            await storage.run(lambda _: None)
        await settled()

    return wait


class Looked(Storage):
    """Knows how often it was looked at, and read."""

    looks = 0
    reads = 0

    def others(self) -> int:
        """As the storage's own."""
        self.looks += 1
        return super().others()

    def transact(self, *, durable: bool = True) -> _GeneratorContextManager[sqlite3.Connection]:
        """As the storage's own."""
        self.reads += 1
        return super().transact(durable=durable)


async def test_a_look_costs_next_to_nothing(tmp_path: Path) -> None:
    """One a second, and the file is read again only where others have written, not we ourselves."""
    clock, file = HandClock(), Looked(tmp_path / NAME, lambda: NOON)
    async with StorageWorker(file) as storage, storage_in(tmp_path) as there:
        agenda = Agenda(storage, clock)
        bell = Bell(agenda, clock, lambda _: None, lambda: None)
        clock.idle = idle(storage)
        await agenda.load()
        async with asyncio.TaskGroup() as group:
            following = group.create_task(agenda.follow(), name="follow")
            await clock.idle()
            await done(agenda, bell, "timer_set", minutes=10)
            looks, reads = file.looks, file.reads
            await clock.pass_(60 * LOOK_S)
            assert (file.looks - looks, file.reads - reads) == (60, 0)
            await Elsewhere(there, clock)("timer_set", minutes=10)
            await clock.pass_(60 * LOOK_S)
            assert (file.looks - looks, file.reads - reads) == (120, 1)
            following.cancel()


async def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    """It is said once in the log, and seen as soon as that is over."""
    folder = tmp_path / "home"
    folder.write_text("a file stands in the way")
    clock = HandClock()
    async with storage_in(folder) as storage:
        agenda = Agenda(storage, clock)
        clock.idle = idle(storage)
        async with asyncio.TaskGroup() as group:
            following = group.create_task(agenda.follow(), name="follow")
            await clock.idle()
            await clock.pass_(3 * LOOK_S)
            folder.unlink()
            async with storage_in(folder) as there:
                await Elsewhere(there, clock)("timer_set", minutes=10)
            await clock.pass_(LOOK_S)
            assert len(agenda.timers) == 1
            following.cancel()


async def test_what_fell_due_while_the_machine_slept_rings_at_its_waking(tmp_path: Path) -> None:
    """A timer and an alarm alike, within a second; they say how late they are."""
    async with house(tmp_path) as home:
        await done(home.agenda, home.bell, "timer_set", minutes=10, name="pasta")
        await done(home.agenda, home.bell, "timer_set", minutes=70, name="roast")
        await done(home.agenda, home.bell, "alarm_set", time="12:30")
        await home.clock.pass_(60)
        home.clock.suspend(HOUR)
        await home.clock.pass_(1)
        assert home.bell.ringing is not None
        assert home.bell.ringing.words() == (
            "Your pasta timer was due 51 minutes ago. Your 12:30 PM alarm was due 31 minutes ago."
        )
        await done(home.agenda, home.bell, "ringing", action="stop")
        await home.clock.pass_(70 * 60 - HOUR - 62)
        assert len(home.rang) == 1
        await home.clock.pass_(1)
        assert home.rang[1:] == ["Your roast timer is up."]
