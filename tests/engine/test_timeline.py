"""Does a timeline count what choosing its periods shows, in any zone, and does the chart draw it so?"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from awkward import LANGUAGES, SENTIMENTS, filters, texts
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from oracle import admits

from search.api.params import query_from
from search.engine.timeline import MOST_PERIODS
from search.query.model import FieldFilter, Filters, Fold, Query
from search.results import Period, Step, Timeline
from search.times import Millis
from search.times import millis as to_millis
from search.web.chart import HEIGHT, WIDTH, chart

ZONES = ("UTC", "Europe/Kyiv", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu")
EVERYTHING = Filters(since=Millis(-(10**14)))
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@st.composite
def queries(draw):
    """Any question with any filters; without either, everything."""
    chosen, text = draw(filters()), draw(st.just("") | texts())
    chosen = chosen if chosen or text.strip() else EVERYTHING
    return Query(text, chosen, fold=draw(st.sampled_from(Fold)), zone=draw(st.sampled_from(ZONES)))


def narrowed(query, period, sentiment=None):
    """The query with a period chosen instead of its own times, and a sentiment."""
    chosen = query.filters.replaced(since=period.since, until=period.until)
    if sentiment is not None:
        chosen = chosen.replaced(sentiment=replace(chosen["sentiment"], include=(sentiment,)))
    return replace(query, filters=chosen, limit=0)


@given(query=queries())
@example(query=Query("", EVERYTHING, zone="Europe/Kyiv"))
@example(query=Query("bitcoin", Filters(since=Millis(1_769_904_000_001)), fold=Fold.STORY))
def test_a_period_counts_what_choosing_it_shows(awkward, query):
    """Each count is the total of the same query between its bounds, and each sentiment's that of choosing both."""
    engine = awkward.engine
    results, found = engine.overview(query)
    assert engine.timeline(query) == found
    for period in found.periods:
        assert engine.search(narrowed(query, period)).total.value == period.count
        for sentiment, count in period.sentiments.items():
            if sentiment:
                assert engine.search(narrowed(query, period, sentiment)).total.value == count
    assert max(0, results.total.value - found.undated) <= sum(period.count for period in found.periods)


@given(chosen=filters(), language=st.sampled_from([code for code in LANGUAGES if code]), zone=st.sampled_from(ZONES))
def test_a_timeline_is_a_plain_count(awkward, chosen, language, zone):
    """Where nothing folds, periods hold every admitted article of their days once, and no other; counted slowly."""
    query = Query("", chosen.replaced(language=FieldFilter(include=(language,))), zone=zone)
    found = awkward.engine.timeline(query)
    admitted = [article for article in awkward.articles if admits(query.filters, article)]
    assert found.undated == sum(article.published is None for article in admitted)
    expected = Counter()
    for article in admitted:
        if article.published is not None:
            where = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=article.published)).astimezone(
                ZoneInfo(zone)
            )
            expected[_first(found.step, where.date()), article.sentiment] += 1
    counted = Counter()
    for place, period in enumerate(found.periods):
        # The first one may be cut by a filter; its end tells which it is.
        inside = period.since if place else period.until - 1
        day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=inside)).astimezone(ZoneInfo(zone)).date()
        for sentiment, count in period.sentiments.items():
            counted[_first(found.step, day), sentiment] += count
        assert period.count == sum(period.sentiments.values())
    assert counted == expected


def _first(step, day):
    """The first day of a period, said slowly."""
    if step is Step.DAY:
        return day
    if step is Step.WEEK:
        return day - timedelta(days=day.weekday())
    if step is Step.MONTH:
        return day.replace(day=1)
    years = {Step.YEAR: 1, Step.DECADE: 10, Step.CENTURY: 100}[step]
    return date(day.year // years * years or 1, 1, 1)


@given(query=queries())
def test_periods_follow_one_another(awkward, query):
    """No gap and no overlap; few enough; empty ones only between others."""
    found = awkward.engine.timeline(query)
    assert len(found.periods) <= MOST_PERIODS or found.step is Step.CENTURY
    for one, other in zip(found.periods, found.periods[1:], strict=False):
        assert one.until == other.since
    if found.periods:
        assert found.periods[0].count
        assert found.periods[-1].count
        assert all(period.since < period.until for period in found.periods)


def millis(year, month, day):
    """The first moment of a day in UTC."""
    return to_millis(datetime(year, month, day, tzinfo=UTC))


@pytest.mark.parametrize("zone", ZONES)
def test_a_bar_says_what_from_and_to_have_to_be(awkward, zone):
    """`from` and `to` of every bar, read as the parameters they are, mean its very bounds."""
    where = ZoneInfo(zone)
    for chosen in (EVERYTHING, Filters(since=Millis(1_769_904_000_001), until=Millis(1_769_950_000_000))):
        drawn = chart(awkward.engine.timeline(Query("", chosen, zone=zone)), where)
        for bar in drawn.bars:
            asked = query_from([("from", bar.since), ("to", bar.until), ("tz", zone)], NOW).filters
            assert (asked.since, asked.until) == (bar.period.since, bar.period.until)


def test_bars_are_as_high_as_they_count():
    """The highest bar fills the drawing, each is in proportion, its parts add up; nothing stands outside."""
    periods = (
        Period(millis(2026, 3, 1), millis(2026, 3, 2), 4, {"POSITIVE": 3, "Mixed feelings": 1}),
        Period(millis(2026, 3, 2), millis(2026, 3, 3), 0, {}),
        Period(millis(2026, 3, 3), millis(2026, 3, 4), 1, {"POSITIVE": 1, "NEGATIVE": 1}),
    )
    drawn = chart(Timeline(Step.DAY, periods, 0), UTC)
    heights = [sum(stack.height for stack in bar.stacks) for bar in drawn.bars]
    assert heights == pytest.approx([HEIGHT, 0, HEIGHT / 4], abs=0.05)
    assert [stack.kind for stack in drawn.bars[0].stacks] == ["positive", "other"]
    assert [stack.kind for stack in drawn.bars[2].stacks] == ["negative", "positive"]
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.05
        for below, above in zip(bar.stacks, bar.stacks[1:], strict=False):
            assert above.y + above.height == pytest.approx(below.y, abs=0.02)
    assert drawn.sentiments == ("POSITIVE", "NEGATIVE", "Mixed feelings")


@pytest.mark.parametrize(
    ("first", "last", "step", "names"),
    [
        ((2026, 2, 27), (2026, 3, 2), Step.DAY, ["2026-02", "2026-03"]),
        ((2025, 11, 20), (2026, 2, 3), Step.WEEK, ["2025-11", "2025-12", "2026-01", "2026-02"]),
        ((2024, 11, 20), (2026, 2, 3), Step.MONTH, ["2024", "2025", "2026"]),
        ((1970, 1, 1), (2026, 2, 3), Step.YEAR, []),
        ((1900, 1, 1), (2026, 2, 3), Step.DECADE, []),
        ((1, 1, 5), (9999, 12, 20), Step.CENTURY, []),
    ],
)
def test_the_step_fits_the_span_and_the_axis_names_it(first, last, step, names):
    """Days, weeks, months, years: the shortest that are few; below stand the months or years in their lengths."""
    import numpy as np

    from search.article import Article
    from search.engine.timeline import timeline
    from search.index.columns_builder import columns_of

    articles = [
        Article(id=str(day), path="", title="", text="", published=millis(*day)) for day in dict.fromkeys((first, last))
    ]
    rows = np.arange(len(articles))
    columns = columns_of(articles, group=rows, embedded_row=rows, story=rows)
    found = timeline(columns, rows, Filters(), Fold.NONE, UTC)
    assert found.step is step
    assert sum(period.count for period in found.periods) == 2
    axis = chart(found, UTC).axis
    assert [part.first.isoformat()[: len(name)] for part, name in zip(axis, names, strict=True)] == names
    assert all(1 <= part.length <= 31 for part in axis)
    if step in (Step.DAY, Step.WEEK):
        days = (found.periods[-1].until - found.periods[0].since) // 86_400_000
        assert sum(part.length for part in axis) == days
    if step is Step.MONTH:
        assert sum(part.length for part in axis) == len(found.periods)


def test_awkward_articles_have_several_sentiments():
    """What is counted above by sentiment is not always one."""
    assert len(SENTIMENTS) == 4
