"""Which place and which time is meant, and how it is said: the pure parts of the weather."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.household.dates import date_of, named
from assistant.household.weather import codes
from assistant.household.weather.places import candidates, nearer, question, readings
from assistant.household.weather.spans import clock_time, spans_of
from assistant.household.weather.values import Place
from assistant.household.weather.words import age

TODAY = date(2026, 11, 22)
"""A Sunday."""
NOW = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)


def place(name: str, region: str, people: int, country: str = "US", kind: str = "PPL") -> Place:
    """A place."""
    return Place(name, 1.0, 2.0, region, country, country, people, kind)


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("Springfield, Illinois", ("Springfield", "Illinois")),
        (" Springfield in Illinois. ", ("Springfield", "Illinois")),
        ("Paris, Texas, USA", ("Paris", "Texas, USA")),
        ("New York", ("New York", "")),
        ("Berlin", ("Berlin", "")),
    ],
)
def test_a_name_may_bring_its_region(said: str, first: tuple[str, str]) -> None:
    """Behind a comma or "in"; two words are one name before they are two."""
    assert readings(said)[0] == first


def test_a_region_may_stand_behind_the_name() -> None:
    """Of one word or two, where the whole is no place."""
    assert readings("Portland New South")[1:] == [
        ("Portland New", "South"),
        ("Portland", "New South"),
    ]


def test_many_people_make_a_place_the_one_that_is_meant() -> None:
    """Five times as many; else all that are close are candidates, the largest first."""
    paris = [place("Paris", "Texas", 24_000), place("Paris", "Île-de-France", 2_100_000, "FR")]
    assert [p.country for p in candidates(paris, "paris", "")] == ["FR"]
    assert [p.region for p in candidates(paris, "Paris", "Texas, USA")] == ["Texas"]
    assert [p.region for p in candidates(paris, "Paris", "the US")] == ["Texas"]
    close = [place("X", "A", 20), place("X", "B", 100), place("X", "C", 19), place("X", "B", 90)]
    assert [p.region for p in candidates(close, "x", "")] == ["B", "A"]
    assert candidates(close, "Y", "") == []


def test_accents_and_case_do_not_matter() -> None:
    """As a transcript writes it."""
    assert candidates([place("Orléans", "Loiret", 1)], "orleans", "")


def test_one_place_of_the_own_country_is_nearer() -> None:
    """Two are not: it is asked which."""
    some = [place("X", "A", 9), place("X", "B", 9, "GB")]
    assert nearer(some, "GB") == some[1:]
    assert nearer(some, "FR") == some
    assert nearer([*some, place("X", "C", 9, "GB")], "GB") == [*some, place("X", "C", 9, "GB")]


def test_a_question_says_what_tells_places_apart() -> None:
    """Countries where they differ, else regions; both where it must be."""
    here, there = place("X", "Iowa", 9), place("X", "Ohio", 9)
    abroad = place("X", "Kent", 9, "United Kingdom")
    assert question([here, there]) == "Do you mean X in Iowa or in Ohio?"
    assert question([here, abroad]) == "Do you mean X in US or in the United Kingdom?"
    assert question([here, there, abroad]) == (
        "Do you mean X in Iowa, US, in Ohio, US or in Kent, the United Kingdom?"
    )


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", 0), ("Tomorrow", 1), ("the day after tomorrow", 2), ("Sunday", 0),
        ("Monday", 1), ("on saturday", 6), ("this Wed", 3), ("Christmas", 33),
        ("christmas eve", 32), ("New Year's Day", 40), ("new year", 40), ("Halloween", 343),
        ("November 22", 0), ("November 21", 364), ("the 24th of December", 32),
        ("December 24th", 32), ("24 Dec 2027", 397), ("2026-12-24", 32), ("Thanksgiving", 4),
        ("Easter", 126), ("Good Friday 2027", 124), ("Christmas 2027", 398), ("yesterday", -1),
        ("Thursday, December 24", 32), ("February 29", 464), ("May 1", 160),
    ],
)  # fmt: skip
def test_days_have_many_names(said: str, day: int) -> None:
    """Counted from a Sunday in November; what has gone by is next year's."""
    assert date_of(said, TODAY) == TODAY + timedelta(days=day)


@pytest.mark.parametrize(
    "said",
    [
        "", "soon", "31 February", "February 29 2027", "32 May", "2026-13-01", "ma 1", "the moon",
        "ju 3", "Christmas 0", "Christmas 9999", "Easter 1500", "day", "12", "5 pm",
    ],
)  # fmt: skip
def test_what_is_no_day_is_none(said: str) -> None:
    """Nothing is guessed."""
    assert date_of(said, TODAY) is None


def test_days_are_named_as_people_do() -> None:
    """Near ones by their weekday, far ones by their date, other years with the year."""
    names = [named(TODAY + timedelta(days=n), TODAY) for n in (-1, 0, 1, 2, 6, 7, 100)]
    assert names == [
        "yesterday", "today", "tomorrow", "on Tuesday", "on Saturday", "on November 29",
        "on March 2, 2027",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "label", "start", "hours"),
    [
        ("", "today", "11-22 00", 24),
        ("tomorrow", "tomorrow", "11-23 00", 24),
        ("tonight", "tonight", "11-22 21", 9),
        ("this evening", "this evening", "11-22 18", 6),
        ("Friday afternoon", "on Friday afternoon", "11-27 12", 6),
        ("tomorrow at 5 pm", "tomorrow at 5 PM", "11-23 17", 1),
        ("17:30", "today at 5 PM", "11-22 17", 1),
        ("saturday 9:00", "on Saturday at 9 AM", "11-28 09", 1),
        ("12 am", "today at 12 AM", "11-22 00", 1),
    ],
)
def test_a_time_is_a_span(when: str, label: str, start: str, hours: int) -> None:
    """A day, a part of it, an hour."""
    (span,) = spans_of(when, NOW)
    assert (span.label, f"{span.start:%m-%d %H}") == (label, start)
    assert span.end - span.start == timedelta(hours=hours)


def test_a_weekend_is_what_is_left_of_it() -> None:
    """On a Sunday one day, before it two."""
    assert [span.label for span in spans_of("weekend", NOW)] == ["today"]
    friday = NOW - timedelta(days=2)
    assert [s.label for s in spans_of("the weekend", friday)] == ["tomorrow", "on Sunday"]


@pytest.mark.parametrize("when", ["someday", "25:00 o'clock", "at 25:00", "13 pm", "moon night"])
def test_what_is_no_time_has_no_span(when: str) -> None:
    """The tool says so."""
    assert spans_of(when, NOW) == []


def test_every_code_of_the_documentation_has_words() -> None:
    """The list that Open-Meteo's documentation gives; others are passed over."""
    listed = [0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81]
    listed += [82, 85, 86, 95, 96, 99]
    assert all(codes.words(code) for code in listed)
    assert codes.words(4) == codes.words(None) == ""


def test_ages_and_times_are_rounded_for_the_ear() -> None:
    """As people say them."""
    ages = [age(0), age(60), age(3500), age(3600), age(5400), age(86_400), age(300_000)]
    assert ages == [
        "1 minute ago", "1 minute ago", "58 minutes ago", "1 hour ago", "2 hours ago",
        "1 day ago", "3 days ago",
    ]  # fmt: skip
    assert [clock_time(NOW.replace(hour=h)) for h in (0, 12, 13)] == [
        "12:05 AM",
        "12:05 PM",
        "1:05 PM",
    ]
