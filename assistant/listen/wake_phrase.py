"""The wake phrase off a transcript: "Hey Jarvis, what's the time?" in, "what's the time?" out.

Pure. A recogniser writes a phrase as it heard it ("A Travis", "Okay, now boo", "Hey Minecraft"), so
words are compared by their sound: as consonants, with the vowels between them as one. It refuses to
know the sound itself, and so where in it the wake word was.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AT_START = 0.28
"""Distance up to which the first words are the phrase, as a share of the phrase's weight."""
_AT_BREAK = 0.20
"""The same after the end of a sentence."""
_WITHIN = 0.10
"""The same in the middle of one, where the phrase is hardly ever and its name may well be."""
_BARE = 0.12
"""The same for the phrase without its first word: of "Hey Jarvis", the hey is easily lost."""
_BEFORE = 12
"""Words that may come before the phrase: more than the 1.8 s of pre-roll hold."""
_SPLIT = 0.4
"""What it adds when there are more words than in the phrase, or fewer: "my croft"."""

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.?!…]")
_LETTERS = {"H": "aitch", "K": "kay", "M": "em", "N": "en", "R": "ar", "S": "es", "X": "ex"}
"""How letters are called that a recogniser may write for a sound: "HR was", "OK"."""
_SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^ok$", "okay"),
        (r"(?<=[^aeiou])e\b", ""),
        (r"gh\b", "f"),
        (r"gh", ""),
        (r"tch|ch|sh|[td](?=r)|g(?=[eiy])", "j"),
        (r"th", "θ"),
        (r"ph|v", "f"),
        (r"c(?=[eiy])|z", "s"),
        (r"x", "ks"),
        (r"ck|c|q|g", "k"),
        (r"b", "p"),
        (r"d", "t"),
        (r"(?<=[aeiou])w(?![aeiou])|h", ""),
        (r"[aeiouy]+", "a"),
    )
)
"""From letters to sounds, in this order; what stays is its own sound, and `a` is any vowel."""
_ALIKE = {frozenset(pair) for pair in ("pf", "fw", "pw", "tj", "kj", "mn", "tθ", "fθ")}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the transcript, and where it stands there."""

    text: str
    start: int
    end: int
    starts_sentence: bool
    after_comma: bool


def without(text: str, words: Iterable[str]) -> str:
    """The text behind the wake phrase; all of it where there is none.

    `words` are the phrases as they are said or as the settings name them: `Hey Jarvis`,
    `hey_jarvis`. What is left keeps its capitals and its marks; nothing left is the empty string.
    """
    phrases = [_WORD.findall(word.replace("_", " ")) for word in words]
    phrases = [phrase for phrase in phrases if phrase]
    end = _phrase_end(text, phrases)
    while end:
        text = text[end:].lstrip(" \t\n,.;:!?…-\u2013\u2014")
        end = _phrase_end(text, phrases, again=True)
    return text


def _phrase_end(text: str, phrases: list[list[str]], *, again: bool = False) -> int:
    """Where the phrase ends, 0 where there is none; `again` takes only one at the very start."""
    words = list(_words(text))
    for first in range(1 if again else min(len(words), _BEFORE + 1)):
        found = [
            (distance, last)
            for phrase in phrases
            for last in range(first, min(len(words), first + len(phrase) + 2))
            if (limit := _limit(words, first, last, phrase, again=again)) >= 0
            and (distance := _distance(words[first : last + 1], phrase)) <= limit
        ]
        if found:
            return words[min(found)[1]].end
    return 0


def _limit(words: list[_Word], first: int, last: int, phrase: list[str], *, again: bool) -> float:
    """How far these words may be from the phrase."""
    word = words[first]
    if first == 0:
        return _AT_BREAK if again else _AT_START
    if word.starts_sentence:
        return _AT_BREAK
    if len(phrase) > 1:
        named = word.text.casefold() == phrase[0].casefold()
    else:
        named = word.after_comma and last + 1 < len(words)
    return _WITHIN if named else -1


def _distance(words: list[_Word], phrase: list[str]) -> float:
    """0 for what sounds the same, 1 for what has nothing in common."""
    heard = _sounds(word.text for word in words)
    wanted = _sounds(phrase)
    split = _SPLIT * abs(len(words) - len(phrase))
    whole = (_edits(heard, wanted) + split) / _weight(wanted)
    if len(phrase) > 1 and len(words) < len(phrase):
        bare = _sounds(phrase[1:])
        share = _edits(heard, bare) / _weight(bare)
        return min(whole, share) if share <= _BARE else whole
    return whole


def _words(text: str) -> Iterator[_Word]:
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        broken = bool(_SENTENCE_END.search(between))
        yield _Word(match.group(), match.start(), match.end(), broken, "," in between)
        end = match.end()


def _sounds(words: Iterable[str]) -> str:
    """Words as one string of sounds, `a` for any vowels: `ajarfas` for Hey Jarvis."""
    joined = "".join(map(_word_sounds, words))
    return re.sub(r"(.)\1+", r"\1", joined)


def _word_sounds(word: str) -> str:
    if word.isupper() and 1 < len(word) <= 3:  # noqa: PLR2004  # letters that are called by name
        word = "".join(_LETTERS.get(letter, letter) for letter in word)
    plain = unicodedata.normalize("NFKD", word.casefold())
    sounds = "".join(c for c in plain if c.isalnum())
    for pattern, sound in _SPELLINGS:
        sounds = pattern.sub(sound, sounds)
    return sounds


def _weight(sounds: str) -> float:
    return sum(_cost(sounds, place) for place in range(len(sounds)))


def _cost(sounds: str, place: int) -> float:
    """What a sound counts that is there or not: a vowel within is the easiest to mishear."""
    return 0.5 if sounds[place] == "a" and place else 1.0


def _swap(one: str, other: str) -> float:
    """What it counts to have heard one for the other."""
    if one == other:
        return 0.0
    return 0.5 if frozenset((one, other)) in _ALIKE else 1.25


def _edits(heard: str, wanted: str) -> float:
    """The cheapest way from one to the other, by Wagner and Fischer (1974)."""
    row = [0.0]
    for place in range(len(wanted)):
        row.append(row[-1] + _cost(wanted, place))
    for at, one in enumerate(heard):
        above, row = row, [row[0] + _cost(heard, at)]
        for place, other in enumerate(wanted):
            row.append(
                min(
                    above[place] + _swap(one, other),
                    above[place + 1] + _cost(heard, at),
                    row[-1] + _cost(wanted, place),
                )
            )
    return row[-1]
