"""The program where something is wrong: its input, the key, a folder, a model, the gateway."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from answered import TINY, alike, events, off_loop, to_server
from gateway_server import GatewayServer
from running import ROOT, clean_env, program

from assistant.audio.wav import read_sound, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper


def test_without_a_key_one_sentence_says_what_to_set(tmp_path: Path) -> None:
    """What is not instant is refused in words, on both screen and ear."""
    done = program("ask", "Tell me a joke.", "--out", "no.wav", cwd=tmp_path)
    assert done.returncode == 1
    assert "AI_GATEWAY_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_sound(tmp_path / "no.wav").seconds > 1


def test_a_damaged_key_stops_only_what_needs_it(
    tmp_path: Path, say: Callable[[str], Pcm], tiny: Whisper
) -> None:
    """The conversation goes on: the time is told, another question gets the key's sentence."""
    sample = ROOT / "assistant" / "samples" / "what-time-is-it.wav"
    write_wav(tmp_path / "joke.wav", say("Tell me a joke."))
    env = clean_env(AI_GATEWAY_API_KEY="secret\nkey")
    files = (str(tmp_path / "joke.wav"), str(sample))
    done = program("hear", *files, "--out", "said.wav", "--json", *TINY, env=env, cwd=tmp_path)
    assert done.returncode == 1
    seen = events(done.stdout)
    assert [event["event"] for event in seen].count("error") == 1
    said = [str(event["text"]) for event in seen if event["event"] == "said"]
    assert said[0] == "My key for the gateway is damaged. Please copy it again, in one piece."
    assert said[1].startswith("It's ")
    assert alike(tiny.transcribe(read_sound(tmp_path / "said.wav")).text, " ".join(said))
    asked = program("ask", "Tell me a joke.", env=env, cwd=tmp_path)
    assert asked.returncode == 1
    assert "AI_GATEWAY_API_KEY holds a space, a line break" in asked.stderr
    assert program("ask", "What time is it?", env=env, cwd=tmp_path).stdout.startswith("It's ")
    listed = program("gateway", "models", env=env, cwd=tmp_path)
    assert listed.returncode == 2
    assert "Copy it again" in listed.stderr
    shown = program("config", env=env, cwd=tmp_path)
    assert shown.returncode == 0
    assert "damaged, not shown" in " ".join(shown.stdout.split())
    for output in (done, asked, listed, shown):
        assert "secret" not in output.stdout + output.stderr
        assert "Traceback" not in output.stderr


@pytest.mark.parametrize("place", ["/proc/nobody", "file", "file/in"])
async def test_a_storage_folder_that_cannot_be_made_is_said(tmp_path: Path, place: str) -> None:
    """With its path on the screen; a full disk is spoken of only where it is full."""
    (tmp_path / "file").touch()
    folder = tmp_path / place
    async with GatewayServer() as server:
        done = await off_loop(
            *("ask", "Tell me a joke.", "--json", *to_server(server)),
            *("--set", f"storage.folder={folder}"),
            cwd=tmp_path,
        )
        assert not server.chats
    assert done.returncode == 1
    seen = events(done.stdout)
    assert f"{folder} cannot be used" in str(next(e for e in seen if e["event"] == "error"))
    said = next(str(event["text"]) for event in seen if event["event"] == "said")
    assert said == "I cannot write to the folder of my storage, so I did not ask."


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["hear", "absent.wav"], 2, "absent.wav: there is no such file"),
        (["hear", "empty.wav"], 2, "empty.wav"),
        (["hear", "text.wav"], 2, "text.wav"),
        (["ask", "Hi", "--set", "stt.modle=base"], 2, "Did you mean 'model'?"),
        (["ask", "Hi", "--config", "absent.toml"], 2, "absent.toml: there is no such file"),
        (["ask", "  "], 2, "The question is empty"),
        (["say", "Hi", "--out", "nowhere/x.wav"], 2, "nowhere"),
        (["say", "Hi", "--set", "tts.voice=nobody", "--out", "x.wav"], 2, "nobody"),
        (["hear", "sample", "--set", "stt.model=bsae"], 2, "Did you mean base"),
        (["hear", "sample", "--set", "stt.model=en_US-joe-medium"], 2, "not for stt"),
        (["hear", "sample", "--set", "stt.model=medium.en"], 1, "models pull"),
        (["models", "pull", "nonesuch"], 2, "nonesuch"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_bad_input_gets_one_clear_sentence(
    tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    """Exit code 2 for a wrong use and 1 for a failure, the value in the message, no traceback."""
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("this is no sound")
    sample = str(ROOT / "assistant" / "samples" / "what-time-is-it.wav")
    done = program(*(sample if a == "sample" else a for a in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_damaged_model_names_the_command_that_mends_it(tmp_path: Path) -> None:
    """Name, expected and actual sum, and what to type: it is meant for the folder in use."""
    folder = tmp_path / "my models"
    voice = folder / "en_US-joe-medium"
    voice.mkdir(parents=True)
    for file in (ROOT / "models" / "en_US-joe-medium").iterdir():
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        (voice / file.name).write_bytes(data)
    done = program("say", "Hi", "--out", "x.wav", "--set", f"models.folder={folder}", cwd=tmp_path)
    message = " ".join(done.stderr.split())
    assert done.returncode == 1
    for part in ("damaged", "expected", "assistant models pull en_US-joe-medium"):
        assert part in message
    _, _, command = message.partition("Mend it with: assistant ")
    listed = shlex.split(command.replace("pull en_US-joe-medium", "list"))
    assert "damaged" in program(*listed, cwd=tmp_path).stdout


def test_the_gateway_is_unreachable(tmp_path: Path) -> None:
    """Nobody listens at the address: one sentence with the address."""
    done = program("ask", "Hi", "--set", "gateway.base_url=http://127.0.0.1:9/v1", cwd=tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["run", "hear", "ask", "chat", "say", "devices", "config"])
def test_help_has_examples(command: str) -> None:
    """Every command shows how it is typed."""
    done = program(command, "--help")
    assert done.returncode == 0
    assert f"assistant {command}" in done.stdout
