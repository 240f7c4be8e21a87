"""What was said last, said again; and where the time of the last answer went.

Flows in: what happens. Flows out: the last reply, whole, also where somebody spoke over it, and the
stages of its turn in plain words. Refuses to know: how a reply is found and said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from assistant.events import Failed, Heard, Requested, Said, Streamed, ToolCalled, TurnEnded
from assistant.household.names import told_of
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.events import Event

_NAME: Final = "last_reply"
_REPEAT: Final = "repeat"
_STAGES: Final = (
    ("endpoint_ms", "to notice that you had stopped"),
    ("stt_ms", "to write down what you said"),
    ("first_token_ms", ""),
    ("first_clause_ms", "until the first sentence was whole"),
    ("tts_ms", "until my voice was ready"),
    ("held_ms", "until I was sure that you had finished"),
)
"""Of a turn's times, what each was for; of the first token it depends on who was asked."""
_TOLD: Final = 4
"""Stages that are told: more is nothing to listen to."""
_LEAST_S: Final = 0.1
_SLOW_TOOL_MS: Final = 300
"""Milliseconds from which a tool is named."""
_TENTHS_BELOW_S: Final = 10
_HALF_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Spent:
    """Where the time of a turn went."""

    times: TurnEnded
    by_model: bool
    """Whether a model was asked."""
    tools: tuple[tuple[str, float], ...] = ()
    """Tools that ran, and the milliseconds of each."""


@dataclass(slots=True)
class _Making:
    """A reply that is being made."""

    by_model: bool = False
    failed: bool = False
    text: str = ""
    """What came after the last tool; before that a model says what it is about to do."""
    result: str = ""
    """Of the last tool."""
    tools: list[tuple[str, float]] = field(default_factory=list)
    again: bool = False
    """Whether it says the last reply again."""
    about: bool = False
    """Whether it tells of the last turn."""
    said: str = ""


class LastTurn:
    """The last reply, and the times of the last question's turn."""

    def __init__(self) -> None:
        self.reply = ""
        """Empty where nothing was said yet."""
        self.spent: Spent | None = None
        self._making = _Making()

    def note(self, event: Event) -> None:
        """Something happened; turns come one after the other."""
        making = self._making
        match event:
            case Heard():
                self._making = _Making()
            case Requested():
                making.by_model = True
            case Streamed(text=text):
                making.text += text
            case ToolCalled(name=name, arguments=arguments, result=result, ms=ms):
                making.text, making.result = "", result
                making.tools.append((name, ms))
                making.about = making.about or name == _NAME
                making.again = making.again or (name == _NAME and _REPEAT in arguments)
            case Failed():
                making.failed = True
            case Said(text=text):
                making.said = text
            case TurnEnded():
                self._keep(making, event)
                self._making = _Making()
            case _:
                pass

    def _keep(self, making: _Making, times: TurnEnded) -> None:
        if making.again:
            return
        made = making.text.strip() or ("" if making.by_model else making.result)
        self.reply = (making.said if making.failed else made or making.said) or self.reply
        if not making.about and times.stt_ms is not None and times.first_sound_ms is not None:
            self.spent = Spent(times, making.by_model, tuple(making.tools))


def last_reply_tool(last: LastTurn) -> FunctionTool:
    """The tool `last_reply`."""

    async def last_reply(ask: Literal["repeat", "why_slow"]) -> str:
        """Say my last reply again, word for word, or tell where the time of that turn went."""
        if ask == "repeat":
            return last.reply or "I have not said anything yet."
        if last.spent is None:
            return "I have not answered anything yet."
        return why_slow(last.spent)

    return FunctionTool(last_reply)


def why_slow(spent: Spent) -> str:
    """The stages of a turn in plain words, the longest first."""
    total_s = (spent.times.first_sound_ms or 0.0) / 1000
    stages = [
        (seconds, what or _asked(spent))
        for name, what in _STAGES
        if (seconds := (getattr(spent.times, name) or 0.0) / 1000) >= _LEAST_S
    ]
    stages.sort(key=lambda stage: -stage[0])
    told = told_of([f"{_said(seconds)} {what}" for seconds, what in stages[:_TOLD]])
    slow = [(ms / 1000, name) for name, ms in spent.tools if ms >= _SLOW_TOOL_MS]
    tool = f" The tool {max(slow)[1]} took {_said(max(slow)[0])}." if slow else ""
    return f"It took {_said(total_s)}{f': {told}' if told else ''}.{tool}"


def _asked(spent: Spent) -> str:
    """Who was waited for, from the words of a question to the first of its answer."""
    if not spent.by_model:
        return "to work it out"
    return "for the model and its tools to begin" if spent.tools else "until the model began"


def _said(seconds: float) -> str:
    """`half a second`, `1.1 seconds`, `12 seconds`."""
    tenths = round(seconds, 1) if seconds < _TENTHS_BELOW_S else round(seconds)
    if tenths == _HALF_S:
        return "half a second"
    return f"{tenths:g} second{'s' * (tenths != 1)}"
