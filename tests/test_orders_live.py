"""Orders to the real program on a sound card: a signal, the commands, and a key."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

from gateway_server import GatewayServer, Reply
from running import PROGRAM, ROOT, Running, clean_env, program
from soundcard import VirtualSoundCard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.audio.pcm import Pcm

TINY = ("--set", "stt.model=tiny.en", "--set", "wake.follow_up_s=0")
WAKE = ("--set", "wake.word=hey_jarvis", "--set", "wake.command_s=20")
PATIENT_S = 30.0


def recorded(card: VirtualSoundCard, pid: int) -> bool:
    """Whether this process has the microphone open."""
    return f'application.process.id = "{pid}"' in card.pactl("list", "source-outputs")


def until(fact: Callable[[], bool]) -> None:
    """Wait until this is so. It is asked of another process, which announces nothing."""
    deadline = time.monotonic() + PATIENT_S
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_a_sleeping_program_takes_orders(tmp_path: Path, say: Callable[[str], Pcm]) -> None:
    """SIGUSR1 and `trigger` make it listen; `mute` closes its microphone, `unmute` opens it."""
    off = partial(asyncio.get_running_loop().run_in_executor, None)
    async with GatewayServer() as server:
        server.script(*[Reply("Very old.")] * 6)
        flags = (*TINY, *WAKE, "--set", f"gateway.base_url={server.base_url}")
        folder = ("--set", f"storage.folder={tmp_path}")
        with VirtualSoundCard() as card:
            env = clean_env(**card.env)

            async def order(name: str) -> None:
                done = await off(partial(program, name, *folder, env=env))
                assert done.returncode == 0, done.stderr

            with Running(["run", *flags, *folder], env) as running:

                async def answered(after: int) -> None:
                    await off(running.wait_for, "woke", after)
                    await off(card.say, say("What is the capital of Australia?"))
                    await off(running.wait_for, "heard", after)
                    await off(running.wait_for, "asleep", after)

                await off(running.wait_for, "asleep")
                assert recorded(card, running.process.pid)
                seen = len(running.events)
                running.process.send_signal(signal.SIGUSR1)
                await answered(seen)
                await order("mute")
                await off(until, lambda: not recorded(card, running.process.pid))
                await order("unmute")
                await off(until, lambda: recorded(card, running.process.pid))
                seen = len(running.events)
                await order("trigger")
                await answered(seen)
                heard = [event["text"].lower() for event in running.of("heard")]
    assert len(heard) == 2
    assert all("australia" in text for text in heard)


def test_the_key_m_closes_and_opens_the_microphone(tmp_path: Path) -> None:
    """In a real terminal, of the real program."""
    with VirtualSoundCard() as card:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, "run", *TINY, "--set", f"storage.folder={tmp_path}"],
            env=clean_env(**card.env),
            cwd=ROOT,
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        try:
            until(lambda: recorded(card, process.pid))
            os.write(ours, b"m")
            until(lambda: not recorded(card, process.pid))
            os.write(ours, b"m")
            until(lambda: recorded(card, process.pid))
            os.write(ours, b"q")
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
            os.close(ours)
