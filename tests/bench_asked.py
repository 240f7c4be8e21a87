"""Questions: how soon they are answered, whether whole, what each part is worth, what it costs.

Flows in: the bench. Flows out: rows of the table. It refuses to know how they are shown.
"""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING

from bench_figures import Line, Section, spread
from bench_stage import (
    NO_RIVAL,
    OURS,
    RIVAL,
    SPEECH,
    STAGES,
    Answered,
    Bench,
    Contender,
    answered,
    in_turns,
)
from bench_voices import INSTANT, QUESTIONS, hesitant
from judgements import holds, words
from scenes import PAUSE_S, Idle, idle
from soundcard import VirtualSoundCard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMER = "Set a timer for ten minutes."
EDGE_S = 0.25
"""Seconds of a sound's edges that need not be transcribed: less than any half of a question."""
TINY, BASE = "tiny.en", "base"
PARTS = {
    "as it is": (),
    "no early request": ("conversation.early_requests=0",),
    "Whisper's full window": ("stt.cut_window=false",),
    "no turn-end model": ('endpoint.turn_end=""',),
    "700 ms of silence": (
        *('endpoint.turn_end=""', "endpoint.finished_ms=700", "endpoint.hangover_ms=700"),
    ),
    "no echo canceller": ("audio.echo=false",),
    "the reply in one piece": ("gateway.stream=false",),
}
"""Settings that take one part away."""


def short(bench: Bench, section: Section) -> None:
    """A short question by the gateway, beside the rival."""
    sounds = bench.voices.say(QUESTIONS)
    contenders = {f"{OURS} {model}": (Contender(OURS, model), sounds) for model in (TINY, BASE)}
    if bench.rivals:
        contenders[f"{RIVAL} {TINY}"] = (Contender(RIVAL, TINY), sounds)
    else:
        section.notes.append(NO_RIVAL)
    with VirtualSoundCard() as card:
        found = in_turns(bench, card, contenders, bench.count(20))
    rival = waits(found.get(f"{RIVAL} {TINY}", []))
    for name, every in found.items():
        line = waited(name, every)
        figures = waits(every)
        if rival and figures:
            line["to pipecat's"] = statistics.median(figures) / statistics.median(rival)
        section.lines.append(line)
        keep_wrong(section, name, every, slow_ms=1500)
    section.notes.append(
        "devices: what the sound devices and buffers add to the program's own time"
    )


def instant(bench: Bench, section: Section) -> None:
    """A question that is answered without the gateway."""
    _without_gateway(bench, section, INSTANT)


def timer(bench: Bench, section: Section) -> None:
    """An order that is carried out without the gateway, and kept before it is confirmed."""
    _without_gateway(bench, section, (TIMER,))


def _without_gateway(bench: Bench, section: Section, texts: Sequence[str]) -> None:
    sounds = bench.voices.say(texts)
    contenders = {f"{OURS} {model}": (Contender(OURS, model), sounds) for model in (TINY, BASE)}
    with VirtualSoundCard() as card:
        found = in_turns(bench, card, contenders, bench.count(20), block=10)
    for name, every in found.items():
        section.lines.append(waited(name, every, instant=True))
        keep_wrong(section, name, every, slow_ms=700)


def paused(bench: Bench, section: Section) -> None:
    """A question in the middle of which somebody stops to think."""
    sounds = hesitant(bench.voices, PAUSE_S)
    lengths = {text: sound.seconds for text, sound in sounds}
    plans = {
        f"{OURS} {BASE}": (Contender(OURS, BASE), bench.count(100)),
        f"{OURS} {BASE}, interruptible": (Contender(OURS, BASE, SPEECH), bench.count(30)),
    }
    if bench.rivals:
        plans[f"{RIVAL} {TINY}"] = (Contender(RIVAL, TINY), bench.count(10))
    else:
        section.notes.append(NO_RIVAL)
    with VirtualSoundCard() as card:
        for name, (who, count) in plans.items():
            with bench.stage(card, who) as stage:
                every = answered(stage, sounds, count, name)
            section.lines.append(wholeness(name, every, lengths))
            for answer in every:
                turn = answer.turn
                if is_whole(answer, lengths[turn.text]):
                    continue
                if who.name == OURS:
                    section.wrong(name, answer.events, text=turn.text, asked=turn.asked)
                section.notes.append(
                    f"{name}: {turn.text!r}: waited {turn.wait_s:.2f} s, asked {turn.asked}"
                    if turn.wait_s is not None
                    else f"{name}: {turn.text!r}: no reply, asked {turn.asked}"
                )
    section.notes.append(f"{len(sounds)} different questions, each with {PAUSE_S} s of silence")


def parts(bench: Bench, section: Section) -> None:
    """The short question with each part taken away."""
    sounds = bench.voices.say(QUESTIONS)
    count = bench.count(20)
    contenders = {
        name: (Contender(OURS, BASE, settings), sounds) for name, settings in PARTS.items()
    }
    with VirtualSoundCard() as card:
        found = in_turns(bench, card, contenders, count, block=10)
    usual = statistics.median(waits(found["as it is"]))
    for name, every in found.items():
        line = waited(name, every)
        line["more ms"] = statistics.median(waits(every)) - usual
        section.lines.append(line)
    section.notes.append(f"With {BASE}. Clauses have no setting; the last line waits for it all.")


def costs(bench: Bench, section: Section) -> None:
    """Processor and memory, while nobody speaks and for a turn."""
    wake = ("wake.word=hey_jarvis",)
    who = {
        f"{OURS} {TINY}, hands-free": Contender(OURS, TINY),
        f"{OURS} {BASE}, hands-free": Contender(OURS, BASE),
        f"{OURS} {TINY}, wake word": Contender(OURS, TINY, wake),
        f"{OURS} {BASE}, wake word": Contender(OURS, BASE, wake),
    }
    if bench.rivals:
        who[f"{RIVAL} {TINY}"] = Contender(RIVAL, TINY)
    else:
        section.notes.append(NO_RIVAL)
    sounds = bench.voices.say(QUESTIONS)
    seconds = 10.0 if bench.wishes.quick else 30.0
    with VirtualSoundCard() as card:
        for name, contender in who.items():
            with bench.stage(card, contender) as stage:
                fresh = idle(stage.assistant, seconds)
                every: list[Answered] = []
                if not contender.settings:
                    every = answered(stage, sounds, bench.count(5), name)
                section.lines.append(cost(name, fresh, idle(stage.assistant, seconds), every))


def cost(name: str, fresh: Idle, later: Idle, every: Sequence[Answered]) -> Line:
    """A line of what it costs."""
    spent = [answer.turn.cpu_s for answer in every]
    return {
        "who": name,
        "idle, % of a core": fresh.cpu_percent,
        "after some turns": later.cpu_percent,
        "MB": fresh.megabytes,
        "MB after": later.megabytes,
        "CPU s a turn": statistics.median(spent) if spent else None,
    }


def waits(every: Sequence[Answered]) -> list[float]:
    """Milliseconds of each turn that was answered after its end."""
    return [answer.wait_ms for answer in every if answer.wait_ms is not None]


def waited(name: str, every: Sequence[Answered], *, instant: bool = False) -> Line:
    """A line of how long it took and where the time went: medians."""
    line: Line = {"who": name, "turns": len(every), **spread(waits(every))}
    found = [answer.stages for answer in every]
    for stage in STAGES[:-1]:
        figures = [stages[stage] for stages in found if stage in stages]
        column = stage.removesuffix("_ms").replace("_", " ")
        line[column] = statistics.median(figures) if figures else None
    devices = [
        answer.wait_ms - answer.stages["first_sound_ms"]
        for answer in every
        if answer.wait_ms is not None and answer.stages
    ]
    line["devices"] = statistics.median(devices) if devices else None
    wrong = [answer.turn for answer in every if misheard(answer)]
    line["misheard"] = f"{len(wrong)}/{len(every)}"
    line["no reply"] = sum(answer.wait_ms is None for answer in every)
    if not instant:
        line["requests"] = requests(every)
    line["CPU s"] = statistics.median(answer.turn.cpu_s for answer in every)
    return line


def misheard(answer: Answered) -> bool:
    """Whether other words came of it: by the request, or where there was none by what was heard."""
    turn = answer.turn
    if turn.asked:
        return turn.misheard
    heard = [event["text"] for event in answer.events if event["event"] == "heard"]
    return words(" ".join(heard)) != words(turn.text)


def requests(every: Sequence[Answered]) -> str:
    """How many turns made how many requests."""
    counted = Counter(len(answer.turn.asked) for answer in every)
    return ", ".join(f"{number}: {times}x" for number, times in sorted(counted.items()))


def is_whole(answer: Answered, seconds: float) -> bool:
    """Whether it was answered once it was all said, and as one.

    The last request holds all of it; or the sound that was transcribed last, with its pre-roll, is
    as long: words that are misheard were not cut off, and an order may need no request.
    """
    turn = answer.turn
    heard = [event["audio_s"] for event in answer.events if event["event"] == "heard"]
    all_of_it = bool(heard) and heard[-1] >= seconds - EDGE_S
    return turn.whole or (turn.wait_s is not None and turn.wait_s > 0 and all_of_it)


def wholeness(name: str, every: Sequence[Answered], lengths: Mapping[str, float]) -> Line:
    """A line of whether they were answered whole; `lengths`: the seconds of each text's sound."""
    whole = sum(is_whole(answer, lengths[answer.turn.text]) for answer in every)
    return {
        "who": name,
        "whole": f"{whole}/{len(every)}",
        "of these misheard": sum(
            is_whole(answer, lengths[answer.turn.text])
            and bool(answer.turn.asked)
            and not answer.turn.whole
            for answer in every
        ),
        "cut in": sum(answer.turn.cut_in for answer in every),
        "whole at last": sum(
            bool(turn.asked) and holds(turn.asked[-1], turn.text)
            for turn in (answer.turn for answer in every)
        ),
        "no reply": sum(answer.turn.wait_s is None for answer in every),
        **spread(waits(every)),
        "requests a turn": statistics.mean(len(answer.turn.asked) for answer in every),
        "requests": requests(every),
        "CPU s": statistics.median(answer.turn.cpu_s for answer in every),
    }


def keep_wrong(section: Section, name: str, every: Sequence[Answered], slow_ms: float) -> None:
    """Keep the logs of turns without a reply, and of slow ones."""
    for answer in every:
        turn = answer.turn
        if answer.wait_ms is None or answer.wait_ms > slow_ms or misheard(answer):
            section.wrong(
                name, answer.events, text=turn.text, asked=turn.asked, wait_ms=answer.wait_ms
            )
