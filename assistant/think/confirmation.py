"""What cannot be undone waits for a yes: which calls wait, and what counts as a yes.

Flows in: calls, and the words of the next utterance. Flows out: whether a call may be made. Pure;
time is told. Refuses to know: tools.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assistant.floor import Floor
    from assistant.messages import ToolCall

_YES: Final[Mapping[str, str]] = {
    "de": "ja|jawohl|jo|klar|sicher|gerne?|okay|ok|genau|richtig|stimmt|natürlich|unbedingt"
    "|auf jeden fall|bestätigt|ich bestätige|mach (?:es|das|mal)|tu (?:es|das)|nur zu"
    "|ganz sicher|ich bin (?:mir )?sicher|lösch (?:es|sie|das|alles)",
    "en": "yes|yeah|yep|yup|ya|aye|sure|sure thing|okay|ok|all right|alright|right|correct|exactly"
    "|absolutely|definitely|certainly|of course|affirmative|confirm(?:ed)?|i confirm(?: that| it)?"
    "|do it|do that|go ahead|go for it|please do|yes i do|i do|by all means|i'm sure|i am sure"
    "|i'm certain|that's (?:right|correct|fine|okay|ok)|it's (?:okay|ok|fine)|make it so"
    "|(?:delete|remove|erase|clear|send|order|buy|book) (?:it|that|them|this|those"
    "|everything|all|all of (?:it|them))",
    "es": "sí|si|claro|claro que sí|por supuesto|vale|de acuerdo|ok|okay|correcto|exacto|confirmo"
    "|confirmado|hazlo|adelante|seguro|estoy segur[oa]|bórral[oa]s?|desde luego",
    "fr": "oui|ouais|si|bien sûr|d'accord|ok|okay|exact|exactement|c'est ça|je confirme|confirmé"
    "|vas-y|vas y|allez-y|allez y|fais-le|fais le|faites-le|faites le|certainement|absolument"
    "|je suis sûre?|efface-les?|supprime-les?|volontiers",
    "id": "ya|iya|betul|benar|oke|ok|okay|baik|boleh|tentu|tentu saja|silakan|lakukan|lakukan saja"
    "|setuju|saya yakin|yakin|hapus saja|lanjutkan|pasti|konfirmasi",
    "it": "sì|si|certo|certamente|va bene|d'accordo|ok|okay|esatto|giusto|confermo|confermato"
    "|fallo|procedi|vai|pure|sicuro|sono sicur[oa]|cancellal[oi]|eliminal[oi]",
    "nl": "ja|jawel|jazeker|zeker|zeker weten|oké|oke|ok|okay|goed|prima|klopt|juist|precies"
    "|natuurlijk|doe maar|doe het|ga je gang|ga door|ik bevestig|bevestigd|ik weet het zeker"
    "|graag|verwijder (?:het|ze|alles)",
    "pt": "sim|claro|claro que sim|com certeza|certo|ok|okay|tá|tá bom|está bem|está bom|correto"
    "|exato|exatamente|confirmo|confirmado|pode|pode ser|faz isso|faça isso|faça|vai em frente"
    "|avança|avance|tenho certeza|tenho a certeza|isso|isso mesmo|apaga tudo",
}
"""What a yes is made of, by language (ISO 639-1)."""
_BESIDES: Final = (
    "um|uh|oh|well|please|thanks|thank you|bitte|danke|por favor|gracias|s'il te plaît"
    "|s'il vous plaît|merci|tolong|terima kasih|per favore|grazie|alsjeblieft|alstublieft|dank je"
    "|obrigad[oa]"
)
"""What goes with a yes and is none."""
_WHOLE: Final = {
    language: re.compile(
        f"(?:(?:{_BESIDES}) )*(?:{forms})(?: |$)(?:(?:{forms}|{_BESIDES})(?: |$))*"
    )
    for language, forms in _YES.items()
}
_ASK: Final[Mapping[str, str]] = {
    "de": "Das lässt sich nicht rückgängig machen. Soll ich es tun?",
    "en": "That cannot be undone. Shall I do it?",
    "es": "Eso no se puede deshacer. ¿Lo hago?",
    "fr": "C'est irréversible. Dois-je le faire ?",
    "id": "Itu tidak bisa dibatalkan. Apakah saya lakukan?",
    "it": "Non si può annullare. Devo farlo?",
    "nl": "Dat kan niet ongedaan worden gemaakt. Zal ik het doen?",
    "pt": "Isso não pode ser desfeito. Devo fazê-lo?",
}


def confirms(text: str, language: str) -> bool:
    """Whether this utterance is a yes and nothing else; "yes, but tomorrow" is none."""
    plain = text.lower().replace("\u2019", "'")
    words = " ".join("".join(c if c.isalnum() or c in "'-" else " " for c in plain).split())
    form = _WHOLE.get(language.partition("-")[0].lower(), _WHOLE["en"])
    return bool(form.fullmatch(words))


def question(language: str) -> str:
    """What is asked before something is done that cannot be undone."""
    return _ASK.get(language.partition("-")[0].lower(), _ASK["en"])


@dataclass(slots=True)
class Waiting:
    """The calls that wait for a yes; they are asked about in one turn and made in the next."""

    asked: Floor
    """That of the turn in which they were asked about."""
    until: float
    """Seconds of the clock's `monotonic`."""
    instant: bool
    """Whether no model asked for them, so that the yes itself makes them."""
    calls: dict[str, ToolCall] = field(default_factory=dict)
    """By what makes them the same."""
    answered: Floor | None = None
    """That of the first utterance after it."""


class Confirmation:
    """Whether what cannot be undone was said yes to: in the next utterance, in time, and once."""

    def __init__(self, seconds: float) -> None:
        """`seconds`: how long a yes is waited for."""
        self._seconds = seconds
        self._waiting: Waiting | None = None

    def hear(self, text: str, language: str, floor: Floor, now: float) -> Waiting | None:
        """An utterance in; the calls that it says yes to out.

        A turn that was begun too early and given up was no utterance, and asked for nothing.
        """
        waiting = self._waiting
        if waiting is None:
            return None
        heard = waiting.answered
        if now > waiting.until or waiting.asked.void or (heard is not None and not heard.void):
            self._waiting = None
            return None
        waiting.answered = floor
        return waiting if confirms(text, language) else None

    def ask(self, key: str, call: ToolCall, floor: Floor, now: float, *, instant: bool) -> None:
        """This call waits for a yes from now on, with the others of its turn."""
        if self._waiting is None or self._waiting.asked is not floor:
            self._waiting = Waiting(floor, now + self._seconds, instant)
        self._waiting.calls[key] = call
