"""Names as people say them: when two are the same, which are near, how several are read out.

Flows in: words that somebody spoke or typed. Flows out: a key to compare by, near names, a list in
words. English rules; other languages keep their words as they are. Refuses to know: what is named.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEAR = 0.6
"""Share of letters in common from which a name is offered for another; difflib's own default."""
SURE = 0.9
"""Share of letters in common from which a name is taken for another."""
OFFERED = 3
"""Near names that are offered at most: more is nothing to listen to."""
READ_OUT = 30
"""Names that are read out at most."""

_ARTICLES: Final = frozenset({"the", "a", "an", "some", "my", "our", "your", "this", "that"})
_STOP_WORDS: Final = frozenset(
    """
    a about above after again all also am an and any anybody are as ask at be because been before
    being but by can could d did do does doing done down for from get give go going got had has have
    he her here him his how i if in into is it its just know let like ll look m make many may me
    might mine more most much must my need no nor not note notes now of off on once one only or
    other our out over own please put re read remember s say set shall she should show so some such
    t take tell than that the their them then there these they thing things think this those
    through to today told tomorrow too under until up us use ve very want was we were what when
    where which while who whom whose why will with would yes you your
    """.split()  # noqa: SIM905  # a hundred words read better as text
)
"""Words that say nothing about what a text is about."""
_SINGULAR: Final = (
    (re.compile(r"(?<=\w\w)ies$"), "y"),
    (re.compile(r"(?<=o|x|z)es$|(?<=sh|ch|ss)es$"), ""),
    (re.compile(r"(?<=[^sui])s$"), ""),
)


def words_of(text: str) -> list[str]:
    """The words, in small letters, without marks and accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", bare.replace("'", "").replace("\u2019", ""))


def meaning_of(text: str) -> list[str]:
    """The words that say what it is about, each once; none may be left."""
    return list(dict.fromkeys(word for word in words_of(text) if word not in _STOP_WORDS))


def key_of(name: str) -> str:
    """What two ways to say the same name have in common; empty where it says nothing."""
    words = words_of(name)
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if words:
        words[-1] = singular(words[-1])
    return " ".join(words)


def run_of(name: str) -> str:
    """The key without its spaces: whoever says wifi may have written Wi-Fi."""
    return key_of(name).replace(" ", "")


def singular(word: str) -> str:
    """An English word without its plural; for comparing, not for reading out."""
    for plural, instead in _SINGULAR:
        if plural.search(word):
            return plural.sub(instead, word)
    return word


def near(name: str, known: Iterable[str]) -> list[str]:
    """Up to `OFFERED` known names that could have been meant, the nearest first."""
    wanted = words_of(name)
    scored = [(_likeness(wanted, words_of(other)), other) for other in dict.fromkeys(known)]
    scored.sort(key=lambda pair: -pair[0])
    return [other for score, other in scored if score >= NEAR][:OFFERED]


def misheard(name: str, known: Iterable[str]) -> str:
    """The one known name that differs by no more than a letter or two; empty where none does.

    What only has a word in common is another thing: milk is no oat milk.
    """
    found = [other for other in known if SequenceMatcher(None, name, other).ratio() >= SURE]
    return found[0] if len(found) == 1 else ""


def offered(name: str, known: Iterable[str], *, quotes: bool = False) -> str:
    """A sentence that offers near names, with a space before it; empty where none is near."""
    names = near(name, known)
    if not names:
        return ""
    told = [f'"{one}"' for one in names] if quotes else names
    return f" Did you mean {told_of(told, last='or')}?"


def told_of(names: Sequence[str], *, last: str = "and", most: int = READ_OUT) -> str:
    """Names in words: `milk, eggs and bread`."""
    left = len(names) - most
    if left > 1:
        names = [*names[:most], f"{left} more"]
    if len(names) < 2:  # noqa: PLR2004  # one needs no comma
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def capital(text: str) -> str:
    """The text with a capital at its beginning, and the rest as it is."""
    return text[:1].upper() + text[1:]


def _likeness(wanted: Sequence[str], other: Sequence[str]) -> float:
    """0 to 1: the whole names compared, or each meant word with the most alike one of the other."""
    if not wanted or not other:
        return 0.0
    whole = SequenceMatcher(None, " ".join(wanted), " ".join(other)).ratio()
    meant = [word for word in wanted if word not in _STOP_WORDS] or wanted
    best = [max(SequenceMatcher(None, one, two).ratio() for two in other) for one in meant]
    return max(whole, sum(best) / len(best) - 0.05)
