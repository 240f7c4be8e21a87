"""Which document is meant, by its name as somebody says it.

Flows in: spoken words and papers. Flows out: those that fit, those that come near, and what to call
them. Pure. Refuses to know: where the files are, what is in them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.papers.folders import Paper

SURE: Final = 85.0
"""Per cent of letters in common from which a word is taken for another: letter and leter, 91."""
NEAR: Final = 60.0
"""The same from which a name is offered for another."""
OFFERED: Final = 3
"""Near names that are offered at most: more is nothing to listen to."""
LONGEST: Final = 80
"""Letters of a name that are told."""
_PART: Final = 4
"""Letters of the shortest word that is looked for inside of others: German joins its words."""
_BEGINNING: Final = 3
"""The same at the beginning of others."""
_CAMEL: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_EMPTY: Final = frozenset(
    """
    a about an called document documents file files folder for from in it my named of on our paper
    please that the this to your
    """.split()  # noqa: SIM905  # many words read better as text
)
"""Words that say nothing about which document is meant."""
_NEWEST: Final = frozenset({"latest", "newest", "recent", "most", "last"})


def find(said: str, papers: Sequence[Paper]) -> list[Paper]:
    """All that fit equally well; only the newest where that was asked for. May be none."""
    words = _meant(said)
    fitting = _fitting(words, papers)
    others = [word for word in words if word not in _NEWEST]
    if fitting or len(others) == len(words):
        return fitting
    fitting = _fitting(others, papers) if others else list(papers)
    return sorted(fitting, key=lambda paper: -paper.changed)[:1]


def near(said: str, papers: Sequence[Paper]) -> list[Paper]:
    """Up to `OFFERED` that could have been meant, the nearest first."""
    words = _meant(said)
    scored = [(_likeness(words, words_of(_stem(paper))), paper) for paper in papers]
    scored.sort(key=lambda pair: -pair[0])
    return [paper for score, paper in scored if score >= NEAR][:OFFERED]


def told(papers: Sequence[Paper], among: Sequence[Paper]) -> list[str]:
    """What to call these: as short as no other of them all is called the same."""
    stems = Counter(_said(_stem(paper)) for paper in among)
    names = Counter(_said(paper.name) for paper in among)
    called = []
    for paper in papers:
        stem, name = _said(_stem(paper)), _said(paper.name)
        if stems[stem] == 1 and stem:
            called.append(stem)
        else:
            called.append(name if names[name] == 1 else f"{name} in {_said(paper.where)}")
    return called


def words_of(text: str) -> list[str]:
    """The words and numbers, in small letters without accents: `TaxReport_2025` has three."""
    apart = _CAMEL.sub(" ", text.replace("'", "").replace("\u2019", ""))
    bare = unicodedata.normalize("NFKD", apart.casefold())
    return _WORD.findall("".join(char for char in bare if not unicodedata.combining(char)))


def _meant(text: str) -> list[str]:
    """The words that say something; all, where none does."""
    words = words_of(text)
    return [word for word in words if word not in _EMPTY] or words


def _fitting(words: Sequence[str], papers: Sequence[Paper]) -> list[Paper]:
    """Those of that very name; else those whose names, or folders, have all the words."""
    run = "".join(words)
    if not run:
        return []
    for whole in (_with_folders, _name, _stem):
        if same := [paper for paper in papers if "".join(_meant(whole(paper))) == run]:
            return same
    for whole in (_name, _with_folders):
        if same := [paper for paper in papers if _has_all(words, words_of(whole(paper)))]:
            return same
    return []


def _has_all(words: Sequence[str], of: Sequence[str]) -> bool:
    return all(any(_alike(word, other) for other in of) for word in words)


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    if word.isdecimal() or other.isdecimal():
        return len(word) >= _PART and other.startswith(word)  # a year and its days; no other year
    short, long = sorted((word, other), key=len)
    if len(short) >= _BEGINNING and long.startswith(short) and len(short) * 2 > len(long):
        return True
    if len(word) >= _PART and word in other:
        return True
    return _ratio(word, other) >= SURE


def _likeness(words: Sequence[str], other: Sequence[str]) -> float:
    """0 to 100: the whole names compared, or each word with the most alike one of the other."""
    if not words or not other:
        return 0.0
    whole = _ratio(" ".join(words), " ".join(other))
    best = [max(_ratio(one, two) for two in other) for one in words]
    return max(whole, sum(best) / len(best) - 5)


def _with_folders(paper: Paper) -> str:
    return " ".join(paper.path)


def _name(paper: Paper) -> str:
    return paper.path[-1]


def _stem(paper: Paper) -> str:
    name = paper.name
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and " " not in ending else name


def _said(name: str) -> str:
    return " ".join(name.replace("_", " ").split())[:LONGEST]


def _ratio(one: str, other: str) -> float:
    from rapidfuzz import fuzz  # noqa: PLC0415  # ten milliseconds, and only where somebody asks

    return fuzz.ratio(one, other)
