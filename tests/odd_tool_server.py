"""A tool server that does not behave: the protocol of 2025 by hand, a message a line.

Flows in: requests on its input, and what is to go wrong, as arguments. Flows out: answers, and what
should not be. It loads next to nothing, so that starting it costs a few milliseconds.

`python odd_tool_server.py DIARY FAULT …`: what it is asked is appended to the file DIARY.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

DIARY, FAULTS = sys.argv[1], set(sys.argv[2:])
READS = {"readOnlyHint": True}


def tool(name: str, description: str, **annotations: bool) -> dict[str, object]:
    """A tool without parameters that matter."""
    schema = {"type": "object", "properties": {"what": {"type": "string"}}}
    return {
        "name": name,
        "description": description,
        "inputSchema": schema,
        "annotations": annotations,
    }


TOOLS = [
    tool("look", "Tell the state of a lamp.", **READS),
    tool("switch", "Switch a lamp on."),
    tool("pid", "Tell the number of the process.", **READS),
]


def note(word: str) -> None:
    """Write into the diary."""
    with open(DIARY, "a", encoding="utf-8") as diary:  # noqa: PTH123  # pathlib takes its time
        diary.write(word + "\n")


def noted(word: str) -> int:
    """How often the diary has this."""
    with open(DIARY, encoding="utf-8") as diary:  # noqa: PTH123  # the same
        return diary.read().split("\n").count(word)


def say(message: dict[str, object]) -> None:
    """A message, on one line."""
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def text(words: str) -> dict[str, object]:
    """A result."""
    return {"content": [{"type": "text", "text": words}]}


def listed(params: dict[str, object]) -> dict[str, object]:
    """The tools, a page each where that is wanted."""
    if "pages" not in FAULTS:
        return {"tools": TOOLS}
    page = int(str(params.get("cursor", "0")))
    more = {"nextCursor": str(page + 1)} if page + 1 < len(TOOLS) else {}
    return {"tools": [TOOLS[page]], **more}


def called(name: str) -> dict[str, object] | None:
    """The result of a call; None where there shall be none."""
    note(name)
    if "dies" in FAULTS and noted(name) == 1:
        os._exit(3)
    if "hangs" in FAULTS and name == "switch":
        if "for-good" in FAULTS:
            time.sleep(600)
        say({"method": "notifications/tools/list_changed"})  # so that whoever waits is told
        return None
    if "huge" in FAULTS and name == "look":
        return text("x" * 9_000_000)
    if "talks" in FAULTS:
        sys.stdout.write("Switching the lamp ...\n\n\xff{]\n")
        sys.stderr.write(f"my secret is {os.environ.get('LAMP_SECRET')}\n")
        sys.stderr.flush()
    if name == "pid":
        return text(str(os.getpid()))
    return text(f"{name} was done.")


def answer(message: dict[str, object]) -> None:
    """Answer a request, or not."""
    method, params = str(message["method"]), message.get("params", {})
    assert isinstance(params, dict)
    result: dict[str, object] | None = None
    match method:
        case "initialize":
            version, info = params["protocolVersion"], {"name": "odd", "version": "1"}
            capabilities = {"tools": {"listChanged": True}}
            result = {
                "protocolVersion": version,
                "serverInfo": info,
                "capabilities": capabilities,
            }
        case "tools/list":
            result = listed(params)
        case "tools/call":
            result = called(params["name"])
        case "notifications/cancelled":
            note("cancelled")
            if "late" in FAULTS:
                say({"id": params["requestId"], "result": text("too late")})
        case _ if "strict" in FAULTS and not method.startswith("notifications/"):
            os._exit(4)  # as some do at the first request that they do not know
        case _ if "id" in message:
            say({"id": message["id"], "error": {"code": -32601, "message": "Method not found"}})
        case _:
            pass
    if result is not None:
        say({"id": message["id"], "result": result})


def main() -> None:
    """Answer until the input ends, or longer."""
    if "mute" in FAULTS:
        note(str(os.getpid()))
        time.sleep(600)
    note("started")
    if "stubborn" in FAULTS:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if child := os.fork():
            note(str(child))
        else:
            time.sleep(600)
    for line in sys.stdin:
        answer(json.loads(line))
    while "stubborn" in FAULTS:
        time.sleep(1)


main()
