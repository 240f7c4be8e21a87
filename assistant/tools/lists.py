"""Lists, by word of mouth: shopping, to do, any name.

Flows in: what is asked. Flows out: sentences, and how a change is taken back. Refuses to know: how
lists are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.household.items import split
from assistant.household.listed import SHOPPING, list_key
from assistant.household.names import capital, told_of, words_of
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.household.listed import Listed
    from assistant.household.lists import Change, Lists

WORDS: Final = {
    "en": r"(?i)\blists?\b|\bshopping\b|\bgrocer|\bto-?dos?\b|\bchores?\b|\bbuy\b|"
    r"\b(?:check|tick|cross)\w* off\b|\bundo\b",
    "de": r"(?i)liste|\bein(?:kauf|zukaufen)|\baufgaben|\babhaken",
    "es": r"(?i)\blistas?\b|\bcompras?\b|\bcomprar|\btareas",
    "fr": r"(?i)\blistes?\b|\bcourses\b|\bacheter|\btâches",
    "id": r"(?i)\bdaftar\b|\bbelanja|\btugas|\bbeli",
    "it": r"(?i)\bliste?\b|\blista\b|\bspesa\b|\bcomprare|\bcompiti",
    "nl": r"(?i)lijst|\bboodschap|\bkopen|\btaken",
    "pt": r"(?i)\blistas?\b|\bcompras?\b|\bcomprar|\btarefas",
}
"""By language, the words that make the lists' tools go out with a request."""
_ALL: Final = frozenset({"all", "every", "everything", "all lists", "lists"})

Items = Annotated[list[str], Field(max_length=100)]
_ItemAction = Literal["add", "remove", "check_off", "uncheck"]
_Action = _ItemAction | Literal["clear", "clear_done", "rename", "delete"]


def lists_family(lists: Lists) -> Family:
    """The tools `show_list` and `change_list`."""

    async def show_list(name: str = "") -> str:
        """Tell what is on one of the household's lists.

        name: "shopping", "to do" …; empty means the shopping list, "all" tells which lists exist.
        """
        if name.casefold().strip(" .") in _ALL:
            return _all_told(await lists.all())
        return listed_told(await lists.show(name))

    async def change_list(
        action: _Action, name: str = "", items: Items | None = None, new_name: str = ""
    ) -> Deed:
        """Change one of the household's lists.

        add, remove, check_off, uncheck: `items`, each on its own: ["milk", "eggs"].
        clear: take everything off. clear_done: take off what is checked off.
        rename: to `new_name`. delete: the whole list.
        name: "shopping", "to do" …; empty means the shopping list. An unknown one is begun by add.
        """
        match action:
            case "add" | "remove" | "check_off" | "uncheck":
                return await _items_changed(lists, action, name, items or [])
            case "clear" | "clear_done":
                change = await lists.clear(name, only_done=action == "clear_done")
                said = _cleared(change, only_done=action == "clear_done")
            case "rename":
                if not words_of(new_name):
                    raise ToolError("What shall the list be called?")
                change = await lists.rename(name, new_name)
                said = f"Your {change.done[0]} list is now called {change.listed.name}."
            case "delete":
                change = await lists.delete(name)
                said = f"Your {change.listed.name} list is deleted."
        return _deed(lists, change, said)

    tools = (FunctionTool(show_list), FunctionTool(change_list, Risk.WRITES))
    return Family("lists", tools, WORDS)


def listed_told(listed: Listed) -> str:
    """What is on a list, in one or two sentences."""
    still = [item.text for item in listed.items if not item.done]
    done = [item.text for item in listed.items if item.done]
    name = f"your {listed.name} list"
    if not listed.items:
        return f"{capital(name)} is empty."
    checked = f" Checked off: {told_of(done)}." if done else ""
    if not still:
        return f"Everything on {name} is checked off.{checked}"
    return f"On {name}: {told_of(still)}.{checked}"


async def _items_changed(
    lists: Lists, action: _ItemAction, name: str, items: Sequence[str]
) -> Deed:
    given = _parted(items, name)
    match action:
        case "add":
            change = await lists.add(name, given)
            said = _added(change)
        case "remove":
            change = await lists.take_off(name, given)
            said = _told(change, "off", "")
        case "check_off":
            change = await lists.check(name, given)
            said = _told(change, "checked off on", "checked off already on")
        case "uncheck":
            change = await lists.check(name, given, done=False)
            said = _told(change, "open again on", "not checked off on")
    return _deed(lists, change, said)


def _all_told(every: Sequence[Listed]) -> str:
    if not every:
        return "There are no lists yet."
    sizes = [f"{one.name} with {len(one.items)}" for one in every]
    return f"Your list{'s' * (len(every) > 1)}: {told_of(sizes)}."


def _parted(items: Sequence[str], name: str) -> list[str]:
    """Items, each on its own: whoever gives only one may have said several in it."""
    if len(items) != 1:
        return list(items)
    key = list_key(name) if words_of(name) else SHOPPING
    return split(items[0], key)


def _added(change: Change) -> str:
    where = f"on your {change.listed.name} list"
    if not change.done:
        verb = "is" if len(change.before) == 1 else "are"
        return f"{capital(told_of(change.before))} {verb} already {where}."
    verb = "is" if _one(change.done) else "are"
    said = f"{capital(told_of(change.done))} {verb} {where}."
    if change.before:
        was = "was" if len(change.before) == 1 else "were"
        said += f" {capital(told_of(change.before))} {was} there already."
    return said


def _told(change: Change, how: str, before: str) -> str:
    """What became of the items, and which were not there."""
    parts = [
        f"{capital(told_of(items))} {'is' if _one(items) else 'are'} {words} your "
        f"{change.listed.name} list."
        for items, words in ((change.done, how), (change.before, before))
        if items
    ]
    if change.missing:
        verb = "was" if _one(change.missing) else "were"
        parts.append(f"{capital(told_of(change.missing))} {verb} not on it.")
    return " ".join(parts)


def _one(items: Sequence[str]) -> bool:
    """Whether one says `is` of it: eggs are."""
    return len(items) == 1 and not _plural(items[0])


def _plural(text: str) -> bool:
    last = text.casefold().split()[-1]
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))


def _cleared(change: Change, *, only_done: bool) -> str:
    name = f"your {change.listed.name} list"
    if not change.done:
        return f"Nothing on {name} is checked off." if only_done else f"{capital(name)} is empty."
    if only_done:
        return f"{capital(told_of(change.done))} {'is' if _one(change.done) else 'are'} off {name}."
    return f"{capital(name)} is empty now."


def _deed(lists: Lists, change: Change, said: str) -> Deed:
    async def undo() -> str:
        await lists.put_back(change)
        return f"Your {change.listed.name} list is as it was."

    return Deed(said, undo if change.undo else None)
