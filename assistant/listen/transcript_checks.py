"""Whether a text was really said: loops, hallucinations, annotations.

Flows in: what Whisper wrote and what is known of the sound. Flows out: the text without
annotations, whether it is a loop, and why it is refused. Pure; refuses to know: models, samples.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

LEAST_LOGPROB = -1.0
"""Mean log-probability of the tokens below which a text is doubted (openai/whisper's value)."""
MOST_COMPRESSION = 2.4
"""Bytes to compressed bytes above which a text is a loop (openai/whisper's value)."""
_WORDS_PER_S = 6.0
_WORDS_FREE = 4
_PHRASE_WORDS = 5
LEAST_SPEECH = 0.3
"""`Evidence.speech` below which nothing was said. With base and tiny.en, the strongest of 110
noises came to 0.27, the weakest of 283 words and sentences to 0.33. Of 220 other pieces of the same
noises, three at most pass: barks and a sneeze."""
DOUBTFUL_SPEECH = 0.1
"""`Evidence.speech` below which a doubted text is not worth a second look."""
_NEEDED = {"": LEAST_SPEECH, "word": 0.35, "chant": 0.5, "credit": 0.8}
"""`Evidence.speech` that each kind of text needs. Barks, cries and crows become a chant: the
strongest in noise/ came to 0.3, the same words really said to over 1."""
_GARBAGE_LOGPROB = -1.5
_CREDITS = (
    "amara org", "subtitles by", "subtitled by", "captions by", "transcribed by", "zeoranger",
    "thanks for watching", "thank you for watching", "thank you so much for watching",
    "please subscribe", "like and subscribe", "see you in the next video", "see you next time",
    "untertitel", "untertitelung", "sous titrage", "sous titres", "sottotitoli", "subtítulos",
    "legendas", "ondertitel", "napisy stworzone", "субтитры", "редактор субтитров",
    "продолжение следует", "спасибо за просмотр", "terima kasih telah menonton",
    "gracias por ver", "merci d'avoir regardé", "obrigado por assistir", "dziękuję za uwagę",
    "ご視聴", "字幕", "請不吝點贊", "请不吝点赞", "시청해", "altyaz", "ترجمة",
)  # fmt: skip
"""Credits and farewells of the videos that Whisper learnt from."""
_INVENTED = frozenset({
    "thank you", "thank you very much", "thank you so much", "thanks", "you", "bye", "bye bye",
    "goodbye", "okay", "ok", "oh", "ah", "uh", "um", "hmm", "mm", "mm hmm", "huh", "yeah", "so",
    "i", "the", "the end", "silence", "music", "applause", "laughter", "blank audio", "i'm sorry",
    "gracias", "muchas gracias", "merci", "merci beaucoup", "danke", "vielen dank", "tschüss",
    "grazie", "grazie a tutti", "obrigado", "obrigada", "tchau", "bedankt", "dank je wel",
    "terima kasih", "sampai jumpa", "спасибо", "děkuji", "dziękuję", "teşekkürler", "ありがとう",
    "谢谢", "謝謝", "감사합니다", "شكرا",
})  # fmt: skip
"""What stands alone where nobody spoke: frequent in noise/ and in others' reports."""
_ANNOTATION = re.compile(r"\[[^\]]*\]|\([^)]*\)|\*[^*]+\*|[♩♪♫♬♭♮♯]")


def tidy(text: str) -> str:
    """The words with their casing and marks, without annotations such as `[Music]` and `♪`.

    Empty where no letter and no digit is left.
    """
    words = " ".join(_ANNOTATION.sub(" ", text).split())
    return words if any(letter.isalnum() for letter in words) else ""


def plain_words(text: str) -> list[str]:
    """The words in lower case, without marks, for comparing."""
    return re.sub(r"[^\w' ]", " ", text.lower()).split()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What Whisper wrote, before anybody believed it."""

    text: str
    logprob: float
    """Mean log-probability of its tokens, times among them; 0 is certainty."""
    no_speech: float
    """Probability that there was no speech, 0 to 1, by Whisper's own token for it."""
    language: str
    """ISO 639-1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a text having been said."""

    peak: float
    """The highest probability of speech in the sound, by the voice-activity model."""
    no_speech: float
    """As in `Hypothesis`."""
    logprob: float
    """As in `Hypothesis`."""

    @property
    def speech(self) -> float:
        """How much speaks for speech, about -1.5 to 1.5.

        Two judges that share nothing, one who hears a voice in the sound and one who sees words in
        it, and how sure the words are. A dog deceives the first, a running tap the second.
        """
        return self.peak - self.no_speech + (self.logprob + 1) / 2


def loops(text: str, seconds: float) -> bool:
    """Whether the text goes round in circles, or is longer than anybody could say in this time."""
    words = plain_words(text)
    if len(words) > _WORDS_FREE + _WORDS_PER_S * seconds:
        return True
    return compression(text) > MOST_COMPRESSION or any(
        words[at : at + 4 * length] == words[at : at + length] * 4
        for length in range(1, _PHRASE_WORDS)
        for at in range(len(words) - 4 * length + 1)
    )


def repeats(text: str) -> bool:
    """Whether five words come a second time: a loop, or somebody with two requests of a kind."""
    words = plain_words(text)
    starts = range(len(words) - _PHRASE_WORDS + 1)
    phrases = [tuple(words[at : at + _PHRASE_WORDS]) for at in starts]
    return len(set(phrases)) < len(phrases)


def compression(text: str) -> float:
    """Bytes to compressed bytes: 1 for ordinary sentences, more the more a text repeats itself."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def doubt(found: Hypothesis, seconds: float) -> bool:
    """Whether the text of a sound of this length should be looked at again."""
    unsure = not found.text or found.logprob < LEAST_LOGPROB
    return unsure or repeats(found.text) or loops(found.text, seconds)


def better(one: Hypothesis, other: Hypothesis, seconds: float) -> Hypothesis:
    """The one that does not loop, else does not repeat itself; of two alike, the more likely."""

    def worth(found: Hypothesis) -> tuple[bool, bool, float]:
        text = found.text
        return not loops(text, seconds), bool(text) and not repeats(text), found.logprob

    return max(one, other, key=worth)


def refusal(text: str, evidence: Evidence) -> str:
    """Why it was not said: `no-speech`, `noise`, `hallucination`, `repetition`; empty if it was.

    The more a text is what Whisper writes into silence, the more must speak for speech.
    """
    known = familiar(text)
    if not text or evidence.speech < _NEEDED[known]:
        return "hallucination" if known else "no-speech"
    if evidence.logprob < _GARBAGE_LOGPROB:
        return "noise"
    return "repetition" if compression(text) > MOST_COMPRESSION else ""


def familiar(text: str) -> Literal["", "word", "chant", "credit"]:
    """Whether Whisper is known to write this where nobody speaks.

    A common word, credits, or a chant: a word or two over and over, as of a dog's barks.
    """
    words = plain_words(text)
    said = " ".join(words)
    if any(mark in said for mark in _CREDITS):
        return "credit"
    if len(words) > 1 and 2 * len(set(words)) <= len(words):
        return "chant"
    return "word" if said in _INVENTED else ""
