"""Timers, alarms and what rings, as people say it, without a model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.think import instant_ringing
from assistant.think.instant import Instant

Wanted = dict[str, Any]


@pytest.fixture(scope="module")
def instant() -> Instant:
    """All families, in English."""
    return Instant(["en"])


@pytest.fixture(scope="module")
def bell() -> Instant:
    """What is understood while something rings."""
    return Instant(["en", "de"], (instant_ringing,))


def heard(instant: Instant, text: str) -> tuple[str, Wanted] | None:
    """The tool and its arguments."""
    call = instant.match(text, "en")
    return None if call is None else (call.name, json.loads(call.arguments))


SET: list[tuple[str, Wanted]] = [
    ("Set a timer for ten minutes.", {"minutes": 10}),
    ("set a timer for 10 minutes", {"minutes": 10}),
    ("Please set a ten minute timer.", {"minutes": 10}),
    ("Set a 10-minute timer, please.", {"minutes": 10}),
    ("start a timer for an hour and a half", {"hours": 1, "minutes": 30}),
    ("Start an hour and a half timer", {"hours": 1, "minutes": 30}),
    ("set a timer for 90 seconds", {"minutes": 1, "seconds": 30}),
    ("Set a timer for ninety seconds.", {"minutes": 1, "seconds": 30}),
    ("set a timer for two and a half minutes", {"minutes": 2, "seconds": 30}),
    ("set a timer for 2.5 minutes", {"minutes": 2, "seconds": 30}),
    ("Can you set a timer for half an hour?", {"minutes": 30}),
    ("set a timer for a quarter of an hour", {"minutes": 15}),
    ("set a timer for three quarters of an hour", {"minutes": 45}),
    ("set a timer for one hour and twenty minutes", {"hours": 1, "minutes": 20}),
    ("set a timer for 1 hour, 5 minutes and 10 seconds", {"hours": 1, "minutes": 5, "seconds": 10}),
    ("set a timer for a minute", {"minutes": 1}),
    ("set a timer for a couple of minutes", {"minutes": 2}),
    ("Set a five minute pizza timer.", {"minutes": 5, "name": "pizza"}),
    ("set a pizza timer for five minutes", {"minutes": 5, "name": "pizza"}),
    ("set a timer for five minutes for the pizza", {"minutes": 5, "name": "pizza"}),
    ("set a ten minute timer for pasta", {"minutes": 10, "name": "pasta"}),
    ("set a timer called eggs for six minutes", {"minutes": 6, "name": "eggs"}),
    ("set a timer for six minutes called eggs", {"minutes": 6, "name": "eggs"}),
    ("start another timer for three minutes", {"minutes": 3}),
    ("timer for twenty five minutes", {"minutes": 25}),
    ("ten minute timer", {"minutes": 10}),
    ("hey set timer for 45 seconds", {"seconds": 45}),
    ("Okay, give me a five-minute timer.", {"minutes": 5}),
    ("I need a timer for a hundred minutes", {"hours": 1, "minutes": 40}),
    ("count down from thirty seconds", {"seconds": 30}),
    ("start a countdown of two minutes", {"minutes": 2}),
    ("wake me in twenty minutes", {"in_minutes": 20, "kind": "alarm"}),
    ("set a timer for zero minutes", {"minutes": 0}),
    ("set a timer for minus five minutes", {"minutes": -5}),
    ("set a timer for a year", {"hours": 8760}),
    ("set a timer for two minutes thirty", {"minutes": 2, "seconds": 30}),
]

CHANGES: list[tuple[str, str, Wanted]] = [
    ("Cancel the timer.", "timer_change", {"action": "cancel"}),
    ("stop the timer", "timer_change", {"action": "cancel"}),
    ("turn off the timer", "timer_change", {"action": "cancel"}),
    ("turn the pasta timer off", "timer_change", {"action": "cancel", "timer": "pasta"}),
    ("cancel the pasta timer", "timer_change", {"action": "cancel", "timer": "pasta"}),
    ("cancel my ten minute timer", "timer_change", {"action": "cancel", "timer": "ten minute"}),
    ("cancel all timers", "timer_change", {"action": "cancel", "timer": "all"}),
    ("delete all my timers", "timer_change", {"action": "cancel", "timer": "all"}),
    ("stop all of the timers", "timer_change", {"action": "cancel", "timer": "all"}),
    ("pause the timer", "timer_change", {"action": "pause"}),
    ("Pause the pizza timer, please.", "timer_change", {"action": "pause", "timer": "pizza"}),
    ("resume the timer", "timer_change", {"action": "resume"}),
    ("continue my pizza timer", "timer_change", {"action": "resume", "timer": "pizza"}),
    ("add five minutes to the timer", "timer_adjust", {"minutes": 5}),
    ("add 5 more minutes to the pasta timer", "timer_adjust", {"minutes": 5, "timer": "pasta"}),
    ("extend the timer by an hour and a half", "timer_adjust", {"hours": 1, "minutes": 30}),
    ("give the pasta timer another two minutes", "timer_adjust", {"minutes": 2, "timer": "pasta"}),
    ("take one minute off the timer", "timer_adjust", {"minutes": -1}),
    ("take 90 seconds off the egg timer", "timer_adjust",
     {"minutes": -1, "seconds": -30, "timer": "egg"}),
    ("how long is left on the timer", "timer_status", {}),
    ("How much time is left?", "timer_status", {}),
    ("how much time is left on the pasta timer", "timer_status", {"timer": "pasta"}),
    ("how long is left on my ten minute timer", "timer_status", {"timer": "ten minute"}),
    ("what timers are running", "timer_status", {}),
    ("when will the pasta timer be done", "timer_status", {"timer": "pasta"}),
    ("when does the pasta timer go off", "timer_status", {"timer": "pasta"}),
    ("status of my timers", "timer_status", {}),
    ("check the timer", "timer_status", {}),
    ("pasta timer status", "timer_status", {"timer": "pasta"}),
    ("add 2 minutes to the timer called pasta", "timer_adjust", {"minutes": 2, "timer": "pasta"}),
    ("take a minute off the timer for pasta", "timer_adjust", {"minutes": -1, "timer": "pasta"}),
]  # fmt: skip

WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
ALARMS: list[tuple[str, Wanted]] = [
    ("Set an alarm for 7.", {"time": "07:00", "half": "unsaid"}),
    ("set an alarm for 7:30", {"time": "07:30", "half": "unsaid"}),
    ("set an alarm for half past six", {"time": "06:30", "half": "unsaid"}),
    ("Set an alarm for quarter to nine p.m.", {"time": "08:45", "half": "pm"}),
    ("set an alarm for seven thirty tomorrow morning",
     {"time": "07:30", "half": "am", "day": "tomorrow"}),
    ("Wake me up at 6 a.m. every weekday.",
     {"time": "06:00", "half": "am", "repeat": "weekly", "weekdays": WORKDAYS}),
    ("wake me at seven on mondays",
     {"time": "07:00", "half": "unsaid", "repeat": "weekly", "weekdays": ["monday"]}),
    ("set a 7 am alarm", {"time": "07:00", "half": "am"}),
    ("set a 7 am alarm for weekdays",
     {"time": "07:00", "half": "am", "repeat": "weekly", "weekdays": WORKDAYS}),
    ("set an alarm every day at noon", {"time": "12:00", "half": "24h", "repeat": "daily"}),
    ("alarm at 19:30", {"time": "19:30", "half": "24h"}),
    ("set an alarm for six o'clock on Friday", {"time": "06:00", "half": "unsaid",
                                                "day": "friday"}),
    ("set an alarm in two hours", {"in_minutes": 120}),
    ("wake me up tomorrow at ten to seven", {"time": "06:50", "half": "unsaid", "day": "tomorrow"}),
    ("set an alarm for every other day at 9 pm",
     {"time": "09:00", "half": "pm", "repeat": "daily", "every": 2}),
]  # fmt: skip

REMINDERS: list[tuple[str, Wanted]] = [
    ("Remind me to call mum at five.", {"words": "call mum", "time": "05:00", "half": "unsaid"}),
    ("remind me to call Mum at 5 pm tomorrow",
     {"words": "call Mum", "time": "05:00", "half": "pm", "day": "tomorrow"}),
    ("remind me at 8 to take the bins out",
     {"words": "take the bins out", "time": "08:00", "half": "unsaid"}),
    ("remind me in twenty minutes to check the oven",
     {"words": "check the oven", "in_minutes": 20}),
    ("remind me to check the oven in half an hour", {"words": "check the oven", "in_minutes": 30}),
    ("remind me to buy 3 eggs at 6 pm", {"words": "buy 3 eggs", "time": "06:00", "half": "pm"}),
    ("remind me tomorrow at noon to pay the rent",
     {"words": "pay the rent", "time": "12:00", "half": "24h", "day": "tomorrow"}),
    ("remind us about the dentist on Tuesday at 10 am",
     {"words": "the dentist", "time": "10:00", "half": "am", "day": "tuesday"}),
    ("remind me every monday at 7 to put the bins out",
     {"words": "put the bins out", "time": "07:00", "half": "unsaid", "repeat": "weekly",
      "weekdays": ["monday"]}),
    ("set a reminder to water the plants at 9 every day",
     {"words": "water the plants", "time": "09:00", "half": "unsaid", "repeat": "daily"}),
    ("Remind me to buy milk, eggs and bread at 6 pm.",
     {"words": "buy milk, eggs and bread", "time": "06:00", "half": "pm"}),
]  # fmt: skip

ALARM_CHANGES: list[tuple[str, str, Wanted]] = [
    ("cancel my alarm", "alarm_change", {"action": "cancel", "kind": "alarm"}),
    ("cancel the 7:30 alarm", "alarm_change",
     {"action": "cancel", "kind": "alarm", "alarm": "7:30"}),
    ("turn off the alarm for half past six", "alarm_change",
     {"action": "cancel", "kind": "alarm", "alarm": "half past six"}),
    ("delete all alarms", "alarm_change", {"action": "cancel", "kind": "alarm", "all": True}),
    ("skip the next alarm", "alarm_change", {"action": "skip_next", "kind": "alarm"}),
    ("skip my monday alarm", "alarm_change",
     {"action": "skip_next", "kind": "alarm", "alarm": "monday"}),
    ("cancel the reminder to call mum", "alarm_change",
     {"action": "cancel", "kind": "reminder", "alarm": "call mum"}),
    ("what alarms do I have", "alarm_list", {"kind": "alarm"}),
    ("when is my next alarm", "alarm_list", {"kind": "alarm"}),
    ("What reminders are there?", "alarm_list", {"kind": "reminder"}),
]  # fmt: skip

RINGING: list[tuple[str, Wanted]] = [
    ("Stop!", {"action": "stop"}),
    ("stop it", {"action": "stop"}),
    ("Okay.", {"action": "stop"}),
    ("Dismiss.", {"action": "stop"}),
    ("stop the alarm", {"action": "stop"}),
    ("turn off the timer", {"action": "stop"}),
    ("turn it off please", {"action": "stop"}),
    ("I'm up", {"action": "stop"}),
    ("That's enough.", {"action": "stop"}),
    ("Shut up!", {"action": "stop"}),
    ("Thank you.", {"action": "stop"}),
    ("Snooze.", {"action": "snooze"}),
    ("snooze the alarm", {"action": "snooze"}),
    ("Snooze five minutes.", {"action": "snooze", "minutes": 5}),
    ("snooze for ten minutes please", {"action": "snooze", "minutes": 10}),
    ("snooze it for half an hour", {"action": "snooze", "minutes": 30}),
    ("snooze 5", {"action": "snooze", "minutes": 5}),
    ("Five more minutes!", {"action": "snooze", "minutes": 5}),
    ("five minutes more", {"action": "snooze", "minutes": 5}),
    ("another ten minutes", {"action": "snooze", "minutes": 10}),
    ("give me ten more minutes", {"action": "snooze", "minutes": 10}),
    ("remind me again in an hour", {"action": "snooze", "minutes": 60}),
    ("not now", {"action": "snooze"}),
]

OURS = {
    *("timer_set", "timer_change", "timer_adjust", "timer_status"),
    *("alarm_set", "alarm_change", "alarm_list", "ringing"),
}

OTHERS = [
    "What is a timer?",
    "How do I boil eggs for ten minutes?",
    "Set a timer.",
    "set a timer for the pasta",
    "set the light to ten percent in ten minutes",
    "turn off the lights in ten minutes",
    "set a timer for ten minutes and turn off the lights",
    "set a timer for ten",
    "set the table for ten",
    "set a timer for as long as it takes to boil an egg",
    "set a ten minute timer and a five minute timer",
    "cancel my appointment",
    "stop talking about the timer",
    "pause the music",
    "resume the film",
    "how long is left of the film",
    "how long is the Nile",
    "how much time do I need to boil an egg",
    "add five eggs to the shopping list",
    "add milk to the timer list",
    "take five from nine",
    "why did the timer not ring",
    "wake me when the rain stops",
    "set an alarm for when the sun rises",
    "set an alarm for the meeting",
    "remind me what I said",
    "remind me of the time we went to Rome",
    "what did you remind me of",
    "remind me to call mum when I get home",
    "tell me about the alarm in the house",
    "is the alarm system on",
    "cancel the alarm system subscription that I took out in May last year",
    "stop",
    "snooze",
    "okay",
    "five more minutes",
    "time flies",
    "what is the time left to the world",
]


@pytest.mark.parametrize(("text", "wanted"), SET)
def test_a_timer_is_set_as_it_is_said(instant: Instant, text: str, wanted: Wanted) -> None:
    """A length in figures or words, with a name before or after it."""
    tool = "alarm_set" if "kind" in wanted else "timer_set"
    assert heard(instant, text) == (tool, wanted)


@pytest.mark.parametrize(("text", "tool", "wanted"), CHANGES)
def test_a_timer_is_changed_as_it_is_said(
    instant: Instant, text: str, tool: str, wanted: Wanted
) -> None:
    """Cancel, pause, go on, more, less, how long: of the one, of one by name or length, of all."""
    assert heard(instant, text) == (tool, wanted)


@pytest.mark.parametrize(("text", "wanted"), ALARMS)
def test_an_alarm_is_set_as_it_is_said(instant: Instant, text: str, wanted: Wanted) -> None:
    """A time, a day and what repeats, in any order."""
    assert heard(instant, text) == ("alarm_set", {"kind": "alarm", **wanted})


@pytest.mark.parametrize(("text", "wanted"), REMINDERS)
def test_a_reminder_is_set_as_it_is_said(instant: Instant, text: str, wanted: Wanted) -> None:
    """The time before the words or after them; the words as they were said."""
    assert heard(instant, text) == ("alarm_set", {"kind": "reminder", **wanted})


@pytest.mark.parametrize(("text", "tool", "wanted"), ALARM_CHANGES)
def test_an_alarm_is_changed_as_it_is_said(
    instant: Instant, text: str, tool: str, wanted: Wanted
) -> None:
    """Cancel, skip, list; by time, day or words."""
    assert heard(instant, text) == (tool, wanted)


@pytest.mark.parametrize(("text", "wanted"), RINGING)
def test_what_rings_is_stopped_or_put_off_in_a_word(
    bell: Instant, text: str, wanted: Wanted
) -> None:
    """While something rings, a word is enough."""
    assert heard(bell, text) == ("ringing", wanted)


def test_stop_is_understood_in_every_language(bell: Instant) -> None:
    """It is said everywhere, so that a language without sentences of its own knows it."""
    assert bell.match("Stop!", "de") is not None
    assert bell.match("Wie spät ist es?", "de") is None


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_looks_like_it_goes_to_the_model(instant: Instant, text: str) -> None:
    """Half a sentence, two wishes in one, or another family's matter: none is guessed at."""
    call = heard(instant, text)
    assert call is None or call[0] not in OURS


@pytest.mark.parametrize(
    "text", ["What time is it?", "remind me to stop at five shops", "Why?", "ten", "tell me a joke"]
)
def test_other_words_do_not_stop_what_rings(bell: Instant, text: str) -> None:
    """A request that has nothing to do with the bell is a request."""
    assert heard(bell, text) is None
