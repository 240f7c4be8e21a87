"""How people ask for sums and units, and the call that works them out.

Flows out: sentences for `instant`. Any words may hold a sum, so that the template is a wildcard and
`household/sums` says whether they are one. Refuses to know: the result.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from assistant.household.sums.arithmetic import NoSum, worked_out
from assistant.household.sums.asked import conversion_of, sum_of
from assistant.household.sums.measures import is_common
from assistant.household.sums.money import currency
from assistant.messages import ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTENTS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {"SumAsked": ["{sum_words}"]},
}


def call_of(intent: str, slots: Mapping[str, object]) -> ToolCall | None:
    """The call for a sum or a conversion; None for anything that is not surely one."""
    if intent not in INTENTS["en"]:
        return None
    words = str(slots.get("sum_words", ""))
    return _sum(words) or _conversion(words)


def _sum(words: str) -> ToolCall | None:
    if sum_of(words, strict=True) is None:
        return None
    return ToolCall("instant", "calculate", json.dumps({"expression": words}, ensure_ascii=False))


def _conversion(words: str) -> ToolCall | None:
    asked = conversion_of(words)
    if asked is None:
        return None
    money = bool(currency(asked.unit)) and bool(currency(asked.to))
    if not (money and asked.rate) and not (is_common(asked.unit) and is_common(asked.to)):
        return None
    try:
        amount = worked_out(asked.amount).number
        arguments = {"amount": float(amount), "unit": asked.unit, "to": asked.to}
        rate = {"rate": float(asked.rate)} if asked.rate else {}
    except (NoSum, ValueError, OverflowError):
        return None
    return ToolCall("instant", "convert", json.dumps(arguments | rate, ensure_ascii=False))
