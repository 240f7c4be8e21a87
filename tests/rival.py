"""A rival, running: the script that plays it, in its own environment, with its events.

Flows in: an environment (a sound card's), a gateway's address. Flows out: its JSON events, and the
process to measure. It refuses to know what is asked, and how the rival works.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-rivals" / "bin" / "python"
SCRIPT = ROOT / "tests" / "rivals" / "pipecat_rival.py"
MODELS = ROOT / "models"
START_S = 90.0
"""Seconds in which it must have loaded its models; pipecat's first start compiles its bytecode."""
STOP_S = 20.0
"""Seconds in which it must end once it is asked to; then it is killed."""


class Rival:
    """pipecat, with `process`, `events` and `wait_for` as `Running` has them."""

    def __init__(
        self,
        env: Mapping[str, str],
        base_url: str,
        *,
        whisper: str = "faster-whisper-tiny.en",
        voice: str = "en_US-joe-medium",
    ) -> None:
        """Start it. Raises RuntimeError where its environment is not installed."""
        if not (PYTHON.parent.parent / ".installed").exists():
            raise RuntimeError("The rivals are not installed. Type: make setup-rivals")
        command = [str(PYTHON), str(SCRIPT), "--base-url", base_url]
        command += ["--whisper", str(MODELS / whisper)]
        command += ["--voice", str(MODELS / voice / f"{voice}.onnx")]
        self.process = subprocess.Popen(
            command,
            # Its log would be a page a turn, written to a terminal that nobody reads.
            env={**env, "LOGURU_LEVEL": "WARNING", "HF_HUB_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.events: list[dict[str, Any]] = []
        """Each with `at`, the time of its arrival on `time.monotonic`'s clock."""
        self.complaints: list[str] = []
        """The lines that it wrote to stderr."""
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="rival")
        self._reading = self._pool.submit(self._read)
        self._pool.submit(self._complain)

    def wait_for(self, name: str, after: int = 0, timeout_s: float = START_S) -> dict[str, Any]:
        """The first event of this name among those from number `after` on.

        Raises TimeoutError, with what was written to stderr, where there is none.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                for event in self.events[after:]:
                    if event["event"] == name:
                        return event
                left = deadline - time.monotonic()
                if left <= 0 or self._reading.done():
                    said = "\n".join(self.complaints[-20:])
                    raise TimeoutError(f"no {name!r} from the rival in {timeout_s} s:\n{said}")
                self._changed.wait(min(left, 0.5))

    def stop(self) -> None:
        """End it, by force where it does not."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._pool.shutdown(wait=True)

    def __enter__(self) -> Self:
        """Go on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                with self._changed:
                    self.events.append({**json.loads(line), "at": time.monotonic()})
                    self._changed.notify_all()

    def _complain(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stderr:
            self.complaints.extend(line.rstrip() for line in stderr)
