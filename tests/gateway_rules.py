"""What a request must be, by the gateway's documentation; strict, so that the client is.

Flows in: the JSON of a request. Flows out: a documented refusal, or none. Refuses to know: HTTP.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from gateway_script import Json, Refusal

MODELS: tuple[Json, ...] = tuple(
    {
        "id": name,
        "object": "model",
        "created": 1677652288,
        "owned_by": name.partition("/")[0],
        "name": name.partition("/")[2],
        "description": f"{name}, as the test server plays it.",
        "context_window": window,
        "max_tokens": 8192,
        "type": "language",
        "tags": tags,
        "pricing": {"input": "0.000003", "output": "0.000015"},
    }
    for name, window, tags in (
        ("anthropic/claude-sonnet-4", 200_000, ["tool-use", "vision", "file-input"]),
        ("openai/gpt-4o-mini", 128_000, ["tool-use", "vision"]),
        ("google/gemini-2.5-flash", 1_000_000, ["tool-use", "vision", "file-input"]),
        ("test/text-only", 8_000, []),
    )
)
_RANGES = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
}
_KNOWN = {
    "model", "messages", "stream", "max_tokens", "stop", "tools", "tool_choice", "stream_options",
    "providerOptions", "reasoning", *_RANGES,
}  # fmt: skip
_GATEWAY = {"models", "order", "only", "sort", "caching", "zeroDataRetention"}
_MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/webp": (b"RIFF",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF-",),
}


class Refused(Exception):
    """The request is not as documented."""

    def __init__(self, message: str, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.refusal = Refusal(400, f"Invalid request: {message}", param=param, code=code)


def check(request: Any) -> Refusal | None:  # noqa: ANN401  # any JSON may arrive
    """The refusal that the request deserves; None where it is right."""
    try:
        _check(request)
    except Refused as error:
        return error.refusal
    if not any(model["id"] == request["model"] for model in MODELS):
        return Refusal(
            404, f"Model '{request['model']}' not found", "not_found_error", "model",
            "model_not_found",
        )  # fmt: skip
    return None


def _check(request: Any) -> None:  # noqa: ANN401  # any JSON may arrive
    _must(isinstance(request, dict), "the body must be a JSON object", "")
    for name in ("model", "messages"):
        if name not in request:
            raise Refused(f"missing required parameter '{name}'", name, "missing_parameter")
    for name in request:
        _must(name in _KNOWN, f"unknown parameter '{name}'", name)
    _must(isinstance(request["model"], str), "'model' must be a string", "model")
    for name, (low, high) in _RANGES.items():
        if name in request:
            value = request[name]
            fits = _number(value) and low <= value <= high
            _must(fits, f"'{name}' must be a number from {low} to {high}", name)
    if "max_tokens" in request:
        value = request["max_tokens"]
        _must(_number(value, int) and value >= 1, "'max_tokens' must be 1 or more", "max_tokens")
    _must(isinstance(request.get("stream", False), bool), "'stream' must be a boolean", "stream")
    _stop(request.get("stop", []))
    names = _tools(request.get("tools", []))
    _choice(request, names)
    _options(request)
    _messages(request["messages"])


def _stop(stop: Any) -> None:  # noqa: ANN401  # any JSON may arrive
    fits = isinstance(stop, str) or (
        isinstance(stop, list) and all(isinstance(text, str) for text in stop)
    )
    _must(fits, "'stop' must be a string or an array of strings", "stop")


def _tools(tools: Any) -> list[str]:  # noqa: ANN401  # any JSON may arrive
    _must(isinstance(tools, list), "'tools' must be an array", "tools")
    names: list[str] = []
    for place, tool in enumerate(tools):
        where = f"tools[{place}]"
        _must(isinstance(tool, dict) and tool.get("type") == "function", "not a function", where)
        function = tool.get("function")
        _must(
            isinstance(function, dict)
            and isinstance(function.get("name"), str)
            and isinstance(function.get("parameters", {}), dict),
            "a function needs a name and an object of parameters",
            f"{where}.function",
        )
        _must(function["name"] not in names, "two tools have the same name", where)
        names.append(function["name"])
    return names


def _choice(request: Json, names: list[str]) -> None:
    choice = request.get("tool_choice", "auto")
    if isinstance(choice, dict):
        function = choice.get("function")
        fits = isinstance(function, dict) and function.get("name") in names
    else:
        needs_tools = "tool_choice" in request
        fits = choice in {"auto", "none", "required"} and (bool(names) or not needs_tools)
    _must(fits, "'tool_choice' must be auto, none, required or an offered function", "tool_choice")


def _options(request: Json) -> None:
    options = request.get("providerOptions", {})
    fits = isinstance(options, dict) and set(options) <= {"gateway"}
    _must(fits and set(options.get("gateway", {})) <= _GATEWAY, "unknown", "providerOptions")
    if "stream_options" in request:
        _must(request.get("stream") is True, "only with 'stream'", "stream_options")
    if "reasoning" in request:
        _must(set(request["reasoning"]) <= {"effort", "exclude"}, "unknown", "reasoning")


def _messages(messages: Any) -> None:  # noqa: ANN401  # any JSON may arrive
    _must(isinstance(messages, list) and messages, "'messages' must not be empty", "messages")
    waiting: list[str] = []
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        _must(isinstance(message, dict), "a message must be an object", where)
        role = message.get("role")
        if role == "tool":
            call = message.get("tool_call_id")
            _must(call in waiting, "a tool result must follow its call", f"{where}.tool_call_id")
            _must(isinstance(message.get("content"), str), "must be text", f"{where}.content")
            waiting.remove(str(call))
            continue
        _must(not waiting, f"tool call {waiting} has no result", where)
        match role:
            case "system":
                _must(isinstance(message.get("content"), str), "must be text", f"{where}.content")
            case "user":
                _content(message.get("content"), f"{where}.content")
            case "assistant":
                waiting = _assistant(message, where)
            case _:
                raise Refused(f"unknown role {role!r}", f"{where}.role")
    _must(not waiting, f"tool call {waiting} has no result", "messages")


def _assistant(message: Json, where: str) -> list[str]:
    """The ids of its calls."""
    calls = message.get("tool_calls", [])
    _must(isinstance(calls, list), "must be an array", f"{where}.tool_calls")
    content = message.get("content")
    fits = isinstance(content, str) or (content is None and bool(calls))
    _must(fits, "needs text or tool calls", f"{where}.content")
    ids: list[str] = []
    for call in calls:
        at = f"{where}.tool_calls[{len(ids)}]"
        good = isinstance(call, dict) and isinstance(call.get("id"), str)
        _must(good and call.get("type") == "function", "needs an id and a type", at)
        _must(call["id"] not in ids, "two calls have the same id", at)
        function = call.get("function", {})
        _must(isinstance(function.get("name"), str) and function["name"], "needs a name", at)
        _must(_object(function.get("arguments")), "needs arguments that are a JSON object", at)
        ids.append(call["id"])
    return ids


def _content(content: Any, where: str) -> None:  # noqa: ANN401  # any JSON may arrive
    if isinstance(content, str):
        return
    _must(isinstance(content, list) and content, "must be text or parts", where)
    for place, part in enumerate(content):
        at = f"{where}[{place}]"
        match part:
            case {"type": "text", "text": str()}:
                pass
            case {"type": "image_url", "image_url": {"url": str() as url, **more}}:
                _must(more.get("detail", "auto") in {"auto", "low", "high"}, "bad detail", at)
                _must(url.startswith("data:") and ";base64," in url, "must be a data URL", at)
                kind, data = url.removeprefix("data:").split(";base64,", 1)
                _must(kind.startswith("image/"), f"{kind} is no image", at)
                _data(data, kind, at)
            case {"type": "file", "file": {"data": str() as data, "media_type": str() as kind}}:
                _data(data, kind, at)
            case _:
                raise Refused("unknown part", at)


def _data(data: str, kind: str, where: str) -> None:
    _must(kind in _MAGIC, f"media type {kind} is not supported", where)
    try:
        start = base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise Refused(f"not base64: {error}", where) from error
    _must(start.startswith(_MAGIC[kind]), f"the data is not {kind}", where)


def _number(value: object, kind: type | tuple[type, ...] = (int, float)) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _object(text: Any) -> bool:  # noqa: ANN401  # any JSON may arrive
    try:
        return isinstance(json.loads(text), dict)
    except (TypeError, ValueError):
        return False


def _must(fits: object, message: str, param: str) -> None:
    if not fits:
        raise Refused(message, param)
