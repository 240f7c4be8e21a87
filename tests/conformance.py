"""The gateway's documentation as a table of tests, with the result of each: `CONFORMANCE.md`.

Flows in: the rows of `conformance_rows.py`, and a run of the tests that they name. Flows out: the
table. `python tests/conformance.py` runs them and writes the file; nothing in it is by hand.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from conformance_rows import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
FILE = ROOT / "tests" / "CONFORMANCE.md"
HEAD = """# Conformance

Each row is something that the gateway's documentation says, in our own words, with the tests that
hold it against a real server on this machine, and how they ended. A test without a bracket holds
in all of its cases. `tests/conformance.py` runs them and writes this file;
`tests/test_conformance.py` keeps it true.
"""
LIMIT_S = 100.0
REPORT = "TEST_REPORT"
"""The environment's variable that names the JUnit report of a run of all tests that has just ended:
`make test` sets it, so that the tests need not run twice."""

_WORSE = {"failure": "failed", "error": "failed", "skipped": "skipped"}

Results = dict[str, list[str]]
"""By test without its case in brackets, and by test with it: how each case ended."""


class Watcher:
    """A plugin of pytest that runs only what the rows name, and keeps how it ended."""

    def __init__(self, wanted: set[str]) -> None:
        self._wanted = wanted
        self.ended: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what no row names."""
        items[:] = [
            item for item in items if {_name(item.nodeid), _test(item.nodeid)} & self._wanted
        ]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst of setting up, running and tearing down."""
        name = _name(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            before = self.ended.get(name, "passed")
            self.ended[name] = report.outcome if before == "passed" else before


def named() -> set[str]:
    """Every test that a row names."""
    return {test for rows in SECTIONS.values() for row in rows for test in row.tests}


def run() -> Results:
    """How the tests have just ended, or end now, in a process of their own."""
    return results_of(reported(Path(report)) if (report := os.environ.get(REPORT)) else _ended())


def reported(report: Path) -> dict[str, str]:
    """How each test of a JUnit report ended."""
    ended: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  # pytest wrote it
        file = case.get("classname", "").rpartition(".")[2].removeprefix("test_")
        worse = [_WORSE[child.tag] for child in case if child.tag in _WORSE]
        ended[f"{file}::{case.get('name')}"] = worse[0] if worse else "passed"
    return ended


def _ended() -> dict[str, str]:
    """Run the tests; plugins of this run are not for them."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        done = subprocess.run(
            [sys.executable, __file__, "--results", str(out)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT_S,
        )  # fmt: skip
        if not out.exists():
            raise RuntimeError(f"the tests did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        ended: dict[str, str] = json.loads(out.read_text(encoding="utf-8"))
    return ended


def results_of(ended: Mapping[str, str]) -> Results:
    """By test, with and without its case."""
    results: Results = defaultdict(list)
    for name, outcome in ended.items():
        results[name].append(outcome)
        if name != (test := _test(name)):
            results[test].append(outcome)
    return dict(results)


def table(results: Results) -> str:
    """The file."""
    counts = [len(rows) for rows in SECTIONS.values()]
    kept = sum(holds(row.tests, results) for rows in SECTIONS.values() for row in rows)
    lines = [HEAD, f"**{kept} of {sum(counts)} rows hold.**"]
    for section, rows in SECTIONS.items():
        lines += ["", f"## {section}", "", "| What | The documentation | Checked by | Result |"]
        lines += ["|---|---|---|---|"]
        for row in rows:
            tests = "<br>".join(f"`{test}`" for test in row.tests)
            mark = "holds" if holds(row.tests, results) else "**FAILS**"
            lines.append(f"| {row.what} | {row.says} | {tests} | {mark} |")
    return "\n".join([*lines, ""])


def holds(tests: Sequence[str], results: Mapping[str, Sequence[str]]) -> bool:
    """Whether each of these tests ran, and every case of it passed."""
    return bool(tests) and all(set(results.get(test, ())) == {"passed"} for test in tests)


def _name(node: str) -> str:
    """`gateway::test_x[1]` for `tests/test_gateway.py::test_x[1]`."""
    path, _, test = node.partition("::")
    return f"{Path(path).stem.removeprefix('test_')}::{test}"


def _test(node: str) -> str:
    """The same without its case."""
    return _name(node).partition("[")[0] if "/" in node else node.partition("[")[0]


def _record(out: Path) -> None:
    """Run the tests here, and write how each ended."""
    watcher = Watcher(named())
    files = sorted({f"tests/test_{test.partition('::')[0]}.py" for test in named()})
    pytest.main(["-q", "-p", "no:cacheprovider", *files], plugins=[watcher])
    out.write_text(json.dumps(watcher.ended), encoding="utf-8")


def main() -> None:
    """Write the file; exit code 1 where a row fails."""
    if "--results" in sys.argv:
        _record(Path(sys.argv[-1]))
        return
    results = run()
    FILE.write_text(table(results), encoding="utf-8")
    failed = [row for rows in SECTIONS.values() for row in rows if not holds(row.tests, results)]
    for row in failed:
        print(f"{row.what}: {row.says}: {row.tests}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
