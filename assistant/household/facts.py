"""What the household told about itself: "we have two cats".

Flows in: facts in words, and requests. Flows out: the facts that are meant, and those that a
request concerns. Refuses to know: who asks, and where they go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.keeping import Store, delta, moment, put_back, rows_of
from assistant.household.names import offered, told_of, words_of
from assistant.household.search import holding, sharing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from assistant.household.keeping import Delta

LONGEST: Final = 500
"""Characters of a fact: what is longer is a note."""
MOST_RELEVANT: Final = 8
"""Facts that go along with a request at most."""
MOST_RELEVANT_CHARS: Final = 1200
"""Characters that they have together at most; about 300 tokens."""
EVERYTHING: Final = frozenset({"everything", "all", "it all", "all of it", "all facts"})
"""Words that mean all facts."""
_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the household told."""

    id: int
    text: str


class Facts(Store):
    """The facts. Every method raises ToolError where the storage fails."""

    async def remember(self, text: str) -> tuple[Fact, Delta | None]:
        """Keep a fact. None: it was known already."""
        text = _fit(text)

        def work(db: sqlite3.Connection) -> tuple[Fact, Delta | None]:
            key = " ".join(words_of(text))
            if same := _facts(rows_of(db, "fact", "key = ?", key)):
                return same[0], None
            db.execute(
                "INSERT INTO fact (text, key, made) VALUES (?, ?, ?)",
                (text, key, moment(self._clock)),
            )
            after = rows_of(db, "fact", "id = last_insert_rowid()")
            return _facts(after)[0], delta("fact", {}, after)

        return await self._do(work)

    async def recall(self, words: str = "") -> list[Fact]:
        """The facts that hold all these words, else those that share one; without any, all."""
        return await self._do(lambda db: _recall(db, words), durable=False)

    async def forget(self, words: str) -> tuple[list[Fact], Delta]:
        """Delete the one fact that is meant, or all. Raises ToolError where it is none or many."""

        def work(db: sqlite3.Connection) -> tuple[list[Fact], Delta]:
            meant = _meant(db, words)
            before = rows_of(db, "fact")
            db.executemany("DELETE FROM fact WHERE id = ?", [(fact.id,) for fact in meant])
            return meant, delta("fact", before, rows_of(db, "fact"))

        return await self._do(work)

    async def relevant(self, text: str) -> list[str]:
        """The facts that share a word with a request, best first.

        At most `MOST_RELEVANT`, of `MOST_RELEVANT_CHARS` together. What shares none stays at home:
        with the request it would leave this machine.
        """

        def look(db: sqlite3.Connection) -> list[str]:
            ids = sharing(db, "fact_words", text, MOST_RELEVANT)
            return [fact.text for fact in _in_order(db, ids)]

        told: list[str] = []
        for fact in await self._do(look, durable=False):
            if sum(map(len, told)) + len(fact) <= MOST_RELEVANT_CHARS:
                told.append(fact)
        return told

    async def put_back(self, change: Delta) -> None:
        """Take a change back."""
        await self._do(lambda db: put_back(db, change))


def _fit(text: str) -> str:
    text = " ".join(text.split()).strip(" .,;:")
    if not words_of(text):
        raise ToolError("What shall I remember?")
    if len(text) > LONGEST:
        raise ToolError(
            f"I can remember {LONGEST} characters at a time, and this has {len(text)}. "
            "Make it shorter, or make a note of it."
        )
    return text


def _recall(db: sqlite3.Connection, words: str) -> list[Fact]:
    bare = words.strip(" .,?!").casefold()
    every = _facts(rows_of(db, "fact"))
    if not words_of(bare) or bare in EVERYTHING:
        return every
    if ids := holding(db, "fact_words", words) or sharing(db, "fact_words", words, MOST_RELEVANT):
        return _in_order(db, ids)
    # A script without spaces between its words, or a part of a word.
    return [fact for fact in every if bare in fact.text.casefold()]


def _meant(db: sqlite3.Connection, words: str) -> list[Fact]:
    every = _facts(rows_of(db, "fact"))
    if not every:
        raise ToolError("I have not been told anything that I could forget.")
    said = " ".join(words_of(words))
    if not said:
        raise ToolError(f"What shall I forget? I know: {_read_out(every)}.")
    if said in EVERYTHING:
        return every
    if same := [fact for fact in every if str(fact.id) == said or _key(fact) == said]:
        return same
    if len(found := _recall(db, words)) == 1:
        return found
    if found:
        raise ToolError(f"I know several things about that: {_read_out(found)}. Which one?")
    near = offered(words, [fact.text for fact in every], quotes=True)
    raise ToolError(f"I know nothing about {words.strip(' .?!')}.{near}")


def _key(fact: Fact) -> str:
    return " ".join(words_of(fact.text))


def _read_out(facts: Sequence[Fact]) -> str:
    return told_of([f'"{fact.text}"' for fact in facts], most=_TOLD)


def _in_order(db: sqlite3.Connection, ids: Sequence[int]) -> list[Fact]:
    rows = rows_of(db, "fact", f"id IN ({', '.join('?' * len(ids))})", *ids)
    return _facts({number: rows[number] for number in ids})


def _facts(rows: dict[int, tuple[object, ...]]) -> list[Fact]:
    return [Fact(number, str(text)) for number, (_, text, _, _) in rows.items()]
