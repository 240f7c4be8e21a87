"""The speaker's sound taken out of the microphone's, on files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from echoes import BEGAN, Device, delayed, heard, quieter, reply

from assistant.audio.canceller import LEAD_S, TAIL_S, Canceller
from assistant.audio.pcm import FRAME_S, FRAME_SAMPLES, LISTEN_RATE, Pcm
from assistant.audio.wav import read_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.listen.whisper import Whisper

__all__ = ["reply"]
RECORDINGS = Path(__file__).parent / "recordings"
PAIRS = Path(__file__).resolve().parent.parent.parent / "shared" / "audio" / "aec"


def cancelled(device: Device, sound: Pcm, delay_s: float | None = None, late_s: float = 0.0) -> Pcm:
    """What a canceller leaves of it; `late_s`: the microphone's clock is so far behind."""
    canceller = Canceller(device.reference, delay_s)
    rng = np.random.default_rng(4)
    clean = []
    for number in range(len(sound.samples) // FRAME_SAMPLES):
        device.give((number + 10) * FRAME_S)
        frame = sound.samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        wavers_s = rng.uniform(-1, 1) * 0.005
        clean.append(canceller.push(frame, BEGAN + number * FRAME_S + late_s + wavers_s))
    return Pcm(np.concatenate(clean))


@pytest.mark.parametrize("db", [-6, -12])
@pytest.mark.parametrize("delay_ms", [40, 80, 120])
def test_the_reply_is_taken_out(reply: Pcm, delay_ms: int, db: float) -> None:
    """After its first second at least 20 dB are gone while nobody speaks, whatever the delay."""
    sound = heard(delayed(reply, delay_ms, db, reply.seconds))
    clean = cancelled(Device(reply), sound)
    assert sound.cut(1.4).dbfs - clean.cut(1.4).dbfs > 20


def test_the_beginning_of_a_sentence_is_nobody() -> None:
    """After a pause the filter adds a little before the echo comes, and leaves a little of it.

    Neither is a person. The recording is our own voice through PulseAudio, 6 dB lower and 120 ms
    later; its second sentence begins after 4.26 s.
    """
    played, sound = (read_sound(RECORDINGS / f"echo-{name}.flac") for name in ("played", "heard"))
    clean = cancelled(Device(played, LISTEN_RATE), sound, late_s=-LEAD_S)
    assert sound.cut(4.4).dbfs - clean.cut(4.4).dbfs > 33


@pytest.mark.parametrize("error_ms", [-20, 20])
def test_clocks_may_err(reply: Pcm, error_ms: int) -> None:
    """Times that waver by 15 ms, and clocks that differ by 20, leave as little."""
    device = Device(reply, 44_100, 2)
    device.wavers_s = 0.015
    sound = heard(delayed(reply, 60, -6, reply.seconds))
    clean = cancelled(device, sound, late_s=error_ms / 1000)
    assert sound.cut(1.4).dbfs - clean.cut(1.4).dbfs > 20


@pytest.mark.parametrize("delay_ms", [190, 230, 260])
def test_what_the_filter_takes_out_stays_out(reply: Pcm, delay_ms: int) -> None:
    """A late echo is no silence that the filter knows, and a delay found anew spoils nothing."""
    sound = heard(delayed(reply, delay_ms, -6, reply.seconds))
    clean = cancelled(Device(reply), sound)
    assert sound.cut(2, 4).dbfs - clean.cut(2, 4).dbfs > 20


def test_a_late_echo_is_found(reply: Pcm) -> None:
    """A speaker that is 800 ms behind is taken out once that was measured.

    Given in the settings, it is taken out from the beginning.
    """
    twice = Pcm.join([reply, reply])
    sound = heard(delayed(twice, 800, -6, twice.seconds))
    found = cancelled(Device(twice), sound)
    assert sound.cut(9).dbfs - found.cut(9).dbfs > 20
    given = cancelled(Device(twice), sound, delay_s=0.8)
    assert sound.cut(2.2, 6).dbfs - given.cut(2.2, 6).dbfs > 20


@pytest.mark.parametrize("db", [-6, -12, -24, -90])
def test_who_speaks_over_the_reply_is_understood(
    reply: Pcm, say: Callable[[str], Pcm], tiny: Whisper, db: float
) -> None:
    """Words said over the reply are still those words once it is taken out.

    Also where next to nothing of it is heard, as with headphones: AEC3 alone fails all of these.
    """
    for text, at_s in (("What time is it in London?", 3.0), ("Turn off the light.", 4.3)):
        near = quieter(say(text), -6)
        sound = heard(delayed(reply, 80, db, reply.seconds), near, at_s)
        clean = cancelled(Device(reply), sound)
        found = tiny.transcribe(clean.cut(at_s, at_s + near.seconds)).text
        assert found.lower().strip(" .?!") == text.lower().strip(" .?!")


def test_in_silence_a_frame_passes_untouched(reply: Pcm) -> None:
    """Before the speaker sounds and after its tail nothing is done to a frame: it is the same.

    So it is while the speaker plays nothing but silence.
    """
    device = Device(reply.cut(1.0, 2.0))
    canceller = Canceller(device.reference)
    frame = np.arange(FRAME_SAMPLES, dtype=np.int16)
    assert canceller.push(frame, BEGAN - 1) is frame
    device.give(1.0)
    assert canceller.push(frame, BEGAN + 0.3) is not frame
    assert canceller.push(frame, BEGAN + 1.0 + TAIL_S + 0.1) is frame
    assert (canceller.echo_db, canceller.removed_db) == (-120, 0)
    silent = Device(Pcm.silence(2.0))
    silent.give(1.0)
    assert Canceller(silent.reference).push(frame, BEGAN + 0.3) is frame


def test_it_says_how_much_is_left(reply: Pcm) -> None:
    """`echo_db` is the level of what comes out, `removed_db` what it was lowered by."""
    device = Device(reply)
    sound = heard(delayed(reply, 60, -6, reply.seconds))
    canceller = Canceller(device.reference)
    for number in range(400):
        device.give((number + 10) * FRAME_S)
        frame = sound.samples[number * FRAME_SAMPLES : (number + 1) * FRAME_SAMPLES]
        canceller.push(frame, BEGAN + number * FRAME_S)
    assert canceller.echo_db < -50
    assert canceller.removed_db > 20


def pairs() -> Iterator[tuple[Path, Path]]:
    """The recorded pairs of speaker and microphone, where they are."""
    for speaker in sorted(PAIRS.glob("*_lpb.wav")):
        yield speaker, speaker.with_name(speaker.name.replace("_lpb", "_mic"))


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the shared recordings are not here")
def test_recorded_pairs_are_never_louder_afterwards() -> None:
    """Real rooms, with somebody speaking in each: what comes out is less, where there is echo."""
    removed = []
    for speaker, microphone in pairs():
        sound = read_sound(microphone)
        clean = cancelled(Device(read_sound(speaker)), sound)
        removed.append(sound.dbfs - clean.dbfs)
    assert min(removed) > -0.5, removed
    assert max(removed) > 2, removed
