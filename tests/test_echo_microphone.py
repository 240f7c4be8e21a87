"""A microphone that no longer hears the speaker: over a fake one, and on the virtual card."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
from echoes import heard, quieter, reply
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.echo import EchoCancelled
from assistant.audio.health import FELL_SILENT_S
from assistant.audio.microphone import DeviceMicrophone
from assistant.audio.pcm import FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.speaker import DeviceSpeaker
from assistant.config import AudioConfig
from assistant.errors import MicrophoneDead

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assistant.errors import AssistantError
    from assistant.listen.whisper import Whisper

__all__ = ["reply", "sound_card"]
NO_GAIN = AudioConfig(gain_control=False)


class Frames:
    """A microphone that has heard something already."""

    def __init__(self, sound: Pcm) -> None:
        self.captured = 0.0
        self.dropped = 3
        self.unhurried = False
        self.flushed = False
        self._sound = sound

    async def frames(self) -> AsyncIterator[Pcm]:
        """All of it at once."""
        for start in range(0, len(self._sound.samples), FRAME_SAMPLES):
            yield Pcm(self._sound.samples[start : start + FRAME_SAMPLES])

    def flush(self) -> None:
        """Take note."""
        self.flushed = True


async def test_it_is_a_microphone_like_the_one_within(reply: Pcm) -> None:
    """Without reference, gain and noise suppression its frames are those within; it complains."""
    said: list[AssistantError] = []
    within = Frames(Pcm.join([reply.cut(0, 1), Pcm.silence(FELL_SILENT_S + 1)]))
    microphone = EchoCancelled(within, None, NO_GAIN, said.append)
    frames = [frame async for frame in microphone.frames()]
    assert np.array_equal(Pcm.join(frames).samples, within._sound.samples)  # noqa: SLF001
    assert [type(error) for error in said] == [MicrophoneDead]
    microphone.flush()
    assert (microphone.dropped, within.flushed, microphone.sounding) == (3, True, False)


async def test_noise_is_taken_out() -> None:
    """With `noise_suppression` a steady noise is at least 6 dB softer."""
    noise = np.random.default_rng(6).normal(0, 300, 5 * LISTEN_RATE)
    noisy = heard(noise)
    config = AudioConfig(gain_control=False, noise_suppression=True)
    microphone = EchoCancelled(Frames(noisy), None, config)
    clean = Pcm.join([frame async for frame in microphone.frames()])
    assert clean.cut(2).dbfs < noisy.cut(2).dbfs - 6


async def test_on_a_card_the_speaker_is_not_heard(reply: Pcm, sound_card: VirtualSoundCard) -> None:
    """What the speaker plays comes into the microphone, and is gone behind the canceller.

    On a busy machine the card leaves gaps that no canceller can know of, so the best second counts,
    of the second reply: in the first it learns.
    """
    module = sound_card.echo(-6, 60)
    try:
        async with DeviceSpeaker() as speaker, DeviceMicrophone() as microphone:
            clear = EchoCancelled(microphone, speaker.reference, NO_GAIN)
            assert clear.canceller is not None
            removed: list[float] = []
            sounded: list[bool] = []

            async def listen() -> None:
                async for _ in clear.frames():
                    removed.append(clear.canceller.removed_db if clear.canceller else 0.0)
                    sounded.append(clear.sounding)

            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(listen(), name="listen")
                for _ in range(2):
                    removed.clear()
                    await speaker.play(reply.cut(0, 5))
                    await speaker.drain()
                listening.cancel()
    finally:
        sound_card.pactl("unload-module", module)
    seconds = [np.mean(removed[start : start + 100]) for start in range(0, len(removed) - 99, 50)]
    assert max(seconds) > 20, seconds
    assert any(sounded)
    assert not clear.sounding


async def test_on_a_card_who_speaks_over_the_reply_is_understood(
    reply: Pcm, say: Callable[[str], Pcm], tiny: Whisper, sound_card: VirtualSoundCard
) -> None:
    """Said into the microphone while the speaker plays, from a second reply on.

    On a busy machine the card leaves gaps, so there are three tries.
    """
    near = quieter(say("Turn off the light in the kitchen."), -6)
    found: list[str] = []
    module = sound_card.echo(-6, 60)
    try:
        async with DeviceSpeaker() as speaker, DeviceMicrophone() as microphone:
            clear = EchoCancelled(microphone, speaker.reference, NO_GAIN)
            frames: list[Pcm] = []

            async def listen() -> None:
                async for frame in clear.frames():
                    frames.append(frame)  # noqa: PERF401  # the list is read meanwhile

            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(listen(), name="listen")
                await speaker.play(reply)
                await speaker.drain()
                while len(found) < 3 and "turn off the light in the kitchen" not in found[-1:]:
                    frames.clear()
                    await speaker.play(reply)
                    await asyncio.sleep(2)
                    saying = sound_card.begin(near)
                    await asyncio.get_running_loop().run_in_executor(None, saying.wait)
                    text = tiny.transcribe(Pcm.join(frames[180:])).text
                    found.append(text.lower().strip(" ."))
                    speaker.stop()
                listening.cancel()
    finally:
        sound_card.pactl("unload-module", module)
    assert found[-1] == "turn off the light in the kitchen", found
