"""`config.toml` as it is shipped: every setting with its default, its meaning and its range.

Flows in: the sections of `config.py`. Flows out: the file's text. Refuses to know: what is set.
"""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from annotated_types import Ge, Gt, Le, Lt

from assistant.config import Config
from assistant.keys import KEY_VARIABLES
from assistant.settings import fields
from assistant.wrong_settings import table_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

_WIDTH = 100
_HEAD = f"""\
# Every setting with its default. Change what you like; what is missing has its default.
# Read in this order: --config FILE, ./config.toml, the user's configuration folder; then
# --set section.key=value. `assistant config` shows what holds, and where it came from.
#
# The gateway's key is no setting: it comes from {KEY_VARIABLES[0]} or {KEY_VARIABLES[1]} in the
# environment, or from the system's keyring (service "assistant", user "{KEY_VARIABLES[0]}").
"""


def template() -> str:
    """The text of `config.toml`."""
    lines = [_HEAD]
    current = ""
    for section, key, field in fields():
        if section != current:
            about = (Config.model_fields[section].annotation or Config).__doc__ or ""
            lines += ["", f"[{section}]", *_comment(about)] if current else [f"[{section}]"]
            lines += [] if current else _comment(about)
            current = section
        lines += ["", *_comment(f"{field.description or ''}{_range(field)}")]
        if table := table_of(field.annotation):
            lines += _tables(f"{section}.{key}", table, field.examples or [])
        else:
            lines.append(_assignment(key, field.get_default()))
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: str = "# ") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=indent, subsequent_indent=indent
    )


def _tables(name: str, table: type[BaseModel], examples: list[Any]) -> list[str]:
    """Tables that a person names: comments only, for `key = {}` would forbid them further below."""
    lines: list[str] = []
    for example in examples:
        for own, values in example.items():
            lines += ["#", f"# [{name}.{own}]"]
            lines += [f"# {_assignment(key, value)}" for key, value in values.items()]
    lines += ["#", f"# What [{name}.NAME] can hold, with the defaults:"]
    for key, field in table.model_fields.items():
        lines += ["#", f"#   {_assignment(key, field.get_default()).removeprefix('# ')}"]
        lines += _comment(f"{field.description or ''}{_range(field)}", "#     ")
    return lines


def _range(field: FieldInfo) -> str:
    """The bounds in words, also those inside of an optional type."""
    bounds = [*field.metadata]
    for part in getattr(field.annotation, "__args__", ()):
        for inner in getattr(part, "__metadata__", ()):
            bounds += getattr(inner, "metadata", [])
    words = []
    for bound in bounds:
        match bound:
            case Ge(ge=low):
                words.append(f"at least {low}")
            case Gt(gt=low):
                words.append(f"over {low}")
            case Le(le=high):
                words.append(f"at most {high}")
            case Lt(lt=high):
                words.append(f"below {high}")
            case _:
                pass
    return f" ({', '.join(words)})" if words else ""


def _assignment(key: str, default: object) -> str:
    """TOML; a setting without a default is shown as a comment."""
    if default is None:
        return f"# {key} ="
    return f"{key} = {json.dumps(default, ensure_ascii=False)}"
