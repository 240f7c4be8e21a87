"""What failed a moment ago, so that not every start waits for the same failure again.

Flows in: an error and how long it took. Flows out: the same error, for a minute. Refuses to know:
what was asked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.errors import GatewayError
from assistant.think.gateway_errors import Fault
from assistant.think.json_values import parsed

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.interfaces import Clock

REMEMBERED_S = 60
"""Seconds that a failure is remembered."""
SLOW_S = 1.0
"""Seconds that a failure took at least to be remembered: a quick one costs nothing, and whoever
has just started the server wants it to be asked."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that failed."""

    at: datetime
    error: GatewayError


class Failures:
    """The last failure, here and in a file for the next start of the program."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._last: Failure | None = None

    def remember(self, error: GatewayError, took_s: float) -> bool:
        """Keep a failure here, where it took long; whether it is worth keeping in the file."""
        slow = took_s >= SLOW_S
        self._last = Failure(self._clock.now(), error) if slow else None
        return slow

    def forget(self) -> None:
        """It worked. Blocks: it touches the disk."""
        self._last = None
        with suppress(OSError):
            self._file.unlink()

    def last(self) -> GatewayError | None:
        """The failure of the last minute, with its age; None where there is none. Blocks."""
        failure = self._last or self._read()
        age = (self._clock.now() - failure.at).total_seconds() if failure else -1.0
        if failure is None or not 0 <= age < REMEMBERED_S:
            return None
        words = f"{failure.error} That was {age:.0f} s ago; it is asked again after a minute."
        return type(failure.error)(words)

    def write(self) -> None:
        """Keep it in the file. Blocks."""
        if self._last is None:
            return
        kept = {
            "at": self._last.at.isoformat(),
            "kind": self._last.error.kind,
            "message": str(self._last.error),
        }
        with suppress(OSError):  # the next start waits, as this one did
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(json.dumps(kept), encoding="utf-8")

    def _read(self) -> Failure | None:
        try:
            kept = parsed(self._file.read_bytes())
            if not isinstance(kept, dict):
                return None
            at = datetime.fromisoformat(str(kept["at"]))
            error = _KINDS[str(kept["kind"])](str(kept["message"]))
        except (OSError, ValueError, KeyError):
            return None  # half a file: asking again costs a few seconds
        return Failure(at, error) if at.tzinfo is not None else None


_KINDS: dict[str, type[GatewayError]] = {fault.kind: fault for fault in Fault.__subclasses__()}
_KINDS[GatewayError.kind] = GatewayError
