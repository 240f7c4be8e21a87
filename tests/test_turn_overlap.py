"""Whose turn it is while the reply is heard: what is said over it is judged by its words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from gateway_server import Reply
from turn_table import LONG, finished, table

from assistant.events import Ignored, Said
from assistant.messages import Assistant, User
from assistant.think.history import INTERRUPTED
from assistant.turn import Manner, Pardoned, Replied, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.audio.pcm import Pcm
    from assistant.listen.whisper import Whisper
    from assistant.speak.piper import Piper


@pytest.mark.parametrize(
    ("words", "reason"),
    [("Okay, right.", "agreeing"), ("Uh huh.", "agreeing"), ("Yeah.", "agreeing")],
)
async def test_showing_that_one_listens_does_not_stop_the_reply(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], words: str, reason: str
) -> None:
    """Agreement over the reply lets it go on to its end."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply("One two three four five six seven eight nine ten."))
        found.utter(say("Count to ten, please."))
        await found.sounding()
        found.go_on(say(words))
        await finished(found)
        (said,) = found.of(Said)
        assert not said.interrupted
        assert said.text.endswith("ten.")
        assert [event.reason for event in found.of(Ignored)] in ([reason], ["no-speech"])
        assert any(isinstance(news, Pardoned) for news in found.turns.news)


async def test_words_over_the_reply_end_it_and_are_answered(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """The history keeps what was heard of it, and the model learns that it was interrupted."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply(LONG), Reply("About four and a half billion years."))
        found.utter(say("Tell me a long story."))
        await found.sounding()
        found.go_on(say("How old is the moon?"))
        await finished(found, 2)
        first, second = found.of(Said)
        assert first.interrupted
        assert LONG.startswith(first.text)
        assert 2 <= len(first.text.split()) <= 30
        assert second.text.startswith("About four")
        told = found.server.chats[-1]["messages"][2]["content"]
        assert told == first.text + INTERRUPTED
        assert found.turns.news[-1] == Replied(asked=False)


@pytest.mark.parametrize(
    ("words", "looks", "ends"),
    [
        ("Tell me something else instead", 1, True),
        ("Stop it please, that is quite", 2, True),
        ("Uh huh.", 2, False),
    ],
)
async def test_words_end_the_reply_before_they_are_all(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], words: str, looks: int, *, ends: bool
) -> None:
    """Clear words do at once, others once they read the same twice; a hum never does."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply("One two three four five six seven eight nine ten."))
        found.utter(say("Count to ten, please."))
        await found.sounding()
        sound = say(words)
        for _ in range(looks):
            found.turns.overhear(sound)
        await found.until(Said)
        assert found.of(Said)[0].interrupted is ends
        assert (Pardoned() in found.turns.news) is (words == "Uh huh.")


async def test_its_own_words_are_no_question(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm]
) -> None:
    """What comes back of the reply through the room neither stops it nor is answered."""
    async with table(tiny, voice, realtime=True) as found:
        found.server.script(Reply("The moon is very far away. It shines at night. Sleep well."))
        found.utter(say("Tell me about the moon."))
        await found.sounding()
        found.turns.speech_began()
        echo = say("The moon is very far away.")
        turn = found.turns.begin(echo, 0.2)
        await turn.read.wait()
        found.turns.commit(echo, 0.3)
        assert found.turns.sounding
        await finished(found)
        assert len(found.server.chats) == 1
        assert [event.reason for event in found.of(Ignored)] == ["own words"]
        assert not found.of(Said)[0].interrupted


@pytest.mark.parametrize("stop_word_only", [True, False])
async def test_stop_ends_the_reply_and_asks_for_nothing(
    tiny: Whisper, voice: Piper, say: Callable[[str], Pcm], *, stop_word_only: bool
) -> None:
    """With a stop word alone, too; other words then let the reply go on."""
    manner = Manner(
        "en", stop_word_only=stop_word_only, early_requests=2, sure_ms=5000, reopen_s=60
    )
    async with table(tiny, voice, manner, realtime=True) as found:
        found.server.script(Reply(LONG))
        found.utter(say("Tell me a long story."))
        await found.sounding()
        if stop_word_only:
            found.go_on(say("How old is the moon?"))
            await found.until(Ignored)
            assert found.turns.sounding
        stopping = found.go_on(say("Stop talking."))
        assert stopping.task is not None
        await asyncio.wait([stopping.task])
        (said,) = found.of(Said)
        assert said.interrupted
        assert len(found.server.chats) == 1
        assert any(isinstance(news, Stopped) for news in found.turns.news)
        roles = [type(message) for message in found.history.messages()]
        assert roles[1:] == [User, Assistant]
