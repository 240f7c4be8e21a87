"""What all stores of the household share: work done on the file, and rows put back as they were.

Flows in: work for the storage. Flows out: its result, or a ToolError whose sentence can be said to
whoever asked for the work. Refuses to know: what the rows mean.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final, TypeVar

from assistant.errors import ToolError
from assistant.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant.interfaces import Clock
    from assistant.storage import Storage, StorageWorker

    Row = tuple[object, ...]

T = TypeVar("T")

_FULL: Final = "My disk is full, so I could not do that. Please make room."
_HELD: Final = "Another program holds my storage, so I could not do that. Please try again."
_DAMAGED: Final = "My storage is damaged, so I could not do that. Please start me again."
_CLOSED: Final = "I cannot write to the folder of my storage, so I could not do that."
_OTHER: Final = "There is something wrong with my storage, so I could not do that."

_BY_CODE: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
}


@dataclass(frozen=True, slots=True)
class Delta:
    """Rows of one table as they were before a change, to put them back."""

    table: str
    rows: Mapping[int, Row | None]
    """By id; None where there was no such row."""


class Store:
    """What is kept in the file. Every method raises ToolError where the storage fails."""

    def __init__(self, storage: StorageWorker, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def _do(self, act: Callable[[sqlite3.Connection], T], *, durable: bool = True) -> T:
        """The result of one transaction."""

        def work(storage: Storage) -> T:
            with storage.transact(durable=durable) as db:
                return act(db)

        return await kept(self._storage, work)


async def kept(storage: StorageWorker, work: Callable[[Storage], T]) -> T:
    """The result of the work. Raises ToolError, also where the storage fails."""
    try:
        return await storage.run(work)
    except StorageError as error:
        raise ToolError(sentence_of(error)) from error


def sentence_of(error: StorageError) -> str:
    """What is said aloud of a storage that failed while something was to be done."""
    match error.__cause__:
        case sqlite3.Error() as cause:
            return _BY_CODE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF, _OTHER)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return _FULL
        case OSError():
            return _CLOSED
        case _:
            return _OTHER


def moment(clock: Clock) -> str:
    """Now, as it is stored: UTC, ISO 8601."""
    return clock.now().astimezone(UTC).isoformat()


def rows_of(db: sqlite3.Connection, table: str, where: str = "1", *given: object) -> dict[int, Row]:
    """The rows of a table by their id, which is its first column."""
    query = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608  # the words are our own
    with closing(db.execute(query, given)) as found:
        return {row[0]: row for row in found}


def delta(table: str, before: Mapping[int, Row], after: Mapping[int, Row]) -> Delta:
    """What to put back so that all is again as before."""
    ids = sorted({*before, *after})
    return Delta(table, {n: before.get(n) for n in ids if before.get(n) != after.get(n)})


def put_back(db: sqlite3.Connection, *deltas: Delta) -> None:
    """Make the rows what they were, with their ids. Raises ToolError where others took their place.

    Parents stand before their children. What was added goes first, so that its name is free.
    """
    try:
        for change in reversed(deltas):
            gone = [(n,) for n, row in change.rows.items() if row is None]
            db.executemany(f"DELETE FROM {change.table} WHERE id = ?", gone)  # noqa: S608  # our own
        for change in deltas:
            for row in filter(None, change.rows.values()):
                _put(db, change.table, row)
    except sqlite3.IntegrityError as error:
        raise ToolError(
            "That cannot be undone any more: something else has its place by now."
        ) from error


def _put(db: sqlite3.Connection, table: str, row: Row) -> None:
    with closing(db.execute(f"SELECT * FROM {table} LIMIT 0")) as empty:  # noqa: S608  # our own
        names = [column[0] for column in empty.description]
    marks = ", ".join("?" * len(names))
    news = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    db.execute(
        f"INSERT INTO {table} VALUES ({marks}) "  # noqa: S608  # the words are our own
        f"ON CONFLICT ({names[0]}) DO UPDATE SET {news}",
        row,
    )
