"""What a file is, by its first bytes: never by its name, which anybody may change.

Flows in: the first `HEAD_BYTES` of a file. Flows out: which of our decoders may try it, and what
to call it before a person. Refuses to know: paths, decoders, whether the rest is whole.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD_BYTES = 4096
"""Bytes from the beginning of a file that tell what it is."""
_PDF_WITHIN = 1024
"""Bytes before a PDF's header that readers forgive (PDF Reference 1.7, appendix H, note 13)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that we may be able to read."""

    decoder: str
    """Pillow's name for the format."""
    words: str


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF."""

    words: str = "a PDF document"


@dataclass(frozen=True, slots=True)
class Other:
    """Anything else."""

    words: str
    advice: str = ""
    """What to do about it; empty where there is nothing better than another file."""


Looks = Picture | Document | Other

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", Picture("PNG", "a PNG picture")),
    (b"\xff\xd8\xff", Picture("JPEG", "a JPEG picture")),
    (b"GIF87a", Picture("GIF", "a GIF picture")),
    (b"GIF89a", Picture("GIF", "a GIF picture")),
    (b"II*\0", Picture("TIFF", "a TIFF picture")),
    (b"MM\0*", Picture("TIFF", "a TIFF picture")),
)
_TO_PDF = "Save it as a PDF and try again."
_TO_PNG = "Save it as a PNG and try again."
_OTHERS = (
    (b"PK\x03\x04", Other("a ZIP archive", "Unpack it and give me a file from it.")),
    (b"\x1f\x8b", Other("a gzip archive", "Unpack it and give me a file from it.")),
    (b"7z\xbc\xaf\x27\x1c", Other("a 7-Zip archive", "Unpack it and give me a file from it.")),
    (b"Rar!", Other("a RAR archive", "Unpack it and give me a file from it.")),
    (b"\xd0\xcf\x11\xe0", Other("an old Office document", _TO_PDF)),
    (b"{\\rtf", Other("an RTF document", _TO_PDF)),
    (b"%!PS", Other("a PostScript document", _TO_PDF)),
    (b"8BPS", Other("a Photoshop picture", _TO_PNG)),
    (b"\0\0\1\0", Other("an icon", _TO_PNG)),
    (b"\0\0\0\x0cjP  ", Other("a JPEG 2000 picture", _TO_PNG)),
    (b"\0\0\0\x0cJXL ", Other("a JPEG XL picture", _TO_PNG)),
    (b"\xff\x0a", Other("a JPEG XL picture", _TO_PNG)),
    (b"ID3", Other("a sound file")),
    (b"fLaC", Other("a sound file")),
    (b"OggS", Other("a sound file")),
    (b"\x1aE\xdf\xa3", Other("a video")),
    (b"\x7fELF", Other("a program")),
    (b"MZ", Other("a program")),
    (b"SQLite format 3\0", Other("a database")),
)
_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")
"""What the ZIP archives of Microsoft's and of the free Office hold first."""
_BMP_HEADERS = {size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124)}
"""Sizes of the header that follows "BM" and 12 bytes, by version: "BM" alone may begin a text."""
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_AVIF = {b"avif", b"avis"}
_HEIF_OF_ANY_KIND = {b"mif1", b"msf1"}


def looks(head: bytes) -> Looks:
    """What a file that begins like this is."""
    for kind in (_picture, _riff, _boxes, _document, _other):
        if found := kind(head):
            return found
    return _words(head)


def _picture(head: bytes) -> Looks | None:
    if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS:
        return Picture("BMP", "a BMP picture")
    return next((picture for magic, picture in _PICTURES if head.startswith(magic)), None)


def _riff(head: bytes) -> Looks | None:
    if head[:4] != b"RIFF":
        return None
    match head[8:12]:
        case b"WEBP":
            return Picture("WEBP", "a WebP picture")
        case b"WAVE":
            return Other("a sound file")
        case _:
            return Other("a video")


def _boxes(head: bytes) -> Looks | None:
    """HEIC, AVIF and video share a container, and say in its first box which of them they are."""
    if head[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(head[:4]), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    first = next((brand for brand in brands if brand in _AVIF | _HEIC), None)
    if first in _AVIF:
        return Picture("AVIF", "an AVIF picture")
    if first in _HEIC or _HEIF_OF_ANY_KIND.intersection(brands):
        return Picture("HEIF", "a HEIC picture")
    return Other("a video or a sound file")


def _document(head: bytes) -> Looks | None:
    return Document() if b"%PDF-" in head[:_PDF_WITHIN] else None


def _other(head: bytes) -> Looks | None:
    if head.startswith(b"PK") and any(mark in head for mark in _OFFICE):
        return Other("an Office document", _TO_PDF)
    return next((other for magic, other in _OTHERS if head.startswith(magic)), None)


def _words(head: bytes) -> Other:
    if b"\0" in head:
        return Other("of a kind that I do not know")
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # else a letter was cut at the end of the head
            return Other("of a kind that I do not know")
        text = head[: error.start].decode()
    if any(ord(letter) < ord(" ") and letter not in "\t\r\n\f\x1b" for letter in text):
        return Other("of a kind that I do not know")
    start = text.lstrip("\ufeff \t\r\n")[:500].lower()
    if "<svg" in start:
        return Other("an SVG drawing", _TO_PNG)
    if start.startswith(("<!doctype html", "<html")):
        return Other("a web page", _TO_PDF)
    return Other("text", "Paste the words into the question, or save it as a PDF.")
