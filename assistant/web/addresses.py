"""Which addresses may be spoken to: those of the public web, and no others.

Flows in: an address with its port, or a page's own address. Flows out: why not, or what to ask.
Pure: no name is looked up here. Refuses to know: connections.

The lists are those of IANA's registries of special-purpose addresses (RFC 6890 and what has come
since). `ipaddress.is_global` is not enough: Python 3.11.7 calls fec0::1, 64:ff9b::7f00:1 and
192.88.99.1 global.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx

from assistant.web.values import NoPage

PORTS: Final = frozenset({80, 443})
"""Where pages are; what listens elsewhere is mostly none of our business."""
LONGEST: Final = 2_000
"""Characters of a page's address that are sent."""
_NOT_PUBLIC: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
"""This network, private, of carriers, loopback, link-local, of protocols, for documents, 6to4's
relays, for benchmarks, multicast, reserved and broadcast."""
_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 for the public."""
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
"""Of protocols (Teredo, which wraps any IPv4 address, among them), for documents, 6to4 (the same),
for documents."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 write them (RFC 6052)."""


def refusal(address: str, port: int) -> str:
    """Why nothing is sent there, as the end of a sentence; empty where it may be."""
    try:
        public = _public(ip_address(address))
    except ValueError:
        public = False
    if not public:
        return "is in a private network, and I only read pages of the public web"
    if port not in PORTS:
        return f"is at port {port}, and I only read pages at the usual ports, 80 and 443"
    return ""


def page_url(text: str) -> httpx.URL:
    """A page's address, as a person or a model writes it. Raises NoPage."""
    text = text.strip()
    if "://" not in text and not text.lower().startswith(("javascript:", "data:", "file:")):
        text = f"https://{text}"
    return _checked(text)


def next_url(url: httpx.URL, location: str) -> httpx.URL:
    """Where a page sends us on to. Raises NoPage."""
    try:
        return _checked(str(url.join(location)))
    except httpx.InvalidURL as error:
        raise NoPage(f"{source_of(url)} sends me on to what is no address.", "bad-reply") from error


def source_of(url: httpx.URL) -> str:
    """Whose a page is, as it is said."""
    return url.host.removeprefix("www.")


def port_of(url: httpx.URL) -> int:
    """The port, also where it is not written."""
    return url.port or (443 if url.scheme == "https" else 80)


def _checked(text: str) -> httpx.URL:
    if len(text) > LONGEST:
        raise NoPage(f"That address is longer than {LONGEST:,} letters.")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise NoPage(f"{text[:80]!r} is no address of a page.") from error
    if url.scheme not in {"http", "https"}:
        raise NoPage(
            f"I only read pages of the web, http or https, and that address begins {url.scheme}:."
        )
    if not url.host:
        raise NoPage(f"{text[:80]!r} is no address of a page.")
    if url.userinfo:
        raise NoPage("That address has a name or a password in it, so I do not open it.")
    return url


def _public(address: IPv4Address | IPv6Address) -> bool:
    match address:
        case IPv4Address():
            return not any(address in network for network in _NOT_PUBLIC)
        case IPv6Address(scope_id=str()):
            return False
        case IPv6Address(ipv4_mapped=IPv4Address() as inner):
            return _public(inner)
        case IPv6Address() if address in _NAT64:
            return _public(IPv4Address(address.packed[-4:]))
        case _:
            special = any(address in network for network in _NOT_PUBLIC_6)
            return address in _UNICAST and not special
