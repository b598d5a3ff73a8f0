"""Which time does a text name? Only one that it surely names."""

from datetime import UTC, datetime

import pytest

from search.analysis.synonyms import BUILT_IN, read_names
from search.analysis.time_expressions import named_time
from search.query.dates import may_name_time
from search.times import iso

NOW = datetime(2026, 4, 15, 12, 30, tzinfo=UTC)  # a Wednesday
DAYS = read_names(BUILT_IN).days


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
        ("memecoins first week of january 2026", "2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z"),
        ("останній тиждень лютого", "2026-02-22T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("bitcoin price last week of november", "2025-11-24T00:00:00Z", "2025-12-01T00:00:00Z"),
        ("filings last month of 2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("liquidations last weekend", "2026-04-11T00:00:00Z", "2026-04-13T00:00:00Z"),
        ("earnings last quarter", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
        ("прибутки цього кварталу", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("what the fed said on Wednesday", "2026-04-15T00:00:00Z", "2026-04-16T00:00:00Z"),
        ("what the fed said last Wednesday", "2026-04-08T00:00:00Z", "2026-04-09T00:00:00Z"),
        ("sell-off last Thursday", "2026-04-09T00:00:00Z", "2026-04-10T00:00:00Z"),
        ("обвал у п’ятницю", "2026-04-10T00:00:00Z", "2026-04-11T00:00:00Z"),
        ("flows of the past three weeks", "2026-03-25T00:00:00Z", "2026-04-15T12:30:00Z"),
        ("hacks since february", "2026-02-01T00:00:00Z", "2026-04-15T12:30:00Z"),
        ("зломи з лютого", "2026-02-01T00:00:00Z", "2026-04-15T12:30:00Z"),
        ("forecasts before 5 January 2026", "1970-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),
        ("bitcoin after 5 January 2026", "2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z"),
        ("miners after the halving", "2024-04-20T00:00:00Z", "2026-04-15T12:30:00Z"),
        ("майнери після халвінгу", "2024-04-20T00:00:00Z", "2026-04-15T12:30:00Z"),
        ("прогнози до халвінгу", "1970-01-01T00:00:00Z", "2024-04-20T00:00:00Z"),
        ("options expiry the day after Christmas 2025", "2025-12-26T00:00:00Z", "2025-12-27T00:00:00Z"),
        ("gifts for christmas", "2025-12-25T00:00:00Z", "2025-12-26T00:00:00Z"),
        ("bitcoin on New Year’s Eve", "2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_read(text, since, until):
    """A month, a day, a quarter, an age and their Ukrainian forms are the time they mean."""
    time = named_time(text, NOW, UTC, DAYS)
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
        "what the halving means",
        "from zero to hero",
        "shalving christmassy",
        "Black Monday",
        "giving tuesday",
        "серед користувачів",
    ],
)
def test_words_and_numbers_are_no_time(text):
    """`may`, `march`, counts, names, prices and what came once name no time."""
    assert named_time(text, NOW, UTC, DAYS) is None


def test_a_year_alone_counts_half():
    """A bare year is often a subject, so it is preferred only half as much."""
    assert named_time("predictions for 2026", NOW, UTC).certainty == 0.5


def test_the_newest_can_be_asked_for():
    """`latest` names no time, but asks for what is fresh."""
    assert named_time("latest bitcoin news", NOW, UTC).fresh


def test_every_text_that_names_a_time_looks_as_if_it_did():
    """What this module reads is never missed by the glance that saves loading it; most texts are."""
    named = [case[0] for case in test_a_time_is_read.pytestmark[0].args[1]]
    days = DAYS
    others = [
        "latest bitcoin news",
        "найновіші новини",
        "early 2026",
        "на початку березня",
        "два тижні тому",
        "позавчора",
    ]
    assert [text for text in [*named, *others] if not may_name_time(text, days)] == []
    assert not any(may_name_time(text, days) for text in ("bitcoin ETF outflows", "хто зламав біржу", ""))
