"""Are postings that were brought up to date, to the last byte, those of reading all articles?"""

import random

import numpy as np
import pytest
from digests import digests

from search.index import postings_update, postings_writer
from search.index.postings import Postings
from search.index.postings_update import update_postings, update_sentences, words_kept
from search.index.postings_writer import PostingsWriter
from search.index.sentence_index import SentenceIndexWriter

WORDS = [f"w{number}" for number in range(200)] + ["об’єкт", "zürich"]


def article(dice):
    """An article: the words that find it, those of its title, and its sentences, which have others besides."""
    words = dice.sample(range(len(WORDS) - 40), dice.randrange(0, 30))
    sentences = [dice.choices(range(len(WORDS)), k=dice.randrange(0, 6)) for _ in range(dice.randrange(0, 5))]
    return words, words[: dice.randrange(0, 4)], sentences


def written(folder, rows, articles):
    """Words and outline of articles that stand in these rows; their numbers are those of another reader each time."""
    numbers = list(range(len(WORDS)))
    random.Random(len(rows)).shuffle(numbers)
    every = [""] * len(WORDS)
    for word, number in enumerate(numbers):
        every[number] = WORDS[word]
    writer, outline = PostingsWriter(), SentenceIndexWriter()
    for row, (words, title, sentences) in zip(rows, articles, strict=True):
        found = np.array([numbers[word] for word in words], dtype=np.int32)
        writer.add(np.full(len(words), row), found, np.isin(words, title))
        lengths = np.array([len(one) for one in sentences], dtype=np.int64)
        inside = np.array([numbers[word] for one in sentences for word in one], dtype=np.int32)
        ends = np.cumsum([0, *lengths]).astype(np.int64)
        places = np.arange(len(sentences), dtype=np.int32) + len(words)
        outline.add(np.array([0, len(sentences)], dtype=np.int64), places, places + 1, ends, inside)
    for name in ("words", "outline"):
        (folder / name).mkdir(parents=True)
    outline.write(folder / "outline", writer.write(folder / "words", every, besides=outline.words))


@pytest.mark.parametrize("held", [1 << 23, 16])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_brought_up_to_date_is_what_is_read_anew(tmp_path, monkeypatch, seed, held):
    """Whatever goes, comes and moves; also where only a few entries are taken at a time."""
    monkeypatch.setattr(postings_writer, "_HELD", held)
    monkeypatch.setattr(postings_update, "_ROWS_AT_ONCE", 3)
    monkeypatch.setattr(postings_update, "_WORDS_AT_ONCE", 5)
    dice = random.Random(seed)
    before = [article(dice) for _ in range(40)]
    kept = sorted(dice.sample(range(40), dice.choice([0, 5, 20, 39, 40])))
    if seed == 5:  # articles may change places
        dice.shuffle(kept)
    size = len(kept) + dice.choice([1, 4, 30])
    now = np.full(40, -1, dtype=np.int64)
    now[kept] = sorted(dice.sample(range(size), len(kept)))
    after = [None] * size
    for row in kept:
        after[now[row]] = before[row]
    came = [row for row in range(size) if after[row] is None]
    for row in came:
        after[row] = article(dice)
    written(tmp_path / "before", range(40), before)
    written(tmp_path / "added", came, [after[row] for row in came])
    written(tmp_path / "anew", range(size), after)
    for name in ("words", "outline"):
        (tmp_path / "updated" / name).mkdir(parents=True)
    old = tmp_path / "before"
    besides = words_kept(old / "outline", now, len(Postings(old / "words", 40)))
    lasting = update_postings(tmp_path / "updated" / "words", old / "words", now, tmp_path / "added" / "words", besides)
    update_sentences(
        tmp_path / "updated" / "outline", old / "outline", now, tmp_path / "added" / "outline", size, lasting
    )
    assert digests(tmp_path / "updated") == digests(tmp_path / "anew")
