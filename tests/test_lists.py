"""Lists by word of mouth, over a real file."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from shelves import Shelves, shelves

from assistant.household.items import item_key, split
from assistant.household.listed import LONGEST_ITEM
from assistant.household.lists import MOST_ITEMS
from assistant.storage import NAME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Shelves]:
    """No lists yet."""
    async with shelves(tmp_path) as it:
        yield it


@pytest.mark.parametrize(
    ("said", "items"),
    [
        ("milk", ["milk"]),
        ("milk and eggs", ["milk", "eggs"]),
        ("toast and butter", ["toast", "butter"]),
        ("milk, eggs, and bread.", ["milk", "eggs", "bread"]),
        ("milk, eggs and also some bread", ["milk", "eggs", "bread"]),
        ("mac and cheese, salt and vinegar crisps and tea",
         ["mac and cheese", "salt and vinegar crisps", "tea"]),
        ("1,5 litres of juice and 2.5 kg of rice", ["1,5 litres of juice", "2.5 kg of rice"]),
        ("Ben & Jerry's plus wine", ["Ben & Jerry's", "wine"]),
        ("some milk please", ["milk please"]),
        (" , and ", []),
    ],
)  # fmt: skip
def test_a_sentence_is_taken_apart(said: str, items: list[str]) -> None:
    """Into one thing each, but not what is one thing in spite of its "and"."""
    assert split(said, "shopping") == items


def test_a_task_with_an_and_is_one_task() -> None:
    """On a list of things to do; commas part there too."""
    assert split("call mum and dad", "to do") == ["call mum and dad"]
    assert split("call mum and dad, mow the lawn", "to do") == ["call mum and dad", "mow the lawn"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("egg", "Eggs"),
        ("milk", "two pints of milk"),
        ("a dozen eggs", "6 eggs"),
        ("tomato", "tomatoes"),
        ("cherries", "a cherry"),
        ("Crème fraîche", "creme fraiche"),
        ("500g of flour", "flour"),
        ("boxes of matches", "match"),
    ],
)
def test_two_ways_to_say_the_same_thing(one: str, other: str) -> None:
    """Amount, number, capitals and accents make no other thing."""
    assert item_key(one) == item_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("oat milk", "milk"), ("pasta", "paste"), ("7up", "7 eggs"), ("3", "4")]
)
def test_other_things_stay_apart(one: str, other: str) -> None:
    """Nothing is merged that is not the same."""
    assert item_key(one) != item_key(other)


async def test_items_are_added_and_read(home: Shelves) -> None:
    """Several in one sentence, to a list that begins with them, in their order."""
    assert await home.add("milk and eggs") == "Milk and eggs are on your shopping list."
    assert await home.add("two loaves of bread", "tea", name="shopping") == (
        "Two loaves of bread and tea are on your shopping list."
    )
    told = "On your shopping list: milk, eggs, two loaves of bread and tea."
    assert await home("show_list") == told
    assert await home("show_list", name="my shopping list") == told
    assert await home("show_list", name="groceries") == told


async def test_nothing_is_on_a_list_twice(home: Shelves) -> None:
    """An amount that is told later counts; what was checked off is open again."""
    await home.add("milk, eggs and tea")
    assert await home.add("an egg", "bread", "Milk") == (
        "An egg and bread are on your shopping list. Milk was there already."
    )
    assert await home.add("milk") == "Milk is already on your shopping list."
    assert await home.undo() == ""
    await home("change_list", action="check_off", items=["tea"])
    await home.add("2 packs of tea")
    assert await home("show_list") == (
        "On your shopping list: milk, an egg, 2 packs of tea and bread."
    )


async def test_items_are_checked_off_and_cleared(home: Shelves) -> None:
    """Also without the list's name; what is not on it is said."""
    await home.add("milk, eggs and tea")
    await home.add("wash the car", name="to-do list")
    assert await home("change_list", action="check_off", items=["the car wash", "egg", "soap"]) == (
        "Eggs are checked off on your shopping list. Car wash and soap were not on it."
    )
    assert await home("change_list", action="check_off", items=["wash the car"]) == (
        "Wash the car is checked off on your to-do list."
    )
    assert await home("show_list", name="to do") == (
        "Everything on your to-do list is checked off. Checked off: wash the car."
    )
    assert await home("change_list", action="uncheck", items=["eggs"], name="shopping") == (
        "Eggs are open again on your shopping list."
    )
    assert await home("change_list", action="uncheck", items=["eggs"], name="shopping") == (
        "Eggs are not checked off on your shopping list."
    )
    await home("change_list", action="check_off", items=["milk"])
    assert await home("change_list", action="clear_done") == "Milk is off your shopping list."
    assert await home("change_list", action="clear_done") == (
        "Nothing on your shopping list is checked off."
    )
    assert await home("change_list", action="clear") == "Your shopping list is empty now."
    assert await home("change_list", action="clear") == "Your shopping list is empty."
    assert await home("show_list") == "Your shopping list is empty."


async def test_what_is_not_there_is_said_with_what_is_near(home: Shelves) -> None:
    """No list, no such list, an empty list, no such thing on it."""
    assert await home("show_list") == "There are no lists yet."
    assert await home("show_list", name="all") == "There are no lists yet."
    await home.add("oat milk and bread")
    await home.add("socks", name="packing")
    assert await home("show_list", name="paking") == "On your packing list: socks."
    assert await home("show_list", name="packet") == (
        "There is no packet list. Did you mean packing?"
    )
    assert await home("show_list", name="chores") == (
        "There is no chores list. There are shopping and packing."
    )
    assert await home("change_list", action="remove", items=["milk"]) == (
        "Milk is not on the shopping list. Did you mean oat milk?"
    )
    await home("change_list", action="clear", name="packing")
    assert await home("change_list", action="remove", items=["socks"], name="packing") == (
        "The packing list is empty."
    )
    assert await home("change_list", action="remove", items=[], name="packing") == (
        "Nothing was named. What is it?"
    )
    assert await home("show_list", name="all") == "Your lists: shopping with 2 and packing with 0."


async def test_what_is_on_two_lists_is_asked_about(home: Shelves) -> None:
    """Unless the shopping list is one of them, which is meant without a name."""
    await home.add("soap", name="packing")
    await home.add("soap", name="drugstore")
    assert await home("change_list", action="remove", items=["soap"]) == (
        "That is on packing and drugstore. From which list?"
    )
    await home.add("soap", name="shopping")
    assert await home("change_list", action="remove", items=["soap"]) == (
        "Soap is off your shopping list."
    )


async def test_lists_are_renamed_and_deleted(home: Shelves) -> None:
    """A name that another list has is refused."""
    await home.add("socks", name="packing")
    await home.add("milk")
    assert await home("change_list", action="rename", name="packing", new_name="Rome") == (
        "Your packing list is now called rome."
    )
    assert await home("change_list", action="rename", name="rome", new_name="shopping list") == (
        "There is a shopping list already."
    )
    assert await home("change_list", action="rename", name="rome", new_name=" ") == (
        "What shall the list be called?"
    )
    assert await home("change_list", action="delete", name="rome") == "Your rome list is deleted."
    assert await home("show_list", name="rome") == "There is no rome list. There is shopping."


@pytest.mark.parametrize(
    "deed",
    [
        {"action": "add", "items": ["soap, 2 pints of milk and tea"]},
        {"action": "add", "items": ["socks"], "name": "packing"},
        {"action": "remove", "items": ["milk", "tea"]},
        {"action": "check_off", "items": ["milk", "eggs"]},
        {"action": "uncheck", "items": ["tea"]},
        {"action": "clear"},
        {"action": "clear_done"},
        {"action": "rename", "new_name": "market"},
        {"action": "delete"},
    ],
)
async def test_whatever_was_done_can_be_undone(tmp_path: Path, deed: dict[str, object]) -> None:
    """To the last column of the last row, with the same ids."""

    def rows() -> list[object]:
        with closing(sqlite3.connect(tmp_path / NAME)) as db:
            return [db.execute(f"SELECT * FROM {t}").fetchall() for t in ("list", "list_item")]  # noqa: S608

    async with shelves(tmp_path) as home:
        await home.add("milk, eggs and tea")
        await home("change_list", action="check_off", items=["tea"])
        before = rows()
        await home("change_list", **deed)
        assert rows() != before
        assert await home.undo() != ""
        assert rows() == before


async def test_undoing_takes_nothing_along_that_came_later(home: Shelves) -> None:
    """A list that the undone deed began stays where more is on it; a name that is taken is said."""
    await home.add("milk")
    begun = home.last
    await home.add("eggs")
    home.last = begun
    await home.undo()
    assert await home("show_list") == "On your shopping list: eggs."
    await home("change_list", action="delete")
    deleted = home.last
    await home.add("tea")
    home.last = deleted
    assert "cannot be undone any more" in await home.undo()
    assert await home("show_list") == "On your shopping list: tea."


async def test_too_much_is_refused_whole(home: Shelves) -> None:
    """A list, an item and a name have their limits; nothing of it is kept."""
    await home.add("milk")
    assert f"can have {LONGEST_ITEM}" in await home.add("x" * (LONGEST_ITEM + 1))
    assert "shorter" in await home.add("milk", name="y" * 70)
    await home.lists.add("", [f"thing {n}x" for n in range(MOST_ITEMS - 1)])
    assert "is full" in await home.add("one", "two")
    assert len((await home.lists.show()).items) == MOST_ITEMS


async def test_changes_side_by_side_lose_nothing(home: Shelves) -> None:
    """Calls of one round run at once; each item is there once."""
    async with asyncio.TaskGroup() as group:
        for n in range(40):
            group.create_task(home.lists.add("shopping", [f"thing {n % 20} of it"]))
    assert len((await home.lists.show()).items) == 20


async def test_a_full_disk_is_one_plain_sentence(home: Shelves) -> None:
    """What was there stays, and with room again it goes on."""
    await home.add("milk")
    await home.fill()
    sentence = await home.add(*[f"{'x' * 150} {n}" for n in range(100)])
    assert sentence == "My disk is full, so I could not do that. Please make room."
    assert await home("show_list") == "On your shopping list: milk."
    await home.fill(full=False)
    assert await home.add("tea") == "Tea is on your shopping list."
