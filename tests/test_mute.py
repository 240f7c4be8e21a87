"""The tool `mute`, and the sentences that need no model for it."""

from __future__ import annotations

import pytest

from assistant.errors import ToolError
from assistant.orders import Mute, Order, Status
from assistant.think.instant import Instant
from assistant.tools.mute import mute_tool


async def given(arguments: str) -> tuple[list[Order], str]:
    """The orders that a call gives, and its words."""
    orders: list[Order] = []

    async def carry_out(order: Order) -> Status:
        orders.append(order)
        return Status("listening", muted=True)

    return orders, (await mute_tool(carry_out).call(arguments)).text


async def test_it_closes_the_microphone_and_says_how_to_open_it() -> None:
    """For good, or for some minutes."""
    orders, words = await given("{}")
    assert orders == [Mute()]
    assert "assistant unmute" in words
    orders, words = await given('{"minutes": 10}')
    assert orders == [Mute(600)]
    assert words == "My microphone is off for 10 minutes."
    assert (await given('{"minutes": 1}'))[1] == "My microphone is off for 1 minute."
    assert (await given('{"minutes": 90}'))[1] == "My microphone is off for 1 hour and 30 minutes."


@pytest.mark.parametrize("minutes", ["0", "-5", "1e9", '"soon"'])
async def test_a_time_that_is_none_is_refused(minutes: str) -> None:
    """Nothing, less, more than a week, or no number: nothing happens, and the model is told."""
    with pytest.raises(ToolError, match="mute was not run"):
        await given(f'{{"minutes": {minutes}}}')


@pytest.mark.parametrize(
    "text",
    ["Mute yourself.", "Stop listening!", "Please turn off your microphone.", "Mute, please"],
)
def test_it_is_asked_for_without_a_model(text: str) -> None:
    """By word of mouth, also without a network."""
    call = Instant(["en"]).match(text, "en")
    assert call is not None
    assert call.name == "mute"


@pytest.mark.parametrize("text", ["Mute the television.", "Why do you listen?", "Stop."])
def test_what_is_not_meant_for_the_microphone_is_left_alone(text: str) -> None:
    """Other things are muted by others."""
    call = Instant(["en"]).match(text, "en")
    assert call is None or call.name != "mute"
