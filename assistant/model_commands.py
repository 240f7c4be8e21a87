"""The model files on the command line: `assistant models list` and `assistant models pull`.

Flows in: the settings, and names. Flows out: a table, or progress bars. Refuses to know: how a
file is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant import engines

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from assistant.config import Config


def mount(
    program: typer.Typer, settings: Callable[[], Config], console: Console, errors: Console
) -> None:
    """Add the two commands to the `models` sub-program."""

    @program.command("list")
    def list_models() -> None:
        """List the models with their licences, and whether they are here.

        \b
        assistant models list
        """
        from assistant import screens  # noqa: PLC0415

        console.print(screens.model_table(engines.store(settings())))

    @program.command("pull")
    def pull_models(
        names: Annotated[
            list[str] | None, typer.Argument(help="Which; none for the default ones.")
        ] = None,
        *,
        verify: Annotated[
            bool, typer.Option("--verify", help="Compute the sums of what is here, too.")
        ] = False,
    ) -> None:
        """Fetch models, check their sums, and mend what is damaged.

        \b
        assistant models pull
        assistant models pull tiny.en
        assistant models pull en_GB-alan-medium
        """
        from assistant import screens  # noqa: PLC0415

        store = engines.store(settings())
        with screens.PullProgress(errors) as progress:
            store.pull(names or (), progress, progress.note, verify=verify)
