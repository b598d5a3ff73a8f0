"""Conditions as masks over rows.

The keyword engine has the positions of words, the generation's arrays the articles that contain them. AND, OR and NOT
combine masks, so they mean the same with every engine and may include filters.
"""

from collections.abc import Callable
from itertools import pairwise, product

import numpy as np

from search.analysis.analyzer import Analyzer
from search.analysis.characters import is_unspaced
from search.arrays import Mask, Rows
from search.deadline import check
from search.engine.question_language import phrase_analyzers
from search.engine.term_query import parted_prefix
from search.index.snapshot import Snapshot
from search.query.model import AllOf, AnyOf, Condition, FilterClause, Near, Not, Phrase, Prefix, positive_leaves


class BooleanEvaluator:
    """Reads conditions over one generation. What was found for a part is kept: each part is looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._group = snapshot.columns.group
        self._found: dict[Phrase | Prefix | Near, Mask | None] = {}
        self._near_found: dict[tuple[str, str, int, str], Mask] = {}
        self._phrase_analyzers = phrase_analyzers(snapshot.analyzer, snapshot.languages)

    def matches(self, condition: Condition | None, folded: bool) -> Mask | None:
        """The rows that satisfy the condition; None where it says nothing, such as one without a word.

        Where twins are shown as one article (`folded`), what excludes one of them excludes all.
        """
        match condition:
            case AllOf(parts):
                return self._joined(np.logical_and, parts, folded)
            case AnyOf(parts):
                return self._joined(np.logical_or, parts, folded)
            case Not(part):
                mask = self.matches(part, folded)
                return mask if mask is None else ~(self._with_twins(mask) if folded else mask)
            case FilterClause(filters):
                return self._snapshot.columns.filter_mask(filters)
            case Near() | Phrase() | Prefix():
                return self._leaf(condition)
            case None:
                return None

    def _leaf(self, leaf: Phrase | Prefix | Near) -> Mask | None:
        """The rows that satisfy a part that has no parts; nobody may change the mask. Raises TooCostlyError."""
        if leaf not in self._found:
            check("phrases")
            match leaf:
                case Near():
                    self._found[leaf] = self._near(leaf)
                case Phrase():
                    self._found[leaf] = self._phrase(leaf)
                case Prefix():
                    self._found[leaf] = self._prefix(leaf)
        return self._found[leaf]

    def very_forms(self, condition: Condition | None) -> Mask | None:
        """The rows that have every word in quotes in the very form in which it is typed; None where none is."""
        masks = [
            self._mask(self._snapshot.forms.rows(form, part.field == "title"))
            for part in positive_leaves(condition)
            if isinstance(part, Phrase) and not part.exact
            for form in self._forms(part.text)
        ]
        every: Mask | None = np.logical_and.reduce(masks) if masks else None
        return every

    def _forms(self, text: str) -> list[tuple[str, ...]]:
        """The form of each word of a text, all in one piece, or the pairs of its characters."""
        analyzer = self._snapshot.analyzer
        return [analyzer.forms(text[unit.start : unit.end])[-1:] for unit in analyzer.units(text)]

    def _joined(self, join: Callable[[Mask, Mask], Mask], parts: tuple[Condition, ...], folded: bool) -> Mask | None:
        joined = None
        for part in parts:
            mask = self.matches(part, folded)
            if mask is not None:
                joined = mask if joined is None else join(joined, mask)
        return joined

    def _with_twins(self, mask: Mask) -> Mask:
        touched = np.zeros(len(mask), dtype=np.bool_)
        touched[self._group[mask]] = True
        twins: Mask = touched[self._group]
        return twins

    def _phrase(self, phrase: Phrase) -> Mask | None:
        if phrase.exact:
            form = self._snapshot.analyzer.forms(phrase.text)[-1:]
            return self._mask(self._snapshot.forms.rows(form, phrase.field == "title")) if form else None
        readings = [self._read_phrase(phrase, analyzer) for analyzer in self._phrase_analyzers]
        found = [mask for mask in readings if mask is not None]
        either: Mask | None = np.logical_or.reduce(found) if len(found) > 1 else next(iter(found), None)
        return either

    def _read_phrase(self, phrase: Phrase, analyzer: Analyzer) -> Mask | None:
        """The rows that have the words of a phrase as articles of one language have them."""
        units = list(analyzer.units(phrase.text))
        terms = tuple(term for unit in units for term in unit.terms)
        if not terms:
            return None
        if phrase.within and len(terms) > 1:
            pairs = [self._close(one, other, phrase.within, phrase.field) for one, other in pairwise(terms)]
            near: Mask = np.logical_and.reduce(pairs)
            return near
        if len(units) > 1:
            return self._in_order(terms, phrase.field)
        name = analyzer.name_in_capitals(phrase.text.strip())
        if name is not None and self._snapshot.postings.number(name) is not None:
            return self._containing((name,), phrase.field)
        if len(terms) == 1:
            return self._containing(units[0].alternatives(0), phrase.field)
        mask = self._in_order(terms, phrase.field)
        return mask if units[0].whole is None else mask | self._containing((units[0].whole,), phrase.field)

    def _prefix(self, prefix: Prefix) -> Mask | None:
        before, form = parted_prefix(prefix, self._snapshot.analyzer)
        if not form:
            return None
        if len(self._snapshot.analyzer.forms(prefix.text[len(before) :])) > 1 and is_unspaced(form):
            return self._phrase(Phrase(prefix.text, prefix.field))
        mask = self._mask(self._snapshot.forms.rows_starting_with(form, prefix.field == "title"))
        if prefix.likely:  # a word that is being typed may be finished: then its inflections and names count too
            whole = self._leaf(Phrase(prefix.text, prefix.field))
            mask = mask if whole is None else mask | whole
        own = self._leaf(Phrase(before, prefix.field))
        return mask if own is None else mask & own

    def _near(self, near: Near) -> Mask | None:
        masks = [
            mask
            for one, other in product(near.first, near.second)
            if (mask := self._pair(one, other, near.distance)) is not None
        ]
        either: Mask | None = np.logical_or.reduce(masks) if masks else None
        return either

    def _pair(self, one: Phrase, other: Phrase, distance: int) -> Mask | None:
        """Both phrases, the end of one near the beginning of the other; one alone where the other has no word."""
        first, second = self._leaf(one), self._leaf(other)
        if first is None or second is None:
            return first if second is None else second
        close = [
            self._close(
                list(analyzer.units(one.text))[-1].terms[-1],
                next(analyzer.units(other.text)).terms[0],
                distance,
                "text",
            )
            for analyzer in self._phrase_analyzers
        ]
        near: Mask = first & second & np.logical_or.reduce(close)
        return near

    def _in_order(self, terms: tuple[str, ...], field: str) -> Mask:
        if len(terms) == 1:
            return self._containing(terms, field)
        if any(self._snapshot.postings.number(term) is None for term in terms):
            return self._mask(np.zeros(0, dtype=np.int64))
        return self._mask(self._snapshot.keyword.in_order(terms, field))

    def _close(self, one: str, other: str, distance: int, field: str) -> Mask:
        asked = (one, other, distance, field)
        if asked not in self._near_found:
            check("NEAR")
            self._near_found[asked] = self._mask(self._snapshot.keyword.near(one, other, distance, field))
        return self._near_found[asked]

    def _containing(self, terms: tuple[str, ...], field: str) -> Mask:
        return self._mask(self._snapshot.postings.rows(terms, field == "title"))

    def _mask(self, rows: Rows) -> Mask:
        mask = np.zeros(len(self._group), dtype=np.bool_)
        mask[rows] = True
        return mask
