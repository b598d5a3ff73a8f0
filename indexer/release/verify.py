"""Verification of a staged generation before it is served."""

from pathlib import Path

import numpy as np

from search.errors import VerificationError
from search.index.checksums import check_digests, strangers
from search.index.chunks import HEAD, PASSAGE
from search.index.columns import NEVER, UNDATED, Columns
from search.index.manifest import read_manifest
from search.index.snapshot import Snapshot
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import Filters
from search.times import FIRST, LAST
from search.wiring import open_generation

_SAMPLE = 50
_CODED = 0.01
"""How far a similarity by codes may be from the exact one."""


def verify(folder: Path, *, just_written: bool = False) -> None:
    """See that a generation is what was written, opens as a reader opens it, and finds its own articles.

    Every byte is compared by SHA-256; of one that was `just_written`, only by the quick digest, as it is opened.

    Raises VerificationError, with every fault found; BrokenGenerationError when the manifest itself is unsound.
    """
    manifest = read_manifest(folder)
    faults = strangers(folder, manifest) if just_written else check_digests(folder, manifest)
    if not faults:
        snapshot = open_generation(folder)
        try:
            faults = _faults(snapshot)
        finally:
            snapshot.close()
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise VerificationError(f"Generation {folder.name} is not sound: {'; '.join(faults[:5])}{more}.")


def _faults(snapshot: Snapshot) -> list[str]:
    return [
        *_view_faults(snapshot),
        *_vector_faults(snapshot),
        *_time_faults(snapshot.columns),
        *_article_faults(snapshot),
    ]


def _view_faults(snapshot: Snapshot) -> list[str]:
    views, columns = snapshot.chunks, snapshot.columns
    faults = []
    if views.size and (np.any(np.diff(views.row) < 0) or views.row.max() >= columns.size):
        faults.append("views do not follow the articles")
    if not np.array_equal(np.unique(views.row), np.unique(columns.embedded_row[columns.embedded_row >= 0])):
        faults.append("articles and vectors do not belong together")
    return faults


def _vector_faults(snapshot: Snapshot) -> list[str]:
    sample = np.linspace(0, snapshot.chunks.size - 1, min(_SAMPLE, snapshot.chunks.size)).astype(np.int64)
    vectors = snapshot.vector.vectors(sample)
    lengths = np.linalg.norm(vectors, axis=1) if len(vectors) else np.ones(0)
    if not np.isfinite(vectors).all() or not np.allclose(lengths, 1.0, atol=1e-3):
        return ["vectors are not of unit length"]
    # One question for all of the sample: a second one would pack all codes into memory.
    asked = vectors.sum(axis=0)
    asked /= max(float(np.linalg.norm(asked)), 1e-6)
    if len(vectors) and np.abs(snapshot.vector.similarities(asked)[sample] - vectors @ asked).max() > _CODED:
        return ["vectors and their codes differ"]
    return []


def _time_faults(columns: Columns) -> list[str]:
    """Times that cannot be written: every answer with such an article would fail."""
    dates = {name: column.numbers for name, column in columns.numbers.items() if column.is_date}
    dates |= {
        "published": columns.published[columns.published != UNDATED],
        "expires": columns.expires[columns.expires != NEVER],
    }
    return [
        f"{name} of {beyond} articles lies beyond the calendar"
        for name, moments in dates.items()
        if (beyond := np.count_nonzero((moments < FIRST) | (moments > LAST)))
    ]


def _article_faults(snapshot: Snapshot) -> list[str]:
    """Of a sample spread over the rows: each is found by the words of its title, and its passages lie in its text."""
    size = snapshot.columns.size
    rows = np.unique(np.linspace(0, size - 1, min(_SAMPLE, size)).astype(np.int64)).tolist()
    faults = []
    for row, article in zip(rows, snapshot.store.articles(rows) if rows else [], strict=True):
        terms = tuple(dict.fromkeys(snapshot.analyzer.of_article(article.base_language).terms(article.title)))[:8]
        asked = KeywordQuery(tuple(WeightedTerm(term, (term,)) for term in terms), len(terms))
        by_engine = snapshot.keyword.search(asked, Filters(), size)[0]
        if terms and (row not in by_engine or row not in snapshot.postings.matching(asked)):
            faults.append(f"{article.id} is not found by its title")
        if snapshot.store.row(article.id) != row:
            faults.append(f"{article.id} is not in its row")
        if article.updated is not None and not FIRST <= article.updated <= LAST:
            faults.append(f"{article.id} was updated beyond the calendar")
        own = snapshot.chunks.of(row)
        if len(own) and snapshot.chunks.kind[own[0]] != HEAD:
            faults.append(f"{article.id} has no head")
        ends = snapshot.chunks.end[own[snapshot.chunks.kind[own] == PASSAGE]]
        if len(ends) and ends.max() > len(article.text):
            faults.append(f"{article.id} has a passage beyond its text")
    return faults
