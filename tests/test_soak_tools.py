"""The soak over the tools: a short run of it, and that it would notice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from soak_kept import ALL, Kept
from soak_tools import Soak, soak

from assistant.storage import NAME, Storage

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_confirmed_outlives_kills(tmp_path: Path) -> None:
    """A few processes, each killed in the middle of a call: nothing is lost and none doubled."""
    soaking = soak(60, 7, tmp_path)
    assert soaking.wrong == []
    assert soaking.confirmed >= 60
    assert soaking.kills > 5
    assert soaking.kinds == {kept.kind for kept in ALL}


@pytest.mark.parametrize("kept", ALL, ids=lambda kept: kept.kind)
def test_every_kind_is_looked_at(tmp_path: Path, kept: Kept) -> None:
    """What was confirmed and is not in the file is found missing, whatever it is."""
    soaking = Soak(tmp_path, random.Random(1))
    soaking.states[kept.kind] = {"lost": ("shopping", 1.0)}
    soaking._compare(None)  # noqa: SLF001  # what each kill ends with
    assert soaking.wrong == ["lost was confirmed and is lost: ('shopping', 1.0)"]


def test_the_soak_notices_what_is_lost_doubled_or_changed(tmp_path: Path) -> None:
    """Each of them is one sentence; else a soak without any says nothing."""
    soaking = Soak(tmp_path, random.Random(1))
    ends = "2099-01-01T00:00:00+00:00"
    storage = Storage(tmp_path / NAME, lambda: None)  # type: ignore[arg-type, return-value]
    row = f"'timer', ?, 60, 60, '2098-12-31T23:59:00+00:00', '{ends}', 0"
    with storage.transact() as db:
        for name in ("twice", "twice", "other", "new"):
            db.execute(f"INSERT INTO timer VALUES (NULL, {row})", (name,))  # noqa: S608  # our own
    storage.close()
    at = 4_070_908_800.0
    runs, paused = ("runs", at), ("paused", 60.0)
    soaking.states["timer"] = {"lost": runs, "twice": runs, "other": paused}
    soaking._compare(None)  # noqa: SLF001  # what each kill ends with
    found = sorted(wrong.split(" is ")[0] for wrong in soaking.wrong)
    assert found == ["lost was confirmed and", "new", "other", "twice"]
