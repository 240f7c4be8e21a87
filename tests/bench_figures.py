"""What a benchmark found: a table for a person, and the same as JSON for a document.

Flows in: lines of named values, row by row of the benchmark. Flows out: print and a file, after
each row, so that a run that is broken off leaves what it had. It refuses to know what is measured.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Value = str | float | int | None
Line = dict[str, Value]
OUT = Console(width=None if Console().is_terminal else 150)
EXAMPLES = 5
"""Logs of turns that went wrong which a row keeps."""


@dataclass
class Section:
    """One row of the benchmark."""

    name: str
    title: str
    lines: list[Line] = field(default_factory=list)
    """The table, a line each; the first one's keys are the columns."""
    notes: list[str] = field(default_factory=list)
    """What the table does not say."""
    examples: list[dict[str, Any]] = field(default_factory=list)
    """Turns that went wrong: what was said, what came of it, and the program's events."""
    took_s: float = 0.0
    load: tuple[float, float] = (0.0, 0.0)
    """The machine's load average over a minute, before and after."""

    def wrong(self, what: str, events: Sequence[Mapping[str, Any]], **more: object) -> None:
        """Keep what went wrong, with the program's events, their times from the first one on."""
        if len(self.examples) >= EXAMPLES:
            return
        began = events[0]["at"] if events else 0.0
        log = [{**event, "at": round(event["at"] - began, 3)} for event in events]
        self.examples.append({"what": what, **more, "events": log})

    def table(self) -> Table:
        """As a person reads it."""
        table = Table(title=f"{self.name}: {self.title}", title_justify="left")
        columns = list(dict.fromkeys(key for line in self.lines for key in line))
        for number, column in enumerate(columns):
            table.add_column(column, justify="right" if number else "left")
        for line in self.lines:
            table.add_row(*(shown(line.get(column)) for column in columns))
        return table


class Report:
    """All rows of a run."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._sections: list[Section] = []

    @contextmanager
    def section(self, name: str, title: str) -> Iterator[Section]:
        """Measure one row in it; printed and saved at its end.

        A scene that did not come to its end is noted, and the benchmark goes on.
        """
        section = Section(name, title)
        self._sections.append(section)
        began, load = time.monotonic(), os.getloadavg()[0]
        try:
            yield section
        except (TimeoutError, RuntimeError) as error:
            section.notes.append(f"Broken off: {type(error).__name__}: {str(error)[:2000]}")
        finally:
            section.took_s = time.monotonic() - began
            section.load = load, os.getloadavg()[0]
            self._show(section)
            self._save()

    def _show(self, section: Section) -> None:
        if section.lines:
            OUT.print(section.table())
        for note in section.notes:
            OUT.print(f"  {note}", markup=False, highlight=False)
        before, after = section.load
        OUT.print(f"  {section.took_s:.0f} s, load {before:.1f} to {after:.1f}\n")

    def _save(self) -> None:
        if self._file is None:
            return
        whole = {"machine": machine(), "rows": [asdict(section) for section in self._sections]}
        self._file.write_text(json.dumps(whole, indent=1, default=str), encoding="utf-8")


def spread(figures: Sequence[float], unit: str = "ms") -> Line:
    """The median and the 90th percentile, as two cells of a line."""
    if not figures:
        return {f"median {unit}": None, f"90 % {unit}": None}
    return {
        f"median {unit}": statistics.median(figures),
        f"90 % {unit}": percentile(figures, 90),
    }


def percentile(figures: Sequence[float], percent: float) -> float:
    """By linear interpolation."""
    return float(np.percentile(figures, percent))


def shown(value: Value) -> str:
    """A cell: figures of three digits, nothing where there is none."""
    match value:
        case None:
            return ""
        case float():
            return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
        case _:
            return str(value)


def machine() -> str:
    """What it was measured on."""
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return f"{names[0] if names else 'unknown'}, {os.cpu_count()} cores, load {load:.1f}"
