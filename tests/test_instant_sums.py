"""How people ask for sums, and what only looks like one."""

from __future__ import annotations

import json

import pytest

from assistant.errors import ToolError
from assistant.think.instant import Instant
from assistant.tools.sums import sums
from assistant.worker import Worker

SAID = {
    "What's 15% of 80?": "15% of 80 is 12.",
    "What is fifteen percent of eighty?": "15% of 80 is 12.",
    "Fifteen per cent of eighty": "15% of 80 is 12.",
    "What is 12 times 7?": "12 times 7 is 84.",
    "Twelve times seven.": "12 times 7 is 84.",
    "What's 5 plus 3?": "5 plus 3 is 8.",
    "5 + 3": "5 plus 3 is 8.",
    "Hey, what's five plus three please?": "5 plus 3 is 8.",
    "What is 100 minus 37?": "100 minus 37 is 63.",
    "How much is 144 divided by 12?": "144 divided by 12 is 12.",
    "What's 10 divided by 3?": "10 divided by 3 is about 3.33.",
    "What is 10 over 4?": "10 divided by 4 is 2.5.",
    "Calculate 3 * (4 + 5).": "3 times (4 plus 5) is 27.",
    "Work out 17 x 23": "17 times 23 is 391.",
    "What is 7 multiplied by 8?": "7 times 8 is 56.",
    "Multiply 7 by 8.": "7 times 8 is 56.",
    "Divide 100 by 8.": "100 divided by 8 is 12.5.",
    "Add 19 and 23.": "23 plus 19 is 42.",
    "Subtract 15 from 40.": "40 minus 15 is 25.",
    "What's the sum of 12 and 13?": "12 plus 13 is 25.",
    "What's the product of 6 and 7?": "6 times 7 is 42.",
    "What's the square root of 144?": "The square root of 144 is 12.",
    "The square root of two": "The square root of 2 is about 1.41.",
    "What is 9 squared?": "9 squared is 81.",
    "What's 3 cubed?": "3 cubed is 27.",
    "What's 2 to the power of 10?": "2 to the power of 10 is 1,024.",
    "Half of 30": "1/2 of 30 is 15.",
    "What's a third of 90?": "1/3 of 90 is 30.",
    "What is two thirds of 90?": "2/3 of 90 is 60.",
    "What's three quarters of 200?": "3/4 of 200 is 150.",
    "What's a quarter of 10?": "1/4 of 10 is 2.5.",
    "What's twice 21?": "2 times 21 is 42.",
    "What is 80 plus 15%?": "80 plus 15% is 92.",
    "How much is 20% off 50?": "50 minus 20% is 40.",
    "What percent of 80 is 20?": "20 is 25% of 80.",
    "20 is what percent of 80?": "20 is 25% of 80.",
    "What is 30 as a percentage of 90?": "30 is about 33.33% of 90.",
    "What's one hundred and five plus twenty-two?": "105 plus 22 is 127.",
    "Two point five times four": "2.5 times 4 is 10.",
    "What's one and a half times four?": "3/2 times 4 is 6.",
    "What's 2.5 million divided by 4?": "2500000 divided by 4 is 625,000.",
    "What is 1,000 times 1,000?": "1000 times 1000 is 1,000,000.",
    "What is minus five times three?": "Minus 5 times 3 is minus 15.",
    "What is 1 2/3 plus 1?": "1 2/3 plus 1 is about 2.67.",
    "What does 5 plus 5 equal?": "5 plus 5 is 10.",
    "5 miles in kilometers": "5 miles is about 8.05 kilometers.",
    "What's five miles in kilometres?": "5 miles is about 8.05 kilometers.",
    "How many grams are in an ounce?": "1 ounce is about 28.35 grams.",
    "How many teaspoons in a tablespoon?": "1 tablespoon is 3 teaspoons.",
    "How many minutes are there in a day?": "1 day is 1,440 minutes.",
    "How many feet is 2 yards?": "2 yards is 6 feet.",
    "What is 100 degrees Fahrenheit in Celsius?":
        "100 degrees Fahrenheit is about 37.8 degrees Celsius.",
    "What's 20 °C in °F?": "20 degrees Celsius is 68 degrees Fahrenheit.",
    "350 Fahrenheit to Celsius": "350 degrees Fahrenheit is about 176.7 degrees Celsius.",
    "Convert 10 stone to kilograms.": "10 stone is about 63.5 kilograms.",
    "How much is 2 pounds in kilos?": "2 pounds is about 0.907 kilograms.",
    "How far is half a mile in meters?": "0.5 miles is 804.672 meters.",
    "Five and a half feet in inches": "5.5 feet is 66 inches.",
    "60 miles per hour in kilometers per hour": "60 miles per hour is about 96.56 kilometers per "
        "hour.",
    "100 euros in dollars at 1.08": "100 euros is 108 dollars.",
    "How much is $100 in euros at a rate of 0.9?": "100 dollars is 90 euros.",
    "What is 10 divided by zero?": "Nothing can be divided by zero.",
    "9 ** 9 ** 9": "That number is too large for me.",
}  # fmt: skip

NOT_MEANT = [
    "What's 9/11?",
    "What's 24/7?",
    "Who won, was it 3-2?",
    "3-2",
    "2026-12-24",
    "555-1234",
    "What's 5?",
    "Fifty percent",
    "What is 100 dollars in euros?",
    "How many people are in a household?",
    "How many ounces of prevention are in a pound of cure?",
    "How many books are in a series?",
    "2 plus size models",
    "The plus side of it",
    "Half of my friends are away.",
    "Half of them",
    "Times Square",
    "What's a square?",
    "What is the root of the problem?",
    "Add milk and eggs to the list.",
    "Add 2 and a half pounds of flour to the list.",
    "Multiply your money by investing.",
    "Divide and conquer",
    "Take 5 from the shelf.",
    "What is one plus?",
    "Twenty questions",
    "One in a million",
    "Two and two",
    "5 in a row",
    "What's a mile in your shoes?",
    "Convert to Islam",
    "Convert this file to PDF.",
    "1 Corinthians in Greek",
    "Over and out",
]


@pytest.fixture(scope="module")
def instant() -> Instant:
    """All sentences."""
    return Instant(["en"])


@pytest.mark.parametrize("text", SAID)
async def test_the_ways_in_which_people_ask(instant: Instant, text: str) -> None:
    """The call that comes of it gives the right words, without a model."""
    call = instant.match(text, "en")
    assert call is not None
    async with Worker("sums") as worker:
        tools = {tool.schema.name: tool for tool in sums(worker).tools}
        try:
            told = (await tools[call.name].call(call.arguments)).text
        except ToolError as error:
            told = str(error)
    assert told == SAID[text]


@pytest.mark.parametrize("text", NOT_MEANT)
def test_what_only_looks_like_a_sum_is_none(instant: Instant, text: str) -> None:
    """Dates, scores, lists and figures of speech; money without a rate goes to the model."""
    call = instant.match(text, "en")
    assert call is None or call.name not in {"calculate", "convert"}


def test_there_are_enough_of_both() -> None:
    """Sixty ways to say it, and thirty that are near."""
    assert len(SAID) >= 60
    assert len(NOT_MEANT) >= 30


def test_the_rate_is_the_one_that_was_said(instant: Instant) -> None:
    """And no other."""
    call = instant.match("100 euros in dollars at a rate of 1.08", "en")
    assert call is not None
    assert json.loads(call.arguments)["rate"] == 1.08
