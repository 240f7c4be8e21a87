"""Replies in a room: their own echo, noises, and people who do not mean the assistant.

Flows in: the bench. Flows out: rows of the table. It refuses to know how they are shown.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench_noises import noises
from bench_over import over, spoken_over
from bench_stage import ERR, OURS, SPEECH, Bench, Contender
from bench_voices import QUESTIONS
from judgements import HeardOut, judged
from rich.progress import track
from scenes import STORY, heard_out
from soundcard import VirtualSoundCard

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench_figures import Line, Section


ECHOES = ((-12, 40), (-6, 120), (-12, 120), (-6, 40), (-12, 80), (-6, 80))
"""How loud the speaker is in the microphone (dB), and how late (ms)."""
PERSON_ECHOES = ((-12, 80), (-6, 80))
WHOLE = 0.9
"""Part of its usual sound that a reply must have had to have come to its end: the voice never
speaks a text twice in quite the same time."""
FULL_DB = -6.0
"""Level of a reply's end, beside its beginning, from which it counts as full. Of twelve times that
our voice spoke the story, undisturbed, the end was 0.4 to 3.8 dB softer; turned down it is 14."""
SHORT_STORY = (
    "Once upon a time there was a small grey mouse, who lived under the floor of a mill. Every "
    "night the mouse came out to look for a few grains of wheat. One night it met an old owl, and "
    "the two of them became very good friends. They lived there for many happy years."
)


def echo(bench: Bench, section: Section) -> None:
    """Long replies that the microphone hears, and nobody speaks; each room with a fresh start."""
    (_, question), *_ = bench.voices.say(QUESTIONS[-1:])
    echoes = ECHOES[:2] if bench.wishes.quick else ECHOES
    each_s = 1 if bench.wishes.quick else bench.wishes.minutes * 60 / len(echoes)
    usual_s = length_s(bench, STORY)
    for db, ms in track(echoes, "echo", console=ERR):
        with VirtualSoundCard() as card:
            card.echo(db, ms)
            name = f"{db} dB, {ms} ms"
            with bench.stage(card, Contender(OURS, "base", SPEECH)) as stage:
                heard: list[HeardOut] = []
                cut = 0
                while sum(reply.lasted_s for reply in heard) < each_s:
                    seen = len(stage.assistant.events)
                    reply = heard_out(stage, question, STORY)
                    events = stage.assistant.events[seen:]
                    heard.append(reply)
                    itself = stopped(events) or reply.sounded_s < WHOLE * usual_s
                    cut += itself
                    if itself or reply.asked:
                        section.wrong(name, events, reply=asdict(reply))
                section.lines.append(echoed(name, heard, cut, usual_s))
    section.lines.append(total(section.lines))
    section.notes.append("with base, a fresh start in each room, so that it must find the delay")


def person(bench: Bench, section: Section) -> None:
    """The same rooms, and somebody speaks over the reply."""
    for db, ms in PERSON_ECHOES:
        with VirtualSoundCard() as card:
            card.echo(db, ms)
            name = f"{db} dB, {ms} ms"
            with bench.stage(card, Contender(OURS, "base", SPEECH)) as stage:
                every = spoken_over(bench, stage, section, name, bench.count(10, 2))
            section.lines.append(over(name, every))


def bystanders(bench: Bench, section: Section) -> None:
    """Noises over the reply."""
    (_, question), *_ = bench.voices.say(QUESTIONS[-1:])
    usual_s = length_s(bench, SHORT_STORY)
    with (
        VirtualSoundCard() as card,
        bench.stage(card, Contender(OURS, "base", SPEECH)) as stage,
    ):
        plain = heard_out(stage, question, SHORT_STORY)
        section.lines.append(bystood("nothing", [plain], usual_s, [False]))
        for kind, (level, sounds) in noises(bench.voices).items():
            heard, broken = [], []
            for number in track(range(bench.count(10, 2)), kind, console=ERR):
                name, sound = sounds[number % len(sounds)]
                seen = len(stage.assistant.events)
                reply = heard_out(stage, question, SHORT_STORY, sound)
                events = stage.assistant.events[seen:]
                heard.append(reply)
                broken.append(stopped(events))
                if not went_on(reply, usual_s) or broken[-1]:
                    section.wrong(f"{kind}: {name}", events, reply=asdict(reply))
            section.lines.append(bystood(kind, heard, usual_s, broken))
            section.notes.append(
                f"{kind}, {level:.0f} dBFS: {', '.join(name for name, _ in sounds)}"
            )
    section.notes.append(
        f"went on: to its last word, at {FULL_DB} dB or more at its end, and nothing was asked"
    )


def length_s(bench: Bench, text: str) -> float:
    """Seconds in which a text sounds, silences left out, as our voice speaks it."""
    sound = Pcm.join(bench.voices.piper.pieces(text)).resampled(LISTEN_RATE)
    return judged(sound, ()).sounded_s


def stopped(events: Sequence[dict[str, Any]]) -> bool:
    """Whether the program says that a reply was interrupted."""
    return any(event["event"] == "said" and event["interrupted"] for event in events)


def went_on(reply: HeardOut, usual_s: float) -> bool:
    """Whether a reply came to its end at full volume, and nothing was asked meanwhile."""
    return reply.sounded_s >= WHOLE * usual_s and reply.last_db >= FULL_DB and not reply.asked


def echoed(name: str, heard: Sequence[HeardOut], cut: int, usual_s: float) -> Line:
    """A line of a room."""
    return {
        "echo": name,
        "replies": len(heard),
        "minutes": sum(reply.lasted_s for reply in heard) / 60,
        "self-interruptions": cut,
        "questions of its own": sum(len(reply.asked) for reply in heard),
        "least part heard": min(reply.sounded_s for reply in heard) / usual_s,
        "longest gap s": max(reply.longest_gap_s for reply in heard),
    }


def total(lines: Sequence[Line]) -> Line:
    """All rooms together."""
    summed: Line = {"echo": "all"}
    for key in ("replies", "minutes", "self-interruptions", "questions of its own"):
        summed[key] = sum(float(line[key] or 0) for line in lines)
    return summed


def bystood(kind: str, heard: Sequence[HeardOut], usual_s: float, broken: Sequence[bool]) -> Line:
    """A line of a kind of noise."""
    return {
        "over the reply": kind,
        "went on": f"{sum(went_on(reply, usual_s) for reply in heard)}/{len(heard)}",
        "to the last word": sum(reply.sounded_s >= WHOLE * usual_s for reply in heard),
        "full volume at the end": sum(reply.last_db >= FULL_DB for reply in heard),
        "asked something": sum(bool(reply.asked) for reply in heard),
        "says interrupted": sum(broken),
        "longest gap s": max(reply.longest_gap_s for reply in heard),
        "least part heard": min(reply.sounded_s for reply in heard) / usual_s,
    }
