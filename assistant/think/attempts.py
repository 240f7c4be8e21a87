"""Whether to ask again, whom, and when: the decisions after a failed request.

Flows in: the models of the settings, the errors as they happen. Flows out: the next attempt, or
none. Refuses to know: HTTP, clocks, what was asked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.think.gateway_errors import BadReply, BrokenStream, RateLimited, ServerError, Stalled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.think.gateway_errors import Fault

BACKOFF_S = 0.3
"""Seconds before the second try, doubled for each after it; a person is waiting."""
RETRY_AFTER_S = 4.0
"""Longest `Retry-After` that is waited for; beyond it the next model is asked."""
PATIENCE_S = 3.0
"""Seconds of silence after which the same model is not asked again: a slow failure comes again."""
CONTINUATIONS = 2
"""How often a reply that broke off is gone on with in one turn."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to make."""

    model: str
    wait_s: float = 0.0
    """Seconds to wait before it."""


class Attempts:
    """Errors in, attempts out."""

    def __init__(
        self, models: Sequence[str], retries: int, jitter: Callable[[], float] = random.random
    ) -> None:
        """`jitter` gives 0 to 1, so that a household's assistants do not come back in step."""
        self._models = list(dict.fromkeys(models))
        self._retries = retries
        self._jitter = jitter
        self._tries = 0
        self._continued = 0

    @property
    def models_left(self) -> int:
        """How many models may be asked yet, with the one whose turn it is."""
        return len(self._models)

    def first(self) -> Attempt:
        """The first request."""
        return Attempt(self._models[0])

    def after(self, error: Fault, *, said: bool, silent_s: float = 0.0) -> Attempt | None:
        """The request to make after this error; None to give up.

        `silent_s` is how many seconds the person has waited. Once something was said, the reply
        goes on with the next model, else with the same.
        """
        if said:
            return self._continue(error)
        wait = self._wait(error, silent_s)
        if wait is not None:
            self._tries += 1
            return Attempt(self._models[0], wait)
        if not error.other_model or len(self._models) == 1:
            return None
        return self._next()

    def _next(self) -> Attempt:
        self._tries = 0
        del self._models[0]
        return Attempt(self._models[0])

    def _continue(self, error: Fault) -> Attempt | None:
        cut = isinstance(error, Stalled | BrokenStream | ServerError | RateLimited | BadReply)
        if not cut or self._continued >= CONTINUATIONS:
            return None
        self._continued += 1
        if len(self._models) > 1:
            return self._next()
        self._continued = CONTINUATIONS  # the same model once, no more
        return Attempt(self._models[0])

    def _wait(self, error: Fault, silent_s: float) -> float | None:
        """Seconds until the same model may be asked again; None where that would not help."""
        if not error.retryable or self._tries >= self._retries:
            return None
        if silent_s > PATIENCE_S:
            return None
        wished = error.retry_after_s
        if wished is not None and wished > RETRY_AFTER_S:
            return None
        if isinstance(error, BrokenStream) and self._tries == 0:
            return 0.0  # an idle connection that the server had closed: a new one, at once
        backoff = BACKOFF_S * 2.0**self._tries * (0.5 + self._jitter())
        return max(backoff, wished or 0.0)
