"""Rows of one file, added to another of the same version.

Flows in: two open files. Flows out: what was added. Two rows are the same where what must be unique
is, or else where all but their number is; what is there already stays as it is. Refuses to know:
what the tables are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.household.tables import tables_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from assistant.household.tables import Table

    Progress = Callable[[int, int], None]
    """Told how many rows of how many are done."""

STEP: Final = 500
"""Rows between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import has done."""

    added: int
    """Rows."""
    kept: int
    """Rows that were there already, and stay as they are."""


class Merge:
    """Rows of one file, added to another."""

    def __init__(
        self, ours: sqlite3.Connection, theirs: sqlite3.Connection, progress: Progress
    ) -> None:
        self._ours = ours
        self._theirs = theirs
        self._progress = progress
        self._numbers: dict[str, dict[object, object]] = {}
        """By table, what their keys have become."""

    def all(self) -> Taken:
        """Add what is missing."""
        added = done = 0
        tables = tables_of(self._theirs)
        counts = [self._theirs.execute(f"SELECT count(*) FROM {t.name}") for t in tables]  # noqa: S608  # our own names
        total = sum(count.fetchone()[0] for count in counts)
        for table in tables:
            numbers = self._numbers[table.name] = {}
            known = self._known(table)
            for row in self._theirs.execute(f"SELECT * FROM {table.name} ORDER BY {table.key}"):  # noqa: S608  # the same
                values = dict(zip(table.columns, row, strict=True))
                theirs = values[table.key]
                for column, parent in table.parents.items():
                    values[column] = self._numbers[parent].get(values[column])
                if table.counted:
                    del values[table.key]
                marks = [tuple(values[c] for c in columns) for columns in known]
                same = [
                    seen[mark]
                    for seen, mark in zip(known.values(), marks, strict=True)
                    if mark in seen
                ]
                numbers[theirs] = same[0] if same else self._insert(table, values)
                for seen, mark in zip(known.values(), marks, strict=True):
                    seen[mark] = numbers[theirs]
                added += not same
                done += 1
                if done % STEP == 0:
                    self._progress(done, total)
        self._progress(done, total)
        return Taken(added, done - added)

    def _known(self, table: Table) -> dict[tuple[str, ...], dict[tuple[object, ...], object]]:
        """Our rows' keys, by what makes a row the same: the columns, and what is in them."""
        rest = tuple(column for column in table.columns if column != table.key)
        ways = (table.unique or (rest,)) if table.counted else ((table.key,),)
        return {columns: self._ours_by(table, columns) for columns in ways}

    def _ours_by(self, table: Table, columns: tuple[str, ...]) -> dict[tuple[object, ...], object]:
        names = ", ".join((*columns, table.key))
        rows = self._ours.execute(f"SELECT {names} FROM {table.name}")  # noqa: S608  # our own names
        return {tuple(row[:-1]): row[-1] for row in rows}

    def _insert(self, table: Table, values: Mapping[str, object]) -> object:
        marks = ", ".join("?" * len(values))
        added = self._ours.execute(
            f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608  # our own names
            list(values.values()),
        )
        return values.get(table.key, added.lastrowid)
