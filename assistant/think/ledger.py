"""What requests cost, and what left this machine: the record that a person can look into.

Flows in: each request's kinds and sizes, and how it ended. Flows out: rows in the storage, sums
for a screen, and a refusal once the day's money is spent. No content comes here. Refuses to know:
HTTP, tables on a screen.

A request has a row before it is sent and one when it is over, so that neither a cancelled turn nor
a killed program loses it. The first is waited for, for a moment: it is in the file then, and on the
disk a little later, for which nothing waits. What cannot be recorded is not sent.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Self

from assistant.storage import StorageError
from assistant.think.gateway_errors import LimitReached
from assistant.think.record import Outcome

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future
    from datetime import date, datetime

    from assistant.interfaces import Clock
    from assistant.storage import Storage, StorageWorker
    from assistant.think.record import Outgoing

_LOG = logging.getLogger(__name__)
HASTE_S = 0.02
"""Seconds that a request waits for its row, at most: while the disk or another process is slow."""
_MOST = 2**53
"""The largest count that is believed: a server may send any number."""

Write = Callable[["sqlite3.Connection"], None]
"""One row's way into the file."""
Row = dict[str, object]
"""The values by their columns."""


class Ledger:
    """Keeps account of every request, and watches the day's limit."""

    def __init__(
        self, storage: StorageWorker, clock: Clock, daily_limit_usd: float | None = None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._limit = daily_limit_usd
        self._waiting: deque[Write] = deque()
        self._last: Future[StorageError | None] | None = None

    async def begin(self, outgoing: Outgoing) -> Entry:
        """Note a request. Raises StorageError where that cannot be done, and LimitReached."""
        if self._last is None or self._waiting:
            first = self._last is None
            self._submit()  # the file is just being opened, or rows wait for room on the disk
            await self._written(None if first else HASTE_S)
        if self._limit is not None and outgoing.method != "GET":
            today = self._clock.now().date()
            found = await self._storage.run(lambda storage: spent(storage, today))
            if found.reaches(self._limit):
                raise LimitReached(found.told(self._limit))
        entry = Entry(outgoing, self._clock.now, self._keep)
        try:
            await self._written(HASTE_S)
        except BaseException:
            entry.end(Outcome(error="not-sent"))
            raise
        return entry

    async def _written(self, timeout_s: float | None) -> None:
        """Wait until all rows are in the file, or so long. Raises StorageError."""
        if self._last is not None:
            done, _ = await asyncio.wait([asyncio.wrap_future(self._last)], timeout=timeout_s)
            for write in done:
                if error := write.result():
                    raise error

    def _keep(self, write: Write) -> None:
        self._waiting.append(write)
        self._submit()

    def _submit(self) -> None:
        try:
            self._last = self._storage.submit(self._write)
            self._storage.submit(_sync)
        except StorageError as error:  # a reply that was read after everything closed
            _LOG.error("a request is missing from the record: %s", error)

    def _write(self, storage: Storage) -> StorageError | None:
        """Write all that waits, on the storage's thread; it waits on where that fails."""
        batch = tuple(self._waiting)
        try:
            with storage.transact(durable=False) as db:
                for write in batch:
                    write(db)
        except StorageError as error:
            return error
        for _ in batch:
            self._waiting.popleft()
        return None


class Entry:
    """One request: a row when it is sent, another when it is over, and what it cost."""

    def __init__(
        self, outgoing: Outgoing, now: Callable[[], datetime], keep: Callable[[Write], None]
    ) -> None:
        self._outgoing = outgoing
        self._now = now
        self._keep = keep
        self._at = now()
        self._row: int | None = None
        keep(self._sent)

    def end(self, outcome: Outcome) -> None:
        """Note how it ended; returns at once."""
        self._keep(partial(self._ended, outcome, self._now()))

    def _sent(self, db: sqlite3.Connection) -> None:
        outgoing = self._outgoing
        row = asdict(outgoing.contents) | {
            "at": _utc(self._at),
            "left": int(not is_this_machine(outgoing.host)),
            "method": outgoing.method,
            "path": outgoing.path,
            "host": outgoing.host,
            "size": outgoing.size,
        }
        self._row = _insert(db, "gateway_sent", row)

    def _ended(self, outcome: Outcome, at: datetime, db: sqlite3.Connection) -> None:
        end = outcome.finished
        usage = end.usage if end else None
        cost = usage.cost_usd if usage else None
        row: Row = {"request": self._row, "at": _utc(at), "cost_usd": cost}
        told: Row = {"status": outcome.status, "error": outcome.error}
        _insert(db, "gateway_outcome", row | told)
        if self._outgoing.method == "POST" and outcome.status == 200:  # noqa: PLR2004  # HTTP's OK
            used: Row = {
                "day": self._at.date().isoformat(),
                "model": (end.model if end else "") or self._outgoing.contents.model,
                "prompt_tokens": min(usage.prompt_tokens, _MOST) if usage else None,
                "completion_tokens": min(usage.completion_tokens, _MOST) if usage else None,
            }
            _insert(db, "gateway_usage", row | used)


@dataclass(frozen=True, slots=True)
class Spent:
    """What a day has cost until now."""

    cost_usd: float
    unknown: int
    """Requests whose cost was not told."""

    def reaches(self, limit_usd: float) -> bool:
        """Whether no more may be spent."""
        return self.cost_usd >= limit_usd

    def told(self, limit_usd: float) -> str:
        """The sentence for a limit that is reached."""
        unknown = f" Of unknown cost, counted as nothing: {self.unknown}." if self.unknown else ""
        return (
            f"Today's limit of ${limit_usd:g} is used up: ${self.cost_usd:.4f} is spent.{unknown} "
            "Nothing is asked before midnight, unless you raise [gateway] daily_limit_usd."
        )


@dataclass(frozen=True, slots=True)
class Used:
    """What a model has done on a day."""

    day: str
    model: str
    requests: int
    prompt_tokens: int | None
    """Of the requests that told them; None where none did."""
    completion_tokens: int | None
    """The same."""
    cost_usd: float | None
    """US dollars, of the requests whose cost was told; None where it was of none."""
    unknown_costs: int
    """Requests whose cost was not told."""
    unknown_tokens: int = 0
    """Requests whose tokens were not told."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request in the record."""

    at: str
    """UTC, ISO 8601."""
    left: bool
    """False: it went to this very machine."""
    method: str
    path: str
    host: str
    model: str
    size: int
    """Bytes of the body."""
    text_chars: int
    images: int
    image_bytes: int
    files: int
    file_bytes: int
    tools: int
    status: int | None
    """Of HTTP; None where there was no response."""
    error: str | None
    """Its kind; empty where all went well, None where the program ended before the request did."""
    cost_usd: float | None

    @classmethod
    def of(cls, row: tuple[object, ...]) -> Self:
        """From a row of `sent`'s query."""
        at, left, *rest = row
        return cls(at, bool(left), *rest)  # type: ignore[arg-type]  # the table is STRICT


def spent(storage: Storage, day: date) -> Spent:
    """What a local day has cost. Raises StorageError."""
    query = (
        "SELECT coalesce(sum(cost_usd), 0.0), count(*) - count(cost_usd) "
        "FROM gateway_usage WHERE day = ?"
    )
    with storage.transact() as db:
        return Spent(*db.execute(query, (day.isoformat(),)).fetchone())


def used(storage: Storage, since: date) -> list[Used]:
    """Day by day and model by model, oldest first, from a local day on. Raises StorageError.

    No request has no tokens: a server that says so did not count.
    """
    query = (
        "SELECT day, model, count(*), sum(nullif(prompt_tokens, 0)), "
        "sum(nullif(completion_tokens, 0)), sum(cost_usd), count(*) - count(cost_usd), "
        "count(*) - count(nullif(prompt_tokens, 0)) "
        "FROM gateway_usage WHERE day >= ? GROUP BY day, model ORDER BY day, model"
    )
    with storage.transact() as db:
        return [Used(*row) for row in db.execute(query, (since.isoformat(),))]


def sent(storage: Storage, last: int, *, local: bool = False) -> list[Sent]:
    """The last requests, newest last; with those to this machine if wished. Raises StorageError."""
    query = (
        "SELECT s.at, left, method, path, host, model, size, text_chars, images, image_bytes, "
        "files, file_bytes, tools, status, error, cost_usd "
        "FROM gateway_sent AS s LEFT JOIN gateway_outcome AS o ON o.request = s.id "
        "WHERE left >= ? ORDER BY s.id DESC LIMIT ?"
    )
    with storage.transact() as db:
        rows = db.execute(query, (0 if local else 1, last)).fetchall()
    return [Sent.of(row) for row in reversed(rows)]


def is_this_machine(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    name = host.rstrip(".").lower()
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost" or name.endswith(".localhost")


def _sync(storage: Storage) -> None:
    with suppress(StorageError):  # the rows are in the file, and the next write says what is wrong
        storage.sync()


def _insert(db: sqlite3.Connection, table: str, row: Row) -> int | None:
    marks = ", ".join("?" * len(row))
    statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608  # our own names
    return db.execute(statement, tuple(row.values())).lastrowid


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
