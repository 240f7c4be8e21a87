"""The composition root: the settings in, a running assistant out.

The only module that names engines; each is imported inside the function that builds it, so that a
typed question needs no audio library. Parts start in the order they are written here and stop in
reverse.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.audio import chimes
from assistant.clock import SystemClock
from assistant.conversation import Conversation
from assistant.dialogue import Dialogue, Question
from assistant.errors import AssistantError, ConfigError, UsageError
from assistant.events import Held, Noticed
from assistant.floor import Floor
from assistant.keys import gateway_key
from assistant.listen.attention import Attention
from assistant.modelfiles.store import ModelStore, default_store
from assistant.orders import Look, Status
from assistant.sentences import spoken
from assistant.speak.mouth import SilentMouth, SpeakingMouth
from assistant.speak.spoken_text import spoken_text
from assistant.think.history import History
from assistant.think.reply import Reply
from assistant.tools.clock import clock_tool
from assistant.tools.mute import mute_tool
from assistant.turn import Manner
from assistant.turns import Turns
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterator,
        Awaitable,
        Callable,
        Coroutine,
        Sequence,
    )
    from contextlib import AbstractAsyncContextManager

    from assistant.audio.echo import TimedMicrophone
    from assistant.config import Config
    from assistant.events import Emit
    from assistant.interfaces import (
        Microphone,
        Mouth,
        Speaker,
        Tool,
        Transcriber,
        TurnEndModel,
        Voice,
    )
    from assistant.listen.ears import Ears
    from assistant.listen.scribe import Scribe
    from assistant.listen.wake import WakeWords
    from assistant.messages import Part
    from assistant.orders import Order
    from assistant.storage import StorageWorker
    from assistant.think.catalogue import Catalogue
    from assistant.think.gateway import HttpGateway
    from assistant.think.instant import Instant

    CarryOut = Callable[[Order], Awaitable[Status]]

_LOG = logging.getLogger(__name__)
SAMPLE_QUESTION = Path(__file__).parent / "samples" / "what-time-is-it.wav"
"""A spoken question, said by our own voice, for machines without a microphone."""


def store(config: Config) -> ModelStore:
    """The model files, where the settings say they are."""
    shipped = default_store()
    folder = config.models.folder
    return ModelStore(Path(folder).expanduser(), shipped.manifest) if folder else shipped


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
    clock = SystemClock()
    conversations: list[Conversation] = []

    async def carry_out(order: Order) -> Status:
        """Give an order to the conversation, once there is one."""
        for conversation in conversations:
            return await conversation.order(order)
        if isinstance(order, Look):
            return Status("starting", muted=False)
        raise UsageError("It is still starting. Try again in a moment.")

    async with AsyncExitStack() as stack:
        if orders:
            await stack.enter_async_context(_orders_to(carry_out, config, emit))
        sound_out = await stack.enter_async_context(speaker)
        stt = await stack.enter_async_context(Worker("stt"))
        tts = await stack.enter_async_context(Worker("tts"))
        transcriber = stt.submit(partial(transcriber_of, config))
        try:
            voice = await tts.run(partial(voice_of, config))
        except AssistantError:
            await sound_out.play(chimes.error())  # there is no voice to say it with
            await sound_out.drain()
            raise
        mouth = SpeakingMouth(voice, tts, sound_out)
        held = Held(emit)
        try:
            notice = emit if live else None
            more = [mute_tool(carry_out)] if orders else []
            talking = dialogue_of(config, mouth, held, voice.language, notice, more)
            dialogue = await stack.enter_async_context(talking)
            ears, phrases = ears_of(config, emit)
            scribe = await stack.enter_async_context(
                _scribe_of(config, await asyncio.wrap_future(transcriber), stt, emit)
            )
            turns = Turns(scribe, dialogue, clock, held, manner_of(config, phrases, live=live))
            interruption = config.conversation.interruption if live else "none"
            attention = Attention(config.wake)
            conversation = Conversation(ears, attention, turns, sound_out, interruption, emit)
            conversations.append(conversation)
            clear = partial(_clear_of_echo, microphone, sound_out, config, emit)
            await conversation.run(clear if live else lambda: microphone, live=live)
        except AssistantError as error:
            with suppress(AssistantError):  # where the speaker is what failed, the screen is left
                sentence = _once(spoken(error, config.stt.languages[0]))
                await mouth.say(sentence, _nobody, Floor(given=True))
            raise


@asynccontextmanager
async def _clear_of_echo(
    microphone: AbstractAsyncContextManager[TimedMicrophone],
    speaker: Speaker,
    config: Config,
    emit: Emit,
) -> AsyncIterator[Microphone]:
    """The microphone without what the speaker plays, as loud as it should be."""
    from assistant.audio.echo import EchoCancelled  # noqa: PLC0415

    async with microphone as sound_in:
        reference = getattr(speaker, "reference", None)
        yield EchoCancelled(
            sound_in, reference, config.audio, complain=lambda text: emit(Noticed(text))
        )


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


@asynccontextmanager
async def dialogue_of(
    config: Config,
    mouth: Mouth,
    emit: Emit,
    language: str,
    notice: Emit | None = None,
    more: Sequence[Tool] = (),
) -> AsyncIterator[Dialogue]:
    """Everything between a question in words and its answer. Raises ConfigError.

    `language` (ISO 639-1) is that of the tools' own words. `notice` is told, on the side, what is
    wrong with the chosen model; nobody looks where there is none. `more` are further tools.
    """
    from assistant.think.able import AbleGateway  # noqa: PLC0415
    from assistant.think.catalogue import Catalogue  # noqa: PLC0415

    clock = SystemClock()
    async with storage_of(config) as storage, gateway_of(config, storage) as gateway:
        book = Catalogue(gateway, config.gateway.base_url, clock)
        able = AbleGateway(gateway, book, config.gateway)
        tools = [clock_tool(clock, language), *more]
        _check_choice(config.gateway.tool_choice, [tool.schema.name for tool in tools])
        reply = Reply(able, _instant_of(config), tools, config.tools, clock, emit)
        settings = config.conversation
        history = History(settings.prompt, settings.history_chars)
        look = _look_at_model(config, gateway, book, notice) if notice else None
        async with _meanwhile(look) if look else nullcontext():
            yield Dialogue(reply, history, mouth, clock, emit)


def _check_choice(choice: str, names: list[str]) -> None:
    """Raise ConfigError for a tool that is required and does not exist."""
    allowed = ["auto", "none", "required", *names]
    if choice and choice not in allowed:
        raise ConfigError(
            f"[gateway] tool_choice = {choice!r} is neither empty nor one of: {', '.join(allowed)}."
        )


def storage_of(config: Config) -> StorageWorker:
    """What the assistant keeps, where the settings say. It is opened once it is entered."""
    from assistant.storage import Storage, StorageWorker, file_of  # noqa: PLC0415

    return StorageWorker(Storage(file_of(config.storage), SystemClock().now))


def gateway_of(config: Config, storage: StorageWorker) -> HttpGateway:
    """The road to a model; all that is sent over it is on record. Raises ConfigError.

    A key that is none closes it, and ends nothing else: each request is told why.
    """
    from assistant.think.closed import ClosedGateway  # noqa: PLC0415
    from assistant.think.gateway import HttpGateway  # noqa: PLC0415
    from assistant.think.ledger import Ledger  # noqa: PLC0415

    try:
        key = gateway_key()
    except ConfigError as error:
        return ClosedGateway(config.gateway, error)
    clock = SystemClock()
    ledger = Ledger(storage, clock, config.gateway.daily_limit_usd)
    return HttpGateway(config.gateway, key, clock, ledger)


async def _look_at_model(config: Config, gateway: HttpGateway, book: Catalogue, emit: Emit) -> None:
    """Say on the screen what is wrong with the chosen model, where its server can be asked."""
    from assistant.think.catalogue import check_model  # noqa: PLC0415

    if not gateway.open_to_us:
        return
    try:
        for problem in await check_model(config.gateway, book):
            emit(Noticed(problem))
    except AssistantError as error:
        emit(Noticed(str(error)))
    except Exception:  # noqa: BLE001  # it is only a look: the conversation goes on
        _LOG.exception("the list of models could not be looked at")


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do something on the side, for as long as the body takes at most."""
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work, name="meanwhile")
            yield
            task.cancel()
    except* AssistantError as errors:
        raise errors.exceptions[0] from None


async def ask(
    config: Config,
    text: str,
    emit: Emit,
    *,
    parts: tuple[Part, ...] = (),
    speaker: AbstractAsyncContextManager[Speaker] | None = None,
) -> bool:
    """Answer one typed question, aloud where there is a speaker; False where it failed."""
    async with AsyncExitStack() as stack:
        mouth = await stack.enter_async_context(mouth_of(config, speaker))
        language = config.stt.languages[0]
        dialogue = await stack.enter_async_context(dialogue_of(config, mouth, emit, language))
        return await dialogue.answer(Question(text, language, parts))


async def say(config: Config, text: str, speaker: AbstractAsyncContextManager[Speaker]) -> None:
    """Speak a text. Raises AssistantError."""
    async with mouth_of(config, speaker) as mouth:
        await mouth.say(_once(text), _nobody, Floor(given=True))


@asynccontextmanager
async def mouth_of(
    config: Config, speaker: AbstractAsyncContextManager[Speaker] | None
) -> AsyncIterator[Mouth]:
    """A mouth that speaks where there is a speaker, and is silent where there is none."""
    if speaker is None:
        yield SilentMouth()
        return
    async with speaker as sound_out, Worker("tts") as worker:
        voice = await worker.run(partial(voice_of, config))
        yield SpeakingMouth(voice, worker, sound_out)


def voice_of(config: Config) -> Voice:
    """The warm voice. Blocks for about a second. Raises ModelError."""
    from assistant.speak.piper import Piper  # noqa: PLC0415

    voice = Piper(store(config).require(config.tts.voice, "tts"), config.tts)
    voice.warm()
    spoken_text("8:00", voice.language)  # reads the language's rules, once
    return voice


def transcriber_of(config: Config) -> Transcriber:
    """The warm transcriber. Blocks for about a second. Raises ModelError and ConfigError."""
    from assistant.listen.whisper import Whisper  # noqa: PLC0415

    whisper = Whisper(store(config).require(config.stt.model, "stt"), config.stt)
    whisper.warm()
    return whisper


def ears_of(config: Config, emit: Emit) -> tuple[Ears, Sequence[str]]:
    """Ears with fresh detectors, and the phrases that wake them. Raises ModelError, ConfigError."""
    from assistant.listen.ears import Ears  # noqa: PLC0415
    from assistant.listen.endpoint import Endpointer  # noqa: PLC0415
    from assistant.listen.vad import GatedDetector  # noqa: PLC0415

    endpointer = Endpointer(config.endpoint, config.vad.threshold)
    wake = _wake_words_of(config, emit)
    ears = Ears(GatedDetector(config.vad), endpointer, wake, config.wake.preroll_ms)
    return ears, tuple(wake.phrases.values()) if wake else ()


def _wake_words_of(config: Config, emit: Emit) -> WakeWords | None:
    """Those that load; what is wrong with the others is told. Raises the first error if none do."""
    if not config.wake.word:
        return None
    from assistant.listen.wake import WakeWords, load  # noqa: PLC0415

    models, errors = load(config.wake)
    if not models:
        raise errors[0]
    for error in errors:
        emit(Noticed(str(error)))
    return WakeWords(models, config.wake)


@asynccontextmanager
async def _scribe_of(
    config: Config, transcriber: Transcriber, stt: Worker, emit: Emit
) -> AsyncIterator[Scribe]:
    """What writes down what was said, and judges whether that was all."""
    from assistant.listen.patience import Patience  # noqa: PLC0415
    from assistant.listen.scribe import Scribe  # noqa: PLC0415

    async with Worker("turn-end") as worker:
        model = None
        try:
            model = await worker.run(partial(_turn_end_of, config))
        except AssistantError as error:  # the words alone can decide, a little later
            emit(Noticed(str(error)))
        turn_end = (model, worker) if model else None
        yield Scribe(transcriber, stt, Patience(config.endpoint), SystemClock(), turn_end)


def _turn_end_of(config: Config) -> TurnEndModel | None:
    """The warm turn-end model. Blocks for a while. Raises ModelError and ConfigError."""
    if not config.endpoint.turn_end:
        return None
    from assistant.listen.turn_end import SmartTurn  # noqa: PLC0415

    model = SmartTurn(store(config).require(config.endpoint.turn_end, "turn-end"))
    model.warm()
    return model


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


def live_microphone(config: Config) -> AbstractAsyncContextManager[TimedMicrophone]:
    """The microphone that the settings choose. Raises DeviceError when it is entered."""
    from assistant.audio.microphone import DeviceMicrophone  # noqa: PLC0415

    return DeviceMicrophone(config.audio.input, backlog_s=config.audio.backlog_s)


def live_speaker(config: Config) -> AbstractAsyncContextManager[Speaker]:
    """The speaker that the settings choose. Raises DeviceError when it is entered."""
    from assistant.audio.speaker import DeviceSpeaker  # noqa: PLC0415

    return DeviceSpeaker(config.audio.output)


def _instant_of(config: Config) -> Instant | None:
    if not config.instant.enabled:
        return None
    from assistant.think.instant import Instant  # noqa: PLC0415

    return Instant(config.stt.languages)


async def _once(text: str) -> AsyncGenerator[str]:
    yield text


def _nobody(_stage: str) -> None:
    """Nobody measures this."""
