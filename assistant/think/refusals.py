"""Which error a refusal is: by its status, its type, and its words.

Flows in: the status, body and `Retry-After` of a response, or the `error` of a streamed chunk.
Flows out: one of the errors of `gateway_errors`. Refuses to know: HTTP, streams, the key.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from assistant.think.gateway_errors import (
    BadRequest,
    Facts,
    Fault,
    Forbidden,
    NotFound,
    OutOfCredit,
    RateLimited,
    ServerError,
    TooLarge,
    Unauthorized,
)
from assistant.think.json_values import excerpt, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.messages import JsonValue

_PAYMENT = re.compile(
    r"insufficient[ _](balance|credit|fund|quota)|credit card|free[ -]tier|billing|"
    r"out of credits?|not enough credits?|payment required|exceeded your current quota",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(
    r"context[ _](length|window|size)|too large|prompt is too long|maximum.{0,20}tokens",
    re.IGNORECASE,
)
_USAGE = re.compile("stream_options|include_usage", re.IGNORECASE)
_STATES = ("code", "status", "status_code", "statusCode", "error_code")
_FINE = re.compile("|0|2[0-9][0-9]|ok|success", re.IGNORECASE)
_FAILED = re.compile("[45][0-9][0-9]|error|failed|failure", re.IGNORECASE)
_DIG = 5
"""How deep errors are unpacked that stand inside errors."""
_SHOWN = 300
"""Characters of a server's own words that a message repeats."""
_BY_STATUS: dict[int, type[Fault]] = {
    401: Unauthorized,
    402: OutOfCredit,
    403: Forbidden,
    404: NotFound,
    408: ServerError,
    413: TooLarge,
    429: RateLimited,
}
_BY_WORD: tuple[tuple[re.Pattern[str], type[Fault]], ...] = (
    (re.compile("rate.?limit|too.?many.?requests|resource.?exhausted"), RateLimited),
    (
        re.compile("(not|un).?authenticated|authentication|unauthorized|invalid.?api.?key"),
        Unauthorized,
    ),
    (re.compile("permission|forbidden"), Forbidden),
    (re.compile("not.?found"), NotFound),
    (re.compile("invalid.?request|invalid.?argument|bad.?request"), BadRequest),
)


def classify(facts: Facts) -> Fault:
    """The error that the facts amount to."""
    words = f"{facts.type} {facts.code}".lower()
    kind = _kind(facts, words)
    said = excerpt(facts.message, _SHOWN) or "it gave no reason"
    status = f" ({facts.status})" if facts.status else ""
    named = f" It names the parameter {facts.param!r}." if facts.param else ""
    return kind(f"The gateway refused{status}: {said.rstrip('.')}.{named}", facts)


def refuses_usage(fault: Fault) -> bool:
    """Whether a server refuses to be asked for the usage of a stream: by naming what asked."""
    said = f"{fault.param} {fault.facts.message}"
    return isinstance(fault, BadRequest) and bool(_USAGE.search(said))


def _kind(facts: Facts, words: str) -> type[Fault]:
    said = f"{words} {facts.message}"
    if _PAYMENT.search(said) and facts.status not in {401, 404}:
        return OutOfCredit
    if facts.status in {400, 422, None} and _TOO_LARGE.search(said):
        return TooLarge
    if facts.status is None:
        if not words.strip():
            words = facts.message.lower()  # nothing else is told
        return next((kind for pattern, kind in _BY_WORD if pattern.search(words)), ServerError)
    if facts.status in _BY_STATUS:
        return _BY_STATUS[facts.status]
    return BadRequest if 400 <= facts.status < 500 else ServerError  # noqa: PLR2004


def of_body(status: int, body: bytes, retry_after: str = "", date: str = "") -> Fault:
    """The error of an HTTP response; its body may be JSON of several shapes, or anything.

    `retry_after` and `date` are the headers of these names; a `Retry-After` that is a date counts
    from the server's own, since the two clocks may differ.
    """
    text = body.decode("utf-8", "replace")
    value = parsed(text)
    facts = of_value(value) if value is not None else Facts(message=_readable(text))
    told = _seconds(retry_after)
    if told is None:
        told = _between(date, retry_after)
    return classify(
        replace(facts, status=status, retry_after_s=facts.retry_after_s if told is None else told)
    )


def is_refusal(value: Mapping[str, JsonValue]) -> bool:
    """Whether a JSON that came with a 200 is an error all the same.

    `{"error": …}`, or without choices: `{"code": 429, "message": …}`, `{"detail": …}`.
    """
    if value.get("error") or "error" in (value.get("object"), value.get("type")):
        return True
    if value.get("choices"):
        return False
    states = [_text(value, key) for key in _STATES]
    coded = not _FINE.fullmatch(states[0]) and bool(_text(value, "message", "msg"))
    return coded or any(map(_FAILED.fullmatch, states)) or bool(value.get("detail"))


def of_value(value: JsonValue, depth: int = 0) -> Facts:
    """What an error in JSON says, wherever its words stand.

    `{"error": {…}}`, `{"error": "text"}`, a list of them, `error.value.error_message` that holds
    JSON again (vercel/ai#18303), `metadata.raw` (a provider's own body), `detail` (a text, or
    pydantic's list with `loc` and `msg`), or a text.
    """
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str):
        inner = parsed(value) if depth < _DIG else None
        return of_value(inner, depth + 1) if isinstance(inner, dict) else Facts(_readable(value))
    if not isinstance(value, dict):
        return Facts()
    own = Facts(
        message=_text(value, "message", "error_message", "detail", "error_description", "msg"),
        type=_text(value, "type", "name"),
        param=_text(value, "param") or _place(value.get("loc")),
        code=_text(value, "code", "error_code"),
        status=_status(value, "status", "statusCode", "status_code", "http_status", "code"),
        retry_after_s=_seconds(_text(value, "retry_after", "retryAfter")),
    )
    if depth >= _DIG:
        return own
    for key in ("error", "value", "metadata", "raw", "error_message", "message", "data", "detail"):
        inside = value.get(key)
        if isinstance(inside, str) and not inside.lstrip().startswith(("{", "[")):
            inside = inside if key == "raw" or (key == "error" and not own.message) else None
        if inside:
            own = _over(of_value(inside, depth + 1), own)
    return own


def _over(inner: Facts, outer: Facts) -> Facts:
    """The inner error's facts, and the outer's where the inner has none."""
    return Facts(
        inner.message or outer.message,
        inner.type or outer.type,
        inner.param or outer.param,
        inner.code or outer.code,
        inner.status or outer.status,
        outer.retry_after_s if inner.retry_after_s is None else inner.retry_after_s,
    )


def _text(value: Mapping[str, JsonValue], *keys: str) -> str:
    for key in keys:
        found = value.get(key)
        if isinstance(found, str | int) and not isinstance(found, bool) and found != "":
            return excerpt(str(found), 4000)
    return ""


def _place(loc: JsonValue) -> str:
    """Where a validator found the mistake, as `body.stream_options`."""
    return ".".join(excerpt(str(step), 100) for step in loc[:9]) if isinstance(loc, list) else ""


def _status(value: Mapping[str, JsonValue], *keys: str) -> int | None:
    for key in keys:
        text = str(value.get(key))
        if re.fullmatch("[45][0-9][0-9]", text):
            return int(text)
    return None


def _seconds(text: str) -> float | None:
    """Seconds of a `Retry-After`; None for a date or for none."""
    return float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text.strip()) else None


def _between(now: str, then: str) -> float | None:
    """Seconds from one HTTP date to another, zero where it has passed; None where one is none."""
    try:
        dates = [parsedate_to_datetime(text) for text in (now, then)]
    except (ValueError, TypeError, OverflowError):
        return None
    since, until = (date if date.tzinfo else date.replace(tzinfo=UTC) for date in dates)
    return max(0.0, (until - since).total_seconds())


def _readable(text: str) -> str:
    """The words of a body that is no JSON: a web page without its tags."""
    if "<" in text[:200]:
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", text[:4000])
    return excerpt(text, _SHOWN)
