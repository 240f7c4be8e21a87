"""Scenes that any voice assistant can be put through: sound in, sound and requests out.

Flows in: a sound card, a gateway, an assistant that runs with both, questions as text and sound.
Flows out: what was heard and asked, and when. It refuses to know what runs behind the card: all is
judged from outside of its process, and the same for ours and for a rival.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import psutil
from judgements import LISTENED_S, SILENT, HeardOut, holds, hushed, judged, lowered_at, words

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import Popen

    from gateway_aside import GatewayAside
    from soundcard import Recording, VirtualSoundCard

Question = tuple[str, Pcm]
"""What is asked: its text, and its sound up to the last loud sample."""

QUIET_S = 3.0
"""Seconds of silence, on both sides, after which a turn is over: longer than a slow assistant takes
to answer the second half of a question that it took for two."""
ANSWER_S = 15.0
"""Seconds in which a reply must begin."""
REPLY_S = 60.0
"""Seconds in which it must end."""
STOP_S = 6.0
"""Seconds in which a reply that is spoken over must stop."""
STORY = "Once upon a time there was a small grey mouse, who lived under the floor of a mill. " * 8
"""A reply of about 40 s."""
DRONE = (
    "We were away a year ago and you were all alone in a lonely valley where a lion lay near a "
    "river and we ran away in the morning rain. "
) * 4
"""A reply of about 25 s in which the voice hardly ever pauses within a sentence: nothing but
voiced sounds, so that it can be seen when its level falls."""
PAUSE_S = 0.8
"""Seconds of silence within a question."""
PAUSED = (
    "Can you tell me, how far away is the moon?",
    "I would like to know, who wrote Romeo and Juliet.",
    "Please tell me a story, about a mouse and a lion.",
    "What is the name, of the tallest mountain in Africa?",
    "How do I cook rice, so that it does not stick?",
    "If it rains tomorrow, what should I wear to work?",
    "Tell me something, about the history of Rome.",
    "When I boil an egg, how many minutes does it take?",
    "What is the difference, between a crocodile and an alligator?",
    "I have two apples, what can I bake with them?",
)
"""Questions in which a person stops to think at the comma."""
INTERRUPTION = "Stop it, please, that is quite enough for today."
"""What is said over a reply."""


class UnderTest(Protocol):
    """An assistant that runs with the card and the gateway; `Running` and `Rival` are such."""

    @property
    def process(self) -> Popen[str]:
        """Its process."""

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it told until now, oldest first; each with `event`, its name, and `at`, its time."""

    def wait_for(self, name: str) -> Any:  # noqa: ANN401  # what comes is not looked at
        """Wait for an event of this name: `ready` once it listens."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene takes place on."""

    card: VirtualSoundCard
    gateway: GatewayAside
    assistant: UnderTest


@dataclass(frozen=True, slots=True)
class Idle:
    """What listening to silence costs."""

    cpu_percent: float
    """Of one core."""
    megabytes: float
    """Resident memory."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it."""

    text: str
    """What was asked."""
    wait_s: float | None
    """Seconds from the last loud sample of the question to the first of the reply; negative where
    it began before the question was over; None: no reply."""
    asked: tuple[str, ...]
    """The questions of the requests that the gateway got, oldest first."""
    cpu_s: float
    """Processor seconds from the question's first sample to `QUIET_S` after the reply."""
    whole: bool
    """Whether it was answered once it was all said, and the last request held all of it."""

    @property
    def cut_in(self) -> bool:
        """Whether it spoke before the question was over."""
        return self.wait_s is not None and self.wait_s < 0

    @property
    def misheard(self) -> bool:
        """Whether the last request was not what was asked, word for word."""
        return not self.asked or words(self.asked[-1]) != words(self.text)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A reply that was spoken over."""

    ducked_s: float | None
    """Seconds from the interruption's first loud sample until the reply was softer by 6 dB or more
    and stayed so; None: never."""
    silent_s: float | None
    """Seconds until its last loud sample; None: it went on."""
    dips_s: float
    """Seconds for which this reply is as soft by itself, on average: `ducked_s` is so uncertain."""
    asked: tuple[str, ...]
    """The questions of the requests that came of it."""


def idle(assistant: UnderTest, seconds: float) -> Idle:
    """Nobody speaks."""
    before, began = cpu_s(assistant), time.monotonic()
    time.sleep(seconds)
    percent = (cpu_s(assistant) - before) / (time.monotonic() - began) * 100
    memory = sum(process.memory_info().rss for process in family(assistant))
    return Idle(percent, memory / 1e6)


def questions(stage: Stage, sounds: Sequence[Question], count: int) -> list[Turn]:
    """Ask so many questions, one after the other, and hear each reply out.

    One more is asked first and not counted: it warms what the day's first turn warms.
    """
    turns = [ask(stage, *sounds[number % len(sounds)]) for number in range(count + 1)]
    return turns[1:]


def ask(stage: Stage, text: str, sound: Pcm) -> Turn:
    """Ask a question, and hear the reply out."""
    began, before = time.monotonic(), cpu_s(stage.assistant)
    with stage.card.record() as room:
        said = stage.card.say(sound)
        first = begins(room, said.start)
        if first is not None:
            ends(room, said.end)
    asked = tuple(stage.gateway.asked_since(began))
    return Turn(
        text=text,
        wait_s=None if first is None else first - said.end,
        asked=asked,
        cpu_s=cpu_s(stage.assistant) - before,
        whole=first is not None and first > said.end and bool(asked) and holds(asked[-1], text),
    )


def spoken_over(stage: Stage, question: Pcm, interruption: Pcm) -> float | None:
    """Ask for a story and speak over it; seconds from the interruption to silence, None: never.

    Counted from the interruption's first loud sample to the reply's last one.
    """
    return interrupted(stage, question, interruption, STORY).silent_s


def interrupted(stage: Stage, question: Pcm, interruption: Pcm, reply: str) -> Interrupted:
    """Ask for this reply, and speak over it once `LISTENED_S` of it were heard.

    Raises TimeoutError where there is no reply to speak over.
    """
    loud = np.flatnonzero(np.abs(interruption.samples.astype(np.int32)) > SILENT * 32_768)
    lead_s = int(loud[0]) / interruption.rate
    with stage.card.record() as room:
        first = told(stage, room, question, reply)
        time.sleep(max(0.0, first + LISTENED_S - time.monotonic()))
        began = time.monotonic()
        said = stage.card.say(interruption)
        start = said.start + lead_s
        time.sleep(max(0.0, start + STOP_S - time.monotonic()))
        stopped = hushed(room, start)
        if stopped is not None and stopped > first:
            lowered, dips_s = lowered_at(room, first, start, stopped)
        ends(room, said.end)
    asked = tuple(stage.gateway.asked_since(began))
    if stopped is None or stopped <= first:
        return Interrupted(None, None, 0.0, asked)
    return Interrupted(max(0.0, lowered - start), max(0.0, stopped - start), dips_s, asked)


def heard_out(stage: Stage, question: Pcm, reply: str, over: Pcm | None = None) -> HeardOut:
    """Ask for this reply, and hear it to its end; `over` sounds once `LISTENED_S` were heard.

    Raises TimeoutError where there is no reply.
    """
    with stage.card.record() as room:
        first = told(stage, room, question, reply)
        if over is not None:
            time.sleep(max(0.0, first + LISTENED_S - time.monotonic()))
            stage.card.begin(over).wait()
        ends(room, first)
        start = room.index_of(first)
        sound = Pcm(room.sound.samples[start:])
    return judged(sound, tuple(stage.gateway.asked_since(first)))


def told(stage: Stage, room: Recording, question: Pcm, reply: str) -> float:
    """Ask for this reply; when it began to sound. Raises TimeoutError where there is none."""
    stage.gateway.saying = reply
    try:
        said = stage.card.say(question)
        first = begins(room, said.end)
    finally:
        stage.gateway.saying = None
    if first is None:
        raise TimeoutError(f"no reply in {ANSWER_S} s")
    return first


def with_pause(sound: Pcm, seconds: float) -> Pcm:
    """The sound with its longest inner silence made so long: the place of its comma.

    Raises ValueError where there is no such silence of 50 ms.
    """
    loud = np.flatnonzero(np.abs(sound.samples.astype(np.int32)) > 0.01 * 32_768)
    gaps = np.diff(loud)
    widest = int(np.argmax(gaps))
    if gaps[widest] < 0.05 * sound.rate:
        raise ValueError("the voice made no pause that could be made longer")
    before, after = sound.samples[: loud[widest] + 1], sound.samples[loud[widest + 1] :]
    pause = np.zeros(round(seconds * sound.rate), np.int16)
    return Pcm(np.concatenate([before, pause, after]), sound.rate)


def begins(room: Recording, after: float) -> float | None:
    """When the speaker sounds; None where it does not in `ANSWER_S`."""
    deadline = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline:
        if (first := room.first_sound_after(after, above=SILENT)) is not None:
            return first
        time.sleep(0.1)
    return None


def ends(room: Recording, after: float) -> None:
    """Wait until the speaker has been silent for `QUIET_S`, counted from `after` at the earliest.

    Raises TimeoutError after `REPLY_S`.
    """
    deadline = time.monotonic() + REPLY_S
    while time.monotonic() < deadline:
        samples = room.sound.samples[room.index_of(after) :]
        loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > SILENT * 32_768)
        last = int(loud[-1]) if len(loud) else 0
        if len(samples) - last > QUIET_S * LISTEN_RATE:
            return
        time.sleep(0.1)
    raise TimeoutError(f"the reply did not end in {REPLY_S} s")


def family(assistant: UnderTest) -> list[Any]:
    """The assistant's process and all it started."""
    process = psutil.Process(assistant.process.pid)
    return [process, *process.children(recursive=True)]


def cpu_s(assistant: UnderTest) -> float:
    """Processor seconds that it has used."""
    times = [process.cpu_times() for process in family(assistant)]
    return float(sum(time.user + time.system for time in times))
