"""What the file's tables are, by the file itself: columns, keys, and what rows refer to.

Flows in: an open file. Flows out: its tables, parents before their children. Refuses to know: what
the tables are for.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    name: str
    columns: tuple[str, ...]
    key: str
    """The one column of its primary key."""
    counted: bool
    """Whether that is a number which the file gives, and not what a row is known by."""
    parents: Mapping[str, str]
    """By column, the table whose primary key it holds."""
    unique: tuple[tuple[str, ...], ...]
    """Columns that no two rows have in common, besides the primary key."""


def tables_of(db: sqlite3.Connection) -> list[Table]:
    """The tables that hold what was told, parents first; not the indexes made of them."""
    names = [
        name
        for schema, name, kind, *_ in _rows(db, "PRAGMA table_list")
        if schema == "main" and kind == "table" and not str(name).startswith("sqlite_")
    ]
    left = {str(name): _table(db, str(name)) for name in sorted(map(str, names))}
    ordered: list[Table] = []
    while left:
        free = [t for t in left.values() if not (set(t.parents.values()) - {t.name}) & left.keys()]
        ordered += free
        for table in free:
            del left[table.name]
    return ordered


def indexes_of(db: sqlite3.Connection) -> list[str]:
    """The full-text indexes, which are made of the tables."""
    kinds = _rows(db, "PRAGMA table_list")
    return [str(name) for schema, name, kind, *_ in kinds if (schema, kind) == ("main", "virtual")]


def _table(db: sqlite3.Connection, name: str) -> Table:
    columns = _rows(db, f"PRAGMA table_info({name})")
    parents = {str(row[3]): str(row[2]) for row in _rows(db, f"PRAGMA foreign_key_list({name})")}
    indexes = _rows(db, f"PRAGMA index_list({name})")
    key, kind = next((str(column[1]), column[2]) for column in columns if column[5])
    return Table(
        name,
        tuple(str(column[1]) for column in columns),
        key,
        kind == "INTEGER" and key not in parents,
        parents,
        tuple(
            tuple(str(column[2]) for column in _rows(db, f"PRAGMA index_info({index[1]})"))
            for index in indexes
            if index[2]
        ),
    )


def _rows(db: sqlite3.Connection, statement: str) -> list[tuple[object, ...]]:
    with closing(db.execute(statement)) as found:
        return found.fetchall()
