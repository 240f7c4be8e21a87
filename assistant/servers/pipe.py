"""A command whose input and output are the road to a server: messages in, messages out.

Flows in: a command, and the environment it gets. Flows out: the two streams that a session of the
`mcp` package talks over. Its own transport is not used here: it has no limit (and its time grows
with the square of a message's length: one of 9 MB kept the loop busy for half a second), and it
wants a file for stderr. Refuses to know: what the messages say.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import ErrorData, JSONRPCError, jsonrpc_message_adapter

from assistant.servers.values import ServerAway

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
    from mcp_types import JSONRPCMessage

    Incoming = MemoryObjectSendStream[SessionMessage | Exception]
    Outgoing = MemoryObjectReceiveStream[SessionMessage]
    Streams = tuple[
        MemoryObjectReceiveStream[SessionMessage | Exception],
        MemoryObjectSendStream[SessionMessage],
    ]

_LOG = logging.getLogger(__name__)

LINE_BYTES: Final = 8 * 2**20
"""Of one message: a picture of 5 MB in base64 fits, and reading it takes some 20 ms."""
GRACE_S: Final = 1.0
"""Seconds that a command has to end by itself, once its input is closed, and again once asked."""
_HEAD: Final = 400
"""Bytes at the beginning of a message in which its id stands."""
_LOGGED: Final = 500
TOO_LONG: Final = -32098
"""The code of an error that stands for a result which was too long to be read."""


class Command:
    """A process, and what is said to it and by it."""

    def __init__(self, server: str, process: asyncio.subprocess.Process) -> None:
        self._server = server
        self._process = process
        assert process.stdin  # noqa: S101  # it was started with all three
        assert process.stdout  # noqa: S101  # the same
        assert process.stderr  # noqa: S101  # the same
        self._stdin, self._stdout, self._stderr = process.stdin, process.stdout, process.stderr

    async def hear(self, incoming: Incoming, over: Callable[[], None]) -> None:
        """Pass on what it says, until it says no more; what is no message is logged and skipped."""
        listening = True
        while (said := await _line(self._stdout)) is not None:
            line, whole = said
            message = _message(line, whole=whole)
            if message is None:
                _LOG.info("%s says what is no message: %.200r", self._server, line)
            elif listening:
                try:
                    await incoming.send(SessionMessage(message))
                except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                    listening = False  # what comes now is read all the same, so that it can end
        incoming.close()
        over()

    async def tell(self, outgoing: Outgoing, over: Callable[[], None]) -> None:
        """Say what is to be said, until there is no more of it."""
        with suppress(ConnectionError):
            async for item in outgoing:
                text = item.message.model_dump_json(by_alias=True, exclude_unset=True)
                self._stdin.write(text.encode() + b"\n")
                await self._stdin.drain()
        over()

    async def log(self, secrets: Sequence[str]) -> None:
        """Put what it complains of into the log, without our secrets."""
        while (said := await _line(self._stderr)) is not None:
            text = said[0][:_LOGGED].decode("utf-8", "replace").rstrip()
            for secret in secrets:
                text = text.replace(secret, "***")
            _LOG.info("%s: %s", self._server, text)

    async def end(self) -> None:
        """Have it end: by closing its input, then by asking, then by force; all that it started."""
        try:
            self._stdin.close()
            if not await self._ended():
                self._signal(signal.SIGTERM)
                await self._ended()
        finally:
            self._signal(signal.SIGKILL)
        if not await self._ended():
            _LOG.error("%s: process %d cannot be ended", self._server, self._process.pid)

    def let_go(self) -> None:
        """Close the pipes, also where a stranger still holds their other end."""
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            with suppress(OSError):
                transport.close()

    async def _ended(self) -> bool:
        """Whether it ends in time; by its exit alone, for a child of it may keep the pipes open."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_S):
                while self._process.returncode is None:  # noqa: ASYNC110  # `wait` waits for pipes too
                    await asyncio.sleep(0.01)
        return self._process.returncode is not None

    def _signal(self, number: int) -> None:
        """Send a signal to it and all that it started: the group that it leads."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


@asynccontextmanager
async def pipe(
    server: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    secrets: Sequence[str],
    over: Callable[[], None],
) -> AsyncIterator[Streams]:
    """A command that runs while the body does; `over` is told once it says no more.

    `secrets` are taken out of what it logs. Raises ServerAway where it cannot be started.
    """
    command_ = Command(server, await _started(server, command, environment))
    incoming, to_session = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    from_session, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    try:
        async with asyncio.TaskGroup() as group:
            works = {
                "hear": command_.hear(incoming, over),
                "tell": command_.tell(outgoing, over),
                "log": command_.log(secrets),
            }
            tasks = [
                group.create_task(work, name=f"{server}-{name}") for name, work in works.items()
            ]
            try:
                yield to_session, from_session
            finally:
                for stream in (to_session, from_session):
                    stream.close()
                try:
                    await command_.end()
                finally:
                    for task in tasks:
                        task.cancel()
    finally:
        for end in (incoming, outgoing):
            end.close()
        command_.let_go()


async def _started(
    server: str, command: Sequence[str], environment: Mapping[str, str]
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environment),
            limit=LINE_BYTES,
            start_new_session=True,  # Ctrl-C is ours, and the group can be ended as a whole
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ServerAway(
            f"[mcp.servers.{server}] command: {command[0]!r} cannot be started: {why}."
        ) from error


async def _line(stream: asyncio.StreamReader) -> tuple[bytes, bool] | None:
    """The next line, and whether it is all of it: of one too long its head; None: no more come."""
    try:
        return await stream.readuntil(b"\n"), True
    except asyncio.IncompleteReadError as error:
        return (error.partial, True) if error.partial else None
    except asyncio.LimitOverrunError as error:
        head = (await stream.readexactly(error.consumed))[:_HEAD]
    while True:
        try:
            await stream.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            await stream.readexactly(error.consumed)
        except asyncio.IncompleteReadError:
            return head, False
        else:
            return head, False


def _message(line: bytes, *, whole: bool) -> JSONRPCMessage | None:
    """The message on a line; an error in place of one that was too long; None for anything else."""
    if whole:
        try:
            return jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValueError:
            return None
    found = re.search(rb'"id"\s*:\s*(\d{1,15}|"[^"\\]{1,80}")', line)
    if found is None:
        return None
    error = ErrorData(code=TOO_LONG, message="The result is too long.")
    return JSONRPCError(jsonrpc="2.0", id=json.loads(found[1]), error=error)
