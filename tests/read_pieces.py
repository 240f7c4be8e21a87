"""A reply read in pieces, as the network cuts it.

Flows in: bytes, and who reads them. Flows out: the deltas, with the error they end in.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from assistant.errors import GatewayError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.messages import Delta


class Reader(Protocol):
    """What takes bytes and gives deltas: `Deltas` and `Body` are such."""

    def push(self, data: bytes, /) -> Iterable[Delta]:
        """The deltas that these bytes complete."""

    def close(self) -> Iterable[Delta]:
        """The deltas that the end completes."""


def read_by(reader: Reader, pieces: Iterable[bytes]) -> list[object]:
    """All the deltas; where they end in an error of ours, its type and text are the last."""
    found: list[object] = []
    try:
        for piece in pieces:
            for delta in reader.push(piece):
                found.append(delta)  # noqa: PERF402  # what came before an error counts
        for last in reader.close():
            found.append(last)  # noqa: PERF402
    except GatewayError as error:
        found.append((type(error), str(error)))
    return found


def cut_at(data: bytes, places: Iterable[int]) -> list[bytes]:
    """The bytes in pieces."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]
