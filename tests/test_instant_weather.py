"""How people ask for the weather, and what only sounds like it."""

from __future__ import annotations

import json

import pytest

from assistant.think.instant import Instant

SAID = {
    "What's the weather?": ("sky", "", ""),
    "What's the weather like?": ("sky", "", ""),
    "How's the weather today?": ("sky", "today", ""),
    "What\u2019s the weather like tomorrow?": ("sky", "tomorrow", ""),
    "What is the weather in Berlin?": ("sky", "", "Berlin"),
    "What's the weather in Berlin tomorrow?": ("sky", "tomorrow", "Berlin"),
    "What's the weather like tomorrow in New York?": ("sky", "tomorrow", "New York"),
    "How is the weather in Springfield, Illinois?": ("sky", "", "Springfield, Illinois"),
    "How is the weather in Springfield in Illinois?": ("sky", "", "Springfield, Illinois"),
    "What will the weather be like on Saturday?": ("sky", "saturday", ""),
    "What's the weather going to be like tomorrow?": ("sky", "tomorrow", ""),
    "How will the weather be this weekend?": ("sky", "this weekend", ""),
    "How does the weather look for Sunday?": ("sky", "sunday", ""),
    "Weather for tomorrow morning.": ("sky", "tomorrow morning", ""),
    "Tell me the forecast for Friday.": ("sky", "friday", ""),
    "Give me the weather forecast.": ("sky", "", ""),
    "Show me the weather for this week.": ("sky", "this week", ""),
    "Could you tell me the forecast for the weekend?": ("sky", "the weekend", ""),
    "What's tomorrow's weather?": ("sky", "tomorrow", ""),
    "What's today's forecast?": ("sky", "today", ""),
    "Tonight's weather": ("sky", "tonight", ""),
    "What's the weekend forecast?": ("sky", "the weekend", ""),
    "What's the weather tonight?": ("sky", "tonight", ""),
    "What's the weather this evening?": ("sky", "this evening", ""),
    "What's the weather on Friday afternoon?": ("sky", "friday afternoon", ""),
    "What's the weather at 5 PM?": ("sky", "5 pm", ""),
    "What's the weather tomorrow at 5 PM in Berlin?": ("sky", "tomorrow 5 pm", "Berlin"),
    "What's the weather on December 24th?": ("sky", "december 24th", ""),
    "Weather.": ("sky", "", ""),
    "Weather in Paris": ("sky", "", "Paris"),
    "Hey, could you tell me the weather, please?": ("sky", "", ""),
    "How cold will it be tonight?": ("sky", "tonight", ""),
    "How hot will it get tomorrow?": ("sky", "tomorrow", ""),
    "How cold is it going to get tonight?": ("sky", "tonight", ""),
    "How cold is it outside?": ("now", "", ""),
    "How warm is it in Leeds?": ("now", "", "Leeds"),
    "How warm is it right now?": ("now", "", ""),
    "How warm is it tomorrow?": ("sky", "tomorrow", ""),
    "What's the temperature?": ("now", "", ""),
    "What's the temperature outside right now?": ("now", "", ""),
    "What is the outside temperature?": ("now", "", ""),
    "What's the temperature in Rome?": ("now", "", "Rome"),
    "What's it like outside?": ("now", "", ""),
    "Is it raining?": ("now", "", ""),
    "Is it cold outside?": ("now", "", ""),
    "Is it snowing in Oslo?": ("now", "", "Oslo"),
    "Will it rain today?": ("rain", "today", ""),
    "Is it going to rain tomorrow?": ("rain", "tomorrow", ""),
    "Will it rain in the morning?": ("rain", "morning", ""),
    "Do I need an umbrella?": ("rain", "", ""),
    "Do we need an umbrella tomorrow morning?": ("rain", "tomorrow morning", ""),
    "Should I take an umbrella today?": ("rain", "today", ""),
    "Will I need a raincoat on Monday?": ("rain", "monday", ""),
    "Will it rain in London on Sunday?": ("rain", "sunday", "London"),
    "What's the chance of rain tomorrow?": ("rain", "tomorrow", ""),
    "Is there any chance of rain tonight?": ("rain", "tonight", ""),
    "Is rain expected this afternoon?": ("rain", "this afternoon", ""),
    "How windy is it?": ("wind", "", ""),
    "Is it windy in Chicago?": ("wind", "", "Chicago"),
    "How strong will the wind be tomorrow?": ("wind", "tomorrow", ""),
    "What's the wind speed?": ("wind", "", ""),
    "When does the sun rise?": ("sunrise", "", ""),
    "What time is sunrise tomorrow?": ("sunrise", "tomorrow", ""),
    "What time is sunset?": ("sunset", "", ""),
    "When will the sun set in Tromsø?": ("sunset", "", "Tromsø"),
    "When does it get dark?": ("sunset", "", ""),
    "What's the hourly forecast?": ("hours", "", ""),
}

NOT_MEANT = [
    "What's the weather in the stock market?",
    "What's the weather like in the movie?",
    "Why is the weather so bad?",
    "Weather the storm.",
    "Weather or not you come",
    "Tell me about the weather in general.",
    "Tell me a story about the weather.",
    "What's the weather doing to my garden?",
    "Is it warm in the fridge?",
    "Is it hot in here?",
    "Is it cold inside?",
    "Is it cold if I wear a coat?",
    "How hot is the sun?",
    "How cold is liquid nitrogen?",
    "How warm is it in my bedroom?",
    "How hot is it in the oven?",
    "What's the temperature in the oven?",
    "What's the temperature of the pool?",
    "Set the temperature to 20 degrees.",
    "Do I need an umbrella policy?",
    "Do I need an appointment?",
    "Will it rain cats and dogs if I sing?",
    "Who sang Singing in the Rain?",
    "How windy is it on Mars?",
    "When did the sun set on the British Empire?",
    "When does the sun newspaper come out?",
    "What time is sunset on the moon?",
    "What's the forecast for our sales?",
    "What's the forecast for the election?",
    "Is it raining in your heart and mine?",
    "What was the weather when I was born?",
    "How strong is the coffee?",
]


@pytest.fixture(scope="module")
def instant() -> Instant:
    """All sentences."""
    return Instant(["en"])


@pytest.mark.parametrize("text", SAID)
def test_the_ways_in_which_people_ask(instant: Instant, text: str) -> None:
    """What is asked, when and where; what is not named stays away."""
    call = instant.match(text, "en")
    assert call is not None
    assert call.name == "weather"
    names = ("ask", "when", "place")
    wanted = {name: value for name, value in zip(names, SAID[text], strict=True) if value}
    assert json.loads(call.arguments) == wanted


@pytest.mark.parametrize("text", NOT_MEANT)
def test_what_only_sounds_like_it_goes_to_the_model(instant: Instant, text: str) -> None:
    """No words are taken for a place that are none."""
    assert instant.match(text, "en") is None


def test_there_are_enough_of_both() -> None:
    """Sixty ways to say it, and thirty that are near."""
    assert len(SAID) >= 60
    assert len(NOT_MEANT) >= 30
