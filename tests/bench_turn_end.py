"""False cuts and waits at the end of a turn: plain silence, the melody, the words, and both.

Of each recording, the pauses that the voice detector finds are what a turn could end in. Where the
manifest says that the turn goes on, ending it is a false cut; where it says that it is over, the
silence until it ends is the wait. Pauses count at their own length, and those in a request once
more as if they lasted 1.2 s, as a thinking person's do: only the silence would grow, so nothing
that is decided from the sound before it changes. A second table does the same with sentences of
our own voice, cut in the middle.

The recordings are not part of the project; without them only the second table is made. Run as
`python tests/bench_turn_end.py`.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from bench_stt import FOLDERS, ROOT, load, machine, rows
from piper import PiperVoice, SynthesisConfig
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.config import EndpointConfig, SttConfig, VadConfig
from assistant.errors import ModelError
from assistant.listen.patience import SOUNDS_FINISHED, Patience
from assistant.listen.turn_end import SmartTurn
from assistant.listen.vad import GatedDetector
from assistant.listen.whisper import Whisper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PLAIN_MS = 700
LONG_MS = 1200
ENDPOINT = EndpointConfig()
AS_SET = ENDPOINT.finished_ms, ENDPOINT.hangover_ms
OTHERS = (250, 650), (350, 700), (400, 700), (450, 650)
"""Other `finished_ms` and `hangover_ms`, to show what each millisecond buys."""
VOICED = (
    "Set a timer for|ten minutes.",
    "Remind me to|call my mother.",
    "What's the weather in|Amsterdam?",
    "Add milk and|eggs to the shopping list.",
    "Turn on the|light in the kitchen.",
    "Play some music by|Miles Davis.",
    "Who wrote|the Lord of the Rings?",
    "How many people live in|Berlin?",
    "Wake me up at|seven tomorrow.",
    "Can you tell me|how far away the moon is?",
    "Remind me tomorrow at nine to|take out the trash.",
    "Translate good morning into|French.",
    "How do you say|hello in Spanish?",
    "I need a recipe for|banana bread.",
    "Please|close the window.",
    "The quick brown fox, um,|jumped over the dog.",
)


@dataclass
class Point:
    """A pause, and what was known in it after `pause_ms`."""

    sound: Pcm
    lasts_ms: float | None
    """Until the person goes on; None where that was all."""
    lengthens: bool
    """Whether it counts as a longer pause, too."""
    model: float = 0.0
    model_ms: float = 0.0
    texts: dict[str, tuple[str, float]] = field(default_factory=dict)
    """By Whisper model: the words, and the milliseconds they took."""


def pauses(sound: Pcm) -> Iterator[tuple[Pcm, float | None]]:
    """Each pause: the sound of its turn with `pause_ms` of it, and how long it lasts (ms).

    A turn ends in a pause of `longest_pause_ms`, or where the recording does: None.
    """
    quiet = np.random.default_rng(0).normal(0, 10, 2 * LISTEN_RATE).astype(np.int16)
    samples = np.concatenate([sound.samples, quiet])
    detector = GatedDetector(VadConfig())
    frames = range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    speech = [detector.probability(Pcm(samples[at : at + FRAME_SAMPLES])) for at in frames]
    turn: int | None = None
    onset, silence, found = 0, 0, Pcm.silence(0)
    for frame, chance in enumerate(speech):
        if turn is None:
            onset = onset + 1 if chance >= VadConfig().threshold else 0
            if onset * 10 >= ENDPOINT.onset_ms:
                turn = max(0, frame - (ENDPOINT.preroll_ms + ENDPOINT.onset_ms) // 10)
                silence = 0
        elif chance >= VadConfig().threshold - 0.15:
            if silence * 10 >= ENDPOINT.pause_ms:
                yield found, silence * 10
            silence = 0
        else:
            silence += 1
            if silence * 10 == ENDPOINT.pause_ms:
                found = Pcm(samples[turn * FRAME_SAMPLES : (frame + 1) * FRAME_SAMPLES])
            if silence * 10 == ENDPOINT.longest_pause_ms:
                yield found, None
                turn, onset = None, 0


def recorded(audio: Path, limit: int) -> Iterator[Point]:
    """The pauses of the recorded turns, as the manifest's notes label them."""
    for row in rows(audio, "turn", "en")[:limit]:
        notes = row["notes"]
        if notes.startswith("hesitant"):  # the same recording as the one called COMPLETE
            continue
        for sound, lasts in pauses(load(audio / row["path"])):
            if notes.startswith("isolated"):
                yield Point(sound, None, lengthens=False)
            elif notes.startswith("INCOMPLETE"):
                if lasts is None:
                    yield Point(sound, LONG_MS, lengthens=True)
            elif "COMPLETE" in notes:
                yield Point(sound, lasts, lengthens="pause" in notes and lasts is not None)
            elif lasts is not None:  # read or told: where it stops says nothing
                yield Point(sound, lasts, lengthens=False)


def voiced(limit: int) -> Iterator[Point]:
    """Sentences of our own voice, cut and whole."""
    voice = PiperVoice.load(ROOT / "models" / "en_US-joe-medium" / "en_US-joe-medium.onnx")
    steady = SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0)
    for sentence in VOICED[:limit]:
        for text in (sentence.partition("|")[0], sentence.replace("|", " ")):
            chunks = voice.synthesize(text, steady)
            speech = np.concatenate([chunk.audio_float_array for chunk in chunks])
            loud = np.flatnonzero(np.abs(speech) > 0.01)
            said = Pcm.from_float(speech[loud[0] : loud[-1]], voice.config.sample_rate)
            around = Pcm.silence(0.4), Pcm.silence(ENDPOINT.pause_ms / 1000)
            sound = Pcm.join([around[0], said.resampled(LISTEN_RATE), around[1]])
            cut = "|" in sentence and sentence.startswith(text)
            yield Point(sound, LONG_MS if cut else None, lengthens=cut)


def look(points: Iterable[Point], what: str, model: SmartTurn, stt: dict[str, Whisper]) -> None:
    """Let every model see every pause."""
    for point in track(list(points), what, console=Console(stderr=True)):
        started = perf_counter()
        point.model = model.finished(point.sound)
        point.model_ms = (perf_counter() - started) * 1000
        for name, whisper in stt.items():
            started = perf_counter()
            text = whisper.transcribe(point.sound).text
            point.texts[name] = text, (perf_counter() - started) * 1000


Way = tuple[str, "Callable[[Point], float]", "Callable[[Point], float]"]
"""Its name, the silence it waits for (ms), and the silence when it knows that (ms)."""


def ways(stt: Iterable[str]) -> Iterator[Way]:
    """What is compared; of both together, the settings' own defaults and others."""
    at_once = ENDPOINT.pause_ms

    def melody(point: Point) -> float:
        sounds = point.model >= SOUNDS_FINISHED
        return ENDPOINT.finished_ms if sounds else ENDPOINT.longest_pause_ms

    yield "melody alone", melody, lambda point: at_once + point.model_ms
    for name in stt:

        def written(point: Point, name: str = name) -> float:
            return at_once + point.texts[name][1]

        def known(point: Point, name: str = name) -> float:
            return at_once + max(point.texts[name][1], point.model_ms)

        def words(point: Point, name: str = name) -> float:
            return Patience(ENDPOINT).wait_ms(point.texts[name][0], None, "en")

        yield f"silence, {name}", lambda _: PLAIN_MS, written
        yield f"words alone, {name}", words, written
        for finished, hangover in dict.fromkeys((AS_SET, *OTHERS)):
            chosen = {"finished_ms": finished, "hangover_ms": hangover}
            patience = Patience(ENDPOINT.model_copy(update=chosen))

            def both(point: Point, name: str = name, patience: Patience = patience) -> float:
                return patience.wait_ms(point.texts[name][0], point.model, "en")

            mark = ", as set" if (finished, hangover) == AS_SET else ""
            yield f"both, {name}, {finished}/{hangover}{mark}", both, known


def report(console: Console, title: str, points: list[Point], stt: Iterable[str]) -> None:
    """One table: how often each way ends a turn that goes on, and how long it waits at true ends.

    "For good" is a cut that `reopen_ms` does not mend, "with deciding" the wait where the words or
    the melody come later than it, on this machine as busy as it is.
    """
    ends = [point for point in points if point.lasts_ms is None]
    own = [p for p in points if p.lasts_ms is not None and p.lasts_ms != LONG_MS]
    longer = [p for p in points if p.lengthens]
    table = Table(title=f"{title}: {len(ends)} ends, {len(own)} pauses, {len(longer)} lengthened")
    for column in ("", "cut in pauses", f"in {LONG_MS} ms", "for good", "wait: mean", "median"):
        table.add_column(column, justify="right")
    for column in ("90 %", "with deciding: median", "90 %"):
        table.add_column(column, justify="right")
    for name, wait, known in ways(stt):
        lasting = [(p, p.lasts_ms or 0) for p in own] + [(p, LONG_MS) for p in longer]
        waits = [wait(p) for p in ends]
        really = [max(wait(p), known(p)) for p in ends]
        figures = [
            sum(wait(p) <= (p.lasts_ms or 0) for p in own),
            sum(wait(p) <= LONG_MS for p in longer),
            sum(wait(p) + ENDPOINT.reopen_ms <= lasts for p, lasts in lasting),
            *(np.mean(waits), *np.quantile(waits, (0.5, 0.9))),
            *np.quantile(really, (0.5, 0.9)),
        ]
        table.add_row(name, *(f"{figure:.0f}" for figure in figures))
    console.print(table)


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=ROOT.parent / "shared" / "audio")
    parser.add_argument("--models", nargs="+", choices=FOLDERS, default=list(FOLDERS))
    parser.add_argument("--limit", type=int, default=10_000, help="most recordings, and sentences")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    folder = ROOT / "models"
    try:
        model = SmartTurn(folder / "smart-turn-v3.2" / "smart-turn-v3.2-cpu.onnx")
        stt = {
            name: Whisper(folder / FOLDERS[name], SttConfig(model=name)) for name in options.models
        }
    except ModelError as error:
        print(error)
        return 1
    model.warm()
    for whisper in stt.values():
        whisper.warm()
    console.print(f"On {machine()}")
    every: list[Point] = []
    if (options.audio / "manifest.tsv").is_file():
        every = list(recorded(options.audio, options.limit))
        look(every, "recorded turns", model, stt)
        report(console, "Recorded turns", every, stt)
    else:
        print(f"{options.audio}: there are no recordings, so only our own voice was measured.")
    own = list(voiced(options.limit))
    look(own, "our own voice", model, stt)
    report(console, "Our own voice, cut in mid-sentence", own, stt)
    took = np.quantile([point.model_ms for point in every + own], (0.5, 0.9))
    console.print(f"A call of the turn-end model: median {took[0]:.0f} ms, 90 % {took[1]:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
