"""Alarms and reminders, from what is said to when they ring."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hand_clock import HandClock, House, house

from assistant.errors import ToolError
from assistant.household.alarms import Alarm, due, rung, skipping, upcoming
from assistant.household.home_zone import zone_name, zone_named
from assistant.household.spoken_times import When, when_of
from assistant.tools.alarms import alarms

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.deeds import Deed

BERLIN = "Europe/Berlin"
HOUR = 3600.0


wall = datetime.fromisoformat
"""A wall time, without a zone."""


async def done(home: House, tool: str, **arguments: object) -> Deed:
    """A call of one of the tools."""
    (found,) = [one for one in alarms(home.agenda).tools if one.schema.name == tool]
    return await found.call(json.dumps(arguments))


async def refused(home: House, tool: str, **arguments: object) -> str:
    """The sentence with which a call is refused; nothing is changed by it."""
    before = home.agenda.alarms
    with pytest.raises(ToolError) as caught:
        await done(home, tool, **arguments)
    assert home.agenda.alarms == before
    return str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"time": "13:30"}, "The alarm is set for 1:30 PM today."),
        ({"time": "07:00"}, "The alarm is set for 7:00 AM tomorrow."),
        ({"time": "7:00", "half": "unsaid"}, "The alarm is set for 7:00 PM today."),
        ({"time": "11:00", "half": "unsaid"}, "The alarm is set for 11:00 PM today."),
        ({"time": "12:00", "half": "am"}, "The alarm is set for 12:00 AM tomorrow."),
        ({"time": "12:30", "half": "pm"}, "The alarm is set for 12:30 PM today."),
        ({"time": "7:30 am"}, "The alarm is set for 7:30 AM tomorrow."),
        ({"time": "half past six pm"}, "The alarm is set for 6:30 PM today."),
        ({"time": "7:00", "half": "unsaid", "day": "tomorrow"},
         "The alarm is set for 7:00 AM tomorrow."),
        ({"time": "3:00", "half": "unsaid", "day": "friday"},
         "The alarm is set for 3:00 PM on Friday."),
        ({"time": "11:00", "day": "wednesday"}, "The alarm is set for 11:00 AM on March 11."),
        ({"time": "13:00", "day": "wednesday"}, "The alarm is set for 1:00 PM today."),
        ({"time": "09:00", "day": "2026-12-24"}, "The alarm is set for 9:00 AM on December 24."),
        ({"time": "09:00", "day": "01-05"}, "The alarm is set for 9:00 AM on January 5, 2027."),
        ({"in_minutes": 90}, "The alarm is set for 1:30 PM today."),
        ({"time": "06:30", "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"]},
         "The alarm is set for 6:30 AM every weekday."),
        ({"time": "06:30", "weekdays": ["sunday", "saturday"]},
         "The alarm is set for 6:30 AM every weekend."),
        ({"time": "06:30", "weekdays": ["monday", "friday"]},
         "The alarm is set for 6:30 AM every Monday and Friday."),
        ({"time": "7:00", "half": "unsaid", "repeat": "daily"},
         "The alarm is set for 7:00 AM every day."),
        ({"time": "09:00", "repeat": "daily", "every": 2},
         "The alarm is set for 9:00 AM every 2 days."),
        ({"time": "09:00", "words": "pills"}, "The pills alarm is set for 9:00 AM tomorrow."),
        ({"kind": "reminder", "time": "17:00", "words": "to call mum"},
         "I will remind you at 5:00 PM today: call mum."),
    ],
)  # fmt: skip
async def test_an_alarm_says_when_it_will_ring(
    tmp_path: Path, arguments: dict[str, object], said: str
) -> None:
    """Noon of a Wednesday: the half of the day, and the day, are said, since they were chosen."""
    async with house(tmp_path, HandClock(zone="UTC")) as home:
        deed = await done(home, "alarm_set", **arguments)
        assert deed.text == said
        assert deed.undo is not None
        await deed.undo()
        assert home.agenda.alarms == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"time": "11:00", "day": "today"}, "11:00 AM was an hour ago. Shall it be tomorrow?"),
        ({"time": "9:00", "half": "am", "day": "today"},
         "9:00 AM was 3 hours ago. Shall it be tomorrow?"),
        ({"time": "09:00", "day": "2026-03-01"}, "9:00 AM was 3 days ago. Which day shall it be?"),
        ({"time": "09:00", "day": "2026-02-30"},
         "There is no day '2026-02-30'. Say a weekday, or a date as 2026-12-24."),
        ({"time": "25:00"}, 'There is no time "25:00". Say it like half past seven, or 19:30.'),
        ({}, "At what time?"),
        ({"in_minutes": 0}, "That is not in the future. When shall it be?"),
        ({"in_minutes": -5}, "That is not in the future. When shall it be?"),
        ({"kind": "reminder", "time": "17:00"}, "Of what shall I remind you?"),
    ],
)  # fmt: skip
async def test_a_time_that_none_can_ring_at(
    tmp_path: Path, arguments: dict[str, object], said: str
) -> None:
    """Past, or no time at all: one sentence that asks, and no alarm."""
    async with house(tmp_path) as home:
        assert await refused(home, "alarm_set", **arguments) == said


async def test_the_same_alarm_is_not_set_twice(tmp_path: Path) -> None:
    """Who says it again is told that it is there."""
    async with house(tmp_path) as home:
        await done(home, "alarm_set", time="07:00")
        assert await refused(home, "alarm_set", time="07:00") == (
            "There is that alarm already, at 7:00 AM tomorrow. Nothing was changed."
        )


async def test_alarms_are_listed_found_skipped_and_cancelled(tmp_path: Path) -> None:
    """By time, by day, by words, or the next; and each of it can be taken back."""
    async with house(tmp_path) as home:
        assert (await done(home, "alarm_list")).text == "There is no alarm and no reminder."
        await done(home, "alarm_set", time="07:00", weekdays=["monday", "thursday"])
        await done(home, "alarm_set", time="09:30", day="saturday")
        await done(home, "alarm_set", kind="reminder", time="17:00", words="call the dentist")
        assert (await done(home, "alarm_list")).text == (
            "There are 2 alarms: at 7:00 AM every Monday and Thursday and at 9:30 AM on Saturday. "
            "There is one reminder: call the dentist at 5:00 PM today."
        )
        kept = home.agenda.alarms
        skipped = await done(home, "alarm_change", action="skip_next")
        assert skipped.text == (
            "The 7:00 AM alarm is skipped once. It rings again at 7:00 AM on Monday."
        )
        assert skipped.undo is not None
        await skipped.undo()
        assert home.agenda.alarms == kept
        for which, kind, name in (
            ("9:30", "alarm", "The 9:30 AM alarm"),
            ("saturday", "", "The 9:30 AM alarm"),
            ("half past nine", "alarm", "The 9:30 AM alarm"),
            ("dentist", "", "The reminder to call the dentist"),
            ("to call the dentist", "reminder", "The reminder to call the dentist"),
            ("next", "", "The reminder to call the dentist"),
            ("thursday", "alarm", "The 7:00 AM alarm"),
        ):
            deed = await done(home, "alarm_change", action="cancel", alarm=which, kind=kind)
            assert deed.text == f"{name} is cancelled."
            assert deed.undo is not None
            await deed.undo()
        assert await refused(home, "alarm_change", action="cancel", kind="alarm") == (
            "Which one: at 7:00 AM every Monday and Thursday or at 9:30 AM on Saturday?"
        )
        near = await refused(home, "alarm_change", action="cancel", alarm="dentists call mom")
        assert "There is no alarm or reminder dentists call mom." in near or "Which" in near
        assert (await done(home, "alarm_change", action="cancel", all=True)).text == (
            "All 3 are cancelled."
        )
        assert await refused(home, "alarm_change", action="cancel") == (
            "There is no alarm or reminder."
        )


async def test_one_that_rings_once_is_not_skipped(tmp_path: Path) -> None:
    """Skipping it would be cancelling it, so that it is asked about."""
    async with house(tmp_path) as home:
        await done(home, "alarm_set", time="13:00")
        assert await refused(home, "alarm_change", action="skip_next") == (
            "That one rings only once. Shall I cancel it?"
        )


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (wall("2026-03-28T00:00"), "07:00", "2026-03-28T06:00"),
        (wall("2026-03-29T00:00"), "07:00", "2026-03-29T05:00"),
        (wall("2026-03-29T00:00"), "02:30", "2026-03-29T01:30"),
        (wall("2026-10-25T00:00"), "02:30", "2026-10-25T00:30"),
        (wall("2026-10-25T00:00"), "07:00", "2026-10-25T06:00"),
    ],
)
def test_an_alarm_keeps_its_wall_time_over_summer_time(
    day: datetime, clock: str, moment: str
) -> None:
    """Seven is seven; half past two, which is left out in spring, is half past three."""
    hour, minute = map(int, clock.split(":"))
    alarm = Alarm(1, "alarm", "", day.replace(hour=hour, minute=minute), BERLIN)
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert due(alarm, at - timedelta(hours=5)) == at


@pytest.mark.parametrize("start", [wall("2026-03-27T12:00"), wall("2026-10-23T12:00")])
async def test_a_daily_alarm_rings_once_a_day_over_a_change(
    tmp_path: Path, start: datetime
) -> None:
    """Four days with 23, 24 or 25 hours, at a time that comes twice, or not at all: four rings."""
    clock = HandClock(start.replace(tzinfo=zone_named(BERLIN)), BERLIN)
    async with house(tmp_path, clock, look_s=1200) as home:
        await done(home, "alarm_set", time="02:30", repeat="daily")
        await clock.pass_(4 * 24 * HOUR)
        rung_ = [ringing.rings[0].due for _, ringing in home.heard if ringing is not None]
        rang = [at.astimezone(clock.zone).isoformat() for at in rung_]
        assert len(rang) == len({at[:10] for at in rang}) == 4
        assert len(home.agenda.missed) == 4


def test_what_was_missed_for_weeks_rings_once() -> None:
    """The last of them; and after it the next that is still to come."""
    alarm = Alarm(1, "alarm", "", wall("2026-01-01T07:00"), "UTC", "FREQ=DAILY")
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert upcoming(alarm, now) == wall("2026-03-04T07:00")
    after = rung(alarm, now)
    assert after is not None
    assert upcoming(after, now) == wall("2026-03-05T07:00")


def test_skipping_twice_skips_two() -> None:
    """The next one is the next that would ring."""
    alarm = Alarm(1, "alarm", "", wall("2026-03-05T07:00"), "UTC", "FREQ=DAILY")
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    twice = skipping(skipping(alarm, now), now)
    assert upcoming(twice, now) == wall("2026-03-07T07:00")


@pytest.mark.parametrize(
    ("day", "repeat", "following"),
    [
        ("2026-03-31", "monthly", "2026-04-30"),
        ("2026-03-30", "monthly", "2026-04-30"),
        ("2026-03-15", "monthly", "2026-04-15"),
        ("2028-02-29", "yearly", "2029-02-28"),
        ("2026-12-24", "yearly", "2027-12-24"),
        ("2026-03-09", "weekly", "2026-03-16"),
    ],
)
async def test_a_day_that_a_month_lacks_is_its_last(
    tmp_path: Path, day: str, repeat: str, following: str
) -> None:
    """The 31st of each month rings in April too, and a 29th of February each year."""
    async with house(tmp_path) as home:
        await done(home, "alarm_set", time="08:00", day=day, repeat=repeat)
        (alarm,) = home.agenda.alarms
        after = skipping(alarm, home.clock.wall)
        assert str(upcoming(after, home.clock.wall)) == f"{following} 08:00:00"


async def test_an_alarm_outlives_the_program(tmp_path: Path) -> None:
    """Its zone, its rule, what was skipped: all is as it was, and it rings."""
    clock = HandClock(zone=BERLIN)
    async with house(tmp_path, clock) as home:
        await done(home, "alarm_set", time="14:00", repeat="daily", words="pills")
        await done(home, "alarm_change", action="skip_next")
        before = home.agenda.alarms
    async with house(tmp_path, HandClock(clock.wall, BERLIN), look_s=600) as home:
        assert home.agenda.alarms == before
        assert before[0].zone == BERLIN
        await home.clock.pass_(24 * HOUR)
        assert home.heard == []
        await home.clock.pass_(2 * HOUR)
        assert home.rang == ["This is your 2:00 PM pills alarm."]


def test_the_zone_has_a_name_that_says_the_same() -> None:
    """The machine's zone, by its name, shows the same time; no name falls back to its rules."""
    now = datetime.now().astimezone()
    for name in (zone_name(now), ""):
        assert now.astimezone(zone_named(name)).utcoffset() == now.utcoffset()


@pytest.mark.parametrize(
    ("text", "time", "half"),
    [
        ("7", "07:00", "unsaid"),
        ("7:30", "07:30", "unsaid"),
        ("07:30", "07:30", "24h"),
        ("19.30", "19:30", "24h"),
        ("7 a.m.", "07:00", "am"),
        ("half past six", "06:30", "unsaid"),
        ("half six", "06:30", "unsaid"),
        ("quarter to nine pm", "08:45", "pm"),
        ("a quarter past twelve", "12:15", "unsaid"),
        ("ten to one", "12:50", "unsaid"),
        ("twenty five past four", "04:25", "unsaid"),
        ("seven oh five", "07:05", "unsaid"),
        ("six o'clock in the evening", "06:00", "pm"),
        ("noon", "12:00", "24h"),
        ("midnight", "00:00", "24h"),
    ],
)
def test_times_are_read(text: str, time: str, half: str) -> None:
    """As people say them."""
    when = when_of(text)
    assert when is not None
    assert (when.time, when.half) == (time, half)


@pytest.mark.parametrize("text", ["", "25", "7 eggs", "the meeting", "seven dwarfs", "at"])
def test_what_is_no_time_is_not_read(text: str) -> None:
    """What says more than a time, or none, is none."""
    assert when_of(text) is None


def test_days_and_what_repeats_are_read_in_any_order() -> None:
    """Before the time or after it."""
    assert when_of("tomorrow morning at 7") == when_of("at 7 tomorrow morning")
    assert when_of("every monday at 7") == when_of("7 on mondays") == when_of("7 every mon")
    assert when_of("in two and a half hours") == When(after_s=9000)
    assert when_of("june 5th at noon") == when_of("noon on the 5th of june")
