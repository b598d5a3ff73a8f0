"""Articles in the cluster: cards, texts and bodies by row, and the row of an id."""

import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from search.article import Article
from search.cluster.connection import Asked, Connection
from search.times import Millis

_AT_ONCE = 200
"""Articles of one search: with their texts about a megabyte."""
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

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for; without `texts`, theirs are empty."""
        found = self._sources(rows, ["card", "body"] if texts else ["card"])
        return [self._decoded(found[int(row)]) for row in rows]

    def together(
        self, rows: Sequence[int], others: Sequence[int], *, texts: bool = True
    ) -> tuple[list[Article], list[str]]:
        """The articles of these rows, and the ids of the others, in one request."""
        parts = ["card", "body"] if texts else ["card"]
        found, named = self._connection.ask_both(self._asking(rows, parts), self._asking(others, ["id"]))
        return [self._decoded(found[int(row)]) for row in rows], [str(named[int(row)]["id"]) for row in others]

    def row(self, article_id: str) -> int | None:
        """The row of the article with that id."""
        body = {"query": {"term": {"id": article_id}}, "size": 1, "sort": ["row"], "_source": False}
        hits = self._connection.search(self._index, body)["hits"]["hits"]
        return int(hits[0]["sort"][0]) if hits else None

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""
        found = self._sources(rows, ["id"])
        return [str(found[int(row)]["id"]) for row in rows]

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
        """Nothing is held open."""

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
