"""How people speak of the assistant itself: what needs no model, and what only sounds like it."""

from __future__ import annotations

import json

import pytest

from assistant.think.instant import Instant


def to(percent: float) -> dict[str, object]:
    """The volume at so many percent."""
    return {"action": "set", "percent": percent}


VOLUME: dict[str, dict[str, object]] = {
    "Louder.": {"action": "up"},
    "Turn it up.": {"action": "up"},
    "Could you turn it up a bit, please?": {"action": "up"},
    "Turn it up a little more.": {"action": "up"},
    "Turn up the volume!": {"action": "up"},
    "Turn the volume up": {"action": "up"},
    "Turn the volume up a notch.": {"action": "up"},
    "Volume up": {"action": "up"},
    "Increase the volume, please.": {"action": "up"},
    "Raise your volume": {"action": "up"},
    "Speak up!": {"action": "up"},
    "Speak louder.": {"action": "up"},
    "A bit louder, please.": {"action": "up"},
    "Could you speak a little louder?": {"action": "up"},
    "I can't hear you.": {"action": "up"},
    "I can barely hear you": {"action": "up"},
    "You're too quiet.": {"action": "up"},
    "Make it louder": {"action": "up"},
    "Turn the sound up.": {"action": "up"},
    "Turn it up 10 percent.": {"action": "up", "percent": 10},
    "Much louder.": {"action": "up", "percent": 30},
    "Turn it up a lot.": {"action": "up", "percent": 30},
    "Turn it up by 20 percent.": {"action": "up", "percent": 20},
    "Volume up by two.": {"action": "up", "percent": 20},
    "Raise the volume by five": {"action": "up", "percent": 5},
    "Ten percent louder.": {"action": "up", "percent": 10},
    "Quieter.": {"action": "down"},
    "Be quieter, please.": {"action": "down"},
    "A little softer": {"action": "down"},
    "Turn it down.": {"action": "down"},
    "Please turn it down a bit.": {"action": "down"},
    "Turn down the volume": {"action": "down"},
    "Lower the volume.": {"action": "down"},
    "Lower your voice.": {"action": "down"},
    "Volume down a little": {"action": "down"},
    "Down a bit, please.": {"action": "down"},
    "You are too loud!": {"action": "down"},
    "That's too loud.": {"action": "down"},
    "Not so loud!": {"action": "down"},
    "Don't shout.": {"action": "down"},
    "Stop shouting at me!": {"action": "down"},
    "Speak more quietly.": {"action": "down"},
    "Keep it down.": {"action": "down"},
    "Decrease the volume by 15%": {"action": "down", "percent": 15},
    "Set the volume to 50 percent.": to(50),
    "Set the volume to 50%.": to(50),
    "Set volume to fifty": to(50),
    "Volume five.": to(50),
    "Volume 5": to(50),
    "Volume 5%": to(5),
    "Volume five percent": to(5),
    "Volume seven out of ten.": to(70),
    "Set your volume to 3 of 10.": to(30),
    "Volume ten.": to(100),
    "Volume 11": to(11),
    "Volume zero": to(0),
    "Put the volume at 7.5": to(75),
    "Turn the volume down to 20": to(20),
    "Turn it up to eighty percent.": to(80),
    "Lower the volume to 30 percent": to(30),
    "Change the volume to half.": to(50),
    "Half volume.": to(50),
    "Make the volume 30 percent.": to(30),
    "Put the volume on five": to(50),
    "Minimum volume": to(5),
    "Turn it all the way down.": to(5),
    "Set the volume to the maximum": to(100),
    "Full volume!": to(100),
    "Turn it all the way up.": to(100),
    "Speak as loud as you can.": to(100),
    "Volume 150": to(150),
    "Volume off": to(0),
    "Turn the volume off.": to(0),
    "Mute the volume": to(0),
    "What's the volume?": {"action": "tell"},
    "How loud are you?": {"action": "tell"},
    "What is your volume set to?": {"action": "tell"},
}
MUTE: dict[str, dict[str, object]] = {
    "Mute for ten minutes.": {"minutes": 10},
    "Mute yourself for half an hour": {"minutes": 30},
    "Stop listening for an hour.": {"minutes": 60},
    "Please stop listening to us for the next 20 minutes": {"minutes": 20},
    "Turn off your microphone for 90 seconds.": {"minutes": 1.5},
    "Turn the mic off for two hours": {"minutes": 120},
    "Don't listen for five minutes.": {"minutes": 5},
    "For ten minutes, don't listen.": {"minutes": 10},
    "Mute 10 minutes": {"minutes": 10},
    "Mute for a while": {"minutes": 10},
    "Stop listening for now.": {},
    "Mute.": {},
}
LAST: dict[str, str] = {
    "Repeat that.": "repeat",
    "Repeat that again, please.": "repeat",
    "Can you repeat that?": "repeat",
    "Repeat.": "repeat",
    "Repeat your last answer.": "repeat",
    "Say that again.": "repeat",
    "Could you say that once more?": "repeat",
    "Say it one more time": "repeat",
    "Tell me again.": "repeat",
    "What did you say?": "repeat",
    "Sorry, what did you just say?": "repeat",
    "What was that?": "repeat",
    "What was your answer?": "repeat",
    "I didn't catch that.": "repeat",
    "Sorry, I did not hear you": "repeat",
    "I didn't hear what you said.": "repeat",
    "Pardon?": "repeat",
    "Once more, please.": "repeat",
    "Why was that slow?": "why_slow",
    "Why was that so slow?": "why_slow",
    "Why are you so slow?": "why_slow",
    "Why did that take so long?": "why_slow",
    "Why did you take so long to answer?": "why_slow",
    "What took you so long?": "why_slow",
    "How long did that take?": "why_slow",
    "How fast was that?": "why_slow",
    "Why the delay?": "why_slow",
}
ABOUT: dict[str, str] = {
    "What did you send today?": "sent_today",
    "What have you sent out today?": "sent_today",
    "What did you send to the cloud?": "sent_today",
    "What data have you sent to the internet today?": "sent_today",
    "How much data did you send today?": "sent_today",
    "How many requests have you sent today?": "sent_today",
    "Did you send anything today?": "sent_today",
    "What left this machine today?": "sent_today",
    "Has anything left the house today?": "sent_today",
    "What can you do?": "abilities",
    "What else can you do for me?": "abilities",
    "What can I ask you?": "abilities",
    "Tell me what you can do.": "abilities",
    "Help!": "abilities",
    "Which version are you?": "version",
    "What's your version?": "version",
}
LANGUAGES: dict[tuple[str, str], dict[str, object]] = {
    ("en", "Which languages do you understand?"): {"action": "tell"},
    ("en", "What languages can you speak?"): {"action": "tell"},
    ("en", "Do you speak German?"): {"action": "tell"},
    ("en", "Can you understand French?"): {"action": "tell"},
    ("en", "Speak German."): {"action": "only", "name": "German"},
    ("en", "Could you speak Spanish, please?"): {"action": "only", "name": "Spanish"},
    ("en", "Answer me in French."): {"action": "only", "name": "French"},
    ("en", "Listen in German only."): {"action": "only", "name": "German"},
    ("en", "Only listen to Dutch."): {"action": "only", "name": "Dutch"},
    ("en", "Let's speak Italian"): {"action": "only", "name": "Italian"},
    ("en", "Switch to English from now on."): {"action": "only", "name": "English"},
    ("en", "Go back to English."): {"action": "only", "name": "English"},
    ("en", "Listen to all languages."): {"action": "all"},
    ("en", "All languages again, please."): {"action": "all"},
    ("de", "Sprich Englisch."): {"action": "only", "name": "Englisch"},
    ("de", "Sprich bitte mit mir auf Deutsch!"): {"action": "only", "name": "Deutsch"},
    ("de", "Hör auf alle Sprachen."): {"action": "all"},
    ("de", "Welche Sprachen verstehst du?"): {"action": "tell"},
    ("fr", "Parle anglais."): {"action": "only", "name": "anglais"},
    ("fr", "Quelles langues comprends-tu ?"): {"action": "tell"},
    ("es", "Habla en inglés."): {"action": "only", "name": "inglés"},
    ("id", "Bicara bahasa Inggris."): {"action": "only", "name": "bahasa Inggris"},
    ("nl", "Spreek Duits."): {"action": "only", "name": "Duits"},
}
OTHERS = (
    "Turn up the heating.",
    "Turn the heating up.",
    "Turn it up to gas mark five.",
    "Turn it down to 20 degrees.",
    "Turn up the TV.",
    "Turn the music down.",
    "Turn up at eight.",
    "Turn it up to the left.",
    "Turn down the bed.",
    "Mute my phone.",
    "Use the oven.",
    "Go back to sleep.",
    "What does a loud sound do?",
    "Sound the alarm.",
    "Should I turn down the offer?",
    "Speak up for yourself.",
    "What is the volume of a cube?",
    "What's the volume of a sphere with radius three?",
    "Volume control does not work on the TV.",
    "Set the volume to fifty on the television.",
    "How loud is a lion?",
    "Is it louder than a lion?",
    "The baby is too loud for me to sleep.",
    "I can't hear you coming when you wear socks.",
    "Mute the television.",
    "Mute the television for ten minutes.",
    "Stop listening for the doorbell.",
    "Mute for a million years.",
    "Mute for zero seconds",
    "Don't listen to him.",
    "Repeat after me.",
    "Repeat the alarm every day.",
    "Say that again in French.",
    "Tell me a story again.",
    "What did you say to grandma?",
    "What did you say about the weather?",
    "What did he say?",
    "Why was the train so slow?",
    "Why is the internet so slow?",
    "Why are snails so slow?",
    "How long did it take to build Rome?",
    "How long does that take to bake?",
    "What did you send to grandma?",
    "What did you send her today?",
    "Did you send the letter today?",
    "Send a message to mum.",
    "What has left the harbour today?",
    "What can you do about the noise?",
    "Help me with my homework.",
    "Help my son with maths.",
    "Which version of Windows is the newest?",
    "Which languages do people speak in Belgium?",
    "Speak to me.",
    "Speak clearly.",
    "Speak it.",
    "Do you know Peter?",
    "Listen to German music.",
    "How do you say thank you in German?",
    "Answer in French: how are you?",
    "Switch to the kitchen light.",
)
OURS = {"volume", "mute", "last_reply", "about_me", "language", "never_mind"}


@pytest.fixture(scope="module")
def instant() -> Instant:
    """The sentences of all families, read once."""
    return Instant(["en", "de", "fr", "es", "id", "nl"])


def called(instant: Instant, text: str, language: str = "en") -> tuple[str, object] | None:
    """The tool and its arguments."""
    call = instant.match(text, language)
    return (call.name, json.loads(call.arguments)) if call else None


@pytest.mark.parametrize("text", VOLUME)
def test_the_volume_needs_no_model(instant: Instant, text: str) -> None:
    """By a step, by a number, to a number, in percent or, up to ten, in tenths; and told."""
    assert called(instant, text) == ("volume", VOLUME[text])


@pytest.mark.parametrize("text", MUTE)
def test_closing_the_microphone_for_a_while_needs_no_model(instant: Instant, text: str) -> None:
    """For a length of time in any words, for a while, or without an end."""
    assert called(instant, text) == ("mute", MUTE[text])


@pytest.mark.parametrize("text", LAST)
def test_asking_back_needs_no_model(instant: Instant, text: str) -> None:
    """What was said, and why that took so long."""
    assert called(instant, text) == ("last_reply", {"ask": LAST[text]})


@pytest.mark.parametrize("text", ABOUT)
def test_asking_about_it_needs_no_model(instant: Instant, text: str) -> None:
    """What has left the machine, what it can do, what it is."""
    assert called(instant, text) == ("about_me", {"ask": ABOUT[text]})


@pytest.mark.parametrize(("language", "text"), LANGUAGES)
def test_choosing_a_language_needs_no_model(instant: Instant, language: str, text: str) -> None:
    """In any that one may be stuck in, and by the names that it has there."""
    assert called(instant, text, language) == ("language", LANGUAGES[language, text])


@pytest.mark.parametrize("text", ["Undo that.", "Take that back.", "Undo the last change."])
def test_what_was_done_is_undone_without_a_model(instant: Instant, text: str) -> None:
    """Also the volume, which is a deed as any other."""
    assert called(instant, text) == ("undo", {})


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_sounds_like_it_is_left_alone(instant: Instant, text: str) -> None:
    """Other things are loud, slow, sent and repeated too."""
    found = called(instant, text)
    assert found is None or found[0] not in OURS
