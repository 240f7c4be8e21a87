"""Whether words are a whole request: a transcript up to a pause in, what its ending says out.

Pure. Refuses to know: sound, times, what a request is about.

Whisper puts "." or "?" behind everything, finished or not, and hears a cut-off "to" as "too": no
end mark counts here, and most rules look at more than the last word. English in full; of the other
languages only the words that no request ends in, and the shortest answers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Ending = Literal["finished", "unknown", "unfinished"]
"""What the words say: all is said, they cannot tell, something must follow."""


def ending(text: str, language: str) -> Ending:
    """What the words up to a pause say; `language` is ISO 639-1. Empty text: unknown."""
    if _STAYS_UP.search(text.rstrip()):
        return "unfinished"
    sentences = [found for part in _SENTENCE.split(text.lower()) if (found := _words(part))]
    if not sentences:
        return "unknown"
    words = sentences[-1]
    if " ".join(words) in _ANSWERS.get(language, ()):
        return "finished"
    if words[-1] in _WANTS_MORE.get(language, ()):
        return "unfinished"
    return _english(words, alone=len(sentences) == 1) if language == "en" else "unknown"


def asks(text: str, language: str) -> bool:
    """Whether the words are a question by themselves, which seldom goes on.

    An order often does ("tell me something … about Rome", "can I have a coffee … with milk"), and
    so does a question for what belongs to something ("what is the name … of the tallest mountain").
    In languages other than English whatever is finished counts.
    """
    if language != "en":
        return True
    sentences = [found for part in _SENTENCE.split(text.lower()) if (found := _words(part))]
    words = _LEAD.sub("", " ".join(sentences[-1])).split() if sentences else []
    if not words or words[-1] in _BELONGING or _ORDERING.match(" ".join(words)):
        return False
    begins = words[0].partition("'")[0]
    return begins in _ASK or begins in _CAN


def _english(words: Sequence[str], *, alone: bool) -> Ending:
    """The last sentence of an English text; `alone` where it is the only one."""
    bare = _LEAD.sub("", " ".join(words))
    bare = _POLITE.sub("", bare) or bare
    if not bare:  # nothing but "please", "hey", "and then"
        return "finished" if not alone and set(words) == {"please"} else "unfinished"
    words = bare.split()
    if _SHORT_QUESTION.fullmatch(bare):
        return "finished"
    last = words[-1]  # another than before, where it was polite
    owns = last.endswith("'s") and last not in _CONTRACTIONS
    if owns or last in _WANTS_MORE["en"] or _OPENING.fullmatch(bare):
        return "unfinished"
    if last in _STRANDED:
        return _stranded(words)
    needed = next((least for known, least in _WHOLE if words[0] in known), None)
    parts = len(words) + bare.count("'")
    return "finished" if needed is not None and parts >= needed else "unknown"


def _stranded(words: Sequence[str]) -> Ending:
    """An English clause that ends in a preposition or an auxiliary: seldom, but it may."""
    before = words[-2] if len(words) > 1 else ""
    if words[-1] in _AUXILIARIES:
        told = before in _PRONOUNS and len(words) >= _CLAUSE  # "I know where it is"
        asked_for = not _ASK.isdisjoint(words[1:-2])  # "tell me how far away the moon is"
        return "unknown" if told or asked_for else "unfinished"
    if words[0] in _SWITCHES and words[-1] in {"on", "in"} and len(words) >= _CLAUSE:
        return "finished"  # "turn the light on"
    asked = words[0].partition("'")[0] in {"what", "where", "who", "which"}
    goes = before in _PRONOUNS or before in _VERBS or before.endswith("ing")
    return "unknown" if asked and goes else "unfinished"  # "what is this for"


def _words(text: str) -> list[str]:
    return _WORD.findall(text.replace("’", "'"))  # noqa: RUF001  # what a keyboard may write


def _set(table: str) -> frozenset[str]:
    """The words of a table; | stands between the words of one phrase."""
    return frozenset(entry.replace("|", " ") for entry in table.split())


_STAYS_UP = re.compile(r"(?:\.\.|[…,:;\-–—])$")  # noqa: RUF001  # the dashes are meant
"""Marks that Whisper writes only where the voice stays up or breaks off."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")

_ANSWERS = {
    "en": _set(
        "yes yeah yep yup no nope stop thanks okay ok sure right exactly correct hello hi bye "
        "goodbye cancel pause resume continue next louder quieter again more help enough nothing "
        "wait go|on never|mind thank|you of|course not|now that's|all that's|it good|night "
        "good|morning yes|please no|thanks no|thank|you be|quiet shut|up come|on i|do i|am i|don't "
        "i|think|so i|don't|think|so"
    ),
    "de": _set("ja nein doch stopp stop danke okay gut genau richtig abbrechen weiter hallo"),
    "fr": _set("oui non si stop arrête merci d'accord okay bien exactement annule continue"),
    "es": _set("sí no para stop gracias vale bueno claro cancela sigue hola adiós"),
    "it": _set("sì no basta stop ferma grazie okay bene certo esatto annulla continua ciao"),
    "pt": _set("sim não para pare obrigado obrigada certo claro cancela continua olá"),
    "nl": _set("ja nee stop bedankt dank|je oké okay goed precies annuleer verder hallo"),
    "id": _set("ya tidak bukan berhenti stop terima|kasih oke baik benar batal batalkan lanjut"),
}
"""What is a whole answer by itself."""

# Left out is what may end a request after all: "mach das Licht an", "che ore sono".
_WANTS_MORE = {
    "en": _set(
        "a an the and or but because if whether unless although than my your our their every any "
        "into onto without between during per via um uh uhm er erm hmm very i'm you're we're "
        "they're i'll i'd i've we'll let's what's where's who's how's there's whose 's"
    ),
    "de": _set(
        "der die den dem des eine einen einem einer eines und oder aber weil dass wenn ob mein "
        "meine meinen meinem meiner dein deine deinen unser unsere für mit von zum zur bei im ins "
        "am vom beim sehr äh ähm"
    ),
    "fr": _set(
        "le la les l un une des du de d et ou mais parce que qu qui car mon ma mes ton ta tes son "
        "sa ses notre nos votre vos leur pour avec sans dans sur sous chez vers par à au aux très "
        "euh heu"
    ),
    "es": _set(
        "el la los las un una unos unas y o pero porque que si mi mis tu tus su sus nuestro "
        "nuestra para por con sin de del a al en sobre desde hasta entre muy eh em"
    ),
    "it": _set(
        "il lo la i gli le l un uno una e ed o ma perché che se mio mia tuo tua suo sua per con "
        "senza di del dello della dei degli delle a al allo alla ai in nel nella sul sulla da dal "
        "dalla tra fra molto ehm"
    ),
    "pt": _set(
        "o a os as um uma e ou mas porque que se meu minha teu tua seu sua para pra por pelo pela "
        "com sem de do da dos das em no na nos nas ao à entre até muito eh"
    ),
    "nl": _set(
        "de het een en of maar omdat dat als mijn jouw je zijn haar ons onze hun voor met zonder "
        "van naar bij tussen eh ehm"
    ),
    "id": _set(
        "yang dan atau tapi tetapi karena kalau jika bahwa untuk dengan tanpa dari ke di pada oleh "
        "tentang antara sampai adalah sebuah seorang para akan eh em"
    ),
}
"""Words that no request ends in."""

_AUXILIARIES = _set("is are was were am be been has had will would should could may might must did")
_STRANDED = _AUXILIARIES | _set("for to from with about of at in on by as")
_PRONOUNS = _set("i you he she it we they this that these those there")
_VERBS = _set("come go look talk live work made used get")
_SWITCHES = _set("turn switch leave keep put log")
_CONTRACTIONS = _set("it's that's he's she's here's")
_ASK = _set("what who where when why how which")
_CAN = _set("is are was were do does did can could will would should may have has")
_CLAUSE = 3
"""Words of the shortest clause: subject, verb and one more."""
_BELONGING = _set(
    "name names difference number price cost size age height length distance meaning capital point"
    " reason way chance population history author president king queen colour color title rest end"
    " beginning top bottom middle side part half best first last only same kind sort type amount"
)
"""What belongs to something, which is often named after it."""
_ORDERS = _set(
    "set turn switch play stop pause add remind tell show cancel call open close start wake read "
    "give find search translate remember delete remove put make send write skip resume increase "
    "decrease lower raise dim lock unlock mute unmute take describe look check convert calculate "
    "define spell snooze repeat buy order get bring"
)
_WHOLE = (
    (_ORDERS, 2),
    (_ASK | {f"{word}'s" for word in _ASK} | _CAN | {"am"}, 3),
)
"""What a request may begin with, and how many words (an 's is one) it then has at least."""

_LEAD = re.compile(
    r"^(?:(?:hey|hi|hello|okay|ok|yeah|yes|no|so|well|oh|and|but|um|uh|please|now|then|jarvis|nabu"
    r"|mycroft|alexa)(?:\s+|$))+"
)
_POLITE = re.compile(r"(?:(?:^|\s+)(?:please|thanks|thank you|then))+$")
_ORDERING = re.compile(r"(?:can|could|may) (?:i|we) (?:please )?(?:have|get)\b")
_SHORT_QUESTION = re.compile(
    r"(?:how|who|where) (?:are|were) (?:you|we|they)|(?:how|who|where|what) (?:is|was) (?:he|she)"
    r"|what (?:do|did|can|would) (?:i|you|we|they) (?:think|want|need|have|know|like)"
    r"|how do you know"
)
"""What looks like an opening and is none."""


def _patterns(table: str, **lists: str) -> re.Pattern[str]:
    """One pattern of those in the lines of the table, with the lists of words put in."""
    named = {name: "(?:" + "|".join(sorted(_set(words))) + ")" for name, words in lists.items()}
    return re.compile("|".join(line.strip() for line in table.strip().splitlines()).format(**named))


_OPENING = _patterns(
    r"""
    (?:set|start|create|make|add) (?:me )?(?:a|an|another) (?:timer|alarm|reminder)(?: four)?
    set (?:a|the|my) timer (?:for )?(?:\d+|{few})
    remind me(?: too| two| 2)?
    remind me (?!.*\b(?:to|too|about|of|that)\b).*
    remind me .* too
    {order}
    (?:{ask} )?{can} {person}(?: please)?(?: {verb})?
    how {can} {person} {make}
    who (?:{made}|is the)
    (?:.* )?(?:explain|show|tell|teach)(?: (?:to )?(?:me|us))? {ask}
    how (?:many|much|long|far|old|big|tall|high|fast|often)(?: {can})?
    how many \w+
    what (?:time|day|date|kind|sort|city|country|year|colou?r)
    (?:i|we) {wish}(?: to know)?(?: it| that)?
    (?:i'd|we'd) like(?: to know)?
    """,
    few="one two three four five ten fifteen twenty thirty forty",
    ask="what where when why how who",
    can=" ".join(_CAN),
    person="i you we they there he she",
    order="add put play call open close show show|me read search find look|up tell tell|me give "
    "give|me send text write translate spell define wake wake|me turn turn|on switch switch|on set "
    "make start create delete remove remember ask buy order convert let|me get bring",
    verb="tell|me tell|us show|me give|me know have like want need find explain remember think set "
    "add play turn turn|on",
    make="say spell make cook pronounce use write get find set",
    made="wrote invented discovered made sang painted directed composed built",
    wish="want need think guess mean wonder was|wondering would|like",
)
"""What asks for something and does not say for what; "for" and "to" at the end are seen anyway."""
