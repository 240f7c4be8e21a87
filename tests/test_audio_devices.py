"""Devices by number and name, what a speaker has still to play, and levels."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from soundcard import sound_card

from assistant.audio import chimes, devices
from assistant.audio.meter import level, levels
from assistant.audio.pcm import FRAME_S, Pcm
from assistant.audio.playout import Playout
from assistant.errors import DeviceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

__all__ = ["sound_card"]
RATE = 48_000


@pytest.mark.usefixtures("sound_card")
def test_devices_are_listed_with_the_defaults_marked() -> None:
    """Each device says what it can do; one is the default for each direction."""
    found = devices.list_devices()
    assert {device.name for device in found} >= {"default", "bench_microphone", "bench_speaker"}
    assert [device.name for device in found if device.default_input] == ["default"]
    assert [device.name for device in found if device.default_output] == ["default"]
    assert all(device.rate > 8_000 and device.host_api for device in found)
    assert [device.index for device in found] == list(range(len(found)))


@pytest.mark.usefixtures("sound_card")
def test_a_device_is_found_by_number_name_and_part_of_it() -> None:
    """Upper and lower case make no difference, and "" is the system's default."""
    microphone = devices.find_input("bench_microphone")
    assert devices.find_input("BENCH_MICRO") == microphone
    assert devices.find_input(microphone.index) == microphone
    assert devices.find_input(str(microphone.index)) == microphone
    assert devices.find_input().default_input
    assert devices.find_output().default_output
    assert devices.find_output("speaker").name == "bench_speaker"


@pytest.mark.usefixtures("sound_card")
@pytest.mark.parametrize("spec", ["bench_mikrofone", 77])
def test_an_unknown_device_is_told_with_near_names(spec: str | int) -> None:
    """The message has the value, names that come near, and the way to all of them."""
    with pytest.raises(DeviceError) as caught:
        devices.find_input(spec)
    message = str(caught.value)
    assert str(spec) in message
    assert "`assistant devices` lists them" in message
    assert ("Did you mean 'bench_microphone'" in message) == (spec != 77)


def test_a_card_number_in_a_name_does_not_matter() -> None:
    """A device that was plugged in again has the same bare name."""
    one, other = (
        devices.Device(0, f"USB Audio: - (hw:{card},0)", "ALSA", 1, 0, RATE, True, False)  # noqa: FBT003
        for card in (1, 2)
    )
    assert one.bare_name == other.bare_name == "USB Audio: -"


@pytest.mark.parametrize("direction", ["input", "output"])
def test_no_device_at_all_is_told(tmp_path: Path, direction: str) -> None:
    """On a machine without sound the message says what to do; nothing else is printed."""
    config = tmp_path / "alsa.conf"
    config.write_text("pcm.none { type hw card 99 }\n")
    code = (
        "from assistant.audio import devices\n"
        "from assistant.errors import DeviceError\n"
        f"try: devices.find({direction!r})\n"
        "except DeviceError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"ALSA_CONFIG_PATH": str(config), "JACK_NO_START_SERVER": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    noun = {"input": "microphone", "output": "speaker"}[direction]
    assert done.stdout.startswith(f"There is no {noun}.")
    assert done.stderr == ""


def test_missing_portaudio_is_told_with_the_command() -> None:
    """Where PortAudio is not installed, the message is the command that installs it."""
    code = (
        "import ctypes.util\n"
        "ctypes.util.find_library = lambda name: None\n"
        "from assistant.audio import devices\n"
        "from assistant.errors import DeviceError\n"
        "try: devices.list_devices()\n"
        "except DeviceError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "sudo apt-get install libportaudio2" in done.stdout


def test_no_audio_library_is_loaded_before_it_is_needed() -> None:
    """A typed question needs no PortAudio: importing our modules does not look for it."""
    code = (
        "import sys\n"
        "import assistant.audio.microphone, assistant.audio.speaker, assistant.audio.wav\n"
        "print('sounddevice' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"


def sine(seconds: float, rate: int = RATE) -> Pcm:
    """440 Hz at a third of full scale."""
    moments = np.arange(round(seconds * rate)) / rate
    return Pcm.from_float((0.33 * np.sin(2 * np.pi * 440 * moments)).astype(np.float32), rate)


def taken(playout: Playout, start: float = 0.0) -> list[bytes]:
    """Every block until only silence is left, as a device with 50 ms of latency takes them."""
    blocks: list[bytes] = []
    while (block := playout.take(start + len(blocks) * FRAME_S + 0.05)) is not None:
        blocks.append(block)
    return blocks


@pytest.mark.parametrize("cut", [7, 77, 480, 1111, 48_000])
def test_where_the_sound_is_cut_makes_no_difference(cut: int) -> None:
    """However the pieces are cut, the device gets the same samples, without a seam."""
    samples = sine(0.5, 22_050).samples
    whole, pieces = Playout(RATE), Playout(RATE)
    whole.push(Pcm(samples, 22_050))
    for start in range(0, len(samples), cut):
        pieces.push(Pcm(samples[start : start + cut], 22_050))
    for playout in (whole, pieces):
        assert playout.queued_s == pytest.approx(0.5, abs=1e-4)
        playout.flush()
        assert playout.queued_s == pytest.approx(0.5, abs=1e-4)
    one, other = (np.frombuffer(b"".join(taken(p)), np.int16) for p in (whole, pieces))
    assert len(one) == len(other)
    assert np.abs(one.astype(int) - other).max() <= 2  # soxr dithers


def test_played_follows_the_devices_clock() -> None:
    """Sound counts as played when it sounds, not when the device takes it."""
    playout = Playout(RATE)
    playout.push(sine(0.205))
    playout.flush()
    assert len(taken(playout, start=100.0)) == 21
    assert playout.ahead_s == pytest.approx(0)
    assert playout.played_s(100.0) == 0
    assert playout.played_s(100.05 + 0.1) == pytest.approx(0.1)
    assert playout.played_s(100.04) == pytest.approx(0.1), "it never goes back"
    assert playout.played_s(200.0) == pytest.approx(0.205)
    assert playout.queued_s == pytest.approx(0.205)


def test_blocks_that_a_device_takes_ahead_sound_one_after_the_other() -> None:
    """A device that fills its buffer at once and reports no latency is not believed."""
    playout = Playout(RATE)
    playout.push(sine(0.1))
    for _ in range(8):
        playout.take(5.0)
    assert playout.played_s(5.0401) == pytest.approx(0.04, abs=0.005)


def test_a_stop_discards_what_has_not_sounded() -> None:
    """Queued becomes what was played; what comes later is counted on."""
    playout = Playout(RATE)
    playout.push(sine(2.0))
    for block in range(100):
        playout.take(block * FRAME_S + 0.05)
    playout.stop(0.8)
    assert playout.queued_s == playout.played_s(9.0) == pytest.approx(0.75, abs=0.051)
    assert playout.take(1.05) is None
    playout.push(sine(0.1))
    assert playout.queued_s == pytest.approx(0.85, abs=0.051)


def test_silence_that_was_discarded_delays_nothing() -> None:
    """Sound that follows a rest is not counted as later by what the device held before it."""
    playout = Playout(RATE)
    for _ in range(10):
        assert playout.take(5.0) is None
    playout.rest()
    playout.push(sine(0.1))
    playout.take(5.01)
    assert playout.played_s(5.02) == pytest.approx(0.01)


def test_a_change_of_volume_is_a_ramp() -> None:
    """Loudness changes within a block, and no sample jumps."""
    playout = Playout(RATE, volume=100)
    playout.push(sine(0.05))
    blocks = [playout.take(0.0)]
    playout.volume = 25
    blocks += [playout.take(0.01), playout.take(0.02)]
    samples = np.frombuffer(b"".join(block or b"" for block in blocks), np.int16).astype(int)
    assert np.abs(np.diff(samples)).max() < 700
    assert np.abs(samples[:480]).max() == pytest.approx(10_813, abs=20)
    assert np.abs(samples[960:]).max() == pytest.approx(2_703, abs=20)


def test_both_channels_get_the_voice() -> None:
    """A device that takes only stereo plays the same on both sides."""
    playout = Playout(RATE, channels=2)
    playout.push(sine(0.02))
    sides = np.frombuffer(playout.take(0.0) or b"", np.int16).reshape(-1, 2)
    assert len(sides) == 480
    assert np.array_equal(sides[:, 0], sides[:, 1])


async def test_levels_come_ten_times_a_second() -> None:
    """Each level is the peak and the mean of a tenth of a second; silence is -120."""

    class Frames:
        async def frames(self) -> AsyncIterator[Pcm]:
            for start in range(0, 16_000, 160):
                yield Pcm(sine(1.0, 16_000).samples[start : start + 160])

    found = [found async for found in levels(Frames())]
    assert len(found) == 10
    assert found[3].peak_dbfs == pytest.approx(-9.6, abs=0.1)
    assert found[3].rms_dbfs == pytest.approx(-12.6, abs=0.1)
    assert level(Pcm.silence(0.1)) == (-120, -120)
    assert level(Pcm(np.full(9, -32_768, np.int16))).peak_dbfs == 0


@pytest.mark.parametrize("chime", [chimes.listening(), chimes.done(), chimes.error()])
def test_a_chime_is_short_soft_and_starts_and_ends_in_silence(chime: Pcm) -> None:
    """No chime clicks, shouts or takes longer than half a second."""
    assert 0.1 < chime.seconds < 0.5
    assert np.abs(chime.samples.astype(int)).max() < 9_000
    assert abs(int(chime.samples[0])) < 100
    assert abs(int(chime.samples[-1])) < 300
