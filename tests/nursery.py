"""Processes that begin at once: born of one that has read the program, and opened nothing of it.

To read it takes half a second, a second with what hears and speaks; tests start it a hundred times.
Flows in: a function, or the words of a command line. Flows out: a process, or what it printed.
Whoever tests the start itself starts it as a person does.
"""

from __future__ import annotations

import os
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from typing import TYPE_CHECKING, Final

from assistant import entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NURSERY: Final = get_context("forkserver")
NURSERY.set_forkserver_preload(
    ["assistant.cli", "assistant.talk", "assistant.doctor", "assistant.conversation",
     "assistant.listen.whisper", "assistant.listen.turn_end", "assistant.listen.vad",
     "assistant.speak.piper", "assistant.think.catalogue", "faster_whisper", "piper"]
)  # fmt: skip


def run(
    command: Sequence[str], env: Mapping[str, str], cwd: Path, timeout_s: float
) -> CompletedProcess[str]:
    """Run our program with these words, the first of which is its name, to its end."""
    with tempfile.TemporaryDirectory() as folder:
        process = NURSERY.Process(target=_be, args=(command, dict(env), cwd, Path(folder)))
        process.start()
        process.join(timeout_s)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(command, timeout_s)
        code = process.exitcode
        process.close()
        out, errors = (Path(folder, name).read_text("utf-8", "replace") for name in _STREAMS)
    return CompletedProcess(command, code, out, errors)


_STREAMS: Final = ("out", "errors")


def _be(command: Sequence[str], env: Mapping[str, str], cwd: Path, folder: Path) -> None:
    """Be the program: its words, its surroundings, its files."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = list(command)
    for number, name in enumerate(_STREAMS, 1):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    entry.main()
