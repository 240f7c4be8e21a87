"""The list of models: kept for a day, mended when broken, and held against what is asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assistant.config import GatewayConfig
from assistant.messages import FilePart, ImagePart
from assistant.think.catalogue import (
    Catalogue,
    Listing,
    Unable,
    check_model,
    problems,
    refuse_unable,
    unknown,
)
from assistant.think.failures import REMEMBERED_S
from assistant.think.gateway_errors import Stalled, UnreachableAtHome
from assistant.think.wire import ModelInfo

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://localhost/v1"
SEES = ModelInfo("a/sees", tags=("tool-use", "vision"), pricing={"input": "0.000003"})
READS = ModelInfo("a/reads", tags=("tool-use", "file-input"), context_window=8)
PLAIN = ModelInfo("b/plain")
PICTURE = ImagePart(b"", "image/png")
PAPER = FilePart(b"", "application/pdf", "x.pdf")


class Calendar:
    """A clock whose date is the test's."""

    def __init__(self) -> None:
        self.today = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """The date."""
        return self.today

    def monotonic(self) -> float:
        """Seconds."""
        return self.today.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Nobody waits here."""
        self.today += timedelta(seconds=seconds)


class Server:
    """Whoever lists models; it may be gone."""

    def __init__(self, *models: ModelInfo) -> None:
        self.offers = list(models)
        self.gone = False
        self.asked = 0
        self.clock: Calendar | None = None
        self.slow_s = 0.0

    async def models(self) -> list[ModelInfo]:
        """The models, unless it is gone; after so many seconds of the clock."""
        self.asked += 1
        await asyncio.sleep(0)
        if self.clock:
            await self.clock.sleep(self.slow_s)
        if self.gone:
            raise UnreachableAtHome("Nobody answers.")
        return self.offers


def catalogue(server: Server, folder: Path, clock: Calendar | None = None) -> Catalogue:
    """A catalogue as it is after each start of the program."""
    return Catalogue(server, URL, clock or Calendar(), folder)


def files(folder: Path) -> list[Path]:
    """What is in it."""
    return list(folder.iterdir())


async def test_the_server_is_asked_once_a_day(tmp_path: Path) -> None:
    """The file says the same, with all that is known; a day later it is asked for again."""
    server, clock = Server(SEES, READS, PLAIN), Calendar()
    first = await catalogue(server, tmp_path, clock).listing()
    clock.today += timedelta(hours=23)
    second = await catalogue(server, tmp_path, clock).listing()
    assert second.models == first.models == (SEES, READS, PLAIN)
    assert (server.asked, first.age, second.age) == (1, timedelta(), timedelta(hours=23))
    clock.today += timedelta(hours=1)
    assert not (await catalogue(server, tmp_path, clock).listing()).age
    assert server.asked == 2


async def test_each_server_has_a_list_of_its_own(tmp_path: Path) -> None:
    """By its address."""
    for url in (URL, "http://nas.local/v1"):
        server = Server(ModelInfo(url))
        listing = await Catalogue(server, url, Calendar(), tmp_path).listing()
        assert listing.find(url)
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[]", b"null", b'{"at": 7, "data": []}', b'{"data": [{"id": "a/sees"}]}',
     b'{"at": "2026-03-01T12:00:00+00:00", "data": 7}', b'{"at": "2026-03-01T12:00:00+00:00"}',
     b'{"at": "2026-03-01T12:00:00", "data": [{"id": "no/zone"}]}',
     b'{"at": "2026-03-09T12:00:00+00:00", "data": [{"id": "of/tomorrow"}]}',
     b"[" * 9000],
)  # fmt: skip
async def test_a_broken_file_is_replaced(tmp_path: Path, body: bytes) -> None:
    """Half a file, another shape, a date without zone or from the future."""
    server = Server(SEES)
    await catalogue(server, tmp_path).listing()
    (file,) = files(tmp_path)
    file.write_bytes(body)
    assert (await catalogue(server, tmp_path).listing()).models == (SEES,)
    assert (await catalogue(server, tmp_path).listing()).models == (SEES,)
    assert server.asked == 2


async def test_without_the_server_the_old_list_stands_in(tmp_path: Path) -> None:
    """With its age and the reason; without an old list the reason is raised."""
    server, clock = Server(SEES), Calendar()
    server.gone = True
    with pytest.raises(UnreachableAtHome):
        await catalogue(server, tmp_path, clock).listing()
    server.gone = False
    await catalogue(server, tmp_path, clock).listing()
    server.gone = True
    clock.today += timedelta(days=3)
    listing = await catalogue(server, tmp_path, clock).listing()
    assert (listing.models, listing.age) == ((SEES,), timedelta(days=3))
    assert isinstance(listing.failure, UnreachableAtHome)


def gone(clock: Calendar, slow_s: float, *models: ModelInfo) -> Server:
    """A server that does not answer, and takes its time for it."""
    server = Server(*models)
    server.gone, server.clock, server.slow_s = True, clock, slow_s
    return server


async def test_a_failure_that_took_long_is_remembered_for_a_minute(tmp_path: Path) -> None:
    """By the next start of the program too: it waits for nothing, and hears the same reason."""
    clock = Calendar()
    server = gone(clock, 5)
    with pytest.raises(UnreachableAtHome) as first:
        await catalogue(server, tmp_path, clock).listing()
    clock.today += timedelta(seconds=REMEMBERED_S - 1)
    with pytest.raises(UnreachableAtHome, match="59 s ago") as second:
        await catalogue(server, tmp_path, clock).listing()
    assert str(second.value).startswith(str(first.value))
    assert server.asked == 1
    clock.today += timedelta(seconds=2)
    server.gone = False
    server.offers.append(SEES)
    assert (await catalogue(server, tmp_path, clock).listing()).models == (SEES,)
    clock.today += timedelta(days=2)
    server.gone = True
    assert (await catalogue(server, tmp_path, clock).listing()).failure
    listing = await catalogue(server, tmp_path, clock).listing()
    assert (listing.models, server.asked) == ((SEES,), 3)
    assert isinstance(listing.failure, UnreachableAtHome)


async def test_a_failure_that_came_at_once_is_not_remembered(tmp_path: Path) -> None:
    """It cost nothing, and the server may have been started since; so with what asks anew."""
    clock = Calendar()
    quick, slow = gone(clock, 0), gone(clock, 9)
    for _ in range(2):
        with pytest.raises(UnreachableAtHome):
            await catalogue(quick, tmp_path, clock).listing()
    assert quick.asked == 2
    for _ in range(2):
        with pytest.raises(UnreachableAtHome):
            await catalogue(slow, tmp_path, clock).listing(anew=True)
    assert slow.asked == 2
    slow.gone = False
    await catalogue(slow, tmp_path, clock).listing(anew=True)
    clock.today += timedelta(days=1)
    assert not (await catalogue(slow, tmp_path, clock).listing()).failure


async def test_a_look_that_was_cut_short_is_remembered_too(tmp_path: Path) -> None:
    """A turn waits two seconds for the list; the next turn does not wait again."""
    clock = Calendar()
    server = Server(SEES)
    book = catalogue(server, tmp_path, clock)
    entered = asyncio.Event()

    async def never() -> list[ModelInfo]:
        server.asked += 1
        clock.today += timedelta(seconds=2)
        entered.set()
        await asyncio.Event().wait()
        return []

    server.models = never  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        look = group.create_task(book.listing())
        await entered.wait()
        look.cancel()
    with pytest.raises(Stalled):
        await book.listing()
    assert server.asked == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"at": 7}', b'{"at": "x", "kind": "y"}'])
async def test_a_broken_memory_of_a_failure_is_none(tmp_path: Path, body: bytes) -> None:
    """It is asked again."""
    clock = Calendar()
    server = gone(clock, 5)
    with pytest.raises(UnreachableAtHome):
        await catalogue(server, tmp_path, clock).listing()
    assert files(tmp_path)
    for file in files(tmp_path):
        file.write_bytes(body)
    with pytest.raises(UnreachableAtHome):
        await catalogue(server, tmp_path, clock).listing()
    assert server.asked == 2


async def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    """The list is had all the same."""
    (tmp_path / "file").write_text("here is no folder")
    listing = await catalogue(Server(SEES), tmp_path / "file" / "cache").listing()
    assert listing.models == (SEES,)


async def test_many_at_once_never_see_half_a_file(tmp_path: Path) -> None:
    """It is replaced in one step, and nothing is left beside it."""
    server = Server(*[ModelInfo(f"a/{n}", description="x" * 300) for n in range(300)])
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(catalogue(server, tmp_path).listing(anew=True))
            reading = group.create_task(catalogue(server, tmp_path).listing())
    assert len(reading.result().models) == 300
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize(
    ("meant", "near"),
    [
        ("claude-sonnet-4", ["anthropic/claude-sonnet-4"]),
        ("Anthropic/Claude-Sonnet-4", ["anthropic/claude-sonnet-4"]),
        ("anthropic/claude-sonet-4", ["anthropic/claude-sonnet-4"]),
        ("openai/claude-sonnet-4", ["anthropic/claude-sonnet-4"]),
        ("gpt4o-mini", ["openai/gpt-4o-mini"]),
        ("zebra", []),
        ("", []),
    ],
)
def test_near_names_are_found(meant: str, near: list[str]) -> None:
    """Misspelt, without its provider, with the wrong one, in capitals."""
    listing = Listing((ModelInfo("anthropic/claude-sonnet-4"), ModelInfo("openai/gpt-4o-mini")))
    assert listing.near(meant)[:1] == near


def test_a_missing_model_is_told_with_what_may_have_been_meant() -> None:
    """One, several, or the way to the list."""
    listing = Listing(tuple(ModelInfo(name) for name in ("x/alpha-1", "x/alpha-2", "x/zulu")))
    assert unknown(listing, "zul") == "The gateway has no model 'zul'. Did you mean 'x/zulu'?"
    assert unknown(listing, "alpha-3").endswith("Did you mean 'x/alpha-2' or 'x/alpha-1'?")
    assert "assistant gateway models" in unknown(listing, "qqqqqq")


def test_what_a_model_cannot_do_is_a_sentence_each() -> None:
    """The fallbacks too; nothing for those that can."""
    listing = Listing((SEES, READS, PLAIN, ModelInfo("e", type="embedding")))
    assert problems(listing, ["a/sees", "a/reads", "a/sees"], {"tool-use"}) == []
    found = problems(listing, ["a/sees", "b/plain", "e"], {"tool-use", "vision"})
    assert [sentence.split(".")[0] for sentence in found] == [
        "The model 'b/plain' cannot use tools: it can talk, and not act",
        "The model 'b/plain' cannot look at pictures",
        "The model 'e' is of the type 'embedding': it cannot hold a talk",
    ]
    assert "assistant gateway models --tag vision" in found[1]


def test_a_server_without_tags_is_asked_for_names_only() -> None:
    """Ollama, llama.cpp: nobody knows what these can do; `:latest` may be left out."""
    listing = Listing((ModelInfo("qwen3:latest"), PLAIN))
    assert problems(listing, ["qwen3", "b/plain"], {"tool-use", "vision"}) == []
    assert len(problems(listing, ["qwen2"], set())) == 1


async def test_the_check_is_silent_without_a_list(tmp_path: Path) -> None:
    """Nobody answers, or only an old list is there: then nothing is known for sure."""
    server, clock = Server(SEES), Calendar()
    config = GatewayConfig(base_url=URL, model="b/none")
    server.gone = True
    assert await check_model(config, catalogue(server, tmp_path, clock)) == []
    server.gone = False
    assert len(await check_model(config, catalogue(server, tmp_path, clock))) == 1
    server.gone = True
    clock.today += timedelta(days=2)
    assert await check_model(config, catalogue(server, tmp_path, clock)) == []


async def test_a_model_that_came_today_is_not_called_missing(tmp_path: Path) -> None:
    """The list of this morning is asked for again before anything is said."""
    server, clock = Server(SEES), Calendar()
    await catalogue(server, tmp_path, clock).listing()
    server.offers.append(READS)
    clock.today += timedelta(hours=1)
    config = GatewayConfig(base_url=URL, model="a/reads", models=["a/sees"])
    assert await check_model(config, catalogue(server, tmp_path, clock)) == []
    assert server.asked == 2
    assert await check_model(config, catalogue(server, tmp_path, clock)) == []
    assert server.asked == 2


async def test_what_no_chosen_model_takes_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    """Pictures and documents each with their own words; a fallback that can is enough."""
    book = catalogue(Server(SEES, READS, PLAIN), tmp_path)
    with pytest.raises(Unable, match=r"'a/reads' cannot look at pictures\. .*--tag vision"):
        await refuse_unable(GatewayConfig(model="a/reads"), book, [PICTURE])
    with pytest.raises(Unable, match="'a/sees' cannot read documents") as caught:
        await refuse_unable(GatewayConfig(model="a/sees"), book, [PICTURE, PAPER])
    assert caught.value.spoken.startswith("My model cannot read documents.")
    await refuse_unable(GatewayConfig(model="a/reads", models=["a/sees"]), book, [PICTURE])
    await refuse_unable(GatewayConfig(model="a/sees"), book, [PICTURE])


async def test_what_is_not_known_is_not_refused(tmp_path: Path) -> None:
    """An unknown model, a server without tags, no list; without parts nothing is asked."""
    server = Server(SEES)
    book = catalogue(server, tmp_path)
    await refuse_unable(GatewayConfig(model="b/plain"), book, [])
    assert server.asked == 0
    await refuse_unable(GatewayConfig(model="no/such"), book, [PAPER])
    untagged = catalogue(Server(PLAIN), tmp_path / "other")
    await refuse_unable(GatewayConfig(model="b/plain"), untagged, [PAPER])
    server.gone = True
    await refuse_unable(
        GatewayConfig(model="a/sees"), catalogue(server, tmp_path / "none"), [PAPER]
    )
