"""Full-text search, as people ask: words in, the ids of the rows that hold them out.

Flows in: spoken words, and an FTS5 table. Flows out: ids, best first. Refuses to know: what the
rows mean.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from assistant.household.names import meaning_of, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

MOST_WORDS: Final = 64
"""Words that are looked for at most; a request that is longer has said what it is about."""

SHORTEST: Final = 3
"""Letters of the shortest word that is looked for as the beginning of others, too."""


def holding(db: sqlite3.Connection, index: str, words: str) -> list[int]:
    """Rows with all the words that mean something, also as beginnings; best first."""
    meant = (meaning_of(words) or words_of(words))[:MOST_WORDS]
    query = " AND ".join(f'"{word}"{"*" * (len(word) >= SHORTEST)}' for word in meant)
    return _found(db, index, query, limit=-1)


def sharing(db: sqlite3.Connection, index: str, words: str, most: int) -> list[int]:
    """Rows with any of the words that mean something; best first."""
    return _found(db, index, _any(meaning_of(words)[:MOST_WORDS]), limit=most)


def _any(words: Sequence[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


def _found(db: sqlite3.Connection, index: str, query: str, limit: int) -> list[int]:
    if not query:
        return []
    statement = f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY rank LIMIT ?"  # noqa: S608
    with closing(db.execute(statement, (query, limit))) as rows:
        return [row[0] for row in rows]
