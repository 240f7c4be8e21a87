"""How far the web goes: who is asked for addresses, which may be spoken to, whom to believe.

Flows in: a host's name. Flows out: addresses. Refuses to know: pages.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from assistant.web.addresses import refusal

if TYPE_CHECKING:
    import ssl

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host's name; none where there is no such name."""


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """As this machine looks names up."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the web goes."""

    resolve: Resolve = system_addresses
    refusal: Callable[[str, int], str] = refusal
    """Why an address at a port may not be spoken to; empty where it may."""
    certificates: Callable[[], ssl.SSLContext] = httpx.create_ssl_context
    """Whom to believe who they are. Blocks."""


def reach_of(at_home: Sequence[str]) -> Reach:
    """The public web, and these addresses with their ports, each as `192.168.1.20:8080`."""

    def judged(address: str, port: int) -> str:
        host = f"[{address}]" if ":" in address else address
        return "" if f"{host}:{port}" in at_home else refusal(address, port)

    return Reach(refusal=judged)
