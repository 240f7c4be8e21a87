"""What the servers of the tests share: a port of this machine, and who is connected to it.

Flows in: connections. Flows out: the head of a request, to be answered. It refuses to know what is
asked and what the answer is.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

HERE = "127.0.0.1"


class Listener:
    """A server; `async with` runs it, on the same port each time."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port = 0
        self.called = asyncio.Event()
        """Set with the first request."""
        self.gone = asyncio.Event()
        """Set when nobody is connected any more."""
        self.over = asyncio.Event()
        """Set when it hangs up."""
        self._tls = tls
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen, at first on any free port."""
        self.over.clear()
        self._server = await asyncio.start_server(self._serve, HERE, self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        assert self._server is not None
        self.over.set()
        for writer in self._writers:
            writer.close()
        self._server.close()
        if self._writers:
            await self.gone.wait()
        await self._server.wait_closed()

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer a request, of which no more than the head was read; then it hangs up."""
        raise NotImplementedError

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.gone.clear()
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.called.set()
            await self.answer(head, reader, writer)
            await writer.drain()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        self._writers.discard(writer)
        if not self._writers:
            self.gone.set()
