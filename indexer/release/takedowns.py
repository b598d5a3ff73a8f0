"""Takedowns that outlast a build: what stays hidden, and what an editor is told of it.

- An id on the list is hidden in every kept generation and every later build until `withdraw --undo`.
- A generation that comes to be served, by a build, `publish` or `rollback`, is searched for the withdrawn texts. An
  article with the title and the whole text of a withdrawn one is hidden: its id comes onto the list, and this is told.
- The text is the one that the article had when it was withdrawn, and each that it has had under its id since. Unicode
  is normalized (NFC), and blanks are collapsed. A text under a withdrawn id is that of the article, edited, where its
  former one stands nowhere; in a list of items it must have the same title and time as well. Any other is told of,
  and so is one that was there before, under that id or under another.
- An article without a text of some length is known by its id alone. So is one of which copies were left on purpose.
- A number in a list goes to other items. One that is surely another article's in a generation is shown in it: it
  stood under another number before, or the withdrawn text has just moved. Where the numbers of a list move, an item
  with the title and time of a withdrawn one whose text is gone is that one, edited.
- `--undo` forgets the article: neither its ids nor its texts hide anything afterwards. Where another article has the
  id by now, that one alone is shown again.
- An article that has the title and time of a withdrawn one and is shown is told of.

What is known of withdrawn articles stands beside the list. Who reads or writes it holds the lock of the list. Where it
is damaged, nothing new is served.
"""

import fcntl
import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from indexer.release.witnesses import Witness, first_of, ids_with_titles, read_witnesses, with_titles, witnesses
from search.errors import IndexUnusableError
from search.index.directory import IndexFolder
from search.index.withdrawn import replace_file

RECORD = "withdrawn.json"
"""What is known of withdrawn articles, beside the list."""
_NUMBERED = re.compile(r"#\d+$")
"""How the id of an item ends that is numbered, by its list or by itself."""


class Takedowns(Protocol):
    """The list of what no reader shows."""

    def listed(self) -> frozenset[str]:
        """The ids on the list."""

    def hide(self, ids: Collection[str]) -> None:
        """Put ids on the list, whose lock is held."""

    def shown(self, generation: str) -> frozenset[str]:
        """Those of the ids that are shown in a generation all the same."""

    def show(self, generation: str, ids: Set[str]) -> bool:
        """Show these of the ids in a generation, and no others; tells whether that can be done. The lock is held."""


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


_Stood = defaultdict[str, set[str]]
"""Ids by texts."""


class Followed(msgspec.Struct, frozen=True):
    """What was found of withdrawn articles in a generation, as ids."""

    moved: dict[str, str] = {}
    """By the id under which a withdrawn text stands now, the one under which it was withdrawn."""
    taken: list[str] = []
    """Withdrawn ids under which another text stands: it is hidden."""
    corrected: list[str] = []
    """Articles with title and time of a withdrawn one that are shown."""
    assumed: list[str] = []
    """Withdrawn ids of which nothing was known: what is served under them was taken for what was withdrawn."""


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
    taken, assumed = ({*found.taken, *later.taken}, {*found.assumed, *later.assumed})
    return Followed(found.moved | later.moved, sorted(taken), later.corrected, sorted(assumed))


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
        shown = takedowns.shown(before.name) if before else frozenset[str]()
        added = _added(known, listed - shown - _ids(known), [before] if before else [], listed - shown)
        assumed = sorted(_ids(added))
        known += added
        found, others = _found(known, listed, before, after, (shown, takedowns.shown(after.name)))
        if found.moved:
            takedowns.hide(found.moved)  # before it is noted: what is noted is not looked for again
        _write(index, known)
        if takedowns.show(after.name, others):
            found = replace(found, taken=[one for one in found.taken if one not in others])
    return replace(found, assumed=assumed)


def _found(
    known: Sequence[Takedown],
    listed: Set[str],
    before: Path | None,
    after: Path,
    spared: tuple[Set[str], Set[str]],
) -> tuple[Followed, set[str]]:
    """What a generation has of withdrawn articles; their new ids and texts are noted.

    Beside it stand the numbers of items that are surely other articles' in it; see `_spare`.
    """
    if not known:
        return Followed(), set()
    standing = read_witnesses(after, {*ids_with_titles(after, _titles(known)), *listed})
    for takedown, found in _edited_while_numbers_moved(known, standing, before, after):
        takedown.seen.append(found)
    shown = {found.text for one, found in standing.items() if one not in listed}
    everywhere, seen = {found.text for found in standing.values()}, _Seen(known)
    taken = {one: standing[one] for one in _ids(known) if one in standing and standing[one] not in seen}
    stood = _stood(before, taken)
    other = _others(taken, seen, before, stood)
    spare = _spare(known, standing, taken, before, stood, spared)
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
    was = witnesses(before, alike)
    corrected = sorted(one for one in alike if was.get(one) != standing[one])
    return Followed(moved, sorted(taken), corrected), spare


def _others(taken: Mapping[str, Witness], seen: _Seen, before: Path | None, stood: _Stood) -> set[str]:
    """Which of these ids other articles have: they were there before, under that id or under another one."""
    was = witnesses(before, taken)
    return {one for one, found in taken.items() if (one in was and was[one] not in seen) or stood[found.text] - {one}}


def _spare(
    known: Sequence[Takedown],
    standing: Mapping[str, Witness],
    taken: Mapping[str, Witness],
    before: Path | None,
    stood: _Stood,
    spared: tuple[Set[str], Set[str]],
) -> set[str]:
    """Which of the numbers of withdrawn items other items of their lists have in a generation, surely.

    An item is another if it had another number in the generation before, or if the withdrawn one has just moved to
    another. So is one that was `spared` in that generation, or in this one when it was looked at last.
    """
    likenesses = {one.likeness for takedown in known for one in takedown.seen}
    numbered = {
        one: found for one, found in taken.items() if _NUMBERED.search(one) and found.likeness not in likenesses
    }
    if not numbered:
        return set()
    moved = _moved(known, standing, before)
    stayed = {
        one
        for takedown in known
        for one in takedown.ids
        if moved.isdisjoint((_list_of(one), text) for text in takedown.texts())
    }
    return {
        one
        for one, found in numbered.items()
        if one in spared[1]
        or one not in stayed
        or any(
            _list_of(former) == _list_of(one) and (former != one or one in spared[0]) for former in stood[found.text]
        )
    }


def _moved(known: Sequence[Takedown], standing: Mapping[str, Witness], before: Path | None) -> set[tuple[str, str]]:
    """The withdrawn texts that have an id which they had not in the generation before, each with the list it is in."""
    texts = {text for takedown in known for text in takedown.texts()}
    now = {one: found.text for one, found in standing.items() if found.text in texts}
    try:
        was = read_witnesses(before, now) if before else None
    except IndexUnusableError:
        was = None
    if was is None:
        return set()
    return {(_list_of(one), text) for one, text in now.items() if one not in was or was[one].text != text}


def _edited_while_numbers_moved(
    known: Sequence[Takedown], standing: Mapping[str, Witness], before: Path | None, after: Path
) -> list[tuple[Takedown, Witness]]:
    """Withdrawn items that have another text and another number, each with what they are now.

    Such an item has the title and time of one whose text stands nowhere, and was not there before. The numbers of its
    list have moved: who has its former number, or had its new one, has or had another.
    """
    everywhere, seen = {found.text for found in standing.values()}, _Seen(known)
    alike: defaultdict[tuple[str, str], dict[str, Witness]] = defaultdict(dict)
    for one, found in standing.items():
        if _NUMBERED.search(one) and found.text and found not in seen:
            alike[_list_of(one), found.likeness][one] = found
    candidates = [
        (takedown, former, one, found)
        for takedown in known
        if (texts := takedown.texts()) and texts.isdisjoint(everywhere)
        for former in filter(_NUMBERED.search, takedown.ids)
        for likeness in {seen.likeness for seen in takedown.seen}
        for one, found in alike[_list_of(former), likeness].items()
        if one not in takedown.ids
    ]
    if not candidates:
        return []
    new = {one: found for _, _, one, found in candidates}
    there, had = _stood(before, new), witnesses(before, new)
    have = {former: standing[former] for _, former, _, _ in candidates if former in standing}
    stood, stand = _stood(before, have), _stood(after, had)
    return [
        (takedown, found)
        for takedown, former, one, found in candidates
        if not there[found.text]
        and (
            (former in have and _in_list(stood[have[former].text] - {former}, former))
            or (one in had and _in_list(stand[had[one].text] - {one}, one))
        )
    ]


def _in_list(ids: Iterable[str], article_id: str) -> bool:
    """Whether one of these ids is an item's of the same list."""
    return any(_list_of(one) == _list_of(article_id) for one in ids)


def _stood(folder: Path | None, sought: Mapping[str, Witness]) -> _Stood:
    """By their texts, the ids that articles of these witnesses have in a generation."""
    stood: _Stood = defaultdict(set)
    if folder is not None and sought:
        for article_id, found in with_titles(folder, {one.title for one in sought.values()}).items():
            if found.text:
                stood[found.text].add(article_id)
    return stood


def _list_of(article_id: str) -> str:
    return article_id.rpartition("#")[0]


def copies(folder: Path, ids: Iterable[str], others: Sequence[Path]) -> set[str]:
    """The ids in a generation of articles with title and text of these, which may stand in others alone."""
    sought = [Takedown([one], [found]) for one, found in first_of(ids, [folder, *others]).items()]
    texts = {text for one in sought for text in one.texts()}
    return {one for one, found in with_titles(folder, _titles(sought)).items() if found.text in texts}


def remember(index: IndexFolder, ids: Set[str], folders: Sequence[Path], listed: Set[str]) -> None:
    """Note articles that are withdrawn as the first of these generations has them; `listed` are all that are."""
    known = _read(index)
    _write(index, [*known, *_added(known, ids, folders, listed)])


def _added(known: Sequence[Takedown], ids: Set[str], folders: Sequence[Path], listed: Set[str]) -> list[Takedown]:
    found, of_id = first_of(ids, folders), _by_id(known)
    new = [
        Takedown([article_id], [witness])
        for article_id, witness in found.items()
        if witness not in _Seen(of_id.get(article_id, ()))
    ]
    standing = with_titles(folders[0], _titles(new)) if new else {}
    shown = {one.text for article_id, one in standing.items() if article_id not in listed}
    for takedown in new:
        takedown.left = [text for text in takedown.texts() if text in shown]
    return new


def forget(index: IndexFolder, ids: Collection[str], folders: Sequence[Path], *, only: bool) -> set[str]:
    """Forget articles that are shown again; gives all ids under which they were hidden.

    Their copies are forgotten with them; with `only` they stay withdrawn, by their ids alone.
    """
    known, free, gone = _read(index), {*ids}, set[int]()
    stands, of_id = first_of(ids, folders), _by_id(known)
    still = witnesses(folders[0], _ids(known)) if only and folders else {}
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
    there = witnesses(served, ids)
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
