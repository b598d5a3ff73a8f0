"""What every KeywordIndex promises, over both engines, against an oracle that looks into one article after another."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from awkward import awkward_articles, filters, single_filters, texts
from digests import digests
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import in_order, matching, near, reading, runs_of, words_of

from indexer.text.boilerplate import counted
from indexer.text.documents import keyword_documents
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.backends import tantivy_files, tantivy_writer
from search.backends.tantivy import TantivyFormat
from search.engine.term_query import keyword_query
from search.ports import POSITIONED, KeywordQuery, WeightedTerm
from search.query.model import FieldFilter, Filters
from search.times import Millis
from search.wiring import keyword_format

ENGINES = ("tantivy", "whoosh")
INDEXES = (*ENGINES, "updated", "parts", "updated parts")
"""The others: tantivy's, of one part or several. In an updated one, documents stand in another order than rows."""
ANALYZER = Analyzer()
ARTICLES = awkward_articles(seed=7, count=120)
DOCUMENTS = [reading(article, ANALYZER, set()) for article in ARTICLES]
VOCABULARY = sorted({term for document in DOCUMENTS for term in words_of(document)})
STOP_WORDS = ("the", "and", "not", "is", "і", "та", "не", "що")
NO_FILTERS = Filters()
ALL = len(DOCUMENTS) + 1


def keyword(article):
    """An article as an engine takes it in."""
    lexicon = Lexicon(ANALYZER)
    words, _ = lexicon.read([article])
    return next(keyword_documents([article], words, counted([article], words, set()), lexicon.terms))


def documents_of(articles):
    """What gives the documents of some of these articles."""
    return lambda rows: (keyword(articles[row]) for row in rows.tolist())


def small_parts(patch):
    """Let tantivy's indexes have parts of some forty documents."""
    patch.setattr(tantivy_writer, "_SEGMENT", 5)
    patch.setattr(tantivy_files, "_LARGEST", 60)


def segments(folder):
    """How many segments a tantivy index has."""
    return len(tantivy_files.described(folder).segments)


def updated(folders):
    """An index of other articles in another order, brought up to date in two nights."""
    engine, others = TantivyFormat(), awkward_articles(seed=8, count=40)
    first = [*others[:20], *ARTICLES[60:][::-1], *ARTICLES[10:50]]
    second = [*ARTICLES[5:40], *others[15:30], *ARTICLES[45:110]]
    folder = folders.mktemp("first")
    engine.write(folder, map(keyword, first))
    for before, after in ((first, second), (second, ARTICLES)):
        now = np.array([after.index(article) if article in after else -1 for article in before])
        written = []

        def documents(rows, after=after, written=written):
            written.extend(rows.tolist())
            return (keyword(after[row]) for row in rows.tolist())

        newer = folders.mktemp("newer")
        seen = digests(folder)
        assert engine.update(newer, folder, now, len(after), documents)
        came = set(range(len(after))) - set(now.tolist())
        assert written[: len(came)] == sorted(came) or (segments(newer) > 1 and came <= set(written))
        assert digests(folder) == seen
        folder = newer
    return folder


@pytest.fixture(scope="module")
def indexes(tmp_path_factory):
    """One index an engine, over the same documents."""
    opened = {}
    for name in ENGINES:
        folder = tmp_path_factory.mktemp(name)
        keyword_format(name).write(folder, map(keyword, ARTICLES))
        opened[name] = keyword_format(name).open(folder)
    opened["updated"] = keyword_format("tantivy").open(updated(tmp_path_factory))
    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch)
        folder = tmp_path_factory.mktemp("parts")
        keyword_format("tantivy").write(folder, map(keyword, ARTICLES))
        opened["parts"] = keyword_format("tantivy").open(folder)
        assert segments(folder) > 2
        folder = updated(tmp_path_factory)
        opened["updated parts"] = keyword_format("tantivy").open(folder)
        assert segments(folder) > 1
    yield opened
    for index in opened.values():
        index.close()


@pytest.fixture(params=INDEXES)
def index(request, indexes):
    """The index of one engine."""
    return indexes[request.param]


terms = st.sampled_from([*VOCABULARY, "nowhere", "щеніде"])
words = st.builds(
    WeightedTerm, st.just("word"), st.lists(terms, min_size=1, max_size=3, unique=True).map(tuple), st.integers(0, 4)
)


@st.composite
def queries(draw):
    """Any query, from words that all articles contain to more than any could."""
    chosen = draw(st.lists(words, min_size=1, max_size=6))
    return KeywordQuery(tuple(chosen), draw(st.integers(0, sum(word.clause_weight for word in chosen) + 1)))


def frequency(terms):
    """How many documents contain any of the terms."""
    return sum(1 for document in DOCUMENTS if words_of(document).intersection(terms))


def asked(text):
    """The query that a text asks of the documents."""
    return keyword_query(text, ANALYZER, frequency, len(DOCUMENTS))


@settings(max_examples=120)
@given(query=queries(), chosen=filters())
def test_every_engine_gives_the_rows_that_reading_each_article_gives(indexes, query, chosen):
    """Any query with any filters matches the same rows in both engines, those of the oracle, each once."""
    expected = matching(query, DOCUMENTS, chosen)
    for name in INDEXES:
        rows, scores = indexes[name].search(query, chosen, ALL)
        assert sorted(rows.tolist()) == expected, name
        assert len(scores) == len(rows), name


@given(text=texts(), chosen=filters())
def test_both_engines_understand_and_match_any_typed_text_alike(indexes, text, chosen):
    """Typed text becomes the same weighted words over either engine, and finds the same rows, those of the oracle."""
    query = asked(text)
    expected = matching(query, DOCUMENTS, chosen)
    assert [sorted(indexes[name].search(query, chosen, ALL)[0].tolist()) for name in INDEXES] == [expected] * len(
        INDEXES
    )


@given(query=queries(), chosen=filters(), limit=st.integers(1, 130))
def test_a_limit_cuts_the_same_list(indexes, query, chosen, limit):
    """The best few are the first of all."""
    for index in indexes.values():
        rows, scores = index.search(query, chosen, limit)
        every, every_score = index.search(query, chosen, ALL)
        assert rows.tolist() == every[:limit].tolist()
        assert scores.tolist() == every_score[:limit].tolist()


@given(query=queries(), chosen=filters(), limit=st.integers(1, 130))
def test_an_index_brought_up_to_date_answers_as_one_written_anew(indexes, query, chosen, limit):
    """The same rows in the same order with the same scores: what was deleted counts in no statistics."""
    anew = indexes["tantivy"].search(query, chosen, limit)
    for name in ("updated", "parts", "updated parts"):
        other = indexes[name].search(query, chosen, limit)
        assert other[0].tolist() == anew[0].tolist()
        assert other[1].tolist() == anew[1].tolist()


def test_an_index_with_little_new_is_brought_up_to_date(tmp_path):
    """One article came: a few others are written again with it. Twice, as on two nights."""
    engine, before = TantivyFormat(), ARTICLES[:50]
    (tmp_path / "0").mkdir()
    engine.write(tmp_path / "0", map(keyword, before))
    for night in (1, 2):
        after = [*ARTICLES[50 : 50 + night], *before[1:]]
        earlier = before if night == 1 else [ARTICLES[50], *before[1:]]
        now = np.array([after.index(article) if article in after else -1 for article in earlier])
        (tmp_path / str(night)).mkdir()
        taken = (tmp_path / str(night), tmp_path / str(night - 1), now, len(after))
        assert engine.update(*taken, documents_of(after))
        index = engine.open(tmp_path / str(night))
        (tmp_path / f"anew-{night}").mkdir()
        engine.write(tmp_path / f"anew-{night}", map(keyword, after))
        anew = engine.open(tmp_path / f"anew-{night}")
        for text in ("bitcoin law", "the", "біткоїн"):
            found, expected = (one.search(asked(text), NO_FILTERS, 20) for one in (index, anew))
            assert [part.tolist() for part in found] == [part.tolist() for part in expected]
        index.close()
        anew.close()


@pytest.mark.parametrize("size", [5, 20_000])
def test_an_index_too_small_or_too_large_is_not_brought_up_to_date(tmp_path, size):
    """It says so, and leaves the folder empty."""
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    keyword_format("tantivy").write(tmp_path / "before", map(keyword, ARTICLES[:5]))
    now = np.arange(5)
    assert not TantivyFormat().update(tmp_path / "after", tmp_path / "before", now, size, lambda _: ())
    assert list((tmp_path / "after").iterdir()) == []


@given(query=queries(), chosen=filters())
def test_matches_come_best_first_and_ties_ascend(indexes, query, chosen):
    """Scores never rise down the list, and rows of one score stand in ascending order."""
    for index in indexes.values():
        rows, scores = index.search(query, chosen, ALL)
        pairs = list(zip((-scores).tolist(), rows.tolist(), strict=True))
        assert pairs == sorted(pairs)


@given(query=queries(), data=st.data())
def test_scores_of_any_rows_are_those_of_the_search_and_zero_without_a_word(indexes, query, data):
    """A row's score is the one search gives it, matching or not, in the order asked for; 0 where no word occurs."""
    every = data.draw(st.permutations(range(len(DOCUMENTS)))) if data.draw(st.booleans()) else [5, 0, 99]
    rows = np.array(every, dtype=np.int64)
    containing = set(matching(KeywordQuery(query.words, 0), DOCUMENTS, NO_FILTERS))
    for index in indexes.values():
        scores = index.scores(query, rows)
        assert [row for row, score in zip(every, scores.tolist(), strict=True) if score > 0] == [
            row for row in every if row in containing
        ]
        assert not np.any(scores < 0)
        found = dict(zip(*(part.tolist() for part in index.search(query, NO_FILTERS, ALL)), strict=True))
        for row, score in zip(every, scores.tolist(), strict=True):
            assert row not in found or score == pytest.approx(found[row], rel=1e-5)


def test_scores_of_no_rows_are_none(index):
    """Asking for the scores of no rows gives an empty answer."""
    query = KeywordQuery((WeightedTerm("bitcoin", ("bitcoin",)),), 1)
    assert index.scores(query, np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize("text", [*STOP_WORDS, "the and not", "what is the", "і та що", "NOT", "THE"])
def test_stop_words_alone_are_searched_for(index, text):
    """A question of stop words alone finds the articles that contain enough of them, and there are some."""
    query = asked(text)
    rows, _ = index.search(query, NO_FILTERS, ALL)
    assert query.words
    assert sorted(rows.tolist()) == matching(query, DOCUMENTS, NO_FILTERS)
    assert len(rows)


@pytest.mark.parametrize("text", ["", " ", "-", '""', "!", "?!", "--", "( )", "\\"])
def test_a_query_without_words_matches_nothing(index, text):
    """What leaves no term finds nothing, with and without filters, and scores nothing."""
    query = asked(text)
    assert query.words == ()
    for chosen in (NO_FILTERS, Filters(sentiment=FieldFilter(include=("POSITIVE",)))):
        assert index.search(query, chosen, ALL)[0].tolist() == []
    assert index.scores(query, np.arange(3)).tolist() == [0, 0, 0]


def test_every_filter_alone_admits_what_reading_each_article_admits(index):
    """Each value wanted and refused, and each moment as the one edge of an open range, over articles that match."""
    query = KeywordQuery((WeightedTerm("all", _in_all()),), 1)
    assert len(matching(query, DOCUMENTS, NO_FILTERS)) == len(DOCUMENTS)
    for chosen in single_filters():
        assert sorted(index.search(query, chosen, ALL)[0].tolist()) == matching(query, DOCUMENTS, chosen), chosen


def _in_all():
    """Few terms, of which every document contains one."""
    left, chosen = [words_of(document) for document in DOCUMENTS], []
    while left:
        chosen.append(max(VOCABULARY, key=lambda term: sum(term in words for words in left)))
        left = [words for words in left if chosen[-1] not in words]
    return tuple(chosen)


def test_a_range_that_ends_before_it_begins_admits_nothing(index):
    """`from` behind `to` is an empty range, not an error."""
    query = asked("the bitcoin і")
    moment = 1_769_904_000_000
    assert index.search(query, Filters(since=Millis(moment), until=Millis(moment - 1)), ALL)[0].tolist() == []
    assert index.search(query, Filters(since=Millis(moment), until=Millis(moment)), ALL)[0].tolist() == []


@pytest.mark.parametrize("written", ["об'єкт", "обʼєкт", "об’єкт", "обєкт", "ОБ’ЄКТ"])
def test_every_apostrophe_finds_the_same_articles(index, written):
    """All spellings of об'єкт are one word, of the same articles."""
    plain = asked("об'єкт")
    assert index.search(asked(written), NO_FILTERS, ALL)[0].tolist() == index.search(plain, NO_FILTERS, ALL)[0].tolist()
    assert len(index.search(plain, NO_FILTERS, ALL)[0])


def test_titles_weigh_more_than_bodies(tmp_path):
    """Of two articles with one word each, the one with the word in its title comes first, in either engine."""
    first, second = awkward_articles(seed=1, count=2)
    texts_of = [("kestrel rises", "heron falls today"), ("heron rises", "kestrel falls today")]
    documents = [
        keyword(_replaced(article, title=title, text=text, description="", tags=(), language="en"))
        for article, (title, text) in zip((first, second), texts_of, strict=True)
    ]
    for name in ENGINES:
        folder = tmp_path / name
        folder.mkdir()
        keyword_format(name).write(folder, documents)
        index = keyword_format(name).open(folder)
        for word, best in (("kestrel", 0), ("heron", 1)):
            rows = index.search(KeywordQuery((WeightedTerm(word, (word,)),), 1), NO_FILTERS, ALL)[0]
            assert rows.tolist() == [best, 1 - best], name
        index.close()


def _replaced(article, **changes):
    import msgspec

    return msgspec.structs.replace(article, **changes)


def test_several_threads_get_the_answers_that_one_gets(index):
    """Asked by four threads at once, an index answers as when asked alone."""
    queries_asked = [asked(text) for text in ("bitcoin law", "біткоїн", "the", "Zürich C++", "hack U.S.")] * 6
    alone = [index.search(query, NO_FILTERS, ALL)[0].tolist() for query in queries_asked]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda query: index.search(query, NO_FILTERS, ALL)[0].tolist(), queries_asked))
    assert together == alone


@pytest.mark.parametrize("name", ENGINES)
def test_opening_and_asking_change_no_byte(tmp_path, name):
    """A folder is, after it was opened, asked and closed, what it was when it was written."""
    keyword_format(name).write(tmp_path, map(keyword, ARTICLES[:20]))
    before = digests(tmp_path)
    index = keyword_format(name).open(tmp_path)
    index.search(asked("bitcoin the law"), NO_FILTERS, ALL)
    index.scores(asked("bitcoin"), np.arange(5))
    index.close()
    assert digests(tmp_path) == before


@pytest.mark.parametrize("name", ENGINES)
def test_an_index_of_no_articles_answers_with_nothing(tmp_path, name):
    """An empty index can be written, opened and asked."""
    keyword_format(name).write(tmp_path, [])
    index = keyword_format(name).open(tmp_path)
    query = KeywordQuery((WeightedTerm("bitcoin", ("bitcoin",)),), 1)
    assert index.search(query, NO_FILTERS, ALL)[0].tolist() == []
    index.close()


@pytest.mark.parametrize("name", ENGINES)
def test_a_closed_index_answers_nothing(tmp_path, name):
    """After close a search fails; it never gives rows."""
    keyword_format(name).write(tmp_path, map(keyword, ARTICLES[:5]))
    index = keyword_format(name).open(tmp_path)
    index.close()
    try:
        rows, _ = index.search(KeywordQuery((WeightedTerm("the", ("the",)),), 1), NO_FILTERS, ALL)
    except Exception:
        return
    assert rows.tolist() == []


RUNS = [run for document in DOCUMENTS for field in POSITIONED for run in runs_of(document, field)]
fields = st.sampled_from(POSITIONED)


@st.composite
def sequences(draw):
    """Terms as they stand somewhere in an article, most often; now and then one of them exchanged."""
    run = draw(st.sampled_from([run for run in RUNS if len(run) > 1]))
    start = draw(st.integers(0, len(run) - 2))
    taken = list(run[start : start + draw(st.integers(2, 4))])
    if draw(st.booleans()):
        taken[draw(st.integers(0, len(taken) - 1))] = draw(terms)
    return tuple(taken)


def read(holds):
    """The rows of the documents that hold, read one after another."""
    return [row for row, document in enumerate(DOCUMENTS) if holds(document)]


@settings(max_examples=150)
@given(some=sequences(), field=fields)
def test_in_order_gives_the_rows_where_the_terms_follow_each_other(indexes, some, field):
    """Right behind each other, in this order, within one text: no phrase reaches from a title into what follows."""
    expected = read(lambda document: in_order(document, some, field))
    for name, index in indexes.items():
        assert index.in_order(some, field).tolist() == expected, name


def test_no_phrase_reaches_from_one_text_into_the_next(indexes):
    """The last term of a title and the first of a description are no phrase, nor a term and a one-piece form."""
    bridges = {(one[-1], other[0]) for d in DOCUMENTS for one, other in pairwise(runs_of(d, "text")) if one and other}
    assert len(bridges) > 100
    for bridge in sorted(bridges):
        expected = read(lambda document, pair=bridge: in_order(document, pair, "text"))
        for name, index in indexes.items():
            assert index.in_order(bridge, "text").tolist() == expected, (name, bridge)


@settings(max_examples=150)
@given(
    first=terms,
    second=terms,
    distance=st.integers(1, 30),
    field=fields,
)
def test_near_gives_the_rows_where_two_terms_stand_close_enough(indexes, first, second, distance, field):
    """In either order, so many places apart at most, by the places of the oracle."""
    expected = read(lambda document: near(document, (first,), (second,), distance, field))
    for name, index in indexes.items():
        assert index.near(first, second, distance, field).tolist() == expected, name
