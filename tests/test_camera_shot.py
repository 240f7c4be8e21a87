"""A picture of a real stream, a file or a device, fresh and whole; or why there is none."""

from __future__ import annotations

import errno
import os
import socket
import sys
from contextlib import closing
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING
from urllib.parse import unquote

import cv2
import numpy as np
import pytest
from attachment_files import drawing, saved
from mjpeg_server import (
    NAME,
    MjpegServer,
    jpeg,
    pictures_of,
    room,
    seen,
    with_thing,
)
from PIL import Image
from rtsp_server import RtspServer

from assistant.camera import devices
from assistant.camera.opencv import stream_frames
from assistant.camera.shot import device_frame, take
from assistant.camera.sources import Numbered, source_of
from assistant.camera.values import NoPicture
from assistant.camera.views import change, view_of
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from mjpeg_server import Fault
    from rtsp_server import RtspFault

    from assistant.camera.values import Frame, Shot

LIVE = pictures_of(room())
LOGIN = f"{NAME}:Geheim%3F%2F47"


async def taken(setting: str | int, timeout_s: float = 2.0, turn: int = 0) -> Shot:
    """The picture that a setting gives, taken off the loop."""
    async with Worker("shot") as worker:
        return await worker.run(partial(take, source_of(setting), timeout_s, turn))


async def reason(setting: str | int, timeout_s: float = 2.0) -> str:
    """Why there is no picture."""
    with pytest.raises(NoPicture) as caught:
        await taken(setting, timeout_s)
    for text in (str(caught.value), repr(caught.value.__cause__)):
        assert not {word for word in (NAME, "Geheim", "/47", "2F47") if word in text}
    return str(caught.value)


def shows(shot: Shot, scene: Frame) -> bool:
    """Whether this is in the picture, and nothing else."""
    decoded = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert change(view_of(np.asarray(decoded, np.uint8)), shot.view) is None
    return change(view_of(scene), shot.view) is None


async def test_a_stream_gives_a_picture_of_now() -> None:
    """What had queued in it is let pass, and the camera is left again."""
    async with MjpegServer(pictures_of(with_thing(room(), 1 / 4))) as server:
        server.queued = LIVE * 3
        shot = await taken(server.address())
        assert shows(shot, with_thing(room(), 1 / 4))
        await server.gone.wait()
        assert len(server.asked) == 1


@pytest.mark.parametrize("fault", ["single", "ends", "cut later", "elsewhere", "video"])
async def test_cameras_that_show_in_other_ways_are_seen_too(fault: Fault) -> None:
    """One picture at a time, a stream that breaks off, one elsewhere, and a video."""
    async with MjpegServer(LIVE, fault) as server:
        assert shows(await taken(server.address()), room())
        await server.gone.wait()


async def test_a_video_is_read_from_now_on() -> None:
    """What FFmpeg alone can read: its first frame is none of those that had queued."""

    def first() -> Frame:
        with closing(stream_frames(server.address(), 6.0)) as frames:
            return next(frames)

    async with MjpegServer(LIVE, "video") as server, Worker("shot") as worker:
        server.queued = pictures_of(with_thing(room(), 1 / 4), 5) * 12
        server.interval_s = 0.04
        assert change(view_of(await worker.run(first)), view_of(room())) is None
        await server.gone.wait()


@pytest.mark.parametrize("kind", ["Basic", "Digest"])
async def test_name_and_password_of_the_address_are_given_where_they_are_asked_for(
    kind: str,
) -> None:
    """In both ways that cameras know; not before they ask, and never in the address itself."""
    async with MjpegServer(LIVE) as server:
        server.login = "Basic" if kind == "Basic" else "Digest"
        assert shows(await taken(server.address(LOGIN)), room())
        assert "authorization" not in server.asked[0].lower()
        assert "Geheim" not in "".join(server.asked)
        assert "does not let me in" in await reason(server.address())
        assert "does not let me in" in await reason(server.address(f"{NAME}:Geheim47"))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("silence", "The camera at 127.0.0.1 does not answer."),
        ("hangs up", "broke off before there was a whole picture"),
        ("404", "has nothing at that path. Check the path in [camera] source."),
        ("403", "does not let me in"),
        ("500", "has a problem of its own, error 500."),
        ("503", "is in use"),
        ("page", "shows a web page"),
        ("cut", "broke off before there was a whole picture"),
        ("not whole", "broke off before there was a whole picture"),
        ("text", "broke off before there was a whole picture"),
        ("noise", "shows no video that I can read."),
    ],
)
async def test_what_is_wrong_with_a_camera_is_said(fault: Fault, words: str) -> None:
    """In time, in one sentence, without its name and password."""
    async with MjpegServer(LIVE, fault) as server:
        assert words in await reason(server.address(LOGIN), 0.8)
        await server.gone.wait()


async def test_a_frozen_picture_is_not_shown() -> None:
    """The same to the last pixel, again and again, in one stream or in many."""
    faults: list[Fault | None] = [None, "single", "stalls"]
    for fault in faults:
        async with MjpegServer(LIVE[:1], fault) as server:
            assert "is frozen" in await reason(server.address(), 0.7)


async def test_a_black_picture_is_said_to_be_black() -> None:
    """Also where it is the same again and again."""
    black = np.zeros((240, 320, 3), np.uint8)
    for pictures in (pictures_of(black + 14), [jpeg(black)]):
        async with MjpegServer(pictures) as server:
            assert "nothing but black" in await reason(server.address(), 0.7)


async def test_a_camera_that_is_not_there_is_said_to_refuse() -> None:
    """Over HTTP and over RTSP."""
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        for scheme in ("http", "rtsp"):
            address = f"{scheme}://{LOGIN}@127.0.0.1:{held.getsockname()[1]}/live"
            assert "refuses the connection" in await reason(address)


async def test_a_camera_that_speaks_rtsp_is_seen() -> None:
    """With its name and password, and left again."""
    for login in ("", LOGIN):
        async with RtspServer(LIVE, login=unquote(login)) as server:
            assert shows(await taken(server.address(login), 6.0), room())
            await server.gone.wait()
            assert server.methods[:3] == [
                "OPTIONS",
                "DESCRIBE",
                *["DESCRIBE" if login else "SETUP"],
            ]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("404", "has nothing at that path"),
        ("login", "does not let me in"),
        ("silence", "does not answer"),
        ("no pictures", "shows no video that I can read"),
        ("frozen", "is frozen"),
    ],
)
async def test_what_is_wrong_with_a_camera_that_speaks_rtsp_is_said(
    fault: RtspFault, words: str
) -> None:
    """In time, and as exactly as it says so itself."""
    pictures = LIVE[:1] if fault == "frozen" else LIVE
    login = unquote(LOGIN) if fault == "login" else ""
    async with RtspServer(pictures, fault, login=login) as server:
        assert words in await reason(server.address(f"{NAME}:wrong"), 1.5)
        await server.gone.wait()


async def test_a_picture_file_is_read_anew_each_time(tmp_path: Path) -> None:
    """Another program may write it; it is upright, and its notes stay here."""
    file = tmp_path / "door.png"
    for scene in (room(), with_thing(room(), 1 / 4)):
        Image.fromarray(scene[:, :, ::-1]).save(file)
        assert shows(await taken(str(file)), scene)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Hidden-Place"
    turned = Image.fromarray(np.rot90(room())[:, :, ::-1].copy())
    (tmp_path / "turned.jpg").write_bytes(saved(turned, "JPEG", exif=exif, quality=95))
    shot = await taken(str(tmp_path / "turned.jpg"))
    assert shows(shot, room())
    assert b"Hidden-Place" not in shot.jpeg


async def test_a_video_file_gives_its_next_frame_each_time(tmp_path: Path) -> None:
    """After the last comes the first."""
    file = tmp_path / "door.avi"
    scenes = [with_thing(room(), at=(0.1 + 0.2 * n, 0.5)) for n in range(4)]
    video = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), 5, (320, 240))
    for scene in scenes:
        video.write(scene)
    video.release()
    for turn in range(6):
        assert shows(await taken(str(file), turn=turn), scenes[turn % 4]), turn


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.png", "There is no camera and no file"),
        ("folder", "is a folder"),
        ("pipe", "is neither a camera nor a file"),
        ("words.txt", "words.txt is neither a picture nor a video that I can read"),
        ("empty.avi", "neither a picture nor a video"),
        ("damaged.png", "neither a picture nor a video"),
        ("dark.png", "nothing but black"),
    ],
)
async def test_a_file_that_shows_nothing_is_said_to(tmp_path: Path, name: str, words: str) -> None:
    """Whatever it is; a pipe is not waited for."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "words.txt").write_text("Hello")
    (tmp_path / "empty.avi").touch()
    (tmp_path / "damaged.png").write_bytes(saved(drawing())[:60])
    Image.new("RGB", (64, 48)).save(tmp_path / "dark.png")
    assert words in await reason(str(tmp_path / name))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the devices of Linux")
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (4711, "There is no camera number 4711. Plug it in"),
        ("/dev/null", "/dev/null is no camera."),
    ],
)
async def test_a_device_that_is_no_camera_is_said_to_be_none(
    setting: str | int, words: str
) -> None:
    """By number and by path."""
    assert words in await reason(setting)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOENT, "There is no camera number 0. Plug it in"),
        (errno.ENODEV, "There is no camera number 0. Plug it in"),
        (errno.EACCES, "I may not use camera number 0. Add my user to the group video"),
        (errno.EBUSY, "Camera number 0 is in use by another program. Close that one"),
        (errno.EINVAL, "Camera number 0 is no camera."),
        (errno.EIO, "Camera number 0 cannot be used: Input/output error. Unplug it"),
    ],
)
def test_what_the_system_says_of_a_camera_is_told(number: int, words: str) -> None:
    """Missing, forbidden, in use, something else, or broken; with the way out."""
    assert devices.told("camera number 0", OSError(number, os.strerror(number))).startswith(words)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
async def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    """With what to do about it."""
    file = tmp_path / "door.png"
    Image.new("RGB", (64, 48)).save(file)
    file.chmod(0)
    assert "I may not read" in await reason(str(file))


class Webcam:
    """A camera of this machine, by its frames; what stands for hardware here."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames
        self.light = False
        """Whether the light beside its lens is on."""

    def frames(self) -> Generator[Frame]:
        """What OpenCV would read."""
        self.light = True
        try:
            yield from self._frames
        finally:
            self.light = False


def test_the_light_of_a_webcam_is_off_after_the_shot() -> None:
    """Its device is closed with the picture."""
    webcam = Webcam(cycle([seen(room(64, 48), seed) for seed in range(9)]))
    frame = device_frame(webcam.frames(), Numbered(0), 0.6)
    assert change(view_of(frame), view_of(room(64, 48))) is None
    assert not webcam.light


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the devices of Linux")
def test_a_webcam_that_shows_nothing_is_looked_into() -> None:
    """Its device is asked what is wrong; none is there in this case."""
    webcam = Webcam([])
    with pytest.raises(NoPicture, match="There is no camera number 4711"):
        device_frame(webcam.frames(), Numbered(4711), 0.6)
    assert not webcam.light


def test_a_webcam_that_stops_after_its_first_picture_is_not_believed() -> None:
    """It may be one of before."""
    webcam = Webcam([seen(room(64, 48), 1)])
    with pytest.raises(NoPicture, match="broke off before there was a whole picture"):
        device_frame(webcam.frames(), Numbered(4711), 0.6)
