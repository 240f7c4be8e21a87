"""The keys of the terminal, one at a time and without Enter, for a conversation that is running.

Flows in: bytes of a terminal. Flows out: orders. The terminal is as it was once this is left, and
while the program is suspended. Refuses to know: what carries an order out.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import termios
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Self

from assistant.events import Noticed
from assistant.orders import Order, Stop, ToggleMute, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from assistant.events import Emit

HELP = "Space: listen now. m: mute or unmute. s or Esc: stop speaking. q: quit. ?: these keys."
ESCAPE_S = 0.1
"""Seconds after which an Esc is the key itself, and no beginning of another key's sequence."""
FOREGROUND_S = 1.0
"""Seconds between two looks whether a program in the background is in the foreground again."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


@dataclass(frozen=True, slots=True)
class ShowKeys:
    """Show which keys there are."""


Pressed = Order | Quit | ShowKeys
_ESC = 0x1B
_KEYS: dict[int, Pressed] = {
    ord(" "): Trigger(),
    ord("m"): ToggleMute(),
    ord("s"): Stop(),
    ord("?"): ShowKeys(),
    ord("q"): Quit(),
}


class _Within(Enum):
    """Where in a key's sequence the next byte stands (ECMA-48, 5.4 and 5.6)."""

    NOTHING = auto()
    ESCAPE = auto()
    """After Esc: Alt and a key, or what opens a longer sequence."""
    CONTROL = auto()
    """After Esc [: up to a byte from @ to ~. Arrows, Home, F5."""
    SINGLE = auto()
    """After Esc O: one more byte. F1 to F4, arrows in application mode."""
    CONSOLE = auto()
    """After Esc [ [: one more byte. F1 to F5 on the Linux console."""


class KeyReader:
    """Bytes in, keys out, however the bytes are cut. Pure: whoever feeds it knows the time."""

    def __init__(self) -> None:
        self._within = _Within.NOTHING

    @property
    def waiting(self) -> bool:
        """Whether a sequence has begun and not ended: without more bytes, call `flush` soon."""
        return self._within is not _Within.NOTHING

    def push(self, data: bytes) -> list[Pressed]:
        """The keys that end with these bytes."""
        pressed = []
        for byte in data:
            if self._within is _Within.NOTHING and byte != _ESC:
                if key := _KEYS.get(ord(chr(byte).lower())):
                    pressed.append(key)
            else:
                self._within = _next(self._within, byte)
        return pressed

    def flush(self) -> list[Pressed]:
        """The key that an Esc was, where nothing followed it; the rest of a sequence is lost."""
        alone = self._within is _Within.ESCAPE
        self._within = _Within.NOTHING
        return [Stop()] if alone else []


def _next(within: _Within, byte: int) -> _Within:
    if byte == _ESC:
        return _Within.ESCAPE
    match within, chr(byte):
        case _Within.ESCAPE, "[":
            return _Within.CONTROL
        case _Within.ESCAPE, "O":
            return _Within.SINGLE
        case _Within.CONTROL, "[":
            return _Within.CONSOLE
        case _Within.CONTROL, other if not "@" <= other <= "~":
            return _Within.CONTROL
    return _Within.NOTHING


class Keyboard:
    """Posts the orders of the keys while it is entered; where there is no terminal it does nothing.

    Ctrl-C and Ctrl-Z stay what they are.
    """

    def __init__(
        self, post: Callable[[Order], None], leave: Callable[[], object], emit: Emit, fd: int = 0
    ) -> None:
        """`leave` ends the program; `fd` is the terminal's file descriptor, 0 for stdin."""
        self._post = post
        self._leave = leave
        self._emit = emit
        self._fd = fd
        self._reader = KeyReader()
        self._normal: list[Any] | None = None
        """How the terminal was, by `tcgetattr`; None where we have not changed it."""
        self._escape: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._opened = ExitStack()

    async def __aenter__(self) -> Self:
        """Read keys from now on."""
        if not os.isatty(self._fd):
            return self
        loop = asyncio.get_running_loop()
        atexit.register(self._give_back)  # where an end comes that passes `__aexit__` by
        self._opened.callback(atexit.unregister, self._give_back)
        self._opened.callback(self._give_back)
        self._opened.callback(self._rest)
        if signal.getsignal(signal.SIGTSTP) == signal.SIG_DFL:  # else nobody could wake us
            loop.add_signal_handler(signal.SIGTSTP, self._suspend)
            self._opened.callback(loop.remove_signal_handler, signal.SIGTSTP)
        loop.add_signal_handler(signal.SIGCONT, self._take)
        self._opened.callback(loop.remove_signal_handler, signal.SIGCONT)
        self._take()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._opened.close()

    def _take(self) -> None:
        """Have the terminal give each key at once, unless it is another program's at the time."""
        loop = asyncio.get_running_loop()
        self._rest()
        if not _foreground(self._fd):  # to change it now would stop us
            self._look = loop.call_later(FOREGROUND_S, self._take)
            return
        with suppress(termios.error):  # it was closed
            if self._normal is None:
                self._normal = termios.tcgetattr(self._fd)
            single = termios.tcgetattr(self._fd)
            single[3] &= ~(termios.ICANON | termios.ECHO)
            single[6][termios.VMIN], single[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._fd, termios.TCSANOW, single)
            loop.add_reader(self._fd, self._read)

    def _give_back(self) -> None:
        """Leave the terminal as it was. At once: to wait for its output could take forever."""
        if self._normal is not None and _foreground(self._fd):
            with suppress(termios.error):
                termios.tcsetattr(self._fd, termios.TCSANOW, self._normal)
        self._normal = None

    def _rest(self) -> None:
        """Read no more, and wait for nothing."""
        asyncio.get_running_loop().remove_reader(self._fd)
        for handle in (self._escape, self._look):
            if handle:
                handle.cancel()

    def _suspend(self) -> None:
        loop = asyncio.get_running_loop()
        self._rest()
        self._give_back()
        loop.remove_signal_handler(signal.SIGTSTP)
        signal.raise_signal(signal.SIGTSTP)  # we stop here, and go on here
        loop.add_signal_handler(signal.SIGTSTP, self._suspend)
        self._take()

    def _read(self) -> None:
        if not _foreground(self._fd):  # to read now would stop us
            self._take()
            return
        try:
            data = os.read(self._fd, 1024)
        except BlockingIOError:
            return
        except OSError:  # it was closed
            data = b""
        if not data:
            self._rest()
            return
        if self._escape:
            self._escape.cancel()
        self._act(self._reader.push(data))
        if self._reader.waiting:
            self._escape = asyncio.get_running_loop().call_later(ESCAPE_S, self._flush)

    def _flush(self) -> None:
        self._act(self._reader.flush())

    def _act(self, pressed: list[Pressed]) -> None:
        for press in pressed:
            match press:
                case Quit():
                    self._leave()
                case ShowKeys():
                    self._emit(Noticed(HELP))
                case _:
                    self._post(press)


def _foreground(fd: int) -> bool:
    """Whether the terminal is ours to read and to change."""
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError:  # it controls no job of ours, so that nobody has taken it from us
        return True
