"""The doctor of the room: what the microphone hears of the speaker, and what to set for it.

Flows in: the settings. Flows out: what was measured through the air, on the screen, and the
settings that follow, in a file where one is given. Refuses to know: how it is measured.
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import partial
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from assistant import engines
from assistant.audio.pcm import Pcm
from assistant.errors import ConfigError, ModelError
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from assistant.audio.room import Room
    from assistant.config import Config

_SENTENCE = (
    "I am listening to how I sound in this room. The weather is fine today, and the kitchen light "
    "is on. In a moment I will say all of this once more."
)


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
            voice = await worker.run(partial(engines.voice_of, config))
            return await worker.run(lambda: Pcm.join(voice.pieces(_SENTENCE)))
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
