"""What a person shows with a question: a file in, a part of a message out.

Flows in: a path and the `[attachments]` settings. Flows out: an `ImagePart` or a `FilePart` that
may be sent as it is, or an AttachmentError. All of it blocks: run it off the loop. Refuses to
know: pixels (`pictures`), pages (`documents`), the gateway.
"""

from __future__ import annotations

import math
import stat
from typing import TYPE_CHECKING

from assistant.messages import FilePart, ImagePart
from assistant.think.attachment_errors import AttachmentError
from assistant.think.file_looks import HEAD_BYTES, Document, Other, Picture, looks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.config import AttachmentsConfig
    from assistant.messages import Part
    from assistant.think.file_looks import Looks

MAX_PICTURE_BYTES = 300_000_000
"""Bytes of a picture's file that are read: 89 megapixels are 267 MB without any compression."""
_SMALL = 100_000
"""Bytes below which a size is told in bytes."""
_ALLOWED_PICTURES = "PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC and AVIF pictures"
_ALLOWED = f"{_ALLOWED_PICTURES} and PDF documents"


def part_of(path: Path, config: AttachmentsConfig) -> Part:
    """A picture or a document, whichever the file's content is. Raises AttachmentError."""
    match _looks(path):
        case Picture() as kind:
            return _image(path, kind, config)
        case Document():
            return _file(path, config)
        case Other() as kind:
            raise _wrong_kind(_name(path), kind, _ALLOWED)


def part_of_data(data: bytes, name: str, config: AttachmentsConfig) -> Part:
    """The same of a file that somebody else has read. Raises AttachmentError."""
    match looks(data[:HEAD_BYTES]):
        case Picture() as kind:
            return _image_of(data, name, kind, config)
        case Document():
            return _file_of(data, name, config)
        case Other() as kind:
            raise _wrong_kind(name, kind, _ALLOWED)


def image_part(path: Path, config: AttachmentsConfig) -> ImagePart:
    """A picture, upright and small, with no place and no other notes in it.

    Raises AttachmentError.
    """
    match _looks(path):
        case Picture() as kind:
            return _image(path, kind, config)
        case Document():
            raise AttachmentError(
                f"{_name(path)} is a PDF document. Give it to me as a file, not as a picture.",
                "swapped",
            )
        case Other() as kind:
            raise _wrong_kind(_name(path), kind, _ALLOWED_PICTURES)


def file_part(path: Path, config: AttachmentsConfig) -> FilePart:
    """A PDF as it is, once it was looked over. Raises AttachmentError."""
    match _looks(path):
        case Document():
            return _file(path, config)
        case Picture(words=words):
            raise AttachmentError(
                f"{_name(path)} is {words}. Give it to me as a picture, not as a file.", "swapped"
            )
        case Other() as kind:
            raise _wrong_kind(_name(path), kind, "PDF documents")


def _image(path: Path, kind: Picture, config: AttachmentsConfig) -> ImagePart:
    data = _read(path, MAX_PICTURE_BYTES, "for a picture. Save it smaller and try again.")
    return _image_of(data, _name(path), kind, config)


def _image_of(data: bytes, name: str, kind: Picture, config: AttachmentsConfig) -> ImagePart:
    from assistant.think import pictures  # noqa: PLC0415  # Pillow: not for a question in words

    sendable, media_type = pictures.ready(data, name, kind, config)
    return ImagePart(sendable, media_type, config.detail)


def _file(path: Path, config: AttachmentsConfig) -> FilePart:
    way_out = "([attachments] max_file_bytes). Give me the part of it that matters."
    return _file_of(_read(path, config.max_file_bytes, way_out), _name(path), config)


def _file_of(data: bytes, name: str, config: AttachmentsConfig) -> FilePart:
    from assistant.think import documents  # noqa: PLC0415  # pypdf: not for a question in words

    documents.check(data, name, config.max_pdf_pages)
    filename = name if name.lower().endswith(".pdf") else f"{name}.pdf"
    return FilePart(data, "application/pdf", filename)


def _looks(path: Path) -> Looks:
    """What the file is. Raises AttachmentError where there is nothing to look at."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise AttachmentError(
                f"{_name(path)} is a folder. Give me a file that is in it.", "wrong-kind"
            )
        if not stat.S_ISREG(found.st_mode):  # a pipe would keep us waiting for ever
            raise AttachmentError(
                f"{_name(path)} is a device or a pipe. Give me an ordinary file.", "wrong-kind"
            )
        if not found.st_size:
            raise AttachmentError(
                f"{_name(path)} is empty (0 bytes). Save it again and try again.", "empty"
            )
        with path.open("rb") as file:
            return looks(file.read(HEAD_BYTES))
    except (OSError, ValueError) as error:  # ValueError: a name that no system has
        raise _unreadable(path, error) from error


def _read(path: Path, limit: int, way_out: str) -> bytes:
    """All of the file, however it has grown since it was looked at. Raises AttachmentError."""
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
            size = len(data) if len(data) <= limit else max(path.stat().st_size, limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if size > limit:
        has, allowed = _size(size, math.ceil), _size(limit, math.floor)
        raise AttachmentError(
            f"{_name(path)} has {has}, and {allowed} are allowed {way_out}", "too-large"
        )
    return data


def _unreadable(path: Path, error: OSError | ValueError) -> AttachmentError:
    match error:
        case PermissionError():
            return AttachmentError(
                f"{_name(path)} may not be read by you. Change its permissions and try again.",
                "unreadable",
            )
        case FileNotFoundError() | NotADirectoryError() | ValueError():
            return AttachmentError(
                f"There is no file {_printable(str(path))!r}. Check its name and its folder.",
                "missing",
            )
        case _:
            why = error.strerror or error
            return AttachmentError(
                f"{_name(path)} cannot be read ({why}). Copy it elsewhere and try again.",
                "unreadable",
            )


def _wrong_kind(name: str, kind: Other, allowed: str) -> AttachmentError:
    advice = kind.advice or f"{allowed} are allowed."
    return AttachmentError(f"{name} is {kind.words}. {advice}", "wrong-kind")


def _name(path: Path) -> str:
    """The file's name without its folders, which are nobody's business, on one line."""
    return _printable(path.name or str(path))


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "_" for letter in text)


def _size(size: int, rounded: Callable[[float], int]) -> str:
    """In megabytes, rounded so that what is over a limit never looks as if it were at it."""
    if size < _SMALL:
        return f"{size:,} bytes"
    return f"{rounded(size / 100_000) / 10:,} MB"
