"""What an archive knows of words: the seam between interpreting a question and the index that it is put to.

Interpretation decides what a text asks for: its terms and their weights, language, time and vectors. All that it needs
of an archive it asks here, so it is the same code over files in memory and over a cluster.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Glossary
from search.analysis.source_names import SourceNames
from search.arrays import Mask, Matrix, Numbers, Rows
from search.ports import KeywordQuery, WeightedTerm
from search.times import Millis

RelatedTerms = list[tuple[int, float]]
"""Numbers of terms, and how much each means the same as a word, 0 to 1."""


class FeedbackHits(Struct, frozen=True):
    """Articles with vectors that contain words of a text, (articles,) each: what may speak for it."""

    rows: Rows
    scores: Numbers
    """How much of the words they have, in units of idf."""
    published: Rows
    """Milliseconds UTC; `columns.UNDATED` where it is not known."""


class Knowledge(Protocol):
    """What one archive, as it may be shown now, knows of words."""

    @property
    def analyzer(self) -> Analyzer:
        """What made the terms of the archive, and must make those of the questions."""

    @property
    def days(self) -> Mapping[str, str]:
        """For each name that a day has, its date."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles without regions, that of most articles first."""

    @property
    def model_languages(self) -> Sequence[str]:
        """The languages that the model reads."""

    @property
    def has_vectors(self) -> bool:
        """Whether any article has one."""

    @property
    def articles(self) -> int:
        """How many articles there are."""

    @property
    def newest(self) -> Millis | None:
        """When the newest article was published; None where no article has a time."""

    def published_within(self, since: Millis, until: Millis) -> bool:
        """Whether an article was published in [since, until)."""

    @property
    def source_names(self) -> SourceNames:
        """The sources by the names that readers write."""

    def sources_size(self, sources: Sequence[str]) -> int:
        """How many articles are from these sources."""

    def mostly_names(self, sources: tuple[str, ...], name: str, foreign: bool) -> bool:
        """Whether a name tells these sources from others, and is hardly anything else.

        *Time* is an ordinary word where a magazine of that name is among the sources. A `foreign` name is one in other
        letters than the sources use, told by its sound: *Форбс*.
        """

    def frequency(self, terms: tuple[str, ...]) -> int:
        """How many articles contain any of these terms."""

    def frequencies_by_language(self, terms: Mapping[str, tuple[str, ...]]) -> list[int]:
        """For each of these languages, how many of its articles contain any of the terms given with it."""

    def sizes_by_language(self, languages: Sequence[str]) -> list[int]:
        """How many articles each of these languages has."""

    def forms_beginning(self, beginning: str, limit: int) -> list[str]:
        """Of the words that begin so, as they are written, those that most articles contain."""

    def writes_as_name(self, word: str) -> bool:
        """Whether articles write a word with capitals mostly."""

    def names_things(self, word: str) -> bool:
        """Whether articles write a word as a name, and not only in the capitals of headings."""

    def nearest_word(self, word: str) -> str | None:
        """The word of the archive that was probably meant by one that no article contains."""

    def related(self, words: KeywordQuery) -> Mapping[WeightedTerm, RelatedTerms]:
        """What the model says is related to each of the words, where something is."""

    def same_beginning(self, words: Sequence[WeightedTerm]) -> Mapping[WeightedTerm, RelatedTerms]:
        """The terms that begin as each of the words does, where there are some."""

    def glossary(self, language: str) -> Glossary | None:
        """The glossary of a language that the model does not read, if the archive taught one."""

    def best_by_words(self, words: KeywordQuery, language: str, most: int | None) -> FeedbackHits:
        """The best articles of a language by the keyword engine's scores, best first; all of them without `most`."""

    def containing(self, words: KeywordQuery, language: str, title_weight: float) -> FeedbackHits:
        """Every article of a language that matches, by the idf of the words in it; the same of its title counts more.

        No score of the keyword engine is in it, so every engine gives the same.
        """

    def heads(self, rows: Rows) -> tuple[Matrix, Mask]:
        """The vector of the head that speaks for each article, (rows, dimension), 0 without one; and who has one."""
