"""A turn over a real HTTP server: answered, failed and said so once, cancelled anywhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, GatewayServer, Refusal, Reply, Silence

from assistant.clock import SystemClock
from assistant.config import GatewayConfig, ToolsConfig
from assistant.dialogue import Dialogue, Question
from assistant.errors import DeviceError
from assistant.events import (
    Event,
    Failed,
    Requested,
    Said,
    SpeakingBegan,
    Streamed,
    ToolCalled,
    TurnEnded,
)
from assistant.messages import Assistant, Message, User
from assistant.speak.mouth import SilentMouth, SpeakingMouth
from assistant.think.gateway import HttpGateway
from assistant.think.history import INTERRUPTED, History
from assistant.think.instant import Instant
from assistant.think.reply import Reply as Answering
from assistant.tools.clock import clock_tool
from assistant.tools.tool import FunctionTool
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.interfaces import Mouth
    from assistant.speak.piper import Piper

COUNTED = "One two three four five six seven eight"
LIMITS = ToolsConfig(max_rounds=3, call_s=0.3)
HASTY = ToolsConfig(max_rounds=3, call_s=0.3, turn_s=0.2)


async def light(state: str) -> str:
    """Switch the light."""
    return f"The light is {state}."


async def slow() -> str:
    """Take too long."""
    await asyncio.sleep(30)
    return "never"


async def broken() -> str:
    """Fail in a way that nobody foresaw."""
    raise RuntimeError("the relay is stuck")


class Talk:
    """A dialogue with a real gateway client, what it emitted, and its history."""

    def __init__(self, gateway: HttpGateway, mouth: Mouth, limits: ToolsConfig) -> None:
        self.events: list[Event] = []
        self.happened = asyncio.Event()
        self.history = History("Be brief.", 10_000)
        clock = SystemClock()
        own = [FunctionTool(light), FunctionTool(slow), FunctionTool(broken)]
        tools = [clock_tool(clock), *own]
        reply = Answering(gateway, Instant(["en"]), tools, limits, clock, self.emit)
        self.dialogue = Dialogue(reply, self.history, mouth, clock, self.emit)

    def emit(self, event: Event) -> None:
        """Keep what happened."""
        self.events.append(event)
        self.happened.set()

    async def ask(self, text: str) -> bool:
        """One question."""
        return await self.dialogue.answer(Question(text))

    async def until(self, kind: type[Event]) -> None:
        """Wait until something of this kind has happened."""
        while not self.of(kind):
            self.happened.clear()
            await self.happened.wait()

    def of(self, kind: type[Event]) -> list[Event]:
        """What happened of this kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> list[str]:
        """What was brought to the person, turn by turn."""
        return [event.text for event in self.events if isinstance(event, Said)]

    @property
    def turns(self) -> list[Message]:
        """The history without its prompt."""
        return self.history.messages()[1:]


@contextlib.asynccontextmanager
async def talk(
    server: GatewayServer, mouth: Mouth | None = None, limits: ToolsConfig = LIMITS
) -> AsyncIterator[Talk]:
    """A talk with the server; quick deadlines, no retries."""
    config = GatewayConfig(base_url=server.base_url, first_token_s=2, retries=0)
    async with HttpGateway(config, None) as gateway:
        yield Talk(gateway, mouth or SilentMouth(), limits)


@contextlib.asynccontextmanager
async def voiced(voice: Piper, speaker: PacedSpeaker) -> AsyncIterator[SpeakingMouth]:
    """A mouth with the real voice."""
    async with Worker("tts") as worker:
        yield SpeakingMouth(voice, worker, speaker)


class PacedSpeaker:
    """A speaker whose time is the test's: sound is played when `advance` says so."""

    def __init__(self, *, at_once: bool = False) -> None:
        self.queued_s = 0.0
        self.played_s = 0.0
        self.stopped = False
        self.share = 1.0
        self._fresh = True
        self._at_once = at_once
        self._moved = asyncio.Event()

    async def play(self, sound: object) -> None:
        """Queue; nothing waits."""
        if self._fresh:
            self._fresh, self.share = False, 1.0
        self.queued_s += sound.seconds  # type: ignore[attr-defined]
        if self._at_once:
            self.played_s = self.queued_s

    async def drain(self) -> None:
        """Wait for the test to play the rest."""
        while self.played_s < self.queued_s:
            self._moved.clear()
            await self._moved.wait()
        self._fresh = True

    def turn_down(self, share: float) -> None:
        """Play softer from now on; at 0 nothing is played."""
        self.share = share

    def stop(self) -> None:
        """Discard what was not played."""
        self.queued_s = self.played_s
        self.stopped = self._fresh = True
        self.share = 1.0
        self._moved.set()

    def advance(self, seconds: float) -> None:
        """Let so much be played, unless it is held."""
        if self.share:
            self.played_s = min(self.queued_s, self.played_s + seconds)
        self._moved.set()


async def test_an_answer_is_said_and_remembered() -> None:
    """The next request carries the turn before it."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("The sky is blue."), Reply("Because of the air."))
        assert await it.ask("What colour is the sky?")
        assert await it.ask("Why?")
        roles = [message["role"] for message in server.chats[1]["messages"]]
    assert it.said == ["The sky is blue.", "Because of the air."]
    assert roles == ["system", "user", "assistant", "user"]
    assert [type(e) for e in it.events[:2]] == [Requested, Streamed]
    assert isinstance(it.events[-1], TurnEnded)


async def test_a_tool_runs_and_its_result_goes_back() -> None:
    """Text before the call is said once; the result is the next request's tool message."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(
            Reply("Let me see.", calls=(Call("light", '{"state": "on"}'),)),
            Reply("It is on."),
        )
        assert await it.ask("Is the light on?")
        last = server.chats[1]["messages"][-1]
    assert (last["role"], last["content"]) == ("tool", "The light is on.")
    assert " ".join(it.said[0].split()) == "Let me see. It is on."
    (called,) = it.of(ToolCalled)
    assert isinstance(called, ToolCalled)
    assert (called.name, json.loads(called.arguments)) == ("light", {"state": "on"})


async def test_tools_of_one_round_run_side_by_side() -> None:
    """Each call has its result, in the order of the calls."""
    async with GatewayServer() as server, talk(server) as it:
        calls = tuple(Call("light", json.dumps({"state": s}), id=s) for s in ("on", "off"))
        server.script(Reply(calls=calls), Reply("Done."))
        assert await it.ask("Blink.")
        results = server.chats[1]["messages"][-2:]
    assert [(m["tool_call_id"], m["content"]) for m in results] == [
        ("on", "The light is on."),
        ("off", "The light is off."),
    ]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("lamp"), "There is no tool 'lamp'"),
        (Call("light", '{"colour": 1}'), "light was not run"),
        (Call("light", "{{"), "light was not run"),
        (Call("slow"), "did not answer within"),
        (Call("broken"), "broken failed"),
    ],
)
async def test_a_tool_that_fails_tells_the_model(call: Call, words: str) -> None:
    """Unknown, wrongly called, too slow or broken: a sentence goes back, and the turn goes on."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply(calls=(call,)), Reply("I could not."))
        assert await it.ask("Do it.")
        assert words in server.chats[1]["messages"][-1]["content"]
    assert it.said == ["I could not."]


@pytest.mark.parametrize("filler", [True, False])
async def test_a_slow_tool_is_bridged_with_words(*, filler: bool) -> None:
    """After a second something is said, which the model sees as its own words; if it is wanted."""
    patient = ToolsConfig(call_s=1.3, filler=filler)
    async with GatewayServer() as server, talk(server, limits=patient) as it:
        server.script(Reply(calls=(Call("slow"),)), Reply("I could not."))
        assert await it.ask("Do it.")
        made = server.chats[1]["messages"][-2]
    assert made["tool_calls"][0]["function"]["name"] == "slow"
    assert (made["content"] or "") == ("Let me look." if filler else "")
    assert it.said == ["Let me look.\n\nI could not." if filler else "I could not."]


async def test_a_quick_tool_needs_no_words() -> None:
    """Nothing is said where the wait is short, nor where the model has said something itself."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply(calls=(Call("light", '{"state": "on"}'),)), Reply("It is on."))
        assert await it.ask("Light on.")
    assert it.said == ["It is on."]


async def test_endless_tool_calls_end() -> None:
    """After the limit of rounds the person is told."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(*[Reply(calls=(Call("light", '{"state": "on"}'),))] * 3)
        assert not await it.ask("Again and again.")
        assert len(server.chats) == 3
    assert "too many steps" in it.said[0]


async def test_a_turn_that_takes_too_long_asks_no_more() -> None:
    """Rounds of slow tools do not add up without end."""
    async with GatewayServer() as server, talk(server, limits=HASTY) as it:
        server.script(*[Reply(calls=(Call("slow"),))] * 3)
        assert not await it.ask("Take your time.")
        assert len(server.chats) == 1


async def test_the_instant_path_asks_nobody() -> None:
    """The time needs no request, and enters the history like any other turn."""
    async with GatewayServer() as server, talk(server) as it:
        assert await it.ask("What time is it?")
        assert server.requests == []
    assert it.said[0].startswith("It's ")
    assert it.turns == [User("What time is it?"), Assistant(it.said[0])]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Refusal(401, "Invalid key", "authentication_error"), "unauthorized"),
        (Refusal(500, "Oops", "server_error"), "server-error"),
        (Reply(""), "empty-reply"),
        (Silence(), "stalled"),
    ],
)
async def test_a_failure_is_said_once_and_forgotten(reply: Reply | Refusal, kind: str) -> None:
    """One plain sentence; nothing of it in the history; the conversation goes on."""
    async with GatewayServer() as server, talk(server) as it:
        server.script(reply, Reply("Here I am."))
        assert not await it.ask("Hello?")
        assert it.turns == []
        assert await it.ask("Hello again?")
    (failed,) = it.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.kind == kind
    assert len(it.said) == 2
    assert it.said[0]
    assert it.said[1] == "Here I am."


async def test_what_came_before_a_break_is_spoken_first(voice: Piper) -> None:
    """The words that arrived are said, then the reason; the history keeps the words."""
    speaker = PacedSpeaker(at_once=True)
    async with (
        GatewayServer() as server,
        voiced(voice, speaker) as mouth,
        talk(server, mouth) as it,
    ):
        broken_off = Reply("The first sentence is whole. The second", after=7, then="reset")
        server.script(broken_off, Refusal(500), Refusal(500))
        assert not await it.ask("Tell me.")
    assert it.said[0].startswith("The first sentence is whole.")
    assert it.said[0].count("first sentence") == 1
    assert isinstance(it.turns[-1], Assistant)
    assert it.turns[-1].text.endswith(INTERRUPTED)


async def test_only_what_was_heard_is_remembered(voice: Piper) -> None:
    """An answer that is stopped is cut at the word, on the screen and in the history."""
    speaker = PacedSpeaker()
    async with (
        GatewayServer() as server,
        voiced(voice, speaker) as mouth,
        talk(server, mouth) as it,
        asyncio.TaskGroup() as group,
    ):
        server.script(Reply(f"{COUNTED}. Nine ten eleven twelve."))
        turn = group.create_task(it.ask("Count."))
        await it.until(SpeakingBegan)
        first_s = speaker.queued_s
        speaker.advance(first_s / 2)
        turn.cancel()
        await asyncio.wait([turn])
    assert speaker.stopped
    heard = it.said[0].split()
    assert 2 <= len(heard) <= 6
    assert heard == COUNTED.split()[: len(heard)]
    assert it.turns == [User("Count."), Assistant(" ".join(heard) + INTERRUPTED)]


@pytest.mark.parametrize("moment", [Requested, Streamed, ToolCalled, SpeakingBegan])
async def test_cancelled_anywhere_nothing_is_left(moment: type[Event], voice: Piper) -> None:
    """No task, no open stream, no sound; the history can be sent again, and the talk goes on."""
    speaker = PacedSpeaker()
    async with (
        GatewayServer() as server,
        voiced(voice, speaker) as mouth,
        talk(server, mouth) as it,
        asyncio.TaskGroup() as group,
    ):
        before = asyncio.all_tasks()
        server.script(
            Reply("I will look.", calls=(Call("light", '{"state": "on"}'),), tokens_per_s=30),
            Reply("It is on, and it stays on until the morning.", tokens_per_s=5),
        )
        turn = group.create_task(it.ask("Light!"))
        await it.until(moment)
        turn.cancel()
        await asyncio.wait([turn])
        left = {task.get_name() for task in asyncio.all_tasks() - before}
        assert turn.cancelled()
        assert not {name for name in left if not name.startswith("Task-")}
        assert speaker.queued_s == speaker.played_s
        server._script.clear()  # noqa: SLF001  # what the cancelled turn did not ask for
        server.script(Reply("Yes."))
        finishing = group.create_task(it.ask("Are you there?"))
        while not finishing.done():
            speaker.advance(1)
            await asyncio.sleep(0.01)
        assert finishing.result()
        assert len([m for m in server.chats[-1]["messages"] if m["role"] == "user"]) == 2
        await server.until(lambda: server.open <= 1)
    assert it.said[-1] == "Yes."


async def test_a_failing_voice_is_shown(voice: Piper) -> None:
    """Where the mouth itself fails, the screen is told, and the next turn is tried."""

    class DeadSpeaker(PacedSpeaker):
        async def play(self, sound: object) -> None:
            raise DeviceError(f"The speaker is gone, and {sound} with it.")

    async with (
        GatewayServer() as server,
        voiced(voice, DeadSpeaker()) as mouth,
        talk(server, mouth) as it,
    ):
        server.script(Reply("Hello."))
        assert not await it.ask("Hello?")
    (failed,) = it.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.message.startswith("The speaker is gone")


async def test_cuts_of_the_stream_do_not_change_the_turn() -> None:
    """However the bytes arrive, the same is said."""

    def odd(data: bytes) -> list[bytes]:
        return [data[i : i + 3] for i in range(0, len(data), 3)]

    chop: Callable[[bytes], list[bytes]] = odd
    async with GatewayServer() as server, talk(server) as it:
        server.script(Reply("Grüße aus München! 你好。", cut=lambda data: iter(chop(data))))
        assert await it.ask("Say hello.")
    assert it.said == ["Grüße aus München! 你好。"]
