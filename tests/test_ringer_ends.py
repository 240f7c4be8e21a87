"""What rings: ended by an order, in the middle of a reply, and after the program was dead."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from gateway_server import Reply
from household import household
from running import Running, clean_env, program
from soundcard import VirtualSoundCard
from timers_set import set_timer

from assistant.audio.pcm import Pcm
from assistant.events import Heard, Said, ToolCalled, TurnEnded
from assistant.orders import Stop

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper

UP = "Your 2 second timer is up."


async def test_the_order_to_stop_ends_it_for_good(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """A key, or `assistant stop`: it does not ring on a moment later."""
    await set_timer(tmp_path, 2)
    async with household(tiny, voice, folder=tmp_path) as home:
        await home.when(lambda: UP in home.said)
        await home.talk.order(Stop())
        rung = len(home.of(Said))
        await home.air.say(Pcm.silence(1.0))
        assert len(home.of(Said)) == rung
        await home.air.say(say("What timers do I have?"))
        await home.until(ToolCalled)
    assert "no timer" in home.of(ToolCalled)[-1].result.lower()


async def test_it_waits_for_a_reply_but_not_for_ever(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], tmp_path: Path
) -> None:
    """A long answer is ended after a few seconds, at a word, and the history says so."""
    story = " ".join(f"This is sentence number {n} of a long story." for n in range(12))
    await set_timer(tmp_path, 5)
    async with household(tiny, voice, folder=tmp_path) as home:
        home.server.script(Reply(story))
        await home.air.say(say("Please tell me a long story about a dragon."))
        await home.when(lambda: "Your 5 second timer is up." in home.said)
        assert len(home.of(Heard)) == 1
        assert home.of(Said)[0].interrupted
        assert home.history.messages()[-1].text.endswith("[interrupted here by the person]")
    assert home.of(TurnEnded)


def test_one_that_fell_due_while_the_program_was_dead_rings_at_its_start(
    tmp_path: Path,
) -> None:
    """Confirmed, killed without a word, started again: it rings and says how late it is."""
    flags = ("--set", f"storage.folder={tmp_path}", "--set", "stt.model=tiny.en")
    done = program("ask", "set a timer for two seconds", *flags)
    assert "The timer is set for 2 seconds." in done.stdout
    with VirtualSoundCard() as card:
        with Running(["run", *flags], clean_env(**card.env)) as running:
            running.wait_for("ring")
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
        with Running(["run", *flags], clean_env(**card.env)) as running:
            assert "2 second timer" in running.wait_for("ring")["text"]
