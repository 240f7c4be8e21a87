"""JSON from strangers, made harmless.

Flows in: text and values of any kind. Flows out: values without lone surrogates, merged where
they came in pieces. Refuses to know: what they mean.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.messages import JsonObject, JsonValue

DEEP = 100
"""Levels of nesting that are read: what works on values goes into itself at each."""


def parsed(text: str | bytes) -> JsonValue:
    """The value of a JSON text; None where it is none (or `null`).

    Beside bad syntax, Python refuses numbers of over 4,300 digits, and we nesting of over `DEEP`.
    """
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return None if _deeper_than(DEEP, value) else value


def _deeper_than(limit: int, value: JsonValue) -> bool:
    """Whether objects and lists stand more than so deep inside each other."""
    level: list[JsonValue] = [value]
    for _ in range(limit):
        inner: list[JsonValue] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return True


def merge(into: dict[str, JsonValue], new: JsonObject) -> None:
    """Fields over fields, in place: objects merge, lists grow, of anything else the later holds.

    In place, because a reply of a million pieces must not be copied a million times.
    """
    for key, value in new.items():
        before = into.get(key)
        if isinstance(before, dict) and isinstance(value, dict):
            merge(before, value)
        elif isinstance(before, list) and isinstance(value, list):
            before.extend(value)
        elif value is not None:
            into[key] = value


def clean_text(text: str) -> str:
    r"""The text with its surrogate halves joined, and lone ones replaced by U+FFFD.

    JSON may say an emoji as `\ud83d\ude00`, and a server may cut between the two; a lone half
    cannot be spoken, stored or sent on.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean(value: JsonObject) -> JsonObject:
    """The same object with every text in it cleaned."""
    return {clean_text(key): _clean(item) for key, item in value.items()}


def _clean(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return clean(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def excerpt(text: str, size: int) -> str:
    """The first words, up to so many characters; no word is cut, since it may be a secret."""
    text = " ".join(text.split())
    return text if len(text) <= size else text[: size + 1].rpartition(" ")[0]
