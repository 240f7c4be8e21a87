"""Which addresses the web may have: those that anybody may see, and nothing at home."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.addresses import next_url, page_url, port_of, refusal, source_of
from assistant.web.reach import reach_of
from assistant.web.values import NoPage

PUBLIC = [
    "93.184.216.34", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.0.1", "100.128.0.1",
    "2606:2800:220:1:248:1893:25c8:1946", "2a00:1450:4001:81b::200e", "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]  # fmt: skip
NOT_PUBLIC = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.251", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:192.168.1.1", "64:ff9b::7f00:1",
    "64:ff9b::c0a8:101", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "2606:2800::1%eth0", "fec0::1", "ff02::1", "ff0e::1", "no-address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_spoken_to(address: str) -> None:
    """Of both kinds, also where a network without IPv4 writes one as IPv6."""
    assert refusal(address, 443) == refusal(address, 80) == ""


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_may(address: str) -> None:
    """Private, loopback, link-local, multicast, reserved, and all of these inside of another."""
    assert "private network" in refusal(address, 443)


@given(st.ip_addresses(v=4))
def test_an_address_inside_of_another_is_judged_as_itself(address: IPv4Address) -> None:
    """Mapped (RFC 4291) and translated (RFC 6052); 6to4 is never spoken to."""
    alone = refusal(str(address), 80)
    assert refusal(f"::ffff:{address}", 80) == alone
    assert refusal(str(IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))), 80) == alone
    assert refusal(str(IPv6Address((0x2002 << 112) + (int(address) << 80))), 80)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_spoken_to(address: IPv4Address | IPv6Address) -> None:
    """Python's list is shorter than ours, and no entry of it is missing."""
    bad = address.is_private or address.is_loopback or address.is_link_local
    if bad or address.is_multicast or address.is_unspecified:
        assert refusal(str(address), 80)


@pytest.mark.parametrize("port", [0, 22, 25, 631, 3306, 6379, 8080, 8443, 65535])
def test_odd_ports_are_refused(port: int) -> None:
    """The port is named, and the usual ones."""
    assert refusal("8.8.8.8", port) == (
        f"is at port {port}, and I only read pages at the usual ports, 80 and 443"
    )


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("example.org", "https://example.org"),
        (" www.example.org/bees ", "https://www.example.org/bees"),
        ("HTTP://EXAMPLE.ORG/", "http://example.org/"),
        ("example.org/to?url=http://other.org", None),
    ],
)
def test_an_address_may_be_said_as_people_do(text: str, url: str | None) -> None:
    """Without its beginning."""
    if url is not None:
        assert str(page_url(text)) == url
    else:
        with pytest.raises(NoPage):
            page_url(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("file:///etc/passwd", "begins file:"),
        ("ftp://example.org/", "begins ftp:"),
        ("gopher://example.org/", "begins gopher:"),
        ("javascript:alert(1)", "begins javascript:"),
        ("data:text/html,hello", "begins data:"),
        ("https://me:secret@example.org/", "a name or a password"),
        ("https://me@example.org/", "a name or a password"),
        ("https://8.8.8.8@127.0.0.1/", "a name or a password"),
        ("https://", "no address"),
        ("https:///etc/passwd", "no address"),
        ("https://exa mple.org:port/", "no address"),
        ("https://[::1/", "no address"),
        ("", "no address"),
        ("https://example.org/" + "a" * 2000, "longer than 2,000 letters"),
    ],
)
def test_what_is_no_page_of_the_web_is_refused(text: str, complaint: str) -> None:
    """In a sentence; whatever else a browser would open is none of ours."""
    with pytest.raises(NoPage, match=complaint) as caught:
        page_url(text)
    assert caught.value.spoken == str(caught.value)


@given(st.text(max_size=60))
def test_nonsense_is_refused_and_never_fails(text: str) -> None:
    """Anything is an address of http or https, or a refusal."""
    for make in (page_url, lambda it: next_url(httpx.URL("https://example.org/a"), it)):
        try:
            url = make(text)
        except NoPage:
            continue
        assert url.scheme in {"http", "https"}
        assert url.host
        assert not url.userinfo


def test_a_redirect_is_an_address_like_any() -> None:
    """Also one that leaves out the host or the scheme; port and source are told of each."""
    url = page_url("https://www.example.org/a/b")
    assert str(next_url(url, "../c")) == "https://www.example.org/c"
    other = next_url(url, "//other.org:80/x")
    assert (str(other), port_of(other), source_of(other)) == (
        "https://other.org:80/x", 80, "other.org",
    )  # fmt: skip
    assert (port_of(url), source_of(url)) == (443, "example.org")
    assert port_of(next_url(url, "http://other.org")) == 80
    for wrong in ("file:///etc/passwd", "http://a:b@other.org/", "http://[::1/"):
        with pytest.raises(NoPage):
            next_url(url, wrong)


def test_an_address_of_ones_own_may_be_allowed() -> None:
    """Exactly that one at that port; everything else at home stays closed, and the web open."""
    judged = reach_of(["192.168.1.20:8080", "[fd00::20]:80"]).refusal
    assert (
        judged("192.168.1.20", 8080) == judged("fd00::20", 80) == judged("93.184.215.14", 443) == ""
    )
    for address, port in (("192.168.1.20", 80), ("192.168.1.21", 8080), ("127.0.0.1", 8080)):
        assert "private network" in judged(address, port)
