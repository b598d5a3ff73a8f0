"""Which of the words asked for does an article contain, and in which part of it?"""

from collections.abc import Set

from search.article import Article
from search.keywords import KeywordQuery
from search.result import Matched
from search.wanted import Wanted


def matched(words: KeywordQuery, article: Article, in_text: Set[str], wanted: Wanted) -> tuple[Matched, ...]:
    """The words by the first part that contains them: title, description, tags, text; `in_text` are terms found there.

    Parts without a word are left out.
    """
    parts: dict[str, Set[str]] = {
        "title": _terms(article.title, wanted),
        "description": _terms(article.description, wanted),
        "tags": {term for tag in article.tags for term in _terms(tag, wanted)},
        "text": in_text,
    }
    found: dict[str, list[str]] = {name: [] for name in parts}
    for word in words.words:
        holding = next((name for name, there in parts.items() if not there.isdisjoint(word.terms)), None)
        if holding is not None:
            found[holding].append(word.text)
    return tuple(Matched(name, tuple(dict.fromkeys(said))) for name, said in found.items() if said)


def _terms(text: str, wanted: Wanted) -> set[str]:
    return {term for _, _, term in wanted.find(text)}
