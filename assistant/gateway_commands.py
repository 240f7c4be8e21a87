"""What was asked and what it cost: `assistant gateway usage` and `assistant gateway sent`.

Flows in: the settings, and rows of the record. Flows out: tables, or JSON. It looks, and makes no
file where there is none. Refuses to know: SQL, HTTP.
"""

from __future__ import annotations

import json as codec
from collections import defaultdict
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from assistant.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from assistant.config import Config
    from assistant.storage import Storage
    from assistant.think.ledger import Sent, Used

T = TypeVar("T")
_BAR_CELLS = 30
_NOT_TOLD = "not told"
_NOTHING_LEFT = "Nothing has left this machine."

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def mount(program: typer.Typer, settings: Callable[[], Config], console: Console) -> None:
    """Add the two commands to the `gateway` sub-program."""

    @program.command("usage")
    def usage(
        days: Annotated[int, typer.Option(min=1, max=36_500, help="Today and before it.")] = 30,
        *,
        json: Json = False,
    ) -> None:
        """Show what was asked of the models and what it cost, by day and model.

        \b
        assistant gateway usage
        assistant gateway usage --days 7 --json
        """
        show_usage(settings(), days, console, json=json)

    @program.command("sent")
    def sent(
        last: Annotated[int, typer.Option(min=1, help="How many, newest last.")] = 50,
        *,
        everything: Annotated[
            bool, typer.Option("--all", help="Also what went to this very machine.")
        ] = False,
        json: Json = False,
    ) -> None:
        """Show what has left this machine: when, where to, what kinds of things, how much.

        What was said is not in this record.

        \b
        assistant gateway sent
        assistant gateway sent --last 500 --all --json
        """
        show_sent(settings(), last, console, everything=everything, json=json)


def show_usage(config: Config, days: int, console: Console, *, json: bool = False) -> None:
    """Print the usage of the last days. Raises StorageError."""
    from assistant.think import ledger  # noqa: PLC0415

    today = SystemClock().now().date()
    since = today - timedelta(days=days - 1)
    rows = _looked(config, lambda storage: ledger.used(storage, since)) or []
    if json:
        for row in rows:
            console.out(codec.dumps(asdict(row), ensure_ascii=False), highlight=False)
        return
    if rows:
        console.print(usage_table(rows))
        console.print(day_table(rows))
    else:
        console.print("No model has been asked since then.")
    console.print(Text(limit_told(rows, today, config.gateway.daily_limit_usd)))


def show_sent(
    config: Config, last: int, console: Console, *, everything: bool = False, json: bool = False
) -> None:
    """Print the privacy record. Raises StorageError."""
    from assistant.think import ledger  # noqa: PLC0415

    def look(storage: Storage) -> list[Sent]:
        return ledger.sent(storage, last, local=everything)

    rows = _looked(config, look) or []
    if json:
        for row in rows:
            console.out(codec.dumps(asdict(row), ensure_ascii=False), highlight=False)
        return
    if rows:
        console.print(sent_table(rows))
    else:
        console.print(_NOTHING_LEFT)


def usage_table(rows: Sequence[Used]) -> Table:
    """A line for each day and model, and their sums."""
    table = Table("Day", "Model", title="Asked of the models", show_footer=True)
    table.columns[0].footer = "Total"
    unknown = sum(row.unknown_tokens for row in rows)
    for name, total in (
        ("Requests", f"{sum(row.requests for row in rows):,}"),
        ("Tokens in", _tokens(_sum(row.prompt_tokens for row in rows), unknown)),
        ("Tokens out", _tokens(_sum(row.completion_tokens for row in rows), unknown)),
        ("Cost", _cost(_sum(row.cost_usd for row in rows), sum(r.unknown_costs for r in rows))),
    ):
        table.add_column(name, footer=total, justify="right")
    day = ""
    for row in rows:
        table.add_row(
            row.day if row.day != day else "",
            _text(row.model),
            f"{row.requests:,}",
            _tokens(row.prompt_tokens, row.unknown_tokens),
            _tokens(row.completion_tokens, row.unknown_tokens),
            _cost(row.cost_usd, row.unknown_costs),
        )
        day = row.day
    return table


def day_table(rows: Sequence[Used]) -> Table:
    """A bar for each day: its cost, or its tokens where no cost is known, or its requests."""
    costs: dict[str, float] = defaultdict(float)
    tokens: dict[str, float] = defaultdict(int)
    requests: dict[str, float] = defaultdict(int)
    for row in rows:
        costs[row.day] += row.cost_usd or 0.0
        tokens[row.day] += (row.prompt_tokens or 0) + (row.completion_tokens or 0)
        requests[row.day] += row.requests
    by_cost = any(costs.values())
    values = costs if by_cost else tokens if any(tokens.values()) else requests
    name = "Cost" if by_cost else "Tokens" if values is tokens else "Requests"
    table = Table(show_header=False, box=None, title=f"{name} by day")
    most = max(values.values()) or 1
    for day, value in values.items():
        shown = _cost(value, 0) if by_cost else f"{value:,}"
        table.add_row(day, Text(bar(value / most), "cyan"), Text(shown, justify="right"))
    return table


def bar(share: float) -> str:
    """0 to 1 as a bar, to an eighth of a cell; what is more than nothing is seen."""
    eighths = round(share * _BAR_CELLS * 8)
    whole, part = divmod(max(eighths, 1) if share > 0 else 0, 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[part].strip()


def limit_told(rows: Sequence[Used], today: date, limit_usd: float | None) -> str:
    """What today cost, and how much is left."""
    of_today = [row for row in rows if row.day == today.isoformat()]
    spent = _sum(row.cost_usd for row in of_today) or 0.0
    unknown = sum(row.unknown_costs for row in of_today)
    tail = f" Of unknown cost, counted as nothing: {unknown}." if unknown else ""
    if limit_usd is None:
        return f"Today: ${spent:.4f}. There is no limit ([gateway] daily_limit_usd).{tail}"
    left = max(0.0, limit_usd - spent)
    return f"Today: ${spent:.4f} of ${limit_usd:g}, and ${left:.4f} are left.{tail}"


def sent_table(rows: Sequence[Sent]) -> Table:
    """A few lines for each request, none of them cut short: where it went is the point."""
    table = Table("When", title="Sent, newest last", show_lines=True)
    for name in ("To", "What", "Result"):
        table.add_column(name, overflow="fold")
    for row in rows:
        to = (row.host, f"{row.method} {row.path}", row.model)
        how = "no answer noted" if row.error is None else row.error or str(row.status)
        table.add_row(
            f"{datetime.fromisoformat(row.at).astimezone():%Y-%m-%d\n%H:%M:%S}",
            Text("\n").join(_text(line) for line in to if line),
            "\n".join(_kinds(row)),
            how if row.cost_usd is None else f"{how}\n{_cost(row.cost_usd, 0)}",
        )
    return table


def _kinds(row: Sent) -> Iterator[str]:
    """What was in a request, in words."""
    if row.text_chars:
        yield f"{row.text_chars:,} characters"
    for count, noun, size in (
        (row.images, "picture", row.image_bytes),
        (row.files, "file", row.file_bytes),
    ):
        if count:
            yield f"{count} {noun}{'s' * (count > 1)} of {_size(size)}"
    if row.tools:
        yield f"{row.tools} tool{'s' * (row.tools > 1)}"
    if row.size:
        yield f"{_size(row.size)} in all"


def _looked(config: Config, look: Callable[[Storage], T]) -> T | None:
    """What a look into the storage finds; None where there is no storage yet."""
    from assistant.storage import Storage, file_of  # noqa: PLC0415

    file = file_of(config.storage)
    if not file.exists():
        return None
    with closing(Storage(file, SystemClock().now)) as storage:
        if note := storage.open():
            Console(stderr=True).print(Text(note))
        return look(storage)


def _sum(told: Iterable[float | None]) -> float | None:
    """The sum of what was told; None where nothing was."""
    known = [value for value in told if value is not None]
    return sum(known) if known else None


def _tokens(count: float | None, unknown: int) -> str:
    """Tokens; at least so many, where some requests did not tell theirs."""
    return _NOT_TOLD if count is None else f"{'≥ ' if unknown else ''}{count:,}"


def _cost(usd: float | None, unknown: int) -> str:
    """US dollars; at least so many, where some requests did not tell theirs."""
    if usd is None:
        return _NOT_TOLD
    return f"{'≥ ' if unknown else ''}${usd:.4f}"


def _size(count: int) -> str:
    """Bytes in a fitting unit."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"


def _text(text: str) -> Text:
    """A stranger's words: no markup, and nothing that moves the cursor."""
    return Text("".join(letter if letter.isprintable() else " " for letter in text))
