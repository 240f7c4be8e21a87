"""What the whole assistant is asked aloud, one line a request, and what must come of it.

Flows out: the table. Refuses to know: how it is asked; `spoken_room` does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

from gateway_script import Call

Way = Literal["instant", "model"]
"""Who understands the words: the instant path, or a model behind the gateway."""
BOTH: Final[tuple[Way, ...]] = ("instant", "model")
MODEL: Final[tuple[Way, ...]] = ("model",)
INSTANT: Final[tuple[Way, ...]] = ("instant",)


PAGE = "{page}"
"""Stands for the address of a page that a server of the test has."""


def call(tool: str, /, **arguments: object) -> Call:
    """A call that the scripted model makes."""
    return Call(tool, json.dumps(arguments))


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One request, and what must come of it."""

    family: str
    question: str
    call: Call
    """What the scripted model calls, and by its name also the instant path."""
    answer: str
    """What the answer must contain: a regular expression, in any case."""
    ways: tuple[Way, ...] = BOTH


ROWS: Final[tuple[Row, ...]] = (
    Row("clock", "What time is it in Tokyo?", call("clock", ask="time", place="Tokyo"), "in Tokyo"),
    Row("timers", "Set a timer for ten minutes.", call("timer_set", minutes=10), "for 10 minutes"),
    Row("undo", "Take that back.", call("undo"), "timer is gone again"),
    Row("alarms", "Wake me tomorrow at seven.",
        call("alarm_set", time="07:00", day="tomorrow"), "alarm is set for 7:00"),
    Row("alarms", "Remind me tomorrow at nine to water the plants.",
        call("alarm_set", kind="reminder", time="09:00", day="tomorrow", words="water the plants"),
        "remind you at 9:00.*water the plant"),
    Row("weather", "How warm is it outside?", call("weather", ask="now"), "12 degrees with light"),
    Row("notes", "Make a note that Anna has the key.",
        call("change_notes", action="add", text="Anna has the key"), "note is made.*key"),
    Row("lists", "Put apples and butter on the shopping list.",
        call("change_list", action="add", name="shopping", items=["apples", "butter"]),
        "apples and butter are on your shopping list"),
    Row("memory", "Remember that we have two cats.",
        call("change_memory", action="remember", text="we have two cats"), "remember.*cats"),
    Row("sums", "What is 15 percent of 80?", call("calculate", expression="15% of 80"), "is 12"),
    Row("camera", "What do you see?", call("look"), "a picture of .* kilobytes", MODEL),
    Row("documents", "Read me the letter in my documents.",
        call("documents", ask="read", name="letter"), "heating will be off on Friday", MODEL),
    Row("web", "Read the page about bees in winter.",
        call("read_page", address=PAGE), "colony needs some 15 kilograms of honey", MODEL),
    Row("a server", "Turn on the lamp in the kitchen.",
        call("home_HassTurnOn", name="kitchen lamp"), "kitchen lamp", MODEL),
    Row("this assistant", "What did you send today?", call("about_me", ask="sent_today"),
        "left this machine today"),
    Row("this voice", "Why was that slow?", call("last_reply", ask="why_slow"), "it took .*second"),
    Row("this voice", "Which languages do you understand?",
        call("language", action="tell"), "understand and speak English"),
    Row("this voice", "Set the volume to fifty percent.",
        call("volume", action="set", percent=50), "volume is at 50"),
    Row("this voice", "Repeat that.", call("last_reply", ask="repeat"), "volume is at 50"),
    Row("this voice", "Mute yourself.", call("mute"), "microphone is off"),
    Row("never mind", "Never mind.", call("never_mind"), "okay", INSTANT),
)  # fmt: skip
"""In this order, in one conversation: what was done last is taken back or repeated, and after the
mute it hears again."""
