"""Attachments: a file becomes a part of a message, or one sentence that says why not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from attachment_files import (
    DEFAULTS,
    PASSWORD,
    drawing,
    noted,
    opened,
    pdf,
    photo,
    refusal,
    saved,
    written,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.config import AttachmentsConfig
from assistant.messages import FilePart, ImagePart
from assistant.think.attachment_errors import SPOKEN, AttachmentError
from assistant.think.attachments import file_part, image_part, part_of

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "pdf"


def test_a_pdf_goes_as_it_is(tmp_path: Path) -> None:
    """Every byte of it, under its own name without its folders."""
    path = written(tmp_path, "Report 2024.PDF", pdf(3))
    expected = FilePart(path.read_bytes(), "application/pdf", "Report 2024.PDF")
    assert file_part(path, DEFAULTS) == part_of(path, DEFAULTS) == expected


def test_a_pdf_is_known_by_its_content(tmp_path: Path) -> None:
    """Whatever its name says; what goes out has the ending, and no line breaks."""
    path = written(tmp_path, "scan\n1", pdf())
    assert file_part(path, DEFAULTS).filename == "scan_1.pdf"


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    """With a password to open it, by any cipher; one that only forbids printing is let through."""
    for cipher in ("RC4-128", "AES-128", "AES-256"):
        data = pdf(user_password=PASSWORD, algorithm=cipher)
        error = refusal(written(tmp_path, "report.pdf", data), part=file_part)
        assert error.reason == "locked"
        assert str(error) == (
            "report.pdf is locked with a password. Save it without one and try again."
        )
        data = pdf(user_password="", owner_password=PASSWORD, algorithm=cipher)
        assert file_part(written(tmp_path, "open.pdf", data), DEFAULTS).data == data


def test_a_pdf_has_as_many_pages_as_allowed(tmp_path: Path) -> None:
    """At the limit it goes, one page over it is refused, with both numbers."""
    path = written(tmp_path, "long.pdf", pdf(6))
    assert file_part(path, AttachmentsConfig(max_pdf_pages=6)).data
    error = refusal(path, AttachmentsConfig(max_pdf_pages=5))
    assert error.reason == "too-long"
    assert "6 pages" in str(error)
    assert "up to 5" in str(error)


def test_a_pdf_is_as_large_as_allowed(tmp_path: Path) -> None:
    """At the limit it goes, one byte over it is refused, with both numbers."""
    data = pdf(6)
    assert len(data) > 1000
    path = written(tmp_path, "large.pdf", data)
    assert file_part(path, AttachmentsConfig(max_file_bytes=len(data))).data == data
    error = refusal(path, AttachmentsConfig(max_file_bytes=len(data) - 1))
    assert error.reason == "too-large"
    assert f"{len(data):,} bytes" in str(error)
    assert f"{len(data) - 1:,} bytes" in str(error)
    path = written(tmp_path, "huge.pdf", data + bytes(2_000_001 - len(data)))
    error = refusal(path, AttachmentsConfig(max_file_bytes=2_000_000))
    assert "has 2.1 MB, and 2.0 MB are allowed" in str(error)


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    """There is nothing in it to ask about."""
    assert refusal(written(tmp_path, "blank.pdf", pdf(0))).reason == "empty"


def test_a_damaged_pdf_is_refused(tmp_path: Path) -> None:
    """Cut anywhere, or without its list of objects."""
    whole = pdf(20)
    for share in (0.01, 0.3, 0.6, 0.9, 0.99):
        error = refusal(written(tmp_path, "cut.pdf", whole[: int(len(whole) * share)]))
        assert error.reason == "damaged"
    for data in (b"%PDF-1.7\n", b"%PDF-1.7\nnothing\n%%EOF", b"%PDF-1.7\nstartxref\n9\n%%EOF"):
        assert refusal(written(tmp_path, "bad.pdf", data)).reason == "damaged"


def test_an_end_mark_far_from_the_end_is_none(tmp_path: Path) -> None:
    """PDFs for the web have one near their beginning, too: cut off, they are still cut off."""
    rest = b"7 0 obj\n<< >>\nendobj\n" * 4000
    assert refusal(written(tmp_path, "web.pdf", pdf() + rest)).reason == "damaged"
    assert file_part(written(tmp_path, "mailed.pdf", pdf() + bytes(5000)), DEFAULTS).data


# ---- files that are neither ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("holiday.png", b"Dear diary, today ...", "is text"),
        ("holiday.png", b"BMW makes cars, and the rest of this is text", "is text"),
        ("umlaut.jpg", ("ä" * 4000).encode(), "is text"),
        ("page.pdf", b"<!DOCTYPE html><title>Bill</title>", "is a web page"),
        ("logo.png", b'<?xml version="1.0"?><svg xmlns="x"/>', "is an SVG drawing"),
        ("all.png", b"PK\x03\x04" + bytes(40), "is a ZIP archive"),
        ("letter.pdf", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "is an Office document"),
        ("song.jpg", b"RIFF\x10\0\0\0WAVEfmt ", "is a sound file"),
        ("film.jpg", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "is a video"),
        ("tool.png", b"\x7fELF" + bytes(60), "is a program"),
        ("noise.png", bytes(range(256)), "is of a kind that I do not know"),
    ],
)
def test_another_kind_of_file_is_called_what_it_is(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    """By its content, not by its name; with something to do about it."""
    for part in (part_of, image_part, file_part):
        error = refusal(written(tmp_path, name, data), part=part)
        assert error.reason == "wrong-kind"
        assert f"{name} {words}" in str(error)
        assert str(error).count(".") >= 2


def test_a_picture_is_no_document_and_a_document_no_picture(tmp_path: Path) -> None:
    """Each is told which way it goes; whoever does not mind takes either."""
    picture = written(tmp_path, "a.pdf", saved(drawing()))
    document = written(tmp_path, "b.png", pdf())
    for path, words, part in (
        (picture, "a.pdf is a PNG picture", file_part),
        (document, "b.png is a PDF document", image_part),
    ):
        error = refusal(path, part=part)
        assert words in str(error)
        assert error.reason == "swapped"
    assert isinstance(part_of(picture, DEFAULTS), ImagePart)
    assert isinstance(part_of(document, DEFAULTS), FilePart)


def test_what_is_no_file_is_explained(tmp_path: Path) -> None:
    """Absent, empty, a folder, a pipe, a name that cannot be: a sentence each, and at once."""
    empty = written(tmp_path, "empty.jpg", b"")
    assert "0 bytes" in str(refusal(empty))
    assert refusal(empty).reason == "empty"
    absent = tmp_path / "absent.jpg"
    assert refusal(absent).reason == "missing"
    assert refusal(empty / "inside.jpg").reason == "missing"
    assert "folder" in str(refusal(tmp_path))
    endless = tmp_path / "endless.jpg"
    os.mkfifo(endless)
    assert "pipe" in str(refusal(endless))
    assert refusal(tmp_path / ("x" * 300)).reason == "unreadable"
    with pytest.raises(AttachmentError) as caught:
        part_of(tmp_path / "a\0b", DEFAULTS)
    assert caught.value.reason == "missing"
    assert str(caught.value).isprintable()


def test_a_file_that_may_not_be_read_is_explained(tmp_path: Path) -> None:
    """The permissions are named; the test gives root's away for as long as it asks."""
    path = written(tmp_path, "secret.jpg", saved(drawing()))
    path.chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        error = refusal(path)
    finally:
        os.seteuid(before)
    assert error.reason == "unreadable"
    assert "permissions" in str(error)


def test_words_alone_load_no_picture_library() -> None:
    """A question without attachments does not pay for Pillow and pypdf."""
    code = (
        "import sys, assistant.think.attachments\n"
        "print([name for name in ('PIL', 'pypdf', 'pillow_heif') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


_HEADS = [
    b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"II*\0", b"MM\0*",
    b"RIFF\x20\0\0\0WEBPVP8 ", b"RIFF\x20\0\0\0WEBPVP8L", b"\0\0\0\x18ftypheic",
    b"\0\0\0\x18ftypavif",
    b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
]  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    head=st.sampled_from(_HEADS),
    rest=st.binary(max_size=300),
    tail=st.sampled_from([b"", b"startxref\n9\n%%EOF"]),
)
def test_no_bytes_raise_anything_else(
    tmp_path: Path, head: bytes, rest: bytes, tail: bytes
) -> None:
    """Whatever a file holds, it is taken or explained."""
    path = written(tmp_path, "any.bin", head + rest + tail)
    for part in (part_of, image_part, file_part):
        try:
            part(path, DEFAULTS)
        except AttachmentError as error:
            assert error.spoken in SPOKEN.values()  # noqa: PT017


_WHOLE = [
    saved(photo(40, 30), "PNG"), saved(photo(40, 30), "JPEG"), saved(drawing(), "GIF"),
    saved(photo(40, 30), "WEBP"), saved(photo(40, 30), "TIFF", compression="tiff_lzw"),
    noted("JPEG", drawing()), noted("PNG", drawing()), pdf(2),
    pdf(1, user_password=PASSWORD, algorithm="RC4-128"),
]  # fmt: skip


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_damage_raises_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    """Bytes changed in a good file: it is taken or explained, and never sent over its limits."""
    broken = bytearray(data.draw(st.sampled_from(_WHOLE)))
    spots = st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), max_size=12)
    for at, byte in data.draw(spots):
        broken[at] = byte
    config = AttachmentsConfig(max_image_px=64, max_image_bytes=10_000, max_megapixels=1)
    try:
        part = part_of(written(tmp_path, "any.bin", bytes(broken)), config)
    except AttachmentError:
        return
    if isinstance(part, ImagePart):
        assert len(part.data) <= 10_000
        assert max(opened(part).size) <= 64


@pytest.mark.parametrize("path", sorted(SHARED.glob("*")), ids=lambda path: path.name)
def test_real_documents_go_out_whole_or_not_at_all(path: Path, tmp_path: Path) -> None:
    """As they are; refused wherever the download broke off."""
    whole = path.read_bytes()
    assert file_part(path, DEFAULTS).data == whole
    for share in (0.1, 0.5, 0.9, 0.99):
        cut = written(tmp_path, "cut.pdf", whole[: int(len(whole) * share)])
        assert refusal(cut).reason == "damaged"
