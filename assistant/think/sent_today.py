"""What has left this machine today, in words for the ear.

Flows in: the record that the ledger keeps. Flows out: sentences. What goes to this very machine has
not left it. Refuses to know: who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING, Final

from assistant.household.home_zone import zone_name, zone_named
from assistant.household.keeping import kept
from assistant.household.names import told_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.interfaces import Clock
    from assistant.storage import Storage, StorageWorker

NOTHING: Final = "Nothing has left this machine today."
_HOSTS: Final = 3
"""Hosts that are named."""
_CENT: Final = 0.01
_QUERY: Final = """
SELECT host, count(*), sum(text_chars), sum(images), sum(files), sum(cost_usd),
    sum(method = 'POST' AND cost_usd IS NULL)
FROM gateway_sent AS s LEFT JOIN gateway_outcome AS o ON o.request = s.id
WHERE left = 1 AND s.at >= ? AND coalesce(error, '') != 'not-sent'
GROUP BY host ORDER BY count(*) DESC, host
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What has left for one host."""

    host: str
    requests: int
    chars: int
    pictures: int
    files: int
    cost_usd: float | None
    """Of the requests whose cost was told; None where it was of none."""
    unknown_costs: int
    """Questions to a model whose cost was not told."""


async def sent_today(storage: StorageWorker, clock: Clock) -> str:
    """What has left today, in words. Raises ToolError."""
    now = clock.now()
    midnight = datetime.combine(now.date(), time(), zone_named(zone_name(now)))
    return told(await kept(storage, partial(left_since, moment=midnight)))


def left_since(storage: Storage, moment: datetime) -> list[Left]:
    """What has left since then, the host of most requests first. Raises StorageError."""
    since = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    with storage.transact(durable=False) as db:
        return [Left(*row) for row in db.execute(_QUERY, (since,))]


def told(left: Sequence[Left]) -> str:
    """The same in words: where to, how much, and what it cost."""
    if not left:
        return NOTHING
    total = sum(one.requests for one in left)
    have = "has" if total == 1 else "have"
    sentence = f"{_counted(total, 'request')} {have} left this machine today, {_hosts(left)}."
    held = [
        _counted(count, what)
        for count, what in (
            (sum(one.chars for one in left), "character"),
            (sum(one.pictures for one in left), "picture"),
            (sum(one.files for one in left), "file"),
        )
        if count
    ]
    if held:
        sentence += f" {'It' if total == 1 else 'They'} held {told_of(held)}."
    return sentence + _cost(left)


def _hosts(left: Sequence[Left]) -> str:
    if len(left) == 1:
        return f"to {left[0].host}" if left[0].requests == 1 else f"all to {left[0].host}"
    named = [f"{one.requests:,} to {one.host}" for one in left[:_HOSTS]]
    if rest := left[_HOSTS:]:
        more = sum(one.requests for one in rest)
        named.append(f"{more:,} to {_counted(len(rest), 'other')}")
    return told_of(named)


def _cost(left: Sequence[Left]) -> str:
    costs = [one.cost_usd for one in left if one.cost_usd is not None]
    unknown = sum(one.unknown_costs for one in left)
    if not costs:
        return " What that cost was not told." if unknown else ""
    total = sum(costs)
    money = "less than a cent" if total < _CENT else f"${total:.2f}"
    but = f", and of {unknown:,} more it was not told" if unknown else ""
    return f" The cost was {money}{but}."


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
