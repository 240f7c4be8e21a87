"""Typed text on the command line: `assistant ask`, `assistant chat` and `assistant say`.

Flows in: the settings and text. Flows out: answers on the screen, in the speaker or a WAV file.
Refuses to know: how anything is answered or said.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import engines
from assistant.command import EVERYWHERE, Json, wait, watching
from assistant.dialogue import Question
from assistant.errors import UsageError
from assistant.view import PlainText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import ModuleType

    from rich.console import Console

    from assistant.config import Config
    from assistant.interfaces import Speaker
    from assistant.messages import Part

Out = Annotated[Path | None, typer.Option("--out", help="Write what is said into this WAV.")]


def mount(
    program: typer.Typer, settings: Callable[[], Config], console: Console, errors: Console
) -> None:
    """Add the three commands."""

    @program.command(epilog=EVERYWHERE)
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
            raise UsageError(
                'The question is empty. Write it in quotes: assistant ask "What time?"'
            )
        config = settings()
        speaker = _speaker(config, out) if speak or out else None
        with watching(console, errors, json=json) as emit:
            parts = _parts(config, image or (), file or ())
            if not wait(_typing().ask(config, question, emit, parts=parts, speaker=speaker)):
                raise typer.Exit(1)

    @program.command(epilog=EVERYWHERE)
    def chat() -> None:
        """Hold a typed conversation; an empty line or Ctrl-D ends it.

        \b
        assistant chat
        """
        _chat(settings(), console, errors)

    @program.command(epilog=EVERYWHERE)
    def say(text: Annotated[str, typer.Argument(help="What to say.")], out: Out = None) -> None:
        """Say a text aloud, or into a WAV file.

        \b
        assistant say "Dinner is ready."
        assistant say "It's 8:05 and 76°F." --out weather.wav
        """
        if not text.strip():
            raise UsageError('There is nothing to say. Write it in quotes: assistant say "Hello."')
        config = settings()
        wait(_typing().say(config, text, _speaker(config, out)))


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


def _chat(settings: Config, console: Console, errors: Console) -> None:
    """Answer line by line until there is none."""
    from assistant import app  # noqa: PLC0415

    typed = _typing()
    emit = PlainText(console, errors)
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        try:
            talking = stack.enter_async_context(typed.household(settings, emit))
            home, talk = runner.run(talking)
            runner.run(stack.enter_async_context(app.meanwhile(home.servers.run())))
            language = settings.stt.languages[0]
            while text := _line(console):
                with contextlib.suppress(KeyboardInterrupt):  # it ends the answer, not the chat
                    runner.run(talk.answer(Question(text, language)))
        finally:
            runner.run(stack.aclose())


def _line(console: Console) -> str:
    try:
        return console.input("[bold cyan]You  [/]").strip()
    except EOFError:
        return ""


def _speaker(settings: Config, out: Path | None) -> AbstractAsyncContextManager[Speaker]:
    from assistant.audio.wav import WavSpeaker  # noqa: PLC0415

    if out is None:
        return engines.live_speaker(settings)
    return WavSpeaker(out, realtime=False, volume=settings.tts.volume)


def _typing() -> ModuleType:
    """The dialogue; its tools and sentences take half a second to import."""
    from assistant import typed  # noqa: PLC0415

    return typed
