"""Pictures out of a stream's bytes: whole ones, however the bytes are cut."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjpeg_server import jpeg, room, seen
from PIL import Image

from assistant.camera import jpegs
from assistant.camera.jpegs import Jpegs, TooLong


def picture(seed: int) -> bytes:
    """A small one."""
    return jpeg(seen(room(48, 32), seed))


def progressive(thumbnail: bytes = b"") -> bytes:
    """One in several scans, with a smaller one in its notes if that is given."""
    out = io.BytesIO()
    exif = Image.Exif()
    if thumbnail:
        exif[0x927C] = thumbnail  # a maker's note: any bytes
    Image.fromarray(seen(room(48, 32), 9)).save(out, "JPEG", progressive=True, exif=exif)
    return out.getvalue()


def restarting() -> bytes:
    """One with restart markers, as cameras write them."""
    out = io.BytesIO()
    Image.fromarray(seen(room(48, 32), 8)).save(out, "JPEG", restart_marker_blocks=1)
    return out.getvalue()


PICTURES = [picture(1), progressive(), picture(2), progressive(picture(3)), restarting()]
STREAM = b"".join(b"--frame\r\nContent-Length: %d\r\n\r\n%s\r\n" % (len(it), it) for it in PICTURES)


def all_of(pieces: list[bytes]) -> list[bytes]:
    """The pictures in these pieces."""
    taken = Jpegs()
    return [found for piece in pieces for found in taken.push(piece)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_any_cut_gives_the_same_pictures(cuts: list[int]) -> None:
    """Also within a marker, a length or a part's header; progressive, with notes and restarts."""
    places = sorted({0, len(STREAM), *cuts})
    assert all_of([STREAM[start:end] for start, end in pairwise(places)]) == PICTURES


def test_byte_by_byte_gives_the_same_pictures() -> None:
    """The finest cut of all."""
    two = PICTURES[0] + b"\r\n--x\r\n" + PICTURES[1]
    assert all_of([two[at : at + 1] for at in range(len(two))]) == PICTURES[:2]


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_that_breaks_off_never_comes_out(kind: bytes) -> None:
    """Not even where only its last byte is missing."""
    assert all_of([kind[:-1]]) == []
    assert all_of([kind[: len(kind) // 2], b""]) == []


def test_what_is_not_a_picture_is_passed_over() -> None:
    """Headers, zeros, and markers that lead nowhere."""
    noise = np.random.default_rng(3).integers(0, 255, 5_000).astype(np.uint8).tobytes()
    assert all_of([b"\r\n\xff\xd8\0\xff\xd9" + noise + PICTURES[0]]) == [PICTURES[0]]


def test_what_never_ends_is_given_up() -> None:
    """A beginning without an end does not fill the memory."""
    taken = Jpegs()
    taken.push(b"\xff\xd8\xff\xda\0\2" + bytes(jpegs.MOST_BYTES - 6))
    with pytest.raises(TooLong):
        taken.push(b"\0")
