"""Articles in the cluster: cards, texts and bodies by row, and the row of an id."""

import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from search.article import Article
from search.cache import LruCache
from search.cluster.connection import Asked, Connection
from search.times import Millis

_AT_ONCE = 200
"""Articles of one search: with their texts about a megabyte."""
_KEPT, _KEPT_BYTES = 10_000, 32 << 20
"""Articles shown last that are kept, and what their texts may take."""
_KEPT_IDS = 100_000
_MANY = 5_000
"""Hits of one page where ids and digests alone are wanted."""


class _Times(msgspec.Struct):
    published: Millis | None = None
    updated: Millis | None = None


class ClusterStore:
    """The articles of one generation. Safe to ask from several threads."""

    def __init__(self, connection: Connection, index: str) -> None:
        """`index` is the name of its index of articles."""
        self._connection = connection
        self._index = index
        self._article = msgspec.json.Decoder(Article)
        self._named: LruCache[str] = LruCache(_KEPT_IDS, _KEPT_BYTES, lambda _, name: len(name) + 200)
        self._shown: LruCache[Article] = LruCache(_KEPT, _KEPT_BYTES, lambda _, article: 4 * len(article.text) + 1_000)

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for; without `texts`, theirs are empty."""
        return self._connection.ask(self._articles(rows, texts))

    def together(
        self, rows: Sequence[int], others: Sequence[int], *, texts: bool = True
    ) -> Asked[tuple[list[Article], list[str]]]:
        """The articles of these rows, and the ids of the others, to be asked in one request."""
        articles, ids = self._articles(rows, texts), self._ids(others)
        many = len(articles.bodies)
        return Asked(
            (*articles.bodies, *ids.bodies), lambda answers: (articles.read(answers[:many]), ids.read(answers[many:]))
        )

    def row(self, article_id: str) -> int | None:
        """The row of the article with that id."""
        body = {"query": {"term": {"id": article_id}}, "size": 1, "sort": ["row"], "_source": False}
        hits = self._connection.search(self._index, body)["hits"]["hits"]
        return int(hits[0]["sort"][0]) if hits else None

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""
        return self._connection.ask(self._ids(rows))

    def touched(self, rows: Sequence[int]) -> list[tuple[str, Millis | None]]:
        """The ids of these rows in the order of rows, each with the time of its update, else of its publication."""
        times = msgspec.json.Decoder(_Times)
        found = self._sources(rows, ["id", "card"])
        cards = [(str(found[row]["id"]), times.decode(found[row]["card"])) for row in sorted(found)]
        return [(one, card.updated if card.updated is not None else card.published) for one, card in cards]

    def near_ids(self, article_id: str, limit: int = 3) -> list[str]:
        """Ids that contain the last part of this one: what was probably meant."""
        tail = article_id.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
        escaped = "".join(f"\\{letter}" if letter in "\\*?" else letter for letter in tail)
        body = {
            "query": {"wildcard": {"id": {"value": f"*{escaped}*"}}},
            "size": limit,
            "sort": ["id"],
            "_source": False,
        }
        return [str(hit["sort"][0]) for hit in self._connection.search(self._index, body)["hits"]["hits"]]

    def body_html(self, row: int) -> str:
        """The body of that row's article as allow-listed HTML; empty where its reader gave none."""
        packed = b64decode(self._sources([row], ["html"])[int(row)].get("html", ""))
        return zlib.decompress(packed).decode() if packed else ""

    def digests(self) -> dict[str, str]:
        """By id, the digest of what each article was made of."""
        return dict(self._digests())

    def close(self) -> None:
        """Forget what was fetched."""
        self._shown.clear()
        self._named.clear()

    def _digests(self) -> Iterator[tuple[str, str]]:
        body: dict[str, Any] = {
            "query": {"match_all": {}},
            "size": _MANY,
            "sort": ["row"],
            "_source": ["id", "digest"],
            "track_total_hits": False,
        }
        while hits := self._connection.search(self._index, body)["hits"]["hits"]:
            yield from ((hit["_source"]["id"], hit["_source"]["digest"]) for hit in hits)
            body["search_after"] = hits[-1]["sort"]

    def _sources(self, rows: Sequence[int], parts: Sequence[str]) -> dict[int, Mapping[str, Any]]:
        """What is kept of these rows. Raises KeyError nowhere: a row of a generation is always there."""
        return self._connection.ask(self._asking(rows, parts))

    def _articles(self, rows: Sequence[int], texts: bool) -> Asked[list[Article]]:
        """The articles of these rows; those that were shown lately with their texts are kept."""
        known = {row: kept for row in set(rows) if (kept := self._shown.known(int(row))) is not None}
        asked = self._asking([row for row in rows if row not in known], ["card", "body"] if texts else ["card"])

        def read(answers: Sequence[Any]) -> list[Article]:
            for row, source in asked.read(answers).items():
                known[row] = self._kept(row, self._decoded(source)) if texts else self._decoded(source)
            return [known[int(row)] if texts else replace(known[int(row)], text="") for row in rows]

        return Asked(asked.bodies, read)

    def _kept(self, row: int, article: Article) -> Article:
        return self._shown.get(row, lambda: article)

    def _ids(self, rows: Sequence[int]) -> Asked[list[str]]:
        """The ids of these rows; those asked for lately are kept."""
        known = {row: kept for row in set(rows) if (kept := self._named.known(int(row))) is not None}
        asked = self._asking([row for row in rows if row not in known], ["id"])

        def read(answers: Sequence[Any]) -> list[str]:
            for row, source in asked.read(answers).items():
                known[row] = self._named.get(row, partial(str, source["id"]))
            return [known[int(row)] for row in rows]

        return Asked(asked.bodies, read)

    def _asking(self, rows: Sequence[int], parts: Sequence[str]) -> Asked[dict[int, Mapping[str, Any]]]:
        wanted = sorted({int(row) for row in rows})
        bodies = []
        for at in range(0, len(wanted), _AT_ONCE):
            some = wanted[at : at + _AT_ONCE]
            query = {"constant_score": {"filter": {"terms": {"row": some}}}}
            body = {"query": query, "size": len(some), "sort": ["row"], "_source": parts, "track_total_hits": False}
            bodies.append((self._index, body))
        return Asked(
            tuple(bodies),
            lambda answers: {hit["sort"][0]: hit["_source"] for answer in answers for hit in answer["hits"]["hits"]},
        )

    def _decoded(self, source: Mapping[str, Any]) -> Article:
        article = self._article.decode(source["card"])
        text = source.get("body", "")
        return replace(article, text=text) if text else article
