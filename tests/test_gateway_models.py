"""The gateway's models on the screen: tables, JSON, near names, prices, old lists."""

from __future__ import annotations

import asyncio
import io
import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
import typer
from gateway_client import KEY, MODEL, gateway
from gateway_rules import MODELS
from gateway_server import GatewayServer
from rich.console import Console
from typer.testing import CliRunner

from assistant.clock import SystemClock
from assistant.config import Config, GatewayConfig
from assistant.errors import UsageError
from assistant.gateway_models import (
    Wish,
    age,
    model_table,
    mount,
    per_million,
    show_credits,
    show_model,
)
from assistant.gateway_models import show_models as shown_models
from assistant.think.catalogue import Catalogue
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import NoKey, Unauthorized, UnreachableAtHome
from assistant.think.wire import ModelInfo
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    """A gateway of our own."""
    async with asyncio.timeout(20), GatewayServer() as running:
        yield running


class Paper:
    """A console 100 columns wide, and what was printed on it."""

    def __init__(self) -> None:
        self._file = io.StringIO()
        self.console = Console(file=self._file, width=100)

    @property
    def text(self) -> str:
        """All that was printed."""
        return self._file.getvalue()


async def models(server: GatewayServer, folder: Path, wish: Wish, *, as_json: bool = False) -> str:
    """What the command prints."""
    paper = Paper()
    async with gateway(server) as client:
        book = Catalogue(client, server.base_url, SystemClock(), folder)
        await shown_models(book, wish, paper.console, json=as_json)
    return paper.text


async def model(server: GatewayServer, folder: Path, name: str) -> str:
    """What the command prints."""
    paper = Paper()
    async with gateway(server, retries=0) as client:
        book = Catalogue(client, server.base_url, SystemClock(), folder)
        await show_model(client, book, name, paper.console)
    return paper.text


async def test_the_list_shows_context_prices_and_tags(
    server: GatewayServer, tmp_path: Path
) -> None:
    """Prices for a million tokens; every model, by name."""
    text = await models(server, tmp_path, Wish())
    line = next(line for line in text.splitlines() if MODEL in line)
    for fact in ("200,000", "8,192", "$3.00", "$15.00", "tool-use, vision,"):
        assert fact in line
    assert f"{len(MODELS)} of {len(MODELS)} models" in text
    names = [model["id"] for model in MODELS if text.index(model["id"])]
    assert sorted(names, key=text.index) == sorted(names)


async def test_the_list_is_narrowed_by_tags_and_words(
    server: GatewayServer, tmp_path: Path
) -> None:
    """All of the tags, all of the words, in any case; it is said when none is left."""
    text = await models(server, tmp_path, Wish(("vision", "file-input"), "GEMINI flash"))
    assert "google/gemini-2.5-flash" in text
    assert MODEL not in text
    with pytest.raises(UsageError, match="tags are: file-input, tool-use, vision"):
        await models(server, tmp_path, Wish(("sight",)))
    with pytest.raises(UsageError, match=f"None of the gateway's {len(MODELS)} models fits"):
        await models(server, tmp_path, Wish((), "zebra"))


async def test_the_list_as_json_is_one_object_a_line(server: GatewayServer, tmp_path: Path) -> None:
    """With everything that is known, never broken at the screen's width."""
    text = await models(server, tmp_path, Wish(), as_json=True)
    found = [json.loads(line) for line in text.splitlines()]
    assert sorted(item["id"] for item in found) == sorted(item["id"] for item in MODELS)
    assert found[0]["pricing"] == MODELS[0]["pricing"]


async def test_one_model_is_shown_whole(server: GatewayServer, tmp_path: Path) -> None:
    """By the endpoint for one."""
    text = await model(server, tmp_path, MODEL)
    for fact in (MODEL, "as the test server plays it", "200,000 tokens", "$15.00 for a million"):
        assert fact in text
    assert [seen.path for seen in server.requests] == [f"/v1/models/{MODEL}"]


async def test_an_unknown_model_brings_near_names(server: GatewayServer, tmp_path: Path) -> None:
    """From the list, asked for anew."""
    with pytest.raises(UsageError, match=rf"Did you mean '{MODEL}'\?"):
        await model(server, tmp_path, "anthropic/claude-sonnet-5")


async def test_without_the_server_the_old_list_is_shown_with_its_age(
    server: GatewayServer, tmp_path: Path
) -> None:
    """One model too; without a list the reason is raised."""
    await models(server, tmp_path, Wish())
    async with GatewayServer() as gone:
        pass
    with pytest.raises(UnreachableAtHome):
        await model(gone, tmp_path, MODEL)
    paper = Paper()
    async with gateway(gone, retries=0) as client:
        old = Catalogue(client, server.base_url, SystemClock(), tmp_path)
        await show_model(client, old, MODEL, paper.console)
    said = " ".join(paper.text.split())
    assert "200,000 tokens" in said
    assert "cannot be reached" in said
    assert "So this is the list of under a minute ago." in said


async def test_a_refusal_without_a_list_is_the_servers_own(
    server: GatewayServer, tmp_path: Path
) -> None:
    """A key that cannot be one: said as it is, not as a missing model."""
    async with gateway(server, "two words") as client:
        book = Catalogue(client, server.base_url, SystemClock(), tmp_path)
        with pytest.raises(Unauthorized):
            await show_model(client, book, MODEL, Paper().console)


async def test_the_commands_take_their_options(
    server: GatewayServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`models --tag --search --json`, `model NAME` and `credits`, as they are typed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("AI_GATEWAY_API_KEY", "key-for-the-test")
    config = Config(gateway=GatewayConfig(base_url=server.base_url))
    paper = Paper()
    program = typer.Typer()
    mount(program, lambda: config, paper.console)
    async with Worker("typed") as worker:
        for typed in (
            ["models", "--tag", "vision", "--search", "gpt MINI", "--json"],
            ["model", MODEL],
            ["credits"],
        ):
            result = await worker.run(partial(CliRunner().invoke, program, typed))
            assert result.exit_code == 0, result.output
    first, *rest = paper.text.splitlines()
    assert json.loads(first)["id"] == "openai/gpt-4o-mini"
    assert MODEL in "".join(rest)
    assert "$95.50" in "".join(rest)


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ("0.000003", "$3.00"), ("0.000015", "$15.00"), ("0.0000000375", "$0.0375"), ("0", "$0.00"),
        ("1.5e-7", "$0.15"), ("0.01", "$10,000.00"), ("", ""), ("free", "free"), ("NaN", "NaN"),
        ("0.001", "$1,000.00"), ("1e999999999", "1e999999999"), ("1e-99999", "1e-99999"),
        ("-1", "-1"), ("Infinity", "Infinity"), ("sNaN", "sNaN"),
    ],
)  # fmt: skip
def test_prices_are_for_a_million_tokens(price: str, shown: str) -> None:
    """To the cent, or as exact as they are; what is no number stays as it came."""
    assert per_million(price) == shown


def test_a_strangers_words_cannot_paint_the_screen() -> None:
    """Neither rich's markup nor a terminal's escapes do anything."""
    paper = Paper()
    paper.console.print(model_table(ModelInfo("[bold]x[/]", description="a\x1b[2Jb")))
    assert "[bold]x[/]" in paper.text
    assert "\x1b" not in paper.text


def test_an_age_is_told_in_its_largest_unit() -> None:
    """Days, hours, minutes."""
    seconds = (5, 60, 3599, 3600, 86_400, 200_000)
    assert [age(timedelta(seconds=count)) for count in seconds] == [
        "under a minute", "1 minute", "59 minutes", "1 hour", "1 day", "2 days",
    ]  # fmt: skip


async def credited(server: GatewayServer, *, as_json: bool = False) -> str:
    """What the command prints of this server."""
    paper = Paper()
    async with gateway(server, KEY) as client:
        await show_credits(client, paper.console, json=as_json)
    return paper.text


async def test_the_credits_are_a_small_table() -> None:
    """Balance and what was used, in dollars; as JSON the texts that came."""
    async with GatewayServer(key=KEY) as server:
        text = await credited(server)
        (line,) = map(json.loads, (await credited(server, as_json=True)).splitlines())
    assert "Balance" in text
    assert "$95.50" in text
    assert "Total used" in text
    assert "$4.50" in text
    assert line == {"balance": "95.50", "total_used": "4.50"}


@pytest.mark.parametrize(
    ("status", "body"), [(404, b""), (405, b""), (501, b""), (200, b"{}"), (200, b"<html>")]
)
async def test_a_server_without_credits_is_one_sentence(status: int, body: bytes) -> None:
    """A local server has no account; neither is it an answer that holds no balance."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        config = GatewayConfig(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        async with HttpGateway(config, None) as client:
            with pytest.raises(UsageError, match=r"127\.0\.0\.1 tells no credits"):
                await show_credits(client, Paper().console)


async def test_credits_need_a_key() -> None:
    """Without one nothing is sent, and the sentence says which variable to set."""
    async with HttpGateway(GatewayConfig(), None) as client:
        with pytest.raises(NoKey, match="AI_GATEWAY_API_KEY"):
            await show_credits(client, Paper().console)


async def test_a_wrong_key_is_told_by_the_credits() -> None:
    """That is no server without credits."""
    async with GatewayServer(key="another-key") as server:
        with pytest.raises(Unauthorized):
            await credited(server)
