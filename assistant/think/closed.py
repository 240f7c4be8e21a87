"""A gateway whose key is none: nothing is sent, and each request is told why.

Flows in: the error that reading the key ended in. Flows out: that error, to whoever asks; what
needs no model goes on. Refuses to know: where the key was looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.think.gateway import HttpGateway

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from assistant.config import GatewayConfig
    from assistant.errors import ConfigError
    from assistant.messages import Delta, Message, ToolSchema
    from assistant.think.wire import Credits, ModelInfo


class ClosedGateway(HttpGateway):
    """The road to a model, which a wrong key closes."""

    def __init__(self, config: GatewayConfig, why: ConfigError) -> None:
        """Raises ConfigError for an address that is none."""
        super().__init__(config, None)
        self._why = why

    async def stream(
        self, messages: Sequence[Message], tools: Sequence[ToolSchema]
    ) -> AsyncGenerator[Delta]:
        """No reply. Raises ConfigError."""
        del messages, tools
        raise self._told()
        yield  # a generator, as the road to a model is one

    @property
    def open_to_us(self) -> bool:
        """True: whoever asks is to be told why not."""
        return True

    async def warm(self) -> None:
        """Open nothing."""

    async def models(self) -> list[ModelInfo]:
        """No models. Raises ConfigError."""
        raise self._told()

    async def model(self, name: str) -> ModelInfo:
        """No model. Raises ConfigError."""
        del name
        raise self._told()

    async def credits(self) -> Credits:
        """No account. Raises ConfigError."""
        raise self._told()

    def _told(self) -> ConfigError:
        """The reason afresh, so that no error drags the traces of earlier ones along."""
        return type(self._why)(str(self._why), spoken=self._why.spoken)
