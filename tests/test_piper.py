"""The voice: clips without the silence around them, and what it says when it does not load."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.audio.pcm import Pcm
from assistant.config import TtsConfig
from assistant.errors import ModelError
from assistant.speak.piper import Piper

if TYPE_CHECKING:
    from pathlib import Path

VOICE = "en_US-joe-medium"
SENTENCE = "Six swift foxes leap across the shallow stream."


def test_the_silence_around_a_clip_is_cut(models: Path) -> None:
    """The sound begins and ends within a few hundredths of a second."""
    voice = Piper(models / VOICE / f"{VOICE}.onnx", TtsConfig())
    samples = np.abs(Pcm.join(voice.pieces(SENTENCE)).as_float())
    loud = np.flatnonzero(samples > 0.02 * samples.max())
    assert loud[0] < 0.05 * 22_050
    assert len(samples) - loud[-1] < 0.08 * 22_050


def test_a_voice_that_does_not_load_says_how_to_mend_it(models: Path, tmp_path: Path) -> None:
    """One of ours by the command for its folder; a person's own file is theirs to mend."""
    ours = tmp_path / VOICE / f"{VOICE}.onnx"
    own = tmp_path / "mine.onnx"
    for model in (ours, own):
        model.parent.mkdir(exist_ok=True)
        model.write_bytes(b"this is no model")
        shutil.copy(models / VOICE / f"{VOICE}.onnx.json", f"{model}.json")
    command = f"assistant models pull {VOICE} --set models.folder={tmp_path}"
    with pytest.raises(ModelError, match=f"Mend it with: {re.escape(command)}$"):
        Piper(ours, TtsConfig())
    with pytest.raises(ModelError, match=r"Give \[tts\] voice another file"):
        Piper(own, TtsConfig())
