"""Nothing to be done: somebody says "stop" where nothing sounds, or thinks better of it.

Flows out: one word. Refuses to know: what it was about.
"""

from __future__ import annotations

from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

_LANGUAGES = ("de", "en", "es", "fr", "id", "it", "nl", "pt")
_NEVER = r"(?!)"
"""Found in no request."""


def never_mind_family() -> Family:
    """The tool `never_mind`, for the instant path alone: no words of a request concern it."""

    async def never_mind() -> str:
        """Do nothing."""
        return "Okay."

    return Family("never mind", (FunctionTool(never_mind),), dict.fromkeys(_LANGUAGES, _NEVER))
