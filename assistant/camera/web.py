"""Cameras that show single pictures or a stream of them over HTTP.

Flows in: an address. Flows out: whole JPEG pictures as they come, or NoPicture with what the camera
answered. Nothing is sent but the request, with the name and password that stand in the address.
Refuses to know: pixels, and every other kind of video.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from assistant.camera.jpegs import MOST_BYTES, Jpegs, TooLong
from assistant.camera.values import NoPicture

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from http.client import HTTPResponse
    from typing import IO

    from assistant.camera.sources import Address

_CHUNK: Final = 65_536
_PORTS: Final = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
"""Where a camera is reached whose address has no port (RFC 7826; IANA)."""
_SERVER_ERROR: Final = 500
_FAILURES: Final[Sequence[tuple[tuple[type[Exception], ...], str]]] = (
    ((ssl.SSLCertVerificationError,), "has a certificate that is not trusted."),
    ((ssl.SSLError,), "does not speak TLS. Try http:// in [camera] source."),
    ((TimeoutError,), "does not answer."),
    ((ConnectionRefusedError,), "refuses the connection. Check its port in [camera] source."),
    ((socket.gaierror,), "is not known in this network. Check its name in [camera] source."),
    ((ConnectionError, http.client.HTTPException), "broke off before there was a whole picture."),
    ((OSError,), "cannot be reached. Is it switched on, and in this network?"),
)
"""What stands behind the camera's name, the first that fits."""


@contextmanager
def opened(address: Address, timeout_s: float) -> Iterator[HTTPResponse]:
    """The camera's answer, whose head has come. Raises NoPicture."""
    request = urllib.request.Request(address.bare)  # noqa: S310  # `sources` has looked at it
    try:
        with _opener(address).open(request, timeout=timeout_s) as answer:
            yield answer
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoPicture(_told(address, error)) from None  # what is left out quotes the address


def kind_of(answer: HTTPResponse) -> str:
    """The media type that it says it is."""
    return answer.headers.get_content_type()


def newest(answer: HTTPResponse) -> Generator[bytes]:
    """The newest picture of each few that have come, until the camera ends. Raises NoPicture.

    What goes wrong after the first picture ends it too: there may be more in another answer.
    """
    pictures, seen = Jpegs(), False
    try:
        while data := answer.read1(_CHUNK):
            if found := pictures.push(data):
                seen = True
                yield found[-1]
    except TooLong:
        raise NoPicture("The camera sends something that is no picture.") from None
    except (OSError, http.client.HTTPException):
        if not seen:
            raise


def whole(answer: HTTPResponse) -> bytes:
    """All that it says. Raises NoPicture where that is too much for a picture."""
    data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NoPicture("The camera sends something that is no picture.")
    return data


def why_closed(address: Address, timeout_s: float) -> str:
    """What is wrong with a camera that shows no video: asked in its own protocol, RTSP."""
    try:
        with socket.create_connection(
            (address.host, address.port or _PORTS[address.scheme]), timeout_s
        ) as line:
            if address.scheme != "rtsp":
                return f"{address} answers, but shows no video that I can read."
            line.sendall(f"DESCRIBE {address.bare} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
            words = line.recv(200).split()
    except (OSError, ValueError) as error:
        return _told(address, error)
    code = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return _of_status(address, code) or f"{address} answers, but shows no video that I can read."


class _Refused(urllib.request.BaseHandler):
    """Closes what asks for a password, before it is asked again with one."""

    handler_order = 400
    """Before those that know passwords."""

    def http_error_401(self, _request: object, body: IO[bytes], *_more: object) -> None:
        """Its words are of no use."""
        body.close()


def _opener(address: Address) -> urllib.request.OpenerDirector:
    """HTTP, with redirects and both ways to give a password; no proxy, file or other protocol."""
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    opener = urllib.request.OpenerDirector()
    handlers: list[urllib.request.BaseHandler] = [
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        _Refused(),
    ]
    if address.user or address.password:
        passwords.add_password(None, address.bare, address.user, address.password)
        handlers.append(urllib.request.HTTPDigestAuthHandler(passwords))
        handlers.append(urllib.request.HTTPBasicAuthHandler(passwords))
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _told(address: Address, error: Exception) -> str:
    """What a failure of the network means, in a sentence without the address' secrets."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        said = _of_status(address, error.code)
        return said or f"{address} answered with error {error.code} instead of a picture."
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    for kinds, words in _FAILURES:
        if isinstance(reason, kinds):
            return f"{address} {words}"
    return f"{address} answers in a way that I do not understand."


def _of_status(address: Address, code: int) -> str:
    """What an error of HTTP or RTSP means; empty for one that tells a person nothing."""
    match code:
        case 401 | 403:
            return (
                f"{address} does not let me in: my name or password for it is missing or wrong. "
                "See [camera] source."
            )
        case 404:
            return f"{address} has nothing at that path. Check the path in [camera] source."
        case 503:
            return f"{address} is in use: it cannot serve anybody else now."
        case _ if code >= _SERVER_ERROR:
            return f"{address} has a problem of its own, error {code}."
        case _:
            return ""
