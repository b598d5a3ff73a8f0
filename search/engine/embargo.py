"""What must not be told of an article before its time: words that only hidden articles have."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from msgspec.structs import replace

from search.engine.spell_corrector import SpellCheck
from search.index.chunks import PASSAGE
from search.index.snapshot import Snapshot
from search.query.model import Query
from search.results import ServedGeneration


def is_seen(snapshot: Snapshot, terms: Iterable[str]) -> bool:
    """Whether an article that may be shown has one of these terms; also where nothing is hidden."""
    visible = snapshot.columns.visible
    if visible is None:
        return True
    return bool(visible[snapshot.postings.rows(terms)].any())


def without_hidden_words(snapshot: Snapshot, query: Query, checked: SpellCheck) -> SpellCheck:
    """The spelling check, but nothing of it where it would offer or take a word that only hidden articles have."""
    if snapshot.columns.visible is None:
        return checked
    texts = [checked.offered or "", checked.corrected.answered if checked.corrected else ""]
    typed = set(query.text.casefold().split())
    words = [word for text in texts for word in text.split() if word.casefold() not in typed]
    if all(is_seen(snapshot, snapshot.analyzer.read(word).every) for word in words):
        return checked
    return SpellCheck(query)


def visible_counts(snapshot: Snapshot, generation: ServedGeneration) -> ServedGeneration:
    """What is told of a generation, without the articles that are hidden in the snapshot."""
    columns = snapshot.columns
    if columns.visible is None:
        return generation
    hidden = Counter(columns.fields["language"].of(row) for row in np.flatnonzero(~columns.visible).tolist())
    languages = {tag: count - hidden[tag] for tag, count in generation.languages.items() if count > hidden[tag]}
    passages = int(np.count_nonzero((snapshot.chunks.kind == PASSAGE) & columns.visible[snapshot.chunks.row]))
    return replace(generation, articles=columns.visible_size, passages=passages, languages=languages)
