"""The household's camera: a picture when it is asked for one, and nothing in between.

Flows in: the settings. Flows out: a `Shot`, or NoPicture, in bounded time whatever the camera does.
Refuses to know: what takes the picture, but that it is a program that can be ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

from assistant.camera.program import LATE_S, Asked, shot_of
from assistant.camera.sources import source_of
from assistant.camera.values import NoPicture

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from assistant.camera.values import Shot
    from assistant.config import CameraConfig

_ENDING_S: Final = 1.0
"""Seconds in which a program ends that is ended by force, unless it hangs in the kernel."""
_OPENCV: Final = {
    # As OpenCV has it, but without frames of which a part was lost, and without looking at a
    # stream for five seconds before its first frame.
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": (
        "rtsp_flags;prefer_tcp|fflags;discardcorrupt|analyzeduration;2000000"
    ),
    "OPENCV_IO_MAX_IMAGE_PIXELS": "100000000",
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "5",  # seconds; 10 by itself
    "OPENCV_VIDEOIO_MSMF_ENABLE_HW_TRANSFORMS": "0",  # with them Windows takes ten seconds to open
}
"""OpenCV's own settings, where the person has set nothing else."""


class Program(Protocol):
    """A program that takes a picture: a real one is an `asyncio.subprocess.Process`."""

    @property
    def returncode(self) -> int | None:
        """None while it runs."""

    async def communicate(self, input: bytes) -> tuple[bytes, bytes]:  # noqa: A002  # as asyncio has it
        """Its answer to this input, once it has ended."""

    def kill(self) -> None:
        """End it, whatever it does. Raises ProcessLookupError where it has ended."""

    async def wait(self) -> int:
        """Wait until it has ended."""


async def start_program() -> Program:
    """The program that knows cameras; its words go nowhere."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "assistant.camera.program"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env=_environment(),
    )


class Camera:
    """One camera; it is open while a picture is taken."""

    def __init__(
        self,
        config: CameraConfig,
        start: Callable[[], Awaitable[Program]] = start_program,
        late_s: float = LATE_S,
    ) -> None:
        """`start` begins a program; `late_s` is what it has besides the camera's own time."""
        self._config = config
        self._start = start
        self._late_s = late_s
        self._turn = 0
        self._stuck: Program | None = None
        self._one_by_one = asyncio.Lock()

    async def shot(self) -> Shot:
        """A picture that was taken now. Raises NoPicture. Cancelled, it closes the camera."""
        source_of(self._config.source)  # what makes no sense needs no program to say so
        async with self._one_by_one:
            if self._stuck is not None and self._stuck.returncode is None:
                raise NoPicture("The camera still does not answer. Switch it off and on.")
            self._stuck = None
            shot = shot_of(await self._answer())
            self._turn += 1
            return shot

    async def _answer(self) -> bytes:
        asked = Asked(self._config.source, self._config.timeout_s, self._turn)
        program = await self._start()
        try:
            async with asyncio.timeout(asked.timeout_s + self._late_s):
                answer, _ = await program.communicate(asked.line())
        except TimeoutError:
            raise NoPicture("The camera does not answer. Switch it off and on.") from None
        else:
            return answer
        finally:
            await self._end(program)

    async def _end(self, program: Program) -> None:
        """End it, if it has not ended; what cannot be ended is remembered."""
        if program.returncode is not None:
            return
        self._stuck = program
        with suppress(ProcessLookupError):
            program.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_ENDING_S):
                await program.wait()


def _environment() -> dict[str, str]:
    """This program's, with the same modules to be found, whatever lies in the current folder."""
    places = os.pathsep.join(place for place in sys.path if place)
    return _OPENCV | dict(os.environ) | {"PYTHONPATH": places}
