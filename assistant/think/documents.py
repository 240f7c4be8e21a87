"""A PDF, looked over before it goes out: whole, open to everybody, and not too long.

Flows in: a file's bytes. Flows out: nothing where it may be sent as it is, else an AttachmentError.
The only module that imports pypdf. Refuses to know: what the document says, how it is sent.
"""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import DependencyError

from assistant.think.attachment_errors import AttachmentError

_END_WITHIN = 65_536
"""Bytes from a PDF's end that hold its end mark, with what mail programs and scanners append.

Looking for it here keeps pypdf from looking through all of a file that was cut off, which took it
21 s for 20 MB of short lines.
"""


def check(data: bytes, name: str, max_pages: int) -> None:
    """Raise AttachmentError where a PDF should not be sent.

    One that opens without a password is let through, though its owner forbids printing, say.
    """
    pages = _pages(data, name)
    if not pages:
        raise AttachmentError(f"{name} has no pages. Save it again and try again.", "empty")
    if pages > max_pages:
        raise AttachmentError(
            f"{name} has {pages} pages, and up to {max_pages} are allowed "
            "([attachments] max_pdf_pages). Give me the part of it that matters.",
            "too-long",
        )


def _pages(data: bytes, name: str) -> int:
    damaged = AttachmentError(
        f"{name} is a damaged or cut-off PDF document. Open it, save it again and try again.",
        "damaged",
    )
    locked = AttachmentError(
        f"{name} is locked with a password. Save it without one and try again.", "locked"
    )
    if data.find(b"%%EOF", -_END_WITHIN) < 0:
        raise damaged
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise locked
        return len(reader.pages)
    except AttachmentError:
        raise
    except DependencyError as error:  # a cipher that this machine has no library for
        raise locked from error
    except Exception as error:  # pypdf meets damage with every exception there is
        raise damaged from error
