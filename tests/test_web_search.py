"""The search: what ddgs finds and how it fails, and who is asked what.

The far network is out of reach of tests. The library itself is asked through a proxy on this
machine, which answers with a page of ours in the form that ddgs expects of its first engine.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import pytest
from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException
from listener import HERE
from weather_home import going_out
from web_server import AUTHORITY, CONFIG, Notebook, server_context

from assistant.web.search import ENGINES, Search, by_ddgs
from assistant.web.values import Hit, NoPage
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from assistant.config_tools import WebConfig
    from assistant.web.search import Asks

BEES = {
    "title": " Bees in  winter",
    "href": "https://www.example.org/bees",
    "body": "They\nshiver.",
}
HIT = Hit("Bees in winter", "https://www.example.org/bees", "They shiver.")
FOUND: Final = """<html><body><div id="links">
<div class="links_main result__body"><h2><a href="https://example.org/bees">Bees in winter</a></h2>
<a href="https://example.org/bees">They <b>shiver</b> around their queen.</a></div>
<div class="result__body"><h2>An advertisement</h2><a href="https://duckduckgo.com/y.js?ad">Buy</a>
</div></div></body></html>"""


class Engines:
    """The far network: engines that find this or fail like that, one after the other."""

    def __init__(self, *answers: Sequence[Mapping[str, str]] | Exception) -> None:
        self.asked: list[tuple[str, str, str, int]] = []
        self._answers = list(answers)

    def __call__(
        self, engine: str, words: str, region: str, timeout_s: int
    ) -> Sequence[Mapping[str, str]]:
        """What the next one has to say."""
        self.asked.append((engine, words, region, timeout_s))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@asynccontextmanager
async def searching(
    asks: Asks, notebook: Notebook | None = None, config: WebConfig = CONFIG
) -> AsyncIterator[Search]:
    """Somebody who searches."""
    async with asyncio.timeout(60), Worker("search") as worker:
        yield Search(config, worker, going_out(notebook or Notebook()), asks)


async def test_what_is_found_is_told_by_one_engine() -> None:
    """Tidy, each page once, and only what is a page; the record has the host, and no words."""
    others = [{"href": f"https://example.org/{n}", "title": str(n)} for n in range(9)]
    wrong = [
        BEES,
        {"href": "file:///etc/passwd", "title": "a file"},
        {"href": "https://me:secret@example.org/"},
        {"href": ""},
        {"title": "nothing"},
    ]
    notebook = Notebook()
    engines = Engines([BEES, *wrong, *others])
    config = CONFIG.model_copy(update={"region": "de-de"})
    async with searching(engines, notebook, config) as search:
        found = await search.search("  bees   in winter ")
    assert found[0] == HIT
    assert [hit.title for hit in found[1:]] == ["0", "1", "2", "3"]
    assert engines.asked == [("duckduckgo", "bees in winter", "de-de", 19)]
    assert notebook.told == [("html.duckduckgo.com/html/", None, "")]
    assert notebook.lines[0].outgoing.contents.text_chars == len("bees in winter")


async def test_the_next_engine_is_asked_where_one_gives_nothing() -> None:
    """Whether it failed, refused or found nothing; each is on record."""
    notebook = Notebook()
    engines = Engines(DDGSException("No results found."), [], [BEES])
    async with searching(engines, notebook) as search:
        assert await search.search("bees") == [HIT]
    assert notebook.told == [
        ("html.duckduckgo.com/html/", None, "bad-reply"),
        ("search.brave.com/search", None, "bad-reply"),
        ("www.mojeek.com/search", None, ""),
    ]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (DDGSException("No results found."), "The search for 'bees' gave nothing."),
        (RatelimitException("202"), "was asked too often. Please try again later."),
        (TimeoutException("timed out"), "The search takes too long."),
        (DDGSException(TimeoutException("slow")), "The search takes too long."),
        (DDGSException(DDGSException("ConnectError")), "I cannot reach the search engine."),
        (OSError("no network"), "I cannot reach the search engine."),
        (KeyError("href"), "I cannot reach the search engine."),
    ],
)
async def test_a_search_that_fails_is_one_sentence(error: Exception, sentence: str) -> None:
    """Whatever ddgs and its engines raise."""
    async with searching(Engines(error, error, error)) as search:
        with pytest.raises(NoPage) as caught:
            await search.search("bees")
    assert sentence in str(caught.value)
    assert caught.value.spoken == str(caught.value)


async def test_what_one_engine_said_is_told_rather_than_that_others_were_away() -> None:
    """The reason that helps is the one that is heard."""
    away = DDGSException(DDGSException("ConnectError"))
    engines = Engines(away, RatelimitException("429"), away)
    async with searching(engines) as search:
        with pytest.raises(NoPage, match="asked too often"):
            await search.search("bees")


async def test_a_slow_engine_takes_no_more_than_its_time() -> None:
    """The turn goes on; no other engine is asked then."""
    notebook, held = Notebook(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(*_: object) -> Sequence[Mapping[str, str]]:
        asyncio.run_coroutine_threadsafe(held.wait(), loop).result()
        return [BEES]

    config = CONFIG.model_copy(update={"timeout_s": 0.3})
    async with searching(slow, notebook, config) as search:
        with pytest.raises(NoPage, match="The search takes too long"):
            await search.search("bees")
        held.set()
    assert notebook.told == [("html.duckduckgo.com/html/", None, "stalled")]


def test_the_engines_are_those_of_ddgs() -> None:
    """By name, and on record where they really are."""
    from ddgs.engines import ENGINES as THEIRS  # noqa: PLC0415  # takes a third of a second

    for engine in ENGINES:
        theirs = THEIRS["text"][engine.name]
        assert theirs.search_url == f"https://{engine.host}{engine.path}"


class Proxy:
    """A proxy between ddgs and the far network, which is the far network itself."""

    def __init__(self, folder: Path, page: str | None, status: int = 200) -> None:
        """Without a page it says nothing."""
        self.asked: list[tuple[str, str]] = []
        """Of each request, the host and the form that was sent."""
        self._tls = server_context(folder)
        self._page = page
        self._status = status
        self._over = asyncio.Event()

    @asynccontextmanager
    async def running(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        """Where ddgs finds it."""
        server = await asyncio.start_server(self._serve, HERE, 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("DDGS_PROXY", f"http://{HERE}:{port}")
        try:
            yield
        finally:
            self._over.set()
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            wanted = (await reader.readuntil(b"\r\n\r\n")).decode()
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            if self._page is None:
                await self._over.wait()
            else:
                await writer.start_tls(self._tls)
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(line[15:]) for line in head.lower().split("\r\n")
                     if line.startswith("content-length:")), 0
                )  # fmt: skip
                form = (await reader.readexactly(length)).decode() if length else head.split()[1]
                self.asked.append((wanted.split()[1], form))
                data = self._page.encode()
                writer.write(
                    f"HTTP/1.1 {self._status} x\r\ncontent-type: text/html\r\n"
                    f"content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode()
                    + data
                )
                await writer.drain()
        writer.close()


@pytest.fixture
def believing(tmp_path: Path) -> Asks:
    """The real library, which believes our certificate."""
    file = tmp_path / "authority.pem"
    file.write_text(AUTHORITY, encoding="ascii")
    return partial(by_ddgs, authority=str(file))


async def test_the_library_itself_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believing: Asks
) -> None:
    """By its first engine, which is sent the words and the region and nothing else."""
    proxy = Proxy(tmp_path, FOUND)
    async with proxy.running(monkeypatch), searching(believing) as search:
        found = await search.search("bees in winter")
    assert found == [
        Hit("Bees in winter", "https://example.org/bees", "They shiver around their queen.")
    ]
    ((host, form),) = proxy.asked
    assert host == "html.duckduckgo.com:443"
    assert {name: value[0] for name, value in parse_qs(form).items()} == {
        "q": "bees in winter", "l": "us-en",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "status"), [("<html><body>Nothing.</body></html>", 200), ("Slow down.", 429)]
)
async def test_the_library_tells_no_hits_and_refusals_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believing: Asks, page: str, status: int
) -> None:
    """All engines are asked, and the sentence allows for both."""
    proxy = Proxy(tmp_path, page, status)
    async with proxy.running(monkeypatch), searching(believing) as search:
        with pytest.raises(NoPage, match=r"gave nothing\. Try other words, or again later"):
            await search.search("bees")
    assert [host for host, _ in proxy.asked] == [f"{engine.host}:443" for engine in ENGINES]


async def test_the_library_believes_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that is not the engine's: nothing is sent."""
    proxy = Proxy(tmp_path, FOUND)
    async with proxy.running(monkeypatch), searching(by_ddgs) as search:
        with pytest.raises(NoPage, match="I cannot reach the search engine"):
            await search.search("bees")
    assert proxy.asked == []


async def test_the_library_without_a_network_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody listens where its way out is."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("DDGS_PROXY", f"http://{HERE}:{port}")
    async with searching(by_ddgs) as search:
        with pytest.raises(NoPage, match="I cannot reach the search engine"):
            await search.search("bees")


async def test_the_library_keeps_to_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the call and says nothing."""
    config = CONFIG.model_copy(update={"timeout_s": 1.2})
    proxy = Proxy(tmp_path, None)
    async with proxy.running(monkeypatch), searching(by_ddgs, config=config) as search:
        with pytest.raises(NoPage, match="The search takes too long"):
            await search.search("bees")
