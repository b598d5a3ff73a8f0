"""Does an article published in the time that a question names have the words that name it?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.api.params import query_from
from search.article import Article
from search.times import millis

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MENTIONS = 320
"""Articles that have the words of the date and nothing else: more than the engine is asked for at first."""


def article(name, day, title, text="More is known today."):
    """An article published at noon of a day."""
    published = millis(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    return Article(id=name, path="", title=title, text=text, language="en", published=published)


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over thefts inside and outside of February, and much else that speaks of February."""
    articles = [
        article("inside", "2026-02-10", "Theft at the harbour"),
        article("behind", "2026-02-12", "Rowing", "A theft. " + "The boats are out again. " * 3),
        article("says", "2026-03-20", "Theft of February 2026 is solved"),
        article("outside", "2026-04-10", "Theft at the market"),
        article("else", "2026-02-11", "Rain at the harbour"),
        *(article(f"m{n}", "2026-05-01", "February 2026", "February 2026 was a month. " * 3) for n in range(MENTIONS)),
        *(article(f"o{n}", "2026-05-02", "Bakers bake bread") for n in range(3 * MENTIONS)),
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


def asked(engine, text, **parameters):
    """The answer to a text as a reader types it, by words."""
    pairs = [("q", text), ("mode", "keyword"), ("explain", "true"), ("limit", "100"), *parameters.items()]
    return engine.search(query_from(pairs, NOW))


def coverage(results):
    """The share of the question's rarity that each hit has, by id."""
    return {
        hit.article.id: contribution.score
        for hit in results.hits
        for contribution in hit.contributions
        if contribution.ranking == "coverage"
    }


@pytest.mark.parametrize(
    "text", ["theft february 2026", "theft in February 2026", "theft at the harbour in february 2026"]
)
def test_what_was_published_then_has_the_words_of_the_date(engine, text):
    """It lacks nothing, and is among the first."""
    results = asked(engine, text)
    assert {hit.article.id for hit in results.hits[:2]} >= {"inside"}
    assert coverage(results)["inside"] == pytest.approx(1)
    assert coverage(results).get("outside", 0) < 0.9


@pytest.mark.parametrize("parameters", [{"time": "false"}, {"from": "2026-01-01"}])
def test_no_time_is_read_where_none_is_wanted_or_a_filter_says_it(engine, parameters):
    """Then the words of a date are words like others."""
    assert coverage(asked(engine, "theft february 2026", **parameters)).get("inside", 0) < 0.9


def test_a_year_alone_is_a_word(engine):
    """It is often a subject: an article of that year does not contain it for that."""
    assert coverage(asked(engine, "theft 2026"))["inside"] < 0.9


@pytest.mark.parametrize(
    "text", ["theft february 2026 -market", 'february 2026 "theft"', "theft february 2026 lang:en"]
)
def test_a_condition_or_a_filter_changes_nothing(engine, text):
    """The article of that month is found and lacks nothing."""
    assert coverage(asked(engine, text))["inside"] == pytest.approx(1)


@pytest.mark.parametrize("engine", ["tantivy"], indirect=True)
def test_it_is_scored_although_hundreds_with_these_words_stand_before_it(engine):
    """Of the first that the engine gives it is none."""
    found = coverage(asked(engine, "theft february 2026"))
    assert found["behind"] == pytest.approx(1)


def test_it_is_in_the_result_set_in_every_order(engine):
    """By time it is listed as well."""
    found = asked(engine, "theft february 2026", sort="oldest", to="2026-03-01")
    assert [hit.article.id for hit in found.hits[:3]] == ["inside", "behind"]


def test_a_month_that_no_article_mentions_is_no_unknown_word(engine):
    """Articles were published then; a month in which none was, and a year alone, are words like others."""
    assert asked(engine, "theft march 2026").unknown_words == ()
    assert asked(engine, "theft march 2026", time="false").unknown_words == ("march",)
    assert asked(engine, "theft 2019").unknown_words == ("2019",)
