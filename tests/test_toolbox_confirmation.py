"""What counts as a yes: the whole utterance, in each language, and nothing that only begins so."""

from __future__ import annotations

import pytest

from assistant.floor import Floor
from assistant.think.confirmation import Confirmation, confirms, question

YES = {
    "de": ["Ja.", "Ja, bitte.", "Ja, mach das!", "Genau.", "Jawohl", "Nur zu.", "Ganz sicher."],
    "en": [
        "Yes.",
        "Yes, please.",
        "Yeah, do it.",
        "Yep, go ahead.",
        "Sure!",
        "Okay.",
        "Yes, I'm sure.",
        "Yes, I\u2019m sure.",
        "Um, yes.",
        "Please do.",
        "Yes, delete them.",
        "That's right.",
        "Yes. Thank you.",
        "Confirmed.",
    ],
    "es": ["Sí.", "Sí, por favor.", "Claro.", "Hazlo.", "Vale, adelante."],
    "fr": ["Oui.", "Oui, s'il te plaît.", "D'accord.", "Vas-y.", "Oui, bien sûr."],
    "id": ["Ya.", "Iya, tolong.", "Betul.", "Oke, lanjutkan.", "Ya, saya yakin."],
    "it": ["Sì.", "Sì, per favore.", "Certo.", "Va bene, procedi.", "Confermo."],
    "nl": ["Ja.", "Ja, alsjeblieft.", "Zeker weten.", "Doe maar.", "Ja, ga je gang."],
    "pt": ["Sim.", "Sim, por favor.", "Claro.", "Pode ser.", "Com certeza."],
}
NOT_YES = {
    "de": ["Nein.", "Ja, aber nicht heute.", "Bitte.", "Danke.", "Was?", ""],
    "en": [
        "No.",
        "No, thanks.",
        "Yes, but not today.",
        "Yes or no?",
        "Yesterday.",
        "Please.",
        "Thank you.",
        "Um.",
        "Um, please.",
        "Well, thanks.",
        "Well.",
        "Wait.",
        "Sure, after lunch.",
        "Okay, what time is it?",
        "Delete the other one.",
        "Cancel that.",
        "Do it later.",
        "I don't know.",
        "Not yet.",
        "",
        "...",
    ],
    "es": ["No.", "Sí, pero mañana.", "Por favor.", "Gracias."],
    "fr": ["Non.", "Oui, mais pas maintenant.", "Merci.", "S'il te plaît."],
    "id": ["Tidak.", "Ya, tapi besok.", "Tolong.", "Terima kasih."],
    "it": ["No.", "Sì, ma domani.", "Grazie.", "Per favore."],
    "nl": ["Nee.", "Ja, maar morgen.", "Dank je.", "Alsjeblieft."],
    "pt": ["Não.", "Sim, mas amanhã.", "Obrigado.", "Por favor."],
}


@pytest.mark.parametrize(("language", "text"), [(it, t) for it, all_ in YES.items() for t in all_])
def test_a_yes_is_one(language: str, text: str) -> None:
    """Also said twice, and politely."""
    assert confirms(text, language)


@pytest.mark.parametrize(
    ("language", "text"), [(it, t) for it, all_ in NOT_YES.items() for t in all_]
)
def test_anything_else_is_none(language: str, text: str) -> None:
    """Also what begins like one, and politeness alone."""
    assert not confirms(text, language)


def test_a_language_without_a_list_has_english() -> None:
    """So have its regions their own."""
    assert confirms("Yes.", "sv")
    assert confirms("Sim.", "pt-BR")
    assert question("sv") == question("en")
    assert question("pt-BR") == question("pt")


def test_nothing_waits_where_nothing_was_asked() -> None:
    """A yes out of nowhere confirms nothing."""
    assert Confirmation(60).hear("Yes.", "en", Floor(), 0.0) is None
