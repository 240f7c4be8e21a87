"""The worker: one thread, calls in order, cancellation that leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest

from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator


async def test_calls_run_on_one_thread_in_order() -> None:
    """An engine is never called by two threads, and never out of order."""
    async with Worker("engine") as worker:
        names = [await worker.run(lambda: threading.current_thread().name) for _ in range(5)]
        order: list[int] = []
        futures = [worker.submit(lambda n=n: order.append(n)) for n in range(10)]  # type: ignore[misc]
        for future in futures:
            await asyncio.wrap_future(future)
    assert len(set(names)) == 1
    assert order == list(range(10))


async def test_an_exception_comes_back() -> None:
    """What the engine raises is raised where it was awaited."""
    async with Worker("engine") as worker:
        with pytest.raises(ZeroDivisionError):
            await worker.run(lambda: 1 // 0)


async def test_a_stream_makes_one_step_at_a_time() -> None:
    """An iterator is not run ahead of its taker."""
    steps: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(5):
            steps.append(number)
            yield number

    async with Worker("engine") as worker, contextlib.aclosing(worker.stream(pieces)) as stream:
        async for number in stream:
            assert steps == list(range(number + 1))


async def test_a_closed_stream_closes_its_iterator() -> None:
    """Leaving a stream early ends its iterator, on the engine's own thread."""
    closed = threading.Event()

    def pieces() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.set()

    async with Worker("engine") as worker, contextlib.aclosing(worker.stream(pieces)) as stream:
        async for _ in stream:
            break
    assert closed.wait(5)


async def test_a_cancelled_call_that_waits_is_never_made() -> None:
    """A call that nobody waits for any more does not run after the one before it."""
    made: list[str] = []
    gate = threading.Event()
    async with Worker("engine") as worker:
        first = worker.submit(gate.wait)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await worker.run(lambda: made.append("late"))
        gate.set()
        await asyncio.wrap_future(first)
        await worker.run(lambda: None)
    assert made == []


async def test_no_thread_is_left() -> None:
    """Leaving the worker ends its thread, after the call that runs."""
    async with Worker("engine-to-end") as worker:
        running = worker.submit(lambda: time.sleep(0.1))
    assert running.done()
    assert not any(t.name.startswith("engine-to-end") for t in threading.enumerate())
