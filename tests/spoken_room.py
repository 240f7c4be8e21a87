"""The whole assistant, asked aloud for one thing after another.

Flows in: recordings in the place of the microphone, one a row. Flows out: what was heard, which
tools ran, what was said, and how that sounded. One start of the program serves all rows. The home,
the weather, the camera and the servers about it are real, on this machine. Refuses to know: what
should come of a row.
"""

from __future__ import annotations

import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final, Self

from attachment_files import photo
from gateway_server import GatewayServer, Reply, answer
from listener import HERE
from spoken_rows import PAGE
from tool_address import ToolAddress
from weather_server import WeatherServer
from web_server import WebServer

from assistant import talk
from assistant.audio.pcm import Pcm
from assistant.audio.wav import WavMicrophone, WavSpeaker, read_sound
from assistant.audio.wav_speaker import BETWEEN_S
from assistant.config import (
    CameraConfig,
    Config,
    DocumentsConfig,
    GatewayConfig,
    HomeConfig,
    InstantConfig,
    McpConfig,
    StorageConfig,
    SttConfig,
    TtsConfig,
    WeatherConfig,
    WebConfig,
)
from assistant.config_tools import McpServerConfig
from assistant.control_socket import ask, control_folders
from assistant.events import Event, Failed, Heard, Said, ToolCalled
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from gateway_script import Json
    from spoken_rows import Row, Way

GAP_S: Final = 1.8
"""Seconds of silence after each question: more than any is waited for."""
LETTER: Final = "Dear Anna, the heating will be off on Friday. Yours, the landlord."


@dataclass(slots=True)
class Outcome:
    """What came of a row."""

    told: list[Event] = field(default_factory=list)
    asked: int = 0
    """Requests to the gateway."""
    sound: Pcm = field(default_factory=partial(Pcm.silence, 0.0))
    """The answer, as it was played."""

    @property
    def heard(self) -> str:
        """What was understood."""
        return " ".join(event.text for event in self.told if isinstance(event, Heard))

    @property
    def called(self) -> list[str]:
        """The tools that ran."""
        return [event.name for event in self.told if isinstance(event, ToolCalled)]

    @property
    def said(self) -> str:
        """What was said aloud."""
        return " ".join(event.text for event in self.told if isinstance(event, Said))

    @property
    def failed(self) -> list[str]:
        """What went wrong."""
        return [event.message for event in self.told if isinstance(event, Failed)]


class Room:
    """One conversation about some rows, by one way."""

    def __init__(self, rows: Sequence[Row], way: Way, folder: Path) -> None:
        """`folder` holds the household's file, the sounds, and what is looked at."""
        self.rows = {folder / f"{number}.wav": row for number, row in enumerate(rows)}
        """By the recording of its question, which is to be there."""
        self.outcomes = {row: Outcome() for row in rows}
        self.opened = 0
        """How often the microphone was opened."""
        self._way = way
        self._folder = folder
        self._row = rows[0]
        self._ends: list[tuple[Row, float]] = []
        self._pages = WebServer()

    async def talk(self) -> None:
        """Ask all of it. Raises AssistantError."""
        speaker = WavSpeaker(self._folder / "answers.wav", realtime=False)
        async with AsyncExitStack() as stack:
            gateway = await stack.enter_async_context(GatewayServer())
            weather = await stack.enter_async_context(WeatherServer())
            lamps = await stack.enter_async_context(ToolAddress())
            await stack.enter_async_context(self._pages)
            unmuting = await stack.enter_async_context(Worker("unmuting"))
            config = self._config(gateway, weather, lamps)
            unmute = partial(ask, control_folders(config.storage), "unmute")
            microphone = _Recordings(self, partial(unmuting.submit, unmute))
            gateway.script(*repeat(self._reply, 10 * len(self.rows)))

            def note(event: Event) -> None:
                self.outcomes[self._row].told.append(event)
                if isinstance(event, Said):
                    self._ends.append((self._row, speaker.queued_s))

            await talk.converse(config, microphone, speaker, note, live=False, orders=True)
        self._cut(read_sound(self._folder / "answers.wav"))

    def now(self, recording: Path) -> None:
        """This is being asked."""
        self._row = self.rows[recording]

    def _config(self, gateway: GatewayServer, weather: WeatherServer, lamps: ToolAddress) -> Config:
        papers, picture = self._folder / "papers", self._folder / "camera.jpg"
        papers.mkdir()
        (papers / "letter.txt").write_text(LETTER)
        photo(320, 240).save(picture)
        return Config(
            stt=SttConfig(model="tiny.en", threads=1),
            tts=TtsConfig(threads=1),
            gateway=GatewayConfig(base_url=gateway.base_url, retries=0),
            instant=InstantConfig(enabled=self._way == "instant"),
            home=HomeConfig(place="Berlin"),
            weather=weather.config(WeatherConfig()),
            camera=CameraConfig(source=str(picture)),
            documents=DocumentsConfig(folders=[str(papers)]),
            web=WebConfig(enabled=True, at_home=[f"{HERE}:{self._pages.port}"]),
            mcp=McpConfig(servers={"home": McpServerConfig(url=lamps.url)}),
            storage=StorageConfig(folder=str(self._folder)),
        )

    def _reply(self, request: Json) -> Reply:
        """What the model says: the call, where it was told of the tool, then the tool's words.

        Of a quotation it says the quotation, of JSON the names in it, of a picture its size.
        """
        self.outcomes[self._row].asked += 1
        last = request["messages"][-1]
        if last["role"] == "tool":
            lines = last["content"].splitlines()
            quoted = [line.removeprefix(">") for line in lines if line.startswith(">")]
            named = re.findall(r'"name": "(.*?)"', last["content"])
            said = f"That is done now: {named[0]}." if named else last["content"]
            return Reply(" ".join(quoted) or said)
        if not isinstance(last["content"], str):
            return answer(request, 0, 0)
        wanted = self._row.call.name
        if wanted not in {tool["function"]["name"] for tool in request.get("tools", ())}:
            return Reply(f"Nobody has told me of the tool {wanted}.")
        page = self._pages.url("/bees", HERE)
        arguments = self._row.call.arguments.replace(PAGE, page)
        return Reply(calls=(replace(self._row.call, arguments=arguments),))

    def _cut(self, answers: Pcm) -> None:
        """Each answer from the file, in which a silence follows every one."""
        begins = chain([0.0], (end_s for _, end_s in self._ends))
        for number, (begin_s, (row, end_s)) in enumerate(zip(begins, self._ends, strict=False)):
            silent_s = number * BETWEEN_S
            self.outcomes[row].sound = answers.cut(begin_s + silent_s, end_s + silent_s)


class _Recordings(WavMicrophone):
    """The questions; closed and opened again, it goes on where it was.

    Whoever has closed it for good is told so, and opens it by command.
    """

    def __init__(self, room: Room, unmute: Any) -> None:  # noqa: ANN401  # its result is of no use
        super().__init__(list(room.rows), realtime=False, gap_s=GAP_S)
        self._room = room
        self._unmute = unmute
        self._left = self._each()

    def frames(self) -> AsyncIterator[Pcm]:
        """Those that nobody has heard yet."""
        return self._left

    async def __aenter__(self) -> Self:
        """Open it."""
        self._room.opened += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        if self.current is not None:
            self._unmute()

    async def _each(self) -> AsyncIterator[Pcm]:
        async for frame in super().frames():
            if self.current is not None:
                self._room.now(self.current)
            yield frame
