"""Whole JPEG pictures out of the bytes of a stream.

Flows in: bytes, cut anywhere: a multipart stream, pictures one after another, or one. Flows out:
each picture that is whole; one that breaks off never comes out, for a decoder would fill it up
with grey. Pure. Refuses to know: sockets, headers (cameras disagree on boundaries), pixels.
"""

from __future__ import annotations

import re
from typing import Final

MOST_BYTES: Final = 20_000_000
"""Bytes of one picture; what is longer is none."""
_BEGINS: Final = b"\xff\xd8\xff"
_MARKER: Final = re.compile(rb"\xff+([^\x00\xff])")
"""The next marker; within a scan, 0xFF 0x00 is a byte of it."""
_BARE: Final = frozenset(range(0xD0, 0xD9)) | {0x01}
"""Markers without a length, such as those that restart a scan (ITU-T T.81, table B.1)."""
_END: Final = 0xD9


class TooLong(ValueError):
    """So many bytes, and no picture among them."""


class Jpegs:
    """Takes bytes as they come."""

    def __init__(self) -> None:
        self._kept = b""

    def push(self, data: bytes) -> list[bytes]:
        """The pictures that are whole with these bytes, oldest first. Raises TooLong."""
        self._kept += data
        found: list[bytes] = []
        while True:
            begin = self._kept.find(_BEGINS)
            if begin < 0:
                self._kept = self._kept[1 - len(_BEGINS) :]
                return found
            self._kept = self._kept[begin:]
            end = _end_of(self._kept)
            if end is None:
                if len(self._kept) > MOST_BYTES:
                    raise TooLong
                return found
            found.append(self._kept[:end])
            self._kept = self._kept[end:]


def _end_of(data: bytes) -> int | None:
    """Where the picture that begins here ends; None where it is not whole.

    Segments are stepped over by their length: a small picture within its notes ends there too.
    """
    at = 2
    while marker := _MARKER.search(data, at):
        kind, at = marker[1][0], marker.end()
        if kind == _END:
            return at
        if kind in _BARE:
            continue
        if at + 2 > len(data):
            return None
        at += int.from_bytes(data[at : at + 2])
    return None
