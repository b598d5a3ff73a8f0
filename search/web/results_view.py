"""Results as the page's template names them, in the reader's language."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

from search.api.params import EXPORT_PARAMETERS, FEED_PARAMETERS
from search.api.responses import HitAnswer, SearchAnswer
from search.hits.explanation import sentence_of, why
from search.messages import Message
from search.query.fields import MONTH, parameter_of
from search.query.model import MAX_DEPTH, Fold, Query
from search.results import Count, Results, Signal, Step, Timeline
from search.settings import Settings
from search.times import zone
from search.web.active_filters import chips, removal, sentiment_label, value_label
from search.web.chart import Bar, Chart, chart, kind, labelled
from search.web.pictures import THUMBNAIL, picture_address
from search.web.translations import Texts, texts
from search.web.urls import Address, Pairs, article_address

FIRST_VALUES = 8
"""How many values of a facet are open to see; the rest unfolds."""
LINK_BYTES = 1_000_000
"""What the links of a page may take together. Each holds the whole address, so a page of a long one shows fewer."""
_LINKS_OF_CHART, _FEWEST_LINKS = 200, 2
EXPORTS = (("CSV", "csv"), ("JSON Lines", "jsonl"), ("BibTeX", "bibtex"), ("RIS", "ris"))
"""What a result set can be taken along as, and the format's name in an address."""
PAGE_PARAMETERS = ("ui", "within")
"""What only the page knows: the language it speaks, and what the tags are narrowed by."""


_LEAST_ROOM = 0.05
"""The share of the chart's width that the name of a month or a year needs."""
_TICKS = {"d": 16, "LLL": 12, "y": 12}
"""How many labels below the bars have room, by the form of their date."""
_STARRED = re.compile(r"\*([^*]{1,200})\*")
_ON_SIGHT = 400
"""A passage that begins within so many characters is on the first screen: nothing scrolls to it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: where choosing it leads, or taking it away."""

    label: str
    key: str
    count: str
    chosen: bool
    address: Address
    refused: Address | None = None
    """Where refusing it leads; None for a chosen value."""
    refusal: str = ""
    """What that is called."""


@dataclass(frozen=True, slots=True)
class BarLink:
    """A bar of the chart: what it stands for, how much that is in words, and where choosing it leads."""

    bar: Bar
    label: str
    counted: str
    numbers: list[str]
    """How many articles it has in all, and of each sentiment of the chart."""
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """A facet: its values open to see, and those that unfold."""

    name: str
    first: list[Value]
    rest: list[Value]


def listing(
    address: Address, query: Query, answer: SearchAnswer, timeline: Timeline, spoken: Texts, home: bool
) -> Mapping[str, Any]:
    """The values of the template that shows an answer. `home` says that nobody asked anything: no filter is named."""
    links = LINK_BYTES // len(str(address))
    drawn = chart(timeline, zone(query.zone)) if links >= _LINKS_OF_CHART else None
    facets = [name for name in query.facets if name != MONTH]
    following, reach = query.offset + query.limit, min(answer.total.value, MAX_DEPTH)
    return {
        "answer": answer,
        "shown_total": spoken.number(answer.total.value) + ("+" if answer.total.is_least else ""),
        "query": query,
        "home": home,
        "chips": [] if home else chips(address, answer, spoken)[: max(_FEWEST_LINKS, links // 4)],
        "sections": [_section(address, answer, spoken, facet, max(_FEWEST_LINKS, links // 8)) for facet in facets],
        "within": within(address),
        "chart": drawn,
        "steps": _steps(spoken),
        "bars": _bars(address, drawn, spoken, query.fold is Fold.STORY),
        "axis": _axis(address, drawn, spoken),
        "ticks": _ticks(drawn, spoken),
        "months": _months(address, answer, spoken),
        "as_typed": address.having(correct="false") if answer.query.corrected else None,
        "corrected": address.having(q=answer.did_you_mean) if answer.did_you_mean else None,
        "feed": _feed(address.pairs, facets),
        "stories": query.fold is Fold.STORY,
        "without_filters": _without_filters(address, facets) if len(_filters_of(address, facets)) > 1 else None,
        "pages": _pages(address, query, reach),
        "exports": [(name, _export(address.pairs, form, facets)) for name, form in EXPORTS],
        "covered": _covered(drawn, spoken),
        "first": query.offset + 1,
        "last": query.offset + len(answer.hits),
        "earlier": _at(address, max(0, query.offset - query.limit)) if query.offset else None,
        "later": _at(address, following) if following < reach and query.limit else None,
        "too_deep": following >= MAX_DEPTH and answer.total.value > MAX_DEPTH,
    }


def _filters_of(address: Address, facets: Sequence[str]) -> list[str]:
    """The filters that stand in parameters of their own."""
    return [name for name, _ in address.pairs if name in _parameters(facets)]


def _without_filters(address: Address, facets: Sequence[str]) -> Address:
    return address.without(*_parameters(facets))


def _parameters(facets: Sequence[str]) -> list[str]:
    return [*map(parameter_of, facets), "from", "to"]


def _pages(address: Address, query: Query, reach: int) -> list[tuple[int, Address | None]]:
    """The numbers of the pages around this one, of the first and of the last, each with its address; None for this.

    A gap between two of them is for the template to see.
    """
    if not query.limit or query.offset % query.limit:
        return []
    last, here = -(-reach // query.limit), query.offset // query.limit + 1
    shown = sorted({1, last, *range(max(1, here - 2), min(last, here + 2) + 1)})
    return [(n, None if n == here else _at(address, (n - 1) * query.limit)) for n in shown] if last > 1 else []


def _export(pairs: Pairs, form: str, facets: Sequence[str]) -> str:
    names = {*EXPORT_PARAMETERS, *_parameters(facets)} - {"format", "explain"}
    known = [pair for pair in pairs if pair[0] in names]
    return "/export?" + urlencode([*known, ("format", form), *([("bom", "true")] if form == "csv" else [])])


def _covered(drawn: Chart | None, spoken: Texts) -> str:
    """The days from the first bar of the chart to the last."""
    if drawn is None:
        return ""
    first, last = drawn.bars[0].first, drawn.bars[-1].last
    return spoken.gettext("%(since)s to %(until)s") % {"since": spoken.day(first), "until": spoken.day(last)}


def hit_values(spoken: Texts, settings: Settings, address: Address) -> Mapping[str, Any]:
    """What the template asks about one hit; `address` is the state of the page that shows it."""
    return {
        "sentiment": lambda value: sentiment_label(spoken, value),
        "kind": kind,
        "also_in": lambda code: _also_in(code, spoken),
        "rankings": _rankings(spoken),
        "cover": lambda hit: picture_address(hit.thumbnail or hit.image, hit.id, THUMBNAIL, settings),
        "leads_to": lambda hit: _leads_to(hit, address),
        "reading": lambda article_id: article_address(article_id, address.pairs),
    }


def _because(results: Results, spoken: Texts) -> Callable[[HitAnswer], Markup]:
    """What says of a hit of these results, in the reader's language, what ranked it; its words asked for in bold."""
    clauses = {hit.article.id: why(hit).clauses for hit in results.hits}

    def because(hit: HitAnswer) -> Markup:
        said = sentence_of([[spoken.said(one) for one in clause] for clause in clauses.get(hit.id, ())])
        return Markup(_STARRED.sub(r"<strong>\1</strong>", str(escape(said))))  # noqa: S704  # nosec B704 - escaped

    return because


def _leads_to(hit: HitAnswer, address: Address) -> str:
    """Where the title of a hit leads: the article's own address, else its view here, at the passage that answered."""
    if not hit.url.startswith("/articles/"):
        return hit.url
    passage = f"{hit.passage.start}-{hit.passage.end}" if hit.passage else ""
    deep = hit.passage is not None and hit.passage.start > _ON_SIGHT
    return article_address(hit.id, address.pairs, passage) + ("#passage" if deep else "")


def remarks(results: Results, spoken: Texts) -> Mapping[str, Any]:
    """What is to be said besides the hits: pairs of a text and the language it is in."""
    loading = {reason for reason in results.degraded if _is_loading(reason)}
    return {
        "because": _because(results, spoken),
        "loading": bool(loading),
        "degraded": [translated(reason, spoken) for reason in results.degraded if reason not in loading],
        "remarks": [translated(said, spoken) for said in results.suggestions],
    }


def _is_loading(reason: str) -> bool:
    """Whether a model is still loading: nothing is wrong then, and the page looks again by itself."""
    why = reason.values.get("why") if isinstance(reason, Message) else None
    return isinstance(why, Message) and why.code == "model-loading"


def translated(message: str, spoken: Texts) -> tuple[str, str]:
    """A message in the reader's language, and that language; mere text is English."""
    return (spoken.said(message), spoken.language) if isinstance(message, Message) else (message, "en")


def within(address: Address) -> str:
    """What the tags that are listed must contain; empty for all of them."""
    return next(iter(address.values("within")), "").strip()


def _section(address: Address, answer: SearchAnswer, spoken: Texts, facet: str, most: int) -> Section:
    """A facet with at most so many of its values."""
    name = parameter_of(facet)
    values = [_value(address, answer, spoken, name, count) for count in answer.facets.get(facet, ())[:most]]
    if facet == "tag" and within(address):
        return Section(facet, values, [])
    chosen = [value for value in values if value.chosen]
    others = [value for value in values if not value.chosen]
    open_ones = max(0, FIRST_VALUES - len(chosen))
    return Section(facet, chosen + others[:open_ones], others[open_ones:])


def _value(address: Address, answer: SearchAnswer, spoken: Texts, name: str, count: Count) -> Value:
    refused = None if count.selected else address.adding(name, f"-{count.value}")
    taken = removal(address, name, count.value, count.name or count.value) if count.selected else None
    label = count.name or value_label(answer, spoken, name, count.value)
    key = f"{name}:{count.value}"
    refusal = spoken.gettext("Not %(value)s") % {"value": label}
    leading = taken or address.adding(name, count.value)
    return Value(label, key, spoken.number(count.count), count.selected, leading, refused, refusal)


def _steps(spoken: Texts) -> Mapping[str, str]:
    return {
        "day": spoken.gettext("By day"),
        "week": spoken.gettext("By week"),
        "month": spoken.gettext("By month"),
        "year": spoken.gettext("By year"),
        "decade": spoken.gettext("By decade"),
        "century": spoken.gettext("By century"),
    }


def _bars(address: Address, drawn: Chart | None, spoken: Texts, stories: bool) -> list[BarLink]:
    """The bars of the chart, as the drawing and the table name them."""

    def counted(count: int) -> str:
        if stories:
            return spoken.ngettext("%(count)s story", "%(count)s stories", count) % {"count": count}
        return spoken.ngettext("%(count)s article", "%(count)s articles", count) % {"count": count}

    moods = drawn.sentiments if drawn else ()
    return [
        BarLink(
            bar,
            _bar_label(bar, spoken),
            counted(bar.period.count),
            [spoken.number(count) for count in (bar.period.count, *(bar.period.sentiments.get(m, 0) for m in moods))],
            str(address.having(from_=bar.since, to=bar.until)),
        )
        for bar in (drawn.bars if drawn else ())
    ]


def _bar_label(bar: Bar, spoken: Texts) -> str:
    """What a bar stands for: its day, or its first and last."""
    if bar.first == bar.last:
        return spoken.day(bar.first)
    return spoken.gettext("%(since)s to %(until)s") % {"since": spoken.day(bar.first), "until": spoken.day(bar.last)}


def _axis(address: Address, drawn: Chart | None, spoken: Texts) -> list[tuple[str, int, Address, bool]]:
    """What stands below the bars: a name, its length, where choosing the whole leads, whether the name has room."""
    if drawn is None:
        return []
    form = "y" if drawn.step is Step.MONTH else "LLL"
    whole = sum(part.length for part in drawn.axis)
    return [
        (
            spoken.formatted(part.first, form),
            part.length,
            address.having(from_=part.first.isoformat(), to=part.last.isoformat()),
            part.length > _LEAST_ROOM * whole,
        )
        for part in drawn.axis
    ]


def _ticks(drawn: Chart | None, spoken: Texts) -> list[str]:
    """What stands below each bar: the day that it begins with, its month or its year; empty where there is no room."""
    if drawn is None:
        return []
    form = {Step.DAY: "d", Step.WEEK: "d", Step.MONTH: "LLL"}.get(drawn.step, "y")
    shown = labelled(len(drawn.bars), _TICKS[form])
    return [spoken.formatted(bar.first, form) if n in shown else "" for n, bar in enumerate(drawn.bars)]


def _months(address: Address, answer: SearchAnswer, spoken: Texts) -> list[tuple[str, Address, list[Value]]]:
    """The months that hold an article, by years, the newest first: a year, where it leads, and its months."""
    years: dict[str, list[Value]] = {}
    for count in sorted(answer.facets.get(MONTH, ()), key=lambda count: count.value, reverse=True):
        year, month = count.value.split("-")
        first = date(int(year), int(month), 1)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        there = address.having(from_=first.isoformat(), to=last.isoformat())
        leading = address.without("from", "to") if count.selected else there
        label, shown = spoken.formatted(first, "LLL"), spoken.number(count.count)
        value = Value(label, f"month:{count.value}", shown, count.selected, leading)
        years.setdefault(year, []).append(value)
    return [
        (year, address.having(from_=f"{year}-01-01", to=f"{year}-12-31"), months[::-1])
        for year, months in years.items()
    ]


def _also_in(code: str, spoken: Texts) -> tuple[str, str]:
    """That an article can be read in another language, said in that language if the catalogue speaks it."""
    from search.web.translations import LANGUAGES

    if code in LANGUAGES:
        return texts(code).pgettext("the language of this catalogue", "Also in English"), code
    return spoken.gettext("Also in: %(language)s") % {"language": spoken.language_name(code)}, spoken.language


def _rankings(spoken: Texts) -> Mapping[str, str]:
    return {
        Signal.KEYWORD: spoken.gettext("words"),
        Signal.SEMANTIC: spoken.gettext("meaning"),
        Signal.TIME: spoken.gettext("time"),
        Signal.LIKENESS: spoken.gettext("likeness to the best"),
        Signal.NEIGHBOURS: spoken.gettext("its neighbours among the best"),
        Signal.SUPPOSED: spoken.gettext("meaning, supposed by words"),
        Signal.RELATED: spoken.gettext("related words"),
        Signal.COVERAGE: spoken.gettext("all words present"),
        Signal.RERANKER: spoken.gettext("reranker"),
        Signal.ORDER_OF_WORDS: spoken.gettext("order of words"),
        Signal.ORDER_OF_TIME: spoken.gettext("order of time"),
    }


def _at(address: Address, offset: int) -> Address:
    return Address((*address.without().pairs, *((("offset", str(offset)),) if offset else ())))


def _feed(pairs: Pairs, facets: Sequence[str]) -> str:
    names = {*FEED_PARAMETERS, *_parameters(facets)} - {"limit"}
    return "/feed.atom?" + urlencode([pair for pair in pairs if pair[0] in names])
