"""Alarms and reminders by word of mouth.

Flows in: a time, a day, what repeats, and what to say. Flows out: what is true now, and how it is
undone. Refuses to know: the file, the sound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.household.agenda_rows import Change, Entry
from assistant.household.alarm_plans import planned, rule_of
from assistant.household.alarm_search import found
from assistant.household.alarm_words import listed, said_next, said_when, the
from assistant.household.alarms import Alarm, skipping
from assistant.household.home_zone import zone_name, zone_named
from assistant.household.spoken_times import Half, Repeat, When, when_of
from assistant.household.timers import Timer, said_left, said_name
from assistant.interfaces import Family
from assistant.tools.timers import undo_of
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.household.agenda import Agenda

WORDS: Final[Mapping[str, str]] = {
    "en": r"(?i)\b(alarms?|remind\w*|wake (me|us)|every (day|week|month|year|morning|\w+day))\b",
}
_Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_Kind = Literal["alarm", "reminder"]
_Time = Annotated[str, Field(description='As "07:30", on a 24-hour clock.')]
_Date = Annotated[
    str, Field(description='"today", "tomorrow", a weekday, or a date as "2026-12-24".')
]
_Which = Annotated[str, Field(description='Its time or its words: "7:30", "dentist"; or "next".')]
_LONGEST_MIN = 366 * 24 * 60


def alarms(agenda: Agenda) -> Family:
    """The tools `alarm_set`, `alarm_change` and `alarm_list`."""
    tools = _Alarms(agenda)
    return Family(
        "alarms",
        (
            FunctionTool(tools.alarm_set, Risk.WRITES),
            FunctionTool(tools.alarm_change, Risk.WRITES),
            FunctionTool(tools.alarm_list, Risk.READS),
        ),
        WORDS,
    )


class _Alarms:
    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda

    async def alarm_set(  # noqa: PLR0913, PLR0917  # a model fills them in by name  # a model fills them in by name
        self,
        kind: _Kind = "alarm",
        time: _Time = "",
        day: _Date = "",
        in_minutes: Annotated[float, Field(ge=-_LONGEST_MIN, le=_LONGEST_MIN)] | None = None,
        words: str = "",
        repeat: Repeat = "once",
        weekdays: list[_Day] = [],  # noqa: B006  # it is only read  # read only
        every: Annotated[int, Field(ge=1, le=1000)] = 1,
        half: Half = "24h",
    ) -> Deed:
        """Set an alarm, or a reminder with `words` to say, like "call mum", at a time.

        Give `time`, or `in_minutes` from now. With `repeat` weekly, `weekdays` says on which days.
        `half` is "unsaid" where the person did not say whether morning or evening.
        """
        when = _when(time, day, half, in_minutes, repeat, tuple(weekdays), every)
        said = " ".join(words.split()).strip(" .,!?").removeprefix("to ")
        if kind == "reminder" and not said:
            raise ToolError("Of what shall I remind you?")

        def decision() -> Change:
            now = self._agenda.local()
            zone = zone_name(now)
            local = now.astimezone(zone_named(zone))
            first = planned(when, local, kind=kind)
            alarm = Alarm(0, kind, said, first, zone, rule_of(when, first))
            self._refuse_second(alarm)
            return Change((), (alarm,))

        change = await self._agenda.decide(decision)
        (alarm,) = change.after
        assert isinstance(alarm, Alarm)  # noqa: S101  # for the type checker  # for the type checker
        at = said_when(alarm, self._agenda.local())
        if kind == "reminder":
            told = f"I will remind you {at}: {said}."
        else:
            told = f"The {said + ' ' if said else ''}alarm is set for {at.removeprefix('at ')}."
        return Deed(told, undo_of(self._agenda, change, f"{the(alarm)} is gone again."))

    async def alarm_change(
        self,
        action: Literal["cancel", "skip_next"],
        alarm: _Which = "",
        kind: _Kind | Literal[""] = "",
        all: bool = False,  # noqa: A002, FBT001, FBT002  # the model's word for it  # the model's word for it
    ) -> Deed:
        """Cancel an alarm or a reminder, or skip the next time that a repeated one rings."""
        now = self._agenda.local()

        def decision() -> Change:
            before: tuple[Entry, ...]
            if all and action == "cancel":
                before = self._all(kind)
            elif action == "cancel" and (snoozed := self._snoozed(alarm, kind)):
                before = (snoozed,)
            else:
                before = (found(self._repeated(action), alarm, now, kind),)
            if action == "cancel":
                return Change(before)
            after = [skipping(one, now) for one in before if isinstance(one, Alarm)]
            return Change(before, tuple(after))

        change = await self._agenda.decide(decision)
        (one, *more) = change.before
        if more:
            told, back = f"All {len(change.before)} are cancelled.", "They are back."
        elif change.after and isinstance(one, Alarm) and isinstance(change.after[0], Alarm):
            told = f"{the(one)} is skipped once. It rings again {said_next(change.after[0], now)}."
            back = f"{the(one)} is not skipped any more."
        else:
            name = the(one) if isinstance(one, Alarm) else _snoozed_name(one)
            told, back = f"{name} is cancelled.", f"{name} is back."
        return Deed(told, undo_of(self._agenda, change, back))

    async def alarm_list(self, kind: _Kind | Literal[""] = "") -> str:
        """Tell which alarms and reminders there are, and when each rings next."""
        await self._agenda.load()
        now, mono = self._agenda.local(), self._agenda.now().mono
        told = [
            listed([one for one in self._agenda.alarms if one.kind == what], now, what)
            for what in ("alarm", "reminder")
            if kind in ("", what)
        ]
        empty = {"There is no alarm.", "There is no reminder."}
        if not kind:
            full = [one for one in told if one not in empty]
            told = full or ["There is no alarm and no reminder."]
        told += [
            f"The {said_name(one)} rings in {said_left(one, mono)}."
            for one in self._agenda.timers
            if one.kind != "timer" and kind in ("", one.kind)
        ]
        return " ".join(told)

    def _refuse_second(self, alarm: Alarm) -> None:
        for one in self._agenda.alarms:
            same = (one.kind, one.words, one.first, one.rule) == (
                *(alarm.kind, alarm.words, alarm.first, alarm.rule),
            )
            if same:
                raise ToolError(
                    f"There is that {alarm.kind} already, "
                    f"{said_when(one, self._agenda.local())}. Nothing was changed."
                )

    def _all(self, kind: str) -> tuple[Entry, ...]:
        there: list[Entry] = [
            *(one for one in self._agenda.alarms if kind in ("", one.kind)),
            *(one for one in self._agenda.timers if one.kind != "timer" and kind in ("", one.kind)),
        ]
        if not there:
            raise ToolError(f"There is no {kind or 'alarm and no reminder'}.")
        return tuple(there)

    def _snoozed(self, which: str, kind: str) -> Timer | None:
        """A snoozed one, where it is the only one that can be meant."""
        there = [
            one for one in self._agenda.timers if one.kind != "timer" and kind in ("", one.kind)
        ]
        named = [one for one in there if which and one.name and one.name in which]
        if named:
            return named[0]
        plain = which.strip().lower()
        if len(there) == 1 and ("snoozed" in plain or (not plain and not self._agenda.alarms)):
            return there[0]
        return None

    def _repeated(self, action: str) -> tuple[Alarm, ...]:
        """All, and of what can be skipped those that repeat, where there are any."""
        there = self._agenda.alarms
        repeated = tuple(one for one in there if one.rule)
        return repeated if action == "skip_next" and repeated else there


def _snoozed_name(entry: Entry) -> str:
    return f"The {said_name(entry)}" if isinstance(entry, Timer) else "It"


def _when(  # as the tool is given them
    time: str,
    day: str,
    half: Half,
    in_minutes: float | None,
    repeat: Repeat,
    weekdays: tuple[str, ...],
    every: int,
) -> When:
    """What the arguments say. Raises ToolError for a time that is none."""
    day = day.strip().lower()
    if weekdays:
        repeat = "weekly"
    if in_minutes is not None and not time.strip():
        return When(after_s=in_minutes * 60, repeat=repeat, days=weekdays, every=every)
    if not time.strip():
        raise ToolError("At what time?")
    read = when_of(time)
    if read is None or read.hour is None:
        raise ToolError(f'There is no time "{time}". Say it like half past seven, or 19:30.')
    if re.search(r"[ap]\.?\s*m", time.lower()) is None and read.half != "24h":
        read = When(read.hour, read.minute, half)
    return When(read.hour, read.minute, read.half, day, repeat, weekdays, every)
