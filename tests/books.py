"""A gateway client that keeps a record, and what is in it: for the tests of the ledger."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from gateway_client import QuickClock
from gateway_script import Reply
from pydantic import SecretStr

from assistant.config import GatewayConfig
from assistant.storage import NAME, Storage, StorageWorker
from assistant.think.gateway import HttpGateway
from assistant.think.ledger import Ledger, Sent, Used, sent, used

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gateway_server import GatewayServer

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
USAGE = {"prompt_tokens": 70, "completion_tokens": 9, "total_tokens": 79, "cost": 0.25}
PAID = Reply("Hello to you.", usage=USAGE)
FREE = Reply("Hello to you.", usage={"prompt_tokens": 70, "completion_tokens": 9})


class Noon(QuickClock):
    """It is noon, of a day that a test chooses, and nobody waits."""

    day = 0

    def now(self) -> datetime:
        """Noon."""
        return NOON + timedelta(days=self.day)


class Books:
    """A gateway client that keeps a record, and what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Noon()

    @asynccontextmanager
    async def client(
        self, server: GatewayServer, key: str = "", **settings: Any  # noqa: ANN401
    ) -> AsyncIterator[HttpGateway]:  # fmt: skip
        """A client of the server."""
        config = GatewayConfig(**{"base_url": server.base_url, **settings})
        async with self.worker() as storage:
            ledger = Ledger(storage, self.clock, config.daily_limit_usd)
            secret = SecretStr(key) if key else None
            async with HttpGateway(config, secret, self.clock, ledger) as client:
                yield client

    def worker(self) -> StorageWorker:
        """The storage on its thread."""
        return StorageWorker(self.storage())

    def storage(self) -> Storage:
        """The file."""
        return Storage(self.folder / NAME, self.clock.now)

    @property
    def sent(self) -> list[Sent]:
        """All that was sent."""
        with closing(self.storage()) as storage:
            return sent(storage, 1000, local=True)

    @property
    def used(self) -> list[Used]:
        """All that was used."""
        with closing(self.storage()) as storage:
            return used(storage, (NOON - timedelta(days=1000)).date())
