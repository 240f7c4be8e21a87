"""A server's tools as the model is told of them: named, bounded, and each with its risk.

Flows in: what a server lists, and the settings for it. Flows out: tools, and what is wrong, in
sentences. Pure. Refuses to know: how the list came here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assistant.deeds import Risk
from assistant.household.names import offered, told_of
from assistant.messages import JsonObject, JsonValue, ToolSchema
from assistant.servers.wording import words_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from assistant.config_tools import McpServerConfig
    from assistant.servers.values import RemoteTool

NAME_CHARS: Final = 64
"""Letters of a name at most; with letters, digits, - and _ it is what gateways take."""
DESCRIPTION_CHARS: Final = 1_000
"""Of a tool."""
PARAMETER_CHARS: Final = 300
"""Of the description of one parameter."""
SCHEMA_CHARS: Final = 12_000
"""Of a tool's whole schema; one that is longer would slow every request, so that it stays out."""
MOST_TOOLS: Final = 200
"""Of one server."""
_DEPTH: Final = 12
_LEFT_OUT: Final = frozenset({"$schema", "$id", "$comment", "examples"})
"""Keys of a schema that tell a model nothing."""


@dataclass(frozen=True, slots=True)
class Served:
    """A tool of a server, as it is offered here."""

    remote: str
    """Its name at the server."""
    schema: ToolSchema
    """With the name that it has here."""
    risk: Risk
    words: Mapping[str, str]
    """By language, a regular expression for requests that may concern it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a server has for us."""

    tools: Sequence[Served] = ()
    problems: Sequence[str] = ()
    """What a person should know, in sentences."""


def listing_of(server: str, config: McpServerConfig, remote: Sequence[RemoteTool]) -> Listing:
    """The tools that are taken from a server."""
    there = list({tool.name: tool for tool in remote}.values())
    problems = [
        *_unknown(server, "allow", config.allow, [tool.name for tool in there]),
        *_unknown(server, "confirm", config.confirm, [tool.name for tool in there]),
    ]
    wanted = [tool for tool in there if not config.allow or tool.name in config.allow]
    if len(wanted) > MOST_TOOLS:
        problems.append(
            f"{_table(server)} has {len(wanted)} tools; the first {MOST_TOOLS} are used. "
            "Name the ones you need in its allow list."
        )
    tools: list[Served] = []
    names: set[str] = set()
    for tool in wanted[:MOST_TOOLS]:
        served = _served(server, config, tool, names)
        if served is None:
            problems.append(f"{_table(server)}: the description of {tool.name!r} is far too long.")
            continue
        names.add(served.schema.name)
        tools.append(served)
    return Listing(tools, problems)


def valid_name(wanted: str, taken: Collection[str]) -> str:
    """A name that gateways take and that nothing else has, as near to the wanted one as can be."""
    name = re.sub(r"[^a-zA-Z0-9_-]+", "_", wanted).strip("_")[:NAME_CHARS] or "tool"
    count, unique = 1, name
    while unique in taken:
        count += 1
        ending = f"_{count}"
        unique = name[: NAME_CHARS - len(ending)] + ending
    return unique


def _served(
    server: str, config: McpServerConfig, tool: RemoteTool, taken: Collection[str]
) -> Served | None:
    """The tool as it is offered; None where its schema is too long to be."""
    prefix = f"{server}_" if config.prefix is None else config.prefix
    parameters = _object(tool.parameters)
    if len(json.dumps(parameters)) > SCHEMA_CHARS:
        return None
    description = _line(tool.description, DESCRIPTION_CHARS) or tool.name
    schema = ToolSchema(valid_name(prefix + tool.name, taken), description, parameters)
    words = words_for(server, tool.name, description, parameters, config.words)
    return Served(tool.name, schema, _risk(tool, config), words)


def _risk(tool: RemoteTool, config: McpServerConfig) -> Risk:
    if tool.name in config.confirm:
        return Risk.FINAL
    if tool.reads:
        return Risk.READS
    return Risk.FINAL if tool.destroys else Risk.WRITES


def _unknown(server: str, setting: str, names: Sequence[str], there: Sequence[str]) -> list[str]:
    return [
        f"{_table(server)} {setting}: the server has no tool {name!r}."
        + (offered(name, there) or f" It has {told_of(list(there)) or 'none at all'}.")
        for name in dict.fromkeys(names)
        if name not in there
    ]


def _table(server: str) -> str:
    return f"[mcp.servers.{server}]"


def _object(parameters: JsonObject) -> JsonObject:
    """The schema of an object, its texts bounded; gateways refuse any other at the top."""
    bounded = _bounded(parameters)
    assert isinstance(bounded, dict)  # noqa: S101  # for the type checker
    return {**bounded, "type": "object", "properties": bounded.get("properties") or {}}


def _bounded(value: JsonValue, key: str = "", depth: int = 0) -> JsonValue:
    if isinstance(value, str):
        return _line(value, PARAMETER_CHARS) if key in {"description", "title"} else value
    if isinstance(value, Mapping):
        if depth > _DEPTH:
            return {}
        of_names = key in {"properties", "$defs", "definitions"}
        return {
            name: _bounded(each, "" if of_names else name, depth + 1)
            for name, each in value.items()
            if of_names or name not in _LEFT_OUT
        }
    if isinstance(value, Sequence):
        return [_bounded(each, "", depth + 1) for each in value]
    return value


def _line(text: str, most: int) -> str:
    """The text on one line, without what cannot be printed, cut where it is too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
