"""Units turned into one another, exactly, by pint.

Flows in: an amount and the names of two units as people say them. Flows out: the amount in the
other, and both names in full. Blocking at first: pint and its table take 0.3 s, so that it lives on
a Worker. Refuses to know: money, rounding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from assistant.household.sums.arithmetic import NoSum

if TYPE_CHECKING:
    import pint

_NAMES: Final = {
    "celsius": "degC", "centigrade": "degC", "c": "degC", "°c": "degC", "fahrenheit": "degF",
    "f": "degF", "°f": "degF", "kelvin": "kelvin", "mph": "mile/hour", "kph": "kilometer/hour",
    "kmh": "kilometer/hour", "km/h": "kilometer/hour", "fl oz": "fluid_ounce", "lbs": "pound",
    "oz": "ounce", "sqm": "meter**2", "metric ton": "tonne", "ton": "ton", "tonnes": "tonne",
    "kilo": "kilogram", "kilos": "kilogram", "calories": "kilocalorie", "calorie": "kilocalorie",
}  # fmt: skip
"""What people say and pint does not; a calorie is that of food."""
_POWERS: Final = {"square": 2, "sq": 2, "cubic": 3, "cu": 3}
_WORD: Final = re.compile(r"[a-z]{1,20}(?:_[a-z]{1,20})?")
_SAID: Final = {
    "degree_Celsius": "degrees Celsius", "degree_Fahrenheit": "degrees Fahrenheit",
    "stone": "stone", "foot": "feet", "inch": "inches", "metric_ton": "tonnes",
    "kilocalorie": "calories", "kelvin": "kelvin",
}  # fmt: skip
"""Plurals, and names, that are not made by the rule."""


_HOUSEHOLD: Final = (
    "meter metre kilometer kilometre centimeter centimetre millimeter millimetre mile yard foot "
    "feet inch inche gram kilogram milligram ounce pound stone tonne ton liter litre milliliter "
    "millilitre deciliter decilitre centiliter gallon quart pint cup tablespoon teaspoon "
    "fluid_ounce acre hectare second minute hour day week degC degF kelvin knot kilocalorie "
    "kilojoule joule watt kilowatt horsepower bar psi pascal byte kilobyte megabyte gigabyte "
    "terabyte km cm mm kg mg lb ml tbsp tsp"
)
_COMMON: Final = frozenset(_HOUSEHOLD.split())
"""What a household measures in."""


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another unit."""

    amount: Fraction
    unit: str
    """The name of the first unit, in the plural."""
    to: str
    """The name of the other, in the plural."""


def is_common(said: str) -> bool:
    """Whether this is surely a unit, one that a household measures in."""
    text = _written(said)
    parts = [part.partition("**")[0] for part in (text or "").split("/")]
    plain = [part.removeprefix("imperial_") for part in parts]
    return all(part in _COMMON or part.removesuffix("s") in _COMMON for part in plain)


def convert(amount: Fraction, unit: str, to: str) -> Converted:
    """The amount in the other unit. Blocks. Raises NoSum."""
    import pint  # noqa: PLC0415  # it takes 0.13 s

    registry = _registry()
    (one, name), (other, other_name) = _unit(registry, unit), _unit(registry, to)
    try:
        found = registry.Quantity(amount, one).to(other).magnitude
    except pint.DimensionalityError as error:
        raise NoSum(f"{name.capitalize()} cannot be turned into {other_name}.") from error
    except (pint.PintError, ArithmeticError, ValueError, TypeError) as error:
        raise NoSum(f"I cannot turn {name} into {other_name}.") from error
    return Converted(Fraction(found), name, other_name)


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Any]:
    import pint  # noqa: PLC0415  # it takes 0.13 s, and its table 0.15

    return pint.UnitRegistry(non_int_type=Fraction)


def _unit(registry: pint.UnitRegistry[Any], said: str) -> tuple[pint.Unit, str]:
    """The unit of this name, and its full name in the plural. Raises NoSum."""
    import pint  # noqa: PLC0415  # it is there by now

    text = _written(said)
    if text is None:
        raise NoSum(f"I do not know the unit {said!r}.")
    try:
        unit = registry.parse_units(text)
        over, _, under = text.partition("/")
        name = _plural(registry, over)
        return unit, f"{name} per {_singular(registry, under)}" if under else name
    except (pint.PintError, AttributeError, ValueError, TypeError, KeyError) as error:
        raise NoSum(f"I do not know the unit {said!r}.") from error


def _written(said: str) -> str | None:
    """The name as pint reads it; None for what can be no unit, so that pint never sees it."""
    text = " ".join(said.casefold().replace("\u00b0 ", "\u00b0").split()).strip(".")
    text = re.sub(r"^(?:degrees?|\u00b0)\s*(?=\S)", "", text)
    if text in _NAMES:
        return _NAMES[text]
    over = re.split(r"\s+(?:per|an?)\s+|\s*/\s*", text)
    parts = [_one(part) for part in over]
    return None if len(parts) > 2 or None in parts else "/".join(map(str, parts))  # noqa: PLR2004  # a per b


def _one(text: str) -> str | None:
    if text in _NAMES:
        return _NAMES[text]
    words = text.split()
    power = _POWERS.get(words[0]) if len(words) > 1 else None
    words = words[1:] if power else words
    if len(words) > 1 and words[0] in {"imperial", "uk", "british", "us"}:
        prefix, words = words[0], words[1:]
        words[0] = words[0] if prefix == "us" else f"imperial_{words[0].removesuffix('s')}"
    name = _NAMES.get(" ".join(words), "_".join(words))
    if not _WORD.fullmatch(name):
        return None
    return f"{name}**{power}" if power else name


def _plural(registry: pint.UnitRegistry[Any], written: str) -> str:
    base, _, power = written.partition("**")
    name = str(registry.parse_units(base))
    ending = "es" if name.endswith(("x", "ch")) else "" if name.endswith("z") else "s"
    said = _SAID.get(name) or _singular(registry, base) + ending
    return {"2": "square ", "3": "cubic "}.get(power, "") + said


def _singular(registry: pint.UnitRegistry[Any], written: str) -> str:
    base, _, power = written.partition("**")
    name = str(registry.parse_units(base)).replace("_", " ")
    return {"2": "square ", "3": "cubic "}.get(power, "") + name
