"""How people ask to take back what was just done, and the call that does it.

Flows out: sentences for `instant`. Refuses to know: what is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS: Final[Mapping[str, ToolCall]] = {"AssistantUndo": ToolCall("instant", "undo", "{}")}

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "de": {
        "AssistantUndo": [
            "(mach|mache) (das|es) [bitte] [wieder] rückgängig",
            "[das] rückgängig machen",
            "nimm das [bitte] [wieder] zurück",
        ],
    },
    "en": {
        "AssistantUndo": [
            "[no] undo [(that|it|this|the last (one|thing|action))] [again|now|please]",
            "[please] take (that|it) back [again|please]",
            "[please] reverse (that|it|the last (one|thing|action)) [please]",
            "[please] revert (that|it|the last (one|thing|action|change)) [please]",
            "(can|could) you [please] undo (that|it|the last (one|thing)) [please]",
            "undo what you (just did|did just now|have just done|did)",
            "undo (the|your|my) last (change|action|command|step) [please]",
        ],
    },
    "es": {"AssistantUndo": ["deshaz (eso|esto|lo)", "deshacer [eso]", "deshazlo"]},
    "fr": {"AssistantUndo": ["annule (ça|cela) [s'il te plaît]", "défais (ça|cela)"]},
    "id": {"AssistantUndo": ["urungkan [itu]", "batalkan yang (tadi|barusan)"]},
    "it": {"AssistantUndo": ["annulla (questo|quello|l'ultima cosa)", "annullalo"]},
    "nl": {"AssistantUndo": ["maak (dat|het) [weer] ongedaan", "draai (dat|het) terug"]},
    "pt": {"AssistantUndo": ["desfaz (isso|isto)", "desfaça (isso|isto)", "desfazer [isso]"]},
}


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; it has no slots."""
    return None if slots else _CALLS.get(intent)
