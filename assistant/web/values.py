"""What the web gives, as plain values, and why it gives nothing.

Refuses to know: where they come from, how they are told.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from assistant.errors import ToolError

Reason = Literal["refused", "unreachable", "stalled", "server-error", "bad-reply", "too-large"]
"""Why there is no page, in one word, for the record of what has left this machine."""
LATER: Final = "Please try again later."


class NoPage(ToolError):
    """Why there is nothing, in a sentence for the model and the person alike."""

    def __init__(self, message: str, reason: Reason = "refused") -> None:
        super().__init__(message, spoken=message)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search has found."""

    title: str
    address: str
    words: str
    """A few lines of the page, as the search engine cut them."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came."""

    source: str
    """Whose it is: the host that it came from in the end, without `www.`."""
    html: bool
    """False: it is plain text."""
    charset: str
    """What the server calls its letters; empty where it does not say."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be told."""

    source: str
    """Whose it is, as `Fetched` has it."""
    title: str
    """Empty where it has none."""
    text: str


class Account(Protocol):
    """How a request ended, for the record of what has left this machine."""

    status: int | None
    error: str


GoingOut = Callable[[str, str, str, int], AbstractAsyncContextManager[Account]]
"""Notes a request around it: its method, host and path, and how many letters go along.

Raises AssistantError where it cannot be noted: then nothing is sent."""
