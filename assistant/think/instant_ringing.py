"""What people say to a bell while it rings, and the call that stops or puts it off.

Flows out: sentences, which are asked only while something rings: of their own they mean nothing.
An `Instant` of this family alone knows them. Refuses to know: what rings.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from assistant.household.spoken import length_of, number_at, words_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WHAT = "(alarm|alarms|timer|timers|reminder|bell|noise|sound|ringing|beeping)"

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "*": {"RingingStop": ["stop", "ok", "okay"]},
    "en": {
        "RingingStop": [
            "(stop|off|enough|quiet|silence|dismiss|cancel|done|got it|shut up|be quiet|thanks)",
            "(ok|okay|thank you|all right|alright|i hear you|i heard you|i got it|no more)",
            "(i'm|i am) (up|awake|here|coming|on it)",
            "(stop|end|dismiss|cancel|silence|mute|kill) (it|that|this|everything|ringing)",
            f"(stop|end|dismiss|cancel|silence|mute|kill) (the|that|this|my|all) [{_WHAT}]",
            "(stop|dismiss|cancel|silence|end) [the] ringing",
            "(turn|switch|shut) (it|that|this) off",
            "(turn|switch|shut) off [(it|that|this)]",
            f"(turn|switch|shut) off (the|that|this|my) [{_WHAT}]",
            f"(turn|switch|shut) (the|that|this|my) {_WHAT} off",
            "(make it|please) stop",
            "[that is|that's|it is|it's] (enough|fine|good|okay)",
        ],
        "RingingSnooze": [
            "(snooze|later|not now|not yet|again later|sleep)",
            f"(snooze|delay|postpone) (it|that|this|(the|my|that|this) {_WHAT})",
            f"snooze [it|that|(the|my) {_WHAT}] [for] [another] {{length}}",
            f"(delay|postpone) (it|that|(the|my) {_WHAT}) [for|by] [another] {{length}}",
            "(give me|i need|just|wait) [another] {length} [more] [please]",
            "{length} more (minute|minutes) [please]",
            "{length} more [please]",
            "another {length} [please]",
            "[remind me|ring|wake me] [again] in {length} [again]",
        ],
    },
}


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that stops what rings, or puts it off."""
    if intent == "RingingStop":
        return ToolCall("instant", "ringing", '{"action": "stop"}')
    arguments: dict[str, object] = {"action": "snooze"}
    if "length" in slots:
        minutes = _minutes(str(slots["length"]))
        if minutes is None or minutes <= 0:
            return None
        arguments["minutes"] = minutes
    return ToolCall("instant", "ringing", json.dumps(arguments))


def _minutes(text: str) -> float | None:
    """A length, or a bare number of minutes."""
    if (seconds := length_of(text.removeprefix("for "))) is not None:
        return seconds / 60
    words = words_of(text)
    found = number_at(words, 0)
    return found[0] if found is not None and found[1] == len(words) else None
