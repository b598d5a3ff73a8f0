"""Is the result set what is likely an answer, whatever is filtered, sorted and paged, and is nothing found honestly?"""

import math
from contextlib import closing
from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from search.article import Article, Source
from search.engine import result_set
from search.engine.result_set import FIRST, NEAR, THRESHOLDS
from search.errors import RequestError
from search.index.calibration import HEAVIEST, LIGHTEST, Calibration, LogisticCurve, RelevanceCurves
from search.index.manifest import read_manifest, write_manifest
from search.query.model import FieldFilter, Filters, Mode, Query, Sort, Strictness
from search.query.parser import parse
from search.times import Millis

WORDS = ("copper", "harbour", "lantern", "meadow", "saffron", "thistle")
SURE = LogisticCurve(50.0, {})
BY_COVERAGE = RelevanceCurves(SURE, LogisticCurve(-4.0, {"coverage": 7.0}))
"""The archive always answers; an article does by the share of the words that it contains."""
CONFIDENT = dict.fromkeys(map(str, Mode), BY_COVERAGE) | {
    "semantic": RelevanceCurves(SURE, LogisticCurve(-4.0, {"similarity": 7.0}))
}
NEVER = dict.fromkeys(map(str, Mode), RelevanceCurves(LogisticCurve(-50.0, {}), SURE))
"""The archive never answers."""
FEW = settings(max_examples=15)
TEXTS = st.lists(st.sampled_from((*WORDS, "unheard")), min_size=1, max_size=4, unique=True).map(" ".join)


def articles():
    """One article for every set of the words, at two sources, each at its own time; the words stand in the text."""
    made = []
    for number in range(1 << len(WORDS)):
        chosen = [word for place, word in enumerate(WORDS) if number >> place & 1]
        made.append(
            Article(
                id=f"a{number:02}.en",
                path="",
                title=f"Number {number}",
                text=f"Chronicle. {' '.join(chosen)}.",
                language="en",
                source=Source(("north", "south")[number % 2], ("North", "South")[number % 2]),
                published=Millis(1_700_000_000_000 + (number * 37 % 64) * 86_400_000),
            )
        )
    return made


def calibrated(root, curves, keyword="tantivy", languages=("en",), made=None, **more):
    """An engine over these articles or others, whose generation has these curves in every mode."""
    index = built_index(root, made or articles(), keyword=keyword, languages=languages)
    folder = index.path(index.current_name())
    manifest = read_manifest(folder)
    calibration = Calibration(0.3, 0.25, 0.5, curves, **more)
    (folder / "manifest.json").chmod(0o644)
    write_manifest(folder, replace(manifest, model=replace(manifest.model, calibration=calibration)))
    return engine_over(index)


@pytest.fixture(scope="module", autouse=True)
def small_archives():
    """Archives of a few articles count as large enough to be calibrated."""
    least, result_set.LEAST_ARTICLES = result_set.LEAST_ARTICLES, 1
    yield
    result_set.LEAST_ARTICLES = least


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine whose confidence follows the words that an article contains."""
    return calibrated(tmp_path_factory.mktemp("tantivy"), CONFIDENT)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same over the other keyword engine."""
    return calibrated(tmp_path_factory.mktemp("whoosh"), CONFIDENT, "whoosh")


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """An engine over the same articles that is confident of none."""
    return calibrated(tmp_path_factory.mktemp("silent"), NEVER)


def found(engine, text, **asked):
    """The ids of the whole result set of a query, and its total."""
    results = engine.search(Query(text, limit=100, time=False, **asked))
    return {hit.article.id for hit in results.hits}, results.total


def shares(text):
    """By article, the share of the words' rarity that it contains: all the words here are equally rare."""
    wanted = text.split()
    known = [word for word in wanted if word in WORDS]
    rarity = {word: math.log(1 + (64 - 32 + 0.5) / 32.5) for word in known}
    rarity |= dict.fromkeys(set(wanted) - set(known), math.log(1 + 64.5 / 0.5))
    return {
        article.id: sum(rarity[word] for word in known if word in article.text) / sum(rarity.values())
        for article in articles()
    }


@pytest.mark.parametrize("strictness", Strictness)
@FEW
@given(text=TEXTS)
def test_the_set_is_what_contains_all_and_what_passes_the_threshold(engine, strictness, text):
    """Said slowly: every word, or a confidence of the threshold's share of the best in the archive."""
    confidence = {one: 1 / (1 + math.exp(4.0 - 7.0 * share)) for one, share in shares(text).items()}
    best, threshold = max(confidence.values()), THRESHOLDS[strictness]
    tenth = sorted(confidence.values())[-FIRST]
    expected = {
        one
        for one, share in shares(text).items()
        if share > 0.999 or (best >= threshold.best and confidence[one] >= threshold.share * best)
    }
    among_ten = {one for one in confidence if confidence[one] >= max(tenth, threshold.first_share * best) - 1e-6}
    ids, total = found(engine, text, strictness=strictness)
    assert expected <= ids <= expected | (among_ten if best >= threshold.best else set())
    assert len(ids) >= min(FIRST, len(among_ten)) or best < threshold.best
    assert total.value == len(ids)


def test_an_unknown_name_makes_every_answer_less_likely(engine):
    """The text may be about somebody else; in small letters the same word is no name."""
    named, unnamed = (
        {
            hit.article.id: hit.confidence
            for hit in engine.search(Query(text, limit=100, mode=Mode.KEYWORD, min_confidence=0.0)).hits
        }
        for text in ("copper Quokkov", "copper quokkov")
    )
    shared = named.keys() & unnamed.keys()
    assert shared
    assert all(named[one] == pytest.approx(result_set.UNKNOWN_NAME * unnamed[one], abs=2e-3) for one in shared)
    assert max(unnamed.values()) > max(named.values()) + 0.01


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("text", ["copper", "copper harbour", "saffron meadow unheard", "thistle lantern harbour"])
def test_both_keyword_engines_find_the_same_set(engine, other, text, mode):
    """Scores are an engine's own; what is an answer is not."""
    assert found(engine, text, mode=mode) == found(other, text, mode=mode)


def test_what_contains_all_answers_however_doubtful(silent):
    """Articles with every word are found at no confidence at all, and no other."""
    for text in ("copper", "copper harbour", "copper harbour lantern"):
        ids, _ = found(silent, text)
        assert ids == {article.id for article in articles() if all(word in article.text for word in text.split())}


@FEW
@given(text=TEXTS, source=st.sampled_from(["north", "south"]), mode=st.sampled_from(Mode), sort=st.sampled_from(Sort))
def test_the_set_depends_on_neither_filter_nor_order(engine, text, source, mode, sort):
    """A filter leaves of the set what it admits, by whatever the hits are sorted; pages join to the whole of it."""
    everything, _ = found(engine, text, mode=mode)
    chosen = Filters(source=FieldFilter(include=(source,)))
    north = {article.id for article in articles() if article.source.key == source}
    ids, total = found(engine, text, mode=mode, filters=chosen, sort=sort)
    assert ids == everything & north
    assert total.value == len(ids)
    pages = [
        engine.search(Query(text, chosen, mode, sort, limit=7, offset=offset, time=False)).hits
        for offset in range(0, len(ids) + 1, 7)
    ]
    assert [hit.article.id for page in pages for hit in page] == [
        hit.article.id for hit in engine.search(Query(text, chosen, mode, sort, limit=100, time=False)).hits
    ]


@FEW
@given(text=TEXTS)
def test_a_stricter_set_is_part_of_a_wider_one_and_the_rest_is_told(engine, text):
    """Strict within normal within wide; `weaker` is what wide has more."""
    strict, normal, wide = (found(engine, text, strictness=strictness) for strictness in Strictness)
    assert strict[0] <= normal[0] <= wide[0]
    assert normal[1].weaker == wide[1].value - normal[1].value
    assert strict[1].weaker == wide[1].value - strict[1].value
    assert wide[1].weaker == 0


@FEW
@given(text=TEXTS, least=st.floats(0, 1))
def test_the_least_confidence_is_kept(engine, text, least):
    """Who contains not all has that confidence; a higher one finds no more."""
    results = engine.search(Query(text, limit=100, min_confidence=least, time=False))
    share = shares(text)
    assert all(hit.confidence >= round(least, 3) for hit in results.hits if share[hit.article.id] < 0.999)
    more, _ = found(engine, text, min_confidence=min(1.0, least + 0.2))
    assert more <= {hit.article.id for hit in results.hits}


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("mode", Mode)
def test_every_hit_has_its_confidence_in_every_order(engine, mode, sort):
    """The same article is as likely an answer wherever it stands; another balance of the order has none."""
    hits = engine.search(Query("copper harbour", mode=mode, sort=sort, limit=100)).hits
    by_relevance = engine.search(Query("copper harbour", mode=mode, limit=100)).hits
    assert {hit.article.id: hit.confidence for hit in hits} == {hit.article.id: hit.confidence for hit in by_relevance}
    assert hits
    assert all(0 <= hit.confidence <= 1 for hit in hits)
    others = engine.search(Query("copper harbour", mode=mode, sort=sort, limit=100, alpha=0.3)).hits
    assert {hit.article.id for hit in others} == {hit.article.id for hit in hits}
    assert all(hit.confidence is None for hit in others)


def test_a_question_in_a_language_of_no_article_has_no_confidence(tmp_path):
    """Its words tell nothing of the archive, so the floor of the similarity decides, though the model reads it."""
    with closing(calibrated(tmp_path, CONFIDENT, languages=("en", "uk"))) as engine:
        assert found(engine, "copper", min_confidence=0.1)
        with pytest.raises(RequestError):
            found(engine, "мідь", min_confidence=0.1)


@pytest.mark.parametrize("mode", Mode)
def test_what_no_article_contains_whole_is_doubted_in_every_mode(tmp_path, mode):
    """Words tell whether the archive answers also where only meaning ranks; `unheard` is in no article."""
    by_words = RelevanceCurves(LogisticCurve(-50.0, {"best_coverage": 60.0}), SURE)
    with closing(calibrated(tmp_path, dict.fromkeys(map(str, Mode), by_words))) as engine:
        assert found(engine, "copper harbour", mode=mode)[1].value
        assert not found(engine, "copper unheard", mode=mode)[1].value


def test_where_nothing_is_found_the_nearest_are_told_apart(silent):
    """At most so many, within the filters, with their confidence; they are no hits and are counted nowhere."""
    chosen = Filters(source=FieldFilter(include=("north",)))
    for filters in (Filters(), chosen):
        results = silent.search(Query("copper harbour unheard", filters, facets=("source",)))
        assert results.hits == ()
        assert results.total.value == 0
        assert not any(count.count for count in results.facets["source"])
        assert 0 < len(results.near) <= NEAR
        assert all(hit.confidence is not None and hit.confidence < 0.01 for hit in results.near)
        assert not filters or {hit.article.source.key for hit in results.near} == {"north"}
    assert silent.search(Query("copper")).near == ()


def test_a_confidence_that_is_not_known_cannot_be_asked_for(tmp_path):
    """Without a calibration there is none in any hit, and a least one is refused; with another balance as well."""
    plain = calibrated(tmp_path, {})
    hits = plain.search(Query("copper harbour")).hits
    assert hits
    assert all(hit.confidence is None for hit in hits)
    with pytest.raises(RequestError) as refused:
        plain.search(Query("copper harbour", min_confidence=0.5))
    assert refused.value.field == "min_confidence"


def test_a_least_confidence_and_another_balance_exclude_each_other(engine):
    """Confidence is of the measured balance alone."""
    with pytest.raises(RequestError):
        engine.search(Query("copper harbour", min_confidence=0.5, alpha=0.4))


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
def test_no_least_confidence_beyond_its_range(least):
    """What is no share is refused."""
    with pytest.raises(RequestError):
        Query("copper", min_confidence=least)


def keyword_shares(engine, **asked):
    """By article, what words add to its score where words and meaning both rank it."""
    hits = engine.search(Query("copper harbour meadow", limit=100, time=False, **asked)).hits
    return {
        hit.article.id: part.share
        for hit in hits
        for part in hit.contributions
        if part.ranking == "keyword" and part.share
    }


def test_words_weigh_less_where_meaning_is_sure_whatever_is_filtered(tmp_path):
    """The same question over the same articles: its nearest article is once taken for far, once for near."""
    unsure, sure = (calibrated(tmp_path / name, CONFIDENT, balanced=at) for name, at in (("far", 2.0), ("near", -2.0)))
    heavy, light = keyword_shares(unsure), keyword_shares(sure)
    assert len(heavy) > FIRST
    assert heavy.keys() == light.keys()
    assert [heavy[one] / light[one] for one in heavy] == pytest.approx([HEAVIEST / LIGHTEST] * len(heavy))
    north = Filters(source=FieldFilter(include=("north",)))
    filtered = keyword_shares(engine=calibrated(tmp_path / "some", CONFIDENT), filters=north)
    every = keyword_shares(calibrated(tmp_path / "all", CONFIDENT))
    assert filtered == pytest.approx({one: every[one] for one in filtered})
    assert 0 < len(filtered) < len(every)


@pytest.mark.parametrize(
    "alternatives", ["(saffron OR thistle)", "(thistle OR saffron)", "(thistle OR saffron OR copper)"]
)
def test_any_of_several_alternatives_beside_plain_words_is_all_that_is_asked(silent, alternatives):
    """An article with the plain word and one of them is in the set, in whatever order they stand."""

    def of(text):
        typed, _ = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
        return {hit.article.id for hit in silent.search(Query(text, typed=typed, limit=100, time=False)).hits}

    assert of(f"meadow {alternatives}") == of(f"meadow AND {alternatives}") != set()


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """An engine over articles on two towns, of which no article names both."""
    said = [f"In Coppertown the harbour opened {n} times." for n in range(6)]
    said += [f"In Lanternia the fish market buys {n} boats." for n in range(6)]
    said += ["Coppertown and Meadowia signed."]
    said += [f"What Happened: Foxford has a mayor. It may happen again, for the {n}th time." for n in range(4)]
    said += ["A Herald was sold.", "A Gazette was sold.", *(f"Rain fell {n} times." for n in range(60))]
    papers = Source("herald", "Herald"), Source("gazette", "Gazette")
    made = [
        Article(
            id=f"n{n}.en",
            path="",
            title=f"Number {n}",
            text=one,
            language="en",
            source=papers[n % 2] if n < 13 else None,
        )
        for n, one in enumerate(said)
    ]
    with closing(calibrated(tmp_path_factory.mktemp("names"), CONFIDENT, made=made)) as asked:
        yield asked


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("coppertown buys lanternia", False),
        ("Coppertown buys Lanternia", False),
        ("coppertown lanternia", False),
        ("coppertown harbour fish", True),
        ("coppertown buys meadowia", True),
        ("what happened in coppertown", True),
        ("harbour market (coppertown OR lanternia)", True),
        ("herald gazette coppertown", True),
        ("coppertown harbour opened lanternia mayor", True),
    ],
)
def test_names_that_no_article_has_together_are_no_subject(towns, text, answered):
    """However likely each article is by one of them. A long text may call things otherwise than articles do."""
    typed, _ = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
    assert (found(towns, text, mode=Mode.KEYWORD, typed=typed)[1].value > 0) is answered
