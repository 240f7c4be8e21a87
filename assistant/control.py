"""Orders from outside: over a socket, by signal, or posted by another part of the program.

Flows in: lines, SIGUSR1 (listen), SIGUSR2 (mute or unmute). Flows out: one order after another, to
whoever carries them out. Refuses to know: what an order does.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import TYPE_CHECKING, Self

from assistant.control_socket import ControlSocket
from assistant.errors import AssistantError
from assistant.events import Noticed
from assistant.orders import ToggleMute, Trigger, answer_line, order_line, parse_order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from assistant.events import Emit
    from assistant.orders import Order, Status

_LOG = logging.getLogger(__name__)

SIGNALS: dict[signal.Signals, Order] = {
    signal.SIGUSR1: Trigger(),
    signal.SIGUSR2: ToggleMute(),
}
ORDER_S = 5.0
"""Seconds that an order may take, with its wait for those before it."""
WAITING = 8
"""How many posted orders may wait: a key that is held down repeats itself 30 times a second."""
_TAKEN = (
    "Another assistant is running, and has the orders of `assistant mute` and the like. "
    "This one has only its keys and signals."
)


class Control:
    """Hands each order to `carry_out`, one after another, while it is entered."""

    def __init__(
        self,
        carry_out: Callable[[Order], Awaitable[Status]],
        emit: Emit,
        folders: Sequence[Path],
        order_s: float = ORDER_S,
    ) -> None:
        """`carry_out` answers within `order_s`, or is cancelled; it refuses by AssistantError."""
        self._carry_out = carry_out
        self._emit = emit
        self._folders = folders
        self._order_s = order_s
        self._socket: ControlSocket | None = None
        self._group = asyncio.TaskGroup()
        self._posted: set[asyncio.Task[None]] = set()
        self._serving: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Take orders from now on: without the socket where it cannot be had, which is noticed."""
        loop = asyncio.get_running_loop()
        await self._group.__aenter__()
        for number, order in SIGNALS.items():
            loop.add_signal_handler(number, self.post, order)
        self._socket = self._opened()
        if self._socket:
            serving = self._socket.serve(self._answer)
            self._serving = self._group.create_task(serving, name="control")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more, and cancel what is under way."""
        try:
            for number in SIGNALS:
                asyncio.get_running_loop().remove_signal_handler(number)
            for task in [*self._posted, *([self._serving] if self._serving else [])]:
                task.cancel()
            # Not told of the body's error, which it would wrap; that goes on by itself.
            await self._group.__aexit__(None, None, None)
        finally:
            if self._socket:
                self._socket.close()

    def post(self, order: Order) -> None:
        """Have an order carried out soon; a refusal is noticed, and a flood is cut off."""
        if len(self._posted) < WAITING:
            task = self._group.create_task(self._carried_out_alone(order), name="order")
            self._posted.add(task)
            task.add_done_callback(self._posted.discard)

    def _opened(self) -> ControlSocket | None:
        problem = "there is no folder for its socket."
        for folder in self._folders:
            try:
                return ControlSocket(folder)
            except BlockingIOError:
                self._emit(Noticed(_TAKEN))
                return None
            except OSError as error:
                problem = str(error)
        self._emit(Noticed(f"This assistant takes orders only by key and signal: {problem}"))
        return None

    async def _carried_out_alone(self, order: Order) -> None:
        try:
            await self._carried_out(order)
        except AssistantError as error:
            self._emit(Noticed(str(error)))

    async def _answer(self, line: str) -> str:
        try:
            return answer_line(await self._carried_out(parse_order(line)))
        except AssistantError as error:
            return answer_line(error)

    async def _carried_out(self, order: Order) -> Status:
        """The status afterwards. Raises AssistantError."""
        word = order_line(order)
        try:
            async with asyncio.timeout(self._order_s), self._turn:
                return await self._carry_out(order)
        except AssistantError:
            raise
        except TimeoutError as error:
            raise AssistantError(
                f"The order {word!r} was given up after {self._order_s:g} seconds. Give it again."
            ) from error
        except Exception as error:  # orders are on the side: the conversation goes on
            _LOG.exception("an order failed")
            raise AssistantError(
                f"The order {word!r} failed: {error!r}. To see why, start the assistant with "
                "--debug and give the order again."
            ) from error
