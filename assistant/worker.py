"""One thread that owns one blocking engine.

Flows in: calls; flows out: their results, awaited on the loop. A call that nobody waits for any
more is not begun; one that has begun runs to its end on the thread, and its result is dropped.
Refuses to know: what the engine does.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator
    from concurrent.futures import Future
    from types import TracebackType

T = TypeVar("T")
_END = object()


class Worker:
    """A named thread; calls run on it one at a time, in the order they came."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """The call's future result; cancelling it before its turn comes leaves it unmade."""
        return self._pool.submit(call)

    async def run(self, call: Callable[[], T]) -> T:
        """The result of the call, made on the thread; its exception is raised here."""
        return await asyncio.wrap_future(self.submit(call))

    async def stream(self, begin: Callable[[], Iterator[T]]) -> AsyncGenerator[T]:
        """What the iterator yields, each step made on the thread when it is asked for.

        Closing this generator closes the iterator on its thread, after the step that runs.
        """
        iterator: Iterator[T] = await self.run(begin)
        try:
            while (item := await self.run(lambda: next(iterator, _END))) is not _END:
                yield item  # type: ignore[misc]  # the sentinel was just ruled out
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                self._pool.submit(close)

    def close(self) -> None:
        """End the thread once the call that runs is over; calls that wait are dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def __aenter__(self) -> Self:
        """Begin; the thread starts with the first call."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the call that runs, off the loop's thread, and end the thread."""
        await asyncio.get_running_loop().run_in_executor(
            None, lambda: self._pool.shutdown(wait=True, cancel_futures=True)
        )
