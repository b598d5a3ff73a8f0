"""Suggestions of an archive: its sources, tags, authors, sections, own keywords and titles, and the words in them."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from indexer.worker_pool import Work, apart, few
from search.analysis.analyzer import Analyzer
from search.analysis.spelling import SPELLINGS, Spellings, plain, write_spellings
from search.arrays import Rows
from search.article import Article
from search.field_settings import FieldKind
from search.index.store import Store
from search.index.suggester import Name, write_suggestions
from search.query.fields import NOTHING_DECLARED, Declared, FilterField, filter_fields

_SUGGESTED = ("source", "tag", "author", "category")
"""The fields whose values are suggested, besides the keywords that an archive declares."""
_POSSESSIVE = re.compile("['’]s$")


class _Asked(Struct, frozen=True, array_like=True):
    folder: str
    store: str
    group: bytes
    letters: dict[str, int]
    english: list[str]
    declared: dict[str, FieldKind]


def suggest(
    folder: Path,
    store: Path,
    group: Rows,
    letters: Mapping[str, int],
    english: Sequence[str],
    cores: int,
    declared: Declared = NOTHING_DECLARED,
) -> None:
    """Write what can be suggested into an empty folder; of many articles in a process of its own, if there is a core.

    `store` holds the articles, `group` says which rows are one article, `letters` how many articles contain each word
    as it is written; `english` are words that the model knows, `declared` the archive's own fields.
    """
    numbers = np.ascontiguousarray(group, dtype=np.int64).tobytes()
    asked = [_Asked(str(folder), str(store), numbers, dict(letters), list(english), dict(declared))]
    work("").done(asked) if few(group, cores) else apart(work(""), asked)


def work(about: str) -> Work:
    """Writing suggestions, as work for a worker."""

    def done(every: list[_Asked]) -> None:
        for asked in every:
            folder, group = Path(asked.folder), np.frombuffer(asked.group, dtype=np.int64)
            store = Store(Path(asked.store))
            try:
                write_suggestions(folder, names(store.cards(), group, asked.declared), titles(store.cards()))
            finally:
                store.close()
            (folder / SPELLINGS).mkdir()
            write_spellings(folder / SPELLINGS, spellings(asked.letters, asked.english))

    return Work(__name__, about, _Asked, None, done)


def names(articles: Iterable[Article], group: Rows, declared: Declared = NOTHING_DECLARED) -> list[Name]:
    """The sources, tags, authors, sections and own keywords of these articles, most borne first; twins count once."""
    fields = filter_fields(declared)
    suggested = [fields[name] for name in (*_SUGGESTED, *declared) if fields[name].kind == "keyword"]
    bearers: dict[tuple[str, str], array[int]] = {}
    written: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for row, article in enumerate(articles):
        for kind, text, value in _named(article, suggested):
            key = (kind, value.casefold())
            bearers.setdefault(key, array("q")).append(int(group[row]))
            written.setdefault(key, Counter())[text, value] += 1
    found = [
        Name(key[0], *min(forms.items(), key=lambda item: (-item[1], item[0]))[0], len(np.unique(bearers[key])))
        for key, forms in written.items()
    ]
    return sorted(found, key=lambda name: (-name.count, name.kind, name.text, name.value))


def _named(article: Article, fields: Sequence[FilterField]) -> set[tuple[str, str, str]]:
    found = set()
    for field in fields:
        values = field.values(article)
        labels = field.labels(article) if field.labels else values
        found |= {(field.name, label or value, value) for value, label in zip(values, labels, strict=True) if value}
    return found


def titles(articles: Iterable[Article]) -> list[tuple[int, str]]:
    """The rows and titles of these articles, newest first, undated ones last."""
    dated = [
        (article.published is None, -(article.published or 0), row, article.title)
        for row, article in enumerate(articles)
    ]
    dated.sort(key=itemgetter(0, 1, 2))
    return [(row, title) for *_, row, title in dated]


def spellings(counts: Mapping[str, int], english: Sequence[str] = ()) -> Spellings:
    """The words of an archive, as they are mostly written; how many articles contain each is given.

    `english` are words that a model knows.
    """
    forms_of: dict[str, dict[str, int]] = {}
    for word, count in counts.items():
        base = word if word.isalpha() else _POSSESSIVE.sub("", word)
        forms = forms_of.setdefault(plain(base), {})
        forms[base] = forms.get(base, 0) + count
    kept = dict(sorted(forms_of.items()))
    written = [min(forms, key=lambda form: (-forms[form], form)) for forms in kept.values()]
    analyzer = Analyzer()
    return Spellings(
        written,
        [sum(forms.values()) for forms in kept.values()],
        tuple(word for word in english if word not in kept),
        tuple(sorted({term for word in english for term in _terms(analyzer, word)})),
    )


def _terms(analyzer: Analyzer, word: str) -> tuple[str, ...]:
    """All terms of a word without blanks."""
    found = analyzer.chunk(word)
    return found.ordered + found.wholes


def english_words(tokenizer: Path) -> list[str]:
    """The whole words that a model's tokenizer knows, in small letters, sorted; none where it knows no whole words."""
    try:
        model = msgspec.json.decode(tokenizer.read_bytes(), type=_Tokenizer).model
    except (OSError, msgspec.DecodeError):
        return []
    if model.type == "WordPiece" and isinstance(model.vocab, dict):
        words = list(model.vocab)
    elif model.type == "Unigram" and isinstance(model.vocab, list):  # a piece that begins a word has a mark
        words = [piece[1:] for piece, _ in model.vocab if piece.startswith(_BEGINS) and piece.islower()]
    else:
        return []
    return sorted(word for word in words if len(word) >= _SHORTEST and word.isascii() and word.isalpha())


_SHORTEST = 3
_BEGINS = "▁"


class _Model(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]]
    type: str = ""


class _Tokenizer(msgspec.Struct):
    model: _Model
