"""A turn that ends before its answer does: what was heard is kept, and nothing else is left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, Refusal, Reply
from talking import PacedSpeaker, aloud

from assistant.errors import DeviceError
from assistant.events import Event, Failed, Requested, SpeakingBegan, Streamed, ToolCalled
from assistant.messages import Assistant, User
from assistant.think.history import INTERRUPTED

if TYPE_CHECKING:
    from assistant.speak.piper import Piper

COUNTED = "One two three four five six seven eight"


async def test_what_came_before_a_break_is_spoken_first(voice: Piper) -> None:
    """The words that arrived are said, then the reason; the history keeps the words."""
    speaker = PacedSpeaker(at_once=True)
    async with aloud(voice, speaker) as (server, it):
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
    async with aloud(voice, speaker) as (server, it), asyncio.TaskGroup() as group:
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
    async with aloud(voice, speaker) as (server, it), asyncio.TaskGroup() as group:
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

    async with aloud(voice, DeadSpeaker()) as (server, it):
        server.script(Reply("Hello."))
        assert not await it.ask("Hello?")
    (failed,) = it.of(Failed)
    assert isinstance(failed, Failed)
    assert failed.message.startswith("The speaker is gone")
