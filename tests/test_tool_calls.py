"""Tool calls, put together from whatever pieces a server sends."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import pytest
from gateway_script import Call, CallForm, call_deltas
from hypothesis import given
from hypothesis import strategies as st

from assistant.messages import ToolCall
from assistant.think.gateway_errors import BadReply
from assistant.think.tool_calls import MAX_CALLS, Braces, ToolCalls

CALLS = (Call("clock", ""), Call("weather", '{"a": "} \\" {", "b": [1]}'), Call("clock", '{"z":0}'))
FORMS = [form for form in get_args(CallForm) if form != "legacy"]


def calls_of(*chunks: Any) -> list[ToolCall]:  # noqa: ANN401  # any JSON may arrive
    """The calls that these `tool_calls` make."""
    calls = ToolCalls("made_")
    for pieces in chunks:
        calls.push(pieces)
    return calls.finish()


def piece(name: str | None = None, arguments: str | None = None, **more: object) -> dict[str, Any]:
    """One element of `tool_calls`; what is not given is not there."""
    function = {"name": name, "arguments": arguments}
    return {
        **more,
        "function": {key: value for key, value in function.items() if value is not None},
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_calls(form: CallForm) -> None:
    """Fragments, whole, parallel; ids and indices missing, null, reused, changing."""
    found = calls_of(*(delta["tool_calls"] for delta in call_deltas(CALLS, form)))
    assert [(call.name, call.arguments) for call in found] == [
        (call.name, call.arguments) for call in CALLS
    ]
    assert len({call.id for call in found}) == len(CALLS)
    if form not in {"bare", "no-id"}:
        assert [call.id for call in found] == ["call_1", "call_2", "call_3"]


@given(st.data())
def test_any_order_of_the_fragments_of_several_calls_gives_the_same_calls(
    data: st.DataObject,
) -> None:
    """The pieces of one call come in order; between calls there is no order."""
    forms: list[CallForm] = ["fragments", "nulls", "no-id", "changing-id"]
    form = data.draw(st.sampled_from(forms))
    columns = [
        [delta["tool_calls"][0] for delta in call_deltas((call,), form)]
        for call in (Call("f", '{"abc": "defg"}'), Call("g", '{"x": [1, 2, 3]}'), Call("h", "{}"))
    ]
    for index, column in enumerate(columns):
        for each in column:
            each["index"] = index
            if each.get("id"):
                each["id"] = f"{each['id']}-{index}"
    order = data.draw(st.permutations([n for n, column in enumerate(columns) for _ in column]))
    taken = [iter(column) for column in columns]
    found = calls_of(*([next(taken[n])] for n in order))
    assert [(call.name, call.arguments) for call in found] == [
        ("f", '{"abc": "defg"}'), ("g", '{"x": [1, 2, 3]}'), ("h", "{}"),
    ]  # fmt: skip


def test_the_id_decides_before_the_index() -> None:
    """Two calls share an index, and their fragments come in turns."""
    found = calls_of(
        [piece("f", '{"a":', id="1", index=0)], [piece("g", '{"b":', id="2", index=0)],
        [piece(None, "1}", id="1", index=0)], [piece(None, "2}", id="2", index=0)],
    )  # fmt: skip
    assert found == [ToolCall("1", "f", '{"a":1}'), ToolCall("2", "g", '{"b":2}')]


def test_a_name_that_is_said_again_is_the_same_call() -> None:
    """Some servers repeat id and name in every fragment, or the whole call at its end."""
    for more in ({"id": "1"}, {"index": 0}, {}):
        found = calls_of(
            [piece("f", '{"a":', **more)], [piece("f", "1}", **more)], [piece("f", "", **more)]
        )
        assert [call.arguments for call in found] == ['{"a":1}']
    again = [piece("f", '{"a":1}', id="1", index=0)]
    assert calls_of(again, again) == [ToolCall("1", "f", '{"a":1}')]


def test_two_calls_of_one_tool_that_share_an_index_are_two() -> None:
    """Their ids tell, though the first has no arguments that could be complete."""
    found = calls_of([piece("f", "", id="1", index=0)], [piece("f", "{}", id="2", index=0)])
    assert found == [ToolCall("1", "f", ""), ToolCall("2", "f", "{}")]


def test_one_id_for_two_calls_is_two_calls() -> None:
    """The second gets an id of its own, or its result could not be told apart."""
    found = calls_of([piece("f", "{}", id="x", index=0)], [piece("g", "{}", id="x", index=1)])
    assert found == [ToolCall("x", "f", "{}"), ToolCall("made_1", "g", "{}")]


def test_the_name_may_come_after_the_arguments() -> None:
    """Or the id after the name."""
    found = calls_of([piece(None, "{}", index=0)], [piece("f", index=0)], [{"index": 0, "id": "7"}])
    assert found == [ToolCall("7", "f", "{}")]


def test_a_lone_fragment_goes_on_with_the_last_call() -> None:
    """Neither id nor index: position is all there is."""
    found = calls_of(
        [piece("f", "{", id="1")], [piece(None, "}")], [piece("g", "[", id="2")], [piece(None, "]")]
    )
    assert [call.arguments for call in found] == ["{}", "[]"]


def test_several_fragments_without_marks_go_by_their_place() -> None:
    """The n-th of a chunk is of the n-th call."""
    found = calls_of([piece("f", "{"), piece("g", "[")], [piece(None, "}"), piece(None, "]")])
    assert [call.arguments for call in found] == ["{}", "[]"]


def test_calls_come_in_the_order_of_their_index() -> None:
    """Not in the order in which they began."""
    found = calls_of([piece("g", "{}", index=1, id="b")], [piece("f", "{}", index=0, id="a")])
    assert [call.name for call in found] == ["f", "g"]


def test_unknown_fields_are_kept_and_merged() -> None:
    """Gemini's thought signature, in one piece or several, at the call or in its function."""
    found = calls_of(
        [{**piece("f", "{", index=0, id="1"), "extra_content": {"google": {"a": 1}}}],
        [{"index": 0, "extra_content": {"google": {"b": 2}}, "x": None,
          "function": {"arguments": "}", "note": "n"}}],
    )  # fmt: skip
    assert found[0].extra == {
        "extra_content": {"google": {"a": 1, "b": 2}},
        "function": {"note": "n"},
    }


def test_arguments_may_be_an_object() -> None:
    """Ollama sends the object itself; a flat call has no `function`."""
    assert calls_of([{"function": {"name": "f", "arguments": {"a": 1}}}])[0].arguments == '{"a": 1}'
    assert calls_of([{"name": "f", "arguments": "{}"}])[0].name == "f"


def test_a_call_without_a_name_is_nothing_or_nonsense() -> None:
    """An empty one is dropped; one with arguments cannot be run."""
    assert calls_of([{"index": 0}], None, "x", [None, 3]) == []
    with pytest.raises(BadReply, match="without naming"):
        calls_of([piece(None, '{"a": 1}', index=0)])


def test_there_is_a_limit_to_calls() -> None:
    """A model that loops does not fill the memory."""
    with pytest.raises(BadReply, match="more than"):
        calls_of(*([piece("f", "{}", index=n)] for n in range(MAX_CALLS + 1)))


@given(st.lists(st.integers(0, 40), max_size=6))
def test_the_end_of_an_object_is_seen_at_any_cut(places: list[int]) -> None:
    """Braces inside texts do not count, nor do escaped quotes, wherever the text is cut."""
    text = r'{"a": "}\"{\\", "b": [{}, "]"]}'
    edges = [0, *sorted(place % len(text) for place in places), len(text)]
    braces = Braces()
    for a, b in pairwise(edges):
        assert not braces.closed
        braces.push(text[a:b])
    assert braces.closed
