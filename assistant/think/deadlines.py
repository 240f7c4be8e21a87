"""How long a model may be silent: for its first token, between tokens, and over a whole turn.

Flows in: an injected clock's seconds, and what happens. Flows out: the seconds left, and the error
once there are none. Refuses to know: HTTP, waiting. A keep-alive is no token, and the time that a
listener takes (a voice speaks slower than a model writes) is not the model's.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.think.gateway_errors import Stalled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.config import GatewayConfig

UPLOAD = 100_000
"""Bytes of a request that earn it one more second for its first token: a slow home uplink."""
TAIL_S = 1.0
"""Seconds to wait for the usage and `[DONE]` once the model said that it is finished."""


class Deadlines:
    """The deadlines of one turn, with all its attempts."""

    def __init__(self, config: GatewayConfig, monotonic: Callable[[], float]) -> None:
        self._config = config
        self._now = monotonic
        self._turn = monotonic() + config.turn_s
        self._until = self._turn
        self._waits_for = "first"
        self._whole_s = config.turn_s
        self.models_left = 1
        """How many models may be asked yet, with the one whose turn it is."""

    def begin(self, size: int = 0) -> None:
        """A request of so many bytes begins.

        A reply that comes whole is silent while it is written, so the deadline for the first token
        is none for it: each model that is left has an equal share of what is left of the turn,
        though no less than the first token may take.
        """
        first = self._config.first_token_s + size / UPLOAD
        if self._config.stream:
            self._until = self._now() + first
            self._waits_for = "first"
        else:
            self._whole_s = max(self.turn_left / self.models_left, first)
            self._until = self._now() + self._whole_s
            self._waits_for = "whole"

    def token(self) -> None:
        """A token came, and the next one is waited for."""
        self._until = self._now() + self._config.between_tokens_s
        self._waits_for = "next"

    def tail(self) -> None:
        """The reply is complete; what may follow is a courtesy, and does not put its end off."""
        if self._waits_for == "tail":
            return
        self._waits_for = "tail"
        self._until = self._now() + min(TAIL_S, self._config.between_tokens_s)

    @contextmanager
    def held(self) -> Iterator[None]:
        """While the listener has the word: its time is not the model's."""
        since = self._now()
        yield
        self._turn += self._now() - since
        self._until += self._now() - since

    @property
    def left(self) -> float:
        """Seconds until the nearest deadline; zero once it is over."""
        return max(0.0, min(self._until, self._turn) - self._now())

    @property
    def turn_left(self) -> float:
        """Seconds until the turn's deadline; zero once it is over."""
        return max(0.0, self._turn - self._now())

    @property
    def spent(self) -> float:
        """Seconds that the turn has taken."""
        return self._config.turn_s - self._turn + self._now()

    def stalled(self) -> Stalled:
        """The error for the deadline that is over."""
        if self._turn <= self._until:
            return Stalled(
                f"The whole reply took longer than {self._config.turn_s:g} s ([gateway] turn_s)."
            )
        if self._waits_for == "whole":
            return Stalled(
                f"No whole reply came within {self._whole_s:.3g} s, the model's share of "
                f"{self._config.turn_s:g} s ([gateway] turn_s)."
            )
        if self._waits_for == "first":
            return Stalled(
                f"The model was silent for {self._config.first_token_s:g} s "
                "([gateway] first_token_s)."
            )
        return Stalled(
            f"The model stopped for {self._config.between_tokens_s:g} s in the middle of its reply "
            "([gateway] between_tokens_s)."
        )
