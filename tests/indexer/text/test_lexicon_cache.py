"""Is what builds remember of words used, and never where it is wrong?"""

import itertools
import random

import pytest
from awkward import awkward_articles

from indexer import worker_pool
from indexer.text import archive_reader, lexicon_cache
from indexer.text.archive_reader import ArchiveReader
from indexer.text.lexicon import Lexicon
from indexer.text.token_matrix import Reader
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas, write_lemmas
from search.article import Article

ARTICLES = awkward_articles(seed=7, count=40)
MORE = awkward_articles(seed=8, count=60)
NAMES = {"btc": "bitcoin"}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that few articles are work for workers."""
    monkeypatch.setattr(worker_pool, "BATCH_SIZE", 3)
    monkeypatch.setattr(worker_pool, "BATCHES_ALONE", 1)
    monkeypatch.setattr(worker_pool, "BATCHES_BEGUN", 4)
    monkeypatch.setattr(archive_reader, "AT_ONCE", 4)


def read(articles, memory, names=NAMES, cores=1):
    """Every text of these articles in words, how words are written, and what is remembered afterwards."""
    reader = ArchiveReader(Analyzer(names), {"about"}, memory)
    with reader.begun(articles, cores) as (_, batches):
        found = [
            [[known[n] for n in lines.numbers[a:b].tolist()] for a, b in itertools.pairwise(lines.starts.tolist())]
            for words in batches
            for lines, known in (
                (words.ordered, reader.terms),
                (words.wholes, reader.terms),
                (words.forms, reader.forms),
            )
        ]
    return found, reader.letters


@pytest.fixture
def taken_apart(monkeypatch):
    """The stretches that this process took apart."""
    met = []
    note = Reader._note

    def noted(self, stretch):
        met.append(stretch)
        note(self, stretch)

    monkeypatch.setattr(Reader, "_note", noted)
    return met


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_what_is_remembered_is_not_taken_apart_again(tmp_path, taken_apart, cores):
    """The second time no stretch is, also of those that only others met; words and their spelling are the same."""
    empty = tmp_path / "empty"
    empty.mkdir()
    expected = read(MORE, empty)
    assert read(ARTICLES, tmp_path, cores=cores) == read(ARTICLES, empty)
    taken_apart.clear()
    assert read(ARTICLES, tmp_path, cores=1) == read(ARTICLES, empty)
    assert taken_apart == []
    assert read(MORE, tmp_path, cores=cores) == expected
    taken_apart.clear()
    assert read(ARTICLES + MORE, tmp_path, cores=cores)
    assert taken_apart == []


def test_with_other_names_nothing_is_remembered(tmp_path):
    """They decide which term a word is."""
    read(ARTICLES, tmp_path)
    assert lexicon_cache.stretches_known(Analyzer(NAMES), tmp_path)
    assert lexicon_cache.stretches_known(Analyzer(), tmp_path) is None


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_file_that_rotted_counts_for_nothing(tmp_path, share):
    """One bit of it, or an end that is missing: all is taken apart anew, and remembered."""
    expected = read(ARTICLES, tmp_path)
    file = next(tmp_path.glob("stretches*"))
    sound = file.read_bytes()
    place = int(share * len(sound))
    for rotten in (sound[:place], sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :]):
        file.write_bytes(rotten)
        assert read(ARTICLES, tmp_path) == expected
        assert file.read_bytes() == sound


def test_a_worker_that_finds_the_file_gone_reads_the_same(tmp_path, monkeypatch):
    """It may be deleted at any time, also between the beginning of a build and that of its worker."""
    (tmp_path / "empty").mkdir()
    expected = read(MORE, tmp_path / "empty")
    read(ARTICLES, tmp_path)
    monkeypatch.setattr(archive_reader, "stretches_known", _once_known)
    assert read(MORE, tmp_path, cores=2) == expected


def _once_known(analyzer, folder):
    known = lexicon_cache.stretches_known(analyzer, folder)
    (folder / "stretches.msgpack").unlink(missing_ok=True)
    return known


@pytest.mark.parametrize("seed", range(6))
def test_where_words_have_other_lemmas_only_stretches_with_them_are_taken_apart(tmp_path, seed):
    """What a lexicon gives for every stretch is what one gives that remembers nothing."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("абвгде", k=4)) for _ in range(40)]
    texts = [
        *words,
        *(word.upper() for word in words),
        *(f"«{word}»," for word in words),
        "bitcoin",
        "Zürich",
        "12 500",
    ]
    texts += [f"д'{word}-{other}" for word, other in itertools.pairwise(words)]
    texts += [f"л’{word}" for word in words]

    def analyzer(name, forms):
        (tmp_path / name).mkdir()
        write_lemmas(tmp_path / name, forms)
        return Analyzer(lemmas=Lemmas(tmp_path / name))

    before = {word: [dice.choice(words)] for word in words}
    after = before | {word: [f"{word}я", word] for word in dice.sample(words, 3)} | {f"д{words[0]}": ["інше"]}
    old, new = analyzer("old", before), analyzer("new", after)
    lexicon = Lexicon(old)
    lexicon.learn(texts)
    lexicon_cache.keep_stretches(old, tmp_path, lexicon.known)
    known = lexicon_cache.stretches_known(new, tmp_path)
    assert known is not None
    assert len(texts) / 3 < len(known.learned.stretches) < len(set(texts))
    expected, found = Lexicon(new), Lexicon(new, known)
    assert [_spelled(found, text) for text in texts] == [_spelled(expected, text) for text in texts]
    assert [_spelled(Lexicon(old), text) for text in texts] != [_spelled(expected, text) for text in texts]


def _spelled(lexicon, text):
    batch, _ = lexicon.read([Article(id="a", path="a.md", title=text, text=text)])
    first, written = lexicon.content([text])
    terms, forms = lexicon.terms, lexicon.forms
    kinds = ((batch.ordered, terms), (batch.wholes, terms), (batch.forms, forms), (first, terms))
    spelled = [[words[number] for number in lines.numbers.tolist()] for lines, words in kinds]
    return [*spelled, [lexicon.written[number] for number in written.numbers.tolist()]]
