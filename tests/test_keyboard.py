"""The terminal's keys: what each means, and real terminals that are put back afterwards."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import signal
import termios
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.events import Event, Noticed
from assistant.keyboard import HELP, Keyboard, KeyReader, Pressed, Quit, ShowKeys
from assistant.orders import Order, Stop, ToggleMute, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS: list[tuple[bytes, list[Pressed]]] = [
    (b" ", [Trigger()]),
    (b"m", [ToggleMute()]),
    (b"M", [ToggleMute()]),
    (b"s", [Stop()]),
    (b"?", [ShowKeys()]),
    (b"q", [Quit()]),
    (b"abc\r\n\t\x04\x7f", []),
    ("äß€ Ø".encode(), [Trigger()]),
    (b"\x1b[A", []),
    (b"\x1b[1;5D", []),
    (b"\x1bOA", []),
    (b"\x1b[15~", []),
    (b"\x1b[[A", []),
    (b"\x1bm", []),
    (b"\x1b\x1b[A", []),
    (b"\x1b[Am\x1b[B ", [ToggleMute(), Trigger()]),
]
"""What the terminal sends, and what it means: letters, arrows, F keys, Alt and a letter."""


@pytest.mark.parametrize(("data", "pressed"), KEYS)
def test_keys(data: bytes, pressed: list[Pressed]) -> None:
    """Ours mean something; others, and their sequences, mean nothing."""
    reader = KeyReader()
    assert reader.push(data) == pressed
    assert not reader.waiting
    assert reader.flush() == []


@given(st.lists(st.sampled_from([data for data, _ in KEYS])), st.data())
def test_where_the_bytes_are_cut_changes_nothing(keys: list[bytes], cuts: st.DataObject) -> None:
    """A slow line brings an arrow key in pieces."""
    whole = b"".join(keys)
    reader, pieces = KeyReader(), KeyReader()
    pressed: list[Pressed] = []
    at = 0
    while at < len(whole):
        step = cuts.draw(st.integers(1, 5))
        pressed += pieces.push(whole[at : at + step])
        at += step
    assert pressed == reader.push(whole)


def test_an_escape_alone_stops() -> None:
    """Once nothing has followed it; a sequence that was cut off for good means nothing."""
    reader = KeyReader()
    assert reader.push(b"\x1b") == []
    assert reader.waiting
    assert reader.flush() == [Stop()]
    assert reader.push(b"\x1b[1;") == []
    assert reader.flush() == []
    assert reader.push(b"m") == [ToggleMute()]


@given(st.binary())
def test_any_bytes_are_taken(data: bytes) -> None:
    """Nothing that a terminal sends is an error, and after a while each key is itself again."""
    reader = KeyReader()
    reader.push(data)
    reader.flush()
    assert reader.push(b" ") == [Trigger()]


@dataclass
class Desk:
    """Whoever takes the orders."""

    pressed: list[Order] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    left: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def post(self, order: Order) -> None:
        """An order."""
        self.pressed.append(order)
        self.changed.set()

    def emit(self, event: Event) -> None:
        """A notice."""
        self.events.append(event)
        self.changed.set()

    def leave(self) -> None:
        """The key q."""
        self.left += 1
        self.changed.set()

    async def change(self) -> None:
        """Wait for the next of these."""
        await self.changed.wait()
        self.changed.clear()


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: the person's, the program's."""
    person, program = pty.openpty()
    try:
        yield person, program
    finally:
        for end in (person, program):
            with suppress(OSError):
                os.close(end)


def single_keys(fd: int) -> bool:
    """Whether it gives each key at once and shows none of them."""
    return not termios.tcgetattr(fd)[3] & (termios.ICANON | termios.ECHO)


async def test_keys_come_without_enter_and_the_terminal_is_put_back() -> None:
    """Each does its own; afterwards everything is as it was, and no task or reader is left."""
    desk = Desk()
    with terminal() as (person, program):
        before = termios.tcgetattr(program)
        async with Keyboard(desk.post, desk.leave, desk.emit, program):
            assert single_keys(program)
            assert termios.tcgetattr(program)[3] & termios.ISIG  # Ctrl-C stays what it is
            for key in b" ms?q":
                os.write(person, bytes([key]))
                await desk.change()
        assert termios.tcgetattr(program) == before
        assert not asyncio.get_running_loop().remove_reader(program)
    assert desk.pressed == [Trigger(), ToggleMute(), Stop()]
    assert desk.events == [Noticed(HELP)]
    assert desk.left == 1
    assert len(asyncio.all_tasks()) == 1
    for number in (signal.SIGTSTP, signal.SIGCONT):
        assert signal.getsignal(number) == signal.SIG_DFL


async def test_an_arrow_is_no_escape_but_an_escape_is() -> None:
    """The arrow first, in two pieces; then Esc alone, which needs no further key."""
    desk = Desk()
    with terminal() as (person, program):
        async with Keyboard(desk.post, desk.leave, desk.emit, program):
            os.write(person, b"\x1b")
            os.write(person, b"[A ")
            await desk.change()
            assert desk.pressed == [Trigger()]
            os.write(person, b"\x1b")
            await desk.change()
            assert desk.pressed == [Trigger(), Stop()]


async def test_an_escape_does_not_outlive_the_keyboard() -> None:
    """It was waiting for what may follow it; the one after it has its own."""
    first, second = Desk(), Desk()
    with terminal() as (person, program):
        async with Keyboard(first.post, first.leave, first.emit, program):
            os.write(person, b" \x1b")
            await first.change()
        async with Keyboard(second.post, second.leave, second.emit, program):
            os.write(person, b"\x1b")
            await second.change()
    assert first.pressed == [Trigger()]
    assert second.pressed == [Stop()]


async def test_cancelling_puts_the_terminal_back() -> None:
    """Also while an Esc waits for what may follow it."""
    desk = Desk()
    entered = asyncio.Event()

    async def hold(fd: int) -> None:
        async with Keyboard(desk.post, desk.leave, desk.emit, fd):
            entered.set()
            await asyncio.Event().wait()

    with terminal() as (person, program):
        before = termios.tcgetattr(program)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(hold(program))
            await entered.wait()
            os.write(person, b" \x1b")
            await desk.change()
            task.cancel()
        assert termios.tcgetattr(program) == before
    assert len(asyncio.all_tasks()) == 1


async def test_a_terminal_that_is_closed_ends_nothing() -> None:
    """The window is gone, the conversation is not; and nothing spins."""
    desk = Desk()
    with terminal() as (person, program):
        async with Keyboard(desk.post, desk.leave, desk.emit, program):
            os.close(person)
            assert select.select([program], [], [], 10)[0]
            for _ in range(3):  # it has been read by then
                await asyncio.sleep(0)
            assert not asyncio.get_running_loop().remove_reader(program)
    assert desk.pressed == []


async def test_without_a_terminal_nothing_happens() -> None:
    """A pipe is left alone: what is in it is not read, and no signal is taken."""
    desk = Desk()
    end, other = os.pipe()
    os.write(other, b" q")
    async with Keyboard(desk.post, desk.leave, desk.emit, end):
        assert signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert os.read(end, 9) == b" q"
    os.close(end)
    os.close(other)
    async with Keyboard(desk.post, desk.leave, desk.emit, end):  # closed, as a service's stdin is
        pass
    assert desk.pressed == []
