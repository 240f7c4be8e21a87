"""`assistant trigger`, `mute`, `unmute`, `stop` and `status`, asked of a real process."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
import typer
from control_owner import serving, short_folder
from rich.console import Console
from typer.testing import CliRunner

from assistant import control_commands
from assistant.config import Config
from assistant.control_commands import NOT_RUNNING, told, triggered
from assistant.control_socket import NAME
from assistant.errors import AssistantError
from assistant.orders import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Shell:
    """Runs the commands."""

    def __init__(self, data: Path) -> None:
        self.folder = data / NAME
        self._config = Config.model_validate({"storage": {"folder": str(data)}})

    def __call__(self, *arguments: str) -> str:
        """What a command prints. Raises what it raises."""
        out = StringIO()
        program = typer.Typer()
        console = Console(file=out, width=30, color_system=None)
        control_commands.mount(program, lambda: self._config, console)
        CliRunner().invoke(program, arguments, catch_exceptions=False, standalone_mode=False)
        return out.getvalue()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A user without a runtime folder, and with a data folder."""
    with short_folder() as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "none"))
        yield Shell(folder)


def test_each_command_answers_in_one_sentence(shell: Shell) -> None:
    """Whole, however narrow the window is."""
    with serving(shell.folder):
        assert shell("trigger") == "It listens.\n"
        assert shell("mute", "--for", "10m") == "It is muted for 10 minutes.\n"
        assert shell("status") == "It is muted for 10 minutes.\n"
        assert shell("mute") == "It is muted. Open its microphone with: assistant unmute\n"
        assert shell("unmute") == "It is not muted.\n"
        assert shell("stop") == "It is silent.\n"
        assert shell("status") == "It listens.\n"


@pytest.mark.parametrize("command", ["trigger", "mute", "unmute", "stop", "status"])
def test_where_none_runs_the_error_says_how_to_start_one(shell: Shell, command: str) -> None:
    """Exit code 1: nothing was wrong with the call."""
    with pytest.raises(AssistantError) as caught:
        shell(command)
    assert str(caught.value) == NOT_RUNNING
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("length", ["soon", "10", ""])
def test_a_wrong_length_is_refused_before_anybody_is_asked(shell: Shell, length: str) -> None:
    """Exit code 2, with the forms."""
    with pytest.raises(AssistantError, match="90s, 10m, 1h or 1h30m") as caught:
        shell("mute", "--for", length)
    assert caught.value.exit_code == 2


def test_to_trigger_what_is_muted_fails(shell: Shell) -> None:
    """A person who pressed a button and is not heard has to know why."""
    with serving(shell.folder):
        shell("mute")
        with pytest.raises(AssistantError, match="assistant unmute"):
            shell("trigger")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status("starting", muted=False), "It is still starting."),
        (Status("asleep", muted=False), "It waits for its wake word."),
        (Status("hearing", muted=False), "It hears somebody speak."),
        (Status("thinking", muted=False), "It is thinking."),
        (Status("asleep", muted=True, muted_for_s=90), "It is muted for 1 minute and 30 seconds."),
        (
            Status("speaking", muted=True),
            "It is speaking. It is muted. Open its microphone with: assistant unmute",
        ),
    ],
)
def test_the_status_is_told_in_plain_words(status: Status, sentence: str) -> None:
    """What it does, and whether it is muted; it does not listen while it is."""
    assert told(status) == sentence


def test_a_trigger_while_it_speaks_has_done_its_work() -> None:
    """It is not muted, so it listens, whatever it still says it does."""
    assert triggered(Status("speaking", muted=False)) == "It listens."
