"""Orders for a running assistant: `assistant trigger`, `mute`, `unmute`, `stop` and `status`.

Flows in: the settings. Flows out: one plain sentence, or an error with the way out. Refuses to
know: what carries an order out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from assistant.command import EVERYWHERE
from assistant.control_socket import ANSWER_S, ask, control_folders
from assistant.errors import AssistantError
from assistant.orders import (
    LENGTHS,
    Look,
    Mute,
    Stop,
    Trigger,
    Unmute,
    length_told,
    order_line,
    parse_answer,
    parse_length,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from assistant.config import Config
    from assistant.orders import Order, State, Status

NOT_RUNNING = "No assistant is running. Start it with: assistant run"
_STATES: dict[State, str] = {
    "starting": "It is still starting",
    "asleep": "It waits for its wake word",
    "listening": "It listens",
    "hearing": "It hears somebody speak",
    "thinking": "It is thinking",
    "speaking": "It is speaking",
}


def mount(program: typer.Typer, settings: Callable[[], Config], console: Console) -> None:
    """Add the five commands."""

    def give(order: Order) -> Status:
        return given(settings(), order)

    def say(sentence: str) -> None:
        console.print(Text(sentence), soft_wrap=True)

    @program.command("trigger", epilog=EVERYWHERE)
    def trigger() -> None:
        """Make the running assistant listen now, as if its wake word had been said.

        For a button, a key of the desktop, or a script; so is: kill -USR1 PROCESS

        \b
        assistant trigger
        """
        say(triggered(give(Trigger())))

    @program.command("mute", epilog=EVERYWHERE)
    def mute(
        length: Annotated[
            str | None,
            typer.Option("--for", help=f"How long: {LENGTHS}. Without it, until it is undone."),
        ] = None,
    ) -> None:
        """Close the running assistant's microphone.

        \b
        assistant mute
        assistant mute --for 10m
        assistant mute --for 1h30m
        """
        say(muted(give(Mute(None if length is None else parse_length(length)))))

    @program.command("unmute", epilog=EVERYWHERE)
    def unmute() -> None:
        """Open the running assistant's microphone again.

        \b
        assistant unmute
        """
        say(muted(give(Unmute())))

    @program.command("stop", epilog=EVERYWHERE)
    def stop() -> None:
        """Make the running assistant stop speaking.

        \b
        assistant stop
        """
        give(Stop())
        say("It is silent.")

    @program.command("status", epilog=EVERYWHERE)
    def status() -> None:
        """Show what the running assistant does, and whether it is muted.

        \b
        assistant status
        """
        say(told(give(Look())))


def given(config: Config, order: Order) -> Status:
    """The status once the running assistant has carried out the order. Raises AssistantError."""
    try:
        answer = ask(control_folders(config.storage), order_line(order))
    except TimeoutError as error:
        raise AssistantError(
            f"An assistant is running, but has not answered for {ANSWER_S:g} seconds. "
            "If that lasts, end it and start it again: assistant run"
        ) from error
    except OSError as error:
        raise AssistantError(f"The running assistant cannot be asked: {error}") from error
    if answer is None:
        raise AssistantError(NOT_RUNNING)
    return parse_answer(answer)


def triggered(status: Status) -> str:
    """What is said once it was made to listen. Raises AssistantError where it is muted."""
    if status.muted:
        raise AssistantError(
            "It is muted, so it does not listen. Open its microphone with: assistant unmute"
        )
    return "It listens."


def muted(status: Status) -> str:
    """Whether the microphone is closed, and until when."""
    if not status.muted:
        return "It is not muted."
    if status.muted_for_s is None:
        return "It is muted. Open its microphone with: assistant unmute"
    return f"It is muted for {length_told(status.muted_for_s)}."


def told(status: Status) -> str:
    """What it does, and whether it is muted."""
    if not status.muted:
        return f"{_STATES[status.state]}."
    if status.state in {"asleep", "listening"}:  # which it cannot while it is muted
        return muted(status)
    return f"{_STATES[status.state]}. {muted(status)}"
