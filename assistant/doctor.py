"""The doctor: looks at everything that a conversation needs, and says what to do.

Flows in: the settings. Flows out: a line for each thing, as it is found. Refuses to know: how a
thing is mended; it only says.
"""

from __future__ import annotations

import platform
import shutil
import sys
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from assistant import app
from assistant.audio import devices
from assistant.audio.pcm import Pcm
from assistant.errors import AssistantError, AudioError, ModelError
from assistant.messages import User
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console

    from assistant.config import Config

_OLDEST_PYTHON = (3, 11)
_ROOM_BYTES = 500_000_000
_SENTENCE = "The kitchen light is on."
_FEW_WORDS = 0.6
"""Share of the sentence's words that must come back for the self-test to pass."""


async def examine(config: Config, console: Console) -> bool:
    """Print what is well and what is not; True where nothing is amiss."""
    checks: list[tuple[str, Callable[[Config], Awaitable[str]]]] = [
        ("Python", _python),
        ("PortAudio", _portaudio),
        ("Microphone", partial(_device, "input")),
        ("Speaker", partial(_device, "output")),
        ("Models", _models),
        ("Disk", _disk),
        ("Gateway", _gateway),
        ("Spoken and heard", _self_test),
    ]
    well = True
    for name, check in checks:
        with console.status(f"{name} …"):
            try:
                mark, style, found = "✓", "green", await check(config)
            except AssistantError as error:
                mark, style, found = "✗", "red", str(error)
                well = False
        console.print(Text.assemble((f"{mark} {name:<17}", style), found))
    return well


async def _python(_: Config) -> str:
    if sys.version_info < _OLDEST_PYTHON:
        raise AssistantError(
            f"This is Python {platform.python_version()}. Install Python 3.11 or later."
        )
    return f"{platform.python_version()} on {platform.machine()}"


async def _portaudio(_: Config) -> str:
    found = devices.list_devices()
    return f"there, with {len(found)} device{'' if len(found) == 1 else 's'}"


async def _device(direction: devices.Direction, config: Config) -> str:
    spec = config.audio.input if direction == "input" else config.audio.output
    device = devices.find(direction, spec)
    return f"{device.name}, {device.rate} Hz"


async def _models(config: Config) -> str:
    store = app.store(config)
    async with Worker("models") as worker:
        for name, kind in ((config.stt.model, "stt"), (config.tts.voice, "tts")):
            await worker.run(partial(store.require, name, "stt" if kind == "stt" else "tts"))
        damaged = [
            model
            for model in store.manifest.models
            if await worker.run(partial(store.state, model, verify=True)) == "damaged"
        ]
    if damaged:
        raise ModelError(f"{damaged[0].name} is damaged. Mend it with: {damaged[0].command}")
    return f"{config.stt.model} and {config.tts.voice}, sums right"


async def _disk(config: Config) -> str:
    folder = app.store(config).folder
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < _ROOM_BYTES:
        raise ModelError(f"Only {free / 1e6:.0f} MB are free on {folder}. Make room.")
    return f"{free / 1e9:.0f} GB free"


async def _gateway(config: Config) -> str:
    """A request of one word, closed at the first answer: the only proof that the key is taken."""
    async with (
        app.storage_of(config) as storage,
        app.gateway_of(config, storage) as gateway,
        aclosing(gateway.stream([User("Say yes.")], [])) as deltas,
    ):
        async for _ in deltas:
            break
    return f"{config.gateway.model} answers at {config.gateway.base_url}"


async def _self_test(config: Config) -> str:
    """What the voice says is heard again, through the real models and no air."""
    async with Worker("doctor") as worker:
        voice = await worker.run(partial(app.voice_of, config))
        transcriber = await worker.run(partial(app.transcriber_of, config))
        sound = await worker.run(lambda: Pcm.join(voice.pieces(_SENTENCE)))
        heard = await worker.run(partial(transcriber.transcribe, sound.resampled(16_000)))
    wanted = set(_SENTENCE.lower().strip(".").split())
    found = wanted & set(heard.text.lower().replace(".", "").split())
    if len(found) < _FEW_WORDS * len(wanted):
        raise AudioError(
            f"{_SENTENCE!r} was said and {heard.text!r} was heard. "
            "The voice and [stt] languages may not fit: this sentence is English."
        )
    return f"said and heard {heard.text!r}"
