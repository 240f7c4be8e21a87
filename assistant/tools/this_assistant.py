"""The assistant itself: what it can do, what it has sent, how loud and in which language it talks.

Flows in: the parts that know. Flows out: two families: what can be asked anywhere, and what only a
conversation by voice has. Refuses to know: how any of it is done.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, Literal

from assistant.household.names import told_of
from assistant.interfaces import Family
from assistant.tools.language import language_tool
from assistant.tools.last_reply import last_reply_tool
from assistant.tools.tool import FunctionTool
from assistant.tools.volume import volume_tool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from assistant.interfaces import Families, Tool
    from assistant.tools.language import Listening
    from assistant.tools.last_reply import LastTurn
    from assistant.tools.volume import Loudness

_ABLE: Final[Mapping[str, str]] = {
    "clock": "the time",
    "weather": "the weather",
    "timers": "timers",
    "alarms": "alarms and reminders",
    "lists": "lists",
    "notes": "notes",
    "memory": "what you tell me to remember",
    "sums": "sums",
    "camera": "what the camera sees",
    "documents": "your documents",
    "web": "looking things up on the web",
}
"""What families are for, by their names."""
_WORDS: Final[Mapping[str, str]] = {
    "en": r"(?i)\b(what (?:else )?(?:can|could) (?:you|i)|able to|help|version|privacy|private"
    r"|sen[dt]|sending|left this|leave this|cloud|your (?:abilities|skills|features))\b",
    "de": r"(?i)was kannst du|hilfe|version|datenschutz|geschickt|gesendet|schickst|sendest",
    "es": r"(?i)qué puedes|qué sabes hacer|ayuda|versión|privacidad|enviad|envías",
    "fr": r"(?i)que peux-tu|que sais-tu faire|aide|version|vie privée|envoyé|envoies",
    "id": r"(?i)apa yang bisa|bantuan|versi|privasi|kirim",
    "it": r"(?i)cosa (?:puoi|sai) fare|aiuto|versione|privacy|mandat|inviat",
    "nl": r"(?i)wat kun je|wat kan je|hulp|versie|privacy|verstuurd|gestuurd",
    "pt": r"(?i)o que (?:podes|pode|sabes|consegues)|ajuda|versão|privacidade|envia",
}
_VOICE_WORDS: Final[Mapping[str, str]] = {
    "en": r"(?i)volume|microphone|languages?\b|\b(loud(?:er|ly)?|quieter|softer|speak up|hear you"
    r"|turn (?:it|yourself) (?:up|down)|mute|stop listening|repeat (?:that|it|your)|say (?:that|it)"
    r" again|(?:did|have) you (?:just )?sa(?:y|id)|slow|so long|speak in|answer in|talk in)\b",
    "de": r"(?i)laut(?:er|stärke)|leiser|stumm|mikrofon|wiederhol|sag das noch|hast du gesagt"
    r"|so lange|langsam|sprache|sprich|verstehst du",
    "es": r"(?i)volumen|más (?:alto|bajo|fuerte)|micrófono|deja de escuchar|repite|has dicho"
    r"|tan lento|tardado|idioma|habla en",
    "fr": r"(?i)volume|(?:plus|moins) fort|micro\b|arrête d'écouter|répète|as-tu dit|si lent"
    r"|si longtemps|langue|parle en",
    "id": r"(?i)volume|lebih (?:keras|pelan)|mikrofon|berhenti mendengar|ulangi|kamu bilang"
    r"|lambat|bahasa",
    "it": r"(?i)volume|più (?:forte|piano)|microfono|ripeti|hai detto|così lent|lingua|lingue"
    r"|parla in",
    "nl": r"(?i)volume|(?:harder|zachter)\b|microfoon|herhaal|zei je|zo langzaam|zo lang\b|taal"
    r"|talen|spreek",
    "pt": r"(?i)volume|mais (?:alto|baixo)|microfone|repete|disseste|tão lent|demor|língua|idioma"
    r"|fala em",
}


def this_assistant(
    sent_today: Callable[[], Awaitable[str]], families: Sequence[Family | Families]
) -> Family:
    """The tool `about_me`.

    `sent_today` tells what has left this machine and may raise ToolError. `families` are all that
    there are, read when it is asked.
    """

    async def about_me(ask: Literal["abilities", "sent_today", "version"]) -> str:
        """Tell what I can do, what data I have sent out of this machine today, or my version."""
        match ask:
            case "abilities":
                return _abilities(families)
            case "sent_today":
                return await sent_today()
            case "version":
                return f"I am version {_version()}."

    return Family("this assistant", (FunctionTool(about_me),), _WORDS)


@dataclass(frozen=True, slots=True)
class Aloud:
    """What a conversation by voice knows of itself."""

    last: LastTurn
    listening: Listening
    spoken: str
    """ISO 639-1 of the language that it speaks."""
    loudness: Loudness | None = None
    """None where the speaker has no volume of its own."""


def this_voice(aloud: Aloud, more: Sequence[Tool] = ()) -> Family:
    """The tools `last_reply`, `language` and `volume`; `more` belong to them, such as `mute`."""
    tools: list[Tool] = [
        last_reply_tool(aloud.last),
        language_tool(aloud.listening, aloud.spoken),
    ]
    if aloud.loudness is not None:
        tools.append(volume_tool(aloud.loudness))
    return Family("this voice", (*tools, *more), _VOICE_WORDS)


def _abilities(families: Sequence[Family | Families]) -> str:
    there = [[it] if isinstance(it, Family) else it() for it in families]
    names = {family.name for some in there for family in some}
    able = dict.fromkeys(what for name, what in _ABLE.items() if name in names)
    return (
        f"I help with {told_of([*able])}, and I answer questions. "
        "Just ask. While I speak, say stop, or ask something else."
    )


def _version() -> str:
    try:
        return version("assistant")
    except PackageNotFoundError:
        return "unknown: I was not installed"
