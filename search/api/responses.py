"""Answers as JSON, for HTTP, `lede --json` and the OpenAPI document."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from search.article import Article, CustomValue, Source
from search.messages import local_text
from search.query.fields import FILTER_FIELDS, parameter_of
from search.query.model import FieldFilter, Filters, Query, negative_leaves, positive_leaves
from search.query.printer import reworded, worded
from search.results import (
    Contribution,
    Corrected,
    Count,
    FacetValues,
    Highlight,
    Hit,
    Matched,
    Passage,
    Results,
    StoredArticle,
    Story,
    Suggestion,
    Suggestions,
    Timeline,
    Total,
    Twin,
)
from search.times import Millis, Time, iso


class TimeAnswer(msgspec.Struct, frozen=True):
    """The time that the text names, [from, to); articles of it are preferred unless time=false is asked."""

    text: str
    since: str | None = msgspec.field(name="from")
    until: str | None = msgspec.field(name="to")


class CorrectedAnswer(msgspec.Struct, frozen=True):
    """The text with words that were surely mistyped, and the one that was answered; correct=false answers the first."""

    typed: str = msgspec.field(name="from")
    answered: str = msgspec.field(name="to")


class QueryAnswer(msgspec.Struct, frozen=True):
    """What was understood: the text, its words that were looked up, the filters, the mode asked for.

    `understood` is the text in the query language as it was read, without the filters that stand in `filters`.
    """

    text: str
    understood: str
    words: list[str]
    phrases: list[str]
    excluded: list[str]
    filters: dict[str, list[str]]
    mode: str
    sort: str
    time: TimeAnswer | None
    sources: list[str]
    """Words of the text that were read as names of sources."""
    corrected: CorrectedAnswer | None


class Explanation(msgspec.Struct, frozen=True):
    """What ranked a hit: its score is the sum of the shares."""

    contributions: tuple[Contribution, ...]
    why: str
    """One sentence, in English."""
    matched: tuple[Matched, ...]
    age_days: int | None
    """Whole days since publication, where time took part in the order."""


class StoryMemberAnswer(msgspec.Struct, frozen=True):
    """Another article of the result set on the same event."""

    id: str
    title: str
    source: str
    published: str | None


class StoryAnswer(msgspec.Struct, frozen=True):
    """What a hit stands for: how many articles on one event, of how many sources, and the others by time."""

    articles: int
    sources: int
    others: list[StoryMemberAnswer]


class ArticleFields(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of an article wherever it is shown."""

    id: str
    path: str
    title: str
    description: str
    published: str | None
    updated: str | None
    language: str
    source: Source | None
    category: str
    categories: tuple[str, ...]
    authors: tuple[str, ...]
    custom: dict[str, list[str] | float | str]
    """The declared fields: keywords, a number, or a time."""
    tags: tuple[str, ...]
    sentiment: str
    image: str
    thumbnail: str
    """The cover in a small size; empty where the article names none."""
    url: str


class HitAnswer(ArticleFields, frozen=True, kw_only=True):
    """An article that answers."""

    score: float
    confidence: float | None
    highlight: Highlight
    snippet: str
    snippet_marks: str | None
    """`words` where the marks stand for words asked for; `meaning` where one mark says that the passage is near."""
    passage: Passage | None
    twins: tuple[Twin, ...]
    story: StoryAnswer | msgspec.UnsetType = msgspec.UNSET
    explain: Explanation | msgspec.UnsetType = msgspec.UNSET


HIT_FIELDS = HitAnswer.__struct_fields__
"""What a hit may be asked to hold."""


class TotalAnswer(msgspec.Struct, frozen=True):
    """The size of the result set; `keyword` and `semantic` count what words and meaning found.

    `weaker` counts what `strictness=wide` would find besides. `relation` is `eq` where every number is exact, and `gte`
    where one may be greater: a cluster does not compare every article. Then `value_relation` says so of `value` alone.
    """

    value: int
    relation: str
    keyword: int
    semantic: int
    weaker: int
    value_relation: str | msgspec.UnsetType = msgspec.UNSET

    @property
    def is_least(self) -> bool:
        """Whether there may be more articles than `value` says."""
        return self.value_relation == "gte"


class IndexAnswer(msgspec.Struct, frozen=True):
    """The generation that answered."""

    generation: str
    articles: int


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one query."""

    query: QueryAnswer
    hits: list[HitAnswer]
    total: TotalAnswer
    near: list[HitAnswer]
    """Where nothing is found, at most five nearest articles: no hits, and counted nowhere."""
    facets: dict[str, tuple[Count, ...]]
    mode: str
    degraded: tuple[str, ...]
    suggestions: tuple[str, ...]
    unknown_words: tuple[str, ...]
    did_you_mean: str | None
    did_you_mean_total: int | None
    """How many articles that text finds, where this one finds none; else null."""
    took_ms: float
    next: str | None
    index: IndexAnswer


class MultiSearchAnswer(msgspec.Struct, frozen=True):
    """The answers to several queries, in the order asked, all from one generation."""

    answers: list[SearchAnswer]


class ArticleAnswer(ArticleFields, frozen=True, kw_only=True):
    """One whole article; passages of answers count code points of `text`."""

    text: str
    external_id: str
    twins: tuple[Twin, ...]
    index: dict[str, str]


class SuggestAnswer(msgspec.Struct, frozen=True):
    """What begins as typed: names of sources, tags, authors …, most borne first, then titles, newest first."""

    q: str
    suggestions: tuple[Suggestion, ...]
    index: IndexAnswer


class PeriodAnswer(msgspec.Struct, frozen=True):
    """A day, week or month, [from, to), its articles, and how many bear each sentiment ("" for none)."""

    since: str = msgspec.field(name="from")
    until: str = msgspec.field(name="to")
    count: int
    sentiments: dict[str, int]


class TimelineAnswer(msgspec.Struct, frozen=True):
    """The result set of a query over time: each count is what the same query finds from `from` to `to`."""

    step: str
    periods: list[PeriodAnswer]
    undated: int


class ValuesAnswer(msgspec.Struct, frozen=True):
    """The values of a facet that contain a text, those that begin so first, then by count; `found` counts them all."""

    facet: str
    value: str
    values: tuple[Count, ...]
    found: int
    index: IndexAnswer


def search_answer(results: Results, article_url: str, *, local: bool = False) -> SearchAnswer:
    """The answer to one query as it goes out; `local`: to somebody at this machine, who may read its paths."""
    query = results.query
    return SearchAnswer(
        query=QueryAnswer(
            query.text,
            reworded(query.parsed),
            list(results.understood),
            [worded(part) for part in positive_leaves(query.parsed.condition)],
            [worded(part) for part in negative_leaves(query.parsed.condition)],
            _filters(query.filters),
            query.mode.value,
            query.sort.value,
            _time(results.time),
            list(results.sources),
            _corrected(results.corrected),
        ),
        hits=[hit_answer(hit, query, article_url) for hit in results.hits],
        total=_total(results.total),
        near=[hit_answer(hit, query, article_url) for hit in results.near],
        facets=dict(results.facets),
        mode=results.mode.value,
        degraded=tuple(map(local_text if local else str, results.degraded)),
        suggestions=tuple(map(str, results.suggestions)),
        unknown_words=results.unknown_words,
        did_you_mean=results.did_you_mean,
        did_you_mean_total=results.did_you_mean_total,
        took_ms=round(results.took_ms, 3),
        next=results.next,
        index=IndexAnswer(results.generation, results.articles),
    )


def _total(total: Total) -> TotalAnswer:
    relation = total.relation
    own = msgspec.UNSET if relation == "eq" else total.value_relation
    return TotalAnswer(total.value, relation, total.keyword, total.semantic, total.weaker, own)


def _corrected(corrected: Corrected | None) -> CorrectedAnswer | None:
    return None if corrected is None else CorrectedAnswer(corrected.typed, corrected.answered)


def article_answer(stored: StoredArticle, article_url: str) -> ArticleAnswer:
    """One whole article as it goes out."""
    return ArticleAnswer(
        **_shown(stored.article, article_url),  # type: ignore[arg-type]
        text=stored.article.text,
        external_id=stored.article.external_id,
        twins=stored.twins,
        index={"generation": stored.generation},
    )


def suggest_answer(found: Suggestions) -> SuggestAnswer:
    """Suggestions as they go out."""
    return SuggestAnswer(found.q, found.suggestions, IndexAnswer(found.generation, found.articles))


def timeline_answer(found: Timeline) -> TimelineAnswer:
    """A timeline as it goes out."""
    periods = [PeriodAnswer(iso(p.since), iso(p.until), p.count, p.sentiments) for p in found.periods]
    return TimelineAnswer(found.step.value, periods, found.undated)


def values_answer(found: FacetValues) -> ValuesAnswer:
    """Values of a facet as they go out."""
    index = IndexAnswer(found.generation, found.articles)
    return ValuesAnswer(found.facet, found.text, found.values, found.found, index)


def url_of(article: Article, template: str) -> str:
    """Where an article is read: the setting article_url, filled in; else its own address; else Lede's view of it.

    The setting may hold {language}, {slug}, {id}, {year}, {month}, {day} and {section}. An article that lacks what the
    setting asks for (a date, a section) is shown at its own address or by Lede.
    """
    if template:
        parts = _address_parts(article)
        if all(parts[name] for name in _PLACEHOLDER.findall(template) if name in parts):
            return _PLACEHOLDER.sub(lambda found: quote(parts.get(found[1], found[0])), template)
    return article.url if article.url.startswith(("http://", "https://")) else f"/articles/{quote(article.id)}"


def _address_parts(article: Article) -> dict[str, str]:
    day = datetime.fromtimestamp(article.published / 1000, UTC) if article.published is not None else None
    return {
        "language": article.language,
        "slug": article.slug or article.id.rsplit("/", 1)[-1].removesuffix(f".{article.language}"),
        "id": article.id,
        "section": article.category.casefold().replace(" ", "-"),
        "year": f"{day:%Y}" if day else "",
        "month": f"{day:%m}" if day else "",
        "day": f"{day:%d}" if day else "",
    }


_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


def hit_answer(hit: Hit, query: Query, article_url: str) -> HitAnswer:
    """One hit as it goes out."""
    if query.fields:
        return _chosen(hit, query, article_url)
    return HitAnswer(
        **_shown(hit.article, article_url),  # type: ignore[arg-type]
        score=hit.score,
        confidence=hit.confidence,
        highlight=hit.highlight,
        snippet=hit.snippet,
        snippet_marks=hit.snippet_marks,
        passage=hit.passage,
        twins=hit.twins,
        story=_told_story(hit),
        explain=_explained(hit, query),
    )


def _told_story(hit: Hit) -> StoryAnswer | msgspec.UnsetType:
    return _story(hit.story) if hit.story else msgspec.UNSET


def _explained(hit: Hit, query: Query) -> Explanation | msgspec.UnsetType:
    if not query.explain:
        return msgspec.UNSET
    from search.hits.explanation import why

    return Explanation(hit.contributions, str(why(hit)), hit.matched, hit.age_days)


def _chosen(hit: Hit, query: Query, article_url: str) -> HitAnswer:
    """The hit with nothing but the fields asked for; those that are unset are not sent."""
    parts: dict[str, list[str]] = {}
    for field in query.fields:
        name, _, part = field.partition(".")
        parts.setdefault(name, []).append(part)
    values: dict[str, Any] = dict.fromkeys(HIT_FIELDS, msgspec.UNSET)
    for name, wanted in parts.items():
        value = _value(name, hit, query, article_url)
        values[name] = _parts(value, wanted) if all(wanted) else value
    return HitAnswer(**values)


def _value(name: str, hit: Hit, query: Query, article_url: str) -> Any:
    """One field of a hit."""
    if name in _SHOWN:
        return _SHOWN[name](hit.article, article_url)
    if name == "story":
        return _told_story(hit)
    return _explained(hit, query) if name == "explain" else getattr(hit, name)


def _parts(value: Any, wanted: list[str]) -> Any:
    """Some parts of a value, or of each value of a list; a part that is not there is left out."""
    if isinstance(value, list | tuple):
        return [_parts(one, wanted) for one in value]
    if value is None or value is msgspec.UNSET:
        return value
    built = msgspec.to_builtins(value)
    if not isinstance(built, dict):
        return value
    names = {part.partition(".")[0]: part.partition(".")[2] for part in wanted}
    return {n: _parts(built[n], [rest]) if rest else built[n] for n, rest in names.items() if n in built}


def _story(story: Story) -> StoryAnswer:
    others = [StoryMemberAnswer(o.id, o.title, o.source, _iso(o.published)) for o in story.others]
    return StoryAnswer(story.articles, story.sources, others)


def _shown(article: Article, article_url: str) -> dict[str, object]:
    return {name: value(article, article_url) for name, value in _SHOWN.items()}


def safe_address(address: str) -> str:
    """An address out of the content where a browser may follow it; "" where following it would run something.

    What has a scheme must be http or https; what has none counts from the site.
    """
    clean = address.strip()
    if not clean.isprintable():
        clean = "".join(filter(str.isprintable, clean))
    before, colon, _ = clean.partition(":")
    if colon and not any(sign in before for sign in "/?#") and before.lower() not in ("http", "https"):
        return ""
    return clean


def _custom(value: CustomValue) -> list[str] | float | str:
    """A value of a declared field as it goes out: dates are kept in whole milliseconds, numbers as floats."""
    return iso(value) if isinstance(value, int) else value


def _iso(moment: Millis | None) -> str | None:
    return None if moment is None else iso(moment)


def _filters(filters: Filters) -> dict[str, list[str]]:
    names = dict.fromkeys((*FILTER_FIELDS, *filters.choices))
    shown = {parameter_of(name): _values(choice) for name in names if (choice := filters[name])}
    if filters.since is not None:
        shown["from"] = [iso(filters.since)]
    if filters.until is not None:
        shown["to"] = [iso(filters.until)]
    return shown


def _time(time: Time | None) -> TimeAnswer | None:
    if time is None:
        return None
    if time.fresh:
        return TimeAnswer(time.text, None, None)
    return TimeAnswer(time.text, iso(time.since), iso(time.until))


def _values(choice: FieldFilter) -> list[str]:
    return [*choice.include, *(f"-{value}" for value in choice.exclude)]


_SHOWN: dict[str, Callable[[Article, str], object]] = {
    "id": lambda article, _: article.id,
    "path": lambda article, _: article.path,
    "title": lambda article, _: article.title,
    "description": lambda article, _: article.description,
    "published": lambda article, _: _iso(article.published),
    "updated": lambda article, _: _iso(article.updated),
    "language": lambda article, _: article.language,
    "source": lambda article, _: article.source,
    "category": lambda article, _: article.category,
    "categories": lambda article, _: article.categories,
    "authors": lambda article, _: article.authors,
    "custom": lambda article, _: {name: _custom(value) for name, value in article.custom.items()},
    "tags": lambda article, _: article.tags,
    "sentiment": lambda article, _: article.sentiment,
    "image": lambda article, _: safe_address(article.image),
    "thumbnail": lambda article, _: safe_address(article.thumbnail),
    "url": url_of,
}
"""How each of ArticleFields is made of an article, given the setting article_url."""
