"""What we ask, as the gateway's JSON.

Flows in: messages, tools and the `[gateway]` settings. Flows out: the body of a request, and the
models of `GET /models`. Field names are those of the gateway's documentation. Refuses to know:
HTTP, replies, keys.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.messages import Assistant, FilePart, ImagePart, System, ToolResult, User
from assistant.think.gateway_errors import BadReply
from assistant.think.json_values import clean, clean_text, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.config import GatewayConfig
    from assistant.messages import JsonObject, JsonValue, Message, Part, ToolCall, ToolSchema

GATEWAY_HOST = "ai-gateway.vercel.sh"
"""The host that takes the gateway's own options."""
_SAMPLING = ("temperature", "max_tokens", "top_p", "frequency_penalty", "presence_penalty")


def request(
    config: GatewayConfig,
    model: str,
    messages: Sequence[Message],
    tools: Sequence[ToolSchema] = (),
    *,
    usage: bool = True,
) -> dict[str, JsonValue]:
    """The JSON of a request for a reply; what is not set is not in it.

    `usage`: ask what the reply used, where the settings do not forbid it.
    """
    body: dict[str, JsonValue] = {
        "model": model,
        "messages": [message_json(message) for message in messages],
        "stream": config.stream,
    }
    for name in _SAMPLING:
        if (value := getattr(config, name)) is not None:
            body[name] = value
    if config.stop:
        body["stop"] = config.stop
    if tools:
        body["tools"] = [_tool(tool) for tool in tools]
        choice = _tool_choice(config.tool_choice, tools)
        if choice and not (_answered(messages) and choice not in ("auto", "none")):
            body["tool_choice"] = choice
    if config.stream and usage and _asks_usage(config):
        body["stream_options"] = {"include_usage": True}
    if takes_options(config):
        body |= _options(config, model)
    return body


def _asks_usage(config: GatewayConfig) -> bool:
    """Whether a stream shall end with what it used; the day's limit is counted from it."""
    return config.gateway_options != "never" or config.daily_limit_usd is not None


def _answered(messages: Sequence[Message]) -> bool:
    """Whether a tool has answered in this turn: what was required has been done."""
    return bool(messages) and isinstance(messages[-1], ToolResult)


def encoded(body: JsonObject) -> bytes:
    """The bytes of a request's JSON."""
    return json.dumps(clean(body), ensure_ascii=False, separators=(",", ":")).encode()


def takes_options(config: GatewayConfig) -> bool:
    """Whether the gateway's own options are sent to this server."""
    if config.gateway_options == "auto":
        return urlsplit(config.base_url).hostname == GATEWAY_HOST
    return config.gateway_options == "always"


def message_json(message: Message) -> JsonObject:
    """A message in the gateway's form."""
    match message:
        case System(text):
            return {"role": "system", "content": text}
        case User(text, ()):
            return {"role": "user", "content": text}
        case User(text, parts):
            words: list[JsonValue] = [{"type": "text", "text": text}] if text else []
            return {"role": "user", "content": [*words, *(_part(part) for part in parts)]}
        case Assistant(text, (), extra):
            return {**extra, "role": "assistant", "content": text}
        case Assistant(text, calls, extra):
            return {
                **extra,
                "role": "assistant",
                "content": text or None,
                "tool_calls": [_call(call) for call in calls],
            }
        case ToolResult(call_id, text):
            return {"role": "tool", "tool_call_id": call_id, "content": text}


def _part(part: Part) -> JsonObject:
    data = base64.b64encode(part.data).decode("ascii")
    match part:
        case ImagePart(_, media_type, detail):
            url = f"data:{media_type};base64,{data}"
            return {"type": "image_url", "image_url": {"url": url, "detail": detail}}
        case FilePart(_, media_type, filename):
            file = {"data": data, "media_type": media_type, "filename": filename}
            return {"type": "file", "file": file}


def _call(call: ToolCall) -> JsonObject:
    extra = dict(call.extra)
    within = extra.pop("function", None)
    function: dict[str, JsonValue] = dict(within) if isinstance(within, dict) else {}
    function |= {"name": call.name, "arguments": call.arguments or "{}"}
    return {**extra, "id": call.id, "type": "function", "function": function}


def _tool(tool: ToolSchema) -> JsonObject:
    function: JsonObject = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}


def _tool_choice(choice: str, tools: Sequence[ToolSchema]) -> JsonValue:
    """`auto`, `none`, `required`, or the one function; nothing for a tool that is not offered."""
    if choice in {"auto", "none", "required"}:
        return choice
    if any(tool.name == choice for tool in tools):
        return {"type": "function", "function": {"name": choice}}
    return None


def _options(config: GatewayConfig, model: str) -> dict[str, JsonValue]:
    gateway: dict[str, JsonValue] = {}
    if others := [name for name in config.models if name != model]:
        gateway["models"] = others
    if config.order:
        gateway["order"] = config.order
    if config.only:
        gateway["only"] = config.only
    if config.sort:
        gateway["sort"] = config.sort
    if config.caching:
        gateway["caching"] = "auto"
    if config.zero_data_retention:
        gateway["zeroDataRetention"] = True
    body: dict[str, JsonValue] = {}
    if gateway:
        body["providerOptions"] = {"gateway": gateway}
    if config.reasoning_effort:
        body["reasoning"] = {"effort": config.reasoning_effort, "exclude": True}
    return body


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the gateway says of a model."""

    id: str
    name: str = ""
    description: str = ""
    owned_by: str = ""
    context_window: int | None = None
    """Tokens; None where the server does not say."""
    max_tokens: int | None = None
    """Longest reply in tokens; None where the server does not say."""
    type: str = ""
    """`language`, `embedding` …"""
    tags: tuple[str, ...] = ()
    """`tool-use`, `vision`, `file-input` …"""
    pricing: Mapping[str, str] = field(default_factory=dict)
    """US dollars for one token, by kind (`input`, `output` …), as the text that came."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What an account has left, in US dollars, as the texts that came."""

    balance: str
    total_used: str


def credit(body: bytes) -> Credits:
    """The account of `GET /credits`. Raises BadReply."""
    value = parsed(body)
    told = (value.get("balance"), value.get("total_used")) if isinstance(value, dict) else ()
    texts = [clean_text(str(text)) for text in told if isinstance(text, str | int | float)]
    if len(texts) != 2:  # noqa: PLR2004
        raise BadReply("The gateway's answer holds no balance.")
    return Credits(*texts)


def models(body: bytes) -> list[ModelInfo]:
    """The models of `GET /models`. Raises BadReply."""
    value = parsed(body)
    items = value.get("data") if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise BadReply("The gateway's list of models is no list.")
    return [info for item in items if (info := _model(item)) is not None]


def model(body: bytes) -> ModelInfo:
    """The model of `GET /models/{model}`. Raises BadReply."""
    info = _model(parsed(body))
    if info is None:
        raise BadReply("The gateway's answer describes no model.")
    return info


def _model(item: JsonValue) -> ModelInfo | None:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        return None
    tags, pricing = item.get("tags"), item.get("pricing")
    labels = tags if isinstance(tags, list) else []
    prices = pricing.items() if isinstance(pricing, dict) else ()
    return ModelInfo(
        id=_words(item, "id"),
        name=_words(item, "name"),
        description=_words(item, "description"),
        owned_by=_words(item, "owned_by"),
        context_window=_count(item, "context_window"),
        max_tokens=_count(item, "max_tokens"),
        type=_words(item, "type"),
        tags=tuple(clean_text(tag) for tag in labels if isinstance(tag, str)),
        pricing={
            clean_text(key): clean_text(str(price))
            for key, price in prices
            if isinstance(price, str | int | float)
        },
    )


def _words(item: JsonObject, key: str) -> str:
    value = item.get(key)
    return clean_text(value) if isinstance(value, str) else ""


def _count(item: JsonObject, key: str) -> int | None:
    value = item.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
