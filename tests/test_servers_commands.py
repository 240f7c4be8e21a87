"""Servers of tools that are commands: real processes, well made and not, and what comes of them."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING

import psutil
import pytest
from tool_servers import at_hand, odd, real

from assistant.config_tools import McpServerConfig
from assistant.deeds import Risk
from assistant.errors import ToolError
from assistant.messages import ImagePart
from assistant.worker import Worker

if TYPE_CHECKING:
    from pathlib import Path

    from tool_servers import House


def noted(diary: Path) -> list[str]:
    """What an odd server was asked."""
    return diary.read_text(encoding="utf-8").split() if diary.exists() else []


def gone(pid: int) -> bool:
    """Whether there is no such process any more, but for an entry that nobody has collected."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


async def pid_of(house: House) -> int:
    """The number of an odd server's process."""
    return int((await house.call("one_pid")).text)


async def test_the_tools_of_a_server_become_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of the official package: names, risks, results of every kind, a list that grows."""
    monkeypatch.setenv("LAMP_COLOR", "red")
    monkeypatch.setenv("LAMP_SECRET", "a-secret")
    async with at_hand(real(env=["LAMP_COLOR"], confirm=["turn_on"])) as house:
        assert house.told == []
        assert house.left == []
        risks = {name: tool.risk for name, tool in house.tools.items()}
        assert risks["one_lamp_state"] is Risk.READS
        assert risks["one_buy"] is Risk.WRITES
        assert risks["one_throw_away"] is Risk.FINAL
        assert risks["one_turn_on"] is Risk.FINAL
        schema = house.tools["one_turn_on"].schema
        assert schema.description == "Turn on a lamp."
        assert schema.parameters["required"] == ["lamp"]
        deed = await house.call("one_turn_on", lamp="desk")
        assert (deed.text, deed.undo) == ("The desk is on.", None)
        assert '"on": true' in (await house.call("one_lamp_state", lamp="desk")).text
        picture = await house.call("one_photograph")
        assert picture.text == "Two lamps."
        assert [type(part) for part in picture.parts] == [ImagePart]
        assert "Manual: https://example.org/lamps.pdf" in (await house.call("one_manual")).text
        with pytest.raises(ToolError, match="The fuse has blown"):
            await house.call("one_break_down")
        with pytest.raises(ToolError, match="lamp"):
            await house.call("one_turn_on")
        given = (await house.call("one_variables")).text.split()
        assert {"PATH", "HOME", "LAMP_COLOR"} <= set(given)
        assert "LAMP_SECRET" not in given
        await house.call("one_buy", lamp="floor")
        await house.when(lambda: "one_switch_floor" in house.tools)
        assert (await house.call("one_switch_floor")).text == "The floor is switched."


async def test_a_server_that_dies_is_started_again_and_nothing_is_done_twice(
    tmp_path: Path,
) -> None:
    """What only reads is asked again by itself; of what changes something it is said."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "dies")) as house:
        with pytest.raises(ToolError, match=r"broke while switch ran. It may have happened"):
            await house.call("one_switch")
        assert (await house.call("one_switch")).text == "switch was done."
        assert (await house.call("one_look")).text == "look was done."
    assert noted(diary) == ["started", "switch", "started", "switch", "look", "started", "look"]


async def test_a_server_that_was_killed_is_back_for_the_next_call(tmp_path: Path) -> None:
    """Nobody notices; the tools stay offered meanwhile."""
    async with at_hand(odd(tmp_path / "diary")) as house:
        first = await pid_of(house)
        os.kill(first, 9)
        await house.when(lambda: house.told != [])
        assert "one_look" in house.tools
        assert await pid_of(house) != first
        assert house.told == ["one has ended the connection."]


async def test_a_server_that_hangs_is_given_up_and_told(tmp_path: Path) -> None:
    """At the limit a sentence; the server hears that nobody waits, and what comes late is lost."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "hangs", "late", timeout_s=1)) as house:
        with pytest.raises(ToolError, match=r"one did not answer within 1 second. switch may"):
            await house.call("one_switch")
        assert (await house.call("one_look")).text == "look was done."
    assert noted(diary) == ["started", "switch", "cancelled", "look"]


async def test_a_server_that_hangs_for_good_is_started_again(tmp_path: Path) -> None:
    """After a call in vain its tools are listed; it does not answer that either, and has to go."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "hangs", "for-good", timeout_s=1)) as house:
        first = await pid_of(house)
        with pytest.raises(ToolError, match="did not answer"):
            await house.call("one_switch")
        await house.when(lambda: noted(diary).count("started") > 1)
        await house.when(lambda: "one does not list its tools within 1 second." in house.told)
        assert gone(first)


async def test_a_stubborn_server_is_ended_all_the_same(tmp_path: Path) -> None:
    """One that minds neither the end of its input nor being asked, and what it has started."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "stubborn")) as house:
        pids = [await pid_of(house), int(noted(diary)[1])]
        assert not any(map(gone, pids))
    assert all(map(gone, pids))


async def test_a_server_that_never_answers_delays_nothing_and_is_ended(tmp_path: Path) -> None:
    """Also in the middle of its greeting."""
    diary = tmp_path / "diary"
    os.mkfifo(diary)  # whoever reads it waits until it was written
    async with Worker("reader") as reader, at_hand(odd(diary, "mute"), patient_s=0) as house:
        pid = int(await reader.run(diary.read_text))
        assert house.tools == {}
        assert house.told == []
        assert not gone(pid)
    assert gone(pid)


async def test_a_call_that_is_cancelled_is_cancelled_at_the_server(tmp_path: Path) -> None:
    """And no task and no process is left; the next call is as any other."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "hangs")) as house:
        pid = await pid_of(house)
        async with asyncio.TaskGroup() as group:
            call = group.create_task(house.call("one_switch"))
            await house.when(lambda: "switch" in noted(diary))
            call.cancel()
        await house.call("one_look")
        assert noted(diary) == ["started", "pid", "switch", "cancelled", "look"]
    assert gone(pid)


async def test_a_result_that_is_far_too_long_is_said(tmp_path: Path) -> None:
    """Nine million letters are not read; the connection stays."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "huge")) as house:
        with pytest.raises(ToolError, match="too long to be read"):
            await house.call("one_look")
        assert (await house.call("one_switch")).text == "switch was done."
    assert noted(diary) == ["started", "look", "switch"]


async def test_what_is_no_message_is_skipped_and_secrets_stay_out_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Chatter on its output; its complaints go to the log, less what we gave it in confidence."""
    monkeypatch.setenv("LAMP_SECRET", "tungsten")
    caplog.set_level(logging.INFO)
    async with at_hand(odd(tmp_path / "diary", "talks", env=["LAMP_SECRET"])) as house:
        assert (await house.call("one_look")).text == "look was done."
    assert "one: my secret is ***" in caplog.text
    assert "one says what is no message: b'Switching the lamp" in caplog.text
    assert "tungsten" not in caplog.text + repr(house)


async def test_one_that_ends_at_an_unknown_word_is_spoken_to_the_old_way(tmp_path: Path) -> None:
    """The second try shakes hands as of old."""
    diary = tmp_path / "diary"
    async with at_hand(odd(diary, "strict")) as house:
        await house.when(lambda: "one_look" in house.tools)
        assert (await house.call("one_look")).text == "look was done."
        assert house.told == []
    assert noted(diary) == ["started", "started", "look"]


async def test_a_list_of_several_pages_is_read_to_its_end(tmp_path: Path) -> None:
    """One tool a page."""
    async with at_hand(odd(tmp_path / "diary", "pages")) as house:
        assert set(house.tools) == {"one_look", "one_switch", "one_pid"}


async def test_a_program_that_is_not_there_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    """Once, with its name; the start waits for nothing."""
    absent = McpServerConfig(command=["no-such-program-of-ours", "--stdio"])
    async with at_hand(absent, odd(tmp_path / "diary")) as house:
        assert set(house.tools) == {"two_look", "two_switch", "two_pid"}
        (told,) = house.told
        assert told.startswith("[mcp.servers.one] command: 'no-such-program-of-ours' cannot be")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "[mcp.servers.one] has neither of command and url."),
        ({"command": ["a"], "url": "http://b"}, "[mcp.servers.one] has both of command and url."),
        ({"url": "ftp://b"}, "url = 'ftp://b' is no address. It begins with http://"),
        ({"url": "http://me:secret@b/mcp"}, "url = 'b/mcp' is no address."),
        ({"command": ["a"], "token_env": "T"}, "token_env is for an address."),
        ({"command": ["a"], "env": ["NO_SUCH"]}, "env: the environment has no NO_SUCH. Set it"),
        ({"url": "http://b", "token_env": "NO_SUCH"}, "token_env: the environment has no NO_SUCH."),
        ({"url": "http://b", "token_env": "BROKEN"}, "token_env: what is in BROKEN holds a space"),
    ],
)
async def test_settings_that_reach_no_server_are_told(
    settings: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence with the way out, without a secret; it is not tried again."""
    monkeypatch.setenv("BROKEN", "two words")
    async with at_hand(McpServerConfig.model_validate(settings)) as house:
        (told,) = house.told
        assert words in told
        assert "secret" not in told
        assert "two words" not in told
