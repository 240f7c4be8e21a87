"""What is known of the weather: fresh where it can be had, else the last that was, with its age.

Flows in: a place's name, or nothing for home. Flows out: places and forecasts. Refuses to know:
HTTP, SQL, words.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.household.weather import places
from assistant.household.weather.keeping import Answer
from assistant.household.weather.reading import forecast_of, places_of
from assistant.household.weather.values import Forecast, Known, NoAnswer, NoWeather, Place

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from assistant.config import HomeConfig
    from assistant.household.weather.keeping import Kept
    from assistant.household.weather.source import OpenMeteo
    from assistant.interfaces import Clock

_LOG = logging.getLogger(__name__)
_NO_HOME = (
    "I do not know where home is. Name a place, or put the town as place into [home] of my settings"
    " and start me again."
)


class Weather:
    """Forecasts for places; each question leaves this machine only when no fresh answer is kept."""

    def __init__(
        self, source: OpenMeteo, kept: Kept, home: HomeConfig, fresh_s: float, clock: Clock
    ) -> None:
        self._source = source
        self._kept = kept
        self._home = home
        self._fresh_s = fresh_s
        self._clock = clock

    async def home(self) -> Place:
        """The place of the settings. Raises NoWeather where there is none, or several."""
        home = self._home
        if home.latitude is not None and home.longitude is not None:
            return Place(home.place, home.latitude, home.longitude)
        if home.latitude is not None or home.longitude is not None:
            raise NoWeather("[home] has only one of latitude and longitude. Give it both.")
        if not home.place.strip():
            raise NoWeather(_NO_HOME)
        found = await self._named(home.place)
        if len(found) > 1:
            raise NoWeather(
                f"I do not know which {found[0].name} is home. Put place = "
                f'"{places.full_name(found[0])}" into [home] of my settings, or the one you mean.'
            )
        return found[0]

    async def places(self, name: str) -> Sequence[Place]:
        """The place of this name, or several to choose from. Raises NoWeather where none is."""
        found: Sequence[Place] = await self._named(name)
        if len(found) > 1:
            with suppress(NoWeather):  # home only helps to choose
                found = places.nearer(found, (await self.home()).country_code)
        return found

    async def forecast(self, place: Place) -> Known:
        """The forecast at a place, the last one known where there is no other. Raises NoWeather."""
        question = f"forecast {place.latitude:.2f} {place.longitude:.2f}"
        last, age_s = await self._last(question)
        if last and 0 <= age_s < self._fresh_s:
            return Known(last, age_s)
        try:
            answer = await self._asked(self._source.forecast(place.latitude, place.longitude))
            known = Known(forecast_of(answer.text))
        except NoAnswer as error:
            if last is None:
                raise
            return Known(last, max(age_s, 0.0), str(error))
        await self._keep(question, answer)
        return known

    async def _last(self, question: str) -> tuple[Forecast | None, float]:
        """The forecast that was kept, and its age in seconds."""
        kept = await self._find(question)
        if kept is None:
            return None, 0.0
        with suppress(NoAnswer):  # kept by an older program, which asked for less
            return forecast_of(kept.text), (self._clock.now() - kept.at).total_seconds()
        return None, 0.0

    async def _named(self, said: str) -> list[Place]:
        alike: list[Place] = []
        for name, within in places.readings(said):
            found = await self._looked_up(name)
            if meant := places.candidates(found, name, within):
                return [replace(place, name=_shown(place, within)) for place in meant]
            alike = alike or ([] if within else found[:1])
        if alike:  # misspelt or misheard: what the service takes it for is told with its name
            return alike
        raise NoWeather(f"I do not know a place named {said.strip()}. Name a town near it.")

    async def _looked_up(self, name: str) -> list[Place]:
        question = f"place {places.fold(name)}"
        kept = await self._find(question)
        if kept:
            return places_of(kept.text)
        answer = await self._asked(self._source.places(name))
        found = places_of(answer.text)
        if found:
            await self._keep(question, answer)
        return found

    async def _asked(self, asking: Awaitable[bytes]) -> Answer:
        try:
            body = await asking
        except NoWeather:
            raise
        except AssistantError as error:  # the record cannot be written, so nothing was sent
            raise NoAnswer(error.spoken) from error
        return Answer(self._clock.now(), body.decode("utf-8", "replace"))

    async def _find(self, question: str) -> Answer | None:
        try:
            return await self._kept.find(question)
        except AssistantError as error:  # then it is asked
            _LOG.error("the last weather cannot be looked up: %s", error)
            return None

    async def _keep(self, question: str, answer: Answer) -> None:
        try:
            await self._kept.keep(question, answer)
        except AssistantError as error:  # the answer is told all the same
            _LOG.error("the weather cannot be kept: %s", error)


def _shown(place: Place, within: str) -> str:
    """Its name as it is said; with its region where one was named."""
    return places.full_name(place) if within else place.name
