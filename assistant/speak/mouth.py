"""The mouth: text deltas in, sound out, and what was heard of them back.

It speaks the first clause while the rest still arrives, loses no end of a sentence, and stops at
once when it is cancelled. It refuses to know where the text comes from.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.audio import chimes
from assistant.audio.pcm import Pcm
from assistant.errors import AssistantError
from assistant.speak.clauses import Clauses
from assistant.speak.spoken_text import spoken_text

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from assistant.floor import Floor
    from assistant.interfaces import Speaker, Voice
    from assistant.worker import Worker

_CLAUSES_AHEAD = 4
"""Clauses that wait for the voice; beyond it a slow voice slows the model."""
_SENTENCE_GAP_S = 0.16
_CLAUSE_GAP_S = 0.06
"""Seconds of silence after a sentence and within one: Piper's own were trimmed."""
_SENTENCE_ENDS = tuple('.!?…。！？।:"”)')  # noqa: RUF001  # these are the world's full stops


@dataclass(frozen=True, slots=True)
class _Played:
    """A clause and the stretch of the speaker's time that it takes."""

    text: str
    start_s: float
    end_s: float


class SpeakingMouth:
    """Says one reply at a time through a voice and a speaker."""

    def __init__(self, voice: Voice, worker: Worker, speaker: Speaker) -> None:
        self._voice = voice
        self._worker = worker
        self._speaker = speaker
        self._played: list[_Played] = []
        self._gap_s = 0.0

    async def say(
        self, deltas: AsyncGenerator[str], mark: Callable[[str], None], floor: Floor
    ) -> str:
        """Speak the text; returns it when all has been played.

        Nothing is heard before the floor is given. `mark` is told `first_clause`, `sound_ready`
        and `first_sound`, each time one is reached. An error of the
        deltas is raised after what had arrived before it was spoken. A text without a word that
        can be said ends in a chime. Raises AssistantError.
        """
        self._played = []
        self._gap_s = 0.0
        clauses: asyncio.Queue[str | None] = asyncio.Queue(_CLAUSES_AHEAD)
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read(deltas, clauses), name="read-clauses")
                group.create_task(self._speak(clauses, mark, floor), name="speak-clauses")
        except* AssistantError as errors:
            raise errors.exceptions[0] from None
        failure = reading.result()
        if failure is None and not self._played:  # nothing in it can be said: still no silence
            await floor.wait_to_speak()
            floor.taken = True
            await self._speaker.play(chimes.done())
            mark("first_sound")
        await self._speaker.drain()
        if failure is not None:
            raise failure
        return self.heard()

    def stop(self) -> str:
        """Silence at once; returns what was heard until then."""
        heard = self.heard()
        self._speaker.stop()
        return heard

    def heard(self) -> str:
        """The text that was really played, cut at the word.

        Within a clause the words are taken to be spoken at an even pace.
        """
        now = self._speaker.played_s
        words: list[str] = []
        for clause in self._played:
            if now >= clause.end_s - 0.05:
                words.append(clause.text)
            elif now > clause.start_s:
                share = (now - clause.start_s) / (clause.end_s - clause.start_s)
                whole = clause.text.split()
                words.extend(whole[: int(share * len(whole))])
        return " ".join(words)

    def sounded(self) -> str:
        """The reply until now, with the whole of the clause that sounds: its echo may be ahead."""
        now = self._speaker.played_s
        return " ".join(clause.text for clause in self._played if clause.start_s <= now)

    async def _read(
        self, deltas: AsyncGenerator[str], clauses: asyncio.Queue[str | None]
    ) -> AssistantError | None:
        """Cut deltas into clauses; a failure is kept until what came before it was said."""
        splitter = Clauses(self._voice.language)
        failure: AssistantError | None = None
        try:
            async with contextlib.aclosing(deltas):
                async for delta in deltas:
                    for clause in splitter.push(delta):
                        await clauses.put(clause)
        except AssistantError as error:
            failure = error
        for clause in splitter.flush():
            await clauses.put(clause)
        await clauses.put(None)
        return failure

    async def _speak(
        self, clauses: asyncio.Queue[str | None], mark: Callable[[str], None], floor: Floor
    ) -> None:
        while (clause := await clauses.get()) is not None:
            words = spoken_text(clause, self._voice.language)
            if not words:
                continue
            mark("first_clause")
            begin = functools.partial(self._voice.pieces, words)
            async with contextlib.aclosing(self._worker.stream(begin)) as pieces:
                async for piece in pieces:
                    if not floor.taken:
                        mark("sound_ready")
                        await floor.wait_to_speak()
                        floor.taken = True
                    await self._play(clause, piece)
                    mark("first_sound")
            if not clause.endswith(_SENTENCE_ENDS):
                self._gap_s = _CLAUSE_GAP_S

    async def _play(self, clause: str, piece: Pcm) -> None:
        """Queue the next piece of a clause, after the pause that belongs before it."""
        if self._gap_s:
            await self._speaker.play(Pcm.silence(self._gap_s, piece.rate))
        if self._played and self._played[-1].text is clause:
            start_s = self._played.pop().start_s
        else:
            start_s = self._speaker.queued_s
        self._played.append(_Played(clause, start_s, self._speaker.queued_s + piece.seconds))
        await self._speaker.play(piece)
        self._gap_s = _SENTENCE_GAP_S


class SilentMouth:
    """Says nothing: the text is only shown. What arrived counts as heard."""

    def __init__(self) -> None:
        self._text = ""

    async def say(
        self, deltas: AsyncGenerator[str], mark: Callable[[str], None], floor: Floor
    ) -> str:
        """Take the text as it comes; `mark` is not told of clauses or sounds."""
        del mark
        self._text = ""
        async with contextlib.aclosing(deltas):
            async for delta in deltas:
                await floor.wait_to_speak()
                floor.taken = True
                self._text += delta
        return self._text.strip()

    def stop(self) -> str:
        """What came until now; there is no sound to end."""
        return self.heard()

    def heard(self) -> str:
        """What came until now."""
        return self._text.strip()

    def sounded(self) -> str:
        """What came until now."""
        return self.heard()
