"""Notes by word of mouth, over a real file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from shelves import Shelves, shelves

from assistant.household.keeping import sentence_of
from assistant.household.names import key_of, near, told_of
from assistant.household.notes import LONGEST, title_of
from assistant.storage import NAME, StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PLUMBER = "The plumber's number is 555 1234, call before noon."
WIFI = "The password is hunter2."


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Shelves]:
    """Two notes."""
    async with shelves(tmp_path) as it:
        await it("change_notes", action="add", text=PLUMBER)
        await it("change_notes", action="add", text=WIFI, note="Wi-Fi")
        yield it


def test_a_title_is_the_first_words() -> None:
    """Without those that hang over its end."""
    assert title_of("the plumber comes on Monday at nine") == "The plumber comes on Monday"
    assert title_of("Call Anna.\nSoon") == "Call Anna"
    assert title_of("to be or not to be") == "To be or not to be"


def test_names_are_compared_as_they_are_heard() -> None:
    """Without articles, accents, plurals and punctuation."""
    assert key_of("The Wi-Fi's") == key_of("wi fis")
    assert key_of("Café") == key_of("my cafes")
    assert key_of("the") == "the"
    assert key_of("?!") == ""
    assert near("plummer", ["Plumber", "Garden", "Number"]) == ["Plumber", "Number"]
    assert told_of(["a", "b", "c"], most=2) == "a, b and c"
    assert told_of(["a", "b", "c", "d"], most=2) == "a, b and 2 more"


async def test_a_note_is_written_and_read(tmp_path: Path) -> None:
    """The words that were said come back; without notes, that is said."""
    async with shelves(tmp_path) as home:
        assert await home("find_notes") == "There are no notes."
        assert await home("find_notes", about="plumber") == "There are no notes."
        assert await home("change_notes", action="add", text=PLUMBER) == (
            f"The note is made: {PLUMBER}"
        )
        assert await home("find_notes") == f"There is one note. {PLUMBER}"
        assert await home("find_notes", about="the plumber") == PLUMBER
    async with shelves(tmp_path) as again:
        assert await again("find_notes", about="plumbers") == PLUMBER


async def test_notes_are_found_by_any_of_their_words(home: Shelves) -> None:
    """By title, by stem, by beginning, without accents and case, and several are asked about."""
    for about in ("wifi", "Wi-Fi", "the wi fi", "HUNTER2", "password", "passw"):
        assert await home("find_notes", about=about) == f"Wi-Fi: {WIFI}"
    await home("change_notes", action="add", text="Réparations: the plumber calls on Friday.")
    assert await home("find_notes", about="reparations") == (
        "Réparations: the plumber calls on Friday."
    )
    told = await home("find_notes", about="plumber call")
    assert told.startswith("2 notes fit: ")
    assert told.endswith("Which one shall I read?")
    assert (await home("find_notes")).startswith('There are 3 notes: "Réparations')


async def test_a_script_without_spaces_is_found_too(home: Shelves) -> None:
    """A part of a word, where no whole word is found."""
    await home("change_notes", action="add", text="牛奶在冰箱里")
    assert await home("find_notes", about="冰箱") == "牛奶在冰箱里."


async def test_a_note_that_is_not_there_is_said_with_those_that_are_near(home: Shelves) -> None:
    """For reading, changing and deleting alike; quotes and stars are only words."""
    told = 'There is no note about plummer. Did you mean "The plumber\'s number is 555 1234"?'
    assert await home("find_notes", about="plummer") == told
    assert await home("change_notes", action="delete", note="plummer") == told
    assert "Which note?" in await home("change_notes", action="delete", note=" ")
    for odd in ('"', "*", "a NOT b", "text:x", "(", "'; DROP TABLE note; --", "NEAR(a b)"):
        assert "note" in await home("find_notes", about=odd)


async def test_which_of_several_is_asked_before_one_is_deleted(home: Shelves) -> None:
    """A title that fits better is meant."""
    await home("change_notes", action="add", text="The gas man comes before noon.", note="Gas")
    assert (await home("change_notes", action="delete", note="noon")).endswith(
        "Which one do you mean?"
    )
    assert await home("change_notes", action="delete", note="gas") == 'The note "Gas" is deleted.'
    assert await home.undo() == "The note is back."
    assert "gas man" in await home("find_notes", about="gas")


async def test_a_note_is_changed_and_changed_back(home: Shelves, tmp_path: Path) -> None:
    """Text added, replaced, another title; found by its new words, and not by its old ones."""

    def rows() -> list[object]:
        with closing(sqlite3.connect(tmp_path / NAME)) as db:
            return db.execute("SELECT * FROM note").fetchall()

    before = rows()
    assert await home("change_notes", action="append", note="plumber", text="Not on Fridays.") == (
        'Added to the note "The plumber\'s number is 555 1234": Not on Fridays.'
    )
    assert await home("find_notes", about="fridays") == f"{PLUMBER}\nNot on Fridays."
    assert await home.undo() == "The note is as it was."
    assert rows() == before
    assert await home("change_notes", action="replace", note="wifi", text="It is swordfish") == (
        'The note "Wi-Fi" now says: It is swordfish.'
    )
    assert "no note about hunter2" in await home("find_notes", about="hunter2")
    await home.undo()
    assert await home("change_notes", action="rename", note="wifi", text="Guests") == (
        'The note is now called "Guests".'
    )
    await home.undo()
    assert rows() == before
    for action in ("append", "replace", "rename"):
        assert (await home("change_notes", action=action, note="wifi", text="")).endswith("?")
    assert rows() == before


async def test_the_same_note_twice_is_one(home: Shelves) -> None:
    """The same title for another text gets a number, so that both can be found."""
    assert await home("change_notes", action="add", text=PLUMBER) == (
        'That note is there already: "The plumber\'s number is 555 1234".'
    )
    assert await home.undo() == ""
    await home("change_notes", action="add", text="Another one.", note="WiFi")
    assert sorted(note.title for note in await home.notes.all())[2] == "WiFi 2"


async def test_an_empty_and_a_huge_note_are_refused(home: Shelves) -> None:
    """With the limit, and what to do."""
    assert await home("change_notes", action="add", text=" . ") == (
        "The note has no words. What shall it say?"
    )
    told = await home("change_notes", action="add", text="x" * (LONGEST + 1))
    assert f"{LONGEST:,} characters" in told
    assert "was not run" in await home("change_notes", action="eat")
    assert len(await home.notes.all()) == 2


async def test_a_storage_that_fails_is_one_plain_sentence(home: Shelves, tmp_path: Path) -> None:
    """A full disk, a damaged file, a folder that is none: each says what it is."""
    await home.fill()
    assert await home("change_notes", action="add", text="word " * 4000) == (
        "My disk is full, so I could not do that. Please make room."
    )
    assert "Wi-Fi" in await home("find_notes")
    await home.fill(full=False)
    await home.storage.run(lambda storage: storage.close())
    (tmp_path / NAME).write_bytes(b"nonsense " * 4000)
    for end in ("-wal", "-shm"):
        (tmp_path / f"{NAME}{end}").unlink(missing_ok=True)
    assert await home("find_notes") == "There are no notes."  # set aside, and a new one begun
    assert any("-damaged-" in name for name in os.listdir(tmp_path))  # noqa: PTH208  # quick
    await home.storage.run(lambda storage: storage.close())
    (tmp_path / "file").touch()
    async with shelves(tmp_path / "file") as nowhere:
        assert await nowhere("change_notes", action="add", text="Hello there") == (
            "I cannot write to the folder of my storage, so I could not do that."
        )


def test_a_file_that_another_program_holds_is_said(tmp_path: Path) -> None:
    """It is no full disk, and it may be free again soon."""
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        late = sqlite3.connect(tmp_path / NAME, timeout=0)
        with closing(late), pytest.raises(sqlite3.OperationalError) as caught:
            late.execute("BEGIN EXCLUSIVE")
    error = StorageError("held")
    error.__cause__ = caught.value
    assert sentence_of(error).startswith("Another program holds my storage")


async def test_undo_of_a_note_that_was_never_there_changes_nothing(home: Shelves) -> None:
    """Undoing an addition deletes it; twice does no harm."""
    await home("change_notes", action="add", text="Only a moment")
    assert await home.undo() == "The note is gone."
    assert await home.undo() == "The note is gone."
    assert len(await home.notes.all()) == 2
