"""What a file says, where it is text: bytes in, words out.

Flows in: a whole file. Flows out: its text, or None where it is something else. Pure. Refuses to
know: names, folders, pictures and PDFs.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_NO_TEXT: Final = (b"{\\rtf", b"%!PS")
"""Written in letters, and not for people: rich text and PostScript."""
_HEAD: Final = 4096
"""Characters in which a web page says that it is one."""
_PDF_WITHIN: Final = 1024
"""Bytes before a PDF's header that readers forgive (PDF Reference 1.7, appendix H, note 13)."""
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe]")
"""What no text has; tabs, ends of lines and pages, and the escapes of terminals are let through."""
_PAGE: Final = re.compile(r"<(!doctype html|html|head|body)\b", re.IGNORECASE)
_MOST_LETTERS: Final = 2_000_000
"""Letters of a web page that are looked at: a second of work."""
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "title"})
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote br dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header
    hr li main nav ol p pre section table td th tr ul
    """.split()  # noqa: SIM905  # many words read better as text
)


def text_of(data: bytes) -> str | None:
    """The text, with plain ends of lines; of a web page, what one sees of it."""
    if data.startswith(_NO_TEXT) or b"%PDF-" in data[:_PDF_WITHIN]:
        return None
    text = _decoded(data)
    if text is None:
        return None
    if text.lstrip().startswith("<") and _PAGE.search(text[:_HEAD]):
        text = _seen(text[:_MOST_LETTERS])
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _decoded(data: bytes) -> str | None:
    """By its mark at the beginning; else as UTF-8, or as Windows wrote before that."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


class _Page(HTMLParser):
    """Gathers what one sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the base's
        """An element begins."""
        if tag in _UNSEEN and not self._hidden:
            self._hidden = tag
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag == self._hidden:
            self._hidden = ""
        if tag in _BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Words between them."""
        if not self._hidden:
            self.words.append(re.sub(r"\s+", " ", data))


def _seen(page: str) -> str:
    parser = _Page()
    parser.feed(page)
    parser.close()
    return "\n".join(line.strip() for line in "".join(parser.words).split("\n"))
