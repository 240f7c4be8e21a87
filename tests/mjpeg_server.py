"""A camera in the network: a real HTTP server that shows pictures, and what can go wrong with it.

Flows in: pictures, and a fault. Flows out: a stream as such cameras send it, and who has asked.
It refuses to know what is expected of whoever looks.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import re
from typing import TYPE_CHECKING, Literal

import numpy as np
from listener import Listener
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.camera.values import Frame

Fault = Literal[
    "silence", "hangs up", "404", "403", "500", "503", "page", "stalls", "ends", "cut", "cut later",
    "not whole", "single", "video", "noise", "text", "elsewhere",
]  # fmt: skip
"""No answer; no answer and a connection that ends; a status; a web page; one picture and no more; a
stream that ends after two; half a picture; two and a half; pictures of which none is whole; one
picture an answer; pictures one after another, which is a video; bytes that are none; text that
calls itself a stream; an address that leads to another."""
NAME, PASSWORD = "anna", "Geheim?/47"
"""Who may look, where the server asks; no picture and no word of ours may hold it."""
_STATUSES = {"404", "403", "500", "503"}
_ANSWERS = {
    "page": ("text/html; charset=utf-8", b"<html>Log in</html>"),
    "noise": ("application/octet-stream", bytes(range(256)) * 200),
    "text": ("multipart/x-mixed-replace; boundary=b", b"--b\r\n\r\nHello\r\n"),
}


def room(width: int = 320, height: int = 240) -> Frame:
    """A wall that grows lighter, with a window, a table and a striped cloth in it."""
    frame = np.empty((height, width, 3), np.float32)
    frame[:] = np.linspace(70, 150, width)[None, :, None]
    frame[height // 8 : height // 2, width // 8 : width // 3] = (230, 215, 190)
    frame[height * 2 // 3 :] = (40, 60, 95)
    cloth = frame[height * 3 // 4 : height * 7 // 8, width // 2 : width * 3 // 4]
    cloth[:, :: max(2, width // 40)] = (60, 60, 220)
    return frame.astype(np.uint8)


def with_thing(scene: Frame, share: float = 1 / 16, at: tuple[float, float] = (0.8, 0.4)) -> Frame:
    """With a red thing whose side is that share of the width, at that place from the top left."""
    height, width = scene.shape[:2]
    side = round(width * share)
    left, top = round(width * at[0]), round(height * at[1])
    changed = scene.copy()
    changed[top : top + side, left : left + side] = (30, 30, 200)
    return changed


def seen(scene: Frame, seed: int, noise: float = 4.0, gain: float = 1.0) -> Frame:
    """As a sensor sees it."""
    grain = np.random.default_rng(seed).normal(0, noise, scene.shape)
    return np.asarray((scene * gain + grain).clip(0, 255), np.uint8)


def jpeg(frame: Frame, quality: int = 85) -> bytes:
    """As a camera sends it."""
    out = io.BytesIO()
    Image.fromarray(frame[:, :, ::-1]).save(out, "JPEG", quality=quality)
    return out.getvalue()


def pictures_of(scene: Frame, count: int = 12, noise: float = 4.0) -> list[bytes]:
    """The same scene so many times, with another noise each time."""
    return [jpeg(seen(scene, seed, noise)) for seed in range(count)]


class MjpegServer(Listener):
    """The camera; `async with` runs it."""

    def __init__(self, pictures: Sequence[bytes] = (), fault: Fault | None = None) -> None:
        super().__init__()
        self.pictures = list(pictures)
        """What it shows, over and over."""
        self.fault = fault
        self.queued: list[bytes] = []
        """What every connection is shown first, all at once: what has become old in a buffer."""
        self.login: Literal["", "Basic", "Digest"] = ""
        self.interval_s = 0.02
        self.asked: list[str] = []
        """The head of each request."""
        self._next = 0

    def address(self, login: str = "") -> str:
        """Where it is looked at; `login` as it stands in an address."""
        return f"http://{login}{'@' if login else ''}127.0.0.1:{self.port}/live.mjpg?channel=1"

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Show it to whoever may look."""
        self.asked.append(head)
        if self.login and not _may(head, self.login):
            _refuse(writer, 401, _challenge(self.login))
        else:
            await self._show(reader, writer, head)

    async def _show(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str
    ) -> None:
        fault = self.fault
        if fault in _STATUSES:
            _refuse(writer, int(fault or 0))
        elif fault == "elsewhere" and "/live.mjpg" in head:
            _refuse(writer, 302, "location: /moved.mjpg\r\n")
        elif fault in _ANSWERS:
            _answer(writer, *_ANSWERS[fault or ""])
        elif fault in {"single", "not whole"}:
            picture = self._picture()
            _answer(writer, "image/jpeg", picture if fault == "single" else picture[:-200])
        elif fault not in {"silence", "hangs up"}:
            await self._stream(writer)
        if fault in {"silence", "stalls"}:
            await reader.read()

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        video = self.fault == "video"
        kind = "video/x-motion-jpeg" if video else "multipart/x-mixed-replace; boundary=--frame"
        writer.write(f"HTTP/1.0 200 OK\r\ncontent-type: {kind}\r\n\r\n".encode())
        for old in self.queued:
            writer.write(_part(old, bare=video))
        whole = {"stalls": 1, "ends": 2, "cut": 0, "cut later": 2}.get(self.fault or "", 10**9)
        for _ in range(whole):
            writer.write(_part(self._picture(), bare=video))
            await writer.drain()
            if self.interval_s:
                await asyncio.sleep(self.interval_s)
        if self.fault in {"cut", "cut later"}:
            part = _part(self._picture())
            writer.write(part[: len(part) // 2])

    def _picture(self) -> bytes:
        self._next += 1
        return self.pictures[self._next % len(self.pictures)]


def _part(picture: bytes, *, bare: bool = False) -> bytes:
    if bare:
        return picture
    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
    return head.encode() + picture + b"\r\n"


def _answer(writer: asyncio.StreamWriter, kind: str, body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n"
    writer.write(f"{head}connection: close\r\n\r\n".encode() + body)


def _refuse(writer: asyncio.StreamWriter, status: int, more: str = "") -> None:
    head = f"HTTP/1.1 {status} x\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n"
    writer.write(head.encode())


def _challenge(login: str) -> str:
    more = ', qop="auth", nonce="abc"' if login == "Digest" else ""
    return f'www-authenticate: {login} realm="camera"{more}\r\n'


def _may(head: str, login: str) -> bool:
    """Whether the request brings the right name and password (RFC 7617, RFC 7616)."""
    found = re.search(r"(?im)^authorization: (\w+) (.*?)\r?$", head)
    if found is None or found[1] != login:
        return False
    if login == "Basic":
        return base64.b64decode(found[2]).decode() == f"{NAME}:{PASSWORD}"
    said = {name: value for name, value, _ in re.findall(r'(\w+)="?(([^",])*)"?', found[2])}
    keys = [f"{NAME}:camera:{PASSWORD}", f"GET:{said['uri']}"]
    first, second = (hashlib.md5(key.encode()).hexdigest() for key in keys)  # noqa: S324  # the form
    text = ":".join([first, said["nonce"], said["nc"], said["cnonce"], "auth", second])
    return bool(said["response"] == hashlib.md5(text.encode()).hexdigest())  # noqa: S324
