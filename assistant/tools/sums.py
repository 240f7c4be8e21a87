"""Sums, units and money: worked out, and not guessed by a model.

Flows in: an expression or an amount. Flows out: a sentence with the result. Refuses to know: rates
of exchange; one is said, or there is no answer.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from assistant.errors import ToolError
from assistant.household.sums.answers import told, turned
from assistant.household.sums.arithmetic import NotRead
from assistant.household.sums.asked import sum_of
from assistant.household.sums.measures import convert as converted
from assistant.household.sums.money import currency
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.worker import Worker

_MOST: Final = 1e15
_TEMPERATURE: Final = "degrees"
_WORDS: Final = {
    "en": r"(?i)percent|per cent|%|\b(plus|minus|times|divided?|multipl|squared?|cubed|root|sum of"
    r"|add|subtract|calculat|comput|convert|half of|how (many|much)|average|total|maths?)"
    r"|\d\s*[-+*/x^\u00d7\u00f7]\s*\d|\b(in|into|to) (\w+ )?(miles|kilomet|met(er|re)s|cent\w+"
    r"|inch|feet|yards|grams|kilo|pounds|ounces|stone|lit(er|re)|gallon|pint|cups|celsius|fahrenheit|dollars|euros)",
    "de": r"(?i)prozent|%|\b(plus|minus|mal|geteilt|rechne|summe|hälfte|wurzel|wie ?viel|umrechn)",
    "fr": r"(?i)pour ?cent|%|\b(plus|moins|fois|divisé|calcul|racine|moitié|combien|convert)",
    "es": r"(?i)por ciento|%|\b(más|menos|por|dividid|calcul|raíz|mitad|cuánt|convier)",
    "id": r"(?i)persen|%|\b(tambah|kurang|kali|bagi|hitung|akar|setengah|berapa|konversi)",
}  # fmt: skip


def sums(worker: Worker) -> Family:
    """The family `sums`; conversions are made on `worker`, since the first one takes 0.3 s."""

    async def calculate(expression: Annotated[str, Field(min_length=1, max_length=200)]) -> str:
        """Work out a sum exactly: + - * / ^ ( ) sqrt, and % as in "15% of 80" or "80 + 15%"."""
        asked = sum_of(expression)
        if asked is None:
            raise NotRead
        return told(asked)

    async def convert(
        amount: Annotated[float, Field(ge=-_MOST, le=_MOST, allow_inf_nan=False)],
        unit: Annotated[str, Field(max_length=40)],
        to: Annotated[str, Field(max_length=40)],
        rate: Annotated[float, Field(gt=0, le=_MOST, allow_inf_nan=False)] | None = None,
    ) -> str:
        """Convert an amount from one unit into another: lengths, weights, volumes, temperatures.

        Of currencies only with `rate`, as the user said it: how many of `to` one of `unit` is.
        """
        exact = Fraction(str(amount))
        money = currency(unit), currency(to)
        if all(money):
            return _exchanged(exact, money, rate)
        done = await worker.run(partial(converted, exact, unit, to))
        places = 1 if done.to.startswith(_TEMPERATURE) else 2
        return turned(exact, done.unit, done.amount, done.to, places=places)

    return Family("sums", (FunctionTool(calculate), FunctionTool(convert)), _WORDS)


def _exchanged(amount: Fraction, money: tuple[str, str], rate: float | None) -> str:
    one, other = money
    if rate is None:
        message = (
            f"I do not know today's rate. Say it with the sum: {float(amount):g} {one} in {other} "
            "at 1.08."
        )
        raise ToolError(message, spoken=message)
    return turned(amount, one, amount * Fraction(str(rate)), other)
