"""How people speak of lists, notes and what shall be remembered, and the call that does it.

Flows in: an intent and its slots, as `instant` found them. Flows out: sentences for it, and calls;
None where the words only look like one of these. Refuses to know: what is kept, and how.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LISTS: Final = (
    "(my|the|our|your|a|this) {list_name} list",
    "{list_name} list",
    "(my|the|our|this) list",
)
_ALOUD: Final = "[out|back|aloud|out loud|to me|to us|back to me]"
_EVERYTHING: Final = "(everything|all|all [the|of the] (items|things))"
_DONE: Final = (
    "[everything|all|all the|the] [that is|that's] (checked|ticked|crossed|done) [off]"
    " [items|things|ones]"
)


def _each(template: str) -> list[str]:
    """A template with each way to name a list for its @.

    A template for each: hassil's slots are shared by all the ways to read one, and their places go
    wrong with the second of them.
    """
    return [template.replace("@", one) for one in _LISTS]


INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "ListAdd": [
            *_each("(add|put|write|stick|throw) {items} (to|on|onto|in|into) @"),
            *_each("(add|put|write) [down] (to|on|onto) @ {items}"),
            *_each("(to|on) @ (add|put|write) {items}"),
        ],
        "ListRemove": [
            *_each("(take|remove|delete|drop|strike|scratch) {items} (from|off|off of) @"),
            *_each("(take|remove|delete|drop) (from|off) @ {items}"),
        ],
        "ListCheck": [
            *_each("(check|tick|cross) {items} (off|off of|off on|off from) @"),
            *_each("(check|tick|cross) off {items} (on|from|in|off) @"),
            *_each("mark {items} [as] (done|bought|complete|completed) (on|in) @"),
            "(check|tick|cross) off {items}",
        ],
        "ListUncheck": [
            *_each("(uncheck|untick) {items} (on|from|in) @"),
            "(uncheck|untick) {items}",
        ],
        "ListShow": [
            *_each("(what|what's|whats|what is|what all is|what else is) [still|left] on @"),
            *_each("what (do|have) (i|we) (have|got) [left] on @"),
            *_each("what are the (things|items) on @"),
            *_each("(is|is there) (anything|something) [left|else] on @"),
            *_each(f"(read|show|tell|give) [me|us] [out] [what is on|what's on] @ {_ALOUD}"),
            *_each("how (long is|many (things|items) are on) @"),
        ],
        "ListShopping": [
            "what do (i|we) (need|have) to (buy|get) [at the (shop|store|supermarket)]",
            "what do (i|we) need (from|at) the (shop|store|supermarket)",
        ],
        "ListNames": [
            "(what|which) lists (do (i|we|you) have|are there|have (i|we) got)",
            "what are (my|our|the) lists",
            "(list|show|read|tell) [me|us] [all] [of] (my|our|the) lists",
        ],
        "ListClear": [
            *_each("(clear|empty|wipe) [out] @"),
            *_each(f"(clear|take|remove|delete) {_EVERYTHING} (from|off|off of|on) @"),
        ],
        "ListClearDone": [
            *_each(f"(clear|take|remove|delete) {_DONE} (from|off|off of|on) @"),
        ],
        "ListRename": ["(rename|call) (my|the|our|your) {list_name} list (to|into|as) {new_name}"],
        "ListDelete": ["(delete|remove|get rid of|throw away) (my|the|our) {list_name} list"],
        "NoteAdd": [
            "(make|take|add|create|start) [me] a [quick|new] note [that|saying|which says] {text}",
            "(write|leave) [me] a [quick|new] note (that|saying|which says) {text}",
            "(note|write|jot) [down] that {text}",
            "(note|jot) down {text}",
            "(note|write|jot) this down {text}",
            "note to self {text}",
            "new note {text}",
        ],
        "NoteNames": [
            "(what|which) notes (do (i|we|you) have|are there|have (i|we) got)",
            "what are (my|our|the) notes",
            "(list|show|read) [me|us] [out] [all] [of] (my|our|the) notes",
            "(do (i|we) have|are there|have (i|we) got) any notes",
        ],
        "NoteFind": [
            "(read|show|find|open|get) [me|us] [out] (my|our|the) (note|notes) about {about}",
            "(read|show|find|open|get) [me|us] (my|our|the) (note|notes) (on|for) {about}",
            "(read|show|open) [me|us] (my|our|the) note (called|named|titled) {about}",
            "(read|show|open) [me|us] [out] (my|our|the) {about} note",
            "what (does|do) (my|our|the) (note|notes) (about|on|for) {about} say",
            "what did (i|we) (note|write|jot) [down] about {about}",
            "(do (i|we) have|is there|are there) (a|any) (note|notes) (about|on) {about}",
            "(search|look in|look through) (my|our|the) notes for {about}",
        ],
        "NoteDelete": [
            "(delete|remove|erase) (my|our|the) note (about|on|for|called|named|titled) {note}",
            "(delete|remove|erase) (my|our|the) {note} note",
        ],
        "FactRemember": [
            "remember [for me] that {fact}",
            "remember this {fact}",
            "remember {bare_fact}",
            "(don't|do not|never) forget that {fact}",
            "keep in mind that {fact}",
            "(i want you to|you should|you must|make sure to) remember that {fact}",
        ],
        "FactRecall": [
            "what (do|can) you remember [about {about}]",
            "what (did (i|we) tell|have (i|we) told) you about {about}",
            "what did (i|we) (ask|tell) you to remember [about {about}]",
        ],
        "FactForget": [
            "forget that {fact}",
            "forget (what|that which) (i|we) [have] (told|said to) you about {fact}",
            "forget (the fact|what you know) about {fact}",
        ],
        "FactForgetAll": [
            "forget everything (i|we|that i|that we) [have] (told|said to|asked) you [to remember]",
            "forget everything [that] you (know|remember) about (me|us)",
        ],
    },
}
"""By language, intent and template; home-assistant-intents has lists too, and does not tell the
shopping list from one without a name."""

_LONGEST: Final = 300
"""Characters of a slot: whoever says more than that has said it to the model."""
_NAME_WORDS: Final = 4
_NOT_IN_NAMES: Final = frozenset(
    {"and", "list", "lists", "on", "off", "to", "from", "of", "my", "the", "our", "then", "or",
     "that", "with", "is", "playlist", "mailing", "contact", "guest", "waiting", "your", "it"}
)  # fmt: skip
"""Words that show that what stands before `list` is no name, or no list of ours."""
_QUESTION: Final = re.compile(
    r"(?i)^(?:if|whether|that|this|it|what|when|where|who|whom|whose|why|how|which|me|us|him|her|"
    r"them|to|him|our conversation|the (?:time|day|days|moment) (?:when|that|we|i|you)|"
    r"i (?:said|asked|told)|one|something|anything|another)\b"
)
"""How it begins, where it speaks of something else that was said, or asks."""
_MORE: Final = re.compile(
    r"(?i)\b(?:and|then|also) (?:then |also )?(?:set|remind|tell|play|turn|call up|start|add|put|"
    r"take|remove|delete|read|show|what|how|when|where|who|why|could|can|wake|stop|cancel)\b"
)
"""A second request in the same breath: the model does both."""
_COOKED: Final = re.compile(
    r"(?i)\b(?:ingredients?|recipe|everything (?:i|we|you|for)|whatever|stuff (?:i|we|for)|"
    r"things (?:i|we|for|that)|what (?:i|we|you)|the same|those|these|them)\b"
)
"""Things that must be found out before they can stand on a list."""
_ALL: Final = re.compile(r"(?i)^(?:everything|all|it all|all of it|all (?:of )?(?:the |my )?\w+)$")
_UNNAMED: Final = re.compile(
    r"(?i)^(?:last|latest|newest|first|oldest|second|third|next|previous|all|every|whole|same|"
    r"other|new|this|that|these|those|it|them)\b"
)
_EDGE: Final = re.compile(r"(?i)^(?:please|that|saying)\s+|[\s,]+please$")
_US: Final = frozenset({"me", "us", "our family", "my family", "our household", "everything"})


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that is meant; None where the words are for the model."""
    texts = {name: _bare(str(value)) for name, value in slots.items()}
    if any(not text or len(text) > _LONGEST or _MORE.search(text) for text in texts.values()):
        return None
    maker = _MAKERS.get(intent)
    made = maker(intent, texts) if maker and _names_a_list(texts.get("list_name", "")) else None
    return None if made is None else ToolCall("instant", made[0], json.dumps(made[1]))


_Made = tuple[str, dict[str, object]]
"""A tool's name and its arguments."""


def _bare(text: str) -> str:
    return _EDGE.sub("", text.strip(' .,;:!?\u2026"')).strip(' .,;:!?"')


def _names_a_list(name: str) -> bool:
    words = name.casefold().replace("to do", "to-do").split()
    return len(words) <= _NAME_WORDS and not _NOT_IN_NAMES & set(words)


def _on_list(intent: str, slots: Mapping[str, str]) -> _Made | None:
    items = slots.get("items", "")
    if _QUESTION.search(items) or _COOKED.search(items) or re.search(r"(?i)\blists?\b", items):
        return None
    action = _ACTIONS[intent]
    name: dict[str, object] = {"name": slots["list_name"]} if "list_name" in slots else {}
    if action == "remove" and _ALL.search(items):
        action, items = "clear", ""
    elif _ALL.search(items):
        return None
    if "new_name" in slots:
        name["new_name"] = slots["new_name"]
    return "change_list", {"action": action, **name, **({"items": [items]} if items else {})}


def _show_list(intent: str, slots: Mapping[str, str]) -> _Made | None:
    fixed = {"ListNames": "all", "ListShopping": "shopping"}.get(intent)
    name = fixed or slots.get("list_name", "")
    return "show_list", {"name": name} if name else {}


def _note_add(_: str, slots: Mapping[str, str]) -> _Made | None:
    text = slots["text"]
    if re.search(r"(?i)^to (?!the\b|my\b|our\b|your\b|him\b|her\b|them\b|(?-i:[A-Z]))", text):
        text = text[3:]  # a note to call the dentist
    elif re.search(r"(?i)^(?:about|on|for|of|to|in|with|called|titled|named)\b", text):
        return None
    if re.fullmatch(r"(?i)(?:that|this|it|please|down|for me|\W)*", text):
        return None
    return "change_notes", {"action": "add", "text": text}


def _note_find(_: str, slots: Mapping[str, str]) -> _Made | None:
    about = slots.get("about", "")
    if _UNNAMED.search(about):
        return None
    return "find_notes", {"about": about} if about else {}


def _note_delete(_: str, slots: Mapping[str, str]) -> _Made | None:
    note = slots["note"]
    return None if _UNNAMED.search(note) else ("change_notes", {"action": "delete", "note": note})


def _remember(_: str, slots: Mapping[str, str]) -> _Made | None:
    fact = slots.get("fact") or slots["bare_fact"]
    least = 2 if "fact" in slots else 3
    if _QUESTION.search(fact) or len(fact.split()) < least:
        return None
    return "change_memory", {"action": "remember", "text": fact}


def _recall(_: str, slots: Mapping[str, str]) -> _Made | None:
    about = slots.get("about", "")
    return "recall", {} if about.casefold() in _US else {"about": about} if about else {}


def _forget(intent: str, slots: Mapping[str, str]) -> _Made | None:
    fact = "everything" if intent == "FactForgetAll" else slots["fact"]
    if _QUESTION.search(fact):
        return None
    return "change_memory", {"action": "forget", "text": fact}


_ACTIONS: Final[Mapping[str, str]] = {
    "ListAdd": "add",
    "ListRemove": "remove",
    "ListCheck": "check_off",
    "ListUncheck": "uncheck",
    "ListClear": "clear",
    "ListClearDone": "clear_done",
    "ListRename": "rename",
    "ListDelete": "delete",
}
_MAKERS: Final[Mapping[str, Callable[[str, Mapping[str, str]], _Made | None]]] = {
    **dict.fromkeys(_ACTIONS, _on_list),
    **dict.fromkeys(("ListShow", "ListShopping", "ListNames"), _show_list),
    "NoteAdd": _note_add,
    **dict.fromkeys(("NoteNames", "NoteFind"), _note_find),
    "NoteDelete": _note_delete,
    "FactRemember": _remember,
    "FactRecall": _recall,
    **dict.fromkeys(("FactForget", "FactForgetAll"), _forget),
}
