"""Words that mean nearly the same, by the model's vectors of single words."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from indexer.derive.nearest_words import nearest_words
from indexer.text.remembered import keep, recalled
from indexer.vectors.embedding_cache import VectorCache, embed
from search.analysis.analyzer import Analyzer
from search.arrays import Matrix, Rows, firsts, ranks
from search.index.calibration import UNCALIBRATED, Calibration
from search.index.postings import Postings
from search.index.related_terms import NOBODY, write_related
from search.ports import Embedder

NEAREST = "nearest.msgpack"
"""What builds remember of words that are near one another."""
ASKED = "asked.msgpack"
"""What builds remember of words: which are asked for others, and their terms."""
_RECIPE = "2"
"""Changes when the same words would have other terms here, or with the form of the file."""
FEWEST, MOST_COMMON = 4, 0.2
"""A related word stands in so many articles at least, and in this share of all at most."""
MOST = 5
"""Related words that one word has at most: fewer than LOOKED_AT, for some of the nearest are its own inflections."""
_SHORTEST = 3


def relate(
    folder: Path,
    forms: Postings,
    words: Postings,
    analyzer: Analyzer,
    languages: Collection[str],
    embedder: Embedder,
    cache: VectorCache,
    calibration: Calibration = UNCALIBRATED,
    progress: Callable[[int, int], None] = lambda *_: None,
    memory: Path | None = None,
) -> int:
    """Write the related words of an archive into an empty folder; gives how many words met the model.

    `progress` is told how many words have met it, and how many there are. `memory` is the folder of what builds
    remember: words that were compared before are not compared again.

    1. Of the words as they are written take those in a language that the model knows, the commonest.
    2. Embed each by itself.
    3. For each find the nearest that are not its own inflections, and are neither too rare nor everywhere.
    """
    terms_of = _terms_by_form(forms, analyzer, languages, memory / ASKED if memory else None)
    asked = _commonest(np.array(list(terms_of), dtype=np.int64), forms, calibration.related_words)
    written = [forms.term(form) for form in asked.tolist()]
    fresh = 0

    def vectors(some: Sequence[str]) -> Matrix:
        nonlocal fresh
        matrix, fresh = embed(some, embedder, cache, progress)
        return matrix

    numbers_of = words.numbers()
    first = (
        next((numbers_of[term] for term in terms_of[form] if term in numbers_of), NOBODY) for form in asked.tolist()
    )
    own = np.fromiter(first, dtype=np.int32, count=len(asked))
    count = forms.frequencies[asked]
    fit = (count >= FEWEST) & (count <= MOST_COMMON * forms.size) & (own != NOBODY)
    file = memory / NEAREST if memory else None
    of, near, cosines = nearest_words(written, fit, vectors, calibration.words, embedder.fingerprint, file)
    kept = _chosen(of, own[near], own)
    place = ranks(of[kept])
    few = place < MOST
    rows, columns = asked[of[kept][few]], place[few]
    terms = np.full((len(forms), MOST), NOBODY, dtype=np.int32)
    likeness = np.zeros((len(forms), MOST), dtype=np.float32)
    terms[rows, columns] = own[near[kept][few]]
    likeness[rows, columns] = cosines[kept][few]
    write_related(folder, terms, likeness)
    return fresh


def _terms_by_form(
    forms: Postings, analyzer: Analyzer, languages: Collection[str], file: Path | None
) -> dict[int, list[str]]:
    """The forms that are words of a known language, by number, ascending; and the terms of each.

    `file` is of what the last build found; the terms of a word with other than English letters may have changed with
    lemmas.
    """
    seal = (_RECIPE, analyzer.seal_without_lemmas, f"{analyzer.asks} {analyzer.languages}", *sorted(languages))
    kept = recalled(file, seal) if file else None
    known = msgspec.msgpack.decode(kept, type=dict[str, list[str] | None]) if kept else {}
    now: dict[str, list[str] | None] = {}
    found: dict[int, list[str]] = {}
    for number, form in enumerate(forms.terms(range(len(forms)))):
        terms = known[form] if form in known else _terms(form, analyzer, languages)
        if terms is None or form.isascii():
            now[form] = terms
        if terms is not None:
            found[number] = terms
    if file and now != known:
        keep(file, seal, msgspec.msgpack.encode(now))
    return found


def _terms(form: str, analyzer: Analyzer, languages: Collection[str]) -> list[str] | None:
    """The terms of a form, the first one that an article has counts; None where it is no word of a known language.

    An analyzer that asks knows several.
    """
    if len(form) < _SHORTEST or not form.isalpha():
        return None
    if analyzer.language(form) not in languages or analyzer.is_stop_word(form):
        return None
    chunk = analyzer.chunk(form)
    return [*chunk.ordered, *chunk.wholes] if analyzer.asks else list(chunk.ordered[:1])


def _commonest(plain: Rows, forms: Postings, most: int) -> Rows:
    """Of these forms, if they are too many, the `most` common; ascending."""
    return np.sort(plain[np.argsort(-forms.frequencies[plain], kind="stable")[:most]])


def _chosen(of: Rows, terms: NDArray[np.int32], own: NDArray[np.int32]) -> Rows:
    """The places of the pairs that are no inflections of the word itself, of each word every term once."""
    others = np.flatnonzero(terms != own[of])
    return others[firsts(of[others] << 32 | terms[others])]
