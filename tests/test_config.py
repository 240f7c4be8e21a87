"""The settings: where they come from, and what a wrong one is told."""

from __future__ import annotations

import contextlib
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import config, config_tools, keys, settings
from assistant.errors import ConfigError
from assistant.template import template

ROOT = Path(__file__).parent.parent


def test_the_shipped_file_is_what_the_code_says() -> None:
    """`config.toml` holds every setting with its default, its comment and nothing else."""
    assert (ROOT / "config.toml").read_text(encoding="utf-8") == template()


def test_the_shipped_file_changes_nothing() -> None:
    """Reading the shipped file gives the defaults."""
    assert settings.load(ROOT / "config.toml").config == config.Config()


def test_every_setting_has_a_comment() -> None:
    """No setting without a word on what it means."""
    assert [f"{s}.{k}" for s, k, field in settings.fields() if not field.description] == []


def test_the_file_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--config` before `./config.toml` before the user's folder; `--set` over all of them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    assert settings.load().file is None
    user = tmp_path / "user" / "assistant" / "config.toml"
    user.parent.mkdir(parents=True)
    user.write_text('[stt]\nmodel = "from-user"')
    assert settings.load().config.stt.model == "from-user"
    Path("config.toml").write_text('[stt]\nmodel = "from-here"')
    assert settings.load().config.stt.model == "from-here"
    given_file = tmp_path / "given.toml"
    given_file.write_text('[stt]\nmodel = "given"')
    assert settings.load(given_file).config.stt.model == "given"
    loaded = settings.load(given_file, ["stt.model=tiny.en"])
    assert loaded.config.stt.model == "tiny.en"
    assert loaded.origins["stt.model"] == "--set"


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("stt.model=tiny.en", "tiny.en"),
        ("gateway.model=5", "5"),
        ("stt.languages=en,id", ["en", "id"]),
        ('stt.languages=["en", "de"]', ["en", "de"]),
        ("audio.input=2", 2),
        ("audio.input=USB Mic", "USB Mic"),
        ("wake.word=", ""),
        ("vad.threshold=0.7", 0.7),
        ("tools.filler=false", False),
    ],
)
def test_overrides_need_no_quotes(override: str, expected: object) -> None:
    """`--set` takes bare words, lists with commas, and TOML."""
    name = override.split("=", maxsplit=1)[0]
    section, key = name.split(".")
    loaded = settings.load(None, [override]).config
    assert getattr(getattr(loaded, section), key) == expected


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("stt.modle=1", ["[stt]", "'modle'", "Did you mean 'model'?"]),
        ("sst.model=1", ["[sst]", "Did you mean 'stt'?"]),
        ("vad.threshold=7", ["[vad] threshold = 7", "above 0 and below 1"]),
        ("vad.threshold=loud", ["threshold = 'loud'", "a number"]),
        ("endpoint.hangover_ms=1.5", ["hangover_ms = 1.5", "a whole number from"]),
        ("stt.languages=[]", ["languages = []"]),
        ("nonsense", ["--set nonsense", "section.key=value"]),
        ("gateway.temperature=9", ["temperature = 9", "2"]),
    ],
)
def test_a_wrong_setting_is_one_clear_line(override: str, words: list[str]) -> None:
    """File or `--set`, key, value, what is allowed, and what was meant."""
    with pytest.raises(ConfigError) as caught:
        settings.load(None, [override])
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("--set")
    for word in words:
        assert word in message


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    """The message begins with the file that holds the mistake."""
    file = tmp_path / "mine.toml"
    file.write_text("[endpoint]\nhangovr_ms = 300\n")
    with pytest.raises(ConfigError) as caught:
        settings.load(file)
    assert str(caught.value).startswith(f"{file}: [endpoint] has no setting 'hangovr_ms'.")
    file.write_text("[endpoint\n")
    with pytest.raises(ConfigError, match="cannot be read as TOML"):
        settings.load(file)
    with pytest.raises(ConfigError, match="no such file"):
        settings.load(tmp_path / "absent.toml")
    file.write_bytes(b"[stt]\nmodel = '\xff'")
    with pytest.raises(ConfigError, match=r"is not UTF-8 text \(line 2\). Save it as UTF-8."):
        settings.load(file)
    file.write_text("[vad]\naggressiveness = " + "9" * 5000)
    with pytest.raises(ConfigError, match="cannot be read as TOML"):
        settings.load(file)


@pytest.mark.parametrize("place", ["current", "user", "given"])
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("folder", "is a folder, and no TOML file"),
        ("pipe", "is a pipe or a device, and no TOML file"),
        ("link", "is a link that leads nowhere"),
        ("unreadable", "cannot be read: "),
        ("utf-16", "is not UTF-8 text (line 1)"),
    ],
)
def test_what_is_no_file_of_text_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, what: str, words: str
) -> None:
    """Wherever the settings are looked for: it is neither skipped nor waited for."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    file = {
        "current": Path("config.toml"),
        "user": tmp_path / "user" / "assistant" / "config.toml",
        "given": tmp_path / "given.toml",
    }[place]
    file.parent.mkdir(parents=True, exist_ok=True)
    match what:
        case "folder":
            file.mkdir()
        case "pipe":
            os.mkfifo(file)
        case "link":
            file.symlink_to("nowhere")
        case "unreadable":  # a plain file that fails for anybody, root too
            file.symlink_to("/proc/self/mem")
        case _:
            file.write_text("[stt]", encoding="utf-16")
    with pytest.raises(ConfigError) as caught:
        settings.load(file if place == "given" else None)
    assert str(caught.value).startswith(f"{file}: {words}")
    assert caught.value.exit_code == 2


def test_a_file_in_a_forbidden_folder_is_said(tmp_path: Path) -> None:
    """A name that cannot even be looked up: a loop of links stands for a folder without rights."""
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ConfigError, match="cannot be read: "):
        settings.load(tmp_path / "loop" / "config.toml")


def test_the_key_comes_from_the_environment_and_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first variable wins, and no text of the key shows it."""
    monkeypatch.setenv("VERCEL_OIDC_TOKEN", "second")
    monkeypatch.setenv("AI_GATEWAY_API_KEY", "first-secret")
    key = keys.gateway_key()
    assert key is not None
    assert key.get_secret_value() == "first-secret"
    assert "first-secret" not in repr(key) + str(key)
    monkeypatch.setenv("AI_GATEWAY_API_KEY", "broken\nkey")
    with pytest.raises(ConfigError) as caught:
        keys.gateway_key()
    assert "broken" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_override_is_taken_or_explained(text: str) -> None:
    """No text after `--set` ends in anything but a setting or a ConfigError."""
    with contextlib.suppress(ConfigError):
        settings.load(ROOT / "config.toml", [text])


def test_the_template_is_toml() -> None:
    """Every section of the code stands in the file."""
    assert set(tomllib.loads(template())) == set(config.Config.model_fields)


def test_the_template_lets_servers_be_named_below(tmp_path: Path) -> None:
    """Tables that a person names are comments: `servers = {}` would forbid them further down."""
    file = tmp_path / "config.toml"
    file.write_text(template() + '\n[mcp.servers.lamps]\ncommand = ["lamps"]\n', encoding="utf-8")
    servers = settings.load(file).config.mcp.servers
    assert servers == {"lamps": config_tools.McpServerConfig(command=["lamps"])}


def test_the_example_of_a_server_holds_without_its_comment(tmp_path: Path) -> None:
    """Home Assistant's, as it stands there; and each setting of a server is explained."""
    lines = template().splitlines()
    start = lines.index("# [mcp.servers.home_assistant]")
    example = [line.removeprefix("# ") for line in lines[start : lines.index("#", start)]]
    file = tmp_path / "config.toml"
    file.write_text("\n".join(example), encoding="utf-8")
    home = settings.load(file).config.mcp.servers["home_assistant"]
    assert home.url == "http://homeassistant.local:8123/api/mcp"
    assert home.token_env == "HOME_ASSISTANT_TOKEN"  # noqa: S105  # a variable's name
    for name in config_tools.McpServerConfig.model_fields:
        assert any(line.startswith(f"#   {name} =") for line in lines)
