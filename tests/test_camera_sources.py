"""What the camera's setting means, and that its password stays where it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from assistant.camera.sources import Address, Named, Numbered, source_of, with_login
from assistant.camera.values import NoPicture
from assistant.screens import settings_table
from assistant.settings import load


@pytest.mark.parametrize(
    ("setting", "source"),
    [
        (0, Numbered(0)),
        (" 2 ", Numbered(2)),
        ("/dev/video1", Named(Path("/dev/video1"))),
        ("~/door.avi", Named(Path("~/door.avi").expanduser())),
        ("door.png", Named(Path("door.png"))),
        ("C:\\us@home\\door.avi", Named(Path("C:\\us@home\\door.avi"))),
    ],
)
def test_a_camera_is_a_number_or_a_path(setting: str | int, source: Numbered | Named) -> None:
    """A number may be written as text; a folder of one's own as ~."""
    assert source_of(setting) == source


def test_an_address_is_taken_apart() -> None:
    """Name and password come out as they are, and do not stand in what is asked for."""
    found = source_of("rtsp://anna:Geheim%3F%2F47@10.0.0.7:8554/h264?channel=1#x")
    assert isinstance(found, Address)
    assert (found.host, found.port, found.user, found.password) == (
        "10.0.0.7", 8554, "anna", "Geheim?/47",
    )  # fmt: skip
    assert found.bare == "rtsp://10.0.0.7:8554/h264?channel=1"
    for text in (str(found), repr(found)):
        assert "10.0.0.7" in text
        assert "anna" not in text
        assert "47" not in text


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("", "No camera is set up"),
        ("  ", "No camera is set up"),
        ("ftp://anna:geheim@host/x", "of a kind that I do not know"),
        ("anna:geheim@host/x", "of a kind that I do not know"),
        ("anna:ge/heim@host://x", "of a kind that I do not know"),
        ("rtsp://", "makes no sense"),
        ("rtsp://anna:geheim@host:port/x", "makes no sense"),
        ("rtsp://anna:ge/heim@host/x", "/ is %2F"),
        ("rtsp://geheim#x@host/x", "# is %23"),
        ("http://anna:12#geheim@host/x", "# is %23"),
        ("http://anna:geheim@ho st/x", "makes no sense"),
        ("http://anna:geheim@host\n/x", "makes no sense"),
        ("http://[anna:geheim@host/x", "makes no sense"),
    ],
)
def test_what_makes_no_sense_is_said_without_its_secrets(setting: str, words: str) -> None:
    """With the way out; nor does the error behind it tell them."""
    with pytest.raises(NoPicture) as caught:
        source_of(setting)
    assert words in str(caught.value)
    assert "[camera] source" in str(caught.value)
    assert "eheim" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_login_from_the_environment_goes_into_the_address() -> None:
    """Whatever signs it has; what has a login already, and what is no address, stays as it is."""
    found = source_of(with_login("rtsp://10.0.0.7:8554/h264", "anna:Ge/heim@4:7"))
    assert isinstance(found, Address)
    assert (found.user, found.password) == ("anna", "Ge/heim@4:7")
    assert found.bare == "rtsp://10.0.0.7:8554/h264"
    assert with_login("http://bob:x@host/", "anna:y") == "http://bob:x@host/"
    assert with_login(0, "anna:y") == 0
    assert with_login("rtsp://host/", "") == "rtsp://host/"


def test_the_settings_table_shows_no_login() -> None:
    """Where somebody wrote it into the address, `assistant config` leaves it out."""
    settings = load(overrides=["camera.source=rtsp://anna:geheim@host/x"])
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(settings_table(settings))
    text = console.export_text()
    assert "rtsp://…@host/x" in text
    assert "geheim" not in text
