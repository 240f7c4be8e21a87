"""All that is kept, at once: `assistant data export`, `import` and `delete`.

Flows in: the settings, and a file. Flows out: a sentence, with progress meanwhile. Refuses to know:
how rows are read and written.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path  # noqa: TC003  # typer reads the types as it runs
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from assistant.clock import SystemClock
from assistant.command import EVERYWHERE
from assistant.control_socket import ask, control_folders
from assistant.errors import UsageError
from assistant.orders import Look, order_line
from assistant.storage import Storage, file_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from assistant.config import Config

_NOTHING = "Nothing is kept yet."


def mount_data(
    program: typer.Typer, settings: Callable[[], Config], console: Console, errors: Console
) -> None:
    """Add the three commands to the `data` sub-program."""

    def say(sentence: str) -> None:
        console.print(Text(sentence), soft_wrap=True)

    @program.command("export", epilog=EVERYWHERE)
    def export(
        file: Annotated[Path, typer.Argument(help="A new file; it is JSON.")],
    ) -> None:
        """Write everything that is kept into a file: notes, lists, facts, timers, alarms, records.

        \b
        assistant data export household.json
        """
        from assistant.household import data  # noqa: PLC0415

        config = settings()
        if not file_of(config.storage).exists():
            raise UsageError(f"{_NOTHING} There is nothing to export.")
        with _opened(config, errors) as storage, _told(errors, "Exporting") as progress:
            rows = data.export(storage, file, SystemClock().now(), progress)
        say(f"{file} holds {_rows(rows)}. It is readable by you alone; keep it safe.")

    @program.command("import", epilog=EVERYWHERE)
    def take_in(
        file: Annotated[Path, typer.Argument(help="What assistant data export wrote.")],
    ) -> None:
        """Add what an export holds; what is there already stays as it is.

        All of it is taken, or nothing; a second time nothing is added.

        \b
        assistant data import household.json
        """
        from assistant.household import data  # noqa: PLC0415

        config = settings()
        with _opened(config, errors) as storage, _told(errors, "Importing") as progress:
            taken = data.take_in(storage, file, SystemClock().now, progress)
        say(f"Added: {_rows(taken.added)}. There already: {_rows(taken.kept)}.")
        if taken.added and _running(config):
            say("Restart the running assistant, so that it knows timers and alarms among them.")

    @program.command("delete", epilog=EVERYWHERE)
    def delete(
        *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether I am sure.")] = False
    ) -> None:
        """Delete everything that is kept. It cannot be undone; export it first.

        \b
        assistant data export household.json
        assistant data delete
        assistant data delete --yes
        """
        from assistant.household import data  # noqa: PLC0415

        config = settings()
        file = file_of(config.storage)
        if not file.exists():
            say(_NOTHING)
            return
        if _running(config):
            raise UsageError(
                "An assistant is running, and would go on with its timers. End it first."
            )
        if not yes:
            typer.confirm(f"Delete everything in {file}, for good?", abort=True)
        with _opened(config, errors) as storage:
            rows = data.delete(storage)
        say(f"Deleted: {_rows(rows)}.")


@contextmanager
def _opened(config: Config, errors: Console) -> Iterator[Storage]:
    with closing(Storage(file_of(config.storage), SystemClock().now)) as storage:
        if note := storage.open():
            errors.print(Text(note))
        yield storage


@contextmanager
def _told(errors: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    """Whoever shows how far it is; the bar goes when it is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def _running(config: Config) -> bool:
    """Whether an assistant is running with this storage."""
    try:
        return ask(control_folders(config.storage), order_line(Look())) is not None
    except OSError:  # one is there, and does not answer; TimeoutError is one of them
        return True


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count != 1)}"
