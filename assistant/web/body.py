"""The body of a page, as it arrives: unpacked, and counted before it can fill the memory.

Flows in: pieces of bytes. Flows out: the whole, or NoPage as soon as it is too much. Pure. Refuses
to know: connections, what the bytes say.
"""

from __future__ import annotations

import zlib

from assistant.web.values import NoPage

_GZIP = 16 + zlib.MAX_WBITS
"""What zlib calls the form with gzip's header."""


class Body:
    """Takes pieces until there are too many."""

    def __init__(self, source: str, packing: str, most: int) -> None:
        """`packing` is what the server calls it, and `most` the bytes of a page, packed or not.

        Raises NoPage for a packing that was not asked for.
        """
        self._source = source
        self._most = most
        self._arrived = 0
        self._whole = bytearray()
        match packing.strip().lower():
            case "" | "identity":
                self._unpacking = None
            case "gzip" | "x-gzip":
                self._unpacking = zlib.decompressobj(_GZIP)
            case _:
                raise NoPage(f"{source} sends its page in a form that I cannot read.", "bad-reply")

    def push(self, data: bytes) -> None:
        """The next piece. Raises NoPage."""
        self._arrived += len(data)
        room = self._most - len(self._whole)
        if self._unpacking is None:
            self._whole += data[: room + 1]
        else:
            try:  # no more is unpacked than has room: a few bytes can hold a gigabyte
                self._whole += self._unpacking.decompress(data, room + 1)
            except zlib.error as error:
                raise NoPage(f"{self._source} sent a damaged page.", "bad-reply") from error
        if self._arrived > self._most or len(self._whole) > self._most:
            raise NoPage(
                f"The page of {self._source} is too large: I read up to {self._most / 1e6:.3g} "
                "megabytes ([web] max_page_bytes).",
                "too-large",
            )

    def whole(self) -> bytes:
        """All of it, once nothing more comes."""
        return bytes(self._whole)
