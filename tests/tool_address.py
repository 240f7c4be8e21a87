"""An address with tools, as Home Assistant has one: HTTP by hand, a message a request, no session.

Flows in: requests, and what is to go wrong with them. Flows out: answers in JSON, and what was
asked. The tools are in the manner of Home Assistant's Assist API; we wrote their words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from listener import Listener

if TYPE_CHECKING:
    import asyncio

Fault = Literal["401", "403", "404", "500", "503", "cut", "silence", "endless", "broken", "odd"]
"""A status; a connection that breaks off; no answer; a body without an end; JSON that is none; a
result of another form."""


def tool(name: str, description: str, /, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    """A tool."""
    schema = {"type": "object", "properties": parameters}
    return {"name": name, "description": description, "inputSchema": schema}


TEXT = {"type": "string"}
DOMAINS = {"type": "array", "items": {"enum": ["light", "switch", "fan", "cover", "media_player"]}}
WHERE = {"name": TEXT, "area": TEXT, "floor": TEXT, "domain": DOMAINS}
TOOLS = [
    tool("HassTurnOn", "Switches a device or entity on, or opens it.", **WHERE),
    tool("HassTurnOff", "Switches a device or entity off, or closes it.", **WHERE),
    tool("HassLightSet", "Sets how bright a light is, or its color.", **WHERE, brightness=TEXT),
    tool("HassClimateSetTemperature", "Sets the target temperature of a room.", **WHERE),
    tool("HassMediaPause", "Pauses a media player.", **WHERE),
    tool("HassVacuumStart", "Starts a vacuum robot.", **WHERE),
    tool("GetLiveContext", "Tells the state of the devices, sensors and areas of the house."),
]


class ToolAddress(Listener):
    """The server; `async with` runs it."""

    def __init__(self, token: str = "") -> None:
        super().__init__()
        self.token = token
        self.faults: list[Fault] = []
        """What goes wrong with the next calls of tools, one each."""
        self.tools = list(TOOLS)
        self.asked: list[dict[str, Any]] = []
        """The messages, as they came."""

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}/api/mcp"

    def methods(self) -> list[str]:
        """What was asked, by method."""
        return [message["method"] for message in self.asked]

    async def answer(
        self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take one message."""
        head = head.lower()
        size = int(head.partition("content-length:")[2].split()[0])
        message = json.loads(await reader.readexactly(size))
        self.asked.append(message)
        if self.token and f"authorization: bearer {self.token}".lower() not in head:
            _write(writer, 401, "401: Unauthorized", "text/plain")
        else:
            await self._answer(writer, message)

    async def _answer(self, writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        if "id" not in message:
            _write(writer, 202, "")
            return
        is_call = message["method"] == "tools/call"
        body = json.dumps({"jsonrpc": "2.0", "id": message["id"], **self._result(message)})
        match self.faults.pop(0) if self.faults and is_call else None:
            case None:
                _write(writer, 200, body)
            case "cut":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
                writer.write(b"content-length: 1000\r\n\r\n{")
            case "silence":
                await self.over.wait()
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
                while not self.over.is_set():
                    writer.write(b" " * 2**20)
                    await writer.drain()
            case "broken":
                _write(writer, 200, body[: len(body) // 2])
            case "odd":
                _write(
                    writer, 200, json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": 5})
                )
            case fault:
                _write(writer, int(fault), "no", "text/plain")

    def _result(self, message: dict[str, Any]) -> dict[str, Any]:
        match message["method"]:
            case "initialize":
                info = {"name": "home-assistant", "version": "1.26.0"}
                version = message["params"]["protocolVersion"]
                capabilities = {"tools": {"listChanged": False}}
                result: dict[str, Any] = {
                    "protocolVersion": version,
                    "capabilities": capabilities,
                    "serverInfo": info,
                }
            case "tools/list":
                result = {"tools": self.tools}
            case "tools/call":
                name = message["params"]["arguments"].get("name", "everything")
                done = {"response_type": "action_done", "data": {"success": [{"name": name}]}}
                result = {"content": [{"type": "text", "text": json.dumps(done)}]}
            case _:
                return {"error": {"code": -32601, "message": "Method not found"}}
        return {"result": result}


def _write(
    writer: asyncio.StreamWriter, status: int, body: str, kind: str = "application/json"
) -> None:
    data = body.encode()
    head = f"HTTP/1.1 {status} x\r\ncontent-type: {kind}\r\ncontent-length: {len(data)}\r\n"
    writer.write(f"{head}connection: close\r\n\r\n".encode() + data)
