"""Speech over the reply: how loud the reply may be meanwhile, and what the speech meant.

Flows in: for each frame, how much was said. Flows out: the share of its loudness that the reply
has, and a verdict on the words. Pure; counts audio time. Refuses to know: speakers, turns.
"""

from __future__ import annotations

import difflib
import enum
from typing import Final

from assistant.audio.pcm import FRAME_S

_DUCK_MS = 10.0
"""Milliseconds of speech after which the reply becomes soft: at once, since the detector itself
takes 70 to 150 ms to be sure."""
_HOLD_MS = 70.0
"""Milliseconds after which it is held where it is. A person must not talk against it for longer
than 250 ms, of which the way through the devices takes more than half."""
_SOFT = 0.2
_JUDGE_MS = 700.0
"""Milliseconds of speech after which the words are looked at though it goes on."""
_QUIET_MS = 300.0
"""Milliseconds of silence after which what was too short to be speech is over."""
_OWN = 0.7
"""Share of the words that must be the reply's own, in their order, to be its echo."""
_ALIKE = 0.6
"""Likeness, letter by letter, to as many words in a row of the reply: what is left of an echo is
heard as "You see" for "You said"."""
_CLEAR = 0.6
"""Confidence from which words over the reply are believed. What Whisper made of an echo had 0.37 to
0.67, mostly 0.5 ("on it" for "upon a"), of six people's talk 0.43 to 0.53, of people over a reply
0.69 to 0.98; of eighteen single words base would lose two, tiny.en four."""
_CLEAR_MANY = 0.66
"""The same of more than `_FEW` words, of which Whisper is surer: where one of six people was the
loudest just then, they had 0.62 and 0.63."""
_FEW = 4
_SURE = 0.8
"""Confidence from which words that go on are believed at once. Of 48 looks at six people's talk the
surest had 0.74, and less again when more of it was read."""
_SAME = 0.7
"""Share of the words of an earlier reading that are the same when more is read."""
_SHORT = 3
"""Letters up to which a text must be the same, not alike: "no" is not "now"."""

_YES: Final = {
    "en": "yeah|yes|yep|right|okay|ok|sure|all right|alright",
    "de": "ja|ja ja|ok|okay|genau",
    "es": "sí|si|vale|claro|ok",
    "fr": "oui|ouais|ok|d'accord",
    "id": "ya|iya|oke|ok|baik",
    "it": "sì|si|ok|va bene|certo",
    "nl": "ja|oké|ok|goed",
    "pt": "sim|tá|ok|certo",
}
"""What people say to a question, and to show that they listen, by language."""
_LISTENING: Final = {
    "en": "uh huh|mm hmm|mhm|mmhmm|hmm|hm|mm|mmm|um|uh|ah|oh|oh wow|wow|i see|aha|uhhuh|nice|great"
    "|good|cool|really|huh|ha|haha",
    "de": "aha|hm|mhm|mm|achso|ach so|gut|oh",
    "es": "ajá|aja|mm|mhm|ya|ah|oh|bueno",
    "fr": "hm|mm|mhm|ah|ah bon|oh|bien",
    "id": "hm|mm|oh",
    "it": "ah|mm|mhm|già|oh",
    "nl": "hm|mm|mhm|oh|juist|aha",
    "pt": "é|hm|mm|mhm|ah|oh",
}
"""What they say for the second alone, by language."""
_STOPPING: Final = {
    "en": "stop|stop it|stop talking|please stop|be quiet|quiet|shut up|never mind|nevermind"
    "|that's enough|enough|cancel|okay stop|ok stop|no stop|hush|silence",
    "de": "stopp|stop|halt|sei still|ruhe|still|genug|schon gut|abbrechen|hör auf",
    "es": "para|alto|basta|silencio|cállate|detente|déjalo|cancela|ya basta",
    "fr": "stop|arrête|tais-toi|silence|ça suffit|assez|laisse tomber|annule",
    "id": "berhenti|stop|diam|cukup|sudah|batal|batalkan",
    "it": "stop|basta|fermati|ferma|zitto|silenzio|lascia stare|annulla",
    "nl": "stop|stil|hou op|genoeg|laat maar|stilte|annuleer",
    "pt": "para|pare|chega|silêncio|cala-te|deixa|esquece|cancela",
}
"""What ends a reply and asks for nothing else, by language."""
_POLITE: Final = frozenset({"please", "bitte", "por", "favor", "tolong", "alsjeblieft"})


class Meaning(enum.Enum):
    """What speech over the reply was."""

    NOTHING = "noise"
    AGREEING = "agreeing"
    OWN_WORDS = "own words"
    STOP = "stop"
    WORDS = "words"


class Overlap:
    """The loudness of the reply while somebody speaks over it."""

    def __init__(self) -> None:
        self.share = 1.0
        """Of its loudness, what the reply has."""
        self._quiet_ms = 0.0
        self._judged_ms = 0.0
        self._looked_ms = 0.0

    def push(self, voiced_ms: float, *, being_judged: bool) -> float:
        """The share from this frame on. `voiced_ms`: how much was said in what is being said.

        `being_judged`: an utterance is under way, and its words will decide (`pardon`).
        """
        said_ms = voiced_ms - self._judged_ms
        if said_ms <= 0 and not being_judged:
            self._judged_ms = min(self._judged_ms, voiced_ms)
            self._looked_ms = min(self._looked_ms, voiced_ms)
            self._quiet_ms += FRAME_S * 1000
            if self._quiet_ms >= _QUIET_MS:
                self.share = 1.0
            return self.share
        self._quiet_ms = 0.0
        if said_ms >= _HOLD_MS:
            self.share = 0.0
        elif said_ms >= _DUCK_MS:
            self.share = min(self.share, _SOFT)
        return self.share

    def due(self, voiced_ms: float) -> bool:
        """Whether the words should be looked at now, though the speech goes on."""
        since = max(self._judged_ms, self._looked_ms)
        return self.share < 1 and voiced_ms - since >= _JUDGE_MS

    def looked_at(self, voiced_ms: float) -> None:
        """The words until now are being looked at."""
        self._looked_ms = voiced_ms

    def pardon(self, voiced_ms: float) -> None:
        """What was said until now was nothing: the reply goes on, all of it."""
        self._judged_ms = voiced_ms
        self._quiet_ms = 0.0
        self.share = 1.0


def meaning(text: str, being_said: str, language: str) -> Meaning:
    """What words over the reply mean; `being_said` is what was played last."""
    words = plain(text)
    if not words:
        return Meaning.NOTHING
    said = " ".join(word for word in words if word not in _POLITE)
    reply = plain(being_said)
    if said in _STOPPING.get(language, "").split("|") and words[-1] not in reply:
        return Meaning.STOP
    yes = _YES.get(language, "").split("|")
    asked = being_said.rstrip().endswith("?") and words[-1] not in reply
    if asked and _among(words, said, yes):
        return Meaning.WORDS  # they were asked, and need not wait for the last word
    if _among(words, said, [*yes, *_LISTENING.get(language, "").split("|")]):
        return Meaning.AGREEING
    if _own(words, reply):
        return Meaning.OWN_WORDS
    return Meaning.WORDS


def unclear(text: str, confidence: float) -> bool:
    """Whether words were understood so badly that they are rather an echo, or a room full of talk.

    `confidence`: that of the transcript, 0 to 1.
    """
    words = plain(text)
    return bool(words) and confidence < (_CLEAR if len(words) <= _FEW else _CLEAR_MANY)


def believed_so_far(text: str, confidence: float, earlier: str) -> bool:
    """Whether clear words are a person's, though they go on; else they are looked at again.

    `earlier`: how they read when they were looked at before; empty where they were not, or were
    unclear.
    """
    return confidence >= _SURE or (bool(earlier) and continues(earlier, text))


def continues(earlier: str, later: str) -> bool:
    """Whether a text begins with the words of an earlier one, or most of them."""
    begun, words = plain(earlier), plain(later)
    matcher = difflib.SequenceMatcher(a=begun, b=words[: len(begun)], autojunk=False)
    return matcher.ratio() >= _SAME


def plain(text: str) -> list[str]:
    """The words, without case and punctuation; apostrophes stay."""
    kept = (char if char.isalnum() or char == "'" else " " for char in text.lower())
    return "".join(kept).replace("\u2019", "'").split()


def _among(words: list[str], said: str, known: list[str]) -> bool:
    """Whether these words are one of the known sayings, or several of them."""
    return said in known or all(word in known for word in words)


def _own(words: list[str], reply: list[str]) -> bool:
    """Whether these words are, about and in their order, among the reply's."""
    matcher = difflib.SequenceMatcher(a=words, b=reply, autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) >= _OWN * len(words):
        return True
    text = "".join(words)
    if len(text) <= _SHORT:
        return False
    letters = difflib.SequenceMatcher(b=text, autojunk=False)
    for start in range(len(reply) - len(words) + 1):
        letters.set_seq1("".join(reply[start : start + len(words)]))
        if letters.quick_ratio() >= _ALIKE and letters.ratio() >= _ALIKE:
            return True
    return False
