"""What is typed: a question answered, a text said, a mouth for either.

Flows in: the settings and words. Flows out: sound, where there is a speaker. Refuses to know: how
an answer is found, and who shows it.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from assistant import app, engines
from assistant.dialogue import Question
from assistant.events import Noticed
from assistant.floor import Floor
from assistant.speak.mouth import SilentMouth, SpeakingMouth
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from assistant.config import Config
    from assistant.dialogue import Dialogue
    from assistant.events import Emit
    from assistant.interfaces import Mouth, Speaker
    from assistant.messages import Part

_SETTLED_S = 5.0
"""Seconds that a single question waits for servers of tools."""


@asynccontextmanager
async def household(
    config: Config, emit: Emit, speaker: AbstractAsyncContextManager[Speaker] | None = None
) -> AsyncIterator[tuple[app.Home, Dialogue]]:
    """The household, and the dialogue about it; aloud where there is a speaker."""
    room = app.Room(tell=lambda problem: emit(Noticed(problem)))
    async with (
        mouth_of(config, speaker) as mouth,
        app.home_of(config, config.stt.languages[0], room) as home,
        app.dialogue_of(config, home, mouth, emit) as dialogue,
    ):
        yield home, dialogue


async def ask(
    config: Config,
    text: str,
    emit: Emit,
    *,
    parts: tuple[Part, ...] = (),
    speaker: AbstractAsyncContextManager[Speaker] | None = None,
) -> bool:
    """Answer one typed question, aloud where there is a speaker; False where it failed."""
    language = config.stt.languages[0]
    async with AsyncExitStack() as stack:
        home, dialogue = await stack.enter_async_context(household(config, emit, speaker))
        if not dialogue.knows(text, language):  # else they are not needed
            await stack.enter_async_context(app.meanwhile(home.servers.run()))
            await home.servers.settled(_SETTLED_S)
        return await dialogue.answer(Question(text, language, parts))


async def say(config: Config, text: str, speaker: AbstractAsyncContextManager[Speaker]) -> None:
    """Speak a text. Raises AssistantError."""
    async with mouth_of(config, speaker) as mouth:
        await mouth.say(app.once(text), app.nobody, Floor(given=True))


@asynccontextmanager
async def mouth_of(
    config: Config, speaker: AbstractAsyncContextManager[Speaker] | None
) -> AsyncIterator[Mouth]:
    """A mouth that speaks where there is a speaker, and is silent where there is none."""
    if speaker is None:
        yield SilentMouth()
        return
    async with speaker as sound_out, Worker("tts") as worker:
        voice = await worker.run(partial(engines.voice_of, config))
        yield SpeakingMouth(voice, worker, sound_out)
