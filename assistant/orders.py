"""Orders to a running assistant, its answers, and how both are written on a line.

Flows in: a line, or a length of time in words. Flows out: plain values, or a UsageError. Pure.
Refuses to know: how a line travels, and who carries an order out.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from dataclasses import asdict, dataclass
from typing import Literal, get_args

from assistant.errors import AssistantError, UsageError

LONGEST_MUTE_S = 7 * 24 * 3600
"""Seconds that a mute with an end may last: a week."""
LENGTHS = "90s, 10m, 1h or 1h30m"
"""How a length of time is written. A bare number is refused: 10 could be either unit."""

State = Literal["starting", "asleep", "listening", "hearing", "thinking", "speaking"]
"""What the assistant does; `asleep` is waiting for its wake word."""
_STATES: dict[str, State] = {state: state for state in get_args(State)}


@dataclass(frozen=True, slots=True)
class Trigger:
    """Listen now, as if the wake word had been said."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Close the microphone."""

    seconds: float | None = None
    """How long, up to `LONGEST_MUTE_S`; None: until it is unmuted."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Open the microphone again."""


@dataclass(frozen=True, slots=True)
class ToggleMute:
    """Mute without an end where it is not muted, unmute where it is."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop speaking."""


@dataclass(frozen=True, slots=True)
class Look:
    """Change nothing, and tell the status."""


Order = Trigger | Mute | Unmute | ToggleMute | Stop | Look


@dataclass(frozen=True, slots=True)
class Status:
    """How things stand once an order was carried out."""

    state: State
    muted: bool
    muted_for_s: float | None = None
    """Seconds until the mute ends by itself; None where it does not, or there is none."""


_ORDERS: dict[str, Order] = {
    "trigger": Trigger(),
    "mute": Mute(),
    "unmute": Unmute(),
    "toggle": ToggleMute(),
    "stop": Stop(),
    "status": Look(),
}
_WORDS = {type(order): word for word, order in _ORDERS.items()}
_LENGTH = re.compile(
    r"(?:(?P<h>\d{1,6})h)?\s*(?:(?P<m>\d{1,6})m)?\s*(?:(?P<s>\d{1,6})s)?", re.ASCII
)


def parse_order(line: str) -> Order:
    """The order that a line holds, in words (`mute 600`) or in JSON.

    In JSON: `{"order": "mute", "seconds": 600}`. A bare number is seconds in both; in words `10m`
    is taken too. Raises UsageError.
    """
    if line.lstrip().startswith("{"):
        return _from_json(line)
    word, _, rest = line.strip().lower().partition(" ")
    if word != "mute":
        if rest:
            raise UsageError(f"The order {word!r} takes nothing after it, but has {rest!r}.")
        return _named(word)
    if not rest:
        return Mute()
    return Mute(_checked(float(rest)) if _is_number(rest) else parse_length(rest))


def order_line(order: Order) -> str:
    """The order in words, without the end of the line; `parse_order` reads it back."""
    word = _WORDS[type(order)]
    if isinstance(order, Mute) and order.seconds is not None:
        return f"{word} {order.seconds!r}"
    return word


def answer_line(answer: Status | AssistantError) -> str:
    """The answer as one JSON object: the status, or why the order was refused."""
    if isinstance(answer, AssistantError):
        return json.dumps({"ok": False, "error": str(answer)}, ensure_ascii=False)
    told = {key: value for key, value in asdict(answer).items() if value is not None}
    return json.dumps({"ok": True, **told})


def parse_answer(line: str) -> Status:
    """The status that an answer tells. Raises AssistantError with the words of a refusal."""
    try:
        match json.loads(line):
            case {"ok": True, "state": str(word), "muted": bool(muted), **more} if word in _STATES:
                left = more.get("muted_for_s")
                return Status(_STATES[word], muted, left if isinstance(left, int | float) else None)
            case {"ok": False, "error": str(error)}:
                raise AssistantError(error)
            case _:
                pass
    except ValueError:
        pass
    raise AssistantError(
        f"The running assistant answered {line[:80]!r}, which this version does not understand. "
        "End it, and start it again: assistant run"
    )


def parse_length(text: str) -> float:
    """Seconds of a length of time such as `1h30m`. Raises UsageError."""
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        raise UsageError(f"{text!r} is no length of time. Write it as {LENGTHS}.")
    hours, minutes, seconds = (int(found[unit] or 0) for unit in "hms")
    return _checked(hours * 3600 + minutes * 60 + seconds)


def length_told(seconds: float) -> str:
    """A length of time in its two largest units, rounded up: `1 hour and 30 minutes`."""
    whole = math.ceil(seconds - 0.05)  # what is left of a minute just begun is still a minute
    if whole >= 3600:  # noqa: PLR2004  # seconds of an hour
        whole = math.ceil(whole / 60) * 60
    minutes, left = divmod(max(whole, 1), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "hour"), (minutes, "minute"), (left, "second"))
    return " and ".join(f"{n} {unit}{'s' * (n != 1)}" for n, unit in parts if n)


def _from_json(line: str) -> Order:
    try:
        match json.loads(line):
            case {"order": "mute", "seconds": int() | float() as seconds, **more} if not more:
                return Mute(_checked(seconds))
            case {"order": "mute", "seconds": None, **more} if not more:
                return Mute()
            case {"order": str(word), **more} if not more:
                return _named(word)
            case _:
                pass
    except (ValueError, RecursionError):  # no JSON, or nested to no purpose
        pass
    raise UsageError('An order in JSON looks like {"order": "mute", "seconds": 600}.')


def _named(word: str) -> Order:
    if word in _ORDERS:
        return _ORDERS[word]
    near = difflib.get_close_matches(word, _ORDERS, 1, 0.5)
    hint = f"Did you mean {near[0]!r}?" if near else f"The orders are: {', '.join(_ORDERS)}."
    raise UsageError(f"There is no order {word[:40]!r}. {hint}")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _checked(seconds: float) -> float:
    """The seconds of a mute, which may also be nonsense such as true or NaN. Raises UsageError."""
    if isinstance(seconds, bool) or not 1 <= seconds <= LONGEST_MUTE_S:
        raise UsageError(
            f"A mute of {seconds} seconds is out of range: it lasts from 1 second to 7 days, or "
            "without a time until it is unmuted."
        )
    return float(seconds)
