"""The shape of the program: imports point one way, and a typed question needs no sound."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_point_one_way() -> None:
    """The layers in pyproject.toml hold: nothing imports what stands above it or beside it."""
    linter = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_every_module_stands_in_a_layer() -> None:
    """A new module at the top has to say where it belongs."""
    import tomllib  # noqa: PLC0415

    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = " ".join(pyproject["tool"]["importlinter"]["contracts"][0]["layers"])
    named = {name.strip().removeprefix("assistant.") for name in layers.split() if name != "|"}
    there = {path.stem for path in (ROOT / "assistant").iterdir() if path.suffix == ".py"}
    assert there - {"__init__"} <= named


def test_a_typed_question_needs_no_audio_library() -> None:
    """The command line and the gateway load without PortAudio, Whisper and Piper."""
    code = (
        "import sys, assistant.cli, assistant.think.gateway\n"
        "heavy = {'sounddevice', 'faster_whisper', 'piper', 'onnxruntime', 'ctranslate2'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
