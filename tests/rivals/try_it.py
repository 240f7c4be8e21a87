"""pipecat alone through the scenes of the benchmark: `python tests/rivals/try_it.py`."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench_figures import machine, percentile
from bench_voices import QUESTIONS, trimmed
from gateway_aside import GatewayAside
from rival import Rival
from running import clean_env
from scenes import (
    INTERRUPTION,
    PAUSE_S,
    PAUSED,
    Stage,
    Turn,
    idle,
    questions,
    spoken_over,
    with_pause,
)
from soundcard import VirtualSoundCard

from assistant.config import TtsConfig
from assistant.modelfiles.store import default_store
from assistant.speak.piper import Piper


def main() -> None:
    """Run the scenes and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--interruptions", type=int, default=5)
    parser.add_argument("--idle-s", type=float, default=20.0)
    wish = parser.parse_args()
    voice = Piper(default_store().require("en_US-joe-medium", "tts"), TtsConfig())
    short = [(text, trimmed(voice, text)) for text in QUESTIONS]
    paused = [(text, with_pause(trimmed(voice, text), PAUSE_S)) for text in PAUSED]
    with (
        GatewayAside() as gateway,
        VirtualSoundCard() as card,
        Rival(clean_env(**card.env), gateway.base_url) as rival,
    ):
        stage = Stage(card, gateway, rival)
        rival.wait_for("ready")
        print(f"at rest: {idle(rival, wish.idle_s)}")
        report("short questions", questions(stage, short, wish.turns))
        stages(rival)
        report(f"with a pause of {PAUSE_S} s", questions(stage, paused, wish.turns))
        over = trimmed(voice, INTERRUPTION)
        story = trimmed(voice, QUESTIONS[-1])
        times = [spoken_over(stage, story, over) for _ in range(wish.interruptions)]
        print(f"spoken over, seconds to silence: {times}")
        print(f"at rest: {idle(rival, wish.idle_s)}")
    print(machine())


def report(name: str, turns: list[Turn]) -> None:
    """Print a scene's figures."""
    waits = [turn.wait_s * 1000 for turn in turns if turn.wait_s is not None and not turn.cut_in]
    figures = "no reply after the question's end"
    if waits:
        figures = f"median {statistics.median(waits):.0f} ms, 90 % {percentile(waits, 90):.0f} ms"
    print(
        f"{name}: {figures}; answered whole {sum(turn.whole for turn in turns)} of {len(turns)}, "
        f"cut in {sum(turn.cut_in for turn in turns)}, "
        f"misheard {sum(turn.misheard for turn in turns)}; "
        f"requests a turn {dict(Counter(len(turn.asked) for turn in turns))}; "
        f"{statistics.median(turn.cpu_s for turn in turns):.2f} s of processor a turn"
    )
    for turn in turns:
        print(f"  {turn.wait_s} {turn.whole} {turn.asked}")


def stages(rival: Rival) -> None:
    """Print the medians of pipecat's own times by stage."""
    spent: dict[str, list[float]] = {}
    for event in rival.events:
        if event["event"] == "turn":
            for key, value in event["stages_ms"].items():
                spent.setdefault(key, []).append(value)
    print({key: statistics.median(values) for key, values in spent.items()})


if __name__ == "__main__":
    main()
