"""What the program answered, for tests that run it: its events, and texts that are nearly the same.

Flows in: a finished process, texts. Flows out: values to compare. Refuses to know: what was asked.
"""

from __future__ import annotations

import asyncio
import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running import ROOT, clean_env, program

if TYPE_CHECKING:
    import subprocess

    from gateway_server import GatewayServer

TINY = tuple(
    f"--set={setting}" for setting in ("stt.model=tiny.en", "stt.threads=1", "tts.threads=1")
)
"""The small model, and one thread for each: several programs are tested at a time."""
ALIKE = 0.75


def words(text: str) -> list[str]:
    """What counts when two texts are compared."""
    return "".join(char for char in text.lower() if char.isalnum() or char == " ").split()


def alike(heard: str, meant: str) -> bool:
    """Whether most words came through: the voice varies, and Whisper base errs now and then."""
    return difflib.SequenceMatcher(None, words(heard), words(meant)).ratio() >= ALIKE


def events(output: str) -> list[dict[str, object]]:
    """The events of `--json`."""
    return [json.loads(line) for line in output.splitlines()]


def without_sound_card() -> dict[str, str]:
    """An environment in which no sound server answers; a machine with real cards is left alone."""
    cards = Path("/proc/asound/cards")
    if cards.exists() and "no soundcards" not in cards.read_text():
        pytest.skip("this machine has a sound card, which the program would find")
    return clean_env(PULSE_SERVER="unix:/nonexistent", XDG_RUNTIME_DIR="/nonexistent")


def to_server(server: GatewayServer) -> tuple[str, ...]:
    """The options that make the program ask this server."""
    return ("--set", f"gateway.base_url={server.base_url}", "--set", "gateway.retries=0")


async def off_loop(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The program run to its end, while the test's own server goes on answering."""
    return await asyncio.get_running_loop().run_in_executor(
        None, lambda: program(*arguments, cwd=cwd)
    )
