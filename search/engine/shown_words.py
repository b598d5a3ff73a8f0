"""How many articles that may be shown contain a word of a text, over the postings of one generation."""

from search.analysis.analyzer import Analyzer, Unit
from search.analysis.stop_words import STOP_WORDS
from search.arrays import Mask
from search.engine.embargo import visible_frequency
from search.engine.term_query import keyword_query
from search.index.postings import Postings


class ShownWords:
    """The words of the articles that may be shown; what only hidden ones say is unknown here."""

    def __init__(self, analyzer: Analyzer, postings: Postings, articles: int, visible: Mask | None) -> None:
        """`articles` says how many there are; `visible` are the rows that may be shown, None for all."""
        self._analyzer = analyzer
        self._postings = postings
        self._articles = max(1, articles)
        self._visible = visible

    def with_terms(self, terms: tuple[str, ...]) -> int:
        """How many articles contain any of these terms."""
        return visible_frequency(self._postings, self._visible, terms)

    def with_unit(self, unit: Unit) -> int:
        """How many articles contain the rarest part of a word."""
        return min(map(self.with_terms, unit.every))

    def matching(self, text: str) -> int:
        """How many articles the words of a text match."""
        query = keyword_query(text, self._analyzer, self._postings.frequency, self._articles)
        rows = self._postings.matching(query)
        return len(rows if self._visible is None else rows[self._visible[rows]])

    def has_every(self, text: str) -> bool:
        """Whether articles have each word of a text, but those that carry no topic."""
        read = ((unit, text[unit.start : unit.end]) for unit in self._analyzer.units(text))
        return all(
            self._analyzer.is_stop_word(word) or word.lower() in STOP_WORDS or self.with_unit(unit)
            for unit, word in read
        )

    def may_tell(self, written: str) -> bool:
        """Whether no word of a text is one that hidden articles alone contain."""
        if self._visible is None:
            return True
        every = (terms for unit in self._analyzer.units(written) for terms in unit.every)
        return all(self.with_terms(terms) or not self._postings.frequency(terms) for terms in every)
