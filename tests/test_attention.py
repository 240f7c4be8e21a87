"""Attention: awake after the wake word and after replies, for as long as the settings say."""

from __future__ import annotations

from assistant.config import WakeConfig
from assistant.listen.attention import Attention

CONFIG = WakeConfig(
    word="hey_jarvis", command_s=5, follow_up_s=6, follow_up_question_s=12, max_follow_ups=2
)


def sleeps_after(attention: Attention) -> float:
    """Seconds of silence until it sleeps."""
    for step in range(10_000):
        if attention.push(0.01):
            return round((step + 1) / 100, 1)
    raise AssertionError("it never sleeps")


def test_without_a_wake_word_it_is_always_awake() -> None:
    """Hands-free: nothing ends the attention."""
    attention = Attention(WakeConfig())
    attention.sleep()
    assert attention.awake
    assert not attention.push(1e9)


def test_it_sleeps_until_it_is_called() -> None:
    """After the wake word, and for so long."""
    attention = Attention(CONFIG)
    assert not attention.awake
    assert not attention.push(1)
    attention.wake()
    assert attention.awake
    assert sleeps_after(attention) == 5
    assert not attention.awake


def test_after_a_reply_no_wake_word_is_needed_for_a_while() -> None:
    """Longer after a question."""
    attention = Attention(CONFIG)
    attention.wake()
    attention.replied(asked=False)
    assert sleeps_after(attention) == 6
    attention.wake()
    attention.replied(asked=True)
    assert sleeps_after(attention) == 12


def test_nobody_keeps_it_awake_for_ever() -> None:
    """After so many requests in a row the wake word is needed again; calling it begins anew."""
    attention = Attention(CONFIG)
    attention.wake()
    for _ in range(2):
        attention.replied(asked=True)
        assert attention.awake
    attention.replied(asked=True)
    assert not attention.awake
    attention.wake()
    attention.replied(asked=False)
    assert attention.awake


def test_it_can_be_told_to_sleep() -> None:
    """After "stop" nothing more is expected."""
    attention = Attention(CONFIG)
    attention.wake()
    attention.sleep()
    assert not attention.awake
