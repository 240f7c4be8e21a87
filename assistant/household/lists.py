"""The household's lists, kept in the file.

Flows in: names of lists, and items in words. Flows out: lists as they are now, what has changed,
and what puts it back. Refuses to know: who asks, and how it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.items import amount_of, item_key
from assistant.household.keeping import Delta, Store, delta, moment, put_back, rows_of
from assistant.household.listed import (
    SHOPPING,
    Listed,
    found,
    holder,
    items_of,
    known,
    list_key,
    listed,
    name_of,
    not_there,
    on_it,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence


MOST_ITEMS: Final = 500
"""Items on a list."""

_CHECK: Final = "UPDATE list_item SET done = 1 WHERE id = ? AND done = 0"
_OPEN: Final = "UPDATE list_item SET done = 0 WHERE id = ? AND done = 1"


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a list."""

    listed: Listed
    """The list as it is now; as it was, where it is no more."""
    done: tuple[str, ...] = ()
    """The items that were changed."""
    before: tuple[str, ...] = ()
    """The items that were so before."""
    missing: tuple[str, ...] = ()
    """The items that are not on the list."""
    undo: tuple[Delta, ...] = field(default=(), repr=False)
    """What puts it back; empty where nothing changed."""


@dataclass(slots=True)
class _Changes:
    """What is being done to a list."""

    done: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)


class Lists(Store):
    """The lists. Every method raises ToolError where the storage fails."""

    async def all(self) -> list[Listed]:
        """All lists, in the order in which they were begun."""

        def look(db: sqlite3.Connection) -> list[Listed]:
            return [listed(db, number) for number in rows_of(db, "list")]

        return await self._do(look, durable=False)

    async def show(self, name: str = "") -> Listed:
        """One list; the shopping list, or the only one there is, where none is named."""
        return await self._do(lambda db: listed(db, known(db, name)), durable=False)

    async def add(self, name: str, items: Sequence[str]) -> Change:
        """Put items on a list, which begins with its first one; what was there is not doubled."""
        texts = items_of(items)

        def act(db: sqlite3.Connection) -> Change:
            number = found(db, name or SHOPPING)
            if number is None:
                number = self._begin(db, name)
            change = _Changes()
            for text in texts:
                self._add_one(db, number, text, change)
            now = listed(db, number)
            if len(now.items) > MOST_ITEMS:
                raise ToolError(f"A list holds {MOST_ITEMS} things, and this one is full.")
            return Change(now, tuple(change.done), tuple(change.before))

        return await self._change(act)

    async def take_off(self, name: str, items: Sequence[str]) -> Change:
        """Remove items from a list; without a name, from the one list that has them."""
        return await self._each(name, items, "DELETE FROM list_item WHERE id = ?")

    async def check(self, name: str, items: Sequence[str], *, done: bool = True) -> Change:
        """Check items off, or make them open again; without a name, on the list that has them."""
        return await self._each(name, items, _CHECK if done else _OPEN)

    async def clear(self, name: str, *, only_done: bool = False) -> Change:
        """Remove all items, or those that are checked off; the list stays."""

        def act(db: sqlite3.Connection) -> Change:
            number = known(db, name)
            gone = tuple(i.text for i in listed(db, number).items if i.done or not only_done)
            db.execute(
                "DELETE FROM list_item WHERE list = ? AND done >= ?", (number, int(only_done))
            )
            return Change(listed(db, number), gone)

        return await self._change(act)

    async def rename(self, name: str, new: str) -> Change:
        """Call a list otherwise."""
        name_of(new)

        def act(db: sqlite3.Connection) -> Change:
            number = known(db, name)
            other = found(db, new, exact=True)
            if other not in {None, number}:
                raise ToolError(f"There is a {name_of(new)} list already.")
            old = listed(db, number).name
            db.execute(
                "UPDATE list SET name = ?, key = ? WHERE id = ?",
                (name_of(new), list_key(new), number),
            )
            return Change(listed(db, number), (old,))

        return await self._change(act)

    async def delete(self, name: str) -> Change:
        """Delete a list with all that is on it."""

        def act(db: sqlite3.Connection) -> Change:
            number = known(db, name)
            now = listed(db, number)
            db.execute("DELETE FROM list WHERE id = ?", (number,))
            return Change(now)

        return await self._change(act)

    async def put_back(self, change: Change) -> None:
        """Take a change back; a list that it began goes too, unless more is on it by now."""
        begun = {
            n for d in change.undo if d.table == "list" for n, row in d.rows.items() if not row
        }
        deltas = [
            Delta(d.table, {n: d.rows[n] for n in d.rows if d.table != "list" or n not in begun})
            for d in change.undo
        ]

        def act(db: sqlite3.Connection) -> None:
            put_back(db, *deltas)
            db.executemany(
                "DELETE FROM list WHERE id = ? AND id NOT IN (SELECT list FROM list_item)",
                [(number,) for number in begun],
            )

        await self._do(act)

    def _begin(self, db: sqlite3.Connection, name: str) -> int:
        name = name_of(name or SHOPPING)
        added = db.execute(
            "INSERT INTO list (name, key, made) VALUES (?, ?, ?)",
            (name, list_key(name), moment(self._clock)),
        )
        assert added.lastrowid is not None  # noqa: S101  # for the type checker
        return added.lastrowid

    def _add_one(self, db: sqlite3.Connection, number: int, text: str, change: _Changes) -> None:
        """One item: a new one, one that says how much now, one that is open again, or as it was."""
        key = item_key(text)
        old = rows_of(db, "list_item", "list = ? AND key = ?", number, key)
        if not old:
            db.execute(
                "INSERT INTO list_item (list, text, key, done, made) VALUES (?, ?, ?, 0, ?)",
                (number, text, key, moment(self._clock)),
            )
            change.done.append(text)
            return
        ((item, (_, _, was, _, done, _)),) = old.items()
        told = text if done or amount_of(text) else str(was)
        if done or told != was:
            db.execute("UPDATE list_item SET text = ?, done = 0 WHERE id = ?", (told, item))
            change.done.append(told)
        else:
            change.before.append(told)

    async def _each(self, name: str, items: Sequence[str], statement: str) -> Change:
        texts = items_of(items)

        def act(db: sqlite3.Connection) -> Change:
            number = known(db, name) if name else holder(db, texts)
            held, missing = on_it(db, number, texts)
            change = _Changes()
            for item, text in held.items():
                done = db.execute(statement, (item,)).rowcount
                (change.done if done else change.before).append(text)
            if not held:
                raise ToolError(not_there(db, number, missing))
            now = listed(db, number)
            return Change(now, tuple(change.done), tuple(change.before), tuple(missing))

        return await self._change(act)

    async def _change(self, act: Callable[[sqlite3.Connection], Change]) -> Change:
        def work(db: sqlite3.Connection) -> Change:
            before = rows_of(db, "list"), rows_of(db, "list_item")
            change = act(db)
            after = rows_of(db, "list"), rows_of(db, "list_item")
            deltas = [
                delta(table, old, new)
                for table, old, new in zip(("list", "list_item"), before, after, strict=True)
            ]
            undo = tuple(deltas) if any(one.rows for one in deltas) else ()
            return Change(change.listed, change.done, change.before, change.missing, undo)

        return await self._do(work)
