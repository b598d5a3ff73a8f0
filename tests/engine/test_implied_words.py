"""Does an article have the words that name its time or its source, whatever its text says?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.api.params import query_from
from search.article import Article, Source
from search.times import millis

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MENTIONS = 320
"""Articles that have the words of the date and nothing else: more than the engine is asked for at first."""


def article(name, day, title, text="More is known today.", source=None):
    """An article published at noon of a day."""
    published = millis(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
    return Article(id=name, path="", title=title, text=text, language="en", published=published, source=source)


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over thefts inside and outside of February, and much else that speaks of February."""
    articles = [
        article("inside", "2026-02-10", "Theft at the harbour"),
        article("behind", "2026-02-12", "Rowing", "A theft. " + "The boats are out again. " * 3),
        article("says", "2026-03-20", "Theft of February 2026 is solved"),
        article("outside", "2026-04-10", "Theft at the market"),
        article("else", "2026-02-11", "Rain at the harbour"),
        article("rain", "2026-02-14", "Rain at the market"),
        *(article(f"m{n}", "2026-05-01", "February 2026", "February 2026 was a month. " * 3) for n in range(MENTIONS)),
        *(article(f"o{n}", "2026-05-02", "Bakers bake bread") for n in range(3 * MENTIONS)),
    ]
    days = {"valentine's day": "02-14"}
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param, days=days))


def asked(engine, text, **parameters):
    """The answer to a text as a reader types it, by words."""
    given = {"q": text, "mode": "keyword", "explain": "true", "limit": "100", **parameters}
    return engine.search(query_from(list(given.items()), NOW))


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


@pytest.mark.parametrize("text", ["february 11 2026", "what happened on february 11 2026", "news of february 11 2026"])
def test_a_day_alone_asks_for_what_was_published_then(engine, text):
    """Hundreds mention the month, and none of them is from that day."""
    assert [hit.article.id for hit in asked(engine, text).hits] == ["else"]


def test_of_a_day_alone_the_condition_is_kept(engine):
    """What is left out is left out, whatever texts mention the month."""
    assert {hit.article.id for hit in asked(engine, "february 2026 -rowing").hits} == {"else", "inside", "rain"}


def test_a_day_with_a_name_may_be_the_subject(engine):
    """What was published on Valentine's Day is not about it; where more is asked, its time counts."""
    assert asked(engine, "valentine's day").total.value == 0
    assert coverage(asked(engine, "rain valentine's day"))["rain"] == pytest.approx(1)


def test_a_month_that_no_article_mentions_is_no_unknown_word(engine):
    """Articles were published then; a month in which none was, and a year alone, are words like others."""
    assert asked(engine, "theft march 2026").unknown_words == ()
    assert asked(engine, "theft march 2026", time="false").unknown_words == ("march",)
    assert asked(engine, "theft 2019").unknown_words == ("2019",)


SOURCES = {
    "tide": "The Tide Post",
    "evening_mail_": "Evening Mail (Local)",
    "time": "Time",
    "quay": "www.quaynews.example",
    "hvylia": "Ранкова Хвиля",
    "harborlight": "Harborlight",
}
REPORTED = [
    ("tide", "Ferry strike ends"),
    ("tide", "Bakery opens"),
    ("evening_mail_", "Ferry strike ends tonight"),
    ("evening_mail_", "Evening mail comes late"),
    ("quay", "Ferry captain honoured"),
    ("time", "Ferry rides get dearer"),
    ("time", "Harbour lights"),
    ("hvylia", "Пором знову ходить"),
    ("harborlight", "Harborlight ferry index: Harborlight up, Harborlight down"),
    ("harborlight", "Ferry strike is over"),
]


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def newsroom(request, tmp_path_factory):
    """An engine over articles of four sources, two of which are called like words that others use."""
    own = [
        article(f"{source}{n}", f"2026-02-{n + 10}", title, source=Source(source, SOURCES[source]))
        for n, (source, title) in enumerate(REPORTED)
    ]
    others = [
        article(f"o{n}", "2026-03-01", f"Market time table {n}" if n else "The Tide Post closes its office")
        for n in range(400)
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), own + others, keyword=request.param))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tide post ferry", "tide0"),
        ("the tide post ferry strike", "tide0"),
        ("articles by The Tide Post about the ferry strike", "tide0"),
        ("tide post articles on the ferry strike", "tide0"),
        ("a story of The Tide Post about the ferry strike", "tide0"),
        ("evening mail ferry", "evening_mail_2"),
        ("Evening Mail's ferry strike", "evening_mail_2"),
        ("quaynews ferry", "quay4"),
        ("tide-post ferry", "tide0"),
        ("tidepost ferry", "tide0"),
        ("quay news ferry", "quay4"),
        ("what did the tide post write about the ferry strike", "tide0"),
        ("the ferry strike according to tidepost", "tide0"),
        ("що писала ранкова хвиля про пором", "hvylia7"),
        ("новини ранкової хвилі про пором", "hvylia7"),
        ("стаття в Ранковій Хвилі про пором", "hvylia7"),
        ("news from harborlight ferry strike", "harborlight9"),
        ("пороми за даними Ранкової Хвилі", "hvylia7"),
        ("quaynews'у про ferry", "quay4"),
        ("що пише Харборлайт про ferry strike", "harborlight9"),
    ],
)
@pytest.mark.parametrize("mode", ["keyword", "hybrid"])
def test_what_a_source_published_has_the_words_of_its_name(newsroom, text, first, mode):
    """Its article comes first and lacks nothing, and no word of the name is told as unknown."""
    results = asked(newsroom, text, mode=mode)
    assert mode == "hybrid" or results.hits[0].article.id == first
    assert coverage(results)[first] == pytest.approx(1)
    assert results.unknown_words == ()


@pytest.mark.parametrize("text", ["harborlight ferry strike", "harbor light ferry strike", "harborlight ferry"])
@pytest.mark.parametrize("mode", ["keyword", "hybrid"])
def test_what_a_source_says_of_itself_comes_not_before_what_was_asked_of_it(newsroom, text, mode):
    """However often it says its own name. By words both come first; by meaning others may be nearer."""
    found = [hit.article.id for hit in asked(newsroom, text, mode=mode).hits]
    assert found[0] == "harborlight9"
    assert mode == "hybrid" or found[1] == "harborlight8"


def test_a_filter_by_another_source_changes_no_membership(newsroom):
    """What is named is one thing, what is admitted another."""
    named = asked(newsroom, "tide post ferry", source="tide")
    assert named.hits[0].article.id == "tide0"
    assert asked(newsroom, "tide post ferry", source="quay").total.value == 0


def test_a_name_that_is_an_ordinary_word_is_one(newsroom):
    """Hundreds of articles say *time*, and two are from the magazine of that name: it is not what is asked for."""
    assert coverage(asked(newsroom, "time ferry"))["time5"] < 0.999
    assert "time6" not in coverage(asked(newsroom, "time"))


def test_of_two_sources_and_a_day_either_answers(newsroom):
    """No article is from both."""
    asked_for = asked(newsroom, "tide post quaynews february 2026")
    assert {hit.article.id for hit in asked_for.hits} == {"tide0", "tide1", "quay4"}
    assert {hit.article.id for hit in asked(newsroom, "tide post quaynews 14 february 2026").hits} == {"quay4"}


@pytest.mark.parametrize("text", ["quaynews.example ferry", "www.quaynews.example ferry"])
def test_a_source_is_named_by_its_address_as_well(newsroom, text):
    """As it stands in the browser."""
    assert asked(newsroom, text).hits[0].article.id == "quay4"


def test_nobody_names_the_source_that_most_articles_are_from(tmp_path):
    """In the archive of The Independent *independent* is a word."""
    titles = ["Independent inquiry begins", "Ferry strike ends", "Bakery opens", "Rain again", "Inquiry ends"]
    own = [
        article(f"i{n}", "2026-02-10", title, source=Source("i", "The Independent")) for n, title in enumerate(titles)
    ]
    others = [article("o", "2026-02-11", "Ferry captain honoured", source=Source("tide", "The Tide Post"))]
    engine = engine_over(built_index(tmp_path, own + others))
    found = coverage(asked(engine, "independent inquiry"))
    assert found["i0"] == pytest.approx(1)
    assert found["i4"] < 0.9
    assert found.keys() == {"i0", "i4"}


def test_a_name_that_one_of_twenty_others_says_is_an_ordinary_word(tmp_path):
    """Even where the source has more articles than say it."""
    own = [article(f"i{n}", "2026-02-10", f"Ferry {n}", source=Source("h", "Horizon")) for n in range(12)]
    others = [article(f"o{n}", "2026-02-11", "New horizon" if n < 8 else f"Bakery {n}") for n in range(100)]
    engine = engine_over(built_index(tmp_path, own + others))
    assert {hit.article.id for hit in asked(engine, "horizon").hits} == {f"o{n}" for n in range(8)}


def test_what_asks_for_the_events_of_a_day_is_no_unknown_word(engine):
    """No article need say *happened*."""
    assert asked(engine, "what happened on february 11 2026").unknown_words == ()
    assert asked(engine, "what happened").unknown_words == ("happened",)


def test_of_one_day_and_one_source_nothing_else_answers(newsroom):
    """Both are named, and no text matters."""
    assert [hit.article.id for hit in asked(newsroom, "quaynews 14 february 2026").hits] == ["quay4"]
    assert asked(newsroom, "quaynews 15 february 2026").total.value == 0
