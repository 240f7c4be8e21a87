"""The time and the date, in words that can be said.

Flows in: what is asked. Flows out: a sentence. Refuses to know: who asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from babel.dates import format_date, format_time

from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.interfaces import Clock


def clock_tool(clock: Clock, language: str = "en") -> FunctionTool:
    """The tool `clock`; its words are of the language (ISO 639-1) that the voice speaks."""

    async def clock_(ask: Literal["time", "date", "both"] = "both") -> str:
        """Tell the current time, the current date with its weekday, or both, at home."""
        now = clock.now()
        time = format_time(now, "short", locale=language).replace("\u202f", " ")
        date = format_date(now, "full", locale=language)
        english = language == "en"
        match ask:
            case "time":
                return f"It's {time}." if english else f"{time}."
            case "date":
                return f"It's {date}." if english else f"{date}."
            case "both":
                return f"It's {time} on {date}." if english else f"{date}, {time}."

    clock_.__name__ = "clock"
    return FunctionTool(clock_)
