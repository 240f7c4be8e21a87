"""A sound card without hardware: a private PulseAudio with a microphone and a speaker.

Flows in: sound to say into the microphone. Flows out: the environment that makes a program use the
card, and what it said, with the times at which each sample sounded. Refuses to know: the program.

Two null sinks: `voice` is what the microphone hears (its monitor is the default source), `room` is
what the speaker plays (the default sink). Both monitors can be recorded on one clock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Self

import numpy as np
import pytest
from processes import ended

from assistant.audio import line
from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.wav import read_sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import IO

    from numpy.typing import NDArray

CARD_RATE = 44_100
"""Samples a second of the sinks: what PortAudio takes as the native rate of ALSA's pulse plugin."""
START_S = 10.0
"""Seconds in which the daemon must answer."""
LATENCY_MS = 10
"""Milliseconds in a block of the card."""
SETTLE_S = 0.3
"""Seconds at the beginning of a recording in which its block size still changes."""
ORPHAN_S = 20
"""Seconds without a client after which the daemon ends by itself, should the tests be killed."""
AHEAD_MS = 300
"""Milliseconds of what is said that wait in the card, so that a busy machine makes no gaps."""
HISS = "--volume=3546"
"""How loud noise at full scale becomes: 81 dB below it, as of a good microphone in a quiet room
(PulseAudio's volumes are cubic)."""
HISS_AHEAD_S = 2.5
"""Seconds of it that may wait in the card."""
_PROGRAMS = ("pulseaudio", "pactl", "pacat", "parec")
_SCRIPT = """\
load-module module-native-protocol-unix socket={folder}/native auth-anonymous=1 \
auth-cookie-enabled=0
load-module {voice}
load-module {room}
set-default-sink room
set-default-source voice.monitor
"""
_ALSA = """\
pcm.!default { type pulse }
ctl.!default { type pulse }
pcm.bench_microphone { type pulse device "voice.monitor" }
pcm.bench_speaker { type pulse device "room" }
"""
_CLIENT = "autospawn = no\ncookie-file = {folder}/cookie\nenable-shm = no\n"


@dataclass(frozen=True, slots=True)
class Said:
    """When a sound was heard at the microphone, on `time.monotonic`'s clock."""

    start: float
    end: float


class Recording:
    """What sounds on one sink, recorded until stopped."""

    def __init__(self, process: Popen[bytes]) -> None:
        self._process = process
        self._chunks: list[bytes] = []
        self._bytes = 0
        self._origin = float("inf")
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._reading = self._pool.submit(self._read)

    @property
    def sound(self) -> Pcm:
        """All of it so far, at `LISTEN_RATE`."""
        joined = b"".join(self._chunks[:])
        return Pcm(np.frombuffer(joined[: len(joined) // 2 * 2], np.int16))

    @property
    def length(self) -> int:
        """Samples so far."""
        return self._bytes // 2

    def time_of(self, sample: float) -> float:
        """When this sample arrived, on `time.monotonic`'s clock.

        A chunk can come late but never early, so the earliest one sets the clock for all.
        """
        return self._origin + sample / LISTEN_RATE

    def index_of(self, moment: float) -> int:
        """The sample that arrived at this time."""
        return max(0, round((moment - self._origin) * LISTEN_RATE))

    def first_sound_after(self, moment: float, *, above: float = 0.005) -> float | None:
        """When it first was louder than this part of full scale; None where it never was."""
        start = self.index_of(moment)
        loud = np.flatnonzero(np.abs(self.sound.samples[start:].astype(np.int32)) > above * 32_768)
        return self.time_of(start + int(loud[0])) if len(loud) else None

    def wait_for(self, length: int, timeout_s: float = 10.0) -> None:
        """Wait until so many samples have arrived."""
        deadline = time.monotonic() + timeout_s
        while self.length < length:
            if time.monotonic() > deadline or self._reading.done():
                raise TimeoutError(f"the card recorded {self.length} of {length} samples")
            time.sleep(0.01)

    def stop(self) -> Pcm:
        """End the recording; all of it."""
        ended(self._process)
        self._pool.shutdown(wait=True)
        return self.sound

    def __enter__(self) -> Self:
        """Go on recording."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the recording."""
        self.stop()

    def _read(self) -> None:
        pipe: IO[bytes] | None = self._process.stdout
        assert pipe is not None
        with pipe:
            while chunk := os.read(pipe.fileno(), 65_536):
                now = time.monotonic()
                self._chunks.append(chunk)
                self._bytes += len(chunk)
                origin = now - self._bytes / 2 / LISTEN_RATE
                settled = self.length > SETTLE_S * LISTEN_RATE
                self._origin = min(self._origin, origin) if settled else origin


class Saying:
    """A sound on its way into the microphone."""

    def __init__(self, process: Popen[bytes], sound: Pcm, heard: Recording) -> None:
        self._process = process
        self._sound = sound
        self._heard = heard
        self._from = heard.length

    def wait(self) -> Said:
        """Wait until the last sample was heard; when it began and when it ended."""
        self._process.wait(self._sound.seconds + START_S)
        if self._process.returncode:
            raise RuntimeError(f"pacat failed with exit code {self._process.returncode}")
        length = len(self._sound.samples)
        self._heard.wait_for(self._from + length + round(SETTLE_S * LISTEN_RATE))
        start = self._from + _locate(self._heard.sound.samples[self._from :], self._sound.samples)
        return Said(self._heard.time_of(start), self._heard.time_of(start + length))


class VirtualSoundCard:
    """The card: `with` starts it and takes it away; several can run at once."""

    def __init__(self, *, hiss: bool = True) -> None:
        """`hiss`: the microphone hears a quiet room; else digital silence, as if it were dead."""
        self._hiss = hiss
        self._hissing: Popen[bytes] | None = None
        self._folder = Path()
        self._stack = contextlib.ExitStack()
        self._heard: Recording
        self._daemon: Popen[bytes] | None = None
        self.env: dict[str, str] = {}
        """The environment that makes a program, or this process, use the card."""

    def __enter__(self) -> Self:
        """Start the daemon. Raises RuntimeError where PulseAudio is not installed."""
        missing = [program for program in _PROGRAMS if shutil.which(program) is None]
        if missing:
            raise RuntimeError(
                f"The virtual sound card needs {' and '.join(missing)}. Install it with: "
                "sudo apt-get install pulseaudio pulseaudio-utils libasound2-plugins"
            )
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="card-"))
            self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._prepare()
            self.plug()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process of the card and remove its files."""
        self._stack.close()

    def say(self, sound: Pcm | Path) -> Said:
        """Play this into the microphone; returns when the last sample was heard."""
        return self.begin(sound).wait()

    def begin(self, sound: Pcm | Path) -> Saying:
        """Begin to play this into the microphone, and return at once."""
        sound = read_sound(sound) if isinstance(sound, Path) else sound.resampled(LISTEN_RATE)
        file = self._folder / f"{time.monotonic_ns()}.raw"
        file.write_bytes(sound.samples.tobytes())
        return Saying(
            self._client(
                "pacat", "--playback", f"--latency-msec={AHEAD_MS}", "--device=voice", str(file)
            ),
            sound,
            self._heard,
        )

    def record(self, sink: str = "room") -> Recording:
        """Record a sink from now on: `room` is what the speaker plays, `voice` what is heard."""
        recording = Recording(
            self._client(
                "parec", f"--latency-msec={LATENCY_MS}", f"--device={sink}.monitor", reads=True
            )
        )
        recording.wait_for(1)
        return recording

    def echo(self, db: float, delay_ms: int) -> str:
        """Let the microphone hear the speaker, so much louder (negative: softer) and later.

        The number of the module, to unload it.
        """
        module = self.pactl(
            "load-module",
            "module-loopback",
            "source=room.monitor",
            "sink=voice",
            f"latency_msec={delay_ms}",
            "adjust_time=0",
        )
        inputs = self.pactl("list", "sink-inputs").split("Sink Input #")[1:]
        mine = next(text for text in inputs if f"Owner Module: {module}\n" in text)
        self.pactl("set-sink-input-volume", mine.split("\n")[0], f"{db}dB")
        return module

    @contextlib.contextmanager
    def dead(self) -> Iterator[None]:
        """The microphone hears nothing at all meanwhile: digital silence."""
        assert self._hissing is not None
        self._hissing.send_signal(signal.SIGSTOP)
        time.sleep(HISS_AHEAD_S)
        try:
            yield
        finally:
            self._hissing.send_signal(signal.SIGCONT)

    def unplug(self) -> None:
        """Take the card away, with every stream on it."""
        if self._daemon is not None:
            ended(self._daemon)

    def plug(self) -> None:
        """Bring the card back; one that was never away stays as it is."""
        if self._daemon is None or self._daemon.poll() is not None:
            self._start()
            # Always recorded: it times what is said, and keeps the daemon, which ends by itself
            # once it has no client, alive for as long as this process.
            self._heard = self._stack.enter_context(self.record("voice"))
            if self._hiss:
                hiss = ("--playback", "--device=voice", HISS, "/dev/urandom")
                self._hissing = self._client("pacat", *hiss)

    def freeze(self, sink: str, *, frozen: bool = True) -> None:
        """Let a sink and its monitor stand still, or go on."""
        self.pactl("suspend-sink", sink, str(int(frozen)))

    def pactl(self, *arguments: str) -> str:
        """What pactl answers, stripped."""
        done = subprocess.run(
            ["pactl", *arguments],
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
            timeout=10,
        )
        return done.stdout.strip()

    def _prepare(self) -> None:
        folder = self._folder
        script = _SCRIPT.format(folder=folder, voice=_sink("voice"), room=_sink("room"))
        (folder / "card.pa").write_text(script)
        (folder / "alsa.conf").write_text(_ALSA)
        (folder / "client.conf").write_text(_CLIENT.format(folder=folder))
        (folder / "run").mkdir(mode=0o700)
        self.env = os.environ | {
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "JACK_NO_START_SERVER": "1",
            "PULSE_CLIENTCONFIG": str(folder / "client.conf"),
            "PULSE_RUNTIME_PATH": str(folder / "run"),
            "PULSE_SERVER": f"unix:{folder}/native",
            "PULSE_STATE_PATH": str(folder / "run"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }

    def _start(self) -> None:
        log = self._stack.enter_context((self._folder / "daemon.log").open("wb"))
        self._daemon = Popen(
            [
                "pulseaudio",
                "-n",
                f"--file={self._folder}/card.pa",
                "--daemonize=no",
                "--use-pid-file=no",
                "--realtime=no",
                "--high-priority=no",
                "--disable-shm=yes",
                "--resample-method=speex-float-5",
                f"--exit-idle-time={ORPHAN_S}",
                "--log-target=stderr",
                "--log-level=warn",
            ],
            env=self.env | {"HOME": str(self._folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        self._stack.callback(ended, self._daemon)
        deadline = time.monotonic() + START_S
        while self._daemon.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.SubprocessError):
                self.pactl("info")
                return
            time.sleep(0.02)
        said = (self._folder / "daemon.log").read_text(errors="replace")
        raise RuntimeError(f"PulseAudio did not start:\n{said}")

    def _client(self, program: str, *arguments: str, reads: bool = False) -> Popen[bytes]:
        sample = ("--raw", "--format=s16le", "--channels=1", f"--rate={LISTEN_RATE}")
        process = Popen(
            [program, *sample, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
        )
        self._stack.callback(ended, process)
        return process


@pytest.fixture(scope="session")
def sound_card() -> Iterator[VirtualSoundCard]:
    """One card for all tests of the process, and the process uses it."""
    with VirtualSoundCard() as card:
        before = dict(os.environ)
        os.environ.update(card.env)
        if "sounddevice" in sys.modules:  # it has looked for devices already
            line.refresh()
        try:
            yield card
        finally:
            os.environ.clear()
            os.environ.update(before)


def _sink(name: str) -> str:
    return f"module-null-sink sink_name={name} rate={CARD_RATE} channels=1 norewinds=1"


def _locate(track: NDArray[np.int16], sound: NDArray[np.int16]) -> int:
    """Where in the track the sound begins: the peak of their cross-correlation."""
    size = 1 << (len(track) + len(sound)).bit_length()
    spectrum = np.fft.rfft(track, size) * np.conj(np.fft.rfft(sound, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: len(track)]))
