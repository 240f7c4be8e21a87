"""What the soak over the tools keeps, one class a kind: timers, alarms, notes, list items, facts.

Flows in: chance, and what is there. Flows out: a call of a tool with what it makes of each thing,
and what is in the file. Refuses to know: who is killed, and when.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from assistant.clock import SystemClock
from assistant.household.agenda import Agenda
from assistant.household.agenda_rows import read
from assistant.household.alarms import Alarm
from assistant.household.bell import Bell
from assistant.household.facts import Facts
from assistant.household.lists import Lists
from assistant.household.notes import Notes as NotesKept
from assistant.household.timers import Timer
from assistant.tools.alarms import alarms
from assistant.tools.lists import lists_family
from assistant.tools.memory import memory_family
from assistant.tools.notes import notes_family
from assistant.tools.timers import timers

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from assistant.interfaces import Family
    from assistant.storage import Storage, StorageWorker

State = dict[str, Any]
"""What is kept, by a name that is used once: what is known of it."""
CLOCK: Final = SystemClock()
SLACK_S: Final = 20.0
"""Seconds by which a timer's end may differ: a loaded machine is slow between call and answer."""
_LISTS: Final = ("shopping", "garden")
_INDEX: Final = "INSERT INTO {0} ({0}, rank) VALUES ('integrity-check', 1)"
"""Fails where the index and what it is of differ (SQLite's FTS5 documentation, 6.4)."""


@dataclass(frozen=True)
class Call:
    """One call, and what it makes of things."""

    kind: str
    tool: str
    arguments: Mapping[str, Any]
    changes: Mapping[str, Any]
    """By name, what is known of a thing afterwards; None: it is there no more."""


class Kept(Protocol):
    """One kind of thing that is kept; each family that keeps something adds its own."""

    kind: str

    def families(self, storage: StorageWorker) -> list[Family]:
        """The tools, as the program has them."""

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """A random call, with what is there; `name` was never used before."""

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """What is in the file, by name; one that is there twice comes twice."""

    def same(self, wanted: object, found: object) -> bool:
        """Whether what is there is what was confirmed."""


class Timers:
    """Timers: set, cancelled, paused, resumed, given more time. Known: how, and its end or rest."""

    kind = "timer"

    def families(self, storage: StorageWorker) -> list[Family]:
        """The timers; they are far from ringing."""
        agenda = Agenda(storage, CLOCK)
        return [timers(agenda, Bell(agenda, CLOCK, lambda _: None, lambda: None))]

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """Half of the calls set one."""
        now = CLOCK.now().timestamp()
        if not state or chance.random() < 0.5:
            hours = chance.randint(24, 100)
            arguments: dict[str, Any] = {"hours": hours, "name": name}
            return Call(self.kind, "timer_set", arguments, {name: ("runs", now + hours * 3600)})
        name = chance.choice(sorted(state))
        how, number = state[name]
        tool = "timer_change"
        after: tuple[str, float] | None = None
        match chance.choice(["cancel", "pause", "adjust"]):
            case "cancel":
                arguments = {"action": "cancel"}
            case "pause" if how == "paused":
                arguments, after = {"action": "resume"}, ("runs", now + number)
            case "pause":
                arguments, after = {"action": "pause"}, ("paused", number - now)
            case _:
                tool, arguments, after = "timer_adjust", {"minutes": 30}, (how, number + 1800)
        return Call(self.kind, tool, arguments | {"timer": name}, {name: after})

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Timers, by their names."""
        for entry in read(storage):
            if isinstance(entry, Timer):
                paused = ("paused", entry.left_s)
                yield entry.name, paused if entry.paused else ("runs", entry.ends.timestamp())

    def same(self, wanted: Any, found: Any) -> bool:  # noqa: ANN401  # as `call` made it
        """Paused or not, and about when it ends."""
        return bool(wanted[0] == found[0] and abs(wanted[1] - found[1]) < SLACK_S)


class Exact:
    """What is kept to the letter."""

    def same(self, wanted: object, found: object) -> bool:
        """All of it."""
        return wanted == found


class Alarms(Exact):
    """Alarms and reminders: set, cancelled, skipped. Known: kind, time, rule, whether skipped."""

    kind = "alarm"

    def families(self, storage: StorageWorker) -> list[Family]:
        """The alarms."""
        return [alarms(Agenda(storage, CLOCK))]

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """Half of the calls set one."""
        if not state or chance.random() < 0.5:
            kind = chance.choice(["alarm", "reminder"])
            time = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
            repeat = chance.choice(["once", "daily"])
            arguments = {"kind": kind, "words": name, "time": time, "repeat": repeat}
            if repeat == "once":
                arguments["day"] = "2099-06-01"
            return Call(self.kind, "alarm_set", arguments, {name: (kind, time, repeat, False)})
        name = chance.choice(sorted(state))
        kind, time, repeat, skipped = state[name]
        if repeat == "daily" and not skipped and chance.random() < 0.5:
            after, action = (kind, time, repeat, True), "skip_next"
        else:
            after, action = None, "cancel"
        return Call(self.kind, "alarm_change", {"action": action, "alarm": name}, {name: after})

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Alarms, by their words."""
        for one in read(storage):
            if isinstance(one, Alarm):
                repeat = "daily" if one.rule == "FREQ=DAILY" else "once"
                yield one.words, (one.kind, f"{one.first:%H:%M}", repeat, one.skipped is not None)


class Notes(Exact):
    """Notes: written, added to, replaced, deleted. Known: the text."""

    kind = "note"

    def families(self, storage: StorageWorker) -> list[Family]:
        """The notes."""
        return [notes_family(NotesKept(storage, CLOCK))]

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """Half of the calls write one; no two have the same words."""
        text = f"said with {name}"
        if not state or chance.random() < 0.5:
            return self._change("add", name, text, text)
        note = chance.choice(sorted(state))
        match chance.choice(["append", "replace", "delete"]):
            case "append":
                return self._change("append", note, text, f"{state[note]}\n{text}")
            case "replace":
                return self._change("replace", note, text, text)
            case _:
                return self._change("delete", note, "", None)

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Notes, by their titles; they must be found by their words, too."""
        _rows(storage, _INDEX.format("note_words"))
        yield from _rows(storage, "SELECT title, text FROM note")

    def _change(self, action: str, note: str, text: str, after: str | None) -> Call:
        arguments = {"action": action, "note": note, "text": text}
        return Call(self.kind, "change_notes", arguments, {note: after})


class Items(Exact):
    """Things on two lists: several at a time put on, checked off, taken off; a list cleared.

    Known: the list, and whether it is checked off.
    """

    kind = "item"

    def families(self, storage: StorageWorker) -> list[Family]:
        """The lists."""
        return [lists_family(Lists(storage, CLOCK))]

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """Half of the calls put something on a list, sometimes what is there already."""
        if not state or chance.random() < 0.5:
            where = chance.choice(_LISTS)
            put = [f"{name}{letter}" for letter in "abc"[: chance.randint(1, 3)]]
            again = sorted(item for item, (its, _) in state.items() if its == where)
            put += chance.sample(again, min(len(again), chance.randint(0, 1)))
            return self._change("add", where, put, (where, False))
        where, done = state[chance.choice(sorted(state))]
        on_it = sorted(item for item, (its, _) in state.items() if its == where)
        alike = [item for item in on_it if state[item][1] == done]
        some = chance.sample(alike, min(len(alike), chance.randint(1, 3)))
        match chance.choice(["check", "check", "remove", "clear_done", "clear"]):
            case "check":
                action = "uncheck" if done else "check_off"
                return self._change(action, where, some, (where, not done))
            case "remove":
                return self._change("remove", where, some, None)
            case "clear_done":
                off = [item for item in on_it if state[item][1]]
                return self._change("clear_done", where, off, None, named=False)
            case _:
                return self._change("clear", where, on_it, None, named=False)

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """What is on the lists, by its words."""
        query = "SELECT text, name, done FROM list_item JOIN list ON list.id = list"
        for text, name, done in _rows(storage, query):
            yield text, (name, bool(done))

    def _change(
        self, action: str, where: str, items: list[str], after: object, *, named: bool = True
    ) -> Call:
        arguments = {"action": action, "name": where} | ({"items": items} if named else {})
        return Call(self.kind, "change_list", arguments, dict.fromkeys(items, after))


class Told(Exact):
    """Facts: remembered, forgotten. Known: that it was told."""

    kind = "fact"

    def families(self, storage: StorageWorker) -> list[Family]:
        """The memory."""
        return [memory_family(Facts(storage, CLOCK))]

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """Two of three calls remember one."""
        new = not state or chance.random() < 0.67
        fact = f"we have {name}" if new else chance.choice(sorted(state))
        arguments = {"action": "remember" if new else "forget", "text": fact}
        return Call(self.kind, "change_memory", arguments, {fact: new or None})

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Facts, by their words, as the search knows them, too."""
        _rows(storage, _INDEX.format("fact_words"))
        for (text,) in _rows(storage, "SELECT text FROM fact"):
            yield text, True


def _rows(storage: Storage, query: str) -> list[tuple[Any, ...]]:
    with storage.transact(durable=False) as db, closing(db.execute(query)) as found:
        return list(found)


ALL: Final[tuple[Kept, ...]] = (Timers(), Alarms(), Notes(), Items(), Told())
