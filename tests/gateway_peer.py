"""One connection of the test server: requests in, responses out, by h11; and the ways to cut it.

Refuses to know: what is asked and answered.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h11

if TYPE_CHECKING:
    from gateway_script import Json, Raw


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    """By lower-case name."""
    json: Any
    """The body; None where it is none."""
    at: float
    """Seconds of the loop's clock."""
    connection: int
    """Which connection it came over, counted from 1."""


class Peer:
    """One connection: requests in, responses out, by h11."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._number = number
        self._bodiless = False
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def request(self) -> Recorded | None:
        """The next request; None when the other side is done."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            match self._http.next_event():
                case h11.Request() as head:
                    pass
                case h11.Data(data=data):
                    body += data
                case h11.EndOfMessage():
                    break
                case h11.ConnectionClosed():
                    return None
                case _:
                    self._http.receive_data(await self._reader.read(65536))
        assert head is not None
        self._bodiless = head.method == b"HEAD"
        headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
        try:
            content = json.loads(bytes(body)) if body else None
        except ValueError:
            content = None
        now = asyncio.get_running_loop().time()
        return Recorded(
            head.method.decode(), head.target.decode(), headers, content, now, self._number
        )

    def next(self) -> bool:
        """Make ready for another request; whether there can be one."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def send(self, *events: h11.Event) -> None:
        """Write at once. Raises ConnectionError when the other side has left."""
        if self._reader.at_eof() or self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(b"".join(self._http.send(one) or b"" for one in events))

    def begin(self, status: int, content_type: str, **headers: str) -> None:
        """The head of a response; its body is chunked unless a length is given."""
        fields = {"content-type": content_type, **headers}
        self.send(h11.Response(status_code=status, headers=list(fields.items())))

    async def respond(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
        """A whole response."""
        self.begin(status, content_type, **{"content-length": str(len(body)), **headers})
        self.send(h11.Data(data=b"" if self._bodiless else body), h11.EndOfMessage())
        await self._writer.drain()

    async def json(self, status: int, body: Json, **headers: str) -> None:
        """A whole response of JSON."""
        await self.respond(status, json.dumps(body).encode(), "application/json", **headers)

    async def raw(self, raw: Raw) -> None:
        """A response as scripted."""
        self.begin(raw.status, raw.content_type, **raw.headers)
        for piece in raw.cut(raw.body) if raw.cut else (raw.body,):
            self.send(h11.Data(data=piece))
            await self._writer.drain()
            await asyncio.sleep(0)
        if raw.whole:
            self.send(h11.EndOfMessage())

    async def until(self, moment: float) -> None:
        """Wait for a moment of the loop's clock. Raises ConnectionError when the other leaves."""
        try:
            async with asyncio.timeout_at(moment):
                await self.gone()
        except TimeoutError:
            return
        raise ConnectionResetError

    async def gone(self) -> None:
        """Wait until the other side leaves."""
        while data := await self._reader.read(65536):
            self._http.receive_data(data)

    def reset(self) -> None:
        """Cut the connection with an RST."""
        linger = struct.pack("ii", 1, 0)
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()

    def abort(self) -> None:
        """Close the connection."""
        self._writer.close()
