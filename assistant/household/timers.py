"""Timers: what one is, what may be done with it, and how it is spoken of.

Flows in: a timer, and the time on two clocks. Flows out: another timer, or words. A timer counts
on the monotonic clock while the program runs, so that no change of the wall clock moves it; the
file knows the wall clock, for the time in which the program did not run. Refuses to know: who
keeps and rings it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING, Final, Literal

from assistant.errors import ToolError
from assistant.household.names import key_of, offered, told_of
from assistant.household.spoken import length_of, said_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

Kind = Literal["timer", "alarm", "reminder"]

LONGEST_S: Final = 7 * 86_400.0
"""Seconds that a timer may run: what lies further ahead has a date, and is a reminder."""
JUMP_S: Final = 0.5
"""Seconds by which the wall clock must have moved against the monotonic one to have been set."""
_FILL: Final = frozenset({"the", "my", "a", "an", "timer", "timers", "for", "one", "called", "of"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks."""

    wall: datetime
    """UTC."""
    mono: float
    """Monotonic seconds of this run of the program."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A length of time that runs out."""

    id: int
    """0 until it is in the file."""
    name: str
    """Empty where it has none; of a snoozed reminder, its words."""
    length_s: float
    """As it was set: it may be called by it."""
    left_s: float
    """What was left at `anchored`."""
    anchored: datetime
    """UTC."""
    due: float
    """Monotonic seconds of this run at which it rings; infinite while it is paused."""
    kind: Kind = "timer"
    """`alarm` or `reminder`: one that was snoozed."""
    rang: bool = False
    """Whether it has begun to ring."""

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self.due == inf

    @property
    def ends(self) -> datetime:
        """UTC, by the wall clock as it was at `anchored`."""
        return self.anchored + timedelta(seconds=self.left_s)

    def left(self, mono: float) -> float:
        """Seconds that are left; below 0 once it is over."""
        return self.left_s if self.paused else self.due - mono


def started(length_s: float, name: str, now: Moment, kind: Kind = "timer") -> Timer:
    """A timer that begins. Raises ToolError for a length that none can have."""
    if length_s <= 0:
        raise ToolError("A timer must be longer than nothing. How long shall it be?")
    if length_s > LONGEST_S:
        raise ToolError(
            f"{said_length(length_s)} is too long for a timer: it can run for "
            f"{said_length(LONGEST_S)}. For later, set a reminder for a day and a time."
        )
    return Timer(0, name, length_s, length_s, now.wall, now.mono + length_s, kind)


def restored(timer: Timer, now: Moment) -> Timer:
    """A timer from the file, in a new run, counting on by the wall clock.

    A wall clock that shows less than it did is wrong, and then nothing is known of the time between
    but that it was none; that rings late rather than never.
    """
    if timer.paused:
        return timer
    return replace(timer, due=now.mono + min(timer.left_s, (timer.ends - now.wall).total_seconds()))


def anchored(timer: Timer, now: Moment) -> Timer:
    """The same timer after the wall clock was changed: as much is left as before."""
    if timer.paused:
        return timer
    return replace(timer, left_s=timer.due - now.mono, anchored=now.wall)


def paused(timer: Timer, now: Moment) -> Timer:
    """It stands still. Raises ToolError where it does."""
    if timer.paused:
        raise ToolError(f"{the(timer)} is paused already, with {said_left(timer, now.mono)} left.")
    if timer.due <= now.mono:
        raise ToolError(f"{the(timer)} is ringing. Say stop, or snooze.")
    return replace(timer, left_s=timer.left(now.mono), anchored=now.wall, due=inf)


def resumed(timer: Timer, now: Moment) -> Timer:
    """It goes on. Raises ToolError where it does."""
    if not timer.paused:
        raise ToolError(f"{the(timer)} is running, with {said_left(timer, now.mono)} left.")
    return replace(timer, anchored=now.wall, due=now.mono + timer.left_s)


def changed(timer: Timer, by_s: float, now: Moment) -> Timer:
    """So many seconds more, or less below 0. Raises ToolError where that leaves nothing."""
    left = max(0.0, timer.left(now.mono)) + by_s
    if by_s == 0:
        raise ToolError("By how much shall I change the timer?")
    if left <= 0:
        raise ToolError(
            f"{the(timer)} has only {said_left(timer, now.mono)} left. Shall I cancel it?"
        )
    if left > LONGEST_S:
        raise ToolError(f"A timer can run for {said_length(LONGEST_S)} at most.")
    due = inf if timer.paused else now.mono + left
    return replace(timer, left_s=left, anchored=now.wall, due=due, rang=False)


def said_name(timer: Timer) -> str:
    """`pasta timer`, `10 minute timer`."""
    if timer.kind != "timer":
        return f"snoozed {timer.kind}" + (f" to {timer.name}" if timer.name else "")
    if timer.name:
        return f"{timer.name} timer"
    return f"{said_length(timer.length_s).replace('s and', ' and').removesuffix('s')} timer"


def the(timer: Timer) -> str:
    """`The pasta timer`."""
    return f"The {said_name(timer)}"


def said_left(timer: Timer, mono: float) -> str:
    """What is left, in words."""
    return said_length(timer.left(mono))


def status(timers: Sequence[Timer], mono: float) -> str:
    """What is left of each of these timers, the next first."""
    if not timers:
        return "No timer is running."
    told = [
        f"{the(timer)} has {said_left(timer, mono)} left{', and is paused' * timer.paused}."
        if timer.paused or timer.due > mono
        else f"{the(timer)} is ringing."
        for timer in sorted(timers, key=lambda timer: timer.left(mono))
    ]
    return told[0] if len(told) == 1 else f"There are {len(told)} timers. {' '.join(told)}"


def found(timers: Iterable[Timer], which: str, mono: float) -> Timer:
    """The one timer that is meant by a name, by a length, or by nothing where there is one only.

    Raises ToolError that asks, where there are several, and offers near names, where there is none.
    """
    there = [timer for timer in timers if timer.kind == "timer"]
    if not there:
        raise ToolError("There is no timer.")
    meant = " ".join(word for word in which.split() if word.lower() not in _FILL)
    fitting = _fitting(there, which, meant) if meant else there
    if not fitting:
        names = [said_name(timer) for timer in there]
        near = offered(meant, [timer.name for timer in there if timer.name])
        told = f"There is no {meant.removesuffix(' timer')} timer."
        raise ToolError(f"{told}{near or f' There is the {told_of(names)}.'}")
    if len(fitting) > 1:
        told_left = [f"the {said_name(t)} with {said_left(t, mono)} left" for t in fitting]
        raise ToolError(f"Which one: {told_of(told_left, last='or')}?")
    return fitting[0]


def _fitting(timers: Sequence[Timer], which: str, meant: str) -> list[Timer]:
    """Those of that name; else of that length; else with that word in their name."""
    key = key_of(meant)
    if named := [timer for timer in timers if timer.name and key_of(timer.name) == key]:
        return named
    length = length_of(which.replace("timer", "")) or length_of(meant)
    if length is not None:
        return [timer for timer in timers if round(timer.length_s) == round(length)]
    words = set(key.split())
    return [timer for timer in timers if words <= set(key_of(timer.name).split())]
