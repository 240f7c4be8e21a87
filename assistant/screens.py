"""Tables and bars: devices, settings, models, a download, a microphone's level.

Flows in: what is to be shown. Flows out: what rich can draw. Refuses to know: the command line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from assistant.audio import devices
from assistant.errors import ConfigError, DeviceError
from assistant.keys import KEY_VARIABLES, gateway_key
from assistant.settings import fields

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from rich.console import Console

    from assistant.config import AudioConfig
    from assistant.interfaces import Microphone
    from assistant.modelfiles.store import ModelStore
    from assistant.settings import Settings

_METER_DB = 60
"""Decibels below full scale where the meter begins."""
_METER_CELLS = 40


def device_table(config: AudioConfig) -> Table:
    """The devices, the chosen ones marked. Raises DeviceError."""
    table = Table("", "No.", "Name", "System", "In", "Out", "Rate", title="Sound devices")
    found = devices.list_devices()
    if not found:
        raise DeviceError(
            "There is no sound device. Plug one in, or see whether the sound server runs."
        )
    chosen = {
        _index("input", config.input): "microphone",
        _index("output", config.output): "speaker",
    }
    if len(chosen) == 1:
        chosen = dict.fromkeys(chosen, "microphone, speaker")
    for device in found:
        table.add_row(
            Text(chosen.get(device.index, ""), "bold green"),
            str(device.index),
            Text(device.name),
            device.host_api,
            str(device.inputs or ""),
            str(device.outputs or ""),
            f"{device.rate} Hz",
        )
    return table


def _index(direction: devices.Direction, spec: str | int) -> int | None:
    """The chosen device's number; None where there is none by default. Raises DeviceError."""
    try:
        return devices.find(direction, spec).index
    except DeviceError:
        if spec == "":
            return None
        raise


async def draw_meter(microphone: AbstractAsyncContextManager[Microphone], console: Console) -> None:
    """The microphone's level as a bar, until Ctrl-C. Raises DeviceError."""
    from assistant.audio.meter import levels  # noqa: PLC0415  # numpy takes a while

    async with microphone as source:
        with Live(level_bar(-_METER_DB), console=console, refresh_per_second=10) as live:
            async for level in levels(source):
                live.update(level_bar(level.rms_dbfs, level.peak_dbfs))


def level_bar(rms_dbfs: float, peak_dbfs: float = -_METER_DB) -> Text:
    """A level in decibels below full scale as a bar: by its peak yellow from -12, red from -3."""
    cells = round(max(0.0, min(1.0, 1 + rms_dbfs / _METER_DB)) * _METER_CELLS)
    red, yellow = -3, -12
    style = "red" if peak_dbfs > red else "yellow" if peak_dbfs > yellow else "green"
    bar = Text("█" * cells, style)
    bar.append("░" * (_METER_CELLS - cells), "dim")
    bar.append(f" {rms_dbfs:6.1f} dBFS, peak {peak_dbfs:6.1f}")
    return bar


def settings_table(settings: Settings) -> Table:
    """Every setting with its value and where it came from; the key is masked."""
    table = Table("Setting", "Value", "From", title=f"Settings ({settings.file or 'defaults'})")
    for section, key, _ in fields():
        value = getattr(getattr(settings.config, section), key)
        origin = settings.origins.get(f"{section}.{key}", "default")
        style = "" if origin == "default" else "bold"
        table.add_row(Text(f"{section}.{key}", style), Text(_shown(value), style), Text(origin))
    table.add_row(f"({KEY_VARIABLES[0]})", *_key_told())
    return table


def _key_told() -> tuple[str, str]:
    """Whether there is a key, and where from; never the key."""
    try:
        secret = gateway_key()
    except ConfigError as error:
        return "damaged, not shown", str(error)
    return ("set, not shown", "environment or keyring") if secret else ("not set", "")


def _shown(value: object) -> str:
    longest = 60
    text = "not set" if value is None else repr(value) if isinstance(value, str) else str(value)
    text = re.sub(r"(?<=://)[^/]*(?=@)", "…", text)  # a camera's name and password
    return text if len(text) <= longest else text[: longest - 1] + "…"


def model_table(store: ModelStore) -> Table:
    """The manifest's models, and whether they are here."""
    styles = {"present": "green", "missing": "dim", "damaged": "bold red"}
    table = Table("Name", "For", "Size", "Licence", "State", "", title=f"Models in {store.folder}")
    for model in store.manifest.models:
        state = store.state(model)
        table.add_row(
            Text(model.name),
            model.kind,
            f"{model.size / 1e6:.0f} MB",
            model.licence,
            Text(state, styles[state]),
            "default" if model.default else "",
        )
    return table


class PullProgress:
    """A bar for each file that is fetched, and a line for each note."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the finished bars."""
        self._bars.stop()

    def __call__(self, name: str, done: int, total: int) -> None:
        """Move the bar of this file, in bytes."""
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total or None)
        self._bars.update(self._tasks[name], completed=done, total=total or None)

    def note(self, text: str) -> None:
        """One line above the bars."""
        self._bars.console.print(Text(text))
