"""How people speak of the assistant itself, and the call that does it.

Flows out: sentences for `instant`. Refuses to know: what is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS: Final[Mapping[str, ToolCall]] = {
    "AssistantMute": ToolCall("instant", "mute", "{}"),
    "AssistantNeverMind": ToolCall("instant", "never_mind", "{}"),
}

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "AssistantMute": [
            "mute [yourself|(the|your) (microphone|mic)] [now|please]",
            "stop listening [to (me|us)] [now|please]",
            "(turn|switch) off (the|your) (microphone|mic) [now|please]",
            "(turn|switch) (the|your) (microphone|mic) off [now|please]",
            "close (the|your) (microphone|mic) [now|please]",
        ],
        "AssistantNeverMind": [
            "(never mind|nevermind|nothing|no thanks|no thank you) [thanks|thank you]",
            "(drop|leave) it",
            "(stop|cancel|quiet|be quiet|that is enough|that's enough) [it|that] [now|please]",
        ],
    },
}


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; it has no slots."""
    return None if slots else _CALLS.get(intent)
