"""The one file: brought up to date, whole after any death, set aside where it is damaged."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from assistant.config import StorageConfig
from assistant.schema import MIGRATIONS
from assistant.storage import NAME, Storage, StorageError, StorageWorker, file_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTES = "CREATE TABLE note (n INTEGER PRIMARY KEY) STRICT;"
COLOURED = "ALTER TABLE note ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';"
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from assistant.storage import Storage
file, first, count, script = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
storage = Storage(file, lambda: datetime.now(UTC), (script,))
print("ready", flush=True)
sys.stdin.readline()
for n in range(first, first + count):
    with storage.transact() as db:
        db.execute("INSERT INTO note VALUES (?)", (n,))
    print(n, flush=True)
storage.close()
"""


def now() -> datetime:
    """A moment that is always the same."""
    return datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def storage(folder: Path, migrations: Sequence[str] = (NOTES,)) -> Storage:
    """The file in this folder, with a table of notes."""
    return Storage(folder / NAME, now, migrations)


def noted(folder: Path, *numbers: int, migrations: Sequence[str] = (NOTES,)) -> str:
    """Write these notes; what opening the file had to say."""
    with closing(storage(folder, migrations)) as it:
        note = it.open()
        with it.transact() as db:
            db.executemany("INSERT INTO note (n) VALUES (?)", [(n,) for n in numbers])
    return note


def notes(folder: Path, what: str = "n") -> list[object]:
    """All notes, read past our own code."""
    with closing(sqlite3.connect(folder / NAME)) as db:
        return [row[0] for row in db.execute(f"SELECT {what} FROM note ORDER BY n")]  # noqa: S608


def add(n: int, it: Storage, times: int = 1) -> None:
    """Write one note."""
    with it.transact() as db:
        for _ in range(times):
            db.execute("INSERT INTO note VALUES (?)", (n,))


def add_and_raise(n: int, it: Storage, error: BaseException) -> None:
    """Write one note, and fail before its transaction ends."""
    with it.transact() as db:
        db.execute("INSERT INTO note VALUES (?)", (n,))
        raise error


def version(file: Path) -> int:
    """The file's version, read past our own code."""
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def writer(file: Path, first: int, count: int) -> subprocess.Popen[str]:
    """A process that writes notes once it is told to."""
    command = [sys.executable, "-c", WRITER, str(file), str(first), str(count), NOTES]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Tell it to."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_a_new_file_has_the_newest_version(tmp_path: Path) -> None:
    """In a folder that is made for it, for its owner's eyes only, and durable at each commit."""
    file = tmp_path / "new" / "folder" / NAME
    with closing(Storage(file, now)) as it:
        assert it.open() == ""
        with it.transact() as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert db.execute("PRAGMA synchronous").fetchone() == (2,)
            assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert version(file) == len(MIGRATIONS)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_folder_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty is the user's data folder, and `~` is their home."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert file_of(StorageConfig()) == tmp_path / "assistant" / NAME
    assert file_of(StorageConfig(folder="~/x")) == tmp_path / "home" / "x" / NAME


def test_an_older_file_is_brought_up_to_date(tmp_path: Path) -> None:
    """Only with the scripts that it lacks, and with its rows kept."""
    noted(tmp_path, 1)
    noted(tmp_path, 2, migrations=(NOTES, COLOURED))
    assert notes(tmp_path, "colour") == ["blue", "blue"]
    assert version(tmp_path / NAME) == 2


def test_a_migration_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """A script that fails in its middle leaves version and tables as they were."""
    noted(tmp_path, 1)
    with pytest.raises(StorageError, match="nonsense"):
        noted(tmp_path, 2, migrations=(NOTES, f"{COLOURED}\nDROP TABLE nonsense;"))
    assert version(tmp_path / NAME) == 1
    with pytest.raises(sqlite3.OperationalError, match="colour"):
        notes(tmp_path, "colour")
    noted(tmp_path, 2)
    assert notes(tmp_path) == [1, 2]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    """With both versions and the way out; nothing is written to it."""
    noted(tmp_path, 1, migrations=(NOTES, COLOURED))
    with pytest.raises(StorageError) as caught:
        noted(tmp_path, 2)
    for part in (str(tmp_path / NAME), "its version is 2, and I know 1", "[storage] folder"):
        assert part in str(caught.value)
    assert notes(tmp_path) == [1]


def test_a_transaction_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """Whatever ends it early; and the next one is as good as new."""
    with closing(storage(tmp_path)) as it:
        for error in (ValueError, KeyboardInterrupt):
            with pytest.raises(error):
                add_and_raise(1, it, error())
        with pytest.raises(StorageError, match="UNIQUE"):
            add(2, it, times=2)
        with it.transact() as db:
            db.execute("INSERT INTO note VALUES (3)")
    assert notes(tmp_path) == [3]


@pytest.mark.parametrize("harm", ["garbage", "head", "middle", "half"])
def test_a_damaged_file_is_set_aside(tmp_path: Path, harm: str) -> None:
    """Byte for byte, under a dated name, which the caller is told; a new one is begun."""
    noted(tmp_path, *range(5000))
    file = tmp_path / NAME
    whole = file.read_bytes()
    broken = {
        "garbage": b"this is no database, and never was " * 100,
        "head": b"\xff" * 50 + whole[50:],
        "middle": whole[:8192] + b"\xff" * 4096 + whole[12288:],
        "half": whole[: len(whole) // 2],
    }[harm]
    file.write_bytes(broken)
    told = noted(tmp_path, 7)
    aside = tmp_path / "assistant-damaged-20260304-050607.sqlite3"
    assert aside.name in told
    assert str(file) in told
    assert aside.read_bytes() == broken
    assert notes(tmp_path) == [7]
    assert noted(tmp_path, 8) == ""


def test_nothing_that_was_set_aside_is_overwritten(tmp_path: Path) -> None:
    """Two damaged files of the same second have two names."""
    for n in range(3):
        (tmp_path / NAME).write_bytes(b"broken %d " % n * 100)
        noted(tmp_path, n)
    found = sorted(path.read_bytes()[:8] for path in tmp_path.glob("*-damaged-*"))
    assert found == [b"broken 0", b"broken 1", b"broken 2"]


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Where a file stands in its way, or nobody may write: the path and the way out."""
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "in", Path("/proc/nobody")):
        with pytest.raises(StorageError) as caught:
            noted(folder, 1)
        assert str(folder) in str(caught.value)
        assert "[storage] folder" in str(caught.value)
    (tmp_path / "taken" / NAME).mkdir(parents=True)
    with pytest.raises(StorageError, match=NAME) as caught:
        noted(tmp_path / "taken", 1)
    assert "folder of my storage" in caught.value.spoken


@pytest.mark.parametrize(
    ("number", "shown", "aloud"),
    [
        (errno.ENOSPC, "the disk is full. Make room", "My disk is full"),
        (errno.EDQUOT, "the disk is full. Make room", "My disk is full"),
        (errno.EACCES, "I may not write there", "folder of my storage"),
        (errno.EROFS, "that disk can only be read", "folder of my storage"),
        (errno.ENOTDIR, "a file stands in its way", "folder of my storage"),
        (errno.EIO, "Input/output error. See to it", "folder of my storage"),
    ],
)
def test_a_full_disk_is_said_only_where_it_is_full(
    tmp_path: Path, number: int, shown: str, aloud: str
) -> None:
    """On the screen with the path, aloud in a few words; each for what is really wrong."""
    with closing(storage(tmp_path / "in")) as it:
        it.open()
        with pytest.raises(StorageError) as caught, it.transact():
            raise OSError(number, os.strerror(number))
    assert str(caught.value).startswith(f"{tmp_path / 'in'} cannot be used: {shown}")
    assert aloud in caught.value.spoken
    assert ("full" in caught.value.spoken) == (number in {errno.ENOSPC, errno.EDQUOT})


def test_a_storage_that_is_held_is_no_full_disk(tmp_path: Path) -> None:
    """Nor is a file that is only read, or one that was written by a newer assistant."""
    noted(tmp_path, 1, migrations=(NOTES, COLOURED))
    with pytest.raises(StorageError) as caught:
        noted(tmp_path, 2)
    assert "full" not in caught.value.spoken
    assert "full" not in StorageError.plain
    with closing(storage(tmp_path, (NOTES, COLOURED))) as it:
        with it.transact() as db:
            db.execute("PRAGMA query_only = ON")
        with pytest.raises(StorageError, match="cannot be opened and written") as caught:
            add(3, it)
    assert "folder of my storage" in caught.value.spoken


def test_a_full_disk_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    """What was there stays; with room again, the same storage goes on."""
    with closing(storage(tmp_path)) as it:
        with it.transact() as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match=r"disk is full. Make room"), it.transact() as db:
            db.executemany("INSERT INTO note VALUES (?)", [(n,) for n in range(10_000)])
        with it.transact() as db:
            db.execute("PRAGMA max_page_count = 100000")
            db.executemany("INSERT INTO note VALUES (?)", [(n,) for n in range(10_000)])
    assert len(notes(tmp_path)) == 10_000


def test_killed_while_it_writes_it_loses_nothing_it_promised(tmp_path: Path) -> None:
    """After kill -9 the file is whole, and holds every note whose commit was told."""
    for start in (0, 100_000, 200_000):
        process = writer(tmp_path / NAME, start, 100_000)
        go(process)
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(50)]
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        told += [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        assert process.returncode == -signal.SIGKILL
        assert noted(tmp_path) == ""
        assert set(told) <= set(notes(tmp_path))


@pytest.mark.parametrize("before", [b"", b"this is no database " * 100])
def test_several_processes_share_the_file(tmp_path: Path, before: bytes) -> None:
    """They make it, or find it damaged, at the same moment; every row of each is there.

    The damaged file is set aside by one of them.
    """
    for run in range(3):
        folder = tmp_path / str(run)
        folder.mkdir()
        (folder / NAME).write_bytes(before)
        processes = [writer(folder / NAME, 100 * n, 20) for n in range(3)]
        for process in processes:
            go(process)
        for process in processes:
            process.communicate()
            assert process.returncode == 0
        assert notes(folder) == [*range(20), *range(100, 120), *range(200, 220)]
        assert [path.read_bytes() for path in folder.glob("*-damaged-*3")] == [before] * bool(
            before
        )


async def test_what_nobody_waits_for_is_written_before_it_closes(tmp_path: Path) -> None:
    """In the order it came; afterwards there is no thread and no open file."""
    async with StorageWorker(storage(tmp_path)) as worker:
        for n in range(50):
            worker.submit(partial(add, n))
    assert notes(tmp_path) == [*range(50)]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("storage")]
    assert not [f for f in psutil.Process().open_files() if f.path.startswith(str(tmp_path))]
    with pytest.raises(StorageError, match="closed"):
        worker.submit(partial(add, 51))


async def test_cancelled_while_it_closes_it_still_writes(tmp_path: Path) -> None:
    """However often: what was handed in is on the disk, and the file is closed."""

    async def work() -> None:
        async with StorageWorker(storage(tmp_path)) as worker:
            worker.submit(lambda _: time.sleep(0.2))  # a slow disk
            worker.submit(partial(add, 1))

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work())
        for _ in range(3):
            await asyncio.sleep(0.02)
            task.cancel()
    assert task.cancelled()
    assert notes(tmp_path) == [1]
    assert not [f for f in psutil.Process().open_files() if f.path.startswith(str(tmp_path))]


async def test_a_damaged_file_can_be_told_of(tmp_path: Path) -> None:
    """Where it is now, for the screen; in two sentences, for the ear. Once: the next is whole."""
    (tmp_path / NAME).write_bytes(b"this is no database " * 100)
    async with StorageWorker(storage(tmp_path)) as worker:
        error = await worker.damage()
        assert error is not None
        assert "assistant-damaged-20260304-050607.sqlite3 beside it" in str(error)
        assert error.spoken.startswith("My storage was damaged, so I have begun a new one.")
        await worker.run(partial(add, 1))
    async with StorageWorker(storage(tmp_path)) as worker:
        assert await worker.damage() is None
    assert notes(tmp_path) == [1]


async def test_what_is_damaged_when_it_can_be_opened_at_last_is_told_too(tmp_path: Path) -> None:
    """The folder could not be used at the start; what was found in it then is not kept quiet."""
    folder = tmp_path / "in"
    folder.touch()
    async with StorageWorker(storage(folder)) as worker:
        assert await worker.damage() is None
        folder.unlink()
        folder.mkdir()
        (folder / NAME).write_bytes(b"this is no database " * 100)
        await worker.run(partial(add, 1))
        assert await worker.damage() is not None


def test_it_knows_that_others_have_written(tmp_path: Path) -> None:
    """By a number that is another one after each of their writes, and never after its own."""
    with closing(storage(tmp_path)) as it, closing(storage(tmp_path)) as other:
        other.open()
        seen = [it.others()]
        add(1, it)
        assert it.others() == seen[0]
        for n in (2, 3):
            add(n, other)
            assert it.others() not in seen
            seen.append(it.others())
            assert it.others() == seen[-1]


async def test_what_cannot_be_opened_is_said_at_its_first_use(tmp_path: Path) -> None:
    """Who needs nothing of it is not troubled."""
    (tmp_path / "file").touch()
    async with StorageWorker(storage(tmp_path / "file")) as worker:
        with pytest.raises(StorageError, match="cannot be used"):
            await worker.run(partial(add, 1))
