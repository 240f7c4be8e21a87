"""As much of PyAudio as pipecat's local transport uses, over sounddevice.

Flows in and out: sound for PortAudio, which both libraries are thin wrappers of. Refuses to know:
pipecat.

PyAudio has no wheels for Linux, and compiling it takes a compiler and PortAudio's headers, which a
fresh machine lacks. So pipecat's transport stays as it is, and finds this module in PyAudio's
place. What PyAudio chooses by itself is chosen alike: 16-bit samples, the device's low latency, a
buffer size left to PortAudio, a stream that runs once it is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sounddevice

paContinue = 0  # noqa: N816  # the name by which pipecat asks for it
"""What a callback returns so that the stream goes on."""
paInt16 = 8  # noqa: N816  # the same
"""The number of the only sample format there is here."""
_BYTES = 2
_Callback = Callable[[bytes, int, Any, Any], object]


class Stream:
    """An open microphone or speaker."""

    def __init__(self, stream: sounddevice.RawInputStream | sounddevice.RawOutputStream) -> None:
        self._stream = stream
        stream.start()

    def start_stream(self) -> None:
        """Run; what runs goes on."""
        self._stream.start()

    def stop_stream(self) -> None:
        """Play what is queued, then stand still."""
        self._stream.stop()

    def close(self) -> None:
        """Give the device back."""
        self._stream.close()

    def write(self, sound: bytes) -> None:
        """Queue this to be played; waits for room."""
        self._stream.write(sound)


class PyAudio:
    """The way to the devices."""

    def get_format_from_width(self, width: int) -> int:
        """The sample format of so many bytes. Raises ValueError for any but two."""
        if width != _BYTES:
            raise ValueError(f"samples have {_BYTES} bytes here, not {width}")
        return paInt16

    def open(  # noqa: PLR0913  # PyAudio's own parameters
        self,
        *,
        rate: int,
        channels: int,
        format: int,  # noqa: A002  # the same
        input: bool = False,  # noqa: A002  # the same
        output: bool = False,
        input_device_index: int | None = None,
        output_device_index: int | None = None,
        frames_per_buffer: int = 0,
        stream_callback: _Callback | None = None,
    ) -> Stream:
        """Open the microphone or the speaker, and let it run. Raises ValueError for both."""
        if format != paInt16 or input == output:
            raise ValueError("one direction of 16-bit samples at a time is all there is here")
        options = {
            "samplerate": rate,
            "channels": channels,
            "blocksize": frames_per_buffer,
            "dtype": "int16",
            "latency": "low",
        }
        if output:
            return Stream(sounddevice.RawOutputStream(device=output_device_index, **options))

        def heard(sound: object, frames: int, when: object, status: object) -> None:
            assert stream_callback is not None
            stream_callback(bytes(sound), frames, when, status)  # type: ignore[call-overload]

        return Stream(
            sounddevice.RawInputStream(device=input_device_index, callback=heard, **options)
        )

    def terminate(self) -> None:
        """Nothing: sounddevice ends with the process."""
