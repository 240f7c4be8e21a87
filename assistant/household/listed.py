"""Lists as they stand in the file: found by their names, with what is on them.

Flows in: a transaction, names and items in words. Flows out: the list that is meant, or a ToolError
that says which ones there are. Refuses to know: how a list is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.errors import ToolError
from assistant.household.items import item_key, tidy
from assistant.household.keeping import rows_of
from assistant.household.names import capital, key_of, misheard, offered, told_of, words_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

SHOPPING: Final = "shopping"
"""The list that is meant where none is named."""
LONGEST_ITEM: Final = 200
"""Characters of an item."""
LONGEST_NAME: Final = 60
"""Characters of a list's name."""
_TOLD: Final = 10
_SAME: Final = (
    (SHOPPING, "grocery", "shop"),
    ("to do", "todo", "task", "thing to do"),
)
"""Keys that mean the same list, where there is none of that very name."""
_KINDS: Final = frozenset({"list", "lists"})


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a list."""

    text: str
    done: bool = False
    """Whether it is checked off."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it is."""

    name: str
    """Without the word `list`: `shopping`."""
    items: tuple[Item, ...]


def name_of(name: str) -> str:
    """A list's name as it is read out, without `my` and `list`. Raises ToolError."""
    words = name.replace("\u2019", "'").strip(" .,;:!?\"'").split()
    while len(words) > 1 and words[-1].casefold() in _KINDS:
        words.pop()
    while len(words) > 1 and words[0].casefold() in {"the", "my", "our", "a", "an", "your"}:
        words.pop(0)
    told = " ".join(words)
    if not words_of(told) or told.casefold() in _KINDS:
        raise ToolError("What is the name of the list?")
    if len(told) > LONGEST_NAME:
        raise ToolError(f"A list's name can have {LONGEST_NAME} characters. Give it a shorter one.")
    return told if told[1:] != told[1:].lower() else told.lower()


def list_key(name: str) -> str:
    """What two ways to say the same list's name have in common."""
    return key_of(name_of(name))


def items_of(items: Sequence[str]) -> list[str]:
    """Items as they stand on a list, each once. Raises ToolError where none is left."""
    texts = {item_key(text): text for item in items if words_of(text := tidy(item)) or text}
    if not texts:
        raise ToolError("Nothing was named. What is it?")
    if longest := next((text for text in texts.values() if len(text) > LONGEST_ITEM), ""):
        raise ToolError(
            f"One thing on a list can have {LONGEST_ITEM} characters, and this has {len(longest)}. "
            "Make it shorter, or make a note of it."
        )
    return list(texts.values())


def listed(db: sqlite3.Connection, number: int) -> Listed:
    """The list of this id."""
    ((_, name, _, _),) = rows_of(db, "list", "id = ?", number).values()
    rows = rows_of(db, "list_item", "list = ? ORDER BY id", number).values()
    items = tuple(Item(str(text), bool(done)) for _, _, text, _, done, _ in rows)
    return Listed(str(name), items)


def found(db: sqlite3.Connection, name: str, *, exact: bool = False) -> int | None:
    """The id of the list that is meant, if there is one; `exact`: of that very name."""
    lists = {str(key): number for number, (_, _, key, _) in rows_of(db, "list").items()}
    if not name.strip(" .") or name.casefold().strip(" .") in _KINDS:
        only = next(iter(lists.values())) if len(lists) == 1 else None
        return next((lists[one] for one in _SAME[0] if one in lists), only)
    key = list_key(name)
    if exact or key in lists:
        return lists.get(key)
    for group in _SAME:
        if key in group and (same := [one for one in group if one in lists]):
            return lists[same[0]]
    return lists.get(misheard(key, lists))


def known(db: sqlite3.Connection, name: str) -> int:
    """The id of the list that is meant. Raises ToolError where there is none."""
    number = found(db, name)
    if number is not None:
        return number
    names = [str(name) for _, name, _, _ in rows_of(db, "list").values()]
    if not names:
        raise ToolError("There are no lists yet.")
    said = name_of(name) if name.strip() else SHOPPING
    told = offered(said, names) or f" There {'is' if len(names) == 1 else 'are'} {told_of(names)}."
    raise ToolError(f"There is no {said} list.{told}")


def holder(db: sqlite3.Connection, texts: Sequence[str]) -> int:
    """The id of the one list that holds one of these; else of the one meant without a name."""
    keys = [item_key(text) for text in texts]
    marks = ", ".join("?" * len(keys))
    rows = rows_of(db, "list_item", f"key IN ({marks})", *keys).values()
    numbers = {int(str(row[1])) for row in rows}
    if len(numbers) == 1:
        return numbers.pop()
    usual = found(db, "")
    if len(numbers) > 1 and usual not in numbers:
        names = [listed(db, number).name for number in sorted(numbers)]
        raise ToolError(f"That is on {told_of(names)}. From which list?")
    return known(db, "")


def on_it(
    db: sqlite3.Connection, number: int, texts: Sequence[str]
) -> tuple[dict[int, str], list[str]]:
    """Which of these are on the list, by id, and which are not."""
    rows = rows_of(db, "list_item", "list = ?", number)
    there = {str(row[3]): (item, str(row[2])) for item, row in rows.items()}
    held: dict[int, str] = {}
    missing: list[str] = []
    for text in texts:
        key = item_key(text)
        alike = key if key in there else misheard(key, there)
        if alike:
            item, told = there[alike]
            held[item] = told
        else:
            missing.append(text)
    return held, missing


def not_there(db: sqlite3.Connection, number: int, missing: Sequence[str]) -> str:
    """What is said where none of these is on the list."""
    it = listed(db, number)
    if not it.items:
        return f"The {it.name} list is empty."
    texts = [item.text for item in it.items]
    told = offered(" ".join(missing), texts) or f" On it: {told_of(texts, most=_TOLD)}."
    verb = "is" if len(missing) == 1 else "are"
    return f"{capital(told_of(missing))} {verb} not on the {it.name} list.{told}"
