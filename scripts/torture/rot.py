"""One byte of one file is not what was written: is it noticed, and is the last good generation served instead?"""

import logging
import os
import random
import shutil
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np

from indexer.reindex import reindex
from indexer.release.verify import verify
from search.errors import LedeError
from search.index import snapshot
from search.index.checksums import check_bytes, check_sizes, digest_files
from search.index.directory import IndexFolder
from search.index.manifest import MANIFEST, read_manifest, write_manifest
from torture.apart import run_apart
from torture.archive import ASKED, answers, small_recipe, write_articles

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Flip:
    """A byte of a file, and what it is changed by."""

    path: str
    place: int
    by: int


def two_generations(scratch: Path, keyword: str = "tantivy") -> IndexFolder:
    """An index of two editions; the second is served."""
    index = IndexFolder(scratch / "index")
    for edition in ("first", "second"):
        write_articles(scratch / "content", edition)
        made = small_recipe(scratch / "model", keyword)
        reindex(scratch / "content", index, made, 2, lambda *_: None, full=True, strict=False)
    return index


def flips(folder: Path, count: int, seed: int = 1) -> list[Flip]:
    """So many flips: half of them in a file chosen first, so that small ones have their turn, half anywhere."""
    draw = random.Random(seed)  # noqa: S311 - chance to break by  # nosec B311
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    sizes = [path.stat().st_size for path in files]
    chosen = [draw.choice(files) if number % 2 else draw.choices(files, weights=sizes)[0] for number in range(count)]
    return [
        Flip(path.relative_to(folder).as_posix(), draw.randrange(path.stat().st_size), draw.randrange(1, 256))
        for path in chosen
    ]


def see_to(index: IndexFolder, made: Sequence[Flip], sizes_alone: bool = False) -> Counter[str]:
    """What became of each flip, in processes of their own: "noticed and served from before" is the one good end.

    `sizes_alone` opens generations without a look at their bytes, so that it can be seen what that look is good for.
    """
    _quiet()
    expected = _expected(index)
    ends: Counter[str] = Counter()
    for at in range(0, len(made), _AT_ONCE):
        ends.update(_apart(index, made[at : at + _AT_ONCE], expected, sizes_alone))
        print(f"{ends.total()} flips seen to", file=sys.stderr, flush=True)
    return ends


GOOD = "noticed and served from before"


def _expected(index: IndexFolder) -> str:
    """What the generation before the served one answers."""
    current, (before, *_) = index.current.read_bytes(), index.names()
    index.current.write_text(before)
    try:
        return answers(index, ASKED[:1]).digest
    finally:
        index.current.write_bytes(current)


def _apart(index: IndexFolder, made: Sequence[Flip], expected: str, sizes_alone: bool) -> list[str]:
    """The end of each flip; a crash of the process ends those that were left."""
    told = msgspec.json.encode((str(index.root), made, expected, sizes_alone)).decode()
    status, wrote, _ = run_apart("torture.rot", told)
    return wrote.splitlines() if status == 0 else [*wrote.splitlines(), f"crashed ({status})"]


def main(told: str) -> None:
    """See to some flips, and tell the end of each as soon as it is known."""
    root, made, expected, sizes_alone = msgspec.json.decode(told, type=tuple[str, list[Flip], str, bool])
    _quiet()
    check = check_sizes if sizes_alone else check_bytes
    with patch.object(snapshot, "check_bytes", check):
        for flip in made:
            print(_end(IndexFolder(Path(root)), flip, expected), flush=True)


def _quiet() -> None:
    """It is said of each flip that an older generation is served."""
    logging.getLogger("lede.snapshot").setLevel(logging.CRITICAL)


def _end(index: IndexFolder, flip: Flip, expected: str) -> str:
    folder = index.path(index.current_name())
    path = folder / flip.path
    written = path.read_bytes()
    altered = bytearray(written)
    altered[flip.place] ^= flip.by
    path.write_bytes(altered)
    try:
        if not is_refused(folder):
            return f"not noticed by verify: {flip}"
        given = answers(index, ASKED[:1])
        if given.generation == folder.name:
            return f"opened: {flip}"
        return GOOD if given.digest == expected and given.degraded else f"answered wrongly: {flip}"
    except Exception:
        return f"failed: {flip} {traceback.format_exc(limit=-1).splitlines()[-1]}"
    finally:
        path.write_bytes(written)


def is_refused(folder: Path) -> bool:
    """Whether `verify` finds fault with a generation."""
    try:
        verify(folder)
    except LedeError:
        return True
    return False


def truncated(folder: Path) -> None:
    """The largest file has lost its second half."""
    path = max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    os.truncate(path, path.stat().st_size // 2)


def missing(folder: Path) -> None:
    """The articles are gone."""
    (folder / "articles.sqlite").unlink()


def swapped(folder: Path) -> None:
    """Two files have changed places."""
    one, other = folder / "columns" / "group.npy", folder / "columns" / "story.npy"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first if first != second else first[::-1])


def of_another_build(folder: Path) -> None:
    """The manifest is that of the generation before."""
    before = min(path for path in folder.parent.iterdir())
    shutil.copyfile(before / MANIFEST, folder / MANIFEST)


def a_row_short(folder: Path) -> None:
    """The vectors are one fewer than the views, and the manifest knows no better."""
    from search.backends.faiss import FaissFormat

    vectors = FaissFormat().open(folder / "vector")
    shorter = vectors.vectors(np.arange(vectors.size - 1))
    shutil.rmtree(folder / "vector")
    (folder / "vector").mkdir()
    FaissFormat().write(folder / "vector", shorter)
    resealed(folder)


DAMAGES = (truncated, missing, swapped, of_another_build, a_row_short)


def resealed(folder: Path, **changes: object) -> None:
    """Write a manifest that is true of the files as they are now, with these fields of it changed."""
    manifest = msgspec.structs.replace(read_manifest(folder), files=digest_files(folder), **changes)
    write_manifest(folder, manifest)


if __name__ == "__main__":
    main(sys.stdin.read())
