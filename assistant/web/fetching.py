"""Pages over HTTP: an address in, bytes out, or NoPage.

A name is looked up once, all its addresses are judged, and the connection goes to one of these very
addresses: a name that means another machine a moment later leads nowhere. Each redirect is an
address like the first. No cookie, no proxy and no key; each request is noted before it is sent.
Refuses to know: what a page says.
"""

from __future__ import annotations

import asyncio
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Self

import httpx

from assistant.web.addresses import next_url, page_url, port_of, source_of
from assistant.web.body import Body
from assistant.web.reach import Reach
from assistant.web.reading import page_of
from assistant.web.values import LATER, Fetched, NoPage

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from assistant.config_tools import WebConfig
    from assistant.web.values import Account, GoingOut, Page
    from assistant.worker import Worker

MOST_REDIRECTS: Final = 5
_MOST_ADDRESSES: Final = 3
"""Addresses of one name that are tried: the first may be of a network that this machine lacks."""
_CONNECT_S: Final = 3.0
"""Seconds for one of them."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {
    "accept": "text/html,application/xhtml+xml,text/plain;q=0.9",
    "accept-encoding": "gzip",
    "user-agent": "Mozilla/5.0 (compatible; assistant)",
    "connection": "close",
}
_KINDS: Final = {"text/html": True, "application/xhtml+xml": True, "text/plain": False}
"""The media types that are read, and whether they are HTML."""


class Pages:
    """Reads pages, one after the other. Nothing is opened before it is asked."""

    def __init__(
        self, config: WebConfig, worker: Worker, going_out: GoingOut, reach: Reach | None = None
    ) -> None:
        """Pages are made into text on `worker`."""
        self._config = config
        self._worker = worker
        self._going_out = going_out
        self._reach = reach or Reach()
        self._way: httpx.AsyncHTTPTransport | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        if self._way is not None:
            await self._way.aclose()

    async def page(self, address: str) -> Page:
        """The text of a page. Raises NoPage."""
        url = page_url(address)
        deadline = asyncio.get_running_loop().time() + self._config.timeout_s
        try:
            async with asyncio.timeout_at(deadline):
                if self._way is None:
                    self._way = await self._worker.run(partial(_way, self._reach.certificates))
            fetched = await self._followed(self._way, url, deadline)
            async with asyncio.timeout_at(deadline):
                return await self._worker.run(partial(page_of, fetched))
        except TimeoutError as error:
            raise _slow(url) from error

    async def _followed(
        self, way: httpx.AsyncHTTPTransport, url: httpx.URL, deadline: float
    ) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            found = await self._asked(way, url, deadline)
            if isinstance(found, Fetched):
                return found
            url = found
        raise NoPage(f"{source_of(url)} sends me on and on, so I stopped.", "bad-reply")

    async def _asked(
        self, way: httpx.AsyncHTTPTransport, url: httpx.URL, deadline: float
    ) -> Fetched | httpx.URL:
        """A page, or where it sends us on to."""
        async with asyncio.timeout_at(deadline):
            addresses = await self._addresses(url)
        refused: NoPage
        letters = len(url.query)
        async with self._going_out("GET", _name(url), url.path, letters) as account:
            try:
                async with asyncio.timeout_at(deadline):
                    return await self._got(way, url, addresses, account)
            except (TimeoutError, httpx.TimeoutException):
                refused = _slow(url)
            except httpx.HTTPError:
                refused = NoPage(f"I cannot reach {source_of(url)}.", "unreachable")
            except NoPage as error:
                refused = error
            account.error = refused.reason
        raise refused

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        """Where a host is; each of its addresses may be spoken to. Raises NoPage."""
        host, port = _name(url), port_of(url)
        found = [host] if _is_address(host) else await self._reach.resolve(host, port)
        if not found:
            raise NoPage(f"I cannot find {source_of(url)}. Check its name, or the network.")
        if why := next(filter(None, (self._reach.refusal(one, port) for one in found)), ""):
            raise NoPage(f"{source_of(url)} {why}.")
        return found[:_MOST_ADDRESSES]

    async def _got(
        self,
        way: httpx.AsyncHTTPTransport,
        url: httpx.URL,
        addresses: Sequence[str],
        account: Account,
    ) -> Fetched | httpx.URL:
        response = await _answer(way, url, addresses)
        try:
            account.status = response.status_code
            location = response.headers.get("location")
            if response.status_code in _REDIRECTS and location:
                return next_url(url, location)
            return await _taken(url, response, self._config.max_page_bytes)
        finally:
            await response.aclose()


def _way(certificates: Callable[[], ssl.SSLContext]) -> httpx.AsyncHTTPTransport:
    """Below httpx's client, which would keep cookies, obey proxies and follow redirects.

    No connection is kept: to one address, each name has its own, with its own certificate.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=certificates(), trust_env=False, limits=limits)


async def _answer(
    way: httpx.AsyncHTTPTransport, url: httpx.URL, addresses: Sequence[str]
) -> httpx.Response:
    """The beginning of an answer, of the first address that can be reached."""
    name = _name(url)
    host = url.netloc.decode("ascii")
    timeout = {"connect": _CONNECT_S, "read": None, "write": None, "pool": None}
    failure: httpx.HTTPError | None = None
    for address in addresses:
        request = httpx.Request(
            "GET",
            url.copy_with(host=address),
            headers={"host": host} | _HEADERS,
            extensions={"sni_hostname": name, "timeout": timeout},
        )
        try:
            return await way.handle_async_request(request)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = error
    raise failure or httpx.ConnectError("no address")


async def _taken(url: httpx.URL, response: httpx.Response, most: int) -> Fetched:
    source = source_of(url)
    if told := _refused(source, response.status_code):
        raise told
    kind, _, rest = response.headers.get("content-type", "").partition(";")
    html = _KINDS.get(kind.strip().lower())
    if html is None:
        raise NoPage(f"What {source} has there is no page of text.", "bad-reply")
    body = Body(source, response.headers.get("content-encoding", ""), most)
    async for data in response.aiter_raw():
        body.push(data)
    charset = rest.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    return Fetched(source, html, charset, body.whole())


def _refused(source: str, status: int) -> NoPage | None:
    match status:
        case 200:
            return None
        case 404 | 410:
            return NoPage(f"{source} has no such page.", "bad-reply")
        case 401 | 403 | 451:
            return NoPage(f"{source} does not let me read that page.", "bad-reply")
        case 429:
            return NoPage(f"{source} says that it was asked too often. {LATER}", "bad-reply")
        case _ if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return NoPage(f"{source} has a problem, error {status}. {LATER}", "server-error")
        case _:
            return NoPage(f"{source} answered {status} instead of a page.", "bad-reply")


def _slow(url: httpx.URL) -> NoPage:
    return NoPage(f"{source_of(url)} takes too long to answer.", "stalled")


def _name(url: httpx.URL) -> str:
    """The host as networks write it."""
    return url.raw_host.decode("ascii")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
