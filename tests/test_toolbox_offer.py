"""Which tools the model is told of with a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway_server import GatewayServer, Reply
from talking import Kit, talk

from assistant.interfaces import Family
from assistant.think.offer import Offer
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.interfaces import Tool


def family(name: str, words: str, size: int = 1, language: str = "en") -> Family:
    """Tools that do nothing, and when they are offered."""

    def tool(number: int) -> Tool:
        async def nothing() -> str:
            """Do nothing."""
            return ""

        nothing.__name__ = f"{name}_{number}"
        return FunctionTool(nothing)

    return Family(name, tuple(map(tool, range(size))), {language: words} if words else {})


def offered(offer: Offer, text: str, language: str = "en") -> list[str]:
    """The names of what a new turn is told of."""
    offer.begin_turn()
    return [tool.schema.name for tool in offer.tools(text, language)]


def test_a_family_that_the_words_do_not_concern_stays_out() -> None:
    """One without words always goes, and one whose words nobody wrote in this language."""
    offer = Offer([family("a", ""), family("b", r"\btimer"), family("c", "wecker", 1, "de")], 12)
    assert offered(offer, "What is love?") == ["a_0", "c_0"]
    assert offered(offer, "A Timer, please.") == ["a_0", "b_0", "c_0"]


def test_what_was_of_use_is_offered_for_a_few_turns_more() -> None:
    """The words "and tomorrow?" name nothing; three turns later it is forgotten."""
    offer = Offer([family("a", "rain"), family("b", "timer")], 12)
    assert offered(offer, "Will it rain?") == ["a_0"]
    assert [offered(offer, "And tomorrow?") for _ in range(4)] == [["a_0"]] * 3 + [[]]
    offered(offer, "…")
    offer.used("b")
    assert offered(offer, "…") == ["b_0"]


def test_no_more_go_than_a_few() -> None:
    """Those without words first, then those that match best; in the order of the families."""
    offer = Offer(
        [
            family("a", "list", 5),
            family("b", "shopping list", 5),
            family("c", ""),
            family("d", "x"),
        ],
        8,
    )
    names = offered(offer, "What is on the shopping list?")
    assert names == ["a_0", "a_1", *(f"b_{n}" for n in range(5)), "c_0"]


async def test_the_model_is_told_of_twelve_tools_at_most() -> None:
    """Through the whole dialogue."""
    kit = Kit([family("many", "", 30)])
    async with GatewayServer() as server, talk(server, kit=kit) as it:
        server.script(Reply("Hello."))
        await it.ask("Hello?")
        assert len(server.chats[0]["tools"]) == 12
