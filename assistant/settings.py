"""The settings as they are in force: `config.toml` and `--set` in, a `Config` out.

Flows in: a file's path and overrides. Flows out: the values, and where each came from. The only
reader of settings; it refuses to know what they are for.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from pydantic import ValidationError

from assistant.config import Config
from assistant.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration with where it came from."""

    config: Config
    origins: Mapping[str, str]
    """`section.key` to the file's path or `--set`; what is missing has its default."""
    file: Path | None
    """The file that was read, if any."""


def load(path: Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """The settings from a file and `section.key=value` overrides. Raises ConfigError.

    Without a path: `./config.toml`, else the user's configuration folder, else the defaults.
    """
    file = _find(path)
    raw, origins = ({}, {}) if file is None else _read(file)
    for override in overrides:
        section, key, value = _parse_override(override)
        if not isinstance(raw.setdefault(section, {}), dict):
            raise ConfigError(f"{file}: [{section}] is no table. Write it on a line of its own.")
        raw[section][key] = value
        origins[f"{section}.{key}"] = "--set"
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_explain(error.errors()[0], raw, origins)) from error
    return Settings(config, origins, file)


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting: its section, its key, and what is known of it."""
    for section, table in Config.model_fields.items():
        assert isinstance(table.annotation, type)  # noqa: S101  # for the type checker
        for key, field in table.annotation.model_fields.items():
            yield section, key, field


def _find(path: Path | None) -> Path | None:
    if path is not None:
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file. Give --config a TOML file.")
        return path
    user = platformdirs.user_config_path("assistant") / "config.toml"
    return next((file for file in (Path("config.toml"), user) if file.is_file()), None)


def _read(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}") from error
    origins: dict[str, str] = {}
    for section, table in raw.items():
        origins[section] = str(file)
        if isinstance(table, dict):
            origins.update({f"{section}.{key}": str(file) for key in table})
    return raw, origins


def _parse_override(override: str) -> tuple[str, str, object]:
    name, equals, text = override.partition("=")
    section, dot, key = name.strip().partition(".")
    if not equals or not dot or not key:
        raise ConfigError(f"--set {override}: write it as section.key=value, say stt.model=tiny.en")
    return section, key, _parse_value(text.strip(), _annotation(section, key))


def _annotation(section: str, key: str) -> object:
    return next((field.annotation for s, k, field in fields() if (s, k) == (section, key)), None)


def _parse_value(text: str, annotation: object) -> object:
    """What the text says: TOML where that fits, else the bare words, so that no quotes are needed.

    A setting that is text stays text, though it may look like a number.
    """
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    if annotation is str and not isinstance(value, str):
        return text
    if annotation == list[str] and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _explain(error: ErrorDetails, raw: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    section, key = (*(str(part) for part in error["loc"]), "")[:2]
    source = origins.get(f"{section}.{key}") or origins.get(section) or "--set"
    if error["type"] == "extra_forbidden":
        return f"{source}: {_unknown(section, key)}"
    shown = raw.get(section, {})
    if key:
        shown = shown.get(key) if isinstance(shown, dict) else shown
        where = f"[{section}] {key} = {shown!r}"
    else:
        where = f"[{section}] = {shown!r}"
    problem = error["msg"].replace("Input should", "should").replace("valid ", "")
    comment = next((f.description for s, k, f in fields() if (s, k) == (section, key)), None)
    hint = f" It means: {' '.join(comment.split())}" if comment else ""
    return f"{source}: {where} {problem}.{hint}"


def _unknown(section: str, key: str) -> str:
    sections = list(Config.model_fields)
    if not key or section not in sections:
        what, names = f"there is no section [{section}]", sections
        word = section
    else:
        what, word = f"[{section}] has no setting {key!r}", key
        names = [k for s, k, _ in fields() if s == section]
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"{what}. " + (
        f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    )
