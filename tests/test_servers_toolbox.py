"""Tools of other people's servers through the whole toolbox, with a scripted model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway_script import Call, Reply
from gateway_server import GatewayServer
from talking import Kit, talk
from tool_address import ToolAddress
from tool_servers import address, at_hand

from assistant.clock import SystemClock
from assistant.config_tools import ToolsConfig
from assistant.floor import Floor
from assistant.interfaces import Family
from assistant.think.toolbox import Toolbox
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.interfaces import Tool


def named(name: str) -> Tool:
    """A tool that does nothing."""

    async def nothing() -> str:
        """Do nothing."""
        return ""

    nothing.__name__ = name
    return FunctionTool(nothing)


def offered(box: Toolbox, text: str, language: str = "en") -> list[str]:
    """What a turn is told of."""
    return [schema.name for schema in box.errand(text, language, Floor(given=True)).schemas]


def test_families_may_come_and_go_from_turn_to_turn() -> None:
    """Those that there are at its beginning are offered, and can be called."""
    there: list[Family] = []
    box = Toolbox([named("ours"), lambda: there], ToolsConfig(), SystemClock(), lambda _: None)
    assert offered(box, "Light!") == ["ours"]
    there.append(Family("lamp", (named("lamp"),), {"en": "light"}))
    assert offered(box, "Light!") == ["ours", "lamp"]
    assert set(box.tools) == {"undo", "ours", "lamp"}
    there.clear()
    assert offered(box, "Light!") == ["ours"]
    assert "lamp" not in box.tools


async def test_the_model_turns_on_the_kitchen_light() -> None:
    """The words bring the tool, the model calls it, the server's answer goes back, all is said."""
    async with (
        ToolAddress() as there,
        at_hand(address(there.url)) as house,
        GatewayServer() as server,
        talk(server, kit=Kit([house.families]), limits=ToolsConfig()) as it,
    ):
        call = Call("one_HassTurnOn", '{"name": "kitchen light"}')
        server.script(Reply(calls=(call,)), Reply("The kitchen light is on."))
        assert await it.ask("Turn on the kitchen light.")
        assert it.said == ["The kitchen light is on."]
        first, second = server.chats
        assert "one_HassTurnOn" in [tool["function"]["name"] for tool in first["tools"]]
        assert "action_done" in second["messages"][-1]["content"]
        asked = [m["params"] for m in there.asked if m["method"] == "tools/call"]
        assert [(it["name"], it["arguments"]) for it in asked] == [
            ("HassTurnOn", {"name": "kitchen light"})
        ]


async def test_a_name_of_ours_is_never_taken() -> None:
    """A server's tool of the same name gets another one, whatever its prefix."""
    async with (
        ToolAddress() as there,
        at_hand(
            address(there.url, prefix=""), address(there.url, prefix=""), taken=("HassTurnOn",)
        ) as house,
    ):
        names = list(house.tools)
        assert len(names) == 2 * len(there.tools)
        assert names[0] == "HassTurnOn_2"
        assert names[len(there.tools)] == "HassTurnOn_3"
        assert "action_done" in (await house.call("HassTurnOn_3")).text
