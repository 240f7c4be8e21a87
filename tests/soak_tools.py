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
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nursery import NURSERY
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from soak_kept import ALL, CLOCK, Call, Kept, State

from assistant.errors import ToolError
from assistant.storage import NAME, Storage, StorageWorker
from assistant.worker import Worker

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CUT: Final = threading.Event()
"""Never set: what is waited on for a moment that is chosen by chance."""
LONGEST_CALL_S: Final = 0.006
"""Seconds in which a call is killed: about what one takes."""


@dataclass
class Soak:
    """What is known to be kept, and what came of it."""

    folder: Path
    chance: random.Random
    states: dict[str, State] = field(default_factory=lambda: {kept.kind: {} for kept in ALL})
    confirmed: int = 0
    kinds: set[str] = field(default_factory=set)
    """What was confirmed, by kind."""
    kills: int = 0
    cut: int = 0
    """Calls that were begun and not confirmed when the process was killed."""
    happened: int = 0
    """Those of them that were in the file all the same."""
    wrong: list[str] = field(default_factory=list)
    number: int = 0

    def run(self) -> None:
        """One process: some calls that it confirms, and one in which it is killed."""
        line, theirs = NURSERY.Pipe()
        process = NURSERY.Process(target=child, args=(self.folder, theirs), daemon=True)
        process.start()
        theirs.close()
        with line:
            assert line.recv() == "ready"
            for left in reversed(range(self.chance.randint(1, 8))):
                call = self._next()
                line.send((call.tool, json.dumps(call.arguments)))
                if not left:
                    CUT.wait(self.chance.random() * LONGEST_CALL_S)
                    process.kill()
                heard = self._confirm(call, line)
        process.join()
        process.close()
        self.kills += 1
        self._compare(None if heard else call)

    def _next(self) -> Call:
        self.number += 1
        kept = self.chance.choice(ALL)
        return kept.call(self.chance, self.states[kept.kind], f"{kept.kind}{self.number}")

    def _confirm(self, call: Call, line: Connection[Any, Any]) -> bool:
        """Whether it was answered: also before the signal came, somebody has heard it."""
        try:
            said, refused = line.recv()
        except (EOFError, ConnectionError):
            return False
        if refused:
            self.wrong.append(f"{call} was refused: {said}")
        else:
            self.confirmed += 1
            self.kinds.add(call.kind)
            self.states[call.kind] = _after(self.states[call.kind], call)
        return True

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
                after = _after(wanted, begun)
                if _differences(kept, wanted, dict(found)) and not _differences(
                    kept, after, dict(found)
                ):
                    self.happened += 1
                    wanted = self.states[kept.kind] = after
            self.wrong += _differences(kept, wanted, dict(found))
            self.wrong += [f"{name} is there twice" for name in {*names} if names.count(name) > 1]
        storage.close()


def _after(state: State, call: Call) -> State:
    """What is known once a call has happened."""
    changed = {**state, **call.changes}
    return {name: known for name, known in changed.items() if known is not None}


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


def child(folder: Path, line: Connection[Any, Any]) -> None:
    """Be the process that is killed."""
    asyncio.run(_carry_out(folder, line))


async def _carry_out(folder: Path, line: Connection[Any, Any]) -> None:
    """Make the calls that come in, and answer each with its words, and whether it was refused."""
    async with StorageWorker(Storage(folder / NAME, CLOCK.now)) as storage:
        tools = {
            tool.schema.name: tool
            for kept in ALL
            for family in kept.families(storage)
            for tool in family.tools
        }
        await storage.run(lambda opened: opened.open())
        line.send("ready")
        async with Worker("line") as calls:
            while True:
                name, arguments = await calls.run(line.recv)
                try:
                    line.send(((await tools[name].call(arguments)).text, False))
                except ToolError as error:
                    line.send((str(error), True))


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
    wish = parser.parse_args()
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
