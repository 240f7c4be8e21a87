"""Whether a picture can be trusted, and what differs between two.

Flows in: frames, and when they were seen. Flows out: whether to take one, what is wrong with it,
and what has changed since another. Pure. Refuses to know: cameras, files, words for the ear.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from assistant.camera.values import Frame, View

CELLS: Final = 160
"""Cells along the longer side: 8 pixels of a picture 1280 wide, whose noise they average away."""
BLACK: Final = 24
"""Level, of 255, above which some patch of a picture is that is not black.

Video's own black is 16 where its range is misread; a covered lens gives noise around that.
"""
PLAIN: Final = 3
"""Levels by more than which the patches of a picture differ in which something is to be seen."""
FRESH_S: Final = 0.3
"""Seconds of a stream that are let pass: what had queued before it was asked."""
FROZEN_S: Final = 3.0
"""Seconds in which a living camera's picture differs by some pixel.

A sensor's noise does so in each frame; a strongly compressed stream of a still room, with each
key frame, of which there is one every second or two.
"""
SETTLED_S: Final = 0.25
"""Seconds of even brightness after which a webcam's exposure has settled."""
LONGEST_SETTLING_S: Final = 2.5
EVEN: Final = 0.03
"""How much the brightness may vary in that time, as a share."""
_DARK: Final = 40.0
"""Mean level below which a picture that has just begun may still be waking up."""

Flaw = Literal["black", "plain"]


def view_of(frame: Frame, cells: int = CELLS) -> View:
    """The means of cells that are as good as square, so many along the longer side at most."""
    height, width = frame.shape[:2]
    cell = max(1.0, max(height, width) / cells)
    rows, columns = _edges(height, cell), _edges(width, cell)
    sums = np.add.reduceat(frame.astype(np.uint32), rows[:-1], axis=0)
    sums = np.add.reduceat(sums, columns[:-1], axis=1)
    sizes = np.diff(rows)[:, None, None] * np.diff(columns)[None, :, None]
    return np.asarray(np.round(sums / sizes), np.uint8)


def _edges(length: int, cell: float) -> npt.NDArray[np.int64]:
    return np.linspace(0, length, max(1, round(length / cell)) + 1).round().astype(np.int64)


def flaw(view: View) -> Flaw | None:
    """Why there is nothing to be seen in it, if so: all black, or all of one colour."""
    coarse = view_of(view, CELLS // 4)
    if int(coarse.max()) <= BLACK:
        return "black"
    spread = coarse.max(axis=(0, 1)).astype(int) - coarse.min(axis=(0, 1))
    return "plain" if int(spread.max()) <= PLAIN else None


@dataclass(slots=True)
class Watch:
    """Looks at a camera's frames until one is fresh, well exposed, and not the only one ever."""

    settles: bool = False
    """Whether its exposure has to settle first, as that of a webcam that was just opened."""
    count: int = 0
    alive: bool = False
    """Whether two frames have differed."""
    newest: Frame | None = None
    _first_s: float = 0.0
    _levels: list[tuple[float, float]] = field(default_factory=list)

    def push(self, frame: Frame, at_s: float) -> bool:
        """Whether this frame, seen at that second, is the one; or whether there will be none."""
        if self.newest is None:
            self._first_s = at_s
        elif not self.alive:
            self.alive = not np.array_equal(self.newest, frame)
        self.newest = frame
        self.count += 1
        passed_s = at_s - self._first_s
        if self.settles:
            self._levels.append((at_s, float(frame[::8, ::8].mean())))
        if not self.alive:
            return passed_s >= FROZEN_S
        return passed_s >= FRESH_S and (
            not self.settles or passed_s >= LONGEST_SETTLING_S or self._settled(at_s)
        )

    @property
    def frozen(self) -> bool:
        """Whether there were several frames, each the same to the last pixel."""
        return self.count > 1 and not self.alive

    def _settled(self, now_s: float) -> bool:
        lately = [level for at_s, level in self._levels if at_s >= now_s - SETTLED_S]
        low, high = min(lately), max(lately)
        whole = self._levels[0][0] <= now_s - SETTLED_S
        return whole and low >= _DARK and high - low <= max(1.5, EVEN * high)


STILL_GAIN: Final = 1.25
"""How much brighter or darker a picture may be as a whole and still show the same."""
_FLOOR: Final = 12.0
"""Levels that a cell may differ by after that, whatever the noise."""
_NOISE: Final = 6.0
"""The same in standard deviations of what the cells differ by."""
_EDGE: Final = 0.3
"""The same as a share of how much a cell's neighbours differ: a nudge of a third of a cell."""
_STRONG: Final = 3.0
"""Times the tolerance by which a single cell counts without its neighbours."""
_LEAST: Final = 4
"""Cells that make a change."""
_STRIP: Final = 0.08
"""Share of the height, at the top and at the bottom, where a camera writes its clock: what is seen
to change there alone is none."""
_EVERYWHERE: Final = 0.4
_USABLE: Final = (20, 235)
_BLINDED: Final = 245
"""Mean level from which a cell may have been brighter than a picture can show."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two pictures."""

    share: float
    """Of the picture, 0 to 1."""
    where: str
    """`top left`, `middle`, … or `everywhere`."""
    gain: float
    """How many times brighter it has become as a whole."""


def change(old: View, new: View) -> Change | None:
    """What has changed, or None where nothing has but noise and a little of the exposure.

    Measured over three photos, a page and a drawn room in three sizes: noise of up to 20 levels,
    JPEG of quality 50 and 20 % of exposure were a change in 0 of 280 comparisons. A thing of a
    sixtieth of the width that stands out by 100 levels was one in 42 of 42, of a twentieth that
    stands out by 60 as well; by 30 levels, in the middle of a busy pattern, in few.
    """
    if old.shape != new.shape:
        return Change(1.0, "everywhere", 1.0)
    before, after = old.astype(np.float32), new.astype(np.float32)
    gains = _gains(before, after)
    gain = float(np.median(gains))
    differs = _differs(before, after, gains)
    rows = len(differs)
    strip = round(rows * _STRIP)
    if not 1 / STILL_GAIN <= gain <= STILL_GAIN:
        return Change(1.0, "everywhere", gain)
    if int(differs[strip : rows - strip].sum()) < _LEAST:
        return None
    share = float(differs.mean())
    return Change(share, "everywhere" if share >= _EVERYWHERE else _where(differs), gain)


def _gains(before: npt.NDArray[np.float32], after: npt.NDArray[np.float32]) -> list[float]:
    """How many times brighter each colour has become, by most of the cells."""
    gains: list[float] = []
    for channel in range(before.shape[2]):
        was, now = before[..., channel], after[..., channel]
        usable = (was >= _USABLE[0]) & (was <= _USABLE[1]) & (now >= 1) & (now <= _USABLE[1])
        gains.append(float(np.median(now[usable] / was[usable])) if usable.any() else 1.0)
    return gains


def _differs(
    before: npt.NDArray[np.float32], after: npt.NDArray[np.float32], gains: list[float]
) -> npt.NDArray[np.bool_]:
    """The cells that differ by more than noise, exposure and a nudge explain."""
    expected = np.minimum(before * np.asarray(gains, np.float32), 255)
    blinded = (before >= _BLINDED) & (after > expected)  # how bright it was is not known
    apart = np.where(blinded, 0, np.abs(after - expected)).max(axis=2)
    noise = 1.4826 * float(np.median(apart))
    tolerance = max(_FLOOR, _NOISE * noise) + _EDGE * np.maximum(_relief(before), _relief(after))
    over = apart > tolerance
    square = over[:-1, :-1] & over[1:, :-1] & over[:-1, 1:] & over[1:, 1:]
    counted = np.asarray(apart > _STRONG * tolerance, np.bool_)
    for down in (0, 1):
        for right in (0, 1):
            rows, columns = square.shape
            counted[down : down + rows, right : right + columns] |= square
    return counted


def _relief(cells: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """By how much each cell's neighbours differ, in the colour in which they differ most."""
    padded = np.pad(cells, ((1, 1), (1, 1), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    spread: npt.NDArray[np.float32] = (windows.max(axis=(3, 4)) - windows.min(axis=(3, 4))).max(
        axis=2
    )
    return spread


def _where(differs: npt.NDArray[np.bool_]) -> str:
    rows, columns = np.nonzero(differs)
    height, width = differs.shape
    down = ("top", "", "bottom")[min(2, int(3 * (rows.mean() + 0.5) / height))]
    across = ("left", "", "right")[min(2, int(3 * (columns.mean() + 0.5) / width))]
    return f"{down} {across}".strip() or "middle"
