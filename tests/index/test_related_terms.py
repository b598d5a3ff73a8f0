"""Are words that mean nearly the same found, and what do they add to an article?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.derive.nearest_words import LIKE, LOOKED_AT
from indexer.derive.related_terms import FEWEST, MOST, relate
from indexer.vectors.embedding_cache import EmbeddingCache
from search.analysis.analyzer import Analyzer
from search.index.postings import Postings
from search.index.postings_writer import PostingsWriter
from search.index.related_terms import family_of, open_related, related_share, related_to
from search.ports import KeywordQuery, WeightedTerm

ANGLES = {"wallet": 0, "purse": 20, "pocket": 40, "wallets": 1, "satchel": 55, "river": 180, "rare": 10, "common": 15}
"""Where each word points, in degrees: what is within sixty means nearly the same."""
FORMS = {
    "wallet": 5,
    "wallets": 4,
    "pocket": 6,
    "satchel": 4,
    "river": 9,
    "rare": FEWEST - 1,
    "common": 90,
    "гаманець": 9,
}
"""How many of the hundred articles contain each word."""
ANALYZER = Analyzer()


class Compass:
    """A model that knows where words point; anything else points nowhere near. Counts what it met."""

    fingerprint, dimension, max_tokens = "compass", 2, 10

    def __init__(self, angles=ANGLES):
        self.angles = angles
        self.met = []

    def embed(self, texts):
        self.met += texts
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32).reshape(-1, 2)

    def embed_query(self, text):
        angle = np.radians(self.angles.get(text, 270))
        return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def written(root, counts):
    """A hundred articles, each word standing in the first so many of them: forms and words."""
    terms = [ANALYZER.terms(form)[0] for form in counts]
    for name, every in (("forms", list(counts)), ("words", list(dict.fromkeys(terms)))):
        (root / name).mkdir()
        writer = PostingsWriter()
        for row in range(100):
            spelled = counts if name == "forms" else terms
            here = [every.index(word) for word, count in zip(spelled, counts.values(), strict=True) if row < count]
            writer.add(np.full(len(here), row), np.array(here, dtype=np.int32), np.zeros(len(here), dtype=np.bool_))
        writer.write(root / name, every)
    return [Postings(root / name, 100) for name in ("forms", "words")]


def relating(root, opened, model):
    """What is related, as it is written and opened again; and how many words met the model."""
    forms, words = opened
    folder = root / f"related-{len(list(root.iterdir()))}"
    folder.mkdir()
    cache = EmbeddingCache(root / "cache.sqlite")
    fresh = relate(folder, forms, words, ANALYZER, ["en"], model, cache)
    cache.close()
    return open_related(folder), fresh


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """The hundred articles of FORMS; forms, words and what is related."""
    root = tmp_path_factory.mktemp("related")
    opened, model = written(root, FORMS), Compass()
    related, fresh = relating(root, opened, model)
    assert fresh == len(model.met) == 7
    assert relating(root, opened, model)[1] == 0
    return (*opened, related)


def terms(words, near):
    """The terms by themselves."""
    return [words.term(number) for number, _ in near]


def test_the_nearest_are_related_but_not_inflections_rare_or_common_words(archive):
    """`wallet`: pocket and satchel; not wallets, nor the river, nor what stands in too few or too many articles."""
    forms, words, related = archive
    near = related.of(forms.number("wallet"))
    assert terms(words, near) == ["pocket", "satchel"]
    assert [round(like, 3) for _, like in near] == [0.766, 0.574]
    assert terms(words, related.of(forms.number("rare"))) == ["wallet", "pocket", "satchel"]
    assert related.of(forms.number("river")) == related.of(forms.number("гаманець")) == []


def test_words_that_the_archive_lacks_have_no_related_ones(archive):
    """`purse` stands nowhere, so nobody was asked about it; `Wallet's` is written otherwise, and known."""
    forms, words, related = archive
    query = KeywordQuery(
        (WeightedTerm("purse", ("purs",)), WeightedTerm("Wallet's", ("wallet",)), WeightedTerm("river", ("river",))), 1
    )
    found = related_to(query, related, forms)
    assert {word.text: terms(words, near) for word, near in found.items()} == {"Wallet's": ["pocket", "satchel"]}


def test_a_word_with_a_hyphen_is_its_parts(archive):
    """`wallet-river` is two words of a question; each is looked up by itself."""
    forms, words, related = archive
    query = KeywordQuery((WeightedTerm("wallet-satchel", ("wallet",)), WeightedTerm("wallet-satchel", ("satchel",))), 1)
    found = related_to(query, related, forms)
    assert [terms(words, near) for near in found.values()] == [["pocket", "satchel"], ["pocket", "wallet"]]


rarities = st.floats(0.1, 10)
semantic_scores = st.lists(st.tuples(st.integers(0, 7), st.floats(LIKE, 1, width=32)), max_size=MOST)


@given(st.lists(st.tuples(st.sampled_from(sorted(FORMS)), rarities, semantic_scores), min_size=1, max_size=4))
def test_what_related_words_add_is_what_a_plain_count_says(archive, asked):
    """Each word that an article lacks adds its rarity times the likeness of the nearest related word there."""
    _, words, _ = archive
    query = KeywordQuery(tuple(WeightedTerm(text, (ANALYZER.terms(text)[0],), idf=rare) for text, rare, _ in asked), 1)
    count = len(words)
    near = {
        word: [(n % count, like) for n, like in pairs] for word, (_, _, pairs) in zip(query.words, asked, strict=True)
    }
    rows = np.arange(0, 100, 3)
    contains = {term: set(words.rows([term]).tolist()) for term in map(words.term, range(count))}
    expected = []
    for row in rows.tolist():
        total = 0.0
        for word, pairs in near.items():
            likes = [like for number, like in pairs if row in contains[words.term(number)]]
            total += 0 if row in contains[word.terms[0]] else word.idf * max(likes, default=0)
        expected.append(total / query.idf)
    assert related_share(query, near, words)[rows] == pytest.approx(expected)


TURNED = ("coin", "coins", "purse", "bank", "banks", "vault", "guard", "miner", "miners", "token", "ledger", "wallet")

MARKS = (0, 2, 6, 24, 29, 40, 43, 55, 68, 75, 76, 85)
"""No two pairs are equally far apart: nothing hangs on how the last bit is rounded."""


@settings(max_examples=25)
@given(angles=st.permutations([1.01 * mark for mark in MARKS]))
def test_related_are_the_nearest_each_once(tmp_path_factory, angles):
    """Of those near enough the first few, without the word's own inflections, none twice, and no more than MOST."""
    root = tmp_path_factory.mktemp("turned")
    forms, words = written(root, dict.fromkeys(TURNED, FEWEST))
    model = Compass(dict(zip(TURNED, angles, strict=True)))
    related, _ = relating(root, (forms, words), model)
    for form in TURNED:
        own, here = ANALYZER.terms(form)[0], model.embed_query(form)
        cosines = {other: float(model.embed_query(other) @ here) for other in TURNED}
        near = sorted((other for other in TURNED if cosines[other] >= LIKE), key=lambda other: -cosines[other])
        expected = list(dict.fromkeys(t for t in (ANALYZER.terms(o)[0] for o in near[:LOOKED_AT]) if t != own))[:MOST]
        assert terms(words, related.of(forms.number(form))) == expected


def _word(term):
    return WeightedTerm(term, (term,), 1, 1.0, 1)


def test_words_of_one_family_begin_alike_and_the_likest_come_first(tmp_path):
    """A noun and its verb, a name that is spelled in two ways; not the word itself, nor what only begins so."""
    every = sorted(
        ["катування", "катувати", "катування-2", "каталог", "пауел", "пауелл", "заміна", "замінити", "замок"]
    )
    writer = PostingsWriter()
    numbers = np.arange(len(every), dtype=np.int32)
    writer.add(np.zeros(len(every), dtype=np.int64), numbers, np.zeros(len(every), dtype=np.bool_))
    writer.write(tmp_path, every)
    postings = Postings(tmp_path, 1)

    def family(term):
        return [postings.term(number) for number, _ in family_of([_word(term)], postings).get(_word(term), [])]

    assert family("катування") == ["катування-2", "катувати"]
    assert family("пауелл") == ["пауел"]
    assert family("замінити") == ["заміна"]
    assert family("замок") == []
    assert family("кат") == []
    assert dict(family_of([_word("замінити")], postings)[_word("замінити")])[postings.number("заміна")] == (
        pytest.approx(2 * 5 / 14)
    )
