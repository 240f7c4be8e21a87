"""The settings of the tools: what the model may do, and with what.

Flows out: types. Refuses to know: where the values are read from (`settings`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assistant.section import Section


class ToolsConfig(Section):
    """What the model may do."""

    max_rounds: Annotated[int, Field(ge=1, le=50)] = 6
    """How many times in one turn the model may ask for tools."""
    turn_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """Seconds of a turn after which the model is not asked once more."""
    call_s: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Seconds that one tool may take."""
    filler: bool = True
    """Say "Let me look." where a tool makes the wait longer than a second."""
    max_schemas: Annotated[int, Field(ge=1, le=128)] = 12
    """Tools that the model is told of with a request: those that the words concern, at most."""
    undo_s: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """Seconds in which "undo that" takes back what was done; and in which a yes is waited for
    before something is done that cannot be taken back."""
    promise_check: bool = True
    """Do not say what claims that something was done where no tool did it."""


class HomeConfig(Section):
    """Where the home is: the place whose weather is told where none is named."""

    place: str = ""
    """Its name, with its region or country where there are several: "Springfield, Illinois"."""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    """Degrees north. With latitude and longitude the place's name is not looked up."""
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    """Degrees east."""


class WeatherConfig(Section):
    """The weather, by Open-Meteo: asked only when somebody asks, and told nothing but the place."""

    enabled: bool = True
    """Whether the assistant may ask for the weather at all."""
    units: Literal["metric", "imperial", "british"] = "metric"
    """Metric: °C, km/h, mm; imperial: °F, mph, inches; british: °C, mph, mm."""
    forecast_url: str = "https://api.open-meteo.com/v1/forecast"
    """Where forecasts are asked for; they are kept for the time without a network."""
    places_url: str = "https://geocoding-api.open-meteo.com/v1/search"
    """Where a place's name is looked up; each name once, for the answers are kept."""
    fresh_min: Annotated[float, Field(ge=0, le=120)] = 10.0
    """Minutes for which a forecast is told again without asking."""
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 6.0
    """Seconds that an answer may take."""


class CameraConfig(Section):
    """The camera. A picture is taken only when somebody asks, and kept in memory only."""

    source: str | int = 0
    """Its number, its device, the address of its stream (`rtsp://`, `http://`), or a video or
    picture file; empty: there is none."""
    login_env: str = ""
    """Name of the environment's variable that holds `name:password` for the address, so that they
    stand in no file."""
    shutter: bool = True
    """Whether it is heard that a picture is taken."""
    timeout_s: Annotated[float, Field(ge=0.5, le=60)] = 8.0
    """Seconds that a camera may take to show something."""


class DocumentsConfig(Section):
    """Documents that may be read when somebody asks for them by name."""

    folders: list[str] = ["~/Documents"]
    """The only folders that are looked in, with those inside them; empty: none."""
    chars: Annotated[int, Field(ge=500, le=200_000)] = 8_000
    """Characters of a text that go out at a time; "go on" has the next."""


class WebConfig(Section):
    """The web: searched and read only where this is switched on, and only when somebody asks."""

    enabled: bool = False
    """Whether the assistant may look things up on the web."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}-[a-z]{2}$")] = "us-en"
    """Country and language of the results, such as `de-de`."""
    timeout_s: Annotated[float, Field(gt=0, le=60)] = 8.0
    """Seconds that a search or a page may take."""
    at_home: list[Annotated[str, Field(pattern=r"^\S+:\d{1,5}$")]] = []
    """Addresses of your own network that may be read all the same, such as `192.168.1.20:8080`."""
    max_page_bytes: Annotated[int, Field(ge=10_000, le=20_000_000)] = 2_000_000
    """Bytes of a page that are read; a longer one is refused."""


class McpServerConfig(Section):
    """A server of other people's tools: a command that is started, or an address."""

    command: list[str] = []
    """The program and its arguments, spoken to over its input and output."""
    url: str = ""
    """Address of its endpoint (streamable HTTP), where it is not started by us."""
    env: list[str] = []
    """Names of the environment's variables that the command gets besides the usual ones, such as
    PATH and HOME."""
    token_env: str = ""
    """Name of the environment's variable that holds the address's bearer token."""
    allow: list[str] = []
    """The only tools that are taken from it, by the server's own names; empty: all."""
    confirm: list[str] = []
    """Tools that are confirmed by voice first, besides those that the server itself calls
    destructive."""
    words: list[str] = []
    """Words that make its tools go out with a request, besides those of their own descriptions:
    the names of devices, say."""
    prefix: str | None = None
    """What its tools' names begin with; not set: the server's name and `_`."""
    timeout_s: Annotated[float, Field(gt=0, le=600)] = 15.0
    """Seconds that one call may take; beyond `call_s` of [tools] it has no effect."""


class McpConfig(Section):
    """Servers of tools, by the Model Context Protocol; each is a table `[mcp.servers.NAME]`."""

    servers: Annotated[
        dict[str, McpServerConfig],
        Field(
            examples=[
                {
                    "home_assistant": {
                        "url": "http://homeassistant.local:8123/api/mcp",
                        "token_env": "HOME_ASSISTANT_TOKEN",
                    }
                }
            ]
        ),
    ] = {}
    """By their names. The example is Home Assistant with its integration "Model Context Protocol
    Server"; the token is a long-lived access token of its profile page, put into the environment as
    HOME_ASSISTANT_TOKEN."""
