"""How a reply claims that something was done, by language: the words, and no rule of their use.

A claim begins at a *head*. Each pattern is matched where a head stands, on text in lower case with
straight apostrophes. English is thorough, and stands in `promise_english`; the others know the
usual forms. Flows out: patterns. Refuses to know: the stream of a reply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Tongue:
    """What claims look like in one language."""

    heads: re.Pattern[str]
    """Words that a claim may begin with."""
    inner: re.Pattern[str]
    """Those of them that may stand within a clause, after its subject."""
    joints: frozenset[str]
    """Words after which a clause may begin."""
    claim: re.Pattern[str]
    out: re.Pattern[str]
    """What no claim begins with: the text may pass before its clause is whole."""
    unless: re.Pattern[str]
    """In the same sentence before it: what makes it none, such as "if"."""
    earlier: re.Pattern[str]
    """Words that put a deed in the past."""
    asks: re.Pattern[str]
    """A request that asks what is or was, so that the answer tells of deeds."""


def heads(words: str) -> re.Pattern[str]:
    """A pattern of these words, each whole or, at the end of the text, as far as it has come.

    It is sorted by first letters, so that other words cost next to nothing.
    """
    letters: dict[str, tuple[set[str], set[str]]] = {}
    for word in filter(None, words.split("|")):
        whole, begun = letters.setdefault(word[0], (set(), set()))
        whole.add(re.escape(word[1:]))
        begun.update(re.escape(word[1:size]) for size in range(1, len(word) + 1))
    ways = "|".join(
        rf"{letter}(?:(?:{'|'.join(sorted(whole))})(?=\W)|(?:{'|'.join(sorted(begun))})$)"
        for letter, (whole, begun) in sorted(letters.items())
    )
    return re.compile(rf"(?<![\w'\u2019])(?:{ways or '(?!)'})", re.IGNORECASE)


def joints(words: str) -> frozenset[str]:
    """These words, to look one up."""
    return frozenset(words.split("|"))


def _basic(first: str, claim: str, *, unless: str, earlier: str, asks: str, joint: str) -> Tongue:
    never = re.compile(r"(?!)")
    return Tongue(
        heads=heads(first),
        inner=never,
        joints=joints(joint),
        claim=re.compile(claim),
        out=never,
        unless=re.compile(unless),
        earlier=re.compile(earlier),
        asks=re.compile(asks),
    )


OTHERS: Final[Mapping[str, Tongue]] = {
    "de": _basic(
        "ich|der|die|das|dein|deine|erledigt|gemacht|ist|wecker|timer|alles",
        r"ich habe?\b(?!.* (?:nicht|kein\w*)\b).*\b(?:gestellt|eingestellt|gesetzt|hinzugefügt"
        r"|gespeichert|gelöscht|entfernt|erstellt|angelegt|gestartet|gestoppt|abgebrochen"
        r"|ausgeschaltet|eingeschaltet|angemacht|ausgemacht|notiert|geschickt|gesendet|geändert"
        r"|eingetragen|aufgeschrieben)\b"
        r"|(?:(?:der|die|das|deine?) )?.{0,40}?(?:timer|wecker|alarm|erinnerung|liste|notiz|licht"
        r"|termin) (?:ist|wurde|sind|läuft)(?: (?:jetzt|nun|schon"
        r"|bereits))* ?(?:auf .*)?(?:gestellt"
        r"|eingestellt|gesetzt|erstellt|gelöscht|aus|an|gestartet|gestoppt|eingetragen|hinzugefügt"
        r"|notiert|abgebrochen|läuft)\b|(?:alles )?erledigt(?=[.!,]|$)|gemacht(?=[.!,]|$)",
        unless=r"\b(?:wenn|falls|sobald|sag\w*|würde|könnte|ob)\b",
        earlier=r"\b(?:vorhin|gestern|schon|bereits|eben|vorher|zuvor)\b",
        asks=r"(?:was|wann|welche\w*|wer|wo|wie|warum|hast|habe?|ist|sind|war|gibt|läuft|laufen)\b",
        joint="und|also|gut|okay|ok|ja|klar|gerne|so",
    ),
    "es": _basic(
        "he|ya|listo|lista|hecho|añadí|puse|el|la|tu|se",
        r"(?:ya )?he (?:puesto|añadido|agregado|creado|programado|guardado"
        r"|borrado|eliminado|quitado"
        r"|cancelado|apagado|encendido|iniciado|parado|detenido|enviado|cambiado|anotado|apuntado"
        r"|configurado)\b|(?:listo|lista|hecho)(?=[.!,]|$)|(?:añadí|puse) |(?:ya )?se ha (?:puesto"
        r"|añadido|creado|borrado|cancelado)\b|(?:el|la|tu) .{0,40}?(?:temporizador|alarma"
        r"|recordatorio|lista|nota|luz) (?:ya )?(?:está|ha sido|queda) (?:puest|cread|programad"
        r"|añadid|borrad|cancelad|apagad|encendid|configurad|activad|list)[oa]\b",
        unless=r"\b(?:si|cuando|di\w*|dice|dijiste|podría)\b",
        earlier=r"\b(?:antes|ayer|hace|anteriormente)\b",
        asks=(
            r"(?:qué|que|cuándo|cuando|cuál\w*|quién|dónde|cómo|por qué|has|hay"
            r"|está|están|tengo)\b"
        ),
        joint="y|entonces|vale|bien|claro|ya|sí",
    ),
    "fr": _basic(
        "j'ai|c'est|votre|ton|ta|le|la|l'alarme|voilà|fait|terminé",
        r"j'ai (?:bien |déjà |aussi )*(?:mis|réglé|ajouté|créé|programmé|enregistré|supprimé|effacé"
        r"|retiré|annulé|éteint|allumé|lancé|démarré|arrêté|envoyé|changé|modifié|noté)\b"
        r"|(?:c'est )?(?:fait|terminé)(?=[.!, ]|$)|c'est (?:réglé|noté|ajouté|supprimé|annulé)"
        r"(?=[.!,]|$)|(?:votre|ton|ta|le|la|l')? ?.{0,40}?(?:minuteur|minuterie"
        r"|alarme|réveil|rappel"
        r"|liste|note|lumière) (?:est|a été|sont)(?: (?:maintenant|bien|déjà))* (?:réglée?|mise?"
        r"|créée?|ajoutée?|programmée?|supprimée?|annulée?|éteinte?|allumée?|lancée?|activée?)\b",
        unless=r"\b(?:si|quand|dis\w*|dit|pourrais?|lorsque)\b",
        earlier=r"\b(?:tout à l'heure|hier|déjà|avant|plus tôt|précédemment)\b",
        asks=r"(?:que|qu'|quoi|quand|quel\w*|qui|où|comment|pourquoi|est-ce|as-tu|avez|y a)",
        joint="et|alors|bien|d'accord|oui|voilà|donc",
    ),
    "id": _basic(
        "saya|aku|sudah|telah|selesai|timer|alarm|pengingat|lampu|baik",
        r"(?:saya|aku) (?:sudah|telah|baru saja) (?:me\w+|pasang|tambah\w*|hapus|atur|buat|simpan"
        r"|matikan|nyalakan|setel)\b(?!.*\b(?:memahami|mengerti|mencari|membaca)\b)"
        r"|(?:sudah |telah )?selesai(?=[.!,]|$)|sudah (?:saya|aku)? ?(?:di\w+"
        r"|pasang|tambah\w*|hapus"
        r"|atur|buat|simpan|matikan|nyalakan)\b|(?:timer|alarm|pengingat|lampu)\w* .{0,30}?(?:sudah"
        r"|telah) (?:di\w+)\b",
        unless=r"\b(?:jika|kalau|ketika|bilang|bila)\b",
        earlier=r"\b(?:tadi|kemarin|sebelumnya)\b",
        asks=r"(?:apa|apakah|kapan|mana|siapa|di mana|bagaimana|berapa|kenapa|mengapa)\b",
        joint="dan|lalu|baik|oke|ya",
    ),
    "it": _basic(
        "ho|fatto|il|la|l'allarme|la|tuo|tua|è|ecco",
        r"ho (?:già |appena |anche )*(?:impostato|aggiunto|creato|programmato|salvato|cancellato"
        r"|eliminato|rimosso|annullato|spento|acceso|avviato|fermato|inviato|cambiato|annotato"
        r"|messo|attivato)\b|(?:ecco )?fatto(?=[.!,]|$)|è (?:fatto|stato fatto)(?=[.!,]|$)"
        r"|(?:il|la|l'|tuo|tua)? ?.{0,40}?(?:timer|allarme|sveglia|promemoria|lista|nota|luce) (?:è"
        r"|sono)(?: (?:ora|adesso|già|stat[oa]))* (?:impostat|aggiunt|creat|programmat|cancellat"
        r"|eliminat|annullat|spent|acces|avviat|attivat)[oa]\b",
        unless=r"\b(?:se|quando|di'|dici|hai detto|potrei)\b",
        earlier=r"\b(?:prima|ieri|fa|già)\b",
        asks=r"(?:che|cosa|quando|quale|quali|chi|dove|come|perché|hai|c'è|ci sono|ho)\b",
        joint="e|allora|bene|ok|sì|certo|ecco",
    ),
    "nl": _basic(
        "ik|klaar|gedaan|de|het|je|geregeld|timer|wekker|alarm",
        r"ik heb\b(?!.* (?:niet|geen)\b).*\b(?:gezet|ingesteld|toegevoegd|gemaakt|opgeslagen"
        r"|verwijderd|gewist|geannuleerd|uitgezet|aangezet|gestart|gestopt|verstuurd|gewijzigd"
        r"|genoteerd|ingepland|uitgeschakeld|ingeschakeld)\b|(?:klaar|gedaan|geregeld)(?=[.!,]|$)"
        r"|(?:(?:de|het|je) )?.{0,40}?(?:timer|wekker|alarm|herinnering|lijst|notitie|lamp|licht)"
        r" (?:is|zijn|staat)(?: (?:nu|al))* ?(?:op .*)?(?:gezet|ingesteld|toegevoegd|verwijderd"
        r"|geannuleerd|uit|aan|gestart|gestopt|uitgezet|aangezet)\b",
        unless=r"\b(?:als|wanneer|zeg\w*|zou|zodra)\b",
        earlier=r"\b(?:eerder|gisteren|net|zojuist|al|daarnet)\b",
        asks=r"(?:wat|wanneer|welke?|wie|waar|hoe|waarom|heb|heeft|is|zijn|staat|staan)\b",
        joint="en|dus|goed|oké|ok|ja|prima",
    ),
    "pt": _basic(
        "eu|já|pronto|feito|adicionei|defini|o|a|seu|sua|coloquei|criei|programei|cancelei|apaguei"
        "|desliguei|liguei|configurei|marquei|removi|salvei|anotei|ativei|iniciei",
        r"(?:eu )?(?:já )?(?:adicionei|defini|coloquei|criei|programei|cancelei|apaguei|desliguei"
        r"|liguei|configurei|marquei|removi|salvei|anotei|ativei|iniciei)\b"
        r"|(?:pronto|feito)(?=[.!,]"
        r"|$)|(?:o|a|seu|sua) .{0,40}?(?:temporizador|alarme|despertador|lembrete|lista|nota|luz)"
        r" (?:já )?(?:está|foi) (?:definid|criad|adicionad|programad|cancelad|apagad|desligad|ligad"
        r"|configurad|ativad|removid|marcad)[oa]\b",
        unless=r"\b(?:se|quando|diga|disse|poderia|caso)\b",
        earlier=r"\b(?:antes|ontem|há|anteriormente)\b",
        asks=r"(?:que|o que|quando|qual|quais|quem|onde|como|por que|você|tem|há|está|estão)\b",
        joint="e|então|bem|ok|sim|certo|claro",
    ),
}
