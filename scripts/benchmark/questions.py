"""What is asked? Varied queries made from the articles themselves, the same for the same articles and seed."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from search.api.params import query_from
from search.article import Article
from search.query.model import Query

KINDS = ("word", "phrase", "question", "filtered", "nothing", "ukrainian")
CLOCK = datetime(2026, 4, 26, 23, 59, tzinfo=UTC)
"""Relative times in a query count back from here."""
_SYLLABLES = ("zor", "blax", "quim", "fru", "ntel", "vok", "jarn", "sked", "plim", "drost", "wub", "gink")


@dataclass(frozen=True, slots=True)
class Question:
    """One query: its kind, its text, and filters by their HTTP names."""

    kind: str
    text: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its request."""
        return [("q", self.text), *self.filters]

    def query(self, *more: tuple[str, str]) -> Query:
        """What Lede and, by its filters, the peers are asked."""
        return query_from([*self.pairs, *more], CLOCK)


def questions(articles: Sequence[Article], each: int, seed: int = 1) -> list[Question]:
    """So many different queries of each kind; of Ukrainian ones none where no article is Ukrainian."""
    made: dict[str, dict[str, Question]] = {kind: {} for kind in KINDS}
    left = 100 * each * len(KINDS)  # a small archive has not so many different words
    for question in stream(articles, seed):
        left -= 1
        if len(made[question.kind]) < each:
            made[question.kind].setdefault(question.text, question)
        if left == 0 or all(len(made[kind]) == each for kind in _possible(articles)):
            break
    return [question for kind in KINDS for question in made[kind].values()]


def stream(articles: Sequence[Article], seed: int) -> Iterator[Question]:
    """Queries without end, the kinds by turns; hardly one is asked twice."""
    dice = random.Random(seed)  # noqa: S311 - variety, not secrecy  # nosec B311
    english = [article for article in articles if article.language != "uk"]
    ukrainian = [article for article in articles if article.language == "uk"]
    while True:
        for kind in _possible(articles):
            article = dice.choice(ukrainian if kind == "ukrainian" else english)
            yield _question(kind, article, dice)


def _possible(articles: Sequence[Article]) -> tuple[str, ...]:
    return KINDS if any(article.language == "uk" for article in articles) else KINDS[:-1]


def _question(kind: str, article: Article, dice: random.Random) -> Question:
    if kind == "word":
        return Question(kind, dice.choice([*article.tags[:3], *_long_words(article.title)] or [article.title[:20]]))
    if kind == "question":
        return Question(kind, _window(article.description or article.text[:300], dice, 9, 16))
    if kind == "nothing":
        return Question(kind, " ".join("".join(dice.choices(_SYLLABLES, k=3)) for _ in range(dice.randint(1, 3))))
    if kind == "filtered":
        return Question(kind, _window(article.title, dice, 2, 4), _filters(article, dice))
    return Question(
        kind, _window(article.title, dice, 1 if kind == "ukrainian" else 2, 6 if kind == "ukrainian" else 4)
    )


def _long_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[\w’'-]+", text) if len(word) > 4]


def _window(text: str, dice: random.Random, least: int, most: int) -> str:
    words = text.split()
    size = min(len(words), dice.randint(least, most))
    start = dice.randint(0, len(words) - size)
    return " ".join(words[start : start + size]) or "news"


def _filters(article: Article, dice: random.Random) -> tuple[tuple[str, str], ...]:
    """One or two filters that admit the article itself."""
    possible = [[("lang", article.language)]] if article.language else []
    if article.source:
        possible.append([("source", article.source.key)])
    if article.sentiment:
        possible.append([("sentiment", article.sentiment)])
    if article.tags and not article.tags[0].startswith("-"):
        possible.append([("tag", article.tags[0])])
    if article.published is not None:
        month = datetime.fromtimestamp(article.published / 1000, UTC)
        possible.append([("from", f"{month:%Y-%m}-01"), ("to", f"{month:%Y-%m}-28")])
    chosen = dice.sample(possible, min(len(possible), dice.randint(1, 2)))
    return tuple(pair for pairs in chosen for pair in pairs)
