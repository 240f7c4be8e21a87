"""The clock: the time elsewhere, the days until a day, and how people ask for them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from assistant.errors import ToolError
from assistant.household.zones import zone, zone_of
from assistant.think.instant import Instant
from assistant.tools.clock import calendar_tool, clock, clock_tool


class StoppedClock:
    """A clock that stands at one minute."""

    def monotonic(self) -> float:
        """Nothing moves."""
        return 0.0

    def now(self) -> datetime:
        """Five past four in the afternoon, on a Sunday, an hour ahead of Greenwich."""
        return datetime(2026, 11, 22, 16, 5, tzinfo=timezone(timedelta(hours=1)))

    async def sleep(self, seconds: float) -> None:
        """Nothing waits."""


async def ask(language: str = "en", **arguments: str) -> str:
    """What the family says to these arguments. Raises ToolError."""
    tool = calendar_tool if "day" in arguments else clock_tool
    return (await tool(StoppedClock(), language).call(json.dumps(arguments))).text


@pytest.mark.parametrize(
    ("question", "place", "words"),
    [
        ("time", "London", "It's 3:05 PM in London."),
        ("time", "Tokyo", "It's 12:05 AM on Monday in Tokyo."),
        ("time", "Honolulu", "It's 5:05 AM in Honolulu."),
        ("date", "Sydney", "It's Monday, November 23, 2026 in Sydney."),
        ("both", "Sydney", "It's 2:05 AM on Monday, November 23, 2026 in Sydney."),
        ("time", "new york", "It's 10:05 AM in new york."),
        ("time", "Kathmandu", "It's 8:50 PM in Kathmandu."),
    ],
)
async def test_the_time_in_a_place(question: str, place: str, words: str) -> None:
    """With the weekday where it is another day there."""
    assert await ask(ask=question, place=place) == words


async def test_the_time_in_a_place_has_no_english_in_other_languages() -> None:
    """The place as it was given, and the time by the language's rules."""
    assert await ask("de", ask="time", place="Tokyo") == "Tokyo: 00:05."


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Berlin", "Europe/Berlin"), ("germany", "Europe/Berlin"), ("Japan", "Asia/Tokyo"),
        ("São Paulo", "America/Sao_Paulo"), ("sao paulo", "America/Sao_Paulo"),
        ("Mumbai", "Asia/Calcutta"), ("Kyiv", "Europe/Kiev"), ("the UK", "Europe/London"),
        ("San Francisco", "America/Los_Angeles"), ("Ho Chi Minh City", "Asia/Saigon"),
        ("St. Petersburg", "Europe/Moscow"), ("Bali", "Asia/Makassar"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)  # fmt: skip
def test_places_have_zones(place: str, name: str) -> None:
    """Towns, their other names, and countries with one zone; accents and case do not matter."""
    assert zone_of(place) == name
    offset = datetime(2026, 7, 1, tzinfo=UTC).astimezone(zone(place)).utcoffset()
    assert offset is not None


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ("Atlantis", "I do not know the time in Atlantis."),
        ("Berlni", "Do you mean Berlin?"),
        ("the United States", "United States has several time zones. Name a town in it."),
        ("Australia", "Australia has several time zones"),
        ("Etc", "I do not know the time in Etc"),
        ("?", "I do not know the time in"),
        ("../../etc/passwd", "I do not know the time in"),
    ],
)
async def test_a_place_without_a_time_is_said(place: str, complaint: str) -> None:
    """Near names are offered; the sentence is the same for the ear."""
    with pytest.raises(ToolError) as caught:
        await ask(ask="time", place=place)
    assert complaint in str(caught.value)
    assert caught.value.spoken == str(caught.value)


@pytest.mark.parametrize(
    ("question", "day", "words"),
    [
        ("days_until", "Christmas", "It's 33 days until Friday, December 25."),
        ("days_until", "2026-11-23", "Monday, November 23 is tomorrow."),
        ("days_until", "Sunday", "Sunday, November 22 is today."),
        ("days_until", "yesterday", "Saturday, November 21 was yesterday."),
        ("days_until", "2026-01-01", "Thursday, January 1 was 325 days ago."),
        ("days_until", "March 1", "It's 99 days until Monday, March 1, 2027."),
        ("days_until", "2036-11-22", "It's 3,653 days until Saturday, November 22, 2036."),
        ("weekday", "Christmas", "December 25 is a Friday."),
        ("weekday", "July 4 1976", "July 4, 1976 was a Sunday."),
        ("weekday", "New Year's Day", "January 1, 2027 is a Friday."),
    ],
)
async def test_days_are_counted_and_named(question: str, day: str, words: str) -> None:
    """From today; with the weekday and, where it is another, the year."""
    assert await ask(ask=question, day=day) == words


async def test_other_languages_get_dates_alone() -> None:
    """No English words."""
    told = await ask("de", ask="days_until", day="2026-12-25")
    assert told == "Freitag, 25. Dezember 2026: 33."
    assert await ask("de", ask="weekday", day="2026-12-25") == "Freitag, 25. Dezember 2026."


async def test_a_day_that_is_none_is_said() -> None:
    """With how to say it."""
    with pytest.raises(ToolError, match=r"I do not know the day '31 February'\. Say it as in"):
        await ask(ask="weekday", day="31 February")


def test_the_family_has_both_tools_and_always_goes_out() -> None:
    """Who is asked for the time has no word in common with all who ask."""
    family = clock(StoppedClock())
    assert [tool.schema.name for tool in family.tools] == ["clock", "calendar"]
    assert not family.words


@pytest.fixture(scope="module")
def instant() -> Instant:
    """All sentences."""
    return Instant(["en"])


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("What's the time in Tokyo?", {"ask": "time", "place": "Tokyo"}),
        ("What time is it in New York right now?", {"ask": "time", "place": "New York"}),
        ("What's the local time in Mumbai?", {"ask": "time", "place": "Mumbai"}),
        ("Can you tell me what time it is in Berlin?", {"ask": "time", "place": "Berlin"}),
        ("Time in London", {"ask": "time", "place": "London"}),
        ("What day is it in Sydney?", {"ask": "date", "place": "Sydney"}),
        ("What's the date in Japan?", {"ask": "date", "place": "Japan"}),
        ("How many days until Christmas?", {"ask": "days_until", "day": "Christmas"}),
        ("How many days are left until Christmas?", {"ask": "days_until", "day": "Christmas"}),
        ("How many days is it till the 24th of December?",
         {"ask": "days_until", "day": "the 24th of December"}),
        ("How long until Friday?", {"ask": "days_until", "day": "Friday"}),
        ("How long is it until New Year's Eve?", {"ask": "days_until", "day": "New Year's Eve"}),
        ("How far away is Easter?", {"ask": "days_until", "day": "Easter"}),
        ("What day is Christmas?", {"ask": "weekday", "day": "Christmas"}),
        ("What day is Christmas on?", {"ask": "weekday", "day": "Christmas"}),
        ("What day of the week is December 24th?", {"ask": "weekday", "day": "December 24th"}),
        ("What day of the week was July 4, 1976?", {"ask": "weekday", "day": "July 4, 1976"}),
        ("Which day does Halloween fall on?", {"ask": "weekday", "day": "Halloween"}),
        ("On what day does Easter fall?", {"ask": "weekday", "day": "Easter"}),
        ("What's the weekday of May 1?", {"ask": "weekday", "day": "May 1"}),
    ],
)  # fmt: skip
def test_the_ways_in_which_people_ask(
    instant: Instant, text: str, arguments: dict[str, str]
) -> None:
    """The time elsewhere, and days."""
    call = instant.match(text, "en")
    assert call is not None
    assert json.loads(call.arguments) == arguments


@pytest.mark.parametrize(
    "text",
    [
        "What time is it in Atlantis?",
        "What time is it in the movie?",
        "What's the time in the United States?",
        "What time is dinner in Berlin?",
        "What day is garbage day?",
        "What day is it worth leaving?",
        "How long until dinner?",
        "How many days until my birthday?",
        "How many days are in a fortnight and a half dozen?",
        "How far away is Paris?",
        "How far is the moon?",
        "What day is best for you?",
        "What time is the train to Bristol?",
    ],
)
def test_what_only_sounds_like_it_goes_to_the_model(instant: Instant, text: str) -> None:
    """No place that has no one time, and no day that is none."""
    assert instant.match(text, "en") is None
