"""Suggestions of an archive: its sources, tags, authors, sections, own keywords and titles, and the words in them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from msgspec import Struct

from indexer.worker_pool import Work, apart, few
from search.analysis.analyzer import Analyzer
from search.analysis.spelling import SPELLINGS, Spellings, plain, read_roots, write_spellings
from search.arrays import Rows
from search.index.columns import UNDATED
from search.index.facts import Said
from search.index.store import Store
from search.index.suggester import Name
from search.index.suggestions_writer import update_suggestions, write_suggestions
from search.query.fields import NOTHING_DECLARED, Declared

_SUGGESTED = ("source", "tag", "author", "category")
"""The fields whose values are suggested, besides the keywords that an archive declares."""
_UPDATED_HERE = 50_000
"""Of so many articles at most suggestions are brought up to date here: to start a process would take as long."""
_POSSESSIVE = re.compile("['’]s$")


class Earlier(NamedTuple):
    """Suggestions of an earlier generation."""

    folder: Path
    source: Rows
    """The row that each article had then, -1 for a new one, (articles,)."""


class _Asked(Struct, frozen=True, array_like=True):
    folder: str
    store: str
    names: list[Name]
    published: bytes
    before: str
    source: bytes
    letters: dict[str, int]
    english: list[str]


def suggest(
    folder: Path,
    store: Path,
    names: Sequence[Name],
    published: Rows,
    letters: Mapping[str, int],
    english: Sequence[str],
    cores: int,
    earlier: Earlier | None = None,
) -> None:
    """Write what can be suggested into an empty folder; of many articles in a process of its own, if there is a core.

    `store` holds the articles, `published` says when each was, `letters` how many contain each word as it is written;
    `english` are words that the model knows. What is the same as in an earlier generation is taken over.
    """
    asked = [
        _Asked(
            str(folder),
            str(store),
            list(names),
            np.ascontiguousarray(published, dtype=np.int64).tobytes(),
            str(earlier.folder) if earlier else "",
            np.ascontiguousarray(earlier.source, dtype=np.int64).tobytes() if earlier else b"",
            dict(letters),
            list(english),
        )
    ]
    here = few(published, cores) or (earlier is not None and len(published) <= _UPDATED_HERE)
    work("").done(asked) if here else apart(work(""), asked)


def work(about: str) -> Work:
    """Writing suggestions, as work for a worker."""

    def done(every: list[_Asked]) -> None:
        for asked in every:
            folder, published = Path(asked.folder), np.frombuffer(asked.published, dtype=np.int64)
            store = Store(Path(asked.store))
            try:
                order = newest_first(published)
                if asked.before:
                    source = np.frombuffer(asked.source, dtype=np.int64)
                    update_suggestions(folder, Path(asked.before), asked.names, order, source, store.titles)
                else:
                    titles = store.titles(np.arange(len(published)))
                    write_suggestions(folder, asked.names, [(row, titles[row]) for row in order.tolist()])
            finally:
                store.close()
            (folder / SPELLINGS).mkdir()
            roots = read_roots(Path(asked.before) / SPELLINGS) if asked.before else roots_of(asked.english)
            write_spellings(folder / SPELLINGS, spellings(asked.letters, asked.english, roots))

    return Work(__name__, about, _Asked, None, done)


def names_of(said: Mapping[str, Said], group: Rows, declared: Declared = NOTHING_DECLARED) -> list[Name]:
    """The sources, tags, authors, sections and own keywords, most borne first; twins count once.

    `said` is what articles say by field, `group` which rows are one article; `declared` are the archive's own fields.
    Of several ways to write a name the commonest is taken.
    """
    written: dict[tuple[str, str], dict[tuple[str, str], list[Rows]]] = {}
    for kind in (*_SUGGESTED, *(name for name in declared if name in said)):
        for (value, label), rows in zip(said[kind].pairs, _bearers(said[kind]), strict=True):
            forms = written.setdefault((kind, value.casefold()), {})
            forms.setdefault((label or value, value), []).append(rows)
    found = []
    for (kind, _), forms in written.items():
        borne = {form: np.concatenate(rows) for form, rows in forms.items()}
        text, value = min(borne, key=lambda form: (-len(borne[form]), form))
        found.append(Name(kind, text, value, len(np.unique(group[np.concatenate(list(borne.values()))]))))
    return sorted(found, key=lambda name: (-name.count, name.kind, name.text, name.value))


def _bearers(said: Said) -> list[Rows]:
    """The rows of the articles that say each pair."""
    order = np.argsort(said.places, kind="stable")
    bounds = np.cumsum(np.bincount(said.places, minlength=len(said.pairs)))[:-1]
    return np.split(said.owners[order], bounds) if len(said.pairs) else []


def newest_first(published: Rows) -> Rows:
    """The rows of articles, newest first, undated ones last; `published` is UNDATED for these."""
    return np.lexsort((np.arange(len(published)), -published, published == UNDATED))


def spellings(counts: Mapping[str, int], english: Sequence[str] = (), roots: tuple[str, ...] = ()) -> Spellings:
    """The words of an archive, as they are mostly written; how many articles contain each is given.

    `english` are words that a model knows, `roots` their terms.
    """
    forms_of: dict[str, dict[str, int]] = {}
    for word, count in counts.items():
        base = word if word.isalpha() else _POSSESSIVE.sub("", word)
        forms = forms_of.setdefault(plain(base), {})
        forms[base] = forms.get(base, 0) + count
    kept = dict(sorted(forms_of.items()))
    written = [min(forms, key=lambda form: (-forms[form], form)) for forms in kept.values()]
    return Spellings(
        written,
        [sum(forms.values()) for forms in kept.values()],
        tuple(word for word in english if word not in kept),
        roots,
    )


def roots_of(english: Sequence[str]) -> tuple[str, ...]:
    """The terms of words that a model knows."""
    analyzer = Analyzer()
    return tuple(sorted({term for word in english for term in _terms(analyzer, word)}))


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
