"""Do the filters admit what reading each article would admit, in every mode, and do the facets count what they show?"""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from awkward import LANGUAGES, MOMENTS, awkward_articles, filters, single_filters, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import admits

from indexer.derive.twins import groups
from search.article import Article
from search.index.columns import CountingUnit, open_columns, write_columns
from search.index.columns_builder import columns_of
from search.query.fields import FACETS, FILTER_FIELDS
from search.query.model import FieldFilter, Filters, Mode, Query, Sort
from search.times import Millis, millis, month_starts

UNFOLDED = FieldFilter(exclude=("no such language",))
"""A choice of languages that admits all of them; with it, twins are not folded."""
ASKED = ("bitcoin", "the law", "C++ Zürich", "об'єкт", "regulated stablecoins", "біткоїн київ", "і", "$BTC hack moon")


def columns(articles):
    """The columns of these articles, twins and vectors left out."""
    rows = np.arange(len(articles))
    return columns_of(articles, rows, rows, rows)


EARLY = millis(datetime(2025, 3, 1, 22, 30, tzinfo=UTC))
LATE = millis(datetime(2025, 12, 31, 22, 30, tzinfo=UTC))


def admitted(found, filters):
    """The rows that columns admit."""
    mask = found.filter_mask(filters)
    return list(range(found.size)) if mask is None else np.flatnonzero(mask).tolist()


@given(seed=st.integers(0, 50), chosen=filters())
def test_columns_admit_what_a_plain_filter_admits(seed, chosen):
    """Any filters over any articles: arrays and reading one by one agree."""
    articles = awkward_articles(seed, 40)
    expected = [row for row, article in enumerate(articles) if admits(chosen, article)]
    assert admitted(columns(articles), chosen) == expected


def test_each_single_filter_admits_what_a_plain_filter_admits():
    """Each value wanted and refused, in another letter case too, and each moment as an edge."""
    articles = awkward_articles(8, 150)
    found = columns(articles)
    for chosen in single_filters():
        assert admitted(found, chosen) == [row for row, a in enumerate(articles) if admits(chosen, a)], chosen


def test_no_filters_admit_everything_without_a_mask():
    """Without filters there is no mask to pay for."""
    assert columns(awkward_articles(1, 5)).filter_mask(Filters()) is None


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [(1000, None, [1, 2]), (None, 1000, [0]), (1000, 1001, [1]), (1001, 1002, [2]), (1000, 1000, []), (1002, 1000, [])],
)
def test_a_range_includes_since_and_excludes_until_to_the_millisecond(since, until, expected):
    """since is inclusive, until exclusive; an article without a time is in no range."""
    articles = [Article(id=str(t), path="", title="", text="", published=Millis(t)) for t in (999, 1000, 1001)]
    articles.append(Article(id="undated", path="", title="", text=""))
    assert admitted(columns(articles), Filters(since=since, until=until)) == expected


def test_columns_written_and_opened_are_the_same(tmp_path):
    """What is opened admits and counts what was written."""
    articles = awkward_articles(4, 60)
    write_columns(tmp_path, columns(articles))
    before, after = columns(articles), open_columns(tmp_path)
    rows = np.arange(60)
    for facet in FACETS:
        assert before.count(facet, rows, CountingUnit.ROW, ZoneInfo("UTC")) == after.count(
            facet, rows, CountingUnit.ROW, ZoneInfo("UTC")
        )
    chosen = Filters(tag=FieldFilter(include=("nft",)), since=Millis(0))
    assert admitted(before, chosen) == admitted(after, chosen)


def test_unknown_values_are_told_with_the_nearest_known_one():
    """A wanted value that no article bears is named with its nearest known one, in any letter case."""
    found = columns(awkward_articles(3, 90))
    asked = Filters(source=FieldFilter(include=("decript", "DECRYPT")), tag=FieldFilter(include=("nfft", "zzzzzz")))
    assert [(name, value) for name, value, _ in found.unknown(asked)] == [
        ("source", "decript"),
        ("tag", "nfft"),
        ("tag", "zzzzzz"),
    ]
    nearest = {value: near for _, value, near in found.unknown(asked)}
    assert nearest["decript"].casefold() == "decrypt"
    assert nearest["nfft"].casefold() == "nft"
    assert nearest["zzzzzz"] is None


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (None, None, False),
        (EARLY, None, False),
        (LATE, None, False),
        (LATE + 1, None, True),
        (None, EARLY, True),
        (None, EARLY + 1, False),
        (EARLY + 1, LATE, True),
        (EARLY + 1, LATE + 1, False),
    ],
)
def test_dates_without_an_article_are_told_with_those_of_the_archive(since, until, told):
    """Before its first article, after its last and between two: the days that it spans, in the reader's zone."""
    found = columns([Article(id=str(t), path="", title="", text="", published=t) for t in (EARLY, LATE, None)])
    said = found.suggestions(Filters(since=since, until=until), ZoneInfo("Europe/Kyiv"))
    words = "No article has a date between those asked for. The oldest is of 2025-03-02, the newest of 2026-01-01."
    assert said == ([words] if told else [])


def test_a_hidden_article_and_an_archive_without_dates_tell_none():
    """The day of what is not yet shown is nobody's to learn."""
    every = columns([Article(id=str(t), path="", title="", text="", published=t) for t in (EARLY, LATE)])
    asked, zone = Filters(since=Millis(EARLY + 1)), ZoneInfo("UTC")
    assert every.suggestions(asked, zone) == []
    (said,) = every.at(Millis(EARLY)).suggestions(asked, zone)
    assert "2025-12-31" not in said
    assert "2025-03-01" in said
    assert columns([Article(id="1", path="", title="", text="")]).suggestions(asked, zone) == []


def ids(results):
    """The ids of the hits."""
    return [hit.article.id for hit in results.hits]


def ask(engine, text, chosen, mode=Mode.HYBRID, **more):
    """Everything that the engine finds: the awkward articles fit on one page."""
    return engine.search(Query(text=text, filters=chosen, mode=mode, limit=100, **more))


def unfolded(chosen):
    """The same filters with languages named, so that every copy is shown."""
    return chosen.replaced(language=chosen.language or UNFOLDED)


@pytest.mark.parametrize("mode", Mode)
@settings(max_examples=40)
@given(text=st.sampled_from(ASKED) | texts().filter(str.strip), chosen=filters())
def test_a_filtered_answer_is_the_whole_answer_filtered(awkward, mode, text, chosen):
    """With languages named, a filter takes away exactly what it refuses: hits and total are those of a plain filter."""
    every = ask(awkward.engine, text, Filters(language=UNFOLDED), mode)
    assert every.total.value == len(every.hits)
    some = ask(awkward.engine, text, unfolded(chosen), mode)
    expected = {hit.article.id for hit in every.hits if admits(unfolded(chosen), hit.article)}
    assert set(ids(some)) == expected
    assert len(some.hits) == len(expected) == some.total.value


@pytest.mark.parametrize("text", ["об'єкт", "біткоїн київ", "bitcoin", "regulated stablecoins"])
def test_each_single_filter_takes_away_what_it_refuses(awkward, text):
    """What is near in meaning does not depend on the filters, in a language that the model does not know either."""
    every = ask(awkward.engine, text, Filters(language=UNFOLDED)).hits
    for chosen in single_filters():
        some = ask(awkward.engine, text, unfolded(chosen))
        assert set(ids(some)) == {hit.article.id for hit in every if admits(unfolded(chosen), hit.article)}, chosen


@pytest.mark.parametrize("mode", Mode)
@settings(max_examples=40)
@given(text=st.sampled_from(ASKED) | texts().filter(str.strip), chosen=filters(languages=()))
def test_without_languages_each_article_is_shown_once_in_a_copy_that_is_admitted(awkward, mode, text, chosen):
    """Folded, the answer has one admitted copy of every group of twins that the unfolded answer has."""
    group = dict(zip((a.id for a in awkward.articles), groups(awkward.articles).tolist(), strict=True))
    every = ask(awkward.engine, text, unfolded(chosen), mode)
    some = ask(awkward.engine, text, chosen, mode)
    shown = [group[found] for found in ids(some)]
    assert sorted(shown) == sorted({group[found] for found in ids(every)})
    assert some.total.value == len(some.hits)
    assert all(admits(chosen, hit.article) for hit in some.hits)


@settings(max_examples=40)
@given(chosen=filters().filter(bool), sort=st.sampled_from(Sort))
def test_filters_alone_list_what_they_admit_by_time(awkward, chosen, sort):
    """Without text a request lists every admitted article, newest first, undated last, with an exact total."""
    results = ask(awkward.engine, "", unfolded(chosen), sort=sort)
    expected = [article for article in awkward.articles if admits(unfolded(chosen), article)]
    direction = 1 if sort is Sort.OLDEST else -1
    expected.sort(key=lambda a: (a.published is None, direction * (a.published or 0), a.id))
    assert ids(results) == [article.id for article in expected]
    assert results.total.value == len(expected)


@settings(max_examples=25)
@given(text=st.sampled_from(ASKED), chosen=filters(), mode=st.sampled_from(Mode), cut=st.integers(1, 9))
def test_pages_join_into_the_whole_list(awkward, text, chosen, mode, cut):
    """Pages of any size, one behind the other, are the one long page; total is the same on each."""
    whole = ask(awkward.engine, text, chosen, mode)
    joined = []
    for offset in range(0, whole.total.value, cut):
        page = awkward.engine.search(Query(text=text, filters=chosen, mode=mode, limit=cut, offset=offset))
        assert page.total == whole.total
        joined += ids(page)
    assert joined == ids(whole)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
@pytest.mark.parametrize("mode", Mode)
def test_sorting_by_time_shows_the_same_result_set(awkward, mode, sort):
    """Sort changes the order of the hits and nothing else."""
    for text in ASKED:
        by_score, by_time = (ask(awkward.engine, text, Filters(), mode, sort=order) for order in (Sort.RELEVANCE, sort))
        assert set(ids(by_time)) == set(ids(by_score)), text
        assert by_time.total == by_score.total, text


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
@pytest.mark.parametrize("language", [FieldFilter(), UNFOLDED])
def test_hits_sorted_by_time_stand_in_the_order_of_the_times_they_show(awkward, language, sort):
    """Newest or oldest first is true of the copies that are shown, also where a twin was published at another time."""
    for text in ASKED:
        hits = ask(awkward.engine, text, Filters(language=language), sort=sort).hits
        times = [hit.article.published for hit in hits if hit.article.published is not None]
        assert times == sorted(times, reverse=sort is Sort.NEWEST), text


def chosen_as(chosen, facet, value):
    """The filters with one value of a facet chosen in place of others."""
    return chosen.replaced(**{facet: FieldFilter(include=(value,), exclude=chosen[facet].exclude)})


@pytest.mark.parametrize("facet", [*FILTER_FIELDS])
@settings(max_examples=15)
@given(text=st.just("") | st.sampled_from(ASKED), chosen=filters().filter(bool))
def test_a_facet_counts_what_choosing_its_value_shows(awkward, facet, text, chosen):
    """Each count is the total of the same question with that value chosen; values not counted show nothing."""
    counts = {count.value: count for count in ask(awkward.engine, text, chosen, facets=(facet,)).facets[facet]}
    for value, count in counts.items():
        assert count.count == ask(awkward.engine, text, chosen_as(chosen, facet, value)).total.value, value
        assert count.count > 0
    if facet == "language":
        for value in set(filter(None, LANGUAGES)) - counts.keys():
            assert ask(awkward.engine, text, chosen_as(chosen, facet, value)).total.value == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/Kyiv", "America/New_York"])
@settings(max_examples=15)
@given(text=st.just("") | st.sampled_from(ASKED), chosen=filters().filter(bool))
def test_a_month_counts_what_its_range_shows(awkward, zone, text, chosen):
    """The count of a month, in a zone, is the total of the question from its first moment to the next month's."""
    counts = ask(awkward.engine, text, chosen, facets=("month",), zone=zone).facets["month"]
    first, last = min(MOMENTS) - 1, max(MOMENTS) + 40 * 86_400_000
    starts = month_starts(first, last, ZoneInfo(zone))
    edges = {name: (start, starts[place + 1][1]) for place, (name, start) in enumerate(starts[:-1])}
    for count in counts:
        since, until = edges[count.value]
        within = chosen.replaced(since=since, until=until)
        assert count.count == ask(awkward.engine, text, within).total.value


@settings(max_examples=25)
@given(text=st.just("") | st.sampled_from(ASKED), chosen=filters(languages=("en", "uk", "de")).filter(bool))
def test_a_category_counts_the_hits_that_bear_it(awkward, text, chosen):
    """With languages named, a category's count is the number of hits of that category."""
    chosen = chosen.replaced(category=FieldFilter())  # a chosen category does not hide the others
    results = ask(awkward.engine, text, unfolded(chosen), facets=("category",))
    borne = Counter(
        general
        for hit in results.hits
        for general in {
            "/".join(category.casefold().split("/")[:parts])
            for category in hit.article.categories
            for parts in range(1, category.count("/") + 2)
        }
    )
    assert {count.value.casefold(): count.count for count in results.facets["category"]} == borne


def test_a_chosen_value_is_marked_and_does_not_hide_the_others(awkward):
    """The facet of a filter in force counts as if that filter were not there, and marks the chosen value."""
    free = ask(awkward.engine, "bitcoin", Filters(), facets=("sentiment",)).facets["sentiment"]
    chosen = Filters(sentiment=FieldFilter(include=("positive",)))
    bound = ask(awkward.engine, "bitcoin", chosen, facets=("sentiment",)).facets["sentiment"]
    assert [(c.value, c.count) for c in free] == [(c.value, c.count) for c in bound]
    assert [c.value for c in bound if c.selected] == ["POSITIVE"]
    assert not any(c.selected for c in free)


@pytest.mark.parametrize("chosen", [Filters(), Filters(language=UNFOLDED)])
def test_what_is_listed_was_found_neither_by_words_nor_by_meaning(awkward, chosen):
    """Without words nothing is compared."""
    total = ask(awkward.engine, "", chosen).total
    assert total.value > 0
    assert (total.keyword, total.semantic) == (0, 0)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize("day", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_told_in_every_zone(day, zone):
    """Where a zone would have the day before the first, or after the last."""
    found = columns([Article(id="1", path="", title="", text="", published=millis(day))])
    (said,) = found.suggestions(Filters(since=Millis(0), until=Millis(1)), ZoneInfo(zone))
    assert f"{day.year:04d}-" in said
    months = found.count("month", np.arange(1), CountingUnit.ROW, ZoneInfo(zone))
    if zone == "UTC":
        assert months == [(f"{day.year:04d}-{day.month:02d}", 1)]
