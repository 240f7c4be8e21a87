"""The spoken conversation on the command line: `assistant run` and `assistant hear`.

Flows in: the settings, a microphone or recordings. Flows out: what happens, on the screen, and
answers in the speaker or a WAV file. Refuses to know: how anything is heard or answered.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from assistant import engines
from assistant.command import EVERYWHERE, Json, wait, watching
from assistant.errors import DeviceError
from assistant.events import Event, Failed, Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from rich.console import Console

    from assistant.config import Config
    from assistant.events import Emit


def mount(
    program: typer.Typer, settings: Callable[[], Config], console: Console, errors: Console
) -> None:
    """Add the two commands."""

    @program.command(epilog=EVERYWHERE)
    def run(*, json: Json = False) -> None:
        """Hold a conversation through the microphone and the speaker.

        \b
        assistant run
        assistant run --set audio.input=USB --set stt.model=tiny.en
        assistant run --json
        """
        config = settings()
        if (missing := _missing_device(config)) is None:
            with watching(console, errors, json=json, live=True) as emit:
                microphone, speaker = engines.live_microphone(config), engines.live_speaker(config)
                wait(_talk().converse(config, microphone, speaker, emit, live=True, orders=True))
            return
        answer = Path("answer.wav")
        why = str(missing).rstrip(".")
        errors.print(Text(f"{why}. Here is a sample conversation from a recording instead."))
        with watching(console, errors, json=json) as emit:
            _hear(config, [_talk().SAMPLE_QUESTION], answer, emit, errors)
        errors.print(Text(f"The answer was spoken into {answer.resolve()}"))

    @program.command(epilog=EVERYWHERE)
    def hear(
        files: Annotated[list[Path], typer.Argument(help="Recordings, one after the other.")],
        out: Annotated[
            Path | None, typer.Option("--out", help="Write what is said into this WAV.")
        ] = None,
        *,
        realtime: Annotated[
            bool, typer.Option("--realtime", help="As fast as they were spoken, no faster.")
        ] = False,
        json: Json = False,
    ) -> None:
        """Answer recordings as if they came from the microphone.

        \b
        assistant hear question.wav --out answer.wav
        assistant hear first.wav second.wav --realtime --json
        """
        with watching(console, errors, json=json) as emit:
            _hear(settings(), files, out, emit, errors, realtime=realtime)


def _missing_device(settings: Config) -> DeviceError | None:
    """Why there is no conversation where no device was chosen. Raises DeviceError where one was."""
    try:
        from assistant.audio.devices import find_input, find_output  # noqa: PLC0415

        find_input(settings.audio.input)
        find_output(settings.audio.output)
    except DeviceError as error:
        if settings.audio.input != "" or settings.audio.output != "":
            raise
        return error
    return None


def _hear(
    settings: Config,
    files: Sequence[Path],
    out: Path | None,
    emit: Emit,
    errors: Console,
    *,
    realtime: bool = False,
) -> None:
    """Answer recordings; exit code 1 where an answer failed."""
    from assistant.audio.wav import WavMicrophone, WavSpeaker, read_sound  # noqa: PLC0415

    for file in files:
        read_sound(file)  # refused before anything is loaded
    seen: set[type[Event]] = set()

    def watch(event: Event) -> None:
        seen.add(type(event))
        emit(event)

    gap_s = max(settings.endpoint.hangover_ms, settings.endpoint.pause_ms) / 1000 + 0.5
    microphone = contextlib.nullcontext(WavMicrophone(files, realtime=realtime, gap_s=gap_s))
    speaker = WavSpeaker(out, realtime=realtime, volume=settings.tts.volume)
    wait(_talk().converse(settings, microphone, speaker, watch, live=realtime))
    if Heard not in seen:
        errors.print(Text("No request was heard in what was played.", "dim"))
    if Failed in seen:
        raise typer.Exit(1)


def _talk() -> ModuleType:
    """The spoken loop; its tools and sentences take half a second to import."""
    from assistant import talk  # noqa: PLC0415

    return talk
