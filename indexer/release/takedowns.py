"""Takedowns that outlast a build: a withdrawn text stays hidden under another id, and what else happened is told.

An id need not be an article's own: items of a list have their numbers as ids, and a file may be renamed. So a build
records digests of what was withdrawn. The title and the text of an article are its witness; the time is none, for who
posts a text anew dates it anew, and neither are case and signs.
"""

from collections.abc import Collection, Iterable, Mapping, Set
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from indexer.release.shrink import Find, likeness
from search.article import Article
from search.index.store import ARTICLES, Store

RECORD = "withdrawn.json"
"""The digests of withdrawn articles by their ids, beside the list."""


class Takedowns(Protocol):
    """The list of what no reader shows."""

    def listed(self) -> frozenset[str]:
        """The ids on the list."""

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, of articles that no generation has yet."""


class Witness(msgspec.Struct, frozen=True, array_like=True):
    """Digests by which an article is known under another id."""

    title: str
    likeness: str
    text: str


class Followed(msgspec.Struct, frozen=True):
    """What a build found of withdrawn articles, as ids."""

    moved: dict[str, str] = {}
    """By the id under which a withdrawn text stands now, the one under which it was withdrawn."""
    taken: list[str] = []
    """Withdrawn ids under which another text stands: it is hidden."""
    corrected: list[str] = []
    """Articles with title and time of a withdrawn one, and another text: they are shown."""


def follow(
    listed: Set[str],
    record: Path,
    served: Mapping[str, str],
    ids: Mapping[str, str],
    before: Path | None,
    cards: Find,
    whole: Find,
) -> Followed:
    """Find the withdrawn texts that came under other ids, and what else stands in their places.

    `listed` are the ids on the list; `served` and `ids` are the digests by id of the generation served in the folder
    `before` and of the next one. `cards` finds articles of the next one, `whole` finds them with their texts. A copy
    that was served already was not withdrawn, and stays.
    """
    known = _recorded(record, listed, before)
    if not known:
        return Followed()
    titles, likenesses = {found.title for found in known.values()}, {found.likeness for found in known.values()}
    texts = {found.text: one for one, found in known.items()}
    changed = [one for one, digest in ids.items() if one not in listed and served.get(one) != digest]
    alike = [article.id for article in cards(changed) if _title(article) in titles]
    was = {article.id: _witness(article) for article in _articles(before, alike)}
    came = {article.id: found for article in whole(alike) if (found := _witness(article)) != was.get(article.id)}
    moved = {one: texts[found.text] for one, found in sorted(came.items()) if found.text in texts}
    there = {article.id: _witness(article) for article in whole(known.keys() & ids.keys())}
    return Followed(
        moved=moved,
        taken=sorted(one for one, found in there.items() if found.text != known[one].text),
        corrected=sorted(one for one, found in came.items() if one not in moved and found.likeness in likenesses),
    )


def hide_moved(takedowns: Takedowns, record: Path, moved: Mapping[str, str]) -> None:
    """Put the ids of moved articles on the list, and record them with the witnesses of the ids that they had."""
    if moved:
        takedowns.hide(moved)
        known = _read(record)
        _write(record, known | {new: known[old] for new, old in moved.items() if old in known})


def _recorded(record: Path, listed: Set[str], before: Path | None) -> dict[str, Witness]:
    """By id, the witnesses of the articles on the list; of one that is new to it, as it is served.

    A text that was shown again under one of its ids is no longer withdrawn under the others.
    """
    recorded = _read(record)
    restored = {article.id: _witness(article).text for article in _articles(before, recorded.keys() - listed)}
    shown = {text for one, text in restored.items() if text == recorded[one].text}
    known = {one: found for one, found in recorded.items() if one in listed and found.text not in shown}
    known |= {article.id: _witness(article) for article in _articles(before, listed - known.keys())}
    if known != recorded:
        _write(record, known)
    return known


def _read(record: Path) -> dict[str, Witness]:
    try:
        return msgspec.json.decode(record.read_bytes(), type=dict[str, Witness])
    except (OSError, msgspec.DecodeError):  # what is served says it again
        return {}


def _write(record: Path, known: Mapping[str, Witness]) -> None:
    fresh = record.with_name(f"{record.name}.tmp")
    fresh.write_bytes(msgspec.json.encode(known, order="sorted"))
    fresh.replace(record)


def _witness(article: Article) -> Witness:
    """The digests of an article; one without a text is known by its time as well."""
    title = _title(article)
    return Witness(
        title=title,
        likeness=_digest(*map(str, likeness(article))),
        text=_digest(title, _letters(article.text) or str(article.published)),
    )


def _title(article: Article) -> str:
    return _digest(_letters(article.title))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _digest(*said: str) -> str:
    return sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _articles(folder: Path | None, ids: Iterable[str]) -> list[Article]:
    """These articles of a generation; none where it cannot be read, as one of an older format."""
    if folder is None:
        return []
    try:
        with closing(Store(folder / ARTICLES)) as store:
            rows = [row for one in ids if (row := store.row(one)) is not None]
            return store.articles(rows) if rows else []
    except Exception:  # the next generation has to be built all the same
        return []
