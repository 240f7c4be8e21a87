"""The speaker: sound of any rate to a sound device.

Flows in: `Pcm`. Flows out: blocks on PortAudio's thread, at the device's own rate, and how much of
them was really heard. Refuses to know: what is said.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Self

from assistant.audio import line
from assistant.audio.pcm import FRAME_S
from assistant.audio.playout import Playout
from assistant.audio.reference import Block, Reference
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from assistant.audio.pcm import Pcm

_log = logging.getLogger(__name__)
LATENCY_S = 0.1
"""Seconds of sound that the device may hold. With 30 ms a busy machine left gaps, with 80 ms none.
The length costs nothing: the buffer is filled at once when sound begins, and `stop` empties it."""
AHEAD_S = 10.0
"""Seconds that may be queued before `play` waits."""
DRY_S = 0.04
"""Seconds before the queue runs dry at which the resampler's last samples (15 ms) are let go."""
TAIL_S = 0.06
"""Seconds of silence after the last sound, for what buffers behind the device's own clock hold."""
IDLE_S = 0.25
"""Seconds without sound after which the open stream rests: to flow costs 2 % of a core, to resume
3 ms, and sound that resumes it is heard sooner than sound that waits behind buffered silence."""
SILENT_S = 2.0
"""Seconds without a block taken after which the device counts as gone."""
RETRIES_S = (0.0, 0.3, 0.7, 1.0, 2.0)
"""Seconds to wait before each try to open it again: a reply cannot wait for long."""
_STEP_S = 0.1
"""Seconds at most between two looks at the queue while waiting."""
_PROOFS = 3
"""Looks in a row, after the first, that must find blocks taken before a device counts as back."""
_PLAUSIBLE_S = 1.0
"""Seconds beyond which a device's word on its own latency is not believed."""


class DeviceSpeaker:
    """Sound to a device; `async with` opens and closes it.

    `spec` is a number, a name or part of one, "" for the default.
    """

    def __init__(
        self,
        spec: str | int = "",
        *,
        volume: int = 100,
        silent_s: float = SILENT_S,
        retries_s: Sequence[float] = RETRIES_S,
    ) -> None:
        self._line = line.Line("output", spec, self._give, block_s=FRAME_S, latency_s=LATENCY_S)
        self._playout = Playout(48_000, 1, volume)
        self._silent_s = silent_s
        self._retries_s = retries_s
        self._loop: asyncio.AbstractEventLoop
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._taken = 0
        self._took_at = 0.0
        self._stops = 0
        self._fresh = True
        self.reference = Reference()
        """What sounds, and when, for whoever has to take it out of what a microphone hears."""
        self._past_s = 0.0
        self.underruns = 0
        """How often the device ran dry because it was served too late."""
        self.reopened = 0
        """How often the device was lost and came back."""

    async def __aenter__(self) -> Self:
        """Open the device. Raises DeviceError."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._open()
        except BaseException:
            self._line.close()
            raise
        self._rest()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the device at once; `drain` first to hear the end."""
        for timer in self._timers.values():
            timer.cancel()
        self._line.close()

    @property
    def name(self) -> str:
        """The device's name."""
        return self._line.name

    @property
    def volume(self) -> int:
        """Loudness in percent; a change is heard within the device's latency."""
        return self._playout.volume

    @volume.setter
    def volume(self, percent: int) -> None:
        self._playout.volume = percent

    @property
    def queued_s(self) -> float:
        """Seconds of sound ever queued, less what `stop` discarded."""
        return self._past_s + self._playout.queued_s

    @property
    def played_s(self) -> float:
        """Seconds of sound that were really played: never more than `queued_s`."""
        return self._past_s + self._playout.played_s(self._now)

    async def play(self, sound: Pcm) -> None:
        """Queue sound of any rate; waits while enough is queued. Raises DeviceError."""
        stops = self._stops
        await self._wait_until(lambda: self._playout.ahead_s < AHEAD_S or self._stops != stops)
        if self._stops != stops:  # it was meant for what has been stopped
            return
        if self._fresh:  # a reply begins at full loudness, however the last one ended
            self._fresh = False
            self._playout.share = 1
        self._playout.push(sound)
        if self._playout.share and not self._line.running:  # only now: it begins with sound
            await self._wake()
        self._set_timers()

    async def drain(self) -> None:
        """Wait until all that was queued has left the device. Raises DeviceError."""
        stops = self._stops
        self._playout.flush()
        if self.played_s < self.queued_s:
            await self._wait_until(lambda: self.played_s >= self.queued_s)
            await asyncio.sleep(TAIL_S)
        if self._stops == stops:
            self._fresh = True

    def turn_down(self, share: float) -> None:
        """Play at this share of the volume, 0 to 1, from now on; 0 holds the sound where it is.

        Less is heard within 50 ms: the device lets go of what it holds and is given it again, with
        a gap of a few milliseconds. More is heard within its latency, without a gap.
        """
        before, self._playout.share = self._playout.share, share
        if self.played_s < self.queued_s:
            if share < before:
                self._playout.rewind(self._silence())
            if share and not self._line.running:
                try:
                    self._line.start()
                except DeviceError as error:  # whoever plays or drains notices, and opens it again
                    _log.warning("%s", error)
        self._set_timers()

    def stop(self) -> None:
        """Discard what is queued; silence within 50 ms."""
        self._stops += 1
        self._fresh = True
        self._playout.share = 1
        if self.played_s < self.queued_s:
            self._playout.stop(self._silence())

    def _silence(self) -> float:
        """Let the device discard what it holds; the time on its clock just before."""
        now = self._now
        self._line.pause()
        self.reference.cut(time.monotonic())
        return now

    @property
    def _now(self) -> float:
        """The device's clock, which stands still with a device that takes no more blocks."""
        return min(self._line.now, self._took_at + LATENCY_S)

    def _give(self, buffer: Any, _frames: int, time: Any, status: Any) -> None:  # noqa: ANN401
        """Fill a block; on PortAudio's thread, which must never wait."""
        self._taken += 1
        self._took_at = time.currentTime
        latency_s = time.outputBufferDacTime - time.currentTime
        if not 0 <= latency_s < _PLAUSIBLE_S:
            latency_s = LATENCY_S
        taken = self._playout.take(time.currentTime + latency_s)
        sounds = taken is not None and len(taken) == len(buffer)
        block = taken if taken is not None and sounds else bytes(len(buffer))
        late = bool(status.output_underflow)
        self.underruns += sounds and late
        begins = self._playout.began - self._line.ahead_s
        self.reference.push(
            Block(begins, block, self._line.rate, self._line.channels, sounds, not late)
        )
        buffer[:] = block

    async def _wait_until(self, done: Callable[[], bool]) -> None:
        taken, since = self._taken, self._loop.time()
        while not done():
            left_s = self.queued_s - self.played_s
            await asyncio.sleep(min(_STEP_S, max(0.002, left_s)))
            now = self._loop.time()
            if taken != self._taken or not self._playout.share:  # what is held takes nothing
                taken, since = self._taken, now
            elif not self._line.running or now - since > self._silent_s:
                await self._reopen()
                taken, since = self._taken, self._loop.time()

    async def _wake(self) -> None:
        """Let a line that rests flow again, or open it where that fails."""
        try:
            await line.off_loop(self._line.start)
        except DeviceError:
            await self._reopen()

    async def _reopen(self) -> None:
        _log.warning("the speaker %r takes no sound: opening it again", self.name)
        self._playout.rewind(self._took_at)  # what it held was never heard
        self._playout.held = True  # nor would be what a dead device takes into its buffer
        try:
            await self._come_back()
        finally:
            self._playout.held = False
        self.reopened += 1
        _log.warning("the speaker %r is back", self.name)

    async def _come_back(self) -> None:
        problem: DeviceError | None = None
        for attempt, wait_s in enumerate(self._retries_s):
            await asyncio.sleep(wait_s)
            try:
                if attempt:  # the first try is the cheap one
                    await line.off_loop(line.refresh)
                await self._open()
                await self._proven()
            except DeviceError as error:
                problem = error
            else:
                return
        raise DeviceError(
            f"The speaker {self.name!r} is gone and did not come back. Plug it in again, or "
            "choose another: `assistant devices` lists them.",
        ) from problem

    async def _proven(self) -> None:
        """Wait until the device takes blocks as time goes by: a dead one too fills its buffer."""
        deadline = self._loop.time() + self._silent_s + _PROOFS * _STEP_S
        proofs = -1
        while proofs < _PROOFS:
            before = self._taken
            await asyncio.sleep(_STEP_S)
            proofs = proofs + 1 if self._taken > before else 0
            if self._loop.time() > deadline:
                raise DeviceError(f"{self.name!r} is open but takes no sound.")

    async def _open(self) -> None:
        await line.off_loop(self._line.open)
        old = self._playout
        if (self._line.rate, self._line.channels) != (old.rate, old.channels):
            old.stop(self._line.now)
            self._past_s += old.queued_s
            self._playout = Playout(self._line.rate, self._line.channels, old.volume)
            self._playout.share, self._playout.held = old.share, old.held

    def _rest(self) -> None:
        if self.played_s < self.queued_s:
            self._later("idle", IDLE_S, self._rest)
        else:
            self._line.pause()
            self._playout.rest()

    def _set_timers(self) -> None:
        """Let the end of what is queued bring the rest out and the line to rest, unless held."""
        for timer in self._timers.values():
            timer.cancel()
        if self._playout.share:
            ahead_s = self._playout.ahead_s
            self._later("dry", ahead_s - DRY_S, self._playout.flush)
            self._later("idle", ahead_s + IDLE_S, self._rest)

    def _later(self, what: str, seconds: float, call: Callable[[], None]) -> None:
        if what in self._timers:
            self._timers[what].cancel()
        self._timers[what] = self._loop.call_later(max(0.0, seconds), call)
