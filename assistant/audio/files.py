"""Sound files, read and written.

Flows in: paths, `Pcm`. Flows out: `Pcm` at `LISTEN_RATE`, a WAV. The only module that imports
soundfile. Refuses to know: what is said in them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.errors import SoundFileError

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"\x1aE\xdf\xa3": "a Matroska or WebM video",
}
"""What a file of another kind begins with."""


def read_sound(path: Path) -> Pcm:
    """The sound of a WAV, FLAC or OGG file, mono at `LISTEN_RATE`. Raises SoundFileError."""
    try:
        if path.is_dir():
            raise SoundFileError(f"{path}: this is a folder. Give the sound file in it.")
        if not path.is_file():
            raise SoundFileError(f"{path}: there is no such file.")
        if path.stat().st_size == 0:
            raise SoundFileError(f"{path}: the file is empty (0 bytes). Record it again.")
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except (soundfile.SoundFileError, ValueError, TypeError) as error:
        raise SoundFileError(f"{path}: {_not_sound(path, error)}") from error
    if not len(samples):
        raise SoundFileError(f"{path}: the file holds no sound. Record it again.")
    mono = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0).mean(axis=1)
    if rate != LISTEN_RATE:
        mono = soxr.resample(mono, rate, LISTEN_RATE)
    return Pcm.from_float(mono)


def write_wav(path: Path, sound: Pcm) -> None:
    """Write a 16-bit WAV, whole or not at all. Raises SoundFileError."""
    check_folder(path)
    final = path.resolve()  # what a link points to is written, and the link stays
    part = _part(final)
    try:
        soundfile.write(part, sound.samples, sound.rate, format="WAV", subtype="PCM_16")
        part.replace(final)
    except (OSError, soundfile.SoundFileError) as error:
        raise SoundFileError(f"{path}: cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def check_folder(path: Path) -> None:
    """Raise SoundFileError where no file can be written to this path."""
    try:
        if path.is_dir():
            raise SoundFileError(f"{path}: this is a folder. Give the name of a file in it.")
        if path.exists() and not path.is_file():
            raise SoundFileError(f"{path}: this is no ordinary file. Give another name.")
        if not path.parent.is_dir():
            raise SoundFileError(f"{path}: there is no folder {str(path.parent)!r}. Make it first.")
        part = _part(path.resolve())
        part.touch()
        part.unlink()
    except OSError as error:
        raise SoundFileError(f"{path}: cannot be written: {error.strerror or error}.") from error


def _part(path: Path) -> Path:
    """Where a file is written before it has its final name."""
    return path.with_name(f".{os.getpid()}.part")


def _not_sound(path: Path, error: Exception) -> str:
    with path.open("rb") as file:
        head = file.read(12)
    for magic, kind in _KINDS.items():
        if head.startswith(magic):
            return f"this is {kind}, not a sound file."
    if head[4:8] == b"ftyp":
        return "this is an MP4 or M4A file. Convert it to WAV first."
    if head[:4] in (b"RIFF", b"RIFX") and head[8:12] == b"WAVE":
        return "this begins as a WAV but is damaged or cut off. Record it again."
    if head.isascii() and all(byte >= ord(" ") or byte in b"\t\r\n" for byte in head):
        return "this is text, not a sound file."
    return f"this is not a sound file ({error})."
