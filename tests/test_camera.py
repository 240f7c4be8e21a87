"""The camera through the whole of it: a program that looks, the tool, what the model is sent."""

from __future__ import annotations

import asyncio
import base64
import re
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from gateway_server import Call, GatewayServer, Reply
from mjpeg_server import PASSWORD, MjpegServer, jpeg, pictures_of, room, seen, with_thing
from shelf import HandClock, results
from talking import Kit, talk

from assistant.audio import chimes
from assistant.camera.camera import Camera
from assistant.camera.values import Frame, NoPicture, Shot
from assistant.camera.views import view_of
from assistant.config import AttachmentsConfig, CameraConfig, ToolsConfig
from assistant.errors import AudioError, ToolError
from assistant.messages import ImagePart
from assistant.think import pictures
from assistant.think.attachment_errors import AttachmentError
from assistant.think.file_looks import Picture
from assistant.tools.camera import camera_family
from assistant.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from assistant.camera.camera import Program
    from assistant.deeds import Deed
    from assistant.interfaces import Family, Tool

LIVE = pictures_of(room())
PATIENT = ToolsConfig(call_s=20)


def config_of(address: str, timeout_s: float = 4.0) -> CameraConfig:
    """The settings with this address."""
    return CameraConfig(source=address, timeout_s=timeout_s)


def ready(data: bytes) -> ImagePart:
    """The picture as it may go out, as the composition root makes it."""
    settings = AttachmentsConfig(max_image_px=200, detail="low")
    looks = Picture("JPEG", "a JPEG picture")
    sendable, media_type = pictures.ready(data, "The picture", looks, settings)
    return ImagePart(sendable, media_type, settings.detail)


async def test_a_picture_is_taken_by_a_program_that_ends_with_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The camera is left, and nothing that OpenCV prints is seen, nor a password."""
    async with MjpegServer(LIVE) as server:
        shot = await Camera(config_of(server.address())).shot()
        assert shot.jpeg.startswith(b"\xff\xd8")
        assert shot.view.shape == (120, 160, 3)
        await server.gone.wait()
        server.fault = "noise"
        with pytest.raises(NoPicture, match=r"shows no video") as caught:
            await Camera(config_of(server.address("anna:Geheim%3F%2F47"))).shot()
    assert PASSWORD not in repr(caught.value)
    assert capfd.readouterr() == ("", "")


async def test_a_camera_that_is_given_up_is_left_at_once() -> None:
    """Somebody speaks over it: the program ends, and no picture is taken."""
    async with MjpegServer(LIVE, "silence") as server, asyncio.TaskGroup() as group:
        looking = group.create_task(Camera(config_of(server.address(), 60)).shot())
        await server.called.wait()
        looking.cancel()
        await server.gone.wait()
    assert looking.cancelled()


def starting(*words: str) -> Camera:
    """A camera whose program is this one."""

    async def start() -> Program:
        return await asyncio.create_subprocess_exec(*words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)

    return Camera(CameraConfig(timeout_s=0.5), start, late_s=0.1)


async def test_a_program_that_hangs_is_ended() -> None:
    """In time, and the next shot begins another."""
    camera = starting("sleep", "60")
    for _ in range(2):
        with pytest.raises(NoPicture, match=r"^The camera does not answer"):
            await camera.shot()


@pytest.mark.parametrize(
    "words",
    [("false",), ("echo", "{}"), ("echo", "[1]"), ("echo", '{"jpeg": 9, "view": [2, 2, 3]}')],
)
async def test_a_program_that_fails_is_said_to(words: tuple[str, ...]) -> None:
    """It ends without an answer, or with half of one."""
    with pytest.raises(NoPicture, match="has failed"):
        await starting(*words).shot()


class Kernel:
    """A program that waits in the kernel for its driver, where nothing can end it."""

    returncode: int | None = None

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def communicate(self, _input: bytes) -> tuple[bytes, bytes]:
        """No answer."""
        await self.over.wait()
        return b"", b""

    def kill(self) -> None:
        """It does not help."""

    async def wait(self) -> int:
        """It goes on."""
        await self.over.wait()
        return -9


async def test_a_program_that_cannot_be_ended_is_not_waited_for() -> None:
    """The next shot says so at once, until the program has ended after all."""
    kernel, started = Kernel(), 0

    async def start() -> Program:
        nonlocal started
        started += 1
        return kernel

    camera = Camera(CameraConfig(timeout_s=0.5), start, late_s=0.1)
    with pytest.raises(NoPicture, match="does not answer"):
        await camera.shot()
    with pytest.raises(NoPicture, match="still does not answer"):
        await camera.shot()
    assert started == 1
    kernel.returncode = -9
    kernel.over.set()
    with pytest.raises(NoPicture, match="has failed"):
        await camera.shot()
    assert started == 2


async def test_without_a_camera_no_program_is_begun() -> None:
    """The setting is empty, or makes no sense."""
    camera = Camera(CameraConfig(source=""))
    with pytest.raises(NoPicture, match="No camera is set up"):
        await camera.shot()


class Scene:
    """A camera before a scene that the test sets; None where it fails."""

    def __init__(self) -> None:
        self.scene: Frame | None = room()
        self.shots = 0
        self.clicks = 0
        self.deaf = False

    async def shot(self) -> Shot:
        """The scene, with another noise each time."""
        self.shots += 1
        if self.scene is None:
            raise NoPicture("The camera is frozen.")
        frame = seen(self.scene, self.shots)
        return Shot(jpeg(frame), view_of(frame))

    async def click(self) -> None:
        """The sound of the shutter."""
        if self.deaf:
            raise AudioError("The speaker is gone.")
        self.clicks += 1


class Looking:
    """Somebody who looks through a scene's camera."""

    def __init__(self, family: Family) -> None:
        (self._tool,) = family.tools

    async def __call__(self, ask: str = "see") -> Deed:
        """What was seen. Raises ToolError."""
        return await self._tool.call(f'{{"ask": "{ask}"}}')

    @property
    def tool(self) -> Tool:
        """The tool itself."""
        return self._tool


@asynccontextmanager
async def looking(scene: Scene, clock: HandClock | None = None) -> AsyncIterator[Looking]:
    """The tool over a scene."""
    async with Worker("pictures") as worker:
        yield Looking(camera_family(scene, ready, worker, clock or HandClock(), scene.click))


async def test_one_look_is_one_picture_and_one_click() -> None:
    """As large as the settings allow, and as closely looked at as they say."""
    scene = Scene()
    async with looking(scene) as look:
        deed = await look()
    assert deed.text == "I took a picture. It is in the next message."
    (part,) = deed.parts
    assert isinstance(part, ImagePart)
    assert part.detail == "low"
    assert (scene.shots, scene.clicks) == (1, 1)
    assert "next message" in look.tool.schema.description


async def test_what_has_not_changed_is_not_sent() -> None:
    """It is compared with what was shown last, however often nothing has changed since."""
    scene, clock = Scene(), HandClock()
    async with looking(scene, clock) as look:
        await look()
        clock.time += 121
        assert await look("changes") == (await look("changes"))
        clock.time += 3600
        deed = await look("changes")
    assert deed.text == "Nothing has changed since I looked 1 hour and 2 minutes ago."
    assert deed.parts == ()
    assert scene.clicks == 4


async def test_what_has_changed_is_sent_with_the_picture_from_before() -> None:
    """The old one first; the next comparison is with the new one."""
    scene, clock = Scene(), HandClock()
    async with looking(scene, clock) as look:
        first = await look()
        scene.scene = with_thing(room())
        clock.time += 20
        deed = await look("changes")
        clock.time += 2
        after = await look("changes")
    assert deed.text.startswith("Something has changed on the right, since I looked 20 seconds ago")
    assert deed.parts[0] == first.parts[0]
    assert deed.parts[1] != first.parts[0]
    assert len(deed.parts) == 2
    assert after.text == "Nothing has changed since I looked 2 seconds ago."


@pytest.mark.parametrize(("gain", "word"), [(0.5, "darker"), (1.5, "brighter")])
async def test_light_is_told_as_light(gain: float, word: str) -> None:
    """With both pictures."""
    scene = Scene()
    async with looking(scene) as look:
        await look()
        scene.scene = seen(room(), 1, 0.0, gain)
        deed = await look("changes")
    assert deed.text.startswith(f"It has become {word} since I looked 1 second ago.")
    assert len(deed.parts) == 2


async def test_without_a_look_before_there_is_nothing_to_compare_with() -> None:
    """The picture is sent, and that is said."""
    async with looking(Scene()) as look:
        deed = await look("changes")
    assert deed.text.startswith("I had not looked before")
    assert len(deed.parts) == 1


async def test_where_there_is_no_picture_nothing_clicks_and_nothing_is_forgotten() -> None:
    """The reason is what the model gets."""
    scene = Scene()
    async with looking(scene) as look:
        await look()
        scene.scene = None
        for ask in ("see", "changes"):
            with pytest.raises(ToolError, match="The camera is frozen"):
                await look(ask)
        scene.scene = room()
        deed = await look("changes")
    assert deed.text.startswith("Nothing has changed")
    assert scene.clicks == 2


async def test_a_picture_that_cannot_be_sent_is_said_to_be_none() -> None:
    """It is not kept to be compared with."""

    def refuse(_data: bytes) -> ImagePart:
        raise AttachmentError("It has too many pixels.", "too-large")

    scene = Scene()
    async with Worker("pictures") as worker:
        look = Looking(camera_family(scene, refuse, worker, HandClock()))
        for ask in ("see", "changes", "changes"):
            with pytest.raises(ToolError, match="cannot be sent: It has too many pixels"):
                await look(ask)


async def test_a_speaker_that_fails_costs_no_picture() -> None:
    """The shutter is not heard, and that is all."""
    scene = Scene()
    scene.deaf = True
    async with looking(scene) as look:
        assert (await look()).parts


def test_the_shutter_is_short_and_soft() -> None:
    """Shorter than any chime, so that nobody waits for it."""
    sound = chimes.shutter()
    assert 0.1 < sound.seconds < 0.2
    assert abs(sound.samples.astype(int)).max() < 9_000
    assert abs(int(sound.samples[0])) < 100
    assert abs(int(sound.samples[-1])) < 300


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "What do you see?"), ("en", "Is the stove on?"), ("en", "Look again, what changed?"),
        ("en", "Did I leave the window open?"), ("en", "Who is at the door?"),
        ("de", "Was siehst du?"), ("de", "Ist der Herd an?"), ("de", "Was hat sich verändert?"),
        ("fr", "Qu'est-ce que tu vois ?"), ("fr", "Est-ce que la cuisinière est allumée ?"),
        ("es", "¿Qué ves?"), ("es", "¿Está encendida la estufa?"), ("es", "¿Qué ha cambiado?"),
    ],
)  # fmt: skip
async def test_the_tool_goes_out_with_what_concerns_it(language: str, said: str) -> None:
    """In the household's languages."""
    async with Worker("pictures") as worker:
        family = camera_family(Scene(), ready, worker, HandClock())
    assert re.search(family.words[language], said)
    assert not re.search(family.words["en"], "Set a timer for five minutes.")


async def test_the_model_gets_the_picture_in_the_next_message() -> None:
    """From a real stream to the gateway: looked, looked again, and the same once more."""
    async with (
        MjpegServer(pictures_of(with_thing(room()))) as webcam,
        GatewayServer() as server,
        Worker("pictures") as worker,
    ):
        camera = Camera(config_of(webcam.address()))
        family = camera_family(camera, ready, worker, HandClock())
        async with talk(server, limits=PATIENT, kit=Kit([family])) as it:
            server.script(
                Reply(calls=(Call("look"),)),
                Reply("There is something red on the right."),
                Reply(calls=(Call("look", '{"ask": "changes"}'),)),
                Reply("Nothing has changed."),
            )
            await it.ask("What do you see?")
            await it.ask("Look again, what changed?")
        first, second = server.chats[1], server.chats[3]
    assert it.said == ["There is something red on the right.", "Nothing has changed."]
    told, shown = first["messages"][-2:]
    assert (told["role"], shown["role"]) == ("tool", "user")
    assert told["content"] == "I took a picture. It is in the next message."
    (picture,) = [part for part in shown["content"] if part["type"] == "image_url"]
    assert picture["image_url"]["detail"] == "low"
    url = picture["image_url"]["url"]
    assert url.startswith("data:image/jpeg;base64,")
    assert base64.b64decode(url.partition(",")[2]).startswith(b"\xff\xd8")
    assert re.match("Nothing has changed since I looked 1 second ago", results(second)[0])
    assert second["messages"][-1]["role"] == "tool"


async def test_what_keeps_the_camera_from_seeing_is_told_to_the_model() -> None:
    """No picture goes out, not even an old one."""
    async with (
        MjpegServer(LIVE, "404") as webcam,
        GatewayServer() as server,
        Worker("pictures") as worker,
    ):
        family = camera_family(Camera(config_of(webcam.address())), ready, worker, HandClock())
        async with talk(server, limits=PATIENT, kit=Kit([family])) as it:
            server.script(Reply(calls=(Call("look"),)), Reply("The camera has no such path."))
            await it.ask("Is the stove on?")
        (told,) = results(server.chats[1])
    assert "has nothing at that path" in told
    assert "image_url" not in str(server.chats)
