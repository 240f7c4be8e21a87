"""The instant path: what needs no model is answered on this machine, by the same tools.

Flows in: the words of a request and their language. Flows out: the tool to call, or None. Each
family of tools has its sentences in a module `instant_<family>`, which is one line of `_FAMILIES`.
Refuses to know: the answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from hassil.intents import Intents
from hassil.recognize import recognize_all
from home_assistant_intents import get_intents

from assistant.think import (
    instant_alarms,
    instant_assistant,
    instant_clock,
    instant_language,
    instant_lists,
    instant_sums,
    instant_timers,
    instant_undo,
    instant_volume,
    instant_weather,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hassil.recognize import RecognizeResult

    from assistant.messages import ToolCall


class SentenceFamily(Protocol):
    """What a module of sentences gives."""

    @property
    def INTENTS(self) -> Mapping[str, Mapping[str, Sequence[str]]]:  # noqa: N802  # a module's own
        """Language (ISO 639-1, or * for all), name of the intent, templates (hassil's syntax).

        An intent whose name home-assistant-intents has too gets its sentences in that language
        besides. A slot that home-assistant-intents has no list for is a wildcard: any words.
        """

    def call_of(self, intent: str, slots: Mapping[str, object]) -> ToolCall | None:
        """The call for one of its intents; None where the slots show that it was not meant.

        A wildcard's value are the words as they were written, with the punctuation between them.
        """


_FAMILIES: Final[tuple[SentenceFamily, ...]] = (
    instant_alarms,
    instant_assistant,
    instant_language,
    instant_volume,
    instant_clock,
    instant_lists,
    instant_timers,
    instant_weather,
    instant_sums,
    instant_undo,
)
"""The modules of sentences; where two match equally well, the earlier one is asked first."""

_FILLERS: Final[Mapping[str, Sequence[str]]] = {
    "en": ["hey", "hi", "hello", "okay", "ok", "so", "well", "um", "uh", "and", "please", "just"],
    "id": ["hai", "halo", "tolong", "eh"],
}
"""Words that change nothing, wherever they stand."""

_MARKS = " .,;:!?\u2026"
_POLITE = re.compile(r"\s(please|thanks|thank you)$", re.IGNORECASE)
"""What a wildcard at the end of a request takes in, and is no part of what was meant."""
_SLOT = re.compile(r"\{(\w+)")
_RULE = re.compile(r"<(\w+)>")


class Instant:
    """Knows the sentences of a few languages; a few ms a request."""

    def __init__(
        self, languages: Sequence[str], families: Sequence[SentenceFamily] = _FAMILIES
    ) -> None:
        self._families = {
            name: family
            for family in families
            for intents in family.INTENTS.values()
            for name in intents
        }
        self._ranks = {family: rank for rank, family in enumerate(families)}
        self._intents = {language: _intents_of(language, families) for language in languages}

    def match(self, text: str, language: str) -> ToolCall | None:
        """The call that answers this request; None where only the model can."""
        intents = self._intents.get(language)
        if intents is None:
            return None
        found = [  # read as they come: the next result moves the words of the one before
            (
                self._score(result),
                result.intent.name,
                {entity.name: _slot(entity, text) for entity in result.entities_list},
            )
            for result in recognize_all(_plain(text), intents)
        ]
        for _, intent, slots in sorted(found, key=lambda reading: reading[0]):
            if call := self._families[intent].call_of(intent, slots):
                return call
        return None

    def _score(self, result: RecognizeResult) -> tuple[int, int, int]:
        """Least first: words that the sentences do not know, then the order of the families."""
        wild = [entity.text for entity in result.entities_list if entity.is_wildcard]
        family = self._families[result.intent.name]
        return sum(map(len, wild)), len(wild), self._ranks[family]


def _intents_of(language: str, families: Sequence[SentenceFamily]) -> Intents:
    known: dict[str, Any] = get_intents(language) or {}
    lists: dict[str, Any] = known.get("lists", {})
    rules: dict[str, str] = known.get("expansion_rules", {})
    intents: dict[str, Any] = {}
    wildcards: set[str] = set()
    for family in families:
        ours = {**family.INTENTS.get("*", {}), **family.INTENTS.get(language, {})}
        for name, sentences in ours.items():
            wildcards |= _slots_of(sentences, rules) - lists.keys()
            groups = known.get("intents", {}).get(name, {}).get("data", [])
            theirs = [group.get("sentences", []) for group in groups]
            data = [group for group in theirs if _slots_of(group, rules) <= lists.keys()]
            data.append(list(sentences))
            intents[name] = {"data": [{"sentences": group} for group in data if group]}
    return Intents.from_dict(
        {
            "language": language,
            "intents": {name: intent for name, intent in intents.items() if intent["data"]},
            "lists": {**lists, **{slot: {"wildcard": True} for slot in wildcards}},
            "expansion_rules": rules,
            "skip_words": [*known.get("skip_words", []), *_FILLERS.get(language, ())],
        }
    )


def _slots_of(sentences: Iterable[str], rules: Mapping[str, str]) -> set[str]:
    """The names of the lists in these templates, and in the rules that they use."""
    left, seen = list(sentences), set[str]()
    slots: set[str] = set()
    while left:
        template = left.pop()
        slots.update(_SLOT.findall(template))
        new = {rule for rule in _RULE.findall(template) if rule in rules} - seen
        seen |= new
        left.extend(rules[rule] for rule in new)
    return slots


def _plain(text: str) -> str:
    """Without the punctuation that a transcript brings, each place kept; apostrophes stay."""
    straight = text.replace("\u2019", "'")
    return "".join(char if char.isalnum() or char in "'-" else " " for char in straight)


def _slot(entity: Any, text: str) -> object:  # noqa: ANN401  # hassil exports no name for it  # hassil exports no name for it
    """A slot's value; a wildcard's are the words as they were written."""
    if not entity.is_wildcard or entity.text_span is None:
        return entity.value
    start, end = entity.text_span
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return _POLITE.sub("", text[start:end].strip(_MARKS)).strip(_MARKS)
