"""What is said of a wrong setting: plain words for every kind of limit that there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import pytest
from pydantic import Field

from assistant import settings
from assistant.errors import ConfigError
from assistant.wrong_settings import PATTERNS, allowed, toml

if TYPE_CHECKING:
    from pathlib import Path

RAW = re.compile(r"[Ii]nput should|valid (integer|number|string|boolean|list)|pydantic|\\\\S")


def told(folder: Path, section: str, line: str) -> str:
    """What a file with this line in this section is told, less the file's name."""
    file = folder / "mine.toml"
    file.write_text(f"[{section}]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        settings.load(file)
    name, _, rest = str(caught.value).partition(": ")
    assert name == str(file)
    return rest


@pytest.mark.parametrize(
    ("section", "line", "takes"),
    [
        ("vad", "aggressiveness = 4", "a whole number from 0 to 3, for example 2."),
        ("vad", "aggressiveness = -1", "a whole number from 0 to 3, for example 2."),
        ("vad", "threshold = 1", "a number above 0 and below 1, for example 0.5."),
        ("vad", "threshold = nan", "a number above 0 and below 1, for example 0.5."),
        ("vad", "threshold = 0", "a number above 0 and below 1, for example 0.5."),
        ("gateway", "connect_s = 0", "a number above 0, up to 120, for example 5.0."),
        ("gateway", "max_tokens = 0", "a whole number of 1 or more."),
        ("gateway", "temperature = 9", "a number from 0 to 2."),
        ("gateway", "daily_limit_usd = -1", "a number of 0 or more."),
        ("attachments", "detail = 'fine'", "'auto', 'low' or 'high'."),
        ("attachments", "detail = 3", "'auto', 'low' or 'high'."),
        (
            "gateway",
            "app_url = 'two words'",
            "text in English letters, digits and signs (ASCII), without spaces.",
        ),
        ("gateway", "app_name = 'Zoé'", "text in English letters, digits and signs (ASCII)."),
        ("stt", "languages = []", "a list of texts with at least one in it, for example ['en']."),
        ("stt", "languages = 'en'", "a list of texts with at least one in it, for example ['en']."),
        ("stt", "languages = ['en', 5]", "a list of texts with at least one in it, for example"),
        ("gateway", "model = ''", "text that is not empty, for example 'anthropic"),
        ("tts", "voice = 5", "text, for example 'en_US-joe-medium'."),
        ("tts", "voice = 2026-01-02", "text, for example 'en_US-joe-medium'."),
        ("endpoint", "pause_ms = 1.5", "a whole number from 50 to 5000, for example 70."),
        ("endpoint", "pause_ms = true", "a whole number from 50 to 5000, for example 70."),
        ("audio", "backlog_s = [2]", "a number from 0.1 to 30, for example 2.0."),
        ("audio", "echo = 1", "true or false."),
        ("audio", "input = true", "text or a whole number."),
        ("wake", "word = 5", "text or a list of texts."),
        ("wake", "word = [5]", "text or a list of texts."),
        ("wake", "thresholds = 5", "a table in which each name has a number above 0 and below 1."),
    ],
)
def test_each_kind_of_limit_is_told_in_plain_words(
    tmp_path: Path, section: str, line: str, takes: str
) -> None:
    """The value as it was written, what is allowed, an example where one helps, the meaning."""
    message = told(tmp_path, section, line)
    written = line.replace("1.50", "1.5")
    assert message.startswith(f"[{section}] {written} does not fit. It takes {takes}")
    assert " It means: " in message
    assert not RAW.search(message)
    assert "\n" not in message


def test_a_value_in_a_table_is_named_with_its_name(tmp_path: Path) -> None:
    """As TOML would write it."""
    message = told(tmp_path, "wake", "thresholds = { alexa = 0.5, hey_jarvis = 2 }")
    assert message.startswith(
        "[wake] thresholds.hey_jarvis = 2 does not fit. It takes a number above 0 and below 1."
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("urll = 'a'", "[mcp.servers.home] has no setting 'urll'. Did you mean 'url'?"),
        ("xyz = 'a'", "[mcp.servers.home] has no setting 'xyz'. There are: command, url, env,"),
        (
            "timeout_s = 0",
            "[mcp.servers.home] timeout_s = 0 does not fit. It takes a number above 0, up to 600,",
        ),
        ("timeout_s = '9'", "Write it without quotes: timeout_s = 9."),
        ("command = 'lamps'", "[mcp.servers.home] command = 'lamps' does not fit. It takes a"),
        (
            "command = [5]",
            "[mcp.servers.home] command = [5] does not fit. It takes a list of",
        ),
        ("prefix = 5", "[mcp.servers.home] prefix = 5 does not fit. It takes text."),
    ],
)
def test_a_table_with_a_name_of_its_own_is_told_like_a_section(
    tmp_path: Path, line: str, words: str
) -> None:
    """With the header that the file has."""
    assert words in told(tmp_path, "mcp.servers.home", line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("servers = 5", "[mcp] servers = 5 does not fit. It takes a table in which each name has"),
        ("servers.home = 5", "mcp.servers.home = 5 does not fit. [mcp.servers.home] is a section:"),
        ("servers.'my home'.urll = 5", "[mcp.servers.'my home'] has no setting 'urll'."),
        ("server.home.url = 'a'", "[mcp] has no setting 'server'. Did you mean 'servers'?"),
    ],
)
def test_what_should_be_a_table_with_a_name_is_told(tmp_path: Path, line: str, words: str) -> None:
    """As it should be written."""
    assert words in told(tmp_path, "mcp", line)


@pytest.mark.parametrize(
    ("section", "line", "better"),
    [
        ("audio", "echo = 'true'", "echo = true"),
        ("audio", "echo = 'Yes'", "echo = true"),
        ("audio", "echo = 'off'", "echo = false"),
        ("tools", "max_rounds = '6'", "max_rounds = 6"),
        ("vad", "threshold = '0.5'", "threshold = 0.5"),
        ("audio", "echo = 'perhaps'", ""),
        ("vad", "threshold = 'high'", ""),
    ],
)
def test_what_was_put_in_quotes_is_shown_without(
    tmp_path: Path, section: str, line: str, better: str
) -> None:
    """A number or a switch as text is written as it should be, where that can be told."""
    message = told(tmp_path, section, line)
    assert (f"Write it without quotes: {better}." in message) == bool(better)


def test_a_section_that_is_a_value_is_said(tmp_path: Path) -> None:
    """With how a section is written, also where `--set` would have changed a part of it."""
    file = tmp_path / "mine.toml"
    file.write_text("stt = 5\n")
    for overrides in ([], ["stt.model=base"]):
        with pytest.raises(ConfigError) as caught:
            settings.load(file, overrides)
        assert str(caught.value).startswith(
            f"{file}: stt = 5 does not fit. [stt] is a section: write [stt] on a line of its own"
        )


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    """The message stays one line that can be read."""
    message = told(tmp_path, "vad", f"threshold = '{'x' * 5000}'")
    assert len(message) < 400


def test_no_setting_is_told_in_the_words_of_a_library(tmp_path: Path) -> None:
    """Every setting there is, given an offset date, which none takes."""
    for section, key, field in settings.fields():
        message = told(tmp_path, section, f"{key} = 2026-01-02T03:04:05Z")
        assert message.startswith(f"[{section}] {key} = 2026-01-02T03:04:05+00:00 does not fit.")
        assert not RAW.search(message), message
        for rule in field.metadata:
            pattern = getattr(rule, "pattern", None)
            assert pattern is None or pattern in PATTERNS


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (Annotated[int, Field(ge=1, lt=5)], "a whole number from 1 to below 5"),
        (Annotated[float, Field(gt=0)], "a number above 0"),
        (Annotated[float, Field(le=3)] | None, "a number of 3 or less"),
        (Annotated[float, Field(lt=3)], "a number below 3"),
        (Literal["a"], "'a'"),
        (list[Annotated[int, Field(ge=0)]], "a list of values, each a whole number of 0 or more"),
        (Annotated[str, Field(pattern="^x$")], "text of the form ^x$"),
    ],
)
def test_limits_that_no_setting_has_yet_have_words_too(annotation: object, words: str) -> None:
    """So that a new setting need not think of its message."""
    assert allowed(annotation) == words


def test_values_are_shown_as_the_file_has_them() -> None:
    """Switches in small letters, tables in braces."""
    assert toml({"a": [True, "b", 1.5], "c": {}}) == "{a = [true, 'b', 1.5], c = {}}"
