"""What the parts of the camera pass to each other.

Plain values. Refuses to know: how a picture comes to be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.errors import ToolError

Frame = npt.NDArray[np.uint8]
"""A picture: rows, columns, and blue, green and red of 0 to 255."""
View = npt.NDArray[np.uint8]
"""A picture seen from afar: like a frame, with the mean of a cell in place of each pixel."""


class NoPicture(ToolError):
    """There is no picture to be shown; the message says why and what to do about it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that was taken."""

    jpeg: bytes
    view: View
    """What it is compared by."""
