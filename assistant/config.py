"""The settings: `config.toml`, `--set` and the environment, as frozen sections.

Flows in: a file's path, overrides, the environment. Flows out: a `Config`, where each value came
from, and the gateway's key. The only reader of settings; it refuses to know what they are for.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

KEY_VARIABLES = ("AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN")
"""Where the gateway's key is looked for, in this order; then in the keyring."""
KEYRING_SERVICE = "assistant"
"""The keyring entry is this service with the first key variable as its user."""


class Section(BaseModel):
    """One table of `config.toml`. A field's docstring is its comment there, with its unit."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )


class AudioConfig(Section):
    """The sound devices. `assistant devices` lists them."""

    input: str | int = ""
    """Microphone: part of its name, or its number; empty for the system's default."""
    output: str | int = ""
    """Speaker: part of its name, or its number; empty for the system's default."""
    backlog_s: Annotated[float, Field(ge=0.1, le=30)] = 2.0
    """Seconds of microphone sound that may wait; beyond it the oldest is dropped and counted."""


class VadConfig(Section):
    """Voice-activity detection: webrtcvad as a cheap gate, Silero to confirm."""

    aggressiveness: Annotated[int, Field(ge=0, le=3)] = 2
    """How strict the cheap gate is: 0 lets most through, 3 least."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Probability from which Silero's word counts as speech."""


class EndpointConfig(Section):
    """Where an utterance begins and ends."""

    preroll_ms: Annotated[int, Field(ge=0, le=2000)] = 400
    """Milliseconds of sound kept from before the speech, so that no first syllable is lost."""
    onset_ms: Annotated[int, Field(ge=10, le=1000)] = 90
    """Milliseconds of speech that make a beginning; shorter is a click."""
    pause_ms: Annotated[int, Field(ge=50, le=5000)] = 200
    """Milliseconds of silence after which the transcription begins, in case that was all."""
    hangover_ms: Annotated[int, Field(ge=100, le=10000)] = 650
    """Milliseconds of silence that end an utterance: less answers sooner and cuts more off."""
    max_utterance_s: Annotated[float, Field(ge=1, le=300)] = 30.0
    """Seconds after which an utterance is ended even if the speech goes on."""


class SttConfig(Section):
    """Speech to text, on this machine, by faster-whisper."""

    model: str = "base"
    """`base`, `tiny.en`, a folder, or any faster-whisper name from the hub."""
    languages: Annotated[list[str], Field(min_length=1)] = ["en"]
    """Languages that may be spoken (ISO 639-1); with several, the best of these is detected."""
    compute_type: Literal["int8", "int8_float32", "float32", "float16", "auto"] = "int8"
    """Number format of the weights; int8 is the fastest on a CPU."""
    threads: Annotated[int, Field(ge=0, le=64)] = 0
    """Processor threads; 0 takes up to four of what the machine has."""
    beam_size: Annotated[int, Field(ge=1, le=10)] = 5
    """Hypotheses kept side by side: 1 is a tenth faster and gets a tenth more words wrong."""
    cut_window: bool = True
    """Encode only as much as was said instead of Whisper's 30 s; false is slower."""


class TtsConfig(Section):
    """Text to speech, on this machine, by Piper."""

    voice: str = "en_US-joe-medium"
    """A voice's name, or the path of its .onnx file (with its .onnx.json beside it)."""
    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    """How fast it speaks: 1 is the voice's own pace, 2 twice as fast."""
    volume: Annotated[int, Field(ge=0, le=100)] = 100
    """Loudness of the voice, in percent."""
    threads: Annotated[int, Field(ge=0, le=64)] = 0
    """Processor threads; 0 takes up to two of what the machine has."""


class WakeConfig(Section):
    """The wake word."""

    word: Literal[""] = ""
    """Empty: hands-free, every utterance is a request."""


class ConversationConfig(Section):
    """How a conversation is held."""

    barge_in: bool = False
    """Listen while speaking, so that speech stops the reply. Only with headphones or a
    speakerphone that removes its own echo: there is no echo handling yet."""
    prompt: str = (
        "You are a voice assistant in a home. Your words are spoken aloud: answer in one or two "
        "short sentences of plain speech, without markdown, lists, emoji or links, and in the "
        "language you were spoken to in. Say more only when asked. If you do not know, say so."
    )
    """What the model is told about itself."""
    history_chars: Annotated[int, Field(ge=0, le=1_000_000)] = 12_000
    """Characters of past turns that go along with a request; the oldest turns are left out."""


class GatewayConfig(Section):
    """The road to a model: any server that speaks OpenAI's chat completions."""

    base_url: str = "https://ai-gateway.vercel.sh/v1"
    """Address up to and including the version. A local server needs no key."""
    model: Annotated[str, Field(min_length=1)] = "anthropic/claude-sonnet-4"
    """The model that answers."""
    models: list[str] = []
    """Models to ask in this order when that one fails, stalls or breaks off."""
    stream: bool = True
    """Take the reply word by word; false waits for the whole of it."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    """Randomness of the reply, 0 to 2; left to the model where it is not set."""
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    """Longest reply in tokens; left to the model where it is not set."""
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the likeliest words to choose from, 0 to 1; left to the model where not set."""
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    """Penalty for words by how often they came, -2 to 2; left to the model where not set."""
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    """Penalty for words that came at all, -2 to 2; left to the model where not set."""
    stop: str | list[str] = []
    """Text, or list of texts, at which the reply ends."""
    tool_choice: str = ""
    """`auto`, `none`, `required`, or the name of the one tool to call; empty: the model's way."""
    reasoning_effort: Literal["", "none", "minimal", "low", "medium", "high", "xhigh"] = ""
    """How long the model thinks first; its thoughts are never spoken. Empty: the model's way."""
    gateway_options: Literal["auto", "always", "never"] = "auto"
    """Send what only the gateway knows (usage, reasoning, the five below); auto: to its host."""
    order: list[str] = []
    """Providers to try first, in this order."""
    only: list[str] = []
    """The only providers that may be used; empty: all."""
    sort: Literal["", "ttft", "tps", "cost"] = "ttft"
    """Providers by time to first token, by tokens a second, or by cost; empty: the gateway's."""
    caching: bool = False
    """Let the gateway mark the prompt for the provider's cache."""
    zero_data_retention: bool = False
    """Use only providers that keep nothing of what they are sent."""
    app_name: Annotated[str, Field(pattern=r"^[ -~]*$")] = ""
    """Name that the gateway's statistics may show (`x-title`); empty: not sent."""
    app_url: Annotated[str, Field(pattern=r"^[!-~]*$")] = ""
    """Address that the gateway's statistics may show (`http-referer`); empty: not sent."""
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    """How often a model is asked again where that can help, before anything was heard of it."""
    connect_s: Annotated[float, Field(gt=0, le=120)] = 5.0
    """Seconds to wait for a connection."""
    first_token_s: Annotated[float, Field(gt=0, le=600)] = 15.0
    """Seconds to wait for the first word of a reply."""
    between_tokens_s: Annotated[float, Field(gt=0, le=600)] = 8.0
    """Seconds that a reply may stall once it has begun."""
    turn_s: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """Seconds that a whole reply may take, with all its retries."""
    daily_limit_usd: Annotated[float, Field(ge=0)] | None = None
    """US dollars that a day's requests may cost; beyond it only what needs no model is answered.
    A request whose cost the server does not tell counts as nothing. Not set: no limit."""


class AttachmentsConfig(Section):
    """Pictures and documents that go along with a question."""

    detail: Literal["auto", "low", "high"] = "auto"
    """How closely the model looks at a picture: low is cheaper and sooner, high reads small print;
    auto is the model's way."""
    max_image_px: Annotated[int, Field(ge=64, le=8000)] = 1568
    """Pixels of a picture's longer side; larger ones are scaled down. Claude scales what is over
    1568 down itself, which only costs time, and refuses what is over 8000 (its vision guide)."""
    max_image_bytes: Annotated[int, Field(ge=10_000, le=20_000_000)] = 3_750_000
    """Bytes of a picture as it is sent: 3,750,000 make 5 MB in base64, Claude's limit."""
    max_megapixels: Annotated[int, Field(ge=1, le=178)] = 89
    """Millions of pixels that are decoded, at 5 bytes of memory each; beyond it a picture is
    refused, since a small file may hold a huge one."""
    max_file_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = 20_000_000
    """Bytes of a document: 20 MB make 27 in base64, and Claude takes requests of up to 32."""
    max_pdf_pages: Annotated[int, Field(ge=1, le=3_000)] = 100
    """Pages of a document; 100 is Claude's limit (its guide to PDFs)."""


class InstantConfig(Section):
    """What is answered on this machine, without the gateway."""

    enabled: bool = True
    """Answer the time and the date from local intents."""


class ToolsConfig(Section):
    """What the model may do."""

    max_rounds: Annotated[int, Field(ge=1, le=50)] = 6
    """How many times in one turn the model may ask for tools."""
    turn_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds of a turn after which the model is not asked once more."""
    call_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds that one tool may take."""


class ModelsConfig(Section):
    """The model files."""

    folder: str = ""
    """Where they are kept; empty for `models/` of the checkout, else the user's data folder."""


class StorageConfig(Section):
    """What the assistant keeps: what requests cost, and what left this machine."""

    folder: str = ""
    """Where its file is kept; empty for the user's data folder."""


class Config(Section):
    """Every setting."""

    gateway: GatewayConfig = GatewayConfig()
    attachments: AttachmentsConfig = AttachmentsConfig()
    stt: SttConfig = SttConfig()
    tts: TtsConfig = TtsConfig()
    wake: WakeConfig = WakeConfig()
    audio: AudioConfig = AudioConfig()
    vad: VadConfig = VadConfig()
    endpoint: EndpointConfig = EndpointConfig()
    conversation: ConversationConfig = ConversationConfig()
    instant: InstantConfig = InstantConfig()
    tools: ToolsConfig = ToolsConfig()
    models: ModelsConfig = ModelsConfig()
    storage: StorageConfig = StorageConfig()


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration with where it came from."""

    config: Config
    origins: Mapping[str, str]
    """`section.key` to the file's path or `--set`; what is missing has its default."""
    file: Path | None
    """The file that was read, if any."""


def load(path: Path | None = None, overrides: Sequence[str] = ()) -> Settings:
    """The settings from a file and `section.key=value` overrides. Raises ConfigError.

    Without a path: `./config.toml`, else the user's configuration folder, else the defaults.
    """
    file = _find(path)
    raw, origins = ({}, {}) if file is None else _read(file)
    for override in overrides:
        section, key, value = _parse_override(override)
        if not isinstance(raw.setdefault(section, {}), dict):
            raise ConfigError(f"{file}: [{section}] is no table. Write it on a line of its own.")
        raw[section][key] = value
        origins[f"{section}.{key}"] = "--set"
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_explain(error.errors()[0], raw, origins)) from error
    return Settings(config, origins, file)


def fields() -> Iterator[tuple[str, str, FieldInfo]]:
    """Every setting: its section, its key, and what is known of it."""
    for section, table in Config.model_fields.items():
        assert isinstance(table.annotation, type)  # noqa: S101  # for the type checker
        for key, field in table.annotation.model_fields.items():
            yield section, key, field


def gateway_key() -> SecretStr | None:
    """The gateway's key from the environment, else the keyring; None where there is none."""
    for variable in KEY_VARIABLES:
        if value := os.environ.get(variable, "").strip():
            return _checked(value, variable)
    import keyring  # noqa: PLC0415  # slow to import, and rarely needed
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        stored = keyring.get_password(KEYRING_SERVICE, KEY_VARIABLES[0])
    except KeyringError:  # a machine without a keyring has no key in it
        return None
    return _checked(stored.strip(), "the keyring") if stored and stored.strip() else None


def _checked(key: str, source: str) -> SecretStr:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            f"The key in {source} holds a space, a line break or a character that no key has. "
            "Copy it again, in one piece."
        )
    return SecretStr(key)


def _find(path: Path | None) -> Path | None:
    if path is not None:
        if not path.is_file():
            raise ConfigError(f"{path}: there is no such file. Give --config a TOML file.")
        return path
    user = platformdirs.user_config_path("assistant") / "config.toml"
    return next((file for file in (Path("config.toml"), user) if file.is_file()), None)


def _read(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}") from error
    origins: dict[str, str] = {}
    for section, table in raw.items():
        origins[section] = str(file)
        if isinstance(table, dict):
            origins.update({f"{section}.{key}": str(file) for key in table})
    return raw, origins


def _parse_override(override: str) -> tuple[str, str, object]:
    name, equals, text = override.partition("=")
    section, dot, key = name.strip().partition(".")
    if not equals or not dot or not key:
        raise ConfigError(f"--set {override}: write it as section.key=value, say stt.model=tiny.en")
    return section, key, _parse_value(text.strip(), _annotation(section, key))


def _annotation(section: str, key: str) -> object:
    return next((field.annotation for s, k, field in fields() if (s, k) == (section, key)), None)


def _parse_value(text: str, annotation: object) -> object:
    """What the text says: TOML where that fits, else the bare words, so that no quotes are needed.

    A setting that is text stays text, though it may look like a number.
    """
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    if annotation is str and not isinstance(value, str):
        return text
    if annotation == list[str] and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _explain(error: ErrorDetails, raw: Mapping[str, Any], origins: Mapping[str, str]) -> str:
    section, key = (*(str(part) for part in error["loc"]), "")[:2]
    source = origins.get(f"{section}.{key}") or origins.get(section) or "--set"
    if error["type"] == "extra_forbidden":
        return f"{source}: {_unknown(section, key)}"
    shown = raw.get(section, {})
    if key:
        shown = shown.get(key) if isinstance(shown, dict) else shown
        where = f"[{section}] {key} = {shown!r}"
    else:
        where = f"[{section}] = {shown!r}"
    problem = error["msg"].replace("Input should", "should").replace("valid ", "")
    comment = next((f.description for s, k, f in fields() if (s, k) == (section, key)), None)
    hint = f" It means: {' '.join(comment.split())}" if comment else ""
    return f"{source}: {where} {problem}.{hint}"


def _unknown(section: str, key: str) -> str:
    sections = list(Config.model_fields)
    if not key or section not in sections:
        what, names = f"there is no section [{section}]", sections
        word = section
    else:
        what, word = f"[{section}] has no setting {key!r}", key
        names = [k for s, k, _ in fields() if s == section]
    near = difflib.get_close_matches(word, names, 1, 0.5)
    return f"{what}. " + (
        f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    )
