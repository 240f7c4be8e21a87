"""The command line: arguments in, the right part of the app run, an exit code out.

The only module that prints. It refuses to know how anything is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from assistant import app, gateway_commands, gateway_models, model_commands
from assistant.dialogue import Question
from assistant.errors import AssistantError, DeviceError, UsageError
from assistant.events import Event, Failed, Heard
from assistant.settings import load
from assistant.view import JsonLines, LiveView, PlainText

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from assistant.config import Config
    from assistant.events import Emit
    from assistant.interfaces import Speaker
    from assistant.messages import Part

T = TypeVar("T")
OUT = Console()
ERRORS = Console(stderr=True, soft_wrap=True)

_TERMINATED = 143
"""Exit code of what SIGTERM ended before it was done; ending a conversation is no failure."""
_EVERYWHERE = (
    "Everywhere, before or after the command: --config FILE, --set section.key=value "
    "(repeatable), --debug."
)
program = typer.Typer(
    name="assistant",
    help="A voice assistant for the home.\n\nHold a conversation: assistant run",
    epilog=_EVERYWHERE,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_program = typer.Typer(help="The model files.", no_args_is_help=True, epilog=_EVERYWHERE)
program.add_typer(models_program, name="models")
gateway_program = typer.Typer(
    help="The gateway: its models, what was asked and what it cost, what has left this machine.",
    no_args_is_help=True,
    epilog=_EVERYWHERE,
)
program.add_typer(gateway_program, name="gateway")

Out = Annotated[Path | None, typer.Option("--out", help="Write what is said into this WAV.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON event a line, for programs.")]


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


@program.command(epilog=_EVERYWHERE)
def run(*, json: Json = False) -> None:
    """Hold a conversation through the microphone and the speaker.

    \b
    assistant run
    assistant run --set audio.input=USB --set stt.model=tiny.en
    assistant run --json
    """
    settings = _settings()
    try:
        from assistant.audio.devices import find_input, find_output  # noqa: PLC0415

        find_input(settings.audio.input)
        find_output(settings.audio.output)
    except DeviceError as error:
        if settings.audio.input != "" or settings.audio.output != "":
            raise
        _sample(settings, error, json=json)
        return
    with _watching(json=json, live=True) as emit:
        microphone, speaker = app.live_microphone(settings), app.live_speaker(settings)
        _wait(app.converse(settings, microphone, speaker, emit, live=True))


def _sample(settings: Config, error: DeviceError, *, json: bool) -> None:
    """Where there is no sound card: the sample question, answered into a WAV file."""
    answer = Path("answer.wav")
    why = str(error).rstrip(".")
    ERRORS.print(Text(f"{why}. Here is a sample conversation from a recording instead."))
    with _watching(json=json) as emit:
        _hear(settings, [app.SAMPLE_QUESTION], answer, emit, realtime=False)
    ERRORS.print(Text(f"The answer was spoken into {answer.resolve()}"))


@program.command(epilog=_EVERYWHERE)
def hear(
    files: Annotated[list[Path], typer.Argument(help="Recordings, one after the other.")],
    out: Out = None,
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
    with _watching(json=json) as emit:
        _hear(_settings(), files, out, emit, realtime=realtime)


@program.command(epilog=_EVERYWHERE)
def ask(
    question: Annotated[str, typer.Argument(help="What to ask.")],
    image: Annotated[
        list[Path] | None, typer.Option("--image", help="A picture to look at; repeatable.")
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="A PDF to read; repeatable.")
    ] = None,
    out: Out = None,
    *,
    speak: Annotated[bool, typer.Option("--speak", help="Say the answer aloud.")] = False,
    json: Json = False,
) -> None:
    """Answer one typed question, as it streams.

    \b
    assistant ask "What time is it?"
    assistant ask "Tell me a joke." --speak
    assistant ask "What is this?" --image photo.jpg
    assistant ask "Summarise this." --file report.pdf
    assistant ask "Tell me a joke." --out joke.wav
    """
    if not question.strip():
        raise UsageError('The question is empty. Write it in quotes: assistant ask "What time?"')
    settings = _settings()
    speaker = _speaker(settings, out) if speak or out else None
    with _watching(json=json) as emit:
        parts = _parts(settings, image or (), file or ())
        if not _wait(app.ask(settings, question, emit, parts=parts, speaker=speaker)):
            raise typer.Exit(1)


def _parts(settings: Config, images: Sequence[Path], files: Sequence[Path]) -> tuple[Part, ...]:
    """What is shown with a question, ready to be sent. Raises AttachmentError."""
    if not images and not files:
        return ()
    from assistant.think.attachments import image_part, part_of  # noqa: PLC0415

    limits = settings.attachments
    return (
        *(image_part(path, limits) for path in images),
        *(part_of(path, limits) for path in files),
    )


@program.command(epilog=_EVERYWHERE)
def chat() -> None:
    """Hold a typed conversation; an empty line or Ctrl-D ends it.

    \b
    assistant chat
    """
    settings = _settings()
    emit = PlainText(OUT, ERRORS)
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        try:
            mouth = runner.run(stack.enter_async_context(app.mouth_of(settings, None)))
            language = settings.stt.languages[0]
            talking = app.dialogue_of(settings, mouth, emit, language)
            talk = runner.run(stack.enter_async_context(talking))
            while text := _typed():
                with contextlib.suppress(KeyboardInterrupt):  # it ends the answer, not the chat
                    runner.run(talk.answer(Question(text, language)))
        finally:
            runner.run(stack.aclose())


@program.command(epilog=_EVERYWHERE)
def say(text: Annotated[str, typer.Argument(help="What to say.")], out: Out = None) -> None:
    """Say a text aloud, or into a WAV file.

    \b
    assistant say "Dinner is ready."
    assistant say "It's 8:05 and 76°F." --out weather.wav
    """
    if not text.strip():
        raise UsageError('There is nothing to say. Write it in quotes: assistant say "Hello."')
    settings = _settings()
    _wait(app.say(settings, text, _speaker(settings, out)))


@program.command(epilog=_EVERYWHERE)
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
        _wait(screens.draw_meter(app.live_microphone(settings), OUT))


@program.command("config", epilog=_EVERYWHERE)
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


@program.command(epilog=_EVERYWHERE)
def doctor() -> None:
    """Check everything that a conversation needs, and say what to do about what is missing.

    \b
    assistant doctor
    """
    from assistant.doctor import examine  # noqa: PLC0415

    if not _wait(examine(_settings(), OUT)):
        raise typer.Exit(1)


model_commands.mount(models_program, _settings, OUT, ERRORS)
gateway_models.mount(gateway_program, _settings, OUT)
gateway_commands.mount(gateway_program, _settings, OUT)


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


@contextlib.contextmanager
def _watching(*, json: bool, live: bool = False) -> Iterator[Emit]:
    """Whoever shows what happens: a program's lines, a live view, or plain text."""
    if json:
        yield JsonLines(sys.stdout)
    elif live and OUT.is_terminal:
        with LiveView(OUT) as view:
            yield view
    else:
        yield PlainText(OUT, ERRORS)


def _hear(
    settings: Config, files: list[Path], out: Path | None, emit: Emit, *, realtime: bool
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
    speaker = WavSpeaker(out, realtime=realtime)
    _wait(app.converse(settings, microphone, speaker, watch, live=realtime))
    if Heard not in seen:
        ERRORS.print(Text("No request was heard in what was played.", "dim"))
    if Failed in seen:
        raise typer.Exit(1)


def _speaker(settings: Config, out: Path | None) -> AbstractAsyncContextManager[Speaker]:
    from assistant.audio.wav import WavSpeaker  # noqa: PLC0415

    return WavSpeaker(out, realtime=False) if out else app.live_speaker(settings)


def _typed() -> str:
    try:
        return OUT.input("[bold cyan]You  [/]").strip()
    except EOFError:
        return ""


def _wait(work: Coroutine[None, None, T]) -> T:
    """The result; SIGTERM ends the work as Ctrl-C does, with everything closed."""

    async def owned() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # for the type checker
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(owned())
    except asyncio.CancelledError:
        sys.exit(0 if "run" in sys.argv else _TERMINATED)
