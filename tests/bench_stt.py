"""How good and how fast the transcription is: the cut window against Whisper's whole 30 s.

Both are run on every recording, one after the other in turn, so that other work on the machine
slows both alike: read the ratio, not the milliseconds. The recordings are not part of the project;
without them this says so and stops. Run as `python tests/bench_stt.py`.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import jiwer
import numpy as np
import soundfile as sf
from rich.console import Console
from rich.progress import track
from rich.table import Table
from whisper_normalizer.english import EnglishTextNormalizer

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import SttConfig
from assistant.errors import ModelError
from assistant.listen.whisper import Whisper

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"base": "faster-whisper-base", "tiny.en": "faster-whisper-tiny.en"}
AUDIO = ROOT.parent / "shared" / "audio"
SHORT_S = 5.0


@dataclass
class Score:
    """What one way of decoding came to."""

    edits: int = 0
    words: int = 0
    refused: int = 0
    times: list[tuple[float, float]] = field(default_factory=list)
    """Length of the recording and time it took, both in seconds."""

    def add(self, reference: str, text: str, seconds: float, took: float) -> None:
        """One recording, with both texts normalised."""
        self.words += len(reference.split())
        if text:
            found = jiwer.process_words(reference, text)
            self.edits += found.substitutions + found.deletions + found.insertions
        else:
            self.edits += len(reference.split())
            self.refused += 1
        self.times.append((seconds, took))

    @property
    def wer(self) -> float:
        """Edits for a hundred reference words."""
        return 100 * self.edits / self.words

    def took(self, longest_s: float = 1e9) -> list[float]:
        """Seconds that each recording up to this length took."""
        return [took for seconds, took in self.times if seconds <= longest_s]


def load(path: Path) -> Pcm:
    """A recording at `LISTEN_RATE`."""
    samples, rate = sf.read(path, dtype="int16")
    return Pcm(samples, rate).resampled(LISTEN_RATE)


def rows(audio: Path, folder: str, language: str) -> list[dict[str, str]]:
    """The manifest's rows of a folder and a language."""
    with (audio / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file, delimiter="\t"))
    return [r for r in every if r["path"].startswith(f"{folder}/") and r["language"] == language]


def ways(with_greedy: bool) -> dict[str, SttConfig]:  # noqa: FBT001  # a command-line switch
    """The configurations that are compared, by name."""
    found = {"full window": SttConfig(cut_window=False), "cut window": SttConfig()}
    if with_greedy:
        found["full, greedy"] = SttConfig(cut_window=False, beam_size=1)
    return found


def machine() -> str:
    """The processor, its cores and how busy they are."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [li for li in info.read_text(encoding="utf-8").splitlines() if "model name" in li]
        model = named[0].partition(":")[2].strip() if named else model
    load_now = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, load {load_now}"


def measure(
    name: str, whispers: dict[str, Whisper], speech: list[dict[str, str]], audio: Path
) -> dict[str, Score]:
    """Every way on every recording; the order changes from one recording to the next."""
    normalise = EnglishTextNormalizer()
    scores = {way: Score() for way in whispers}
    order = list(whispers)
    for row in track(speech, f"{name}: speech", console=Console(stderr=True)):
        sound = load(audio / row["path"])
        for way in order:
            started = perf_counter()
            text = whispers[way].transcribe(sound).text
            took = perf_counter() - started
            scores[way].add(normalise(row["transcript"]), normalise(text), sound.seconds, took)
        order = order[1:] + order[:1]
    return scores


def report(
    console: Console, name: str, whispers: dict[str, Whisper], scores: dict[str, Score]
) -> None:
    """The table of one model; ratios are of summed times, to the full window's."""
    table = Table(title=f"{name}: {len(scores['full window'].times)} recordings")
    columns = ("", "WER %", "≤ 5 s: median ms", "p90", "ratio", "all: median ms", "p90", "ratio")
    for column in (*columns, "second looks", "refused"):
        table.add_column(column, justify="right")
    for way, score in scores.items():
        cells = [way, f"{score.wer:.2f}"]
        for longest in (SHORT_S, 1e9):
            took, full = score.took(longest), scores["full window"].took(longest)
            if not took:
                cells += ["-"] * 3
                continue
            median, p90 = np.quantile(took, (0.5, 0.9)) * 1000
            cells += [f"{median:.0f}", f"{p90:.0f}", f"{sum(took) / sum(full):.2f}"]
        table.add_row(*cells, str(whispers[way].second_looks), str(score.refused))
    console.print(table)


def listen_to_noise(console: Console, name: str, whisper: Whisper, audio: Path, limit: int) -> None:
    """Say how many sounds without speech became a question, and which."""
    noises = rows(audio, "noise", "none")[:limit]
    heard = []
    for row in track(noises, f"{name}: noise", console=Console(stderr=True)):
        transcript = whisper.transcribe(load(audio / row["path"]))
        if transcript.text:
            heard.append(f"  {row['path']}: {transcript.text}")
    console.print(
        f"{name}: {len(heard)} of {len(noises)} noises became a question", *heard, sep="\n"
    )


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--audio", type=Path, default=ROOT.parent / "shared" / "audio", metavar="PATH"
    )
    parser.add_argument("--models", nargs="+", choices=FOLDERS, default=list(FOLDERS))
    parser.add_argument("--limit", type=int, default=10_000, help="most of each kind")
    parser.add_argument("--greedy", action="store_true", help="the full window with beam 1 as well")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 132)
    if not (options.audio / "manifest.tsv").is_file():
        print(f"{options.audio}: there are no recordings to measure on, so nothing was measured.")
        return 0
    console.print(f"On {machine()}")
    speech = [row for row in rows(options.audio, "utterance", "en") if row["transcript"]]
    for name in options.models:
        try:
            whispers = {
                way: Whisper(ROOT / "models" / FOLDERS[name], config)
                for way, config in ways(options.greedy).items()
            }
        except ModelError as error:
            print(error)
            return 1
        for whisper in whispers.values():
            whisper.warm()
        scores = measure(name, whispers, speech[: options.limit], options.audio)
        report(console, name, whispers, scores)
        listen_to_noise(console, name, whispers["cut window"], options.audio, options.limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
