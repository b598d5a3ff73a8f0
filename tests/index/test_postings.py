"""Do the words of a generation say of every article what reading it says?"""

import numpy as np
import pytest
from awkward import awkward_articles
from digests import digests
from hypothesis import given
from hypothesis import strategies as st
from oracle import forms_of, matching, reading, words_of

from indexer.text import archive_reader, token_matrix
from indexer.text.archive_reader import ArchiveReader
from indexer.text.postings_builder import PostingsBuilder
from search.analysis.analyzer import Analyzer
from search.index.postings import Postings
from search.index.sentence_index import Occurrences, open_sentence_index
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import Filters

ANALYZER = Analyzer()
ARTICLES = awkward_articles(seed=11, count=80)
DOCUMENTS = [reading(article, ANALYZER, {"about"}) for article in ARTICLES]
VOCABULARY = sorted({term for document in DOCUMENTS for term in words_of(document)})

terms = st.sampled_from([*VOCABULARY, "nowhere", "щеніде", "", "z" * 50])
words = st.builds(
    WeightedTerm,
    st.just("word"),
    st.lists(terms, min_size=1, max_size=3, unique=True).map(tuple),
    st.integers(0, 4),
    st.floats(0.1, 9),
)
queries = st.lists(words, max_size=6).flatmap(
    lambda chosen: st.builds(
        KeywordQuery, st.just(tuple(chosen)), st.integers(0, sum(word.clause_weight for word in chosen) + 1)
    )
)


def written(folder, articles, common=frozenset()):
    """The words, the forms and the outline of these articles, written and opened."""
    for name in ("words", "forms", "outline"):
        (folder / name).mkdir()
    reader = ArchiveReader(ANALYZER, common, folder)
    notes = PostingsBuilder(reader, common)
    with reader.begun(articles, 1) as (_, read):
        assert [document.article for document in notes.documents(articles, read, lambda *_: None)] == articles
    notes.write(folder / "words", folder / "forms", folder / "outline")
    opened = (Postings(folder / name, len(articles)) for name in ("words", "forms"))
    return (*opened, open_sentence_index(folder / "outline"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Words, forms and outline of the awkward articles."""
    return written(tmp_path_factory.mktemp("words"), ARTICLES, {"about"})


@given(some=st.lists(terms, max_size=4))
def test_rows_and_frequency_are_those_of_reading_every_article(made, some):
    """Any of the words, in any field, or in the title alone; each article once, ascending."""
    found, _, _ = made
    expected = [row for row, document in enumerate(DOCUMENTS) if words_of(document).intersection(some)]
    assert found.rows(some).tolist() == expected
    assert found.frequency(some) == len(expected)
    titled = [row for row, document in enumerate(DOCUMENTS) if set(document.title.every).intersection(some)]
    assert found.rows(some, title=True).tolist() == titled


@given(query=queries)
def test_what_matches_is_what_weighs_enough(made, query):
    """The articles whose words weigh enough are those of the oracle; without words there are none."""
    assert made[0].matching(query).tolist() == matching(query, DOCUMENTS, Filters())


@given(query=queries, rows=st.lists(st.integers(0, len(DOCUMENTS) - 1), max_size=9), title=st.booleans())
def test_contained_adds_up_the_rarity_of_the_words_that_stand_there(made, query, rows, title):
    """In any field, or in the title alone."""
    expected = [
        sum(
            word.idf
            for word in query.words
            if set(word.terms).intersection(DOCUMENTS[row].title.every if title else words_of(DOCUMENTS[row]))
        )
        for row in rows
    ]
    assert made[0].sum_idf(query, np.array(rows, dtype=np.int64), title).tolist() == pytest.approx(expected)


@given(prefix=st.sampled_from(VOCABULARY).flatmap(lambda term: st.integers(0, 5).map(lambda length: term[:length])))
def test_words_are_found_by_their_beginning_and_by_their_number(made, prefix):
    """Numbers follow the order of the words' bytes."""
    found, _, _ = made
    numbers = found.starting_with(prefix)
    assert found.terms(numbers) == [found.term(number) for number in numbers]
    every = [found.term(number) for number in range(len(found))]
    assert [every[number] for number in numbers] == [term for term in every if term.startswith(prefix)]
    assert every == sorted(every, key=str.encode)
    assert [found.number(every[number]) for number in numbers] == list(numbers)
    assert set(VOCABULARY) <= set(every)


@given(
    word=st.sampled_from(sorted({form for document in DOCUMENTS for form in forms_of(document, "text")})),
    data=st.data(),
)
def test_articles_are_found_by_how_a_word_begins(made, word, data):
    """Words as they are written, in any field or in the title alone; the commonest of them are told."""
    _, forms, _ = made
    prefix = word[: data.draw(st.integers(0, len(word)))]
    for field in ("text", "title"):
        own = [forms_of(document, field) for document in DOCUMENTS]
        expected = [row for row, every in enumerate(own) if any(form.startswith(prefix) for form in every)]
        assert forms.rows_starting_with(prefix, title=field == "title").tolist() == expected
    every = [form for document in DOCUMENTS for form in forms_of(document, "text") if form.startswith(prefix)]
    ordered = sorted(set(every), key=lambda form: (-every.count(form), form.encode()))
    assert forms.commonest(prefix, 5) == ordered[:5]
    assert forms.commonest("no such beginning", 5) == []


@given(
    rows=st.lists(st.integers(0, len(DOCUMENTS) - 1), max_size=4),
    some=st.lists(terms, max_size=4, unique=True),
    data=st.data(),
)
def test_an_outline_tells_which_words_stand_in_which_sentence(made, rows, some, data):
    """In reading order, as often as they stand there, and which sentence is the best; its spans are the sentences'."""
    found, _, outline = made
    numbers = [number for term in some if (number := found.number(term)) is not None]
    standing = outline.occurrences(np.array(rows, dtype=np.int64), np.isin(np.arange(len(found)), numbers))
    told = list(zip(standing.article.tolist(), standing.sentence.tolist(), standing.word.tolist(), strict=True))
    expected, first, last, best = [], [], [], []
    for place, row in enumerate(rows):
        sentences = DOCUMENTS[row].sentences
        assert sentences_of(outline, row) == [span for span, _ in sentences]
        begin = int(outline.first_sentence[row])
        held = [[term for term in sentence.every if term in some] for _, sentence in sentences]
        expected += [(place, begin + number, found.number(term)) for number, in_it in enumerate(held) for term in in_it]
        low, high = sorted(data.draw(st.lists(st.integers(0, len(held)), min_size=2, max_size=2)))
        first.append(begin + low)
        last.append(begin + high)
        chosen = [(len(set(held[number])), len(held[number]), -number) for number in range(low, high)]
        most = max(chosen, default=(0, 0, 0))
        best.append(begin - most[2] if most[0] else begin + low)
    assert told == expected
    assert standing.best(np.array(first, dtype=np.int64), np.array(last, dtype=np.int64)).tolist() == best


def test_the_best_sentence_has_the_most_different_words():
    """Not the most words; of several such the one with more of them, then the first. Articles come in any order."""
    article, sentence, word = (
        [0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
        [7, 7, 7, 8, 8, 2, 2, 3, 3, 3],
        [1, 1, 1, 1, 2, 1, 2, 1, 2, 1],
    )
    standing = Occurrences(np.array(article), np.array(sentence), np.array(word, dtype=np.int32))
    assert standing.best(np.array([5, 0]), np.array([9, 4])).tolist() == [8, 3]
    assert standing.best(np.array([5, 0]), np.array([8, 3])).tolist() == [7, 2]
    twice = Occurrences(np.array([0, 0, 1, 1]), np.array([5, 6, 6, 7]), np.array([1, 1, 1, 1], dtype=np.int32))
    assert twice.best(np.array([6, 6]), np.array([7, 9])).tolist() == [6, 6]
    tied = Occurrences(np.array([0, 0]), np.array([4, 6]), np.array([1, 2], dtype=np.int32))
    assert tied.best(np.array([3]), np.array([9])).tolist() == [4]
    assert tied.best(np.array([3]), np.array([4])).tolist() == [3]


def sentences_of(outline, row):
    """The sentences of an article's text."""
    return outline.spans(*outline.first_sentence[row : row + 2].tolist())


@given(row=st.integers(0, len(DOCUMENTS) - 1), passage=st.tuples(st.integers(0, 300), st.integers(0, 300)))
def test_an_outline_tells_which_sentences_lie_in_a_passage(made, row, passage):
    """Those that begin and end in it."""
    outline = made[2]
    inside = outline.spans(*outline.inside(row, passage))
    assert inside == [(a, b) for a, b in sentences_of(outline, row) if a >= passage[0] and b <= passage[1]]


def test_an_archive_without_an_article_knows_no_word(tmp_path):
    """It can be written, opened and asked."""
    found, _, outline = written(tmp_path, [])
    assert len(found) == 0
    assert found.rows(["bitcoin"]).tolist() == []
    assert list(found.starting_with("b")) == []
    assert len(outline.words) == 0


def test_articles_without_words_contain_none(tmp_path):
    """Texts of signs alone are articles all the same."""
    from msgspec.structs import replace

    silent = [
        replace(article, title="!", text=text, description="", tags=())
        for article, text in zip(ARTICLES, ("", "—"), strict=False)
    ]
    found, _, outline = written(tmp_path, silent)
    assert found.matching(KeywordQuery((WeightedTerm("a", ("a",)),), 1)).tolist() == []
    assert [sentences_of(outline, row) for row in (0, 1)] == [[], [(0, 1)]]
    assert len(outline.occurrences(np.arange(2), np.zeros(0, dtype=np.bool_)).word) == 0


def test_what_is_forgotten_on_the_way_keeps_its_numbers(tmp_path, monkeypatch):
    """An archive of more different words than are remembered is written as any other, to the last byte."""
    forgetful, sound = tmp_path / "forgetful", tmp_path / "sound"
    for folder in (forgetful, sound):
        folder.mkdir()
    monkeypatch.setattr(archive_reader, "AT_ONCE", 7)
    written(sound, ARTICLES)
    monkeypatch.setattr(token_matrix, "REMEMBERED", 20)
    written(forgetful, ARTICLES)
    for folder in (forgetful, sound):
        (folder / "stretches.msgpack").unlink()  # what is remembered from build to build is no part of an index
    assert digests(forgetful) == digests(sound)
