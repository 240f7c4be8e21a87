"""What we ask, in the documentation's JSON; and the models that are listed."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from gateway_rules import check
from pydantic import ValidationError

from assistant.config import GatewayConfig
from assistant.messages import (
    Assistant,
    FilePart,
    ImagePart,
    System,
    ToolCall,
    ToolResult,
    ToolSchema,
    User,
)
from assistant.think.gateway_errors import BadReply
from assistant.think.wire import ModelInfo, encoded, message_json, model, models, request

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TOOL = ToolSchema("weather", "The weather.", {"type": "object", "properties": {}})


def asked(config: GatewayConfig, *tools: ToolSchema) -> dict[str, Any]:
    """The JSON of a request, as it arrives; the test server finds nothing wrong with it."""
    sent: dict[str, Any] = json.loads(encoded(request(config, "m", [User("Hi")], tools)))
    assert check({**sent, "model": "openai/gpt-4o-mini"}) is None
    return sent


def test_what_is_not_set_is_not_sent() -> None:
    """Only model, messages and stream, and that the tokens be told."""
    config = GatewayConfig(base_url="http://localhost/v1")
    messages = [{"role": "user", "content": "Hi"}]
    wanted = {"model": "m", "messages": messages, "stream": True}
    assert asked(config) == wanted | {"stream_options": {"include_usage": True}}
    bare = GatewayConfig(base_url="http://localhost/v1", gateway_options="never")
    assert asked(bare) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 0.0), ("temperature", 2.0), ("max_tokens", 1), ("top_p", 0.0),
        ("top_p", 1.0), ("frequency_penalty", -2.0), ("presence_penalty", 2.0),
        ("stop", "END"), ("stop", ["a", "b"]), ("stream", False),
    ],
)  # fmt: skip
def test_a_setting_is_sent_as_it_is(name: str, value: object) -> None:
    """Zero too; and nothing beside it."""
    config = GatewayConfig.model_validate({"base_url": "http://localhost/v1", name: value})
    sent = asked(config)
    assert sent[name] == value
    usage = {"stream_options"} if sent["stream"] else set()
    assert set(sent) == {"model", "messages", "stream", name, *usage}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", 2.1), ("temperature", -0.1), ("max_tokens", 0), ("top_p", 1.1),
        ("frequency_penalty", -2.1), ("presence_penalty", 2.1), ("stop", 7), ("retries", 9),
    ],
)  # fmt: skip
def test_a_setting_out_of_its_range_is_refused(name: str, value: object) -> None:
    """By the settings, before anything is sent."""
    with pytest.raises(ValidationError):
        GatewayConfig.model_validate({name: value})


def test_tools_and_the_choice_among_them() -> None:
    """`auto`, `none`, `required`, one function; a tool that is not offered cannot be chosen."""
    function = {"name": "weather", "description": "The weather.", "parameters": TOOL.parameters}
    local: dict[str, Any] = {"base_url": "http://localhost/v1"}
    assert asked(GatewayConfig(**local), TOOL)["tools"] == [
        {"type": "function", "function": function}
    ]
    for choice in ("auto", "none", "required"):
        assert asked(GatewayConfig(tool_choice=choice, **local), TOOL)["tool_choice"] == choice
    one = asked(GatewayConfig(tool_choice="weather", **local), TOOL)["tool_choice"]
    assert one == {"type": "function", "function": {"name": "weather"}}
    assert "tool_choice" not in asked(GatewayConfig(tool_choice="other", **local), TOOL)
    assert "tool_choice" not in asked(GatewayConfig(tool_choice="auto", **local))


def test_the_gateways_own_options_go_only_to_the_gateway() -> None:
    """By its host; or always, or never, by a setting."""
    own = {"providerOptions", "reasoning"}
    options: dict[str, Any] = {"reasoning_effort": "low"}
    assert own <= set(asked(GatewayConfig(**options)))
    for away in (
        GatewayConfig(base_url="https://api.example.com/v1", **options),
        GatewayConfig(base_url="https://ai-gateway.vercel.sh.example.com/v1", **options),
        GatewayConfig(gateway_options="never", **options),
    ):
        assert not own & set(asked(away))
    local = GatewayConfig(base_url="http://localhost/v1", gateway_options="always", **options)
    assert own <= set(asked(local))


def test_every_server_is_asked_for_the_usage_of_a_stream() -> None:
    """Unless nothing of the kind is wished, or it refused; a whole reply has it anyway."""
    wanted = {"include_usage": True}
    assert asked(GatewayConfig())["stream_options"] == wanted
    assert asked(GatewayConfig(base_url="http://localhost/v1"))["stream_options"] == wanted
    never: dict[str, Any] = {"gateway_options": "never"}
    assert "stream_options" not in asked(GatewayConfig(**never))
    assert asked(GatewayConfig(daily_limit_usd=1, **never))["stream_options"] == wanted
    assert "stream_options" not in asked(GatewayConfig(stream=False))
    assert "stream_options" not in request(GatewayConfig(), "m", [User("Hi")], usage=False)


def test_the_gateways_options_are_written_as_documented() -> None:
    """Fallbacks without the model itself, order, only, sort, caching, retention, reasoning."""
    config = GatewayConfig(
        models=["m", "n"],
        order=["bedrock"],
        only=["bedrock", "anthropic"],
        caching=True,
        zero_data_retention=True,
        reasoning_effort="low",
    )
    sent = asked(config)
    assert sent["providerOptions"]["gateway"] == {
        "models": ["n"],
        "order": ["bedrock"],
        "only": ["bedrock", "anthropic"],
        "sort": "ttft",
        "caching": "auto",
        "zeroDataRetention": True,
    }
    assert sent["reasoning"] == {"effort": "low", "exclude": True}
    assert sent["stream_options"] == {"include_usage": True}
    assert "stream_options" not in asked(GatewayConfig(stream=False))


def test_text_is_a_plain_string() -> None:
    """Local servers do not all take parts."""
    assert message_json(System("Be brief.")) == {"role": "system", "content": "Be brief."}
    assert message_json(User("Hi")) == {"role": "user", "content": "Hi"}
    assert message_json(Assistant("Yes.")) == {"role": "assistant", "content": "Yes."}


def test_a_picture_is_a_data_url_with_its_detail() -> None:
    """After the text, which may be missing."""
    picture = {
        "type": "image_url",
        "image_url": {
            "url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}",
            "detail": "low",
        },
    }
    part = ImagePart(PNG, "image/png", "low")
    words = {"type": "text", "text": "What is it?"}
    assert message_json(User("What is it?", (part,)))["content"] == [words, picture]
    assert message_json(User("", (part,)))["content"] == [picture]


def test_a_document_is_a_file_part() -> None:
    """Base64 without a data URL, with media type and name."""
    part = FilePart(b"%PDF-1.4", "application/pdf", "x.pdf")
    file = {"data": "JVBERi0xLjQ=", "media_type": "application/pdf", "filename": "x.pdf"}
    assert message_json(User("", (part,)))["content"] == [{"type": "file", "file": file}]


def test_tool_calls_go_back_as_they_came() -> None:
    """Unknown fields unchanged, at the message, the call and its function; no text is null."""
    call = ToolCall("1", "f", "", {"extra_content": {"sig": "x"}, "function": {"note": "n"}})
    sent = message_json(Assistant("", (call,), {"reasoning_details": [1]}))
    function = {"note": "n", "name": "f", "arguments": "{}"}
    assert sent == {
        "role": "assistant",
        "content": None,
        "reasoning_details": [1],
        "tool_calls": [
            {"id": "1", "type": "function", "function": function, "extra_content": {"sig": "x"}}
        ],
    }


def test_unknown_fields_of_a_reply_without_calls_go_back_too() -> None:
    """But cannot take the place of its own."""
    sent = {"role": "assistant", "content": "Yes.", "sig": "x"}
    assert message_json(Assistant("Yes.", (), {"sig": "x", "content": "No."})) == sent


def test_a_tool_result_names_its_call() -> None:
    """Results are text."""
    sent = {"role": "tool", "tool_call_id": "1", "content": "Sunny."}
    assert message_json(ToolResult("1", "Sunny.")) == sent


def test_any_text_can_be_encoded() -> None:
    """Also half an emoji, which UTF-8 has no bytes for."""
    assert json.loads(encoded({"a": "Ł\ud83d"})) == {"a": "Ł\ufffd"}


def test_the_list_of_models_is_read_whatever_is_missing() -> None:
    """Prices stay the text they are; what is no model is left out."""
    full = {
        "id": "a/b", "name": "B", "description": "d", "owned_by": "a", "context_window": 8,
        "max_tokens": 4, "type": "language", "tags": ["vision", 3], "pricing": {"input": "0.1"},
    }  # fmt: skip
    body = json.dumps({"data": [full, {"id": "c", "tags": None, "pricing": 7}, {}, 9]}).encode()
    first = ModelInfo("a/b", "B", "d", "a", 8, 4, "language", ("vision",), {"input": "0.1"})
    assert models(body) == [first, ModelInfo("c")]
    assert model(json.dumps(full).encode()) == first


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": 3}', b"7"])
def test_a_list_of_models_that_is_none_is_a_bad_reply(body: bytes) -> None:
    """And so is a model."""
    with pytest.raises(BadReply):
        models(body)
    with pytest.raises(BadReply):
        model(body)
