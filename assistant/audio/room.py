"""What the microphone hears of the speaker, measured through the air.

Flows in: a microphone, a speaker and a sound to play. Flows out: `Room`: the echo before and after
it is taken out, the delay, the noise, and which settings follow. Refuses to know: where they are
written.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.audio.canceller import LEAD_S, REACH_S, Canceller
from assistant.audio.delay import CLEAR, find_delay
from assistant.audio.health import CLIPPED, DEAD, FULL_SCALE, sounds
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.audio.echo import TimedMicrophone
    from assistant.audio.reference import Reference

NOISE_S = 2.0
"""Seconds of the room alone."""
AFTER_S = 0.5
"""Seconds that are listened to after the sound."""
UNHEARD_DB = 3.0
"""By how much the speaker must stand out of the noise to be heard at all."""
SPEECH_DBFS = -45.0
"""Echo left that does not pass for a person, who is at -18 to -31 (near) or -40 (distant)."""
STOP_WORD_DBFS = -30.0
"""Echo left over which a word can still be made out; above it nothing can."""
_LATE_S = REACH_S - LEAD_S


class HeardSpeaker(Protocol):
    """A speaker that keeps what sounds."""

    reference: Reference
    """What sounds, and when."""

    async def play(self, sound: Pcm) -> None:
        """Queue sound of any rate."""

    async def drain(self) -> None:
        """Wait until it has left the device."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recorded, frame for frame."""

    noise: Pcm
    """The room alone."""
    played: Pcm
    """What sounded, from `LEAD_S` after each frame on."""
    raw: Pcm
    """What the microphone heard meanwhile."""
    clear: Pcm
    """What the canceller left of it."""


@dataclass(frozen=True, slots=True)
class Room:
    """What was found."""

    noise_dbfs: float
    """Level of the room alone, in dB below full scale."""
    echo_dbfs: float
    """Level of what is heard while the speaker plays."""
    left_dbfs: float
    """The same, after the echo was taken out."""
    delay_ms: float | None
    """Milliseconds from the speaker to the microphone; None where it is not heard."""
    clipped: float
    """Share of samples at the limit while the speaker plays, 0 to 1."""
    dead: bool
    """Whether the microphone gave nothing but digital silence."""
    findings: tuple[str, ...] = ()
    """A sentence for each."""
    recommended: Mapping[str, str | int] = field(default_factory=dict)
    """`section.key` to the value that fits this room."""


async def measure(microphone: TimedMicrophone, speaker: HeardSpeaker, sound: Pcm) -> Room:
    """Listen to the room, play the sound (some seconds of speech) twice, and say what was found.

    The first time the canceller learns, the second time counts. Raises AudioError.
    """
    recorder = _Recorder(microphone, speaker.reference)
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(recorder.run(), name="listen to the room")
        await recorder.frames(round(NOISE_S / FRAME_S))
        noise = recorder.raw()
        for _ in range(2):
            recorder.clear()
            await speaker.play(sound)
            await speaker.drain()
        await recorder.frames(len(recorder) + round(AFTER_S / FRAME_S))
        listening.cancel()
    return evaluate(Heard(noise, recorder.played(), recorder.raw(), recorder.cancelled()))


def evaluate(heard: Heard) -> Room:
    """What follows from the recording."""
    delay = find_delay(heard.played.samples, heard.raw.samples)
    known = delay.clearness >= CLEAR and heard.raw.dbfs > heard.noise.dbfs + 1
    at_limit = np.abs(heard.raw.samples.astype(np.int32)) >= FULL_SCALE
    sounded = _loud(heard.played)
    room = Room(
        noise_dbfs=heard.noise.dbfs,
        echo_dbfs=_only(heard.raw, sounded).dbfs,
        left_dbfs=_only(heard.clear, sounded).dbfs,
        delay_ms=1000 * (delay.seconds - LEAD_S) if known else None,
        clipped=float(at_limit.mean()) if len(at_limit) else 0.0,
        dead=not sounds(heard.raw.samples),
    )
    findings, recommended = _conclusions(room)
    return replace(room, findings=tuple(findings), recommended=recommended)


def _conclusions(room: Room) -> tuple[list[str], dict[str, str | int]]:
    """Sentences and settings."""
    if room.dead:
        return [DEAD], {"conversation.interruption": "none"}
    findings = [_echo(room)]
    settings: dict[str, str | int] = {"conversation.interruption": _interruption(room)}
    if room.delay_ms is not None and room.delay_ms > 1000 * _LATE_S:
        settings["audio.echo_delay_ms"] = min(1000, round(room.delay_ms))
        findings.append(
            f"The echo comes {room.delay_ms:.0f} ms late, as with a wireless speaker: with "
            "[audio] echo_delay_ms set, it is taken out from the first word on."
        )
    if room.clipped > CLIPPED:
        findings.append(
            f"{100 * room.clipped:.1f} % of the microphone's samples are at the limit while the "
            "speaker plays. Turn the speaker or the microphone down, or move them apart."
        )
    return findings, settings


def _interruption(room: Room) -> str:
    if not _audible(room) or room.left_dbfs < max(SPEECH_DBFS, room.noise_dbfs + UNHEARD_DB):
        return "speech"
    return "stop-word" if room.left_dbfs < STOP_WORD_DBFS else "none"


def _audible(room: Room) -> bool:
    return room.echo_dbfs > room.noise_dbfs + UNHEARD_DB


def _echo(room: Room) -> str:
    if not _audible(room):
        return (
            "The microphone does not hear the speaker, as with headphones: any speech may "
            "interrupt a reply. If there are no headphones, is the speaker turned on?"
        )
    removed = f"{room.echo_dbfs - room.left_dbfs:.0f} dB of the speaker's sound are taken out"
    return {
        "speech": f"{removed}: any speech may interrupt a reply.",
        "stop-word": f"{removed}, and {room.left_dbfs:.0f} dB are left, which could pass for "
        'speech: only "stop" and the wake word should interrupt a reply.',
        "none": f"{removed}, and {room.left_dbfs:.0f} dB are left, over which no word can be made "
        "out: nothing should interrupt a reply. Move the speaker away from the microphone, or "
        "turn it down, and measure again.",
    }[_interruption(room)]


def _loud(played: Pcm) -> list[int]:
    """The frames in which the speaker sounded, those in which its echo arrives included."""
    frames = len(played.samples) // FRAME_SAMPLES
    peaks = np.abs(played.samples[: frames * FRAME_SAMPLES].astype(np.int32))
    loud = np.flatnonzero(peaks.reshape(frames, FRAME_SAMPLES).max(axis=1) > FULL_SCALE / 1000)
    return list(range(int(loud[0]), int(loud[-1]) + 1)) if len(loud) else []


def _only(sound: Pcm, frames: list[int]) -> Pcm:
    parts = [sound.samples[n * FRAME_SAMPLES : (n + 1) * FRAME_SAMPLES] for n in frames]
    return Pcm(np.concatenate([*parts, np.zeros(0, np.int16)]))


class _Recorder:
    """Records what the microphone hears, what is left of it and what sounded."""

    def __init__(self, microphone: TimedMicrophone, reference: Reference) -> None:
        self._microphone = microphone
        self._canceller = Canceller(reference, watch=self._watch)
        self._frames: list[tuple[Pcm, Pcm, Pcm]] = []
        self._played = Pcm.silence(FRAME_S)
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    async def run(self) -> None:
        """Listen until cancelled."""
        async for frame in self._microphone.frames():
            self._played = Pcm.silence(FRAME_S)
            clear = self._canceller.push(frame.samples, self._microphone.captured)
            self._frames.append((frame, Pcm(clear), self._played))
            self._arrived.set()

    async def frames(self, count: int) -> None:
        """Wait until there are so many."""
        while len(self._frames) < count:
            self._arrived.clear()
            await self._arrived.wait()

    def clear(self) -> None:
        """Forget the frames so far."""
        self._frames.clear()

    def raw(self) -> Pcm:
        """What was heard."""
        return Pcm.join(frame for frame, _, _ in self._frames)

    def cancelled(self) -> Pcm:
        """What was left of it."""
        return Pcm.join(clear for _, clear, _ in self._frames)

    def played(self) -> Pcm:
        """What sounded."""
        return Pcm.join(played for _, _, played in self._frames)

    def _watch(self, played: Pcm) -> None:
        self._played = played


def probe(seconds: float = 6.0) -> Pcm:
    """A sound to measure with where there is no voice: noise with the rhythm of speech."""
    rng = np.random.default_rng(1)
    count = round(seconds * LISTEN_RATE)
    spectrum = np.fft.rfft(rng.normal(0, 1, count))
    hertz = np.fft.rfftfreq(count, 1 / LISTEN_RATE)
    spectrum *= np.minimum(1, hertz / 120) / (1 + hertz / 500)  # about as a voice falls off
    noise = np.fft.irfft(spectrum, count)
    rhythm = np.clip(np.sin(2 * np.pi * 2 * np.arange(count) / LISTEN_RATE) + 0.4, 0, 1)
    shaped = noise / np.abs(noise).max() * rhythm
    return Pcm.from_float((0.5 * shaped).astype(np.float32))
