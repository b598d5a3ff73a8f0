"""Takedowns that outlast a build: a withdrawn text stays hidden under another id, and what else happened is told.

An id need not be an article's own: items of a list have their numbers as ids, and a file may be renamed. So a build
records digests of what was withdrawn. The title and the text of an article are its witness; the time is none, for who
posts a text anew dates it anew, and neither are case and signs. Of a short text, many may have title and words: there
the time counts as well, the description and the picture.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
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
_SHORT = 40
"""A text of fewer letters may be that of many articles, such as the head of a column."""
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


Record = dict[str, list[Witness]]
"""By withdrawn ids, the witnesses of what stood under them: several, where it was edited meanwhile."""


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
    copy that was served already was not withdrawn: as many stay as were shown, under whichever ids they stand now.
    """
    known = _recorded(record, listed, before)
    if not known:
        return Followed()
    witnesses = [(one, found) for one, all_found in known.items() for found in all_found]
    titles, likenesses = {found.title for _, found in witnesses}, {found.likeness for _, found in witnesses}
    texts = {found.text: one for one, found in witnesses}
    served, ids = _digests(before), _digests(after)
    changed = [one for one, digest in ids.items() if one not in listed and served.get(one) != digest]
    left = [one for one, digest in served.items() if one not in listed and ids.get(one) != digest]
    now, was = _alike(after, changed, titles), _alike(before, left, titles)
    came = {one: found for one, found in now.items() if found != was.get(one)}
    spare = Counter(found.text for one, found in was.items() if one not in now or now[one].text != found.text)
    moved: dict[str, str] = {}
    for one, found in sorted(came.items(), reverse=True):
        if found.text in texts and spare[found.text]:
            spare[found.text] -= 1
        elif found.text in texts:
            moved[one] = texts[found.text]
    return Followed(
        moved=dict(sorted(moved.items())),
        taken=sorted(one for one, found in _witnesses(after, known).items() if not _is_known(found, known[one])),
        corrected=sorted(
            one for one, found in came.items() if found.text not in texts and found.likeness in likenesses
        ),
    )


def former_ids(record: Path, shown: Collection[str], served: Path | None) -> set[str]:
    """The other ids under which texts that are shown again were withdrawn, and which they do not have any more.

    `shown` are the ids under which they are shown; another text under such an id was not withdrawn.
    """
    recorded = _read(record)
    texts = {one: {found.text for found in all_found} for one, all_found in recorded.items()}
    now = {one: found.text for one, found in _witnesses(served, recorded).items()}
    again = {now[one] for one in shown if one in now and now[one] in texts[one]}
    return {one for one in recorded if one not in shown and again & texts[one] and now.get(one) not in texts[one]}


def hide_moved(takedowns: Takedowns, record: Path, moved: Mapping[str, str]) -> None:
    """Put the ids of moved articles on the list, and record them with the witnesses of the ids that they had."""
    if moved:
        takedowns.hide(moved)
        known = _read(record)
        _write(record, known | {new: known[old] for new, old in moved.items() if old in known})


def _recorded(record: Path, listed: Set[str], before: Path | None) -> Record:
    """By id, the witnesses of the articles on the list; of one that is new to it or was edited, as it is served.

    A text that was shown again under one of its ids is no longer withdrawn under the others. An item of a list is
    still the same where its title and time are; a file is, whatever stands in it, unless its text moved elsewhere.
    """
    recorded = _read(record)
    now = _witnesses(before, recorded.keys() | listed)
    restored = {one: now[one].text for one in recorded.keys() - listed if one in now}
    shown = {text for one, text in restored.items() if any(text == found.text for found in recorded[one])}
    known = {
        one: kept
        for one, all_found in recorded.items()
        if one in listed and (kept := [found for found in all_found if found.text not in shown])
    }
    places = {now[one].text for one in listed & now.keys()}
    for one in sorted(listed & now.keys()):
        earlier = known.get(one, [])
        stayed = "#" not in one and not any(found.text in places for found in earlier)
        if not earlier or (now[one] not in earlier and (stayed or _is_known(now[one], earlier))):
            known[one] = [*earlier, now[one]]
    if known != recorded:
        _write(record, known)
    return known


def _is_known(found: Witness, known: Sequence[Witness]) -> bool:
    """Whether an article is one of these, edited at most: it has the text, or title and time."""
    return any(found.text == one.text or found.likeness == one.likeness for one in known)


def _read(record: Path) -> Record:
    try:
        return msgspec.json.decode(record.read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):  # what is served says it again
        return {}


def _write(record: Path, known: Mapping[str, Sequence[Witness]]) -> None:
    fresh = record.with_name(f"{record.name}.tmp")
    fresh.write_bytes(msgspec.json.encode(known, order="sorted"))
    fresh.replace(record)


def _witness(article: Article) -> Witness:
    """The digests of an article; one with a short text, or none, is known by its time and picture as well."""
    title, text = _title(article), _letters(article.text)
    more = () if len(text) >= _SHORT else (str(article.published), _letters(article.description), article.image)
    return Witness(
        title=title,
        likeness=_digest(*map(str, likeness(article))),
        text=_digest(title, text, *more),
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


def _alike(folder: Path | None, ids: Iterable[str], titles: Set[str]) -> dict[str, Witness]:
    """By id, the witnesses of those of these articles of a generation that have one of these titles."""
    try:
        alike = [article.id for article in _articles(folder, ids, texts=False) if _title(article) in titles]
    except Exception:  # the next generation has to be served all the same
        return {}
    return _witnesses(folder, alike)


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
