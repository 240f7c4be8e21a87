"""Text deltas in, clauses out: what the voice can begin to say while the reply still arrives.

The first clause is short, so that speech begins early; the others are sentences, cut where they
grow too long. Every decision is taken at a character, from those before it, so where the deltas
were cut cannot change the result. Clauses are still markdown; fenced code is dropped. Refuses to
know: voices, markdown's words, time.
"""

from __future__ import annotations

import re

from assistant.speak.fences import Fences
from assistant.speak.languages.language import words
from assistant.speak.sentence_end import CLOSERS, WIDE_ENDS, ends_sentence

_FIRST_LEAST = 8
"""Characters a first clause needs to end at less than a sentence's end: about 0.5 s of speech,
longer than the voice takes to make the next clause."""
_FIRST_MOST = 80
_MOST = 200
"""Characters after which a clause is cut at the best place there is; 200 is some 12 s of speech."""
_BOUND = 300
"""Characters that no clause exceeds, whatever it is made of."""
_LEAST_SHARE = 0.3
"""A forced cut leaves at least this share of the allowed length before it."""

_LINE_ENDS = "\n\r\v\f\x85\u2028\u2029"
_WIDE_PAUSES = "，、；："  # noqa: RUF001 # as they are written
_COMMAS = frozenset(",،，、")  # noqa: RUF001 # as they are written
_PAUSE = re.compile(rf"(?:[,;:،؛][{re.escape(CLOSERS)}]*| [–-]{{1,2}})$")  # noqa: RUF001 # a dash
_STRONG_PAUSE = re.compile(rf"(?:[;:؛；：—][{re.escape(CLOSERS)}]*| [–-]{{1,2}})$")  # noqa: RUF001 # a dash
_JOINTS = frozenset(
    words(  # before which a speaker may breathe, in the languages that we speak
        """and or but because which that who while when where if so than then with without for from
        in on at to into by about after before until during
        und oder aber weil dass wenn als mit ohne für von aus im am zu zum zur bei nach vor bis
        et ou mais parce que qui quand si avec sans pour de dans sur à chez après avant pendant
        y o pero porque cuando con sin para por en desde hasta sobre
        e ma perché che quando se con senza per di da nel nella su dopo prima fino
        en of maar omdat dat die wanneer als met zonder voor van uit bij naar na tot tijdens
        dan atau tetapi tapi karena yang ketika jika dengan tanpa untuk dari pada ke oleh sampai
        mas quando com sem desde até em no na"""
    )
)


class Clauses:
    """Cuts one reply after another; a pure push class."""

    def __init__(
        self,
        language: str = "en",
        *,
        first_least: int = _FIRST_LEAST,
        first_most: int = _FIRST_MOST,
        most: int = _MOST,
    ) -> None:
        self._language = re.split("[-_]", language.lower())[0]
        self._first_least = first_least
        self._first_most = first_most
        self._most = min(most, _BOUND)
        self._begin_reply()

    def push(self, text: str) -> list[str]:
        """The clauses that this delta completed, stripped and never empty."""
        clauses: list[str] = []
        for char in text:
            for passed in self._fences.push(char):
                clauses += self._take(passed)
        return clauses

    def flush(self) -> list[str]:
        """The rest of the reply; afterwards another may begin."""
        clauses: list[str] = []
        for passed in self._fences.flush():
            clauses += self._take(passed)
        clauses += self._cut(len(self._pending))
        self._begin_reply()
        return clauses

    def _begin_reply(self) -> None:
        self._fences = Fences()
        self._first = True
        self._begin_clause()

    def _begin_clause(self) -> None:
        self._pending = ""
        self._candidate = 0
        self._gaps: list[int] = []
        self._inside = ""

    def _take(self, char: str) -> list[str]:
        """The clauses that this character completed; none, as a rule."""
        if char in _LINE_ENDS:
            return self._cut(len(self._pending))
        before, self._pending = self._pending, self._pending + char
        place = len(before)
        if self._inside == "]":  # a bracket has closed: an address follows, or nothing does
            self._inside = "]" if char == "(" else ""
        if not self._inside:
            cut = self._pause(before, char)
            if cut:
                return self._cut(cut)
            if char.isspace() and before and not before[-1].isspace():
                self._candidate = self._candidate or place
                self._gaps.append(place)
            elif char == "—" or (before and before[-1] in _WIDE_PAUSES):
                self._gaps.append(place + (char == "—"))
        self._enter(before, char)
        if self._candidate and self._settled():
            return self._cut(self._candidate)
        if len(self._pending) >= (self._first_most if self._first else self._most):
            return self._cut(self._forced_place())
        return []

    def _cut(self, place: int) -> list[str]:
        """The clause that ends at this place, if any, and those that reading on gives."""
        if not place and self._pending:
            return []
        clause, rest = self._pending[:place].strip(), self._pending[place:]
        self._begin_clause()
        if any(char.isalnum() for char in clause):
            self._first = False
        clauses = [clause] if clause else []
        for char in rest:
            clauses += self._take(char)
        return clauses

    def _enter(self, before: str, char: str) -> None:
        """Follow code and links, in which nothing ends: `inside` is what opened them."""
        if before.endswith("\\"):
            return
        match self._inside, char:
            case ("", "`" | "[") | ("]", "("):
                self._inside = char
            case ("`", "`") | ("(", ")"):
                self._inside = ""
            case ("[", "]"):
                self._inside = "]"
            case _:
                pass

    def _pause(self, before: str, char: str) -> int:
        """Where the text is cut now that this character has come, without looking further; or 0."""
        place = len(before)
        text = before.rstrip(CLOSERS)
        if text and text[-1] in WIDE_ENDS and char not in CLOSERS + WIDE_ENDS:
            return place
        if not self._first or len(before.strip(" *_#>-+")) < self._first_least:
            return 0
        if char == "—" and not before[-1:].isdecimal():
            return place + 1
        if (char == "(" and before[-1:].isspace()) or (before and before[-1] in _WIDE_PAUSES):
            return place
        return 0

    def _settled(self) -> bool:
        """Whether a clause ends at the candidate; a candidate that proves to be none is dropped."""
        before, after = self._pending[: self._candidate], self._pending[self._candidate :].lstrip()
        if self._first and _PAUSE.search(before[-8:]):
            if len(before.strip(" *_#>-+")) < self._first_least:
                self._candidate = 0
                return False
            if not after and before.rstrip(CLOSERS)[-1] == ",":
                return False  # "July 5, 2026" is not to be torn
            if not (before[-2:-1].isdecimal() and after[:1].isdecimal()):
                return True
        verdict = ends_sentence(before, after, self._language)
        if verdict is False:
            self._candidate = 0
        return bool(verdict)

    def _forced_place(self) -> int:
        """The best place to cut a clause that has grown too long; 0 where it may still grow."""
        most = self._first_most if self._first else self._most
        gaps = [gap for gap in self._gaps if gap >= most * _LEAST_SHARE]
        if gaps:
            return max(gaps, key=lambda gap: (self._worth(gap), gap))
        if len(self._pending) < _BOUND:
            return 0
        space = self._pending.rfind(" ", 1)
        return max([*self._gaps, space, 0]) or _BOUND

    def _worth(self, gap: int) -> int:
        """How good a place to breathe this is: 3 a strong pause, 2 a comma, 1 a joint."""
        before, after = self._pending[:gap], self._pending[gap:].split(maxsplit=1)
        if _STRONG_PAUSE.search(before[-8:]):
            return 3
        if before.rstrip(CLOSERS)[-1:] in _COMMAS:
            return 2
        if before[-1:].isdecimal() or not after:
            return -1  # a number stays with its unit
        return int(after[0].lower() in _JOINTS)
