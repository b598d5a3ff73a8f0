"""Which articles does a filter admit, and which does a question match? Said slowly, one article at a time."""


def admits(filters, article):
    """Whether all parts of the filters hold for an article."""
    source = [article.source.key, article.source.name] if article.source else []
    return (
        _chosen(filters.source, source)
        and _chosen(filters.tag, article.tags)
        and _chosen(filters.sentiment, [article.sentiment])
        and _chosen(filters.language, [article.language])
        and _within(filters, article.published)
    )


def _chosen(choice, values):
    folded = {value.casefold() for value in values if value}
    wanted = {value.casefold() for value in choice.wanted}
    refused = {value.casefold() for value in choice.refused}
    return (not wanted or bool(folded & wanted)) and not folded & refused


def _within(filters, moment):
    if filters.since is None and filters.until is None:
        return True
    if moment is None:
        return False
    return (filters.since is None or moment >= filters.since) and (filters.until is None or moment < filters.until)


def words_of(document):
    """The terms that an article contains, in any field."""
    return {*document.title, *document.description, *document.tags, *document.body}


def matching(query, documents, filters):
    """The rows whose documents contain words that weigh enough, and that the filters admit."""
    rows = []
    for row, document in enumerate(documents):
        terms = words_of(document)
        contained = [word for word in query.words if terms.intersection(word.terms)]
        enough = sum(word.weight for word in contained) >= query.enough
        if contained and enough and admits(filters, document.article):
            rows.append(row)
    return rows
