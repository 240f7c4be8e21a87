"""A line: one direction of one device, open in blocks, and opened again by name.

Flows in and out: blocks of interleaved 16-bit samples at the device's native rate, handed over on
PortAudio's own thread. Refuses to know: what the blocks hold and who waits for them.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.audio import devices
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import Callable

    Exchange = Callable[[Any, int, Any, Any], None]

T = TypeVar("T")
_log = logging.getLogger(__name__)
_open_lines: weakref.WeakSet[Line] = weakref.WeakSet()
_RATES = (48_000, 44_100, 16_000)


class Line:
    """A stream to or from one device.

    `exchange(buffer, frames, time, status)` is called on PortAudio's thread for every block: it
    reads the buffer of an input and fills the buffer of an output, and must not wait.
    """

    def __init__(
        self,
        direction: devices.Direction,
        spec: str | int,
        exchange: Exchange,
        *,
        block_s: float,
        latency_s: float,
    ) -> None:
        self._direction = direction
        self._spec = spec
        self._exchange = exchange
        self._block_s = block_s
        self._latency_s = latency_s
        self._stream: Any = None
        self.ahead_s = 0.0
        """Seconds by which the clock that the blocks are stamped with is ahead of
        `time.monotonic`."""
        self.device: devices.Device | None = None
        """The device that is, or was last, open."""
        self.rate = 0
        """Samples a second, once open."""
        self.channels = 1
        """Samples side by side in a buffer, once open."""

    @property
    def name(self) -> str:
        """What to call the device in a message."""
        return self.device.bare_name if self.device else str(self._spec)

    def open(self) -> None:
        """Open and start it; a line that is open is closed first. Raises DeviceError."""
        with devices.LOCK:
            self.close()
            device = devices.find(self._direction, self._spec)
            self._stream = self._opened(device)
            self.device = device
            if isinstance(self._spec, int) or str(self._spec).isdecimal():
                self._spec = device.bare_name  # numbers move when devices come and go
            _open_lines.add(self)
            self.start()

    def start(self) -> None:
        """Let blocks flow again after `pause`. Raises DeviceError."""
        with devices.LOCK, devices.quiet():
            sounddevice = devices.portaudio()
            if self._stream is None:
                raise DeviceError(f"{self.name!r} is closed.")
            try:
                self.ahead_s = self._stream.time - time.monotonic()  # blocks flow before it returns
                self._stream.start()
            except sounddevice.PortAudioError as error:
                raise DeviceError(f"{self.name!r} does not start: {error}") from error

    def pause(self) -> None:
        """Let no blocks flow; what the device holds is discarded."""
        with devices.LOCK:
            if self._stream is not None:
                self._stream.abort()

    def close(self) -> None:
        """Close it; after this no block is exchanged."""
        with devices.LOCK, devices.quiet():
            stream, self._stream = self._stream, None
            _open_lines.discard(self)
            if stream is not None:
                stream.abort()
                stream.close()

    @property
    def running(self) -> bool:
        """Whether blocks flow; false at rest, once the device has failed, and while it opens."""
        if not devices.LOCK.acquire(blocking=False):
            return False
        try:
            return self._stream is not None and bool(self._stream.active)
        finally:
            devices.LOCK.release()

    @property
    def now(self) -> float:
        """Seconds on the clock that the blocks are stamped with, also while the line is closed."""
        return time.monotonic() + self.ahead_s

    def _opened(self, device: devices.Device) -> Any:  # noqa: ANN401  # sounddevice has no types
        sounddevice = devices.portaudio()
        is_input = self._direction == "input"
        kind = sounddevice.RawInputStream if is_input else sounddevice.RawOutputStream
        most = device.inputs if is_input else device.outputs
        rates = dict.fromkeys((device.rate, *_RATES))
        problem: Exception | None = None
        for channels in dict.fromkeys((1, min(most, 2), most)):
            for rate in rates:
                try:
                    with devices.quiet():
                        stream = kind(
                            samplerate=rate,
                            blocksize=round(rate * self._block_s),
                            device=device.index,
                            channels=channels,
                            dtype="int16",
                            latency=self._latency_s,
                            callback=self._exchange,
                            # else the device begins with a buffer of silence
                            prime_output_buffers_using_stream_callback=not is_input,
                        )
                except (sounddevice.PortAudioError, ValueError) as error:
                    problem = problem or error
                else:
                    self.rate, self.channels = rate, channels
                    return stream
        raise DeviceError(
            f"{device.name!r} does not open: {problem}. Is another program using it? "
            "`assistant devices` lists the others."
        ) from problem


def refresh() -> None:
    """Look for devices anew, so that one just plugged in is seen.

    PortAudio can do that only with every stream closed: those that are open stop for a moment.
    """
    with devices.LOCK:
        lines = [line for line in _open_lines if line.running]
        for line in list(_open_lines):
            line.close()
        devices.refresh()
        for line in lines:
            try:
                line.open()
            except DeviceError as error:  # its owner will notice, and try by itself
                _log.warning("%s", error)


async def off_loop(call: Callable[[], T]) -> T:
    """The call's result, made on a thread that ends with it: opening a device takes its time.

    Cancelled, it still waits for the call to end, so that nothing opens after it was given up.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="portaudio") as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, call)
