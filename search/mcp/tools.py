"""Two tools for assistants, `search` and `fetch`, in the shapes that they expect.

`search` gives `results` of `id`, `title` and `url`, `fetch` an article's `id`, `title`, `text`, `url` and `metadata`;
what helps stands beside. Nothing here knows the protocol (search.mcp does).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import msgspec

from search.api.params import PARAMETERS, Parameter, pairs_of, query_from, schema_of, with_declared
from search.api.responses import (
    ArticleAnswer,
    CorrectedAnswer,
    HitAnswer,
    SearchAnswer,
    article_answer,
    search_answer,
)
from search.article import Source
from search.errors import RequestError
from search.hits.snippet import plain
from search.messages import say
from search.ports import Engine
from search.query.fields import FIELD_OF_PARAMETER, Declared
from search.results import Twin

ARGUMENTS = {"query": PARAMETERS["q"]} | {
    name: PARAMETERS[name]
    for name in (*FIELD_OF_PARAMETER, "from", "to", "tz", "sort", "mode", "limit", "cursor", "correct")
}
"""What may be said to `search` of any archive: what chooses articles at GET /search, `q` being called query."""
INSTRUCTIONS = (
    "Search over a newsroom's own archive of articles. Use search with a few words or a question, in the language of"
    " the articles; narrow it by source, tag or date; then fetch what you quote. Each article has one id."
)


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """An article that answers; `excerpt` is its best passage as plain text."""

    id: str
    title: str
    url: str
    excerpt: str
    published: str | None
    source: str
    language: str
    confidence: float | None


class FoundAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The best articles; `total` counts all that were found, `next` is the cursor of those behind.

    `total_is_least` says that there may be more than `total`. `corrected` tells the text as it was asked and as it was
    answered, where a word was surely mistyped; `correct` as false answers the first. Where nothing is found, `near` has
    at most five nearest articles.
    """

    results: list[SearchResult]
    near: list[SearchResult]
    corrected: CorrectedAnswer | None
    total: int
    total_is_least: bool
    next: str | None
    unknown_words: tuple[str, ...]
    did_you_mean: str | None
    suggestions: tuple[str, ...]
    degraded: tuple[str, ...]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What an article says of itself."""

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
    twins: tuple[Twin, ...]


class FetchedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One whole article."""

    id: str
    title: str
    text: str
    url: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that an assistant may call: its arguments as JSON Schema, and the type of what it gives."""

    name: str
    purpose: str
    arguments: dict[str, Any]
    gives: type[msgspec.Struct]


def tools_for(declared: Declared) -> tuple[Tool, Tool]:
    """The tools over an archive that declares these fields."""
    return _search_tool(with_declared(ARGUMENTS, declared)), _FETCH


def _search_tool(arguments: Mapping[str, Parameter]) -> Tool:
    return Tool(
        "search",
        "Find articles of the archive by words and by meaning, with filters; the best first.",
        {
            "type": "object",
            "properties": {
                name: schema_of(name, parameter) | {"description": parameter.meaning}
                for name, parameter in arguments.items()
            },
            "required": ["query"],
            "additionalProperties": False,
        },
        FoundAnswer,
    )


_FETCH = Tool(
    "fetch",
    "One whole article by its id, as search gives it.",
    {
        "type": "object",
        "properties": {"id": {"type": "string", "description": "An article's id."}},
        "required": ["id"],
        "additionalProperties": False,
    },
    FetchedAnswer,
)


class Assistant:
    """Answers an assistant's calls. Safe to call from several threads."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime], article_url: str) -> None:
        """`article_url` is the setting of that name."""
        self._engine = engine
        self._clock = clock
        self._article_url = article_url

    def tools(self) -> tuple[Tool, Tool]:
        """The tools, as they serve the archive that answers now."""
        return tools_for(self._engine.declared())

    def call(self, tool: str, arguments: Mapping[str, Any], home: str) -> FoundAnswer | FetchedAnswer:
        """What a tool gives for these arguments. Raises LedeError with its remedy.

        `home` is the address of the service, which those of articles begin with unless the site has its own.
        """
        if tool == "search":
            return self._search(arguments, home)
        if tool == "fetch":
            return self._fetch(arguments, home)
        raise RequestError(say("no-tool", tool=tool[:40]), say("call-search-or-fetch"), field="name")

    def _search(self, arguments: Mapping[str, Any], home: str) -> FoundAnswer:
        declared = self._engine.declared()
        known = with_declared(ARGUMENTS, declared)
        for name in arguments:
            if name not in known:
                raise RequestError(
                    say("tool-takes-no", name=name[:40]), say("it-takes", names=", ".join(known)), field=name[:40]
                )
        pairs = pairs_of({"q" if name == "query" else name: value for name, value in arguments.items()})
        results = self._engine.search(query_from(pairs, self._clock(), declared))
        return self._found(search_answer(results, self._article_url), home)

    @staticmethod
    def _found(answer: SearchAnswer, home: str) -> FoundAnswer:
        return FoundAnswer(
            results=[_result(hit, home) for hit in answer.hits],
            near=[_result(hit, home) for hit in answer.near],
            corrected=answer.query.corrected,
            total=answer.total.value,
            total_is_least=answer.total.is_least,
            next=answer.next,
            unknown_words=answer.unknown_words,
            did_you_mean=answer.did_you_mean,
            suggestions=answer.suggestions,
            degraded=answer.degraded,
        )

    def _fetch(self, arguments: Mapping[str, Any], home: str) -> FetchedAnswer:
        article_id = arguments.get("id")
        if not isinstance(article_id, str) or set(arguments) != {"id"}:
            raise RequestError(say("fetch-takes-id"), say("give-result-id"), field="id")
        answer = article_answer(self._engine.article(article_id), self._article_url)
        return FetchedAnswer(
            id=answer.id,
            title=answer.title,
            text=answer.text,
            url=urljoin(home, answer.url),
            metadata=_metadata(answer),
        )


def _result(hit: HitAnswer, home: str) -> SearchResult:
    return SearchResult(
        id=hit.id,
        title=hit.title,
        url=urljoin(home, hit.url),
        excerpt=plain(hit.snippet) or hit.description,
        published=hit.published,
        source=hit.source.name if hit.source else "",
        language=hit.language,
        confidence=hit.confidence,
    )


def _metadata(answer: ArticleAnswer) -> Metadata:
    return Metadata(**{name: getattr(answer, name) for name in Metadata.__struct_fields__})
