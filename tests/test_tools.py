"""Tools: a function's types become a schema, and wrong arguments a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from assistant.errors import ToolError
from assistant.tools.clock import clock_tool
from assistant.tools.tool import FunctionTool


class StoppedClock:
    """A clock that stands at one minute."""

    def monotonic(self) -> float:
        """Nothing moves."""
        return 0.0

    def now(self) -> datetime:
        """Five past four, on a Sunday."""
        return datetime(2026, 11, 22, 16, 5, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        """Nothing waits."""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('{"ask": "time"}', "It's 4:05 PM."),
        ('{"ask": "date"}', "It's Sunday, November 22, 2026."),
        ("{}", "It's 4:05 PM on Sunday, November 22, 2026."),
        ("", "It's 4:05 PM on Sunday, November 22, 2026."),
    ],
)
async def test_the_clock_says_what_was_asked(arguments: str, words: str) -> None:
    """Time, date, or both; empty arguments are none."""
    assert (await clock_tool(StoppedClock()).call(arguments)).text == words


async def test_the_clock_has_no_english_in_other_languages() -> None:
    """The words of another language, by its own rules."""
    words = (await clock_tool(StoppedClock(), "de").call('{"ask": "both"}')).text
    assert words == "Sonntag, 22. November 2026, 16:05."


def test_the_schema_comes_from_the_function() -> None:
    """Name, description, parameters and their choices."""
    schema = clock_tool(StoppedClock()).schema
    assert schema.name == "clock"
    assert "time" in schema.description
    properties = schema.parameters["properties"]
    assert isinstance(properties, dict)
    assert properties["ask"]["enum"] == ["time", "date", "both"]


@pytest.mark.parametrize("arguments", ['{"ask": "moon"}', '{"when": 1}', "[1]", "not json", '{"'])
async def test_wrong_arguments_are_told_what_is_right(arguments: str) -> None:
    """The model gets a sentence with the parameters, so that it can try again."""
    with pytest.raises(ToolError, match="clock was not run") as caught:
        await clock_tool(StoppedClock()).call(arguments)
    assert "both" in str(caught.value)


async def test_a_required_argument_is_required() -> None:
    """A parameter without a default has to be given."""

    async def light(state: Literal["on", "off"]) -> str:
        """Switch the light."""
        return f"The light is {state}."

    tool = FunctionTool(light)
    assert tool.schema.parameters["required"] == ["state"]
    assert (await tool.call('{"state": "on"}')).text == "The light is on."
    with pytest.raises(ToolError, match="state"):
        await tool.call("{}")
