"""The road to a model: any server that speaks OpenAI's chat completions, over httpx.

Flows in: messages and tools. Flows out: deltas, as they arrive; or one of our errors. What to ask
is `wire`, what came is `deltas`, whether to ask again is `attempts`: here is only the waiting.
Refuses to know: tools, sound, whose turn it is. No body and no key is logged.
"""

from __future__ import annotations

import uuid
from contextlib import aclosing
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from assistant.clock import SystemClock
from assistant.messages import Finished, TextDelta
from assistant.think import wire
from assistant.think.attempts import Attempts
from assistant.think.bodies import Body
from assistant.think.connection import Connection
from assistant.think.deadlines import Deadlines
from assistant.think.gateway_errors import BrokenStream, Fault, Stalled
from assistant.think.record import Letter, NoRecord, contents
from assistant.think.refusals import refuses_usage
from assistant.think.seam import Seam, going_on

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from types import TracebackType

    from pydantic import SecretStr

    from assistant.config import GatewayConfig
    from assistant.interfaces import Clock
    from assistant.messages import Delta, Message, ToolSchema
    from assistant.think.connection import Incoming
    from assistant.think.record import Record
    from assistant.think.wire import Credits, ModelInfo


class HttpGateway:
    """An OpenAI-compatible server, over one warm client."""

    def __init__(
        self,
        config: GatewayConfig,
        key: SecretStr | None,
        clock: Clock | None = None,
        record: Record | None = None,
    ) -> None:
        """Raises ConfigError for an address that is none. Nothing is opened yet."""
        self._config = config
        self._clock = clock or SystemClock()
        self._connection = Connection(config, key, self._clock, record or NoRecord())
        self._asks_usage = True

    async def __aenter__(self) -> Self:
        """Begin; connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._connection.close()

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> AsyncGenerator[Delta]:
        """The reply, step by step; closing the generator closes the connection. Raises Fault.

        What fails before the first delta is asked again, or of the next model; what breaks off
        later is gone on with from what was said.
        """
        config = self._config
        self._connection.authorization()  # refuses before anything is sent
        deadlines = Deadlines(config, self._clock.monotonic)
        attempts = Attempts([config.model, *config.models], config.retries)
        attempt = attempts.first()
        said = ""
        while True:
            asked = going_on(messages, said)
            usage = self._asks_usage
            body = wire.encoded(wire.request(config, attempt.model, asked, tools, usage=usage))
            letter = Letter(body, contents(attempt.model, asked, tools))
            deadlines.models_left = attempts.models_left
            fault: Fault | None = None
            try:
                async with aclosing(self._joined(said, letter, deadlines)) as deltas:
                    async for delta in deltas:
                        if isinstance(delta, TextDelta):
                            said += delta.text
                        with deadlines.held():
                            yield delta
            except Fault as error:
                fault = error
            if fault is None:
                return
            if usage and refuses_usage(fault):
                self._asks_usage = False  # of this server, for the rest of the run
                continue
            following = attempts.after(fault, said=bool(said.strip()), silent_s=deadlines.spent)
            if following is None or following.wait_s >= deadlines.turn_left:
                raise self._connection.blotted(fault) from fault.__cause__
            await self._clock.sleep(following.wait_s)
            attempt = following

    @property
    def open_to_us(self) -> bool:
        """Whether a request could be sent at all: there is a key, or none is needed."""
        return self._connection.open_to_us

    async def warm(self) -> None:
        """Open the connection ahead of the request; never raises for a failure to."""
        await self._connection.warm()

    async def models(self) -> list[ModelInfo]:
        """The models that the server offers. Raises Fault."""
        return wire.models(await self._get("/models"))

    async def model(self, name: str) -> ModelInfo:
        """One model. Raises Fault: NotFound where the server does not know it."""
        return wire.model(await self._get(f"/models/{quote(name, safe='/:')}"))

    @property
    def host(self) -> str:
        """Whom we ask."""
        return self._connection.address.host

    async def credits(self) -> Credits:
        """What the key's account has left. Raises Fault; local servers have no such thing."""
        self._connection.authorization()  # without a key there is no account
        return wire.credit(await self._get("/credits"))

    async def _get(self, path: str) -> bytes:
        deadlines = Deadlines(self._config, self._clock.monotonic)
        try:
            async with self._connection.get(path, deadlines) as incoming:
                return await incoming.body()
        except Fault as fault:
            raise self._connection.blotted(fault) from None  # its cause may hold the key

    async def _joined(
        self, said: str, letter: Letter, deadlines: Deadlines
    ) -> AsyncGenerator[Delta]:
        """The deltas of one request, less what was said before. Raises Fault."""
        seam = Seam(said)
        async with aclosing(self._reply(letter, deadlines)) as deltas:
            async for delta in deltas:
                if isinstance(delta, TextDelta):
                    if text := seam.push(delta.text):
                        yield TextDelta(text)
                else:
                    if text := seam.flush():
                        yield TextDelta(text)
                    yield delta

    async def _reply(self, letter: Letter, deadlines: Deadlines) -> AsyncGenerator[Delta]:
        """The deltas of one request. Raises Fault."""
        made_up = f"call_{uuid.uuid4().hex[:12]}_"
        async with (
            self._connection.post("/chat/completions", letter, deadlines) as incoming,
            aclosing(_streamed(incoming, Body(made_up), deadlines)) as deltas,
        ):
            async for step in deltas:
                _note(incoming, step)
                yield step


def _note(incoming: Incoming, delta: Delta) -> None:
    """Tell the record what the reply cost."""
    if isinstance(delta, Finished):
        incoming.outcome.finished = delta


async def _streamed(incoming: Incoming, body: Body, deadlines: Deadlines) -> AsyncGenerator[Delta]:
    """The deltas of a body, as it arrives. Raises Fault."""
    tokens = 0
    while not body.over:
        try:
            data = await incoming.next()
        except (Stalled, BrokenStream):
            if not body.whole:
                raise
            break  # the reply is all there; only its usage or its `[DONE]` is not
        if data is None:
            break
        for delta in body.push(data):
            yield delta
        if body.whole:
            deadlines.tail()
        elif body.tokens > tokens:
            tokens = body.tokens
            deadlines.token()
    if body.over:
        await incoming.drain()
    for last in body.close():
        yield last
