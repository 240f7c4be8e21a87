"""The socket for orders: who may have it, who may use it, and how it is found."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import stat
from typing import TYPE_CHECKING

import pytest
from control_owner import connected, serving, short_folder

from assistant import control_socket
from assistant.config import StorageConfig
from assistant.control_socket import (
    LINE_BYTES,
    NAME,
    PATH_BYTES,
    SILENT_CLIENTS,
    ControlSocket,
    ask,
    control_folders,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the socket is, or will be."""
    with short_folder() as path:
        yield path


def mode(path: Path) -> int:
    """Who may do what."""
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_user_may_give_orders(folder: Path) -> None:
    """The folder is closed to others, also one that was there and open; so is the socket."""
    folder.mkdir(mode=0o755)
    door = ControlSocket(folder)
    assert (mode(folder), mode(folder / NAME)) == (0o700, 0o600)
    door.close()
    assert not (folder / NAME).exists()


def test_a_folder_has_one_socket_at_a_time(folder: Path) -> None:
    """The second is refused, and takes nothing from the first; after it there is room."""
    first = ControlSocket(folder)
    inode = (folder / NAME).stat().st_ino
    with pytest.raises(BlockingIOError):
        ControlSocket(folder)
    assert (folder / NAME).stat().st_ino == inode
    first.close()
    ControlSocket(folder).close()


def test_the_socket_of_a_dead_process_is_replaced(folder: Path) -> None:
    """A killed process leaves its socket behind, at which nobody answers."""
    with serving(folder) as process:
        process.kill()
        process.wait()
        assert (folder / NAME).is_socket()
    assert ask([folder], "status") is None
    ControlSocket(folder).close()
    assert not (folder / NAME).exists()


def test_what_is_no_socket_is_not_removed(folder: Path) -> None:
    """Somebody's file of that name stays."""
    folder.mkdir()
    (folder / NAME).write_text("mine")
    with pytest.raises(OSError, match="in use"):
        ControlSocket(folder)
    assert (folder / NAME).read_text() == "mine"


def test_a_linked_folder_is_refused(folder: Path) -> None:
    """It could lead to a place of somebody else's choice."""
    folder.symlink_to(folder.parent)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        ControlSocket(folder)


def test_a_path_of_the_longest_length_works(folder: Path) -> None:
    """The limit is the system's own, not a guess below it."""
    folder.mkdir()
    rest = PATH_BYTES - len(os.fsencode(folder)) - len(NAME) - 2
    ControlSocket(folder / ("x" * rest)).close()
    with pytest.raises(OSError, match="longer than"):
        ControlSocket(folder / ("x" * (rest + 1)))
    with socket.socket(socket.AF_UNIX) as plain, pytest.raises(OSError, match="too long"):
        plain.bind(str(folder / ("x" * (rest + 1)) / NAME))


def test_a_server_that_does_not_answer_is_given_up(folder: Path) -> None:
    """A stopped process: who asks is not stopped with it."""
    with serving(folder) as process:
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            ask([folder], "status", wait_s=0.1)


def test_nobody_answers_where_nobody_runs(folder: Path) -> None:
    """No folder, a folder without a socket, a file in the way, a path too long."""
    folder.mkdir()
    file = folder / "file"
    file.touch()
    assert ask([folder.parent / "none", folder, file, folder / ("x" * 200)], "status") is None


async def echo(line: str) -> str:
    """What was said."""
    return line


async def test_a_slow_client_has_said_what_it_has_said(folder: Path) -> None:
    """What came until its time was up counts as its line."""
    door = ControlSocket(folder)
    with contextlib.closing(door):
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(door.serve(echo, line_s=0.05))
            reader, writer = await connected(folder)
            writer.write(b"tri")
            assert await reader.read() == b"tri\n"
            serving.cancel()
            writer.close()


async def test_a_line_without_an_end_is_cut(folder: Path) -> None:
    """Long before its time is up: nobody fills the memory."""
    door = ControlSocket(folder)
    with contextlib.closing(door):
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            serving = group.create_task(door.serve(echo, line_s=60))
            reader, writer = await connected(folder)
            writer.write(b"x" * 2 * LINE_BYTES)
            assert await reader.readline() == b"x" * LINE_BYTES + b"\n"
            serving.cancel()
            writer.close()


async def test_silent_clients_hold_nobody_up(folder: Path) -> None:
    """However many connect and say nothing: the next one is answered, the first are let go."""
    door = ControlSocket(folder)
    with contextlib.closing(door):
        async with asyncio.timeout(2), asyncio.TaskGroup() as group:
            serving = group.create_task(door.serve(echo, line_s=60))
            silent = [await connected(folder) for _ in range(3 * SILENT_CLIENTS)]
            reader, writer = await connected(folder)
            writer.write(b"stop\n")
            assert await reader.read() == b"stop\n"
            assert await silent[0][0].read() == b""
            serving.cancel()
            for _, client in [*silent, (reader, writer)]:
                client.close()


async def test_running_out_of_files_is_survived(folder: Path) -> None:
    """A connection that cannot be taken now is taken once there is room, and nothing ends."""
    door = ControlSocket(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.closing(door):
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(door.serve(echo))
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(0)
                resource.setrlimit(resource.RLIMIT_NOFILE, (client.fileno() + 1, hard))
                try:
                    client.connect(os.fsencode(folder / NAME))
                    refused = Refused.once()
                    await refused
                finally:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(client, b"stop\n")
                assert await loop.sock_recv(client, 100) == b"stop\n"
            serving.cancel()


class Refused(logging.Handler):
    """Tells once that a connection could not be taken."""

    def __init__(self, told: asyncio.Future[None]) -> None:
        super().__init__()
        self._told = told

    @classmethod
    async def once(cls) -> None:
        """Wait for it."""
        log = logging.getLogger(control_socket.__name__)
        handler = cls(asyncio.get_running_loop().create_future())
        log.addHandler(handler)
        try:
            await handler._told
        finally:
            log.removeHandler(handler)

    def emit(self, record: logging.LogRecord) -> None:
        """It was logged."""
        assert record.exc_info
        if not self._told.done():
            self._told.set_result(None)


def test_the_runtime_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user has one, closed to others; the data folder is looked in always."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    data = tmp_path / "data"
    config = StorageConfig(folder=str(data))
    assert control_folders(config) == [runtime / "assistant", data / NAME]
    runtime.rmdir()
    assert runtime / "assistant" not in control_folders(config)
    assert control_folders(config)[-1] == data / NAME
    runtime.mkdir()
    runtime.chmod(0o777)
    assert runtime / "assistant" not in control_folders(config)
