"""The terminal of a whole program: suspended, sent to the background, ended in every way."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING, Self

import pytest
from control_owner import PROGRAM, short_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def single_keys(fd: int) -> bool:
    """Whether the terminal gives each key at once and shows none of them."""
    return not termios.tcgetattr(fd)[3] & (termios.ICANON | termios.ECHO)


class Screen:
    """What a person sees of a program in a terminal, and types into it."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        self.person, self.program = pty.openpty()
        self.before = termios.tcgetattr(self.program)
        self._seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_CONTROL, *command],
            stdin=self.program,
            stdout=self.program,
            stderr=self.program,
            start_new_session=True,
        )

    def until(self, text: str) -> str:
        """What is shown up to this text, beginning after the last one."""
        deadline = time.monotonic() + 20
        while text not in self._seen:
            left = max(0, deadline - time.monotonic())
            ready, _, _ = select.select([self.person], [], [], left)
            assert ready, f"no {text!r} in {self._seen!r}"
            self._seen += os.read(self.person, 4096).decode()
        shown, _, self._seen = self._seen.partition(text)
        return shown

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.person, keys)

    def __enter__(self) -> Self:
        """Go on."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it by force."""
        self.process.kill()
        self.process.wait()
        os.close(self.person)
        os.close(self.program)


IN_CONTROL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the controlling one, as a terminal window does."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the program's socket is."""
    with short_folder() as path:
        yield path


@pytest.mark.parametrize("end", ["ctrl-c", "q", "terminate", "crash"])
def test_however_it_ends_the_terminal_is_as_it_was(folder: Path, end: str) -> None:
    """Ctrl-C, the key, SIGTERM, an error that nobody foresaw."""
    with Screen([sys.executable, PROGRAM, folder, end]) as screen:
        screen.until("ready")
        assert single_keys(screen.program)
        match end:
            case "ctrl-c":
                screen.type(b"\x03")
            case "terminate":
                screen.process.send_signal(signal.SIGTERM)
            case "crash":
                screen.type(b" ")
            case _:
                screen.type(b"q")
        screen.until("RuntimeError: crash" if end == "crash" else "over")
        screen.process.wait(20)
        assert termios.tcgetattr(screen.program) == screen.before


def test_an_end_that_unwinds_nothing_puts_the_terminal_back() -> None:
    """The loop is dropped as it is, and the interpreter ends."""
    code = (
        "import asyncio; from assistant.keyboard import Keyboard\n"
        "loop = asyncio.new_event_loop()\n"
        "loop.run_until_complete(Keyboard(print, print, print).__aenter__())\n"
        "print('ready', flush=True)\n"
        "input()\n"
    )
    with Screen([sys.executable, "-c", code]) as screen:
        screen.until("ready")
        assert single_keys(screen.program)
        screen.type(b"\n")
        screen.process.wait(20)
        assert termios.tcgetattr(screen.program) == screen.before


SHELL = """
import os, signal, subprocess, sys, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
normal = termios.tcgetattr(0)
child = subprocess.Popen(sys.argv[1:], process_group=0)
os.tcsetpgrp(0, child.pid)
while os.WIFSTOPPED(status := os.waitpid(child.pid, os.WUNTRACED)[1]):
    os.tcsetpgrp(0, os.getpgrp())
    if os.WSTOPSIG(status) == signal.SIGSTOP:
        termios.tcsetattr(0, termios.TCSANOW, normal)
    print("suspended", flush=True)
    sys.stdin.readline()
    os.tcsetpgrp(0, child.pid)
    os.killpg(child.pid, signal.SIGCONT)
child.returncode = status
"""
"""The least of a shell: it puts the terminal back only where the program had no chance to."""


def test_while_it_is_suspended_the_terminal_is_as_it_was(folder: Path) -> None:
    """By Ctrl-Z, and by a signal that nobody can catch; afterwards each key comes at once."""
    with Screen([sys.executable, "-c", SHELL, sys.executable, PROGRAM, folder]) as screen:
        screen.until("ready")
        for stop in (signal.SIGTSTP, signal.SIGSTOP, signal.SIGTSTP):
            screen.type(b" ")
            screen.until("trigger")
            assert single_keys(screen.program)
            os.killpg(os.tcgetpgrp(screen.person), stop)
            screen.until("suspended")
            assert termios.tcgetattr(screen.program) == screen.before
            screen.type(b"\n")
        screen.type(b" q")
        screen.until("over")
        screen.process.wait(20)
        assert termios.tcgetattr(screen.program) == screen.before


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell with jobs: bash")
def test_a_suspended_program_leaves_the_terminal_to_the_shell(folder: Path) -> None:
    """Ctrl-Z, the shell, the background, the foreground: keys are ours only while it is ours."""
    with Screen(["bash", "--norc", "--noprofile", "--noediting", "-i"]) as screen:
        screen.type(f"PS1=; {sys.executable} {PROGRAM} {folder}\n".encode())
        screen.until("ready")
        screen.type(b"\x1a")
        screen.until("Stopped")
        assert not single_keys(screen.program)
        screen.type(b"echo a$((1+1))a\n")
        screen.until("a2a")
        screen.type(b"bg; echo b$((1+1))b\n")
        screen.until("b2b")
        assert not single_keys(screen.program)
        screen.type(b"jobs; echo c$((1+1))c\n")
        assert "Running" in screen.until("c2c")
        screen.type(b"fg\n")
        screen.until(PROGRAM.name)
        screen.type(b" ")
        screen.until("trigger")
        assert single_keys(screen.program)
        screen.type(b"\x1a")
        screen.until("Stopped")
        screen.type(b"fg\n")
        screen.until(PROGRAM.name)
        screen.type(b"q")
        screen.until("over")
        screen.type(b"echo d$((1+1))d\n")
        screen.until("d2d")
        assert not single_keys(screen.program)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs a shell with jobs: bash")
def test_a_program_started_in_the_background_takes_no_keys(folder: Path) -> None:
    """It would be stopped for it; once it is brought to the front it takes them."""
    with Screen(["bash", "--norc", "--noprofile", "--noediting", "-i"]) as screen:
        screen.type(f"PS1=; {sys.executable} {PROGRAM} {folder} &\n".encode())
        screen.until("ready")
        screen.type(b"jobs; echo c$((1+1))c\n")
        assert "Running" in screen.until("c2c")
        assert not single_keys(screen.program)
        screen.type(b"fg\n")
        screen.until(PROGRAM.name)
        screen.type(b" ")
        screen.until("trigger")
        screen.type(b"q")
        screen.until("over")
