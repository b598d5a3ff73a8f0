"""Words that articles keep: postings, sentences and keyword index out of those of the generation before.

Only articles that came or changed are read, and those in which a word has another lemma now. The outcome is that of
reading all of them.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.kept_counts import came, counts_now
from indexer.reuse import PreviousGeneration, rows_now
from indexer.text.archive_reader import AT_ONCE, spelled
from indexer.text.boilerplate import counted
from indexer.text.documents import keyword_documents
from indexer.text.lexicon import Lexicon, TokenizedBatch
from indexer.text.postings_builder import PostingsBuilder
from indexer.text.relemmatized import relemmatized
from indexer.text.token_matrix import Flags
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas
from search.arrays import Rows
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
_PARTS = ("words/", "forms/", "outline/", "keyword/", f"{LEMMAS}/")

Progress = Callable[[int, int], None]
Letters = dict[str, int]
"""How many articles contain each word as it is written."""


@dataclass(frozen=True, slots=True)
class KeptWords:
    """What of the words of a generation is kept."""

    earlier: PreviousGeneration
    now: Rows
    """The row that each of its articles has now, GONE for one whose words are not kept, (rows before,)."""


def kept_words(
    earlier: PreviousGeneration | None,
    settings_digest: str,
    digests: Sequence[str],
    boilerplate: Set[str],
    analyzer: Analyzer,
) -> KeptWords | None:
    """What the articles of these digests keep of an earlier generation; None where all words are read anew.

    That is where another recipe made it, other headings count out, a bit of it changed, or too much did.
    """
    if earlier is None or earlier.manifest.settings_digest != settings_digest:
        return None
    if earlier.manifest.boilerplate != sorted(boilerplate) or altered(earlier.folder, earlier.manifest, *_PARTS):
        return None
    now = rows_now(earlier.digests, digests)
    relemmatized = _relemmatized(earlier, analyzer)
    if relemmatized is None:
        return None
    now[relemmatized] = GONE
    if len(digests) - np.count_nonzero(now != GONE) > MOST * len(digests):
        return None
    return KeptWords(earlier, now)


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
        digests: Sequence[str],
        analyzer: Analyzer,
        boilerplate: Set[str],
        progress: Progress,
    ) -> None:
        """`digests` are those of the articles, `boilerplate` the headings that do not count."""
        self._before, self._now = kept.earlier.folder, kept.now
        self._kept, self._articles, self._digests = kept, articles, digests
        self._came = came(kept.now, len(articles))
        self._boilerplate, self._progress = boilerplate, progress
        self._lexicon = Lexicon(analyzer)

    def write(self, folder: Path, engine: UpdatableKeywordFormat, declared: Declared, file: Path) -> Letters | None:
        """Write them into a staged generation; gives how many articles contain each word as it is written.

        `file` is where that is remembered. None, with nothing written, where it is not, or the engine writes its index
        anew.
        """
        letters = counts_now(file, self._kept.earlier, self._digests, self._articles, self._spelled)
        folders = folder / "keyword", self._before / "keyword"
        if letters is None or not engine.update(*folders, self._now, len(self._articles), self._documents, declared):
            return None
        added = folder / "added"
        parts = added / "words", added / "forms", added / "outline"
        for part in parts:
            part.mkdir(parents=True)
        notes = PostingsBuilder(self._lexicon, self._boilerplate)
        for rows, words, _, counts in self._read(self._came):
            notes.note(rows, words, counts)
        notes.write(*parts)
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

    def _spelled(self, articles: Sequence[Article]) -> dict[str, int]:
        words, letters = self._lexicon.read(articles)
        numbers, many = spelled(words, letters, counted(articles, words, self._boilerplate))
        return {self._lexicon.letters[word]: count for word, count in zip(numbers.tolist(), many.tolist(), strict=True)}

    def _documents(self, rows: Rows) -> Iterator[KeywordDocument]:
        done = 0
        for some, words, articles, counts in self._read(rows):
            yield from keyword_documents(articles, words, counts, self._lexicon.terms)
            done += len(some)
            self._progress(done, len(rows))

    def _read(self, rows: Rows) -> Iterator[tuple[Rows, TokenizedBatch, list[Article], Flags]]:
        """The words of the articles of these rows, some articles at a time, and which of their texts count."""
        for at in range(0, len(rows), AT_ONCE):
            some = rows[at : at + AT_ONCE]
            articles = [self._articles[row] for row in some.tolist()]
            words, _ = self._lexicon.read(articles)
            yield some, words, articles, counted(articles, words, self._boilerplate)
