"""One round of a turn: a request goes out, and text and calls come back.

Flows in: messages. Flows out: the text that may be said, and the model's message, kept as far as it
was passed on. Refuses to know: how calls are run, and what is asked next.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from assistant.errors import GatewayError
from assistant.events import Requested, Streamed
from assistant.messages import Assistant, Finished, TextDelta, ToolCall
from assistant.think.promises import NOT_YET

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from assistant.events import Emit
    from assistant.interfaces import Gateway
    from assistant.messages import Message
    from assistant.think.promises import Promises
    from assistant.think.toolbox import Errand

_AFTER_CLAIM: Final = 400
"""Characters of a reply that are read on after a claim: the call may still come."""


class EmptyReply(GatewayError):
    """The model ended without a word and without a tool."""

    kind = "empty-reply"
    plain = "The model gave me an empty answer. Please ask again."


class Round:
    """The rounds of one turn, one after another."""

    def __init__(
        self,
        gateway: Gateway,
        emit: Emit,
        errand: Errand,
        promises: Promises | None,
        turn: list[Message],
    ) -> None:
        """`turn` receives the model's messages; without `promises` all that it says is passed."""
        self._gateway = gateway
        self._emit = emit
        self._errand = errand
        self._promises = promises
        self._turn = turn
        self._said = Assistant("")
        self.calls: list[ToolCall] = []
        """What the last round called."""

    @property
    def claim(self) -> str | None:
        """What the last round had to say and must not: it claims what was not done."""
        return self._promises.claim if self._promises else None

    @property
    def whole(self) -> Assistant:
        """The last round's message with its claim, for the model's own eyes."""
        return Assistant(self._said.text + (self.claim or ""))

    async def texts(self, messages: Sequence[Message]) -> AsyncGenerator[str]:
        """One request: yields its text, and adds the model's message to the turn.

        Where a claim kept the round before from its end, it is gone on with. Raises GatewayError.
        """
        self._begin()
        came = False
        async with contextlib.aclosing(self._gateway.stream(messages, self._errand.schemas)) as it:
            async for delta in it:
                match delta:
                    case TextDelta(text):
                        came = came or bool(text.strip())
                        for piece in self._take(text):
                            yield piece
                    case ToolCall():
                        self.calls.append(delta)
                    case Finished(extra=extra):
                        self._said = replace(self._said, extra=extra)
                if len(self.claim or "") > _AFTER_CLAIM:
                    break
        for piece in self._end():
            yield piece
        if not self.calls and not came:
            raise EmptyReply("The model ended its reply without text and without a tool call.")

    def say(self, sentence: str) -> str:
        """Say this as if the model had said it."""
        lead = " " if self._said.text and not self._said.text[-1].isspace() else ""
        self._pass(lead + sentence)
        return lead + sentence

    def _begin(self) -> None:
        last = self._turn[-1]
        if isinstance(last, Assistant) and not last.tool_calls:
            text = last.text.rstrip()
            self._said = Assistant(f"{text} " if text else "")
            self._turn[-1] = self._said
        else:
            self._said = Assistant("")
            self._turn.append(self._said)
        self.calls = []
        if self._promises is not None:
            errand = self._errand
            self._promises.begin_round(
                acted=errand.acted, read=errand.read, acted_before=errand.acted_before
            )
        self._emit(Requested())

    def _take(self, text: str) -> list[str]:
        """What may be said of a delta, piece by piece."""
        if self._promises is None:
            return self._pass(text)
        text, breath = self._promises.push(text)
        return [*self._pass(text), breath] if breath else self._pass(text)

    def _end(self) -> list[str]:
        """The rest of the round; its message is whole."""
        pieces: list[str] = []
        if self._promises is not None:
            pieces += self._pass(self._promises.flush())
            if self._promises.torn:
                pieces += self._pass(NOT_YET)
        calls = tuple(map(_sendable, self.calls))
        self._said = replace(self._said, tool_calls=calls)
        self._turn[-1] = self._said
        return pieces

    def _pass(self, text: str) -> list[str]:
        """It is said, so it is remembered."""
        if not text:
            return []
        self._said = replace(self._said, text=self._said.text + text)
        self._turn[-1] = self._said
        self._emit(Streamed(text))
        return [text]


def _sendable(call: ToolCall) -> ToolCall:
    """The call as it can go back to the model: servers refuse arguments that are no JSON object."""
    try:
        whole = isinstance(json.loads(call.arguments or "{}"), dict)
    except json.JSONDecodeError:
        whole = False
    return call if whole else replace(call, arguments="{}")
