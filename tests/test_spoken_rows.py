"""Each family of tools through the whole assistant: asked aloud, done, and answered aloud.

Our own voice asks, Whisper hears, SQLite keeps, a gateway on this machine plays the model, Piper
answers, and Whisper must understand that as well.
"""

from __future__ import annotations

import asyncio
import re
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from spoken_room import Room
from spoken_rows import ROWS, Row, Way
from whisper_normalizer.english import EnglishTextNormalizer

from assistant import app
from assistant.audio.pcm import LISTEN_RATE, Pcm
from assistant.audio.wav import write_wav
from assistant.config import Config, StorageConfig, WebConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.listen.whisper import Whisper

ALIKE = 0.75
"""Share of its letters, in their order, that must be understood of an answer."""
CASES = [(way, row) for way in ("instant", "model") for row in ROWS if way in row.ways]


@pytest.fixture(scope="module")
def room(say: Callable[[str], Pcm]) -> Iterator[Callable[[Way], Room]]:
    """The conversation that is held by a way; once."""
    spoken = cache(say)

    def held(way: Way) -> Room:
        folder = Path(home) / way
        folder.mkdir()
        room = Room([row for row in ROWS if way in row.ways], way, folder)
        for recording, row in room.rows.items():
            write_wav(recording, spoken(row.question))
        asyncio.run(room.talk())
        return room

    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", f"{home}/none")
        patch.setenv("AI_GATEWAY_API_KEY", "key-for-the-test")
        yield cache(held)


@pytest.mark.parametrize(
    ("way", "row"), CASES, ids=[f"{row.family}-{way}-{row.call.name}" for way, row in CASES]
)
def test_what_is_asked_aloud_is_done_and_answered_aloud(
    room: Callable[[Way], Room], tiny: Whisper, way: Way, row: Row
) -> None:
    """Its tool ran, once; the words and the sound of the answer say so.

    The instant path asks no model, and a model was told of the tool before it called it.
    """
    outcome = room(way).outcomes[row]
    assert outcome.failed == []
    assert outcome.called == [row.call.name], f"{outcome.heard!r}: {outcome.said!r}"
    assert re.search(row.answer, outcome.said, re.IGNORECASE), outcome.said
    assert (outcome.asked == 0) == (way == "instant")
    understood = tiny.transcribe(padded(outcome.sound)).text
    assert alike(understood, outcome.said) >= ALIKE, understood


def test_a_mute_closes_the_microphone(room: Callable[[Way], Room]) -> None:
    """It is opened again by command, and what is asked then is heard."""
    assert room("instant").opened == 2


async def test_every_family_is_asked_for(tmp_path: Path) -> None:
    """A family of tools without a row is one that nobody has ever asked aloud."""
    config = Config(storage=StorageConfig(folder=str(tmp_path)), web=WebConfig(enabled=True))
    async with app.home_of(config, "en") as home:
        assert {family.name for family in home.families} <= {row.family for row in ROWS}


def padded(sound: Pcm) -> Pcm:
    """As ears would give it."""
    return Pcm.join([Pcm.silence(0.3), sound.resampled(LISTEN_RATE), Pcm.silence(0.3)])


def alike(one: str, other: str) -> float:
    """Share of letters in common, in their order: Whisper writes 1:04 PM as 104 P.M. too."""
    plain = EnglishTextNormalizer()
    first, second = ("".join(filter(str.isalnum, plain(text))) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
