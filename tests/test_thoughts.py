"""Thoughts that a model writes into its reply are not in it, however it is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from gateway_script import Reply, chunk, closing, deltas, event
from hypothesis import given
from hypothesis import strategies as st

from assistant.messages import Finished, TextDelta
from assistant.think.deltas import Deltas, whole
from assistant.think.thoughts import Thoughts

PIECES = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]", "◁think▷",
         "◁/think▷", "<th", "<", "/", ">", "ink", " ", "\n", "word", "İ", "K", "ß"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


def words(*pieces: str) -> str:
    """What is passed on."""
    thoughts = Thoughts()
    return "".join(thoughts.push(piece) for piece in pieces) + thoughts.flush()


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("<think>Hm, noon?</think>It is noon.", "It is noon."),
        ("<think>\nHm.\n</think>\n\nIt is noon.", "It is noon."),
        ("\n<think>\n\n</think>\n\nIt is noon.", "\nIt is noon."),
        ("<Thinking>Hm.</THINKING> It is noon.", "It is noon."),
        ("[THINK]Hm.[/THINK]It is noon.", "It is noon."),
        ("◁think▷Hm.◁/think▷It is noon.", "It is noon."),
        ("<|START_THINKING|>Hm.<|END_THINKING|>It is noon.", "It is noon."),
        ("<think>Hm.</think><think>So.</think>It is noon.", "It is noon."),
        ("<think>a </thinking> b < c</think>It is noon.", "It is noon."),
        ("</think>\n\nIt is noon.", "It is noon."),
        ("Write <think> before </think>.", "Write <think> before </think>."),
        ("<thing> is a word.", "<thing> is a word."),
        (" and warm.", " and warm."),
        ("<thin", "<thin"),
        ("<", "<"),
        ("", ""),
        ("<think>Hm, it never", ""),
        ("<think>", ""),
    ],
)
def test_only_the_words_of_a_reply_are_passed_on(reply: str, text: str) -> None:
    """Whole, and letter by letter; what is no thought is left as it is."""
    assert words(reply) == text
    assert words(*reply) == text


@given(PIECES, st.lists(st.integers(0, 100), max_size=12))
def test_any_cut_gives_the_same_words(text: str, places: list[int]) -> None:
    """Inside the marks too."""
    edges = [0, *sorted(place % (len(text) + 1) for place in places), len(text)]
    assert words(*(text[a:b] for a, b in pairwise(edges))) == words(text)


@given(st.text(), st.text(alphabet="ab \n<>/", max_size=40))
def test_words_that_begin_with_no_mark_are_untouched(more: str, thought: str) -> None:
    """And those behind a thought are all there."""
    assert words(f"Well. {more}") == f"Well. {more}"
    assert words(f"<think>{thought}</think>Well. {more}") == f"Well. {more}"


def test_nothing_is_held_but_what_may_be_a_mark() -> None:
    """The first words are not late, and a thought of any length takes no room."""
    thoughts = Thoughts()
    assert thoughts.push("Well") == "Well"
    endless = Thoughts()
    endless.push("<think>")
    for _ in range(1000):
        endless.push("hm " * 100)
    assert len(endless._held) < 50  # noqa: SLF001  # what it keeps is the point


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_thoughts_in_a_stream_are_tokens_and_no_text(size: int) -> None:
    """The model is alive while it thinks; the text is the same streamed and whole."""
    reply = Reply("<think> Is it noon? </think> It is noon.")
    request: dict[str, object] = {"messages": []}
    bodies = [*deltas(reply), *closing(reply, request)]
    data = b"".join(event(chunk(body, "m", 1)) for body in bodies) + event("[DONE]")
    decoder = Deltas()
    found: list[object] = []
    for start in range(0, len(data), size):
        found += decoder.push(data[start : start + size])
    found += decoder.close()
    assert "".join(d.text for d in found if isinstance(d, TextDelta)) == "It is noon."
    assert isinstance(found[-1], Finished)
    assert decoder.tokens == 8
    body = b'{"choices": [{"message": {"content": "<think>Hm</think>It is noon."}}]}'
    assert list(whole(body))[0] == TextDelta("It is noon.")  # noqa: RUF015  # the order is the point


def test_what_was_held_comes_before_the_end() -> None:
    """A reply of "<" is "<"."""
    decoder = Deltas()
    data = event(chunk({"content": "<"}, "m", 1)) + event("[DONE]")
    found = [*decoder.push(data), *decoder.close()]
    assert found[0] == TextDelta("<")
    assert isinstance(found[1], Finished)
