"""Lists, notes and memory without a model: which sentences are known, and which are not."""

# ruff: noqa: E501  # a sentence and its call read best beside each other

from __future__ import annotations

import json

import pytest

from assistant.think.instant import Instant


@pytest.fixture(scope="module")
def instant() -> Instant:
    """The sentences of all families, read once."""
    return Instant(["en", "de"])


def on(action: str, items: str = "", name: str = "", **more: str) -> dict[str, object]:
    """What changes a list."""
    named = {"name": name} if name else {}
    return {"action": action, **named, **({"items": [items]} if items else {}), **more}


LISTS = [
    ("Add milk and eggs to the shopping list.", on("add", "milk and eggs", "shopping")),
    ("add milk to my shopping list", on("add", "milk", "shopping")),
    ("Add milk, eggs, and bread to our shopping list.", on("add", "milk, eggs, and bread", "shopping")),
    ("Could you add two pints of milk to the grocery list, please?", on("add", "two pints of milk", "grocery")),
    ("Put toast and butter on the list.", on("add", "toast and butter")),
    ("Please put batteries on my shopping list", on("add", "batteries", "shopping")),
    ("Add call mum and dad to my to-do list.", on("add", "call mum and dad", "to-do")),
    ("Add wash the car to my to do list", on("add", "wash the car", "to do")),
    ("Add socks to the packing list", on("add", "socks", "packing")),
    ("Put a tent on the summer holiday list.", on("add", "a tent", "summer holiday")),
    ("Hey, add 1.5 litres of juice to the shopping list!", on("add", "1.5 litres of juice", "shopping")),
    ("Add to my shopping list apples and pears", on("add", "apples and pears", "shopping")),
    ("On my shopping list put apples", on("add", "apples", "shopping")),
    ("Write olive oil on the shopping list", on("add", "olive oil", "shopping")),
    ("Okay, add some more milk to the list", on("add", "some more milk")),
    ("Take milk off the list.", on("remove", "milk")),
    ("Take the milk off my shopping list", on("remove", "the milk", "shopping")),
    ("Remove eggs and bread from the shopping list.", on("remove", "eggs and bread", "shopping")),
    ("Delete butter from our shopping list", on("remove", "butter", "shopping")),
    ("Scratch the eggs off the list", on("remove", "the eggs")),
    ("Check milk off the list.", on("check_off", "milk")),
    ("Check off milk on my shopping list", on("check_off", "milk", "shopping")),
    ("Tick off bread and butter.", on("check_off", "bread and butter")),
    ("Cross the eggs off my shopping list", on("check_off", "the eggs", "shopping")),
    ("Mark wash the car as done on my to-do list", on("check_off", "wash the car", "to-do")),
    ("Uncheck milk on the shopping list", on("uncheck", "milk", "shopping")),
    ("Clear the shopping list.", on("clear", name="shopping")),
    ("Empty my to-do list", on("clear", name="to-do")),
    ("Clear the list", on("clear")),
    ("Remove everything from the shopping list", on("clear", name="shopping")),
    ("Take everything off the list", on("clear")),
    ("Remove the checked off items from my shopping list", on("clear_done", name="shopping")),
    ("Rename my packing list to summer holiday", on("rename", name="packing", new_name="summer holiday")),
    ("Delete the packing list", on("delete", name="packing")),
]  # fmt: skip
SHOWN = [
    ("What's on my shopping list?", {"name": "shopping"}),
    ("What is on the list?", {}),
    ("What\u2019s on the to-do list?", {"name": "to-do"}),
    ("What do we have on our packing list?", {"name": "packing"}),
    ("Read me my shopping list.", {"name": "shopping"}),
    ("Read out the shopping list, please", {"name": "shopping"}),
    ("Is there anything on my shopping list?", {"name": "shopping"}),
    ("Show me the grocery list", {"name": "grocery"}),
    ("What's left on the shopping list?", {"name": "shopping"}),
    ("What do we need to buy?", {"name": "shopping"}),
    ("What lists do I have?", {"name": "all"}),
    ("Which lists are there?", {"name": "all"}),
]
NOTES = [
    ("Make a note: the plumber comes on Monday at 9:30.", "the plumber comes on Monday at 9:30"),
    ("Take a note that the gate code is 4711", "the gate code is 4711"),
    ("Make a note to call the dentist.", "call the dentist"),
    ("Note down the boiler was serviced in May", "the boiler was serviced in May"),
    ("Write down that Anna is allergic to nuts, and to fish.", "Anna is allergic to nuts, and to fish"),
    ("Note to self, buy a birthday card", "buy a birthday card"),
    ("Leave a note saying dinner is in the oven", "dinner is in the oven"),
    ("Please make a quick note, the Wi-Fi password is hunter2!", "the Wi-Fi password is hunter2"),
    ("New note: paint the fence.", "paint the fence"),
]  # fmt: skip
OTHERS = [
    ("What notes do I have?", "find_notes", {}),
    ("Read me my notes", "find_notes", {}),
    ("Do I have any notes?", "find_notes", {}),
    ("Read my note about the plumber", "find_notes", {"about": "the plumber"}),
    ("Read me the plumber note.", "find_notes", {"about": "plumber"}),
    ("What does my note about the boiler say?", "find_notes", {"about": "the boiler"}),
    ("What did I write down about Anna?", "find_notes", {"about": "Anna"}),
    ("Search my notes for gate code", "find_notes", {"about": "gate code"}),
    ("Delete the note about the plumber.", "change_notes", {"action": "delete", "note": "the plumber"}),
    ("Delete my Wi-Fi note", "change_notes", {"action": "delete", "note": "Wi-Fi"}),
    ("Remember that we have two cats.", "change_memory", {"action": "remember", "text": "we have two cats"}),
    ("Please remember that bin day is Tuesday", "change_memory", {"action": "remember", "text": "bin day is Tuesday"}),
    ("Remember our Wi-Fi is called Hilltop", "change_memory", {"action": "remember", "text": "our Wi-Fi is called Hilltop"}),
    ("Don't forget that Tom is vegetarian.", "change_memory", {"action": "remember", "text": "Tom is vegetarian"}),
    ("Keep in mind that I get up at six", "change_memory", {"action": "remember", "text": "I get up at six"}),
    ("What do you remember about our cats?", "recall", {"about": "our cats"}),
    ("What have I told you about Tom?", "recall", {"about": "Tom"}),
    ("What do you remember about us?", "recall", {}),
    ("What do you remember?", "recall", {}),
    ("Forget that we have two cats.", "change_memory", {"action": "forget", "text": "we have two cats"}),
    ("Forget what I told you about Tom", "change_memory", {"action": "forget", "text": "Tom"}),
    ("Forget everything I told you.", "change_memory", {"action": "forget", "text": "everything"}),
]  # fmt: skip
NOT_OURS = [
    "Add milk.",
    "Add two and three.",
    "Add milk to my coffee.",
    "Add the ingredients for lasagne to my shopping list.",
    "Add everything we need for pancakes to the shopping list.",
    "Add milk to the shopping list and set a timer for ten minutes.",
    "Add milk to the shopping list and tell me a joke.",
    "Put the kettle on.",
    "Put this song on my party playlist.",
    "What's on the news?",
    "What's on television tonight?",
    "What's the longest list in the world?",
    "What is on the guest list of the royal wedding?",
    "Make me a shopping list for a birthday party.",
    "Write a list of ten animals.",
    "Check if milk is on the list.",
    "Check the weather.",
    "Take the dog off the sofa.",
    "Remove the stain from my shirt.",
    "List the planets.",
    "Make a note of that.",
    "Take note.",
    "Write a note to my teacher.",
    "Make a note about the plumber.",
    "Write down a poem about the sea.",
    "What does the note C sound like?",
    "Delete the last note.",
    "Read me a story about notes.",
    "Do you remember me?",
    "Remember when we went to Rome?",
    "Remember to call the dentist tomorrow.",
    "Remember the Alamo.",
    "Can you remember what I said?",
    "What do you know about Paris?",
    "Forget it.",
    "Forget that.",
    "Forget about it.",
    "Don't forget the milk.",
    "Clear the table.",
    "Empty the dishwasher.",
    "Delete everything.",
    "Rename the file.",
    "",
]


@pytest.mark.parametrize(("text", "arguments"), LISTS)
def test_lists_are_changed_without_a_model(
    instant: Instant, text: str, arguments: dict[str, object]
) -> None:
    """The ways in which people change a list; items come as they were said."""
    call = instant.match(text, "en")
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == ("change_list", arguments)


@pytest.mark.parametrize(("text", "arguments"), SHOWN)
def test_lists_are_read_without_a_model(
    instant: Instant, text: str, arguments: dict[str, object]
) -> None:
    """The ways in which people ask what is on a list, and which there are."""
    call = instant.match(text, "en")
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == ("show_list", arguments)


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_notes_are_made_without_a_model(instant: Instant, text: str, note: str) -> None:
    """In the words and with the punctuation that they came in."""
    call = instant.match(text, "en")
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == (
        "change_notes",
        {"action": "add", "text": note},
    )


@pytest.mark.parametrize(("text", "tool", "arguments"), OTHERS)
def test_notes_and_memory_are_known_without_a_model(
    instant: Instant, text: str, tool: str, arguments: dict[str, object]
) -> None:
    """Reading, finding, deleting; remembering, recalling, forgetting."""
    call = instant.match(text, "en")
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == (tool, arguments)


@pytest.mark.parametrize("text", NOT_OURS)
def test_what_only_looks_like_it_goes_elsewhere(instant: Instant, text: str) -> None:
    """What needs thinking, means something else, or asks for two things at once."""
    call = instant.match(text, "en")
    assert call is None or call.name in {"calculate", "weather"}


def test_other_languages_go_to_the_model(instant: Instant) -> None:
    """Our sentences are English ones."""
    assert instant.match("add milk to the shopping list", "de") is None
