"""Whether the files of one model are there and whole, without computing every sum every time.

Flows in: what the manifest expects, and the folder. Flows out: a `Fault`, or nothing. A sum that
was right is sealed in `.sums.json` beside the files, with the size and the times the file had
then; it is computed again only when one of those has changed. Refuses to know: where files come
from.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from assistant.modelfiles.fetch import sha256_of
from assistant.modelfiles.manifest import ModelFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assistant.modelfiles.manifest import Model

Depth = Literal["size", "sealed", "sum"]
"""How closely to look: at sizes; at sums too, trusting the seals; at every sum afresh."""
_NAME = ".sums.json"
_DIGITS = 12
"""Digits of a sum in a message: enough to tell two apart."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a file."""

    kind: Literal["missing", "damaged"]
    text: str
    """A sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file looked like when its sum was last right."""

    sha256: str
    size: int
    """Bytes."""
    mtime_ns: int
    ctime_ns: int
    """Notices a file that was exchanged and given its old `mtime` back."""

    @classmethod
    def of(cls, path: Path, sha256: str) -> Seal:
        """The seal of this file as it is now."""
        stat = path.stat()
        return cls(sha256, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


class Seals:
    """The seals of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seals = _read(folder / _NAME)

    def files(self, model: Model) -> Sequence[ModelFile]:
        """The model's files; of one that is not listed, all that came."""
        if not model.snapshot:
            return model.files
        listed = {file.path for file in model.files}
        return [*model.files, *(ModelFile(path) for path in self._seals if path not in listed)]

    def expected(self, file: ModelFile) -> ModelFile:
        """The file with the sum it had when it came, where the manifest knows none."""
        seal = self._seals.get(file.path)
        if file.sha256 or seal is None:
            return file
        return replace(file, size=seal.size, sha256=seal.sha256)

    def fault(self, file: ModelFile, depth: Depth) -> Fault | None:
        """What is wrong with this file; a sum that had to be computed and is right is sealed."""
        path, file = self._folder / file.path, self.expected(file)
        if not path.is_file():
            return Fault("missing", f"{path} is missing")
        size = path.stat().st_size
        if size != file.size and (file.size or not size):
            expected = f"{file.size:,} bytes" if file.size else "a file with something in it"
            return Fault("damaged", f"{path} is damaged: expected {expected}, found {size:,} bytes")
        if depth == "size" or not file.sha256:
            return None
        if depth == "sealed" and Seal.of(path, file.sha256) == self._seals.get(file.path):
            return None
        found = sha256_of(path)
        if found != file.sha256:
            sums = f"expected sha256 {file.sha256[:_DIGITS]}…, found {found[:_DIGITS]}…"
            return Fault("damaged", f"{path} is damaged: {sums}")
        self._seal(file.path, found)
        return None

    def keep(self, path: str) -> None:
        """Seal a file that has just come."""
        self._seal(path, sha256_of(self._folder / path))

    def _seal(self, path: str, sha256: str) -> None:
        self._seals[path] = Seal.of(self._folder / path, sha256)
        text = json.dumps({name: asdict(seal) for name, seal in self._seals.items()}, indent=1)
        new = self._folder / (_NAME + ".new")
        try:
            new.write_text(text, "utf-8")
            new.replace(self._folder / _NAME)
        except OSError:  # a folder that is only read: the sum is computed at each start
            return


def _read(path: Path) -> dict[str, Seal]:
    """The seals in this file; none where it is not there or not to be understood."""
    try:
        return {name: Seal(**seal) for name, seal in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
