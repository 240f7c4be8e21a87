"""Speech to text by Whisper: the sound of one utterance in, its words out.

What is encoded is the speech with a margin, not Whisper's 30 s; where the words look wrong, the
30 s are run after all. It refuses to know microphones, when an utterance ends, and what is done
with the words.
"""

from __future__ import annotations

import difflib
import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.errors import ConfigError, ModelError
from assistant.interfaces import Transcript
from assistant.listen.transcript_checks import (
    DOUBTFUL_SPEECH,
    Evidence,
    Hypothesis,
    better,
    doubt,
    loops,
    refusal,
    tidy,
)
from assistant.listen.window import FULL_FRAMES, STEP, Stretch, frames_for, padded, pieces
from assistant.modelfiles.store import pull_command

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.config import SttConfig

_FILES = ("model.bin", "config.json", "tokenizer.json")
_SILENCE_DBFS = -75.0
"""Level below which a sound is silence: a 16-bit recording's last bits."""
_LONGEST = 448
"""Tokens that Whisper can hold, prompt and text together."""
_SHORT_S = 10.0
"""Speech up to this is written without times: base has a tenth fewer errors so. Of longer speech
tiny.en then leaves out whole sentences, and with times none."""
_CUT_S = 5.0
"""Sound up to this gets the cut window from a model that hears only English. With longer sound cut
too, tiny.en got 0.8 points more words wrong than with whole windows; this way 0.2. Models of
several languages lose nothing at any length."""
_TOKENS_FREE = 8
_TOKENS_PER_S = {"en": 10}
_TOKENS_PER_S_ELSEWHERE = 25
"""Limit of what is written: quick English takes 6 tokens a second, scripts without an alphabet of
their own among the tokens several for each letter."""
_STEADY = {"beam_size": 5, "no_repeat_ngram_size": 4}
"""The last resort against loops. Other programs draw at random here; this repeats."""


class Whisper:
    """A Whisper model in memory. One call at a time: it lives on a Worker."""

    def __init__(
        self, folder: Path, config: SttConfig, only: Callable[[], str] = lambda: ""
    ) -> None:
        """Load the model from its folder. Raises ModelError, and ConfigError for languages.

        `only` is the one of them to listen for now; empty: all. Asked for each utterance.
        """
        self._model = _load(folder, config)
        self._speech = _load_speech_detector()
        self._languages = _checked(config.languages, self._model.supported_languages, config.model)
        self._tokenizers = {code: _tokenizer(self._model, code) for code in self._languages}
        self._only = only
        self._beam = {"beam_size": config.beam_size}
        longest_cut_s = math.inf if self._model.model.is_multilingual else _CUT_S
        self._longest_cut_s = longest_cut_s if config.cut_window else 0.0
        self.second_looks = 0
        """How often the words looked wrong, so that the sound was looked at again."""

    def warm(self) -> None:
        """Run once on noise, so that the first utterance is not slow. Raises ModelError."""
        noise = np.random.default_rng(0).normal(0, 0.01, LISTEN_RATE)
        self.transcribe(Pcm.from_float(noise.astype(np.float32)))

    def transcribe(self, sound: Pcm) -> Transcript:
        """The words of one utterance, shape (n,), at `LISTEN_RATE` or resampled to it.

        Longer sounds than Whisper's 30 s are taken in pieces, cut in their pauses. Raises
        ModelError.
        """
        if sound.dbfs < _SILENCE_DBFS:
            return Transcript("", 0.0, self._languages[0], "silence")
        samples = sound.resampled(LISTEN_RATE).as_float()
        try:
            return _joined([self._piece(piece) for piece in pieces(samples, self._spoken(samples))])
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"Whisper could not transcribe {sound.seconds:.1f} s: {error}"
            ) from error

    def _spoken(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """How likely each `STEP` of the samples is speech, 0 to 1; about 1 ms for a second."""
        missing = -len(samples) % STEP
        steps = np.pad(samples, (0, missing))  # a copy: the detector writes into what it gets
        return np.asarray(self._speech(steps), np.float32).reshape(-1)

    def _piece(self, piece: Stretch) -> Transcript:
        found = self._first(piece)
        if doubt(found, piece.spoken_s) and _evidence(piece, found).speech >= DOUBTFUL_SPEECH:
            found = self._again(piece, found)
        text = tidy(found.text)
        refused = refusal(text, _evidence(piece, found))
        confidence = min(1.0, math.exp(found.logprob))
        return Transcript("" if refused else text, confidence, found.language, refused)

    def _first(self, piece: Stretch) -> Hypothesis:
        cut = len(piece.samples) / LISTEN_RATE <= self._longest_cut_s
        frames = frames_for(piece.spoken_s) if cut else FULL_FRAMES
        return self._decode(piece, piece.samples[piece.spoken], frames, self._beam)

    def _again(self, piece: Stretch, found: Hypothesis) -> Hypothesis:
        """The best that the whole window yields, or what was found if that is better."""
        self.second_looks += 1
        whole = piece.samples
        found = better(found, self._decode(piece, whole, FULL_FRAMES, self._beam), piece.spoken_s)
        if loops(found.text, piece.spoken_s):
            found = better(found, self._decode(piece, whole, FULL_FRAMES, _STEADY), piece.spoken_s)
        return found

    def _decode(
        self, piece: Stretch, samples: NDArray[np.float32], frames: int, way: dict[str, int]
    ) -> Hypothesis:
        features = self._model.feature_extractor(padded(samples, frames), padding=0)
        encoded = self._model.encode(features[:, :frames])
        language = self._language(encoded)
        tokenizer, suppressed = self._tokenizers[language]
        short = piece.spoken_s < _SHORT_S
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=short)
        pace = _TOKENS_PER_S.get(language, _TOKENS_PER_S_ELSEWHERE)
        longest = len(prompt) + _TOKENS_FREE + round(pace * len(samples) / LISTEN_RATE)
        result = self._model.model.generate(
            encoded,
            [prompt],
            max_length=min(_LONGEST, longest),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=suppressed,
            **way,
        )[0]
        tokens = result.sequences_ids[0]
        text = tokenizer.decode([token for token in tokens if token < tokenizer.eot])  # no times
        # The score is a mean without the end token; Whisper's thresholds are for a mean with it.
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        return Hypothesis(text.strip(), logprob, result.no_speech_prob, language)

    def _language(self, encoded: Any) -> str:  # noqa: ANN401  # CTranslate2 has no types
        if (only := self._only()) in self._tokenizers:
            return only
        if len(self._languages) == 1:
            return self._languages[0]
        chances = {
            name[2:-2]: chance for name, chance in self._model.model.detect_language(encoded)[0]
        }
        return max(self._languages, key=lambda code: chances.get(code, 0.0))


def _evidence(piece: Stretch, found: Hypothesis) -> Evidence:
    return Evidence(piece.peak, found.no_speech, found.logprob)


def _joined(parts: Sequence[Transcript]) -> Transcript:
    """One transcript of the pieces of a long sound; refused where all of them were."""
    said = [part for part in parts if part.text]
    if not said:
        return parts[0]
    if len(said) == 1:
        return said[0]
    confidence = math.fsum(part.confidence for part in said) / len(said)
    return Transcript(" ".join(part.text for part in said), confidence, said[0].language)


def _load(folder: Path, config: SttConfig) -> Any:  # noqa: ANN401  # faster-whisper has no types
    from faster_whisper import WhisperModel  # noqa: PLC0415  # takes a second

    for name in _FILES:  # without its tokenizer, faster-whisper would go and download one
        if not (folder / name).is_file():
            raise ModelError(
                f"{folder}: {name} is missing, so this is no whole Whisper model. "
                f"Fetch it again with: {pull_command(config.model, folder.parent)}"
            )
    try:
        return WhisperModel(
            str(folder),
            device="cpu",
            compute_type=config.compute_type,
            cpu_threads=config.threads or min(4, os.cpu_count() or 1),
            local_files_only=True,
        )
    except Exception as error:  # three libraries load files here, each with errors of its own
        raise ModelError(
            f"{folder}: the Whisper model does not load: {error}. "
            f"Fetch it again with: {pull_command(config.model, folder.parent)}"
        ) from error


def _load_speech_detector() -> Any:  # noqa: ANN401  # faster-whisper has no types
    from faster_whisper.vad import get_vad_model  # noqa: PLC0415  # takes a second

    try:
        return get_vad_model()
    except Exception as error:  # onnxruntime raises classes of its own without a common base
        raise ModelError(f"The voice-activity model does not load: {error}") from error


def _tokenizer(model: Any, language: str) -> tuple[Any, Sequence[int]]:  # noqa: ANN401  # the same
    """The tokenizer for a language, and the tokens that must not be written."""
    from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415  # takes a second
    from faster_whisper.transcribe import get_suppressed_tokens  # noqa: PLC0415  # the same

    multilingual = model.model.is_multilingual
    tokenizer = Tokenizer(model.hf_tokenizer, multilingual, task="transcribe", language=language)
    return tokenizer, get_suppressed_tokens(tokenizer, [-1])


def _checked(wanted: Sequence[str], known: Sequence[str], model: str) -> list[str]:
    """The languages in the order wanted, each once. Raises ConfigError."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES  # noqa: PLC0415  # takes a second

    for code in wanted:
        if code not in _LANGUAGE_CODES:
            near = difflib.get_close_matches(code.lower()[:3], _LANGUAGE_CODES, 3, 0.4)
            raise ConfigError(
                f"[stt] languages has {code!r}, which Whisper does not know. Use ISO 639-1 codes"
                + (f": did you mean {' or '.join(map(repr, near))}?" if near else ".")
            )
        if code not in known:
            raise ConfigError(
                f"[stt] model {model} hears only English, but [stt] languages has {code!r}. "
                'Choose base, or languages = ["en"].'
            )
    return list(dict.fromkeys(wanted))
