"""The assistant's one SQLite file: opened, brought up to date, written in transactions.

Flows in: a path, and work to do on the file. Flows out: what the work returns, or a StorageError.
Refuses to know: what is kept; the tables stand in `schema`.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sqlite3
import time
from concurrent.futures import wait
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import platformdirs

from assistant.errors import AssistantError
from assistant.schema import MIGRATIONS
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime
    from types import TracebackType

    from assistant.config import StorageConfig

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

NAME = "assistant.sqlite3"
BUSY_S = 5.0
"""Seconds to wait for another process that writes."""
_TRIES = 100
_WAY_OUT = "or give [storage] folder another place"
_NO_ROOM = "My disk is full, so I did not ask. Please make room."
_NOT_MINE = "I cannot write to the folder of my storage, so I did not ask."
_HELD = "Another program holds my storage, so I did not ask."
_SET_ASIDE = (
    "My storage was damaged, so I have begun a new one. "
    "Timers, alarms, lists and notes are not in it."
)


class StorageError(AssistantError):
    """The file cannot be read or written."""

    kind = "storage"
    plain = "There is something wrong with my storage, so I did not ask."


def file_of(config: StorageConfig) -> Path:
    """Where the file is, or will be."""
    if config.folder:
        return Path(config.folder).expanduser() / NAME
    return platformdirs.user_data_path("assistant") / NAME


class Storage:
    """The file. Blocking, and used on the thread that opens it: see `StorageWorker`."""

    def __init__(
        self,
        file: Path,
        now: Callable[[], datetime],
        migrations: Sequence[str] = MIGRATIONS,
    ) -> None:
        """Nothing is opened yet. `now` dates a damaged file."""
        self.file = file
        self.set_aside = ""
        """What was said when a damaged file was set aside; empty where none was."""
        self._now = now
        self._migrations = migrations
        self._db: sqlite3.Connection | None = None

    def open(self) -> str:
        """Open the file, a new one where there is none, and bring it up to date.

        A damaged one is set aside; the result says so, and is empty otherwise. Raises StorageError.
        """
        note = ""
        while self._db is None:
            with _explained(self.file):
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self.file.touch(mode=0o600)
                found = self.file.stat().st_ino
                try:
                    self._db = self._connected()
                except sqlite3.DatabaseError as error:
                    if not _damaged(error) or note:
                        raise
                    note = self._set_aside(found)
        self.set_aside = self.set_aside or note
        return note

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def transact(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is in the file at the end, or nothing. Raises StorageError.

        From then on it outlives the program's death, and a power cut too where it is `durable`:
        that waits for the disk. Without it, `sync` does so later.
        """
        self.open()
        assert self._db is not None  # noqa: S101  # for the type checker
        db = self._db
        with _explained(self.file):
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def others(self) -> int:
        """A number that is another one once another process has written, and only then.

        SQLite's `data_version`: a look at memory that the processes share, some microseconds.
        Raises StorageError.
        """
        self.open()
        assert self._db is not None  # noqa: S101  # for the type checker
        with _explained(self.file), closing(self._db.execute("PRAGMA data_version")) as cursor:
            return int(cursor.fetchone()[0])

    def sync(self) -> None:
        """Wait until all that was written is on the disk. Raises StorageError.

        Past SQLite: its own ways are a write, and a checkpoint, after which the next write waits.
        """
        path = self.file.with_name(f"{self.file.name}-wal")
        with _explained(self.file), suppress(FileNotFoundError), path.open("r+b") as log:
            os.fsync(log.fileno())

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=BUSY_S, isolation_level=None)
        try:
            _log_ahead(db)
            db.execute("PRAGMA foreign_keys = ON")
            (verdict,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise _Damaged(verdict)
            self._migrate(db)
        except BaseException:
            db.close()
            raise
        return db

    def _migrate(self, db: sqlite3.Connection) -> None:
        newest = len(self._migrations)
        while (version := _version(db)) < newest:
            db.execute("BEGIN IMMEDIATE")
            try:
                if _version(db) == version:  # else another process was faster
                    for statement in _statements(self._migrations[version]):
                        db.execute(statement)
                    db.execute(f"PRAGMA user_version = {version + 1}")
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        if version > newest:
            raise StorageError(
                f"{self.file} was written by a newer assistant: its version is {version}, and I "
                f"know {newest}. Update me, {_WAY_OUT}."
            )

    def _set_aside(self, found: int) -> str:
        """Move the damaged file, found under this inode, out of the way; where it is now.

        Empty where another process was faster: of several, under a lock, one does it.
        """
        with closing(sqlite3.connect(f"{self.file}-lock", timeout=BUSY_S)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            if not self.file.exists() or self.file.stat().st_ino != found:
                return ""
            stem = f"{self.file.stem}-damaged-{self._now():%Y%m%d-%H%M%S}"
            names = (f"{stem}{f'-{n}' if n else ''}{self.file.suffix}" for n in range(1000))
            aside = next(path for name in names if not (path := self.file.with_name(name)).exists())
            for end in ("-wal", "-shm", ""):
                with suppress(FileNotFoundError):
                    self.file.with_name(self.file.name + end).rename(f"{aside}{end}")
        return f"{self.file} was damaged. It is now {aside.name} beside it, and a new one is begun."


class StorageWorker:
    """A storage on a thread of its own; work is done in the order it came, to the last of it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._worker = Worker("storage")

    def submit(self, work: Callable[[Storage], T]) -> Future[T]:
        """The work's future result. Raises StorageError once all is closed."""
        try:
            return self._worker.submit(lambda: work(self._storage))
        except RuntimeError as error:
            raise StorageError(f"{self._storage.file} is closed already.") from error

    async def run(self, work: Callable[[Storage], T]) -> T:
        """The result of the work. Raises StorageError."""
        return await asyncio.wrap_future(self.submit(work))

    async def damage(self) -> StorageError | None:
        """What a person should be told of the file: it was damaged, and is set aside.

        None: it was whole, or cannot be opened, which the first use says.
        """
        note = await self.run(lambda storage: storage.set_aside)
        return StorageError(note, spoken=_SET_ASIDE) if note else None

    async def __aenter__(self) -> Self:
        """Begin to open the file, without waiting; where that fails, the first use says so."""
        self._worker.submit(self._open)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for all the work, and close the file."""
        closed = self._worker.submit(self._storage.close)
        async with self._worker:
            try:
                await asyncio.shield(asyncio.wrap_future(closed))
            finally:
                wait([closed])  # cancelled again: what was promised is still written

    def _open(self) -> None:
        with suppress(StorageError):
            if note := self._storage.open():
                _LOG.error(note)


class _Damaged(sqlite3.DatabaseError):
    """The file opens, and its check finds a fault."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def _damaged(error: sqlite3.DatabaseError) -> bool:
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python's own module found."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _log_ahead(db: sqlite3.Connection) -> None:
    """Write-ahead logging; for this step alone SQLite does not wait for another process itself."""
    for left in reversed(range(_TRIES)):
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or not left:
                raise
            time.sleep(BUSY_S / _TRIES)
        else:
            return


def _version(db: sqlite3.Connection) -> int:
    with closing(db.execute("PRAGMA user_version")) as cursor:
        return int(cursor.fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would end the transaction that we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Raise our error for SQLite's and the system's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _refused(file, error) from error
    except OSError as error:
        raise _unusable(file.parent, error) from error


def _unusable(folder: Path, error: OSError) -> StorageError:
    """What is wrong with the folder, which could not be made, or the file in it."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            why, spoken = "the disk is full. Make room", _NO_ROOM
        case errno.EACCES | errno.EPERM:
            why, spoken = "I may not write there. See who may", _NOT_MINE
        case errno.EROFS:
            why, spoken = "that disk can only be read", _NOT_MINE
        case errno.EEXIST | errno.ENOTDIR:
            why, spoken = "a file stands in its way. Move that away", _NOT_MINE
        case _:
            why, spoken = f"{error.strerror or error}. See to it", _NOT_MINE
    return StorageError(f"{folder} cannot be used: {why}, {_WAY_OUT}.", spoken=spoken)


def _refused(file: Path, error: sqlite3.Error) -> StorageError:
    """What is wrong with the file, by SQLite's word."""
    spoken = ""
    match _code(error):
        case sqlite3.SQLITE_FULL:
            text = f"{file} cannot grow: the disk is full. Make room, {_WAY_OUT}."
            spoken = _NO_ROOM
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            text = f"{file} has been held by another program for {BUSY_S:g} s. Close that program."
            spoken = _HELD
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            text = f"{file} is damaged. Start me again: it is set aside, and a new one is begun."
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            text = f"{file} cannot be opened and written: {error}. See who may, {_WAY_OUT}."
            spoken = _NOT_MINE
        case _:
            text = f"{file} cannot be used: {error}. See who may write there, {_WAY_OUT}."
    return StorageError(text, spoken=spoken)
