"""The bell: when it rings, for how long, and what the clocks may do meanwhile."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hand_clock import HandClock, House, house, settled, storage_in

from assistant.clock import SystemClock
from assistant.errors import ToolError
from assistant.household.agenda import Agenda
from assistant.household.agenda_rows import Change
from assistant.household.bell import Bell
from assistant.household.ringing import LOUDER_S, ROUND_S, level, tones
from assistant.household.rings import LIMIT_S, Ringing, told_late
from assistant.household.timers import started
from assistant.tools.alarms import alarms
from assistant.tools.timers import timers

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.deeds import Deed
    from assistant.storage import Storage

HOUR = 3600.0


async def done(home: House, tool: str, **arguments: object) -> Deed:
    """A call of one of the tools."""
    tools = [*timers(home.agenda, home.bell).tools, *alarms(home.agenda).tools]
    (found,) = [one for one in tools if one.schema.name == tool]
    return await found.call(json.dumps(arguments))


async def test_it_rings_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """At its time, not before; and "stop" makes it silent, and the timer is gone for good."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await home.clock.pass_(599.9)
        assert home.heard == []
        await home.clock.pass_(0.1)
        assert home.rang == ["Your pasta timer is up."]
        await home.clock.pass_(120)
        assert home.bell.ringing is not None
        assert home.bell.ringing.kind == "timer"
        assert (await done(home, "ringing", action="stop")).text == "The pasta timer is off."
        assert [ringing for _, ringing in home.heard][1:] == [None]
        assert home.agenda.timers == ()
    async with house(tmp_path, HandClock(home.clock.wall)) as home:
        assert home.heard == []


async def test_cancelling_what_rings_stops_it(tmp_path: Path) -> None:
    """To cancel the pasta timer while it rings is to stop it; another goes on."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await done(home, "timer_set", minutes=10, name="egg")
        await home.clock.pass_(600)
        await done(home, "timer_change", action="cancel", timer="pasta")
        await settled()
        assert home.bell.ringing is not None
        assert home.bell.ringing.words() == "Your egg timer is up."


async def test_snoozing_puts_it_off(tmp_path: Path) -> None:
    """It rings again after so long, also after a restart; and that can be undone."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=1, name="tea")
        await home.clock.pass_(60)
        snoozed = await done(home, "ringing", action="snooze", minutes=5)
        assert snoozed.text == "I will ring again in 5 minutes."
        assert home.bell.ringing is None
        assert snoozed.undo is not None
        await snoozed.undo()
        await settled()
        assert home.bell.ringing is not None
        await done(home, "ringing", action="snooze")
        await home.clock.pass_(60)
    async with house(tmp_path, HandClock(home.clock.wall)) as home:
        await home.clock.pass_(479)
        assert home.heard == []
        await home.clock.pass_(1)
        assert home.rang == ["Your tea timer is up."]


async def test_a_snoozed_alarm_rings_again_and_then_on_its_next_day(tmp_path: Path) -> None:
    """The nine minutes are counted, and the alarm itself is for tomorrow."""
    async with house(tmp_path, look_s=600) as home:
        await done(home, "alarm_set", time="13:00", repeat="daily", words="pills")
        await home.clock.pass_(HOUR)
        assert home.rang == ["This is your 1:00 PM pills alarm."]
        await done(home, "ringing", action="snooze")
        listed = (await done(home, "alarm_list")).text
        assert listed == (
            "There is one alarm: pills at 1:00 PM every day. "
            "The snoozed alarm to pills rings in 9 minutes."
        )
        await home.clock.pass_(540)
        assert home.rang[1:] == ["This is your snoozed alarm to pills."]
        await done(home, "ringing", action="stop")
        assert len(home.agenda.alarms) == 1
        await home.clock.pass_(24 * HOUR)
        assert home.rang[2:] == ["This is your 1:00 PM pills alarm."]


async def test_nobody_there_it_gives_up_and_says_so_later(tmp_path: Path) -> None:
    """After ten minutes it is silent, and kept as missed over a restart until it was told."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await home.clock.pass_(600 + LIMIT_S - 1)
        assert home.bell.ringing is not None
        await home.clock.pass_(1)
        assert home.bell.ringing is None
        await home.written()
        assert home.agenda.timers == ()
    async with house(tmp_path, HandClock(home.clock.wall)) as home:
        assert home.heard == []
        (missed,) = home.agenda.missed
        assert (missed.words, missed.due) == (
            "your pasta timer",
            datetime(2026, 3, 4, 12, 10, tzinfo=UTC),
        )
        assert told_late(home.agenda.missed, home.agenda.local()) == (
            "Nobody stopped it: your pasta timer rang at 12:10 PM."
        )
        await home.bell.told(home.agenda.missed)
        assert home.agenda.missed == ()
    async with house(tmp_path, HandClock(home.clock.wall)) as home:
        assert home.agenda.missed == ()


@pytest.mark.parametrize("jump", [-5 * HOUR, -61.0, 61.0, 5 * HOUR, 400 * 24 * HOUR])
async def test_setting_the_clock_moves_no_timer(tmp_path: Path, jump: float) -> None:
    """A timer counts what passes; its end by the wall clock is written anew, for a restart."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", hours=1)
        await done(home, "timer_set", hours=3, name="roast")
        await home.clock.pass_(600)
        home.clock.jump(jump)
        await home.clock.pass_(2999)
        assert home.heard == []
        await home.clock.pass_(1)
        assert home.rang == ["Your 1 hour timer is up."]
        await done(home, "ringing")
        await home.written()
    async with house(tmp_path, HandClock(home.clock.wall), look_s=60) as home:
        await home.clock.pass_(2 * HOUR - 1)
        assert home.heard == []
        await home.clock.pass_(1)
        assert home.rang == ["Your roast timer is up."]


async def test_a_clock_put_back_while_it_was_off_makes_no_timer_longer(tmp_path: Path) -> None:
    """It rings late rather than never: after what was left when it was last seen, at the latest."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", hours=1)
    async with house(tmp_path, HandClock(datetime(1970, 1, 1, tzinfo=UTC)), look_s=60) as home:
        await home.clock.pass_(HOUR)
        assert home.rang == ["Your 1 hour timer is up."]


async def test_what_fell_due_while_it_was_off_rings_at_start(tmp_path: Path) -> None:
    """And says how late it is; a clock that was put on while it was off is no different."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await done(home, "alarm_set", time="13:00", day="today")
        await done(
            home, "alarm_set", kind="reminder", time="14:30", repeat="daily", words="call mum"
        )
    clock = HandClock(datetime(2026, 3, 6, 16, 10, tzinfo=UTC))
    async with house(tmp_path, clock, look_s=600) as home:
        assert home.bell.ringing is not None
        assert home.bell.ringing.words() == (
            "Your pasta timer was due 2 days and 4 hours ago, while I was off. "
            "Your 1:00 PM alarm was due 2 days and 3 hours ago, while I was off. "
            "Your reminder to call mum was due 1 hour and 40 minutes ago, while I was off."
        )
        await done(home, "ringing")
        (left,) = home.agenda.alarms
        assert left.words == "call mum"
        await home.clock.pass_(23 * HOUR)
        assert home.rang[1:] == ["Here is your reminder: call mum."]


async def test_killed_while_it_rang_it_rings_again_and_was_not_off(tmp_path: Path) -> None:
    """Nobody had stopped it. It says that it is late, and not that it was off at the time."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await home.clock.pass_(700)
        await home.written()
    async with house(tmp_path, HandClock(home.clock.wall)) as home:
        assert home.rang == ["Your pasta timer was due 2 minutes ago."]


async def test_an_alarm_follows_the_wall_clock_that_is_set(tmp_path: Path) -> None:
    """Put on past its time, it rings within a second and says how late; put back, it rings on."""
    async with house(tmp_path) as home:
        await done(home, "alarm_set", time="13:00")
        home.clock.jump(4 * HOUR)
        await home.clock.pass_(1)
        assert home.rang == ["Your 1:00 PM alarm was due 3 hours ago."]
        await home.written()
        home.clock.jump(-4 * HOUR)
        await home.clock.pass_(60)
        assert home.bell.ringing is not None
        await done(home, "ringing")
        assert home.agenda.alarms == ()
        await home.clock.pass_(2 * HOUR)
        assert len(home.rang) == 1


async def test_a_clock_that_was_wrong_for_once_silences_no_alarm_for_years(tmp_path: Path) -> None:
    """A daily alarm that rang in a wrong year rings again as soon as the year is right."""
    async with house(tmp_path) as home:
        await done(home, "alarm_set", time="13:00", repeat="daily")
        home.clock.jump(4 * 365 * 24 * HOUR)
        await home.clock.pass_(2)
        await done(home, "ringing")
        home.clock.jump(-4 * 365 * 24 * HOUR)
        rung = len(home.rang)
        await home.clock.pass_(HOUR)
        assert home.rang[rung:] == ["This is your 1:00 PM alarm."]


@pytest.mark.parametrize(
    ("start", "hours"),
    [("2026-03-28T20:00:00+00:00", 11), ("2026-10-24T20:00:00+00:00", 9)],
)
async def test_a_timer_over_a_change_of_summer_time(tmp_path: Path, start: str, hours: int) -> None:
    """Nine or eleven hours are nine or eleven hours, whatever the wall shows."""
    clock = HandClock(datetime.fromisoformat(start), "Europe/Berlin")
    async with house(tmp_path, clock, look_s=600) as home:
        await done(home, "timer_set", hours=hours)
        await home.clock.pass_(hours * HOUR - 1)
        assert home.heard == []
        await home.clock.pass_(1)
        assert len(home.rang) == 1


async def test_500_timers_ring_each_at_its_time(tmp_path: Path) -> None:
    """Some at one moment, the others spread; each is announced within 200 ms, and none is lost."""
    async with house(tmp_path) as home:
        for number in range(500):
            await done(home, "timer_set", seconds=60 + number % 50 * 0.5, name=f"n{number}")
        wanted = {one.id: one.due for one in home.agenda.timers}
        await home.clock.pass_(100)
        rang: dict[int, float] = {}
        for at, ringing in home.heard:
            for ring in ringing.rings if ringing else ():
                rang.setdefault(ring.entry.id, at)
        assert rang.keys() == wanted.keys()
        assert max(rang[number] - due for number, due in wanted.items()) < 0.2
        assert min(rang[number] - due for number, due in wanted.items()) >= 0
        assert home.bell.ringing is not None
        assert home.bell.ringing.words() == "500 timers and alarms are due."
        assert (await done(home, "ringing")).text == "All of them are off."
        assert home.agenda.timers == ()


@pytest.mark.alone
async def test_timers_ring_within_200_ms_by_a_real_clock(tmp_path: Path) -> None:
    """500 of them, spread over a second, as the machine's own clocks go."""
    clock = SystemClock()
    rang: dict[int, float] = {}

    def ring(ringing: Ringing) -> None:
        now = clock.monotonic()
        for one in ringing.rings:
            rang.setdefault(one.entry.id, now)
        if len(rang) == 500:
            everything.set()

    everything = asyncio.Event()
    async with storage_in(tmp_path) as storage:
        agenda = Agenda(storage, clock)
        bell = Bell(agenda, clock, ring, lambda: None)
        now = agenda.now()
        spread = tuple(started(2 + number / 500, f"n{number}", now) for number in range(500))
        change = await agenda.decide(lambda: Change((), spread))
        dues = {
            one.id: started_at.due for one, started_at in zip(change.after, spread, strict=True)
        }
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            running = group.create_task(bell.run(), name="bell")
            await everything.wait()
            running.cancel()
    late = sorted(rang[number] - due for number, due in dues.items())
    assert late[0] >= -0.001
    assert late[-1] < 0.2


async def test_where_the_file_fails_it_is_silent_all_the_same(tmp_path: Path) -> None:
    """A full disk must not keep a bell ringing; it says that it may ring again."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=1)
        await home.clock.pass_(60)
        await home.written()
        await home.storage.run(_read_only)
        with pytest.raises(ToolError, match="It is silent, but may ring again"):
            await done(home, "ringing")
        assert home.bell.ringing is None
        await home.clock.pass_(60)
        assert len(home.rang) == 1


async def test_a_bell_that_is_cancelled_leaves_no_task(tmp_path: Path) -> None:
    """In the middle of ringing, and while it sleeps."""
    before = asyncio.all_tasks()
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=1)
        await home.clock.pass_(61)
    assert asyncio.all_tasks() == before


async def test_a_call_that_is_cancelled_leaves_memory_as_the_file(tmp_path: Path) -> None:
    """Whoever is interrupted while a timer is written has it, in memory as in the file, or not."""
    async with house(tmp_path) as home, asyncio.TaskGroup() as group:
        calling = group.create_task(done(home, "timer_set", minutes=10), name="call")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        calling.cancel()
        await asyncio.wait([calling])
        rows = await home.storage.run(_count)
        assert len(home.agenda.timers) == rows


def _read_only(storage: Storage) -> None:
    """From now on, each write fails, as on a disk that can only be read."""
    with storage.transact() as db:
        db.execute("PRAGMA query_only = 1")


def _count(storage: Storage) -> int:
    with storage.transact() as db:
        return int(db.execute("SELECT count(*) FROM timer").fetchone()[0])


def test_it_grows_louder_over_a_minute() -> None:
    """From a soft tone to a loud one, by even steps, and no further; never clipped."""
    loud = [tones("timer", at).dbfs for at in (0, 15, 30, 45, LOUDER_S, 300)]
    steps = np.diff(loud)
    assert np.allclose(steps[:4], steps[0], atol=0.3)
    assert 20 < loud[4] - loud[0] < 22
    assert loud[5] == loud[4]
    assert level(LOUDER_S) < 1


@pytest.mark.parametrize("kind", ["timer", "alarm", "reminder"])
def test_a_round_has_a_pause_in_which_stop_is_heard(kind: str) -> None:
    """Two seconds, of which the last is silent; each kind has a pattern of its own."""
    sound = tones(kind, 0)
    assert sound.seconds == pytest.approx(ROUND_S)
    assert sound.cut(1.0).dbfs == -120
    others = {"timer", "alarm", "reminder"} - {kind}
    assert not any(np.array_equal(sound.samples, tones(one, 0).samples) for one in others)
