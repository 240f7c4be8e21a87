"""Clauses: what is cut, what is not, and that the deltas' own cuts change nothing."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.speak.clauses import Clauses

WHOLE = (
    "Dinner is at 8:00 tonight.",
    "Take 3.5 grams of yeast.",
    "It costs 1,000 rupees.",
    "It costs $1.50 now.",
    "Buy fruit, e.g. apples.",
    "Ask Dr. Smith about it.",
    "The U.S. troops went home.",
    "The U.S. Army went home.",
    "It rings at 8 a.m. and at noon.",
    "It rings at 8 a.m. Monday and then.",
    "Play No. 5 by Chanel.",
    "By J. R. R. Tolkien himself.",
    "See https://example.com/a.b?c=d, then go.",
    "Well... maybe not.",
    "Well… maybe not.",
    "Open readme.md first.",
    "Install v3.2 of it.",
    "See [the docs. All of them](https://example.com/a) now.",
    "Type `ls. Then x` there.",
    "Das sind 3,5 km bis dort.",
    "Meet me on Nov. 22 there.",
    "1. Wash the rice.",
    '"Really?" she asked.',
    "Take the bus vs. Uber.",
    "Am z.B. Berliner Tor.",
)


def cut(text: str, *, language: str = "en") -> list[str]:
    """The clauses of a reply that came in one delta."""
    clauses = Clauses(language)
    return clauses.push(text) + clauses.flush()


def fed(clauses: Clauses, deltas: list[str]) -> list[str]:
    """The clauses of a reply that came in these deltas."""
    return [clause for delta in deltas for clause in clauses.push(delta)] + clauses.flush()


@pytest.mark.parametrize("sentence", WHOLE)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    """As a later clause, each of these stays in one piece between its neighbours."""
    assert cut(f"Sure. {sentence} Anything else?") == ["Sure.", sentence, "Anything else?"]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Sure. I can.", ["Sure.", "I can."]),
        ("Yes, that is right. Good.", ["Yes, that is right.", "Good."]),
        ("Here you go: eggs, milk.", ["Here you go:", "eggs, milk."]),
        ("In the evening, it rains, a lot.", ["In the evening,", "it rains, a lot."]),
        ("The capital city (Paris) is big.", ["The capital city", "(Paris) is big."]),
        ("I looked it up — it rains.", ["I looked it up —", "it rains."]),
        ("I looked it up - it rains.", ["I looked it up -", "it rains."]),
        ("On Sunday, July 5, 2026, it rains.", ["On Sunday,", "July 5, 2026, it rains."]),
        ("Das sind etwa 3,5 km bis dort.", ["Das sind etwa 3,5 km bis dort."]),
        ("**Take a note:** milk.", ["**Take a note:**", "milk."]),
    ],
)
def test_the_first_clause_ends_early(text: str, clauses: list[str]) -> None:
    """A reply begins to be spoken at its first pause that has enough before it."""
    assert cut(text) == clauses


def test_a_short_sentence_is_ready_before_the_next_word_is_whole() -> None:
    """The voice need not wait longer than for the letter that shows a new sentence."""
    assert Clauses().push("Sure. I") == ["Sure."]
    assert Clauses().push("Sure! ") == ["Sure!"]
    assert Clauses().push("Here you go: ") == ["Here you go:"]


def test_a_first_clause_without_a_pause_is_cut_before_a_joint() -> None:
    """Where no punctuation comes, the cut falls before a word at which one may breathe."""
    text = (
        "The tallest mountain that anybody has ever climbed without a bottle of oxygen is Everest."
    )
    first, *rest = cut(text)
    assert first == "The tallest mountain that anybody has ever climbed without a bottle"
    assert " ".join([first, *rest]) == text


def test_a_long_sentence_is_cut_at_its_best_pause() -> None:
    """A semicolon is a better place than a comma, a comma better than a space."""
    words = "the rain goes on and on "
    text = f"Well. It says {words * 3}, {words}; {words * 2}, {words * 4}."
    _, first, *rest = cut(text)
    assert first.endswith(";")
    assert " ".join(["Well.", first, *rest]) == text


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("(It works.) Then stop.", ["(It works.)", "Then stop."]),
        ("**Done.** Next one.", ["**Done.**", "Next one."]),
        ("No. I will not.", ["No.", "I will not."]),
        ("It is 5. Then go.", ["It is 5.", "Then go."]),
        ("It rings at 8 a.m. It is loud.", ["It rings at 8 a.m.", "It is loud."]),
        ("Go to example.com. Then log in.", ["Go to example.com.", "Then log in."]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("好的。我来了！“真的？”他说", ["好的。", "我来了！", "“真的？”", "他说"]),  # noqa: RUF001 # Chinese
        ("ठीक है। मैं आता हूँ।", ["ठीक है।", "मैं आता हूँ।"]),
        ("حقا؟ نعم.", ["حقا؟", "نعم."]),
        ("- Milk\n- Eggs\n\nDone", ["- Milk", "- Eggs", "Done"]),
        ("[Done.] Then go.", ["[Done.]", "Then go."]),
    ],
)
def test_a_sentence_ends_with_what_closes_it(text: str, clauses: list[str]) -> None:
    """Quotes, brackets and emphasis stay with their sentence; a line's end ends a clause."""
    assert cut(text) == clauses


def test_a_day_with_a_full_stop_goes_on_where_the_language_writes_ordinals_so() -> None:
    """German "am 22. November" is one clause; in English a number may end a sentence."""
    assert cut("Gut. Am 22. November ist es.", language="de") == ["Gut.", "Am 22. November ist es."]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Try this:\n```python\nprint('a. B')\n```\nDone.", ["Try this:", "Done."]),
        ("Try:\n~~~\nx = 1\n~~~\nDone.", ["Try:", "Done."]),
        ("Try ```x = 1``` now.", ["Try", "now."]),
        ("Try ```bash\nls -l\n``` now.", ["Try", "now."]),
        ("Type ``` to begin a block.\nThen go on.", ["Type", "Then go on."]),
        ("1. Run:\n   ````md\n```\nx\n```\n   ````\n2. Stop", ["1. Run:", "2. Stop"]),
        ("It never ends:\n```\nx = 1", ["It never ends:"]),
        ("The `ls` and ``a`b`` stay.", ["The `ls` and ``a`b`` stay."]),
        ("That was ~~wrong~~ right.", ["That was ~~wrong~~ right."]),
    ],
)
def test_fenced_code_is_dropped_and_inline_code_stays(text: str, clauses: list[str]) -> None:
    """What a fence encloses is not speech; a fence named in mid-line costs its line."""
    assert cut(text) == clauses


def test_after_a_flush_a_new_reply_begins() -> None:
    """Nothing of one reply, not even an open fence, reaches the next."""
    clauses = Clauses()
    assert fed(clauses, ["Sure. [a `b ```x"]) == ["Sure.", "[a `b"]
    assert fed(clauses, ["In the evening, it rains."]) == ["In the evening,", "it rains."]


TEXTS = st.lists(
    st.one_of(
        st.sampled_from((*WHOLE, "Yes", "a.m.", "3", "it", "Then", "word " * 30, "x" * 150)),
        st.sampled_from(
            (". ", ", ", "; ", " — ", "! ", "? ", "…", "\n", "```", "`", "[", "](", ")")
        ),
        st.sampled_from(("。", "，", " ", "  ", '"', "*", "~~~", "(", "\\", "。」", "८", "é")),  # noqa: RUF001 # Chinese
        st.text(max_size=12),
    ),
    max_size=25,
).map("".join)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text and deltas that make it up."""
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=30)))
    edges = [0, *places, len(text)]
    return text, [text[start:end] for start, end in pairwise(edges)]


@settings(deadline=None)  # a shared machine
@given(cut_texts())
def test_where_the_deltas_are_cut_changes_nothing(case: tuple[str, list[str]]) -> None:
    """One delta, any deltas and single characters give the same clauses."""
    text, deltas = case
    whole = cut(text)
    clauses = Clauses()
    assert fed(clauses, deltas) == whole
    assert fed(clauses, list(text)) == whole


def spoken(text: str) -> str:
    """The letters and digits alone."""
    return "".join(char for char in text if char.isalnum())


@settings(deadline=None)  # the same
@given(TEXTS)
def test_no_word_is_lost_and_every_clause_is_bounded(text: str) -> None:
    """Without fences all letters come through in order, in stripped pieces of at most 300."""
    text = text.replace("`", "").replace("~", "")
    clauses = cut(text)
    assert spoken("".join(clauses)) == spoken(text)
    for clause in clauses:
        assert clause == clause.strip()
        assert 0 < len(clause) <= 300


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "x",
        "a. ",
        "`",
        "[",
        "(",
        "*",
        "8 a.m. M",
        "\n",
        " ",
        ", ",
        "```x```",
        "。",
        ".",
        "x—",
        '"',
    ],
)
def test_a_long_reply_costs_time_in_proportion(unit: str) -> None:
    """100 kB in single characters take less than two seconds, whatever they are."""
    clauses = Clauses()
    start = process_time()
    fed(clauses, list((unit * 100_000)[:100_000]))
    assert process_time() - start < 2
