"""A gateway that shows a picture or a document only to a model that can take it.

Flows in: requests. Flows out: what the gateway answers, or a refusal before anything was sent.
Refuses to know: how the list of models is had.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from assistant.errors import GatewayError
from assistant.messages import User
from assistant.think.catalogue import LOOK_S, refuse_unable, unknown
from assistant.think.gateway_errors import NotFound

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from assistant.config import GatewayConfig
    from assistant.interfaces import Gateway
    from assistant.messages import Delta, Message, ToolSchema
    from assistant.think.catalogue import Catalogue


class AbleGateway:
    """The road to a model, with a look at what the model can do."""

    def __init__(self, gateway: Gateway, catalogue: Catalogue, config: GatewayConfig) -> None:
        self._gateway = gateway
        self._catalogue = catalogue
        self._config = config

    async def warm(self) -> None:
        """Open the connection ahead of the request."""
        await self._gateway.warm()

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> AsyncGenerator[Delta]:
        """The reply, step by step. Raises Unable where no chosen model takes the parts."""
        last = next((m for m in reversed(messages) if isinstance(m, User)), None)
        if last is not None and last.parts:
            await refuse_unable(self._config, self._catalogue, last.parts)
        async with contextlib.aclosing(self._gateway.stream(messages, tools)) as deltas:
            try:
                async for delta in deltas:
                    yield delta
            except NotFound as error:
                raise await self._with_near_names(error) from error

    async def _with_near_names(self, error: NotFound) -> NotFound:
        """The same error with what may have been meant, where the list of models can be had."""
        name = self._config.model
        with contextlib.suppress(GatewayError, TimeoutError):
            async with asyncio.timeout(LOOK_S):
                listing = await self._catalogue.listing()
            if listing.find(name) is None:
                return NotFound(unknown(listing, name), error.facts)
        return error
