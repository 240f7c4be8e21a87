"""Every setting with its default, its range and its meaning, as frozen sections.

Flows out: types. Refuses to know: where the values are read from (`settings`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assistant.config_tools import (
    CameraConfig,
    DocumentsConfig,
    HomeConfig,
    McpConfig,
    ToolsConfig,
    WeatherConfig,
    WebConfig,
)
from assistant.section import Section

__all__ = [
    "AttachmentsConfig",
    "AudioConfig",
    "CameraConfig",
    "Config",
    "ConversationConfig",
    "DocumentsConfig",
    "EndpointConfig",
    "GatewayConfig",
    "HomeConfig",
    "InstantConfig",
    "McpConfig",
    "ModelsConfig",
    "StorageConfig",
    "SttConfig",
    "ToolsConfig",
    "TtsConfig",
    "VadConfig",
    "WakeConfig",
    "WeatherConfig",
    "WebConfig",
]


class AudioConfig(Section):
    """The sound devices. `assistant devices` lists them."""

    input: str | int = ""
    """Microphone: part of its name, or its number; empty for the system's default."""
    output: str | int = ""
    """Speaker: part of its name, or its number; empty for the system's default."""
    backlog_s: Annotated[float, Field(ge=0.1, le=30)] = 2.0
    """Seconds of microphone sound that may wait; beyond it the oldest is dropped and counted."""
    echo: bool = True
    """Remove the assistant's own voice from what the microphone hears."""
    noise_suppression: bool = False
    """Remove steady noise, such as a fan's."""
    gain_control: bool = True
    """Make soft and distant speech as loud as near speech."""
    echo_delay_ms: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Milliseconds from the speaker to the microphone; not set: found out while speaking."""


class VadConfig(Section):
    """Voice-activity detection: webrtcvad as a cheap gate, Silero to confirm."""

    aggressiveness: Annotated[int, Field(ge=0, le=3)] = 2
    """How strict the cheap gate is: 0 lets most through, 3 least."""
    threshold: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Probability from which Silero's word counts as speech."""


class EndpointConfig(Section):
    """Where an utterance begins and ends.

    After a pause the words and their melody say how sure it is that this was all; the less sure,
    the longer the wait. Shorter waits answer sooner and cut more people off. Whoever goes on before
    the reply is heard is not cut off: the halves are joined (`reopen_ms`).
    """

    preroll_ms: Annotated[int, Field(ge=0, le=2000)] = 400
    """Milliseconds of sound kept from before the speech, so that no first syllable is lost."""
    onset_ms: Annotated[int, Field(ge=10, le=1000)] = 90
    """Milliseconds of speech that make a beginning; shorter is a click."""
    pause_ms: Annotated[int, Field(ge=50, le=5000)] = 70
    """Milliseconds of silence after which the transcription begins, in case that was all. Every
    10 ms less are heard as 10 ms less of waiting, and cost more transcriptions in vain."""
    turn_end: str = "smart-turn"
    """The model that hears whether a turn is over, by name or path; empty: only the words say."""
    finished_ms: Annotated[int, Field(ge=50, le=5000)] = 450
    """Milliseconds of silence that end what is surely finished. The model is asked meanwhile, so
    less is heard only in what needs no model, and what is one of its sentences ends at once."""
    hangover_ms: Annotated[int, Field(ge=100, le=10000)] = 650
    """Milliseconds of silence that end an utterance where neither the words nor their melody say
    whether it is finished."""
    longest_pause_ms: Annotated[int, Field(ge=100, le=10000)] = 1600
    """Milliseconds of silence that end even what is surely unfinished."""
    quiet_ms: Annotated[int, Field(ge=0, le=5000)] = 1050
    """Milliseconds of silence before a reply is heard to what is not surely finished, such as an
    order: people who pause in mid-sentence mostly go on within 800, and a quarter of a second later
    it is sure that they do. The reply is made meanwhile."""
    reopen_ms: Annotated[int, Field(ge=0, le=5000)] = 800
    """Milliseconds after the end of an utterance in which going on still belongs to it, as long as
    nothing of the reply was heard; 0: never."""
    max_utterance_s: Annotated[float, Field(ge=1, le=300)] = 30.0
    """Seconds of speech that are listened to at a time. What goes on is cut there: the reply waits
    for as long again for its end, and says that only its beginning was heard."""


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
    """The wake word, and how long it holds."""

    word: str | list[str] = ""
    """`hey_jarvis`, `okay_nabu`, `hey_mycroft`, `alexa`, the path of a microWakeWord model (its
    .json), or a list of these. Empty: hands-free, every utterance is a request."""
    thresholds: dict[str, Annotated[float, Field(gt=0, lt=1)]] = {}
    """Score from which each word counts, by its name: { hey_jarvis = 0.9 }. Higher wakes less
    often, rightly or wrongly. Words that are not named here have their model's own."""
    preroll_ms: Annotated[int, Field(ge=0, le=5000)] = 1800
    """Milliseconds of sound from before the word was recognised that are transcribed too."""
    refractory_ms: Annotated[int, Field(ge=0, le=10000)] = 1500
    """Milliseconds after a wake word in which none is looked for."""
    chime: bool = True
    """Answer a wake word that nothing follows with a short tone."""
    command_s: Annotated[float, Field(ge=1, le=60)] = 6.0
    """Seconds to begin to speak after the wake word; then it sleeps again."""
    follow_up_s: Annotated[float, Field(ge=0, le=120)] = 6.0
    """Seconds after a reply in which no wake word is needed; 0: always needed."""
    follow_up_question_s: Annotated[float, Field(ge=0, le=120)] = 12.0
    """The same after a reply that asks something."""
    max_follow_ups: Annotated[int, Field(ge=0, le=1000)] = 8
    """Requests in a row without the wake word; then it is needed again, so that no television
    keeps the assistant awake."""
    longest_window_s: Annotated[float, Field(ge=10, le=600)] = 60.0
    """Seconds after the wake word or a reply in which a request must have come; then the wake word
    is needed again, even if somebody still speaks."""


class ConversationConfig(Section):
    """How a conversation is held."""

    interruption: Literal["speech", "stop-word", "none"] = "speech"
    """What stops a reply: any speech; only "stop" or the wake word, where the microphone hears too
    much of the speaker (`assistant doctor --room` measures it); or nothing."""
    early_requests: Annotated[int, Field(ge=0, le=10)] = 2
    """Requests a turn that may leave before it is sure that the person has finished; each saves
    what the silence takes, and one that proves too early is paid for in vain. 0: none."""
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
    """Send what only the gateway knows (reasoning, the five below); auto: to its host. never also
    asks no server what a streamed reply used, unless a daily limit is counted from it."""
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
    """Seconds that a whole reply may take, with all its retries. With stream = false a model that
    is silent cannot be told from one that writes: each model that is left to ask has an equal share
    of the seconds that are left, and no less than first_token_s."""
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
    home: HomeConfig = HomeConfig()
    weather: WeatherConfig = WeatherConfig()
    camera: CameraConfig = CameraConfig()
    documents: DocumentsConfig = DocumentsConfig()
    web: WebConfig = WebConfig()
    mcp: McpConfig = McpConfig()
    models: ModelsConfig = ModelsConfig()
    storage: StorageConfig = StorageConfig()
