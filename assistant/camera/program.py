"""The program that takes one picture: a request on its input, an answer on its output.

It is another program's hand: started for a shot, ended with it, by force where it hangs. Flows in:
one line of JSON. Flows out: one line of JSON, and the bytes that it announces. Nothing else leaves
it: OpenCV prints addresses with their passwords.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.camera.sources import source_of
from assistant.camera.values import NoPicture, Shot

if TYPE_CHECKING:
    from typing import BinaryIO

LATE_S = 3.0
"""Seconds after its time in which the program ends by itself, or is ended."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of it."""

    source: str | int
    """As `[camera] source` has it."""
    timeout_s: float
    turn: int = 0
    """Which frame of a video file."""

    def line(self) -> bytes:
        """As it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"


def shot_of(answer: bytes) -> Shot:
    """The picture of an answer. Raises NoPicture with the reason that it tells."""
    head, _, data = answer.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(head)
        if "reason" in told:
            raise NoPicture(str(told["reason"]))
        length, shape = int(told["jpeg"]), tuple(map(int, told["view"]))
        view = np.frombuffer(data[length:], np.uint8).reshape(shape)
    except (ValueError, KeyError, TypeError):
        raise NoPicture("The program that works the camera has failed. Please ask again.") from None
    return Shot(data[:length], view)


def main() -> None:
    """Answer the request on standard input."""
    asked = Asked(**json.loads(sys.stdin.buffer.readline()))
    if hasattr(signal, "alarm"):  # should nobody be left to end it
        signal.alarm(round(asked.timeout_s + LATE_S) + 1)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with out:
        _answer(asked, out)
        out.flush()
        os._exit(0)  # a driver's threads may not be waited for


def _answer(asked: Asked, out: BinaryIO) -> None:
    try:
        source = source_of(asked.source)
        from assistant.camera.shot import take  # noqa: PLC0415  # OpenCV

        shot = take(source, asked.timeout_s, asked.turn)
    except NoPicture as error:
        out.write(json.dumps({"reason": str(error)}).encode() + b"\n")
    except Exception as error:  # noqa: BLE001  # its words may hold an address; its name does not
        reason = f"The camera failed in a way that nobody foresaw: {type(error).__name__}."
        out.write(json.dumps({"reason": reason}).encode() + b"\n")
    else:
        head = {"jpeg": len(shot.jpeg), "view": list(shot.view.shape)}
        out.write(json.dumps(head).encode() + b"\n" + shot.jpeg + shot.view.tobytes())


if __name__ == "__main__":
    main()
