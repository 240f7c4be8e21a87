"""The program as a person runs it: recordings, typed questions, a sound card, and bad input."""

from __future__ import annotations

import asyncio
import difflib
import json
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from gateway_server import GatewayServer, Refusal, Reply
from running import ROOT, Running, clean_env, program
from soundcard import VirtualSoundCard

from assistant.audio.wav import read_sound, write_wav

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper

TINY = ("--set", "stt.model=tiny.en")
ALIKE = 0.75


def words(text: str) -> list[str]:
    """What counts when two texts are compared."""
    return "".join(char for char in text.lower() if char.isalnum() or char == " ").split()


def alike(heard: str, meant: str) -> bool:
    """Whether most words came through: the voice varies, and Whisper base errs now and then."""
    return difflib.SequenceMatcher(None, words(heard), words(meant)).ratio() >= ALIKE


def events(output: str) -> list[dict[str, object]]:
    """The events of `--json`."""
    return [json.loads(line) for line in output.splitlines()]


def without_sound_card() -> dict[str, str]:
    """An environment in which no sound server answers; a machine with real cards is left alone."""
    cards = Path("/proc/asound/cards")
    if cards.exists() and "no soundcards" not in cards.read_text():
        pytest.skip("this machine has a sound card, which the program would find")
    return clean_env(PULSE_SERVER="unix:/nonexistent", XDG_RUNTIME_DIR="/nonexistent")


def to_server(server: GatewayServer) -> tuple[str, ...]:
    """The options that make the program ask this server."""
    return ("--set", f"gateway.base_url={server.base_url}", "--set", "gateway.retries=0")


async def off_loop(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The program run to its end, while the test's own server goes on answering."""
    return await asyncio.get_running_loop().run_in_executor(
        None, lambda: program(*arguments, cwd=cwd)
    )


async def test_a_spoken_question_is_answered_aloud(
    tmp_path: Path, say: Callable[[str], Pcm], base: Whisper
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
    answer = base.transcribe(read_sound(tmp_path / "answer.wav"))
    assert alike(answer.text, "The capital of Australia is Canberra.")


def test_without_a_sound_card_the_sample_is_answered(tmp_path: Path, base: Whisper) -> None:
    """`assistant run` on a machine without sound says so, and holds the sample conversation."""
    done = program("run", env=without_sound_card(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "There is no microphone" in done.stderr
    assert "What time is it?" in done.stdout
    answer = base.transcribe(read_sound(tmp_path / "answer.wav")).text
    assert words(answer)[0] in {"its", "it"}, answer


def test_without_a_key_one_sentence_says_what_to_set(tmp_path: Path) -> None:
    """What is not instant is refused in words, on both screen and ear."""
    done = program("ask", "Tell me a joke.", "--out", "no.wav", cwd=tmp_path)
    assert done.returncode == 1
    assert "AI_GATEWAY_API_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert read_sound(tmp_path / "no.wav").seconds > 1


def test_an_instant_question_needs_nothing() -> None:
    """The time is answered without key, gateway and models."""
    done = program("ask", "What time is it?")
    assert done.returncode == 0
    assert done.stdout.startswith("It's ")


def test_a_damaged_key_stops_only_what_needs_it(
    tmp_path: Path, say: Callable[[str], Pcm], base: Whisper
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
    assert alike(base.transcribe(read_sound(tmp_path / "said.wav")).text, " ".join(said))
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
            *("ask", "Tell me a joke.", "--out", "said.wav", "--json", *to_server(server)),
            *("--set", f"storage.folder={folder}"),
            cwd=tmp_path,
        )
        assert not server.chats
    assert done.returncode == 1
    seen = events(done.stdout)
    assert f"{folder} cannot be used" in str(next(e for e in seen if e["event"] == "error"))
    said = next(str(event["text"]) for event in seen if event["event"] == "said")
    assert said == "I cannot write to the folder of my storage, so I did not ask."


async def test_a_question_through_the_sound_card(say: Callable[[str], Pcm], base: Whisper) -> None:
    """In at the microphone, out at the speaker, twice, and the history goes along."""
    loop = asyncio.get_running_loop()
    async with GatewayServer() as server:
        server.script(Reply("The moon is very far away."), Reply("It shines at night."))
        with VirtualSoundCard() as card:
            flags = (*TINY, *to_server(server))
            with Running(["run", *flags], clean_env(**card.env)) as running, card.record() as room:
                await loop.run_in_executor(None, running.wait_for, "ready")
                for question in ("How far away is the moon?", "When does it shine?"):
                    seen = len(running.events)
                    await loop.run_in_executor(None, card.say, say(question))
                    await loop.run_in_executor(None, running.wait_for, "turn", seen)
                code = await loop.run_in_executor(None, running.stop)
                said = room.stop()
        asked = [chat["messages"][-1]["content"] for chat in server.chats]
        sizes = [len(chat["messages"]) for chat in server.chats]
    assert code == 0
    assert alike(asked[0], "How far away is the moon?")
    assert alike(asked[1], "When does it shine?")
    assert sizes == [2, 4]
    heard = base.transcribe(said)
    assert alike(heard.text, "The moon is very far away. It shines at night.")


async def test_speech_over_the_reply_stops_it(say: Callable[[str], Pcm]) -> None:
    """With barge-in, a second question ends the first answer, which is kept as far as heard."""
    loop = asyncio.get_running_loop()
    async with GatewayServer() as server:
        server.script(Reply(" ".join(["And then the story goes on and on."] * 12)), Reply("Fine."))
        with VirtualSoundCard() as card:
            flags = (*TINY, *to_server(server), "--set", "conversation.interruption=speech")
            with Running(["run", *flags], clean_env(**card.env)) as running:
                await loop.run_in_executor(None, running.wait_for, "ready")
                await loop.run_in_executor(None, card.say, say("Tell me a long story."))
                await loop.run_in_executor(None, running.wait_for, "speaking")
                await asyncio.sleep(2.5)
                seen = len(running.events)
                await loop.run_in_executor(None, card.say, say("That is enough for now."))
                said = await loop.run_in_executor(None, running.wait_for, "said", seen)
                await loop.run_in_executor(None, running.wait_for, "turn", len(running.events) - 1)
                await server.until(lambda: len(server.chats) == 2)
        remembered = server.chats[1]["messages"][2]["content"]
    assert said["interrupted"]
    assert 3 < len(said["text"].split()) < 60
    assert remembered.startswith(said["text"])
    assert "interrupted" in remembered


@pytest.mark.parametrize(
    "form",
    ["stereo", "8 kHz", "48 kHz", "float", "24 bit"],
)
def test_any_wav_just_works(tmp_path: Path, form: str) -> None:
    """Channels, rates and sample formats are turned into what is needed."""
    question, _ = soundfile.read(ROOT / "assistant" / "samples" / "what-time-is-it.wav")
    file = tmp_path / "question.wav"
    match form:
        case "stereo":
            soundfile.write(file, np.stack([question, question], 1), 16_000)
        case "8 kHz":
            soundfile.write(file, question[::2], 8_000)
        case "48 kHz":
            soundfile.write(file, np.repeat(question, 3), 48_000)
        case "float":
            soundfile.write(file, question, 16_000, subtype="FLOAT")
        case _:
            soundfile.write(file, question, 16_000, subtype="PCM_24")
    done = program("hear", str(file), "--json", *TINY)
    assert done.returncode == 0, done.stderr
    assert any(event["event"] == "tool" for event in events(done.stdout)), done.stdout


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


def test_an_unknown_device_offers_near_names() -> None:
    """The value, what comes near it, and the command that lists them; nothing is opened."""
    with VirtualSoundCard() as card:
        done = program("run", "--set", "audio.input=defalt", env=clean_env(**card.env))
    message = " ".join(done.stderr.split())
    assert done.returncode == 1
    assert "defalt" in message
    assert "Did you mean" in message
    assert "assistant devices" in message


def test_the_devices_are_listed_with_the_chosen_ones_marked() -> None:
    """Names, rates, and which one is the microphone and which the speaker."""
    with VirtualSoundCard() as card:
        done = program("devices", env=clean_env(**card.env))
    assert done.returncode == 0, done.stderr
    assert "microphone" in done.stdout
    assert "speaker" in done.stdout


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


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (Refusal(401, "Invalid API key", "authentication_error"), "key"),
        (Refusal(429, "Slow down", "rate_limit_error"), ""),
        (Reply("", then="close", after=0), ""),
    ],
)
async def test_a_refusing_gateway_is_said_and_the_talk_goes_on(
    tmp_path: Path, say: Callable[[str], Pcm], reply: Refusal | Reply, word: str
) -> None:
    """One plain sentence aloud, and the next question is answered."""
    for name, text in (("one", "Who wrote Hamlet?"), ("two", "Who wrote Faust?")):
        write_wav(tmp_path / f"{name}.wav", say(text))
    async with GatewayServer() as server:
        server.script(reply, Reply("Goethe did."))
        done = await off_loop(
            *("hear", str(tmp_path / "one.wav"), str(tmp_path / "two.wav")),
            *("--json", *TINY, *to_server(server)),
        )
    seen = events(done.stdout)
    said = [event["text"] for event in seen if event["event"] == "said"]
    assert [event["event"] for event in seen].count("error") == 1
    assert len(said) == 2
    assert word in str(said[0])
    assert said[1] == "Goethe did."


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


def test_a_typed_conversation_remembers_and_ends(tmp_path: Path) -> None:
    """`chat` takes lines until the end of its input."""
    done = subprocess.run(
        [*_assistant(), "chat"],
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


def _assistant() -> list[str]:
    from running import PROGRAM  # noqa: PLC0415

    return [str(PROGRAM)]
