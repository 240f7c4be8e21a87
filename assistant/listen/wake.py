"""The wake word: frames and their probability of speech in, the word that was said out.

It decides what score is enough, and for how long it then listens to none. Audio time is samples
counted, so a recording gives the same result however fast it is fed. It refuses to know how a
score comes about, what is done once it wakes, and what is said around the word.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.audio.pcm import LISTEN_RATE
from assistant.errors import AssistantError, ConfigError
from assistant.listen import wake_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.audio.pcm import Pcm
    from assistant.config import WakeConfig
    from assistant.listen.wake_model import Features, WakeModel

_LOG = logging.getLogger(__name__)
_VOICE = 0.5
"""Probability of speech with which a wake word must agree."""
_VOICE_WITHIN = LISTEN_RATE // 2
"""Samples for which speech counts, half a second: the score lags behind the end of the word."""
_LONG_AGO = 3600 * LISTEN_RATE
"""Samples since something that did not happen."""
_LEAD = 50
"""Features of the quiet before speech that the models hear when it begins."""
_NEAR = 0.6
"""Share of the threshold from which a peak is a near miss; below it, the word has ended."""


@dataclass(slots=True)
class _Watch:
    """One word, and the peak of its score that is under way."""

    model: WakeModel
    threshold: float
    score: float = 0.0
    peak: float = 0.0
    """Highest score since it was last below `_NEAR` of the threshold; 0 where none was."""
    spent: bool = False
    """Whether this peak has woken, or fell into the refractory time."""

    def rise(self, score: float) -> bool:
        """Take the next score; whether it is enough."""
        self.score = score
        if score >= _NEAR * self.threshold:
            self.peak = max(self.peak, score)
        return score >= self.threshold and not self.spent

    @property
    def over(self) -> bool:
        """Whether the peak has passed."""
        return self.peak > 0 and self.score < _NEAR * self.threshold


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A peak that did not wake."""

    word: str
    score: float
    """The highest of the peak, 0 to 1."""
    threshold: float
    """What it missed; where the score is higher, no voice agreed with it."""

    def __str__(self) -> str:
        """As it is logged."""
        why = "no voice with it" if self.score >= self.threshold else "too low"
        return f"{self.word} with {self.score:.2f} of {self.threshold:.2f}, {why}"


class WakeWords:
    """Several wake words at once, on one front end: 0.12 % of a core, and as much for each word.

    The wake word and the voice activity must agree. In the quiet the models rest; the end of it
    they hear when speech begins. With `voice` 0 they neither rest nor ask for a voice.
    """

    def __init__(
        self, models: Sequence[WakeModel], config: WakeConfig, *, voice: float = _VOICE
    ) -> None:
        self._front = wake_model.FrontEnd()
        self._watches = [_Watch(model, _threshold(model, config)) for model in models]
        self._refractory = config.refractory_ms * LISTEN_RATE // 1000
        self._voice = voice
        self._lead: deque[Features] = deque(maxlen=_LEAD)
        self._now = 0
        self._voiced_at = self._woke_at = -_LONG_AGO
        self._resting = True
        self.near_misses = 0
        """Peaks that came near and did not wake; each is logged with its score."""
        self.last_miss: NearMiss | None = None
        """The last of them."""

    @property
    def phrases(self) -> dict[str, str]:
        """What is said for each word: `{"hey_jarvis": "Hey Jarvis"}`."""
        return {watch.model.name: watch.model.phrase for watch in self._watches}

    @property
    def thresholds(self) -> dict[str, float]:
        """Score from which each word counts."""
        return {watch.model.name: watch.threshold for watch in self._watches}

    @property
    def scores(self) -> dict[str, float]:
        """The latest score of each word, 0 to 1; for tuning."""
        return {watch.model.name: watch.score for watch in self._watches}

    def push(self, frame: Pcm, speech: float) -> str | None:
        """The wake word that ends with this frame, if any; `speech` is how likely it is speech.

        A frame of any length will do, at `LISTEN_RATE`. A `speech` of exactly 0 is a shut gate.
        """
        self._now += len(frame.samples)
        if speech >= self._voice:
            self._voiced_at = self._now
        features = self._front.push(frame)
        if speech <= 0 and self._voice > 0:
            self._rest()
            self._lead.extend(features)
            return None
        if self._resting:
            self._resting = False
            features = [*self._lead, *features]
            self._lead.clear()
        woken = [watch for step in features for watch in self._hear(step)]
        if not woken:
            return None
        self._woke_at = self._now
        for watch in self._watches:
            watch.spent = watch.peak > 0
        return max(woken, key=lambda watch: watch.score - watch.threshold).model.name

    def reset(self) -> None:
        """Forget what came before, the refractory time too."""
        self._rest()
        self._front.reset()
        self._lead.clear()
        self._voiced_at = self._woke_at = self._now - _LONG_AGO

    def _hear(self, features: Features) -> list[_Watch]:
        """The words that end with these features."""
        refractory = self._now - self._woke_at < self._refractory
        voiced = self._now - self._voiced_at <= _VOICE_WITHIN
        woken = []
        for watch in self._watches:
            score = watch.model.push(features)
            if score is None:
                continue
            if watch.rise(score):
                if refractory:
                    watch.spent = True
                elif voiced:
                    woken.append(watch)
            if watch.over:
                self._end(watch)
        return woken

    def _rest(self) -> None:
        """Forget what the models heard: half a second of lead alone would not wash it out."""
        if self._resting:
            return
        self._resting = True
        for watch in self._watches:
            watch.score = 0.0
            watch.model.reset()
            if watch.over:
                self._end(watch)

    def _end(self, watch: _Watch) -> None:
        """The peak is over: a near miss, unless it woke."""
        if not watch.spent:
            self.near_misses += 1
            self.last_miss = NearMiss(watch.model.name, watch.peak, watch.threshold)
            _LOG.info("near miss: %s", self.last_miss)
        watch.peak = 0.0
        watch.spent = False


def load(config: WakeConfig) -> tuple[list[WakeModel], list[AssistantError]]:
    """The models of `[wake] word`, and what is wrong with those that do not load.

    A text may name several with commas between them, as on the command line.
    Raises ConfigError for a threshold of a word that there is not, and for two words of a name.
    """
    words = config.word.split(",") if isinstance(config.word, str) else config.word
    words = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    names = [wake_model.name_of(word) for word in words]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f"[wake] word: {name!r} is there {names.count(name)} times. Rename a model's .json"
            )
    able = wake_model.known() | dict.fromkeys(names, Path())
    for name in config.thresholds:
        if wake_model.name_of(name) not in able:
            raise ConfigError(
                f"[wake] thresholds: there is no wake word {name!r}. {wake_model.near(name, able)}"
            )
    models: list[WakeModel] = []
    errors: list[AssistantError] = []
    for word in words:
        try:
            models.append(wake_model.load(word))
        except AssistantError as error:
            errors.append(error)
    return models, errors


def _threshold(model: WakeModel, config: WakeConfig) -> float:
    given = {wake_model.name_of(name): value for name, value in config.thresholds.items()}
    return given.get(model.name, model.cutoff)
