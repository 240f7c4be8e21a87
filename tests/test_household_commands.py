"""`assistant notes`, `lists`, `memory` and `data`: what a person and a program see."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import typer
from control_owner import serving, short_folder
from rich.console import Console
from shelves import SteppingClock
from typer.testing import CliRunner

from assistant import household_commands
from assistant.config import Config
from assistant.control_socket import NAME as SOCKET
from assistant.errors import AssistantError, ToolError, UsageError
from assistant.household.tables import tables_of
from assistant.schema import MIGRATIONS
from assistant.storage import NAME, Storage, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TIMER = (
    "INSERT INTO timer (kind, name, length_s, left_s, anchored, ends, rang) VALUES "
    "('timer', 'pasta', 600, 600, '2026-03-04T05:06:07+00:00', '2026-03-04T05:16:07+00:00', 0)"
)
ALARM = (
    "INSERT INTO alarm (kind, words, first, zone, rule) VALUES "
    "('alarm', '', '2026-03-05T07:00:00', 'Europe/Berlin', 'FREQ=DAILY')"
)
SENT = (
    "INSERT INTO gateway_sent (at, left, method, path, host, model, size, text_chars, images, "
    "image_bytes, files, file_bytes, tools) VALUES "
    "('2026-03-04T05:06:07+00:00', 1, 'POST', '/v1', 'h', 'm', 1, 1, 0, 0, 0, 0, 0)"
)
OUTCOME = "INSERT INTO gateway_outcome (request, at, error) VALUES (1, '2026-03-04', '')"


class Shell:
    """Runs the commands over one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / NAME
        self.errors = StringIO()
        self._config = Config.model_validate({"storage": {"folder": str(folder)}})

    def __call__(self, *arguments: str, answer: str = "") -> str:
        """What a command prints. Raises what it raises."""
        out = StringIO()
        program = typer.Typer()
        console = Console(file=out, width=60, color_system=None)
        errors = Console(file=self.errors, width=60, color_system=None)
        household_commands.mount(program, lambda: self._config, console, errors)
        CliRunner().invoke(
            program, arguments, input=answer, catch_exceptions=False, standalone_mode=False
        )
        return out.getvalue()

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """The same as JSON."""
        return [json.loads(line) for line in self(*arguments, "--json").splitlines()]

    def write(self, *statements: str) -> None:
        """Write rows past the commands."""
        with closing(Storage(self.file, SteppingClock().now)) as storage, storage.transact() as db:
            for statement in statements:
                db.execute(statement)

    def rows(self) -> dict[str, list[Any]]:
        """All there is, without the numbers that the file gave."""
        with closing(sqlite3.connect(self.file)) as db:
            return {
                table.name: sorted(
                    row[1:]
                    for row in db.execute(f"SELECT * FROM {table.name}")  # noqa: S608
                )
                for table in tables_of(db)
            }


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A user for whom nothing is kept yet, and nothing runs."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "none"))
    return Shell(tmp_path / "data")


@pytest.fixture
def full(shell: Shell) -> Shell:
    """One of everything."""
    shell("notes", "add", "The", "plumber", "comes", "on", "Monday")
    shell("lists", "add", "shopping", "milk", "eggs")
    shell.write(
        TIMER,
        ALARM,
        SENT,
        OUTCOME,
        "INSERT INTO fact (text, key, made) VALUES ('we have cats', 'we have cats', '')",
    )
    return shell


@pytest.fixture
def other(tmp_path: Path) -> Shell:
    """Another machine."""
    return Shell(tmp_path / "other")


def test_looking_makes_no_file(shell: Shell) -> None:
    """Where nothing is kept each says so, and leaves nothing behind."""
    assert shell("notes", "list") == shell("notes", "show", "x") == "There are no notes.\n"
    assert shell("notes", "search", "x") == "There is no note about x.\n"
    assert shell("lists", "list") == shell("lists", "show") == "There are no lists yet.\n"
    assert shell("memory", "list") == "There is nothing in its memory.\n"
    assert shell("data", "delete", "--yes") == "Nothing is kept yet.\n"
    with pytest.raises(UsageError, match="nothing to export"):
        shell("data", "export", "x.json")
    assert shell.lines("notes", "list") == shell.lines("memory", "list") == []
    assert not shell.folder.exists()


def test_notes_are_kept_from_the_command_line(shell: Shell) -> None:
    """Added, listed, searched, shown and deleted, by words or number."""
    assert shell("notes", "add", "The", "plumber", "comes", "on", "Monday") == (
        "The note is made: The plumber comes on Monday.\n"
    )
    shell("notes", "add", "--title", "Wi-Fi", "hunter2")
    assert [line["title"] for line in shell.lines("notes", "list")] == [
        "Wi-Fi",
        "The plumber comes on Monday",
    ]
    assert [line["id"] for line in shell.lines("notes", "search", "plumbers")] == [1]
    assert "The plumber" in shell("notes", "list")
    assert shell("notes", "show", "wifi") == "Wi-Fi: hunter2.\n"
    assert shell("notes", "show", "1") == "The plumber comes on Monday.\n"
    with pytest.raises(ToolError, match="There is no note about garden"):
        shell("notes", "delete", "garden")
    assert shell("notes", "delete", "2") == 'The note "Wi-Fi" is deleted.\n'
    assert len(shell.lines("notes", "list")) == 1


def test_lists_are_kept_from_the_command_line(shell: Shell) -> None:
    """In the words that the assistant says."""
    assert shell("lists", "add", "shopping", "milk", "brown bread", "eggs") == (
        "Milk, brown bread and eggs are on your shopping list.\n"
    )
    assert shell("lists", "check", "shopping", "milk") == (
        "Milk is checked off on your shopping list.\n"
    )
    assert shell("lists", "remove", "shopping", "eggs") == "Eggs are off your shopping list.\n"
    assert shell("lists", "show") == ("On your shopping list: brown bread. Checked off: milk.\n")
    assert "✓ milk" in shell("lists", "list")
    assert shell.lines("lists", "list") == [
        {
            "name": "shopping",
            "items": [
                {"text": "milk", "done": True},
                {"text": "brown bread", "done": False},
            ],
        }
    ]
    assert shell("lists", "clear", "shopping", "--done") == "Milk is off your shopping list.\n"
    assert shell("lists", "clear", "shopping") == "Your shopping list is empty now.\n"
    assert "now called market" in shell("lists", "rename", "shopping", "market")
    assert shell("lists", "delete", "market") == "Your market list is deleted.\n"


def test_memory_is_listed_and_deleted(full: Shell) -> None:
    """By words, by number, or all of it."""
    assert "we have cats" in full("memory", "list")
    assert full("memory", "list", "dogs") == "Nothing fits.\n"
    assert full.lines("memory", "list", "cat") == [{"id": 1, "text": "we have cats"}]
    assert full("memory", "delete", "1") == "I have forgotten this: we have cats.\n"
    assert full("memory", "list") == "There is nothing in its memory.\n"


def test_a_storage_that_fails_is_told_with_its_path(shell: Shell) -> None:
    """On the screen stands more than is said aloud."""
    shell.folder.parent.mkdir(exist_ok=True)
    shell.folder.touch()
    with pytest.raises(StorageError, match="a file stands in its way"):
        shell("notes", "add", "hello")


def test_everything_is_exported_and_imported(full: Shell, other: Shell, tmp_path: Path) -> None:
    """Into a new file of one's own; a second import adds nothing, nor does the way back."""
    file = tmp_path / "x.json"
    assert f"{file} holds 9 rows" in full("data", "export", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    other("notes", "add", "Something", "else")
    assert other("data", "import", str(file)) == "Added: 9 rows. There already: 0 rows.\n"
    there = other.rows()
    assert len(there["note"]) == 2
    assert {name: rows for name, rows in there.items() if name not in {"note", "list_item"}} == {
        name: rows for name, rows in full.rows().items() if name not in {"note", "list_item"}
    }
    assert other("data", "import", str(file)) == "Added: 0 rows. There already: 9 rows.\n"
    assert other.rows() == there
    assert other("notes", "search", "plumber") != "There is no note about plumber.\n"
    other("data", "export", str(tmp_path / "y.json"))
    assert full("data", "import", str(tmp_path / "y.json")).startswith("Added: 1 row.")
    assert {name: len(rows) for name, rows in full.rows().items()} == {
        name: len(rows) for name, rows in there.items()
    }


def test_an_import_changes_nothing_that_is_there(full: Shell, tmp_path: Path) -> None:
    """What was changed since stays changed, what was deleted comes back, one list is not two."""
    file = tmp_path / "x.json"
    full("data", "export", str(file))
    full("lists", "check", "shopping", "milk")
    full("lists", "remove", "shopping", "eggs")
    full("notes", "delete", "plumber")
    full.write("UPDATE note SET text = 'x'")
    assert full("data", "import", str(file)).startswith("Added: 2 rows.")
    assert full("lists", "show") == "On your shopping list: eggs. Checked off: milk.\n"
    assert full("notes", "show", "plumber") == "The plumber comes on Monday.\n"


def test_an_export_of_an_older_version_is_brought_up_to_date(shell: Shell, tmp_path: Path) -> None:
    """By the migrations: each version's export is what its file was."""
    file = tmp_path / "x.json"
    for version in range(1, len(MIGRATIONS) + 1):
        file.write_text(json.dumps({"kind": "assistant-data", "version": version, "tables": {}}))
        assert shell("data", "import", str(file)) == "Added: 0 rows. There already: 0 rows.\n"


def broken(change: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    """An export with one thing wrong."""

    def text_of(text: str) -> str:
        whole = json.loads(text)
        change(whole)
        return json.dumps(whole)

    return text_of


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text[: len(text) // 2], "is not JSON"),
        (lambda text: "[" * 100_000 + text, "is not JSON"),
        (lambda text: "\x00\xff" + text, "is not JSON"),
        (lambda text: f"[{text}]", "is no export of an assistant"),
        (broken(lambda w: w.update(kind="x")), "is no export"),
        (broken(lambda w: w.update(version=999)), "exported by a newer assistant"),
        (broken(lambda w: w.update(version=0)), "newer assistant"),
        (broken(lambda w: w["tables"].update(spoon=[])), "there is no table spoon"),
        (broken(lambda w: w["tables"].update(note={})), "note is no list"),
        (broken(lambda w: w["tables"]["note"].append(5)), "note, row 2 has other columns"),
        (broken(lambda w: w["tables"]["note"][0].update({"x) --": 1})), "row 1 has other columns"),
        (broken(lambda w: w["tables"]["note"][0].pop("text")), "does not fit"),
        (broken(lambda w: w["tables"]["note"][0].update(text=[1])), "does not fit"),
        (broken(lambda w: w["tables"]["note"][0].update(id=2**70)), "does not fit"),
        (broken(lambda w: w["tables"]["timer"][0].update(length_s="long")), "does not fit"),
        (broken(lambda w: w["tables"]["list_item"][0].update(list=77)), "does not fit"),
    ],
)
def test_a_broken_import_takes_nothing(
    full: Shell, other: Shell, tmp_path: Path, spoil: Callable[[str], str], told: str
) -> None:
    """All or nothing, with what is wrong and where."""
    file = tmp_path / "x.json"
    full("data", "export", str(file))
    file.write_text(spoil(file.read_text(encoding="utf-8")), encoding="utf-8")
    other("notes", "add", "Mine")
    before = other.rows()
    with pytest.raises(UsageError, match=told):
        other("data", "import", str(file))
    assert other.rows() == before


def test_files_are_refused_before_anything_is_done(full: Shell, tmp_path: Path) -> None:
    """One that is there is not written over; one that is not there cannot be read."""
    file = tmp_path / "x.json"
    file.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        full("data", "export", str(file))
    assert file.read_text() == "mine"
    with pytest.raises(AssistantError, match="cannot be written"):
        full("data", "export", str(tmp_path / "nowhere" / "x.json"))
    with pytest.raises(UsageError, match="there is no such file"):
        full("data", "import", str(tmp_path / "absent.json"))
    with pytest.raises(UsageError, match="cannot be read"):
        full("data", "import", str(tmp_path))
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_deleting_asks_and_leaves_nothing_on_the_disk(full: Shell) -> None:
    """Not a word of it in the folder, set-aside files included; the record's guards are back."""
    (full.folder / "assistant-damaged-20260304-050607.sqlite3").write_text("plumber")
    with pytest.raises(typer.Abort):
        full("data", "delete", answer="n\n")
    assert len(full.lines("notes", "list")) == 1
    assert full("data", "delete", answer="y\n") == "Deleted: 9 rows.\n"
    assert not any(full.rows().values())
    for file in full.folder.iterdir():
        data = file.read_bytes()
        assert not [word for word in (b"plumber", b"milk", b"cats", b"pasta") if word in data]
    full.write(SENT)
    with pytest.raises(StorageError):
        full.write("DELETE FROM gateway_sent")
    full("notes", "add", "New", "life")
    assert full("notes", "show", "1") == "New life.\n"


def test_nothing_is_deleted_under_a_running_assistant(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would go on with its timers; an import tells it to be started again."""
    with short_folder() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "none"))
        shell = Shell(folder)
        shell("notes", "add", "Hello", "there")
        shell("data", "export", str(folder / "x.json"))
        shell("notes", "delete", "hello")
        with serving(folder / SOCKET):
            with pytest.raises(UsageError, match="An assistant is running"):
                shell("data", "delete", "--yes")
            assert "Restart" in shell("data", "import", str(folder / "x.json"))
        assert len(shell.lines("notes", "list")) == 1


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The newest tables."""
    storage = Storage(tmp_path / NAME, SteppingClock().now)
    with closing(storage), storage.transact() as opened:
        yield opened


def test_every_table_can_be_exported(db: sqlite3.Connection) -> None:
    """JSON has no bytes, and a row is known by one column."""
    for table in tables_of(db):
        columns = db.execute(f"PRAGMA table_info({table.name})").fetchall()
        assert not [column for column in columns if column[2] == "BLOB"], table.name
        assert len([column for column in columns if column[5]]) == 1, table.name
