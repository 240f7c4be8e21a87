"""What a reviewer's odd servers and files did to us once, and must not do again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from gateway_client import deltas, gateway, text_of
from gateway_script import Raw, Reply
from gateway_server import GatewayServer
from running import PROGRAM, clean_env, program

from assistant.audio.files import check_folder, read_sound, write_wav
from assistant.audio.pcm import Pcm
from assistant.clock import SystemClock
from assistant.config import GatewayConfig
from assistant.errors import ConfigError, SoundFileError
from assistant.messages import Assistant, Message, ToolCall, ToolResult, ToolSchema, User
from assistant.think import wire
from assistant.think.able import AbleGateway
from assistant.think.address import Address
from assistant.think.catalogue import Catalogue
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import NotFound
from assistant.think.json_values import DEEP, parsed

SOUND = Pcm(np.full(1600, 900, np.int16))
TOOL = ToolSchema("clock", "Tell the time.", {"type": "object", "properties": {}})


def test_deep_nesting_is_no_json() -> None:
    """What would exhaust the stack is refused where it is read."""
    assert parsed("[" * 20 + "]" * 20) is not None
    assert parsed("[" * (DEEP + 5) + "]" * (DEEP + 5)) is None
    assert parsed('{"a":' * 450 + "1" + "}" * 450) is None


def test_a_required_tool_is_required_once() -> None:
    """After a tool has answered, the model may speak: else it would call tools for ever."""
    config = GatewayConfig(tool_choice="required")
    call = ToolCall("1", "clock", "{}")
    turn: list[Message] = [User("Time?"), Assistant("", (call,)), ToolResult("1", "noon")]
    assert wire.request(config, "m", turn[:1], [TOOL])["tool_choice"] == "required"
    assert "tool_choice" not in wire.request(config, "m", turn, [TOOL])


async def test_keep_alives_after_the_end_hold_nothing_open() -> None:
    """The reply is whole: comments that go on are not waited for."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        chunk = {"choices": [{"index": 0, "delta": {"content": "Hi."}, "finish_reason": "stop"}]}
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n")
        writer.write(f"data: {json.dumps(chunk)}\n\n".encode())
        for _ in range(60):
            if writer.is_closing():
                break
            writer.write(b": keep-alive\n\n")
            await asyncio.sleep(0.1)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        left.set()

    left = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        config = GatewayConfig(base_url=f"http://127.0.0.1:{port}/v1", turn_s=20)
        began = time.monotonic()
        async with HttpGateway(config, None) as client:
            assert text_of(await deltas(client)) == "Hi."
        took_s = time.monotonic() - began
        await asyncio.wait_for(left.wait(), 8)
    assert took_s < 4


async def test_an_unknown_model_is_told_with_near_names(tmp_path: Path) -> None:
    """The refusal names what may have been meant."""
    async with GatewayServer() as server:
        config = GatewayConfig(base_url=server.base_url, model="anthropic/claude-sonet-4")
        async with gateway(server, model=config.model) as client:
            book = Catalogue(client, config.base_url, SystemClock(), tmp_path)
            with pytest.raises(NotFound, match="Did you mean 'anthropic/claude-sonnet-4'"):
                async for _ in AbleGateway(client, book, config).stream([User("Hi")], []):
                    pass


async def test_no_cookie_is_kept() -> None:
    """A server's cookie would link requests; it is not sent back."""
    async with GatewayServer() as server, gateway(server) as client:
        body = b'data: {"choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}'
        head = {"set-cookie": "track=me; Path=/"}
        server.script(Raw(body + b"\n\ndata: [DONE]\n\n", headers=head), Reply("Again."))
        await deltas(client)
        await deltas(client)
        sent = [dict(seen.headers) for seen in server.requests]
    assert not any("cookie" in {str(name).lower() for name in headers} for headers in sent)


@pytest.mark.parametrize(
    "address", ["http://u:p@127.0.0.1/v1", "http://127.0.0.1/v1\x01", "http://a b/"]
)
def test_an_odd_address_is_refused(address: str) -> None:
    """A name with a password, a control character, a space: said before anything is sent."""
    with pytest.raises(ConfigError, match="base_url"):
        Address(address)


def test_a_proxy_that_cannot_be_used_is_one_sentence() -> None:
    """The variable to look at, and no traceback."""
    env = clean_env(ALL_PROXY="ftp://x:1", AI_GATEWAY_API_KEY="abcdefghijkl")
    done = program("ask", "Hi", env=env)
    assert done.returncode == 2
    assert "ALL_PROXY" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_ordinary_files_are_written(tmp_path: Path) -> None:
    """A pipe is left alone; what a link points to is written, and the link stays."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(SoundFileError, match="no ordinary file"):
        check_folder(pipe)
    link, target = tmp_path / "link.wav", tmp_path / "target.wav"
    target.touch()
    link.symlink_to(target)
    write_wav(link, SOUND)
    assert link.is_symlink()
    assert read_sound(target).seconds == pytest.approx(SOUND.seconds)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.wav", "pipe", "target.wav"]


def test_a_reader_that_leaves_is_no_failed_turn(tmp_path: Path) -> None:
    """`| head` ends the program quietly."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "ask", "What time is it?", "--json"],
            env=clean_env(),
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_an_early_failure_is_an_event_too(tmp_path: Path) -> None:
    """With `--json` whatever ends the program is one line on stdout."""
    done = program("run", "--json", "--set", "stt.modle=x", cwd=tmp_path)
    assert done.returncode == 2
    (event,) = map(json.loads, done.stdout.splitlines())
    assert (event["event"], event["kind"]) == ("error", "config")


def test_a_tool_that_is_none_cannot_be_required(tmp_path: Path) -> None:
    """A slip in `tool_choice` is refused with what there is, and not left out in silence."""
    done = program("ask", "Hi", "--set", "gateway.tool_choice=requird", cwd=tmp_path)
    assert done.returncode == 2
    assert "'requird'" in done.stderr
    assert "required, clock" in done.stderr


def test_a_home_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    """`~nobody` in a path: what to do, and no traceback."""
    done = program(
        "say", "Hi", "--set", "tts.voice=~nosuchperson/x.onnx", "--out", "x.wav", cwd=tmp_path
    )
    assert done.returncode == 2
    assert "HOME" in done.stderr
    assert "Traceback" not in done.stderr
