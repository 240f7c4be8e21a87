"""What is said of a wrong setting: what pydantic found in, one plain sentence out.

Flows in: where the value stands, and the values. Flows out: a sentence with the value, what the
setting takes, an example and its meaning. What a setting takes is read off its type, so that a new
setting has its words at once. Refuses to know: where the values were read.
"""

from __future__ import annotations

import difflib
import re
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
_NAMED = 2
"""Where the name stands in the path to a value of `[section] key.NAME`."""
PATTERNS: Mapping[str, str] = {
    r"^[ -~]*$": "text in English letters, digits and signs (ASCII)",
    r"^[!-~]*$": "text in English letters, digits and signs (ASCII), without spaces",
    r"^[a-z]{2}-[a-z]{2}$": "a country and a language such as us-en",
    r"^\S+:\d{1,5}$": "an address and its port such as 192.168.1.20:8080",
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
    path = [str(part) for part in error["loc"]]
    section, key = (*path, "")[:2]
    source = origins.get(f"{section}.{key}") or origins.get(section) or "--set"
    table, fields, held = section, _fields(section), raw.get(section)
    if key in fields and len(path) > _NAMED and (inner := table_of(fields[key].annotation)):
        name = path[_NAMED]
        table, fields = f"{section}.{key}.{_bare(name)}", inner.model_fields
        held, key = raw[section][key][name], (*path, "")[_NAMED + 1]
    if error["type"] == "extra_forbidden":
        return f"{source}: {_unknown(table, key, fields)}"
    field = fields.get(key)
    if field is None:
        return f"{source}: {no_table(table, held)}"
    return f"{source}: [{table}] {_misfit(key, held.get(key), field, error)}"  # type: ignore[union-attr]  # a table, as pydantic found


def _misfit(key: str, value: Any, field: FieldInfo, error: ErrorDetails) -> str:  # noqa: ANN401  # anything that TOML holds
    """What a setting was given, what it takes instead, and what it means."""
    annotation, name = field.annotation, key
    if get_origin(annotation) is dict and len(error["loc"]) > _NAMED:
        annotation, value = get_args(annotation)[1], error["input"]
        name = f"{key}.{error['loc'][_NAMED]}"
    takes = allowed(annotation, field.metadata) + (_example(field) if name == key else "")
    meaning = " ".join((field.description or "").split())
    return (
        f"{name} = {_shortened(toml(value))} does not fit. It takes {takes}."
        f"{_rewritten(name, value, annotation)} It means: {meaning}"
    )


def table_of(annotation: object) -> type[BaseModel] | None:
    """The kind of table that a setting holds by names, such as `[mcp.servers.NAME]`; None: none."""
    if get_origin(annotation) is not dict:
        return None
    inner = get_args(annotation)[1]
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


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
            each = "settings of its own" if table_of(annotation) else allowed(inner[1])
            return f"a table in which each name has {each}"
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


def _unknown(table: str, key: str, fields: Mapping[str, FieldInfo]) -> str:
    if not key or not fields:
        what, names = f"there is no section [{table}]", list(Config.model_fields)
        word = table
    else:
        what, word = f"[{table}] has no setting {key!r}", key
        names = list(fields)
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"{what}. " + (
        f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    )


def _bare(name: str) -> str:
    """A name as a table's header has it: in quotes, where it is not of letters, digits, - and _."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml(name)


def _fields(section: str) -> Mapping[str, FieldInfo]:
    """The settings of a section; none where there is no such section."""
    if section not in Config.model_fields:
        return {}
    table = Config.model_fields[section].annotation
    assert isinstance(table, type)  # noqa: S101  # for the type checker
    assert issubclass(table, BaseModel)  # noqa: S101  # the same
    return table.model_fields


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
