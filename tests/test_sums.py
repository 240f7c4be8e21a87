"""Sums: exact, bounded, never evaluated, and rounded for the ear."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ToolError
from assistant.household.sums.arithmetic import NoSum, worked_out
from assistant.household.sums.measures import is_common
from assistant.household.sums.money import currency
from assistant.household.sums.numbers import for_the_ear, with_digits
from assistant.tools.sums import sums
from assistant.worker import Worker


async def told(tool: str, **arguments: object) -> str:
    """What a tool of the family says. Raises ToolError."""
    async with Worker("sums") as worker:
        tools = {one.schema.name: one for one in sums(worker).tools}
        return (await tools[tool].call(json.dumps(arguments))).text


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("0.1 + 0.2", "3/10"), ("1/3 + 1/3 + 1/3", "1"), ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"), ("2 ^ 3 ^ 2", "512"), ("-2 ^ 2", "-4"), ("2 ** -2", "1/4"),
        ("10 - 4 - 3", "3"), ("100 / 10 / 2", "5"), ("15% of 80", "12"), ("80 + 15%", "92"),
        ("80 - 15%", "68"), ("50% * 50%", "1/4"), ("50% + 10%", "3/5"), ("sqrt 2.25", "3/2"),
        ("sqrt(4/9)", "2/3"), ("4 ^ 0.5", "2"), ("1,234.5 * 2", "2469"), (".5 + .5", "1"),
        ("--5", "5"), ("0 ^ 0", "1"), ("(-1) ^ 1001", "-1"), ("1 ^ 999999999", "1"),
    ],
)  # fmt: skip
def test_arithmetic_is_exact(expression: str, result: str) -> None:
    """Fractions all the way; * before +, powers from the right."""
    value = worked_out(expression)
    assert (value.number, value.exact) == (Fraction(result), True)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("9**9**9", "too large"), ("10 ^ 100000", "too large"), ("2 ^ -99999", "too large"),
        ("((9^999)^999)", "too large"), ("99 ^ 999.5", "too large"), ("1/0", "divided by zero"),
        ("0 ^ -1", "divided by zero"), ("sqrt(-1)", "no square root"),
        ("(-8) ^ (1/3)", "negative number"), ("(" * 99 + "1" + ")" * 99, "too many brackets"),
        ("-" * 150 + "1", "too many brackets"), ("1+" * 150 + "1", "too long"),
        ("", "cannot read"), ("1 +", "cannot read"), ("1 2", "cannot read"), ("(1", "cannot read"),
        ("1)", "cannot read"), ("2a", "cannot read"), ("1e9", "cannot read"),
        ("__import__('os')", "cannot read"), ("9" * 99, "cannot read"), ("1,23 + 1", "cannot read"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_refused_at_once(expression: str, complaint: str) -> None:
    """Before anything grows; with a sentence for the ear."""
    with pytest.raises(NoSum, match=complaint) as caught:
        worked_out(expression)
    assert caught.value.spoken == str(caught.value)


@given(st.text("0123456789+-*/^()%., ofsqrt", max_size=60))
@settings(max_examples=300, deadline=1000)
def test_any_text_is_worked_out_or_refused(text: str) -> None:
    """In a bounded time, and with no other error."""
    try:
        value = worked_out(text)
    except NoSum:
        return
    for_the_ear(value.number, exact=value.exact)


@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
@settings(max_examples=100)
def test_a_sum_is_that_of_the_fractions(a: Fraction, b: Fraction) -> None:
    """Whatever they are."""
    assert worked_out(f"({a}) + ({b})").number == a + b
    assert worked_out(f"({a}) * ({b})").number == a * b


@pytest.mark.parametrize(
    ("number", "words", "exact"),
    [
        ("12", "12", True), ("1234567", "1,234,567", True), ("-3", "minus 3", True),
        ("2.5", "2.5", True), ("0.0625", "0.0625", True), ("10/3", "3.33", False),
        ("1/7", "0.143", False), ("1/700", "0.00143", False), ("2/3", "0.667", False),
        ("1.23456", "1.23", False), ("1234567.5", "1,234,568", False), ("0", "0", True),
        ("999999999999999", "999,999,999,999,999", True),
        ("1000000000000000", "1 times 10 to the power of 15", False),
        ("1/30000000", "3.33 times 10 to the power of minus 8", False),
        ("9.999e29", "1 times 10 to the power of 30", False), ("-1/3", "minus 0.333", False),
        ("1.999", "1.999", True), ("5.00001", "5", False),
    ],
)  # fmt: skip
def test_results_are_rounded_for_the_ear(number: str, words: str, exact: bool) -> None:  # noqa: FBT001
    """Up to four decimals are said; what has more, two, or three digits."""
    assert for_the_ear(Fraction(number)) == (words, exact)


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("twelve", "12"), ("twenty-one", "21"), ("ninety nine", "99"), ("a hundred", "100"),
        ("two hundred and five", "205"), ("three thousand four hundred", "3400"),
        ("one million two hundred thousand", "1200000"), ("2.5 million", "2500000"),
        ("three point one four", "3.14"), ("one and a half", "(3/2)"), ("two thirds", "(2/3)"),
        ("a quarter", "(1/4)"), ("half", "(1/2)"), ("five plus six", "5 plus 6"),
        ("two and three", "2 and 3"), ("thousand", "thousand"), ("twenty twenty", "20 20"),
        ("cats", "cats"), ("two hundred and cats", "200 and cats"),
    ],
)  # fmt: skip
def test_numbers_are_read_from_words(words: str, digits: str) -> None:
    """And other words stay."""
    assert " ".join(with_digits(words.split())) == digits


async def test_a_sum_is_said_as_it_was_understood() -> None:
    """So that what was misheard is heard."""
    assert await told("calculate", expression="12*(3+4)") == "12 times (3 plus 4) is 84."
    assert await told("calculate", expression="2^100") == (
        "2 to the power of 100 is about 1.27 times 10 to the power of 30."
    )
    assert await told("calculate", expression="50% + 10%") == "50% plus 10% is 60%."
    with pytest.raises(ToolError, match="cannot read that as a sum"):
        await told("calculate", expression="the meaning of life")
    with pytest.raises(ToolError, match="share of zero"):
        await told("calculate", expression="what percent of 0 is 5")


@pytest.mark.parametrize(
    ("amount", "unit", "to", "words"),
    [
        (1, "mile", "km", "1 mile is about 1.61 kilometers."),
        (1, "inch", "cm", "1 inch is 2.54 centimeters."),
        (1, "foot", "inches", "1 foot is 12 inches."),
        (12, "inches", "feet", "12 inches is 1 foot."),
        (-40, "celsius", "fahrenheit",
         "Minus 40 degrees Celsius is minus 40 degrees Fahrenheit."),
        (1, "degrees celsius", "°F", "1 degree Celsius is 33.8 degrees Fahrenheit."),
        (0.1, "l", "ml", "0.1 liters is 100 milliliters."),
        (1, "uk gallon", "liters", "1 imperial gallon is about 4.55 liters."),
        (2, "square feet", "square inches", "2 square feet is 288 square inches."),
        (1, "cubic meter", "liters", "1 cubic meter is 1,000 liters."),
        (90, "km/h", "meters per second", "90 kilometers per hour is 25 meters per second."),
        (200, "calories", "kilojoules", "200 calories is 836.8 kilojoules."),
        (1, "day", "hours", "1 day is 24 hours."),
        (3, "fl oz", "tablespoons", "3 fluid ounces is 6 tablespoons."),
    ],
)  # fmt: skip
async def test_units_are_converted_exactly(amount: float, unit: str, to: str, words: str) -> None:
    """By pint over fractions; said in full, in the number that they have."""
    assert await told("convert", amount=amount, unit=unit, to=to) == words


@pytest.mark.parametrize(
    ("unit", "to", "complaint"),
    [
        ("miles", "grams", "Miles cannot be turned into grams"),
        ("foos", "miles", "I do not know the unit 'foos'"),
        ("miles", "9**9**9", "I do not know the unit"),
        ("miles", "__import__('os')", "I do not know the unit"),
        ("miles", "", "I do not know the unit"),
        ("a per b per c", "miles", "I do not know the unit"),
        ("dollars", "euros", "I do not know today's rate. Say it with the sum: 5 dollars in euros"),
        ("dollars", "miles", "I do not know the unit 'dollars'"),
    ],
)
async def test_what_cannot_be_converted_is_said(unit: str, to: str, complaint: str) -> None:
    """With the reason; pint sees nothing that is not a plain name."""
    with pytest.raises(ToolError) as caught:
        await told("convert", amount=5, unit=unit, to=to)
    assert complaint in str(caught.value)
    assert caught.value.spoken == str(caught.value)


async def test_money_has_the_rate_that_is_given() -> None:
    """Exact, and rounded to cents where it must be."""
    assert await told("convert", amount=100, unit="EUR", to="usd", rate=1.08) == (
        "100 euros is 108 dollars."
    )
    assert await told("convert", amount=1, unit="dollar", to="euros", rate=0.92593) == (
        "1 dollar is about 0.926 euros."
    )
    assert await told("convert", amount=3, unit="pounds", to="dollars", rate=1.3) == (
        "3 pounds is 3.9 dollars."
    )


def test_common_units_and_currencies_are_known_by_their_names() -> None:
    """Without pint, so that the instant path need not wait for it."""
    assert all(
        map(is_common, ["miles", "feet", "°F", "square meters", "km/h", "fl oz", "uk pints"])
    )
    assert not any(map(is_common, ["paris", "cats", "", "row", "miles per gallon per cat"]))
    assert (currency("Bucks"), currency("swiss francs"), currency("miles")) == (
        "dollars",
        "francs",
        "",
    )


@pytest.mark.parametrize("amount", ["1e400", "NaN", "1e16"])
async def test_amounts_are_bounded(amount: str) -> None:
    """As wrong arguments."""
    async with Worker("sums") as worker:
        tool = sums(worker).tools[1]
        with pytest.raises(ToolError, match="convert was not run"):
            await tool.call(f'{{"amount": {amount}, "unit": "mile", "to": "km"}}')


@pytest.mark.parametrize(
    ("text", "concerned"),
    [
        ("What's 15% of 80?", True), ("Twelve times seven", True), ("3+4", True),
        ("How many cups are in a gallon?", True), ("What's 5 miles in kilometers?", True),
        ("Set a timer for ten minutes.", False), ("What's the weather?", False),
        ("Good morning!", False),
    ],
)  # fmt: skip
async def test_the_schemas_go_out_when_the_words_concern_them(
    text: str,
    concerned: bool,  # noqa: FBT001
) -> None:
    """The family's regular expression."""
    async with Worker("sums") as worker:
        assert bool(re.search(sums(worker).words["en"], text)) == concerned
