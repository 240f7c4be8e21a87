"""The spoken loop, put together: microphone, ears, turns, voice and speaker.

Parts start in the order they are written here and stop in reverse. Flows in: the settings and where
sound comes from and goes to. It refuses to know how an engine is built and how an answer is found.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import app, engines
from assistant.audio import chimes
from assistant.clock import SystemClock
from assistant.conversation import Conversation
from assistant.errors import AssistantError, UsageError
from assistant.events import Held, Noticed, Ready, TurnEnded
from assistant.floor import Floor
from assistant.heap import give_back
from assistant.listen.attention import Attention
from assistant.orders import Look, Status
from assistant.ringer import Ringer
from assistant.sentences import spoken
from assistant.speak.mouth import SpeakingMouth
from assistant.tools.language import Listening
from assistant.tools.last_reply import LastTurn
from assistant.tools.mute import mute_tool
from assistant.tools.this_assistant import Aloud, this_voice
from assistant.tools.volume import Loud, Loudness
from assistant.turn import Manner
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from assistant.audio.echo import TimedMicrophone
    from assistant.config import Config
    from assistant.dialogue import Dialogue
    from assistant.events import Emit, Event
    from assistant.interfaces import Family, Microphone, Mouth, Speaker, Voice
    from assistant.listen.scribe import Scribe
    from assistant.orders import Order

    Watch = Callable[[Event], None]
    CarryOut = Callable[[Order], Awaitable[Status]]

SAMPLE_QUESTION = Path(__file__).parent / "samples" / "what-time-is-it.wav"
"""A spoken question, said by our own voice, for machines without a microphone."""


async def converse(
    config: Config,
    microphone: AbstractAsyncContextManager[TimedMicrophone],
    speaker: AbstractAsyncContextManager[Speaker],
    emit: Emit,
    *,
    live: bool,
    orders: bool = False,
) -> None:
    """Hold a conversation until the microphone ends.

    `live`: the sound comes as fast as it is spoken. `orders`: it takes them from keys, signals and
    other commands. A failure to begin is said aloud once there is a voice to say it with. Raises
    AssistantError.
    """
    desk = _Desk()
    async with AsyncExitStack() as stack:
        if orders:
            await stack.enter_async_context(_orders_to(desk.carry_out, config, emit))
        sound_out = await stack.enter_async_context(speaker)
        stt = await stack.enter_async_context(Worker("stt"))
        tts = await stack.enter_async_context(Worker("tts"))
        listening = Listening(config.stt.languages)
        transcriber = stt.submit(partial(engines.transcriber_of, config, lambda: listening.only))
        voice = await _voice_or_a_tone(config, tts, sound_out)
        out = _Out(sound_out, SpeakingMouth(voice, tts, sound_out), voice.language, emit)
        tell = _telling(emit, tts, out.watching)
        held = Held(tell)
        try:
            home = await stack.enter_async_context(_home_of(config, out))
            own = await _own_tools(out, home, listening, desk.carry_out if orders else None)
            notice = emit if live else None
            talking = app.dialogue_of(config, home, out.mouth, held, notice, [own])
            dialogue = await stack.enter_async_context(talking)
            writing = engines.scribe_of(config, await asyncio.wrap_future(transcriber), stt, emit)
            scribe = await stack.enter_async_context(writing)
            turns, conversation = _turns_of(config, (scribe, dialogue, held), sound_out, tell, live)
            desk.conversation = conversation
            clear = partial(_clear_of_echo, microphone, sound_out, config, conversation.tell)
            if live:
                for work in (
                    home.bell.run(),
                    home.agenda.follow(),
                    _tell_damage(home, conversation),
                    out.ringer.run(turns, dialogue.announce, home),
                    out.ringer.tell_missed(turns, dialogue.announce, home),
                ):
                    await stack.enter_async_context(app.meanwhile(work))
            await conversation.run(clear if live else lambda: microphone, live=live)
        except AssistantError as error:
            with suppress(AssistantError):  # where the speaker is what failed, the screen is left
                sentence = app.once(spoken(error, config.stt.languages[0]))
                await out.mouth.say(sentence, app.nobody, Floor(given=True))
            raise


class _Out:
    """The way out into the room, and who watches what happens."""

    def __init__(self, speaker: Speaker, mouth: Mouth, language: str, emit: Emit) -> None:
        self.speaker = speaker
        self.mouth = mouth
        self.language = language
        self.emit = emit
        self.ringer = Ringer(speaker, SystemClock(), emit)
        self.last = LastTurn()
        self.watching: list[Watch] = [self.ringer.note, self.last.note]


class _Desk:
    """Where orders arrive, also before there is a conversation to give them to."""

    def __init__(self) -> None:
        self.conversation: Conversation | None = None

    async def carry_out(self, order: Order) -> Status:
        """Give it to the conversation. Raises UsageError."""
        if self.conversation is not None:
            return await self.conversation.order(order)
        if isinstance(order, Look):
            return Status("starting", muted=False)
        raise UsageError("It is still starting. Try again in a moment.")


@asynccontextmanager
async def _home_of(config: Config, out: _Out) -> AsyncIterator[app.Home]:
    """The household, whose bell and camera are heard in the room."""
    shutter = partial(out.speaker.play, chimes.shutter()) if config.camera.shutter else None
    ring, silence = out.ringer.ring, out.ringer.silence
    room = app.Room(ring, silence, lambda text: out.emit(Noticed(text)), shutter)
    housing = app.home_of(config, out.language, room)
    async with housing as home, app.meanwhile(home.servers.run()):
        yield home


async def _own_tools(
    out: _Out, home: app.Home, listening: Listening, carry_out: CarryOut | None
) -> Family:
    """What a conversation by voice can do with itself; `carry_out` is who takes orders."""
    loudness = None
    if isinstance(out.speaker, Loud):
        loudness = Loudness(out.speaker, home.choices)
        await loudness.restore()
        out.watching.append(loudness.note)
    ours = Aloud(out.last, listening, out.language, loudness)
    return this_voice(ours, [mute_tool(carry_out)] if carry_out else [])


def _turns_of(
    config: Config,
    talk: tuple[Scribe, Dialogue, Held],
    speaker: Speaker,
    emit: Emit,
    live: bool,  # noqa: FBT001  # as `converse` has it
) -> tuple[Turns, Conversation]:
    """The conversation around those who write down, answer and tell. Raises AssistantError."""
    untold: list[AssistantError] = []
    wake = engines.wake_words_of(config, untold.append)
    phrases = tuple(wake.phrases.values()) if wake else ()
    scribe, dialogue, held = talk
    turns = Turns(scribe, dialogue, SystemClock(), held, manner_of(config, phrases, live=live))
    interruption = config.conversation.interruption if live else "none"
    ears = engines.ears_of(config, wake)
    conversation = Conversation(ears, Attention(config.wake), turns, speaker, interruption, emit)
    for error in untold:
        conversation.tell(error)
    return turns, conversation


async def _voice_or_a_tone(config: Config, tts: Worker, speaker: Speaker) -> Voice:
    """The voice; a tone where there is none to say so with. Raises AssistantError."""
    try:
        return await tts.run(partial(engines.voice_of, config))
    except AssistantError:
        await speaker.play(chimes.error())
        await speaker.drain()
        raise


async def _tell_damage(home: app.Home, conversation: Conversation) -> None:
    """Say that what was kept is set aside."""
    if (error := await home.damage()) is not None:
        conversation.tell(error)


def _telling(emit: Emit, worker: Worker, watching: Sequence[Watch]) -> Emit:
    """Tell the same, also those who watch; give memory back after each turn, on an idle thread."""

    def tell(event: Event) -> None:
        emit(event)
        for watch in watching:
            watch(event)
        if isinstance(event, Ready | TurnEnded):
            worker.submit(give_back)

    return tell


@asynccontextmanager
async def _clear_of_echo(
    microphone: AbstractAsyncContextManager[TimedMicrophone],
    speaker: Speaker,
    config: Config,
    complain: Callable[[AssistantError], None],
) -> AsyncIterator[Microphone]:
    """The microphone without what the speaker plays, as loud as it should be."""
    from assistant.audio.echo import EchoCancelled  # noqa: PLC0415

    async with microphone as sound_in:
        reference = getattr(speaker, "reference", None)
        yield EchoCancelled(sound_in, reference, config.audio, complain=complain)


@asynccontextmanager
async def _orders_to(carry_out: CarryOut, config: Config, emit: Emit) -> AsyncIterator[None]:
    """Take orders from keys, signals and other commands."""
    from assistant.control import Control  # noqa: PLC0415
    from assistant.control_socket import control_folders  # noqa: PLC0415
    from assistant.keyboard import Keyboard  # noqa: PLC0415

    task = asyncio.current_task()
    assert task is not None  # noqa: S101  # for the type checker
    folders = control_folders(config.storage)
    async with (
        Control(carry_out, emit, folders) as control,
        Keyboard(control.post, task.cancel, emit),
    ):
        yield


def manner_of(config: Config, wake_phrases: Sequence[str], *, live: bool) -> Manner:
    """How turns are taken."""
    return Manner(
        language=config.stt.languages[0],
        stop_word_only=config.conversation.interruption == "stop-word",
        early_requests=config.conversation.early_requests,
        sure_ms=config.endpoint.hangover_ms,
        reopen_s=config.endpoint.reopen_ms / 1000,
        sure_enough_ms=config.endpoint.finished_ms,
        quiet_s=config.endpoint.quiet_ms / 1000 if live else 0.0,
        wake_phrases=wake_phrases,
    )
