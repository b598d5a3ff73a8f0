"""Grammar of the query language, by Whoosh's parser.

Its query parser with the plugins that Lede's language needs, and of its own: quotes of every kind, words for operators
in English and Ukrainian, a minus, NEAR with a distance. It gives a tree of syntax nodes; `search.parser` says what it
means. Nothing that somebody types is an error: an operator without a neighbour is dropped, a bracket without its
other is no bracket.

Whoosh takes 0.2 s to import, so this module is imported when a text uses the language, and not before.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from whoosh.qparser import (
    FieldsPlugin,
    GroupPlugin,
    OperatorsPlugin,
    PhrasePlugin,
    PrefixPlugin,
    QueryParser,
    TaggingPlugin,
    syntax,
)

from search.query.syntax import AND, BEGIN, END, EXACT, MINUS, NEAR, NOT, OR, PREFIX, QUOTES, field_pattern

DEPTH = 20
"""Brackets within brackets beyond this are no brackets: the tree is walked by recursion."""
DISTANCE, FURTHEST = 10, 100
"""How many places apart NEAR allows where it says no number, and at most."""

AllGroup, AnyGroup, NotGroup = syntax.AndGroup, syntax.OrGroup, syntax.NotGroup
WordNode, PhraseNode, PrefixNode = syntax.WordNode, PhrasePlugin.PhraseNode, PrefixPlugin.PrefixNode


class WordsGroup(syntax.GroupNode):  # type: ignore[misc]
    """Nodes one behind the other, with no operator between them."""


class NearGroup(syntax.GroupNode):  # type: ignore[misc]
    """Nodes with NEAR between them; `distances` has one number less than there are nodes."""

    merging = False
    distances: tuple[int, ...] = ()


def read(text: str, declared: Iterable[str] = ()) -> WordsGroup:
    """The text as a tree of the groups and nodes above; nodes may have a `fieldname`, as typed.

    `declared` are the names of the archive's own fields.
    """
    tree: WordsGroup = _parser(tuple(declared)).process(text)
    return tree


@lru_cache(maxsize=8)
def _parser(declared: tuple[str, ...]) -> QueryParser:
    plugins = [
        FieldsPlugin(field_pattern(declared), remove_unknown=False),
        _Operators(),
        _Quotes(),
        _Brackets(),
        PrefixPlugin(PREFIX),
        _ExactForms(EXACT),
    ]
    return QueryParser(None, None, plugins=plugins, group=WordsGroup)


class ExactNode(syntax.TextNode):  # type: ignore[misc]
    """A word that is meant in this form alone."""

    qclass = None


class _ExactForms(TaggingPlugin):  # type: ignore[misc]
    """An equals sign before a word."""

    nodetype = ExactNode


class _Quotes(PhrasePlugin):  # type: ignore[misc]
    """Phrases between quotes of one kind; `~5` behind them is a distance."""

    def taggers(self, _: Any) -> list[tuple[Any, int]]:
        return [
            (self.PhraseTagger(rf"(?<!\w){start}(?P<text>[^{start}{end}]*)[{end}](~(?P<slop>\d{{1,4}}))?(?!\w)"), 0)
            for start, end in QUOTES
        ]


class _Brackets(GroupPlugin):  # type: ignore[misc]
    """Groups in brackets, down to a depth."""

    def do_groups(self, parser: Any, group: Any) -> Any:
        stack = [parser.group()]
        too_deep = 0
        for node in group:
            if isinstance(node, self.OpenBracket):
                if len(stack) > DEPTH:
                    too_deep += 1
                else:
                    stack.append(parser.group())
            elif isinstance(node, self.CloseBracket):
                if too_deep:
                    too_deep -= 1
                elif len(stack) > 1:
                    closed = stack.pop()
                    stack[-1].append(closed)
            else:
                stack[-1].append(node)
        for never_closed in stack[1:]:
            stack[0].extend(never_closed.nodes)
        return stack[0]


class _NearOperator(syntax.InfixOperator):  # type: ignore[misc]
    """Joins its neighbours; `a NEAR/5 b NEAR c` becomes one group."""

    def replace_self(self, _: Any, group: Any, position: int) -> int:
        number = re.search(r"\d+", self.text)
        distance = min(max(1, int(number[0])), FURTHEST) if number else DISTANCE
        left, right = group[position - 1], group[position + 1]
        before = (left.nodes, left.distances) if isinstance(left, NearGroup) else ([left], ())
        joined = NearGroup([*before[0], right])
        joined.distances = (*before[1], distance)
        group.nodes[position - 1 : position + 2] = [joined]
        return position


class _Operators(OperatorsPlugin):  # type: ignore[misc]
    """A minus, NOT, NEAR, AND and OR, binding in this order; those with nothing to join or negate are dropped."""

    def __init__(self) -> None:
        kinds = (
            (MINUS, NotGroup, syntax.PrefixOperator),
            (f"{BEGIN}(?:{NOT}){END}", NotGroup, syntax.PrefixOperator),
            (f"{BEGIN}{NEAR}{END}", NearGroup, _NearOperator),
            (f"{BEGIN}(?:{AND}){END}", AllGroup, syntax.InfixOperator),
            (f"{BEGIN}(?:{OR}){END}", AnyGroup, syntax.InfixOperator),
        )
        super().__init__([(self.OpTagger(sign, group, kind), 0) for sign, group, kind in kinds], clean=True)

    def filters(self, parser: Any) -> list[tuple[Any, int]]:
        return [(self.drop_idle, 590), *super().filters(parser)]

    def drop_idle(self, parser: Any, group: Any) -> Any:
        """The group without the operators that have no neighbour to work on."""
        kept: list[Any] = []
        for node in reversed(group.nodes):
            cleaned = self.drop_idle(parser, node) if isinstance(node, syntax.GroupNode) else node
            if _works(cleaned, kept[-1] if kept else None):
                kept.append(cleaned)
        while kept and isinstance(kept[-1], syntax.InfixOperator):
            kept.pop()
        whole = group.empty_copy()
        whole.extend(reversed(kept))
        return whole


def _works(node: Any, following: Any) -> bool:
    """Whether a node is no operator, or one that what follows it can be joined or negated by."""
    if isinstance(node, syntax.PrefixOperator):
        return following is not None and not isinstance(following, syntax.Operator)
    if isinstance(node, syntax.Operator):
        return following is not None and not isinstance(following, syntax.InfixOperator)
    return True
