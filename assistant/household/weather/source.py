"""Open-Meteo over HTTP: coordinates or a name out, an answer's bytes in, or NoAnswer.

Nothing but these two leaves, no key, no cookie, and no redirect is followed; each request is noted
before it is sent. Refuses to know: what an answer says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final, Protocol, Self

import httpx

from assistant.household.weather.reading import FORECAST_QUERY, PLACES_QUERY
from assistant.household.weather.values import NoAnswer, NoWeather

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.config import WeatherConfig

MOST_BYTES: Final = 2**20
"""Bytes of an answer that are read; a forecast has some 20,000."""
_LATER = "Please try again later."


class Account(Protocol):
    """How a request ended, for the record of what has left this machine."""

    status: int | None
    error: str


GoingOut = Callable[[str, str, str, int], AbstractAsyncContextManager[Account]]
"""Notes a request around it: its method, host and path, and how many letters go along.

Raises AssistantError where it cannot be noted: then nothing is sent."""


class OpenMeteo:
    """The service, at the addresses of the settings. Nothing is opened before it is asked."""

    def __init__(self, config: WeatherConfig, going_out: GoingOut) -> None:
        self._config = config
        self._going_out = going_out
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()

    async def forecast(self, latitude: float, longitude: float) -> bytes:
        """The forecast at degrees north and east. Raises NoAnswer, and NoWeather for settings."""
        at = {"latitude": f"{latitude:.2f}", "longitude": f"{longitude:.2f}"}
        letters = sum(map(len, at.values()))
        return await self._get("forecast_url", at | FORECAST_QUERY, letters)

    async def places(self, name: str) -> bytes:
        """The places of this name. Raises NoAnswer, and NoWeather for settings."""
        return await self._get("places_url", {"name": name} | PLACES_QUERY, len(name))

    async def _get(self, setting: str, query: Mapping[str, str], letters: int) -> bytes:
        url = _url(setting, getattr(self._config, setting))
        refused: NoAnswer | None = None
        body = b""
        async with self._going_out("GET", url.host, url.path, letters) as account:
            try:
                async with asyncio.timeout(self._config.timeout_s):
                    account.status, body = await self._fetched(url, query)
                account.error, told = _verdict(account.status, body, setting)
                refused = NoAnswer(told) if told else None
            except (TimeoutError, httpx.TimeoutException):
                account.error = "stalled"
                refused = NoAnswer("The weather service takes too long to answer.")
            except httpx.HTTPError:
                account.error = "unreachable"
                refused = NoAnswer("I cannot reach the weather service.")
        if refused:
            raise refused
        return body

    async def _fetched(self, url: httpx.URL, query: Mapping[str, str]) -> tuple[int, bytes]:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=self._config.timeout_s)
        body = bytearray()
        async with self._client.stream("GET", url.copy_merge_params(dict(query))) as response:
            async for data in response.aiter_bytes():
                body += data
                if len(body) > MOST_BYTES:
                    break
        return response.status_code, bytes(body)


def _verdict(status: int, body: bytes, setting: str) -> tuple[str, str]:
    """The kind of what is wrong with an answer, and the sentence for it; empty for a good one."""
    match status:
        case 200 if len(body) > MOST_BYTES:
            return "bad-reply", f"The weather service's answer is far too long. {_LATER}"
        case 200:
            return "", ""
        case 429:
            return "rate-limited", f"The weather service says that it was asked too often. {_LATER}"
        case 400:
            return "bad-request", "The weather service did not accept my question."
        case _ if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return "server-error", f"The weather service has a problem, error {status}. {_LATER}"
        case _:
            return "bad-reply", f"The weather service answered {status}. Check [weather] {setting}."


def _url(setting: str, text: str) -> httpx.URL:
    wrong = f"[weather] {setting} = {text!r} is no address. It begins with https://."
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise NoWeather(wrong) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise NoWeather(wrong)
    return url
