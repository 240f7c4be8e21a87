"""The microphone: a sound device as frames at `LISTEN_RATE`.

Flows in: blocks from PortAudio's thread, at the device's own rate. Flows out: frames of 10 ms, on
the loop. A microphone that falls silent is opened again by name. Refuses to know: speech.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from assistant.audio import line
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.resampler import Resampler
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from types import TracebackType

    from numpy.typing import NDArray

_log = logging.getLogger(__name__)
BLOCK_S = 0.02
"""Seconds in a block. 10 ms cost a third more processor time and arrived no sooner."""
LATENCY_S = 0.06
"""Seconds of sound that the device may hold when the machine is busy; it adds no delay else."""
LATE_S = 0.12
"""Seconds that a sound takes from the speaker's device to here: 0.05 by a cable, more by air."""
SILENT_S = 2.0
"""Seconds without a block after which the device counts as gone."""
RETRIES_S = (0.0, 0.3, 0.7, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Seconds to wait before each try to open it again; together about what replugging takes."""
UNHURRIED_BLOCKS = 2
"""Blocks that are taken at a time while nothing goes on: 20 ms later at most, and a quarter less
processor time."""
_PLAUSIBLE_S = 1.0
"""Seconds beyond which a device's word on when it recorded is not believed."""


class DeviceMicrophone:
    """Frames from a sound device; `async with` opens and closes it.

    `spec` is a number, a name or part of one, "" for the default. What is not taken within
    `backlog_s` seconds is lost, the oldest first.
    """

    def __init__(
        self,
        spec: str | int = "",
        *,
        backlog_s: float = 2.0,
        silent_s: float = SILENT_S,
        retries_s: Sequence[float] = RETRIES_S,
    ) -> None:
        self._line = line.Line("input", spec, self._take, block_s=BLOCK_S, latency_s=LATENCY_S)
        self._blocks: deque[tuple[bytes, float]] = deque(maxlen=max(1, round(backlog_s / BLOCK_S)))
        self._silent_s = silent_s
        self._retries_s = retries_s
        self._loop: asyncio.AbstractEventLoop
        self._arrived: asyncio.Event
        self._waiting = False
        self._received = 0
        self._late = 0
        self._dropped = 0
        self._rest = np.zeros(0, np.int16)
        self.captured = 0.0
        """When the frame that was given last began to sound, on `time.monotonic`'s clock."""
        self.reopened = 0
        """How often the device was lost and came back."""
        self.unhurried = False
        """Whether frames may come up to a block later than they could."""

    async def __aenter__(self) -> Self:
        """Open the device. Raises DeviceError."""
        self._loop = asyncio.get_running_loop()
        self._arrived = asyncio.Event()
        try:
            await line.off_loop(self._line.open)
        except BaseException:
            self._line.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the device; no callback runs after this."""
        self._line.close()

    @property
    def name(self) -> str:
        """The device's name."""
        return self._line.name

    @property
    def dropped(self) -> int:
        """Frames that were lost because nobody took them in time."""
        return self._dropped

    def flush(self) -> None:
        """Discard what was recorded until now: what has arrived, and what is on its way.

        The last of a reply reaches the microphone after it was played, by the air and the device.
        """
        self._blocks.clear()
        self._rest = self._rest[:0]
        self._late = round(LATE_S / BLOCK_S)

    async def frames(self) -> AsyncIterator[Pcm]:
        """Frames of `FRAME_SAMPLES` at `LISTEN_RATE`, until closed.

        Raises DeviceError when the device is gone and does not come back.
        """
        resampler = Resampler(LISTEN_RATE, steady=True)
        kept_s = 0.0
        while True:
            while self._blocks:
                block, ended = self._blocks.popleft()
                if self._late:
                    self._late -= 1
                    continue
                mono = self._mono(block)
                samples = resampler.push(Pcm(mono, self._line.rate))
                kept_s += len(mono) / self._line.rate - len(samples) / LISTEN_RATE
                self._rest = np.concatenate([self._rest, samples]) if len(self._rest) else samples
                while len(self._rest) >= FRAME_SAMPLES:
                    self.captured = ended - kept_s - len(self._rest) / LISTEN_RATE
                    frame, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
                    yield Pcm(frame)
            if not await self._more():
                await self._reopen()
                resampler = Resampler(LISTEN_RATE, steady=True)
                kept_s = 0.0

    def _take(self, buffer: Any, frames: int, time: Any, _status: Any) -> None:  # noqa: ANN401
        """Keep a block; on PortAudio's thread, which must never wait."""
        if len(self._blocks) == self._blocks.maxlen:
            self._dropped += round(BLOCK_S / FRAME_S)
        length_s = frames / max(1, self._line.rate)
        late_s = time.currentTime - time.inputBufferAdcTime
        if not 0 <= late_s < _PLAUSIBLE_S:
            late_s = length_s
        self._blocks.append(
            (bytes(buffer), time.currentTime - self._line.ahead_s - late_s + length_s)
        )
        self._received += 1
        if self._waiting and self._enough:  # one wake-up is enough for however many blocks
            self._waiting = False
            self._loop.call_soon_threadsafe(self._arrived.set)

    async def _more(self) -> bool:
        """Wait for a block; False when none came for too long."""
        deadline = self._loop.time() + self._silent_s
        while not self._enough and self._loop.time() < deadline:
            self._arrived.clear()
            self._waiting = True
            if self._enough:  # it came before the flag was seen
                break
            watch = self._loop.call_at(deadline, self._arrived.set)
            try:
                await self._arrived.wait()
            finally:
                watch.cancel()
                self._waiting = False
        return bool(self._blocks)

    @property
    def _enough(self) -> bool:
        """Whether there is something to take; asked on PortAudio's thread too."""
        return len(self._blocks) >= (UNHURRIED_BLOCKS if self.unhurried else 1)

    async def _reopen(self) -> None:
        _log.warning("no sound from %r for %.1f s: opening it again", self.name, self._silent_s)
        for attempt, wait_s in enumerate(self._retries_s):
            await asyncio.sleep(wait_s)
            try:
                if attempt:  # the first try is the cheap one
                    await line.off_loop(line.refresh)
                await line.off_loop(self._line.open)
            except DeviceError as error:
                _log.info("%s", error)
                continue
            if await self._more():
                self.reopened += 1
                _log.warning("%r is back", self.name)
                return
        raise DeviceError(
            f"The microphone {self.name!r} is gone and did not come back. Plug it in again, or "
            "choose another: `assistant devices` lists them.",
            spoken="I have lost my microphone.",
        )

    def _mono(self, block: bytes) -> NDArray[np.int16]:
        samples = np.frombuffer(block, np.int16)
        if self._line.channels == 1:
            return samples
        mean = samples.reshape(-1, self._line.channels).mean(axis=1)
        return np.asarray(mean, np.int16)
