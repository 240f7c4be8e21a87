"""How people speak of the assistant's loudness, and the call that sets it.

Flows out: sentences for `instant`. "It" is the assistant's own voice, since nothing else of the
house is known here. A number is any words, which are read here: what is none was not meant. Refuses
to know: how loud it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from assistant.household.spoken import number_at, words_of
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VOLUME = "[the|your] (volume|sound) [level]"
_ONE = f"(it|yourself|your voice|{_VOLUME})"
_BIT = "[(a bit|a little|a little bit|a notch|slightly|some)] [more]"
_LOT = "(a lot|much|way|far|a great deal)"
_NOW = "[now|right now|again|then]"
_YOU = "[(you are|you're|it is|it's|that is|that's)]"

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "VolumeUp": [
            f"[(be|speak|talk|get)] {_BIT} louder {_NOW}",
            f"(say|repeat) (it|that) {_BIT} louder",
            f"speak up {_BIT} {_NOW}",
            f"(turn|put|crank|bring|pump) {_ONE} {_BIT} up {_BIT} {_NOW}",
            f"(turn|crank|put|bring) up {_VOLUME} {_BIT} {_NOW}",
            f"(increase|raise|boost|up) {_VOLUME} {_BIT} {_NOW}",
            f"[the] volume up {_BIT} {_NOW}",
            "[(give me|i need)] more volume",
            f"(make it|make yourself) {_BIT} louder {_NOW}",
            "i (can't|cannot|can not|can barely|can hardly|can't really) hear you [well|properly]",
            f"{_YOU} too (quiet|soft|low)",
            "(up|turn up) (a bit|a little)",
            "raise your voice",
            "[(you are|you're)] not loud enough",
        ],
        "VolumeUpMuch": [
            f"[(be|speak|talk)] {_LOT} louder {_NOW}",
            f"(turn|crank|bring) {_ONE} up (a lot|lots)",
        ],
        "VolumeUpBy": [
            f"(turn|put|crank|bring) {_ONE} up [by] {{loud}}",
            f"(turn|put|crank|bring) up {_VOLUME} by {{loud}}",
            f"(increase|raise|boost) {_VOLUME} by {{loud}}",
            "[the] volume up by {loud}",
            "{loud} louder",
        ],
        "VolumeDown": [
            f"[(be|speak|talk|get)] {_BIT} (quieter|softer|less loud|lower) {_NOW}",
            f"(speak|talk) [more] (quietly|softly) {_NOW}",
            f"(say|repeat) (it|that) {_BIT} (quieter|softer|more quietly|more softly)",
            f"(turn|put|bring|tone) {_ONE} {_BIT} down {_BIT} {_NOW}",
            f"(turn|put|bring) down {_VOLUME} {_BIT} {_NOW}",
            f"(decrease|lower|reduce|drop) {_VOLUME} {_BIT} {_NOW}",
            f"[the] volume down {_BIT} {_NOW}",
            "less volume",
            "(down|turn down) (a bit|a little)",
            "(lower|drop) your voice",
            "keep it down",
            f"(make it|make yourself) {_BIT} (quieter|softer|less loud) {_NOW}",
            "(don't|do not|stop) (shout|shouting|yell|yelling) [at (me|us)]",
            "(you are|you're) shouting [at (me|us)]",
            f"{_YOU} too loud",
            "not so loud",
        ],
        "VolumeDownMuch": [
            f"[(be|speak|talk)] {_LOT} (quieter|softer) {_NOW}",
            f"(turn|bring) {_ONE} down (a lot|lots)",
        ],
        "VolumeDownBy": [
            f"(turn|put|bring) {_ONE} down [by] {{loud}}",
            f"(turn|put|bring) down {_VOLUME} by {{loud}}",
            f"(decrease|lower|reduce|drop) {_VOLUME} by {{loud}}",
            "[the] volume down by {loud}",
            "{loud} (quieter|softer)",
        ],
        "VolumeSet": [
            f"(set|put|change|turn|make|adjust|bring) {_VOLUME} [up|down] (to|at|on) {{loud}}",
            "make (the|your) volume {loud}",
            f"(turn|bring|put) (up|down) {_VOLUME} to {{loud}}",
            f"(lower|raise|increase|decrease|reduce|drop) {_VOLUME} to {{loud}}",
            "(turn|set|put|bring) (yourself|your voice) [up|down] to {loud}",
            "(turn|put|bring) it (up|down) to {loud}",
            "[the] volume [level] [up|down] [to|at|on] {loud}",
            "(speak|talk) at {loud} [volume]",
        ],
        "VolumeHalf": ["(half|medium|normal) volume"],
        "VolumeLeast": [
            "(lowest|minimum|min|softest) volume",
            f"(turn|put|bring) {_ONE} all the way down",
        ],
        "VolumeMost": [
            "(full|max|maximum|top) volume",
            "full blast",
            f"(turn|put|crank|bring) {_ONE} all the way up",
            "(turn|put|crank) it up (all the way|full|to the max)",
            "[(speak|be)] as loud as (you can|possible) [speak|go|be]",
        ],
        "VolumeNone": [
            f"(turn|switch) {_VOLUME} off",
            f"(turn|switch) off {_VOLUME}",
            "mute (the volume|your (voice|speaker|volume|sound)|[the] (speaker|speakers|sound))",
            "volume off",
        ],
        "VolumeTell": [
            "(what is|what's|whats) (the|your) [current] volume [level] [(set to|at)] [now]",
            "(tell me|check) (the|your) [current] volume [level]",
            "how loud are you [now|right now|set|speaking]",
            "(what|which) volume (are you|is it) [set] (at|on|to)",
            "how high is (the|your) volume",
        ],
    },
}

_CALLS: Final[Mapping[str, Mapping[str, object]]] = {
    "VolumeDown": {"action": "down"},
    "VolumeDownMuch": {"action": "down", "percent": 30},
    "VolumeHalf": {"action": "set", "percent": 50},
    "VolumeLeast": {"action": "set", "percent": 5},
    "VolumeMost": {"action": "set", "percent": 100},
    "VolumeNone": {"action": "set", "percent": 0},
    "VolumeTell": {"action": "tell"},
    "VolumeUp": {"action": "up"},
    "VolumeUpMuch": {"action": "up", "percent": 30},
}
_TENTHS: Final = 10
"""A bare number up to this is meant in tenths, as on a knob: "volume five"."""
_STEPS: Final = 4
"""The same of a change: "by two" is two tenths, and "by five" is five percent, lest it shouts."""
_LEVELS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("max", "maximum", "full", "top", "full blast", "highest", "loudest"), 100),
    **dict.fromkeys(("half", "medium", "middle", "fifty fifty", "normal"), 50),
    **dict.fromkeys(("a quarter", "quarter", "low"), 25),
    **dict.fromkeys(("three quarters", "high"), 75),
    **dict.fromkeys(("min", "minimum", "lowest", "softest"), 5),
    **dict.fromkeys(("nothing", "silent", "off"), 0),
}
_OF_TEN: Final = (["out", "of", "ten"], ["of", "ten"], ["out", "of", "10"], ["of", "10"])
_OF_HUNDRED: Final = (
    *(["percent"], ["per", "cent"], ["out", "of", "100"], ["of", "100"]),
    *(["out", "of", "a", "hundred"], ["out", "of", "one", "hundred"]),
)


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; None where its slot is no loudness."""
    if intent in _CALLS:
        return None if slots else _call(_CALLS[intent])
    text = " ".join(str(slots.get("loud", "")).split())
    match intent:
        case "VolumeSet":
            percent = _level(text)
        case _:
            percent = _number(text, _STEPS)
    if percent is None:
        return None
    action = {"VolumeSet": "set", "VolumeUpBy": "up", "VolumeDownBy": "down"}[intent]
    return _call({"action": action, "percent": percent})


def _level(text: str) -> float | None:
    """Percent, of a number or of a word."""
    plain = re.sub(r"^(?:the|about|around) | volume$", "", text.lower())
    return _LEVELS[plain] if plain in _LEVELS else _number(plain, _TENTHS)


def _number(text: str, tenths: float) -> float | None:
    """Percent, of a number with its unit or a bare one; up to `tenths` that counts tenths."""
    words = words_of(text.replace("%", " percent"))
    found = number_at(words, 0)
    if found is None or found[0] < 0:
        return None
    number, rest = found[0], words[found[1] :]
    if rest in _OF_TEN or (not rest and number <= tenths):
        return number * 10
    return number if not rest or rest in _OF_HUNDRED else None


def _call(arguments: Mapping[str, object]) -> ToolCall:
    return ToolCall("instant", "volume", json.dumps(arguments))
