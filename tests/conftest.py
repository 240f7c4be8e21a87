"""What more than one test file listens with: the real models of `models/`, loaded once.

Whoever runs the tests has fetched them: `make test` does. Each has one thread, for several files
are tested at a time: with more, they would wait for each other busily.
"""

from __future__ import annotations

import signal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import SttConfig, TtsConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

QUIET = 0.01
"""Amplitude below which the voice's clip is not speech yet, or no more."""
MODELS = Path(__file__).resolve().parent.parent / "models"


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Started in the background (`make test &`): programs under test would ignore Ctrl-C as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    *("test_long_speech", "test_spoken_rows", "test_ringer", "test_program", "test_orders_taken"),
    *("test_program_wrong", "test_ringer_ends", "test_whisper", "test_television", "test_doctor"),
    *("test_echo_microphone", "test_room", "test_program_card", "test_follow_up", "test_notices"),
    *("test_turn_overlap", "test_card_speaker", "test_turn_down", "test_orders_live"),
    *("test_card_microphone", "test_bell", "test_turn_taking", "test_echo", "test_turns"),
    *("test_conversation", "test_scenes", "test_gateway_faults", "test_soak_gateway"),
    *("test_bench_sounds", "test_entry"),
)
"""The files that take seconds, those that mostly wait beside those that mostly work."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that at the end no worker is left alone with one."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder with the model folders."""
    return MODELS


@pytest.fixture(scope="session")
def tiny(models: Path) -> Whisper:
    """Whisper tiny.en, English only, warm."""
    from assistant.listen.whisper import Whisper  # noqa: PLC0415  # a second to import

    whisper = Whisper(models / "faster-whisper-tiny.en", SttConfig(model="tiny.en", threads=1))
    whisper.warm()
    return whisper


@pytest.fixture(scope="session")
def base(models: Path) -> Whisper:
    """Whisper base, which hears English and Indonesian here, warm."""
    from assistant.listen.whisper import Whisper  # noqa: PLC0415  # a second to import

    whisper = Whisper(models / "faster-whisper-base", SttConfig(languages=["en", "id"], threads=1))
    whisper.warm()
    return whisper


@pytest.fixture(scope="session")
def voice(models: Path) -> Piper:
    """The voice that the program speaks with."""
    from assistant.speak.piper import Piper  # noqa: PLC0415  # half a second to import

    return Piper(models / "en_US-joe-medium" / "en_US-joe-medium.onnx", TtsConfig(threads=1))


@pytest.fixture(scope="session")
def say(voice: Piper) -> Callable[[str], Pcm]:
    """A text as an utterance: spoken, at `LISTEN_RATE`, with silence around it as from ears.

    The voice without its randomness, so that a text sounds the same in every run.
    """
    from piper import SynthesisConfig  # noqa: PLC0415  # half a second to import

    same = voice._voice  # noqa: SLF001  # the model need not be loaded twice
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)

    @cache
    def spoken(text: str) -> Pcm:
        speech = np.concatenate(
            [chunk.audio_float_array for chunk in same.synthesize(text, steady)]
        )
        loud = np.flatnonzero(np.abs(speech) > QUIET)
        sound = Pcm.from_float(speech[loud[0] : loud[-1]], same.config.sample_rate)
        return Pcm.join([Pcm.silence(0.4), sound.resampled(LISTEN_RATE), Pcm.silence(0.65)])

    return spoken
