"""The program on a sound card: asked at the microphone, heard at the speaker, and its devices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from answered import TINY, alike, to_server
from gateway_server import GatewayServer, Reply
from running import Running, clean_env, program
from soundcard import VirtualSoundCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper


async def test_a_question_through_the_sound_card(say: Callable[[str], Pcm], tiny: Whisper) -> None:
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
    heard = tiny.transcribe(said)
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
