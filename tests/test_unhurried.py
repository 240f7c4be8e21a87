"""A microphone in an idle house: its frames come in bunches, and as soon as they can else."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from soundcard import sound_card

from assistant.audio.microphone import BLOCK_S, UNHURRIED_BLOCKS, DeviceMicrophone
from assistant.audio.pcm import FRAME_S

__all__ = ["sound_card"]


@pytest.mark.parametrize("blocks", [UNHURRIED_BLOCKS, 1])
@pytest.mark.usefixtures("sound_card")
async def test_frames_come_in_bunches_only_while_nothing_goes_on(blocks: int) -> None:
    """Unhurried, each wake-up of the loop brings two blocks or more; else one is enough."""
    loop = asyncio.get_running_loop()
    waited: list[bool] = []
    async with DeviceMicrophone() as microphone:
        microphone.unhurried = blocks > 1
        frames = microphone.frames()
        for _ in range(200):
            waited.append(False)
            mark = loop.call_soon(waited.__setitem__, -1, True)  # noqa: FBT003  # a list's item
            await anext(frames)
            mark.cancel()
    starts = [number for number, it in enumerate(waited) if it][2:]
    bunches = [after - before for before, after in pairwise(starts)]
    assert min(bunches) == round(blocks * BLOCK_S / FRAME_S)
