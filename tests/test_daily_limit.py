"""The day's limit, and a record that cannot be kept: what must not be sent is not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from books import FREE, PAID, Books
from gateway_client import deltas
from gateway_server import GatewayServer

from assistant.config import ToolsConfig
from assistant.dialogue import Dialogue, Question
from assistant.events import Event, Failed, Said
from assistant.speak.mouth import SilentMouth
from assistant.storage import Storage, StorageError
from assistant.think.gateway_errors import LimitReached
from assistant.think.history import History
from assistant.think.instant import Instant
from assistant.think.ledger import Ledger
from assistant.think.record import Outcome, Outgoing
from assistant.think.reply import Reply
from assistant.tools.clock import clock_tool

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """An empty record."""
    return Books(tmp_path)


async def test_the_limit_stops_what_costs(books: Books) -> None:
    """At the limit nothing is sent, not even to warm up; the sentence says what is known."""
    async with GatewayServer() as server:
        server.script(PAID, FREE, PAID, PAID)
        async with books.client(server, daily_limit_usd=0.5) as client:
            for _ in range(3):
                await deltas(client)
            asked = len(server.requests)
            await client.warm()
            with pytest.raises(LimitReached) as caught:
                await deltas(client)
            assert len(server.requests) == asked == 3
            await client.models()
            books.clock.day = 1
            await deltas(client)
        assert all(chat["stream_options"] == {"include_usage": True} for chat in server.chats)
    assert "$0.5 is used up: $0.5000 is spent" in str(caught.value)
    assert "Of unknown cost, counted as nothing: 1." in str(caught.value)
    assert caught.value.spoken.startswith("Today's limit for the model is used up.")
    assert (caught.value.kind, caught.value.retryable) == ("limit-reached", False)


async def test_without_a_limit_nothing_is_asked_where_none_is_wished(books: Books) -> None:
    """A limit of nothing asks nothing."""
    async with GatewayServer() as server:
        async with books.client(server, gateway_options="never") as client:
            await deltas(client)
        assert "stream_options" not in server.chats[0]
        async with books.client(server, daily_limit_usd=0.0) as client:
            with pytest.raises(LimitReached):
                await deltas(client)


async def test_two_programs_share_the_limit(books: Books) -> None:
    """What the one spends, the other lacks."""
    async with (
        GatewayServer() as server,
        books.client(server, daily_limit_usd=0.2) as one,
        books.client(server, daily_limit_usd=0.2) as other,
    ):
        server.script(PAID)
        await deltas(one)
        with pytest.raises(LimitReached):
            await deltas(one)
        with pytest.raises(LimitReached):
            await deltas(other)


async def test_what_cannot_be_recorded_is_not_sent(books: Books) -> None:
    """From the start: one sentence with the path and the way out, and not one byte leaves."""
    books.folder = books.folder / "file"
    books.folder.touch()
    async with GatewayServer() as server:
        async with books.client(server) as client:
            await client.warm()
            with pytest.raises(StorageError) as caught:
                await deltas(client)
        assert server.requests == []
        assert server.connections == 0
    assert str(books.folder) in str(caught.value)
    assert caught.value.spoken


async def test_a_disk_that_fills_up_loses_no_row(books: Books) -> None:
    """Nothing is sent while it is full; the one refused request whose row waited says so."""

    def pages(storage: Storage, most: int) -> None:
        with storage.transact() as db:
            db.execute(f"PRAGMA max_page_count = {most}")

    outgoing = Outgoing("POST", "/" + "x" * 9000, "example.com")
    async with books.worker() as storage:
        ledger = Ledger(storage, books.clock)
        (await ledger.begin(outgoing)).end(Outcome(200))
        await storage.run(lambda it: pages(it, 1))  # as many as it has now
        for _ in range(3):
            with pytest.raises(StorageError, match="disk is full"):
                await ledger.begin(outgoing)
        await storage.run(lambda it: pages(it, 100_000))
        (await ledger.begin(outgoing)).end(Outcome(401, "unauthorized"))
    found = [(row.status, row.error) for row in books.sent]
    assert found == [(200, ""), (None, "not-sent"), (401, "unauthorized")]


async def test_beyond_the_limit_the_time_is_still_told(books: Books) -> None:
    """A question for the model gets one plain sentence, one for the instant path its answer."""
    events: list[Event] = []
    async with GatewayServer() as server, books.client(server, daily_limit_usd=0.0) as client:
        tools = [clock_tool(books.clock, "en")]
        instant = Instant(["en"])
        reply = Reply(client, instant, tools, ToolsConfig(), books.clock, events.append)
        history = History("Be brief.", 1000)
        dialogue = Dialogue(reply, history, SilentMouth(), books.clock, events.append)
        assert not await dialogue.answer(Question("Who wrote Hamlet?"))
        assert await dialogue.answer(Question("What time is it?"))
        assert server.requests == []
    said = [event.text for event in events if isinstance(event, Said)]
    assert said[0] == "Today's limit for the model is used up. I can still tell you the time."
    assert said[1].startswith("It's ")
    assert [event.kind for event in events if isinstance(event, Failed)] == ["limit-reached"]
