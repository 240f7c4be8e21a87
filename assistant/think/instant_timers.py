"""How people speak of timers, and the call that does it.

Flows out: sentences for `instant`, with slots of any words, which are read here: a length, a name,
or both ("set a five minute pizza timer"). What is left over shows that something else was meant.
Refuses to know: which timers there are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from assistant.household.spoken import length_at, length_of, words_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SET = "(set|start|create|make|begin|give me|add|put on|i need|i want|i'd like|run)"
_STOP = "(stop|cancel|delete|remove|end|clear|kill|turn off|switch off|forget|get rid of)"
_THE = "(the|my|our|that|this)"
_HOW = "how (long|much time|much longer|many minutes)"
_ON = "(on|for|of|in)"
_ENDS = "[be] (end|ring|go off|done|up|finish|over)"
_CALLED = "(called|named|for)"
_LEFT = "(left|remaining|still|to go)"

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "TimerSet": [
            f"{_SET} [a|an|the|my|another] timer (for|of|to) {{length}}",
            f"{_SET} [a|an|the|my|another] {{length_and_name}} timer",
            f"{_SET} [a|an|the|my|another] {{length_and_name}} timer (for|of) {{more}}",
            f"{_SET} [a|an|the|my|another] timer (called|named) {{name}} (for|of) {{length}}",
            f"{_SET} [a|an|the|my|another] timer for {{length}} (called|named) {{name}}",
            f"{_SET} [a|an|the|my|another] {{length_and_name}} timer (called|named) {{name}}",
            "[a|another] timer (for|of) {length}",
            "{length_and_name} timer",
            "(time|count down|countdown) [for|from] {length}",
            f"{_SET} [a] countdown (for|of|from) {{length}}",
            "(tell me|let me know|ring|beep|call me|alert me) (in|after) {length}",
        ],
        "TimerCancel": [
            f"{_STOP} [{_THE}] timer",
            f"{_STOP} [{_THE}] {{which}} timer",
            f"{_STOP} [{_THE}] timer (called|named|for) {{which}}",
            f"(turn|switch) [{_THE}] timer off",
            f"(turn|switch) [{_THE}] {{which}} timer off",
            f"[i] (don't|do not) need [{_THE}] {{which}} timer [any more|anymore]",
            f"[i] (don't|do not) need [{_THE}] timer [any more|anymore]",
        ],
        "TimerCancelAll": [
            f"{_STOP} (all|all of|every|both) [of] [{_THE}] [running] (timer|timers)",
            f"{_STOP} [{_THE}] timers",
        ],
        "TimerPause": [
            f"(pause|hold|freeze|halt) [{_THE}] timer",
            f"(pause|hold|freeze|halt) [{_THE}] {{which}} timer",
            f"(pause|hold|freeze|halt) [{_THE}] timer (called|named|for) {{which}}",
            f"put [{_THE}] timer on hold",
            f"put [{_THE}] {{which}} timer on hold",
        ],
        "TimerPauseAll": [f"(pause|hold|freeze|halt) (all|all of|both) [{_THE}] timers"],
        "TimerResume": [
            f"(resume|continue|unpause|restart|go on with|carry on with) [{_THE}] timer",
            f"(resume|continue|unpause|go on with|carry on with) [{_THE}] {{which}} timer",
            f"(resume|continue|unpause) [{_THE}] timer (called|named|for) {{which}}",
        ],
        "TimerResumeAll": [f"(resume|continue|unpause) (all|all of|both) [{_THE}] timers"],
        "TimerMore": [
            f"(add|put) [another] {{length}} [more] (to|on|onto) [{_THE}] timer",
            f"(add|put) [another] {{length}} [more] (to|on|onto) [{_THE}] {{which}} timer",
            f"(add|put) {{length}} (to|on|onto) [{_THE}] timer {_CALLED} {{which}}",
            f"(increase|extend|lengthen|prolong) [{_THE}] timer by {{length}}",
            f"(increase|extend|lengthen|prolong) [{_THE}] timer {_CALLED} {{which}} by {{length}}",
            f"(increase|extend|lengthen|prolong) [{_THE}] {{which}} timer by {{length}}",
            f"give [{_THE}] timer [another] {{length}} [more]",
            f"give [{_THE}] {{which}} timer another {{length}} [more]",
            f"make [{_THE}] timer {{length}} longer",
            f"make [{_THE}] {{which}} timer {{length}} longer",
        ],
        "TimerLess": [
            f"(take|subtract|remove) {{length}} (off|from|off of) [{_THE}] timer",
            f"(take|subtract|remove) {{length}} (off|from|off of) [{_THE}] {{which}} timer",
            f"(take|remove) {{length}} (off|from) [{_THE}] timer {_CALLED} {{which}}",
            f"(decrease|shorten|reduce) [{_THE}] timer by {{length}}",
            f"(decrease|shorten|reduce) [{_THE}] timer {_CALLED} {{which}} by {{length}}",
            f"(decrease|shorten|reduce) [{_THE}] {{which}} timer by {{length}}",
            f"make [{_THE}] timer {{length}} shorter",
            f"make [{_THE}] {{which}} timer {{length}} shorter",
        ],
        "TimerStatus": [
            f"{_HOW} [is|do i have|does it have] {_LEFT} [{_ON} [{_THE}] (timer|timers)]",
            f"{_HOW} [is|do i have|are] {_LEFT} {_ON} [{_THE}] {{which}} timer",
            f"how (long|much time) (does|has) [{_THE}] {{which}} timer (have|got) [{_LEFT}]",
            f"how (long|much time) (does|has) [{_THE}] timer (have|got) [{_LEFT}]",
            f"[how much] time [is] {_LEFT} on [{_THE}] [{{which}}] timer",
            f"(what's|what is|whats|how is|how's) [the status of] {_THE} (timer|timers) [at|doing]",
            f"(what's|what is|whats) {_LEFT} (on|of) [{_THE}] timer",
            f"(what's|what is|whats) {_LEFT} (on|of) [{_THE}] {{which}} timer",
            f"(check|status of|tell me|show) [{_THE}] (timer|timers)",
            f"(check|status of) [{_THE}] {{which}} timer",
            "(timer|timers) status",
            "{which} timer status",
            "(what|which) timers (are there|do i have|are running|are set|are on|have i set)",
            "(list|read) [me] [all] [of] [the|my] timers",
            "(are there|do i have|have i got|is there) (any|a) (timer|timers) [running|set|on]",
            f"when (does|will|is) [{_THE}] timer {_ENDS}",
            f"when (does|will|is) [{_THE}] {{which}} timer {_ENDS}",
        ],
    },
}

_CHANGES: Final[Mapping[str, tuple[str, str]]] = {
    "TimerCancel": ("cancel", ""),
    "TimerCancelAll": ("cancel", "all"),
    "TimerPause": ("pause", ""),
    "TimerPauseAll": ("pause", "all"),
    "TimerResume": ("resume", ""),
    "TimerResumeAll": ("resume", "all"),
}
_MOST_WORDS = 4
"""A longer name is a sentence that has gone astray."""
_NOT_A_NAME: Final = re.compile(
    r"\b(and|then|if|when|remind|alarm|reminder|light|lights|on the|in the|timer|timers|set|start"
    r"|every|egg timers|the)\b",
    re.IGNORECASE,
)


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call; None where a slot says what no length or name does."""
    given = {name: " ".join(str(value).split()) for name, value in slots.items()}
    if intent == "TimerSet":
        return _set(given)
    which = given.get("which", "")
    if which and not _names(which):
        return None
    match intent:
        case "TimerStatus":
            return _call("timer_status", {"timer": which} if which else {})
        case "TimerMore" | "TimerLess":
            length = length_of(given["length"])
            if length is None:
                return None
            sign = 1 if intent == "TimerMore" else -1
            arguments: dict[str, object] = {"timer": which} if which else {}
            return _call("timer_adjust", arguments | _parts(sign * length))
        case _:
            action, all_of_them = _CHANGES[intent]
            arguments = {"action": action}
            if timer := which or all_of_them:
                arguments["timer"] = timer
            return _call("timer_change", arguments)


def _set(given: Mapping[str, str]) -> ToolCall | None:
    """A timer of the length and the name that stand in one slot, or in two."""
    name, length = given.get("name", ""), None
    if mixed := given.get("length_and_name"):
        words = words_of(mixed)
        if (found := length_at(words, 0)) is not None:
            length, rest = found[0], words[found[1] :]
        elif given.get("more"):
            rest = mixed.split()
        else:
            return None
        if rest and name:
            return None
        name = name or " ".join(rest)
        if more := given.get("more"):  # "pasta timer for ten minutes", "ten minute timer for pasta"
            if length is None:
                length = length_of(more)
            elif not name:
                name = more
            else:
                return None
    else:
        length, name = _for(given["length"], name)
    if length is None or (name and not _names(name)):
        return None
    return _call("timer_set", _parts(length) | ({"name": _bare(name)} if name else {}))


def _for(text: str, name: str) -> tuple[float | None, str]:
    """`ten minutes`, or `ten minutes for the pasta`."""
    length = length_of(text)
    if length is None and not name:
        words = words_of(text)
        found = length_at(words, 0)
        if found is not None and words[found[1] : found[1] + 1] == ["for"]:
            return found[0], " ".join(words[found[1] + 1 :])
    return length, name


def _names(text: str) -> bool:
    """Whether these words can name a timer, or are its length."""
    bare = _bare(text)
    return bool(bare) and len(bare.split()) <= _MOST_WORDS and not _NOT_A_NAME.search(bare)


def _bare(name: str) -> str:
    return re.sub(r"^(the|my|our|a|an|some)\s+", "", name.strip(), flags=re.IGNORECASE)


def _parts(seconds: float) -> dict[str, object]:
    """Hours, minutes and seconds as the tools take them; what is 0 is left out, but not all."""
    sign = -1 if seconds < 0 else 1
    left = abs(seconds)
    parts = {"hours": left // 3600, "minutes": left % 3600 // 60, "seconds": left % 60}
    told = {unit: sign * _whole(count) for unit, count in parts.items() if count}
    return dict(told or {"minutes": 0})


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def _call(name: str, arguments: Mapping[str, object]) -> ToolCall:
    return ToolCall("instant", name, json.dumps(arguments))
