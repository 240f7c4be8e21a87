"""Tools through the whole dialogue: what is done once, what is taken back, what waits for a yes."""

from __future__ import annotations

import json

import pytest
from gateway_server import Call, GatewayServer, Reply
from shelf import BURN, HandClock, Shelf, kit_of, put, results
from talking import talk

from assistant.config import ToolsConfig
from assistant.floor import Floor
from assistant.messages import ToolCall
from assistant.think import instant_undo
from assistant.think.instant import Instant
from assistant.think.toolbox import Toolbox


async def test_the_same_call_is_made_once_in_a_turn() -> None:
    """In one round or a later one, however its arguments are written; another turn may again."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        again = Call("put", '{ "thing" :"cup"}', id="b")
        server.script(
            Reply(calls=(put("cup", "a"), again, put("jug", "c"))),
            Reply(calls=(put("cup", "d"),)),
            Reply("The cup is there."),
            Reply(calls=(put("cup"),)),
            Reply("Another cup."),
        )
        await it.ask("Put the cup and the jug up.")
        first, second = results(server.chats[1]), results(server.chats[2])
        await it.ask("And another cup.")
    assert first[0] == "The cup is on the shelf."
    assert "was not run" in first[1]
    assert first[2] == "The jug is on the shelf."
    assert "was not run" in second[0]
    assert sorted(shelf.log[:2]) == ["put cup", "put jug"]
    assert shelf.log[2:] == ["put cup"]


async def test_calls_of_one_round_wait_for_each_other() -> None:
    """They run side by side: two that need each other both end."""
    async with GatewayServer() as server, talk(server) as it:
        calls = [Call("meet", json.dumps({"who": who}), id=who) for who in ("one", "other")]
        server.script(Reply(calls=tuple(calls)), Reply("They met."))
        assert await it.ask("Meet.")
        assert results(server.chats[1]) == ["met", "met"]


async def test_undo_takes_back_the_last_deed_then_the_one_before() -> None:
    """By the instant path, and never the same twice."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(Reply(calls=(put("jug"),)), Reply("The jug is up."))
        await it.ask("Put the jug up.")
        await it.ask("Put a cup on the shelf.")
        for _ in range(3):
            await it.ask("Undo that.")
    assert it.said[1:4] == [
        "The cup is on the shelf.",
        "The cup is off the shelf again.",
        "The jug is off the shelf again.",
    ]
    assert it.said[4].startswith("There is nothing to undo")
    assert shelf.things == []


async def test_undo_is_offered_while_there_is_something_to_undo() -> None:
    """For a minute; the model may take back several at once, and says so."""
    shelf, clock = Shelf(), HandClock()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf, clock)) as it:
        server.script(
            Reply(calls=(put("jug"),)),
            Reply(calls=(put("cup"),)),
            Reply("Both are up."),
            Reply(calls=(Call("undo", '{"count": 2}'),)),
            Reply("I've taken both off again."),
            *[Reply("Hm.")] * 2,
        )
        await it.ask("Put both up.")
        await it.ask("Take both off again.")
        await it.ask("Well?")
        await it.ask("Put a cup on the shelf.")
        clock.time += 61
        await it.ask("And now?")
        await it.ask("Undo that.")
        offered = [
            "undo" in {tool["function"]["name"] for tool in chat["tools"]} for chat in server.chats
        ]
        undone = results(server.chats[4])
    assert offered == [False] * 3 + [True] * 2 + [False] * 2
    assert undone == ["The cup is off the shelf again. The jug is off the shelf again."]
    assert it.said[1] == "I've taken both off again."
    assert it.said[-1].startswith("There is nothing to undo")
    assert shelf.things == ["cup"]


async def test_what_cannot_be_undone_is_not_mistaken_for_what_came_before() -> None:
    """To undo such a deed takes nothing else back; asked again it does."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(Reply(calls=(put("jug"),)), Reply(calls=(Call("paint"),)), Reply("There."))
        await it.ask("Put the jug up and paint the shelf.")
        await it.ask("Undo that.")
        assert shelf.things == ["jug"]
        await it.ask("Undo that again.")
    assert it.said[1] == "That cannot be undone: The shelf is painted."
    assert shelf.things == []


@pytest.mark.parametrize(
    "arguments", ['{"count": 0}', '{"count": true}', '{"what": 1}', "{{", "[]"]
)
async def test_a_wrong_undo_takes_nothing_back(arguments: str) -> None:
    """It is told what is right."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(
            Reply(calls=(put("jug"),)), Reply(calls=(Call("undo", arguments),)), Reply("Hm.")
        )
        await it.ask("Put the jug up, and undo it.")
        assert results(server.chats[2])[0].startswith("undo was not run")
    assert shelf.things == ["jug"]


async def test_what_is_final_waits_for_a_yes() -> None:
    """The first call says what would happen; after a yes the same call is made, and once."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(
            Reply(calls=(BURN,)),
            Reply("Shall I burn the left shelf?"),
            Reply(calls=(BURN,)),
            Reply("It is burnt."),
            Reply(calls=(BURN,)),
            Reply("Shall I burn it again?"),
        )
        await it.ask("Burn the left shelf.")
        asked = results(server.chats[1])[0]
        assert shelf.log == []
        await it.ask("Yes, please.")
        assert shelf.log == ["burnt left"]
        await it.ask("Burn the left shelf.")
    assert shelf.log == ["burnt left"]
    assert "Not done yet" in asked
    assert "Burn the shelf: left" in asked
    assert it.said[1] == "It is burnt."


@pytest.mark.parametrize(
    ("said", "later", "call"),
    [
        (["Yes."], 61.0, BURN),
        (["No."], 0.0, BURN),
        (["Yes, but not today."], 0.0, BURN),
        (["What time is it?", "Yes."], 0.0, BURN),
        (["Yes."], 0.0, Call("burn", '{"shelf": "right"}')),
    ],
)
async def test_without_a_yes_nothing_final_happens(
    said: list[str], later: float, call: Call
) -> None:
    """Too late, no yes, not the next words, or a yes to something else: it is asked again."""
    shelf, clock = Shelf(), HandClock()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf, clock)) as it:
        server.script(Reply(calls=(BURN,)), Reply("Shall I?"))
        await it.ask("Burn the left shelf.")
        clock.time += later
        server.script(Reply(calls=(call,)), Reply("Shall I?"))
        for text in said:
            await it.ask(text)
        assert "Not done yet" in results(server.chats[-1])[0]
    assert shelf.log == []


async def test_the_yes_itself_is_enough_on_the_instant_path() -> None:
    """No model is asked; a second yes finds nothing to say yes to."""
    shelf = Shelf()
    async with GatewayServer() as server, talk(server, kit=kit_of(shelf)) as it:
        server.script(Reply("Yes what?"))
        await it.ask("Burn the shelf.")
        assert shelf.log == []
        await it.ask("Yes.")
        assert server.chats == []
        await it.ask("Yes.")
    assert it.said == [
        "Burn the shelf. That cannot be undone. Shall I do it?",
        "The shelf is burnt.",
        "Yes what?",
    ]
    assert shelf.log == ["burnt all"]


async def test_words_that_were_given_up_are_no_answer() -> None:
    """A yes that proved to be a beginning confirms nothing, and the whole of it may."""
    shelf = Shelf()
    box = Toolbox(shelf.tools(), ToolsConfig(), HandClock(), lambda _: None)
    burn = ToolCall("1", "burn", "{}")
    await box.errand("Burn it.", "en", Floor()).answer(burn)
    early, whole, next_ = Floor(), Floor(), Floor()
    assert box.errand("Yes.", "en", early).confirmed
    early.void = True
    assert box.errand("Yes, please do.", "en", whole).confirmed == burn
    assert box.errand("Yes.", "en", next_).confirmed is None


async def test_what_is_final_happens_once_whatever_becomes_of_the_turn() -> None:
    """Also where the turn that said yes is given up after it."""
    shelf, floor = Shelf(), Floor()
    box = Toolbox(shelf.tools(), ToolsConfig(), HandClock(), lambda _: None)
    burn = ToolCall("1", "burn", "{}")
    await box.errand("Burn it.", "en", Floor()).answer(burn)
    await box.errand("Yes.", "en", floor).answer(burn)
    floor.void = True
    again = box.errand("Yes.", "en", Floor())
    assert again.confirmed is None
    await again.answer(burn)
    assert shelf.log == ["burnt all"]


async def test_a_question_that_was_given_up_waits_for_no_yes() -> None:
    """Whoever went on before it was heard was asked nothing."""
    shelf, floor = Shelf(), Floor()
    box = Toolbox(shelf.tools(), ToolsConfig(), HandClock(), lambda _: None)
    await box.errand("Burn it.", "en", floor).answer(ToolCall("1", "burn", "{}"))
    floor.void = True
    assert box.errand("Yes.", "en", Floor()).confirmed is None


@pytest.mark.parametrize(
    ("name", "arguments", "acted"),
    [("look", "{}", False), ("put", '{"thing": "cup"}', True), ("burn", "{}", False)],
)
async def test_only_a_deed_keeps_a_question_from_being_gone_on_with(
    name: str, arguments: str, *, acted: bool
) -> None:
    """To look something up twice does no harm, and to be asked about a deed is none."""
    floor = Floor()
    box = Toolbox(Shelf().tools(), ToolsConfig(), HandClock(), lambda _: None)
    await box.errand("…", "en", floor).answer(ToolCall("1", name, arguments))
    assert floor.acted is acted


async def test_a_picture_goes_out_as_a_message_of_its_own() -> None:
    """After the results, for servers refuse it in them."""
    async with GatewayServer() as server, talk(server, kit=kit_of(Shelf())) as it:
        server.script(Reply(calls=(Call("photograph"), Call("look"))), Reply("A shelf."))
        assert await it.ask("What do you see?")
        sent = server.chats[1]["messages"][-3:]
    assert [message["role"] for message in sent] == ["tool", "tool", "user"]
    kinds = [part["type"] for part in sent[2]["content"]]
    assert "image_url" in kinds


@pytest.mark.parametrize(
    "text",
    ["Undo that.", "Undo", "no, undo that", "Please undo the last one.", "Take that back.",
     "Can you undo that?", "undo that again", "Undo what you just did.", "undo my last change",
     "Reverse that, please."],
)  # fmt: skip
def test_people_say_undo_in_these_ways(text: str) -> None:
    """Each is a call of undo."""
    call = Instant(["en"], (instant_undo,)).match(text, "en")
    assert call is not None
    assert call.name == "undo"


@pytest.mark.parametrize(
    "text",
    ["How do I undo a knot?", "Take back the books.", "Can I undo a divorce?", "What did you do?",
     "Undo the timer for the pasta and set one for tea.", "Reverse the list.", "Do that."],
)  # fmt: skip
def test_what_is_near_to_undo_is_for_the_model(text: str) -> None:
    """None of these."""
    assert Instant(["en"], (instant_undo,)).match(text, "en") is None
