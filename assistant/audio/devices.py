"""The sound devices there are, found by number or name.

Flows in: what the settings call a device. Flows out: a `Device`. With `line`, the only module
that touches sounddevice; it is imported when first needed, because PortAudio may be missing.
Refuses to know: samples.
"""

from __future__ import annotations

import contextlib
import ctypes
import difflib
import functools
import os
import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Iterator

Direction = Literal["input", "output"]

LOCK = threading.RLock()
"""Held while PortAudio opens, closes or looks for devices: it does none of these at once."""
_NOUN = {"input": "microphone", "output": "speaker"}
_HARDWARE = re.compile(r"\s*\((?:plug)?hw:[^)]*\)$")


_SILENT = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)(lambda *_: None)
"""ALSA's error handler: file, line, function, error, format. It must live as long as ALSA."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio sees it."""

    index: int
    """Its number; it changes when devices come and go."""
    name: str
    host_api: str
    """The sound system it belongs to, such as ALSA."""
    inputs: int
    """Channels it can record; 0 where it is no microphone."""
    outputs: int
    """Channels it can play; 0 where it is no speaker."""
    rate: int
    """Its native rate, in samples a second."""
    default_input: bool
    default_output: bool

    @property
    def bare_name(self) -> str:
        """The name without the card's number, which changes when it is plugged in again."""
        return _HARDWARE.sub("", self.name)


def list_devices() -> tuple[Device, ...]:
    """Every device that was there when PortAudio last looked. Raises DeviceError."""
    with LOCK:
        sounddevice = portaudio()
        apis = sounddevice.query_hostapis()
        found = sounddevice.query_devices()
        default_input, default_output = sounddevice.default.device
    return tuple(
        Device(
            index=index,
            name=info["name"],
            host_api=apis[info["hostapi"]]["name"],
            inputs=info["max_input_channels"],
            outputs=info["max_output_channels"],
            rate=round(info["default_samplerate"]),
            default_input=index == default_input,
            default_output=index == default_output,
        )
        for index, info in enumerate(found)
    )


def find_input(spec: str | int = "") -> Device:
    """The microphone of this number, name or part of a name; the default for "". DeviceError."""
    return find("input", spec)


def find_output(spec: str | int = "") -> Device:
    """The speaker of this number, name or part of a name; the default for "". DeviceError."""
    return find("output", spec)


def find(direction: Direction, spec: str | int = "") -> Device:
    """The device of this number, name or part of a name; the default for "". DeviceError."""
    devices = list_devices()
    able = [device for device in devices if _channels(device, direction)]
    if not able:
        raise DeviceError(
            f"There is no {_NOUN[direction]}. Plug one in, or check that the sound server runs "
            "for this user; then try `assistant devices`.",
            spoken=f"I cannot find a {_NOUN[direction]}.",
        )
    text = str(spec).strip()
    if not text:
        return next((device for device in able if _is_default(device, direction)), able[0])
    if text.isdecimal():
        chosen = next((device for device in able if device.index == int(text)), None)
    else:
        chosen = _by_name(text, able)
    if chosen is None:
        raise DeviceError(_unknown(direction, text, devices, able))
    return chosen


def refresh() -> None:
    """Look for devices anew. Every stream must be closed: `line.refresh` sees to that."""
    with LOCK, quiet():
        sounddevice = portaudio()
        # PortAudio lists devices once, when it starts; there is no public way to start it again.
        # https://github.com/spatialaudio/python-sounddevice/issues/471
        sounddevice._terminate()  # noqa: SLF001
        sounddevice._initialize()  # noqa: SLF001


def portaudio() -> Any:  # noqa: ANN401  # sounddevice has no types
    """The sounddevice module. Raises DeviceError where PortAudio is missing or does not start."""
    _hush_alsa()
    try:
        import sounddevice  # noqa: PLC0415  # needs PortAudio, which a text question does not
    except OSError as error:
        raise DeviceError(
            "PortAudio is missing. Install it with: sudo apt-get install libportaudio2"
        ) from error
    except Exception as error:  # PortAudioError is defined in the module that fails to import
        raise DeviceError(f"PortAudio does not start: {error}") from error
    return sounddevice


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Send what PortAudio writes to standard error nowhere, for a moment.

    It reports every configuration that it tries in vain there, over the live view. sounddevice does
    the same while it starts. What matters comes back as an exception.
    """
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@functools.cache
def _hush_alsa() -> None:
    """Keep ALSA from writing to standard error, over the live view: underruns are counted."""
    with contextlib.suppress(OSError, AttributeError):  # there is no ALSA
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_SILENT)


def _channels(device: Device, direction: Direction) -> int:
    return device.inputs if direction == "input" else device.outputs


def _is_default(device: Device, direction: Direction) -> bool:
    return device.default_input if direction == "input" else device.default_output


def _by_name(text: str, able: list[Device]) -> Device | None:
    wanted = text.casefold()
    names = [device.name.casefold() for device in able]
    for fits in (
        lambda name: name == wanted,
        lambda name: _HARDWARE.sub("", name) == wanted,
        lambda name: wanted in name,
    ):
        for name, device in zip(names, able, strict=True):
            if fits(name):
                return device
    return None


def _unknown(
    direction: Direction, text: str, devices: tuple[Device, ...], able: list[Device]
) -> str:
    noun, where = _NOUN[direction], "`assistant devices` lists them."
    other = next((d for d in devices if str(d.index) == text or d.name == text), None)
    if other is not None:
        return f"[audio] {direction} = {text}: {other.name!r} is no {noun}. {where}"
    by_case = {name.casefold(): name for d in able for name in (d.bare_name, d.name)}
    near = difflib.get_close_matches(text.casefold(), by_case, 3, 0.5)
    shown = list(dict.fromkeys(by_case[name] for name in near))
    hint = f" Did you mean {' or '.join(map(repr, shown))}?" if shown else ""
    return f"[audio] {direction} = {text!r}: there is no such {noun}.{hint} {where}"
