"""Speech over the reply: how soon it becomes soft, and silent.

Flows in: the bench. Flows out: rows of the table. It refuses to know how they are shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench_figures import Line, Section, spread
from bench_stage import ERR, NO_RIVAL, OURS, RIVAL, SPEECH, Bench, Contender
from bench_voices import QUESTIONS, overs
from judgements import holds
from rich.progress import track
from scenes import DRONE, Interrupted, interrupted
from soundcard import VirtualSoundCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenes import Stage

LATE_S = 0.4
"""Seconds to silence from which an interruption's log is kept."""


def interruptions(bench: Bench, section: Section) -> None:
    """Somebody speaks over a long reply; no echo."""
    plans = [(Contender(OURS, model, SPEECH), bench.count(20)) for model in ("tiny.en", "base")]
    if bench.rivals:
        plans.append((Contender(RIVAL, "tiny.en"), bench.count(20)))
    else:
        section.notes.append(NO_RIVAL)
    with VirtualSoundCard() as card:
        for who, count in plans:
            name = f"{who.name} {who.model}"
            with bench.stage(card, who) as stage:
                every = spoken_over(bench, stage, section, name, count)
            section.lines.append(over(name, every))
    section.notes.append(
        "ducked: 6 dB lower for good, found so much too early as the reply's own dips last; "
        "understood: a request, or what is answered without one, holds its words"
    )


def spoken_over(
    bench: Bench, stage: Stage, section: Section, name: str, count: int
) -> list[tuple[str, Interrupted]]:
    """So many replies, each spoken over, after one that warms and does not count."""
    (_, story), *_ = bench.voices.say(QUESTIONS[-1:])
    sayings = overs(bench.voices)
    found: list[tuple[str, Interrupted]] = []
    for number in track(range(-1, count), name, console=ERR):
        text, sound = sayings[number % len(sayings)]
        seen = len(stage.assistant.events)
        result = interrupted(stage, story, sound, DRONE)
        events = stage.assistant.events[seen:]
        heard = tuple(event["text"] for event in events if event["event"] == "heard")
        result = replace(result, asked=(*result.asked, *heard))  # some needs no request
        if number >= 0:
            found.append((text, result))
            if result.silent_s is None or result.silent_s > LATE_S or not understood(text, result):
                section.wrong(name, events, text=text, asked=result.asked, after_s=result.silent_s)
    return found


def understood(text: str, result: Interrupted) -> bool:
    """Whether a request holds what was said over the reply."""
    return any(holds(asked, text) for asked in result.asked)


def over(name: str, every: Sequence[tuple[str, Interrupted]]) -> Line:
    """A line of the table."""
    silent = [result.silent_s * 1000 for _, result in every if result.silent_s is not None]
    ducked = [result.ducked_s * 1000 for _, result in every if result.ducked_s is not None]
    quiet, low = spread(silent), spread(ducked)
    return {
        "who": name,
        "times": len(every),
        "silent, median ms": quiet["median ms"],
        "silent, 90 %": quiet["90 % ms"],
        "ducked, median ms": low["median ms"],
        "ducked, 90 %": low["90 % ms"],
        "own dips ms": float(sum(result.dips_s for _, result in every) / len(every) * 1000),
        "went on": sum(result.silent_s is None for _, result in every),
        "understood": f"{sum(understood(text, result) for text, result in every)}/{len(every)}",
    }
