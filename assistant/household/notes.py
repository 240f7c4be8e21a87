"""The household's notes, kept in the file.

Flows in: titles and words. Flows out: notes, and what puts them back as they were. Refuses to
know: who asks, and how it is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.keeping import Store, delta, moment, put_back, rows_of
from assistant.household.names import (
    capital,
    key_of,
    meaning_of,
    offered,
    run_of,
    told_of,
    words_of,
)
from assistant.household.search import holding

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from assistant.household.keeping import Delta

LONGEST: Final = 20_000
"""Characters of a note, a little over six pages: what is longer is a document."""
LONGEST_TITLE: Final = 100
_TITLE_WORDS: Final = 6
_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Note:
    """A note."""

    id: int
    title: str
    text: str
    changed: str
    """UTC, ISO 8601."""


class Notes(Store):
    """The notes. Every method raises ToolError where the storage fails."""

    async def add(self, text: str, title: str = "") -> tuple[Note, Delta | None]:
        """Write a note; without a title, its first words are it. None: it was there already."""
        text = _fit(text)
        title = _fit_title(title) or title_of(text)

        def work(db: sqlite3.Connection) -> tuple[Note, Delta | None]:
            if same := _notes(rows_of(db, "note", "text = ?", text)):
                return same[0], None
            at = moment(self._clock)
            db.execute(
                "INSERT INTO note (title, text, made, changed) VALUES (?, ?, ?, ?)",
                (_free_title(db, title), text, at, at),
            )
            after = rows_of(db, "note", "id = last_insert_rowid()")
            return _notes(after)[0], delta("note", {}, after)

        return await self._do(work)

    async def all(self) -> list[Note]:
        """All notes, the one changed last first."""
        return await self._do(lambda db: _newest_first(rows_of(db, "note")), durable=False)

    async def search(self, words: str) -> list[Note]:
        """The notes that hold all these words, best first; else those with this in their text."""
        return await self._do(lambda db: _search(db, words), durable=False)

    async def change(
        self, name: str, *, text: str | None = None, more: str = "", title: str = ""
    ) -> tuple[Note, Delta]:
        """Give a note another text, add a line to it, or call it otherwise."""
        title = _fit_title(title)

        def work(db: sqlite3.Connection) -> tuple[Note, Delta]:
            note = _find(db, name)
            before = rows_of(db, "note", "id = ?", note.id)
            whole = note.text if text is None else text
            whole = _fit(f"{whole}\n{more.strip()}" if more.strip() else whole)
            db.execute(
                "UPDATE note SET title = ?, text = ?, changed = ? WHERE id = ?",
                (
                    _free_title(db, title, note.id) if title else note.title,
                    whole,
                    moment(self._clock),
                    note.id,
                ),
            )
            after = rows_of(db, "note", "id = ?", note.id)
            return _notes(after)[0], delta("note", before, after)

        return await self._do(work)

    async def delete(self, name: str) -> tuple[Note, Delta]:
        """Delete a note."""

        def work(db: sqlite3.Connection) -> tuple[Note, Delta]:
            note = _find(db, name)
            before = rows_of(db, "note", "id = ?", note.id)
            db.execute("DELETE FROM note WHERE id = ?", (note.id,))
            return note, delta("note", before, {})

        return await self._do(work)

    async def put_back(self, change: Delta) -> None:
        """Take a change back."""
        await self._do(lambda db: put_back(db, change))


def title_of(text: str) -> str:
    """The first words of a text, as its title, which ends in a word that means something."""
    words = text.split("\n", 1)[0].split()
    first = words[:_TITLE_WORDS]
    while len(words) > len(first) > 1 and not meaning_of(first[-1]):
        first.pop()
    return capital(" ".join(first)[:LONGEST_TITLE].strip(" .,;:"))


def _fit(text: str) -> str:
    text = text.strip()
    if not words_of(text):
        raise ToolError("The note has no words. What shall it say?")
    if len(text) > LONGEST:
        raise ToolError(
            f"A note can have {LONGEST:,} characters, and this would have {len(text):,}. "
            "Make it shorter, or begin another note."
        )
    return text


def _fit_title(title: str) -> str:
    return " ".join(title.split())[:LONGEST_TITLE].strip(" .,;:")


def _free_title(db: sqlite3.Connection, title: str, own: int = 0) -> str:
    """The title, with a number where another note has it: a note is found by its title."""
    others = {run_of(note.title) for note in _notes(rows_of(db, "note")) if note.id != own}
    tries = (title if n == 1 else f"{title} {n}" for n in count(1))
    return next(one for one in tries if run_of(one) not in others)


def _search(db: sqlite3.Connection, words: str) -> list[Note]:
    if ids := holding(db, "note_words", words):
        rows = rows_of(db, "note", f"id IN ({', '.join('?' * len(ids))})", *ids)
        return _notes({n: rows[n] for n in ids})
    # A script without spaces between its words, or words that are written apart: wifi, Wi-Fi.
    part, run = words.strip(" .,?!").casefold(), "".join(words_of(words))
    whole = _newest_first(rows_of(db, "note"))
    return [n for n in whole if part and (part in _all_of(n).casefold() or _runs(n, run))]


def _all_of(note: Note) -> str:
    return f"{note.title}\n{note.text}"


def _runs(note: Note, run: str) -> bool:
    """Whether some words, put together, begin with this."""
    words = words_of(_all_of(note))
    ahead = ("".join(words[place : place + len(run)]) for place in range(len(words)))
    return bool(run) and any(joined.startswith(run) for joined in ahead)


def _find(db: sqlite3.Connection, name: str) -> Note:
    every = _newest_first(rows_of(db, "note"))
    if not every:
        raise ToolError("There are no notes.")
    if not key_of(name):
        raise ToolError(f"Which note? There {_are(every)}.")
    if name.strip().isdecimal() and (by_id := [n for n in every if n.id == int(name)]):
        return by_id[0]
    if named := [n for n in every if run_of(n.title) == run_of(name)]:
        return named[0]
    found = _search(db, name)
    if len(found) > 1:
        meant = [n for n in found if set(words_of(name)) <= set(words_of(n.title))]
        found = meant if len(meant) == 1 else found
    if len(found) > 1:
        titles = [f'"{n.title}"' for n in found]
        raise ToolError(
            f"{len(found)} notes fit: {told_of(titles, most=_TOLD)}. Which one do you mean?"
        )
    if not found:
        near = offered(name, [n.title for n in every], quotes=True)
        raise ToolError(f"There is no note about {name.strip()}.{near or f' There {_are(every)}.'}")
    return found[0]


def _are(notes: Sequence[Note]) -> str:
    titles = told_of([f'"{note.title}"' for note in notes], most=_TOLD)
    return f"{'is' if len(notes) == 1 else 'are'} {titles}"


def _notes(rows: dict[int, tuple[object, ...]]) -> list[Note]:
    return [
        Note(number, str(title), str(text), str(changed))
        for number, (_, _, title, text, _, changed) in rows.items()
    ]


def _newest_first(rows: dict[int, tuple[object, ...]]) -> list[Note]:
    return sorted(_notes(rows), key=lambda note: (note.changed, note.id), reverse=True)
