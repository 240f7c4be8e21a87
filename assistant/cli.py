"""The command line: arguments in, the right part of the app run, an exit code out.

The only module that prints. It refuses to know how anything is done.
"""

from __future__ import annotations

import io
import logging
import sys
from pathlib import Path  # noqa: TC003  # typer reads the types as it runs
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.text import Text

from assistant import (
    control_commands,
    engines,
    gateway_commands,
    gateway_models,
    heard_commands,
    household_commands,
    model_commands,
    typed_commands,
)
from assistant.command import EVERYWHERE, wait
from assistant.errors import AssistantError, UsageError
from assistant.events import Failed
from assistant.settings import load
from assistant.view import JsonLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.config import Config

OUT = Console()
ERRORS = Console(stderr=True, soft_wrap=True)

program = typer.Typer(
    name="assistant",
    help="A voice assistant for the home.\n\nHold a conversation: assistant run",
    epilog=EVERYWHERE,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_program = typer.Typer(help="The model files.", no_args_is_help=True, epilog=EVERYWHERE)
program.add_typer(models_program, name="models")
gateway_program = typer.Typer(
    help="The gateway: its models, what was asked and what it cost, what has left this machine.",
    no_args_is_help=True,
    epilog=EVERYWHERE,
)
program.add_typer(gateway_program, name="gateway")


class _Globals:
    """What was said before the command."""

    file: Path | None = None
    overrides: Sequence[str] = ()
    debug: bool = False


def _settings() -> Config:
    return load(_Globals.file, _Globals.overrides).config


@program.callback()
def everywhere(
    file: Annotated[Path | None, typer.Option("--config", help="Read this TOML file.")] = None,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change one setting, say stt.model=tiny.en; repeatable."),
    ] = None,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks and what the parts log.")
    ] = False,
) -> None:
    """Take what holds for every command."""
    _Globals.file, _Globals.overrides, _Globals.debug = file, overrides or (), debug
    logging.basicConfig(level=logging.DEBUG if debug else logging.ERROR, stream=sys.stderr)
    logging.getLogger("httpcore").setLevel(logging.INFO)  # it would show headers, and a key in them


heard_commands.mount(program, _settings, OUT, ERRORS)
typed_commands.mount(program, _settings, OUT, ERRORS)


@program.command(epilog=EVERYWHERE)
def devices(
    *, meter: Annotated[bool, typer.Option("--meter", help="Show the microphone's level.")] = False
) -> None:
    """List the sound devices, with the chosen ones marked.

    \b
    assistant devices
    assistant devices --meter --set audio.input=USB
    """
    from assistant import screens  # noqa: PLC0415

    settings = _settings()
    OUT.print(screens.device_table(settings.audio))
    if meter:
        wait(screens.draw_meter(engines.live_microphone(settings), OUT))


@program.command("config", epilog=EVERYWHERE)
def show_config(
    *,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="A config.toml to begin with.")
    ] = False,
) -> None:
    """Show every setting, its value and where it came from.

    \b
    assistant config
    assistant config --set stt.model=tiny.en
    assistant config --defaults > config.toml
    """
    from assistant import screens, template  # noqa: PLC0415

    if defaults:
        sys.stdout.write(template.template())
        return
    OUT.print(screens.settings_table(load(_Globals.file, _Globals.overrides)))


@program.command(epilog=EVERYWHERE)
def doctor(
    *,
    room: Annotated[
        bool, typer.Option("--room", help="Play and record, and measure the echo in the room.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option("--write", help="Write what --room recommends into this TOML.")
    ] = None,
) -> None:
    """Check everything that a conversation needs, and say what to do about what is missing.

    \b
    assistant doctor
    assistant doctor --room
    assistant doctor --room --write config.toml
    """
    from assistant.doctor import examine, examine_room  # noqa: PLC0415

    if write and not room:
        raise UsageError("--write writes what --room measures. Give both: assistant doctor --room")
    work = examine_room(_settings(), OUT, write) if room else examine(_settings(), OUT)
    if not wait(work):
        raise typer.Exit(1)


model_commands.mount(models_program, _settings, OUT, ERRORS)
gateway_models.mount(gateway_program, _settings, OUT)
gateway_commands.mount(gateway_program, _settings, OUT)
control_commands.mount(program, _settings, OUT)
household_commands.mount(program, _settings, OUT, ERRORS)


def main() -> NoReturn:
    """Run the program. Exit codes: 0 done, 1 a failure, 2 a wrong use, 130 Ctrl-C."""
    debug = "--debug" in sys.argv
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the locale, words come out whole
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        program(args=_hoisted(sys.argv[1:]))
    except AssistantError as error:
        if debug:
            raise
        if "--json" in sys.argv and {"run", "hear", "ask"} & set(sys.argv):
            JsonLines(sys.stdout)(Failed(error.kind, str(error)))
        ERRORS.print(Text(str(error)))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as error:  # pathlib's own, for `~` where there is no such person or folder
        if debug or "home directory" not in str(error):
            raise
        ERRORS.print(Text(f"{error} Set HOME, or give whole paths instead of ~."))
        sys.exit(2)
    sys.exit(0)


def _hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with those that hold everywhere in front, where typer expects them."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument in {"--config", "--set"}:
            value = next(left, None)
            if value is None:  # typer says that it is missing
                rest.append(argument)
            else:
                front += [argument, value]
        elif argument == "--debug" or argument.startswith(("--config=", "--set=")):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest
