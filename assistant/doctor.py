"""The doctor: looks at everything that a conversation needs, and says what to do.

Flows in: the settings. Flows out: a line for each thing, as it is found. Refuses to know: how a
thing is mended; it only says.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import sys
import tomllib
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from assistant import app
from assistant.audio import devices
from assistant.audio.pcm import Pcm
from assistant.errors import AssistantError, AudioError, ConfigError, ModelError
from assistant.messages import User
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from rich.console import Console

    from assistant.audio.room import Room
    from assistant.config import Config

_OLDEST_PYTHON = (3, 11)
_ROOM_BYTES = 500_000_000
_SENTENCE = "The kitchen light is on."
_LONG_SENTENCE = (
    "I am listening to how I sound in this room. The weather is fine today, and the kitchen light "
    "is on. In a moment I will say all of this once more."
)
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


async def examine_room(config: Config, console: Console, write: Path | None) -> bool:
    """Play and listen, print what the microphone hears of the speaker and which settings follow.

    They are written into the file `write`, where one is given. True where speech may interrupt.
    Raises AssistantError.
    """
    from assistant.audio.microphone import DeviceMicrophone  # noqa: PLC0415  # needs PortAudio
    from assistant.audio.room import measure  # noqa: PLC0415
    from assistant.audio.speaker import DeviceSpeaker  # noqa: PLC0415

    console.print("Please be quiet for half a minute: a sentence is played twice.")
    sound = await _something_to_play(config)
    async with (
        DeviceSpeaker(config.audio.output) as speaker,
        DeviceMicrophone(config.audio.input) as microphone,
    ):
        room = await measure(microphone, speaker, sound)
    _show_room(room, console)
    if write is not None:
        _write(write, room.recommended)
        console.print(f"Written into {write}.")
    return room.recommended["conversation.interruption"] == "speech"


def _write(file: Path, settings: Mapping[str, str | int]) -> None:
    try:
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(with_settings(before, settings), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}. Name another with --config FILE.") from error


def with_settings(text: str, settings: Mapping[str, str | int]) -> str:
    """A TOML file's text with these `section.key` set; every other line stays as it is.

    Raises ConfigError where the file is written so that its lines cannot be told apart.
    """
    lines = text.splitlines()
    for name, value in settings.items():
        section, key = name.split(".")
        _set_line(lines, section, key, json.dumps(value))
    new = "\n".join(lines) + "\n"
    try:
        found = tomllib.loads(new)
        well = all(found[s][k] == v for n, v in settings.items() for s, k in [n.split(".")])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        well = False
    if not well:
        wanted = ", ".join(f"{name} = {value!r}" for name, value in settings.items())
        raise ConfigError(f"The settings could not be written into the file. Set them: {wanted}.")
    return new


def _set_line(lines: list[str], section: str, key: str, value: str) -> None:
    """Set a key where it stands, else at the head of its section, else in a new section."""
    head = re.compile(rf"\s*\[\s*{section}\s*\]\s*(#.*)?")
    start = next((n for n, line in enumerate(lines) if head.fullmatch(line)), None)
    if start is None:
        lines += [""] * bool(lines) + [f"[{section}]", f"{key} = {value}"]
        return
    for number in range(start + 1, len(lines)):
        if lines[number].lstrip().startswith("["):
            break
        old = re.fullmatch(rf"\s*{key}\s*=\s*(?:\"[^\"]*\"|[^#\s]+)(\s*#.*)?\s*", lines[number])
        if old:
            lines[number] = f"{key} = {value}{old[1] or ''}"
            return
    lines.insert(start + 1, f"{key} = {value}")


async def _something_to_play(config: Config) -> Pcm:
    """The voice itself, or where there is none a noise with its rhythm."""
    from assistant.audio.room import probe  # noqa: PLC0415

    async with Worker("doctor") as worker:
        try:
            voice = await worker.run(partial(app.voice_of, config))
            return await worker.run(lambda: Pcm.join(voice.pieces(_LONG_SENTENCE)))
        except ModelError:
            return probe()


def _show_room(room: Room, console: Console) -> None:
    table = Table(box=None, show_header=False)
    delay = "not heard" if room.delay_ms is None else f"{room.delay_ms:.0f} ms"
    for what, value in (
        ("The room alone", f"{room.noise_dbfs:.0f} dB below full scale"),
        ("While the speaker plays", f"{room.echo_dbfs:.0f} dB"),
        ("Once that is taken out", f"{room.left_dbfs:.0f} dB"),
        ("From the speaker to the microphone", delay),
        ("Samples at the limit", f"{100 * room.clipped:.1f} %"),
    ):
        table.add_row(what, value)
    console.print(table)
    for finding in room.findings:
        console.print(finding)
    for name, setting in room.recommended.items():
        section, key = name.split(".")
        console.print(Text(f"[{section}] {key} = {json.dumps(setting)}", style="bold"))


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
        raise ModelError(f"{damaged[0].name} is damaged. Mend it with: {store.command(damaged[0])}")
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
