"""Which units are currencies: they have no rate but the one that is said.

Refuses to know: rates.
"""

from __future__ import annotations

from typing import Final

_NAMES: Final = {
    "dollars": "dollar bucks buck usd us-dollar us-dollars",
    "cents": "cent",
    "euros": "euro eur",
    "pounds": "pound gbp sterling pound-sterling pounds-sterling british-pound british-pounds quid",
    "pence": "penny pennies",
    "yen": "jpy",
    "yuan": "cny renminbi",
    "francs": "franc chf swiss-franc swiss-francs",
    "rupees": "rupee inr",
    "rupiah": "idr",
    "ringgit": "myr",
    "baht": "thb",
    "won": "krw",
    "pesos": "peso mxn",
    "reais": "real brl",
    "rand": "zar",
    "rubles": "ruble rouble roubles rub",
    "zloty": "zlotys pln",
    "kronor": "krona sek",
    "kroner": "krone dkk nok",
    "forints": "forint huf",
    "lira": "liras try",
    "shekels": "shekel ils",
    "dirhams": "dirham aed",
    "Canadian dollars": "canadian-dollar canadian-dollars cad",
    "Australian dollars": "australian-dollar australian-dollars aud",
}
_ALL: Final = {
    said.replace("-", " "): name
    for name, others in _NAMES.items()
    for said in (name.casefold(), *others.split())
}


def currency(said: str) -> str:
    """The currency's name in the plural; empty for what is none."""
    return _ALL.get(" ".join(said.casefold().split()), "")
