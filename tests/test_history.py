"""The history: whole turns, what was heard of them, within a budget."""

from __future__ import annotations

from assistant.messages import Assistant, ImagePart, Message, System, ToolCall, ToolResult, User
from assistant.think.history import GONE, INTERRUPTED, SHOWN_TURNS, History

CALL = ToolCall("1", "clock", "{}")


def turn(question: str, answer: str) -> list[Message]:
    """A turn without tools."""
    return [User(question), Assistant(answer)]


def test_the_prompt_comes_first_and_turns_in_order() -> None:
    """A request carries the prompt and then what was said, oldest first."""
    history = History("Be brief.", 1000)
    history.add(turn("one?", "One."))
    history.add(turn("two?", "Two."))
    assert history.messages() == [
        System("Be brief."),
        *turn("one?", "One."),
        *turn("two?", "Two."),
    ]


def test_the_oldest_turns_leave_whole() -> None:
    """Beyond the budget whole turns go, never half of one."""
    history = History("p", 20)
    for number in range(5):
        history.add(turn(f"q{number}", "12345678"))
    assert history.messages()[1:] == [*turn("q3", "12345678"), *turn("q4", "12345678")]


def test_what_was_shown_goes_along_for_a_few_turns() -> None:
    """Then the picture leaves no more with each request, and the model knows that it is gone."""
    history = History("p", 1000)
    seen = User("Look.", (ImagePart(b"jpeg", "image/jpeg"),))
    history.add([seen, Assistant("A cat.")])
    for number in range(SHOWN_TURNS - 1):
        history.add(turn(f"q{number}", "yes"))
        assert seen in history.messages()
    history.add(turn("And?", "yes"))
    assert history.messages()[1:3] == [User(f"Look. {GONE}"), Assistant("A cat.")]


def test_an_interrupted_answer_keeps_what_was_heard() -> None:
    """Cut at the word, and the model is told."""
    history = History("p", 1000)
    history.add_interrupted(turn("Tell me.", "Once upon a time there was a king."), "Once upon a")
    assert history.messages()[-1] == Assistant("Once upon a" + INTERRUPTED)


def test_what_was_not_heard_at_all_is_still_known_to_be_asked() -> None:
    """The question stays; the answer is only its mark."""
    history = History("p", 1000)
    history.add_interrupted(turn("Tell me.", "Once upon a time."), "")
    assert history.messages()[-2:] == [User("Tell me."), Assistant(INTERRUPTED.strip())]


def test_text_before_a_tool_counts_as_heard_first() -> None:
    """The words heard are counted over all of the turn's texts, and tool results stay."""
    history = History("p", 1000)
    spoken: list[Message] = [
        User("Time?"),
        Assistant("Let me look.", (CALL,)),
        ToolResult("1", "8:05"),
        Assistant("It is eight oh five now."),
    ]
    history.add_interrupted(spoken, "Let me look. It is")
    assert history.messages()[2:] == [
        Assistant("Let me look.", (CALL,)),
        ToolResult("1", "8:05"),
        Assistant("It is" + INTERRUPTED),
    ]


def test_a_call_without_its_result_is_left_out() -> None:
    """An unanswered tool call cannot be sent again: servers refuse it."""
    history = History("p", 1000)
    history.add_interrupted([User("Time?"), Assistant("Let me look.", (CALL,))], "Let me")
    assert history.messages()[1:] == [User("Time?"), Assistant("Let me" + INTERRUPTED)]
