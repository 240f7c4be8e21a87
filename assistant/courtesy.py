"""Room for whoever speaks over a reply: it becomes soft, and is held until it is clear why.

Flows in: how much was said until now, frame by frame. Flows out: the speaker's loudness, and what
is to be looked at. Refuses to know: what the words mean, and what becomes of the reply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.listen.overlap import Overlap

if TYPE_CHECKING:
    from assistant.interfaces import Speaker
    from assistant.listen.ears import Ears
    from assistant.turns import Turns


class Courtesy:
    """Turns the speaker down and up again."""

    def __init__(self, turns: Turns, speaker: Speaker, *, always: bool) -> None:
        """`always`: for any speech; else only where it may go on with the question."""
        self._turns = turns
        self._speaker = speaker
        self._always = always
        self._overlap = Overlap()

    def push(self, ears: Ears) -> None:
        """One frame later."""
        overlap, turns = self._overlap, self._turns
        if not (self._always or turns.beginning) or not turns.sounding:
            if overlap.share < 1:  # the reply has ended meanwhile
                self.begin_anew()
                self._speaker.turn_down(1)
            return
        voiced_ms, before = ears.voiced_ms, overlap.share
        share = overlap.push(voiced_ms, being_judged=turns.undecided)
        if share != before:
            self._speaker.turn_down(share)
        sound = ears.sound
        if overlap.due(voiced_ms) and sound is not None:
            overlap.looked_at(voiced_ms)
            turns.overhear(sound)

    def pardon(self, voiced_ms: float) -> None:
        """What was said until now was nothing."""
        self._overlap.pardon(voiced_ms)
        self._speaker.turn_down(1)

    def begin_anew(self) -> None:
        """A reply has ended: the next one knows nothing of it."""
        self._overlap = Overlap()
