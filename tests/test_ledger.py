"""The record of what was asked: a row for each request, and nothing of what was said."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from contextlib import aclosing, closing
from typing import TYPE_CHECKING

import pytest
from books import NOON, PAID, USAGE, Books
from gateway_client import CLOCK, HELLO, KEY, MODEL, OTHER, deltas, text_of
from gateway_script import Call, Chunks, Raw, Refusal, Reply, Silence
from gateway_server import GatewayServer

from assistant.messages import Assistant, FilePart, ImagePart, System, TextDelta, ToolResult, User
from assistant.messages import ToolCall as Asked
from assistant.storage import NAME
from assistant.think.gateway_errors import Fault
from assistant.think.ledger import Ledger, Used, is_this_machine, sent, spent
from assistant.think.record import Contents, Outcome, Outgoing

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.messages import Message


@pytest.fixture
def books(tmp_path: Path) -> Books:
    """An empty record."""
    return Books(tmp_path)


async def test_a_reply_is_one_row_with_what_it_cost(books: Books) -> None:
    """Time, host, model, sizes, status and cost; the day's sum has the model that answered."""
    async with GatewayServer() as server:
        server.script(PAID)
        async with books.client(server, gateway_options="always") as client:
            await deltas(client, CLOCK)
        size = int(server.requests[0].headers["content-length"])
    (row,) = books.sent
    assert (row.method, row.path, row.host) == ("POST", "/v1/chat/completions", "127.0.0.1")
    assert (row.at, row.model, row.size) == ("2026-03-04T12:00:00.000+00:00", MODEL, size)
    assert (row.text_chars, row.tools, row.images, row.files) == (len("Hello."), 1, 0, 0)
    assert (row.status, row.error, row.cost_usd) == (200, "", 0.25)
    day = NOON.astimezone().date().isoformat()
    assert books.used == [Used(day, MODEL, 1, 70, 9, 0.25, 0)]


async def test_kinds_and_sizes_of_the_parts_are_counted(books: Books) -> None:
    """Pictures and documents by number and bytes; text over all messages and calls."""
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    parts = (ImagePart(png, "image/png"), FilePart(b"%PDF-1.7 x", "application/pdf", "tax.pdf"))
    talk: list[Message] = [
        System("abc"), User("de", parts), Assistant("f", (Asked("1", "clock", "{}"),)),
        ToolResult("1", "ghij"),
    ]  # fmt: skip
    async with GatewayServer() as server:
        server.script(Raw(b"{}", 400, "application/json"))
        async with books.client(server) as client:
            with pytest.raises(Fault):
                async with aclosing(client.stream(talk, [CLOCK, CLOCK])) as stream:
                    await anext(stream)
    (row,) = books.sent
    assert (row.text_chars, row.tools) == (12, 2)
    assert (row.images, row.image_bytes, row.files, row.file_bytes) == (1, len(png), 1, 10)


async def test_each_request_of_a_turn_has_its_row(books: Books) -> None:
    """A tool round asks twice; warming, and looking at the models, are requests too."""
    async with GatewayServer() as server:
        server.script(Reply(calls=(Call("clock"),)), PAID)
        async with books.client(server) as client:
            await client.warm()
            await deltas(client, CLOCK)
            await deltas(client)
            await client.models()
            await client.model(MODEL)
    assert [(row.method, row.path, row.status) for row in books.sent] == [
        ("HEAD", "/v1/models", 200),
        ("POST", "/v1/chat/completions", 200),
        ("POST", "/v1/chat/completions", 200),
        ("GET", "/v1/models", 200),
        ("GET", f"/v1/models/{MODEL}", 200),
    ]
    assert sum(row.requests for row in books.used) == 2


async def test_a_whole_reply_is_recorded_like_a_streamed_one(books: Books) -> None:
    """`stream = false` has the same row."""
    async with GatewayServer() as server:
        server.script(PAID)
        async with books.client(server, stream=False) as client:
            await deltas(client)
    assert [(row.error, row.cost_usd) for row in books.sent] == [("", 0.25)]
    assert [(row.model, row.cost_usd) for row in books.used] == [(MODEL, 0.25)]


@pytest.mark.parametrize(
    ("reply", "status", "error", "answered"),
    [
        (Refusal(401, "Wrong key", "authentication_error"), 401, "unauthorized", 0),
        (Refusal(500), 500, "server-error", 0),
        (Silence(), None, "stalled", 0),
        (Reply("One two", then="error"), 200, "server-error", 1),
        (Raw(b"<html>", content_type="text/html"), 200, "bad-reply", 1),
    ],
)
async def test_what_fails_is_recorded_with_its_reason(
    books: Books, reply: Refusal | Reply | Silence | Raw, status: int | None, error: str,
    answered: int,
) -> None:  # fmt: skip
    """HTTP's status where there was one, and the error's kind; its cost is not known."""
    async with GatewayServer() as server:
        server.script(reply, *[Refusal(403)] * 5)
        async with books.client(server, retries=0, first_token_s=0.1) as client:
            with pytest.raises(Fault):
                await deltas(client)
    row = books.sent[0]
    assert (row.status, row.error, row.cost_usd) == (status, error, None)
    assert sum(row.unknown_costs for row in books.used) == answered


async def test_a_server_that_is_not_there_is_recorded(books: Books) -> None:
    """The attempt was made; warming too."""
    async with GatewayServer() as server:
        pass
    async with books.client(server, retries=0) as client:
        await client.warm()
        with pytest.raises(Fault):
            await deltas(client)
    found = [(row.method, row.status, row.error) for row in books.sent]
    assert found == [("HEAD", None, "unreachable-at-home"), ("POST", None, "unreachable-at-home")]


async def test_a_cancelled_reply_is_recorded(books: Books) -> None:
    """In mid-stream: by its task's end, and by its reader's leaving."""
    async with GatewayServer() as server:
        server.script(*[Reply("one two three", then="stall", after=1)] * 2)
        async with books.client(server) as client:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(deltas(client))
                await server.until(lambda: bool(server.requests))
                await asyncio.sleep(0.05)
                task.cancel()
            async with aclosing(client.stream(HELLO, [])) as stream:
                assert isinstance(await anext(stream), TextDelta)
    assert [(row.status, row.error) for row in books.sent] == [(200, "cancelled")] * 2
    assert [(row.requests, row.unknown_costs) for row in books.used] == [(2, 2)]


async def test_a_retry_is_a_row_of_its_own(books: Books) -> None:
    """So are the next model's; what answered is what was paid."""
    async with GatewayServer() as server:
        server.script(Refusal(500), Refusal(403), PAID)
        async with books.client(server, models=[OTHER], retries=1) as client:
            assert text_of(await deltas(client)) == PAID.text
    found = [(row.model, row.error) for row in books.sent]
    assert found == [(MODEL, "server-error"), (MODEL, "forbidden"), (OTHER, "")]
    assert [(row.model, row.requests) for row in books.used] == [(OTHER, 1)]


async def test_the_model_that_answered_is_paid(books: Books) -> None:
    """The gateway's own fallback shows only in the reply; a strange number is not believed."""
    usage = {"prompt_tokens": 1e300, "completion_tokens": 1, "cost": 0.5}
    finish = {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]}
    async with GatewayServer() as server:
        server.script(Chunks(({"model": "x" * 9000, **finish}, {"choices": [], "usage": usage})))
        async with books.client(server) as client:
            await deltas(client)
    (row,) = books.used
    assert (row.model, row.prompt_tokens, row.cost_usd) == ("x" * 200, 2**53, 0.5)
    assert books.sent[0].model == MODEL


@pytest.mark.parametrize("table", ["gateway_sent", "gateway_outcome", "gateway_usage"])
async def test_rows_are_only_ever_added(books: Books, table: str) -> None:
    """The file itself refuses to change, delete or replace one, whoever asks."""
    async with GatewayServer() as server:
        server.script(PAID)
        async with books.client(server) as client:
            await deltas(client)
    with closing(sqlite3.connect(books.folder / NAME)) as db:
        before = db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        for statement in (
            f"UPDATE {table} SET at = ''",  # noqa: S608
            f"DELETE FROM {table}",  # noqa: S608
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
        db.commit()
        assert db.execute(f"SELECT * FROM {table}").fetchall() == before  # noqa: S608
    assert len(before) == 1


async def test_nothing_of_what_was_said_is_in_the_file(books: Books) -> None:
    """Not the question, the answer, the key, a file's name, a tool's words: in no byte of it."""
    secrets = (
        *("Where did I hide it", "Below the oak", KEY, "diary-of-may.pdf", "Ask the owl"),
        *("owl_oracle", "echoed-back", "The owl knows"),
    )
    asked, answer, key, name, about, tool, error, told = secrets
    document = FilePart(b"%PDF-1.7 secret-inside", "application/pdf", name)
    talk: list[Message] = [
        User(asked, (document,)), Assistant("", (Asked("1", tool, '{"a": 1}'),)),
        ToolResult("1", told),
    ]  # fmt: skip
    async with GatewayServer() as server:
        server.script(Reply(answer, usage=USAGE), Refusal(400, f"{error} {asked}"))
        async with books.client(server, key, retries=0) as client:
            async with aclosing(client.stream([System(about), *talk], [CLOCK])) as stream:
                assert text_of([delta async for delta in stream]) == answer
            with pytest.raises(Fault):
                await deltas(client)
            files = [path.read_bytes() for path in books.folder.iterdir()]
    files += [path.read_bytes() for path in books.folder.iterdir()]
    assert any(b"/v1/chat/completions" in data for data in files)
    for word in (*secrets, "secret-inside"):
        assert not [data for data in files if word.encode() in data], word


async def test_killed_after_it_was_sent_the_request_is_on_record(books: Books) -> None:
    """By kill -9 in mid-stream: what left is there, and how it ended is not known."""
    code = (
        "import asyncio, sys\n"
        "from contextlib import aclosing\n"
        "from books import Books\n"
        "from gateway_client import HELLO\n"
        "from pathlib import Path\n"
        "class Far:\n"
        "    base_url = sys.argv[2]\n"
        "async def main():\n"
        "    async with Books(Path(sys.argv[1])).client(Far) as client:\n"
        "        async with aclosing(client.stream(HELLO, [])) as stream:\n"
        "            async for delta in stream: print(delta.text, flush=True)\n"
        "asyncio.run(main())\n"
    )
    async with GatewayServer() as server:
        server.script(Reply("One two", then="stall", after=1))
        command = [sys.executable, "-c", code, str(books.folder), server.base_url]
        process = subprocess.Popen(  # noqa: ASYNC220  # it takes a few ms, once
            command, stdout=subprocess.PIPE, env={"PYTHONPATH": ":".join(sys.path)}
        )
        with process:
            assert process.stdout is not None
            loop = asyncio.get_running_loop()
            assert await loop.run_in_executor(None, process.stdout.readline) == b"One\n"
            process.send_signal(signal.SIGKILL)
    (row,) = books.sent
    assert (row.method, row.status, row.error) == ("POST", None, None)


async def test_what_stays_on_this_machine_has_not_left_it(books: Books) -> None:
    """It is recorded, and shown only if wished."""
    async with books.worker() as storage:
        ledger = Ledger(storage, books.clock)
        for host in ("127.0.0.1", "example.com", "localhost", "192.168.1.4"):
            entry = await ledger.begin(Outgoing("POST", "/", host, 5, Contents("m", 2)))
            entry.end(Outcome(200))
        assert [row.host for row in await storage.run(lambda it: sent(it, 10))] == [
            "example.com",
            "192.168.1.4",
        ]
        assert len(await storage.run(lambda it: sent(it, 3, local=True))) == 3
        today = books.clock.now().date()
        assert (await storage.run(lambda it: spent(it, today))).unknown == 4


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True), ("LOCALHOST.", True), ("a.localhost", True), ("127.9.9.9", True),
        ("::1", True), ("10.0.0.1", False), ("nas", False), ("localhost.example.com", False),
        ("printer.local", False), ("0.0.0.0", False),  # noqa: S104  # nothing is bound
    ],
)  # fmt: skip
def test_this_machine_is_loopback(host: str, *, here: bool) -> None:
    """What is only near, in the home's network, has left the machine."""
    assert is_this_machine(host) is here
