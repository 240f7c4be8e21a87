"""From the end of speech to the first sound of the reply, through a virtual sound card.

The program runs as a person runs it; a gateway on this machine waits 300 ms and then streams 60
tokens a second. The time is taken outside of the program, from the last loud sample at the
microphone to the first loud sample at the speaker; the split by stage is the program's own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from rich.progress import track
from rich.table import Table
from running import ROOT, Running, clean_env
from soundcard import VirtualSoundCard

from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.config import TtsConfig
from assistant.modelfiles.store import default_store
from assistant.speak.piper import Piper

QUESTIONS = (
    "Why is the sky blue?",
    "Who wrote Romeo and Juliet?",
    "What is the capital of Australia?",
    "How far away is the moon?",
    "Can you tell me a short story?",
)
INSTANT = ("What time is it?", "What day is it today?", "Tell me the time.")
STAGES = ("endpoint_ms", "stt_ms", "first_token_ms", "first_clause_ms", "tts_ms")
PORT = 8799
OUT = Console(width=110)


@dataclass
class Measured:
    """What one scenario took, in milliseconds, a value a turn."""

    outside: list[float] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)
    wrong: int = 0
    """Turns whose question was not heard as it was asked."""


def main() -> None:
    """Measure and print the table."""
    options = arguments()
    voice = Piper(default_store().require("en_US-joe-medium", "tts"), TtsConfig())
    stages = [stage.removesuffix("_ms") for stage in STAGES]
    table = Table(
        *("Model", "Path", "Median", "90 %", *stages, "Misheard"),
        title=f"End of speech to first sound, ms, {options.turns} turns each",
    )
    idle = Table("Model", "CPU of one core", "Memory", title="Listening to silence")
    with gateway():
        for model in options.models:
            with ExitStack() as stack:
                card = stack.enter_context(VirtualSoundCard())
                running = stack.enter_context(start(model, card, options.set))
                running.wait_for("ready")
                cpu, memory = at_rest(running, options.idle_s)
                idle.add_row(model, f"{cpu:.1f} %", f"{memory:.0f} MB")
                for path, texts in (("gateway", QUESTIONS), ("instant", INSTANT)):
                    sounds = [(text, trimmed(voice, text)) for text in texts]
                    measured = turns(card, running, sounds, options.turns, f"{model} {path}")
                    add(table, model, path, measured)
    OUT.print(table)
    OUT.print(idle)
    OUT.print(machine())


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--idle-s", type=float, default=20.0)
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    return parser.parse_args()


class gateway:  # noqa: N801  # reads as what it gives
    """The test gateway, as a process of its own."""

    def __enter__(self) -> None:
        """Start it and wait until it listens."""
        server = str(ROOT / "tests" / "gateway_server.py")
        command = [sys.executable, server, "--port", str(PORT)]
        command += ["--first-token-ms", "300", "--tokens-per-s", "60"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def start(model: str, card: VirtualSoundCard, settings: list[str]) -> Running:
    """The program, as `make run` starts it, with the card and the gateway."""
    values = [f"gateway.base_url=http://127.0.0.1:{PORT}/v1", f"stt.model={model}", *settings]
    flags = [part for value in values for part in ("--set", value)]
    return Running(["run", *flags], clean_env(**card.env))


def at_rest(running: Running, seconds: float) -> tuple[float, float]:
    """Percent of one core and megabytes of memory, while nobody speaks."""
    process = psutil.Process(running.process.pid)
    process.cpu_percent()
    time.sleep(seconds)
    return process.cpu_percent(), process.memory_info().rss / 1e6


def turns(
    card: VirtualSoundCard,
    running: Running,
    sounds: list[tuple[str, Pcm]],
    count: int,
    name: str,
) -> Measured:
    """Ask so many questions, one after the other."""
    measured = Measured()
    with card.record() as room:
        for number in track(range(count + 1), name, console=Console(stderr=True)):
            text, sound = sounds[number % len(sounds)]
            seen = len(running.events)
            said = card.say(sound)
            turn = running.wait_for("turn", seen)
            first = room.first_sound_after(said.end)
            time.sleep(0.8)  # a person does not ask again in the same moment
            if number == 0 or first is None:  # the first turn warms what a day's first turn warms
                continue
            measured.outside.append((first - said.end) * 1000)
            for stage in STAGES:
                if turn[stage] is not None:
                    measured.stages.setdefault(stage, []).append(turn[stage])
            heard = [e["text"] for e in running.events[seen:] if e["event"] == "heard"]
            measured.wrong += words(text) != words(" ".join(heard))
    return measured


def words(text: str) -> list[str]:
    """What counts when two texts are compared."""
    return "".join(char for char in text.lower() if char.isalnum() or char == " ").split()


def trimmed(voice: Piper, text: str) -> Pcm:
    """The question up to its last loud sample."""
    sound = Pcm.join(voice.pieces(text)).resampled(LISTEN_RATE)
    loud = np.flatnonzero(np.abs(sound.samples) > 0.01 * 32_768)
    return Pcm(sound.samples[: loud[-1] + 1])


def add(table: Table, model: str, path: str, measured: Measured) -> None:
    """One row: the whole, and the median of each stage."""
    figures = measured.outside
    table.add_row(
        model,
        path,
        f"{statistics.median(figures):.0f}",
        f"{percentile(figures, 90):.0f}",
        *(
            f"{statistics.median(measured.stages[stage]):.0f}" if stage in measured.stages else ""
            for stage in STAGES
        ),
        f"{measured.wrong} of {len(figures)}",
    )


def percentile(figures: list[float], percent: float) -> float:
    """By linear interpolation."""
    return float(np.percentile(figures, percent))


def machine() -> str:
    """What it was measured on."""
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return f"{names[0] if names else 'unknown'}, {os.cpu_count()} cores, load {load:.1f}"


if __name__ == "__main__":
    main()
