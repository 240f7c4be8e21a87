"""The answers that were given last, in the assistant's file: they outlive the program.

Flows in and out: answers as they came, with the time. They are no promise, so that nothing waits
for the disk; of those that are not asked for any more the oldest go. Refuses to know: JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.storage import Storage, StorageWorker

MOST_KEPT: Final = 100
"""Answers that are kept: some megabytes at most."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the service."""

    at: datetime
    text: str


class Kept:
    """What the service has answered."""

    def __init__(self, storage: StorageWorker) -> None:
        self._storage = storage

    async def find(self, question: str) -> Answer | None:
        """The last answer to this, if it is kept. Raises StorageError."""

        def look(storage: Storage) -> Answer | None:
            query = "SELECT at, answer FROM weather_answer WHERE question = ?"
            with storage.transact(durable=False) as db:
                row = db.execute(query, (question,)).fetchone()
            return Answer(datetime.fromisoformat(row[0]), row[1]) if row else None

        return await self._storage.run(look)

    async def keep(self, question: str, answer: Answer) -> None:
        """Keep an answer in place of the last one. Raises StorageError."""
        row = (question, answer.at.astimezone(UTC).isoformat(timespec="seconds"), answer.text)

        def write(storage: Storage) -> None:
            with storage.transact(durable=False) as db:
                db.execute("INSERT OR REPLACE INTO weather_answer VALUES (?, ?, ?)", row)
                db.execute(
                    "DELETE FROM weather_answer WHERE question NOT IN "
                    "(SELECT question FROM weather_answer ORDER BY at DESC LIMIT ?)",
                    (MOST_KEPT,),
                )

        await self._storage.run(write)
