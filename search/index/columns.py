"""Here are my filters, give me my rows; here are my rows, give me my facets.

What the filters and facets need of every article, as arrays over rows: codes into lists of values, times in
milliseconds, tags as compressed rows (`tag_codes[tag_starts[r]:tag_starts[r + 1]]`). A filter costs one pass over
memory, where SQL would cost a hundred times that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from search.arrays import Mask, Rows, distinct, marked, ranges
from search.article import Article
from search.messages import say
from search.query.model import Facet, FieldFilter, Filters, Fold
from search.times import month_starts

UNDATED = np.iinfo(np.int64).min
"""Stands in the time columns for an article that says no time."""
MOST_VALUES = 100
"""How many values of a facet are counted out: of 3,000 tags nobody reads them all."""
ALL_VALUES = 1 << 31
"""More than any facet has."""
_KEPT = 32
"""Pairs of values and units that are kept: zones may be asked for without end."""
_NONE = -1
_COMPARED = 3
"""How many unknown values are compared with all known ones: a slip is one or two, and each takes a pass over them."""
_CLOSE = 65.0
"""How alike, of 100, what is offered instead must be."""
_Codes = dict[str, list[int]]


class Values(msgspec.Struct, frozen=True):
    """The values that codes stand for. Source n is the pair of key n and name n: a key may bear several names."""

    source_keys: list[str]
    source_names: list[str]
    tags: list[str]
    sentiments: list[str]
    languages: list[str]
    categories: list[str]


@dataclass(frozen=True)
class Columns:
    """Arrays over the rows of one generation."""

    values: Values
    published: NDArray[np.int64]
    source: NDArray[np.int32]
    sentiment: NDArray[np.int32]
    language: NDArray[np.int32]
    category: NDArray[np.int32]
    tag_starts: NDArray[np.int64]
    tag_codes: NDArray[np.int32]
    group: NDArray[np.int64]
    """The same number for an article and its twins."""
    embedded_row: NDArray[np.int64]
    """The row whose vectors speak for this one: itself, its twin, or -1."""
    story: NDArray[np.int64]
    """The same number for all articles on one event, twins included."""

    @property
    def size(self) -> int:
        """How many articles there are."""
        return len(self.published)

    def filter_mask(self, filters: Filters) -> Mask | None:
        """Which rows the filters admit; None when all are."""
        if not filters:
            return None
        mask = np.ones(self.size, dtype=np.bool_)
        _choose(mask, filters.source, self._sources, self.source)
        _choose(mask, filters.sentiment, self._sentiments, self.sentiment)
        _choose(mask, filters.language, self._languages, self.language)
        if filters.tag.include:
            mask &= self._tagged(filters.tag.include)
        if filters.tag.exclude:
            mask &= ~self._tagged(filters.tag.exclude)
        if filters.since is not None:
            mask &= self.published >= filters.since
        if filters.until is not None:
            mask &= (self.published < filters.until) & (self.published != UNDATED)
        return mask

    def count(
        self, facet: Facet, rows: Rows, units: Rows, zone: tzinfo, most: int = MOST_VALUES
    ) -> list[tuple[str, int]]:
        """How many different units bear each value of a facet: months in order, else the most frequent `most`.

        `units` is what the method of that name gave: for every row what it counts as one with.
        """
        pairs = self._paired(facet, units, zone)
        borne = pairs.of[self._tag_places(rows) if facet is Facet.TAG else rows]
        counted = np.bincount(pairs.code[marked(borne, len(pairs.code))], minlength=1)
        counted[0] = 0  # those that bear no value
        found = np.flatnonzero(counted)
        if facet is Facet.MONTH:
            return [(pairs.names[code - 1], int(counted[code])) for code in found.tolist()]
        if len(found) > most:
            least = np.partition(counted, -most)[-most]
            found = found[counted[found] >= least]
        order = np.lexsort((pairs.alphabet[found - 1], -counted[found]))[:most]
        return [(pairs.names[code - 1], int(counted[code])) for code in found[order].tolist()]

    def source_name(self, key: str) -> str:
        """The name of the source with that key."""
        return self.values.source_names[self._sources[key.casefold()][0]]

    @cached_property
    def newest(self) -> int:
        """The time of the newest article, UNDATED where no article has one."""
        return int(self.published.max(initial=UNDATED))

    def units(self, filters: Filters, fold: Fold) -> Rows:
        """For each row the number of what it counts as one with: its story, its twins, or nothing but itself."""
        if fold is Fold.STORY:
            return self.story
        return self._alone if filters.language else self.group

    def counted(self, mask: Mask, units: Rows) -> int:
        """How many different units the rows of a mask are of; `units` is what the method of that name gave."""
        parted = self._parted(units)
        missed = parted.leaders[mask[parted.followers] & ~mask[parted.leaders]]
        return int(np.count_nonzero(mask & parted.leading)) + len(distinct(missed))

    def _parted(self, units: Rows) -> "_Parted":
        kept = self._leading.get(id(units))
        if kept is None:
            leading: Mask = units == self._alone
            followers = np.flatnonzero(~leading)
            kept = self._leading[id(units)] = _Parted(leading, followers, units[followers])
        return kept

    @cached_property
    def _leading(self) -> dict[int, "_Parted"]:
        """By units, which live as long as these columns."""
        return {}

    @cached_property
    def _alone(self) -> Rows:
        return np.arange(self.size)

    def any_within(self, since: int, until: int) -> bool:
        """Whether an article was published in [since, until)."""
        return bool(np.any((self.published >= since) & (self.published < until)))

    def in_language(self, language: str) -> Mask:
        """The articles of a language."""
        codes = self._languages.get(language.casefold())
        return self.language == codes[0] if codes else np.zeros(self.size, dtype=np.bool_)

    def twins(self, row: int) -> list[int]:
        """The rows of the same article in other languages."""
        order, starts = self._by_group
        group = self.group[row]
        return [other for other in order[starts[group] : starts[group + 1]].tolist() if other != row]

    def copies(self, language: str, admitted: Mask | None) -> Rows:
        """For each group the admitted row of that language, or else its first admitted one. (size,)"""
        if admitted is not None:
            return self._copied(language, np.flatnonzero(admitted))
        if language not in self._copies:
            self._copies[language] = self._copied(language, np.arange(self.size))
        return self._copies[language]

    @cached_property
    def _copies(self) -> dict[str, Rows]:
        return {}

    def _copied(self, language: str, members: Rows) -> Rows:
        copies = np.arange(self.size)
        copies[self.group[members[::-1]]] = members[::-1]  # of several, what is written last stays: the first one
        own = members[self.in_language(language)[members]]
        copies[self.group[own[::-1]]] = own[::-1]
        return copies

    def suggestions(self, filters: Filters) -> list[str]:
        """What to say of filter values that no article bears."""
        return [
            say("unknown-value-near", field=name, value=repr(value), near=repr(near))
            if near
            else say("unknown-value", field=name, value=repr(value))
            for name, value, near in self.unknown(filters)
        ]

    @cached_property
    def _by_group(self) -> tuple[Rows, Rows]:
        """The rows in the order of their groups, and where each group begins. (size,) and (size + 1,)"""
        order = np.argsort(self.group, kind="stable")
        return order, np.searchsorted(self.group[order], np.arange(self.size + 1))

    def unknown(self, filters: Filters) -> list[tuple[str, str, str | None]]:
        """Wanted values that no article bears: the filter's name, the value, and the nearest known value."""
        fields = {
            "source": (filters.source, self._sources, self.values.source_keys + self.values.source_names),
            "tag": (filters.tag, self._tags, self.values.tags),
            "sentiment": (filters.sentiment, self._sentiments, self.values.sentiments),
            "lang": (filters.language, self._languages, self.values.languages),
        }
        missing = [
            (name, value, spellings)
            for name, (choice, codes, spellings) in fields.items()
            for value in choice.include
            if value.casefold() not in codes
        ]
        near = [_nearest(value, spellings) for _, value, spellings in missing[:_COMPARED]]
        near += [None] * (len(missing) - len(near))
        return [(name, value, found) for (name, value, _), found in zip(missing, near, strict=True)]

    @cached_property
    def _sources(self) -> _Codes:
        return _codes(self.values.source_keys, self.values.source_names)

    @cached_property
    def _tags(self) -> _Codes:
        return _codes(self.values.tags)

    @cached_property
    def _sentiments(self) -> _Codes:
        return _codes(self.values.sentiments)

    @cached_property
    def _languages(self) -> _Codes:
        return _codes(self.values.languages)

    @cached_property
    def _source_by_key(self) -> NDArray[np.int32]:
        """For each row the first code of its source's key: facets count by key. (size,)"""
        firsts: dict[str, int] = {}
        keys = [firsts.setdefault(key.casefold(), code) for code, key in enumerate(self.values.source_keys)]
        return np.array([*keys, _NONE], dtype=np.int32)[self.source]

    def _tagged(self, tags: Sequence[str]) -> Mask:
        carriers = np.flatnonzero(_bearing(tags, self._tags, self.tag_codes))
        mask = np.zeros(self.size, dtype=np.bool_)
        mask[np.searchsorted(self.tag_starts, carriers, side="right") - 1] = True
        return mask

    def _paired(self, facet: Facet, units: Rows, zone: tzinfo) -> "_Pairs":
        """The pairs of a value and a unit that there are, made once: counting is then marking."""
        key = (facet, id(units), str(zone) if facet is Facet.MONTH else "")
        if (kept := self._pairs.get(key)) is not None:
            return kept[1]
        names, codes = self._months(zone) if facet is Facet.MONTH else (self._names(facet), self._column(facet))
        owners = np.repeat(units, np.diff(self.tag_starts)) if facet is Facet.TAG else units
        both = (codes.astype(np.int64) + 1) * self.size + owners
        pairs = distinct(both)
        alphabet = np.argsort(sorted(range(len(names)), key=lambda code: names[code].casefold()))
        made = _Pairs(names, alphabet, pairs // max(1, self.size), np.searchsorted(pairs, both))
        if len(self._pairs) >= _KEPT:
            self._pairs.clear()
        self._pairs[key] = units, made
        return made

    @cached_property
    def _pairs(self) -> dict[tuple[Facet, int, str], tuple[Rows, "_Pairs"]]:
        """By facet, units (kept, so that their id stays theirs) and zone."""
        return {}

    def _tag_places(self, rows: Rows) -> Rows:
        """The places among the tags of all rows where those of these rows stand."""
        return ranges(self.tag_starts[rows], self.tag_starts[rows + 1] - self.tag_starts[rows])

    def _column(self, facet: Facet) -> NDArray[np.int32]:
        return {
            Facet.SOURCE: self._source_by_key,
            Facet.TAG: self.tag_codes,
            Facet.SENTIMENT: self.sentiment,
            Facet.LANGUAGE: self.language,
            Facet.CATEGORY: self.category,
        }[facet]

    def _names(self, facet: Facet) -> list[str]:
        return {
            Facet.SOURCE: self.values.source_keys,
            Facet.TAG: self.values.tags,
            Facet.SENTIMENT: self.values.sentiments,
            Facet.LANGUAGE: self.values.languages,
            Facet.CATEGORY: self.values.categories,
        }[facet]

    def _months(self, zone: tzinfo) -> tuple[list[str], NDArray[np.int32]]:
        """The months of the archive in a zone, and for each row the number of its own. (size,)"""
        dated = self.published != UNDATED
        if not dated.any():
            return [], np.full(self.size, _NONE, dtype=np.int32)
        times = self.published[dated]
        starts = month_starts(int(times.min()), int(times.max()), zone)
        months = np.searchsorted([start for _, start in starts], self.published, side="right") - 1
        return [name for name, _ in starts], np.where(dated, months, _NONE).astype(np.int32)


def columns_of(articles: Sequence[Article], group: Rows, embedded_row: Rows, story: Rows) -> Columns:
    """The columns of these articles, in the order of their rows."""
    sources: dict[tuple[str, str], int] = {}
    tags, sentiments, languages, categories = _Coder(), _Coder(), _Coder(), _Coder()
    tag_rows = [[tags.code(tag) for tag in article.tags] for article in articles]
    source = [sources.setdefault((a.source.key, a.source.name), len(sources)) if a.source else _NONE for a in articles]
    return Columns(
        published=np.array([UNDATED if a.published is None else a.published for a in articles], dtype=np.int64),
        source=np.array(source, dtype=np.int32),
        sentiment=_coded(sentiments, (a.sentiment for a in articles)),
        language=_coded(languages, (a.language for a in articles)),
        category=_coded(categories, (a.category for a in articles)),
        tag_starts=np.cumsum([0, *map(len, tag_rows)], dtype=np.int64),
        tag_codes=np.array([code for row in tag_rows for code in row], dtype=np.int32),
        group=group,
        embedded_row=embedded_row,
        story=story,
        values=Values(
            source_keys=[key for key, _ in sources],
            source_names=[name for _, name in sources],
            tags=tags.values,
            sentiments=sentiments.values,
            languages=languages.values,
            categories=categories.values,
        ),
    )


_ARRAYS = tuple(name for name in Columns.__dataclass_fields__ if name != "values")


def write_columns(folder: Path, columns: Columns) -> None:
    """Write the columns into an empty folder: one .npy file an array, the values as JSON."""
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(columns, name), allow_pickle=False)
    (folder / "values.json").write_bytes(msgspec.json.encode(columns.values))


def open_columns(folder: Path) -> Columns:
    """Open what `write_columns` wrote. The arrays are read into memory: they are small, and every query needs them."""
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in _ARRAYS}
    return Columns(values=msgspec.json.decode((folder / "values.json").read_bytes(), type=Values), **arrays)


class _Pairs(NamedTuple):
    """Values and what bears them: each pair once, and where the pair of each row, or of each tag of a row, stands."""

    names: list[str]
    alphabet: Rows
    """The place of each name in the order of the alphabet."""
    code: Rows
    """(pairs,); 0 for no value, n for names[n - 1]"""
    of: Rows


class _Parted(NamedTuple):
    """The rows of units: those that give them their numbers, the few others, and whom each of these follows."""

    leading: Mask
    followers: Rows
    leaders: Rows


class _Coder:
    """Gives every value a code, letter case ignored; the first spelling met is the one shown."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str) -> int:
        folded = value.casefold()
        if folded not in self._codes:
            self._codes[folded] = len(self.values)
            self.values.append(value)
        return self._codes[folded]


def _coded(coder: _Coder, values: Iterable[str]) -> NDArray[np.int32]:
    return np.array([coder.code(value) if value else _NONE for value in values], dtype=np.int32)


def _codes(*spellings: list[str]) -> _Codes:
    """By folded spelling, the codes it stands for."""
    found: _Codes = {}
    for names in spellings:
        for code, name in enumerate(names):
            found.setdefault(name.casefold(), []).append(code)
    return found


def _choose(mask: Mask, choice: FieldFilter, codes: _Codes, column: NDArray[np.int32]) -> None:
    """Narrow the mask to the rows whose code the choice admits."""
    if choice.include:
        mask &= _bearing(choice.include, codes, column)
    if choice.exclude:
        mask &= ~_bearing(choice.exclude, codes, column)


def _bearing(values: Sequence[str], codes: _Codes, column: NDArray[np.int32]) -> Mask:
    """Where the column has a code of any of these values. Quicker than np.isin for a few."""
    mask = np.zeros(len(column), dtype=np.bool_)
    for code in {code for value in values for code in codes.get(value.casefold(), ())}:
        mask |= column == code
    return mask


def _nearest(value: str, known: list[str]) -> str | None:
    from rapidfuzz.fuzz import ratio  # 30 ms that only an unknown value costs
    from rapidfuzz.process import extractOne

    near = extractOne(value, known, scorer=ratio, processor=str.casefold, score_cutoff=_CLOSE)
    return str(near[0]) if near else None
