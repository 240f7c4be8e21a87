"""The wake phrase off a transcript: the spellings are what tiny.en and base wrote of recordings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.listen.wake_phrase import without

JARVIS, NABU, MYCROFT, ALEXA = "Hey Jarvis", "Okay Nabu", "Hey Mycroft", "Alexa"
ALL = [JARVIS, NABU, MYCROFT, ALEXA]
TIMER = "set a timer for 10 minutes."
WEATHER = "what's the weather in Jakarta?"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        # our voice, and recorded speakers, as tiny.en and base wrote them
        (f"Hey Jarvis, {WEATHER}", WEATHER),
        (f"Hey, Jarvis, {WEATHER}", WEATHER),
        (f"Hey Jarvis {WEATHER}", WEATHER),
        (f"A. Jarvis, {TIMER}", TIMER),
        (f"A, Jarvis {TIMER}", TIMER),
        (f"HR was {TIMER}", TIMER),
        (f"Hajar was {TIMER}", TIMER),
        ("A Travis, test 1, 2, 3, A Travis.", "test 1, 2, 3, A Travis."),
        ("Hey Travis, test one, two, three.", "test one, two, three."),
        (f"Okay, Nabu, {WEATHER}", WEATHER),
        (f"Okay Naboo, {WEATHER}", WEATHER),
        ("Okay, Naboo. What's the weather?", "What's the weather?"),
        (f"Ok Naabu, {WEATHER}", WEATHER),
        (f"Ok Nobu, {WEATHER}", WEATHER),
        (f"OK, Naboo, {TIMER}", TIMER),
        (f"Okay, Navu, {WEATHER}", WEATHER),
        (f"Okay, now, Boo, {TIMER}", TIMER),
        ("Okay, now, boo. What time is it?", "What time is it?"),
        ("Okay now, but turn on the kitchen lights.", "turn on the kitchen lights."),
        (f"Okay, now be {TIMER}", TIMER),
        (f"Hey, Minecraft, {WEATHER}", WEATHER),
        ("Hey, Metcroft. What's the weather?", "What's the weather?"),
        (f"A make-roft, {TIMER}", TIMER),
        ("A microft, turn on the kitchen lights.", "turn on the kitchen lights."),
        ("Hey, Megraft, who was the first man?", "who was the first man?"),
        (f"Hey, mechroft, {TIMER}", TIMER),
        ("Hayne Maycroft, who was the first man?", "who was the first man?"),
        (f"Hey Makeroft, {TIMER}", TIMER),
        (f"Hey McRought, {TIMER}", TIMER),
        (f"Hey MicRoth {TIMER}", TIMER),
        (f"Hey, Microp, {WEATHER}", WEATHER),
        (f"A microf {TIMER}", TIMER),
        (f"Hey, my Croft, {WEATHER}", WEATHER),
        (f"Hey my craft {TIMER}", TIMER),
        (f"Alexa, {WEATHER}", WEATHER),
        ("Lexa", ""),
        # and what may be written as well
        ("Hey Charvis. What time is it?", "What time is it?"),
        ("hey microsoft what time is it", "what time is it"),
        ("Jarvis, what time is it?", "what time is it?"),
        ("Jervis what time is it?", "what time is it?"),
        ("Nabu, what time is it?", "what time is it?"),
        ("Hey Jarvis… what time is it?", "what time is it?"),
        ("Hey Jarvis - what time is it?", "what time is it?"),
    ],
)
def test_the_phrase_is_taken_off_however_it_is_spelt(text: str, rest: str) -> None:
    """The rest keeps its capitals and its marks; the comma behind the phrase goes too."""
    assert without(text, ALL) == rest


@pytest.mark.parametrize(
    "text",
    ["Hey Jarvis.", "Alexa", "Alexa?", "Alexa? Alexa?", "Hey, Minecraft!", "Okay, now boot."],
)
def test_the_phrase_alone_leaves_nothing(text: str) -> None:
    """Also where it was said, or written, twice."""
    assert without(text, ALL) == ""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("so I said. Hey Jarvis what time is it", "what time is it"),
        ("So I said hey Jarvis, what time is it?", "what time is it?"),
        ("No, I don't. Alexa, what time is it?", "what time is it?"),
        ("and he was late, Alexa, what time is it?", "what time is it?"),
        ("That was all! A Jarvis, turn it off.", "turn it off."),
        ("That was it. Jarvis, what time is it?", "what time is it?"),
        ("that was it. Hey Jarvis.", ""),
    ],
)
def test_what_was_said_before_the_phrase_goes_too(text: str, rest: str) -> None:
    """The pre-roll may hold the end of a talk, which is no part of the request."""
    assert without(text, ALL) == rest


@pytest.mark.parametrize(
    "text",
    [
        "What does Jarvis mean?",
        "Who is Jarvis?",
        "Is there a Jarvis in that film?",
        "What does Alexa mean?",
        "Turn off the Alexa lamp.",
        "What about my friend, Alexa?",
        "Play music by Jarvis Cocker.",
        "There was a storm.",
        "Hey, there was a noise.",
        "Are there services nearby?",
        "Can we have music?",
        "Looks like rain, or not?",
        "Charles Darwin was born when?",
        "I like some music.",
        "Likes and dislikes.",
        "Make a list.",
        "Hey, make coffee.",
        "Hey, my car has broken down.",
        "Thank you very much.",
        "10 minutes.",
        "What time is it?",
        "",
        "...",
        "今何時ですか",
    ],
)
def test_a_request_without_the_phrase_stays_whole(text: str) -> None:
    """Nothing is eaten that only resembles the phrase, or names it in passing."""
    assert without(text, ALL) == text


def test_only_the_words_that_are_listened_for_are_taken_off() -> None:
    """Who listens to Hey Jarvis may ask about Alexa."""
    assert without("Alexa is a name from where?", [JARVIS]) == "Alexa is a name from where?"
    assert without("Hey Jarvis, who is Alexa?", ALL) == "who is Alexa?"
    assert without("Hey Jarvis, hello", []) == "Hey Jarvis, hello"


def test_a_word_may_be_given_as_the_settings_name_it() -> None:
    """`hey_jarvis` is Hey Jarvis."""
    assert without("Hey Jarvis, hello", ["hey_jarvis"]) == "hello"


def test_a_phrase_of_ones_own_is_known_by_its_sound() -> None:
    """Also in other scripts' accents, and with more words."""
    assert without("Hallo, Größe! Wie spät ist es?", ["Hallo Grösse"]) == "Wie spät ist es?"
    assert without("Hey, pack a pig, sing!", ["Hey Peppa Pig"]) == "sing!"


@given(st.text(max_size=60), st.sampled_from(ALL))
def test_any_text_gives_its_own_end(text: str, word: str) -> None:
    """Whatever comes in, what comes out is the end of it."""
    assert text.endswith(without(text, [word]))
