"""Programs that tell events, running: ours is started as a person would start it.

Flows in: a command and an environment. Flows out: its JSON events with the time of each, read as
they come. Used by tests and benchmarks; it refuses to know what is asked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import nursery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).parent / "assistant"
LONG_S = 60.0
STOP_S = 20.0
"""Seconds in which a program must end once it is asked to."""

Event = dict[str, Any]
_HOME = tempfile.TemporaryDirectory(prefix="assistant-home-")
"""Where programs under test keep what they keep; it goes with this process."""


class Teller:
    """A process that tells what happens: one event a line, as JSON, on its standard output."""

    def __init__(
        self, command: Sequence[str | Path], env: Mapping[str, str], cwd: Path = ROOT
    ) -> None:
        self.process = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.events: list[Event] = []
        """Each with `at`, the time of its arrival on `time.monotonic`'s clock."""
        self._complaints: list[str] = []
        """The lines that it wrote to stderr."""
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="teller")
        self._read = self._pool.submit(self._reading)
        self._errors = self._pool.submit(self._complaining)

    def wait_for(self, name: str, after: int = 0, timeout_s: float = LONG_S) -> Event:
        """The first event of this name among those from number `after` on."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                for event in self.events[after:]:
                    if event["event"] == name:
                        return event
                left = deadline - time.monotonic()
                if left <= 0 or self._read.done():
                    raise TimeoutError(
                        f"no {name!r} in {timeout_s} s, only {self.events[after:]}; "
                        f"exit code {self.process.poll()}; it said:\n"
                        + "".join(self._complaints[-20:])
                    )
                self._changed.wait(min(left, 0.5))

    def of(self, name: str) -> list[Event]:
        """All events of this name until now."""
        with self._changed:
            return [event for event in self.events if event["event"] == name]

    def stop(self) -> int:
        """End it as a service manager would; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_S)
        self._pool.shutdown(wait=True)
        return code

    def wait(self) -> tuple[int, str]:
        """Wait for its own end; its exit code and what it wrote to stderr."""
        code = self.process.wait(LONG_S)
        self._pool.shutdown(wait=True)
        return code, self._errors.result()

    def __enter__(self) -> Self:
        """Go on."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, by force where it does not; that is then raised."""
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def _complaining(self) -> str:
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            self._complaints.extend(stderr)
        return "".join(self._complaints)

    def _reading(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                with self._changed:
                    self.events.append({**json.loads(line), "at": time.monotonic()})
                    self._changed.notify_all()


class Running(Teller):
    """`assistant COMMAND --json`, with its events."""

    def __init__(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT) -> None:
        super().__init__([PROGRAM, *arguments, "--json"], {**env, "PYTHONUNBUFFERED": "1"}, cwd)


def clean_env(**more: str) -> dict[str, str]:
    """This process's environment without a key, and without a person's own record and cache."""
    drop = {"AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"}
    kept = {name: value for name, value in os.environ.items() if name not in drop}
    own = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "XDG_DATA_HOME": str(Path(_HOME.name) / "data"),
        "XDG_CACHE_HOME": str(Path(_HOME.name) / "cache"),
        "XDG_RUNTIME_DIR": str(Path(_HOME.name) / "run"),
    }
    return {**kept, **own, **more}


def program(
    *arguments: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a command of the program to its end."""
    command = [str(PROGRAM), *arguments]
    return nursery.run(command, dict(env or clean_env()), cwd, LONG_S)
