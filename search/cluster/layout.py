"""Layout of an archive in a cluster: names of its indexes, and the mapping of each.

    PREFIX-articles-GENERATION   terms, filter columns, card, text and body of each article; its row is its id
    PREFIX-passages-GENERATION   each view with its vector in bytes, and with each head the fine codes of all views
                                 of its article; a view's number is its id
    PREFIX-parts-GENERATION      the files of the small part, in pieces
    PREFIX-state                 the writer's lease, the list of withdrawn articles, the key of cursors

An alias without GENERATION names the served one of each of the first three. PREFIX-turn-… is an alias of the state.
"""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from search.ports import FIELD_WEIGHTS, POSITIONED
from search.query.fields import Declared, filter_fields

LAYOUT = 3
"""The version of this layout."""
MARK = "lede"
"""What the mapping of an index of ours has in its _meta."""
KINDS = ("articles", "passages", "parts")
FILTER = "f_"
"""What the names of filter columns begin with, so that no declared field takes another's name."""
_GENERATION = re.compile(r"\d{8}t\d{6}\.\d{6}z")
_LONGEST_TERM = 8_192
K1, B = 1.2, 0.75
"""BM25's parameters, as the embedded engine has them."""
ABSENT = "∅"
"""What stands in a field without a term: the mean length is then of all articles, as the embedded engine has it."""


class Names(Struct, frozen=True):
    """The names of an archive's indexes."""

    prefix: str

    def index(self, kind: str, generation: str) -> str:
        """The index of a kind and a generation."""
        return f"{self.prefix}-{kind}-{generation.lower()}"

    def alias(self, kind: str) -> str:
        """The alias of a kind: the served generation's index."""
        return f"{self.prefix}-{kind}"

    @property
    def state(self) -> str:
        """The index that belongs to no generation."""
        return f"{self.prefix}-state"

    def turn(self, token: str) -> str:
        """An alias of the state that one publication leaves for the next to take away."""
        return f"{self.prefix}-turn-{token}"

    def generation(self, index: str) -> str | None:
        """The generation that an index belongs to; None for an index of another form."""
        for kind in KINDS:
            name = index.removeprefix(f"{self.prefix}-{kind}-")
            if name != index and _GENERATION.fullmatch(name):
                return name.upper()
        return None


def articles_index(declared: Declared, shards: int) -> Mapping[str, Any]:
    """The body that makes an index of articles."""
    texts = {
        name: {
            "type": "text",
            "analyzer": "terms",
            "similarity": name,
            **({"position_increment_gap": 1} if name in POSITIONED else {"index_options": "freqs"}),
        }
        for name in FIELD_WEIGHTS
    }
    kept = {"type": "keyword", "index": False, "doc_values": False}
    own = {
        **texts,
        "row": {"type": "integer"},
        "id": {"type": "keyword"},
        "digest": kept,
        "card": kept,
        "body": kept,
        "html": {"type": "binary"},
        **_filters(declared),
    }
    analysis = {
        "analyzer": {"terms": {"type": "custom", "tokenizer": "blanks"}},
        "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TERM}},
    }
    similarity = {name: similarity_of(1.0) for name in FIELD_WEIGHTS}
    settings = {**_settings(shards), "analysis": analysis, "index.similarity": similarity}
    return {
        "settings": settings,
        "mappings": _mapping(own, includes=["id", "digest", "card", "body", "html"]),
    }


def similarity_of(share: float) -> Mapping[str, Any]:
    """BM25 for a field of whose terms only a `share` are real ones, so that scores are those of the real ones.

    ABSENT makes the mean length greater; k1 and b make good for that.
    """
    norm = 1 - B + B / share
    return {"type": "BM25", "k1": K1 * norm, "b": B / share / norm}


def boost_of(share: float, *, with_k1: bool = True) -> float:
    """What a score of `similarity_of` is multiplied by: its k1 is part of the numerator too, before OpenSearch 3."""
    return (K1 + 1) / (K1 * (1 - B + B / share) + 1) if with_k1 else K1 + 1


def passages_index(declared: Declared, shards: int, dimension: int) -> Mapping[str, Any]:
    """The body that makes an index of passages. The engine is always named: another one ends the JVM."""
    vector = {
        "type": "knn_vector",
        "dimension": dimension,
        "data_type": "byte",
        "method": {
            "name": "hnsw",
            "engine": "lucene",
            "space_type": "innerproduct",
            "parameters": {"m": 16, "ef_construction": 100},
        },
    }
    own = {
        "row": {"type": "integer"},
        "view": {"type": "integer"},
        "vector": vector,
        "codes": {"type": "binary", "doc_values": True},
        **_filters(declared),
    }
    return {
        "settings": {**_settings(shards), "index.knn": True},
        "mappings": _mapping(own, includes=[]),
    }


def parts_index() -> Mapping[str, Any]:
    """The body that makes an index of files in pieces."""
    own = {"file": {"type": "keyword"}, "piece": {"type": "integer"}, "bytes": {"type": "binary"}}
    return {"settings": _settings(1), "mappings": _mapping(own, includes=["bytes"])}


def state_index() -> Mapping[str, Any]:
    """The body that makes the index of what belongs to no generation."""
    return {
        "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-2"},
        "mappings": {"_meta": {MARK: {"layout": LAYOUT}}, "dynamic": False, "properties": {}},
    }


def _settings(shards: int) -> dict[str, Any]:
    """Copies come after the segments are merged: graphs built apart would answer differently."""
    return {"number_of_shards": shards, "number_of_replicas": 0, "refresh_interval": "-1"}


def _mapping(properties: Mapping[str, Any], includes: list[str]) -> dict[str, Any]:
    # Where nothing of a document is kept, it is not kept for recoveries either: copies are of whole segments here.
    source = {"includes": includes} if includes else {"enabled": False, "recovery_source_enabled": False}
    return {"_meta": {MARK: {"layout": LAYOUT}}, "dynamic": "strict", "_source": source, "properties": properties}


def _filters(declared: Declared) -> dict[str, Any]:
    own = {
        f"{FILTER}{name}": {"type": "keyword" if field.kind == "keyword" else "long", "doc_values": False}
        for name, field in filter_fields(declared).items()
    }
    return {**own, "published": {"type": "long"}}
