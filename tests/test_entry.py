"""Ctrl-C at any moment of a start: an exit code, and not a word."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from running import LONG_S, PROGRAM, clean_env

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.alone
PYTHONS_OWN = "Fatal Python error: init_import_site"
STARTS = 10
STEP_S = 0.1


def bare_start_s() -> float:
    """Seconds that Python itself takes before it reads a line of ours, on this machine, now.

    What it prints about Ctrl-C until then is its own, and no program can change it.
    """
    took = []
    for _ in range(3):
        begin = time.monotonic()
        subprocess.run([sys.executable, "-c", "import re"], check=True)
        took.append(time.monotonic() - begin)
    return max(took)


def interrupted(arguments: list[str], after_s: float, folder: Path) -> tuple[int, str]:
    """Exit code and stderr of the program with Ctrl-C so long after its start."""
    with subprocess.Popen(
        [PROGRAM, *arguments],
        env=clean_env(),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(after_s)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONG_S)
    return process.returncode, errors


def test_ctrl_c_while_it_starts_and_ends_prints_nothing(tmp_path: Path) -> None:
    """130, or the command's own 0 where it was done; from the first line of ours to the last."""
    first_s, too_early = bare_start_s() + 0.02, 0
    for start in range(STARTS):
        after_s = first_s + start * STEP_S
        code, errors = interrupted(["ask", "What time is it?"], after_s, tmp_path)
        if errors.startswith(PYTHONS_OWN):  # the machine was slower than a moment ago
            too_early += 1
            continue
        assert (code in {0, 130}, errors) == (True, ""), (after_s, code, errors)
    assert too_early < STARTS / 2


def test_where_ctrl_c_is_ignored_it_stays_so(tmp_path: Path) -> None:
    """A program in the background of a script (`&`) is not ended by the Ctrl-C of another."""
    shell = 'trap "" INT; exec "$0" models list'
    with subprocess.Popen(
        ["sh", "-c", shell, PROGRAM],
        env=clean_env(),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(bare_start_s() + 0.1)
        process.send_signal(signal.SIGINT)
        shown, errors = process.communicate(timeout=LONG_S)
    assert (process.returncode, errors) == (0, "")
    assert "Models in" in shown
