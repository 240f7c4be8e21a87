"""The HTTP below a session with an address: each request on record, bounded, with its token.

Flows in: requests of the `mcp` package. Flows out: responses. What fails on the way (no connection,
a refused token, a body without an end) becomes an error in the protocol's own form, so that it ends
the one request and not the whole session. Refuses to know: what the messages say.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final, Literal, Protocol

import httpx2

from assistant.errors import AssistantError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic import SecretStr

MOST_BYTES: Final = 8 * 2**20
"""Of one response that is no stream: a picture of 5 MB in base64 fits."""
TOO_BIG: Final = f"more than {MOST_BYTES:,} bytes"
"""What the error of a longer one says."""
BROKE_OFF: Final = "the body broke off"
"""What the error of one that ends too soon says."""
CONNECT_S: Final = 5.0
GOODBYE_S: Final = 1.0
READ_S: Final = 300.0
"""Seconds between two pieces of a stream; a request that nobody waits for any more ends with it."""
FAILURE: Final = -32099
"""The code of an error that this module has made."""
_TLS: Final = httpx2.create_ssl_context()
"""Made once, as this module is loaded: it reads a few hundred certificates."""
_MARK: Final = secrets.token_hex(8)
"""What such an error holds besides, so that a server cannot say the same."""

Kind = Literal["unsent", "lost", "refused", "stale", "wrong"]
"""How a request failed: it never left; the connection broke; the server does not know us; it has
forgotten the session; it answers what is no answer."""


class Account(Protocol):
    """How a request ended, for the record of what has left this machine."""

    status: int | None
    error: str


GoingOut = Callable[[str, str, str, int], AbstractAsyncContextManager[Account]]
"""Notes a request around it: its method, host and path, and how many letters go along.

Raises AssistantError where it cannot be noted: then nothing is sent."""


def failure_of(data: object) -> Kind | None:
    """How a request failed, by the data of the error that stands for it; None: it is not ours."""
    match data:
        case {"mark": mark, "kind": kind} if mark == _MARK:
            return kind  # type: ignore[no-any-return]  # only we know the mark
        case _:
            return None


class Road(httpx2.AsyncBaseTransport):
    """To one address."""

    def __init__(self, token: SecretStr | None, going_out: GoingOut) -> None:
        self._token = token
        self._going_out = going_out
        self._inner = httpx2.AsyncHTTPTransport(verify=_TLS)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send it, and answer in the server's place where the server cannot."""
        if self._token is not None:
            request.headers["authorization"] = f"Bearer {self._token.get_secret_value()}"
        if request.method == "DELETE":  # a goodbye, for which the end of the program does not wait
            request.extensions["timeout"] = httpx2.Timeout(GOODBYE_S).as_dict()
        request.headers["accept-encoding"] = "identity"  # what is packed may unpack without end
        url = request.url
        letters = len(await request.aread())
        try:
            async with self._going_out(request.method, url.host, url.path, letters) as account:
                response = await self._sent(request, account)
        except AssistantError as error:  # it cannot be noted, so nothing was sent
            return _failure("unsent", error.spoken)
        return response

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()

    async def _sent(self, request: httpx2.Request, account: Account) -> httpx2.Response:
        try:
            response = await self._inner.handle_async_request(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.UnsupportedProtocol) as error:
            account.error = "unreachable"
            return _failure("unsent", str(error) or "no connection")
        except httpx2.TransportError as error:
            account.error = "unreachable"
            return _failure("lost", str(error) or "the connection broke")
        account.status = response.status_code
        instead = _verdict(request, response)
        if instead is not None:
            account.error = "bad-reply"
            await response.aclose()
            return instead
        if "text/event-stream" in response.headers.get("content-type", ""):
            return response  # the package bounds each event of it
        stream = response.stream
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101  # it is an async transport
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Bounded(stream),
            extensions=response.extensions,
        )


class _Bounded(httpx2.AsyncByteStream):
    """A body that ends where it is too long or breaks off, with an error for this request alone."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Its pieces. Raises StreamError."""
        size = 0
        try:
            async for piece in self._stream:
                size += len(piece)
                if size > MOST_BYTES:
                    raise httpx2.StreamError(TOO_BIG)
                yield piece
        except httpx2.TransportError as error:
            raise httpx2.StreamError(BROKE_OFF) from error

    async def aclose(self) -> None:
        """Close the connection where there is more of it."""
        await self._stream.aclose()


def _verdict(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response | None:
    """What is answered instead of a response that is none; None for one that is."""
    status = response.status_code
    in_json = response.headers.get("content-type", "").startswith("application/json")
    in_session = "mcp-session-id" in request.headers
    kind: Kind | None = None
    match status:
        case 401 | 403:
            kind = "refused"
        case 404 if in_session:
            kind = "stale"
        case _ if status < httpx2.codes.BAD_REQUEST or in_json:
            kind = None
        case 503:
            kind = "unsent"
        case 502 | 504:
            kind = "lost"
        case _ if request.method == "POST":
            kind = "wrong"
    return _failure(kind, f"error {status}") if kind else None


def _failure(kind: Kind, why: str) -> httpx2.Response:
    """A response with an error that only this program can have made."""
    data = {"mark": _MARK, "kind": kind}
    error = {"code": FAILURE, "message": why, "data": data}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error})
    return httpx2.Response(
        httpx2.codes.SERVICE_UNAVAILABLE,
        headers={"content-type": "application/json"},
        content=body.encode(),
    )
