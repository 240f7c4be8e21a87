"""The doctor: looks at everything that a conversation needs, and says what to do.

Flows in: the settings. Flows out: a line for each thing, as it is found. Refuses to know: how a
thing is mended; it only says. The room is looked at by `doctor_room`.
"""

from __future__ import annotations

import platform
import shutil
import sys
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text

from assistant import engines
from assistant.audio import devices, health
from assistant.audio.pcm import FRAME_S, Pcm
from assistant.doctor_room import examine_room
from assistant.errors import AssistantError, AudioError, ModelError
from assistant.messages import User
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rich.console import Console

    from assistant.config import Config
    from assistant.interfaces import Microphone

__all__ = ["examine", "examine_room"]
_OLDEST_PYTHON = (3, 11)
_ROOM_BYTES = 500_000_000
_SENTENCE = "The kitchen light is on."
_MARGIN = 19
"""Characters before what was found."""
_LISTEN_S = 1.5
"""Seconds of the room."""
_NOTHING_S = 5.0
"""Seconds of zeros that are enough; a noise gate opens for the word that was asked for."""
_FEW_WORDS = 0.6
"""Share of the sentence's words that must come back for the self-test to pass."""


async def examine(config: Config, console: Console) -> bool:
    """Print what is well and what is not; True where nothing is amiss."""
    checks: list[tuple[str, str, Callable[[Config], Awaitable[str]]]] = [
        ("Python", "", _python),
        ("PortAudio", "", _portaudio),
        ("Microphone", ": listening for a moment; say a word", _microphone),
        ("Speaker", "", _speaker),
        ("Models", ": checking their sums", _models),
        ("Disk", "", _disk),
        ("Gateway", f": asking {config.gateway.model}", _gateway),
        ("Spoken and heard", ": loading the models", _self_test),
    ]
    well = True
    for name, doing, check in checks:
        with console.status(Text(f"{name}{doing} …")):
            try:
                mark, style, found = "✓", "green", await check(config)
            except AssistantError as error:
                mark, style, found = "✗", "red", str(error)
                well = False
        lines = found.replace("\n", "\n" + " " * _MARGIN)
        console.print(Text.assemble((f"{mark} {name:<{_MARGIN - 2}}", style), lines))
    return well


async def listen(microphone: Microphone) -> Pcm:
    """What it hears for a moment; for longer as long as that is nothing but zeros.

    Raises AudioError.
    """
    frames: list[Pcm] = []
    alive = False
    async with aclosing(microphone.frames()) as arriving:  # type: ignore[type-var]
        async for frame in arriving:
            frames.append(frame)
            alive = alive or health.sounds(frame.samples)
            if len(frames) * FRAME_S >= (_LISTEN_S if alive else _NOTHING_S):
                break
    return Pcm.join(frames)


async def _python(_: Config) -> str:
    if sys.version_info < _OLDEST_PYTHON:
        raise AssistantError(
            f"This is Python {platform.python_version()}. Install Python 3.11 or later."
        )
    return f"{platform.python_version()} on {platform.machine()}"


async def _portaudio(_: Config) -> str:
    found = devices.list_devices()
    return f"there, with {len(found)} device{'' if len(found) == 1 else 's'}"


async def _microphone(config: Config) -> str:
    from assistant.audio.microphone import DeviceMicrophone  # noqa: PLC0415  # needs PortAudio

    device = devices.find("input", config.audio.input)
    async with DeviceMicrophone(config.audio.input) as microphone:
        floor_dbfs = health.examined(await listen(microphone))
    return f"{device.name}, {device.rate} Hz, hears the room at {floor_dbfs:.0f} dBFS"


async def _speaker(config: Config) -> str:
    device = devices.find("output", config.audio.output)
    return f"{device.name}, {device.rate} Hz"


async def _models(config: Config) -> str:
    """Each that the settings need is looked at, whatever is wrong with another."""
    well: list[str] = []
    wrong: list[str] = []
    async with Worker("models") as worker:
        for name, look in (
            (config.stt.model, partial(engines.store(config).require, config.stt.model, "stt")),
            (config.tts.voice, partial(engines.store(config).require, config.tts.voice, "tts")),
            (config.endpoint.turn_end, partial(engines.turn_end_of, config)),
        ):
            try:
                await worker.run(look)
                well += [name] if name else []
            except AssistantError as error:
                wrong.append(str(error))
        found, amiss = await worker.run(partial(_wake_words, config))
        wrong += [*amiss, *await worker.run(partial(_damaged, config, wrong))]
    if wrong:
        raise ModelError("\n".join(wrong))
    return f"{', '.join(well + found)}: whole"


def _wake_words(config: Config) -> tuple[list[str], list[str]]:
    """The wake words that load, and what is wrong with the others."""
    from assistant.listen.wake import load  # noqa: PLC0415  # loads TensorFlow Lite

    try:
        models, errors = load(config.wake)
    except AssistantError as error:
        return [], [str(error)]
    return [model.name for model in models], [str(error) for error in errors]


def _damaged(config: Config, known: list[str]) -> list[str]:
    """A line for each damaged model of the store; those that a line names already are left out."""
    store = engines.store(config)
    return [
        f"{model.name} is damaged. Mend it with: {store.command(model)}"
        for model in store.manifest.models
        if not any(model.name in line for line in known)
        and store.state(model, verify=True) == "damaged"
    ]


async def _disk(config: Config) -> str:
    folder = engines.store(config).folder
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < _ROOM_BYTES:
        raise ModelError(f"Only {free / 1e6:.0f} MB are free on {folder}. Make room.")
    return f"{free / 1e9:.0f} GB free"


async def _gateway(config: Config) -> str:
    """A request of one word, closed at the first answer: the only proof that the key is taken."""
    async with (
        engines.storage_of(config) as storage,
        engines.gateway_of(config, engines.ledger_of(config, storage)) as gateway,
        aclosing(gateway.stream([User("Say yes.")], [])) as deltas,
    ):
        async for _ in deltas:
            break
    return f"{config.gateway.model} answers at {config.gateway.base_url}"


async def _self_test(config: Config) -> str:
    """What the voice says is heard again, through the real models and no air."""
    async with Worker("doctor") as worker:
        voice = await worker.run(partial(engines.voice_of, config))
        transcriber = await worker.run(partial(engines.transcriber_of, config))
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
