"""Notes, by word of mouth: read, searched, written, changed, deleted.

Flows in: what is asked. Flows out: sentences, and how a change is taken back. Refuses to know: how
notes are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.household.names import offered, run_of, told_of, words_of
from assistant.household.notes import Note, title_of
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.deeds import Undo
    from assistant.household.keeping import Delta
    from assistant.household.notes import Notes

_TOLD: Final = 5
WORDS: Final = {
    "en": r"(?i)\bnot(?:e|es|ed|ing)\b|\bwr(?:ite|ote|itten)\b|\bjot|\bmemo\b|\bundo\b",
    "de": r"(?i)\bnoti[zer]|\bschreib|\baufgeschrieben",
    "es": r"(?i)\b(?:nota|notas|apunta|apuntes|escribe|anota)",
    "fr": r"(?i)\b(?:note|notes|écris|noter)",
    "id": r"(?i)\b(?:catat|catatan|tulis)",
    "it": r"(?i)\b(?:nota|note|appunt|scrivi|annota)",
    "nl": r"(?i)\b(?:notitie|noteer|schrijf)",
    "pt": r"(?i)\b(?:nota|notas|anota|escreve|apontamento)",
}
"""By language, the words that make the notes' tools go out with a request."""
_Change = Literal["append", "replace", "rename"]
_QUESTIONS: Final[dict[_Change, str]] = {
    "append": "What shall be added to the note?",
    "replace": "What shall the note say instead?",
    "rename": "What shall the note be called?",
}


def notes_family(notes: Notes) -> Family:
    """The tools `find_notes` and `change_notes`."""

    async def find_notes(about: str = "") -> str:
        """Read the household's notes: the one about something, or without it all their titles."""
        if not words_of(about):
            return _titles(await notes.all())
        return await _found(notes, about)

    async def change_notes(
        action: Literal["add", "append", "replace", "rename", "delete"],
        note: str = "",
        text: str = "",
    ) -> Deed:
        """Change the household's notes.

        add: a new note that says `text`; `note` is its title, if one was given.
        append: add `text` to the end of a note. replace: give a note a new `text`.
        rename: `text` is a note's new title. delete: remove one note.
        For all but add, `note` says which: its title, or words that are in it.
        """
        match action:
            case "add":
                return await _added(notes, text, note)
            case "delete":
                gone, change = await notes.delete(note)
                return Deed(f'The note "{gone.title}" is deleted.', _undo(notes, change, "is back"))
            case "append" | "replace" | "rename":
                return await _changed(notes, action, note, text)

    tools = (FunctionTool(find_notes), FunctionTool(change_notes, Risk.WRITES))
    return Family("notes", tools, WORDS)


async def _found(notes: Notes, about: str) -> str:
    every = await notes.all()
    if not every:
        return "There are no notes."
    said = run_of(about)
    found = [n for n in every if said in {run_of(n.title), str(n.id)}]
    found = found or await notes.search(about)
    if not found:
        near = offered(about, [n.title for n in every], quotes=True)
        raise ToolError(f"There is no note about {about.strip(' .?!')}.{near}")
    if len(found) == 1:
        return _read(found[0])
    return f"{len(found)} notes fit: {_quoted(found)}. Which one shall I read?"


async def _added(notes: Notes, text: str, title: str) -> Deed:
    made, change = await notes.add(text, title)
    if change is None:
        return Deed(f'That note is there already: "{made.title}".')
    told = made.text.replace("\n", ", ")
    if title_of(made.text) != made.title:
        told = f"{made.title}: {told}"
    return Deed(f"The note is made: {_ended(told)}", _undo(notes, change, "is gone"))


async def _changed(notes: Notes, action: _Change, note: str, text: str) -> Deed:
    if not words_of(text):
        raise ToolError(_QUESTIONS[action])
    match action:
        case "append":
            now, change = await notes.change(note, more=text)
            said = f'Added to the note "{now.title}": {_ended(text.strip())}'
        case "replace":
            now, change = await notes.change(note, text=text)
            said = f'The note "{now.title}" now says: {_ended(now.text)}'
        case "rename":
            now, change = await notes.change(note, title=text)
            said = f'The note is now called "{now.title}".'
    return Deed(said, _undo(notes, change, "is as it was"))


def _undo(notes: Notes, change: Delta, told: str) -> Undo:
    async def undo() -> str:
        await notes.put_back(change)
        return f"The note {told}."

    return undo


def _titles(notes: list[Note]) -> str:
    if not notes:
        return "There are no notes."
    if len(notes) == 1:
        return f"There is one note. {_read(notes[0])}"
    return f"There are {len(notes)} notes: {_quoted(notes)}."


def _quoted(notes: list[Note]) -> str:
    return told_of([f'"{note.title}"' for note in notes], most=_TOLD)


def _read(note: Note) -> str:
    """A note, with its title where that is not how it begins."""
    if title_of(note.text) == note.title:
        return _ended(note.text)
    return f"{note.title}: {_ended(note.text)}"


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "\u2026", "\u3002")) else f"{text}."
