"""How people speak of alarms and reminders, and the call that does it.

Flows out: sentences for `instant`. What follows "wake me" or "remind me" is one slot, read here:
the time in it may stand before the words or after them. Refuses to know: which alarms there are.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from assistant.household.spoken_times import When, when_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SET = "(set|create|make|add|give me|i need|i want|i'd like|put on)"
_STOP = "(cancel|delete|remove|stop|clear|turn off|switch off|disable|forget|get rid of)"
_ONE = "[a|an|the|my|another]"
_THE = "[the|my|that|this]"

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "AlarmSet": [
            f"{_SET} {_ONE} alarm [clock] (for|at|to) {{when}}",
            f"{_SET} {_ONE} alarm [clock] {{when}}",
            f"{_SET} {_ONE} {{when}} alarm",
            f"{_SET} {_ONE} {{when}} alarm for {{when_more}}",
            "wake (me|us) [up] {when}",
            "(get me up|i (want|need|have) to (get|wake|be) up) {when}",
            "alarm [for|at] {when}",
        ],
        "ReminderSet": [
            "remind (me|us) {reminder}",
            f"{_SET} {_ONE} reminder {{reminder}}",
            "(don't|do not) let me forget {reminder}",
        ],
        "AlarmCancel": [
            f"{_STOP} {_THE} alarm",
            f"{_STOP} {_THE} {{which}} alarm",
            f"{_STOP} {_THE} alarm (for|at|called|named|on) {{which}}",
            f"(turn|switch) {_THE} alarm off",
            f"(turn|switch) {_THE} {{which}} alarm off",
            "(don't|do not) wake (me|us) [up] [(at|on)] [{which}]",
        ],
        "ReminderCancel": [
            f"{_STOP} {_THE} reminder",
            f"{_STOP} {_THE} {{which}} reminder",
            f"{_STOP} {_THE} reminder (for|at|to|about|on) {{which}}",
            "(don't|do not) remind me [to|about|of] {which}",
        ],
        "AlarmCancelAll": [
            f"{_STOP} (all|all of|every|both) [of] {_THE} (alarm|alarms)",
            f"{_STOP} {_THE} alarms",
        ],
        "ReminderCancelAll": [
            f"{_STOP} (all|all of|every|both) [of] {_THE} (reminder|reminders)",
            f"{_STOP} {_THE} reminders",
        ],
        "AlarmSkip": [
            "skip [the|my] [next] alarm [once]",
            "skip [the|my] [next] {which} alarm [once]",
            "skip [the|my] alarm (for|at|on) {which}",
        ],
        "AlarmList": [
            "(what|which) alarms (do i have|are there|are set|are on|have i set|have i got)",
            "(list|read|show|tell me) [me] [all] [of] [the|my] alarms",
            "(do i have|are there|is there|have i set|have i got) (any|an) (alarm|alarms) [set|on]",
            "when (is|does|will) [the|my] [next] alarm [ring|go off|set for|set]",
            "what time is [the|my] [next] alarm [set for|set|at]",
            "when (do|will) (i|you) (wake up|wake me|wake me up|get up)",
            "(what|which) alarms [are] on",
            "(what's|what is|whats) [the|my] next alarm",
        ],
        "ReminderList": [
            "(what|which) reminders (do i have|are there|are set|have i set|have i got)",
            "(list|read|show|tell me) [me] [all] [of] [the|my] reminders",
            "(do i have|are there|have i set|have i got) any reminders [set]",
            "(what's|what is|whats|when is) [the|my] next reminder",
        ],
    },
}
_SAYS: Final = re.compile(r"^(?:to|that|about|of)\s+", re.IGNORECASE)
_MOST_WORDS = 5


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call; None where no time can be read in a slot that should hold one."""
    given = {name: " ".join(str(value).split()) for name, value in slots.items()}
    match intent:
        case "AlarmSet":
            when = when_of(f"{given['when']} {given.get('when_more', '')}")
            return None if when is None else _set("alarm", when, "")
        case "ReminderSet":
            return _reminder(given["reminder"])
        case "AlarmList" | "ReminderList":
            return _call("alarm_list", {"kind": _kind(intent)})
        case "AlarmCancelAll" | "ReminderCancelAll":
            return _call("alarm_change", {"action": "cancel", "kind": _kind(intent), "all": True})
        case _:
            return _change(intent, given.get("which", ""))


def _change(intent: str, which: str) -> ToolCall | None:
    if len(which.split()) > _MOST_WORDS:
        return None
    action = "skip_next" if intent == "AlarmSkip" else "cancel"
    arguments: dict[str, object] = {"action": action, "kind": _kind(intent)}
    return _call("alarm_change", arguments | ({"alarm": which} if which else {}))


def _kind(intent: str) -> str:
    return "reminder" if intent.startswith("Reminder") else "alarm"


def _reminder(text: str) -> ToolCall | None:
    """The longest time at the end or the beginning, and what is to be said beside it."""
    words = text.split()
    for cut in range(1, len(words)):
        said, time = " ".join(words[:cut]), " ".join(words[cut:])
        if _SAYS.match(said) and _whole(time) and (when := when_of(time)) and _timed(when):
            return _set("reminder", when, _SAYS.sub("", said))
    for cut in reversed(range(1, len(words))):
        time, said = " ".join(words[:cut]), " ".join(words[cut:])
        if _SAYS.match(said) and (when := when_of(time)) and _timed(when):
            return _set("reminder", when, _SAYS.sub("", said))
    return None


def _whole(time: str) -> bool:
    """Whether these words may begin a time: a bare number may be of what comes before it."""
    first = time.split(maxsplit=1)[0].lower()
    return not re.match(r"^(\d|one|two|three|four|five|six|seven|eight|nine|ten|and\b)", first)


def _timed(when: When) -> bool:
    return when.hour is not None or when.after_s is not None


def _set(kind: str, when: When, words: str) -> ToolCall | None:
    if not _timed(when) or (when.hour is not None and when.after_s is not None):
        return None
    arguments: dict[str, object] = {"kind": kind}
    if when.after_s is not None:
        arguments["in_minutes"] = when.after_s / 60
    else:
        arguments |= {"time": when.time, "half": when.half}
    if when.day:
        arguments["day"] = when.day
    if when.days:
        arguments["weekdays"] = list(dict.fromkeys(when.days))
    if when.repeat != "once":
        arguments["repeat"] = when.repeat
    if when.every > 1:
        arguments["every"] = when.every
    if words:
        arguments["words"] = words.strip(" .,!?;")
    return _call("alarm_set", arguments)


def _call(name: str, arguments: Mapping[str, object]) -> ToolCall:
    return ToolCall("instant", name, json.dumps(arguments))
