"""A camera that speaks RTSP, on this machine: JPEG pictures in RTP packets, over one connection.

Flows in: pictures, and what is to go wrong. Flows out: a stream as in RFC 2326 and RFC 2435. It
refuses to know what is expected of whoever looks.
"""

from __future__ import annotations

import asyncio
import base64
import re
import struct
from itertools import count
from typing import TYPE_CHECKING, Literal

from listener import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RtspFault = Literal["404", "login", "silence", "no pictures", "frozen"]
"""A status; a password that is not the one; no answer at all; a stream without a picture; the same
picture over and over, which is what the server was given."""
_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 26\r\na=control:track1\r\n"
)
_FRAGMENT = 8_000
"""Bytes of a picture in one packet."""


class RtspServer(Listener):
    """The camera; `async with` runs it."""

    def __init__(
        self, pictures: Sequence[bytes], fault: RtspFault | None = None, *, login: str = ""
    ) -> None:
        """`login`: the name and password that it asks for, with a colon between them."""
        super().__init__()
        self.methods: list[str] = []
        """What was asked of it, by one connection after another."""
        self._pictures = list(pictures)
        self._fault = fault
        self._login = login

    def address(self, login: str = "") -> str:
        """Where it is looked at; `login` as it stands in an address."""
        return f"rtsp://{login}{'@' if login else ''}127.0.0.1:{self.port}/live"

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request after another."""
        while await self._answer(head, writer):
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if self._fault in {"silence", "no pictures"}:
            await reader.read()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> bool:
        """Answer a request; False where it was the last."""
        method = head.split(maxsplit=1)[0]
        self.methods.append(method)
        if self._fault == "silence":
            return False
        number = re.findall(r"(?im)^cseq: *(\d+)", head)[0]
        status, more, body = self._said(method, head)
        if body:
            more += f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"RTSP/1.0 {status}\r\nCSeq: {number}\r\n{more}\r\n{body}".encode())
        if method == "PLAY" and self._fault != "no pictures":
            await self._play(writer)
        return method not in {"PLAY", "TEARDOWN"}

    def _said(self, method: str, head: str) -> tuple[str, str, str]:
        """The status, more headers, and the body."""
        if method == "OPTIONS":
            return "200 OK", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", ""
        if self._fault == "404":
            return "404 Not Found", "", ""
        if self._login and base64.b64encode(self._login.encode()).decode() not in head:
            return "401 Unauthorized", 'WWW-Authenticate: Basic realm="camera"\r\n', ""
        match method:
            case "DESCRIBE":
                return "200 OK", f"Content-Base: {head.split()[1]}/\r\n", _SDP
            case "SETUP":
                way = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
                return "200 OK", f"{way}Session: 1\r\n", ""
            case _:
                return "200 OK", "Session: 1\r\n", ""

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        packets = count()
        for number in count():
            picture = self._pictures[number % len(self._pictures)]
            for payload, last in _fragments(picture):
                head = struct.pack(
                    ">BBHII", 0x80, 26 | (0x80 * last), next(packets) & 0xFFFF, number * 3_000, 7
                )
                packet = head + payload
                writer.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
            await writer.drain()
            await asyncio.sleep(1 / 30)


def _fragments(picture: bytes) -> Iterator[tuple[bytes, bool]]:
    """A baseline 4:2:0 JPEG as RFC 2435 carries it, and whether each piece is the last."""
    tables, scan, size = b"", b"", (0, 0)
    at = 2
    while not scan:
        kind, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4])
        body = picture[at + 4 : at + 2 + length]
        at += 2 + length
        match kind:
            case 0xDB:
                tables += b"".join(body[n + 1 : n + 65] for n in range(0, len(body), 65))
            case 0xC0:
                size = (int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
            case 0xDA:
                scan = picture[at:-2]
            case _:
                pass
    for start in range(0, len(scan), _FRAGMENT):
        head = struct.pack(">I", start) + bytes((1, 255, size[0] // 8, size[1] // 8))
        if not start:
            head += struct.pack(">BBH", 0, 0, len(tables)) + tables
        yield head + scan[start : start + _FRAGMENT], start + _FRAGMENT >= len(scan)
