"""The reply: a request in, text deltas out, tools run in between.

It asks the instant path first and then the model, has the tools run that the model asks for, and
asks again. What claims a deed that no tool did is not passed on. It refuses to know how the text is
spoken, how tools are run and where they come from.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.errors import GatewayError
from assistant.events import Streamed
from assistant.messages import Assistant, Message, ToolCall, User
from assistant.think.promises import NOT_DONE, Promises, did_not_happen
from assistant.think.round import EmptyReply, Round
from assistant.think.toolbox import Toolbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from assistant.config import ToolsConfig
    from assistant.events import Emit
    from assistant.floor import Floor
    from assistant.interfaces import Clock, Families, Family, Gateway, Tool
    from assistant.think.instant import Instant
    from assistant.think.toolbox import Errand
    from assistant.think.while_ringing import WhileRinging

__all__ = ["EmptyReply", "Reply", "TooManyRounds"]

_PATIENT_S = 1.0
"""Seconds of silence that a tool may make before something is said."""
_FILLERS: Final[Mapping[str, Sequence[str]]] = {
    "de": ("Ich sehe nach.", "Einen Moment noch."),
    "en": ("Let me look.", "Still looking."),
    "es": ("Déjame ver.", "Un momento más."),
    "fr": ("Je regarde.", "Encore un instant."),
    "id": ("Saya lihat dulu.", "Sebentar lagi."),
    "it": ("Fammi vedere.", "Ancora un momento."),
    "nl": ("Ik kijk even.", "Nog een moment."),
    "pt": ("Deixe-me ver.", "Só mais um momento."),
}
"""What is said while a tool takes long, by language (ISO 639-1): at first, and then once more."""


class TooManyRounds(GatewayError):
    """The model went on asking for tools."""

    kind = "too-many-rounds"
    plain = "That took too many steps, so I stopped. Please ask for less at once."


class Reply:
    """Answers one request at a time."""

    def __init__(
        self,
        gateway: Gateway,
        instant: Instant | WhileRinging | None,
        tools: Sequence[Family | Tool | Families],
        config: ToolsConfig,
        clock: Clock,
        emit: Emit,
    ) -> None:
        """A tool by itself is a family whose schema goes out with each request."""
        self._gateway = gateway
        self._instant = instant
        self._toolbox = Toolbox(tools, config, clock, emit)
        self._config = config
        self._clock = clock
        self._emit = emit

    def knows(self, text: str, language: str) -> bool:
        """Whether these words are answered without the model.

        A yes to what cannot be undone is not among them: it is not to be taken in haste.
        """
        return self._match(text, language) is not None

    async def warm(self) -> None:
        """Open the connection ahead of a request. Never raises for a failure to."""
        await self._gateway.warm()

    async def stream(
        self,
        past: Sequence[Message],
        user: User,
        language: str,
        turn: list[Message],
        floor: Floor,
    ) -> AsyncGenerator[str]:
        """The text of the answer, as it arrives; `turn` receives the messages as they come to be.

        No tool runs before the floor is given. Raises GatewayError.
        """
        turn.append(user)
        errand = self._toolbox.errand(user.text, language, floor)
        local = None if user.parts else errand.confirmed or self._match(user.text, language)
        if local is not None:
            await floor.wait()
            answer = await errand.answer(local)
            turn.append(Assistant(answer))
            yield answer
            return
        promises = Promises(user.text, language) if self._config.promise_check else None
        round_ = Round(self._gateway, self._emit, errand, promises, turn)
        began, repaired = self._clock.monotonic(), False
        messages = [*past, *turn]
        for left in reversed(range(self._config.max_rounds)):
            if self._clock.monotonic() - began > self._config.turn_s:
                raise TooManyRounds(
                    f"The turn took longer than {self._config.turn_s:g} s ([tools] turn_s)."
                )
            async with contextlib.aclosing(round_.texts(messages)) as texts:
                async for text in texts:
                    yield text
            messages = [*past, *turn]
            if round_.calls:
                await floor.wait()
                acting = self._act(errand, round_.calls, turn, language)
                async with contextlib.aclosing(acting) as fillers:
                    async for filler in fillers:
                        yield filler
                messages = [*past, *turn]
            elif round_.claim is None:
                return
            elif repaired or not left:
                yield round_.say(did_not_happen(language))
                return
            else:
                repaired = True
                messages[-1:] = [round_.whole, User(NOT_DONE)]
            yield "\n"
        raise TooManyRounds(f"The model asked for tools {self._config.max_rounds} times in a row.")

    def _match(self, text: str, language: str) -> ToolCall | None:
        call = self._instant.match(text, language) if self._instant else None
        return call if call and call.name in self._toolbox.tools else None

    async def _act(
        self, errand: Errand, calls: Sequence[ToolCall], turn: list[Message], language: str
    ) -> AsyncGenerator[str]:
        """Run one round's calls and add their results to `turn`.

        Where they take long and nothing was said yet, yields something to say meanwhile, which
        becomes the text of the message that made the calls.
        """
        fillers = iter(_FILLERS.get(language, _FILLERS["en"]) if self._config.filler else ())
        if any(isinstance(message, Assistant) and message.text.strip() for message in turn):
            next(fillers, None)  # what it said itself before the call is as good
        # The generator is closed by the task that reads it, so the group ends where it began.
        async with asyncio.TaskGroup() as group:
            running = group.create_task(errand.run(calls), name="tools")
            while not await self._done_soon(running) and (filler := next(fillers, None)):
                made = turn[-1]
                turn[-1] = replace(made, text=f"{made.text} {filler}".strip())
                said = f"\n{filler}\n" if made.text else f"{filler}\n"
                self._emit(Streamed(said))
                yield said
        turn.extend(running.result())

    async def _done_soon(self, running: asyncio.Task[list[Message]]) -> bool:
        """Whether the tools are done before the wait becomes long."""
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(self._clock.sleep(_PATIENT_S), name="patience")
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        return running.done()
