"""The assistant's own tools: how loud it is, which languages it hears, what it can do."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hand_clock import HandClock, storage_in

from assistant.audio.pcm import FRAME_S, Pcm
from assistant.audio.playout import Playout
from assistant.audio.speaker import DeviceSpeaker
from assistant.audio.wav import WavSpeaker
from assistant.errors import ToolError
from assistant.events import Heard, Said
from assistant.household.choices import Choices
from assistant.interfaces import Family
from assistant.tools.language import Listening, language_tool
from assistant.tools.last_reply import LastTurn
from assistant.tools.this_assistant import Aloud, this_assistant, this_voice
from assistant.tools.volume import Loud, Loudness, volume_tool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from assistant.deeds import Deed
    from assistant.interfaces import Families, Tool
    from assistant.storage import Storage, StorageWorker

SPOKEN = Said("I will be silent now.", 500.0, interrupted=False)
RATE = 22_050


class Home:
    """A speaker, its tool, and the file that both are kept in."""

    def __init__(self, storage: StorageWorker, speaker: Loud) -> None:
        self.storage = storage
        self.speaker = speaker
        self.loudness = Loudness(speaker, Choices(storage, HandClock()))
        self.last: Deed

    async def __call__(self, action: str, percent: float | None = None) -> str:
        """What the tool says."""
        self.last = await done(volume_tool(self.loudness), action=action, percent=percent)
        return self.last.text

    async def undo(self) -> str:
        """Take the last deed back."""
        assert self.last.undo is not None
        return await self.last.undo()


async def done(tool: Tool, **arguments: object) -> Deed:
    """A call as the model makes it."""
    return await tool.call(json.dumps(arguments))


@asynccontextmanager
async def home_in(folder: Path, volume: int = 100) -> AsyncIterator[Home]:
    """A run of the program; `volume` stands in the settings."""
    async with storage_in(folder) as storage:
        home = Home(storage, WavSpeaker(None, realtime=False, volume=volume))
        await home.loudness.restore()
        yield home


async def test_each_step_is_heard(tmp_path: Path) -> None:
    """Down to the softest and up again, by 2 to 6 dB; "quieter" alone never makes it silent."""
    async with home_in(tmp_path) as home:
        down = [100]
        while "silence" not in (told := await home("down")):
            down.append(home.speaker.volume)
        assert told.startswith("The volume is at 5 percent.")
        up = [home.speaker.volume]
        while "louder" not in await home("up"):
            up.append(home.speaker.volume)
        assert down == [*reversed([*up, 100])]
        decibels = [20 * math.log10(a / b) for a, b in itertools.pairwise(down)]
        assert min(decibels) > 1.8
        assert max(decibels) < 6.1


@pytest.mark.parametrize(
    ("action", "percent", "volume", "told"),
    [
        ("set", 50, 50, "The volume is at 50 percent."),
        ("set", 70, 70, "The volume is at 70 percent already."),
        ("set", 33.4, 33, "The volume is at 33 percent."),
        ("set", 100, 100, "The volume is at 100 percent."),
        ("set", 150, 100, "The volume is at 100 percent. I cannot be louder."),
        ("up", 20, 90, "The volume is at 90 percent."),
        ("up", 40, 100, "The volume is at 100 percent. I cannot be louder."),
        ("down", 20, 50, "The volume is at 50 percent."),
        ("tell", None, 70, "The volume is at 70 percent."),
        ("up", None, 80, "The volume is at 80 percent."),
        ("down", None, 65, "The volume is at 65 percent."),
    ],
)
async def test_it_says_what_is_set(
    tmp_path: Path, action: str, percent: float | None, volume: int, told: str
) -> None:
    """By so much or to so much, never beyond its ends, which it names."""
    async with home_in(tmp_path, 70) as home:
        assert await home(action, percent) == told
        assert home.speaker.volume == volume


@pytest.mark.parametrize(("action", "percent"), [("set", None), ("set", 1e9), ("up", -1e30)])
async def test_a_wrong_number_changes_nothing(
    tmp_path: Path, action: str, percent: float | None
) -> None:
    """It says what is wrong with it."""
    async with home_in(tmp_path, 70) as home:
        with pytest.raises(ToolError, match="percent"):
            await home(action, percent)
        assert home.speaker.volume == 70


async def test_the_volume_outlives_a_restart(tmp_path: Path) -> None:
    """Until the setting is changed, which counts then; and one may go back to it by voice."""
    async with home_in(tmp_path) as home:
        await home("set", 30)
    async with home_in(tmp_path) as home:
        assert home.speaker.volume == 30
    async with home_in(tmp_path, volume=60) as home:
        assert home.speaker.volume == 60
    async with home_in(tmp_path) as home:
        assert home.speaker.volume == 30
        await home("set", 100)
    async with home_in(tmp_path, volume=60) as home:
        await home("down")
    async with home_in(tmp_path) as home:
        assert home.speaker.volume == 100


async def test_a_change_can_be_undone(tmp_path: Path) -> None:
    """At the speaker, and for the next start."""
    async with home_in(tmp_path, 70) as home:
        await home("set", 20)
        assert await home.undo() == "The volume is at 70 percent."
        assert home.speaker.volume == 70
    async with home_in(tmp_path, 70) as home:
        assert home.speaker.volume == 70


async def test_silence_begins_once_it_was_announced(tmp_path: Path) -> None:
    """The sentence that says so is heard, and says how to end it; so is what is said after it."""
    async with home_in(tmp_path, 50) as home:
        told = await home("set", 0)
        assert "timers and alarms" in told
        assert "volume fifty" in told
        assert home.speaker.volume == 50
        home.loudness.note(Heard("Volume zero.", "en", 1.0, 1.0, 100.0))
        assert home.speaker.volume == 50
        home.loudness.note(SPOKEN)
        assert home.speaker.volume == 0
        assert await home("set", 0) == "The volume is at 0 percent already."
        await home("up")
        assert home.speaker.volume == 30
        home.loudness.note(SPOKEN)
        assert home.speaker.volume == 30


async def test_who_thinks_better_of_silence_stays_heard(tmp_path: Path) -> None:
    """Undone before the sentence was over, it does not begin."""
    async with home_in(tmp_path, 50) as home:
        await home("set", 0)
        await home.undo()
        home.loudness.note(SPOKEN)
        assert home.speaker.volume == 50


async def test_what_cannot_be_kept_is_said(tmp_path: Path) -> None:
    """It is as loud as was asked for, and says that the next start knows nothing of it."""

    def fill(storage: Storage) -> None:
        with storage.transact() as db:
            db.execute("PRAGMA query_only = ON")

    async with home_in(tmp_path) as home:
        await home.storage.run(fill)
        told = await home("set", 40)
        assert told.startswith("The volume is at 40 percent. It is not kept for my next start:")
        assert home.speaker.volume == 40


async def test_a_reply_that_is_ducked_stays_ducked(tmp_path: Path) -> None:
    """Who speaks over a reply softens it by a share; the volume multiplies it, and outlasts it."""
    playout = Playout(RATE)
    tone = Pcm(np.full(round(RATE * FRAME_S) * 20, 10_000, np.int16), RATE)
    playout.push(tone)
    async with storage_in(tmp_path) as storage:
        home = Home(storage, playout)
        playout.share = 0.2
        await home("set", 50)
        assert _level(playout) == pytest.approx(1000, abs=5)
        playout.share = 1.0
        assert _level(playout) == pytest.approx(5000, abs=25)


def _level(playout: Playout) -> float:
    """The samples' level in the block after the next, which may still be on its way there."""
    playout.take(0.0)
    block = playout.take(0.0)
    assert block is not None
    return float(np.median(np.frombuffer(block, np.int16)))


def test_a_speaker_has_a_volume() -> None:
    """Both that there are."""
    assert isinstance(DeviceSpeaker(), Loud)
    assert isinstance(WavSpeaker(None, realtime=False), Loud)


async def test_one_language_can_be_listened_for() -> None:
    """Of those that are set, by any of its names; back to all; and both can be undone."""
    listening = Listening(["en", "de", "en"])
    tool = language_tool(listening, "en")
    deed = await done(tool, action="only", name="German")
    assert deed.text == (
        "I listen for German only now. My voice speaks English, though. For German, choose "
        "another voice in [tts] of my settings."
    )
    assert listening.only == "de"
    told = (await done(tool, action="tell")).text
    assert told == (
        "I understand English and German, and my voice speaks English. "
        "Just now I listen for German only."
    )
    deed = await done(tool, action="only", name="Englisch")
    assert deed.text == "I listen for English only now."
    assert deed.undo is not None
    assert await deed.undo() == "I listen for German again."
    assert listening.only == "de"
    assert (await done(tool, action="all")).text == "I listen for English and German now."
    assert listening.only == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("German", "I only understand English. To add German, put de into languages in [stt]"),
        ("allemand", "To add German, put de into languages"),
        ("Klingonese", "I know no language called Klingonese."),
        ("", "Which language? I understand English."),
    ],
)
async def test_a_language_that_is_not_set_is_said_with_the_way_out(name: str, told: str) -> None:
    """Nothing changes."""
    listening = Listening(["en"])
    with pytest.raises(ToolError) as caught:
        await done(language_tool(listening, "en"), action="only", name=name)
    assert told in str(caught.value)
    assert listening.only == ""


async def test_the_only_language_is_no_choice() -> None:
    """It is listened for as ever, and there is nothing to undo."""
    listening = Listening(["de"])
    tool = language_tool(listening, "de")
    deed = await done(tool, action="only", name="Deutsch")
    assert deed.text == "I listen for German only, as ever."
    assert deed.undo is None
    assert (await done(tool, action="tell")).text == "I understand and speak German."


async def test_what_is_listened_for_is_read_by_another_thread() -> None:
    """Whoever transcribes reads it where he runs, and never waits for it."""
    listening = Listening(["en", "de"])
    await done(language_tool(listening, "en"), action="only", name="de")
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, lambda: listening.only) == "de"


async def sent() -> str:
    """What has left."""
    return "Nothing has left this machine today."


async def test_it_tells_what_it_can_do() -> None:
    """Only of the families that there are, also of those that came later."""
    later: list[Family] = []
    families: list[Family | Families] = [Family("clock", ()), Family("timers", ()), lambda: later]
    (tool,) = this_assistant(sent, families).tools
    assert (await done(tool, ask="abilities")).text == (
        "I help with the time and timers, and I answer questions. "
        "Just ask. While I speak, say stop, or ask something else."
    )
    later.append(Family("camera", ()))
    assert "what the camera sees" in (await done(tool, ask="abilities")).text
    assert (await done(tool, ask="sent_today")).text == "Nothing has left this machine today."
    assert (await done(tool, ask="version")).text.startswith("I am version 0.")


async def test_without_a_speaker_there_is_no_volume(tmp_path: Path) -> None:
    """What nobody can do is not offered."""
    silent = Aloud(LastTurn(), Listening(["en"]), "en")
    names = [tool.schema.name for tool in this_voice(silent).tools]
    assert names == ["last_reply", "language"]
    async with home_in(tmp_path) as home:
        loud = Aloud(LastTurn(), Listening(["en"]), "en", home.loudness)
        names = [tool.schema.name for tool in this_voice(loud).tools]
        assert names == ["last_reply", "language", "volume"]
