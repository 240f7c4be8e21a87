"""The virtual sound card that other tests use: its times, its echo, and that it goes again."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from card_sounds import loud_part, sweep, tone
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.pcm import LISTEN_RATE

__all__ = ["sound_card"]


@pytest.mark.alone
def test_times_are_known_within_20_ms(sound_card: VirtualSoundCard) -> None:
    """What is said and what the loop to the room makes of it are on one clock."""
    with sound_card.record("voice") as voice:
        said = sound_card.say(sweep(0.5))
        assert said.end - said.start == pytest.approx(0.5)
        first = voice.first_sound_after(said.start - 0.3)
        assert first is not None
        assert first == pytest.approx(said.start, abs=0.02)


@pytest.mark.alone
def test_the_microphone_can_hear_the_speaker() -> None:
    """With an echo, what sounds in the room comes back softer; two cards run side by side."""
    with VirtualSoundCard() as card, VirtualSoundCard() as other:
        assert card.env["PULSE_SERVER"] != other.env["PULSE_SERVER"]
        card.echo(-12, 60)
        with card.record("voice") as voice, card.record("room") as room:
            file = Path(card.env["XDG_RUNTIME_DIR"]) / "tone.raw"
            file.write_bytes(tone(1.0, LISTEN_RATE).samples.tobytes())
            command = ["pacat", "--raw", "--format=s16le", "--rate=16000", "--channels=1"]
            subprocess.run([*command, str(file)], env=card.env, check=True, timeout=20)
            time.sleep(0.5)
            echo, direct = loud_part(voice.stop()), loud_part(room.stop())
    assert echo.dbfs - direct.dbfs == pytest.approx(-12, abs=1.5)


def test_a_card_leaves_no_process_behind() -> None:
    """After the card every process of it has ended and its folder is gone."""
    with VirtualSoundCard() as card:
        folder = Path(card.env["XDG_RUNTIME_DIR"]).parent
        card.say(tone(0.2))
        assert folder.is_dir()
    assert not folder.exists()
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in found.stdout


def test_a_program_uses_the_card_by_its_environment() -> None:
    """A process that is started with the card's environment has its devices as defaults."""
    code = "from assistant.audio import devices; print(devices.find_output().name)"
    with VirtualSoundCard() as card:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=card.env,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    assert (done.stdout, done.stderr) == ("default\n", "")
