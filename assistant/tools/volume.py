"""How loud the assistant speaks, by word of mouth.

Flows in: louder, softer, or a number. Flows out: what is set now, at the speaker and, for the next
start, in the file. What softens a reply while somebody speaks over it multiplies the volume, and is
left alone. Refuses to know: devices, and who speaks.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Literal, Protocol, runtime_checkable

from assistant.deeds import Deed, Risk
from assistant.errors import ToolError
from assistant.events import Said
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from assistant.events import Event
    from assistant.household.choices import Choices

_LOG = logging.getLogger(__name__)
_NAME: Final = "volume"
_LOUDEST: Final = 100
_SOFTEST: Final = 5
"""Percent below which `down` does not go by itself: silence is asked for by its name."""
_STEPS: Final = (_SOFTEST, 10, 15, 20, 30, 40, 50, 65, 80, _LOUDEST)
"""Percent of the amplitude. Even steps would be unheard at the top (100 to 90 is 1 dB, about what
an ear notices at best) and a leap at the bottom; these are 2 to 6 dB."""
_HEARD: Final = 30
"""Percent to which `up` goes out of silence, so that its own answer is heard."""
_MOST: Final = 1000
_NO_LOUDER: Final = " I cannot be louder."
_SILENT: Final = (
    "I will be silent now, except for timers and alarms. To hear me again, say: volume fifty."
)


@runtime_checkable
class Loud(Protocol):
    """What has a loudness."""

    volume: int
    """Percent; a change is heard at once."""


class Loudness:
    """The volume of a speaker, and what was chosen in the place of its setting."""

    def __init__(self, speaker: Loud, choices: Choices) -> None:
        """`speaker` is as loud as the settings say."""
        self._speaker = speaker
        self._choices = choices
        self._setting = str(speaker.volume)
        self._silence_next = False

    @property
    def percent(self) -> int:
        """0 to 100."""
        return 0 if self._silence_next else self._speaker.volume

    async def restore(self) -> None:
        """Be as loud as was chosen last; what cannot be read is as the settings say."""
        try:
            chosen = await self._choices.chosen(_NAME, self._setting)
        except ToolError as error:
            _LOG.warning("the volume that was chosen is not known: %s", error)
            return
        if chosen is not None and chosen.isascii() and chosen.isdigit():
            self._speaker.volume = min(int(chosen), _LOUDEST)

    async def set(self, percent: int) -> str:
        """Be so loud from now on; why that is not kept for the next start, empty where it is."""
        self._silence_next = percent == 0 and self._speaker.volume > 0
        if not self._silence_next:
            self._speaker.volume = percent
        try:
            await self._choices.choose(_NAME, self._setting, str(percent))
        except ToolError as error:
            return f"It is not kept for my next start: {error}"
        return ""

    def note(self, event: Event) -> None:
        """Something happened: silence begins once it was announced."""
        if isinstance(event, Said) and self._silence_next:
            self._silence_next = False
            self._speaker.volume = 0


def volume_tool(loudness: Loudness) -> FunctionTool:
    """The tool `volume`."""

    async def volume(
        action: Literal["up", "down", "set", "tell"], percent: float | None = None
    ) -> Deed:
        """Make my voice louder (`up`) or softer (`down`), set its volume, or tell it.

        `percent`: for `set`, 0 to 100; for `up` and `down`, by how much, or nothing for one step.
        A bare number up to ten is meant in tenths: "volume five" is 50.
        """
        before = loudness.percent
        if action == "tell":
            return Deed(_at(before))
        wanted = _wanted(before, action, percent)
        if wanted == before:
            return Deed(_unchanged(before, action))
        trouble = await loudness.set(wanted)

        async def undo() -> str:
            return f"{_at(before)} {await loudness.set(before)}".strip()

        limit = wanted == _LOUDEST and (action == "up" or (percent or 0) > _LOUDEST)
        return Deed(f"{_told(wanted)}{_NO_LOUDER if limit else ''} {trouble}".strip(), undo)

    return FunctionTool(volume, Risk.WRITES)


def _wanted(before: int, action: Literal["up", "down", "set"], percent: float | None) -> int:
    """How loud it is to be, 0 to 100. Raises ToolError where no number says so."""
    if percent is None:
        match action:
            case "up":
                least = before or _HEARD - 1
                return next((step for step in _STEPS if step > least), _LOUDEST)
            case "down":
                return next((step for step in reversed(_STEPS) if step < before), before)
            case "set":
                raise ToolError("How loud shall I be, in percent?")
    if not abs(percent) <= _MOST:  # also what is no number at all
        raise ToolError(f"The volume goes from 0 to 100 percent, and {percent:g} is too far off.")
    wanted = {"up": before + percent, "down": before - percent, "set": percent}[action]
    return max(0, min(_LOUDEST, round(wanted)))


def _at(percent: int) -> str:
    return f"The volume is at {percent} percent."


def _told(percent: int) -> str:
    return _at(percent) if percent else _SILENT


def _unchanged(percent: int, action: str) -> str:
    if action == "up":
        return f"{_at(percent)}{_NO_LOUDER}"
    if action == "down" and percent:
        return f"{_at(percent)} The next step is silence. For that, say: volume zero."
    return f"The volume is at {percent} percent already."
