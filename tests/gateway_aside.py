"""The test gateway on a thread of its own, for benchmarks that wait without a loop.

Flows in: how it is to answer. Flows out: its address, and what it was asked and when. It refuses
to know who asks.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Self

from gateway_server import GatewayServer, Reply, answer

if TYPE_CHECKING:
    from gateway_script import Json

FIRST_TOKEN_S = 0.3
TOKENS_PER_S = 60.0
START_S = 10.0


class GatewayAside:
    """A gateway that repeats the question, or says what it is told to."""

    def __init__(
        self, *, first_token_s: float = FIRST_TOKEN_S, tokens_per_s: float = TOKENS_PER_S
    ) -> None:
        self.saying: str | None = None
        """What every reply says; None: "You said: …"."""
        self._pace = (first_token_s, tokens_per_s)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="gateway")
        self._started: Future[None] = Future()
        self._serving: Future[None]
        self._server: GatewayServer
        self._stop: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    @property
    def base_url(self) -> str:
        """What `[gateway] base_url` must be."""
        return self._server.base_url

    def asked_since(self, moment: float) -> list[str]:
        """The question of each chat request since then (`time.monotonic`), oldest first.

        What the person said since the last answer that the request brings along.
        """
        return [
            question(seen.json)
            for seen in list(self._server.requests)
            if seen.path.endswith("/chat/completions") and seen.at >= moment
        ]

    def __enter__(self) -> Self:
        """Listen."""
        self._serving = self._pool.submit(asyncio.run, self._serve())
        wait([self._started, self._serving], START_S, FIRST_COMPLETED)
        if not self._started.done():
            self._serving.result(0)  # raises what kept it from listening
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._serving.result(START_S)
        self._pool.shutdown()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with GatewayServer() as self._server:
            self._server.script(self._reply)
            self._started.set_result(None)
            await self._stop.wait()

    def _reply(self, request: Json) -> Reply:
        """The reply to a request; the next is answered here, too."""
        self._server.script(self._reply)
        first_token_s, tokens_per_s = self._pace
        if self.saying is None:
            return answer(request, first_token_s, tokens_per_s)
        return Reply(self.saying, (), first_token_s, tokens_per_s)


def question(request: Json) -> str:
    """What the person said since the assistant last spoke, as a request tells it."""
    said: list[str] = []
    for message in request["messages"]:
        if message["role"] == "assistant":
            said.clear()
        elif message["role"] == "user":
            content = message["content"]
            parts = [{"text": content}] if isinstance(content, str) else content
            said += [part["text"] for part in parts if "text" in part]
    return " ".join(said)
