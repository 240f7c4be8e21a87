"""What more than one test file listens with: the real models of `models/`, loaded once.

Whoever runs the tests has fetched them: `make test` does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import SttConfig, TtsConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

MODELS = Path(__file__).resolve().parent.parent / "models"


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder with the model folders."""
    return MODELS


@pytest.fixture(scope="session")
def tiny(models: Path) -> Whisper:
    """Whisper tiny.en, English only, warm."""
    from assistant.listen.whisper import Whisper  # noqa: PLC0415  # a second to import

    whisper = Whisper(models / "faster-whisper-tiny.en", SttConfig(model="tiny.en"))
    whisper.warm()
    return whisper


@pytest.fixture(scope="session")
def base(models: Path) -> Whisper:
    """Whisper base, which hears English and Indonesian here, warm."""
    from assistant.listen.whisper import Whisper  # noqa: PLC0415  # a second to import

    whisper = Whisper(models / "faster-whisper-base", SttConfig(languages=["en", "id"]))
    whisper.warm()
    return whisper


@pytest.fixture(scope="session")
def voice(models: Path) -> Piper:
    """The voice that the program speaks with."""
    from assistant.speak.piper import Piper  # noqa: PLC0415  # half a second to import

    return Piper(models / "en_US-joe-medium" / "en_US-joe-medium.onnx", TtsConfig())


@pytest.fixture(scope="session")
def say(voice: Piper) -> Callable[[str], Pcm]:
    """A text as an utterance: spoken, at `LISTEN_RATE`, with silence around it as from ears."""

    def spoken(text: str) -> Pcm:
        speech = Pcm.join(voice.pieces(text)).resampled(LISTEN_RATE)
        return Pcm.join([Pcm.silence(0.4), speech, Pcm.silence(0.65)])

    return spoken
