"""Are the files the same to the last byte, however little of what is found is held in memory?"""

import numpy as np
import pytest
from digests import digests
from hypothesis import given
from hypothesis import strategies as st

from search import spill
from search.index import postings_writer
from search.index.postings import Postings
from search.index.postings_writer import PostingsWriter
from search.index.sentence_index import SentenceIndexWriter, open_sentence_index

WORDS = [f"w{number % 7}{number}" for number in range(30)]
ARTICLES = st.lists(
    st.lists(st.tuples(st.integers(0, len(WORDS) - 1), st.booleans()), max_size=12), min_size=1, max_size=12
)


def written(folder, articles, besides, held, at_once):
    """Write the words of these articles, some articles together; gives the lasting numbers."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(postings_writer, "_HELD", held)
        patched.setattr(spill, "AT_ONCE", at_once)
        writer = PostingsWriter()
        for at in range(0, len(articles), 3):
            some = [
                (row, word, title) for row, own in enumerate(articles[at : at + 3], start=at) for word, title in own
            ]
            rows, words, titles = (np.array([one[place] for one in some]) for place in range(3))
            writer.add(rows.astype(np.int64), words.astype(np.int32), titles.astype(np.bool_))
        return writer.write(folder, WORDS, besides=np.array(besides, dtype=np.int64))


@given(articles=ARTICLES, besides=st.lists(st.integers(0, len(WORDS) - 1), max_size=3), held=st.integers(1, 40))
def test_what_is_spilled_is_written_as_what_is_held(tmp_path_factory, articles, besides, held):
    """Every word has the articles that contain it, in order, and says where it stands in a title."""
    root = tmp_path_factory.mktemp("postings")
    lasting = written(root / "held", articles, besides, 1 << 20, 1 << 20)
    assert (written(root / "spilled", articles, besides, held, 3) == lasting).all()
    assert digests(root / "spilled") == digests(root / "held")
    found = Postings(root / "spilled", len(articles))
    for word in WORDS:
        expected = [row for row, own in enumerate(articles) if any(WORDS[number] == word for number, _ in own)]
        titles = [row for row, own in enumerate(articles) if any(WORDS[number] == word and t for number, t in own)]
        assert found.rows([word]).tolist() == expected
        assert found.rows([word], title=True).tolist() == titles


@given(articles=st.lists(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=4), max_size=8))
def test_sentences_are_read_back_as_they_were_added(tmp_path_factory, articles):
    """Whatever the size of the pieces that are copied."""
    folder = tmp_path_factory.mktemp("outline")
    writer = SentenceIndexWriter()
    for at in range(0, len(articles), 2):
        some = articles[at : at + 2]
        sentences = [words for own in some for words in own]
        first = np.cumsum([0, *map(len, some)])
        starts = np.arange(len(sentences), dtype=np.int32)
        words = np.array([word for own in sentences for word in own], dtype=np.int32)
        writer.add(first, starts, starts + 1, np.cumsum([0, *map(len, sentences)]), words)
    every = [word for own in articles for sentence in own for word in sentence]
    assert writer.words.tolist() == sorted(set(every))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spill, "AT_ONCE", 3)
        writer.write(folder, np.arange(10, 20, dtype=np.int32))
    found = open_sentence_index(folder)
    assert found.words.tolist() == [word + 10 for word in every]
    assert found.first_sentence.tolist() == np.cumsum([0, *map(len, articles)]).tolist()
    lengths = [len(sentence) for own in articles for sentence in own]
    assert found.first_word.tolist() == np.cumsum([0, *lengths]).tolist()
    for name in ("first_sentence", "start", "end", "first_word", "words"):
        path = folder / f"{name}.npy"
        np.save(folder / "same.npy", np.load(path))
        assert (folder / "same.npy").read_bytes() == path.read_bytes()
