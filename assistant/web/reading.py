"""A page's text without its menus: bytes in, words out. The only module that imports trafilatura.

All of it blocks. Refuses to know: where a page came from and whether it may be read.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from assistant.web.values import NoPage, Page

if TYPE_CHECKING:
    from assistant.web.values import Fetched

_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MANY: Final = 0.01
"""Share of control characters from which a text is none."""
_LONGEST_TITLE: Final = 150
_MOST_LETTERS: Final = 500_000
"""Letters of HTML that are looked at. Two million, all line breaks, made 10 s of work; whoever
writes that much before the article has none."""


def page_of(fetched: Fetched) -> Page:
    """The page to be told. Blocks. Raises NoPage."""
    words = _decoded(fetched.body, fetched.charset)
    if len(_CONTROL.findall(words)) > _MANY * len(words):
        raise NoPage(f"What {fetched.source} has there is no page of text.", "bad-reply")
    title, text = _read(words[:_MOST_LETTERS], fetched.source) if fetched.html else ("", words)
    text = _CONTROL.sub("", text).strip()
    if not text:
        raise NoPage(f"The page of {fetched.source} has no text that I can read.", "bad-reply")
    return Page(fetched.source, " ".join(title.split())[:_LONGEST_TITLE], text)


def _read(words: str, source: str) -> tuple[str, str]:
    """The title and the text of an HTML page. Raises NoPage."""
    import trafilatura  # noqa: PLC0415  # half a second, and only where somebody reads a page

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it tells is told by us
    try:  # given as letters: of bytes it would unpack what is packed once more, however large
        tree = trafilatura.load_html(words)
        if tree is None:
            return "", ""
        title = tree.findtext(".//title") or ""
        found = trafilatura.bare_extraction(tree, include_comments=False)
        text = getattr(found, "text", "") or trafilatura.html2txt(tree)
    except Exception as error:  # it meets damage with every exception there is
        raise NoPage(f"I cannot make sense of the page of {source}.", "bad-reply") from error
    return title, text


def _decoded(body: bytes, charset: str) -> str:
    """The letters: UTF-8 where they are, else as the server says, else as they look.

    Servers are often wrong about it, and nothing but UTF-8 looks like UTF-8 by chance.
    """
    marked = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for name in ("utf-16" if marked else "utf-8-sig", charset, _declared(body)):
        try:
            return body.decode(name)
        except (ValueError, LookupError):  # no such letters; no such charset
            continue
    return body.decode("cp1252", errors="replace")


def _declared(body: bytes) -> str:
    """The charset that a page itself names, near its beginning (HTML standard: in 1024 bytes)."""
    found = re.search(
        rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", body[:1024], re.IGNORECASE
    )
    return found[1].decode("ascii", errors="replace") if found else ""
