"""Completions of a last word that is still being typed.

The words before it are finished and read as usual; so is a last one that ends a source's name, or only asks for
articles. Any other last word matches every word of the archive that begins so: a hit must have one of them. Likely
ones rank the hits, by how many articles have them and how often they share an article with the finished words. A rare
word that begins so would else come first, for being rare. The query vector uses the likeliest. So neither words nor
similarity jump from letter to letter.
"""

import math

from msgspec.structs import replace

from search.analysis.characters import is_unspaced
from search.engine.company import company, known_words
from search.engine.embargo import seen_forms
from search.engine.term_query import SHOWN_FORMS
from search.index.snapshot import Snapshot
from search.query.model import ParsedText, Prefix, Query
from search.query.syntax import cleaned, uses_language

SHORTEST = 2
"""Least length of a prefix; a single letter matches nothing yet."""
LIKELY = 0.1
"""A word this many times as likely as the likeliest ranks hits too."""


def completed(snapshot: Snapshot, query: Query) -> Query:
    """The query with its last word read as a beginning, where it is unfinished; of the query language as it is."""
    text = cleaned(query.text)
    if not query.prefix or uses_language(text, snapshot.manifest.declared) or not text.strip() or text[-1].isspace():
        return query
    units = list(snapshot.analyzer.units(text))
    if not units or units[-1].end != len(text):
        return query
    last = text[units[-1].start :]
    about = _unfinished_subject(snapshot, query, text)
    if about is None:
        return query
    before = about[: len(about) - len(last)]
    if is_unspaced(last) and snapshot.analyzer.forms(last):  # without blanks between words, no letter ends one
        return replace(query, typed=ParsedText(before, before + last, Prefix(last)))
    likely = likely_completions(snapshot, before, last)
    if not likely:
        return replace(query, typed=ParsedText(before, before))
    return replace(query, typed=ParsedText(before, before + likely[0], Prefix(last, likely=likely)))


def _unfinished_subject(snapshot: Snapshot, query: Query, text: str) -> str | None:
    """What a text is about: of `articles about sol` the last word. It is read while it is typed as once it is sent.

    None where it ends with the name of a source, or with a word that only asks for articles: *solana articles*.
    """
    from search.engine.interpretation import subject
    from search.engine.question_language import asked_languages
    from search.engine.snapshot_knowledge import SnapshotKnowledge

    knowledge, last = SnapshotKnowledge(snapshot), text.rsplit(maxsplit=1)[-1]
    about, sources = subject(knowledge, query, asked_languages(knowledge, query).analyzer)
    if about.split()[-1:] != [last] or any(source.written.split()[-1] == last for source in sources):
        return None
    return about


def likely_completions(snapshot: Snapshot, before: str, last: str) -> tuple[str, ...]:
    """The words that were probably begun behind the words before it, likeliest first; none where no article has any.

    Each is at least LIKELY times as likely as the likeliest.
    """
    beginning = snapshot.analyzer.forms(last)[-1:]
    if not beginning or len(last) < SHORTEST:
        return ()
    known = known_words(before, snapshot.analyzer, snapshot.postings)
    scored = []
    for form in seen_forms(snapshot, beginning[0], SHOWN_FORMS):
        terms = snapshot.analyzer.likeliest(tuple(snapshot.analyzer.terms(form)))
        frequency = snapshot.forms.frequency((form,))
        scored.append((math.log10(max(1, frequency)) + company(snapshot.postings, terms, known), form))
    scored.sort(reverse=True)
    return tuple(form for score, form in scored if score >= scored[0][0] + math.log10(LIKELY))
