"""Which document is meant, and how its words are cut and quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.papers.finding import find, near, told, words_of
from assistant.papers.folders import Paper
from assistant.papers.quotes import cut, quoted
from assistant.papers.texts import text_of

PAGE = b"""<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><h1>Head</h1>
<p>One &amp; two<br>three</p><script>go()</script></body></html>"""


def paper(path: str, changed: float = 0.0) -> Paper:
    """One that lies there."""
    parts = tuple(path.split("/"))
    return Paper(0, parts, changed, parts[-2] if parts[1:] else "Documents")


PAPERS = [
    paper("Letter_from_the_bank.pdf", 50),
    paper("Letter to Aunt Ann.txt", 40),
    paper("TaxReport2024.pdf", 30),
    paper("TaxReport2025.pdf", 20),
    paper("Car/Insurance.pdf", 60),
    paper("House/Insurance.pdf", 10),
    paper("Mietvertrag.pdf"),
    paper("recipe.txt"),
    paper("recipe.pdf"),
    paper("Übersicht.md"),
    paper("Statement 20250103.pdf"),
]


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("letter from the bank", ["Letter_from_the_bank.pdf"]),
        ("the bank letter", ["Letter_from_the_bank.pdf"]),
        ("leter from the bank", ["Letter_from_the_bank.pdf"]),
        ("my letters", ["Letter_from_the_bank.pdf", "Letter to Aunt Ann.txt"]),
        ("the latest letter", ["Letter_from_the_bank.pdf"]),
        ("aunt ann's letter", ["Letter to Aunt Ann.txt"]),
        ("letter to aunt ann", ["Letter to Aunt Ann.txt"]),
        ("tax report 2025", ["TaxReport2025.pdf"]),
        ("tax report", ["TaxReport2024.pdf", "TaxReport2025.pdf"]),
        ("newest tax report", ["TaxReport2024.pdf"]),
        ("tax report 2026", []),
        ("insurance", ["Insurance.pdf", "Insurance.pdf"]),
        ("car insurance", ["Insurance.pdf"]),
        ("insurance.pdf in house", ["Insurance.pdf"]),
        ("the rental contract, Vertrag", []),
        ("vertrag", ["Mietvertrag.pdf"]),
        ("recipe", ["recipe.txt", "recipe.pdf"]),
        ("recipe pdf", ["recipe.pdf"]),
        ("recipe.txt", ["recipe.txt"]),
        ("statement 20250104", []),
        ("statement 2025", ["Statement 20250103.pdf"]),
        ("statement 2", []),
        ("ubersicht", ["Übersicht.md"]),
        ("the latest document", ["Insurance.pdf"]),
        ("../../etc/passwd", []),
        ("", []),
        ("?!", []),
    ],
)
def test_a_name_is_found_as_people_say_it(said: str, names: list[str]) -> None:
    """Words of it in any order, nearly right, of its folder, joined or apart; years are exact."""
    assert [paper.name for paper in find(said, PAPERS)] == names


def test_the_newest_is_the_one_that_was_written_last() -> None:
    """Of those that fit."""
    (found,) = find("the most recent insurance", PAPERS)
    assert found.path == ("Car", "Insurance.pdf")


def test_near_names_are_offered() -> None:
    """Three at most, the nearest first; none where nothing is near."""
    assert near("the leather from the bank", PAPERS)[0].name == "Letter_from_the_bank.pdf"
    assert [one.name for one in near("insurrants", PAPERS)] == ["Insurance.pdf", "Insurance.pdf"]
    assert near("xylophone quartz", PAPERS) == []
    assert near("", PAPERS) == []
    assert len(near("letter", [paper(f"letter {n}.txt") for n in range(9)])) == 3


def test_a_document_is_called_as_briefly_as_one_can() -> None:
    """Without its ending, unless another has the same name; and what it is called finds it."""
    assert told(PAPERS, PAPERS) == [
        "Letter from the bank", "Letter to Aunt Ann", "TaxReport2024", "TaxReport2025",
        "Insurance.pdf in Car", "Insurance.pdf in House", "Mietvertrag", "recipe.txt", "recipe.pdf",
        "Übersicht", "Statement 20250103",
    ]  # fmt: skip
    for one, name in zip(PAPERS, told(PAPERS, PAPERS), strict=True):
        assert find(name, PAPERS) == [one]
    long = paper("x" * 200 + ".txt")
    assert told([long], [long]) == ["x" * 80]


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6), st.text(max_size=20))
def test_any_name_is_looked_for_without_failing(names: list[str], said: str) -> None:
    """Whatever files are called; what has words is found by its own name."""
    papers = [Paper(0, (name,), 0.0) for name in names]
    find(said, papers)
    assert len(near(said, papers)) <= 3
    told(papers, papers)
    assert all(one in find(one.path[-1], papers) for one in papers if words_of(one.path[-1]))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Grüße\r\nvon uns".encode(), "Grüße\nvon uns"),
        (b"\xef\xbb\xbfHello", "Hello"),
        ("Grüße".encode("utf-16"), "Grüße"),
        ("Grüße, 5 €".encode("cp1252"), "Grüße, 5 €"),
        (b"a,b\n1,2\n", "a,b\n1,2"),
        (b"One.\n\n\n\n\nTwo.", "One.\n\nTwo."),
        (b"", ""),
        (b" \n", ""),
        (PAGE, "Head\n\nOne & two\nthree"),
        (b"<p>no page</p>", "<p>no page</p>"),
        (b"%PDF-1.4\nall letters", None),
        (b"{\\rtf1 hello}", None),
        (b"%!PS-Adobe", None),
        (b"\x89PNG\r\n\x1a\n\0\0", None),
        (b"PK\x03\x04", None),
        (bytes(range(256)), None),
        (b"\xff\xfe\x00", None),
    ],
)  # fmt: skip
def test_text_is_told_from_what_is_none(data: bytes, text: str | None) -> None:
    """By its content, however it is written; of a web page, what one sees."""
    assert text_of(data) == text


@given(st.text(), st.integers(1, 50))
def test_pieces_make_the_whole(text: str, chars: int) -> None:
    """Nothing is lost or told twice, and each piece has what it may have at most."""
    at, pieces = 0, []
    while at < len(text):
        end = cut(text, at, chars)
        assert at < end <= at + chars
        pieces.append(text[at:end])
        at = end
    assert "".join(pieces) == text


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One two three.\n\nFour. Five", "One two three.\n\n"),
        ("One two three.\nFour five six", "One two three.\n"),
        ("One two three. Four five six", "One two three. "),
        ("One two three four five six", "One two three four "),
        ("Onetwothreefourfivesix seven", "Onetwothreefourfives"),
    ],
)
def test_a_text_is_cut_where_one_can_stop(text: str, first: str) -> None:
    """At a paragraph, a line, a sentence, a word, in that order; of 20 letters here."""
    assert text[: cut(text, 0, 20)] == first


@given(st.text())
def test_nothing_gets_out_of_a_quotation(text: str) -> None:
    """Each line of it is marked, whatever ends lines."""
    assert all(line.startswith(">") for line in quoted(text).splitlines())


def test_a_quotation_keeps_its_words() -> None:
    """Empty lines, too."""
    assert quoted("One.\n\nTwo.\u2028> Three.\n") == "> One.\n>\n> Two.\n> > Three."
