"""A Unix socket for orders: where it is, who serves it, and who asks.

Flows in: one line from each client. Flows out: one line back. Refuses to know: what a line means.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
import sys
import time
import warnings
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING

import platformdirs

from assistant.storage import file_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from assistant.config import StorageConfig

_LOG = logging.getLogger(__name__)

NAME = "control"
"""The socket's name in its folder."""
PATH_BYTES = 107 if sys.platform == "linux" else 103
"""Longest path of a Unix socket: `sun_path` in unix(7), less its closing zero."""
LINE_BYTES = 1000
LINE_S = 2.0
"""Seconds that a client has for its line; what it has said by then is its line."""
ANSWER_S = 10.0
"""Seconds that a client waits for its answer; more than the server takes for it."""
SILENT_CLIENTS = 16
"""How many may be connected and have said nothing yet; beyond it the first of them has to go."""
_AGAIN_S = 1.0
"""Seconds until the next try, where the system had nothing left for one more connection."""


def control_folders(config: StorageConfig) -> list[Path]:
    """Where the socket may be: the user's runtime folder, where there is one, then the data folder.

    A runtime folder comes and goes with the user's sessions, and a service may have begun without
    one; so whoever looks for the socket looks in each.
    """
    data = file_of(config).parent / NAME
    try:
        with warnings.catch_warnings():  # that there is no runtime folder is no news
            warnings.simplefilter("ignore")
            runtime = platformdirs.user_runtime_path("assistant")
    except OSError:  # somebody else has put something in its place
        return [data]
    return [runtime, data] if runtime.parent.is_dir() else [data]


class ControlSocket:
    """The socket of the one assistant that takes orders in a folder, which stays locked for it.

    The lock goes with its process, however that ends: a socket in a folder without one is stale.
    """

    def __init__(self, folder: Path) -> None:
        """Open it. Raises BlockingIOError where a living assistant has it, else OSError."""
        path = folder / NAME
        if len(os.fsencode(path)) > PATH_BYTES:
            raise OSError(f"{path} is longer than the {PATH_BYTES} bytes that a socket may have.")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as opened:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            opened.callback(os.close, lock)
            if os.fstat(lock).st_uid != os.geteuid():
                raise PermissionError(f"{folder} belongs to somebody else.")
            os.fchmod(lock, 0o700)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            door = opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            door.settimeout(0)
            if path.is_socket():
                path.unlink()
            door.bind(os.fsencode(path))
            opened.callback(path.unlink, missing_ok=True)
            path.chmod(0o600)
            door.listen(SILENT_CLIENTS)
            self._door = door
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Take the socket away, and leave the folder to others."""
        self._opened.close()

    async def serve(self, answer: Callable[[str], Awaitable[str]], line_s: float = LINE_S) -> None:
        """Answer a line of each client, all of them side by side, until it is cancelled."""
        loop = asyncio.get_running_loop()
        silent: dict[socket.socket, asyncio.Task[None]] = {}

        async def attend(client: socket.socket) -> None:
            with suppress(OSError):  # a client that is gone, or too slow, gets nothing
                line = await _line(client, line_s)
                silent.pop(client, None)
                async with asyncio.timeout(ANSWER_S):
                    await loop.sock_sendall(client, (await answer(line)).encode() + b"\n")

        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    client, _ = await loop.sock_accept(self._door)
                except OSError:  # out of file descriptors, say
                    _LOG.exception("no connection can be taken")
                    await asyncio.sleep(_AGAIN_S)
                    continue
                if len(silent) >= SILENT_CLIENTS:
                    silent.pop(next(iter(silent))).cancel()
                silent[client] = group.create_task(attend(client), name="control-client")
                silent[client].add_done_callback(partial(_gone, client, silent))


def _gone(
    client: socket.socket,
    silent: dict[socket.socket, asyncio.Task[None]],
    _task: asyncio.Task[None],
) -> None:
    """Close it, also where its task was cancelled before it began."""
    silent.pop(client, None)
    client.close()


async def _line(client: socket.socket, line_s: float) -> str:
    """What a client says, up to the end of the line, of what it sends, or of its time."""
    loop = asyncio.get_running_loop()
    said = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(line_s):
            while b"\n" not in said and len(said) <= LINE_BYTES:
                more = await loop.sock_recv(client, LINE_BYTES)
                if not more:
                    break
                said += more
    return said.partition(b"\n")[0][:LINE_BYTES].decode(errors="replace")


def ask(folders: Sequence[Path], line: str, wait_s: float = ANSWER_S) -> str | None:
    """The running assistant's answer to a line; None where none runs.

    Blocks. Raises TimeoutError where it does not answer, and OSError.
    """
    for folder in folders:
        path = os.fsencode(folder / NAME)
        if len(path) > PATH_BYTES:
            continue
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            deadline = time.monotonic() + wait_s
            server.settimeout(wait_s)
            try:
                server.connect(path)
            except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
                continue
            server.sendall(line.encode() + b"\n")
            answer = b""
            while b"\n" not in answer:
                server.settimeout(max(0.001, deadline - time.monotonic()))
                more = server.recv(4096)
                if not more:
                    raise ConnectionResetError("It hung up.")
                answer += more
            return answer.decode(errors="replace")
    return None
