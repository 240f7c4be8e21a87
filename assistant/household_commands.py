"""What the household keeps, on the command line: notes, lists, memory, and all data at once.

Flows in: the settings, and words. Flows out: what the tools say, tables, or JSON. Refuses to know:
how things are kept and found.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.command import EVERYWHERE
from assistant.data_commands import mount_data
from assistant.household_shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from assistant.config import Config
    from assistant.household.facts import Fact
    from assistant.household.listed import Listed
    from assistant.household.notes import Note

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
Words = Annotated[list[str], typer.Argument(help="In words; quotes are not needed.")]
Which = Annotated[list[str], typer.Argument(help="Its title, words that are in it, or its number.")]
ListName = Annotated[str, typer.Argument(help="The list's name, say shopping.")]
Items = Annotated[list[str], typer.Argument(help="One thing each, say: milk 'brown bread'")]


def mount(
    program: typer.Typer, settings: Callable[[], Config], console: Console, errors: Console
) -> None:
    """Add `notes`, `lists`, `memory` and `data`."""
    shelf = Shelf(settings, console)
    for name, add, told in (
        ("notes", _mount_notes, "The household's notes."),
        ("lists", _mount_lists, "The household's lists: shopping, to do, any name."),
        ("memory", _mount_memory, "What the assistant was told to remember."),
    ):
        part = typer.Typer(help=told, no_args_is_help=True, epilog=EVERYWHERE)
        add(part, shelf)
        program.add_typer(part, name=name)
    data = typer.Typer(
        help="Everything that the assistant keeps, out to a file, back from one, or deleted.",
        no_args_is_help=True,
        epilog=EVERYWHERE,
    )
    mount_data(data, settings, console, errors)
    program.add_typer(data, name="data")


def _mount_notes(program: typer.Typer, shelf: Shelf) -> None:
    def show(notes: Sequence[Note], *, json: bool, empty: str) -> None:
        if json:
            shelf.lines(notes)
        elif notes:
            rows = [(str(note.id), _when(note.changed), note.title) for note in notes]
            shelf.table(("No.", "Changed", "Title"), rows)
        else:
            shelf.say(empty)

    @program.command("list", epilog=EVERYWHERE)
    def list_notes(*, json: Json = False) -> None:
        """List the notes, the one changed last first.

        \b
        assistant notes list
        assistant notes list --json
        """
        show(shelf.kept("notes"), json=json, empty="There are no notes.")

    @program.command("add", epilog=EVERYWHERE)
    def add(
        text: Words,
        title: Annotated[str, typer.Option(help="Without it, the first words are the title.")] = "",
    ) -> None:
        """Write a note.

        \b
        assistant notes add The plumber comes on Monday at nine
        assistant notes add --title Wi-Fi "The password is on the router."
        """
        shelf.do("change_notes", action="add", text=" ".join(text), note=title)

    @program.command("search", epilog=EVERYWHERE)
    def search(words: Words, *, json: Json = False) -> None:
        """List the notes that hold all these words.

        \b
        assistant notes search plumber
        """
        found = shelf.kept("notes", " ".join(words))
        show(found, json=json, empty=f"There is no note about {' '.join(words)}.")

    @program.command("show", epilog=EVERYWHERE)
    def show_one(note: Which) -> None:
        """Show one note, whole.

        \b
        assistant notes show plumber
        assistant notes show 3
        """
        shelf.look("find_notes", "There are no notes.", about=" ".join(note))

    @program.command("delete", epilog=EVERYWHERE)
    def delete(note: Which) -> None:
        """Delete one note.

        \b
        assistant notes delete plumber
        """
        shelf.do("change_notes", action="delete", note=" ".join(note))


def _mount_lists(program: typer.Typer, shelf: Shelf) -> None:
    @program.command("list", epilog=EVERYWHERE)
    def list_lists(*, json: Json = False) -> None:
        """List the lists, and what is on them.

        \b
        assistant lists list
        """
        every: Sequence[Listed] = shelf.kept("lists")
        if json:
            shelf.lines(every)
        elif every:
            rows = [
                (one.name, "\n".join(f"{'✓' if i.done else ' '} {i.text}" for i in one.items))
                for one in every
            ]
            shelf.table(("List", "On it"), rows)
        else:
            shelf.say("There are no lists yet.")

    @program.command("show", epilog=EVERYWHERE)
    def show(name: ListName = "") -> None:
        """Tell what is on a list.

        \b
        assistant lists show
        assistant lists show packing
        """
        shelf.look("show_list", "There are no lists yet.", name=name)

    _mount_list_changes(program, shelf)


def _mount_list_changes(program: typer.Typer, shelf: Shelf) -> None:
    def change(action: str, name: str, items: Sequence[str] = (), new_name: str = "") -> None:
        given = {"items": list(items)} if items else {}
        shelf.do("change_list", action=action, name=name, new_name=new_name, **given)

    @program.command("add", epilog=EVERYWHERE)
    def add(name: ListName, items: Items) -> None:
        """Put things on a list; a new list begins with its first one.

        \b
        assistant lists add shopping milk eggs "two loaves of bread"
        """
        change("add", name, items)

    @program.command("check", epilog=EVERYWHERE)
    def check(name: ListName, items: Items) -> None:
        """Check things off.

        \b
        assistant lists check shopping milk
        """
        change("check_off", name, items)

    @program.command("remove", epilog=EVERYWHERE)
    def remove(name: ListName, items: Items) -> None:
        """Take things off a list.

        \b
        assistant lists remove shopping milk
        """
        change("remove", name, items)

    @program.command("clear", epilog=EVERYWHERE)
    def clear(
        name: ListName,
        *,
        done: Annotated[bool, typer.Option("--done", help="Only what is checked off.")] = False,
    ) -> None:
        """Take everything off a list.

        \b
        assistant lists clear shopping
        assistant lists clear shopping --done
        """
        change("clear_done" if done else "clear", name)

    @program.command("rename", epilog=EVERYWHERE)
    def rename(name: ListName, new: Annotated[str, typer.Argument(help="Its new name.")]) -> None:
        """Call a list otherwise.

        \b
        assistant lists rename packing "summer holiday"
        """
        change("rename", name, new_name=new)

    @program.command("delete", epilog=EVERYWHERE)
    def delete(name: ListName) -> None:
        """Delete a list with all that is on it.

        \b
        assistant lists delete packing
        """
        change("delete", name)


def _mount_memory(program: typer.Typer, shelf: Shelf) -> None:
    @program.command("list", epilog=EVERYWHERE)
    def list_facts(
        about: Annotated[list[str] | None, typer.Argument(help="Only what has this in it.")] = None,
        *,
        json: Json = False,
    ) -> None:
        """List what the assistant was told to remember.

        \b
        assistant memory list
        assistant memory list cats --json
        """
        facts: Sequence[Fact] = shelf.kept("facts", " ".join(about or ()))
        if json:
            shelf.lines(facts)
        elif facts:
            shelf.table(("No.", "Fact"), [(str(fact.id), fact.text) for fact in facts])
        else:
            shelf.say("There is nothing in its memory." if not about else "Nothing fits.")

    @program.command("delete", epilog=EVERYWHERE)
    def delete(
        fact: Annotated[
            list[str], typer.Argument(help="Its number, words that are in it, or: everything")
        ],
    ) -> None:
        """Make the assistant forget a fact.

        \b
        assistant memory delete 3
        assistant memory delete cats
        assistant memory delete everything
        """
        shelf.do("change_memory", action="forget", text=" ".join(fact))


def _when(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
