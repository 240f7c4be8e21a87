"""The HTTP to the gateway: one warm client, and httpx's exceptions as ours.

Flows in: a method, a path, a body. Flows out: the bytes of what is answered, or a Fault. Refuses
to know: JSON, events, models, whether to ask again. No body and no key is logged, and no redirect
is followed: the key goes to the host that the settings name, and to no other.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from email.utils import format_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpx

from assistant.errors import AssistantError, ConfigError
from assistant.think.address import Address
from assistant.think.gateway_errors import (
    BadReply,
    BrokenStream,
    Stalled,
    Unreachable,
    UnreachableAtHome,
)
from assistant.think.record import Contents, Outgoing, recorded
from assistant.think.refusals import of_body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from pydantic import SecretStr

    from assistant.config import GatewayConfig
    from assistant.interfaces import Clock
    from assistant.think.deadlines import Deadlines
    from assistant.think.gateway_errors import Fault
    from assistant.think.record import Letter, Outcome, Record

KEEP_ALIVE_S = 290.0
"""Seconds that an idle connection is kept; a little under the usual five minutes of servers."""
WARM_S = 3.0
"""Seconds that opening a connection ahead of a request may take."""
DRAIN_S = 0.05
"""Seconds to wait for the end of a body after `[DONE]`, so that the connection is used again."""
MAX_ERROR = 64 * 1024
"""Bytes of an error's body that are read."""
MAX_BODY = 64 * 2**20
"""Bytes of a body that is taken whole."""
_NOTHING = Contents()


class Connection:
    """One HTTP/1.1 client for one server."""

    def __init__(
        self, config: GatewayConfig, key: SecretStr | None, clock: Clock, record: Record
    ) -> None:
        """Raises ConfigError for an address that is none. Nothing is opened yet."""
        self.address = Address(config.base_url)
        self._key = key
        self._clock = clock
        self._record = record
        self._client = _client(config, self.address)
        self._warming = asyncio.Lock()
        self._whole_since: float | None = None

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def authorization(self) -> dict[str, str]:
        """The header with the key. Raises NoKey, Insecure or Unauthorized."""
        return self.address.authorization(self._key)

    @property
    def open_to_us(self) -> bool:
        """Whether a request could be sent at all: there is a key, or none is needed."""
        return self.address.local or self._key is not None

    def blotted(self, fault: Fault) -> Fault:
        """The error without the key, should the server have echoed it."""
        return fault.without(self._secret)

    @asynccontextmanager
    async def get(self, path: str, deadlines: Deadlines) -> AsyncIterator[Incoming]:
        """Ask for what is there; the key goes along where there is one. Raises Fault."""
        headers = self.authorization() if self._key is not None else {}
        request = self._client.build_request("GET", self.address.base + path, headers=headers)
        async with self._answer(request, deadlines) as incoming:
            if "html" in incoming.kind:
                raise BadReply(
                    f"{self.address.host} answers with a web page, not as a gateway. "
                    "Check [gateway] base_url."
                )
            yield incoming

    @asynccontextmanager
    async def post(
        self, path: str, letter: Letter, deadlines: Deadlines
    ) -> AsyncIterator[Incoming]:
        """Send JSON. Raises Fault."""
        headers = self.authorization() | {"content-type": "application/json"}
        request = self._client.build_request(
            "POST", self.address.base + path, content=letter.body, headers=headers
        )
        async with self._answer(request, deadlines, letter.contents) as incoming:
            yield incoming

    async def warm(self) -> None:
        """Open a connection, unless one was used lately; never raises for a failure to."""
        async with self._warming:
            now = self._clock.monotonic()
            if self._whole_since is not None and now - self._whole_since < KEEP_ALIVE_S:
                return
            request = self._client.build_request("HEAD", self.address.base + "/models")
            with suppress(AssistantError):
                async with recorded(self._record, self._outgoing(request)) as outcome:
                    with _ours(self.address, _too_cold):
                        async with asyncio.timeout(WARM_S):
                            outcome.status = (await self._client.send(request)).status_code
                self._whole_since = self._clock.monotonic()

    @property
    def _secret(self) -> str:
        return self._key.get_secret_value() if self._key is not None else ""

    @asynccontextmanager
    async def _answer(
        self, request: httpx.Request, deadlines: Deadlines, contents: Contents = _NOTHING
    ) -> AsyncIterator[Incoming]:
        async with recorded(self._record, self._outgoing(request, contents)) as outcome:
            self._whole_since = None  # until this connection is known to be whole
            deadlines.begin(_size(request))
            with _ours(self.address, deadlines.stalled):
                async with asyncio.timeout(deadlines.left):
                    response = await self._client.send(request, stream=True)
            outcome.status = response.status_code
            try:
                incoming = Incoming(response, self.address, deadlines, outcome)
                await self._check(response, incoming)
                yield incoming
                if incoming.read_to_the_end:
                    self._whole_since = self._clock.monotonic()
            finally:
                await response.aclose()

    def _outgoing(self, request: httpx.Request, contents: Contents = _NOTHING) -> Outgoing:
        url = request.url
        return Outgoing(request.method, url.path, self.address.host, _size(request), contents)

    async def _check(self, response: httpx.Response, incoming: Incoming) -> None:
        """Raise Fault for anything but a success."""
        host = self.address.host
        if response.is_redirect:
            raise BadReply(_led_away(host, response))
        if not response.is_success:
            body = await incoming.start(MAX_ERROR)
            told = response.headers.get("retry-after", "")
            date = response.headers.get("date") or format_datetime(self._clock.now())
            raise self.blotted(of_body(response.status_code, body, told, date))


class Incoming:
    """The body of a response, as it arrives."""

    def __init__(
        self, response: httpx.Response, address: Address, deadlines: Deadlines, outcome: Outcome
    ) -> None:
        self.outcome = outcome
        """What the record will be told."""
        self.kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        """The media type."""
        encoded = "content-encoding" in response.headers
        self._chunks = response.aiter_bytes() if encoded else response.aiter_raw()
        self._address = address
        self._deadlines = deadlines
        self.read_to_the_end = False
        """Whether the connection can be used again."""

    async def next(self) -> bytes | None:
        """The next bytes, however they were cut; None at the end. Raises Fault."""
        data = await self._within(anext(self._chunks, None))
        self.read_to_the_end = data is None
        return data

    async def body(self) -> bytes:
        """All the bytes. Raises Fault."""
        body = bytearray()
        while (data := await self.next()) is not None:
            body += data
            if len(body) > MAX_BODY:
                raise BadReply(f"{self._address.netloc} answered with over {MAX_BODY:,} bytes.")
        return bytes(body)

    async def start(self, size: int) -> bytes:
        """The first bytes, or as many as come before the connection or the time ends."""
        body = bytearray()
        with suppress(Stalled, BrokenStream, BadReply):
            while len(body) < size and (data := await self.next()) is not None:
                body += data
        return bytes(body[:size])

    async def drain(self) -> None:
        """Read what nobody needs, for a moment."""
        with suppress(TimeoutError, httpx.HTTPError):
            async with asyncio.timeout(DRAIN_S):
                async for _ in self._chunks:
                    pass
                self.read_to_the_end = True

    async def _within(self, step: Awaitable[bytes | None]) -> bytes | None:
        with _ours(self._address, self._deadlines.stalled):
            async with asyncio.timeout(self._deadlines.left):
                return await step


@contextmanager
def _ours(address: Address, late: Callable[[], Fault]) -> Iterator[None]:
    """Raise our error for httpx's."""
    try:
        yield
    except (TimeoutError, httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise late() from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
        why = str(error) or "it did not answer in time"
        way_out = "See whether it runs" if address.local else "Check the internet connection"
        unreachable = UnreachableAtHome if address.local else Unreachable
        raise unreachable(
            f"{address.netloc} cannot be reached: {why}. {way_out}, and check [gateway] base_url."
        ) from error
    except httpx.DecodingError as error:
        raise BadReply(f"{address.netloc} sent a body that cannot be unpacked: {error}.") from error
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        raise BrokenStream(f"{address.netloc} cut the connection: {error}.") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise Unreachable(f"{address.netloc} cannot be asked: {error}.") from error


def _client(config: GatewayConfig, address: Address) -> httpx.AsyncClient:
    """The client; a server at home is never asked through a proxy."""
    headers = {"user-agent": "assistant", "accept-encoding": "identity"}
    if config.app_name:
        headers["x-title"] = config.app_name
    if config.app_url:
        headers["http-referer"] = config.app_url
    try:
        return httpx.AsyncClient(
            headers=headers,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # they would link requests
            timeout=httpx.Timeout(None, connect=config.connect_s, pool=config.connect_s),
            limits=httpx.Limits(
                max_connections=8, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE_S
            ),
            follow_redirects=False,
            event_hooks={"response": [_lead_nowhere]},
            trust_env=not address.local,
            verify=address.encrypted,
        )
    except (ImportError, ValueError, OSError) as error:  # what httpx reads there is not checked
        raise ConfigError(
            f"The environment's proxy or certificates cannot be used: {error}. "
            "Look at HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
        ) from error


def _size(request: httpx.Request) -> int:
    """Bytes of the body."""
    return int(request.headers.get("content-length", 0))


def _too_cold() -> Stalled:
    return Stalled(f"No connection within {WARM_S:g} s.")


async def _lead_nowhere(response: httpx.Response) -> None:
    """Take a redirect's address away: httpx reads it, followed or not, and stumbles over some."""
    if response.is_redirect:
        response.extensions["location"] = response.headers.pop("location", "")


def _led_away(host: str, response: httpx.Response) -> str:
    """Where a redirect leads, for a person: we do not follow, since the key would go along."""
    place = str(response.extensions.get("location", ""))
    if not place:
        return (
            f"{host} answers with {response.status_code}, which sends us on, and does not say "
            "where to. Check [gateway] base_url."
        )
    try:
        target = httpx.URL(place).host or "another path of its own"
    except httpx.InvalidURL:
        target = "another address"
    return (
        f"{host} sends us on to {target}, where the key does not belong. "
        "Give [gateway] base_url the address itself."
    )
