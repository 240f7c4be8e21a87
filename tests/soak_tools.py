"""Nothing lost: the program is killed (-9) at random moments around deeds that it has confirmed.

A second process carries out random calls of the tools, over the storage that the program has, and
answers each with the words that would be said aloud. It is killed at a random moment of one. What
it had confirmed must be in the file, once and as it was said; the call that was cut off may have
happened or not, and nothing else may have. Then the next process goes on with that file. `--seed`
makes the same calls again; the moments differ.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from assistant.clock import SystemClock
from assistant.errors import ToolError
from assistant.household.agenda import Agenda
from assistant.household.agenda_rows import read
from assistant.household.alarms import Alarm
from assistant.household.bell import Bell
from assistant.household.timers import Timer
from assistant.storage import NAME, Storage, StorageWorker
from assistant.tools.alarms import alarms
from assistant.tools.timers import timers
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.interfaces import Family

State = dict[str, Any]
"""What is kept, by a name that is used once: what is known of it."""
CLOCK: Final = SystemClock()
CUT: Final = threading.Event()
"""Never set: what is waited on for a moment that is chosen by chance."""
LONGEST_CALL_S: Final = 0.006
"""Seconds in which a call is killed: about what one takes."""
SLACK_S: Final = 20.0
"""Seconds by which a timer's end may differ: a loaded machine is slow between call and answer."""


@dataclass(frozen=True)
class Call:
    """One call, and what it makes of one thing."""

    kind: str
    tool: str
    arguments: Mapping[str, Any]
    name: str
    after: Any
    """None: it is there no more."""


class Kept(Protocol):
    """One kind of thing that is kept; each family that keeps something adds its own."""

    kind: str

    def families(self, storage: StorageWorker) -> list[Family]:
        """The tools, as the program has them."""

    def call(self, chance: random.Random, state: State, name: str) -> Call:
        """A random call, with what is there; `name` is for something new."""

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
            return Call(self.kind, "timer_set", arguments, name, ("runs", now + hours * 3600))
        name = chance.choice(sorted(state))
        how, number = state[name]
        after: tuple[str, float] | None
        match chance.choice(["cancel", "pause", "adjust"]):
            case "cancel":
                tool, arguments, after = "timer_change", {"action": "cancel"}, None
            case "pause" if how == "paused":
                tool, arguments, after = (
                    "timer_change",
                    {"action": "resume"},
                    ("runs", now + number),
                )
            case "pause":
                tool, arguments, after = (
                    "timer_change",
                    {"action": "pause"},
                    ("paused", number - now),
                )
            case _:
                tool, arguments, after = "timer_adjust", {"minutes": 30}, (how, number + 1800)
        return Call(self.kind, tool, arguments | {"timer": name}, name, after)

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Timers, by their names."""
        for entry in read(storage):
            if isinstance(entry, Timer):
                paused = ("paused", entry.left_s)
                yield entry.name, paused if entry.paused else ("runs", entry.ends.timestamp())

    def same(self, wanted: Any, found: Any) -> bool:  # noqa: ANN401  # as `call` made it
        """Paused or not, and about when it ends."""
        return bool(wanted[0] == found[0] and abs(wanted[1] - found[1]) < SLACK_S)


class Alarms:
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
            return Call(self.kind, "alarm_set", arguments, name, (kind, time, repeat, False))
        name = chance.choice(sorted(state))
        kind, time, repeat, skipped = state[name]
        if repeat == "daily" and not skipped and chance.random() < 0.5:
            after, action = (kind, time, repeat, True), "skip_next"
        else:
            after, action = None, "cancel"
        return Call(self.kind, "alarm_change", {"action": action, "alarm": name}, name, after)

    def there(self, storage: Storage) -> Iterator[tuple[str, Any]]:
        """Alarms, by their words."""
        for one in read(storage):
            if isinstance(one, Alarm):
                repeat = "daily" if one.rule == "FREQ=DAILY" else "once"
                yield one.words, (one.kind, f"{one.first:%H:%M}", repeat, one.skipped is not None)

    def same(self, wanted: object, found: object) -> bool:
        """All of it."""
        return wanted == found


ALL: Final[tuple[Kept, ...]] = (Timers(), Alarms())


@dataclass
class Soak:
    """What is known to be kept, and what came of it."""

    folder: Path
    chance: random.Random
    states: dict[str, State] = field(default_factory=lambda: {kept.kind: {} for kept in ALL})
    confirmed: int = 0
    kills: int = 0
    cut: int = 0
    """Calls that were begun and not confirmed when the process was killed."""
    happened: int = 0
    """Those of them that were in the file all the same."""
    wrong: list[str] = field(default_factory=list)
    number: int = 0

    def run(self) -> None:
        """One process: some calls that it confirms, and one in which it is killed."""
        with subprocess.Popen(
            [sys.executable, __file__, "--child", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for left in reversed(range(self.chance.randint(1, 8))):
                call = self._next()
                process.stdin.write(json.dumps(asdict(call)) + "\n")
                process.stdin.flush()
                if not left:
                    CUT.wait(self.chance.random() * LONGEST_CALL_S)
                    process.kill()
                answer = process.stdout.readline()
                if answer.endswith("\n"):  # also before the signal came: somebody has heard it
                    self._confirm(call, json.loads(answer))
        self.kills += 1
        self._compare(None if answer.endswith("\n") else call)

    def _next(self) -> Call:
        self.number += 1
        kept = self.chance.choice(ALL)
        return kept.call(self.chance, self.states[kept.kind], f"{kept.kind}{self.number}")

    def _confirm(self, call: Call, answer: dict[str, Any]) -> None:
        if "refused" in answer:
            self.wrong.append(f"{call} was refused: {answer['refused']}")
            return
        self.confirmed += 1
        _apply(self.states[call.kind], call)

    def _compare(self, begun: Call | None) -> None:
        """The file against what was confirmed; what was only begun may have happened or not."""
        storage = Storage(self.folder / NAME, CLOCK.now)
        if note := storage.open():
            self.wrong.append(f"The file was damaged: {note}")
        for kept in ALL:
            found = list(kept.there(storage))
            names = [name for name, _ in found]
            wanted = self.states[kept.kind]
            if begun is not None and begun.kind == kept.kind:
                self.cut += 1
                after = {**wanted}
                _apply(after, begun)
                if _differences(kept, wanted, dict(found)) and not _differences(
                    kept, after, dict(found)
                ):
                    self.happened += 1
                    wanted = self.states[kept.kind] = after
            self.wrong += _differences(kept, wanted, dict(found))
            self.wrong += [f"{name} is there twice" for name in {*names} if names.count(name) > 1]
        storage.close()


def _apply(state: State, call: Call) -> None:
    if call.after is None:
        state.pop(call.name, None)
    else:
        state[call.name] = call.after


def _differences(kept: Kept, wanted: State, found: State) -> list[str]:
    lost = [f"{name} was confirmed and is lost: {wanted[name]}" for name in wanted.keys() - found]
    new = [
        f"{name} is there and nobody confirmed it: {found[name]}" for name in found.keys() - wanted
    ]
    other = [
        f"{name} is {found[name]} instead of {wanted[name]}"
        for name in wanted.keys() & found
        if not kept.same(wanted[name], found[name])
    ]
    return lost + new + other


async def child(folder: Path) -> None:
    """Carry out the calls that come in, one a line, and confirm each."""
    async with StorageWorker(Storage(folder / NAME, CLOCK.now)) as storage:
        tools = {
            tool.schema.name: tool
            for kept in ALL
            for family in kept.families(storage)
            for tool in family.tools
        }
        await storage.run(lambda opened: opened.open())
        print("ready", flush=True)
        async with Worker("stdin") as lines:
            while line := await lines.run(sys.stdin.readline):
                call = json.loads(line)
                try:
                    deed = await tools[call["tool"]].call(json.dumps(call["arguments"]))
                except ToolError as error:
                    answer = {"refused": str(error)}
                else:
                    answer = {"said": deed.text}
                print(json.dumps(answer), flush=True)


def soak(turns: int, seed: int, folder: Path, console: Console | None = None) -> Soak:
    """Kill and compare, until so many calls were confirmed."""
    soaking = Soak(folder, random.Random(seed))
    with Progress(console=console, disable=console is None) as progress:
        task = progress.add_task("Confirmed", total=turns)
        while soaking.confirmed < turns and not soaking.wrong:
            soaking.run()
            progress.update(task, completed=min(soaking.confirmed, turns))
    return soaking


def main() -> None:
    """Soak, print what came of it; exit code 1 where something was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=200, help="confirmed calls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.child is not None:
        asyncio.run(child(wish.child))
        return
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        soaking = soak(wish.turns, wish.seed, Path(folder), console)
    table = Table("What", "Figure", title="Killed at random moments")
    kept = sum(map(len, soaking.states.values()))
    for what, figure in (
        ("calls confirmed", soaking.confirmed),
        ("kills", soaking.kills),
        ("calls cut off by one", soaking.cut),
        ("of these in the file", soaking.happened),
        ("kept at the end", kept),
        ("lost, doubled or wrong", len(soaking.wrong)),
    ):
        table.add_row(what, str(figure))
    console.print(table)
    for wrong in soaking.wrong:
        console.print(wrong, style="red")
    sys.exit(1 if soaking.wrong else 0)


if __name__ == "__main__":
    main()
