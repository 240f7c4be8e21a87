"""The settings as they are in force: `config.toml` and `--set` in, a `Config` out.

Flows in: a file's path and overrides. Flows out: the values, and where each came from. The only
reader of settings; it refuses to know what they are for.
"""

from __future__ import annotations

import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from pydantic import ValidationError

from assistant.config import Config
from assistant.errors import ConfigError
from assistant.wrong_settings import explained, no_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo


_WAY_OUT = "Mend it, or name another file with --config FILE."


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
            raise ConfigError(f"{file}: {no_table(section, raw[section])}")
        raw[section][key] = value
        origins[f"{section}.{key}"] = "--set"
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(explained(error.errors()[0], raw, origins)) from error
    return Settings(config, origins, file)


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting: its section, its key, and what is known of it."""
    for section, table in Config.model_fields.items():
        assert isinstance(table.annotation, type)  # noqa: S101  # for the type checker
        for key, field in table.annotation.model_fields.items():
            yield section, key, field


def _find(path: Path | None) -> Path | None:
    if path is not None:
        if not _is_there(path):
            raise ConfigError(f"{path}: there is no such file. Give --config a TOML file.")
        return path
    user = platformdirs.user_config_path("assistant") / "config.toml"
    return next((file for file in (Path("config.toml"), user) if _is_there(file)), None)


def _is_there(path: Path) -> bool:
    """Whether there is such a file. Raises ConfigError where it is something else."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.is_symlink():
            raise ConfigError(f"{path}: is a link that leads nowhere. {_WAY_OUT}") from error
        return False
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: cannot be read: {_why(error)}. {_WAY_OUT}") from error
    if stat.S_ISDIR(mode):
        raise ConfigError(f"{path}: is a folder, and no TOML file. {_WAY_OUT}")
    if not stat.S_ISREG(mode):  # reading a pipe might never end
        raise ConfigError(f"{path}: is a pipe or a device, and no TOML file. {_WAY_OUT}")
    return True


def _why(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _read(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {_why(error)}. {_WAY_OUT}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}: is not UTF-8 text (line {line}). Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:  # also a number of too many digits
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
    except (ValueError, RecursionError):  # also a number of too many digits
        value = text
    if annotation is str and not isinstance(value, str):
        return text
    if annotation == list[str] and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value
