"""The program as a person runs it: recordings and typed questions in, answers out."""

from __future__ import annotations

import difflib
import re
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from answered import TINY, alike, events, off_loop, to_server, without_sound_card, words
from gateway_server import GatewayServer, Refusal, Reply
from running import PROGRAM, ROOT, clean_env, program

from assistant.audio.wav import read_sound, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper


async def test_a_spoken_question_is_answered_aloud(
    tmp_path: Path, say: Callable[[str], Pcm], tiny: Whisper
) -> None:
    """A recording in, a recording out, and what was said can be understood."""
    write_wav(tmp_path / "question.wav", say("What is the capital of Australia?"))
    async with GatewayServer() as server:
        server.script(Reply("The capital of Australia is Canberra."))
        done = await off_loop(
            *("hear", str(tmp_path / "question.wav"), "--out", str(tmp_path / "answer.wav")),
            *("--json", *TINY, *to_server(server)),
        )
        asked = server.chats[0]["messages"][-1]["content"]
    assert done.returncode == 0, done.stderr
    assert alike(asked, "What is the capital of Australia?")
    seen = events(done.stdout)
    names = [event["event"] for event in seen if event["event"] != "delta"]
    assert names == ["ready", "speech", "heard", "request", "speaking", "said", "turn"]
    answer = tiny.transcribe(read_sound(tmp_path / "answer.wav"))
    assert alike(answer.text, "The capital of Australia is Canberra.")


def test_without_a_sound_card_the_sample_is_answered(tmp_path: Path, tiny: Whisper) -> None:
    """`assistant run` on a machine without sound says so, and holds the sample conversation."""
    done = program("run", env=without_sound_card(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "There is no microphone" in done.stderr
    assert "What time is it?" in done.stdout
    shown = re.search(r"It's \d.*", done.stdout)
    assert shown, done.stdout
    answer = tiny.transcribe(read_sound(tmp_path / "answer.wav")).text
    # a small model hears "at 7.22 am" now and then, so it is asked for most of the letters
    meant, heard = ("".join(words(text)) for text in (shown[0], answer))
    assert difflib.SequenceMatcher(None, heard, meant).ratio() > 0.5, answer


def test_an_instant_question_needs_nothing() -> None:
    """The time is answered without key, gateway and models."""
    done = program("ask", "What time is it?")
    assert done.returncode == 0
    assert done.stdout.startswith("It's ")


def test_any_wav_just_works(tmp_path: Path) -> None:
    """Channels, rates and sample formats are turned into what is needed."""
    question, _ = soundfile.read(ROOT / "assistant" / "samples" / "what-time-is-it.wav")
    forms: dict[str, tuple[NDArray[np.float64], int, str]] = {
        "stereo": (np.stack([question, question], 1), 16_000, "PCM_16"),
        "8 kHz": (question[::2], 8_000, "PCM_16"),
        "48 kHz": (np.repeat(question, 3), 48_000, "PCM_16"),
        "float": (question, 16_000, "FLOAT"),
        "24 bit": (question, 16_000, "PCM_24"),
    }
    files = [tmp_path / f"{form}.wav" for form in forms]
    for file, (sound, rate, subtype) in zip(files, forms.values(), strict=True):
        soundfile.write(file, sound, rate, subtype=subtype)
    done = program("hear", *map(str, files), "--json", *TINY)
    assert done.returncode == 0, done.stderr
    called = [event["name"] for event in events(done.stdout) if event["event"] == "tool"]
    assert called == ["clock"] * len(forms), done.stdout


async def test_a_refusing_gateway_is_said_and_the_talk_goes_on(
    tmp_path: Path, say: Callable[[str], Pcm]
) -> None:
    """Whatever it refuses with: one plain sentence aloud, and the next question is answered."""
    one, two = tmp_path / "one.wav", tmp_path / "two.wav"
    write_wav(one, say("Who wrote Hamlet?"))
    write_wav(two, say("Who wrote Faust?"))
    refusals: list[Refusal | Reply] = [
        Refusal(401, "Invalid API key", "authentication_error"),
        Refusal(429, "Slow down", "rate_limit_error"),
        Reply("", then="close", after=0),
    ]
    async with GatewayServer() as server:
        for refusal in refusals:
            server.script(refusal, Reply("Goethe did."))
        files = map(str, [one, two] * len(refusals))
        done = await off_loop("hear", *files, "--json", *TINY, *to_server(server))
    seen = events(done.stdout)
    said = [str(event["text"]) for event in seen if event["event"] == "said"]
    assert [event["event"] for event in seen].count("error") == len(refusals)
    assert said[1::2] == ["Goethe did."] * len(refusals)
    assert "key" in said[0]
    assert all(said)


def test_a_typed_conversation_remembers_and_ends(tmp_path: Path) -> None:
    """`chat` takes lines until the end of its input."""
    done = subprocess.run(
        [PROGRAM, "chat"],
        input="What time is it?\nWhat day is it?\n",
        env=clean_env(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("It's ") == 2


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    """Without a sound card and a key it says so, and how to get them; the self-test passes."""
    done = program("doctor", env=without_sound_card(), cwd=tmp_path)
    text = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "✗ Microphone" in text
    assert "AI_GATEWAY_API_KEY" in text
    assert "✓ Models" in text
    assert "✓ Spoken and heard" in text
