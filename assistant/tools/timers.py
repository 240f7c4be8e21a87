"""Timers by word of mouth, and what rings.

Flows in: what is to be done with which timer. Flows out: what is true now, and how it is undone.
Refuses to know: the file, the sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.household.agenda_rows import Change, Entry
from assistant.household.names import told_of
from assistant.household.rings import SNOOZE_S, stopped
from assistant.household.spoken import said_length
from assistant.household.timers import (
    Timer,
    changed,
    found,
    paused,
    resumed,
    said_left,
    said_name,
    started,
    status,
    the,
)
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.deeds import Undo
    from assistant.household.agenda import Agenda
    from assistant.household.bell import Bell

WORDS: Final[Mapping[str, str]] = {
    "en": r"(?i)\b(timers?|count ?downs?|ring\w*|rang|snooze|minutes?|seconds?|hours?)\b",
}
_MOST = 1e9
_Amount = Annotated[float, Field(ge=-_MOST, le=_MOST)]
_LONGEST_SNOOZE_S = 12 * 3600
_Which = Annotated[str, Field(description='Its name or length: "pasta", "10 minutes"; or "all".')]


def timers(agenda: Agenda, bell: Bell) -> Family:
    """The tools `timer_set`, `timer_change`, `timer_adjust`, `timer_status` and `ringing`."""
    tools = _Timers(agenda, bell)
    return Family(
        "timers",
        (
            FunctionTool(tools.timer_set, Risk.WRITES),
            FunctionTool(tools.timer_change, Risk.WRITES),
            FunctionTool(tools.timer_adjust, Risk.WRITES),
            FunctionTool(tools.timer_status, Risk.READS),
            FunctionTool(tools.ringing, Risk.WRITES),
        ),
        WORDS,
    )


def undo_of(agenda: Agenda, change: Change, words: str) -> Undo:
    """What takes a change back, and says so."""

    async def undo() -> str:
        await agenda.undo(change)
        return words

    return undo


class _Timers:
    def __init__(self, agenda: Agenda, bell: Bell) -> None:
        self._agenda = agenda
        self._bell = bell

    async def timer_set(
        self, hours: _Amount = 0, minutes: _Amount = 0, seconds: _Amount = 0, name: str = ""
    ) -> Deed:
        """Start a timer: it rings after this length of time. It may have a name, like "pasta"."""
        length = _seconds(hours, minutes, seconds)
        plain = _plain(name)
        change = await self._agenda.decide(
            lambda: Change((), (started(length, plain, self._agenda.now()),))
        )
        named = f"The {plain} timer" if plain else "The timer"
        return Deed(
            f"{named} is set for {said_length(length)}.",
            undo_of(self._agenda, change, f"{named} is gone again."),
        )

    async def timer_change(
        self, action: Literal["pause", "resume", "cancel"], timer: _Which = ""
    ) -> Deed:
        """Pause a timer, let it go on, or cancel it; `timer` may be empty where there is one."""
        told: list[str] = []

        def decision() -> Change:
            now = self._agenda.now()
            before: list[Entry] = []
            after: list[Entry] = []
            for one in self._meant(action, timer):
                before.append(one)
                match action:
                    case "pause":
                        after.append(paused(one, now))
                        told.append(f"{the(one)} is paused with {said_left(one, now.mono)} left.")
                    case "resume":
                        after.append(resumed(one, now))
                        told.append(f"{the(one)} goes on: {said_left(one, now.mono)} left.")
                    case "cancel":
                        told.append(f"{the(one)} is cancelled.")
            return Change(tuple(before), tuple(after))

        change = await self._agenda.decide(decision)
        if action == "cancel" and len(told) > 1:
            told = [f"All {len(told)} timers are cancelled."]
        names = told_of([said_name(one) for one in change.before if isinstance(one, Timer)])
        back = {"pause": "going on", "resume": "paused", "cancel": "back"}[action]
        verb = "is" if len(change.before) == 1 else "are"
        return Deed(
            " ".join(told), undo_of(self._agenda, change, f"The {names} {verb} {back} again.")
        )

    async def timer_adjust(
        self,
        timer: _Which = "",
        hours: _Amount = 0,
        minutes: _Amount = 0,
        seconds: _Amount = 0,
    ) -> Deed:
        """Give a timer more time, or take some off with numbers below 0."""
        by = _seconds(hours, minutes, seconds)

        def decision() -> Change:
            now = self._agenda.now()
            one = found(self._agenda.timers, timer, now.mono)
            return Change((one,), (changed(one, by, now),))

        change = await self._agenda.decide(decision)
        (one,) = change.after
        assert isinstance(one, Timer)  # noqa: S101  # for the type checker  # for the type checker
        return Deed(
            f"{the(one)} has {said_left(one, self._agenda.now().mono)} left now.",
            undo_of(self._agenda, change, f"{the(one)} is as it was."),
        )

    async def timer_status(self, timer: _Which = "") -> str:
        """Tell how much time is left of one timer, or of all."""
        await self._agenda.load()
        mono = self._agenda.now().mono
        there = [one for one in self._agenda.timers if one.kind == "timer"]
        if timer.strip().lower() in ("", "all") or not there:
            return status(there, mono)
        return status([found(there, timer, mono)], mono)

    async def ringing(
        self,
        action: Literal["stop", "snooze"] = "stop",
        minutes: Annotated[float, Field(gt=0)] = SNOOZE_S / 60,
    ) -> Deed:
        """Stop the timer or alarm that rings right now, or put it off for some minutes."""
        if action == "stop":
            return Deed(stopped(await self._bell.stop()))
        seconds = minutes * 60
        if seconds > _LONGEST_SNOOZE_S:
            raise ToolError(f"I can snooze for {said_length(_LONGEST_SNOOZE_S)} at most.")
        _, change = await self._bell.snooze(seconds)
        return Deed(
            f"I will ring again in {said_length(seconds)}.",
            undo_of(self._agenda, change, "It rings again."),
        )

    def _meant(self, action: str, which: str) -> list[Timer]:
        """The timers that are meant; of all, those with which it can be done."""
        there = [one for one in self._agenda.timers if one.kind == "timer"]
        mono = self._agenda.now().mono
        if which.strip().lower() not in ("all", "all timers", "both", "every timer"):
            can = [one for one in there if one.paused == (action == "resume")]
            if action == "cancel":  # said while one rings, it means that one
                can = [one for one in there if one.due <= mono]
            return [found(can if not which.strip() and can else there, which, mono)]
        if not there:
            raise ToolError("There is no timer.")
        able = {
            "pause": [one for one in there if not one.paused and one.due > mono],
            "resume": [one for one in there if one.paused],
            "cancel": there,
        }[action]
        if not able:
            raise ToolError(f"There is no timer to {action}.")
        return able


def _seconds(hours: float, minutes: float, seconds: float) -> float:
    return float(round(hours * 3600 + minutes * 60 + seconds, 3))


def _plain(name: str) -> str:
    words = " ".join(name.split()).strip(" .,!?")
    return words.removesuffix("timer").removeprefix("the ").strip()
