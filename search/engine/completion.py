"""Completions of a last word that is still being typed.

The words before it are finished and read as usual. The last one matches every word of the archive that begins so: a
hit must have one of them. The query vector uses the likeliest, by how many articles have it and how often it shares an
article with the finished words. So similarity does not jump from letter to letter.
"""

import math

from msgspec.structs import replace

from search.analysis.characters import is_unspaced
from search.engine.boolean import SHOWN_FORMS
from search.engine.company import company, known_words
from search.engine.embargo import seen_forms
from search.index.snapshot import Snapshot
from search.query.model import ParsedText, Prefix, Query
from search.query.syntax import cleaned, uses_language

SHORTEST = 2
"""Least length of a prefix; a single letter matches nothing yet."""


def completed(snapshot: Snapshot, query: Query) -> Query:
    """The query with its last word read as a beginning, where it is unfinished; of the query language as it is."""
    text = cleaned(query.text)
    if not query.prefix or uses_language(text, snapshot.manifest.declared) or not text.strip() or text[-1].isspace():
        return query
    units = list(snapshot.analyzer.units(text))
    if not units or units[-1].end != len(text):
        return query
    before, last = text[: units[-1].start], text[units[-1].start :]
    likeliest = likeliest_completion(snapshot, before, last)
    if likeliest is None:
        return replace(query, typed=ParsedText(before, before))
    return replace(query, typed=ParsedText(before, before + likeliest, Prefix(last)))


def likeliest_completion(snapshot: Snapshot, before: str, last: str) -> str | None:
    """The word that was probably begun behind the words before it; None where no article has any."""
    beginning = snapshot.analyzer.forms(last)[-1:]
    if beginning and is_unspaced(last):
        return last  # where words have no blanks between them, no letter ends one
    if not beginning or len(last) < SHORTEST:
        return None
    known = known_words(before, snapshot.analyzer, snapshot.postings)
    scored = []
    for form in seen_forms(snapshot, beginning[0], SHOWN_FORMS):
        terms = snapshot.analyzer.likeliest(tuple(snapshot.analyzer.terms(form)))
        frequency = snapshot.forms.frequency((form,))
        scored.append((math.log10(max(1, frequency)) + company(snapshot.postings, terms, known), form))
    return max(scored, key=lambda pair: (pair[0], pair[1]))[1] if scored else None
