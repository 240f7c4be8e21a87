"""What is said of a wrong setting: what pydantic found in, one plain sentence out.

Flows in: where the value stands, and the values. Flows out: a sentence with the value, what the
setting takes, an example and its meaning. What a setting takes is read off its type, so that a new
setting has its words at once. Refuses to know: where the values were read.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from datetime import date, time
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from assistant.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

_LONGEST = 60
"""Characters of a value that are shown."""
_LONGEST_EXAMPLE = 40
PATTERNS: Mapping[str, str] = {
    r"^[ -~]*$": "text in English letters, digits and signs (ASCII)",
    r"^[!-~]*$": "text in English letters, digits and signs (ASCII), without spaces",
    r"^[a-z]{2}-[a-z]{2}$": "a country and a language such as us-en",
}
"""What a pattern of the settings means, in words."""
_SWITCHES = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_LIMITS = {
    ("ge", "le"): "from {} to {}",
    ("ge", "lt"): "from {} to below {}",
    ("gt", "le"): "above {}, up to {}",
    ("gt", "lt"): "above {} and below {}",
    ("ge", ""): "of {} or more",
    ("gt", ""): "above {}",
    ("", "le"): "of {} or less",
    ("", "lt"): "below {}",
}


def explained(error: ErrorDetails, raw: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    """The sentence for one finding. `origins`: where `section.key` or `section` was read."""
    section, key = (*(str(part) for part in error["loc"]), "")[:2]
    source = origins.get(f"{section}.{key}") or origins.get(section) or "--set"
    if error["type"] == "extra_forbidden":
        return f"{source}: {_unknown(section, key)}"
    field = _fields(section).get(key)
    if field is None:
        return f"{source}: {no_table(section, raw.get(section))}"
    annotation, value, name = field.annotation, raw[section].get(key), key
    if get_origin(annotation) is dict and len(error["loc"]) > len((section, key)):
        annotation, value = get_args(annotation)[1], error["input"]
        name = f"{key}.{error['loc'][2]}"
    takes = allowed(annotation, field.metadata) + (_example(field) if name == key else "")
    meaning = " ".join((field.description or "").split())
    return (
        f"{source}: [{section}] {name} = {_shortened(toml(value))} does not fit. It takes {takes}."
        f"{_rewritten(name, value, annotation)} It means: {meaning}"
    )


def no_table(section: str, value: object) -> str:
    """That a section was given a value of its own."""
    return (
        f"{section} = {_shortened(toml(value))} does not fit. [{section}] is a section: write "
        f"[{section}] on a line of its own, and its settings on the lines below."
    )


def allowed(annotation: Any, rules: Iterable[Any] = ()) -> str:  # noqa: ANN401  # any type there is
    """What a setting of this type takes, in words."""
    inner = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            found = [m.metadata if isinstance(m, FieldInfo) else [m] for m in inner[1:]]
            return allowed(inner[0], [rule for each in found for rule in each])
        case origin if origin is Literal:
            return _either([toml(choice) for choice in inner])
        case origin if origin in {Union, UnionType}:
            return _either([allowed(each, rules) for each in inner if each is not NoneType])
        case origin if origin is list:
            least = " with at least one in it" if _limit(rules, "min_length") else ""
            return f"a list of {_several(inner[0])}{least}"
        case origin if origin is dict:
            return f"a table in which each name has {allowed(inner[1])}"
    return _simple(annotation, rules)


def toml(value: object) -> str:
    """A value as it would stand in the file, on one line."""
    match value:
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{name} = {toml(each)}' for name, each in value.items())}}}"
        case date() | time():
            return value.isoformat()
        case _:
            return repr(value)


def _simple(annotation: object, rules: Iterable[Any]) -> str:
    if annotation is bool:
        return "true or false"
    if annotation is str:
        pattern = _limit(rules, "pattern")
        if pattern:
            return PATTERNS.get(pattern, f"text of the form {pattern}")
        return "text that is not empty" if _limit(rules, "min_length") else "text"
    low = next((name for name in ("ge", "gt") if _limit(rules, name) is not None), "")
    high = next((name for name in ("le", "lt") if _limit(rules, name) is not None), "")
    noun = "a whole number" if annotation is int else "a number"
    if not low and not high:
        return noun
    bounds = [f"{_limit(rules, name):.15g}" for name in (low, high) if name]
    return f"{noun} {_LIMITS[low, high].format(*bounds)}"


def _limit(rules: Iterable[Any], name: str) -> Any:  # noqa: ANN401  # numbers and patterns
    return next((found for rule in rules if (found := getattr(rule, name, None)) is not None), None)


def _several(annotation: object) -> str:
    return "texts" if annotation is str else f"values, each {allowed(annotation)}"


def _either(choices: Sequence[str]) -> str:
    *first, last = choices
    return f"{', '.join(first)} or {last}" if first else last


def _example(field: FieldInfo) -> str:
    """The default, where it shows how the setting is written."""
    if isinstance(field.default, bool) or get_origin(field.annotation) is Literal:
        return ""
    text = toml(field.default)
    if text in {"None", "''", "[]", "{}"} or len(text) > _LONGEST_EXAMPLE:
        return ""
    return f", for example {text}"


def _rewritten(name: str, value: object, annotation: object) -> str:
    """How a number or a switch that was written as text should be."""
    if not isinstance(value, str):
        return ""
    text = value.strip().lower()
    text = _SWITCHES.get(text, text) if annotation is bool else text
    try:
        meant = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # also a number of too many digits
        return ""
    fits = isinstance(meant, bool) if annotation is bool else type(meant) in {int, float}
    return f" Write it without quotes: {name} = {text}." if fits else ""


def _unknown(section: str, key: str) -> str:
    sections = list(Config.model_fields)
    if not key or section not in sections:
        what, names = f"there is no section [{section}]", sections
        word = section
    else:
        what, word = f"[{section}] has no setting {key!r}", key
        names = list(_fields(section))
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"{what}. " + (
        f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    )


def _fields(section: str) -> Mapping[str, FieldInfo]:
    table = Config.model_fields[section].annotation
    assert isinstance(table, type)  # noqa: S101  # for the type checker
    assert issubclass(table, BaseModel)  # noqa: S101  # the same
    return table.model_fields


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
