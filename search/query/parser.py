"""A typed text to what it asks: plain words, a condition, filters.

1. A text that uses nothing of the language is plain words, and Whoosh is not loaded.
2. Else Whoosh reads it as a tree (`search.grammar`).
3. Words outside operators, quotes and fields stay plain. All else is a condition, which every hit must satisfy.
4. Filters outside a condition join those given by parameters; those inside OR or NOT stay in the condition.

No text is an error. What cannot be taken as it is typed is taken as plain words, and a note says so.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from search.errors import RequestError
from search.messages import say
from search.query.dates import before, since
from search.query.fields import FIELD_OF_PARAMETER, NOTHING_DECLARED, Declared
from search.query.model import (
    AllOf,
    AnyOf,
    Condition,
    FieldFilter,
    FilterClause,
    Filters,
    Near,
    Not,
    ParsedText,
    Phrase,
    Prefix,
)
from search.query.ranges import read_range
from search.query.syntax import FIELDS, cleaned, uses_language, without_marks
from search.times import Millis

if TYPE_CHECKING:
    from types import ModuleType

PARTS = 100
"""Phrases, prefixes and filters in one condition; a text with more is read as plain words."""
ALTERNATIVES = 8
"""Phrases on one side of NEAR; with more, both sides must hold, however far apart."""
NEAR_PAIRS = 64
"""Pairs of phrases that NEAR may compare in one text: each is a query of its own. Beyond, both sides must hold."""
_RUN = re.compile(r"[^\W_]+")
_Moment = Callable[[str, tzinfo, datetime], Millis]
_EDGES: dict[str, tuple[str, _Moment]] = {
    "after": ("since", since),
    "when": ("since", since),
    "before": ("until", before),
}


def parse(text: str, where: tzinfo, now: datetime, declared: Declared = NOTHING_DECLARED) -> tuple[ParsedText, Filters]:
    """What a text asks, and the filters typed in it. Dates are read in a zone, ages count back from now.

    `declared` are the archive's own fields.
    """
    plain = cleaned(text)
    if not uses_language(plain, declared):
        return ParsedText(plain, plain), Filters()
    from search.query import grammar

    reading = _Reading(where, now, grammar, declared)
    top = reading.conjunction(grammar.read(plain, declared), plain=True)
    if reading.parts > PARTS:
        note = say("too-many-conditions", count=reading.parts, most=PARTS)
        return ParsedText(plain, plain, notes=(note,)), Filters()
    filters, left = _filters(top)
    condition = all_of(left)
    if condition is None and not filters:
        return ParsedText(plain, plain, notes=tuple(reading.notes)), Filters()
    return ParsedText(" ".join(reading.plain), " ".join(reading.said), condition, tuple(reading.notes)), filters


def all_of(parts: Sequence[Condition]) -> Condition | None:
    """Every one of these, without AND directly inside AND; None of none."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,)))
    return flat[0] if len(flat) == 1 else AllOf(flat) if flat else None


def any_of(parts: Sequence[Condition]) -> Condition | None:
    """One of these, without OR directly inside OR; values of one field become one filter. None of none."""
    flat: list[Condition] = []
    for part in parts:
        for inner in part.parts if isinstance(part, AnyOf) else (part,):
            place = next((n for n, other in enumerate(flat) if _one_field(inner, other)), None)
            if place is None:
                flat.append(inner)
            else:
                flat[place] = FilterClause(flat[place].filters.joined(inner.filters))  # type: ignore[union-attr]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat)) if flat else None


def none_of(part: Condition | None) -> Condition | None:
    """What holds where the part does not. NOT moves inwards, until it is only before phrases and other leaves."""
    match part:
        case None:
            return None
        case Not(inner):
            return inner
        case AllOf(parts):
            return any_of([other for inner in parts if (other := none_of(inner)) is not None])
        case AnyOf(parts):
            return all_of([other for inner in parts if (other := none_of(inner)) is not None])
        case FilterClause(filters) if name := _chosen(filters):
            choice = filters[name]
            if choice.include and choice.exclude:
                return Not(part)
            turned = FieldFilter(include=choice.exclude, exclude=choice.include)
            return FilterClause(Filters().replaced(**{name: turned}))
        case _:
            return Not(part)


class _Reading(Struct):
    """One text on its way from Whoosh's tree to a condition; what is plain, said and noted is gathered on the way."""

    where: tzinfo
    now: datetime
    grammar: "ModuleType"
    declared: Declared = field(default_factory=dict)
    plain: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    parts: int = 0
    near_pairs: int = 0

    def conjunction(self, group: Any, plain: bool = False, negated: bool = False) -> list[Condition]:
        """The conditions of nodes one behind the other; where words may be `plain`, they are none."""
        found: list[Condition] = []
        for node in group:
            if isinstance(node, self.grammar.WordsGroup):
                found += self.conjunction(node, plain, negated)
            elif plain and node.has_text and node.fieldname is None and self._is_plain(node):
                self._keep(node.text)
            else:
                part = self.condition(node, negated)
                found += [part] if part is not None else []
        return found

    def _is_plain(self, node: Any) -> bool:
        g = self.grammar
        return isinstance(node, g.WordNode) or (isinstance(node, g.PrefixNode) and _too_short(node.text))

    def condition(self, node: Any, negated: bool = False) -> Condition | None:
        """What one node demands; None if nothing. Under a NOT (`negated`) it says nothing that is looked for."""
        g = self.grammar
        if isinstance(node, g.NotGroup):
            return self._negation(node.nodes[0], not negated)
        if isinstance(node, g.AllGroup | g.WordsGroup):
            return all_of(self._each(node, negated))
        if isinstance(node, g.AnyGroup):
            return any_of(self._each(node, negated))
        if isinstance(node, g.NearGroup):
            return self._near(node, negated)
        return self._leaf(node, negated)

    def _each(self, group: Any, negated: bool) -> list[Condition]:
        parts = (self.condition(node, negated) for node in group)
        return [part for part in parts if part is not None]

    def _negation(self, node: Any, negated: bool) -> Condition | None:
        """-(a b) excludes what has either; -(a AND b) what has both."""
        if isinstance(node, self.grammar.WordsGroup):
            return all_of([part for part in map(none_of, self._each(node, negated)) if part is not None])
        return none_of(self.condition(node, negated))

    def _near(self, node: Any, negated: bool) -> Condition | None:
        parts = [self.condition(operand, negated) for operand in node]
        pairs: list[Condition] = []
        for (one, other), distance in zip(pairwise(parts), node.distances, strict=True):
            first, second = _phrases(one), _phrases(other)
            self.near_pairs += len(first) * len(second)
            if first and second and self.near_pairs <= NEAR_PAIRS:
                pairs.append(Near(first, second, distance))
            else:
                pairs += [part for part in (one, other) if part is not None and part not in pairs]
                if self.near_pairs > NEAR_PAIRS:
                    self._note(say("near-read-as-and", most=NEAR_PAIRS))
        return all_of(pairs)

    def _leaf(self, node: Any, negated: bool) -> Condition | None:
        g = self.grammar
        text = without_marks(node.text)
        typed = node.fieldname.casefold() if node.fieldname else ""
        name = typed if typed in self.declared else FIELDS[typed] if typed else "text"
        if name not in ("text", "title"):
            return self._filter(name, node.fieldname, text, negated)
        text = text.lstrip("- ")
        begins = isinstance(node, g.PrefixNode)
        if begins and uses_language(text, self.declared):
            text = "".join(_RUN.findall(text)[-1:])
        if not any(map(str.isalnum, text)):
            return None
        self.parts += 1
        if not negated:
            self.said.append(text)
        if begins and not _too_short(text):
            return Prefix(text, name)
        if isinstance(node, g.ExactNode):
            return Phrase(text, name, exact=True)
        return Phrase(text, name, node.slop if isinstance(node, g.PhraseNode) and node.slop > 1 else 0)

    def _filter(self, name: str, written: str, value: str, negated: bool) -> Condition | None:
        choosing = name in FIELD_OF_PARAMETER or name in self.declared
        refused = choosing and value.startswith("-")
        value = value.lstrip("-").strip() if refused else value
        if not value:
            return None
        self.parts += 1
        try:
            if choosing:
                value = self._range(name, value)
                choice = FieldFilter(exclude=(value,)) if refused else FieldFilter(include=(value,))
                return FilterClause(Filters().replaced(**{FIELD_OF_PARAMETER.get(name, name): choice}))
            edge, read = _EDGES[name]
            moment = read(_first_day(value), self.where, self.now)
            return FilterClause(Filters().replaced(**{edge: moment}))
        except RequestError as wrong:
            self.notes.append(say("read-as-words", written=f"{written}:{value}", remedy=wrong.public_remedy or ""))
            if not negated:
                self._keep(f"{written}:{value}")
            return None

    def _range(self, name: str, value: str) -> str:
        """A value as filters keep it. Raises RequestError for what is no number or date of a field of such."""
        kind = self.declared.get(name, "keyword")
        return value if kind == "keyword" else read_range(kind, name, value, self.where, self.now)

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def _keep(self, text: str) -> None:
        """Take a word as plain, so that it cannot be read otherwise the next time."""
        for word in without_marks(text).split():
            for part in _RUN.findall(word.lower()) if uses_language(word, self.declared) else [word]:
                if any(map(str.isalnum, part)):
                    self.plain.append(part)
                    self.said.append(part)


def _first_day(value: str) -> str:
    """`2026` and `2026-02` as their first days."""
    if re.fullmatch(r"\d{4}(-\d{2})?", value):
        return f"{value}-01-01"[:10]
    return value


def _too_short(prefix: str) -> bool:
    return sum(map(str.isalnum, prefix)) < 2


def _phrases(part: Condition | None) -> tuple[Phrase, ...]:
    """The phrases that an operand of NEAR allows; none where it is something else."""
    parts = part.parts if isinstance(part, AnyOf) else (part,)
    found = tuple(inner for inner in parts if isinstance(inner, Phrase) and inner.field == "text" and not inner.within)
    return found if len(found) == len(parts) <= ALTERNATIVES else ()


def _filters(parts: Sequence[Condition]) -> tuple[Filters, list[Condition]]:
    """The filters outside a condition, joined, and what is left.

    Values of one field side by side are any of, as with parameters; between them AND demands each, so these are left.
    """
    joined, left = Filters(), []
    for part in parts:
        inner = part.parts if isinstance(part, AllOf) else (part,)
        wanted = [_chosen(one.filters) for one in inner if isinstance(one, FilterClause) and _wants(one.filters)]
        for one in inner:
            if isinstance(one, FilterClause) and not (_wants(one.filters) and wanted.count(_chosen(one.filters)) > 1):
                joined = joined.joined(one.filters)
            else:
                left.append(one)
    return joined, left


def _chosen(filters: Filters) -> str:
    """The one field whose values the filters choose; empty for times."""
    return next(iter(filters.choices), "")


def _wants(filters: Filters) -> bool:
    name = _chosen(filters)
    return bool(name and filters[name].include)


def _one_field(one: Condition, other: Condition) -> bool:
    """Whether both are wanted values of the same field."""
    both = (
        isinstance(one, FilterClause)
        and isinstance(other, FilterClause)
        and _wants(one.filters)
        and _wants(other.filters)
    )
    return both and _chosen(one.filters) == _chosen(other.filters)  # type: ignore[union-attr]
