"""Which time does a text name? Only one that it surely names."""

from datetime import UTC, datetime

import pytest

from search.article import iso
from search.dates import named_time

NOW = datetime(2026, 4, 15, 12, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("bitcoin january 2026", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("ETF flows in December", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("crash of 5 February", "2026-02-05T00:00:00Z", "2026-02-06T00:00:00Z"),
        ("біткоїн у грудні", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("hack 2026-02-05", "2026-02-05T00:00:00Z", "2026-02-06T00:00:00Z"),
        ("results of Q1", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("what happened last week", "2026-04-06T00:00:00Z", "2026-04-13T00:00:00Z"),
        ("податки торік", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("вчора", "2026-04-14T00:00:00Z", "2026-04-15T00:00:00Z"),
        ("hacks in may", "2025-05-01T00:00:00Z", "2025-06-01T00:00:00Z"),
    ],
)
def test_a_time_is_read(text, since, until):
    """A month, a day, a quarter, an age and their Ukrainian forms are the time they mean."""
    time = named_time(text, NOW, UTC)
    assert (iso(time.since), iso(time.until)) == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "may bank rules",
        "march of the bulls",
        "top 10 coins",
        "S&P 500",
        "$2026 price target",
        "x402",
        "Roman Storm",
    ],
)
def test_words_and_numbers_are_no_time(text):
    """`may`, `march`, counts, names and prices name no time."""
    assert named_time(text, NOW, UTC) is None


def test_a_year_alone_counts_half():
    """A bare year is often a subject, so it is preferred only half as much."""
    assert named_time("predictions for 2026", NOW, UTC).certainty == 0.5


def test_the_newest_can_be_asked_for():
    """`latest` names no time, but asks for what is fresh."""
    assert named_time("latest bitcoin news", NOW, UTC).fresh
