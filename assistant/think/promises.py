"""What claims that something was done, where nothing was, is kept from being said.

Flows in: the text of a reply, as it arrives. Flows out: the text that may be said; from where a
claim begins on, none. What cannot begin a claim passes at once; what can waits for the end of its
clause, which the mouth waits for anyway. Pure: where the deltas are cut changes nothing that is
said. Refuses to know: tools, voices.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from assistant.think.promise_english import ENGLISH
from assistant.think.promise_words import OTHERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.think.promise_words import Tongue

_TONGUES: Final[Mapping[str, Tongue]] = {**OTHERS, "en": ENGLISH}
_LONGEST: Final = 80
"""Characters by which a clause that claims something has said so; the mouth cuts a first clause
there."""
_NEAR: Final = 16
"""Characters before a place that say whether a clause may begin there."""
_SENTENCE: Final = 240
"""Characters before a claim that are looked at for an "if" or an open quotation."""
_END_CHARS: Final = 4
"""Characters from the last mark of a clause to where it is sure to be its last."""
_FIRST_LEAST: Final = 8
_FIRST_MOST: Final = 80
"""Characters of a reply between which the mouth takes a comma as the end of its first clause
(`speak/clauses`)."""
_CLAUSE_END: Final = re.compile(
    "(?:(?<![ap]\\.m)[.!?\u2026,;:][\"'\u201d\u2019)*_]*(?=\\s)|(?<=\\s)[\u2014\u2013-](?=\\s)|[\n\u2014])"
)
_OPENING: Final = frozenset(".!?\u2026,:;\u2014\u2013\n")
_LAST_WORD: Final = re.compile(r"[^\w']")
_SUBJECT: Final = re.compile(r"[^\W\d_] $")
_MARKS: Final = _OPENING | {"-"}
_SENTENCE_END: Final = re.compile("[.!?\u2026][\"'\u201d\u2019)*_]*\\s|\n")
_SURE_END: Final = re.compile("(\\w*)[.!?\u2026][\"'\u201d\u2019)*_]*\\s+[*_(]*$")
_TITLES: Final = frozenset(
    (
        *("dr", "mr", "mrs", "ms", "mme", "mlle", "prof", "st", "sta", "sto", "ste", "sr", "sra"),
        *("srta", "dra", "dott", "sig", "hr", "fr", "dhr", "mevr", "capt", "lt", "col", "gen"),
        *("rev", "hon", "sen", "rep", "gov", "sgt", "messrs", "vs", "ir", "no", "nr", "vol", "fig"),
    )
)
"""What ends in a full stop before a name, as in `speak/sentence_end`."""
_COMMA: Final = re.compile("[^\\W\\d_],\\s+$")
_FIRST_CUT: Final = re.compile("[,;:.!?\u2026\u2014\u2013(\n]")

NOT_DONE: Final = (
    "[From the program, not from the person, who heard nothing of this: nothing was done. No tool "
    "was called in this turn that could have done it. Call the tool now, or say that you have not "
    "done it. Do not say that it is done.]"
)
"""What the model is told about a claim of its own."""
NOT_YET: Final = " \u2014 not yet.\n"
"""Ends a sentence of which only the subject was said; in English, the only language in which a
claim is found there."""
_DID_NOT_HAPPEN: Final[Mapping[str, str]] = {
    "de": "Das ist nicht geschehen: Ich wollte es bestätigen, habe aber nichts getan.",
    "en": "That did not happen: I was about to confirm it, but nothing was done.",
    "es": "Eso no ha ocurrido: iba a confirmarlo, pero no se ha hecho nada.",
    "fr": "Ce n'est pas fait : j'allais le confirmer, mais rien n'a été exécuté.",
    "id": "Itu tidak terjadi: saya hampir mengiyakan, tetapi belum ada yang dilakukan.",
    "it": "Non è successo: stavo per confermarlo, ma non è stato fatto nulla.",
    "nl": "Dat is niet gebeurd: ik wilde het bevestigen, maar er is niets gedaan.",
    "pt": "Isso não aconteceu: eu ia confirmar, mas nada foi feito.",
}


def did_not_happen(language: str) -> str:
    """What is said in place of a claim, in the language (ISO 639-1) of the request."""
    return _DID_NOT_HAPPEN.get(_main(language), _DID_NOT_HAPPEN["en"])


class Promises:
    """Watches over one reply. What is done is told with `begin_round`."""

    def __init__(self, request: str, language: str) -> None:
        tongue = _TONGUES.get(_main(language))
        self._tongue = tongue
        plain = " ".join(request.lower().replace("\u2019", "'").split())
        self._asked = tongue is not None and bool(tongue.asks.match(plain))
        self._off = tongue is None
        self._grounded = self._before = False
        self._first: str | None = ""
        self._recent = "\n"
        self._held = ""
        self._inner = False
        self.claim: str | None = None
        """The text of this round from where it claims something on; None where it does not."""
        self.torn = False
        """Whether the claim began within a clause, whose beginning was said."""

    def begin_round(self, *, acted: bool, read: bool, acted_before: bool) -> None:
        """The model is asked: `acted` in this turn, it may claim what it will.

        Where something was looked up in this turn, or done in one before it, the answer to a
        question may tell of deeds.
        """
        self._off = self._tongue is None or acted
        self._grounded = self._asked and (read or acted_before)
        self._before = acted_before
        self._held, self.claim, self.torn = "", None, False
        self._recent = "\n"

    def push(self, text: str) -> tuple[str, str]:
        """What of the text may be said now; and a line's end or nothing.

        That is to be said and not remembered: a sentence is over, and the mouth would wait for the
        next one to begin, which waits here.
        """
        if self._off:
            return text, ""
        if self.claim is not None:
            self.claim += text
            return "", ""
        return self._pass(text, over=False)

    def flush(self) -> str:
        """What may be said at the end of a round."""
        if self._off or self.claim is not None:
            return ""
        return self._pass("", over=True)[0]

    def _pass(self, text: str, *, over: bool) -> tuple[str, str]:
        tongue = self._tongue
        assert tongue is not None  # noqa: S101  # for the type checker: else it is off
        held = len(self._held)
        near = self._recent[-_NEAR:]
        text = near + self._held + text
        begun = at = len(near)
        end = len(text)
        while found := tongue.heads.search(text, at):
            place = found.start()
            at = place + 1
            waited = held and place == begun
            inner = self._inner if waited else not _opens(text[:place], tongue)
            if inner and not (tongue.inner.match(text, place) and _SUBJECT.search(text[:place])):
                continue
            verdict = self._judge(text, place, begun + held, tongue, over=over)
            if verdict is False:
                continue
            end, self._inner = place, inner
            if verdict:
                self.claim, self.torn = text[place:], inner
            break
        self._held = "" if self.claim is not None else text[end:]
        if end == begun and held:  # it still waits
            return "", ""
        passed = text[begun:end]
        self._remember(passed)
        return passed, "\n" if self._held and self._ends(text[:end], self._held) else ""

    def _remember(self, passed: str) -> None:
        self._recent += passed
        if len(self._recent) > 2 * _SENTENCE:
            self._recent = self._recent[-_SENTENCE:]
        if self._first is not None:
            self._first = self._first + passed if len(self._first) < _FIRST_MOST else None

    def _judge(
        self, text: str, place: int, seen: int, tongue: Tongue, *, over: bool
    ) -> bool | None:
        """Whether what begins at this place claims something; None where more must be seen.

        Up to `seen` no clause was seen to end.
        """
        since = max(place, seen - _END_CHARS)
        found = None if _MARKS.isdisjoint(text[since:]) else _CLAUSE_END.search(text, since)
        whole = over or found is not None or len(text) - place >= _LONGEST
        clause = text[place : min(found.start() + 1 if found else len(text), place + _LONGEST)]
        plain = clause.lower().replace("\u2019", "'").replace("*", "").replace("_", "")
        if not whole:
            return False if tongue.out.match(plain) else None
        if not tongue.claim.match(plain):
            return False
        before = _SENTENCE_END.split(self._recent + text[seen - len(self._held) : place])[-1]
        return not self._allowed(before.lower(), plain, tongue)

    def _allowed(self, before: str, clause: str, tongue: Tongue) -> bool:
        """Whether it is none after all: told of another time, quoted, or only thought of."""
        return bool(
            self._grounded
            or clause.endswith("?")
            or (self._before and tongue.earlier.search(clause))
            or tongue.unless.search(before)
            or before.count('"') % 2
            or before.count("\u201c") > before.count("\u201d")
        )

    def _ends(self, before: str, after: str) -> bool:
        """Whether the mouth would end a clause here, did it see what follows."""
        if found := _SURE_END.search(before[-_NEAR:]):
            word = found[1].lower()
            return after[0].isupper() and len(word) > 1 and word not in _TITLES
        first = (self._first or "").strip()
        if len(first) < _FIRST_LEAST:
            return False
        cut = len(first) >= _FIRST_MOST or _FIRST_CUT.search(first[_FIRST_LEAST - 1 : -1])
        if cut:
            self._first = None
        return not cut and bool(_COMMA.search(before[-_NEAR:]))


def _main(language: str) -> str:
    return language.partition("-")[0].lower()


def _opens(before: str, tongue: Tongue) -> bool:
    """Whether a clause may begin after this."""
    bare = before[-_NEAR:].rstrip(" \t*_(>#-")
    if bare[-1:] in _OPENING:
        return True
    return _LAST_WORD.split(bare)[-1].lower() in tongue.joints and bare != before[-_NEAR:]
