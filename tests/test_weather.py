"""The weather through the whole of it: a server, the client, the file and the tool."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from weather_home import BERLIN, WallClock, asking, record_of
from weather_server import Sky, WeatherServer

from assistant.config import HomeConfig, WeatherConfig
from assistant.errors import ToolError
from assistant.household.weather.keeping import Answer
from assistant.storage import NAME
from assistant.tools.weather import weather

if TYPE_CHECKING:
    from pathlib import Path

    from weather_server import Fault


@pytest.mark.parametrize(
    ("ask", "when", "words"),
    [
        ("now", "today", "It's 12 degrees with light rain, and feels like 8."),
        ("sky", "today", "Today, minus 3 to 6 degrees with light rain. The chance of rain is 90%."),
        ("sky", "tomorrow", ("Tomorrow, minus 2 to 7 degrees with cloudy skies. "
         "The chance of rain is 90%.")),
        ("sky", "Tuesday", ("On Tuesday, minus 1 to 8 degrees with light snow. "
         "The chance of snow is 90%.")),
        ("sky", "2026-11-30", "On November 30, 5 to 14 degrees with light snow."),
        ("sky", "tonight", "Tonight, 0 to 23 degrees with light rain."),
        ("sky", "tomorrow morning", "Tomorrow morning, 6 to 11 degrees with light rain."),
        ("sky", "tomorrow at 5 pm", "Tomorrow at 5 PM, 17 degrees with light rain."),
        ("hours", "today", ("At 4 PM 16 degrees with light rain; at 7 PM 19 degrees with light "
         "rain; at 10 PM 22 degrees with light rain; at 1 AM 1 degree with light rain.")),
        ("rain", "today", "Yes, rain is likely today from about 6 PM. The chance is 90%."),
        ("rain", "tomorrow morning", "No, rain is unlikely tomorrow morning. The chance is 5%."),
        ("rain", "today 17:00", "Perhaps: the chance of rain today at 5 PM is 35%."),
        ("rain", "tomorrow 16:00", "No, rain is unlikely tomorrow at 4 PM. The chance is 5%."),
        ("wind", "today", ("The wind blows at 22 kilometers per hour from the west, "
         "with gusts of 40.")),
        ("wind", "tomorrow", ("Tomorrow the wind reaches 30 kilometers per hour from the "
         "southwest, with gusts of 61.")),
        ("sunrise", "today", "The sun rose at 7:43 AM today."),
        ("sunset", "today", "The sun sets at 4:06 PM today."),
        ("sunset", "tomorrow", "The sun sets at 4:06 PM tomorrow."),
        ("sky", "weekend", ("Today, minus 3 to 6 degrees with light rain. "
         "The chance of rain is 90%.")),
    ],
)  # fmt: skip
async def test_what_is_asked_is_told_of_home(
    tmp_path: Path, ask: str, when: str, words: str
) -> None:
    """Now, a day, a part of it, an hour, rain, wind and sun; nothing names the home."""
    async with asking(tmp_path) as person:
        assert await person(ask, when) == words


async def test_a_week_is_told_in_brief(tmp_path: Path) -> None:
    """Five days, in one sentence."""
    async with asking(tmp_path) as person:
        told = await person("sky", "this week")
    assert told.startswith("Today minus 3 to 6 degrees with light rain; tomorrow minus 2 to 7")
    assert told.endswith("on Thursday 1 to 10 degrees with cloudy skies.")


@pytest.mark.parametrize(
    ("units", "now", "wind"),
    [
        ("imperial", "It's 53 degrees with light rain, and feels like 47.", "13 miles per hour"),
        ("british", "It's 12 degrees with light rain, and feels like 8.", "13 miles per hour"),
    ],
)
async def test_units_are_those_of_the_settings(
    tmp_path: Path, units: str, now: str, wind: str
) -> None:
    """What is asked and kept stays metric, so that a change of the setting needs no network."""
    config = WeatherConfig.model_validate({"units": units})
    async with asking(tmp_path, config=config) as person:
        assert await person("now") == now
        assert wind in await person("wind")
        assert "unit" not in str(person.server.asked)


async def test_a_place_is_named_in_the_answer(tmp_path: Path) -> None:
    """The capital is meant, and not the town in New Hampshire; a city, and not its state."""
    async with asking(tmp_path, HomeConfig(place="Leeds")) as person:
        assert "degrees in Berlin with" in await person("now", place="Berlin")
        assert "degrees in New York with" in await person("now", place="new york")
        assert person.server.asked[-1]["latitude"] == "40.71"


async def test_several_places_are_asked_about(tmp_path: Path) -> None:
    """By their regions, three at most; the answer to it finds one."""
    async with asking(tmp_path) as person:
        asked = await person("now", place="Springfield")
        assert asked == (
            "Do you mean Springfield in Missouri, in Massachusetts, in Illinois, "
            "or in another place?"
        )
        for named in ("Springfield, Illinois", "springfield in illinois", "Springfield Illinois"):
            told = await person("now", place=named)
            assert told.startswith("It's 12 degrees in Springfield, Illinois with")
        asked_for = [query["latitude"] for query in person.server.asked if "latitude" in query]
        assert asked_for == ["39.80"]


async def test_the_home_country_decides_between_equals(tmp_path: Path) -> None:
    """In Leeds, Cambridge is the one in England; in Berlin it is asked which."""
    async with asking(tmp_path / "leeds", HomeConfig(place="Leeds")) as person:
        await person("now", place="Cambridge")
        assert person.server.asked[-1]["latitude"] == "52.20"
    async with asking(tmp_path / "berlin") as person:
        question = "Do you mean Cambridge in the United Kingdom or in the United States?"
        assert await person("now", place="Cambridge") == question


async def test_a_misspelt_place_is_named_as_it_is(tmp_path: Path) -> None:
    """What the service takes it for is heard in the answer."""
    async with asking(tmp_path) as person:
        assert "in Berlin" in await person("now", place="Berlni")


async def test_a_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """In a sentence with the way out, also for the ear; and it is not kept."""
    async with asking(tmp_path) as person:
        with pytest.raises(ToolError, match=r"I do not know a place named Xyzzy\. Name") as caught:
            await person("now", place="Xyzzy")
        assert caught.value.spoken == str(caught.value)
        with pytest.raises(ToolError, match="Xyzzy"):
            await person("now", place="Xyzzy")
        assert person.server.paths == ["/v1/search"] * 2


@pytest.mark.parametrize(
    ("home", "complaint"),
    [
        (HomeConfig(), "I do not know where home is"),
        (HomeConfig(latitude=52.5), "only one of latitude and longitude"),
        (HomeConfig(place="Springfield"), 'place = "Springfield, Missouri"'),
        (HomeConfig(place="Xyzzy"), "I do not know a place named Xyzzy"),
    ],
)
async def test_a_home_that_is_not_known_is_said(
    tmp_path: Path, home: HomeConfig, complaint: str
) -> None:
    """With the setting to change."""
    async with asking(tmp_path, home) as person:
        with pytest.raises(ToolError, match=complaint):
            await person("now")


async def test_coordinates_need_no_name_and_leave_only_roughly(tmp_path: Path) -> None:
    """Two decimals, about a kilometer: no forecast is finer, and nobody needs the house."""
    home = HomeConfig(place="home", latitude=53.796481, longitude=-1.547849)
    async with asking(tmp_path, home) as person:
        await person("now")
        assert person.server.paths == ["/v1/forecast"]
        asked = person.server.asked[0]
        assert (asked["latitude"], asked["longitude"]) == ("53.80", "-1.55")


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


async def test_what_is_not_known_is_not_invented(tmp_path: Path) -> None:
    """Nulls, a sun that does not rise, a code and a zone that we do not know."""
    async with asking(tmp_path, config=WeatherConfig(fresh_min=0)) as person:
        person.server.sky = Sky(
            zone="Moon/Tranquility", code=123, feels=None, wind=None, day_codes=(None,), sun=False
        )
        assert await person("now") == "It's 12 degrees."
        assert await person("sky", "tomorrow") == (
            "Tomorrow, minus 2 to 7 degrees. The chance of rain is 90%."
        )
        with pytest.raises(ToolError, match="does not say that of today"):
            await person("wind")
        assert await person("sunrise") == "The sun does not rise today."


@pytest.mark.parametrize(
    ("when", "complaint"),
    [
        ("someday", "I do not understand 'someday'. Ask for today"),
        ("2026-12-24", "I know the weather of 9 days, until 2026-11-30, and not yet on December"),
        ("yesterday", "I only know the weather to come, and yesterday is over"),
        ("this morning", "I only know the weather to come, and this morning is over"),
    ],
)
async def test_a_time_that_is_not_known_is_said(tmp_path: Path, when: str, complaint: str) -> None:
    """What is over, too far ahead, or no time at all."""
    async with asking(tmp_path) as person:
        with pytest.raises(ToolError, match=complaint):
            await person("sky", when)


async def test_today_is_the_places_own_day(tmp_path: Path) -> None:
    """Where it is Monday already, today is Monday."""
    async with asking(tmp_path) as person:
        person.server.sky = Sky(zone="Pacific/Auckland", offset_s=46_800)
        assert (await person("sky", "today")).startswith("Today, minus 2 to 7")


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


async def test_a_chance_that_is_not_known_is_not_called_small(tmp_path: Path) -> None:
    """Nulls for every hour and the day, as the service has them for far days."""
    async with asking(tmp_path) as person:
        answer = person.server.sky.answer()
        for part, name in (("hourly", "precipitation_probability"),
                           ("daily", "precipitation_probability_max")):  # fmt: skip
            answer[part][name] = [None] * len(answer[part][name])
        person.server.sky = Written(answer)
        with pytest.raises(ToolError, match="does not say that of tomorrow"):
            await person("rain", "tomorrow")


class Written(Sky):
    """A sky of which a test has written the answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__()
        self._answer = answer

    def answer(self) -> dict[str, Any]:
        """As it was written."""
        return self._answer


async def test_what_an_older_program_kept_is_asked_again(tmp_path: Path) -> None:
    """An answer without what is asked for now is as good as none."""
    async with asking(tmp_path, HomeConfig(latitude=1, longitude=2)) as person:
        kept = person.known._kept  # noqa: SLF001  # no other way in
        await kept.keep("forecast 1.00 2.00", Answer(person.clock.now(), "{}"))
        assert "degrees" in await person("now")


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        ("What's the weather?", True), ("Do I need an umbrella?", True), ("Will it snow?", True),
        ("How warm is it outside?", True), ("Is it windy?", True), ("Set a timer.", False),
        ("What's on my list?", False), ("Good morning!", False), ("Open the window.", False),
    ],
)  # fmt: skip
async def test_the_schema_goes_out_when_the_words_concern_it(
    tmp_path: Path,
    text: str,
    concerned: bool,  # noqa: FBT001
) -> None:
    """The family's regular expression."""
    async with asking(tmp_path) as person:
        family = weather(person.known, "metric", person.clock)
    assert bool(re.search(family.words["en"], text)) == concerned
