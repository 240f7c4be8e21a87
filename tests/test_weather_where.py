"""The weather through the whole of it: which place it is of, and where home is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from weather_home import asking

from assistant.config import HomeConfig
from assistant.errors import ToolError

if TYPE_CHECKING:
    from pathlib import Path


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
