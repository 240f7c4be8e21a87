"""A thousand turns with random faults: each ends in speech or a spoken reason, and nothing leaks.

A dialogue, the tool loop and the gateway client, as the program has them, against the test server
over loopback. Most turns are shown, some are said by the real voice. `--seed` makes the same
turns again. Nothing waits between tries; deadlines are short, so that a stall costs little.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import sys
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from gateway_client import MODEL, OTHER, THIRD, QuickClock
from gateway_rules import check
from gateway_server import GatewayServer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from soak_scenes import WORDS, Scene, pool_words, scenes

from assistant.config import GatewayConfig, ToolsConfig, TtsConfig
from assistant.deeds import Risk
from assistant.dialogue import Dialogue, Question
from assistant.events import Event, Failed, Said
from assistant.heap import give_back
from assistant.speak.mouth import SilentMouth, SpeakingMouth
from assistant.think.gateway import HttpGateway
from assistant.think.gateway_errors import SPOKEN
from assistant.think.history import History
from assistant.think.reply import Reply
from assistant.tools.tool import FunctionTool
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.audio.pcm import Pcm
    from assistant.interfaces import Mouth

VOICE = Path(__file__).parent.parent / "models" / "en_US-joe-medium" / "en_US-joe-medium.onnx"
TURN_S = 4.0
"""`[gateway] turn_s`: what one request may take, with all its retries."""
SLACK_S = 2.5
"""Seconds that a turn may take beside one deadline for each of its faults: a machine is busy."""
ROUNDS = 3
LONGEST_S = TURN_S * ROUNDS + 1
"""Seconds after which a turn that is shown hangs; the voice is given its own time beside it."""
VOICE_S = 10.0
LONGEST = " ".join(sorted(WORDS, key=len)[-20:])
"""More than any clause of a scene."""
MOST_GROWTH_MB, MOST_SOCKETS = 10.0, 4
"""What counts as level; the client keeps up to four idle connections."""
WARM_UP = 0.2
"""Share of the turns after which memory and sockets must stay level."""


@dataclass
class Figures:
    """What the turns came to."""

    whole: int = 0
    """Turns that were answered to their end."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Turns that ended in a spoken reason, by its kind."""
    interrupted: int = 0
    aloud: int = 0
    requests: int = 0
    tools: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    wrong: list[str] = field(default_factory=list)
    """What should not have happened, a sentence each."""
    memory: list[float] = field(default_factory=list)
    """Megabytes after each turn."""
    sockets: list[int] = field(default_factory=list)
    """Open files and sockets of this process, the server's among them, after each turn."""

    def growth_mb(self) -> float:
        """Megabytes by which the last tenth of the turns lies over those after the warm-up."""
        tenth = max(1, len(self.memory) // 10)
        begin = int(len(self.memory) * WARM_UP)
        early, late = self.memory[begin : begin + tenth], self.memory[-tenth:]
        return min(late) - min(early)

    def more_sockets(self) -> int:
        """By how many the most after the warm-up lies over the most before it."""
        begin = max(1, int(len(self.sockets) * WARM_UP))
        return max(self.sockets[begin:], default=0) - max(self.sockets[:begin], default=0)

    def leaks(self) -> list[str]:
        """What did not stay level, a sentence each."""
        grown, more = self.growth_mb(), self.more_sockets()
        memory = [f"Memory grew by {grown:.1f} MB."] * (grown > MOST_GROWTH_MB)
        return memory + [f"There are {more} sockets more."] * (more > MOST_SOCKETS)


class InstantSpeaker:
    """Plays whatever it is given in no time."""

    def __init__(self) -> None:
        self.queued_s = 0.0

    @property
    def played_s(self) -> float:
        """All of it."""
        return self.queued_s

    async def play(self, sound: Pcm) -> None:
        """Take it."""
        self.queued_s += sound.seconds

    async def drain(self) -> None:
        """Nothing waits."""

    def turn_down(self, share: float) -> None:
        """Nothing is heard."""

    def stop(self) -> None:
        """Nothing plays."""


class Soak:
    """The dialogues, one shown and one said, over one client and one server."""

    def __init__(self, server: GatewayServer, stall_s: float) -> None:
        """`stall_s` is the deadline for the first token and between tokens."""
        self.figures = Figures()
        self._server = server
        self._stall_s = stall_s
        self._events: list[Event] = []
        self._noted: Counter[int] = Counter()
        self._process = psutil.Process()

    def dialogue(self, gateway: HttpGateway, mouth: Mouth) -> Dialogue:
        """As the program has it, with a tool that counts."""

        async def note(number: int) -> str:
            """Write a number down, which must happen once."""
            self._noted[number] += 1
            await asyncio.sleep(0)
            return f"Noted {number}."

        clock = QuickClock()
        config = ToolsConfig(max_rounds=ROUNDS, call_s=1, filler=False)
        tools = [FunctionTool(note, Risk.WRITES)]
        reply = Reply(gateway, None, tools, config, clock, self._events.append)
        return Dialogue(reply, History("Be brief.", 2_000), mouth, clock, self._events.append)

    async def turn(self, scene: Scene, dialogue: Dialogue) -> None:
        """One turn, and everything that must be so after it."""
        self._events.clear()
        self._noted.clear()
        self._server.requests.clear()
        self._server.script(*[scene.reply] * 40)
        loop = asyncio.get_running_loop()
        began = loop.time()
        ended = await self._answer(scene, dialogue)
        took = loop.time() - began
        self._server._script.clear()  # noqa: SLF001  # what the turn did not ask for
        if not ended:
            self._wrong(scene, f"did not end within {took:.1f} s")
        allowed = SLACK_S + VOICE_S * scene.aloud + self._stall_s * len(scene.met)
        if took > allowed:
            self._wrong(scene, f"took {took:.1f} s, and {allowed:.1f} s are its deadlines")
        self._count(scene, took)
        self._judge(scene)
        self._measure()

    async def _answer(self, scene: Scene, dialogue: Dialogue) -> bool:
        """Ask, and speak over the answer where the scene says so; False where it hung."""
        limit = LONGEST_S + VOICE_S * scene.aloud
        async with asyncio.TaskGroup() as group:
            turn = group.create_task(dialogue.answer(Question(scene.question)), name="turn")
            done, _ = await asyncio.wait([turn], timeout=scene.interrupted_s or limit)
            if not done:
                turn.cancel()
                await asyncio.wait([turn], timeout=limit)
        return bool(done) or scene.interrupted_s is not None

    def _count(self, scene: Scene, took: float) -> None:
        figures = self.figures
        figures.requests += len(self._server.chats)
        figures.tools += self._noted.total()
        figures.faults.update(scene.met)
        figures.aloud += scene.aloud
        if not scene.aloud:
            figures.longest_s = max(figures.longest_s, took)

    def _judge(self, scene: Scene) -> None:
        """Hold the turn against the promises."""
        said = [event for event in self._events if isinstance(event, Said)]
        failed = [event.kind for event in self._events if isinstance(event, Failed)]
        if len(said) != 1:
            self._wrong(scene, f"ended {len(said)} times")
            return
        interrupted = said[0].interrupted
        self.figures.interrupted += interrupted
        self.figures.reasons.update(failed)
        self.figures.whole += not failed and not interrupted
        words = pool_words(said[0].text)
        wanted = [word for word in scene.words if word in words] if failed else scene.words
        if not said[0].text.strip() and not interrupted:
            self._wrong(scene, "was silent")
        if len(set(words)) < len(words):
            self._wrong(scene, f"said something twice: {said[0].text!r}")
        if not interrupted and words != wanted:
            self._wrong(scene, f"said {words} instead of {wanted} ({failed})")
        if failed and not said[0].text.rstrip().endswith((".", "?")):
            self._wrong(scene, f"gave no reason: {said[0].text!r}")
        if failed and failed[0] not in {*SPOKEN, "empty-reply", "too-many-rounds"}:
            self._wrong(scene, f"failed as nobody foresaw: {failed}")
        self._judge_requests(scene, must_run=not failed and not interrupted)

    def _judge_requests(self, scene: Scene, *, must_run: bool) -> None:
        numbers = set(scene.tool_numbers())
        if set(self._noted) - numbers or any(count > 1 for count in self._noted.values()):
            self._wrong(scene, f"ran a tool twice, or one that nobody called: {self._noted}")
        if must_run and set(self._noted) != numbers:
            self._wrong(scene, f"ran {set(self._noted)} instead of {numbers}")
        for chat in self._server.chats:
            if refusal := check(chat):
                self._wrong(scene, f"asked wrongly: {refusal.message}")

    def _measure(self) -> None:
        give_back()  # as the program does after each turn
        self.figures.memory.append(self._process.memory_info().rss / 1e6)
        self.figures.sockets.append(self._process.num_fds())

    def _wrong(self, scene: Scene, what: str) -> None:
        self.figures.wrong.append(f"Turn {scene.number} {what}; it met {scene.met}.")


@asynccontextmanager
async def voiced(*, wanted: bool) -> AsyncIterator[Mouth]:
    """The real voice, or none where no turn is said aloud."""
    if not wanted:
        yield SilentMouth()
        return
    from assistant.speak.piper import Piper  # noqa: PLC0415  # half a second to import

    async with Worker("tts") as worker:
        voice = Piper(VOICE, TtsConfig())
        for _ in voice.pieces(LONGEST):  # ONNX Runtime keeps the memory of its longest run
            pass
        yield SpeakingMouth(voice, worker, InstantSpeaker())


async def soak(
    turns: int, seed: int, aloud: float, stall_s: float = 0.3, console: Console | None = None
) -> Figures:
    """Hold so many turns; `aloud` is the share that the real voice says.

    `stall_s` is the deadline for the first token and between tokens.
    """
    planned = scenes(random.Random(seed), turns, aloud)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(GatewayServer())
        config = GatewayConfig(
            base_url=server.base_url, model=MODEL, models=[OTHER, THIRD], connect_s=1,
            first_token_s=stall_s, between_tokens_s=stall_s, turn_s=TURN_S,
        )  # fmt: skip
        gateway = await stack.enter_async_context(HttpGateway(config, None, QuickClock()))
        voice = await stack.enter_async_context(voiced(wanted=any(s.aloud for s in planned)))
        soaking = Soak(server, stall_s)
        shown = soaking.dialogue(gateway, SilentMouth())
        spoken = soaking.dialogue(gateway, voice)
        for scene in track(planned, "Turns", console=console) if console else planned:
            await soaking.turn(scene, spoken if scene.aloud else shown)
            if scene.number % 50 == 0:
                gc.collect()
    soaking.figures.wrong += soaking.figures.leaks()
    return soaking.figures


def report(figures: Figures, console: Console) -> None:
    """Print what it came to."""
    table = Table("What", "Figure", title=f"{len(figures.memory)} turns with random faults")
    rows: dict[str, object] = {
        "answered to the end": figures.whole,
        "ended in a spoken reason": figures.reasons.total(),
        "spoken over": figures.interrupted,
        "said by the real voice": figures.aloud,
        "requests": figures.requests,
        "tools run": figures.tools,
        "faults met": figures.faults.total(),
        "longest turn that was shown": f"{figures.longest_s:.2f} s",
        "memory at the end": f"{figures.memory[-1]:.0f} MB, {figures.growth_mb():+.1f} MB",
        "open files and sockets": f"{figures.sockets[-1]}, {figures.more_sockets():+d}",
        "broken promises": len(figures.wrong),
    }
    for what, figure in rows.items():
        table.add_row(what, str(figure))
    console.print(table)
    for name, counts in (("Faults", figures.faults), ("Reasons", figures.reasons)):
        console.print(f"{name}: {', '.join(f'{key} {n}' for key, n in counts.most_common())}")
    for wrong in figures.wrong:
        console.print(wrong, style="red")


def main() -> None:
    """Hold the turns, print the figures; exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aloud", type=float, default=0.05, help="share said by the real voice")
    wish = parser.parse_args()
    console = Console()
    figures = asyncio.run(soak(wish.turns, wish.seed, wish.aloud, console=console))
    report(figures, console)
    sys.exit(1 if figures.wrong else 0)


if __name__ == "__main__":
    main()
