"""Markdown and what else is meant for the eye, taken off a line of text.

Markdown in; plain text out, whose signs (&, %, °, →) and numbers are still as they were written.
Refuses to know: languages, numbers.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

_NOTHING = re.compile(r"[\s|:+=*_~#>`.-]*")
"""A rule, a table's separator, a heading without words."""
_BLOCK = re.compile(
    r"(?:\s*(?:>\s?)+)?\s*(?:#{1,6}\s+|[-*+•‣▪◦]\s+(?:\[[ xX]\]\s+)?)?"
    r"(?:(?P<item>[0-9]{1,3})[.)]\s+)?"
)
"""A line's beginning: quotes, then a heading or a bullet, then a list's number."""
_QUOTES = str.maketrans({**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛′ʼ", "'")})  # noqa: RUF001 # as they are written
_ADDRESS_PART = r"(?:[^()\s]|\([^()\s]{0,100}\)){0,600}(?:\s[^()]{0,200})?"
_LINKS = (
    # the address of a link is for the eye, and so is a footnote's mark
    (rf"!?\[([^\[\]]{{0,400}})\]\({_ADDRESS_PART}(?:\)|$)", r"\1"),
    (r"\s?\[\^?[0-9]{1,3}\](?!\()", ""),
    (r"\s?\[\^[^\[\]\s]{1,40}\](?!\():?", ""),
    (r"\[([^\[\]]{1,400})\]\[[^\[\]]{0,100}\]", r"\1"),
    (r"^\[[^\[\]]{1,100}\]:\s+\S+.*$", ""),
    (r"<(?:mailto:)?((?:https?://|[^<>\s@]{1,80}@)[^<>\s]{1,600})>", r"\1"),
)
_INLINE = (
    (r"<(?:br|/p|/li|/tr|/h[1-6])\s?/?>", ", "),
    (r"<(?:/?[a-zA-Z][^<>]{0,400}|!--.{0,400}?--)>", ""),
    # formulas: harmless rather than well read
    (r"\\[()\[\]]|\$\$", " "),
    (r"\$(?=[^$]{0,200}[\\^_{}])([^$]{1,200})\$", r"\1"),
    (r"\\[dt]?frac\{([^{}]{1,80})\}\{([^{}]{1,80})\}", r"\1/\2"),
    (r"\\(?:times|cdot)\b", "×"),  # noqa: RUF001 # the sign
    (r"\\(?:approx|sim)\b", "≈"),
    (r"\\([a-zA-Z]{2,20})\b", r"\1"),
    (r"\^\{?2\}?(?![0-9])", "²"),
    (r"\^\{?3\}?(?![0-9])", "³"),
    (r"\\([^\w\s])", r"\1"),
    # signs that are markup in one place and a word in another
    (r"(?<=[0-9])\s?\*\s?(?=[0-9])", " × "),  # noqa: RUF001 # the sign
    (r"(?<=[0-9]) x (?=[0-9])", " × "),  # noqa: RUF001 # the sign
    (r"<?[-=]{1,2}>|[→⇒➜➔➡]", ", "),
    (r"[*`^{}\\]|~~", ""),
    (r"(?<!\w)_+|_+(?!\w)", ""),
    (r"_", " "),
    (r"(?<!\w)#(?![0-9\s])|(?<=\s)#(?=\s)", ""),
    (r"^\s*\|\s?|\s?\|\s*$", ""),
    (r"\s?\|\s?", ", "),
    # pauses
    (r"\s?[—―]\s?|\s--?(?:\s(?![0-9])|$)|(?<![0-9])\s--?\s|^--?\s", ", "),
    (r"\s–(?:\s(?![0-9])|$)|(?<![0-9])\s–\s|^–\s", ", "),  # noqa: RUF001 # a dash
    (r"\s?(?:…|\.{2,})(?=\s*\S)", ", "),
    (r"…|\.{2,}", "."),
)
_LINK_RULES = tuple((re.compile(pattern), text) for pattern, text in _LINKS)
_RULES = tuple((re.compile(pattern, re.IGNORECASE), text) for pattern, text in _INLINE)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'`|]{1,600}", re.IGNORECASE)
_OPAQUE = re.compile(r"(?<!\S)(?=\S*[0-9/%=+])[!-~]{41,}(?!\S)")
"""A long word that only machines read: a key, a hash, the rest of an address."""
_JOINERS = "\u200c\u200d"
"""Invisible characters that some scripts need between letters."""
_SPOKEN_SYMBOLS = "°№"
_UNSPOKEN = frozenset({"So", "Sk", "Cf", "Cc", "Co", "Cn", "Cs", "Me"})
"""Unicode's categories of pictographs, modifiers, controls, and of what is not assigned yet."""
_STYLE = "VARIATION SELECTOR"


def plain(line: str) -> str:
    """The line without markup, pictographs and addresses' paths; empty where nothing is left."""
    if _NOTHING.fullmatch(line):
        return ""
    block = _BLOCK.match(line)
    # A numbered item keeps its number: "repeat step 3" must mean something to who only listens.
    item = f"{block['item']}, " if block and block["item"] else ""
    text = line[block.end() :] if block else line
    for pattern, replacement in _LINK_RULES:
        text = pattern.sub(replacement, text)
    text = html.unescape(_ADDRESS.sub(_host, text)).translate(_QUOTES)
    text = _OPAQUE.sub("", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = "".join(_pictures_out(text)).strip()
    return item + text


def _host(match: re.Match[str]) -> str:
    """An address without what nobody would say: its scheme, www and path."""
    address = match[0]
    ending = re.search(r"[).,;:!?\]]*$", address)
    tail = ending[0] if ending else ""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(").,;:!?]") + tail


def _pictures_out(text: str) -> list[str]:
    """The characters that are no pictographs, controls or parts of either."""
    kept: list[str] = []
    for char in text:
        if char.isascii():
            kept.append(char if char.isprintable() else " ")
        elif char in _JOINERS:
            if kept and kept[-1].isalpha():
                kept.append(char)
        elif char in _SPOKEN_SYMBOLS or not (
            unicodedata.category(char) in _UNSPOKEN or unicodedata.name(char, "").startswith(_STYLE)
        ):
            kept.append(char)
    return kept
