"""The conversation: real ears and real transcription over recordings, in one process."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gateway_server import GatewayServer, Reply

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.wav import WavMicrophone, WavSpeaker, write_wav
from assistant.clock import SystemClock
from assistant.config import EndpointConfig, GatewayConfig, ToolsConfig, VadConfig, WakeConfig
from assistant.conversation import Conversation
from assistant.dialogue import Dialogue
from assistant.errors import DeviceError, ModelError
from assistant.events import Event, Failed, Heard, Held, Ignored, Said, SpeechBegan
from assistant.listen.attention import Attention
from assistant.listen.ears import Ears
from assistant.listen.endpoint import Endpointer
from assistant.listen.patience import Patience
from assistant.listen.scribe import Scribe
from assistant.listen.vad import GatedDetector
from assistant.speak.mouth import SilentMouth
from assistant.think.gateway import HttpGateway
from assistant.think.history import History
from assistant.think.reply import Reply as Answering
from assistant.turn import Manner
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from assistant.interfaces import Transcriber, Transcript
    from assistant.listen.whisper import Whisper


class FailsOnce:
    """The real transcriber, after a first failure."""

    def __init__(self, whisper: Whisper) -> None:
        self._whisper = whisper
        self._failed = False

    def transcribe(self, sound: Pcm) -> Transcript:
        """Fail, and then do it."""
        if not self._failed:
            self._failed = True
            raise ModelError("out of memory")
        return self._whisper.transcribe(sound)


class VanishingMicrophone:
    """A microphone that is pulled out after a few frames."""

    dropped = 0
    unhurried = False

    async def frames(self) -> AsyncIterator[Pcm]:
        """A tenth of a second, and then nothing any more."""
        for _ in range(10):
            yield Pcm.silence(0.01)
        raise DeviceError("The microphone is gone.")

    def flush(self) -> None:
        """Nothing waits."""


async def converse(
    transcriber: Transcriber, microphone: WavMicrophone | VanishingMicrophone, *, live: bool
) -> tuple[list[Event], list[str]]:
    """Hold a conversation with a server that echoes; what happened, and what was asked."""
    events: list[Event] = []
    clock = SystemClock()
    held = Held(events.append)
    async with GatewayServer() as server, Worker("stt") as worker:
        config = GatewayConfig(base_url=server.base_url)
        async with (
            HttpGateway(config, None) as gateway,
            WavSpeaker(None, realtime=False) as speaker,
        ):
            server.script(*[Reply(f"Answer {n}.") for n in range(5)])
            reply = Answering(gateway, None, [], ToolsConfig(), clock, held)
            dialogue = Dialogue(reply, History("", 1000), SilentMouth(), clock, held)
            endpoint = EndpointConfig()
            ears = Ears(GatedDetector(VadConfig()), Endpointer(endpoint, 0.5))
            scribe = Scribe(transcriber, worker, Patience(endpoint), clock)
            manner = Manner("en", stop_word_only=False, early_requests=2, sure_ms=650, reopen_s=0.8)
            turns = Turns(scribe, dialogue, clock, held, manner)
            attention = Attention(WakeConfig())
            conversation = Conversation(ears, attention, turns, speaker, "none", events.append)
            before = asyncio.all_tasks()
            await conversation.run(lambda: contextlib.nullcontext(microphone), live=live)
            left = {task.get_name() for task in asyncio.all_tasks() - before}
            assert not {name for name in left if not name.startswith("Task-")}
        asked = [chat["messages"][-1]["content"] for chat in server.chats]
    return events, asked


def of(events: list[Event], kind: type[Event]) -> Iterator[Event]:
    """What happened of this kind."""
    return (event for event in events if isinstance(event, kind))


async def test_two_questions_in_one_recording_get_two_answers(
    tmp_path: Path, tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """Silence between them ends the first; nothing of the second is lost while it is answered."""
    file = tmp_path / "two.wav"
    questions = [say("How old is the moon?"), Pcm.silence(0.6), say("Who built the pyramids?")]
    write_wav(file, Pcm.join(questions))
    events, asked = await converse(tiny, WavMicrophone([file], realtime=False), live=False)
    assert len(asked) == 2
    assert "moon" in asked[0].lower()
    assert "pyramids" in asked[1].lower()
    assert [e.text for e in of(events, Said) if isinstance(e, Said)] == ["Answer 0.", "Answer 1."]


async def test_a_question_with_a_pause_in_it_is_answered_whole(
    tmp_path: Path, tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """Half a second of silence inside a question: one answer, to all of it, and no other sound."""
    file = tmp_path / "pause.wav"
    first, second = say("Please tell me").cut(0, 1.3), say("how old is the moon?")
    write_wav(file, Pcm.join([first, second]))
    events, asked = await converse(tiny, WavMicrophone([file], realtime=True), live=True)
    (said,) = of(events, Said)
    (heard,) = of(events, Heard)
    assert isinstance(said, Said)
    assert isinstance(heard, Heard)
    assert heard.text.lower().replace(",", "") == "please tell me how old is the moon?"
    assert asked[-1] == heard.text
    assert not said.interrupted


async def test_a_noise_is_no_question(tmp_path: Path, tiny: Whisper) -> None:
    """Hum, hiss and clicks are asked of nobody."""
    rng = np.random.default_rng(1)
    time = np.arange(4 * LISTEN_RATE) / LISTEN_RATE
    hum = 0.2 * np.sin(2 * np.pi * 100 * time) + rng.normal(0, 0.05, len(time))
    hum[:: LISTEN_RATE // 2] = 0.9
    file = tmp_path / "noise.wav"
    write_wav(file, Pcm.from_float(hum.astype(np.float32)))
    events, asked = await converse(tiny, WavMicrophone([file], realtime=False), live=False)
    assert asked == []
    assert not list(of(events, Heard))


async def test_a_failing_transcription_is_said_and_the_talk_goes_on(
    tmp_path: Path, tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """One apology for the lost question, and the next one is answered."""
    file = tmp_path / "two.wav"
    write_wav(file, Pcm.join([say("How old is the moon?"), say("Who built the pyramids?")]))
    microphone = WavMicrophone([file], realtime=False)
    events, asked = await converse(FailsOnce(tiny), microphone, live=False)
    assert len(asked) == 1
    (failed,) = of(events, Failed)
    assert isinstance(failed, Failed)
    assert (failed.kind, failed.message) == ("model", "out of memory")
    said = [event.text for event in events if isinstance(event, Said)]
    assert said == [ModelError.plain, "Answer 0."]


async def test_a_recording_that_ends_inside_a_word_is_answered(
    tmp_path: Path, tiny: Whisper, say: Callable[[str], Pcm]
) -> None:
    """No silence at the end of a file is needed."""
    file = tmp_path / "cut.wav"
    write_wav(file, say("How old is the moon?").cut(0.3, 1.5))
    microphone = WavMicrophone([file], realtime=False, gap_s=0)
    events, asked = await converse(tiny, microphone, live=False)
    assert len(asked) == 1
    assert len(list(of(events, SpeechBegan))) == 1


async def test_a_lost_microphone_ends_the_conversation_with_its_reason(tiny: Whisper) -> None:
    """The error of the microphone is raised as it is, and no task is left."""
    with pytest.raises(DeviceError, match="The microphone is gone"):
        await converse(tiny, VanishingMicrophone(), live=True)


async def test_what_is_refused_is_told_but_not_asked(tiny: Whisper) -> None:
    """A sound that the ears take for speech and the transcriber does not is only noted."""

    class Refusing:
        def transcribe(self, sound: Pcm) -> Transcript:
            heard = tiny.transcribe(sound)
            return type(heard)("", heard.confidence, heard.language, "hallucination")

    from assistant.talk import SAMPLE_QUESTION  # noqa: PLC0415

    microphone = WavMicrophone([SAMPLE_QUESTION], realtime=False)
    events, asked = await converse(Refusing(), microphone, live=False)
    assert asked == []
    (ignored,) = of(events, Ignored)
    assert isinstance(ignored, Ignored)
    assert ignored.reason == "hallucination"
