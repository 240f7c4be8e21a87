"""A reply that broke off is gone on with: nothing twice, nothing lost, no words run together."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.messages import Assistant, User
from assistant.think.seam import Seam, going_on


def joined(said: str, *texts: str) -> str:
    """What was said, and what is said then."""
    seam = Seam(said)
    return said + "".join(seam.push(text) for text in texts) + seam.flush()


@pytest.mark.parametrize(
    ("said", "more", "result"),
    [
        ("It is sunny", " and warm.", "It is sunny and warm."),
        ("It is sunny", "and warm.", "It is sunny and warm."),
        ("It is sunny", "sunny and warm.", "It is sunny and warm."),
        ("It is sunny", "It is sunny and warm.", "It is sunny and warm."),
        ("It is sunny", "is sunny and warm.", "It is sunny and warm."),
        ("It is ", "sunny.", "It is sunny."),
        ("It is ", " sunny.", "It is sunny."),
        ("It is sunny.", "And warm.", "It is sunny. And warm."),
        ("It is sunny.", "It is sunny.", "It is sunny."),
        ("It is sunny.", "", "It is sunny."),
        ("It is sunny.", "  \n", "It is sunny."),
        ("It is sunny", ", and warm.", "It is sunny, and warm."),
        ("I am", "me too", "I am me too"),
        ("I", "I think so.", "I think so."),
        ("It is sunny and", "and warm.", "It is sunny and warm."),
        ("Dial 1 1", " 1 0.", "Dial 1 1 1 0."),
        ("Dial 11", " 11 0.", "Dial 11 11 0."),
        ("", "Hello.", "Hello."),
        ("今日は", "晴れです。", "今日は晴れです。"),
    ],
)
def test_the_rest_joins_what_was_said(said: str, more: str, result: str) -> None:
    """A model repeats the last words, or begins again, or goes on with or without a space."""
    assert joined(said, more) == result
    assert joined(said, *more) == result


@given(st.data())
def test_whatever_is_repeated_and_however_it_is_cut_nothing_is_said_twice(
    data: st.DataObject,
) -> None:
    """The model goes on from any earlier word of a text without repetitions of its own."""
    words = data.draw(
        st.lists(st.from_regex("[a-z]{2,9}", fullmatch=True), min_size=3, max_size=15, unique=True)
    )
    text = " ".join(words)
    assume(all(text.count(word) == 1 for word in words))
    cut = data.draw(st.integers(1, len(words) - 1))
    back = data.draw(st.integers(0, cut))
    said, more = " ".join(words[:cut]), " ".join(words[back:])
    edges = sorted({0, len(more), *data.draw(st.lists(st.integers(0, len(more)), max_size=9))})
    assert joined(said, *(more[a:b] for a, b in pairwise(edges))) == text


def test_only_what_was_said_is_gone_on_with() -> None:
    """Without a word, the same request is made again."""
    asked = [User("Hi")]
    assert going_on(asked, " ") == asked
    assert list(going_on(asked, "Well,"))[:2] == [User("Hi"), Assistant("Well,")]
