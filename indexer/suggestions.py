"""What can be suggested from these articles, and of which words do they consist?"""

import re
from collections import Counter
from collections.abc import Sequence, Set

from search.article import Article
from search.documents import worthwhile
from search.ports import Rows
from search.spelling import LEAST_ARTICLES, Spellings, plain
from search.suggesting import Kind, Name, folded

LEAST_NAMED = 5
"""In how many articles a name must stand."""
_LETTERS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_POSSESSIVE = re.compile("['’]s$")
_CAPITAL = r"[A-Z][\w’'&-]*[\w]"
_NAME = re.compile(rf"(?<=[\w,;—–-] ){_CAPITAL}(?: {_CAPITAL})+")
"""Two capitalised words or more inside a sentence, in Latin letters: a Ukrainian name there stands in some case."""


def names(articles: Sequence[Article], group: Rows) -> list[Name]:
    """The sources, tags and names of these articles, most borne first; twins count once.

    Names are read from descriptions: headlines capitalise every word.
    """
    bearers: dict[tuple[Kind, str], set[int]] = {}
    written: dict[tuple[Kind, str], Counter[tuple[str, str]]] = {}
    for row, article in enumerate(articles):
        for kind, text, value in _named(article):
            key = (kind, folded(value))
            if key[1]:
                bearers.setdefault(key, set()).add(int(group[row]))
                written.setdefault(key, Counter())[text, value] += 1
    tags = {key for kind, key in bearers if kind is Kind.TAG}
    found = [
        Name(kind, *min(written[kind, key].items(), key=lambda item: (-item[1], item[0]))[0], len(rows))
        for (kind, key), rows in bearers.items()
        if kind is not Kind.NAME or (len(rows) >= LEAST_NAMED and key not in tags)
    ]
    return sorted(found, key=lambda name: (-name.count, name.kind, name.text, name.value))


def _named(article: Article) -> set[tuple[Kind, str, str]]:
    found = {(Kind.TAG, tag, tag) for tag in article.tags}
    if article.source:
        found.add((Kind.SOURCE, article.source.name or article.source.key, article.source.key))
    for match in _NAME.finditer(article.description):
        name = _POSSESSIVE.sub("", match[0])
        found.add((Kind.NAME, name, name))
    return found


def titles(articles: Sequence[Article]) -> list[tuple[int, str]]:
    """The rows and titles of these articles, newest first, undated ones last."""
    dated = [(article.published is None, -(article.published or 0), row) for row, article in enumerate(articles)]
    return [(row, articles[row].title) for *_, row in sorted(dated)]


def spellings(articles: Sequence[Article], boilerplate: Set[str]) -> Spellings:
    """The words that enough articles contain, as they are mostly written, without digits and boilerplate headings."""
    counts: Counter[str] = Counter()
    for article in articles:
        stretches = (article.text[start:end] for start, end in worthwhile(article, boilerplate))
        counts.update(set(_LETTERS.findall("\n".join((article.title, article.description, *stretches)))))
    forms_of: dict[str, Counter[str]] = {}
    for word, count in counts.items():
        base = _POSSESSIVE.sub("", word)
        forms_of.setdefault(plain(base), Counter())[base] += count
    kept = {key: forms for key, forms in sorted(forms_of.items()) if forms.total() >= LEAST_ARTICLES}
    written = [min(forms.items(), key=lambda item: (-item[1], item[0]))[0] for forms in kept.values()]
    return Spellings(written, [forms.total() for forms in kept.values()])
