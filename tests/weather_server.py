"""A weather service on this machine: a real HTTP server that answers in Open-Meteo's form.

Flows in: places and the weather they have, and what is to go wrong. Flows out: answers, and what
was asked. We wrote the answers; their fields are those of Open-Meteo's documentation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qs, urlsplit

from listener import Listener

if TYPE_CHECKING:
    import asyncio

    from assistant.config import WeatherConfig

Fault = Literal["500", "429", "400", "302", "silence", "cut", "broken", "empty", "endless", "odd"]
"""A status; no answer; a connection that breaks off; JSON that is none; an empty object; a body
without an end; JSON of another form."""
FIRST_DAY = date(2026, 11, 22)
"""A Sunday."""

SPRINGFIELDS = [
    ("Springfield", 37.21533, -93.29824, "Missouri", "United States", "US", 169176, "PPLA2"),
    ("Springfield", 42.10148, -72.58981, "Massachusetts", "United States", "US", 155929, "PPLA2"),
    ("Springfield", 39.80172, -89.64371, "Illinois", "United States", "US", 114394, "PPLA"),
    ("Springfield", 44.04624, -123.02203, "Oregon", "United States", "US", 61893, "PPL"),
    ("Springfield", 39.92423, -83.80882, "Ohio", "United States", "US", 58662, "PPLA2"),
    ("Springfield", 44.12, -94.97, "Minnesota", "United States", "US", 2152, "PPL"),
]
PLACES: dict[str, list[tuple[Any, ...]]] = {
    "springfield": SPRINGFIELDS,
    "berlin": [
        ("Berlin", 52.52437, 13.41053, "State of Berlin", "Germany", "DE", 3426354, "PPLC"),
        ("Berlin", 44.46867, -71.18508, "New Hampshire", "United States", "US", 9367, "PPL"),
    ],
    "berlni": [("Berlin", 52.52437, 13.41053, "State of Berlin", "Germany", "DE", 3426354, "PPLC")],
    "cambridge": [
        ("Cambridge", 52.2, 0.11667, "England", "United Kingdom", "GB", 145700, "PPLA2"),
        ("Cambridge", 42.3751, -71.10561, "Massachusetts", "United States", "US", 118403, "PPLA2"),
    ],
    "leeds": [("Leeds", 53.79648, -1.54785, "England", "United Kingdom", "GB", 516298, "PPLA2")],
    "new york": [
        ("New York", 43.00035, -75.4999, "New York", "United States", "US", 19274244, "ADM1"),
        ("New York", 40.71427, -74.00597, "New York", "United States", "US", 8804190, "PPL"),
    ],
    "tromsø": [("Tromsø", 69.6489, 18.95508, "Troms", "Norway", "NO", 38980, "PPLA")],
}


@dataclass
class Sky:
    """The weather of a place, the same each day but for what a test changes."""

    zone: str = "Europe/Berlin"
    offset_s: int = 3600
    now: datetime = datetime(2026, 11, 22, 16, 0)  # noqa: DTZ001  # as the service writes it
    warm: float = 11.6
    feels: float | None = 8.4
    code: int | None = 61
    wind: float | None = 21.7
    gusts: float | None = 40.3
    wind_from: int | None = 268
    rain: dict[int, int] = field(default_factory=lambda: {17: 35, 18: 80, 19: 90, 20: 60})
    """Hour of each day to the chance of rain in percent; 5 in all others."""
    day_codes: tuple[int | None, ...] = (61, 3, 71)
    """Of the days, over and over."""
    sun: bool = True
    """Whether the sun rises and sets."""

    def answer(self) -> dict[str, Any]:
        """As Open-Meteo writes it; with nine days."""
        days = [FIRST_DAY + timedelta(days=n) for n in range(9)]
        hours = [f"{day}T{hour:02}:00" for day in days for hour in range(24)]
        count = len(days)
        rises, sets = ("T07:43", "T16:06") if self.sun else ("T00:00", "T00:00")
        chances = [self.rain.get(hour, 5) for hour in range(24)]
        return {
            "latitude": 52.52, "longitude": 13.419998, "generationtime_ms": 0.19,
            "utc_offset_seconds": self.offset_s, "timezone": self.zone,
            "timezone_abbreviation": "GMT+1", "elevation": 38.0,
            "current_units": {"temperature_2m": "°C", "wind_speed_10m": "km/h"},
            "current": {
                "time": f"{self.now:%Y-%m-%dT%H:%M}", "interval": 900, "weather_code": self.code,
                "temperature_2m": self.warm, "apparent_temperature": self.feels,
                "wind_speed_10m": self.wind, "wind_gusts_10m": self.gusts,
                "wind_direction_10m": self.wind_from,
            },
            "hourly": {
                "time": hours, "weather_code": [self.code] * len(hours),
                "temperature_2m": [float(hour) for _ in days for hour in range(24)],
                "precipitation_probability": chances * count,
                "precipitation": [0.1] * len(hours), "wind_speed_10m": [12.0] * len(hours),
            },
            "daily": {
                "time": [str(day) for day in days],
                "weather_code": [self.day_codes[n % len(self.day_codes)] for n in range(count)],
                "temperature_2m_min": [-2.6 + n for n in range(count)],
                "temperature_2m_max": [6.4 + n for n in range(count)],
                "precipitation_probability_max": [max(chances)] * (count - 1) + [None],
                "precipitation_sum": [2.5] * count,
                "wind_speed_10m_max": [30.2] * (count - 1) + [None],
                "wind_gusts_10m_max": [61.0] * count,
                "wind_direction_10m_dominant": [225] * count,
                "sunrise": [f"{day}{rises}" for day in days],
                "sunset": [f"{day}{sets}" for day in days],
            },
        }  # fmt: skip


class WeatherServer(Listener):
    """The service; `async with` runs it."""

    def __init__(self) -> None:
        super().__init__()
        self.sky = Sky()
        self.faults: list[Fault] = []
        """What goes wrong with the next requests, one each."""
        self.asked: list[dict[str, str]] = []
        """The query of each request, with its `path`, and its headers under `headers`."""

    def config(self, config: WeatherConfig) -> WeatherConfig:
        """The settings with this server's addresses."""
        base = f"http://127.0.0.1:{self.port}/v1"
        urls = {"forecast_url": f"{base}/forecast", "places_url": f"{base}/search"}
        return config.model_copy(update=urls)

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [query["path"] for query in self.asked]

    async def answer(
        self,
        head: str,
        reader: asyncio.StreamReader,  # noqa: ARG002  # Listener's
        writer: asyncio.StreamWriter,
    ) -> None:
        """Tell the weather, or where a place is."""
        url = urlsplit(head.split()[1])
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(query | {"path": url.path, "headers": head})
        await self._answer(writer, url.path, query)

    async def _answer(self, writer: asyncio.StreamWriter, path: str, query: dict[str, str]) -> None:
        body = json.dumps(_places(query) if path.endswith("search") else self.sky.answer())
        match self.faults.pop(0) if self.faults else None:
            case None:
                _write(writer, 200, body)
            case "silence":
                await self.over.wait()
            case "cut":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
            case "broken":
                _write(writer, 200, body[: len(body) // 2])
            case "empty":
                _write(writer, 200, "{}")
            case "odd":
                _write(writer, 200, '{"current": [], "results": 3}')
            case "endless":
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not self.over.is_set():
                    writer.write(b" " * 65_536)
                    await writer.drain()
            case "302":
                writer.write(b"HTTP/1.1 302 Found\r\nlocation: /v1/elsewhere\r\n")
                writer.write(b"content-length: 0\r\nconnection: close\r\n\r\n")
            case fault:
                reason = "Minutely API request limit exceeded. Please try again in one minute."
                _write(writer, int(fault), json.dumps({"error": True, "reason": reason}))


def _places(query: dict[str, str]) -> dict[str, Any]:
    """The answer to a name; without `results` where there is none, as the service has it."""
    names = ("name", "latitude", "longitude", "admin1", "country", "country_code", "population")
    found = PLACES.get(query["name"].casefold(), [])
    results = [
        dict(zip((*names, "feature_code"), row, strict=True)) | {"id": number, "timezone": "GMT"}
        for number, row in enumerate(found)
    ]
    return {"generationtime_ms": 0.7} | ({"results": results} if results else {})


def _write(writer: asyncio.StreamWriter, status: int, body: str) -> None:
    data = body.encode()
    head = f"HTTP/1.1 {status} x\r\ncontent-type: application/json; charset=utf-8\r\n"
    writer.write(f"{head}content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode() + data)
