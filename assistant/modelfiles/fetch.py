"""Files over HTTP: whole and with the right sum, or not at all.

Flows in: an address and the file that is wanted. Flows out: its bytes in a `.part` beside its
final place, where a download that was cut goes on, and one step that gives it the final name; or
a `SourceError` that says why this source did not give it. Refuses to know: which models exist,
which source is asked first, the screen.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import httpx

from assistant.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from assistant.modelfiles.manifest import ModelFile

Progress = Callable[[str, int, int], None]
"""What is being fetched, its bytes so far, its bytes in all (0 where nobody said)."""
Note = Callable[[str], None]
"""One sentence for the person who waits."""
_CONNECT_S = 5.0
"""Seconds for a host to take the connection: one that is up does so within one."""
_READ_S = 30.0
"""Seconds without a byte after which a download counts as cut."""
_TRIES = 5
"""Requests for one file at one address; each goes on where the last was cut."""


class SourceError(ModelError):
    """One source did not give the file; the next one may."""

    def __init__(self, message: str, *, known: bool = False) -> None:
        super().__init__(message)
        self.known = known
        """The same source failed before in this pull, and was not asked again."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What goes wrong on the disk inside becomes a ModelError about this path."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise ModelError(
                f"The disk is full: no room for {path}. Make room and pull again; "
                f"what has arrived is kept."
            ) from error
        raise ModelError(f"{path} cannot be written: {error.strerror or error}.") from error


def sha256_of(path: Path) -> str:
    """The file's sum; 145 MB take 0.14 s."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Landing:
    """The place where one file comes down."""

    file: ModelFile
    final: Path
    """Where it lies when it is whole."""
    name: str
    """What progress calls it."""

    @property
    def part(self) -> Path:
        """Where it lies until then."""
        return self.final.with_name(self.final.name + ".part")

    @property
    def length(self) -> int:
        """Bytes of the part so far."""
        return self.part.stat().st_size if self.part.exists() else 0

    def write(self, chunks: Iterable[bytes], offset: int, tell: Callable[[int], None]) -> None:
        """Put the bytes into the part from this offset on, and onto the disk."""
        with writing(self.part), self.part.open("r+b" if offset else "wb") as out:
            if offset:
                out.truncate(offset)
                out.seek(offset)
            for chunk in chunks:
                out.write(chunk)
                tell(out.tell())
                if self.file.size and out.tell() > self.file.size:
                    break
            out.flush()
            os.fsync(out.fileno())

    def fault(self) -> str:
        """What is wrong with the part; empty where nothing is."""
        if self.file.size and self.length != self.file.size:
            return f"a file of another size: expected {self.file.size:,} bytes, got {self.length:,}"
        if self.file.sha256 and (found := sha256_of(self.part)) != self.file.sha256:
            return f"a file with a wrong sum: expected sha256 {self.file.sha256}, got {found}"
        return ""

    def settle(self) -> None:
        """Give the part its final name, in one step that also lasts through a power cut."""
        with writing(self.final):
            self.part.replace(self.final)
            folder = os.open(self.final.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


class Hub:
    """Downloads over HTTP, for one pull: a host that did not answer is not asked again."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._down: dict[str, str] = {}
        self._client = httpx.Client(
            timeout=httpx.Timeout(_READ_S, connect=_CONNECT_S),
            follow_redirects=True,
            headers={"Accept-Encoding": "identity"},  # else a part's length means nothing
        )

    def __enter__(self) -> Self:
        """Begin; the first connection is made by the first file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._client.close()

    def fetch(self, address: str, landing: Landing) -> None:
        """Bring the file down whole. Raises SourceError, and ModelError for a full disk."""
        host = httpx.URL(address).netloc.decode()
        if host in self._down:
            raise SourceError(self._down[host], known=True)
        for _ in range(_TRIES):
            before = landing.length
            try:
                if self._attempt(address, host, landing):
                    return
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._down[host] = f"{host} does not answer ({_why(error)})"
                raise SourceError(self._down[host]) from error
            except httpx.HTTPError as error:
                if landing.length <= before:
                    reason = f"the connection to {host} was cut ({_why(error)})"
                    raise SourceError(reason) from error
        raise SourceError(f"the connection to {host} was cut {_TRIES} times")

    def _attempt(self, address: str, host: str, landing: Landing) -> bool:
        """Whether one request brought the file; False asks for another, from the beginning."""
        size = landing.file.size
        offset = landing.length if landing.length < size else 0
        ask = {"Range": f"bytes={offset}-"} if offset else {}
        with self._client.stream("GET", address, headers=ask) as answer:
            resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
            fits = answer.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
            refused = answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE
            if offset and (refused or (resumed and not fits)):
                landing.part.unlink()
                return False
            if not answer.is_success:
                raise SourceError(f"{host} answered {answer.status_code} {answer.reason_phrase}")
            offset = offset if resumed else 0
            total = size or int(answer.headers.get("Content-Length", 0))
            landing.write(
                answer.iter_bytes(), offset, lambda done: self._progress(landing.name, done, total)
            )
        fault = landing.fault()
        if not fault:
            return True
        landing.part.unlink()
        if not offset:
            raise SourceError(f"{host} sent {fault}")
        return False


def _why(error: httpx.HTTPError) -> str:
    """What httpx says, where it says anything."""
    return str(error) or type(error).__name__
