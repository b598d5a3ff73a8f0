"""Golden queries: golden.toml lists queries and the articles that must answer them.

    margin = 0.02          # how much recall or MRR may fall before a build is refused
    floor = 0.9            # the least recall of any build; without it a first build is only reported

    [[query]]
    text = "bitcoin ETF outflows"
    expect = ["2025/11/bitcoin-etf-outflows-reach-1-55-billion-in-a-week.en"]
    within = 3             # among the first three; 10 if not given

Whatever else stands in a query is a parameter of /search: source, tag, lang, from, mode …
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from search.api.params import PARAMETERS, query_from, with_declared
from search.errors import ContentError, RequestError
from search.query.fields import NOTHING_DECLARED, Declared
from search.query.model import MAX_LIMIT, Query

GOLDEN = "golden.toml"
SEEN = 50
"""How deep a rank is looked for, at least, so that a table can say where an article went."""
_OWN = ("text", "expect", "within")
_PAGING = ("q", "limit", "offset", "facets", "explain")
_REMEDY = "docs/how-to/tune-relevance.md shows what it may hold."


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """A question, and the ids of which each must be among the first so many hits; a twin's id is as good."""

    query: Query
    expect: tuple[str, ...]
    within: int

    @property
    def title(self) -> str:
        """What a table calls it: its text, or that it only filters."""
        return self.query.text or "(filters alone)"


@dataclass(frozen=True, slots=True)
class Golden:
    """What must be found, how much of it a build may lose (`margin`), and what any build must find (`floor`)."""

    queries: tuple[GoldenQuery, ...]
    margin: float
    floor: float | None


def read_golden(path: Path, now: datetime, declared: Declared = NOTHING_DECLARED) -> Golden:
    """What a file says must be found; ages in it count back from now. Raises ContentError.

    `declared` are the archive's own fields.
    """
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ContentError(f"{path} cannot be read: {wrong}.", _REMEDY) from wrong
    try:
        return _golden(written, now, declared)
    except RequestError as wrong:
        raise ContentError(f"{path}: {wrong.problem}", wrong.remedy or _REMEDY) from wrong


def _golden(written: Mapping[str, Any], now: datetime, declared: Declared) -> Golden:
    unknown = sorted(written.keys() - {"margin", "floor", "query"})
    if unknown:
        raise RequestError(f"there is no {unknown[0]!r}.", "Known are margin, floor and [[query]].")
    queries = written.get("query")
    if not isinstance(queries, list) or not queries or not all(isinstance(query, dict) for query in queries):
        raise RequestError("there is no [[query]].")
    floor = _share(written, "floor") if "floor" in written else None
    return Golden(tuple(_queries(queries, now, declared)), _share({"margin": 0.02, **written}, "margin"), floor)


def _share(written: Mapping[str, Any], name: str) -> float:
    value = written[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise RequestError(f"{name} is {value!r}.", "Give a number from 0 to 1.")
    return float(value)


def _queries(queries: list[dict[str, Any]], now: datetime, declared: Declared) -> Iterator[GoldenQuery]:
    for number, query in enumerate(queries, 1):
        try:
            yield _query(query, now, declared)
        except RequestError as wrong:
            raise RequestError(f"[[query]] {number}: {wrong.problem}", wrong.remedy) from wrong


def _query(written: Mapping[str, Any], now: datetime, declared: Declared) -> GoldenQuery:
    text, expect, within = (written.get(name, usual) for name, usual in zip(_OWN, ("", None, 10), strict=True))
    if not isinstance(text, str):
        raise RequestError(f"text is {text!r}.", "Give a text in quotes.")
    if not isinstance(expect, list) or not expect or not all(isinstance(one, str) and one for one in expect):
        raise RequestError(f"expect is {expect!r}.", 'Give the ids of articles: ["2026/02/an-article.en"].')
    if isinstance(within, bool) or not isinstance(within, int) or not len(expect) <= within <= MAX_LIMIT:
        raise RequestError(f"within is {within!r}.", f"Give a whole number from {len(expect)} to {MAX_LIMIT}.")
    pairs = [("q", text)] if text else []
    pairs += [pair for name, value in written.items() if name not in _OWN for pair in _pairs(name, value, declared)]
    query = query_from([*pairs, ("limit", str(max(within, SEEN)))], now, declared)
    if not text and not query.filters:
        raise RequestError("nothing is asked.", "Give a text, or a filter.")
    return GoldenQuery(query, tuple(dict.fromkeys(expect)), within)


def _pairs(name: str, value: object, declared: Declared) -> Iterator[tuple[str, str]]:
    """A parameter as it would stand in a URL; a list gives several values."""
    table = with_declared(PARAMETERS, declared)
    if name not in table or name in _PAGING:
        known = [*_OWN, *(other for other in table if other not in _PAGING)]
        raise RequestError(f"there is no {name!r}.", f"Known are {', '.join(known)}.")
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, bool):
            yield name, "true" if one else "false"
        elif isinstance(one, str | int | float | date):
            yield name, one.isoformat() if isinstance(one, date) else str(one)
        else:
            raise RequestError(f"{name} is {one!r}.", "Give a text, a number or a date, or a list of them.")
