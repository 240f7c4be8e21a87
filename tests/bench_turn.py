"""What taking turns is worth, row by row of its table, through a virtual sound card.

The program runs as a person runs it, and so does a rival where it is installed; a gateway on this
machine waits 300 ms and then streams 60 tokens a second. All is judged outside of the programs:
sounds in, sounds out, requests at the gateway; the split by stage is our program's own.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import bench_asked
import bench_called
import bench_over
import bench_room
from bench_figures import OUT, Report, Section, machine
from bench_stage import Bench, Wishes
from bench_voices import AUDIO, default_voices
from gateway_aside import GatewayAside

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: dict[str, tuple[str, Callable[[Bench, Section], None]]] = {
    "short": ("a short question, from its end to the first sound", bench_asked.short),
    "instant": ("the same by the instant path", bench_asked.instant),
    "timer": ("a timer, set by the instant path and on the disk", bench_asked.timer),
    "paused": ("a question with a pause in the middle", bench_asked.paused),
    "interrupted": ("a long reply that is spoken over", bench_over.interruptions),
    "echo": ("long replies that the microphone hears, nobody speaks", bench_room.echo),
    "echo-person": ("the same, and somebody speaks over them", bench_room.person),
    "noises": ("noises over a reply", bench_room.bystanders),
    "called": ("the wake word and a question in one breath", bench_called.called),
    "costs": ("processor and memory", bench_asked.costs),
    "parts": ("what each part is worth", bench_asked.parts),
}
ELSEWHERE = (
    "Recorded turns, false cuts and waits: make bench-turn-end. "
    "Hits and false wakes by threshold: make bench-wake."
)


def main() -> None:
    """Measure the rows that are asked for, and print a table of each."""
    options = arguments()
    wishes = Wishes(
        options.turns, options.quick, options.alone, options.minutes, tuple(options.set)
    )
    voices = default_voices(options.audio)
    report = Report(options.json)
    OUT.print(machine())
    if not voices.recorded:
        OUT.print(f"No recordings in {options.audio}: all is said by our own voice.")
    with GatewayAside() as gateway:
        bench = Bench(gateway, voices, wishes)
        for name in options.rows:
            title, measure = ROWS[name]
            with report.section(name, title) as section:
                measure(bench, section)
    OUT.print(ELSEWHERE)
    OUT.print(machine())


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="only these")
    parser.add_argument("--turns", type=int, help="turns of each scene; else by row, 10 to 100")
    parser.add_argument("--minutes", type=float, default=10.0, help="of replies with echo")
    parser.add_argument("--quick", action="store_true", help="few turns, for a first look")
    parser.add_argument("--alone", action="store_true", help="without the rival")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where results go, with logs")
    parser.add_argument("--audio", type=Path, default=AUDIO, help="the folder of recordings")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
