"""Servers of tools at an address: the official package's over HTTP, and one as Home Assistant's."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from processes import ended
from tool_address import ToolAddress
from tool_servers import HERE, address, at_hand

from assistant.deeds import Risk
from assistant.errors import ToolError
from assistant.messages import ImagePart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tool_address import Fault

TOKEN = "a-long-lived-token"  # noqa: S105  # the test's own


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A process of the official package that wants a token; one for all tests here."""
    command = [sys.executable, str(HERE / "tool_server.py"), "http", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        yield f"http://127.0.0.1:{port}/mcp"
        ended(process)


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token stands in the environment."""
    monkeypatch.setenv("LAMP_TOKEN", TOKEN)


async def test_the_tools_of_an_address_become_ours(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With the token, which nothing shows; all that leaves is noted, with its size."""
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", "mcp")
    async with at_hand(address(url, variable="LAMP_TOKEN", prefix="")) as house:
        assert house.told == []
        assert house.tools["throw_away"].risk is Risk.FINAL
        assert (await house.call("turn_on", lamp="desk")).text == "The desk is on."
        assert [type(part) for part in (await house.call("photograph")).parts] == [ImagePart]
        with pytest.raises(ToolError, match="The fuse has blown"):
            await house.call("break_down")
        shown = caplog.text + repr(house) + repr(house.link.__dict__) + "".join(house.told)
        assert TOKEN not in shown
    posts = [it for it in house.left if it.what[0] == "POST"]
    assert all(it.what[1:3] == ("127.0.0.1", "/mcp") and it.what[3] > 0 for it in posts)
    assert {it.status for it in posts if it.status} <= {200, 202, 400}


async def test_a_list_that_changes_is_taken_up(url: str) -> None:
    """The server tells; nothing is begun anew."""
    async with at_hand(address(url, variable="LAMP_TOKEN")) as house:
        await house.call("one_buy", lamp="ceiling")
        await house.when(lambda: "one_switch_ceiling" in house.tools)
        assert (await house.call("one_switch_ceiling")).text == "The ceiling is switched."


async def test_a_call_that_is_cancelled_is_cancelled_at_the_address(url: str) -> None:
    """What it did there ends."""
    async with at_hand(address(url, variable="LAMP_TOKEN")) as house:
        async with asyncio.TaskGroup() as group:
            call = group.create_task(house.call("one_wait_for_ever"))
            assert (await house.call("one_somebody_waits")).text == "Somebody waits."
            call.cancel()
        assert (await house.call("one_nobody_waits")).text == "Nobody waits."


async def test_a_long_result_is_cut_with_a_word(url: str) -> None:
    """What is left out is counted."""
    async with at_hand(address(url, variable="LAMP_TOKEN")) as house:
        told = (await house.call("one_story", chars=20_000)).text
        assert told.endswith("x […] [4000 more characters are left out.]")
        with pytest.raises(ToolError, match="too long to be read"):
            await house.call("one_story", chars=9_000_000)
        assert (await house.call("one_story", chars=3)).text == "xxx"


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("WRONG_TOKEN", "one refuses the token in WRONG_TOKEN (error 401). Put a valid one there"),
        ("", "one wants a token (error 401). Put it into a variable of the environment, and"),
    ],
)
async def test_a_refused_token_is_said(
    url: str, monkeypatch: pytest.MonkeyPatch, variable: str, words: str
) -> None:
    """With the variable that holds it, and not with what it holds."""
    monkeypatch.setenv("WRONG_TOKEN", "an-old-token")
    async with at_hand(address(url, variable=variable)) as house:
        (told,) = house.told
        assert told.startswith(words)
        assert "an-old-token" not in told


async def test_one_as_home_assistants_is_spoken_to() -> None:
    """It has no session, knows only the old way, and answers in plain JSON."""
    async with ToolAddress(TOKEN) as there:
        async with at_hand(address(there.url, variable="LAMP_TOKEN")) as house:
            assert house.told == []
            assert house.tools["one_HassTurnOn"].risk is Risk.WRITES
            assert "Kitchen" in (await house.call("one_HassTurnOn", name="Kitchen")).text
        assert there.methods()[-1] == "tools/call"
        assert there.methods().count("tools/list") == 1


async def test_an_address_that_is_not_there_at_the_start_comes_later() -> None:
    """It is told, and taken up once it is there; a call does not wait for the pause."""
    there = ToolAddress()
    async with there:
        pass
    async with at_hand(address(there.url)) as house:
        (told,) = house.told
        assert told.startswith("one cannot be reached: ")
        async with there:
            await house.when(lambda: "one_HassTurnOn" in house.tools)
            await house.call("one_HassTurnOn")
        with pytest.raises(ToolError, match=r"one cannot be reached: .* Nothing was done\."):
            await house.call("one_HassTurnOn")
        async with there:
            assert "action_done" in (await house.call("one_HassTurnOn")).text
        assert there.methods().count("tools/call") == 2


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("401", r"one refuses our token \(error 401\). It was not done."),
        ("404", "one answered HassTurnOn with error 404. It may"),
        ("500", "one answered HassTurnOn with error 500. It may"),
        ("cut", "The connection to one broke while HassTurnOn ran"),
        ("broken", "one answered HassTurnOn with something else than a result"),
        ("endless", "What one answered to HassTurnOn is too long to be read"),
        ("silence", "one did not answer within 1 second. HassTurnOn may have happened"),
        ("odd", "one answered HassTurnOn with something else than a result"),
    ],
)
async def test_what_goes_wrong_at_an_address_is_said_and_over(fault: Fault, words: str) -> None:
    """One call fails, with a sentence; it was made once; the next is answered."""
    async with ToolAddress() as there, at_hand(address(there.url, timeout_s=1)) as house:
        there.faults = [fault]
        with pytest.raises(ToolError, match=words):
            await house.call("one_HassTurnOn")
        assert there.methods().count("tools/call") == 1
        assert "action_done" in (await house.call("one_HassTurnOn")).text


async def test_one_that_is_just_starting_is_asked_once_more() -> None:
    """503 says that nothing was done, so that it may be asked again."""
    async with ToolAddress() as there, at_hand(address(there.url)) as house:
        there.faults = ["503"]
        assert "action_done" in (await house.call("one_HassTurnOn")).text
        assert there.methods().count("tools/call") == 2
