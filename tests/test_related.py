"""Are words that mean nearly the same found, and what do they add to an article?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embedding import EmbeddingCache
from indexer.related import FEWEST, relate
from search import wiring
from search.analysis import Analyzer
from search.keywords import KeywordQuery, Word
from search.related import ASKED, LIKE, MOST, borne, chosen, open_related, related_to
from search.words import Words, WordsWriter

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

    def __init__(self):
        self.met = []

    def embed(self, texts):
        self.met += texts
        return np.array([self.embed_query(text) for text in texts], dtype=np.float32).reshape(-1, 2)

    def embed_query(self, text):
        angle = np.radians(ANGLES.get(text, 270))
        return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A hundred articles, word n standing in the first so many of them; forms, words and what is related."""
    root = tmp_path_factory.mktemp("related")
    terms = [ANALYZER.terms(form)[0] for form in FORMS]
    counts = list(FORMS.values())
    for name, every in (("forms", list(FORMS)), ("words", list(dict.fromkeys(terms)))):
        (root / name).mkdir()
        writer = WordsWriter()
        for row in range(100):
            spelled = FORMS if name == "forms" else terms
            here = [every.index(word) for word, count in zip(spelled, counts, strict=True) if row < count]
            writer.add(np.full(len(here), row), np.array(here, dtype=np.int32), np.zeros(len(here), dtype=np.bool_))
        writer.write(root / name, every)
    opened = [Words(root / name, 100) for name in ("forms", "words")]
    (root / "related").mkdir()
    (root / "again").mkdir()
    model, cache = Compass(), EmbeddingCache(root / "cache.sqlite")
    fresh = relate(root / "related", *opened, ANALYZER, ["en"], model, cache, wiring.vector_format())
    assert fresh == len(model.met) == 7
    assert relate(root / "again", *opened, ANALYZER, ["en"], model, cache, wiring.vector_format()) == 0
    cache.close()
    return (*opened, open_related(root / "related", wiring.vector_format().open))


def at_once(model):
    """How a model is asked that reads a word before anybody waits for it."""

    def embed(word):
        vector = model.embed_query(word)
        return lambda: vector

    return embed


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


def test_the_model_is_asked_for_words_that_the_archive_lacks(archive):
    """`purse` stands nowhere: the model says what is near, for the first ASKED such words of a question and no more."""
    forms, words, related = archive
    model = Compass()
    query = KeywordQuery((Word("Purse's", ("purs",)), Word("wallet", ("wallet",)), Word("x402", ("x402",))), 1)
    found = related_to(query, related, words, forms, at_once(model))()
    assert {word.text: terms(words, near) for word, near in found.items()} == {
        "Purse's": ["wallet", "pocket", "satchel"],
        "wallet": ["pocket", "satchel"],
    }
    asked = []
    many = KeywordQuery(tuple(Word("unknown" + "a" * n, (f"u{n}",)) for n in range(ASKED + 3)), 1)
    related_to(many, related, words, forms, lambda word: asked.append(word) or at_once(model)(word))
    assert len(asked) == ASKED


def test_a_word_with_a_hyphen_is_its_parts(archive):
    """`wallet-river` is two words of a question; each is looked up by itself."""
    forms, words, related = archive
    query = KeywordQuery((Word("wallet-satchel", ("wallet",)), Word("wallet-satchel", ("satchel",))), 1)
    found = related_to(query, related, words, forms, at_once(Compass()))()
    assert [terms(words, near) for near in found.values()] == [["pocket", "satchel"], ["pocket", "wallet"]]


rarities = st.floats(0.1, 10)
nearness = st.lists(st.tuples(st.integers(0, 7), st.floats(LIKE, 1, width=32)), max_size=MOST)


@given(st.lists(st.tuples(st.sampled_from(sorted(FORMS)), rarities, nearness), min_size=1, max_size=4))
def test_what_related_words_add_is_what_a_plain_count_says(archive, asked):
    """Each word that an article lacks adds its rarity times the likeness of the nearest related word there."""
    _, words, _ = archive
    query = KeywordQuery(tuple(Word(text, (ANALYZER.terms(text)[0],), rarity=rare) for text, rare, _ in asked), 1)
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
            total += 0 if row in contains[word.terms[0]] else word.rarity * max(likes, default=0)
        expected.append(total / query.rarity)
    assert borne(query, near, rows, words) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), max_size=8), st.sets(st.integers(0, 9), max_size=3))
def test_related_are_the_nearest_each_once(pairs, own):
    """At most MOST, none below LIKE, none of the word's own, none twice, in the order given."""
    found = chosen([term for term, _ in pairs], [like for _, like in pairs], sorted(own))
    assert len(found) <= MOST
    assert all(like >= LIKE and term not in own for term, like in found)
    assert len({term for term, _ in found}) == len(found)
    assert [pair for pair in pairs if pair in found][: len(found)] or not found
