"""A hub and a wheel index of one's own, with a toy model, for the tests of the model files.

A real HTTP server on a free port and real wheels for the real pip; only the models are tiny.
"""

from __future__ import annotations

import hashlib
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from assistant.modelfiles.manifest import Manifest, Model, ModelFile, Part
from assistant.modelfiles.store import ModelStore

if TYPE_CHECKING:
    from pathlib import Path

BODY = bytes(range(256)) * 2000
"""512,000 bytes that differ from their neighbours, so that a shift is noticed."""
SMALL = b'{"sample_rate": 22050}'


class HubServer(ThreadingHTTPServer):
    """A hub that can cut, refuse ranges, lie and stall."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.cuts: list[int] = []
        """Bytes sent of the next answers' bodies before the connection is closed."""
        self.ranges = True
        """Whether it honours Range."""
        self.asked: list[tuple[str, str]] = []
        """Path and Range header of each request."""
        self.gate = threading.Event()
        """A body stops in the middle until this is set."""
        self.gate.set()

    @property
    def address(self) -> str:
        """With its last slash."""
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    """Answers as its `HubServer` is told to."""

    server: HubServer

    def do_GET(self) -> None:
        """Send the file, or as much of it as we may."""
        hub, wanted = self.server, self.headers.get("Range", "")
        hub.asked.append((self.path, wanted))
        body = hub.files.get(self.path)
        if body is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and hub.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        body = body[start:]
        cut = hub.cuts.pop(0) if hub.cuts else len(body)
        self.wfile.write(body[: cut // 2])
        self.wfile.flush()
        hub.gate.wait()
        self.wfile.write(body[cut // 2 : cut])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""


class Ears:
    """Hears what a pull says."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int, int]] = []
        self.notes: list[str] = []

    def progress(self, name: str, done: int, total: int) -> None:
        """Keep it."""
        self.steps.append((name, done, total))


def sha(body: bytes) -> str:
    """The sum as a manifest has it."""
    return hashlib.sha256(body).hexdigest()


def of(path: str, body: bytes, *parts: Part) -> ModelFile:
    """A manifest's file for this body."""
    return ModelFile(path, len(body), sha(body), parts=parts)


def store_of(folder: Path, hub: str, *files: ModelFile) -> ModelStore:
    """A store whose manifest knows one voice, "toy"."""
    files = files or (of("toy.onnx.json", SMALL), of("toy.onnx", BODY))
    toy = Model("toy", "tts", files, hub=hub, entry="toy.onnx", default=True, also=("t",))
    return ModelStore(folder / "store", Manifest((toy,)))


def pull(store: ModelStore, *names: str, verify: bool = False) -> Ears:
    """Pull, and give what was said on the way."""
    ears = Ears()
    store.pull(names, ears.progress, ears.notes.append, verify=verify)
    return ears


def serve_toy(hub: HubServer) -> None:
    """Put the toy's files on the hub."""
    hub.files = {"/toy.onnx.json": SMALL, "/toy.onnx": BODY}


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """Write a wheel that pip takes."""
    base = f"{name.replace('-', '_')}-1.0"
    info = f"{base}.dist-info"
    with zipfile.ZipFile(folder / f"{base}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as file:
        for member, body in members.items():
            file.writestr(member, body)
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        file.writestr(f"{info}/RECORD", "")
