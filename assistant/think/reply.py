"""The reply: a request in, text deltas out, tools run in between.

It asks the instant path first and then the model, runs the tools that the model asks for, side by
side, and asks again. It refuses to know how the text is spoken and where the tools come from.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.errors import GatewayError, ToolError
from assistant.events import Requested, Streamed, ToolCalled
from assistant.messages import (
    Assistant,
    Finished,
    Message,
    TextDelta,
    ToolCall,
    ToolResult,
    User,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from assistant.config import ToolsConfig
    from assistant.events import Emit
    from assistant.floor import Floor
    from assistant.interfaces import Clock, Gateway, Tool
    from assistant.think.instant import Instant

_LOG = logging.getLogger(__name__)
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


class EmptyReply(GatewayError):
    """The model ended without a word and without a tool."""

    kind = "empty-reply"
    plain = "The model gave me an empty answer. Please ask again."


class TooManyRounds(GatewayError):
    """The model went on asking for tools."""

    kind = "too-many-rounds"
    plain = "That took too many steps, so I stopped. Please ask for less at once."


class Reply:
    """Answers one request at a time."""

    def __init__(
        self,
        gateway: Gateway,
        instant: Instant | None,
        tools: Sequence[Tool],
        config: ToolsConfig,
        clock: Clock,
        emit: Emit,
    ) -> None:
        self._gateway = gateway
        self._instant = instant
        self._tools = {tool.schema.name: tool for tool in tools}
        self._config = config
        self._clock = clock
        self._emit = emit

    def knows(self, text: str, language: str) -> bool:
        """Whether these words are answered without the model."""
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
        if not user.parts and (call := self._match(user.text, language)):
            await floor.wait()
            answer = await self._run(call, floor)
            turn.append(Assistant(answer))
            yield answer
            return
        began = self._clock.monotonic()
        for _ in range(self._config.max_rounds):
            if self._clock.monotonic() - began > self._config.turn_s:
                raise TooManyRounds(
                    f"The turn took longer than {self._config.turn_s:g} s ([tools] turn_s)."
                )
            calls: list[ToolCall] = []
            async with contextlib.aclosing(self._round([*past, *turn], turn, calls)) as texts:
                async for text in texts:
                    yield text
            if not calls:
                return
            await floor.wait()
            async with contextlib.aclosing(self._act(calls, turn, floor, language)) as fillers:
                async for filler in fillers:
                    yield filler
            yield "\n"
        raise TooManyRounds(f"The model asked for tools {self._config.max_rounds} times in a row.")

    def _match(self, text: str, language: str) -> ToolCall | None:
        call = self._instant.match(text, language) if self._instant else None
        return call if call and call.name in self._tools else None

    async def _round(
        self, messages: Sequence[Message], turn: list[Message], calls: list[ToolCall]
    ) -> AsyncGenerator[str]:
        """One request: yields its text, fills `calls`, and adds the model's message to `turn`."""
        said = Assistant("")
        turn.append(said)
        schemas = [tool.schema for tool in self._tools.values()]
        self._emit(Requested())
        async with contextlib.aclosing(self._gateway.stream(messages, schemas)) as deltas:
            async for delta in deltas:
                match delta:
                    case TextDelta(text):
                        said = Assistant(said.text + text)
                        turn[-1] = said
                        self._emit(Streamed(text))
                        yield text
                    case ToolCall():
                        calls.append(delta)
                    case Finished(extra=extra):
                        said = Assistant(said.text, extra=extra)
        turn[-1] = Assistant(said.text, tuple(_sendable(call) for call in calls), said.extra)
        if not calls and not said.text.strip():
            raise EmptyReply("The model ended its reply without text and without a tool call.")

    async def _act(
        self, calls: Sequence[ToolCall], turn: list[Message], floor: Floor, language: str
    ) -> AsyncGenerator[str]:
        """Run one round's calls side by side and add their results, one each, to `turn`.

        Where they take long and nothing was said yet, yields something to say meanwhile, which
        becomes the text of the message that made the calls.
        """
        fillers = iter(_FILLERS.get(language, _FILLERS["en"]) if self._config.filler else ())
        if any(isinstance(message, Assistant) and message.text.strip() for message in turn):
            next(fillers, None)  # what it said itself before the call is as good
        # The generator is closed by the task that reads it, so the group ends where it began.
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self._run_all(calls, floor), name="tools")
            while not await self._done_soon(running) and (filler := next(fillers, None)):
                made = turn[-1]
                turn[-1] = replace(made, text=f"{made.text} {filler}".strip())
                said = f"\n{filler}\n" if made.text else f"{filler}\n"
                self._emit(Streamed(said))
                yield said
        turn.extend(running.result())

    async def _done_soon(self, running: asyncio.Task[list[ToolResult]]) -> bool:
        """Whether the tools are done before the wait becomes long."""
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(self._clock.sleep(_PATIENT_S), name="patience")
            await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        return running.done()

    async def _run_all(self, calls: Sequence[ToolCall], floor: Floor) -> list[ToolResult]:
        """The results of one round's calls, run side by side; each has one, whatever happens."""
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._run(call, floor), name=f"tool-{call.name}")
                for call in calls
            ]
        return [ToolResult(call.id, task.result()) for call, task in zip(calls, tasks, strict=True)]

    async def _run(self, call: ToolCall, floor: Floor) -> str:
        floor.acted = True
        started = self._clock.monotonic()
        tool = self._tools.get(call.name)
        try:
            if tool is None:
                raise ToolError(
                    f"There is no tool {call.name!r}. There are: {', '.join(self._tools)}."
                )
            async with asyncio.timeout(self._config.call_s):
                result = (await tool.call(call.arguments)).text
        except ToolError as error:
            result = str(error)
        except TimeoutError:
            result = f"{call.name} did not answer within {self._config.call_s:g} seconds."
        except Exception:  # noqa: BLE001  # a tool that nobody foresaw to fail costs its answer, not the turn
            _LOG.exception("the tool %s failed", call.name)
            result = f"{call.name} failed for a reason of its own. It may not have happened."
        ms = (self._clock.monotonic() - started) * 1000
        self._emit(ToolCalled(call.name, call.arguments, result, ms))
        return result


def _sendable(call: ToolCall) -> ToolCall:
    """The call as it can go back to the model: servers refuse arguments that are no JSON object."""
    try:
        whole = isinstance(json.loads(call.arguments or "{}"), dict)
    except json.JSONDecodeError:
        whole = False
    return call if whole else replace(call, arguments="{}")
