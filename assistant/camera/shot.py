"""Takes a picture: opens a source, waits for a frame that can be trusted, and closes it.

Flows in: a source, and how long it may take. Flows out: a `Shot`, or NoPicture with the reason.
All of it blocks, and some of it may hang in a driver: `program` runs it where that does no harm.
Refuses to know: what makes a frame trustworthy (`views`).
"""

from __future__ import annotations

import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Final

from assistant.camera import devices, opencv, web
from assistant.camera.sources import Address, Named, Numbered
from assistant.camera.values import Frame, NoPicture, Shot
from assistant.camera.views import Watch, flaw, view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from assistant.camera.sources import Source

    Look = Callable[[float], Generator[Frame]]

_FLAWS: Final = {
    "black": "The camera shows nothing but black: its lens is covered, or it is dark there.",
    "plain": "The camera shows nothing but one plain colour. Look whether something covers it.",
}
_AGAIN_S: Final = 0.15
"""Seconds until a camera is asked again that gives one picture at a time."""


def take(source: Source, timeout_s: float, turn: int = 0) -> Shot:
    """A picture, within about that time; `turn` is a video file's frame. Raises NoPicture."""
    frame = _frame(source, timeout_s, turn)
    view = view_of(frame)
    if wrong := flaw(view):
        raise NoPicture(_FLAWS[wrong])
    return Shot(opencv.encoded(frame), view)


def _frame(source: Source, timeout_s: float, turn: int) -> Frame:
    match source:
        case Numbered(number):
            return device_frame(opencv.device_frames(number), source, timeout_s)
        case Named(path) if devices.is_device(path):
            return device_frame(opencv.device_frames(str(path)), path, timeout_s)
        case Named(path):
            return opencv.file_frame(path, turn)
        case Address():
            look = partial(_looked_at, source)
            return _live(look, Watch(), timeout_s, str(source))


def device_frame(frames: Generator[Frame], device: Numbered | Path, timeout_s: float) -> Frame:
    """The picture of a camera whose exposure has to settle. Raises NoPicture."""

    def look(_left_s: float) -> Generator[Frame]:
        yield from frames
        raise NoPicture(devices.why_closed(device))

    return _live(look, Watch(settles=True), timeout_s, "The camera")


def _live(look: Look, watch: Watch, timeout_s: float, who: str) -> Frame:
    """The frame to be taken of what is alive; a source that ends is opened again.

    Raises NoPicture.
    """
    ends = time.monotonic() + timeout_s
    while (left_s := ends - time.monotonic()) > 0:
        before = watch.count
        try:
            with closing(look(left_s)) as frames:
                for frame in frames:
                    now = time.monotonic()
                    if watch.push(frame, now) or now >= ends:
                        return _trusted(watch, who)
        except NoPicture:
            if not watch.count:  # else it was there, and is no more
                raise
        if watch.count == before:
            raise NoPicture(f"{who} broke off before there was a whole picture.")
        time.sleep(min(_AGAIN_S, max(0.0, ends - time.monotonic())))
    return _trusted(watch, who)


def _trusted(watch: Watch, who: str) -> Frame:
    """The newest frame, unless there is a reason not to believe it. Raises NoPicture."""
    if watch.newest is None:
        raise NoPicture(f"{who} does not answer.")
    if watch.alive or flaw(view_of(watch.newest)):  # a flaw is told as such
        return watch.newest
    if watch.frozen:
        raise NoPicture(
            f"{who} is frozen: it shows the same old picture again and again. Switch it off and on."
        )
    raise NoPicture(f"{who} stopped after its first picture, which may be an old one.")


def _looked_at(address: Address, left_s: float) -> Generator[Frame]:
    """What a camera in the network shows: pictures that we read ourselves, or a video."""
    if address.scheme in {"http", "https"}:
        with web.opened(address, left_s / 2) as answer:
            kind = web.kind_of(answer)
            if kind == "text/html":
                raise NoPicture(f"{address} shows a web page. Put the address of its video there.")
            if kind in {"multipart/x-mixed-replace", "image/jpeg", "image/jpg"}:
                for jpeg in web.newest(answer):
                    if (frame := opencv.decoded(jpeg)) is not None:
                        yield frame
                return
            if kind.startswith("image/"):
                if (frame := opencv.decoded(web.whole(answer))) is not None:
                    yield frame
                return
    seen = False
    for frame in opencv.stream_frames(address.url, left_s):
        seen = True
        yield frame
    if not seen:
        raise NoPicture(web.why_closed(address, max(0.5, left_s / 4)))
