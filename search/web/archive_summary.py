"""What is in the archive, briefly: how new it is, what is rising, and examples of questions that it answers."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from search.analysis.stop_words import STOP_WORDS
from search.api.params import query_from
from search.article import Article
from search.ports import Engine
from search.results import Results
from search.times import Millis

STALE = timedelta(days=14)
"""Ages count from the newest article where it is older than this."""
_LATELY = timedelta(days=7)
_RISING = 6
_LEAST_RISING = 3
"""Articles of the last week that a rising tag has."""
_NO_SECTION = frozenset({"other", "others", "misc", "miscellaneous", "uncategorized", "uncategorised", "none", "інше"})
"""Names of sections that say nothing."""
_READ = 24
"""Newest titles out of which the examples are made."""
_RUN = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,} [^\W\d_]{3,}")
_ANY_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Example:
    """A question in the query language, and the kind of thing that it shows."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """One generation, briefly."""

    generation: str
    newest: Millis | None
    rising: tuple[str, ...]
    """Tags of which an unusual share of all articles is of the last week, the most unusual first."""
    sections: tuple[str, ...]
    examples: tuple[Example, ...]

    def age(self, now: datetime) -> timedelta:
        """How old the newest article is."""
        return now - moment(self.newest) if self.newest is not None else timedelta()


class ArchiveSummaries:
    """The summary of what is served, made once a generation and language."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, ArchiveSummary] = {}

    def get(self, language: str, now: datetime) -> ArchiveSummary:
        """The summary, its examples in a language where the archive has it. Raises IndexUnusableError."""
        served = self._engine.status().generation
        kept = self._kept.get(language)
        if kept is None or served is None or kept.generation != served.name:
            kept = self._kept[language] = summarised(self._engine, language, now)
        return kept


def summarised(engine: Engine, language: str, now: datetime) -> ArchiveSummary:
    """The summary of what an engine serves. Raises IndexUnusableError."""
    asked = [("sort", "newest"), ("limit", str(_READ)), ("facets", "source,tag,category")]
    found = engine.search(query_from(asked, now))
    own = engine.search(query_from([*asked, ("lang", language)], now))
    dated = [hit.article.published for hit in found.hits if hit.article.published is not None]
    newest = max(dated, default=None)
    return ArchiveSummary(
        found.generation,
        newest,
        _rising(engine, found, newest, now),
        tuple(count.value for count in found.facets.get("category", ()) if count.value.casefold() not in _NO_SECTION)[
            :8
        ],
        tuple(_examples(own if own.hits else found, newest)),
    )


def _rising(engine: Engine, found: Results, newest: Millis | None, now: datetime) -> tuple[str, ...]:
    if newest is None:
        return ()
    since = (moment(newest) - _LATELY).strftime("%Y-%m-%dT%H:%M:%SZ")
    lately = engine.search(query_from([("from", since), ("limit", "0"), ("facets", "tag")], now)).facets["tag"]
    whole = {count.value: count.count for count in found.facets["tag"]}
    shares = {
        count.value: count.count / whole.get(count.value, count.count)
        for count in lately
        if count.count >= _LEAST_RISING
    }
    usual = sum(count.count for count in lately) / max(1, sum(whole.values()))
    rising = sorted((value for value, share in shares.items() if share > 1.25 * usual), key=lambda v: (-shares[v], v))
    return tuple(rising[:_RISING])


def _examples(found: Results, newest: Millis | None) -> list[Example]:
    """Ten questions made of the newest titles, and of the source and a tag of the article that bears the first word.

    Words that are also tags come first: they say what an article is about.
    """
    articles = [hit.article for hit in found.hits]
    spoken = {article.id: _topics(article) for article in articles}
    telling = [one for one in articles if len(spoken[one.id]) > 1]
    if not telling:
        return []
    article = max(telling, key=lambda one: sum(word in _tag_words(one) for word in spoken[one.id]))
    first = spoken[article.id][0]
    beside = _nearest(article.title, first, spoken[article.id][1:])
    common = Counter(word for words in spoken.values() for word in words)
    second = max(spoken[article.id][1:], key=lambda word: (word in _tag_words(article), common[word]))
    others = (word for one in articles for word in spoken[one.id][:1] if word not in spoken[article.id])
    other = next(others, second)
    phrases = [run for one in articles for run in _phrases(one) if common[run.lower().split()[0]] > 1]
    phrase = max(phrases, key=lambda run: sum(common[word] for word in run.lower().split()), default="")
    examples = [
        Example("words", f"{first} {second}"),
        Example("phrase", f'"{phrase or f"{first} {second}"}"'),
        Example("either", f"{first} OR {other}"),
        Example("without", f"{first} -{other}"),
        Example("near", f"{first} NEAR/5 {beside}"),
        Example("beginning", f"{first[: max(3, len(first) - 2)]}*"),
        Example("title", f"title:{first}"),
    ]
    if article.source:
        examples.append(Example("source", f"{first} source:{_quoted(article.source.key)}"))
    if article.tags:
        examples.append(Example("tag", f"{first} tag:{_quoted(article.tags[0])}"))
    if newest is not None:
        examples.append(Example("after", f"{first} after:{moment(newest) - timedelta(days=30):%Y-%m-%d}"))
    return examples


def _phrases(article: Article) -> list[str]:
    """Two neighbouring words of a title that say something each."""
    runs = (run[0] for run in _RUN.finditer(article.title))
    return [run for run in runs if not STOP_WORDS & set(run.lower().split())]


def _topics(article: Article) -> list[str]:
    """The words of a title that carry a topic, in small letters; those that are in its tags first."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(article.title))
    tagged = _tag_words(article)
    return sorted((word for word in words if word not in STOP_WORDS), key=lambda word: word not in tagged)


def _nearest(title: str, word: str, others: list[str]) -> str:
    """That of the other words which stands nearest to a word of a title."""
    every = [one.lower() for one in _ANY_WORD.findall(title)]
    return min(others, key=lambda other: abs(every.index(other) - every.index(word)))


def _tag_words(article: Article) -> set[str]:
    return {word.lower() for tag in article.tags for word in _WORD.findall(tag)}


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"\w+", value) else f'"{value}"'


def moment(value: Millis) -> datetime:
    """A moment of the index as a datetime in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
