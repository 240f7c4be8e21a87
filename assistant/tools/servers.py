"""Tools of other people's servers: each a family of its own, for they have little in common.

Flows in: links to servers. Flows out: families, as they are when they are asked for. Refuses to
know: how a server is reached, and what its tools do.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.interfaces import Families, Family
from assistant.servers.listing import valid_name

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from assistant.messages import JsonObject
    from assistant.servers.link import Link
    from assistant.servers.listing import Served


class ServerTool:
    """A tool of a server, as if it were ours; what it does cannot be taken back by us."""

    def __init__(self, served: Served, link: Link, name: str) -> None:
        self.schema = replace(served.schema, name=name)
        self.risk = served.risk
        self._remote = served.remote
        self._link = link

    async def call(self, arguments: str) -> Deed:
        """What the server answers. Raises ToolError with a sentence that the model can act on."""
        again = self.risk is Risk.READS
        answer = await self._link.call(self._remote, _object(arguments), again=again)
        if answer.failed:
            raise ToolError(answer.text)
        return Deed(answer.text, parts=answer.pictures)


def server_families(links: Sequence[Link], taken: Collection[str]) -> Families:
    """The families of the servers' tools, as they are at each turn; no name is one of `taken`."""

    def families() -> list[Family]:
        names = set(taken)
        found: list[Family] = []
        for link in links:
            for served in link.listing.tools:
                name = valid_name(served.schema.name, names)
                names.add(name)
                tool = ServerTool(served, link, name)
                found.append(Family(name, (tool,), served.words))
        return found

    return families


def _object(arguments: str) -> JsonObject:
    try:
        given = json.loads(arguments or "{}")
    except json.JSONDecodeError as error:
        raise ToolError(f"The arguments are no JSON: {error}. Nothing was done.") from error
    if not isinstance(given, dict):
        raise ToolError("The arguments are no JSON object. Nothing was done.")
    return given
