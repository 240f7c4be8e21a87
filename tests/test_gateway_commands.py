"""`assistant gateway usage` and `assistant gateway sent`: what a person and a program see."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from assistant import gateway_commands
from assistant.clock import SystemClock
from assistant.config import Config
from assistant.gateway_commands import bar
from assistant.messages import Finished, Usage
from assistant.storage import Storage, StorageWorker, file_of
from assistant.think.ledger import Ledger
from assistant.think.record import Contents, Outcome, Outgoing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

KINDS = Contents("asked/model", 1234, images=2, image_bytes=34_000, tools=1)


class Before(SystemClock):
    """So many days ago."""

    def __init__(self, days: int) -> None:
        self._days = days

    def now(self) -> datetime:
        """Then."""
        return super().now() - timedelta(days=self._days)


class Shown:
    """The settings, and what the commands print for them."""

    def __init__(self, folder: Path, **gateway: object) -> None:
        self.config = Config.model_validate(
            {"gateway": gateway, "storage": {"folder": str(folder)}}
        )
        self.folder = folder

    def __call__(self, *arguments: str) -> str:
        """What a command prints."""
        out = StringIO()
        program = typer.Typer()
        console = Console(file=out, width=200, color_system=None)
        gateway_commands.mount(program, lambda: self.config, console)
        result = CliRunner().invoke(program, arguments)
        assert result.exit_code == 0, result.output
        return out.getvalue()

    def lines(self, *arguments: str) -> list[dict[str, Any]]:
        """The same as JSON."""
        return [json.loads(line) for line in self(*arguments, "--json").splitlines()]

    async def ask(
        self, host: str, cost: float | None, days: int = 0, model: str = "m", *, told: bool = True
    ) -> None:
        """A request was made; `told`: with its tokens."""
        clock = Before(days)
        async with StorageWorker(Storage(file_of(self.config.storage), clock.now)) as storage:
            entry = await Ledger(storage, clock).begin(
                Outgoing("POST", "/v1/chat/completions", host, 48_000, KINDS)
            )
            usage = Usage(700, 30, cost) if told else None
            entry.end(Outcome(200, "", Finished("stop", usage, {}, model)))


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """Nothing was asked yet, and a dollar a day may be spent."""
    return Shown(tmp_path / "data", daily_limit_usd=1.0)


def test_looking_makes_no_file(shown: Shown) -> None:
    """Where nothing was ever asked both say so, and leave nothing behind."""
    assert "Nothing has left this machine." in shown("sent")
    assert "No model has been asked" in shown("usage")
    assert "$1.0000 are left" in shown("usage")
    assert shown.lines("sent") == shown.lines("usage") == []
    assert not shown.folder.exists()


async def test_usage_is_summed_by_day_and_model(shown: Shown) -> None:
    """With totals, a bar for each day, and what is left of today's limit."""
    await shown.ask("example.com", 0.5, days=1)
    await shown.ask("example.com", 0.2)
    await shown.ask("example.com", 0.05)
    await shown.ask("example.com", None, model="other")
    await shown.ask("example.com", 9.0, days=40, model="long-ago")
    text = shown("usage")
    lines = [line.split("│") for line in text.splitlines() if "│" in line]
    cells = [[cell.strip() for cell in line[1:-1]] for line in lines]
    today = SystemClock().now().date()
    assert cells[:3] == [
        [f"{today - timedelta(days=1)}", "m", "1", "700", "30", "$0.5000"],
        [f"{today}", "m", "2", "1,400", "60", "$0.2500"],
        ["", "other", "1", "700", "30", "not told"],
    ]
    assert cells[-1] == ["Total", "", "4", "2,800", "120", "≥ $0.7500"]
    assert f"{today - timedelta(days=1)} {bar(1)} $0.5000" in " ".join(text.split())
    assert f"{today} {bar(0.5)} $0.2500" in " ".join(text.split())
    assert "Today: $0.2500 of $1, and $0.7500 are left." in text
    assert "Of unknown cost, counted as nothing: 1." in text
    assert "long-ago" not in text
    assert "long-ago" in shown("usage", "--days", "41")
    assert [line["requests"] for line in shown.lines("usage")] == [1, 2, 1]


async def test_without_costs_the_bars_are_tokens(tmp_path: Path) -> None:
    """A local model costs nothing; no limit is said to be none."""
    shown = Shown(tmp_path)
    await shown.ask("127.0.0.1", None)
    text = shown("usage")
    assert "Tokens by day" in text
    assert f"{bar(1)} 730" in " ".join(text.split())
    assert "There is no limit" in text


async def test_tokens_that_were_not_told_are_no_zero(tmp_path: Path) -> None:
    """In a row, in the sums, in the bars, and in the JSON; some of them make a lower bound."""
    shown = Shown(tmp_path)
    await shown.ask("127.0.0.1", None, told=False)
    text = shown("usage")
    lines = [line.split("│") for line in text.splitlines() if "│" in line]
    cells = [[cell.strip() for cell in line[3:6]] for line in lines]
    assert cells[0] == cells[-1] == ["1", "not told", "not told"]
    assert "Requests by day" in text
    (line,) = shown.lines("usage")
    assert (line["prompt_tokens"], line["completion_tokens"], line["unknown_tokens"]) == (
        None, None, 1,
    )  # fmt: skip
    await shown.ask("127.0.0.1", None)
    assert "≥ 700" in shown("usage")
    assert "≥ 30" in shown("usage")


async def test_the_privacy_record_shows_what_left(shown: Shown) -> None:
    """Newest last; kinds, sizes, result and cost; this very machine only if wished."""
    await shown.ask("127.0.0.1", None)
    assert "Nothing has left this machine." in shown("sent")
    await shown.ask("one.example.com", None)
    await shown.ask("two.example.com", 0.25)
    text = " ".join(shown("sent").split())
    for part in ("1,234 characters", "2 pictures of 34.0 kB", "1 tool", "48.0 kB", "$0.2500"):
        assert part in text
    assert "127.0.0.1" not in text
    hosts = ["127.0.0.1", "one.example.com", "two.example.com"]
    assert [line["host"] for line in shown.lines("sent", "--all")] == hosts
    assert [line["host"] for line in shown.lines("sent", "--last", "1")] == hosts[2:]
    assert shown.lines("sent")[0]["left"] is True


def test_a_bar_is_seen_where_there_is_something() -> None:
    """Full, half, the least that can be drawn, and nothing."""
    assert [len(bar(share)) for share in (1, 0.5, 1e-9, 0)] == [30, 15, 1, 0]
