"""What the household's commands share: the tools and the stores behind them, and where to print.

Flows in: the settings, and what a command asks. Flows out: what the tools say, tables, or JSON.
What only looks makes no file where there is none. Refuses to know: which commands there are.
"""

from __future__ import annotations

import json as codec
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from assistant.clock import SystemClock
from assistant.command import wait
from assistant.errors import ToolError
from assistant.storage import Storage, StorageError, StorageWorker, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from assistant.config import Config
    from assistant.household.facts import Fact
    from assistant.household.listed import Listed
    from assistant.household.notes import Note


class Shelf:
    """The household's things, and where they are shown."""

    def __init__(self, settings: Callable[[], Config], console: Console) -> None:
        self._settings = settings
        self._console = console

    def say(self, sentence: str) -> None:
        """Print a sentence, whole."""
        self._console.print(Text(sentence), soft_wrap=True)

    def do(self, tool: str, **arguments: object) -> None:
        """Let a tool do it, and print its words. Raises AssistantError."""
        self.say(wait(self._called(tool, arguments)))

    def look(self, tool: str, empty: str, **arguments: object) -> None:
        """The same for what only looks; `empty` is printed where there is no file yet."""
        if file_of(self._settings().storage).exists():
            self.do(tool, **arguments)
        else:
            self.say(empty)

    def kept(self, what: str, words: str = "") -> Sequence[Any]:
        """Notes, lists or facts, those about these words where there are some."""
        return wait(self._kept(what, words)) if file_of(self._settings().storage).exists() else ()

    def lines(self, rows: Sequence[Any]) -> None:
        """Print JSON."""
        for row in rows:
            self._console.out(codec.dumps(asdict(row), ensure_ascii=False), highlight=False)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table."""
        table = Table(*columns)
        for row in rows:
            table.add_row(*(Text(cell, overflow="fold") for cell in row))
        self._console.print(table)

    async def _called(self, tool: str, arguments: object) -> str:
        from assistant.household.facts import Facts  # noqa: PLC0415
        from assistant.household.lists import Lists  # noqa: PLC0415
        from assistant.household.notes import Notes  # noqa: PLC0415
        from assistant.tools.lists import lists_family  # noqa: PLC0415
        from assistant.tools.memory import memory_family  # noqa: PLC0415
        from assistant.tools.notes import notes_family  # noqa: PLC0415

        clock = SystemClock()
        async with self._storage() as storage:
            families = (
                notes_family(Notes(storage, clock)),
                lists_family(Lists(storage, clock)),
                memory_family(Facts(storage, clock)),
            )
            tools = {one.schema.name: one for family in families for one in family.tools}
            try:
                return (await tools[tool].call(codec.dumps(arguments))).text
            except ToolError as error:
                raise _plain(error) from error

    async def _kept(self, what: str, words: str) -> Sequence[Note | Listed | Fact]:
        from assistant.household.facts import Facts  # noqa: PLC0415
        from assistant.household.lists import Lists  # noqa: PLC0415
        from assistant.household.notes import Notes  # noqa: PLC0415

        async with self._storage() as storage:
            try:
                match what:
                    case "notes":
                        notes = Notes(storage, SystemClock())
                        return await (notes.search(words) if words else notes.all())
                    case "lists":
                        return await Lists(storage, SystemClock()).all()
                    case _:
                        return await Facts(storage, SystemClock()).recall(words)
            except ToolError as error:
                raise _plain(error) from error

    def _storage(self) -> StorageWorker:
        return StorageWorker(Storage(file_of(self._settings().storage), SystemClock().now))


def _plain(error: ToolError) -> ToolError | StorageError:
    """The error for the screen: of a storage that fails, the file and the way out."""
    return error.__cause__ if isinstance(error.__cause__, StorageError) else error
