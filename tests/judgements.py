"""Judgements on what was recorded and asked: when a reply was silent, softer, or whole.

Flows in: recordings of the speaker, texts of requests. Flows out: times, lengths, levels, verdicts.
It refuses to know who spoke, and waits for nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from soundcard import Recording

SILENT = 0.005
"""Part of full scale up to which the speaker counts as silent."""
HUSHED_S = 0.5
"""Seconds of silence after which a reply that was spoken over has stopped: longer than the pauses
between the sentences of the voice."""
LISTENED_S = 2.0
"""Seconds of a reply that are heard before it is spoken over."""
LOWER = 0.5
"""Part of its usual level below which a reply is lowered: 6 dB."""
KNOWN = 0.7
"""Part of a phrase's words that must be in a request for the phrase to be in it: the transcription
may get a word wrong."""


@dataclass(frozen=True, slots=True)
class HeardOut:
    """A reply that was heard to its end."""

    lasted_s: float
    """Seconds from its first loud sample to the last."""
    sounded_s: float
    """Seconds of these in which it was not silent."""
    longest_gap_s: float
    """Seconds of its longest silence."""
    last_db: float
    """How loud its last `LISTENED_S` were beside its first, in decibels."""
    asked: tuple[str, ...]
    """The questions of the requests that were made while it was heard."""


def hushed(room: Recording, after: float) -> float | None:
    """When the speaker's last loud sample before `HUSHED_S` of silence sounded; None: never."""
    start = room.index_of(after)
    samples = room.sound.samples[start:]
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > SILENT * 32_768)
    edges = np.concatenate([[0], loud, [len(samples)]])
    long = np.flatnonzero(np.diff(edges) > HUSHED_S * LISTEN_RATE)
    return room.time_of(start + int(edges[long[0]])) if len(long) else None


def lowered_at(room: Recording, first: float, start: float, stopped: float) -> tuple[float, float]:
    """When a reply became softer for good, and for how many seconds its own dips last on average.

    It has begun at `first`, was spoken over from `start` on, and was silent at `stopped`. Its usual
    level is the median of the peaks in 10 ms, over what sounded before `start`. From any moment,
    the last piece at more than `LOWER` of it lies as far back as its dips last: so much too early
    the moment is found.
    """
    length = LISTEN_RATE // 100
    begin = room.index_of(first)
    samples = room.sound.samples[begin : room.index_of(stopped) + length]
    whole = len(samples) // length * length
    peaks = np.abs(samples[:whole].astype(np.int32)).reshape(-1, length).max(axis=1)
    before = peaks[: (room.index_of(start) - begin) // length]
    usual = LOWER * float(np.median(before[before > SILENT * 32_768]))
    last = int(np.flatnonzero(peaks > usual)[-1])
    loud = np.flatnonzero(before > usual)
    since = (
        np.arange(len(before)) - loud[np.searchsorted(loud, np.arange(len(before)), "right") - 1]
    )
    dips_s = float(since[loud[0] :].mean()) * length / LISTEN_RATE
    return room.time_of(begin + (last + 1) * length), dips_s


def judged(sound: Pcm, asked: tuple[str, ...]) -> HeardOut:
    """What became of a reply, by its sound from its first loud sample on."""
    length = LISTEN_RATE // 100
    whole = len(sound.samples) // length * length
    peaks = np.abs(sound.samples[:whole].astype(np.int32)).reshape(-1, length).max(axis=1)
    loud = np.flatnonzero(peaks > SILENT * 32_768)
    ended = int(loud[-1]) + 1
    usual = np.percentile(peaks[: round(LISTENED_S * 100)], 90)
    last = np.percentile(peaks[max(0, ended - round(LISTENED_S * 100)) : ended], 90)
    return HeardOut(
        lasted_s=ended / 100,
        sounded_s=len(loud) / 100,
        longest_gap_s=float(np.diff(loud).max(initial=1) - 1) / 100,
        last_db=float(20 * np.log10(last / usual)),
        asked=asked,
    )


def holds(asked: str, text: str) -> bool:
    """Whether a request's question has each part of a text, the parts being set off by commas."""
    there = Counter(words(asked))
    parts = [Counter(words(part)) for part in text.split(",")]
    return all((part & there).total() >= KNOWN * part.total() for part in parts)


def words(text: str) -> list[str]:
    """What counts when two texts are compared: numbers and short forms in one spelling."""
    return str(_NORMALISE(text)).split()


_NORMALISE = EnglishTextNormalizer()
