"""Timers, alarms and what was missed, as rows of the file.

Flows in: entries. Flows out: entries, read again. The only module that knows their tables. Refuses
to know: what they mean.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, TypeVar

from assistant.household.alarms import Alarm
from assistant.household.timers import Kind, Timer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from assistant.storage import Storage


@dataclass(frozen=True, slots=True)
class Missed:
    """What rang until it gave up."""

    id: int
    kind: Kind
    words: str
    """As it was announced: `your pasta timer`."""
    due: datetime
    """UTC."""


Entry = Timer | Alarm | Missed
"""What is kept; each sort has a table, and ids of its own."""
E_ = TypeVar("E_", Timer, Alarm, Missed)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise."""

    before: tuple[Entry, ...] = ()
    """Entries that are to be no more."""
    after: tuple[Entry, ...] = ()
    """Entries that are to be instead; one with the id 0 gets one of its own."""

    @property
    def undoing(self) -> Change:
        """The change that takes this one back."""
        return Change(self.after, self.before)


def read(storage: Storage) -> list[Entry]:
    """All there is; a timer's `due` is its end in Unix time, or infinite. Raises StorageError."""
    with storage.transact(durable=False) as db:
        timers = db.execute(
            "SELECT id, name, length_s, left_s, anchored, ends, kind, rang FROM timer ORDER BY id"
        ).fetchall()
        alarms = db.execute(
            "SELECT id, kind, words, first, zone, rule, done, skipped, rang FROM alarm ORDER BY id"
        ).fetchall()
        missed = db.execute("SELECT id, kind, words, due FROM missed ORDER BY id").fetchall()
    entries: list[Entry] = [_timer(row) for row in timers]
    entries += [_alarm(row) for row in alarms]
    entries += [
        Missed(number, kind, words, datetime.fromisoformat(due))
        for number, kind, words, due in missed
    ]
    return entries


def write(storage: Storage, change: Change, *, durable: bool = True) -> Change:
    """Carry a change out, in one transaction; it comes back with its ids. Raises StorageError."""
    with storage.transact(durable=durable) as db:
        kept = {_place(entry) for entry in change.after}
        for entry in change.before:
            if (place := _place(entry)) not in kept:
                db.execute(f"DELETE FROM {place[0]} WHERE id = ?", (place[1],))  # noqa: S608  # our own  # ours
        return replace(change, after=tuple(_put(db, entry) for entry in change.after))


def _place(entry: Entry) -> tuple[str, int]:
    return type(entry).__name__.lower(), entry.id


def _put(db: sqlite3.Connection, entry: Entry) -> Entry:
    match entry:
        case Timer():
            values: Iterable[object] = (
                *(entry.kind, entry.name, entry.length_s, entry.left_s, _iso(entry.anchored)),
                *(None if entry.paused else _iso(entry.ends), int(entry.rang)),
            )
        case Alarm():
            values = (
                *(entry.kind, entry.words, _iso(entry.first), entry.zone, entry.rule),
                *(_iso(entry.done), _iso(entry.skipped), _iso(entry.rang)),
            )
        case Missed():
            values = (entry.kind, entry.words, _iso(entry.due))
    row = (entry.id or None, *values)
    table = type(entry).__name__.lower()
    marks = ", ".join("?" * len(row))
    query = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"  # noqa: S608  # our own  # ours
    with closing(db.execute(query, row)) as cursor:
        return replace(entry, id=cursor.lastrowid or 0)


def _timer(row: tuple[int, str, float, float, str, str | None, Kind, int]) -> Timer:
    number, name, length_s, left_s, anchored, ends, kind, rang = row
    return Timer(
        number,
        name,
        length_s,
        left_s,
        datetime.fromisoformat(anchored),
        inf if ends is None else datetime.fromisoformat(ends).timestamp(),
        kind,
        bool(rang),
    )


def _alarm(row: tuple[int, str, str, str, str, str, str | None, str | None, str | None]) -> Alarm:
    number, kind, words, first, zone, rule, done, skipped, rang = row
    return Alarm(
        number,
        "reminder" if kind == "reminder" else "alarm",
        words,
        datetime.fromisoformat(first),
        zone,
        rule,
        *(None if one is None else datetime.fromisoformat(one) for one in (done, skipped, rang)),
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
