"""A rival, running: the script that plays it, in its own environment, with its events.

Flows in: an environment (a sound card's), a gateway's address. Flows out: its JSON events, and the
process to measure. It refuses to know what is asked, and how the rival works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from processes import ended
from running import ROOT, STOP_S, Event, Teller

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PYTHON = ROOT / ".venv-rivals" / "bin" / "python"
SCRIPT = ROOT / "tests" / "rivals" / "pipecat_rival.py"
MODELS = ROOT / "models"
START_S = 90.0
"""Seconds in which it must have loaded its models; pipecat's first start compiles its bytecode."""


class Rival(Teller):
    """pipecat."""

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
        command: list[str | Path] = [PYTHON, SCRIPT, "--base-url", base_url]
        command += ["--whisper", MODELS / whisper, "--voice", MODELS / voice / f"{voice}.onnx"]
        # Its log would be a page a turn, written to a terminal that nobody reads.
        super().__init__(command, {**env, "LOGURU_LEVEL": "WARNING", "HF_HUB_OFFLINE": "1"})

    def wait_for(self, name: str, after: int = 0, timeout_s: float = START_S) -> Event:
        """The first event of this name among those from number `after` on."""
        return super().wait_for(name, after, timeout_s)

    def stop(self) -> int:
        """End it, by force where it does not: how it ends is not measured."""
        ended(self.process, STOP_S)
        return super().stop()
