"""Memory that is no longer needed, given back to the system.

The models take tens of megabytes for each sentence and free them again; glibc keeps what was freed.
Measured after fifteen turns: 475 MB with it kept, 292 given back, for 12 ms on the side a turn and
nothing that the next turn could be seen to pay. Refuses to know: whose memory it was.
"""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Let the system have what was freed; nothing happens where the C library cannot."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
