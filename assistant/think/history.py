"""What was said: whole turns, as they were heard, within a budget.

Flows in: the messages of a turn and what was heard of its answer. Flows out: the messages that go
along with the next request. Refuses to know: failures (they are not kept) and the gateway.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.messages import Assistant, Message, System, User

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_TURNS = 3
"""Turns for which a picture or a document goes along: longer it would cost time and money with each
request, and leave this machine again and again."""
GONE = "[What was shown here is gone. To see it again, look again.]"
INTERRUPTED = "… [interrupted here by the person]"
"""Ends an answer that was not heard to its end, so that the model knows."""


class History:
    """The turns of one conversation."""

    def __init__(self, prompt: str, budget_chars: int) -> None:
        self._prompt = prompt
        self._budget = budget_chars
        self._turns: deque[tuple[Message, ...]] = deque()

    def messages(self, facts: Sequence[str] = ()) -> list[Message]:
        """The prompt, with what else is to be known, and the turns that fit, oldest first."""
        known = f"\n\nThe household has told you: {' '.join(facts)}" if facts else ""
        said = (message for turn in self._turns for message in turn)
        return [System(self._prompt + known), *said]

    def add(self, turn: Sequence[Message]) -> None:
        """Keep a turn that was heard to its end."""
        self._turns.append(tuple(turn))
        if len(self._turns) > SHOWN_TURNS:
            self._turns[-1 - SHOWN_TURNS] = tuple(map(_hidden, self._turns[-1 - SHOWN_TURNS]))
        while self._turns and sum(map(_size, self._turns)) > self._budget:
            self._turns.popleft()

    def add_interrupted(self, turn: Sequence[Message], heard: str) -> None:
        """Keep of a turn what was heard: its first words, as many as `heard` has."""
        left = len(heard.split())
        kept: list[Message] = []
        for message in turn:
            if isinstance(message, Assistant):
                words = message.text.split()
                text = message.text if len(words) <= left else " ".join(words[:left])
                left = max(0, left - len(words))
                kept.append(replace(message, text=text))
            else:
                kept.append(message)
        match kept[-1] if kept else None:
            case Assistant(text=text):  # a call in it was not answered: it cannot be sent again
                kept[-1] = Assistant((text + INTERRUPTED).strip())
            case _:
                kept.append(Assistant(INTERRUPTED.strip()))
        self.add(kept)


def _hidden(message: Message) -> Message:
    """The message without what it shows."""
    if isinstance(message, User) and message.parts:
        return User(f"{message.text} {GONE}".strip())
    return message


def _size(turn: Sequence[Message]) -> int:
    total = 0
    for message in turn:
        total += len(message.text)
        if isinstance(message, Assistant):
            total += sum(len(call.arguments) + len(call.name) for call in message.tool_calls)
    return total
