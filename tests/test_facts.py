"""What the household told: remembered, recalled, forgotten, and what goes along with a request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from shelves import Shelves, shelves

from assistant.household.facts import LONGEST, MOST_RELEVANT, MOST_RELEVANT_CHARS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from assistant.storage import Storage

QUICK_MS = 50
"""Of a reply's time, what its facts may take on a busy machine; 2 ms were measured."""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Shelves]:
    """Three facts."""
    async with shelves(tmp_path) as it:
        for text in ("we have two cats", "Bin day is Tuesday.", "Our cats eat salmon"):
            await it("change_memory", action="remember", text=text)
        yield it


async def test_a_fact_is_remembered_and_recalled(tmp_path: Path) -> None:
    """In the household's own words, by its words or all; the same one only once."""
    async with shelves(tmp_path) as home:
        assert await home("recall") == "You have not told me anything yet."
        assert await home("change_memory", action="remember", text="we have two cats.") == (
            "I'll remember: we have two cats."
        )
        assert await home("change_memory", action="remember", text="We have two cats!") == (
            "I knew that already: we have two cats."
        )
        assert await home.undo() == ""
    async with shelves(tmp_path) as again:
        assert await again("recall") == "You told me: we have two cats."
        assert await again("recall", about="our cat") == "You told me: we have two cats."
        assert await again("recall", about="dogs") == "You have not told me anything about dogs."


async def test_a_fact_is_forgotten_and_remembered_again(home: Shelves) -> None:
    """Which of several is asked; what is not known is said."""
    assert await home("change_memory", action="forget", text="bin days") == (
        "I have forgotten this: Bin day is Tuesday."
    )
    assert "Bin day" not in await home("recall")
    assert await home.undo() == "I remember it again."
    assert "Bin day" in await home("recall")
    assert (await home("change_memory", action="forget", text="cats")).endswith("Which one?")
    assert await home("change_memory", action="forget", text="We have two cats.") == (
        "I have forgotten this: we have two cats."
    )
    assert await home("change_memory", action="forget", text="the moon") == (
        "I know nothing about the moon."
    )
    assert (await home("change_memory", action="forget", text="")).startswith("What shall I forget")


async def test_everything_is_forgotten_and_can_be_undone(home: Shelves) -> None:
    """With one word, for a minute; then there is nothing more to forget."""
    before = await home.facts.recall()
    told = await home("change_memory", action="forget", text="everything")
    assert told == "I have forgotten all 3 things."
    assert "not been told anything" in await home("change_memory", action="forget", text="all")
    await home.undo()
    assert await home.facts.recall() == before


async def test_what_is_relevant_shares_a_word(home: Shelves) -> None:
    """By its stem; a request that shares none takes nothing along."""
    assert set(await home.facts.relevant("What should I feed the cat?")) == {
        "we have two cats",
        "Our cats eat salmon",
    }
    assert await home.facts.relevant("When is bin day?") == ["Bin day is Tuesday"]
    for other in ("Tell me a joke.", "What do we have?", "", "?", '" OR text:*'):
        assert await home.facts.relevant(other) == []


async def test_what_is_relevant_is_bounded_and_quick(home: Shelves) -> None:
    """Among thousands of facts, for a long request too."""
    long = "x" * (LONGEST - 30)

    def fill(storage: Storage) -> None:
        with storage.transact() as db:
            db.executemany(
                "INSERT INTO fact (text, key, made) VALUES (?, ?, '')",
                [(f"the cat number {n} sleeps {long}", f"{n}") for n in range(5000)],
            )

    await home.storage.run(fill)
    request = "what does the cat with the number 7 do " + " ".join(f"word{n}" for n in range(500))
    began = time.perf_counter()
    found = await home.facts.relevant(request)
    took_ms = (time.perf_counter() - began) * 1000
    assert 0 < len(found) <= MOST_RELEVANT
    assert sum(map(len, found)) <= MOST_RELEVANT_CHARS
    assert took_ms < QUICK_MS


async def test_an_empty_and_a_long_fact_are_refused(home: Shelves) -> None:
    """With the limit, and what to do."""
    assert await home("change_memory", action="remember", text=" ") == "What shall I remember?"
    told = await home("change_memory", action="remember", text="x" * (LONGEST + 1))
    assert "make a note of it" in told


async def test_a_full_disk_is_one_plain_sentence(home: Shelves) -> None:
    """What was known stays."""
    await home.fill()
    told = ""
    for n in range(200):
        told = await home("change_memory", action="remember", text=f"{n} {'y' * 400}")
        if not told.startswith("I'll remember"):
            break
    assert told == "My disk is full, so I could not do that. Please make room."
    assert "two cats" in await home("recall", about="cats")
