"""What a snapshot knows of words: `search.knowledge` over one generation, in files or in a cluster."""

from collections.abc import Mapping, Sequence

import numpy as np

from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Glossary
from search.analysis.source_names import SourceNames
from search.arrays import Mask, Matrix, Rows, Scores, within
from search.engine.embargo import seen_forms, visible_frequency
from search.engine.question_language import phrase_analyzers
from search.index.columns import UNDATED
from search.index.related_terms import family_of, related_to
from search.index.snapshot import Snapshot
from search.knowledge import FeedbackHits, RelatedTerms
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import FieldFilter, Filters
from search.times import Millis

_ORDINARY = 0.05
"""The share of the articles of others that must not say a source's name."""
_ORDINARY_FOREIGN = 0.005
"""The same of a name in other letters, which is told by how it sounds alone."""


class SnapshotKnowledge:
    """The knowledge of one generation, as it may be shown now."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._columns = snapshot.columns

    @property
    def analyzer(self) -> Analyzer:
        """What made the terms of the generation."""
        return self._snapshot.analyzer

    @property
    def days(self) -> Mapping[str, str]:
        """For each name that a day has, its date."""
        return self._snapshot.days

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles without regions, that of most articles first."""
        return self._snapshot.languages

    @property
    def model_languages(self) -> Sequence[str]:
        """The languages that the model reads."""
        return self._snapshot.manifest.model.languages

    @property
    def has_vectors(self) -> bool:
        """Whether any article has one."""
        return self._snapshot.chunks.size > 0

    @property
    def articles(self) -> int:
        """How many articles may be shown."""
        return self._columns.visible_size

    @property
    def newest(self) -> Millis | None:
        """When the newest article was published; None where no article has a time."""
        newest = self._columns.newest
        return None if newest == UNDATED else Millis(newest)

    def published_within(self, since: Millis, until: Millis) -> bool:
        """Whether an article was published in [since, until)."""
        return self._columns.any_within(since, until)

    @property
    def source_names(self) -> SourceNames:
        """The sources by the names that readers write."""
        return self._columns.source_names

    def sources_size(self, sources: Sequence[str]) -> int:
        """How many articles are from these sources."""
        return int(np.count_nonzero(self._from(sources)))

    def mostly_names(self, sources: tuple[str, ...], name: str, foreign: bool) -> bool:
        """Whether a name tells these sources from others, and is hardly anything else.

        Nobody names the source that most articles are from. A name that one of twenty articles of others says, one
        word behind the other, or more articles of others than there are from the sources, is an ordinary word. So is a
        `foreign` one, in other letters than the sources use, that one of two hundred says.
        """
        own = self._from(sources)
        others = ~own if self._columns.visible is None else self._columns.visible & ~own
        many, rest = int(np.count_nonzero(own)), int(np.count_nonzero(others))
        if many > rest:
            return False
        speaking = np.zeros(self._columns.size, dtype=np.bool_)
        for analyzer in phrase_analyzers(self._snapshot.analyzer, self._snapshot.languages):
            speaking[self._adjacent(analyzer.read(name).ordered)] = True
        said = int(np.count_nonzero(speaking & others))
        return said <= many and said <= (_ORDINARY_FOREIGN if foreign else _ORDINARY) * rest

    def _adjacent(self, terms: tuple[str, ...]) -> Rows:
        """The articles that have these terms one behind the other."""
        if len(terms) < 2:
            return self._snapshot.postings.rows(terms)
        return self._snapshot.keyword.in_order(terms, "text")

    def _from(self, sources: Sequence[str]) -> Mask:
        return self._columns.fields["source"].has_any(sources)

    def frequency(self, terms: tuple[str, ...]) -> int:
        """How many articles contain any of these terms."""
        return visible_frequency(self._snapshot.postings, self._columns.visible, terms)

    def frequencies_by_language(self, terms: Mapping[str, tuple[str, ...]]) -> list[int]:
        """For each of these languages, how many of its articles contain any of the terms given with it."""
        rows = {own: self._snapshot.postings.rows(own) for own in set(terms.values())}
        if (visible := self._columns.visible) is not None:
            rows = {own: found[visible[found]] for own, found in rows.items()}
        return [int(self._columns.in_language(language)[rows[own]].sum()) for language, own in terms.items()]

    def sizes_by_language(self, languages: Sequence[str]) -> list[int]:
        """How many articles each of these languages has."""
        return [int(self._columns.in_language(language).sum()) for language in languages]

    def forms_beginning(self, beginning: str, limit: int) -> list[str]:
        """Of the words that begin so, as they are written, those that most articles contain."""
        return seen_forms(self._snapshot, beginning, limit)

    def writes_as_name(self, word: str) -> bool:
        """Whether articles write a word with capitals mostly."""
        return self._snapshot.vocabulary().is_name(word)

    def names_things(self, word: str) -> bool:
        """Whether articles write a word with capitals mostly, and no other inflection of it in small letters."""
        vocabulary = self._snapshot.vocabulary()
        return vocabulary.is_name(word) and not vocabulary.inflects_in_small_letters(word)

    def nearest_word(self, word: str) -> str | None:
        """The word of the archive that was probably meant by one that no article contains."""
        return self._snapshot.vocabulary().nearest(word)

    def related(self, words: KeywordQuery) -> Mapping[WeightedTerm, RelatedTerms]:
        """What the model says is related to each of the words, where something is."""
        return related_to(words, self._snapshot.related, self._snapshot.forms)

    def same_beginning(self, words: Sequence[WeightedTerm]) -> Mapping[WeightedTerm, RelatedTerms]:
        """The terms that begin as each of the words does, where there are some."""
        return family_of(words, self._snapshot.postings)

    def glossary(self, language: str) -> Glossary | None:
        """The glossary of a language that the model does not read, if the archive taught one."""
        return self._snapshot.glossary(language)

    def best_by_words(self, words: KeywordQuery, language: str, most: int | None) -> FeedbackHits:
        """The best articles of a language by the keyword engine's scores, best first; all of them without `most`."""
        everywhere = Filters(language=FieldFilter(include=(language,)))
        limit = self._columns.size if most is None else most
        return self._with_vectors(*self._snapshot.keyword.search(words, everywhere, limit))

    def containing(self, words: KeywordQuery, language: str, title_weight: float) -> FeedbackHits:
        """Every article of a language that matches, by the idf of the words in it and in its title."""
        postings = self._snapshot.postings
        rows = postings.matching(words)
        rows = rows[self._columns.in_language(language)[rows]]
        in_title = postings.sum_idf(words, rows, title=True)
        return self._with_vectors(rows, postings.sum_idf(words, rows) + np.float32(title_weight) * in_title)

    def _with_vectors(self, rows: Rows, scores: Scores) -> FeedbackHits:
        spoken = self._columns.embedded_row[rows] >= 0
        rows = rows[spoken]
        return FeedbackHits(rows, scores[spoken].astype(np.float64), self._columns.published[rows])

    def heads(self, rows: Rows) -> tuple[Matrix, Mask]:
        """The vector of the head that speaks for each article, (rows, dimension), 0 without one; and who has one."""
        return HeadVectors(self._snapshot).of(rows)


class HeadVectors:
    """The vectors of heads that one question asks for: those asked for first are read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._speakers: Rows = np.zeros(0, dtype=np.int64)
        """Those read first, ascending."""
        self._vectors: Matrix = np.zeros((0, snapshot.vector.dimension), dtype=np.float32)
        """Theirs, in the order in which they were asked for."""
        self._places: Rows = np.zeros(0, dtype=np.int64)
        """Where in `vectors` that of each speaker is."""

    def of(self, rows: Rows) -> tuple[Matrix, Mask]:
        """The vector of the head that speaks for each article, (rows, dimension), 0 without one; and who has one."""
        speakers = self._snapshot.columns.embedded_row[rows]
        known = speakers >= 0
        spoken = self._of(speakers[known])
        if len(spoken) == len(rows):
            return spoken, known
        vectors = np.zeros((len(rows), spoken.shape[1]), dtype=np.float32)
        vectors[known] = spoken
        return vectors, known

    def _of(self, speakers: Rows) -> Matrix:
        if not len(self._speakers):
            self._places = np.argsort(speakers, kind="stable")
            self._speakers, self._vectors = speakers[self._places], self._read(speakers)
            return self._vectors
        read = within(speakers, self._speakers)
        vectors = np.empty((len(speakers), self._vectors.shape[1]), dtype=np.float32)
        vectors[read] = self._vectors[self._places[np.searchsorted(self._speakers, speakers[read])]]
        vectors[~read] = self._read(speakers[~read])
        return vectors

    def _read(self, speakers: Rows) -> Matrix:
        return self._snapshot.vector.vectors(self._snapshot.chunks.heads(speakers))
