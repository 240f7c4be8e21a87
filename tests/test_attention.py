"""Attention: awake after the wake word and after replies, for as long as the settings say."""

from __future__ import annotations

from assistant.config import WakeConfig
from assistant.listen.attention import Attention

CONFIG = WakeConfig(
    word="hey_jarvis",
    command_s=5,
    follow_up_s=6,
    follow_up_question_s=12,
    max_follow_ups=2,
    longest_window_s=20,
)


def sleeps_after(attention: Attention, *, held_s: float = 0.0) -> float:
    """Seconds until it sleeps, in the first `held_s` of which somebody speaks."""
    for step in range(10_000):
        if attention.push(0.01, held=step < round(held_s * 100)):
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
    assert attention.push(0.01)  # it is told that it has closed, once
    assert not attention.push(0.01)
    attention.wake()
    attention.replied(asked=False)
    assert attention.awake


def test_it_can_be_told_to_sleep() -> None:
    """After "stop" nothing more is expected."""
    attention = Attention(CONFIG)
    attention.wake()
    attention.sleep()
    assert not attention.awake
    assert not attention.push(1)


def test_time_passes_whatever_sounds() -> None:
    """Speech does not stop the clock: it is waited for, and then the window closes at once."""
    attention = Attention(CONFIG)
    attention.wake()
    assert sleeps_after(attention, held_s=3) == 5
    attention.wake()
    assert sleeps_after(attention, held_s=8) == 8


def test_what_begins_after_the_window_is_not_meant_for_it() -> None:
    """Once its time is up it is not awake, though what began within it is heard to its end."""
    attention = Attention(CONFIG)
    attention.wake()
    assert not attention.push(5, held=True)
    assert not attention.awake


def test_nothing_holds_it_open_beyond_its_longest() -> None:
    """A television that never pauses is sent away after `longest_window_s`; a reply begins anew."""
    attention = Attention(CONFIG)
    attention.wake()
    assert sleeps_after(attention, held_s=1000) == 20
    attention.wake()
    assert not attention.push(19, held=True)
    attention.replied(asked=False)
    assert sleeps_after(attention, held_s=1000) == 20


def test_the_longest_window_shortens_none_that_is_set_longer() -> None:
    """Silence lasts as long as the settings say, whatever the cap for speech is."""
    config = CONFIG.model_copy(update={"follow_up_s": 30.0})
    attention = Attention(config)
    attention.replied(asked=False)
    assert sleeps_after(attention) == 30


def test_what_is_given_up_is_not_woken_by_its_own_reply() -> None:
    """Speech without end: what it was given for an answer opens no window; a call does."""
    attention = Attention(CONFIG)
    attention.wake()
    attention.give_up()
    assert not attention.awake
    attention.replied(asked=True)
    assert not attention.awake
    attention.wake()
    attention.replied(asked=False)
    assert attention.awake
