"""Takedowns that outlast a build: a withdrawn text stays hidden under another id, and what else happened is told.

An id need not be an article's own: items of a list have their numbers as ids, and a file may be renamed. So a build
records digests of what was withdrawn. The title and the text of an article are its witness; the time is none, for who
posts a text anew dates it anew, and neither are case and signs.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from indexer.release.shrink import likeness
from search.article import Article
from search.index.store import ARTICLES, Store, read_digests

RECORD = "withdrawn.json"
"""The digests of withdrawn articles by their ids, beside the list."""
_TOGETHER = 1_024
"""So many articles are read together."""


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


def follow(listed: Set[str], record: Path, before: Path | None, after: Path) -> Followed:
    """Find the withdrawn texts that came under other ids, and what else stands in their places.

    `listed` are the ids on the list, `before` is the generation that is served, `after` the one to be served next. A
    copy that was served already was not withdrawn, and stays.
    """
    known = _recorded(record, listed, before)
    if not known:
        return Followed()
    titles, likenesses = {found.title for found in known.values()}, {found.likeness for found in known.values()}
    texts = {found.text: one for one, found in known.items()}
    served, ids = _digests(before), read_digests(after / ARTICLES)
    changed = [one for one, digest in ids.items() if one not in listed and served.get(one) != digest]
    alike = [article.id for article in _articles(after, changed, texts=False) if _title(article) in titles]
    was = _witnesses(before, alike)
    came = {one: found for one, found in _witnesses(after, alike).items() if found != was.get(one)}
    moved = {one: texts[found.text] for one, found in sorted(came.items()) if found.text in texts}
    return Followed(
        moved=moved,
        taken=sorted(one for one, found in _witnesses(after, known).items() if found.text != known[one].text),
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
    restored = _witnesses(before, recorded.keys() - listed)
    shown = {found.text for one, found in restored.items() if found.text == recorded[one].text}
    known = {one: found for one, found in recorded.items() if one in listed and found.text not in shown}
    known |= _witnesses(before, listed - known.keys())
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


def _witnesses(folder: Path | None, ids: Iterable[str]) -> dict[str, Witness]:
    """By id, the witnesses of these articles of a generation; none of one that cannot be read."""
    try:
        return {article.id: _witness(article) for article in _articles(folder, ids)}
    except Exception:  # the next generation has to be served all the same
        return {}


def _articles(folder: Path | None, ids: Iterable[str], *, texts: bool = True) -> Iterator[Article]:
    """These articles of a generation."""
    if folder is None:
        return
    with closing(Store(folder / ARTICLES)) as store:
        rows = [row for one in ids if (row := store.row(one)) is not None]
        for first in range(0, len(rows), _TOGETHER):
            yield from store.articles(rows[first : first + _TOGETHER], texts=texts)


def _digests(folder: Path | None) -> dict[str, str]:
    """By id, the digests of the articles of a generation, as far as it can be read."""
    try:
        return read_digests(folder / ARTICLES) if folder else {}
    except Exception:  # the next generation has to be served all the same
        return {}
