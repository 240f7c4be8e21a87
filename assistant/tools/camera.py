"""What the camera sees, now and since it was last looked at.

Flows in: a camera, and what makes its picture ready to go out. Flows out: sentences, and pictures
for the model. The picture that was shown last is kept, in memory only, to be compared with. Refuses
to know: where pictures come from, and how they are sent.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol

from assistant.camera.views import STILL_GAIN, change
from assistant.deeds import Deed
from assistant.errors import AssistantError, AudioError, ToolError
from assistant.household.spoken import said_length
from assistant.interfaces import Family
from assistant.tools.tool import FunctionTool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from assistant.camera.values import Shot, View
    from assistant.camera.views import Change
    from assistant.interfaces import Clock
    from assistant.messages import ImagePart
    from assistant.worker import Worker

_MINUTE: Final = 60
_WORDS: Final = {
    "en": r"(?i)\b(see|seen|look(s|ing)?|watch|show(s|ing)?|camera|webcam|picture|photo|snapshot"
    r"|visible|view|chang(e|es|ed)|colou?r|wearing|holding|stove|oven|cooker|hob|door|window"
    r"|lights?|lamp|candle|fire|parcel|package|who|where|someone|somebody|anyone|anybody|outside)\b"
    r"|\b(is|are|was|were|did|have|has)\b.*\b(on|off|open|closed|shut|locked|there|here|empty|full"
    r"|asleep|awake|burning|running|left)\b",
    "de": r"(?i)siehst|sieht|sehen|schau|guck|blick|zeig|kamera|bild|foto|veränder|geändert|herd"
    r"|ofen|tür|fenster|licht|lampe|kerze|paket|\b(wer|wo|jemand|draußen|farbe|an|aus|offen"
    r"|zu|leer|voll)\b",
    "fr": r"(?i)\b(vois|voit|voir|regarde|montre|caméra|webcam|image|photo|changé|change|couleur"
    r"|cuisinière|four|plaque|porte|fenêtre|lumière|lampe|bougie|colis|qui|où|quelqu|dehors"
    r"|allumé|éteint|ouvert|fermé|vide|plein)",
    "es": r"(?i)\b(ves|ve|ver|mira|muestra|enseña|cámara|imagen|foto|cambiado|cambió|cambia|color"
    r"|cocina|horno|estufa|puerta|ventana|luz|luces|lámpara|vela|paquete|quién|dónde|alguien"
    r"|fuera|encendid|apagad|abiert|cerrad|vací|llen)",
    "id": r"(?i)lihat|kamera|foto|gambar|tunjuk|berubah|warna|kompor|oven|pintu|jendela|lampu|lilin"
    r"|paket|siapa|di mana|seseorang|luar|menyala|mati|terbuka|tertutup|kosong|penuh",
    "it": r"(?i)\b(vedi|vede|vedere|guarda|mostra|telecamera|webcam|immagine|foto|cambiat|colore"
    r"|fornello|forno|stufa|porta|finestra|luce|luci|lampada|candela|pacco|chi|dove|qualcuno"
    r"|fuori|acces|spent|apert|chius|vuot|pien)",
    "nl": r"(?i)\b(zie|ziet|zien|kijk|toon|camera|webcam|beeld|foto|veranderd|kleur|fornuis|oven"
    r"|deur|raam|licht|lamp|kaars|pakket|wie|waar|iemand|buiten|aan|uit|open|dicht|leeg|vol)\b",
    "pt": r"(?i)\b(vês|vê|ver|olha|mostra|câmera|câmara|imagem|foto|mudou|mudança|cor|fogão|forno"
    r"|porta|janela|luz|luzes|lâmpada|vela|pacote|quem|onde|alguém|fora|ligad|apagad|abert|fechad"
    r"|vazi|chei)",
}


class Camera(Protocol):
    """What takes pictures."""

    async def shot(self) -> Shot:
        """A picture that was taken now. Raises ToolError."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """The picture that the model was shown last."""

    part: ImagePart
    view: View
    at_s: float


class _Eye:
    """Looks, and remembers what was shown."""

    def __init__(
        self,
        camera: Camera,
        ready: Callable[[bytes], ImagePart],
        worker: Worker,
        clock: Clock,
        shutter: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._camera = camera
        self._ready = ready
        self._worker = worker
        self._clock = clock
        self._shutter = shutter
        self._shown: _Shown | None = None

    async def see(self) -> Deed:
        """One picture, whatever was seen before."""
        shown = await self._show(await self._shot())
        return Deed("I took a picture. It is in the next message.", parts=(shown.part,))

    async def compare(self) -> Deed:
        """What has changed since the last picture; nothing is shown where nothing has."""
        last, shot = self._shown, await self._shot()
        if last is None:
            shown = await self._show(shot)
            return Deed(
                "I had not looked before, so there is nothing to compare with. The picture of now "
                "is in the next message.",
                parts=(shown.part,),
            )
        ago = _ago(self._clock.monotonic() - last.at_s)
        changed = await self._worker.run(partial(change, last.view, shot.view))
        if changed is None:
            return Deed(f"Nothing has changed since I looked {ago}.")
        shown = await self._show(shot)
        return Deed(
            f"{_told(changed)} since I looked {ago}. The next message has two pictures: first the "
            "one from then, and after it the one of now.",
            parts=(last.part, shown.part),
        )

    async def _shot(self) -> Shot:
        shot = await self._camera.shot()
        if self._shutter is not None:
            with suppress(AudioError):  # the picture is there all the same
                await self._shutter()
        return shot

    async def _show(self, shot: Shot) -> _Shown:
        """The picture, ready to go out. Raises ToolError."""
        try:
            part = await self._worker.run(partial(self._ready, shot.jpeg))
        except AssistantError as error:
            raise ToolError(f"The picture cannot be sent: {error}") from error
        self._shown = _Shown(part, shot.view, self._clock.monotonic())
        return self._shown


def camera_family(
    camera: Camera,
    ready: Callable[[bytes], ImagePart],
    worker: Worker,
    clock: Clock,
    shutter: Callable[[], Awaitable[None]] | None = None,
) -> Family:
    """The tool `look`.

    `ready` turns a JPEG into what may go out, blocking, on `worker`; `shutter` begins a sound that
    says that a picture was taken. None: it is not heard.
    """
    eye = _Eye(camera, ready, worker, clock, shutter)

    async def look(ask: Literal["see", "changes"] = "see") -> Deed:
        """Look through the camera: a picture is taken now, and you get it in the next message.

        see: what is to be seen ("what do you see?", "is the stove on?").
        changes: what has changed since you looked last ("look again, what changed?").
        Answer by the picture alone. Without a picture say why there is none; never guess.
        """
        return await (eye.see() if ask == "see" else eye.compare())

    return Family("camera", (FunctionTool(look),), _WORDS)


def _told(changed: Change) -> str:
    if changed.gain > STILL_GAIN:
        return "It has become brighter"
    if changed.gain < 1 / STILL_GAIN:
        return "It has become darker"
    match changed.where:
        case "everywhere":
            where = "nearly everywhere,"
        case "middle":
            where = "in the middle,"
        case "left" | "right":
            where = f"on the {changed.where},"
        case _:
            where = f"at the {changed.where},"
    return f"Something has changed {where}"


def _ago(seconds: float) -> str:
    whole = seconds if seconds < _MINUTE else round(seconds / _MINUTE) * _MINUTE
    return f"{said_length(max(1, whole))} ago"
