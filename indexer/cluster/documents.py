"""Documents of a cluster's indexes, out of a generation of a folder."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from indexer.cluster.bulk import Document
from indexer.text.boilerplate import counted
from indexer.text.documents import keyword_documents
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas
from search.arrays import Mask
from search.article import Article
from search.cluster.layout import ABSENT, FILTER
from search.cluster.vectors import BYTE, ArticleVectors, in_bytes
from search.index.chunks import open_chunks
from search.index.columns import Columns
from search.index.manifest import LEMMAS, NAMES, Manifest
from search.index.store import ARTICLES, Store
from search.ports import FIELD_WEIGHTS, KeywordDocument, VectorIndex
from search.quantization import finely_quantized
from search.query.fields import Declared, filter_values, number_of
from search.query.ranges import sortable

_EXACT = 24
"""Lengths below this are kept as they are."""
_ARTICLES_AT_ONCE = 256
_VIEWS_AT_ONCE = 2_048
Values = dict[str, Any]


class Lengths:
    """How many terms the fields of all articles have, and in how many articles a field has none."""

    def __init__(self, rounded: bool = False) -> None:
        """`rounded`: the mean length is of the lengths as an index keeps them in a byte, as tantivy estimates it."""
        self._rounded = rounded
        self._weighed = Counter[str]()
        self.terms = Counter[str]()
        self.absent = Counter[str]()

    def shares(self) -> dict[str, float]:
        """The mean length that scores are worked out by, as a share of the one that the cluster has, ABSENT counted.

        1 for a field without any term.
        """
        return {
            field: self._weighed[field] / (self.terms[field] + self.absent[field]) if self.terms[field] else 1.0
            for field in FIELD_WEIGHTS
        }

    def count(self, document: KeywordDocument) -> None:
        """Take an article into account."""
        for field in FIELD_WEIGHTS:
            many = sum(map(len, document.runs.get(field, ())))
            self.terms[field] += many
            self._weighed[field] += kept_length(many) if self._rounded else many
            self.absent[field] += not many


def kept_length(terms: int) -> int:
    """A length as tantivy and Lucene keep it in a byte: exact up to 40, then of four significant bits."""
    if terms < _EXACT:
        return terms
    rest = terms - _EXACT
    lost = max(0, rest.bit_length() - 4)
    return _EXACT + (rest >> lost << lost)


def articles_of(folder: Path, manifest: Manifest, lengths: Lengths, missing: Mask) -> Iterator[Document]:
    """The document of every article whose row is `missing` from the cluster; `lengths` counts them all."""
    names = msgspec.json.decode((folder / NAMES).read_bytes(), type=dict[str, str])
    lexicon = Lexicon(Analyzer(names, Lemmas(folder / LEMMAS)))
    boilerplate = frozenset(manifest.boilerplate)
    with closing(Store(folder / ARTICLES)) as store:
        every = ((row, *one) for row, one in enumerate(store.iterate()))
        while batch := list(islice(every, _ARTICLES_AT_ONCE)):
            articles = [article for *_, article in batch]
            words, _ = lexicon.read(articles)
            counts = counted(articles, words, boilerplate)
            documents = keyword_documents(articles, words, counts, lexicon.terms)
            for (row, digest, _, article), document in zip(batch, documents, strict=True):
                lengths.count(document)
                if not missing[row]:
                    continue
                yield (
                    str(row),
                    {
                        **_terms(document),
                        "row": row,
                        "id": article.id,
                        "digest": digest,
                        "card": msgspec.json.encode(replace(article, text="")).decode(),
                        "body": article.text,
                        "html": b64encode(store.body(row)).decode(),
                        **filter_columns([article], manifest.declared),
                    },
                )


def passages_of(
    folder: Path, manifest: Manifest, columns: Columns, vectors: VectorIndex, scale: float, missing: Mask
) -> Iterator[Document]:
    """The document of every view whose number is `missing` from the cluster, in the order of views.

    A view bears the filter columns of every article that its article speaks for: itself, and its translations.
    """
    chunks = open_chunks(folder / "views")
    order = np.argsort(columns.embedded_row, kind="stable")
    speakers = columns.embedded_row[order]
    with closing(Store(folder / ARTICLES)) as store:
        for at in range(0, len(chunks.first), _ARTICLES_AT_ONCE):
            places = np.arange(at, min(at + _ARTICLES_AT_ONCE, len(chunks.first)))
            begin, end = int(chunks.first[places[0]]), int(chunks.after[places[-1]])
            exact = vectors.vectors(np.arange(begin, end))
            packed, fine = in_bytes(exact, scale), finely_quantized(exact)
            for row, first, after in zip(
                chunks.article_rows[places].tolist(),
                chunks.first[places].tolist(),
                chunks.after[places].tolist(),
                strict=True,
            ):
                if not missing[first:after].any():
                    continue
                of_row = slice(*np.searchsorted(speakers, [row, row + 1]))
                borne = filter_columns(store.articles(order[of_row].tolist(), texts=False), manifest.declared)
                own = slice(first - begin, after - begin)
                codes = b64encode(ArticleVectors(exact[own.start], fine.at(own)).packed()).decode()
                for view in (first + np.flatnonzero(missing[first:after])).tolist():
                    yield (
                        str(view),
                        {
                            "row": row,
                            "view": view,
                            "vector": packed[view - begin].tolist(),
                            **({"codes": codes} if view == first else {}),
                            **borne,
                        },
                    )


def scale_of(vectors: VectorIndex) -> float:
    """What the components of a generation's vectors are multiplied by, so that the greatest just fits into a byte."""
    greatest = 0.0
    for at in range(0, vectors.size, _VIEWS_AT_ONCE):
        some = vectors.vectors(np.arange(at, min(at + _VIEWS_AT_ONCE, vectors.size)))
        greatest = max(greatest, float(np.abs(some).max(initial=0.0)))
    return BYTE / greatest if greatest else 1.0


def filter_columns(articles: Sequence[Article], declared: Declared) -> Values:
    """What filters compare with, of one article or of several that one speaks for."""
    found: dict[str, dict[Any, None]] = {}
    for article in articles:
        for field, values in filter_values(article, declared).items():
            found.setdefault(f"{FILTER}{field}", {}).update(dict.fromkeys(values))
        for name, kind in declared.items():
            if kind != "keyword" and (number := number_of(article, name)) is not None:
                found.setdefault(f"{FILTER}{name}", {})[sortable(number)] = None
        if article.published is not None:
            found.setdefault("published", {})[article.published] = None
    return {name: list(values) for name, values in found.items() if values}


def _terms(document: KeywordDocument) -> Values:
    """The terms of each field; a run each, so that no phrase reaches from one into the next."""
    runs = {field: [" ".join(run) for run in document.runs.get(field, ()) if run] for field in FIELD_WEIGHTS}
    return {field: own or [ABSENT] for field, own in runs.items()}
