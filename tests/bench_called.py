"""The wake word and a question in one breath.

Flows in: the bench. Flows out: rows of the table. It refuses to know how they are shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_asked import waits
from bench_figures import Line, Section, spread
from bench_stage import OURS, Answered, Bench, Contender, answered
from bench_voices import at_level, dbfs
from judgements import words
from soundcard import VirtualSoundCard

from assistant.audio.pcm import Pcm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench_voices import Voices
    from scenes import Question

CALLED = (
    *("wake.word=hey_jarvis", "wake.follow_up_s=0", "wake.follow_up_question_s=0"),
    "instant.enabled=false",
)
"""It sleeps after each reply, so that each question needs the wake word."""
QUESTIONS = (
    "what's the weather in Jakarta?",
    "what is the capital of Australia?",
    "how far away is the moon?",
    "who wrote Romeo and Juliet?",
    "can you tell me a short story?",
    "is it going to rain in London tomorrow?",
    "add milk and eggs to the shopping list.",
    "remind me to call my mother at seven.",
    "how many people live in Berlin?",
    "turn on the light in the kitchen.",
)
BREATH_S = 0.05
"""Seconds between a recorded wake word and the question that is put behind it."""


def called(bench: Bench, section: Section) -> None:
    """Each way of calling, so many times in all."""
    ways = breaths(bench.voices)
    count = bench.count(100) // len(ways)
    with (
        VirtualSoundCard() as card,
        bench.stage(card, Contender(OURS, "base", CALLED)) as stage,
    ):
        for name, sounds in ways.items():
            every = answered(stage, sounds, max(1, count), name)
            section.lines.append(breath(name, every))
            for answer in every:
                if not understood(answer):
                    turn = answer.turn
                    section.wrong(
                        name, answer.events, text=turn.text, asked=turn.asked, wait_s=turn.wait_s
                    )
                    section.notes.append(
                        f"{name}: {turn.text!r}: waited {turn.wait_s}, asked {turn.asked}"
                    )
    section.notes.append("with base; by threshold: make bench-wake")


def breaths(voices: Voices) -> dict[str, list[Question]]:
    """By way of calling: questions with the wake word in front; their text is without it."""
    ours = voices.say(f"Hey Jarvis, {question}" for question in QUESTIONS)
    ways = {"our voice": list(zip(QUESTIONS, (sound for _, sound in ours), strict=True))}
    calls = [row for row in voices.rows("wake") if row["transcript"] == "hey jarvis"]
    for row in calls:
        sound = voices.recording(row["path"])
        first, last = (float(row[f"speech_{edge}_s"]) for edge in ("start", "end"))
        call = Pcm(sound.samples[max(0, round((first - 0.1) * 16_000)) : round(last * 16_000)])
        name = row["path"].rpartition("/")[2].removesuffix(".wav")
        ways[f"{name} + our voice"] = [
            (text, joined(call, question)) for text, question in voices.say(QUESTIONS)
        ]
    return ways


def joined(call: Pcm, question: Pcm) -> Pcm:
    """A question in one breath with a call, equally loud."""
    return Pcm.join([at_level(call, dbfs(question)), Pcm.silence(BREATH_S), question])


def understood(answer: Answered) -> bool:
    """Whether the question was answered whole, and the wake phrase was off it."""
    asked = answer.turn.asked
    return answer.turn.whole and not called_in(asked[-1])


def called_in(text: str) -> bool:
    """Whether the wake phrase is in a text."""
    return "jarvis" in words(text)


def breath(name: str, every: Sequence[Answered]) -> Line:
    """A line of the table."""
    woken = [any(event["event"] == "woke" for event in answer.events) for answer in every]
    return {
        "who": name,
        "whole": f"{sum(understood(answer) for answer in every)}/{len(every)}",
        "woken": sum(woken),
        "no reply": sum(answer.turn.wait_s is None for answer in every),
        "wake phrase left": sum(
            bool(answer.turn.asked) and called_in(answer.turn.asked[-1]) for answer in every
        ),
        "misheard": sum(answer.turn.misheard for answer in every),
        **spread(waits(every)),
    }
