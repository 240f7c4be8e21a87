"""Whose turn it is: early turns leave no trace, halves are joined, overlaps are judged."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pytest
from gateway_server import Call, GatewayServer, Reply

from assistant.audio.pcm import Pcm
from assistant.audio.wav import WavSpeaker
from assistant.clock import SystemClock
from assistant.config import EndpointConfig, GatewayConfig, ToolsConfig
from assistant.dialogue import Dialogue
from assistant.events import Event, Heard, Held, Ignored, Requested, Said, Streamed, TurnEnded
from assistant.listen.patience import Patience
from assistant.listen.scribe import Scribe
from assistant.messages import Assistant, User
from assistant.speak.mouth import SpeakingMouth
from assistant.think.gateway import HttpGateway
from assistant.think.history import INTERRUPTED, History
from assistant.think.reply import Reply as Answering
from assistant.tools.tool import FunctionTool
from assistant.turn import Manner, Replied, Stopped
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

T = TypeVar("T", bound=Event)
MANNER = Manner("en", stop_word_only=False, early_requests=2, sure_ms=5000, reopen_s=60)
LONG = " ".join(f"This is sentence number {n} of a very long answer." for n in range(20))


class Table:
    """Turns with everything behind them real, and what became of them."""

    def __init__(self, server: GatewayServer, speaker: WavSpeaker) -> None:
        self.server = server
        self.speaker = speaker
        self.told: list[Event] = []
        self.inner: list[Event] = []
        """Also what was kept back."""
        self.deeds: list[str] = []
        self.history = History("Be brief.", 10_000)
        self.turns: Turns
        self.voiced = asyncio.Event()
        """A first piece of sound was synthesised."""
        self._happened = asyncio.Event()

    def note(self, event: Event) -> None:
        """Something happened, told or not."""
        self.inner.append(event)
        self._happened.set()

    async def until(self, kind: type[Event], count: int = 1) -> None:
        """Wait until this has happened so often, told or not."""
        async with asyncio.timeout(30):
            while sum(isinstance(event, kind) for event in self.inner) < count:
                self._happened.clear()
                await self._happened.wait()

    async def sounding(self) -> None:
        """Wait until a good second of the reply was heard."""
        async with asyncio.timeout(30):
            while self.speaker.played_s < 1.5:
                self.turns.mind(0)
                await asyncio.sleep(0.01)

    def of(self, kind: type[T]) -> list[T]:
        """What was told of this kind."""
        return [event for event in self.told if isinstance(event, kind)]


class Telling:
    """The real voice, telling when it has spoken."""

    def __init__(self, voice: Piper, spoke: Callable[[], object]) -> None:
        self._voice = voice
        self._spoke = spoke
        self.language = voice.language

    def pieces(self, text: str) -> Iterator[Pcm]:
        """The sound; told once there is some."""
        for piece in self._voice.pieces(text):
            self._spoke()
            yield piece


class Noting(Held):
    """Events kept back as ever, and noted."""

    def __init__(self, table: Table) -> None:
        super().__init__(table.told.append)
        self._table = table

    def __call__(self, event: Event) -> None:
        """Note it, and go on."""
        super().__call__(event)
        self._table.note(event)


@asynccontextmanager
async def table(
    tiny: Whisper, voice: Piper, manner: Manner = MANNER, *, realtime: bool = False
) -> AsyncIterator[Table]:
    """Turns over a real gateway, transcriber and voice; at the end no task is left."""
    before = asyncio.all_tasks()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(GatewayServer())
        speaker = await stack.enter_async_context(WavSpeaker(None, realtime=realtime))
        stt = await stack.enter_async_context(Worker("stt"))
        tts = await stack.enter_async_context(Worker("tts"))
        config = GatewayConfig(base_url=server.base_url)
        gateway = await stack.enter_async_context(HttpGateway(config, None))
        found = Table(server, speaker)
        clock, held = SystemClock(), Noting(found)

        async def light(state: str) -> str:
            """Switch the light."""
            found.deeds.append(state)
            return f"The light is {state}."

        reply = Answering(gateway, None, [FunctionTool(light)], ToolsConfig(), clock, held)
        loop = asyncio.get_running_loop()
        telling = Telling(voice, partial(loop.call_soon_threadsafe, found.voiced.set))
        mouth = SpeakingMouth(telling, tts, speaker)
        dialogue = Dialogue(reply, found.history, mouth, clock, held)
        scribe = Scribe(tiny, stt, Patience(EndpointConfig()), clock)
        found.turns = Turns(scribe, dialogue, clock, held, manner)
        async with found.turns:
            yield found
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not {name for name in left if not name.startswith("Task-")}


async def finished(found: Table, count: int = 1) -> None:
    """Wait for the end of so many turns."""
    await found.until(TurnEnded, count)


@pytest.mark.parametrize("point", ["begun", "read", "requested", "streamed", "synthesised"])
async def test_a_turn_that_was_begun_too_early_leaves_no_trace(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], point: str
) -> None:
    """Given up at any point: no sound, no deed, no history, no event, no stream, no task."""
    async with table(tiny, voice) as found:
        found.server.script(
            Reply(
                "It shall be done. And then we shall see what comes of it. ",
                (Call("light", '{"state": "on"}'),),
                first_token_s=20 if point == "requested" else 0,
                tokens_per_s=20,
                after=12,
                then="stall",
            )
        )
        found.turns.speech_began()
        turn = found.turns.begin(say("Please tell me how old the moon is."), 0.2)
        match point:
            case "read":
                await turn.read.wait()
            case "requested":
                await found.server.until(lambda: len(found.server.chats) == 1)
            case "streamed":
                await found.until(Streamed, 1)
            case "synthesised":
                await found.voiced.wait()
            case _:
                await asyncio.sleep(0)
        found.turns.drop()
        assert turn.task is not None
        await asyncio.wait([turn.task])
        if point in {"requested", "streamed", "synthesised"}:
            await found.server.idle()  # the stream is closed, and the connection with it
        assert found.speaker.queued_s == 0
        assert found.deeds == []
        assert found.told == []
        assert len(found.history.messages()) == 1


async def test_nothing_is_spoken_or_done_before_the_floor_is_given(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The request leaves early; the tool runs and the words are said once it is sure, and once."""
    async with table(tiny, voice) as found:
        found.server.script(Reply(calls=(Call("light", '{"state": "on"}'),)), Reply("It is on."))
        sound = say("Please switch the light on.")
        found.turns.begin(sound, 0.2)
        await found.server.until(lambda: len(found.server.chats) == 1)
        await asyncio.sleep(0.3)  # the whole reply has arrived, and there is nothing to wait for
        assert (found.deeds, found.told, found.speaker.queued_s) == ([], [], 0)
        found.turns.commit(sound, 0.5)
        await finished(found)
        assert found.deeds == ["on"]
        kinds = [type(event) for event in found.told]
        assert kinds.index(Heard) < kinds.index(Requested)
        assert [said.text for said in found.of(Said)] == ["It is on."]
        assert found.of(TurnEnded)[0].early_requests == 0


async def test_going_on_before_the_reply_is_heard_makes_one_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The halves are joined: one answer to all of it, and the first request is counted."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("Too early.", first_token_s=20), Reply("Very old."))
        found.turns.speech_began()
        first = say("Please tell me")
        found.turns.begin(first, 0.2)
        found.turns.commit(first, 0.3)
        await found.server.until(lambda: len(found.server.chats) == 1)
        found.turns.speech_began()
        second = say("how old the moon is.")
        found.turns.begin(second, 0.2)
        await found.until(Heard, 2)
        found.turns.commit(second, 0.3)
        await finished(found)
        asked = found.server.chats[-1]["messages"]
        assert [message["role"] for message in asked] == ["system", "user"]
        assert "tell me" in asked[-1]["content"].lower()
        assert "moon" in asked[-1]["content"].lower()
        assert [said.text for said in found.of(Said)] == ["Very old."]


async def test_a_noise_while_it_thinks_does_not_disturb_the_answer(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """A sound without words holds the answer back for a moment; the request is not repeated."""
    async with table(tiny, voice) as found:
        found.server.script(Reply("Very old.", first_token_s=0.5))
        question = say("How old is the moon?")
        found.turns.begin(question, 0.2)
        found.turns.commit(question, 0.3)
        await found.server.until(lambda: len(found.server.chats) == 1)
        found.turns.speech_began()
        found.turns.begin(Pcm.silence(0.6), 0.2)
        found.turns.commit(Pcm.silence(0.6), 0.3)
        await finished(found)
        assert len(found.server.chats) == 1
        assert [said.text for said in found.of(Said)] == ["Very old."]


async def test_going_on_just_as_the_reply_begins_makes_one_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Who goes on then had begun to before he heard it: it falls silent, and answers the whole."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply(LONG), Reply("Very old."))
        first = say("Please tell me")
        found.turns.begin(first, 0.2)
        found.turns.commit(first, 0.3)
        async with asyncio.timeout(30):
            while found.speaker.played_s < 0.2:
                found.turns.mind(0)
                await asyncio.sleep(0.01)
        found.turns.speech_began()
        second = say("how old is the moon?")
        found.turns.begin(second, 0.2)
        found.turns.commit(second, 0.3)
        await finished(found)
        asked = found.server.chats[-1]["messages"]
        assert [message["role"] for message in asked] == ["system", "user"]
        assert "moon" in asked[-1]["content"].lower()
        assert [said.text for said in found.of(Said)] == ["Very old."]


async def test_what_was_done_is_not_done_again_when_the_person_goes_on(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """Once a tool has run the halves are two turns: the deed is confirmed first, then the next."""
    async with table(tiny, voice) as found:
        found.server.script(
            Reply(calls=(Call("light", '{"state": "on"}'),)),
            Reply("It is on.", first_token_s=1.0),
            Reply("You are welcome."),
        )
        first = say("Please switch the light on.")
        found.turns.begin(first, 0.2)
        found.turns.commit(first, 0.3)
        await found.server.until(lambda: len(found.server.chats) == 2)
        found.turns.speech_began()
        second = say("Thank you very much, my friend.")
        found.turns.begin(second, 0.2)
        found.turns.commit(second, 0.3)
        await finished(found, 2)
        assert found.deeds == ["on"]
        assert [said.text for said in found.of(Said)] == ["It is on.", "You are welcome."]


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Okay, right.", "agreeing"), ("Uh huh.", "agreeing"), ("Yeah.", "agreeing")],
)
async def test_showing_that_one_listens_does_not_stop_the_reply(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], words: str, reason: str
) -> None:
    """Agreement over the reply lets it go on to its end."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply("One two three four five six seven eight nine ten."))
        question = say("Count to ten, please.")
        found.turns.begin(question, 0.2)
        found.turns.commit(question, 0.3)
        await found.sounding()
        found.turns.speech_began()
        over = say(words)
        found.turns.begin(over, 0.2)
        found.turns.commit(over, 0.3)
        await finished(found)
        (said,) = found.of(Said)
        assert not said.interrupted
        assert said.text.endswith("ten.")
        assert [event.reason for event in found.of(Ignored)] in ([reason], ["no-speech"])


async def test_words_over_the_reply_end_it_and_are_answered(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The history keeps what was heard of it, and the model learns that it was interrupted."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply(LONG), Reply("About four and a half billion years."))
        question = say("Tell me a long story.")
        found.turns.begin(question, 0.2)
        found.turns.commit(question, 0.3)
        await found.sounding()
        found.turns.speech_began()
        other = say("How old is the moon?")
        found.turns.begin(other, 0.2)
        found.turns.commit(other, 0.3)
        await finished(found, 2)
        first, second = found.of(Said)
        assert first.interrupted
        assert LONG.startswith(first.text)
        assert second.text.startswith("About four")
        told = found.server.chats[-1]["messages"][2]["content"]
        assert told == first.text + INTERRUPTED
        assert isinstance(found.turns.news[-1], Replied)


async def test_its_own_words_are_no_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """What comes back of the reply through the room neither stops it nor is answered."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply("The moon is very far away. It shines at night. Sleep well."))
        question = say("Tell me about the moon.")
        found.turns.begin(question, 0.2)
        found.turns.commit(question, 0.3)
        await found.sounding()
        found.turns.speech_began()
        echo = say("The moon is very far away.")
        found.turns.begin(echo, 0.2)
        found.turns.commit(echo, 0.3)
        await finished(found)
        assert len(found.server.chats) == 1
        assert [event.reason for event in found.of(Ignored)] == ["own words"]
        assert not found.of(Said)[0].interrupted


@pytest.mark.parametrize("stop_word_only", [True, False])
async def test_stop_ends_the_reply_and_asks_for_nothing(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], *, stop_word_only: bool
) -> None:
    """With a stop word alone, too; other words then let the reply go on."""
    manner = Manner(
        "en", stop_word_only=stop_word_only, early_requests=2, sure_ms=5000, reopen_s=60
    )
    async with table(tiny, voice, manner, realtime=True) as found:
        found.server.script(Reply(LONG))
        question = say("Tell me a long story.")
        found.turns.begin(question, 0.2)
        found.turns.commit(question, 0.3)
        await found.sounding()
        if stop_word_only:
            other = say("How old is the moon?")
            found.turns.speech_began()
            found.turns.begin(other, 0.2)
            found.turns.commit(other, 0.3)
            await found.until(Ignored)
            assert found.turns.sounding
        stop = say("Stop talking.")
        found.turns.speech_began()
        found.turns.begin(stop, 0.2)
        stopping = found.turns.commit(stop, 0.3)
        assert stopping.task is not None
        await asyncio.wait([stopping.task])
        (said,) = found.of(Said)
        assert said.interrupted
        assert len(found.server.chats) == 1
        assert any(isinstance(news, Stopped) for news in found.turns.news)
        roles = [type(message) for message in found.history.messages()]
        assert roles[1:] == [User, Assistant]


async def test_early_requests_are_counted_and_bounded(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """After so many that were given up, the next one waits until it is sure."""
    async with table(tiny, voice) as found:
        found.server.script(*[Reply("Very old.", first_token_s=0.1) for _ in range(5)])
        question = say("How old is the moon?")
        for count in (1, 2):
            found.turns.begin(question, 0.2)
            await found.server.until(lambda count=count: len(found.server.chats) == count)  # type: ignore[misc]
            found.turns.drop()
        turn = found.turns.begin(question, 0.2)
        await turn.read.wait()
        await asyncio.sleep(0.1)  # nothing leaves, so there is nothing to wait for
        assert len(found.server.chats) == 2
        found.turns.commit(question, 0.5)
        await finished(found)
        assert len(found.server.chats) == 3
        assert [event.early_requests for event in found.of(TurnEnded)] == [2]


async def test_without_early_requests_nothing_leaves_before_the_end(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """`early_requests = 0`: the words are ready, the request waits."""
    manner = Manner("en", stop_word_only=False, early_requests=0, sure_ms=5000, reopen_s=60)
    async with table(tiny, voice, manner) as found:
        found.server.script(Reply("Very old."))
        question = say("How old is the moon?")
        turn = found.turns.begin(question, 0.2)
        await turn.read.wait()
        await asyncio.sleep(0.05)
        assert found.server.chats == []
        found.turns.commit(question, 0.5)
        await finished(found)
        assert len(found.server.chats) == 1
