"""How people speak of the assistant itself, and the call that does it.

Flows out: sentences for `instant`. A length is any words, which are read here: what is none was not
meant. Refuses to know: what is done.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from assistant.household.spoken import length_of
from assistant.messages import ToolCall
from assistant.orders import LONGEST_MUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MIC = "(the|your) (microphone|mic)"
_DEAF = "(stop listening|don't listen|do not listen) [to (me|us)]"
_ANSWER = "(answer|reply|response|sentence|message)"
_AGAIN = "(again|once more|once again|one more time|another time)"
_SORRY = "[sorry] i (didn't|did not|couldn't|could not) (hear|catch|get)"
_OUT = "(out|off|away|anywhere|[out] (to|into|over) (the|a) (cloud|internet|gateway|model|server))"
_SENT = "(did you send|have you sent|do you send|are you sending)"
_HERE = "(this|the|my|our) (machine|computer|house|home)"

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "AssistantMute": [
            f"mute [yourself|{_MIC}] [now|please|for now]",
            "stop listening [to (me|us)] [now|please|for now]",
            f"(turn|switch) off {_MIC} [now|please|for now]",
            f"(turn|switch) {_MIC} off [now|please|for now]",
            f"close {_MIC} [now|please|for now]",
        ],
        "AssistantMuteFor": [
            f"mute [yourself|{_MIC}] [for] {{mute_for}}",
            f"{_DEAF} for {{mute_for}}",
            f"(turn|switch) off {_MIC} for {{mute_for}}",
            f"(turn|switch) {_MIC} off for {{mute_for}}",
            f"(close|shut) {_MIC} for {{mute_for}}",
            f"for {{mute_for}} {_DEAF}",
        ],
        "AssistantNeverMind": [
            "(never mind|nevermind|nothing|no thanks|no thank you) [thanks|thank you]",
            "(drop|leave) it",
            "(stop|cancel|quiet|be quiet|that is enough|that's enough) [it|that] [now|please]",
        ],
        "LastRepeat": [
            f"repeat [(that|it|this|yourself)] [{_AGAIN}]",
            f"repeat what you [just] said [{_AGAIN}]",
            f"repeat (the|your) [last|previous] {_ANSWER} [{_AGAIN}]",
            "repeat the last thing [you said]",
            f"(say|tell me) [that|it|this] {_AGAIN}",
            f"(say|tell me) what you [just] said [{_AGAIN}]",
            "(once more|one more time|say again|come again|pardon|pardon me|i beg your pardon)",
            "[sorry] [what] what did you [just] say [again|just now]",
            "[sorry] what (was that|were you saying) [again]",
            "(what was|what's|what is) your [last] answer [again]",
            f"{_SORRY} (that|you|it) [at all]",
            f"{_SORRY} what you [just] said",
            "i missed (that|what you said)",
        ],
        "LastSlow": [
            "why (was|were) (that|it|this|you) [so|that|too|being so] (slow|late)",
            "why are you [so|being so] slow",
            "why (was|is) (that|this|your [last] answer) taking (so|that) long",
            "why did (that|it|this|you|your [last] answer) take [you] (so|that) long [to answer]",
            "why did (that|it|this|you) take [you] such a long time [to (answer|reply|respond)]",
            "why do you take so long [to (answer|reply|respond)]",
            "what took (you|it|that|so) [so] long",
            "why so (slow|long)",
            "why (the|was there a) [long] (delay|wait|pause)",
            "how long did (that|you|your [last] answer) take [you] [to (answer|reply|respond)]",
            "how long did it take you to (answer|reply|respond)",
            "how (fast|slow|quick) (was that|were you)",
        ],
        "AboutSent": [
            f"what {_SENT} [{_OUT}] [today]",
            f"what (data|information) {_SENT} [{_OUT}] [today]",
            f"how much [data] {_SENT} [{_OUT}] [today]",
            f"how many requests (did you make|{_SENT}) [{_OUT}] [today]",
            f"(did you send|have you sent) (anything|something|any data) [{_OUT}] [today]",
            f"what [data] (left|has left) {_HERE} [today]",
            f"(did|has) anything (leave|left) {_HERE} [today]",
            "what was sent [out] [today]",
        ],
        "AboutAbilities": [
            "what [else|all|things] can you do [for (me|us)] [here]",
            "(tell|show) me what you can do",
            "what are you capable of",
            "what (are you able|do you know how) to do",
            "what (are|is) your (abilities|skills|features|functions|capabilities)",
            "what (can|could|may|should) i (ask|say|ask you|say to you|do with you|use you for)",
            "what (are you good|can i use you) for",
            "how (do|can) i use you",
            "help",
        ],
        "AboutVersion": [
            "(which|what) version (are you|is this|do you have|are you running)",
            "(what is|what's|whats) your version [number]",
            "(tell me|say) your version [number]",
            "version [number]",
        ],
    },
}

_CALLS: Final[Mapping[str, ToolCall]] = {
    "AboutAbilities": ToolCall("instant", "about_me", '{"ask": "abilities"}'),
    "AboutSent": ToolCall("instant", "about_me", '{"ask": "sent_today"}'),
    "AboutVersion": ToolCall("instant", "about_me", '{"ask": "version"}'),
    "AssistantMute": ToolCall("instant", "mute", "{}"),
    "AssistantNeverMind": ToolCall("instant", "never_mind", "{}"),
    "LastRepeat": ToolCall("instant", "last_reply", '{"ask": "repeat"}'),
    "LastSlow": ToolCall("instant", "last_reply", '{"ask": "why_slow"}'),
}
_WHILE: Final[Mapping[str, float]] = {
    **dict.fromkeys(("a while", "a little while", "a bit", "a little bit", "some time"), 600),
    **dict.fromkeys(("a moment", "a second", "a sec"), 60),
}
"""Seconds of a time that nobody has counted; what is said back names them."""


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call that answers this intent; None where its slot is no time for a mute."""
    if intent == "AssistantMuteFor":
        return _mute(" ".join(str(slots.get("mute_for", "")).lower().split()))
    return None if slots else _CALLS.get(intent)


def _mute(words: str) -> ToolCall | None:
    plain = words.removeprefix("the next ").removeprefix("about ")
    seconds = _WHILE.get(plain) or length_of(plain)
    if seconds is None or not 1 <= seconds <= LONGEST_MUTE_S:
        return None
    return ToolCall("instant", "mute", json.dumps({"minutes": seconds / 60}))
