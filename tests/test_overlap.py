"""Speech over the reply: how loud the reply is meanwhile, and what the words meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.listen.overlap import Meaning, Overlap, believed_so_far, meaning, unclear

if TYPE_CHECKING:
    from collections.abc import Sequence

REPLY = "The capital of Australia is Canberra, and many people think that it is Sydney."


def shares(voiced: Sequence[float], *, judged_from_ms: float = 90) -> list[float]:
    """The reply's share of its loudness for each frame, by how much was said until then."""
    overlap = Overlap()
    return [overlap.push(ms, being_judged=ms >= judged_from_ms) for ms in voiced]


def test_speech_softens_the_reply_and_then_holds_it() -> None:
    """Soft with the first frame of speech, silent within 80 ms."""
    found = shares([10.0 * n for n in range(12)])
    assert found[0] == 1
    assert found[1] == 0.2
    assert found[6] == 0.2
    assert found[7] == 0


def test_a_short_noise_lets_the_reply_come_back() -> None:
    """After 300 ms of quiet it is as loud as before; not earlier, so that it does not flutter."""
    found = shares([10, 20, 30, 40, 50] + [0] * 40)
    assert found[4] == 0.2
    assert found[5 + 28] == 0.2
    assert found[5 + 30] == 1
    assert set(shares([10, 20] + [0] * 20 + [10, 20] + [0] * 20)[1:]) == {0.2}


def test_what_was_pardoned_is_not_held_against_the_rest() -> None:
    """Babble that was judged as nothing counts again only as far as it goes on."""
    overlap = Overlap()
    for ms in range(0, 500, 10):
        overlap.push(ms, being_judged=True)
    assert overlap.share == 0
    overlap.pardon(500)
    assert overlap.push(505, being_judged=True) == 1
    assert overlap.push(520, being_judged=True) == 0.2
    assert overlap.push(600, being_judged=True) == 0


def test_a_pardon_is_for_one_utterance() -> None:
    """What is said after a silence is counted from its own beginning."""
    overlap = Overlap()
    for ms in range(0, 1000, 10):
        overlap.push(ms, being_judged=True)
    overlap.looked_at(900)
    overlap.pardon(1000)
    overlap.push(0, being_judged=False)
    assert overlap.push(10, being_judged=False) == 0.2
    assert overlap.push(70, being_judged=False) == 0
    assert not overlap.due(690)
    assert overlap.due(700)


def test_words_that_go_on_are_looked_at_now_and_then() -> None:
    """After 700 ms of speech, and again after 700 more, once each."""
    overlap = Overlap()
    looks = []
    for ms in range(0, 2000, 10):
        overlap.push(ms, being_judged=True)
        if overlap.due(ms):
            overlap.looked_at(ms)
            looks.append(ms)
    assert looks == [700, 1400]


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("", "en", Meaning.NOTHING),
        ("...", "en", Meaning.NOTHING),
        ("Uh-huh.", "en", Meaning.AGREEING),
        ("Mm-hmm.", "en", Meaning.AGREEING),
        ("Yeah.", "en", Meaning.AGREEING),
        ("Okay", "en", Meaning.AGREEING),
        ("Okay, right.", "en", Meaning.AGREEING),
        ("Ja, ja.", "de", Meaning.AGREEING),
        ("Stop!", "en", Meaning.STOP),
        ("Please stop.", "en", Meaning.STOP),
        ("Never mind.", "en", Meaning.STOP),
        ("Halt, bitte.", "de", Meaning.STOP),
        ("capital of Australia is Canberra", "en", Meaning.OWN_WORDS),
        ("The capital of a stray is Canberra.", "en", Meaning.OWN_WORDS),
        ("many people think", "en", Meaning.OWN_WORDS),
        ("Capitol of a stray Leah", "en", Meaning.OWN_WORDS),
        ("Men people sink.", "en", Meaning.OWN_WORDS),
        ("No!", "en", Meaning.WORDS),
        ("How far away is it?", "en", Meaning.WORDS),
        ("No, I meant Austria.", "en", Meaning.WORDS),
        ("What about New Zealand?", "en", Meaning.WORDS),
        ("Stop the music in the kitchen.", "en", Meaning.WORDS),
    ],
)
def test_what_words_over_the_reply_mean(text: str, language: str, meant: Meaning) -> None:
    """Agreement, a stop, the reply's own words, and words of somebody's own."""
    assert meaning(text, REPLY, language) is meant


@pytest.mark.parametrize(
    ("text", "reply", "language", "meant"),
    [
        ("Yes.", "Shall I delete the pasta timer?", "en", Meaning.WORDS),
        ("Okay, sure.", "It's done. Shall I go on?", "en", Meaning.WORDS),
        ("Ja.", "Soll ich das wirklich tun?", "de", Meaning.WORDS),
        ("Uh-huh.", "Shall I delete the pasta timer?", "en", Meaning.AGREEING),
        ("Right.", "That was on the left, right?", "en", Meaning.AGREEING),
        ("Yes.", "Shall I? I can also keep it.", "en", Meaning.AGREEING),
    ],
)
def test_a_yes_to_what_is_being_asked_is_an_answer(
    text: str, reply: str, language: str, meant: Meaning
) -> None:
    """Whoever is asked need not wait for the last word; a hum and an echo are no yes."""
    assert meaning(text, reply, language) is meant


@pytest.mark.parametrize(
    ("text", "confidence", "lost"),
    [
        ("on it.", 0.56, True),
        ("I hope I can get high confidence.", 0.63, True),
        ("I hope I can get high confidence.", 0.69, False),
        ("No.", 0.61, False),
        ("", 0.2, False),
    ],
)
def test_words_that_were_hardly_understood_are_unclear(
    text: str, confidence: float, *, lost: bool
) -> None:
    """That is what Whisper makes of an echo, and of a party."""
    assert unclear(text, confidence) is lost


@pytest.mark.parametrize(
    ("text", "confidence", "earlier", "believed"),
    [
        ("Wait, how far away", 0.85, "", True),
        ("Wait, how far away", 0.7, "", False),
        ("Wait, how far away", 0.7, "Wait.", True),
        ("Wait, how far away", 0.7, "Wade.", False),
        ("I hope I can get high confidence.", 0.67, "I hope it's not a problem.", False),
    ],
)
def test_words_that_go_on_must_read_the_same_twice(
    text: str, confidence: float, earlier: str, *, believed: bool
) -> None:
    """A party reads otherwise each time; what is quite clear is believed at once."""
    assert believed_so_far(text, confidence, earlier) is believed


def test_a_stop_that_the_reply_says_itself_is_its_own() -> None:
    """A reply about bus stops does not stop itself."""
    assert meaning("Stop.", "The bus leaves from the second stop", "en") is Meaning.OWN_WORDS


def test_a_short_word_is_the_replys_own_only_where_it_is_the_same() -> None:
    """Of three letters, two are alike in "no" and "now": that is chance."""
    assert meaning("No.", "It is raining now", "en") is Meaning.WORDS
    assert meaning("Now.", "It is raining now", "en") is Meaning.OWN_WORDS
