"""Spoken text: what each sign and number is read as, by language, and what is never read."""

from __future__ import annotations

import re
import unicodedata
from string import ascii_lowercase
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.speak.languages import LANGUAGES
from assistant.speak.languages.language import ALIASES
from assistant.speak.spoken_text import spoken_text

MARKUP = [
    ("# Heading", "Heading"),
    ("## **Bold** heading", "Bold heading"),
    ("This is *very* __good__ ~~bad~~.", "This is very good bad."),
    ("- item", "item"),
    ("* item", "item"),
    ("- [ ] milk", "milk"),
    ("- [x] eggs", "eggs"),
    ("> as they say", "as they say"),
    ("1. Wash the rice", "1, Wash the rice"),
    ("[the docs](https://example.com/a_b?c=(d))", "the docs"),
    ("see https://www.example.com/a/b?c=d.", "see example dot com."),
    ("<https://example.com>", "example dot com"),
    ("write to bob@example.com", "write to bob at example dot com"),
    ("![a cat](x.png)", "a cat"),
    ("| Rice | 2 cups |", "Rice, 2 cups"),
    ("<b>bold</b> &amp; x<br>y", "bold and x, y"),
    ("It rains[^1] a lot [2].", "It rains a lot."),
    ("Run `ls -l` now", "Run ls -l now"),
    ("snake_case", "snake case"),
    (r"\*not bold\*", "not bold"),
    ("$x^2 + y^2$", "x squared plus y squared"),
    ("Great! 🎉👍🏽", "Great!"),
    ("1️⃣ First ❤️", "1 First"),  # a keycap
    ("“smart” and it’s", '"smart" and it\'s'),  # noqa: RUF001 # as they are written
    ("I looked — it rains", "I looked, it rains"),
    ("I looked it up —", "I looked it up,"),
    ("Well... maybe", "Well, maybe"),
    ("Paris (France) is big", "Paris, France, is big"),
    ("It works (mostly).", "It works, mostly."),
    ("Settings -> Sound", "Settings, Sound"),
]

ENGLISH = [
    ("at 8:00.", "at eight o'clock."),
    ("at 8:05", "at eight oh five"),
    ("at 4:25 PM", "at four twenty-five PM"),
    ("at 8 a.m.", "at eight AM."),
    ("at 20:15", "at twenty fifteen"),
    ("8:00-9:30", "eight o'clock to nine thirty"),
    ("8–10 am", "8 to ten AM"),  # noqa: RUF001 # a dash
    ("1:02:03", "one hour two minutes three seconds"),
    ("$500", "five hundred dollars"),
    ("$1,234.50", "one thousand two hundred thirty-four dollars and fifty cents"),
    ("€3.50", "three euros and fifty cents"),
    ("£5", "five pounds"),
    ("$1", "one dollar"),
    ("$0.99", "ninety-nine cents"),
    ("Rp 50.000", "fifty thousand rupiah"),
    ("$2.5 million", "two point five million dollars"),
    ("$5-10", "5 to ten dollars"),
    ("$3/lb", "three dollars per pound"),
    ("76°F", "seventy-six degrees Fahrenheit"),
    ("1 °C", "one degree Celsius"),
    ("-3°C", "minus three degrees Celsius"),
    ("20–25°C", "20 to twenty-five degrees Celsius"),  # noqa: RUF001 # a dash
    ("3.5 km", "three point five kilometers"),
    ("1 kg and 2 kg", "one kilogram and two kilograms"),
    ("60 mph", "sixty miles per hour"),
    ("5 km/h", "five kilometers per hour"),
    ("2 m²", "two square meters"),
    ("5 GB", "five gigabytes"),
    ("100 W", "one hundred watts"),
    ("1 h 30 min", "one hour thirty minutes"),
    ("50%", "fifty percent"),
    ("in 1999", "in nineteen ninety-nine"),
    ("by 2026, all", "by twenty twenty-six, all"),
    ("2026 people", "2026 people"),
    ("of 1500 calories", "of 1500 calories"),
    ("$2026", "two thousand twenty-six dollars"),
    ("the 80s and the 1990s", "the eighties and the nineteen nineties"),
    ("for 30s", "for thirty seconds"),
    ("2026-11-22", "November twenty-second, twenty twenty-six"),
    ("11/22/2026", "November twenty-second, twenty twenty-six"),
    ("Nov 22", "November twenty-second"),
    ("the 22nd of November", "the twenty-second of November"),
    ("the 1st", "the first"),
    ("5-10 days", "5 to 10 days"),
    ("2019–2021", "twenty nineteen to twenty twenty-one"),  # noqa: RUF001 # a dash
    ("1/2 cup", "a half cup"),
    ("2½ cups", "two and a half cups"),
    ("7/10", "7 out of 10"),
    ("3.5", "three point five"),
    ("1,000", "one thousand"),
    ("-5", "minus five"),
    ("555-1234", "five five five, one two three four"),
    ("#1", "number 1"),
    ("No. 5", "number 5"),
    ("No. I won't", "No. I won't"),
    ("2 + 2 = 4", "2 plus 2 equals 4"),
    ("10 - 5 = 5", "10 minus 5 equals 5"),
    ("3 × 4", "3 times 4"),  # noqa: RUF001 # the sign
    ("3x", "three times"),
    ("2×4", "2 by 4"),  # noqa: RUF001 # the sign
    ("~5 minutes", "about 5 minutes"),
    ("he/she", "he or she"),
    ("TCP/IP", "TCP IP"),
    ("24/7", "24 7"),
    ("1080p", "1080p"),
    ("COVID-19", "COVID-19"),
    ("v3.2 and 3.11.4", "v three point two and 3 dot 11 dot 4"),
    ("e.g. this, i.e. that, etc.", "for example this, that is that, et cetera."),
    ("Dr. Smith, Main St., St. Louis", "Doctor Smith, Main Street, Saint Louis"),
    ("the U.S. Army and NASA", "the US Army and NASA"),
    ("J. R. R. Tolkien", "J R R Tolkien"),
    ("5 < 6", "5 is less than 6"),
]

OTHERS = [
    ("de", "um 8:05 Uhr", "um acht Uhr fünf"),
    ("de", "um 8.30 Uhr", "um acht Uhr dreißig"),
    ("de", "um 1:00", "um ein Uhr"),
    ("de", "3,5 km", "drei Komma fünf Kilometer"),
    ("de", "1.000,50 €", "eintausend Euro und fünfzig Cent"),
    ("de", "am 22.11.2026", "am zweiundzwanzigsten November zweitausendsechsundzwanzig"),
    ("de", "der 22. November", "der zweiundzwanzigste November"),
    ("de", "im Jahr 1999", "im Jahr neunzehnhundertneunundneunzig"),
    ("de", "z.B. 1 h", "zum Beispiel eine Stunde"),
    ("de", "-3°C", "minus drei Grad Celsius"),
    ("fr", "à 8h30", "à huit heures trente"),
    ("fr", "1 234,50 €", "mille deux cent trente-quatre euros et cinquante centimes"),
    ("fr", "2,5 millions €", "deux virgule cinq millions d'euros"),
    ("fr", "le 1er mai", "le premier mai"),
    ("fr", "3,14", "trois virgule quatorze"),
    ("es", "a la 1:00", "a la una"),
    ("es", "21 km", "veintiún kilómetros"),
    ("es", "22/11/2026", "veintidós de noviembre de dos mil veintiséis"),
    ("es", "2ª", "segunda"),
    ("it", "alle 8.30", "alle otto e trenta"),
    ("it", "3,50 €", "tre euro e cinquanta centesimi"),
    ("nl", "om 8:05 uur", "om acht uur vijf"),
    ("nl", "de 2e dag", "de tweede dag"),
    ("id", "pukul 08.00", "pukul delapan"),
    ("id", "Rp 50.000", "lima puluh ribu rupiah"),
    ("id", "3,5 km", "tiga koma lima kilometer"),
    ("pt", "às 2:00", "às duas horas"),
    ("pt", "R$ 1,50", "um real e cinquenta centavos"),
    ("de-AT", "50 %", "fünfzig Prozent"),
    ("pl", "**21 °C**, 5 + 3 = 8 %", "21 °C, 5 + 3 = 8 %"),
    ("pl", "-3 [a](b) $5", "-3 a $5"),
]


@pytest.mark.parametrize(("written", "said"), MARKUP)
def test_markup_is_not_read(written: str, said: str) -> None:
    """What is meant for the eye goes; the words, and a pause where there was one, stay."""
    assert spoken_text(written) == said


@pytest.mark.parametrize(
    "written", ["", "---", "###", "|---|:--:|", "🎉", "* * *", "...", "[1]", "```"]
)
def test_what_has_no_words_is_not_spoken(written: str) -> None:
    """Rules, separators, pictures and bare punctuation say nothing."""
    assert spoken_text(written) == ""


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_numbers_and_signs_are_read_as_at_home(written: str, said: str) -> None:
    """Each is read as one would read it aloud; what is safe to leave is left."""
    assert spoken_text(written) == said


@pytest.mark.parametrize(("language", "written", "said"), OTHERS)
def test_each_language_reads_numbers_its_own_way(language: str, written: str, said: str) -> None:
    """Separators, clocks, dates, genders and plurals are the language's own."""
    assert spoken_text(written, language) == said


@pytest.mark.parametrize("language", [*(code for code in LANGUAGES if code != "en"), "pl", "ja"])
def test_no_english_word_enters_another_language(language: str) -> None:
    """Numbers and signs alone, read in another language, give none of English's own words."""
    signs = (
        "8:05, 20:00, 1.5 km, -3°C, $5, €1, 50%, 1/2, 3/4, 5-10, 2026-11-22, 1st, #1, 3x, 2 + 2 = 4"
    )
    signs += ", 5 < 6, a@b.cd, ~5, 16:9, 7/10, 2×4, & x², 1 h, 2 s, £3.50, 76°F, 5 mph"  # noqa: RUF001 # signs
    english = """point degrees degree percent dollars and oh to half quarters minutes number plus
        equals hour hours seconds second pounds miles per about squared is less than at dot out
        of three two one five twenty November first""".split()  # noqa: SIM905 # reads better
    alike = {
        "fr": {"point", "dollars", "plus", "miles"},
        "nl": {"half", "per", "plus", "is", "November"},
        "de": {"plus", "November"},
        "it": {"per"},
        "id": {"per", "November"},
    }
    said = re.findall(r"\w+", spoken_text(signs, language))
    assert not (set(said) & set(english)) - alike.get(language, set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_table_is_whole(language: str) -> None:
    """Twelve months, every fraction and currency, and each alias leads somewhere."""
    table, english = LANGUAGES[language], LANGUAGES["en"]
    assert len(table.months) == 12
    assert table.fractions.keys() == english.fractions.keys()
    assert table.money.keys() == english.money.keys()
    assert english.units.keys() - table.units.keys() <= {"tsp", "tbsp"}
    assert all(target in english.units or target in english.money for target in ALIASES.values())


PIECES = st.lists(
    st.one_of(
        st.sampled_from([written for written, _ in (*MARKUP, *ENGLISH)]),
        st.sampled_from([written for _, written, _ in OTHERS]),
        st.sampled_from(list("*_`#|~<>[]()$%°€.,:;-–—/\\&+= 0159\n\u200d½²٣")),  # noqa: RUF001 # signs
        st.text(max_size=8),
    ),
    max_size=12,
).map("".join)


@settings(deadline=None)  # a language's rules are compiled at its first use
@given(PIECES, st.sampled_from([*LANGUAGES, "pl", "zh-TW", ""]))
def test_anything_gives_words_without_markup(text: str, language: str) -> None:
    """Any text is read without an error, a sign of markup, a pictograph or a run of spaces."""
    said = spoken_text(text, language)
    assert not set(said) & set("*_`#|~<>[]\n")
    assert "  " not in said
    assert said == said.strip()
    assert said == "" or any(char.isalnum() for char in said)
    assert not any(unicodedata.category(char) == "So" and char not in "°№" for char in said)


@settings(deadline=None)  # the same
@given(st.lists(st.text(ascii_lowercase, min_size=2, max_size=8), min_size=1, max_size=12))
def test_plain_words_pass_unchanged(words: list[str]) -> None:
    """A sentence without signs is said as it stands, in any language."""
    shortened = {
        written.rstrip(".") for table in LANGUAGES.values() for written in table.abbreviations
    }
    sentence = " ".join(["So", *(word for word in words if word not in shortened)]) + "."
    for language in (*LANGUAGES, "pl"):
        assert spoken_text(sentence, language) == sentence


@pytest.mark.parametrize(
    "unit",
    ["*", "[", "(", "1", "1,", "1.", "8:", "$", "-", "<", "<!--", "\\frac{", "![", "](", "a.", "a@",
     "https://", "|", "`", "½", "°", "in 1999 ", "1:00-", "+1 ", "Nov 2 ", ", ", " ", "🎉"],
)  # fmt: skip
def test_a_long_text_costs_time_in_proportion(unit: str) -> None:
    """10 kB of anything take well below a second: no pattern may run away."""
    start = process_time()
    spoken_text((unit * 10_000)[:10_000])
    assert process_time() - start < 1
