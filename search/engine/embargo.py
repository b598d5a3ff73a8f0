"""Words and counts of hidden articles, which must not be told: before their time, after their expiry or withdrawal."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from msgspec.structs import replace

from search.arrays import Mask
from search.index.chunks import PASSAGE
from search.index.columns import Columns
from search.index.postings import Postings
from search.index.snapshot import Snapshot
from search.results import ServedGeneration


def visible_frequency(postings: Postings, visible: Mask | None, terms: Iterable[str]) -> int:
    """How many articles that may be shown contain any of these terms; `visible` are their rows, None for all."""
    if visible is None:
        return postings.frequency(terms)
    return int(np.count_nonzero(visible[postings.rows(terms)]))


def seen_forms(snapshot: Snapshot, beginning: str, limit: int) -> list[str]:
    """Of the words that begin so, as they are written, those that most articles contain and one may show."""
    visible, forms = snapshot.columns.visible, snapshot.forms
    if visible is None:
        return forms.commonest(beginning, limit)
    known = forms.commonest(beginning, len(forms))
    seen = (form for form in known if visible[forms.rows((form,))].any())
    return [form for form, _ in zip(seen, range(limit), strict=False)]


def visible_counts(snapshot: Snapshot, columns: Columns, generation: ServedGeneration) -> ServedGeneration:
    """What is told of a generation, without the articles that are hidden; `columns` are as they may be shown."""
    if columns.visible is None:
        return generation
    language = snapshot.columns.fields["language"]
    hidden = Counter(language.of(row) for row in np.flatnonzero(~columns.visible).tolist())
    languages = {tag: count - hidden[tag] for tag, count in generation.languages.items() if count > hidden[tag]}
    passages = int(np.count_nonzero((snapshot.chunks.kind == PASSAGE) & columns.visible[snapshot.chunks.row]))
    return replace(generation, articles=columns.visible_size, passages=passages, languages=languages)
