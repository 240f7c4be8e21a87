"""Timers, from what is said to what is in the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hand_clock import HandClock, House, house

from assistant.errors import ToolError
from assistant.household.agenda import Agenda
from assistant.household.spoken import length_of, said_length
from assistant.storage import NAME, Storage, StorageWorker
from assistant.tools.timers import timers

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.deeds import Deed


TOO_LONG = (
    "365 days is too long for a timer: it can run for 7 days. For later, set a reminder for a day "
    "and a time."
)


async def done(home: House, tool: str, **arguments: object) -> Deed:
    """A call of one of the tools."""
    family = timers(home.agenda, home.bell)
    (found,) = [one for one in family.tools if one.schema.name == tool]
    return await found.call(json.dumps(arguments))


async def refused(home: House, tool: str, **arguments: object) -> str:
    """The sentence with which a call is refused; nothing is changed by it."""
    before = home.agenda.timers
    with pytest.raises(ToolError) as caught:
        await done(home, tool, **arguments)
    assert home.agenda.timers == before
    return str(caught.value)


async def test_a_timer_is_in_the_file_when_it_is_confirmed(tmp_path: Path) -> None:
    """Another program sees it as soon as the words come back, and the next run has it."""
    async with house(tmp_path) as home:
        deed = await done(home, "timer_set", minutes=10, name="pasta")
        assert deed.text == "The pasta timer is set for 10 minutes."
        storage = Storage(tmp_path / NAME, home.clock.now)
        with storage.transact() as db:
            (row,) = db.execute("SELECT name, length_s, ends FROM timer").fetchall()
        storage.close()
        assert row == ("pasta", 600.0, "2026-03-04T12:10:00+00:00")
    async with house(tmp_path) as home:
        assert (await done(home, "timer_status")).text == "The pasta timer has 10 minutes left."


async def test_several_timers_are_told_apart(tmp_path: Path) -> None:
    """By name, by length, by a word of the name; what fits several is asked back."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await done(home, "timer_set", minutes=10)
        await done(home, "timer_set", minutes=25, name="apple pie")
        await home.clock.pass_(60)
        left = [
            (await done(home, "timer_status", timer=which)).text
            for which in ("pasta", "the apple pie timer", "pie", "25 minutes", "Pasta timer")
        ]
        assert left == [
            "The pasta timer has 9 minutes left.",
            "The apple pie timer has 24 minutes left.",
            "The apple pie timer has 24 minutes left.",
            "The apple pie timer has 24 minutes left.",
            "The pasta timer has 9 minutes left.",
        ]
        asked = await refused(home, "timer_change", action="cancel", timer="ten minute")
        assert asked == (
            "Which one: the pasta timer with 9 minutes left or the 10 minute timer with "
            "9 minutes left?"
        )
        near = await refused(home, "timer_change", action="cancel", timer="pesta")
        assert near == "There is no pesta timer. Did you mean pasta?"
        assert "Which one" in await refused(home, "timer_adjust", minutes=1)


async def test_pause_resume_more_and_less(tmp_path: Path) -> None:
    """A paused timer stands still; time is added and taken; each says what is left."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10)
        await home.clock.pass_(120)
        told = [
            (await done(home, "timer_change", action="pause")).text,
            await refused(home, "timer_change", action="pause"),
        ]
        await home.clock.pass_(3600)
        told += [
            (await done(home, "timer_change", action="resume")).text,
            (await done(home, "timer_adjust", minutes=5)).text,
            (await done(home, "timer_adjust", minutes=-3, seconds=-30)).text,
            await refused(home, "timer_adjust", minutes=-10),
            await refused(home, "timer_change", action="resume"),
        ]
        assert told == [
            "The 10 minute timer is paused with 8 minutes left.",
            "The 10 minute timer is paused already, with 8 minutes left.",
            "The 10 minute timer goes on: 8 minutes left.",
            "The 10 minute timer has 13 minutes left now.",
            "The 10 minute timer has 9 minutes and 30 seconds left now.",
            "The 10 minute timer has only 9 minutes and 30 seconds left. Shall I cancel it?",
            "The 10 minute timer is running, with 9 minutes and 30 seconds left.",
        ]
        await home.clock.pass_(569)
        assert home.heard == []
        await home.clock.pass_(1)
        assert home.rang == ["Your 10 minute timer is up."]


async def test_every_deed_is_taken_back_exactly(tmp_path: Path) -> None:
    """Undo brings back the same timer, with its number and its end, also in the file."""
    async with house(tmp_path) as home:
        await done(home, "timer_set", minutes=10, name="pasta")
        await done(home, "timer_set", minutes=20)
        for tool, arguments in (
            ("timer_set", {"minutes": 3}),
            ("timer_change", {"action": "cancel", "timer": "pasta"}),
            ("timer_change", {"action": "cancel", "timer": "all"}),
            ("timer_change", {"action": "pause", "timer": "all"}),
            ("timer_adjust", {"minutes": 5, "timer": "pasta"}),
        ):
            before = home.agenda.timers
            deed = await done(home, tool, **arguments)
            assert deed.undo is not None
            await home.clock.pass_(7)
            assert home.agenda.timers != before
            assert (await deed.undo()).endswith(".")
            assert home.agenda.timers == before
            with pytest.raises(ToolError, match="cannot be undone"):
                await deed.undo()
        ends = {one.id: one.ends for one in home.agenda.timers}
    async with house(tmp_path, HandClock()) as home:
        assert {one.id: one.ends for one in home.agenda.timers} == ends


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "A timer must be longer than nothing. How long shall it be?"),
        ({"minutes": 0}, "A timer must be longer than nothing. How long shall it be?"),
        ({"minutes": -5}, "A timer must be longer than nothing. How long shall it be?"),
        ({"hours": 8760}, TOO_LONG),
        ({"minutes": "soon"}, ""),
        ({"hours": 1e300}, ""),
    ],
)  # fmt: skip
async def test_a_length_that_no_timer_can_have(
    tmp_path: Path, arguments: dict[str, object], said: str
) -> None:
    """Nothing, less than nothing, a year, or no number: one sentence, and no timer."""
    async with house(tmp_path) as home:
        sentence = await refused(home, "timer_set", **arguments)
        assert sentence == said or not said


async def test_without_any_timer_it_says_so(tmp_path: Path) -> None:
    """Nothing to cancel, to tell of, to stop."""
    async with house(tmp_path) as home:
        assert await refused(home, "timer_change", action="cancel") == "There is no timer."
        assert (await done(home, "timer_status")).text == "No timer is running."
        assert await refused(home, "ringing", action="stop") == "Nothing is ringing."


async def test_a_file_that_cannot_be_written_sets_no_timer(tmp_path: Path) -> None:
    """What was not written down is not confirmed, and is not there either."""
    clock = HandClock()
    (tmp_path / "no-folder").write_text("a file stands in the way")
    async with StorageWorker(Storage(tmp_path / "no-folder" / NAME, clock.now)) as storage:
        agenda = Agenda(storage, clock)
        with pytest.raises(ToolError, match="could not do that"):
            await agenda.load()
        assert agenda.timers == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("ten minutes", 600),
        ("an hour and a half", 5400),
        ("one and a half hours", 5400),
        ("half an hour", 1800),
        ("a half hour", 1800),
        ("½ hour", 1800),
        ("1½ hours", 5400),
        ("three quarters of an hour", 2700),
        ("two and a half minutes", 150),
        ("90 seconds", 90),
        ("ninety-second", 90),
        ("a hundred and twenty minutes", 7200),
        ("one hundred five minutes", 6300),
        ("one point five hours", 5400),
        ("1h30m", 5400),
        ("two hours, five minutes and ten seconds", 7510),
        ("one hour twenty", 4800),
        ("five more minutes", 300),
        ("minus ten seconds", -10),
        ("ten", None),
        ("ten minutes of it", None),
        ("five eggs", None),
        ("minutes", None),
        ("", None),
    ],
)
def test_lengths_are_read(text: str, seconds: float | None) -> None:
    """As people say them; what is more than a length is none."""
    assert length_of(text) == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (90, "1 minute and 30 seconds"),
        (3600, "1 hour"),
        (3723, "1 hour, 2 minutes and 3 seconds"),
        (86_399, "1 day"),
        (90_000, "1 day and 1 hour"),
        (8 * 86_400 + 5, "8 days"),
    ],
)
def test_lengths_are_said(seconds: float, words: str) -> None:
    """The longer, the less to the second."""
    assert said_length(seconds) == words
