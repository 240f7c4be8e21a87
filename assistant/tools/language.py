"""Which languages are listened for, by word of mouth.

Flows in: the languages of the settings, and the name of one. Flows out: what is listened for from
now on, for as long as the program runs, and what is to be set for more. Refuses to know: what
listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.household.names import told_of
from assistant.household.tongues import code_of, name_of
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Sequence


class Listening:
    """The languages that are listened for: all of the settings', or one of them for now."""

    def __init__(self, languages: Sequence[str]) -> None:
        """`languages`: ISO 639-1, one at least."""
        self.known = tuple(dict.fromkeys(languages))
        self.only = ""
        """The one that is listened for; empty: all. Read on the thread of whoever transcribes."""


def language_tool(listening: Listening, spoken: str) -> FunctionTool:
    """The tool `language`; `spoken` (ISO 639-1) is that of the voice."""

    async def language(action: Literal["tell", "only", "all"], name: str = "") -> Deed:
        """Tell which languages are understood and spoken, or listen for one `only`, or for `all`.

        `name`: of the language to listen for: "German".
        """
        before = listening.only
        match action:
            case "tell":
                return Deed(_told(listening, spoken))
            case "only":
                code = _known(name, listening)
                told = _only(listening, code, spoken)
            case "all":
                code, told = "", f"I listen for {_names(listening.known)} now."
        if code == before or len(listening.known) == 1:
            return Deed(told)

        async def undo() -> str:
            listening.only = before
            return f"I listen for {_names([before] if before else listening.known)} again."

        listening.only = code
        return Deed(told, undo)

    return FunctionTool(language, Risk.WRITES)


def _known(name: str, listening: Listening) -> str:
    """The code of a language that is understood. Raises ToolError where it is not."""
    if name in listening.known:
        return name
    code = code_of(name)
    if code in listening.known:
        return code
    if not name.strip():
        raise ToolError(f"Which language? I understand {_names(listening.known)}.")
    if not code:
        raise ToolError(f"I know no language called {name.strip(' .?!')}.")
    raise ToolError(
        f"I only understand {_names(listening.known)}. To add {name_of(code)}, put {code} into "
        f"languages in [stt] of my settings, and choose a {name_of(code)} voice in [tts]."
    )


def _only(listening: Listening, code: str, spoken: str) -> str:
    if len(listening.known) == 1:
        told = f"I listen for {name_of(code)} only, as ever."
    else:
        told = f"I listen for {name_of(code)} only now."
    if code == spoken:
        return told
    return (
        f"{told} My voice speaks {name_of(spoken)}, though. For {name_of(code)}, choose another "
        "voice in [tts] of my settings."
    )


def _told(listening: Listening, spoken: str) -> str:
    known = _names(listening.known)
    if listening.known == (spoken,):
        return f"I understand and speak {known}."
    now = f" Just now I listen for {name_of(listening.only)} only." if listening.only else ""
    return f"I understand {known}, and my voice speaks {name_of(spoken)}.{now}"


def _names(codes: Sequence[str]) -> str:
    return told_of([name_of(code) for code in codes])
