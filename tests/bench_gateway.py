"""What the gateway client itself costs, beside the official `openai` client.

Processor time for each streamed token, and the time from asking to the first text, against a
server on this machine in a process of its own. Both clients ask the same over connections that
are open already, in turns, in one run; the medians and 90th percentiles are over the runs. Tokens
come as fast as they can be sent (a burst: many are read at once), and at a pace (each is read by
itself, as from a real model).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import httpx
import openai
from gateway_client import MODEL
from openai import AsyncOpenAI
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.config import GatewayConfig
from assistant.messages import TextDelta, User
from assistant.think.gateway import HttpGateway

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

SERVER = Path(__file__).parent / "gateway_server.py"
BURST, PACED = 2000, 200
"""Tokens of a reply."""
PACE = 500
"""Tokens a second of those at a pace."""
OUT = Console()


class Client(Protocol):
    """Whoever streams a reply."""

    def texts(self, question: str) -> AsyncGenerator[str]:
        """The reply's text, as it comes."""


class Ours:
    """The assistant's client."""

    def __init__(self, gateway: HttpGateway) -> None:
        self._gateway = gateway

    async def texts(self, question: str) -> AsyncGenerator[str]:
        """The reply's text, as it comes."""
        async with aclosing(self._gateway.stream([User(question)], [])) as deltas:
            async for delta in deltas:
                if isinstance(delta, TextDelta):
                    yield delta.text


class Official:
    """The `openai` client."""

    def __init__(self, client: AsyncOpenAI) -> None:
        self._client = client

    async def texts(self, question: str) -> AsyncGenerator[str]:
        """The reply's text, as it comes."""
        stream = await self._client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": question}], stream=True
        )
        async with stream:
            async for chunk in stream:
                if chunk.choices and chunk.choices[0].delta.content:
                    yield chunk.choices[0].delta.content


@dataclass
class Costs:
    """What one client took, a value a run."""

    cpu_us: list[float] = field(default_factory=list)
    """Microseconds of processor time for a token."""
    first_ms: list[float] = field(default_factory=list)
    """Milliseconds to the first text."""


async def measure(clients: Sequence[Client], question: str, runs: int) -> list[Costs]:
    """What each client takes for the same reply, in turns; the first runs warm and do not count."""
    costs = [Costs() for _ in clients]
    wanted = f"You said: {question}"
    for run in track(range(-2, runs), f"{len(question.split())} words", console=OUT):
        for client, cost in zip(clients, costs, strict=True):
            gc.collect()
            pieces: list[str] = []
            cpu, began, first = time.process_time(), time.perf_counter(), 0.0
            async with aclosing(client.texts(question)) as texts:
                async for text in texts:
                    first = first or time.perf_counter()
                    pieces.append(text)
            cpu = time.process_time() - cpu
            assert "".join(pieces) == wanted
            if run >= 0:
                cost.cpu_us.append(cpu / len(pieces) * 1e6)
                cost.first_ms.append((first - began) * 1e3)
            await asyncio.sleep(0.01)
    return costs


async def bench(base_url: str, tokens: int, runs: int) -> list[Costs]:
    """Ours first, then the official client."""
    question = " ".join(f"word{n % 10}" for n in range(tokens - 2))
    config = GatewayConfig(base_url=base_url, model=MODEL)
    async with (
        HttpGateway(config, None) as gateway,
        AsyncOpenAI(api_key="none", base_url=base_url) as official,
    ):
        return await measure([Ours(gateway), Official(official)], question, runs)


@contextmanager
def server(tokens_per_s: float) -> Iterator[str]:
    """The test gateway in a process of its own; its address."""
    command = [sys.executable, str(SERVER), "--port", "0", "--first-token-ms", "0"]
    command += ["--tokens-per-s", str(tokens_per_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs: int = parser.parse_args().runs
    table = Table(
        "Reply", "Figure", title=f"The assistant's client beside openai's: medians of {runs} runs"
    )
    for name in ("Ours", "90 %", "openai", "90 %", "Ratio"):
        table.add_column(name, justify="right")
    for pace, tokens in ((0, BURST), (PACE, PACED)):
        with ExitStack() as stack:
            ours, official = asyncio.run(bench(stack.enter_context(server(pace)), tokens, runs))
        name = f"{tokens} tokens, {pace} a second" if pace else f"{tokens} tokens, a burst"
        add(table, name, "processor µs a token", ours.cpu_us, official.cpu_us)
        add(table, "", "ms to the first text", ours.first_ms, official.first_ms)
    OUT.print(table)
    OUT.print(f"openai {openai.__version__}, httpx {httpx.__version__}; {machine()}")


def add(table: Table, name: str, what: str, ours: list[float], official: list[float]) -> None:
    """One row."""
    figures = [number for values in (ours, official) for number in _middle_and_90(values)]
    ratio = figures[0] / figures[2]
    table.add_row(name, what, *(f"{figure:.1f}" for figure in figures), f"{ratio:.2f}")


def _middle_and_90(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=10, method="inclusive")[8]


def machine() -> str:
    """What it was measured on."""
    names = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    name = names[0] if names else platform.machine()
    python = platform.python_version()
    return f"Python {python}, {name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
