"""Everything that is kept, out to a JSON file, back from one, or gone for good.

Flows in: the storage, and a file. Flows out: the same, in the other. An import brings an older
export up to date by the migrations, checks all of it in a file of its own, and adds what is not
there yet: two rows are the same where what must be unique is, or else where all but their number
is. Refuses to know: what the tables are for, and who asks.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from assistant.errors import AssistantError, UsageError
from assistant.household.merge import STEP, Merge
from assistant.household.tables import indexes_of, tables_of
from assistant.schema import MIGRATIONS
from assistant.storage import NAME, Storage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from assistant.household.merge import Progress, Taken
    from assistant.household.tables import Table

KIND: Final = "assistant-data"
"""Stands in each export, so that no other file is taken for one."""


def export(storage: Storage, file: Path, now: datetime, progress: Progress) -> int:
    """Write all rows into a new file, for its owner's eyes only; how many there are.

    Raises UsageError where the file is there already or cannot be written, else StorageError.
    """
    with storage.transact(durable=False) as db:
        tables = tables_of(db)
        (total,) = db.execute(
            "SELECT " + " + ".join(f"(SELECT count(*) FROM {t.name})" for t in tables)  # noqa: S608  # the file's own names
        ).fetchone()
        held: dict[str, list[dict[str, object]]] = {}
        count = 0
        for table in tables:
            rows = held[table.name] = []
            for row in db.execute(f"SELECT * FROM {table.name} ORDER BY {table.key}"):  # noqa: S608  # the file's own names
                rows.append(dict(zip(table.columns, row, strict=True)))
                count += 1
                if count % STEP == 0:
                    progress(count, total)
    whole = {"kind": KIND, "version": len(MIGRATIONS), "made": now.isoformat(), "tables": held}
    _write(file, json.dumps(whole, ensure_ascii=False, indent=1))
    progress(count, total)
    return count


def take_in(storage: Storage, file: Path, now: Callable[[], datetime], progress: Progress) -> Taken:
    """Add what an export holds to what is there, all of it or nothing.

    Raises UsageError with what is wrong with the file, else StorageError.
    """
    version, tables = _read(file)
    with TemporaryDirectory(prefix="assistant-import-") as folder:
        aside = Path(folder) / NAME
        with closing(Storage(aside, now, MIGRATIONS[:version])) as old:
            _fill(old, file, tables)
        with (
            closing(Storage(aside, now)) as ready,
            ready.transact(durable=False) as theirs,
            storage.transact() as ours,
        ):
            return Merge(ours, theirs, progress).all()


def delete(storage: Storage) -> int:
    """Delete all that is kept, also where the disk still has it, and files that were set aside.

    The number of rows. Raises StorageError.
    """
    with storage.transact() as db:
        guards = db.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND sql LIKE '%RAISE%'"
        ).fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        count = 0
        for table in reversed(tables_of(db)):
            count += db.execute(f"DELETE FROM {table.name}").rowcount  # noqa: S608  # the file's own names
        for index in indexes_of(db):
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608  # the same
        db.execute("DELETE FROM sqlite_sequence")
        for _, sql in guards:
            db.execute(sql)
    storage.close()
    with closing(sqlite3.connect(storage.file, isolation_level=None)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for aside in storage.file.parent.glob(f"{storage.file.stem}-damaged-*"):
        aside.unlink()
    return count


def _read(file: Path) -> tuple[int, dict[str, Any]]:
    """The version and the tables of an export. Raises UsageError."""
    try:
        whole = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{file}: there is no such file.") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON: {error}. Nothing was imported.") from error
    match whole:
        case {"kind": "assistant-data", "version": int(version), "tables": dict(tables)}:
            pass
        case _:
            raise UsageError(
                f"{file} is no export of an assistant. Make one with: assistant data export FILE"
            )
    if not 1 <= version <= len(MIGRATIONS):
        raise UsageError(
            f"{file} was exported by a newer assistant: its version is {version}, and I know "
            f"{len(MIGRATIONS)}. Update me, and import it then."
        )
    return version, tables


def _fill(old: Storage, file: Path, held: Mapping[str, Any]) -> None:
    """Put the rows into a file of their own version, which checks them. Raises UsageError."""
    with old.transact(durable=False) as db:
        tables = tables_of(db)
        if unknown := held.keys() - {table.name for table in tables}:
            raise UsageError(f"{file}: there is no table {min(unknown)}. Nothing was imported.")
        for table in tables:
            rows = held.get(table.name, [])
            if not isinstance(rows, list):
                raise UsageError(f"{file}: {table.name} is no list. Nothing was imported.")
            for place, row in enumerate(rows, 1):
                _fill_one(db, table, row, f"{file}: {table.name}, row {place}")


def _fill_one(db: sqlite3.Connection, table: Table, row: object, where: str) -> None:
    if not isinstance(row, dict) or row.keys() - set(table.columns) or table.key not in row:
        wanted = ", ".join(table.columns)
        raise UsageError(f"{where} has other columns than {wanted}. Nothing was imported.")
    marks = ", ".join("?" * len(row))
    try:
        db.execute(
            f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608  # checked above
            list(row.values()),
        )
    except (sqlite3.Error, OverflowError) as error:
        raise UsageError(f"{where} does not fit: {error}. Nothing was imported.") from error


def _write(file: Path, text: str) -> None:
    """A new file with this text, whole or not at all. Raises UsageError, or AssistantError."""
    if file.exists():
        raise UsageError(f"{file} is there already. Give another name, or move it away.")
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        part.rename(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AssistantError(f"{file} cannot be written: {error.strerror or error}.") from error
