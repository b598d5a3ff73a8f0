"""Catalogue of an archive: what a build needs of every article besides its text.

It is kept from build to build, and only articles that came are looked at.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct

from indexer.content.article_spool import SpooledArticles, without_texts
from indexer.derive.twins import TwinKeys
from indexer.kept_counts import StayedArticles, generation_of
from indexer.text.remembered import keep, recalled
from search.arrays import Rows
from search.article import Article, base_language
from search.index.facts import Facts, FactsBuilder, Pair, Said
from search.index.manifest import Manifest
from search.query.fields import NOTHING_DECLARED, Declared

CATALOGUE = "catalogue.msgpack"
"""What builds remember of all articles."""
_RECIPE = "1"
"""Changes when the same articles would have another catalogue, or with the form of the file."""


@dataclass(frozen=True)
class Catalogue:
    """What is known of all articles, in the order of rows."""

    facts: Facts
    twins: TwinKeys

    @cached_property
    def languages(self) -> list[str]:
        """The language of each article, as it says it, (articles,)."""
        said = self.facts.said["language"]
        tags = [sys.intern(tag) for tag, _ in said.pairs]
        found = [""] * len(said.counts)
        for row, place in zip(said.owners.tolist(), said.places.tolist(), strict=True):
            found[row] = tags[place]
        return found

    @cached_property
    def group(self) -> Rows:
        """The number that each article shares with its translations, (articles,)."""
        return self.twins.groups(self.languages)

    @cached_property
    def base_languages(self) -> list[str]:
        """The language of each article without its region, (articles,)."""
        base = {tag: base_language(tag) for tag in set(self.languages)}
        return [base[tag] for tag in self.languages]


class _Kept(Struct, frozen=True, array_like=True):
    """A catalogue as it is remembered."""

    paths: bytes
    external: bytes
    published: bytes
    expires: bytes
    numbers: dict[str, bytes]
    said: dict[str, tuple[list[Pair], bytes, bytes]]


def catalogue(
    articles: Sequence[Article],
    declared: Declared = NOTHING_DECLARED,
    stayed: StayedArticles | None = None,
    settings_digest: str = "",
    file: Path | None = None,
) -> Catalogue:
    """The catalogue of these articles; `declared` are the archive's own fields.

    `file` is what `keep_catalogue` left there when the earlier generation was built, from which articles `stayed`. It
    counts where the same settings made it.
    """
    bare = without_texts(articles)
    earlier = stayed.made_by(settings_digest) if stayed else None
    before = _kept(file, earlier.manifest) if file and earlier else None
    if before is None or stayed is None:
        return _looked_at(bare, declared)
    source = stayed.source
    if isinstance(articles, SpooledArticles):
        source[articles.renamed] = -1
    new = _looked_at((bare[row] for row in np.flatnonzero(source < 0).tolist()), declared)
    return Catalogue(before.facts.moved(source, new.facts), before.twins.moved(source, new.twins))


def keep_catalogue(file: Path, manifest: Manifest, made: Catalogue) -> None:
    """Remember the catalogue of a generation for the next build."""
    facts = made.facts
    kept = _Kept(
        bytes(made.twins.paths),
        bytes(made.twins.external),
        facts.published.tobytes(),
        facts.expires.tobytes(),
        {name: numbers.tobytes() for name, numbers in facts.numbers.items()},
        {name: (one.pairs, one.places.tobytes(), one.counts.tobytes()) for name, one in facts.said.items()},
    )
    keep(file, _made_of(manifest), msgspec.msgpack.encode(kept))


def _looked_at(articles: Iterable[Article], declared: Declared) -> Catalogue:
    twins, facts = TwinKeys(), FactsBuilder(declared)
    for article in articles:
        twins.add(article)
        facts.add(article)
    return Catalogue(facts.facts(), twins)


def _kept(file: Path, manifest: Manifest) -> Catalogue | None:
    written = recalled(file, _made_of(manifest))
    if written is None:
        return None
    kept = msgspec.msgpack.decode(written, type=_Kept)
    facts = Facts(
        np.frombuffer(kept.published, dtype=np.int64),
        np.frombuffer(kept.expires, dtype=np.int64),
        {name: np.frombuffer(numbers, dtype=np.float64) for name, numbers in kept.numbers.items()},
        {
            name: Said(pairs, np.frombuffer(places, dtype=np.int32), np.frombuffer(counts, dtype=np.int64))
            for name, (pairs, places, counts) in kept.said.items()
        },
    )
    return Catalogue(facts, TwinKeys(kept.paths, kept.external))


def _made_of(manifest: Manifest) -> tuple[str, ...]:
    return _RECIPE, *generation_of(manifest)
