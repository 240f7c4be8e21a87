"""The machine's own clocks."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from assistant.clock import SystemClock

ASLEEP_S = 1000
PROGRAM = (
    "import time; from assistant.clock import SystemClock; "
    "print(SystemClock().monotonic() - time.monotonic())"
)


def test_it_never_goes_back() -> None:
    """Not even by a little."""
    clock = SystemClock()
    times = [clock.monotonic() for _ in range(1000)]
    assert times == sorted(times)


def test_the_wall_clock_has_its_zone() -> None:
    """So that a moment means the same everywhere."""
    assert SystemClock().now().tzinfo is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one pretend to have slept")
def test_it_goes_on_while_the_machine_sleeps() -> None:
    """On a machine that has slept for a while since it was started, as its clocks show it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare (util-linux) is not installed")
    slept = [unshare, "--user", "--map-root-user", "--time", "--boottime", str(ASLEEP_S)]
    if subprocess.run([*slept, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives nobody clocks of his own")
    done = subprocess.run(
        [*slept, sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == pytest.approx(ASLEEP_S, abs=1)
