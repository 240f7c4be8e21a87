"""Processes that tests and benchmarks started: how one is ended.

Flows in: a process. Flows out: its exit code. It refuses to know what ran in it.
"""

from __future__ import annotations

import subprocess
from typing import Any


def ended(process: subprocess.Popen[Any], patience_s: float = 5.0) -> int:
    """Ask a process to end, by force where it does not; its exit code, once it is gone."""
    process.terminate()
    try:
        return process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
