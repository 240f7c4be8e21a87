"""A voice: one clause of sayable words in, its sound out, by Piper.

Refuses to know: markdown, numbers, where the clause comes from and how it is played.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime

from assistant.audio.pcm import Pcm
from assistant.errors import ModelError
from assistant.modelfiles.store import pull_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.config import TtsConfig

_QUIET = 0.01
"""Of full scale: what counts as the silence that Piper puts around a clip (measured: 32 to 60 ms
before, 100 to 210 ms after)."""
_KEEP_S = 0.01
"""Seconds of that silence which stay, so that no consonant is cut."""
_MOST_THREADS = 2


class Piper:
    """A Piper voice; `pieces` blocks, so it lives on a Worker."""

    def __init__(self, model: Path, config: TtsConfig) -> None:
        from piper import PiperVoice, SynthesisConfig  # noqa: PLC0415  # slow to import
        from piper.config import PiperConfig  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = config.threads or _MOST_THREADS
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False  # it would keep what the longest clause took
        try:
            about = json.loads(model.with_name(model.name + ".json").read_text(encoding="utf-8"))
            self._voice = PiperVoice(
                config=PiperConfig.from_dict(about),
                session=onnxruntime.InferenceSession(
                    str(model), sess_options=options, providers=["CPUExecutionProvider"]
                ),
                download_dir=model.parent,
            )
        except Exception as error:  # json, Piper and onnxruntime each raise classes of their own
            raise ModelError(
                f"The voice {model} does not load: {error}. {_way_out(model)}"
            ) from error
        self._synthesis = SynthesisConfig(
            length_scale=self._voice.config.length_scale / config.speed
        )
        family = about.get("language", {}).get("family")
        self._language = str(family or about["espeak"]["voice"][:2])

    @property
    def language(self) -> str:
        """ISO 639-1 of what it speaks."""
        return self._language

    def warm(self) -> None:
        """Say a word to nobody, so that the first clause is not slower than the next."""
        for _ in self.pieces("Yes."):
            pass

    def pieces(self, text: str) -> Iterator[Pcm]:
        """The sound of a clause, sentence by sentence, without the silence around it."""
        try:
            for chunk in self._voice.synthesize(text, self._synthesis):
                samples = _trimmed(chunk.audio_float_array, chunk.sample_rate)
                if len(samples):
                    yield Pcm.from_float(samples, chunk.sample_rate)
        except (RuntimeError, ValueError, KeyError) as error:
            raise ModelError(f"The voice could not say {text!r}: {error}") from error


def _way_out(model: Path) -> str:
    """What to do about a voice that does not load: ours can be fetched again."""
    if model.parent.name != model.stem:
        return "Give [tts] voice another file, or the name of a voice."
    return f"Mend it with: {pull_command(model.stem, model.parent.parent)}"


def _trimmed(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """The clip from its first to its last loud sample, with a little room."""
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    if not len(loud):
        return samples[:0]
    room = round(_KEEP_S * rate)
    return samples[max(0, loud[0] - room) : loud[-1] + 1 + 3 * room]
