"""Who is measured, and on what: the program and a rival, each started on a virtual sound card.

Flows in: the command line's wishes. Flows out: stages with a running assistant, and how often each
scene is to be played. It refuses to know the scenes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track
from rival import PYTHON, Rival
from running import Running, clean_env
from scenes import Stage, Turn, ask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from bench_voices import Voices
    from gateway_aside import GatewayAside
    from scenes import Question
    from soundcard import VirtualSoundCard

ERR = Console(stderr=True)
OURS, RIVAL = "ours", "pipecat"
SPEECH = ("conversation.interruption=speech",)
"""A reply that may be spoken over."""
NO_RIVAL = "pipecat was not measured; to install it: make setup-rivals"
STAGES = (
    *("endpoint_ms", "stt_ms", "first_token_ms", "first_clause_ms", "tts_ms", "held_ms"),
    "first_sound_ms",
)
"""Of the event `turn`: where the time went; the last is all of it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for."""

    turns: int | None
    """Turns of each scene; None: as many as each row takes for its figures to mean something."""
    quick: bool
    alone: bool
    """Without the rival."""
    minutes: float
    """Of replies with echo."""
    settings: tuple[str, ...]
    """For each run of the program: `section.key=value`."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Somebody who is measured."""

    name: str
    model: str
    """Of the transcription."""
    settings: tuple[str, ...] = ()
    """Of ours: `section.key=value`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what came of it, and what the assistant told of it."""

    turn: Turn
    events: list[dict[str, Any]]

    @property
    def wait_ms(self) -> float | None:
        """From the end of the question to the first sound, outside of the program."""
        wait_s = self.turn.wait_s
        return None if wait_s is None or wait_s < 0 else wait_s * 1000

    @property
    def stages(self) -> dict[str, float]:
        """Where the time went, as our program tells it; empty of a rival."""
        for event in reversed(self.events):
            if event["event"] == "turn" and event.get("first_sound_ms") is not None:
                return {stage: event[stage] for stage in STAGES if event[stage] is not None}
        return {}


@dataclass(frozen=True, slots=True)
class Bench:
    """What every row is given."""

    gateway: GatewayAside
    voices: Voices
    wishes: Wishes

    @property
    def rivals(self) -> bool:
        """Whether the rival is installed, and wished for."""
        return not self.wishes.alone and (PYTHON.parent.parent / ".installed").exists()

    def count(self, usual: int, quick: int = 3) -> int:
        """How often a scene is played."""
        if self.wishes.turns is not None:
            return self.wishes.turns
        return quick if self.wishes.quick else usual

    @contextmanager
    def stage(self, card: VirtualSoundCard, who: Contender) -> Iterator[Stage]:
        """Somebody, listening on the card."""
        with self._start(card, who) as assistant:
            assistant.wait_for("ready")
            yield Stage(card, self.gateway, assistant)

    def _start(
        self, card: VirtualSoundCard, who: Contender
    ) -> AbstractContextManager[Running | Rival]:
        if who.name == RIVAL:
            whisper = f"faster-whisper-{who.model}"
            return Rival(clean_env(**card.env), self.gateway.base_url, whisper=whisper)
        values = [f"gateway.base_url={self.gateway.base_url}", f"stt.model={who.model}"]
        values += [*who.settings, *self.wishes.settings]
        flags = [part for value in values for part in ("--set", value)]
        return Running(["run", *flags], clean_env(**card.env))


def answered(
    stage: Stage, sounds: Sequence[Question], count: int, name: str, start: int = 0
) -> list[Answered]:
    """Ask so many questions one after the other, from this one on.

    One more is asked first and not counted: it warms what the day's first turn warms.
    """
    found = []
    for number in track(range(start - 1, start + count), name, console=ERR):
        seen = len(stage.assistant.events)
        turn = ask(stage, *sounds[number % len(sounds)])
        found.append(Answered(turn, list(stage.assistant.events[seen:])))
    return found[1:]


def in_turns(
    bench: Bench,
    card: VirtualSoundCard,
    contenders: Mapping[str, tuple[Contender, Sequence[Question]]],
    count: int,
    block: int = 5,
) -> dict[str, list[Answered]]:
    """Ask everybody so many questions, a few at a time by turns, so that all have the same day.

    One at a time runs: two that listen would slow one another down.
    """
    found: dict[str, list[Answered]] = {name: [] for name in contenders}
    for done in range(0, count, block):
        for name, (who, sounds) in contenders.items():
            with bench.stage(card, who) as stage:
                some = min(block, count - done)
                label = f"{name}, {done + 1} to {done + some} of {count}"
                found[name] += answered(stage, sounds, some, label, done)
    return found
