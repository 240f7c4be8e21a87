"""Alarms and reminders: what one is, and when it is due next.

Flows in: an alarm, and the wall clock. Flows out: moments, and other alarms. An alarm keeps its
wall time in its zone: a change to or from summer time does not move it. A wall time that such a
change leaves out rings as much later as the clock was put on; one that comes twice rings the first
time (RFC 5545, 3.3.5). Refuses to know: who keeps and rings it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from dateutil.rrule import rrulestr

from assistant.errors import ToolError
from assistant.household.home_zone import zone_named

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset

_WRONG_CLOCK = timedelta(days=1)
"""What rang so far ahead of now rang by a clock that was wrong, and counts for nothing."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that rings at a wall time, once or again and again."""

    id: int
    """0 until it is in the file."""
    kind: Literal["alarm", "reminder"]
    words: str
    """What to say; empty where it has none."""
    first: datetime
    """Local wall time, without a zone."""
    zone: str
    """The zone's name; empty: the machine's."""
    rule: str = ""
    """RRULE (RFC 5545); empty: once."""
    done: datetime | None = None
    """Local: the last that rang."""
    skipped: datetime | None = None
    """Local: the last that shall not ring."""
    rang: datetime | None = None
    """Local: the one that has begun to ring."""


def utc_of(local: datetime, zone: str) -> datetime:
    """The moment of a wall time."""
    return local.replace(tzinfo=zone_named(zone)).astimezone(UTC)


def local_of(moment: datetime, zone: str) -> datetime:
    """The wall time of a moment, without a zone."""
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)


def upcoming(alarm: Alarm, now: datetime) -> datetime | None:
    """The wall time that rings next, which may be over already; None: none is left.

    Of several that are over, the last: what was missed for a week rings once.
    """
    local = local_of(now, alarm.zone)
    done = alarm.done if alarm.done and alarm.done < local + _WRONG_CLOCK else None
    over = max((moment for moment in (done, alarm.skipped) if moment), default=None)
    if not alarm.rule:
        return None if over and over >= alarm.first else alarm.first
    rule = _rule(alarm.rule, alarm.first)
    following: datetime | None = (
        rule.after(over) if over else rule.after(alarm.first - timedelta(seconds=1))
    )
    if following is None or following > local:
        return following
    latest: datetime | None = rule.before(local, inc=True)
    return max(following, latest) if latest else following


@lru_cache(maxsize=1000)
def _rule(rule: str, first: datetime) -> rrule | rruleset:
    return rrulestr(rule, dtstart=first, cache=True)


def due(alarm: Alarm, now: datetime) -> datetime | None:
    """UTC: when it rings next."""
    local = upcoming(alarm, now)
    return None if local is None else utc_of(local, alarm.zone)


def ringing(alarm: Alarm, now: datetime) -> datetime | None:
    """The wall time that rings now, also where the clock has been put back since it began."""
    local = upcoming(alarm, now)
    if local is None or utc_of(local, alarm.zone) > now:
        return alarm.rang
    return local if alarm.rang is None else max(local, alarm.rang)


def rung(alarm: Alarm, now: datetime) -> Alarm | None:
    """The alarm once what rings is over; None: that was all of it."""
    after = replace(alarm, done=ringing(alarm, now) or upcoming(alarm, now), rang=None)
    return after if upcoming(after, now) else None


def skipping(alarm: Alarm, now: datetime) -> Alarm:
    """The alarm without the next time that it would ring. Raises ToolError where it is the last."""
    local = upcoming(alarm, now)
    after = replace(alarm, skipped=local)
    if upcoming(after, now) is None:
        raise ToolError("That one rings only once. Shall I cancel it?")
    return after
