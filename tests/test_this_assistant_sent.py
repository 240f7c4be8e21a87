"""What has left this machine today, told from the real record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hand_clock import HandClock, storage_in

from assistant.errors import ToolError
from assistant.messages import Finished, Usage
from assistant.think.ledger import Ledger
from assistant.think.record import Contents, Outcome, Outgoing
from assistant.think.sent_today import Left, sent_today, told

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = "Nothing has left this machine today."
GATEWAY = "gateway.example"


async def send(
    ledger: Ledger,
    host: str = GATEWAY,
    cost: float | None = None,
    contents: Contents = Contents(),  # noqa: B008  # a frozen value
    method: str = "POST",
) -> None:
    """A request, on record from its beginning to its end."""
    line = await ledger.begin(Outgoing(method, "/v1", host, 100, contents))
    line.end(Outcome(200, finished=Finished("stop", Usage(1, 1, cost))))


async def test_a_day_is_told_by_hosts_contents_and_cost(tmp_path: Path) -> None:
    """What went to this machine has not left it."""
    clock = HandClock()
    async with storage_in(tmp_path) as storage:
        ledger = Ledger(storage, clock)
        assert await sent_today(storage, clock) == NOTHING
        await send(ledger, "localhost", contents=Contents("m", 900))
        assert await sent_today(storage, clock) == NOTHING
        await send(ledger, cost=0.02, contents=Contents("m", 5000, images=1, files=2))
        assert await sent_today(storage, clock) == (
            "1 request has left this machine today, to gateway.example. "
            "It held 5,000 characters, 1 picture and 2 files. The cost was $0.02."
        )
        await send(ledger, cost=0.011, contents=Contents("m", 100))
        await send(ledger, "weather.example", contents=Contents(text_chars=12), method="GET")
        assert await sent_today(storage, clock) == (
            "3 requests have left this machine today, 2 to gateway.example and 1 to "
            "weather.example. They held 5,112 characters, 1 picture and 2 files. "
            "The cost was $0.03."
        )


async def test_a_day_begins_at_midnight_where_one_lives(tmp_path: Path) -> None:
    """Half past eleven was yesterday, also where it was another day in Greenwich."""
    clock = HandClock(datetime(2026, 3, 5, 4, 30, tzinfo=UTC), "America/New_York")
    async with storage_in(tmp_path) as storage:
        ledger = Ledger(storage, clock)
        await send(ledger)
        assert (await sent_today(storage, clock)).startswith("1 request")
        clock.jump(3600)
        assert await sent_today(storage, clock) == NOTHING
        await send(ledger)
        await send(ledger)
        assert (await sent_today(storage, clock)).startswith("2 requests")


async def test_what_was_never_sent_has_not_left(tmp_path: Path) -> None:
    """A request that could not be recorded in time was not sent; one that is under way has left."""
    clock = HandClock()
    async with storage_in(tmp_path) as storage:
        ledger = Ledger(storage, clock)
        line = await ledger.begin(Outgoing("POST", "/v1", GATEWAY))
        line.end(Outcome(error="not-sent"))
        assert await sent_today(storage, clock) == NOTHING
        await ledger.begin(Outgoing("POST", "/v1", GATEWAY))
        assert await sent_today(storage, clock) == (
            "1 request has left this machine today, to gateway.example. "
            "What that cost was not told."
        )


def test_many_hosts_and_small_sums_are_told_in_short() -> None:
    """Three are named; cents that are none are no cents; costs that nobody told are said."""
    left = [Left(f"{name}.example", 9 - n, 0, 0, 0, None, 0) for n, name in enumerate("abcde")]
    assert told(left) == (
        "35 requests have left this machine today, 9 to a.example, 8 to b.example, "
        "7 to c.example and 11 to 2 others."
    )
    cheap = Left(GATEWAY, 4, 10, 0, 0, 0.004, 3)
    assert told([cheap]) == (
        "4 requests have left this machine today, all to gateway.example. "
        "They held 10 characters. The cost was less than a cent, and of 3 more it was not told."
    )


async def test_a_record_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    """It is not taken for an empty one."""
    (tmp_path / "file").touch()
    async with storage_in(tmp_path / "file") as storage:
        with pytest.raises(ToolError, match="storage"):
            await sent_today(storage, HandClock())
