"""OpenCV: the only module that imports it, and all of it blocks.

Flows in: what to open and for how long to wait. Flows out: frames; what was opened is closed with
the generator. Refuses to know: whether a frame can be trusted.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from assistant.camera.values import Frame, NoPicture

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_WIDTH, _HEIGHT = 1280, 720
"""What a webcam is asked for: most have it, and OpenCV's own 640 by 480 shows no small print."""
_QUALITY: Final = 95
_USUAL_FPS: Final = 15.0
_BELIEVED_FPS: Final = (1.0, 120.0)
_LONGEST_CATCHING_UP_S: Final = 2.0
_WAITS: Final = 2
"""One may be a hiccup of the machine."""


def device_frames(device: int | str) -> Generator[Frame]:
    """What a camera of this machine sees, until it shows nothing; nothing if it does not open."""
    system = cv2.CAP_V4L2 if sys.platform.startswith("linux") else cv2.CAP_ANY
    capture = cv2.VideoCapture(device, system)
    try:
        if capture.isOpened():
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WIDTH)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _HEIGHT)
        yield from _frames(capture)
    finally:
        capture.release()


def stream_frames(url: str, timeout_s: float) -> Generator[Frame]:
    """What a stream shows from now on; nothing if it does not open.

    One thread decodes, for several are as many frames behind.
    """
    params = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, max(1, round(timeout_s * 2 / 3 * 1000))),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, max(1, round(timeout_s / 3 * 1000))),
        *(cv2.CAP_PROP_N_THREADS, 1),
    ]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, params)
    try:
        _catch_up(capture)
        yield from _frames(capture)
    finally:
        capture.release()


def _catch_up(capture: cv2.VideoCapture) -> None:
    """Leave out what had queued while the stream was opened: until two frames were waited for."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    low, high = _BELIEVED_FPS
    interval_s = 1 / (fps if low <= fps <= high else _USUAL_FPS)
    began = now = time.monotonic()
    waits = 0
    while waits < _WAITS and now - began < _LONGEST_CATCHING_UP_S and capture.grab():
        before, now = now, time.monotonic()
        waits += now - before >= interval_s / 2


def _frames(capture: cv2.VideoCapture) -> Generator[Frame]:
    while capture.isOpened():
        whole, frame = capture.read()
        if not whole or frame is None:
            return
        yield np.asarray(frame, np.uint8)


def file_frame(path: Path, turn: int) -> Frame:
    """A picture, or the frame of a video whose turn it is; after its last comes its first.

    Raises NoPicture.
    """
    wrong = NoPicture(
        f"{path.name} is neither a picture nor a video that I can read. See [camera] source."
    )
    try:
        if cv2.haveImageReader(str(path)):
            picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if picture is None:
                raise wrong
            return np.asarray(picture, np.uint8)
        return _video_frame(path, turn, wrong)
    except cv2.error:
        raise wrong from None


def _video_frame(path: Path, turn: int, wrong: NoPicture) -> Frame:
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    try:
        count = round(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if turn and count > 1:
            capture.set(cv2.CAP_PROP_POS_FRAMES, turn % count)
        whole, frame = capture.read()
    finally:
        capture.release()
    if not whole or frame is None:
        raise wrong
    return np.asarray(frame, np.uint8)


def decoded(data: bytes) -> Frame | None:
    """The picture of a picture file's bytes, upright; None where they are damaged."""
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def encoded(frame: Frame) -> bytes:
    """The frame as a JPEG; it is made smaller where it is sent."""
    _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()
