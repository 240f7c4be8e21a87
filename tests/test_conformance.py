"""The table of the gateway's documentation is what a run gives, and no row of it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conformance import FILE, Results, holds, named, reported, results_of, run, table
from conformance_rows import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def results() -> Results:
    """How the named tests ended, just now."""
    return run()


@pytest.mark.alone
def test_every_row_holds(results: Results) -> None:
    """Each test that a row names exists, ran and passed, in all its cases."""
    rows = [row for section in SECTIONS.values() for row in section]
    assert [row for row in rows if not holds(row.tests, results)] == []


@pytest.mark.alone
def test_the_committed_table_is_what_a_run_gives(results: Results) -> None:
    """Else: `python tests/conformance.py` writes it anew."""
    assert FILE.read_text(encoding="utf-8") == table(results)


def test_a_row_without_a_passing_test_fails() -> None:
    """Missing, skipped, failed in one case, or with no test at all."""
    results = {"a::x": ["passed", "passed"], "a::y": ["passed", "failed"], "a::z": ["skipped"]}
    assert holds(["a::x"], results)
    for tests in (["a::y"], ["a::z"], ["a::none"], ["a::x", "a::y"], []):
        assert not holds(tests, results)
    row = next(iter(SECTIONS.values()))[0]
    assert "**FAILS**" in table({})
    assert f"`{row.tests[0]}`" in table({})


def test_a_report_is_read(tmp_path: Path) -> None:
    """As pytest writes it: what failed, in its setting up too, or was skipped has not passed."""
    cases = {
        "test_a": "",
        "test_a[x]": "<failure/>",
        "test_b": "<error/>",
        "test_c": "<system-out/>",
        "test_d": "<skipped/>",
    }
    told = "".join(
        f'<testcase classname="tests.test_file" name="{name}">{inner}</testcase>'
        for name, inner in cases.items()
    )
    (tmp_path / "report.xml").write_text(f"<testsuites><testsuite>{told}</testsuite></testsuites>")
    assert results_of(reported(tmp_path / "report.xml")) == {
        "file::test_a": ["passed", "failed"],
        "file::test_a[x]": ["failed"],
        "file::test_b": ["failed"],
        "file::test_c": ["passed"],
        "file::test_d": ["skipped"],
    }


def test_what_the_rows_are_written_in_is_markdown() -> None:
    """No cell breaks its table."""
    cells = [cell for rows in SECTIONS.values() for row in rows for cell in (row.what, row.says)]
    assert not [cell for cell in [*cells, *named()] if "|" in cell or "\n" in cell]
