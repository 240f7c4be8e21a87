"""A real HTTP server that implements the gateway's documentation, and every fault a test chooses.

Flows in: scripted replies, requests over loopback. Flows out: responses, and a record of what was
asked. It also runs by itself, so that a person can try the assistant without a key:
`python tests/gateway_server.py --port 8765`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
from collections import deque
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

import h11
from gateway_peer import Peer, Recorded
from gateway_rules import MODELS, check
from gateway_script import (
    Call,
    Chunks,
    Raw,
    Refusal,
    Reply,
    Reset,
    Scripted,
    Silence,
    chunk,
    closing,
    deltas,
    error_json,
    event,
    whole_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from gateway_script import Json

__all__ = ["Call", "Chunks", "GatewayServer", "Raw", "Recorded", "Refusal", "Reply", "Reset",
           "Silence"]  # fmt: skip

WRONG_KEY = Refusal(401, "Invalid API key", "authentication_error", None, "invalid_api_key")


class GatewayServer:
    """The gateway, on 127.0.0.1."""

    def __init__(
        self,
        *,
        port: int = 0,
        key: str | None = None,
        first_token_s: float = 0.0,
        tokens_per_s: float = 0.0,
    ) -> None:
        """With a key, any other is refused. The pace is that of the replies without a script."""
        self.requests: list[Recorded] = []
        """What was asked, oldest first."""
        self.connections = 0
        """How many connections were ever opened."""
        self.key = key
        self._pace = (first_token_s, tokens_per_s)
        self._port = port
        self._script: deque[Scripted | Callable[[Json], Scripted]] = deque()
        self._server: asyncio.Server | None = None
        self._peers: dict[asyncio.Task[Any], Peer] = {}
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening, and drop who is still connected."""
        assert self._server is not None
        self._server.close()
        for task, peer in list(self._peers.items()):
            peer.abort()
            task.cancel()
        await self.idle()
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        """What `[gateway] base_url` must be."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def open(self) -> int:
        """How many connections are open now."""
        return len(self._peers)

    @property
    def chats(self) -> list[Json]:
        """The JSON of the chat requests, oldest first."""
        return [seen.json for seen in self.requests if seen.path.endswith("/chat/completions")]

    def script(self, *replies: Scripted | Callable[[Json], Scripted]) -> None:
        """Answer the next chat requests with these, one for each, or with what they make of it."""
        self._script.extend(replies)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that this server can see: requests, connections."""
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    async def idle(self) -> None:
        """Wait until no connection is open."""
        await self.until(lambda: not self._peers)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.connections += 1
        peer = Peer(reader, writer, self.connections)
        self._peers[task] = peer
        self._changed.set()
        try:
            while (seen := await peer.request()) is not None:
                self.requests.append(seen)
                self._changed.set()
                await self._answer(peer, seen)
                if not peer.next():
                    break
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass  # the other side left, or the server ends: both are what tests do
        finally:
            peer.abort()
            del self._peers[task]
            self._changed.set()

    async def _answer(self, peer: Peer, seen: Recorded) -> None:
        path = unquote(seen.path.partition("?")[0])
        if path == "/v1/models" and seen.method in {"GET", "HEAD"}:
            await peer.json(200, {"object": "list", "data": list(MODELS)})
        elif path.startswith("/v1/models/") and seen.method in {"GET", "HEAD"}:
            name = path.removeprefix("/v1/models/")
            found = next((model for model in MODELS if model["id"] == name), None)
            missing = Refusal(404, f"Model '{name}' not found", "not_found_error", "model",
                              "model_not_found")  # fmt: skip
            await (peer.json(200, found) if found else refuse(peer, missing))
        elif path == "/v1/credits" and seen.method == "GET":
            await self._credits(peer, seen)
        elif path == "/v1/chat/completions" and seen.method == "POST":
            await self._chat(peer, seen)
        else:
            await refuse(peer, Refusal(404, f"No endpoint {path}", "not_found_error"))

    def _known(self, seen: Recorded) -> bool:
        """Whether the request brings the key, where there is one."""
        return self.key is None or seen.headers.get("authorization") == f"Bearer {self.key}"

    async def _credits(self, peer: Peer, seen: Recorded) -> None:
        if self._known(seen):
            await peer.json(200, {"balance": "95.50", "total_used": "4.50"})
        else:
            await refuse(peer, WRONG_KEY)

    async def _chat(self, peer: Peer, seen: Recorded) -> None:
        if not self._known(seen):
            await refuse(peer, WRONG_KEY)
            return
        if refusal := check(seen.json):
            await refuse(peer, refusal)
            return
        following = self._script.popleft() if self._script else answer(seen.json, *self._pace)
        scripted = following(seen.json) if callable(following) else following
        match scripted:
            case Reply():
                await Performance(scripted, seen, len(self.requests)).play(peer)
            case Chunks():
                await peer.respond(200, scripted.bytes(), "text/event-stream")
            case Refusal():
                await refuse(peer, scripted)
            case Raw():
                await peer.raw(scripted)
            case Silence():
                await peer.gone()
            case Reset():
                peer.reset()


async def refuse(peer: Peer, refusal: Refusal) -> None:
    """Send a documented error."""
    await peer.json(refusal.status, error_json(refusal), **refusal.headers)


class Performance:
    """A reply as it is sent: whole or streamed, at its pace, with its faults."""

    def __init__(self, reply: Reply, seen: Recorded, number: int) -> None:
        self._reply = reply
        self._request = seen.json
        self._number = number
        self._began = seen.at

    async def play(self, peer: Peer) -> None:
        """Send it."""
        if not self._request.get("stream"):
            await self._whole(peer)
            return
        await self._pause(peer, 0)
        peer.begin(200, "text/event-stream; charset=utf-8", **{"cache-control": "no-cache"})
        for place, delta in enumerate(deltas(self._reply)[: self._reply.after]):
            await self._pause(peer, place)
            await self._send(peer, delta)
        await self._end(peer)

    async def _end(self, peer: Peer) -> None:
        reply = self._reply
        match reply.then:
            case "end":
                for last in closing(reply, self._request):
                    await self._send(peer, last)
                if reply.done:
                    await self._bytes(peer, event("[DONE]", reply.newline))
                peer.send(h11.EndOfMessage())
            case "error":
                await self._bytes(peer, event({"error": reply.error}, reply.newline))
                peer.send(h11.EndOfMessage())
            case "close":
                peer.send(h11.EndOfMessage())
            case "stall":
                await self._stall(peer)
            case "reset":
                await peer.until(asyncio.get_running_loop().time() + 0.01)  # let the tokens arrive
                peer.reset()
            case "cut":  # the connection ends, and the body does not
                pass

    async def _whole(self, peer: Peer) -> None:
        reply = self._reply
        count = len(deltas(reply))
        await self._pause(peer, count)
        if reply.then == "stall":
            await peer.gone()
        elif reply.then in {"reset", "cut", "close"}:
            peer.reset()
        elif reply.then == "error":
            await peer.json(200, {"error": reply.error})
        else:
            await peer.json(200, whole_json(reply, self._request, self._number))

    async def _pause(self, peer: Peer, place: int) -> None:
        """Wait until the token at this place is due, counted from the request's arrival."""
        reply = self._reply
        due = self._began + reply.first_token_s
        due += place / reply.tokens_per_s if reply.tokens_per_s else 0.0
        if due > asyncio.get_running_loop().time():
            await peer.until(due)

    async def _stall(self, peer: Peer) -> None:
        if not self._reply.keep_alive_s:
            await peer.gone()
        while self._reply.keep_alive_s:
            await peer.until(asyncio.get_running_loop().time() + self._reply.keep_alive_s)
            peer.send(h11.Data(data=b": keep-alive\n\n"))

    async def _send(self, peer: Peer, body: Json) -> None:
        reply = self._reply
        data = chunk(body, self._request["model"], self._number)
        await self._bytes(peer, event(data, reply.newline, reply.comments))

    async def _bytes(self, peer: Peer, data: bytes) -> None:
        for piece in self._reply.cut(data) if self._reply.cut else iter((data,)):
            peer.send(h11.Data(data=piece))
            await asyncio.sleep(0)


def answer(request: Json, first_token_s: float, tokens_per_s: float) -> Reply:
    """What a sensible model would say, where no script says it."""
    text = "".join(_words(request))
    offered = [tool["function"]["name"] for tool in request.get("tools", [])]
    last = request["messages"][-1]
    if last["role"] == "user" and "clock" in offered and re.search(r"\btime\b", text):
        return Reply("", (Call("clock"),), first_token_s, tokens_per_s)
    return Reply(text, (), first_token_s, tokens_per_s)


def _words(request: Json) -> Iterator[str]:
    last = request["messages"][-1]
    if last["role"] == "tool":
        yield f"Here is what I found: {last['content'].rstrip('.')}."
        return
    content = last["content"]
    for part in [{"type": "text", "text": content}] if isinstance(content, str) else content:
        match part:
            case {"type": "image_url", "image_url": {"url": url}}:
                yield f" You showed me a picture of {len(url) * 3 // 4000 + 1} kilobytes."
            case {"type": "file", "file": {"data": data, **more}}:
                name = more.get("filename", "a document")
                yield f" You gave me {name}, {len(data) * 3 // 4000 + 1} kilobytes."
            case _:
                yield f"You said: {part['text']}"


async def _main() -> None:
    parser = argparse.ArgumentParser(description="A gateway to try the assistant with, offline.")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--first-token-ms", type=float, default=300)
    parser.add_argument("--tokens-per-s", type=float, default=60)
    wish = parser.parse_args()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    pace = {"first_token_s": wish.first_token_ms / 1000, "tokens_per_s": wish.tokens_per_s}
    async with GatewayServer(port=wish.port, **pace) as server:
        print(server.base_url)
        print(f"make run ARGS='--set gateway.base_url={server.base_url}'", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_main())
