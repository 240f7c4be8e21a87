"""The room measured through a speaker and a microphone, and what is made of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from rich.console import Console
from soundcard import VirtualSoundCard, sound_card

from assistant import doctor_room
from assistant.audio.canceller import LEAD_S
from assistant.audio.health import DEAD
from assistant.audio.microphone import DeviceMicrophone
from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.room import Heard, evaluate, measure, probe
from assistant.audio.speaker import DeviceSpeaker
from assistant.config import Config, TtsConfig
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sound_card"]


def noise(seconds: float, dbfs: float) -> Pcm:
    """White noise of this level."""
    samples = np.random.default_rng(1).normal(0, 32_768 * 10 ** (dbfs / 20), int(seconds * 16_000))
    return Pcm(np.clip(samples, -32_768, 32_767).astype(np.int16))


def recorded(echo_db: float, left_db: float, delay_ms: float = 80) -> Heard:
    """As if the speaker were so loud at the microphone, and so much of it were left."""
    played = probe(4)
    late = np.zeros(round((delay_ms / 1000 + LEAD_S) * LISTEN_RATE), np.int16)
    moved = np.concatenate([late, played.samples])[: len(played.samples)].astype(float)
    loud = played.dbfs
    echo, left = (moved * 10 ** ((db - loud) / 20) for db in (echo_db, left_db))
    quiet = noise(4, -75).samples
    raw, clear = (
        Pcm(np.clip(part + quiet, -32_768, 32_767).astype(np.int16)) for part in (echo, left)
    )
    return Heard(noise(2, -75), played, raw, clear)


@pytest.mark.parametrize(
    ("echo_db", "left_db", "interruption"),
    [
        (-20, -60, "speech"),
        (-20, -38, "stop-word"),
        (-15, -22, "none"),
        (-90, -90, "speech"),
    ],
)
def test_what_is_left_decides_who_may_interrupt(
    echo_db: float, left_db: float, interruption: str
) -> None:
    """Speech where the echo is gone or was never heard, a word where some is left, else nobody."""
    room = evaluate(recorded(echo_db, left_db))
    assert room.recommended == {"conversation.interruption": interruption}
    assert len(room.findings) == 1
    assert room.echo_dbfs == pytest.approx(max(echo_db, -75), abs=1.5)
    assert room.left_dbfs == pytest.approx(max(left_db, -75), abs=1.5)


def test_a_late_echo_is_a_setting() -> None:
    """Beyond what the canceller finds at once, the delay is recommended; a usual one is only told.

    To 10 ms.
    """
    late = evaluate(recorded(-20, -60, 600))
    assert late.recommended["audio.echo_delay_ms"] == pytest.approx(600, abs=10)
    assert len(late.findings) == 2
    assert evaluate(recorded(-20, -60, 80)).delay_ms == pytest.approx(80, abs=10)
    assert evaluate(recorded(-90, -90)).delay_ms is None


def test_a_dead_or_loud_microphone_is_told() -> None:
    """With its way out."""
    silent = Pcm.silence(4)
    room = evaluate(Heard(silent, probe(4), silent, silent))
    assert room.findings == (DEAD,)
    assert room.recommended == {"conversation.interruption": "none"}
    assert "at the limit" in evaluate(recorded(2, -60)).findings[-1]


async def test_a_room_is_measured(sound_card: VirtualSoundCard) -> None:
    """On a card whose microphone hears the speaker 12 dB softer: how loud, how late, how well."""
    module = sound_card.echo(-12, 60)
    try:
        async with DeviceSpeaker() as speaker, DeviceMicrophone() as microphone:
            room = await measure(microphone, speaker, probe(2.5))
    finally:
        sound_card.pactl("unload-module", module)
    assert room.echo_dbfs == pytest.approx(probe(2.5).dbfs - 12, abs=2)
    assert room.left_dbfs < room.echo_dbfs - 10
    assert room.delay_ms is not None
    assert 0 < room.delay_ms < 400
    assert room.findings


async def test_the_doctor_writes_what_it_recommends(
    sound_card: VirtualSoundCard, tmp_path: Path
) -> None:
    """Where the microphone does not hear the speaker, speech may interrupt: so it is written."""
    room = sound_card.begin(noise(14, -70))
    file = tmp_path / "config.toml"
    file.write_text('# mine\n[conversation]\ninterruption = "none"  # for now\n')
    shown = io.StringIO()
    config = Config(tts=TtsConfig(speed=2))
    assert await doctor_room.examine_room(config, Console(file=shown, width=120), file)
    room.wait()
    assert file.read_text() == '# mine\n[conversation]\ninterruption = "speech"  # for now\n'
    assert "does not hear the speaker" in shown.getvalue()


def test_other_lines_stay() -> None:
    """A key is set where it stands, else in its section, else in a new one."""
    text = '# a\n[audio]\noutput = "x"\n[stt]\nmodel = "base"  # b\n'
    new = doctor_room.with_settings(
        text, {"conversation.interruption": "speech", "audio.echo_delay_ms": 500}
    )
    assert new == (
        '# a\n[audio]\necho_delay_ms = 500\noutput = "x"\n[stt]\nmodel = "base"  # b\n'
        '\n[conversation]\ninterruption = "speech"\n'
    )
    assert doctor_room.with_settings(new, {"audio.echo_delay_ms": 40}) == new.replace("500", "40")


def test_what_cannot_be_written_is_said() -> None:
    """A section written in one line is left alone, with what to set by hand."""
    with pytest.raises(ConfigError, match=r"Set them: audio\.echo_delay_ms = 40"):
        doctor_room.with_settings("audio = {echo = true}\n", {"audio.echo_delay_ms": 40})
