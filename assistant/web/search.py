"""A search of the web: words in, what was found out. The only module that imports ddgs.

One engine is asked, and another only where that one gives nothing, so that few are told what is
looked for; each request is noted before it is sent. Refuses to know: pages, how it is told.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from assistant.web.addresses import page_url
from assistant.web.values import LATER, Hit, NoPage

if TYPE_CHECKING:
    from assistant.config_tools import WebConfig
    from assistant.web.values import GoingOut
    from assistant.worker import Worker

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """A search engine, by ddgs's name for it."""

    name: str
    host: str
    path: str


ENGINES: Final = (
    Engine("duckduckgo", "html.duckduckgo.com", "/html/"),
    Engine("brave", "search.brave.com", "/search"),
    Engine("mojeek", "www.mojeek.com", "/search"),
)
"""In the order in which they are asked; hosts and paths are those of ddgs 9.16."""
MOST: Final = 5
"""Hits that are told."""
_ROOM: Final = 10
"""Hits that are asked for; some are left out."""
_LEAST_S: Final = 1.0
"""Seconds that an engine has at least: with less it is not asked."""

Asks = Callable[[str, str, str, int], Sequence[Mapping[str, str]]]
"""What an engine finds, by its name, the words, the region and the seconds that it has: mappings
with `title`, `href` and `body`. Blocks. Raises DDGSException."""


class Searcher(Protocol):
    """Finds pages."""

    async def search(self, words: str) -> Sequence[Hit]:
        """What was found, best first, at least one. Raises NoPage."""


def by_ddgs(
    engine: str, words: str, region: str, timeout_s: int, *, authority: str = ""
) -> Sequence[Mapping[str, str]]:
    """The far network; `authority` is a file of certificates to believe instead of the usual ones.

    Blocks. Raises DDGSException.
    """
    from ddgs import DDGS  # noqa: PLC0415  # a third of a second, and only where somebody searches

    with DDGS(timeout=timeout_s, verify=authority or True) as ddgs:
        return ddgs.text(words, region=region, backend=engine, max_results=_ROOM)


class Search:
    """Asks the engines, on a Worker."""

    def __init__(
        self, config: WebConfig, worker: Worker, going_out: GoingOut, asks: Asks = by_ddgs
    ) -> None:
        self._config = config
        self._worker = worker
        self._going_out = going_out
        self._asks = asks

    async def search(self, words: str) -> Sequence[Hit]:
        """What was found, best first, at least one. Raises NoPage."""
        words = " ".join(words.split())
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._config.timeout_s
        refused: NoPage | None = None
        for engine in ENGINES:
            if refused and deadline - loop.time() < _LEAST_S:
                break
            found = await self._asked(engine, words, deadline)
            if not isinstance(found, NoPage):
                return found
            if refused is None or found.reason == "bad-reply":  # somebody answered, at least
                refused = found
        raise refused or NoPage("I have no search engine to ask.")

    async def _asked(self, engine: Engine, words: str, deadline: float) -> Sequence[Hit] | NoPage:
        loop = asyncio.get_running_loop()
        left_s = max(1, math.floor(deadline - loop.time()))
        over = loop.time() + left_s
        call = partial(self._asks, engine.name, words, self._config.region, left_s)
        # Each is noted as GET, whatever ddgs does: the record takes a POST for a model's question.
        async with self._going_out("GET", engine.host, engine.path, len(words)) as account:
            refused: NoPage
            try:
                async with asyncio.timeout_at(deadline):
                    if hits := _hits(await self._worker.run(call)):
                        return hits
                refused = _nothing(words)
            except TimeoutError:
                refused = _slow()
            except Exception as error:  # noqa: BLE001  # its engines fail with every exception there is
                _LOG.debug("the search engine %s failed: %r", engine.name, error)
                refused = _slow() if loop.time() >= over else _why(error, words)
            account.error = refused.reason
            return refused


def _hits(found: Sequence[Mapping[str, str]]) -> Sequence[Hit]:
    """Those that are pages of the web, each once."""
    hits: dict[str, Hit] = {}
    for one in found:
        try:
            address = str(page_url(one["href"]))
        except (NoPage, KeyError):
            continue
        words = " ".join(one.get("body", "").split())
        hits.setdefault(address, Hit(" ".join(one.get("title", "").split()), address, words))
    return list(hits.values())[:MOST]


def _why(error: Exception, words: str) -> NoPage:
    from ddgs.exceptions import DDGSException, RatelimitException, TimeoutException  # noqa: PLC0415

    # ddgs wraps what its engine raised: DDGSException(TimeoutException(…))
    causes = (error, *(one for one in error.args if isinstance(one, Exception)))
    if any(isinstance(one, TimeoutException) for one in causes):
        return _slow()
    if any(isinstance(one, RatelimitException) for one in causes):
        return NoPage(f"The search engine says that it was asked too often. {LATER}", "bad-reply")
    if isinstance(error, DDGSException) and len(causes) == 1:
        return _nothing(words)
    return NoPage("I cannot reach the search engine. Check the network.", "unreachable")


def _slow() -> NoPage:
    return NoPage("The search takes too long.", "stalled")


def _nothing(words: str) -> NoPage:
    """For ddgs says the same of no hits and of an engine that refuses."""
    return NoPage(
        f"The search for {words!r} gave nothing. Try other words, or again later.", "bad-reply"
    )
