"""Pages over a real HTTP server, with all that servers do wrong; nothing at home is reached."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from listener import HERE
from web_server import CONFIG, PAGES, Notebook, WebServer, reading

from assistant.web.addresses import refusal
from assistant.web.body import Body
from assistant.web.reach import system_addresses
from assistant.web.values import NoPage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    """Pages of our own."""
    async with asyncio.timeout(60), WebServer() as running:
        yield running


async def refused(server: WebServer, address: str, **how: float) -> tuple[str, Notebook]:
    """The sentence that an address gets, and what was noted."""
    notebook, config = Notebook(), CONFIG.model_copy(update=how)
    async with reading(server, notebook, config=config) as pages:
        with pytest.raises(NoPage) as caught:
            await pages.page(address)
    assert caught.value.spoken == str(caught.value)
    return str(caught.value), notebook


async def test_a_page_is_read_without_its_menus(server: WebServer) -> None:
    """Its title, its text, and whose it is; noted before it is sent, by host and path."""
    notebook = Notebook()
    async with reading(server, notebook) as pages:
        page = await pages.page(server.url("/bees?in=winter"))
    assert (page.source, page.title) == ("example.org", "Bees in winter")
    assert "at about 25 degrees" in page.text
    assert "“Grüße,” they say." in page.text
    assert not any(word in page.text for word in ("Buy honey", "Imprint", "<p>"))
    assert server.paths == ["/bees?in=winter"]
    assert notebook.told == [("example.org/bees", 200, "")]
    assert notebook.lines[0].outgoing.contents.text_chars == len("in=winter")


async def test_the_request_says_nothing_of_the_household(server: WebServer) -> None:
    """The name of the host, what we can read, and no cookie, not even the server's own."""
    async with reading(server) as pages:
        await pages.page(server.url("/cookie"))
        await pages.page(server.url("/cookie"))
    for head in server.asked:
        names = {line.partition(":")[0].lower() for line in head.split("\r\n")[1:] if line}
        assert names == {"host", "accept", "accept-encoding", "user-agent", "connection"}
        assert f"example.org:{server.port}" in head


async def test_no_proxy_is_obeyed(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look names up for itself, and connect wherever it likes."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with reading(server) as pages:
        assert (await pages.page(server.url("/"))).text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("packed", "“Grüße,” they say."),
        ("latin", "“Grüße,” they say."),
        ("mislabelled", "“Grüße,” they say."),
        ("unknown", "“Grüße,” they say."),
        ("declared", '"Привет," they say.'),
        ("plain", "Closed on Monday."),
        ("status/200", "“Grüße,” they say."),
    ],
)
async def test_letters_are_read_whatever_the_server_calls_them(
    server: WebServer, path: str, words: str
) -> None:
    """Packed, called by a wrong charset, or by one that is none; named by the page; or plain."""
    async with reading(server) as pages:
        assert words in (await pages.page(server.url(f"/{path}"))).text


@pytest.mark.parametrize(
    ("path", "sentence", "status", "error"),
    [
        ("bomb", "The page of example.org is too large: I read up to 0.1 megabytes", 200,
         "too-large"),
        ("endless", "The page of example.org is too large", 200, "too-large"),
        ("damaged", "example.org sent a damaged page.", 200, "bad-reply"),
        ("brotli", "in a form that I cannot read.", 200, "bad-reply"),
        ("picture", "What example.org has there is no page of text.", 200, "bad-reply"),
        ("untyped", "What example.org has there is no page of text.", 200, "bad-reply"),
        ("cut", "I cannot reach example.org.", 200, "unreachable"),
        ("status/404", "example.org has no such page.", 404, "bad-reply"),
        ("status/410", "example.org has no such page.", 410, "bad-reply"),
        ("status/403", "example.org does not let me read that page.", 403, "bad-reply"),
        ("status/429", "was asked too often. Please try again later.", 429, "bad-reply"),
        ("status/503", "example.org has a problem, error 503.", 503, "server-error"),
        ("status/204", "example.org answered 204 instead of a page.", 204, "bad-reply"),
        ("status/304", "example.org answered 304 instead of a page.", 304, "bad-reply"),
    ],
)  # fmt: skip
async def test_what_is_no_page_is_said(
    server: WebServer, path: str, sentence: str, status: int, error: str
) -> None:
    """In one sentence that names whose it is; the record has the status and the reason."""
    told, notebook = await refused(server, server.url(f"/{path}"))
    assert sentence in told
    assert notebook.told == [(f"example.org/{path}", status, error)]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("disguised", "What example.org has there is no page of text."),
        ("twice", "What example.org has there is no page of text."),
        ("empty", "The page of example.org has no text that I can read."),
        ("wordless", "The page of example.org has no text that I can read."),
    ],
)
async def test_a_page_without_words_is_said(server: WebServer, path: str, sentence: str) -> None:
    """Something else that is called text, packed once more, or made by a program that we lack."""
    assert (await refused(server, server.url(f"/{path}")))[0] == sentence


async def test_a_page_of_a_thousand_boxes_in_boxes_does_no_harm(server: WebServer) -> None:
    """It is read or refused, and the next one is read."""
    async with reading(server) as pages:
        with suppress(NoPage):
            assert "words" in (await pages.page(server.url("/deep"))).text
        assert (await pages.page(server.url("/"))).text


def test_no_more_is_unpacked_than_has_room() -> None:
    """Twenty megabytes in twenty kilobytes never come to be."""
    body = Body("example.org", "gzip", 1_000)
    data = PAGES["bomb"]().partition(b"\r\n\r\n")[2]
    assert len(data) < 30_000
    tracemalloc.start()
    with pytest.raises(NoPage):
        body.push(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000


def test_what_unpacks_to_nothing_is_counted_as_it_came() -> None:
    """A server may send empty blocks for ever."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = Body("example.org", "gzip", 1_000)
    body.push(packer.compress(b"<html>") + packer.flush(zlib.Z_SYNC_FLUSH))
    body.push(b"\0\0\0\xff\xff" * 190)
    with pytest.raises(NoPage, match="too large"):
        body.push(b"\0\0\0\xff\xff" * 10)


def test_a_body_is_the_same_however_it_is_cut() -> None:
    """Packed or not; and one byte more than allowed is too much."""
    for packing, page in (("", "plain"), ("gzip", "packed")):
        data = PAGES[page]().partition(b"\r\n\r\n")[2]
        wholes = set()
        for size in (1, 7, len(data)):
            body = Body("example.org", packing, 5_000)
            for start in range(0, len(data), size):
                body.push(data[start : start + size])
            wholes.add(body.whole())
        assert len(wholes) == 1
        (whole,) = wholes
        with pytest.raises(NoPage, match="too large"):
            Body("example.org", packing, len(whole) - 1).push(data)


@pytest.mark.parametrize("path", ["silence", "half"])
async def test_a_slow_server_is_given_up(server: WebServer, path: str) -> None:
    """Before its answer or in the midst of it; the time is that of the whole."""
    told, notebook = await refused(server, server.url(f"/{path}"), timeout_s=0.3)
    assert told == "example.org takes too long to answer."
    assert notebook.lines[0].told[2] == "stalled"


async def test_a_slow_name_is_given_up(server: WebServer) -> None:
    """Nothing was sent then, and nothing is noted."""
    notebook = Notebook()

    async def never(host: str, port: int) -> Sequence[str]:  # noqa: ARG001  # Resolve's
        await asyncio.Event().wait()
        return ()

    reach = replace(server.reach(), resolve=never)
    config = CONFIG.model_copy(update={"timeout_s": 0.2})
    async with reading(server, notebook, reach, config) as pages:
        with pytest.raises(NoPage, match="takes too long"):
            await pages.page(server.url("/"))
    assert notebook.lines == []


async def test_a_redirect_is_followed_and_its_end_is_the_source(server: WebServer) -> None:
    """Each step is noted, and its name looked up."""
    server.names["www.other.org"] = [HERE]
    notebook = Notebook()
    async with reading(server, notebook) as pages:
        page = await pages.page(
            server.url("/to?url=" + quote(server.url("/to?url=/bees", "www.other.org")))
        )
    assert page.source == "other.org"
    assert server.looked_up == ["example.org", "www.other.org", "www.other.org"]
    assert notebook.told == [
        ("example.org/to", 302, ""), ("www.other.org/to", 302, ""), ("www.other.org/bees", 200, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("http://10.0.0.1/", "private network"),
        ("http://127.0.0.1/", "private network"),
        ("http://[::1]/", "private network"),
        ("http://[::ffff:192.168.1.1]/", "private network"),
        ("http://[64:ff9b::c0a8:101]/", "private network"),
        ("http://[fe80::1]/", "private network"),
        ("http://224.0.0.251/", "private network"),
        ("http://router.example/", "private network"),
        ("http://127.0.0.1:1/", "private network"),
        ("http://93.184.216.34:22/", "is at port 22"),
        ("http://nowhere.example/", "cannot find nowhere.example"),
        ("file:///etc/passwd", "begins file:"),
        ("ftp://example.org/", "begins ftp:"),
        ("http://me:secret@example.org/", "a name or a password"),
        ("http://[::1/", "no address"),
    ],
)
async def test_a_redirect_leads_nowhere_else(
    server: WebServer, target: str, complaint: str
) -> None:
    """Neither into the home nor out of the web; the same is true of the first address."""
    server.names["router.example"] = ["192.168.1.1"]
    told, notebook = await refused(server, server.url(f"/to?url={quote(target)}"))
    assert complaint in told
    assert [line.told[:2] for line in notebook.lines] == [("example.org/to", 302)]
    told, notebook = await refused(server, target)
    assert complaint in told
    assert notebook.lines == []
    assert len(server.asked) == 1


async def test_redirects_have_an_end(server: WebServer) -> None:
    """After five of them."""
    told, notebook = await refused(server, server.url("/loop"))
    assert told == "example.org sends me on and on, so I stopped."
    assert len(notebook.lines) == len(server.asked) == 6


async def test_a_name_is_looked_up_once_and_that_address_is_spoken_to(server: WebServer) -> None:
    """A name that means a machine at home a moment later leads nowhere (DNS rebinding)."""
    answers = [[HERE], ["10.0.0.1"]]

    async def changing(host: str, port: int) -> Sequence[str]:  # noqa: ARG001  # Resolve's
        return answers.pop(0)

    async with reading(server, reach=replace(server.reach(), resolve=changing)) as pages:
        assert (await pages.page(server.url("/"))).text
        assert answers == [["10.0.0.1"]]
        with pytest.raises(NoPage, match="private network"):
            await pages.page(server.url("/"))
    assert len(server.asked) == 1


async def test_one_address_at_home_is_enough_to_refuse(server: WebServer) -> None:
    """Whoever answers with several may hope that another one is taken."""
    server.names["example.org"] = [HERE, "192.168.1.1"]
    told, notebook = await refused(server, server.url("/"))
    assert told == ("example.org is in a private network, and I only read pages of the public web.")
    assert (notebook.lines, server.asked) == ([], [])


async def test_the_next_address_is_tried(server: WebServer) -> None:
    """Where the first cannot be reached; where none can, that is said."""
    server.names["example.org"] = ["127.0.0.9", HERE]
    server.names["dead.example"] = ["127.0.0.9"]
    notebook = Notebook()
    everywhere = replace(server.reach(), refusal=lambda _address, _port: "")
    async with reading(server, notebook, everywhere) as pages:
        assert (await pages.page(server.url("/"))).text
        with pytest.raises(NoPage, match=r"I cannot reach dead\.example\."):
            await pages.page(server.url("/", "dead.example"))
    assert notebook.told == [("example.org/", 200, ""), ("dead.example/", None, "unreachable")]


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
async def test_no_way_to_write_this_machine_helps(host: str) -> None:
    """The system itself takes these for it, and what it finds is judged."""
    found = await system_addresses(host, 80)
    assert all(refusal(address, 80) for address in found)
    assert found or host != "localhost"
    assert await system_addresses("a" * 70, 80) == ()


async def test_a_certificate_is_believed_for_its_own_name_only(tmp_path: Path) -> None:
    """The connection goes to an address, and whoever answers there proves to be the name's host."""
    async with asyncio.timeout(60), WebServer(tmp_path) as server:
        server.names["other.example"] = [HERE]
        async with reading(server) as pages:
            assert (await pages.page(server.url("/"))).text
            with pytest.raises(NoPage, match=r"I cannot reach other\.example\."):
                await pages.page(server.url("/", "other.example"))
        async with reading(server, reach=server.reach(believed=False)) as pages:
            with pytest.raises(NoPage, match=r"I cannot reach example\.org\."):
                await pages.page(server.url("/"))
    assert len(server.asked) == 1


async def test_a_turn_that_is_given_up_leaves_nothing(server: WebServer) -> None:
    """No task and no connection; the record says so."""
    notebook, before = Notebook(), asyncio.all_tasks()
    async with reading(server, notebook) as pages:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(pages.page(server.url("/silence")), name="page")
            await server.called.wait()
            task.cancel()
        assert notebook.told == [("example.org/silence", None, "cancelled")]
        left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert all(name.startswith("Task-") for name in left)  # the server's own


async def test_a_server_that_is_not_there_is_said(server: WebServer) -> None:
    """A port at which nobody listens any more."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        port = free.getsockname()[1]
    reach = replace(server.reach(), refusal=lambda _address, _port: "")
    async with reading(server, reach=reach) as pages:
        with pytest.raises(NoPage, match="I cannot reach") as caught:
            await pages.page(f"http://example.org:{port}/")
    assert caught.value.reason == "unreachable"
