"""How long to wait in a pause: what the words and the melody say in, milliseconds of silence out.

Pure. Refuses to know: sound, models, clocks.

    words        melody: finished     unfinished      not known
    finished     finished_ms          hangover_ms     finished_ms
    not known    midway of the two    longest_pause   hangover_ms
    unfinished   longest_pause        longest_pause   longest_pause

Why so: of recorded ends the melody takes 9 of 10 for ends, but of recorded pauses in mid-sentence
two in three as well, so that its "unfinished" means much and its "finished" little. Words that
want more hold whatever the melody says; words that are a whole request may still go on ("can I
have a cappuccino … with sugar"), and then the melody may know. `tests/bench_turn_end.py` measures
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.listen.endings import ending

if TYPE_CHECKING:
    from assistant.config import EndpointConfig

SOUNDS_FINISHED = 0.5
"""Probability from which the melody counts as finished: what the model was trained for. Any figure
from 0.3 to 0.6 gives nearly as many false cuts in recordings, and a higher one longer waits."""


class Patience:
    """The milliseconds to wait, by how sure it is that this was all."""

    def __init__(self, config: EndpointConfig) -> None:
        self._sure = config.finished_ms
        self._unsure = max(config.hangover_ms, self._sure)
        self._longest = max(config.longest_pause_ms, self._unsure)

    def wait_ms(self, text: str, finished: float | None, language: str) -> int:
        """Silence that ends the utterance, in milliseconds from the end of its speech.

        `text`: the words up to the pause; empty where none were understood. `finished`: what a
        `TurnEndModel` says, 0 to 1; None without one. `language`: ISO 639-1.
        """
        sounds = None if finished is None else finished >= SOUNDS_FINISHED
        match ending(text, language), sounds:
            case ("unfinished", _) | ("unknown", False):
                return self._longest
            case ("finished", False) | ("unknown", None):
                return self._unsure
            case ("unknown", _):
                return (self._sure + self._unsure) // 2
            case _:
                return self._sure
