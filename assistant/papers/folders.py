"""The folders of the settings: which files are in them, and the bytes of one.

Flows in: the folders' names. Flows out: papers and their bytes. All of it blocks. No name that
anybody says becomes a path: what is opened was found here before, and is opened again folder by
folder, each inside of the one that is open already, none of them a link. So nothing that changes
meanwhile leads outside. Refuses to know: what is in a file.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_FILES: Final = 2_000
"""Files that are looked at, those of the upper folders first."""
MOST_ENTRIES: Final = 20_000
"""Names that are looked at, files or not, so that a folder full of others has an end, too."""
_INTO: Final = os.O_RDONLY | os.O_DIRECTORY
_NO_LINK: Final = os.O_NOFOLLOW
_FILE: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
"""Without waiting: a pipe would keep us for ever."""
_LINKS: Final = frozenset({errno.ELOOP, errno.EMLINK, errno.ENOTDIR})
"""What systems say of a link where none may be: Linux, FreeBSD, and either of a folder."""
_RUBBISH: Final = frozenset({"desktop.ini", "thumbs.db"})


class NoPaper(ToolError):
    """Why there is no document, in a sentence for the model and the person alike."""

    def __init__(self, message: str) -> None:
        super().__init__(message, spoken=message)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that may be read."""

    folder: int
    """Which of the settings' folders it is in, from 0."""
    path: tuple[str, ...]
    """The folders inside of that one, and the file's own name at the end."""
    changed: float
    """When it was written last, in seconds since 1970."""
    where: str = ""
    """The name of the folder it lies in."""

    @property
    def name(self) -> str:
        """The file's name on one line."""
        return printable(self.path[-1])


@dataclass(frozen=True, slots=True)
class Found:
    """What is there."""

    papers: tuple[Paper, ...]
    whole: bool
    """False: there is more than is looked at."""


class Folders:
    """The folders, with all that is inside of them but hidden files and links."""

    def __init__(self, folders: Sequence[str], most_bytes: int) -> None:
        """`most_bytes` of a file are read; a larger one is refused."""
        self._folders = [os.path.expanduser(folder) for folder in folders]  # noqa: PTH111  # raises nothing
        self._most = most_bytes

    def papers(self) -> Found:
        """What there is, each file once. Raises NoPaper where no folder can be looked into."""
        if not self._folders:
            raise NoPaper("I may look into no folder. Name one in [documents] folders.")
        papers: dict[tuple[int, int], Paper] = {}
        wrong: list[NoPaper] = []
        waiting: deque[tuple[int, tuple[str, ...]]] = deque()
        waiting.extend((place, ()) for place in range(len(self._folders)))
        seen = 0
        while waiting and len(papers) < MOST_FILES and seen < MOST_ENTRIES:
            place, inside = waiting.popleft()
            try:
                for name, status in self._entries(place, inside, MOST_ENTRIES - seen):
                    seen += 1
                    if stat.S_ISDIR(status.st_mode):
                        waiting.append((place, (*inside, name)))
                    elif stat.S_ISREG(status.st_mode) and len(papers) < MOST_FILES:
                        where = inside[-1] if inside else os.path.basename(self._folders[place])  # noqa: PTH119  # text
                        paper = Paper(place, (*inside, name), status.st_mtime, printable(where))
                        papers.setdefault((status.st_dev, status.st_ino), paper)
            except OSError as error:
                if not inside:  # what lies deeper and may not be seen is as good as hidden
                    wrong.append(self._no_folder(place, error))
        if len(wrong) == len(self._folders):
            raise wrong[0]
        whole = not waiting and len(papers) < MOST_FILES and seen < MOST_ENTRIES
        return Found(tuple(papers.values()), whole)

    def read(self, paper: Paper) -> bytes:
        """All of a file. Raises NoPaper."""
        if any(part.startswith(".") or "/" in part for part in paper.path):
            raise NoPaper(f"{paper.name} is hidden, and I read no hidden files.")
        try:
            with self._folder(paper.folder, paper.path[:-1]) as folder:
                opened = os.open(paper.path[-1], _FILE | _NO_LINK, dir_fd=folder)
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                os.close(opened)
                raise NoPaper(f"{paper.name} is no ordinary file, so I do not read it.")
            with os.fdopen(opened, "rb") as file:
                data = file.read(self._most + 1)
        except (OSError, ValueError) as error:  # ValueError: a name that no system has
            raise _unreadable(paper, error) from error
        if len(data) > self._most:
            raise NoPaper(
                f"{paper.name} is too large: I read up to {self._most / 1e6:.3g} megabytes. "
                "Save the part of it that matters."
            )
        return data

    @contextmanager
    def _folder(self, place: int, inside: Sequence[str]) -> Iterator[int]:
        """A folder that is open; the settings' own may be a link, none inside of it may."""
        opened = os.open(self._folders[place], _INTO)
        try:
            for name in inside:
                inner = os.open(name, _INTO | _NO_LINK, dir_fd=opened)
                os.close(opened)
                opened = inner
            yield opened
        finally:
            os.close(opened)

    def _entries(
        self, place: int, inside: Sequence[str], most: int
    ) -> Iterator[tuple[str, os.stat_result]]:
        """The names in a folder that are not hidden, in no order, with what each of them is."""
        with self._folder(place, inside) as folder, os.scandir(folder) as entries:
            for _, entry in zip(range(most), entries, strict=False):
                name = entry.name
                if name.startswith((".", "~$")) or name.casefold() in _RUBBISH:
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except OSError:  # it went away meanwhile
                    continue
                yield name, status

    def _no_folder(self, place: int, error: OSError) -> NoPaper:
        name = self._folders[place]
        match error:
            case FileNotFoundError():
                why = f"There is no folder {name}. Make it"
            case NotADirectoryError():
                why = f"{name} is no folder. Make one"
            case _:
                why = f"I may not look into the folder {name}. Let me"
        return NoPaper(f"{why}, or name another one in [documents] folders.")


def printable(text: str) -> str:
    """A name on one line: whoever named a file may have written anything."""
    return "".join(letter if letter.isprintable() else "_" for letter in text)


def _unreadable(paper: Paper, error: OSError | ValueError) -> NoPaper:
    match error:
        case FileNotFoundError():
            return NoPaper(f"{paper.name} is not there any more.")
        case PermissionError():
            return NoPaper(f"I am not allowed to read {paper.name}. Change its permissions.")
        case OSError(errno=number) if number in _LINKS:
            return NoPaper(
                f"{paper.name} is a link, and I follow none. Put the file itself into the folder."
            )
        case _:
            return NoPaper(f"I cannot read {paper.name}. Copy it elsewhere and try again.")
