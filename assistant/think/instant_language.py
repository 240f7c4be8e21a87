"""How people ask which languages are understood, choose one of them, and the call that does it.

Flows out: sentences for `instant`, also in the languages that one may be stuck in. A name is any
words, which are read here: what is no language was not meant. Refuses to know: which are set.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from assistant.household.tongues import code_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "de": {
        "LanguageOnly": [
            "(sprich|sprechen sie|rede|antworte) [bitte] [mit mir] [bitte] [nur] [auf|in] {tongue}",
            "(hör|höre) [bitte] nur [auf] {tongue}",
        ],
        "LanguageAll": ["(sprich|versteh|verstehe|hör|höre) [wieder] [auf] alle sprachen"],
        "LanguageTell": ["welche sprachen (verstehst|sprichst|kannst) du"],
    },
    "en": {
        "LanguageTell": [
            "(which|what|how many) languages (do|can) you (understand|speak|know|hear|talk)",
            "(which|what) language (do you|are you) (speak|speaking|listening for|listening to)",
            "(which|what) languages do you listen for",
        ],
        "LanguageAsk": ["(do|can) you (understand|speak|know|talk) {tongue}"],
        "LanguageOnly": [
            "(speak|talk|answer|reply) [to (me|us)|me|us] [only] [in] {tongue}",
            "(listen|understand) only [in|for|to] {tongue}",
            "only (listen|understand) [in|for|to] {tongue}",
            "listen (in|for|to) [only] {tongue}",
            "(switch|change) [back] [(the|your) language] to {tongue}",
            "set (the|your) language to {tongue}",
            "(let's|can we) (speak|talk) [in] {tongue}",
            "(go back to|use) {tongue}",
        ],
        "LanguageAll": [
            "(listen|understand|speak) [for|to|in] (all|every|any) [the|your] (language|languages)",
            "all languages [again]",
            "any language [again]",
        ],
    },
    "es": {
        "LanguageOnly": ["(habla|háblame|responde|contesta|escucha) [solo] [en] {tongue}"],
        "LanguageAll": ["[escucha|entiende] todos los idiomas"],
        "LanguageTell": ["(qué|cuáles) idiomas (entiendes|hablas|sabes)"],
    },
    "fr": {
        "LanguageOnly": ["(parle|parlez|réponds|écoute) [moi] [seulement] [en] {tongue}"],
        "LanguageAll": ["[écoute|comprends] toutes les langues"],
        "LanguageTell": ["quelles langues (comprends-tu|parles-tu|tu comprends|tu parles)"],
    },
    "id": {
        "LanguageOnly": ["(bicara|berbicara|bicaralah|jawab|jawablah) [dalam|pakai] {tongue}"],
        "LanguageAll": ["[dengarkan] semua bahasa"],
        "LanguageTell": ["bahasa apa [saja] yang (kamu|anda) (mengerti|pahami|kuasai)"],
    },
    "it": {
        "LanguageOnly": ["(parla|parlami|rispondi|ascolta) [solo] [in] {tongue}"],
        "LanguageAll": ["[ascolta|capisci] tutte le lingue"],
        "LanguageTell": ["(che|quali) lingue (capisci|parli|sai)"],
    },
    "nl": {
        "LanguageOnly": ["(spreek|praat|antwoord|luister) [alleen] [in] [het] {tongue}"],
        "LanguageAll": ["[luister naar] alle talen"],
        "LanguageTell": ["welke talen (versta|spreek|begrijp|ken) je"],
    },
    "pt": {
        "LanguageOnly": ["(fala|fale|responde|responda|escuta) [só] [em] {tongue}"],
        "LanguageAll": ["[escuta|entende] todas as línguas"],
        "LanguageTell": ["que (línguas|idiomas) (entendes|falas|você entende|você fala)"],
    },
}

_BESIDES: Final = re.compile(
    r"(?i)^(?:only|just) | (?:only|now|from now on|again|instead|with me|to me|for now)$"
)
"""What stands beside a language's name, and is no part of it."""


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; None where its slot names no language."""
    name = _BESIDES.sub("", " ".join(str(slots.get("tongue", "")).split()))
    if slots and not code_of(name):
        return None
    match intent:
        case "LanguageOnly":
            return _call(action="only", name=name)
        case "LanguageAll":
            return _call(action="all")
        case _:
            return _call(action="tell")


def _call(**arguments: str) -> ToolCall:
    return ToolCall("instant", "language", json.dumps(arguments, ensure_ascii=False))
