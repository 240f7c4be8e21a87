"""Whether a picture can be trusted, and what has changed between two: by drawn and real scenes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from mjpeg_server import jpeg, room, seen, with_thing
from PIL import Image

from assistant.camera.views import CELLS, FROZEN_S, Change, Watch, change, flaw, view_of

if TYPE_CHECKING:
    from assistant.camera.values import Frame

PICTURES = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "image"
SIZES = [(320, 240), (640, 360)]


def scenes() -> list[Frame]:
    """Rooms in two sizes."""
    return [room(width, height) for width, height in SIZES]


def sent(frame: Frame, quality: int = 70) -> Frame:
    """As it comes out of a camera's compression."""
    with Image.open(io.BytesIO(jpeg(frame, quality))) as image:
        return np.asarray(image)[:, :, ::-1]


def changed(old: Frame, new: Frame) -> Change | None:
    """What has changed between two frames."""
    return change(view_of(old), view_of(new))


@pytest.mark.parametrize("size", [*SIZES, (1920, 1080), (1080, 1920), (7, 5), (1, 1), (161, 160)])
def test_a_view_has_the_colours_of_its_picture(size: tuple[int, int]) -> None:
    """In cells whose longer side is as long as is said, and no more than there are pixels."""
    width, height = size
    frame = room(max(16, width), max(16, height))[:height, :width]
    view = view_of(frame)
    assert max(view.shape[:2]) == min(CELLS, max(size))
    assert view.mean(axis=(0, 1)) == pytest.approx(frame.mean(axis=(0, 1)), abs=1.5)


@pytest.mark.parametrize("noise", [1.0, 12.0])
@pytest.mark.parametrize("gain", [0.85, 1.0, 1.18])
def test_noise_and_a_little_exposure_change_nothing(noise: float, gain: float) -> None:
    """In whatever size, compressed, in many draws of the noise."""
    for scene in scenes():
        for seed in range(2):
            old = sent(seen(scene, seed, noise))
            new = sent(seen(scene, seed + 50, noise, gain))
            assert changed(old, new) is None, (scene.shape, seed)


def test_a_nudge_by_a_pixel_changes_nothing() -> None:
    """Somebody walks by, and the shelf with the camera trembles."""
    for scene in scenes():
        moved = np.roll(scene, (1, 1), (0, 1))
        assert changed(seen(scene, 1), seen(moved, 2)) is None, scene.shape


@pytest.mark.parametrize("noise", [1.0, 12.0])
@pytest.mark.parametrize("gain", [0.85, 1.0, 1.18])
def test_a_thing_that_comes_or_goes_is_a_change(noise: float, gain: float) -> None:
    """Of a sixteenth of the width, under the same noise and exposure; where it is, is told."""
    for scene in scenes():
        old = sent(seen(scene, 1, noise))
        new = sent(seen(with_thing(scene), 2, noise, gain))
        for before, after in ((old, new), (new, old)):
            found = changed(before, after)
            assert found is not None, scene.shape
            assert found.where == "right"
            assert found.share < 0.05


@pytest.mark.parametrize(
    ("at", "where"),
    [
        ((0.1, 0.12), "top left"), ((0.45, 0.12), "top"), ((0.9, 0.15), "top right"),
        ((0.1, 0.45), "left"), ((0.45, 0.45), "middle"), ((0.1, 0.75), "bottom left"),
    ],
)  # fmt: skip
def test_where_it_changed_is_told(at: tuple[float, float], where: str) -> None:
    """As a person would point at it."""
    found = changed(seen(room(), 1), seen(with_thing(room(), at=at), 2))
    assert found is not None
    assert found.where == where


def test_a_thing_that_moves_is_a_change() -> None:
    """By as much as its own width."""
    for scene in scenes():
        old, new = with_thing(scene, at=(0.7, 0.4)), with_thing(scene, at=(0.77, 0.4))
        assert changed(seen(old, 1), seen(new, 2)) is not None


def test_the_light_that_goes_on_or_off_is_a_change() -> None:
    """The whole is so much brighter that it is no matter of exposure."""
    dark, bright = seen(room(), 1, gain=0.5), seen(room(), 2)
    found = changed(dark, bright)
    assert found is not None
    assert found.gain == pytest.approx(2, rel=0.05)
    found = changed(bright, dark)
    assert found is not None
    assert found.gain == pytest.approx(0.5, rel=0.05)


def test_the_clock_that_a_camera_writes_into_its_picture_is_no_change() -> None:
    """A small line at the upper or the lower edge; the same line further in is one."""
    for top, expected in ((0.01, False), (0.95, False), (0.4, True)):
        ticked = room(1280, 720)
        row = round(720 * top)
        ticked[row : row + 25, 60:300:3] = 255
        assert (changed(room(1280, 720), ticked) is not None) is expected, top


def test_another_camera_is_a_change() -> None:
    """Pictures of different shapes cannot be compared."""
    found = changed(room(320, 240), room(640, 360))
    assert found == Change(1.0, "everywhere", 1.0)


@pytest.mark.skipif(not PICTURES.is_dir(), reason="the shared pictures are not here")
@pytest.mark.parametrize("name", ["astronaut.png", "china.jpg", "coffee.png"])
def test_in_photos_noise_is_no_change_and_a_thing_is_one(name: str) -> None:
    """Real edges, textures and colours."""
    with Image.open(PICTURES / name) as image:
        scene = np.asarray(image.convert("RGB"))[:, :, ::-1]
    old = sent(seen(scene, 1, 6.0))
    assert changed(old, sent(seen(scene, 2, 6.0, 1.1))) is None
    assert changed(old, sent(seen(np.roll(scene, 1, 1), 3, 6.0))) is None
    assert changed(old, sent(seen(with_thing(scene), 4, 6.0, 0.95))) is not None


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (np.zeros((240, 320, 3), np.uint8), "black"),
        (seen(np.full((240, 320, 3), 16, np.uint8), 1, 5.0), "black"),
        (np.full((240, 320, 3), (0, 135, 0), np.uint8), "plain"),
        (seen(np.full((480, 640, 3), 128, np.uint8), 1, 2.0), "plain"),
        (seen(room(), 1), None),
        (seen(room(), 1, 6.0, 0.15), None),
        (with_thing(np.zeros((240, 320, 3), np.uint8), 1 / 32), None),
    ],
)
def test_black_and_plain_pictures_are_known(frame: Frame, expected: str | None) -> None:
    """With the noise of a covered lens; a room at night and a lamp in the dark are neither."""
    assert flaw(view_of(frame)) == expected


def frames_until(watch: Watch, frames: list[Frame], interval_s: float = 1 / 32) -> int:
    """After how many frames the watch has seen enough; 0 where it never has."""
    for number, frame in enumerate(frames, 1):
        if watch.push(frame, 100 + number * interval_s):
            return number
    return 0


def test_the_first_frames_of_a_stream_are_let_pass() -> None:
    """They were in a buffer; of a slow camera the second is taken."""
    frames = [seen(room(64, 48), seed) for seed in range(30)]
    assert frames_until(Watch(), frames) == 11
    assert frames_until(Watch(), frames, 1.0) == 2


def test_a_webcam_is_given_time_to_see() -> None:
    """Its picture grows lighter for a second, first of all out of black."""
    gains = [0.0] * 6 + [min(1.0, 0.1 + 0.05 * n) for n in range(40)]
    frames = [seen(room(64, 48), seed, gain=gain) for seed, gain in enumerate(gains)]
    taken = frames_until(Watch(settles=True), frames)
    assert gains[taken - 1] == 1.0
    assert gains[taken - 6] >= 0.97
    steady = [seen(room(64, 48), seed) for seed in range(30)]
    assert frames_until(Watch(settles=True), steady) == 11


def test_a_webcam_that_never_settles_is_taken_as_it_is() -> None:
    """A lamp that flickers, or a room that is dark: after two and a half seconds."""
    flickers = [seen(room(64, 48), seed, gain=1 - 0.3 * (seed % 2)) for seed in range(90)]
    dark = [seen(room(64, 48), seed, gain=0.1) for seed in range(90)]
    assert frames_until(Watch(settles=True), flickers) == 81
    assert frames_until(Watch(settles=True), dark) == 81


def test_the_same_picture_to_the_last_pixel_is_a_frozen_one() -> None:
    """For as long as a living camera takes to differ; by one pixel it is alive."""
    still = [seen(room(64, 48), 1)] * 120
    watch = Watch()
    assert frames_until(watch, still) == round(FROZEN_S * 32) + 1
    assert watch.frozen
    stirred = still[0].copy()
    stirred[3, 5, 1] ^= 1
    watch = Watch()
    assert frames_until(watch, [*still[:20], stirred, *still]) == 21
    assert not watch.frozen
    alone = Watch()
    assert frames_until(alone, still[:1]) == 0
    assert not alone.frozen
