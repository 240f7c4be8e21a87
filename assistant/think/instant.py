"""The instant path: what needs no model is answered on this machine, by the same tools.

Flows in: the words of a request and their language. Flows out: the tool to call, or None. The
sentences are those of home-assistant-intents, with ours beside them. Refuses to know: the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hassil.intents import Intents
from hassil.recognize import recognize
from home_assistant_intents import get_intents

from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLS: Final[Mapping[str, ToolCall]] = {
    "HassGetCurrentTime": ToolCall("instant", "clock", '{"ask": "time"}'),
    "HassGetCurrentDate": ToolCall("instant", "clock", '{"ask": "date"}'),
    "AssistantMute": ToolCall("instant", "mute", "{}"),
}
"""Which tool answers which intent."""

_OURS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
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
        "AssistantMute": [
            "mute [yourself|(the|your) (microphone|mic)] [now|please]",
            "stop listening [to (me|us)] [now|please]",
            "(turn|switch) off (the|your) (microphone|mic) [now|please]",
            "(turn|switch) (the|your) (microphone|mic) off [now|please]",
            "close (the|your) (microphone|mic) [now|please]",
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
"""Sentences that home-assistant-intents lacks, by language (hassil's template syntax)."""

_FILLERS: Final[Mapping[str, Sequence[str]]] = {
    "en": ["hey", "hi", "hello", "okay", "ok", "so", "well", "um", "uh", "and", "please", "just"],
    "id": ["hai", "halo", "tolong", "eh"],
}
"""Words that change nothing, wherever they stand."""


class Instant:
    """Knows the sentences of a few languages; about 1 ms a request."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._intents = {language: _intents_of(language) for language in languages}

    def match(self, text: str, language: str) -> ToolCall | None:
        """The call that answers this request; None where only the model can."""
        intents = self._intents.get(language)
        if intents is None:
            return None
        result = recognize(_plain(text), intents)
        return None if result is None else _CALLS.get(result.intent.name)


def _intents_of(language: str) -> Intents:
    known: dict[str, Any] = get_intents(language) or {}
    ours = _OURS.get(language, {})
    intents: dict[str, Any] = {}
    for name in _CALLS:
        theirs = known.get("intents", {}).get(name, {}).get("data", [])
        data = [{"sentences": group["sentences"]} for group in theirs if "sentences" in group]
        data.append({"sentences": list(ours.get(name, ()))})
        intents[name] = {"data": [group for group in data if group["sentences"]]}
    return Intents.from_dict(
        {
            "language": language,
            "intents": {name: intent for name, intent in intents.items() if intent["data"]},
            "lists": known.get("lists", {}),
            "expansion_rules": known.get("expansion_rules", {}),
            "skip_words": [*known.get("skip_words", []), *_FILLERS.get(language, ())],
        }
    )


def _plain(text: str) -> str:
    """Without the punctuation that a transcript brings; apostrophes stay."""
    kept = (char if char.isalnum() or char in "'\u2019 -" else " " for char in text)
    return " ".join("".join(kept).replace("\u2019", "'").split())
