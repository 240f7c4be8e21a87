"""What rings, and how it is announced.

Flows in: timers and alarms that are due. Flows out: words. Refuses to know: sound, who listens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.household.alarm_words import said_time
from assistant.household.names import told_of
from assistant.household.spoken import said_length
from assistant.household.timers import Timer, said_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assistant.household.agenda_rows import Missed
    from assistant.household.alarms import Alarm

LIMIT_S: Final = 600.0
"""Seconds after which nobody is there to hear it: it gives up, and says later that it rang."""
LATE_S: Final = 60.0
"""Seconds from which it says how late it is."""
SNOOZE_S: Final = 540.0
"""Seconds that it is put off where no number is said: nine minutes, as clocks have had it since the
first that could."""
_TODAY_S: Final = 12 * 3600
_TOLD: Final = 5
"""Rings that are announced one by one; of more, their number is."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One that rings."""

    entry: Timer | Alarm
    due: datetime
    """UTC."""
    began: float
    """Monotonic seconds."""
    late_s: float
    """Seconds after its time that it began."""
    away: bool
    """Whether it fell due while the program did not run."""
    local: datetime | None = None
    """Of an alarm: its wall time, which summer time may have left out."""

    @property
    def kind(self) -> str:
        """`timer`, `alarm` or `reminder`."""
        return self.entry.kind


@dataclass(frozen=True, slots=True)
class Ringing:
    """All that rings now."""

    rings: tuple[Ring, ...]
    began: float
    """Monotonic seconds at which the first of them began: so long it has grown louder."""

    @property
    def kind(self) -> str:
        """What decides the sound: an alarm comes before a timer, which comes before a reminder."""
        kinds = {ring.kind for ring in self.rings}
        return next(kind for kind in ("alarm", "timer", "reminder") if kind in kinds)

    def words(self) -> str:
        """What is said between the tones."""
        if len(self.rings) > _TOLD:
            return f"{len(self.rings)} timers and alarms are due."
        return " ".join(announced(ring) for ring in self.rings)


def name_of(ring: Ring) -> str:
    """`pasta timer`, `7:00 AM alarm`, `reminder to call mum`."""
    if isinstance(ring.entry, Timer):
        return said_name(ring.entry)
    if ring.entry.kind == "reminder":
        return f"reminder to {ring.entry.words}" if ring.entry.words else "reminder"
    return f"{said_time(ring.local or ring.entry.first)} {ring.entry.words} alarm".replace(
        "  ", " "
    )


def announced(ring: Ring) -> str:
    """One ring, in a sentence; a late one says how late it is."""
    if ring.late_s >= LATE_S:
        off = ", while I was off" if ring.away else ""
        return f"Your {name_of(ring)} was due {said_length(_roughly(ring.late_s))} ago{off}."
    words = ring.entry.name if isinstance(ring.entry, Timer) else ring.entry.words
    match ring.kind:
        case "timer":
            return f"Your {name_of(ring)} is up."
        case "reminder" if words:
            return f"Here is your reminder: {words}."
        case _:
            return f"This is your {name_of(ring)}."


def _roughly(seconds: float) -> float:
    """To the minute, and from three hours on to the hour."""
    step = 3600 if seconds >= 3 * 3600 else 60
    return round(seconds / step) * step


def stopped(rings: tuple[Ring, ...]) -> str:
    """That these ring no more."""
    if len(rings) > _TOLD:
        return "All of them are off."
    names = told_of([name_of(ring) for ring in rings])
    return f"The {names} {'is' if len(rings) == 1 else 'are'} off."


def told_late(missed: Sequence[Missed], now: datetime) -> str:
    """What is said of those that gave up, once somebody is there; `now` is told in their zone."""
    if len(missed) > _TOLD:
        return f"{len(missed)} timers and alarms rang, and nobody stopped them."
    told = []
    for one in missed:
        at = one.due.astimezone(now.tzinfo)
        day = "" if (now - one.due).total_seconds() < _TODAY_S else f" on {at:%A}"
        told.append(f"{one.words} rang at {said_time(at)}{day}")
    return f"Nobody stopped it: {told_of(told)}." if told else ""


def missed_words(ring: Ring) -> str:
    """What is said later of one that gave up."""
    return f"your {name_of(ring)}"
