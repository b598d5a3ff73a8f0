"""Takedowns that outlast a build: what stays hidden, and what an editor is told of it.

- An id on the list is hidden in every kept generation and every later build until `withdraw --undo`.
- A generation that comes to be served, by a build, `publish` or `rollback`, is searched for the withdrawn texts. An
  article with the title and the whole text of a withdrawn one is hidden: its id comes onto the list, and this is told.
- The text is the one that the article had when it was withdrawn, and each that it has had under its id since. Unicode
  is normalized (NFC), and blanks are collapsed. A text under a withdrawn id is that of the article, edited, where its
  former one stands nowhere; in a list of items it must have the same title and time as well. Any other is told of,
  and so is one that was there before, under that id or under another.
- An article without a text of some length is known by its id alone. So is one of which copies were left on purpose.
- `--undo` forgets the article: neither its ids nor its texts hide anything afterwards. Where another article has the
  id by now, that one alone is shown again.
- An article that has the title and time of a withdrawn one and is shown is told of.

What is known of withdrawn articles stands beside the list. Who reads or writes it holds the lock of the list. Where it
is damaged, nothing new is served.
"""

import fcntl
import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from unicodedata import normalize

import msgspec

from search.article import Article
from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.index.manifest import broken_generation
from search.index.store import ARTICLES, Store
from search.index.withdrawn import replace_file

RECORD = "withdrawn.json"
"""What is known of withdrawn articles, beside the list."""
_LONG_ENOUGH = 100
"""A text of so many letters is no other article's; what is shorter may be a stock text."""
_TOGETHER = 1_024
"""So many articles are read together."""


class Takedowns(Protocol):
    """The list of what no reader shows."""

    def listed(self) -> frozenset[str]:
        """The ids on the list."""

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, whose lock is held."""


class Witness(msgspec.Struct, frozen=True, array_like=True):
    """Digests by which an article is known."""

    title: str
    likeness: str
    """Of its title and time."""
    text: str
    """Of its title and text; empty for one that is known by its id alone."""


class Takedown(msgspec.Struct):
    """An article that was withdrawn."""

    ids: list[str]
    """Under which it was hidden."""
    seen: list[Witness]
    """What it was when it was withdrawn, and since."""
    left: list[str] = []
    """Digests of texts of which copies were left on purpose."""

    def texts(self) -> set[str]:
        """The texts that are hidden under whatever id."""
        return {one.text for one in self.seen if one.text} - {*self.left}

    def knows(self, found: Witness) -> bool:
        """Whether it has ever been this."""
        return found in _Seen([self])

    def was_edited_to(self, found: Witness, article_id: str) -> bool:
        """Whether this, under one of its ids, may be the article: numbers of a list go to other items."""
        return "#" not in article_id or any(one.text and one.likeness == found.likeness for one in self.seen)


class _Seen:
    """What withdrawn articles have ever been."""

    def __init__(self, known: Iterable[Takedown]) -> None:
        seen = [one for takedown in known for one in takedown.seen]
        self._texts = {one.text for one in seen if one.text}
        self._likenesses = {one.likeness for one in seen}

    def __contains__(self, found: Witness) -> bool:
        return found.text in self._texts if found.text else found.likeness in self._likenesses


class Followed(msgspec.Struct, frozen=True):
    """What was found of withdrawn articles in a generation, as ids."""

    moved: dict[str, str] = {}
    """By the id under which a withdrawn text stands now, the one under which it was withdrawn."""
    taken: list[str] = []
    """Withdrawn ids under which another text stands: it is hidden."""
    corrected: list[str] = []
    """Articles with title and time of a withdrawn one that are shown."""


Found = Callable[[Followed], None]
"""Told what a generation has of withdrawn articles."""


def unheard(_: Followed) -> None:
    """Tells nobody."""


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the lock of an index folder's list of withdrawn articles; a build need not end first."""
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def serve_without_withdrawn(
    takedowns: Takedowns | None, index: IndexFolder, after: Path, serve: Callable[[], object]
) -> Followed:
    """Hide what is withdrawn in a generation, serve it, and hide what was withdrawn meanwhile."""
    before = served_folder(index)
    found = follow(takedowns, index, before, after)
    serve()
    later = follow(takedowns, index, before, after)
    return Followed(found.moved | later.moved, sorted({*found.taken, *later.taken}), later.corrected)


def served_folder(index: IndexFolder) -> Path | None:
    """The served generation of an index folder, if there is one."""
    try:
        return index.path(index.current_name())
    except IndexUnusableError:
        return None


def follow(takedowns: Takedowns | None, index: IndexFolder, before: Path | None, after: Path) -> Followed:
    """Hide the withdrawn texts in the generation `after`, and find what else is to be told; `before` is served."""
    if takedowns is None:
        return Followed()
    with locked(index.root):
        listed = takedowns.listed()
        known = [one for one in _read(index) if not one.ids or not listed.isdisjoint(one.ids)]
        known += _added(known, listed - _ids(known), [before] if before else [], listed)
        found = _found(known, listed, before, after)
        if found.moved:
            takedowns.hide(found.moved)  # before it is noted: what is noted is not looked for again
        _write(index, known)
    return found


def _found(known: Sequence[Takedown], listed: Set[str], before: Path | None, after: Path) -> Followed:
    """What a generation has of withdrawn articles; their new ids and texts are noted."""
    if not known:
        return Followed()
    standing = _read_of(after, {*_titled(after, _titles(known)), *listed})
    shown = {found.text for one, found in standing.items() if one not in listed}
    everywhere, seen = {found.text for found in standing.values()}, _Seen(known)
    taken = {one: standing[one] for one in _ids(known) if one in standing and standing[one] not in seen}
    other = _others(taken, seen, before)
    for takedown, texts in [(one, one.texts()) for one in known]:
        for article_id in (one for one in takedown.ids if one in taken and one not in other):
            found = taken[article_id]
            if texts.isdisjoint(everywhere) and takedown.was_edited_to(found, article_id):
                takedown.seen.append(found)
                if takedown.left and found.text in shown:
                    takedown.left.append(found.text)
    of_text = {text: takedown for takedown in known for text in takedown.texts()}
    moved: dict[str, str] = {}
    for article_id, found in sorted(standing.items()):
        if (owner := of_text.get(found.text)) and article_id not in owner.ids:
            owner.ids.append(article_id)
            if article_id not in listed:
                moved[article_id] = owner.ids[0]
    likenesses, hidden = {one.likeness for takedown in known for one in takedown.seen}, listed | moved.keys()
    alike = [one for one, found in standing.items() if one not in hidden and found.likeness in likenesses]
    was = _witnesses(before, alike)
    return Followed(moved, sorted(taken), sorted(one for one in alike if was.get(one) != standing[one]))


def _others(taken: Mapping[str, Witness], seen: _Seen, before: Path | None) -> set[str]:
    """Which of these ids another article has: it was there before, under that id or under another one."""
    if before is None or not taken:
        return set()
    was = _witnesses(before, taken)
    stood: defaultdict[str, set[str]] = defaultdict(set)
    for article_id, found in _standing(before, {one.title for one in taken.values()}).items():
        stood[found.text].add(article_id)
    return {
        one
        for one, found in taken.items()
        if (one in was and was[one] not in seen) or (found.text and stood[found.text] - {one})
    }


def copies(folder: Path, ids: Iterable[str], others: Sequence[Path]) -> set[str]:
    """The ids in a generation of articles with title and text of these, which may stand in others alone."""
    sought = [Takedown([one], [found]) for one, found in _first(ids, [folder, *others]).items()]
    texts = {text for one in sought for text in one.texts()}
    return {one for one, found in _standing(folder, _titles(sought)).items() if found.text in texts}


def remember(index: IndexFolder, ids: Set[str], folders: Sequence[Path], listed: Set[str]) -> None:
    """Note articles that are withdrawn as the first of these generations has them; `listed` are all that are."""
    known = _read(index)
    _write(index, [*known, *_added(known, ids, folders, listed)])


def _added(known: Sequence[Takedown], ids: Set[str], folders: Sequence[Path], listed: Set[str]) -> list[Takedown]:
    found, of_id = _first(ids, folders), _by_id(known)
    new = [
        Takedown([article_id], [witness])
        for article_id, witness in found.items()
        if witness not in _Seen(of_id.get(article_id, ()))
    ]
    standing = _standing(folders[0], _titles(new)) if new else {}
    shown = {one.text for article_id, one in standing.items() if article_id not in listed}
    for takedown in new:
        takedown.left = [text for text in takedown.texts() if text in shown]
    return new


def forget(index: IndexFolder, ids: Collection[str], folders: Sequence[Path], *, only: bool) -> set[str]:
    """Forget articles that are shown again; gives all ids under which they were hidden.

    Their copies are forgotten with them; with `only` they stay withdrawn, by their ids alone.
    """
    known, free, gone = _read(index), {*ids}, set[int]()
    stands, of_id = _first(ids, folders), _by_id(known)
    still = _witnesses(folders[0], _ids(known)) if only and folders else {}
    of_text: defaultdict[str, list[Takedown]] = defaultdict(list)
    for takedown in known:
        for text in {one.text for one in takedown.seen if one.text}:
            of_text[text].append(takedown)
    for article_id in ids:
        found, having = stands.get(article_id), of_id.get(article_id, ())
        own = [one for one in having if article_id in one.ids and (found is None or one.knows(found))]
        texts = {one.text for takedown in own for one in takedown.seen if one.text}
        for takedown in having:
            takedown.ids = [one for one in takedown.ids if one != article_id]
        alike = {id(takedown): takedown for text in texts for takedown in of_text[text]}
        for takedown in alike.values():
            takedown.left += [one.text for one in takedown.seen if one.text in texts]
        for takedown in {id(one): one for one in (*own, *(() if only else alike.values()))}.values():
            kept = [one for one in takedown.ids if one in still and takedown.knows(still[one])]
            free.update(one for one in takedown.ids if one not in kept)
            takedown.ids = kept
            gone.add(id(takedown))
    _write(index, [one for one in known if one.ids or (one.texts() and id(one) not in gone)])
    return free - _ids(known)


def remarks(index: IndexFolder, ids: Iterable[str]) -> list[str]:
    """What an editor has to know of these withdrawn articles."""
    ids, known, served = sorted(ids), _read(index), served_folder(index)
    followed, of_id = {text for one in known for text in one.texts()}, _by_id(known)
    alone = [
        article_id
        for article_id in ids
        if (own := of_id.get(article_id)) and not any(seen.text in followed for one in own for seen in one.seen)
    ]
    there = _witnesses(served, ids)
    away = [article_id for article_id in ids if served is not None and article_id not in there]
    said = (
        (
            alone,
            "Known by the id alone, as the text is short or copies of it are left; a build shows it under another: {}.",
        ),
        (away, "Not in the served generation, but hidden wherever it comes back: {}."),
    )
    return [text.format(", ".join(some)) for some, text in said if some]


def _read(index: IndexFolder) -> list[Takedown]:
    """The record; empty where there is none. Raises IndexUnusableError for one that cannot be read."""
    path = index.root / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Takedown])
    except FileNotFoundError:
        return []
    except (OSError, msgspec.DecodeError) as unreadable:
        raise IndexUnusableError(
            f"{path} cannot be read: {unreadable}. The ids in `withdrawn` are hidden all the same.",
            "Without it, a withdrawn article would be shown under a new id. Take it from a backup, or mend its rights."
            " If there is none, remove it: what stands under the withdrawn ids is then taken for what was withdrawn.",
        ) from unreadable


def _write(index: IndexFolder, known: Sequence[Takedown]) -> None:
    if known != _read(index):
        replace_file(index.root / RECORD, msgspec.json.encode(known))


def _ids(known: Iterable[Takedown]) -> set[str]:
    return {article_id for one in known for article_id in one.ids}


def _titles(known: Iterable[Takedown]) -> set[str]:
    return {one.title for takedown in known for one in takedown.seen}


def _by_id(known: Iterable[Takedown]) -> dict[str, list[Takedown]]:
    found: defaultdict[str, list[Takedown]] = defaultdict(list)
    for takedown in known:
        for article_id in takedown.ids:
            found[article_id].append(takedown)
    return dict(found)


def _witness(article: Article) -> Witness:
    title, text = _plain(article.title), _plain(article.text)
    return Witness(
        title=_digest(title),
        likeness=_digest(title, str(article.published)),
        text=_digest(title, text) if title and len(text) >= _LONG_ENOUGH else "",
    )


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).split())


def _digest(*said: str) -> str:
    return sha256("\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def _first(ids: Iterable[str], folders: Iterable[Path]) -> dict[str, Witness]:
    """By id, the witnesses of these articles in the first of the generations that has each."""
    found: dict[str, Witness] = {}
    for folder in folders:
        found |= _witnesses(folder, [one for one in ids if one not in found])
    return found


def _standing(folder: Path, titles: Set[str]) -> dict[str, Witness]:
    """By id, the witnesses of the articles of a generation that have one of these titles."""
    return _witnesses(folder, _titled(folder, titles)) if titles else {}


def _titled(folder: Path, titles: Set[str]) -> Iterator[str]:
    with _store(folder) as store:
        first = 0
        while some := store.bare(first, _TOGETHER):
            yield from (one.id for one in some if _digest(_plain(one.title)) in titles)
            first += len(some)


def _witnesses(folder: Path | None, ids: Iterable[str]) -> dict[str, Witness]:
    """By id, the witnesses of these articles of a generation; none of one that cannot be read."""
    try:
        return _read_of(folder, ids) if folder else {}
    except IndexUnusableError:
        return {}


def _read_of(folder: Path, ids: Iterable[str]) -> dict[str, Witness]:
    """By id, the witnesses of these articles of a generation. Raises IndexUnusableError."""
    with _store(folder) as store:
        rows = [row for one in ids if (row := store.row(one)) is not None]
        parts = (rows[first : first + _TOGETHER] for first in range(0, len(rows), _TOGETHER))
        return {one.id: _witness(one) for part in parts for one in store.articles(part)}


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    """The articles of a generation. Raises BrokenGenerationError where they cannot be read."""
    try:
        with closing(Store(folder / ARTICLES)) as store:
            yield store
    except (sqlite3.Error, msgspec.DecodeError) as broken:
        raise broken_generation(folder, f"{ARTICLES} cannot be read ({broken})") from broken
