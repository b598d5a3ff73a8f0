"""Words that articles keep: postings, sentences and keyword index out of those of the generation before.

Only articles that came or changed are read, and those in which a word has another lemma now. The outcome is that of
reading all of them.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from indexer.kept_counts import StayedArticles, came, summed
from indexer.reuse import PreviousGeneration
from indexer.text.archive_reader import AT_ONCE, spelled
from indexer.text.boilerplate import counted
from indexer.text.documents import keyword_documents
from indexer.text.lexicon import Lexicon, TokenizedBatch
from indexer.text.postings_builder import PostingsBuilder
from indexer.text.relemmatized import relemmatized
from indexer.text.token_matrix import Flags, TokenMatrix
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas
from search.arrays import Rows, within
from search.article import Article
from search.index.checksums import altered
from search.index.manifest import LEMMAS
from search.index.postings import Postings
from search.index.postings_update import GONE, update_postings, update_sentences, words_kept
from search.ports import KeywordDocument, UpdatableKeywordFormat
from search.query.fields import Declared

LETTERS = "letters.msgpack"
"""What builds remember: how many articles contain each word as it is written."""
MOST = 0.25
"""Where a larger share of the articles is read anew, all are: that goes to all processor cores."""
_NONE = np.zeros(0, dtype=np.int64)
_PARTS = ("words/", "forms/", "outline/", "keyword/", f"{LEMMAS}/")

Progress = Callable[[int, int], None]
Letters = dict[str, int]
"""How many articles contain each word as it is written."""


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What of the words of a generation is kept."""

    earlier: PreviousGeneration
    stayed: StayedArticles
    now: Rows
    """The row that each of its articles has now, GONE for one whose words are not kept, (rows before,)."""


def kept_words(
    stayed: StayedArticles, settings_digest: str, boilerplate: Set[str], analyzer: Analyzer
) -> KeptWords | None:
    """What the articles that stayed keep of an earlier generation; None where all words are read anew.

    That is where another recipe made it, other headings count out, a bit of it changed, or too much did.
    """
    earlier = stayed.made_by(settings_digest)
    if earlier is None:
        return None
    if earlier.manifest.boilerplate != sorted(boilerplate) or altered(earlier.folder, earlier.manifest, *_PARTS):
        return None
    relemmatized = _relemmatized(earlier, analyzer)
    if relemmatized is None:
        return None
    now = stayed.now.copy()
    now[relemmatized] = GONE
    size = np.count_nonzero(stayed.now != GONE) + len(stayed.came)
    if size - np.count_nonzero(now != GONE) > MOST * size:
        return None
    return KeptWords(earlier, stayed, now)


def _relemmatized(earlier: PreviousGeneration, analyzer: Analyzer) -> Rows | None:
    """The rows before in which a word has other lemmas now; None where any may have."""
    if analyzer.lemmas is None:
        return np.zeros(0, dtype=np.int64)
    differing = Lemmas(earlier.folder / LEMMAS).differing(analyzer.lemmas)
    if not len(differing):
        return np.zeros(0, dtype=np.int64)
    forms = Postings(earlier.folder / "forms", earlier.manifest.articles)
    every = forms.terms(range(len(forms)))
    found = relemmatized(every, differing, analyzer)
    return None if found is None else forms.rows([every[place] for place in np.flatnonzero(found).tolist()])


class WordsUpdate:
    """Brings words, forms, outline and keyword index of a generation up to its articles."""

    def __init__(
        self,
        kept: KeptWords,
        articles: Sequence[Article],
        analyzer: Analyzer,
        boilerplate: Set[str],
        progress: Progress,
    ) -> None:
        """`boilerplate` are the headings that do not count."""
        self._before, self._now = kept.earlier.folder, kept.now
        self._stayed, self._articles = kept.stayed, articles
        self._came = came(kept.now, len(articles))
        self._boilerplate, self._progress = boilerplate, progress
        self._lexicon = Lexicon(analyzer)
        self._notes = PostingsBuilder(self._lexicon, boilerplate)
        self._letters = Counter[str]()
        self._noted: list[Rows] = []
        """The rows of the articles in the notes."""

    def write(self, folder: Path, engine: UpdatableKeywordFormat, declared: Declared, file: Path) -> Letters | None:
        """Write them into a staged generation; gives how many articles contain each word as it is written.

        `file` is where that is remembered. None, with nothing written, where it is not, or the engine writes its index
        anew. What came is read once: while the engine takes it in, it is noted for the rest.
        """
        kept = self._stayed.kept(file, self._letters_of)
        if kept is None:
            return None
        self._letters = kept
        folders = folder / "keyword", self._before / "keyword"
        if not engine.update(*folders, self._now, len(self._articles), self._documents, declared):
            return None
        letters = summed(self._letters)
        if letters is None or not np.array_equal(np.concatenate([_NONE, *self._noted]), self._came):
            for left in (folder / "keyword").iterdir():
                left.unlink()
            return None
        added = folder / "added"
        parts = added / "words", added / "forms", added / "outline"
        for part in parts:
            part.mkdir(parents=True)
        self._notes.write(*parts)
        self._join(folder, added)
        shutil.rmtree(added)
        return letters

    def _join(self, folder: Path, added: Path) -> None:
        before, now, size = self._before, self._now, len(self._articles)
        words = len(Postings(before / "words", size))
        besides = words_kept(before / "outline", now, words)
        lasting = update_postings(folder / "words", before / "words", now, added / "words", besides)
        none = np.zeros(len(Postings(before / "forms", size)), dtype=np.bool_)
        update_postings(folder / "forms", before / "forms", now, added / "forms", none)
        update_sentences(folder / "outline", before / "outline", now, added / "outline", size, lasting)

    def _letters_of(self, articles: Sequence[Article]) -> dict[str, int]:
        words, letters = self._lexicon.read(articles)
        return self._spelled(articles, words, letters, counted(articles, words, self._boilerplate))

    def _spelled(
        self, articles: Sequence[Article], words: TokenizedBatch, letters: TokenMatrix, counts: Flags
    ) -> dict[str, int]:
        numbers, many = spelled(articles, words, letters, counts)
        return {self._lexicon.letters[word]: count for word, count in zip(numbers.tolist(), many.tolist(), strict=True)}

    def _documents(self, rows: Rows) -> Iterator[KeywordDocument]:
        """The documents of these rows; those of articles that came are noted on the way."""
        new = within(rows, self._came)
        done = 0
        for some in _alike(rows, new):
            articles = [self._articles[row] for row in some.tolist()]
            words, letters = self._lexicon.read(articles)
            counts = counted(articles, words, self._boilerplate)
            if new[done]:
                self._note(some, articles, words, letters, counts)
            yield from keyword_documents(articles, words, counts, self._lexicon.terms)
            done += len(some)
            self._progress(done, len(rows))

    def _note(
        self, rows: Rows, articles: Sequence[Article], words: TokenizedBatch, letters: TokenMatrix, counts: Flags
    ) -> None:
        self._noted.append(rows)
        self._notes.note(rows, words, counts)
        uncounted = within(rows, self._stayed.came)[words.owners()]  # the letters of others are the same as before
        self._letters.update(self._spelled(articles, words, letters, counts & uncounted))


def _alike(rows: Rows, kinds: Flags) -> Iterator[Rows]:
    """Rows of one kind, of those that stand together, not too many at a time; `kinds` is (rows,)."""
    bounds = [0, *(np.flatnonzero(kinds[1:] != kinds[:-1]) + 1).tolist(), len(rows)]
    for first, last in pairwise(bounds):
        for at in range(first, last, AT_ONCE):
            yield rows[at : min(at + AT_ONCE, last)]
