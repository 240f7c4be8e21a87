"""The scenes' judgements, on sound whose times are known, and on requests as clients send them."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest
from gateway_aside import GatewayAside, question
from judgements import HUSHED_S, holds, hushed, judged, lowered_at
from scenes import Turn, begins, with_pause
from soundcard import VirtualSoundCard, sound_card

from assistant.audio.pcm import LISTEN_RATE, Pcm

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["sound_card"]

CHAT = {"model": "anthropic/claude-sonnet-4", "stream": False}


def noise(seconds: float) -> Pcm:
    """Loud noise of this length."""
    chance = np.random.default_rng(4)
    return Pcm(chance.integers(-8000, 8000, round(seconds * LISTEN_RATE), np.int16))


def silences(sound: Pcm) -> list[float]:
    """The seconds of each stretch of 50 ms or more between two loud samples."""
    loud = np.flatnonzero(np.abs(sound.samples.astype(np.int32)) > 0.01 * 32_768)
    return [(b - a) / sound.rate for a, b in pairwise(loud) if b - a > 0.05 * sound.rate]


def test_a_pause_is_made_at_the_comma(say: Callable[[str], Pcm]) -> None:
    """A spoken question's longest silence is stretched to what was asked, and no other is."""
    sound = say("Can you tell me, how far away is the moon?")
    stretched = with_pause(sound, 0.8)
    assert max(silences(stretched)) == pytest.approx(0.8, abs=0.001)
    assert sorted(silences(stretched))[:-1] == sorted(silences(sound))[:-1]


def test_a_sound_without_a_pause_is_refused() -> None:
    """Where the voice ran on, there is no place for a pause."""
    with pytest.raises(ValueError, match="no pause"):
        with_pause(noise(1.0), 0.8)


def test_silence_counts_from_the_last_loud_sample(sound_card: VirtualSoundCard) -> None:
    """A gap shorter than `HUSHED_S` does not stop a reply; the time is that of its real end."""
    sound = Pcm.join([noise(0.4), Pcm.silence(HUSHED_S - 0.2), noise(0.3)])
    with sound_card.record("voice") as heard:
        said = sound_card.say(sound)
        first = begins(heard, said.start - 0.2)
        heard.wait_for(heard.length + round((HUSHED_S + 0.2) * LISTEN_RATE))
        stopped = hushed(heard, said.start)
    assert first == pytest.approx(said.start, abs=0.03)
    assert stopped == pytest.approx(said.end, abs=0.03)


def test_a_reply_is_lowered_from_its_last_loud_sound(sound_card: VirtualSoundCard) -> None:
    """Six decibels and more count, from when they stay; less does not."""
    parts = [(1.0, 1.0), (0.3, 0.6), (0.5, 0.3), (0.2, 0.0)]
    sounds = [Pcm((noise(s).samples * share).astype(np.int16)) for s, share in parts]
    with sound_card.record("voice") as heard:
        said = sound_card.say(Pcm.join(sounds))
        lowered, dips_s = lowered_at(heard, said.start, said.start + 0.9, said.start + 1.8)
    assert lowered - said.start == pytest.approx(1.3, abs=0.03)
    assert dips_s < 0.01


def test_a_reply_is_judged_by_its_sound() -> None:
    """How long it sounded, its longest silence, and how loud its end was beside its beginning."""
    soft = Pcm((noise(2.5).samples / 2).astype(np.int16))
    heard = judged(Pcm.join([noise(3.0), Pcm.silence(0.7), soft, Pcm.silence(3.0)]), ("What?",))
    assert heard.lasted_s == pytest.approx(6.2, abs=0.02)
    assert heard.sounded_s == pytest.approx(5.5, abs=0.02)
    assert heard.longest_gap_s == pytest.approx(0.7, abs=0.02)
    assert heard.last_db == pytest.approx(-6.0, abs=0.2)
    assert heard.asked == ("What?",)


def test_a_reply_that_goes_on_was_not_hushed(sound_card: VirtualSoundCard) -> None:
    """Sound up to the end of the recording is no silence."""
    with sound_card.record("voice") as heard:
        saying = sound_card.begin(noise(2.0))
        first = begins(heard, time.monotonic())
        assert first is not None
        heard.wait_for(heard.length + LISTEN_RATE // 2)
        assert hushed(heard, first) is None
        saying.wait()


def test_a_request_holds_a_text_when_it_holds_each_part() -> None:
    """Half a question is not the question; a misheard word does not matter."""
    text = "Can you tell me, how far away is the moon?"
    assert holds("Can you tell me? How far away is the moon.", text)
    assert holds("can you tell me how far away is the mood", text)
    assert not holds("How far away is the moon?", text)
    assert not holds("Can you tell me?", text)


def test_a_request_asks_what_was_said_since_the_last_answer() -> None:
    """Two halves in two messages are one question; what was answered is none."""
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "How far away"},
        {"role": "user", "content": [{"type": "text", "text": "is the moon?"}]},
    ]
    assert question({"messages": messages}) == "How far away is the moon?"


def test_the_gateway_says_what_it_is_told_to_and_tells_what_it_was_asked() -> None:
    """From another thread: its replies can be set, and its requests since a moment are told."""
    with GatewayAside(first_token_s=0.0, tokens_per_s=0.0) as gateway:
        answers = []
        for gateway.saying in (None, "Once upon a time."):
            before = time.monotonic()
            body = {**CHAT, "messages": [{"role": "user", "content": f"Say {gateway.saying}"}]}
            answer = httpx.post(f"{gateway.base_url}/chat/completions", json=body)
            answers.append(answer.json()["choices"][0]["message"]["content"])
            assert gateway.asked_since(before) == [f"Say {gateway.saying}"]
        assert answers == ["You said: Say None", "Once upon a time."]
        assert gateway.asked_since(0.0) == ["Say None", "Say Once upon a time."]


def test_a_turn_knows_that_it_was_cut_into_and_misheard() -> None:
    """A reply before the question's end cuts in; other words than those asked are misheard."""
    early = Turn("Hello, you.", -0.1, ("hello",), 0.5, whole=False)
    good = Turn("Hello, you.", 1.0, ("Hello", "hello you"), 0.5, whole=True)
    assert (early.cut_in, early.misheard) == (True, True)
    assert (good.cut_in, good.misheard) == (False, False)
