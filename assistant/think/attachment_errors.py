"""Why a picture or a document cannot go along with a question: one sentence each for eye and ear.

Flows in: a message for the screen, and which reason it is. Refuses to know: files, formats.
"""

from __future__ import annotations

from typing import Literal

from assistant.errors import UsageError

Reason = Literal[
    "missing",
    "unreadable",
    "empty",
    "wrong-kind",
    "swapped",
    "damaged",
    "too-large",
    "locked",
    "too-long",
]
SPOKEN: dict[Reason, str] = {
    "missing": "I cannot find that file.",
    "unreadable": "I am not allowed to read that file.",
    "empty": "That file is empty.",
    "wrong-kind": "I can only look at pictures and PDF documents.",
    "swapped": "That file is not of the kind that you said.",
    "damaged": "That file is damaged. Please give me another copy.",
    "too-large": "That file is too large for me.",
    "locked": "That document is locked with a password. Please give me one without.",
    "too-long": "That document has too many pages for me.",
}
"""What is said for each reason; the place to translate them."""


class AttachmentError(UsageError):
    """A file that cannot go along with a question."""

    kind = "attachment"

    def __init__(self, message: str, reason: Reason) -> None:
        super().__init__(message, spoken=SPOKEN[reason])
        self.reason = reason
        """Which of the reasons it is, for programs and tests."""
