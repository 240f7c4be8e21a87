"""The first thing that runs: the command line is loaded and run, and Ctrl-C ends both quietly.

Loading takes most of a second, in which Ctrl-C would print whatever was being imported; so would
it once all is done and the interpreter takes itself down. In both there is nothing to put in
order, and the program leaves at once. Refuses to know: commands, and every library; it imports
little itself, because until it has there is nobody to catch Ctrl-C.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys

INTERRUPTED = 130
"""Exit code of what Ctrl-C ended: 128 and the signal's number, as shells have it."""


def main() -> None:
    """Run the program and exit with its code. An ignored SIGINT (`nohup`, `&`) stays ignored."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler:
        _run()
        return
    # The first to be registered is the last to be called. From then on Python empties its modules
    # and runs no handler: what is done by then keeps its own exit code.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    try:
        signal.signal(signal.SIGINT, _leave)
        _load()
        signal.signal(signal.SIGINT, usual)  # asyncio takes Ctrl-C over from this one alone
        try:
            _run()
        finally:
            signal.signal(signal.SIGINT, _leave)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)


def _load() -> None:
    import assistant.cli  # noqa: F401, PLC0415  # most of a second


def _run() -> None:
    from assistant import cli  # noqa: PLC0415  # as late as can be

    cli.main()
