"""How people ask for the time and the date, and the call that answers.

Flows out: sentences for `instant`. Refuses to know: the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS: Final[Mapping[str, ToolCall]] = {
    "HassGetCurrentTime": ToolCall("instant", "clock", '{"ask": "time"}'),
    "HassGetCurrentDate": ToolCall("instant", "clock", '{"ask": "date"}'),
}

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "*": dict.fromkeys(_CALLS, ()),
    "en": {
        "HassGetCurrentTime": [
            "(what|whats|what's|what is) the [current|exact] time [is it] [right now|now|please]",
            "what time is it [right] [now|please]",
            "what time it is [now]",
            "(tell|give) me [what] [the] [current] time [it is] [now|please]",
            "(do you (have|know)|have you got) [what] [the] time [it is]",
            "(can|could) you tell me [what] [the] [current] time [it is] [now|please]",
            "how late is it [now]",
            "time [now|please]",
        ],
        "HassGetCurrentDate": [
            "(what|whats|what's|what is) (today's|todays|the|the current) date [today|please]",
            "(what|whats|what's|what is) the date (of today|today|right now|now)",
            "what (day|date) is (it|today) [today|please]",
            "what day of the week is (it|today) [today]",
            "(tell|give) me (today's|todays|the|the current) date [please]",
            "(can|could) you tell me (today's|todays|the|the current) date [please]",
            "which day is (it|today) [today]",
            "what is the day today",
        ],
    },
    "id": {
        "HassGetCurrentTime": ["jam berapa [sekarang|ini|sekarang ini]", "sekarang jam berapa"],
        "HassGetCurrentDate": [
            "(hari|tanggal) (apa|berapa) [sekarang|ini|hari ini]",
            "[hari] (ini|sekarang) (hari|tanggal) (apa|berapa)",
        ],
    },
}


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; it has no slots."""
    return None if slots else _CALLS.get(intent)
