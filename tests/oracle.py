"""Which articles does a filter admit, and which does a question match? Said slowly, one article at a time."""

from dataclasses import dataclass

from indexer.text.boilerplate import heading_key
from indexer.text.sentences import sentences
from search.analysis.analyzer import Terms
from search.article import Article


@dataclass(frozen=True)
class Reading:
    """An article, read word by word: its texts as terms, and the sentences that do not count left out of its body."""

    article: Article
    title: Terms
    description: Terms
    tags: list[Terms]
    authors: list[Terms]
    sentences: list[tuple[tuple[int, int], Terms]]
    body: list[Terms]


def reading(article, analyzer, boilerplate):
    """Read an article; its boilerplate headings do not count."""
    spans = sentences(article.text)
    left_out = [span for span in article.headings if heading_key(article.text[slice(*span)]) in boilerplate]
    analyzer = analyzer.of_article(article.base_language)
    read = [analyzer.read(article.text[start:end]) for start, end in spans]
    counts = [not any(start <= a and b <= end for start, end in left_out) for a, b in spans]
    return Reading(
        article,
        analyzer.read(article.title),
        analyzer.read(article.description),
        list(map(analyzer.read, article.tags)),
        list(map(analyzer.read, article.authors)),
        list(zip(spans, read, strict=True)),
        [terms for terms, one in zip(read, counts, strict=True) if one],
    )


def admits(filters, article):
    """Whether all parts of the filters hold for an article."""
    values = {
        "source": [article.source.key, article.source.name] if article.source else [],
        "tag": [part for tag in article.tags for part in _nested(tag)],
        "sentiment": [article.sentiment],
        "language": [article.language, article.language.split("-")[0]],
        "author": article.authors,
        "category": [part for category in article.categories for part in _nested(category)],
    }
    chosen = all(_chosen(filters[field], own) for field, own in values.items())
    return chosen and set(filters.choices) <= set(values) and _within(filters, article.published)


def _nested(value):
    """`politics/elections` is `politics` too."""
    parts = value.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _chosen(choice, values):
    folded = {value.casefold() for value in values if value}
    wanted = {value.casefold() for value in choice.include}
    refused = {value.casefold() for value in choice.exclude}
    return (not wanted or bool(folded & wanted)) and not folded & refused


def _within(filters, moment):
    if filters.since is None and filters.until is None:
        return True
    if moment is None:
        return False
    return (filters.since is None or moment >= filters.since) and (filters.until is None or moment < filters.until)


def words_of(document):
    """The terms that an article contains, in any field."""
    return {term for text in texts_of(document) for term in text.every}


def texts_of(document, field="text"):
    """The texts of a field: those of the field text are all."""
    return [document.title] if field == "title" else [*_before_the_body(document), *document.body]


def _before_the_body(document):
    return [document.title, document.description, *document.tags, *document.authors]


def forms_of(document, field):
    """The words of a field as they are written, not stemmed."""
    return {form for text in texts_of(document, field) for form in text.forms}


def runs_of(document, field):
    """The runs of a field as an index should see them: each text, then the one-piece forms, each for itself.

    The sentences of a body are one text.
    """
    texts = [document.title] if field == "title" else _before_the_body(document)
    ordered = [list(text.ordered) for text in texts]
    if field == "text":
        ordered.append([term for sentence in document.body for term in sentence.ordered])
    return [run for run in ordered if run] + [[whole] for text in texts_of(document, field) for whole in text.wholes]


def places_of(document, field):
    """Where every term of a field stands: pairs of place and term, one place empty between two runs."""
    places, at = [], 0
    for run in runs_of(document, field):
        places += [(at + step, term) for step, term in enumerate(run)]
        at += len(run) + 1
    return places


def in_order(document, terms, field):
    """Whether the terms stand one right behind the other somewhere in a run of a field."""
    wanted = list(terms)
    return any(
        run[start : start + len(wanted)] == wanted for run in runs_of(document, field) for start in range(len(run))
    )


def near(document, first, second, distance, field):
    """Whether one of the first stands so many places from one of the second at most."""
    places = places_of(document, field)
    return any(
        abs(one - other) <= distance
        for one, term in places
        if term in first
        for other, also in places
        if also in second
    )


def matching(query, documents, filters):
    """The rows whose documents contain words that weigh enough, and that the filters admit."""
    rows = []
    for row, document in enumerate(documents):
        terms = words_of(document)
        contained = [word for word in query.words if terms.intersection(word.terms)]
        enough = sum(word.clause_weight for word in contained) >= query.minimum_should_match
        if contained and enough and admits(filters, document.article):
            rows.append(row)
    return rows
