"""The languages whose numbers and signs are read out, each a table of words.

A language that is not here keeps its digits and signs: the synthesiser reads them in that language.
"""

from __future__ import annotations

from assistant.speak.languages.dutch import DUTCH
from assistant.speak.languages.english import ENGLISH
from assistant.speak.languages.french import FRENCH
from assistant.speak.languages.german import GERMAN
from assistant.speak.languages.indonesian import INDONESIAN
from assistant.speak.languages.italian import ITALIAN
from assistant.speak.languages.portuguese import PORTUGUESE
from assistant.speak.languages.spanish import SPANISH

LANGUAGES = {
    table.code: table
    for table in (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH, INDONESIAN, PORTUGUESE)
}
"""By ISO 639-1."""
