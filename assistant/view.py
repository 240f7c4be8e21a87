"""What happened, for a person or a program to read: a live view, plain text, or JSON lines.

Flows in: events. Flows out: lines on a console. Refuses to know: where the events come from.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from assistant.events import (
    Event,
    Failed,
    Heard,
    Ignored,
    Muted,
    Noticed,
    Rang,
    Ready,
    Requested,
    Said,
    Slept,
    SpeakingBegan,
    SpeechBegan,
    Streamed,
    ToolCalled,
    TurnEnded,
    Woke,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import IO, Self, TextIO

    from rich.console import Console

_STAGES = (
    ("endpoint_ms", "silence", "blue"),
    ("stt_ms", "words", "cyan"),
    ("first_token_ms", "model", "magenta"),
    ("first_clause_ms", "clause", "yellow"),
    ("tts_ms", "voice", "green"),
    ("held_ms", "held", "blue"),
)
"""The stages of a turn in their order, as they are named and coloured on the screen."""
_BAR_MS = 40
"""Milliseconds that one cell of the bar stands for."""

_NAMES: dict[type[Event], str] = {
    Ready: "ready",
    Woke: "woke",
    Slept: "asleep",
    Muted: "muted",
    Rang: "ring",
    SpeechBegan: "speech",
    Heard: "heard",
    Ignored: "ignored",
    Requested: "request",
    Streamed: "delta",
    ToolCalled: "tool",
    SpeakingBegan: "speaking",
    Said: "said",
    Failed: "error",
    Noticed: "notice",
    TurnEnded: "turn",
}
"""What `--json` calls each event."""


class JsonLines:
    """One JSON object a line, for programs."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __call__(self, event: Event) -> None:
        """Write the event, at once."""
        line = json.dumps(as_json(event), ensure_ascii=False)
        with _reader(self._out):
            self._out.write(line + "\n")
            self._out.flush()


class PlainText:
    """The answer as it streams, and what went wrong; nothing else."""

    def __init__(self, out: Console, errors: Console) -> None:
        self._out = out
        self._errors = errors
        self._streamed = False

    def __call__(self, event: Event) -> None:
        """Show the event, if it is one for people."""
        with _reader(self._out.file):
            self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case Heard(text=text):
                self._out.print(Text.assemble(("You  ", "bold cyan"), text))
            case Ignored(reason=reason):
                self._out.print(Text(f"(heard a sound, but no request: {reason})", "dim"))
            case Streamed(text=text):
                self._streamed = True
                self._out.print(text, end="", markup=False, highlight=False)
            case Said(text=text):
                self._out.print("" if self._streamed else Text(text))
                self._streamed = False
            case Failed(message=message):
                self._errors.print(Text(message, "red"))
            case Rang(text=text):
                self._out.print(Text(text, "bold yellow"))
            case Noticed(message=message):
                self._errors.print(Text(message, "yellow"))
            case _:
                pass


@contextlib.contextmanager
def _reader(out: IO[str]) -> Iterator[None]:
    """End the program where nobody reads any more: that is no failed turn."""
    try:
        yield
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # so that closing it does not complain again
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        raise SystemExit(1) from error


class LiveView:
    """Listening, thinking, speaking; the words as they come; the times of each turn."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = Spinner("dots", Text("loading the models", "dim"))
        self._words = Text()
        self._live = Live(self._shown(), console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the screen as it was, with the conversation above."""
        self._live.stop()

    def __call__(self, event: Event) -> None:  # noqa: C901, PLR0912  # flat: one case an event
        """Show what happened."""
        match event:
            case Ready():
                self._become("listening", "green")
            case Slept():
                self._become("waiting for the wake word", "dim green")
            case Woke():
                self._become("listening", "bold green")
            case Muted(muted=muted):
                self._become("muted: the microphone is closed" if muted else "listening", "red")
            case Rang(text=text):
                self._keep(Text(f"     {text}", "bold yellow"))
                self._become("ringing", "bold yellow")
            case SpeechBegan():
                self._become("hearing you", "bold green")
            case Heard(text=text):
                self._words = Text()
                self._keep(Text.assemble(("You  ", "bold cyan"), text))
                self._become("thinking", "magenta")
            case Ignored(reason=reason):
                self._keep(Text(f"     (no request: {reason})", "dim"))
                self._become("listening", "green")
            case Requested():
                self._become("thinking", "magenta")
            case Streamed(text=text):
                self._words.append(text)
            case ToolCalled(name=name, result=result):
                self._keep(Text.assemble((f"     {name}: ", "dim"), (result, "dim")))
            case SpeakingBegan():
                self._become("speaking", "bold yellow")
            case Said(text=text, interrupted=interrupted):
                self._words = Text()
                mark = Text(" (interrupted)" if interrupted else "", "dim")
                self._keep(Text.assemble(("It   ", "bold yellow"), text, mark))
                self._become("listening", "green")
            case Failed(message=message):
                self._keep(Text(f"     {message}", "red"))
            case Noticed(message=message):
                self._keep(Text(f"     {message}", "yellow"))
            case TurnEnded():
                self._keep(times(event))
        self._live.update(self._shown())

    def _become(self, state: str, style: str) -> None:
        self._state = Spinner("dots", Text(state, style))

    def _keep(self, line: Text) -> None:
        self._console.print(line)

    def _shown(self) -> Group:
        return Group(*([self._words] if self._words else []), self._state)


def times(turn: TurnEnded) -> Text:
    """A turn's times as a bar, one colour a stage, and in figures."""
    bar, figures = Text("     "), Text("     ")
    for name, label, style in _STAGES:
        ms: float | None = getattr(turn, name)
        if ms is not None:
            bar.append("━" * max(1, round(ms / _BAR_MS)), style)
            figures.append(f"{label} {ms:.0f} ", style)
    if turn.first_sound_ms is None:
        return Text()
    figures.append(f"= {turn.first_sound_ms:.0f} ms to the first sound", "dim")
    return Text("\n").join([bar, figures])


def as_json(event: Event) -> dict[str, Any]:
    """The event as a program reads it; the names are part of the interface."""
    values = {
        key: round(value, 3) if isinstance(value, float) else value
        for key, value in dataclasses.asdict(event).items()
    }
    if isinstance(event, ToolCalled):
        values["arguments"] = _parsed(event.arguments)
    return {"event": _NAMES[type(event)], **values}


def _parsed(arguments: str) -> object:
    """The arguments as JSON; as they came where they are none."""
    try:
        return json.loads(arguments or "{}")
    except json.JSONDecodeError:
        return arguments
