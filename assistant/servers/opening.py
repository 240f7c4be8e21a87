"""How a server is reached: its command started, or its address spoken to, and hands shaken.

Flows in: a server's settings, the environment, the record. Flows out: an open session, or our
error with what to do. The package's task groups ask that whoever opens a session closes it, in the
same task. Heavy: it imports the `mcp` package, so it is imported on a Worker. Refuses to know: when
to try again.
"""

from __future__ import annotations

import logging
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Literal

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation

from assistant.errors import AssistantError
from assistant.servers.access import check, token, variables
from assistant.servers.pipe import pipe
from assistant.servers.road import CONNECT_S, MOST_BYTES, READ_S, Road
from assistant.servers.session import McpSession, kind_of, why
from assistant.servers.values import ServerAway, ServerLost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.client._transport import Transport, TransportStreams

    from assistant.config_tools import McpServerConfig
    from assistant.interfaces import Clock
    from assistant.servers.road import GoingOut

Mode = Literal["auto", "legacy"]
"""How to begin: ask which age of the protocol the server knows, or shake hands as of old."""

_LOG = logging.getLogger(__name__)
START_S: Final = 60.0
"""Seconds in which a server has to shake hands: some are fetched from afar at their first start."""
_US: Final = Implementation(name="assistant", version="1")


@asynccontextmanager
async def opened(
    server: str, config: McpServerConfig, going_out: GoingOut, clock: Clock, mode: Mode
) -> AsyncIterator[McpSession]:
    """A session that lasts as long as the body.

    Raises ServerAway, ServerLost where the server leaves us in the middle of it, ServerUnusable.
    """
    check(server, config)
    session = McpSession(server, clock)
    road = (
        _command(server, config, session) if config.command else _address(server, config, going_out)
    )
    try:
        async with Client(
            road,
            mode=mode,
            read_timeout_seconds=START_S,
            message_handler=session.hear,
            client_info=_US,
            cache=None,
        ) as client:
            session.client = client
            yield session
    except Exception as error:  # noqa: BLE001  # whatever a server does to us, it is away
        ours = _ours(server, config, error)
        raise ours from (None if ours is error else error)


def quiet() -> None:
    """Keep the package's own complaints off the screen: we tell what went wrong in sentences.

    With `--debug` they are shown, but for the HTTP library's, which hold headers and a token.
    """
    logging.getLogger("httpcore2").setLevel(logging.INFO)
    for name in ("mcp", "client"):
        logger = logging.getLogger(name)
        if not logger.isEnabledFor(logging.DEBUG):
            logger.setLevel(logging.CRITICAL)


def _command(server: str, config: McpServerConfig, session: McpSession) -> Transport:
    environment = variables(server, config, os.environ)
    secrets = [environment[name] for name in config.env if environment[name]]
    return pipe(server, config.command, environment, secrets, session.end)


@asynccontextmanager
async def _address(
    server: str, config: McpServerConfig, going_out: GoingOut
) -> AsyncIterator[TransportStreams]:
    road = Road(token(server, config, os.environ), going_out)
    timeout = httpx2.Timeout(CONNECT_S, read=READ_S)
    async with (
        httpx2.AsyncClient(transport=road, timeout=timeout, trust_env=False) as client,
        streamable_http_client(
            config.url, http_client=client, max_sse_event_size=MOST_BYTES
        ) as streams,
    ):
        yield streams


def _ours(server: str, config: McpServerConfig, error: Exception) -> AssistantError:
    """The first of what went wrong, as our error."""
    first: BaseException = error
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    match first:
        case AssistantError():
            return first
        case MCPError() if kind_of(first) == "refused":
            return ServerAway(_refused(server, config, str(first)))
        case MCPError():
            kind = ServerLost if kind_of(first) in {"lost", "late"} else ServerAway
            return kind(f"{server} cannot be reached: {why(first)}.")
        case httpx2.HTTPError() | OSError() | RuntimeError() | ValueError():
            reason = " ".join(str(first).split()) or type(first).__name__
            return ServerAway(f"{server} cannot be reached: {reason[:200]}.")
        case _:
            _LOG.error("%s failed", server, exc_info=error)
            return ServerAway(f"{server} failed for a reason of its own.")


def _refused(server: str, config: McpServerConfig, status: str) -> str:
    if config.token_env:
        return (
            f"{server} refuses the token in {config.token_env} ({status}). Put a valid one there, "
            "where the assistant is started, and start it again."
        )
    return (
        f"{server} wants a token ({status}). Put it into a variable of the environment, and the "
        f"variable's name as token_env into [mcp.servers.{server}]."
    )
