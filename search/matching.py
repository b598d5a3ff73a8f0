"""Which of the words asked for does an article contain, and in which part of it?"""

from collections.abc import Set

from search.analysis import Analyzer
from search.article import Article
from search.keywords import KeywordQuery
from search.result import Matched


def matched(words: KeywordQuery, article: Article, in_text: Set[str], analyzer: Analyzer) -> tuple[Matched, ...]:
    """The words by the first part that contains them: title, description, tags, text; `in_text` are terms found there.

    Parts without a word are left out.
    """
    terms = frozenset(term for word in words.words for term in word.terms)
    parts: dict[str, Set[str]] = {
        "title": _terms(article.title, terms, analyzer),
        "description": _terms(article.description, terms, analyzer),
        "tags": {term for tag in article.tags for term in _terms(tag, terms, analyzer)},
        "text": in_text,
    }
    found: dict[str, list[str]] = {name: [] for name in parts}
    for word in words.words:
        holding = next((name for name, there in parts.items() if not there.isdisjoint(word.terms)), None)
        if holding is not None:
            found[holding].append(word.text)
    return tuple(Matched(name, tuple(dict.fromkeys(said))) for name, said in found.items() if said)


def _terms(text: str, wanted: frozenset[str], analyzer: Analyzer) -> set[str]:
    return {term for _, _, term in analyzer.find(text, wanted)}
