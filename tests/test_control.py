"""Orders from outside, handed on: over real sockets, and by real signals to a real process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

import pytest
from control_owner import Owner, asked, connected, serving, short_folder

from assistant import control
from assistant.control import Control
from assistant.control_socket import (
    NAME,
    PATH_BYTES,
    ask,
)
from assistant.errors import AssistantError
from assistant.events import Noticed
from assistant.orders import Mute, Stop, ToggleMute, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the socket is, or will be."""
    with short_folder() as path:
        yield path


def nothing_left(folder: Path) -> bool:
    """Whether no task, no socket and no signal handler is there any more."""
    return (
        len(asyncio.all_tasks()) == 1
        and not (folder / NAME).exists()
        and all(signal.getsignal(number) == signal.SIG_DFL for number in control.SIGNALS)
    )


async def test_a_line_is_answered_with_a_line(folder: Path) -> None:
    """Words or JSON in, one JSON object out, and the connection is over."""
    owner = Owner()
    async with Control(owner.carry_out, owner.events.append, [folder]):
        listens = {"ok": True, "state": "listening", "muted": False}
        assert await asked(folder, b"trigger\n") == listens
        assert await asked(folder, b'{"order": "mute", "seconds": 60}\n') == {
            **listens,
            "muted": True,
        }
        assert await asked(folder, b"stop", end=True) == listens
    assert owner.orders == [Trigger(), Mute(60), Stop()]
    assert nothing_left(folder)


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"\xff\xfe\n", b"x" * 5000, b"x" * 5000 + b"\n", b"\n"]
)
async def test_nonsense_is_refused_and_carried_out_by_nobody(folder: Path, line: bytes) -> None:
    """Whatever is sent, the answer is a refusal in one line, and a sound order follows it well."""
    owner = Owner()
    async with Control(owner.carry_out, owner.events.append, [folder]):
        with contextlib.suppress(ConnectionError):  # it need not read all of a long line
            refusal = await asked(folder, line)
            assert not refusal["ok"]
            assert "The orders are" in refusal["error"]
        assert (await asked(folder, b"stop\n"))["ok"]
    assert owner.orders == [Stop()]


async def test_a_client_that_hangs_up_harms_nobody(folder: Path) -> None:
    """Before its line or before its answer."""
    owner = Owner()
    async with Control(owner.carry_out, owner.events.append, [folder]):
        _, writer = await connected(folder)
        writer.close()
        await writer.wait_closed()
        owner.hold.clear()
        _, writer = await connected(folder)
        writer.write(b"stop\n")
        await owner.until(1)
        writer.close()
        await writer.wait_closed()
        owner.hold.set()
        assert (await asked(folder, b"status\n"))["ok"]


async def test_orders_are_carried_out_one_after_another(folder: Path) -> None:
    """However many come at once, and from wherever."""
    owner = Owner()
    owner.hold.clear()
    async with (
        Control(owner.carry_out, owner.events.append, [folder]) as taking,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(5):
            taking.post(Trigger())
            group.create_task(asked(folder, b"stop\n"))
        await owner.until(1)
        owner.hold.set()
        await owner.until(10)
    assert owner.most_under_way == 1


async def test_a_refusal_by_the_owner_reaches_the_client_and_the_screen(folder: Path) -> None:
    """Its own words; and for a key or a signal, which get no answer, a notice."""
    owner = Owner()
    owner.error = AssistantError("It is still starting.")
    async with Control(owner.carry_out, owner.events.append, [folder]) as taking:
        refusal = await asked(folder, b"trigger\n")
        assert refusal == {"ok": False, "error": "It is still starting."}
        taking.post(Trigger())
        await owner.until(2)
        assert (await asked(folder, b"stop\n")) == refusal
    assert owner.events == [Noticed("It is still starting.")]


async def test_a_bug_in_an_order_does_not_end_the_conversation(folder: Path) -> None:
    """It is told, and the next order is taken."""
    owner = Owner()
    owner.error = ZeroDivisionError("oops")
    async with Control(owner.carry_out, owner.events.append, [folder]):
        assert "'trigger' failed" in (await asked(folder, b"trigger\n"))["error"]
        owner.error = None
        assert (await asked(folder, b"trigger\n"))["ok"]


async def test_an_order_that_hangs_is_given_up(folder: Path) -> None:
    """So that the next one is carried out."""
    owner = Owner()
    owner.hold.clear()
    async with Control(owner.carry_out, owner.events.append, [folder], 0.05):
        assert "given up" in (await asked(folder, b"trigger\n"))["error"]
        owner.hold.set()
        assert (await asked(folder, b"trigger\n"))["ok"]


async def test_a_flood_of_posted_orders_is_cut_off(folder: Path) -> None:
    """A key that is held down must not leave orders behind for later."""
    owner = Owner()
    owner.hold.clear()
    async with Control(owner.carry_out, owner.events.append, [folder]) as taking:
        for _ in range(1000):
            taking.post(ToggleMute())
        owner.hold.set()
        assert (await asked(folder, b"status\n"))["ok"]
    assert len(owner.orders) == control.WAITING + 1


async def test_cancelling_leaves_nothing_behind(folder: Path) -> None:
    """With a silent client, and in the middle of an order."""
    owner = Owner()
    owner.hold.clear()

    async def hold() -> None:
        async with Control(owner.carry_out, owner.events.append, [folder]) as taking:
            taking.post(Trigger())
            await connected(folder)
            await asked(folder, b"stop\n")

    async with asyncio.timeout(2), asyncio.TaskGroup() as group:
        task = group.create_task(hold())
        await owner.until(1)
        task.cancel()
    assert nothing_left(folder)


async def test_an_error_of_the_body_goes_on_as_it_is(folder: Path) -> None:
    """Not in a group, which nobody above would catch."""
    owner = Owner()
    with pytest.raises(AssistantError, match="The microphone"):
        async with Control(owner.carry_out, owner.events.append, [folder]):
            raise AssistantError("The microphone is gone.")
    assert nothing_left(folder)


async def test_a_second_assistant_leaves_the_first_alone(folder: Path) -> None:
    """It says so in one line and goes on; the orders stay with the first, also once it is gone."""
    first, second = Owner(), Owner()
    async with Control(first.carry_out, first.events.append, [folder]):
        async with Control(second.carry_out, second.events.append, [folder]) as taking:
            assert len(second.events) == 1
            assert "Another assistant is running" in str(second.events)
            taking.post(Trigger())
            await second.until(1)
        assert (await asked(folder, b"stop\n"))["ok"]
    assert first.orders == [Stop()]
    assert second.orders == [Trigger()]


def test_signals_are_orders(folder: Path) -> None:
    """SIGUSR1 listens, SIGUSR2 mutes or unmutes, and SIGTERM leaves no socket behind."""
    with serving(folder) as process:
        assert process.stdout is not None
        process.send_signal(signal.SIGUSR1)
        assert process.stdout.readline() == "trigger\n"
        process.send_signal(signal.SIGUSR2)
        assert process.stdout.readline() == "toggle\n"
        assert ask([folder], "stop") == '{"ok": true, "state": "listening", "muted": false}\n'
        assert process.stdout.readline() == "stop\n"
        process.terminate()
        assert process.stdout.read() == "over\n"
        assert process.wait() == 0
    assert not (folder / NAME).exists()


async def test_a_path_that_is_too_long_is_passed_over(folder: Path) -> None:
    """The next folder is taken; where there is none, the reason is said."""
    long = folder / ("x" * PATH_BYTES)
    owner = Owner()
    async with Control(owner.carry_out, owner.events.append, [long, folder]):
        assert (await asked(folder, b"stop\n"))["ok"]
        assert owner.events == []
    async with Control(owner.carry_out, owner.events.append, [long]):
        assert "longer than" in str(owner.events)
    assert not long.exists()
