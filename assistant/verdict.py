"""Why what was said is no question: the words, and what was under way, in; the reason out.

Pure. Refuses to know: what becomes of it, sounds, time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assistant.listen.overlap import Meaning, continues, meaning, plain, unclear

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.interfaces import Transcript
    from assistant.turn import Turn

CALLED: Final = "wake word"
"""The wake word, and nothing after it."""
STOP: Final = "stop"
"""What was under way is to end."""
UNCALLED: Final = "not called"
"""Whoever speaks is not listened to any more without the wake word."""
UNCLEAR: Final = "unclear"
"""A few words over a reply that are hardly understood: rather its echo than a person."""
SAME: Final = "the same words"
"""The second half of a question that brought no word more than the first."""


def reason_against(
    turn: Turn, words: Transcript, being_said: str, *, stop_word_only: bool
) -> str | None:
    """Why this is no question; None where it is one.

    `turn.text` are the words without the wake phrase. `being_said`: the reply that sounds or has
    just sounded, whose echo this may be; empty where there is none.
    """
    before = turn.before
    if not words.text or not turn.text:
        return words.refused or CALLED
    over = before is not None and before.sounding
    if before is not None and before.answered_by is not None and before.alive:
        return _reason_against_ending_the_bell(turn, words, being_said, before.answered_by)
    own = turn.text
    if turn.joined and before is not None and not (own := _beyond(before.text, turn.text)):
        return SAME
    meant = meaning(own, being_said, words.language)
    if meant is Meaning.STOP and before is not None and before.alive:
        return STOP
    if meant is Meaning.OWN_WORDS or (over and meant is Meaning.AGREEING):
        return str(meant.value)
    return _unheeded(turn, words.confidence, over=over, stop_word_only=stop_word_only)


def _unheeded(turn: Turn, confidence: float, *, over: bool, stop_word_only: bool) -> str | None:
    """Why words that would be a question are none here."""
    if over and not turn.joined and unclear(turn.text, confidence):
        return UNCLEAR
    if not turn.welcome and not turn.joined:
        return STOP if over else UNCALLED
    return "not a stop word" if over and stop_word_only else None


def _reason_against_ending_the_bell(
    turn: Turn, words: Transcript, being_said: str, answers: Callable[[str, str], bool]
) -> str | None:
    """While it rings, "okay" ends it, and the room's talk does not, unless it is called."""
    if answers(turn.text, words.language):
        return None
    meant = meaning(turn.text, being_said, words.language)
    if meant in {Meaning.OWN_WORDS, Meaning.AGREEING}:
        return str(meant.value)
    return None if turn.welcome else UNCALLED


def _beyond(earlier: str, later: str) -> str:
    """What a text says more than an earlier one, which it begins with, or all of it."""
    words = plain(later)
    return " ".join(words[len(plain(earlier)) :] if continues(earlier, later) else words)
