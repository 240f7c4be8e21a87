"""What is said when something fails: a sentence for every kind of error, in every language."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import assistant
from assistant.errors import AssistantError, UsageError
from assistant.sentences import _TABLE, spoken
from assistant.speak.spoken_text import spoken_text
from assistant.think.reply import EmptyReply

MOST_CHARACTERS = 90


def kinds() -> set[str]:
    """The kinds of all errors that a turn can end in."""
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: set[type[AssistantError]] = set()
    waiting = [AssistantError]
    while waiting:
        error = waiting.pop()
        found.add(error)
        waiting += error.__subclasses__()
    return {error.kind for error in found} - {UsageError.kind}


@pytest.mark.parametrize("language", sorted(_TABLE))
def test_every_error_has_its_sentence(language: str) -> None:
    """No kind of error is said in English to somebody who spoke another language."""
    assert kinds() - set(_TABLE[language]) == set()


@pytest.mark.parametrize("language", sorted(_TABLE))
def test_the_sentences_are_plain_and_short(language: str) -> None:
    """Nothing that a voice cannot say as it stands, and nothing long."""
    for sentence in _TABLE[language].values():
        assert len(sentence) <= MOST_CHARACTERS
        assert spoken_text(sentence, language).strip(" .?!") == sentence.strip(" .?!")


def test_what_no_table_has_is_said_in_english() -> None:
    """Another language, or a language with its region."""
    error = EmptyReply("nothing")
    assert spoken(error, "en") == error.spoken
    assert spoken(error, "xx") == error.spoken
    assert spoken(error, "de-AT") == _TABLE["de"]["empty-reply"]
