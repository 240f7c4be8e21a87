"""Why a camera of this machine, or a file in its place, cannot be used.

Flows in: a path, or a number. Flows out: what it is, or a sentence with the way out. Asks the
system, and OpenCV never: that tells no reason. Refuses to know: pixels.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assistant.camera.values import NoPicture

if TYPE_CHECKING:
    from assistant.camera.sources import Numbered

_SEE: Final = "See [camera] source."
_BUFFERS_OF_V4L2: Final = (0xC0145608, b"\1\0\0\0\1\0\0\0\1\0\0\0" + bytes(8))
"""VIDIOC_REQBUFS with one buffer for capturing, to be mapped (linux/videodev2.h): refused as busy
while another program has the camera's buffers. What it gives is given back by closing."""


def is_device(path: Path) -> bool:
    """Whether a path is a device; False for a file. Raises NoPicture where it is neither."""
    try:
        mode = path.stat().st_mode
    except PermissionError:
        raise NoPicture(f"I may not look at {path}. Change its permissions. {_SEE}") from None
    except (OSError, ValueError):
        raise NoPicture(f"There is no camera and no file {path}. {_SEE}") from None
    if stat.S_ISCHR(mode):
        return True
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "neither a camera nor a file"
        raise NoPicture(f"{path} is {kind}. {_SEE}")
    if not os.access(path, os.R_OK):
        raise NoPicture(f"I may not read {path}. Change its permissions. {_SEE}")
    return False


def why_closed(device: Numbered | Path) -> str:
    """What is wrong with a camera of this machine that shows nothing."""
    name = str(device) if isinstance(device, Path) else f"camera number {device.number}"
    if not sys.platform.startswith("linux"):
        return (
            f"{_capital(name)} does not open. It is missing, another program uses it, or the "
            "system's privacy settings keep me from it."
        )
    path = device if isinstance(device, Path) else Path(f"/dev/video{device.number}")
    try:
        _ask(path)
    except OSError as error:
        return told(name, error)
    return f"The camera {path} is there and shows nothing. Unplug it, plug it in and ask again."


def _ask(path: Path) -> None:
    """Begin to use a camera. Raises OSError for what stands against it."""
    import fcntl  # noqa: PLC0415  # Linux has it, Windows has not

    handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(handle, *_BUFFERS_OF_V4L2)
    finally:
        os.close(handle)


def told(name: str, error: OSError) -> str:
    """What stands against using a camera of this name, and the way out."""
    match error.errno:
        case errno.ENOENT | errno.ENXIO | errno.ENODEV:
            return f"There is no {name}. Plug it in, or name another in [camera] source."
        case errno.EACCES | errno.EPERM:
            return f"I may not use {name}. Add my user to the group video, then log in again."
        case errno.EBUSY:
            return f"{_capital(name)} is in use by another program. Close that one and ask again."
        case errno.ENOTTY | errno.EINVAL:
            return f"{_capital(name)} is no camera. {_SEE}"
        case _:
            why = error.strerror or "for no known reason"
            return f"{_capital(name)} cannot be used: {why}. Unplug it, plug it in and ask again."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
