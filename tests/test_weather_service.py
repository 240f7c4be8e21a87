"""The weather through the whole of it: what is asked of the service, how it fails, what is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest
from weather_home import BERLIN, WallClock, asking, record_of
from weather_server import WeatherServer

from assistant.config import HomeConfig, WeatherConfig
from assistant.errors import ToolError
from assistant.household.weather.keeping import Answer
from assistant.storage import NAME

if TYPE_CHECKING:
    from pathlib import Path

    from weather_server import Fault


async def test_nothing_but_the_place_leaves(tmp_path: Path) -> None:
    """No cookie, no key, nothing of the household; and both requests are in the record."""
    async with asking(tmp_path, BERLIN) as person:
        await person("rain", "tomorrow")
        places, forecast = person.server.asked
        assert set(places) == {"path", "headers", "name", "count", "language", "format"}
        assert set(forecast) == {
            "path", "headers", "latitude", "longitude", "current", "hourly", "daily", "timezone",
            "forecast_days",
        }  # fmt: skip
        names = {line.partition(":")[0].lower() for line in forecast["headers"].splitlines()[1:]}
        assert names - {""} == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    rows = record_of(tmp_path)
    found = [(r.method, r.host, r.path, r.text_chars, r.status, r.error) for r in rows]
    assert found == [
        ("GET", "127.0.0.1", "/v1/search", 6, 200, ""),
        ("GET", "127.0.0.1", "/v1/forecast", 10, 200, ""),
    ]


async def test_it_is_asked_once_in_ten_minutes(tmp_path: Path) -> None:
    """By each place; also by a program that was started anew."""
    clock = WallClock()
    async with WeatherServer() as server:
        async with asking(tmp_path, clock=clock, server=server) as person:
            await person("now")
            clock.later(minutes=9.9)
            await person("rain")
        async with asking(tmp_path, clock=clock, server=server) as person:
            await person("wind")
            assert server.paths == ["/v1/search", "/v1/forecast"]
            clock.later(minutes=0.2)
            await person("now")
            assert server.paths == ["/v1/search", "/v1/forecast", "/v1/forecast"]


async def test_a_clock_that_went_back_makes_nothing_fresh(tmp_path: Path) -> None:
    """What was learnt in the future is asked again."""
    clock = WallClock()
    async with asking(tmp_path, clock=clock) as person:
        await person("now")
        clock.later(days=-1)
        await person("now")
        assert person.server.paths.count("/v1/forecast") == 2


FAULTS: list[tuple[Fault, str, int | None, str]] = [
    ("500", "The weather service has a problem, error 500. Please try again later.", 500,
     "server-error"),
    ("429", "The weather service says that it was asked too often. Please try again later.", 429,
     "rate-limited"),
    ("400", "The weather service did not accept my question.", 400, "bad-request"),
    ("302", "The weather service answered 302. Check", 302, "bad-reply"),
    ("silence", "The weather service takes too long to answer.", None, "stalled"),
    ("cut", "I cannot reach the weather service.", None, "unreachable"),
    ("broken", "The weather service gave an answer that I cannot read.", 200, ""),
    ("empty", "The weather service gave an answer that I cannot read.", 200, ""),
    ("odd", "The weather service gave an answer that I cannot read.", 200, ""),
    ("endless", "The weather service's answer is far too long. Please try again", 200, "bad-reply"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "words", "status", "kind"), FAULTS)
async def test_what_fails_is_said_and_recorded(
    tmp_path: Path, fault: Fault, words: str, status: int | None, kind: str
) -> None:
    """With its reason, where nothing older is known; the next try succeeds."""
    config = WeatherConfig(timeout_s=0.3)
    home = HomeConfig(latitude=1, longitude=2)
    async with asking(tmp_path, home, config) as person:
        person.server.faults = [fault]
        with pytest.raises(ToolError) as caught:
            await person("now")
        assert str(caught.value).startswith(words)
        assert caught.value.spoken == str(caught.value)
        assert "degrees" in await person("now")
    row = record_of(tmp_path)[0]
    assert (row.status, row.error) == (status, kind)


@pytest.mark.parametrize("fault", [fault for fault, *_ in FAULTS])
async def test_the_last_known_weather_is_told_with_its_age(tmp_path: Path, fault: Fault) -> None:
    """Whatever fails; and it stays the last known one."""
    clock = WallClock()
    config = WeatherConfig(timeout_s=0.3)
    async with asking(tmp_path, config=config, clock=clock) as person:
        await person("now")
        for hours in (2, 3):
            clock.at = WallClock().at
            clock.later(hours=hours)
            person.server.faults = [fault]
            told = await person("now")
            assert told.endswith(
                f" This is from {hours} hours ago. It was 12 degrees with light rain, "
                "and felt like 8."
            )


async def test_the_last_known_weather_outlives_the_program(tmp_path: Path) -> None:
    """Without a network from the start: the place and the forecast are both kept."""
    clock = WallClock()
    async with WeatherServer() as server, asking(tmp_path, clock=clock, server=server) as person:
        await person("now")
    clock.later(days=1)
    async with asking(tmp_path, clock=clock, server=server) as person:  # it is closed
        told = await person("sky", "tomorrow")
        assert told.startswith("I cannot reach the weather service. This is from 1 day ago. Tomor")
        clock.later(days=9)
        with pytest.raises(ToolError, match="and not yet today"):
            await person("sky", "today")


async def test_nothing_is_asked_that_cannot_be_recorded(tmp_path: Path) -> None:
    """The record cannot be written: nothing leaves, and that is said."""
    (tmp_path / "file").write_text("a file where a folder should be")
    async with asking(tmp_path / "file", HomeConfig(latitude=1, longitude=2)) as person:
        with pytest.raises(ToolError, match="so I did not ask"):
            await person("now")
        assert person.server.asked == []


async def test_an_address_that_is_none_is_said(tmp_path: Path) -> None:
    """With the setting and its value."""
    async with asking(tmp_path, HomeConfig(latitude=1, longitude=2)) as person:
        person.known._source._config = WeatherConfig(forecast_url="meteo")  # noqa: SLF001
        with pytest.raises(ToolError, match=r"\[weather\] forecast_url = 'meteo' is no address"):
            await person("now")


async def test_one_who_leaves_leaves_nothing_open(tmp_path: Path) -> None:
    """Cancelled while the server is silent: the request is over, and on record as that."""
    async with asking(tmp_path, HomeConfig(latitude=1, longitude=2)) as person:
        person.server.faults = ["silence"]
        async with asyncio.TaskGroup() as group:
            task = group.create_task(person("now"))
            async with asyncio.timeout(10):
                await person.server.called.wait()
            task.cancel()
        assert task.cancelled()
    assert [row.error for row in record_of(tmp_path)] == ["cancelled"]


async def test_only_so_much_is_kept(tmp_path: Path) -> None:
    """A hundred answers; the oldest go."""
    clock = WallClock()
    async with asking(tmp_path, clock=clock) as person:
        for _ in range(3):
            clock.later(minutes=1)
            await person("now")
        kept = person.known._kept  # noqa: SLF001  # no other way in
        answer = await kept.find("forecast 52.52 13.41")
        assert answer is not None
        for number in range(120):
            clock.later(minutes=1)
            await kept.keep(f"place {number}", type(answer)(clock.at, "{}"))
        assert await kept.find("forecast 52.52 13.41") is None
    with sqlite3.connect(tmp_path / NAME) as db:
        assert db.execute("SELECT count(*) FROM weather_answer").fetchone() == (100,)
    db.close()


async def test_what_an_older_program_kept_is_asked_again(tmp_path: Path) -> None:
    """An answer without what is asked for now is as good as none."""
    async with asking(tmp_path, HomeConfig(latitude=1, longitude=2)) as person:
        kept = person.known._kept  # noqa: SLF001  # no other way in
        await kept.keep("forecast 1.00 2.00", Answer(person.clock.now(), "{}"))
        assert "degrees" in await person("now")
