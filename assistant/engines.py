"""The engines, built as the settings say: models, ears, and the ways in and out of the machine.

The only module that names them; each is imported inside the function that builds it, so that a
typed question needs no audio library. Refuses to know: what is done with them.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.clock import SystemClock
from assistant.errors import AssistantError, ConfigError
from assistant.events import Noticed
from assistant.keys import gateway_key
from assistant.modelfiles.store import ModelStore, default_store
from assistant.speak.spoken_text import spoken_text
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from assistant.audio.echo import TimedMicrophone
    from assistant.camera.camera import Camera
    from assistant.config import Config
    from assistant.events import Emit
    from assistant.household.weather.forecasts import Weather
    from assistant.household.weather.source import OpenMeteo
    from assistant.interfaces import Speaker, Transcriber, TurnEndModel, Voice
    from assistant.listen.ears import Ears
    from assistant.listen.scribe import Scribe
    from assistant.listen.wake import WakeWords
    from assistant.messages import ImagePart
    from assistant.papers.folders import Folders
    from assistant.servers.servers import Servers
    from assistant.storage import StorageWorker
    from assistant.think.gateway import HttpGateway
    from assistant.think.instant import Instant
    from assistant.think.ledger import Ledger
    from assistant.think.record import Outcome
    from assistant.tools.documents import Shown
    from assistant.web.fetching import Pages
    from assistant.web.search import Search

    Complain = Callable[[AssistantError], None]


def store(config: Config) -> ModelStore:
    """The model files, where the settings say they are."""
    shipped = default_store()
    folder = config.models.folder
    return ModelStore(Path(folder).expanduser(), shipped.manifest) if folder else shipped


def voice_of(config: Config) -> Voice:
    """The warm voice. Blocks for about a second. Raises ModelError."""
    from assistant.speak.piper import Piper  # noqa: PLC0415

    voice = Piper(store(config).require(config.tts.voice, "tts"), config.tts)
    voice.warm()
    spoken_text("8:00", voice.language)  # reads the language's rules, once
    return voice


def transcriber_of(config: Config, only: Callable[[], str] = lambda: "") -> Transcriber:
    """The warm transcriber; `only` is the one language that it hears now, empty for all of them.

    Blocks for about a second. Raises ModelError and ConfigError.
    """
    from assistant.listen.whisper import Whisper  # noqa: PLC0415

    whisper = Whisper(store(config).require(config.stt.model, "stt"), config.stt, only)
    whisper.warm()
    return whisper


def ears_of(config: Config, wake: WakeWords | None) -> Ears:
    """Ears with fresh detectors. Raises ModelError."""
    from assistant.listen.ears import Ears  # noqa: PLC0415
    from assistant.listen.endpoint import Endpointer  # noqa: PLC0415
    from assistant.listen.vad import GatedDetector  # noqa: PLC0415

    endpointer = Endpointer(config.endpoint, config.vad.threshold)
    return Ears(GatedDetector(config.vad), endpointer, wake, config.wake.preroll_ms)


def wake_words_of(config: Config, complain: Complain) -> WakeWords | None:
    """The wake words that load, if there are to be any; what is wrong with the others is told.

    Raises ConfigError where none is a wake word at all.
    """
    if not config.wake.word:
        return None
    from assistant.listen.wake import WakeWords, load  # noqa: PLC0415

    models, errors = load(config.wake)
    for error in errors:
        if not models and isinstance(error, ConfigError):  # nothing of the setting makes sense
            raise error
        complain(error)
    return WakeWords(models, config.wake) if models else None


@asynccontextmanager
async def scribe_of(
    config: Config, transcriber: Transcriber, stt: Worker, emit: Emit
) -> AsyncIterator[Scribe]:
    """What writes down what was said, and judges whether that was all."""
    from assistant.listen.patience import Patience  # noqa: PLC0415
    from assistant.listen.scribe import Scribe  # noqa: PLC0415

    async with Worker("turn-end") as worker:
        model = None
        try:
            model = await worker.run(partial(turn_end_of, config))
        except AssistantError as error:  # the words alone can decide, a little later
            emit(Noticed(str(error)))
        turn_end = (model, worker) if model else None
        yield Scribe(transcriber, stt, Patience(config.endpoint), SystemClock(), turn_end)


def turn_end_of(config: Config) -> TurnEndModel | None:
    """The warm turn-end model. Blocks for a while. Raises ModelError and ConfigError."""
    if not config.endpoint.turn_end:
        return None
    from assistant.listen.turn_end import SmartTurn  # noqa: PLC0415

    model = SmartTurn(store(config).require(config.endpoint.turn_end, "turn-end"))
    model.warm()
    return model


def live_microphone(config: Config) -> AbstractAsyncContextManager[TimedMicrophone]:
    """The microphone that the settings choose. Raises DeviceError when it is entered."""
    from assistant.audio.microphone import DeviceMicrophone  # noqa: PLC0415

    return DeviceMicrophone(config.audio.input, backlog_s=config.audio.backlog_s)


def live_speaker(config: Config) -> AbstractAsyncContextManager[Speaker]:
    """The speaker that the settings choose. Raises DeviceError when it is entered."""
    from assistant.audio.speaker import DeviceSpeaker  # noqa: PLC0415

    return DeviceSpeaker(config.audio.output, volume=config.tts.volume)


def storage_of(config: Config) -> StorageWorker:
    """What the assistant keeps, where the settings say. It is opened once it is entered."""
    from assistant.storage import Storage, StorageWorker, file_of  # noqa: PLC0415

    return StorageWorker(Storage(file_of(config.storage), SystemClock().now))


def ledger_of(config: Config, storage: StorageWorker) -> Ledger:
    """The record of all that leaves this machine."""
    from assistant.think.ledger import Ledger  # noqa: PLC0415

    return Ledger(storage, SystemClock(), config.gateway.daily_limit_usd)


def gateway_of(config: Config, ledger: Ledger) -> HttpGateway:
    """The road to a model; all that is sent over it is on record. Raises ConfigError.

    A key that is none closes it, and ends nothing else: each request is told why.
    """
    from assistant.think.closed import ClosedGateway  # noqa: PLC0415
    from assistant.think.gateway import HttpGateway  # noqa: PLC0415

    try:
        key = gateway_key()
    except ConfigError as error:
        return ClosedGateway(config.gateway, error)
    return HttpGateway(config.gateway, key, SystemClock(), ledger)


def documents_of(config: Config) -> tuple[Folders, Shown]:
    """Where documents are, and how one that is no text is made ready to be looked at."""
    from assistant.papers.folders import Folders  # noqa: PLC0415
    from assistant.think.attachments import part_of_data  # noqa: PLC0415

    folders = Folders(config.documents.folders, config.attachments.max_file_bytes)
    return folders, partial(part_of_data, config=config.attachments)


@asynccontextmanager
async def web_of(config: Config, ledger: Ledger) -> AsyncIterator[tuple[Search, Pages]]:
    """The search and the pages of the web; each request is on record."""
    from assistant.web.fetching import Pages  # noqa: PLC0415
    from assistant.web.reach import reach_of  # noqa: PLC0415
    from assistant.web.search import Search  # noqa: PLC0415

    noted = _noted(ledger)
    async with (
        Worker("search") as searching,
        Worker("pages") as reading,
        Pages(config.web, reading, noted, reach_of(config.web.at_home)) as pages,
    ):
        yield Search(config.web, searching, noted), pages


def servers_of(config: Config, ledger: Ledger, tell: Callable[[str], None]) -> Servers:
    """Other people's servers of tools; what is sent to an address is on record."""
    from assistant.servers.servers import Servers  # noqa: PLC0415

    return Servers(config.mcp, _noted(ledger), SystemClock(), tell)


def weather_of(config: Config, storage: StorageWorker, ledger: Ledger) -> tuple[OpenMeteo, Weather]:
    """The service to be entered, and what is known by it; each request is on record."""
    from assistant.household.weather.forecasts import Weather  # noqa: PLC0415
    from assistant.household.weather.keeping import Kept  # noqa: PLC0415
    from assistant.household.weather.source import OpenMeteo  # noqa: PLC0415

    source = OpenMeteo(config.weather, _noted(ledger))
    fresh_s = config.weather.fresh_min * 60
    return source, Weather(source, Kept(storage), config.home, fresh_s, SystemClock())


def _noted(ledger: Ledger) -> Callable[[str, str, str, int], AbstractAsyncContextManager[Outcome]]:
    """Puts a request that leaves on record: its method, host and path, and how many letters go."""
    from assistant.think.record import Contents, Outgoing, recorded  # noqa: PLC0415

    def going_out(
        method: str, host: str, path: str, letters: int
    ) -> AbstractAsyncContextManager[Outcome]:
        contents = Contents(text_chars=letters)
        return recorded(ledger, Outgoing(method, path, host, contents=contents))

    return going_out


def camera_of(config: Config) -> tuple[Camera, Callable[[bytes], ImagePart]]:
    """The camera, and what makes its JPEG ready to go out: that blocks. Raises AttachmentError."""
    from assistant.camera.camera import Camera  # noqa: PLC0415
    from assistant.camera.sources import with_login  # noqa: PLC0415
    from assistant.messages import ImagePart  # noqa: PLC0415
    from assistant.think.file_looks import Picture  # noqa: PLC0415

    looks = Picture("JPEG", "a JPEG picture")

    def ready(jpeg: bytes) -> ImagePart:
        from assistant.think import pictures  # noqa: PLC0415  # Pillow: once there is a picture

        data, kind = pictures.ready(jpeg, "The camera's picture", looks, config.attachments)
        return ImagePart(data, kind, config.attachments.detail)

    login = os.environ.get(config.camera.login_env, "")
    source = with_login(config.camera.source, login)
    return Camera(config.camera.model_copy(update={"source": source})), ready


def instant_of(config: Config) -> Instant | None:
    """The instant path, where it is wanted."""
    if not config.instant.enabled:
        return None
    from assistant.think.instant import Instant  # noqa: PLC0415

    return Instant(config.stt.languages)
