"""Verification of a generation in a cluster: its counts, the digests of its small part, and samples of the rest."""

from pathlib import Path

import numpy as np

from search.cluster.articles import ClusterStore
from search.cluster.generations import ClusterGenerations
from search.cluster.vectors import ClusterVectors
from search.errors import VerificationError
from search.index.checksums import check_digests
from search.index.chunks import open_chunks
from search.index.columns import open_columns
from search.index.manifest import read_manifest

_SAMPLE = 50


def verify(generations: ClusterGenerations, name: str, folder: Path) -> None:
    """See that a generation is what was loaded; `folder` has its small part. Raises VerificationError."""
    manifest = read_manifest(folder)
    faults = check_digests(folder, manifest)
    described = generations.described(name)
    names, connection = generations.names, generations.connection
    for kind, size in (("articles", manifest.articles), ("passages", manifest.views)):
        found = int(connection.get(f"/{names.index(kind, name)}/_count")["count"])
        if found != size:
            faults.append(f"{names.index(kind, name)} has {found:,} documents, not {size:,}")
    if not faults:
        store = ClusterStore(connection, names.index("articles", name))
        index = names.index("passages", name)
        chunks = open_chunks(folder / "views")
        vectors = ClusterVectors(connection, index, chunks, manifest.model.dimension, described.scale)
        faults += _vector_faults(vectors)
        faults += _article_faults(store, folder)
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise VerificationError(f"Generation {name} is not sound: {'; '.join(faults[:5])}{more}.")


def _vector_faults(vectors: ClusterVectors) -> list[str]:
    """Of a sample: vectors are of unit length, and each is nearest to itself."""
    sample = np.linspace(0, vectors.size - 1, min(_SAMPLE, vectors.size)).astype(np.int64)
    exact = vectors.vectors(sample)
    if not np.isfinite(exact).all() or (len(exact) and not np.allclose(np.linalg.norm(exact, axis=1), 1, atol=5e-3)):
        return ["vectors are not of unit length"]
    for view, vector in zip(sample[::10].tolist(), exact[::10], strict=True):
        near = vectors.nearest(vector, [{"term": {"view": view}}])[0]
        if near.views.tolist() != [view] or abs(float(near.cosines[0]) - 1) > 0.02:
            return ["vectors and their bytes differ"]
    return []


def _article_faults(store: ClusterStore, folder: Path) -> list[str]:
    """Of a sample spread over the rows: each is found by its id, and its passages lie in its text."""
    manifest = read_manifest(folder)
    size = manifest.articles
    columns, chunks = open_columns(folder / "columns", manifest.declared), open_chunks(folder / "views")
    rows = np.unique(np.linspace(0, size - 1, min(_SAMPLE, size)).astype(np.int64)).tolist()
    faults = []
    for row, article in zip(rows, store.articles(rows), strict=True):
        if store.row(article.id) != row:
            faults.append(f"{article.id} is not in its row")
        if article.published is not None and int(columns.published[row]) != article.published:
            faults.append(f"{article.id} and its columns differ")
        ends = chunks.end[chunks.of(row)]
        if len(ends) and ends.max() > len(article.text):
            faults.append(f"{article.id} has a passage beyond its text")
    return faults
