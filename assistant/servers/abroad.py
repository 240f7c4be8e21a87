"""What is said of things in a house, in other languages than a tool's English description.

Flows in: the words of a description. Flows out: a regular expression for each language. Pure.
Refuses to know: tools that have nothing to do with a house; of them nothing is known here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_THINGS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("light lamp bulb brightness bright color", {
        "de": r"licht|lampe|leucht|\bhell|dunk(?:el|ler)|dimm|farbe",
        "fr": r"lumi[eè]re|lampe|éclair|couleur|tamis|lumineu",
        "es": r"\bluz|\bluces|lámpara|ilumin|brillo|color|atenú",
    }),
    ("turn switch power plug outlet activate device entity", {
        "de": r"\b(?:schalt|mach|dreh|stell|fahr)\w*\b.{0,60}\b(?:an|aus|ein|auf|zu|ab|hoch|runter)"
        r"\b|(?:an|aus|ein)(?:zu)?schalt|steckdose|(?:an|aus|auf|zu|offen|läuft)\W*$",
        "fr": r"\b(?:allum|étei|éteign|coupe|activ|désactiv|démarr|arrêt)|\bmets?\b|prise|appareil"
        r"|(?:ouvert|fermé|marche)e?s?\W*$",
        "es": r"\b(?:enciend|encend|apag|prend|activ|desactiv|arranc)|\bpon\b|enchufe|dispositivo"
        r"|(?:abiert|cerrad)[oa]s?\W*$",
    }),
    ("cover blind shutter curtain awning shade garage gate open close", {
        "de": r"öffn|schließ|roll(?:o|l?laden)|jalousie|vorh[aä]ng|markise|garage|\btor\b",
        "fr": r"\bouvr|\bferm|volet|store|rideau|garage|portail",
        "es": r"\babr|\bcierr|cerrar|persiana|cortina|toldo|garaje|portón",
    }),
    ("lock unlock door window", {
        "de": r"\btür|fenster|schloss|sperr|riegel",
        "fr": r"\bporte|fenêtre|serrure|verrou",
        "es": r"puerta|ventana|cerradura|cerroj|bloque",
    }),
    ("temperature climate thermostat heat heater heating cool cooling humidity", {
        "de": r"heiz|thermostat|temperatur|\bgrad\b|warm|wärm|kalt|kält|kühl|klima|feucht",
        "fr": r"chauff|thermostat|température|degré|chaud|froid|\bclim|humid",
        "es": r"calefac|calient|termostato|temperatura|grados|calor|fr[ií]o|\baire\b|humedad",
    }),
    ("fan ventilation", {"de": r"ventilator|lüft", "fr": r"ventil", "es": r"ventilador"}),
    ("media music song play player pause volume speaker tv television radio movie", {
        "de": r"musik|\blied|spiel|pausier|fernseh|lautst|lauter|leiser|radio|\bfilm",
        "fr": r"musique|chanson|\bjoue|\bpause|\btélé|volume|\bson\b|radio|\bfilm",
        "es": r"música|canción|reproduc|\bpausa|\btele|volumen|radio|película",
    }),
    ("vacuum clean mop lawn mower", {
        "de": r"saug|wisch|putz|mäh", "fr": r"aspir|nettoi|tond", "es": r"aspir|limpi|frega|césped",
    }),
    ("todo task shopping", {
        "de": r"\blist|einkauf|aufgabe", "fr": r"\blist|courses|tâche",
        "es": r"\blist|compra|tarea",
    }),
    ("timer", {"de": r"timer|minute", "fr": r"minut", "es": r"temporizador|minuto"}),
    ("scene script automation routine", {
        "de": r"szene|stimmung|skript|automat", "fr": r"scène|ambiance|automat",
        "es": r"escena|ambiente|automat",
    }),
    ("calendar event appointment meeting", {
        "de": r"kalender|termin", "fr": r"calendrier|agenda|rendez",
        "es": r"calendario|agenda|cita",
    }),
    ("camera snapshot", {"de": r"kamera", "fr": r"caméra", "es": r"cámara"}),
)  # fmt: skip
LANGUAGES: Final = ("de", "fr", "es")


def words_abroad(english: frozenset[str], more: Sequence[str] = ()) -> dict[str, str]:
    """By language, what may concern a tool whose description has these English words or stems.

    Empty where they name nothing of a house: then nothing says which requests concern it.
    """
    said = [abroad for things, abroad in _THINGS if not english.isdisjoint(things.split())]
    if not said:
        return {}
    ours = [rf"(?<!\w){re.escape(word)}" for word in more if word.strip()]
    return {
        language: "|".join([*(abroad[language] for abroad in said), *ours])
        for language in LANGUAGES
    }
