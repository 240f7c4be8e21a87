"""What was chosen by voice in the place of a setting: for how long it counts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from hand_clock import HandClock, storage_in

from assistant.errors import ToolError
from assistant.household.choices import Choices

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def choices_in(folder: Path) -> AsyncIterator[Choices]:
    """A run of the program."""
    async with storage_in(folder) as storage:
        yield Choices(storage, HandClock())


async def test_a_choice_outlives_a_restart(tmp_path: Path) -> None:
    """The last one counts, each name has its own, and what was never chosen is not there."""
    async with choices_in(tmp_path) as choices:
        assert await choices.chosen("volume", "100") is None
        await choices.choose("volume", "100", "50")
        await choices.choose("volume", "100", "30")
        await choices.choose("colour", "blue", "green")
    async with choices_in(tmp_path) as choices:
        assert await choices.chosen("volume", "100") == "30"
        assert await choices.chosen("colour", "blue") == "green"


async def test_a_setting_that_is_changed_counts_again(tmp_path: Path) -> None:
    """Whoever edits the file means it, and need not know what was said months ago."""
    async with choices_in(tmp_path) as choices:
        await choices.choose("volume", "100", "30")
        assert await choices.chosen("volume", "80") is None
        await choices.choose("volume", "80", "60")
        assert await choices.chosen("volume", "80") == "60"
        assert await choices.chosen("volume", "100") is None


async def test_a_file_that_fails_is_a_sentence(tmp_path: Path) -> None:
    """What cannot be kept is said to whoever chose it."""
    (tmp_path / "file").touch()
    async with choices_in(tmp_path / "file") as choices:
        with pytest.raises(ToolError, match="storage"):
            await choices.choose("volume", "100", "30")
