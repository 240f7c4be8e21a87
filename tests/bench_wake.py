"""How often a wake word is heard where it was said, and where it was not; and what it costs.

Recorded: positives, other speech and noise of the shared folder, which are not part of the
project; without them this says so and stops. Synthesised: nothing, but the silence around each
recording. `--long` adds a long recording of other people's speech. Each recording is heard once for
its scores; a table is then counted from these for every threshold, once for the detector as it
ships and once without the agreement of a voice. Run as `python tests/bench_wake.py`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import numpy as np
import soundfile as sf
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import VadConfig, WakeConfig
from assistant.listen import wake
from assistant.listen.vad import GatedDetector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
WORDS = ["hey_jarvis", "okay_nabu", "hey_mycroft", "alexa"]
LEVELS = (0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
SPEECH_FOLDERS = ("wake", "negative", "utterance", "turn", "aec", "noise")
LEAD_S, TAIL_S = 1.0, 1.5
QUIET = WakeConfig(word=WORDS, refractory_ms=0, thresholds=dict.fromkeys(WORDS, 0.999))
"""Wakes of nothing, so that every score is seen."""


@dataclass(frozen=True)
class Heard:
    """A recording, and what each frame of it scored."""

    path: str
    transcript: str
    seconds: float
    scores: dict[str, NDArray[np.float32]]
    """For every word, the score after each frame."""
    wakes: tuple[str, ...]
    """The words that the detector heard as it ships, all listening at once."""

    def said(self, word: str) -> int:
        """How often the word was said, by the transcript."""
        plain = self.transcript.lower().count(word.replace("_", " "))
        return plain if self.path.startswith("wake/") else 0

    @property
    def near(self) -> bool:
        """Whether this is the bare name, which is told apart: a near miss by its nature."""
        return "pv_jarvis" in self.path


def frames(sound: Pcm) -> Iterator[Pcm]:
    """The sound with silence around it, 10 ms at a time."""
    padded = Pcm.join([Pcm.silence(LEAD_S), sound, Pcm.silence(TAIL_S)])
    for start in range(0, len(padded.samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        yield Pcm(padded.samples[start : start + FRAME_SAMPLES])


def detector(config: WakeConfig, **options: float) -> wake.WakeWords:
    """All words at once."""
    models, errors = wake.load(config)
    if errors:
        raise errors[0]
    return wake.WakeWords(models, config, **options)


class Bench:
    """Hears each recording with the detector as it ships, and with one that only scores."""

    def __init__(self, *, voice: bool) -> None:
        self._vad = GatedDetector(VadConfig())
        self._shipped = detector(WakeConfig(word=WORDS), **({} if voice else {"voice": 0.0}))
        self._scorer = detector(QUIET, **({} if voice else {"voice": 0.0}))
        self._voice = voice

    def hear(self, path: str, transcript: str, sound: Pcm) -> Heard:
        """One recording, with nothing remembered of the one before."""
        for part in (self._vad, self._shipped, self._scorer):
            part.reset()
        scores: dict[str, list[float]] = {word: [] for word in WORDS}
        wakes = []
        voiced = 0
        for frame in frames(sound):
            speech = self._vad.probability(frame)
            if word := self._shipped.push(frame, speech):
                wakes.append(word)
            self._scorer.push(frame, speech)
            voiced = LISTEN_RATE // 2 // FRAME_SAMPLES if speech >= 0.5 else voiced - 1
            for name, score in self._scorer.scores.items():
                scores[name].append(score if voiced > 0 or not self._voice else 0.0)
        kept = {name: np.array(values, np.float32) for name, values in scores.items()}
        return Heard(path, transcript, sound.seconds, kept, tuple(wakes))


def count(scores: NDArray[np.float32], threshold: float) -> int:
    """How often it wakes: once a peak, and not in the refractory time that it ships with."""
    refractory = round(WakeConfig().refractory_ms / 1000 / FRAME_S)
    wakes, until, last, spent = 0, 0, -2, False
    for at in np.flatnonzero(scores >= 0.6 * threshold).tolist():
        spent = spent and at == last + 1
        last = at
        if scores[at] >= threshold and not spent:
            spent = True
            if at >= until:
                wakes, until = wakes + 1, at + refractory
    return wakes


def recordings(audio: Path, limit: int) -> list[tuple[str, str, Pcm]]:
    """Path, transcript and sound of every recording, at `LISTEN_RATE`."""
    with (audio / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if r["path"].endswith(".wav")]
    found = []
    for row in [r for r in rows if r["path"].split("/")[0] in SPEECH_FOLDERS][:limit]:
        samples, rate = sf.read(audio / row["path"], dtype="int16", always_2d=True)
        sound = Pcm(samples[:, 0], rate).resampled(LISTEN_RATE)
        found.append((row["path"], row["transcript"], sound))
    return found


def pieces(long: Path | None) -> Iterator[tuple[str, str, Pcm]]:
    """A long recording, a minute at a time."""
    if long is not None:
        for number, block in enumerate(sf.blocks(long, 60 * LISTEN_RATE, dtype="int16")):
            yield f"long/{number:04}", "", Pcm(block)


def table(console: Console, title: str, heard: list[Heard]) -> None:
    """Hits and false wakes of each word by threshold; the shipped threshold is marked."""
    hours = sum(one.seconds for one in heard) / 3600
    shipped = detector(WakeConfig(word=WORDS)).thresholds
    grid = Table(title=f"{title}; {hours:.2f} hours")
    for column in ("word", "threshold", "hits", "false", "an hour", "of bare jarvis"):
        grid.add_column(column, justify="right")
    for word in WORDS:
        said = sum(one.said(word) for one in heard)
        for level in sorted({*LEVELS, shipped[word]}):
            hits = false = bare = 0
            for one in heard:
                wakes = count(one.scores[word], level)
                hits += min(wakes, one.said(word))
                if one.near:
                    bare += wakes
                else:
                    false += max(0, wakes - one.said(word))
            mark = "*" if level == shipped[word] else " "
            row = (word, f"{level:.2f}{mark}", f"{hits}/{said}", str(false), f"{false / hours:.2f}")
            grid.add_row(*row, str(bare), end_section=level == max(LEVELS))
    console.print(grid)


def as_it_ships(console: Console, heard: list[Heard]) -> None:
    """What all words at once came to, with each false wake by its recording."""
    hours = sum(one.seconds for one in heard) / 3600
    said = {word: sum(one.said(word) for one in heard) for word in WORDS}
    hits = dict.fromkeys(WORDS, 0)
    false = []
    for one in heard:
        for word in WORDS:
            wakes = one.wakes.count(word)
            hits[word] += min(wakes, one.said(word))
            false += [f"  {word} at {one.path}"] * max(0, wakes - one.said(word))
    shown = ", ".join(f"{word} {hits[word]}/{said[word]}" for word in WORDS)
    console.print(f"As it ships, all at once: {shown}; {len(false)} false, ", end="")
    console.print(f"{len(false) / hours:.2f} an hour", *false, sep="\n")


def cost(console: Console, babble: Pcm) -> None:
    """Percent of one core for silence and for babble, with one word and with four."""
    silence = Pcm.silence(babble.seconds)
    for name, sound in (("silence", silence), ("babble", babble)):
        vad = GatedDetector(VadConfig())
        heard = [(frame, vad.probability(frame)) for frame in frames(sound)]
        for words, voice in ((WORDS[:1], 0.5), (WORDS, 0.5), (WORDS, 0.0)):
            listening = detector(WakeConfig(word=words), voice=voice)
            started = process_time()
            for frame, speech in heard:
                listening.push(frame, speech)
            share = (process_time() - started) / (len(heard) * FRAME_S)
            how = "resting in the quiet" if voice else "never resting"
            console.print(f"{name}, {len(words)} words, {how}: {100 * share:.2f} % of a core")


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--audio", type=Path, default=ROOT.parent / "shared" / "audio", metavar="PATH"
    )
    parser.add_argument("--long", type=Path, metavar="WAV", help="other speech, 16 kHz mono")
    parser.add_argument("--limit", type=int, default=10_000, help="most recordings")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 110)
    if not (options.audio / "manifest.tsv").is_file():
        print(f"{options.audio}: there are no recordings to measure on, so nothing was measured.")
        return 0
    sounds = recordings(options.audio, options.limit)
    for voice, title in ((True, "With the agreement of a voice"), (False, "Without it")):
        bench = Bench(voice=voice)
        todo = [*sounds, *pieces(options.long)]
        heard = [bench.hear(*one) for one in track(todo, title, console=Console(stderr=True))]
        table(console, title, heard)
        as_it_ships(console, heard)
    talk = [sound for path, _, sound in sounds if path.startswith("utterance/")]
    cost(console, Pcm.join(talk[:40]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
