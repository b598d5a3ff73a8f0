"""Articles in temporary files: a build of a large archive does not hold them in memory."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from operator import eq
from typing import Protocol, overload

import msgspec
from msgspec.structs import replace

from indexer.content.body_spool import BodySpool
from search.article import Article
from search.index.store import StoredRow, StoredRun, stored_row

_HELD = 1 << 26
"""Characters of articles that are held in memory all the same; 11,280 articles count for 45 million."""
_ABOUT = 1_000
"""Characters that an article counts for besides its text."""


class ArticleSpool:
    """Articles by the number in which they were put: in memory as long as they are few, else read anew at each use."""

    def __init__(self) -> None:
        self._held: list[Article] = []
        self._size = 0
        self._spilled: tuple[BodySpool, BodySpool] | None = None
        self._decoder = msgspec.msgpack.Decoder(Article)

    def put(self, article: Article) -> None:
        """Add an article."""
        if self._spilled is not None:
            self._write(*self._spilled, article)
            return
        self._held.append(article)
        self._size += len(article.text) + _ABOUT
        if self._size > _HELD:
            self._spilled = BodySpool(), BodySpool()
            for one in self._held:
                self._write(*self._spilled, one)
            self._held.clear()

    def get(self, number: int, *, texts: bool = True) -> Article:
        """The article of that number; without `texts` its text may be empty, which costs less."""
        if self._spilled is None:
            return self._held[number]
        cards, bodies = self._spilled
        article = self._decoder.decode(cards.get(number))
        return replace(article, text=bodies.get(number).decode("utf-8", "surrogatepass")) if texts else article

    def _write(self, cards: BodySpool, texts: BodySpool, article: Article) -> None:
        cards.put(msgspec.msgpack.encode(replace(article, text="")))
        texts.put(article.text.encode("utf-8", "surrogatepass"))


class KnownArticles(Protocol):
    """The articles of an earlier generation, by row: read when they are asked for."""

    def article(self, row: int, *, texts: bool = True) -> Article:
        """The article of a row; without `texts` its text is empty."""

    def body(self, row: int) -> bytes:
        """The compressed body of the article of a row."""

    def run(self, first: int, count: int) -> StoredRun:
        """So many rows from one on, as their store has them."""


class SpooledArticles(Sequence[Article]):
    """The articles of a spool and of an earlier generation in an order, some of them under ids of their own."""

    def __init__(
        self,
        spool: ArticleSpool,
        order: Sequence[int],
        ids: Mapping[int, str],
        languages: Mapping[int, str] | None = None,
        known: KnownArticles | None = None,
        *,
        texts: bool = True,
    ) -> None:
        """`order` are numbers of the spool; `ids` and `languages` say which of these have another id or language.

        A number below 0 is the row of a `known` article: -1 is row 0, -2 is row 1, and so on.
        """
        self._spool = spool
        self._order = array("q", order)
        self._ids = ids
        self._languages = languages or {}
        self._known = known
        self._texts = texts

    @overload
    def __getitem__(self, row: int) -> Article: ...
    @overload
    def __getitem__(self, row: slice) -> list[Article]: ...
    def __getitem__(self, row: int | slice) -> Article | list[Article]:
        if isinstance(row, slice):
            return [self._get(number) for number in self._order[row]]
        return self._get(self._order[row])

    def __iter__(self) -> Iterator[Article]:
        return map(self._get, self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    @property
    def renamed(self) -> list[int]:
        """The rows of known articles that have another id or language than they are stored under."""
        others = {*self._ids, *self._languages}
        return [row for row, number in enumerate(self._order) if number < 0 and number in others] if others else []

    @property
    def without_texts(self) -> "SpooledArticles":
        """The same articles; their texts may be empty."""
        return SpooledArticles(self._spool, self._order, self._ids, self._languages, self._known, texts=False)

    def stored(
        self, digests: Sequence[str], files: Sequence[str], bodies: BodySpool
    ) -> Iterator[StoredRow | StoredRun]:
        """The rows of a store with these articles: digests are by row, `bodies` by number of the spool.

        What is known is taken as it is stored.
        """
        row = 0
        while row < len(self):
            number = self._order[row]
            run = self._run(row)
            if run:
                assert self._known is not None  # noqa: S101 - there is no such number otherwise  # nosec B101
                yield self._known.run(-1 - number, run)
                row += run
            else:
                body = bodies.get(number) if number >= 0 else self._known_body(number)
                yield stored_row(digests[row], files[row], self._get(number), body)
                row += 1

    def _run(self, row: int) -> int:
        """How many articles from a row on are known ones that follow one another."""
        first, count = self._order[row], 0
        while (
            row + count < len(self._order)
            and (number := self._order[row + count]) < 0
            and number == first - count
            and number not in self._ids
            and number not in self._languages
        ):
            count += 1
        return count

    def _known_body(self, number: int) -> bytes:
        return self._known.body(-1 - number) if self._known else b""

    def _get(self, number: int) -> Article:
        if number < 0 and self._known is not None:
            article = self._known.article(-1 - number, texts=self._texts)
        else:
            article = self._spool.get(number, texts=self._texts)
        if number in self._languages:
            article = replace(article, language=self._languages[number])
        return replace(article, id=self._ids[number]) if number in self._ids else article


def without_texts(articles: Sequence[Article]) -> Sequence[Article]:
    """The same articles for a reader who needs no text; it may be empty, and then costs nothing."""
    return articles.without_texts if isinstance(articles, SpooledArticles) else articles
