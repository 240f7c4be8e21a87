"""What `[camera] source` means: a camera of this machine, an address, or a file.

Flows in: the setting. Flows out: what to open, and what to call it where others read along: an
address never with its name, password, path and query. Pure. Refuses to know: whether it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from assistant.camera.values import NoPicture

_SCHEMES: Final = ("rtsp", "rtsps", "http", "https")
_LOGIN: Final = re.compile(r"[^/\\]+:[^/\\].*@")
"""How an address begins that has a password and lacks its scheme: it is never told as a path."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A camera of this machine, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A path: of a camera's device, a video or a picture."""

    path: Path


@dataclass(frozen=True, slots=True)
class Address:
    """A camera in the network."""

    url: str = field(repr=False)
    """As it was set: it may hold a password."""
    scheme: str
    host: str
    port: int | None
    bare: str = field(repr=False)
    """The address without name and password."""
    user: str = field(repr=False)
    password: str = field(repr=False)

    def __str__(self) -> str:
        """As a person may hear of it."""
        return f"The camera at {self.host}"


Source = Numbered | Named | Address


def source_of(setting: str | int) -> Source:
    """What to take pictures of. Raises NoPicture where the setting makes no sense."""
    text = str(setting).strip()
    if not text:
        raise NoPicture(
            "No camera is set up. Put its number, its device or its address in the settings, "
            "as [camera] source."
        )
    if text.isdecimal():
        return Numbered(int(text))
    if "://" in text or _LOGIN.match(text):
        return _address(text)
    return Named(Path(text).expanduser())


def with_login(setting: str | int, login: str) -> str | int:
    """The setting with `name:password` in it, where it is an address that has none yet."""
    scheme, mark, rest = str(setting).partition("://")
    if not login or not mark or "@" in rest.partition("/")[0]:
        return setting
    user, _, password = login.partition(":")
    return f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


def _address(url: str) -> Address:
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme not in _SCHEMES:
        raise NoPicture(
            "The address of the camera is of a kind that I do not know. It begins with "
            f"{', '.join(f'{known}://' for known in _SCHEMES)}: see [camera] source."
        )
    wrong = NoPicture(
        "The address of the camera makes no sense. Write it as rtsp://name:password@host/path; in "
        "the password, / is %2F, @ is %40, # is %23 and ? is %3F. See [camera] source."
    )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None  # the error that is left out quotes the address
    if not host or any(letter.isspace() or not letter.isprintable() for letter in url):
        raise wrong
    if "@" in url and "@" not in parts.netloc:  # then the host may be a piece of the password
        raise wrong
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(url, scheme, host, port, bare, user, password)
