"""The weather through a server, the client, the file and the tool: what is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from weather_home import asking
from weather_server import Sky

from assistant.config import WeatherConfig
from assistant.errors import ToolError
from assistant.tools.weather import weather

if TYPE_CHECKING:
    from pathlib import Path


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
