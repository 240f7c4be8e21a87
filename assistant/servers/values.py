"""What a server has, what it answers, and how it fails.

Plain values. Refuses to know: the protocol and its library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.messages import ImagePart, JsonObject


@dataclass(frozen=True, slots=True)
class RemoteTool:
    """A tool as its server describes it."""

    name: str
    description: str
    parameters: JsonObject
    """JSON Schema of an object."""
    reads: bool = False
    """Whether the server says that it changes nothing (`readOnlyHint`)."""
    destroys: bool = False
    """Whether the server says, in so many words, that it destroys (`destructiveHint`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought."""

    text: str
    pictures: tuple[ImagePart, ...] = ()
    failed: bool = False
    """Whether the tool says itself that it failed; the text then says why."""


class ServerAway(ToolError):
    """The server cannot be reached; of what was asked, nothing has arrived there."""

    plain = "I cannot reach one of my tool servers."


class ServerLost(ToolError):
    """The connection broke while the server was asked; it may have happened or not."""

    plain = "I have lost the connection to one of my tool servers."


class ServerUnusable(ToolError):
    """The settings of a server are wrong; trying again would not help."""

    plain = "The settings of one of my tool servers are wrong."


class Session(Protocol):
    """A connection to a server, while there is one."""

    async def tools(self) -> Sequence[RemoteTool]:
        """All its tools, as they are now. Raises ServerAway."""

    async def call(self, name: str, arguments: JsonObject) -> Answer:
        """What a tool answers; from any task.

        Raises ServerAway, ServerLost, and ToolError for a refusal. Whoever is cancelled here has
        the server told that nobody waits any more.
        """

    async def attend(self) -> bool:
        """Wait for news: True once the tools have changed, False once the connection is over."""

    async def listen(self, ready: Callable[[], None]) -> None:
        """Hear of changes, for as long as the server tells of them; `ready`: from now on."""

    def renew(self) -> None:
        """The tools may have changed, or the server may hang: whoever attends is told."""

    def end(self) -> None:
        """It is over: whoever attends is told."""
