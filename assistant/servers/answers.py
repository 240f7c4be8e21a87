"""What a call has brought, out of the protocol's JSON: text, and pictures to look at.

Flows in: a result as it stands on the wire. Flows out: bounded text and pictures. Pure. Refuses to
know: who called, and what is said of it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from assistant.messages import ImagePart
from assistant.servers.values import Answer

if TYPE_CHECKING:
    from assistant.messages import JsonObject, JsonValue

TEXT_CHARS: Final = 16_000
"""Of all the text of a result: some 4,000 tokens, beyond which a spoken answer gains nothing."""
PICTURE_BYTES: Final = 3_750_000
"""Of one picture: 5 MB in base64, which is what models take (Claude's vision guide)."""
MOST_PICTURES: Final = 4
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp"})
_DONE: Final = "Done."
_FAILED: Final = "It failed, and the server does not say why."


def answer_of(result: JsonObject) -> Answer:
    """The answer in a result of `tools/call`: its texts joined, its pictures apart."""
    content = result.get("content")
    texts: list[str] = []
    pictures: list[ImagePart] = []
    for block in content if isinstance(content, Sequence) else ():
        part = _part(block) if isinstance(block, Mapping) else ""
        if isinstance(part, str):
            texts.append(part)
        elif len(pictures) < MOST_PICTURES:
            pictures.append(part)
        else:
            texts.append("[One more picture is left out.]")
    failed = result.get("isError") is True
    text = "\n".join(text for text in texts if text).strip()
    structured = result.get("structuredContent")
    if not text and structured not in (None, {}):
        text = json.dumps(structured, ensure_ascii=False)
    if not text and not pictures:
        text = _FAILED if failed else _DONE
    return Answer(shortened(text), tuple(pictures), failed)


def shortened(text: str, most: int = TEXT_CHARS) -> str:
    """The text, with a word on what is missing where it is too long."""
    if len(text) <= most:
        return text
    return f"{text[:most].rstrip()} […] [{len(text) - most} more characters are left out.]"


def _part(block: JsonObject) -> str | ImagePart:
    """A picture, or words: of what cannot be shown, that it is there."""
    match block.get("type"):
        case "text":
            return _text(block.get("text"))
        case "image":
            return _picture(block.get("data"), _text(block.get("mimeType")))
        case "resource":
            inner = block.get("resource")
            return _resource(inner) if isinstance(inner, Mapping) else ""
        case "resource_link":
            name = _text(block.get("title")) or _text(block.get("name"))
            return ": ".join(filter(None, (name, _text(block.get("uri")))))
        case "audio":
            return "[A sound is left out: it cannot be passed on.]"
        case _:
            return ""


def _resource(resource: JsonObject) -> str | ImagePart:
    kind, address = _text(resource.get("mimeType")), _text(resource.get("uri"))
    if "text" in resource:
        return _text(resource["text"])
    if kind.startswith("image/"):
        return _picture(resource.get("blob"), kind)
    return f"[A file is left out: it cannot be passed on: {address} {kind}".rstrip() + "]"


def _picture(data: JsonValue, kind: str) -> str | ImagePart:
    if kind not in _PICTURES:
        return f"[A picture is left out: {kind or 'its kind'} cannot be shown.]"
    try:
        picture = base64.b64decode(_text(data), validate=True)
    except (binascii.Error, ValueError):
        return "[A picture is left out: it is damaged.]"
    if not picture or len(picture) > PICTURE_BYTES:
        return f"[A picture is left out: it has {len(picture):,} bytes.]"
    return ImagePart(picture, kind)


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
