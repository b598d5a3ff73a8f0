"""Killed at any moment or file operation, or denied the disk: does what was served stay, and the next run mend it?"""

import errno
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from torture.archive import write_articles
from torture.nights import Ended, Nights
from torture.shim import shim

PUBLISHED, UNCHANGED, FAILED, UNVERIFIED = 0, 3, 1, 5
KEEP = 2
_OF_A_ROOT = {"CURRENT", "generations", "staging", "cache", "key", "writer.lock"}
_OF_A_CACHE = {
    *("embeddings.sqlite", "embeddings.sqlite-wal", "embeddings.sqlite-shm", "models"),
    *("stretches.msgpack", "stretches.msgpack.new", "lemmas.msgpack", "lemmas.msgpack.new"),
    *("files.bin", "files.bin.new", "headings.msgpack", "headings.msgpack.new"),
    *("asked.msgpack", "asked.msgpack.new"),
    *("nearest.msgpack", "nearest.msgpack.new", "nearest.vectors", "nearest.vectors.new"),
    *("letters.msgpack", "letters.msgpack.new", "catalogue.msgpack", "catalogue.msgpack.new"),
    *("cyrillic.msgpack", "cyrillic.msgpack.new", "dictionary.msgpack", "dictionary.msgpack.new"),
    *("glossary-en.msgpack", "glossary-en.msgpack.new", "glossary-uk.msgpack", "glossary-uk.msgpack.new"),
}


class Case:
    """An index that serves one edition, a content folder that holds the next, and what both answer."""

    def __init__(self, scratch: Path, keyword: str = "tantivy") -> None:
        self.scratch = scratch
        self.keyword = keyword
        self.seen_to = 0
        self.content, self._kept, self.index = scratch / "content", scratch / "kept", scratch / "index"
        self.nights = Nights(scratch, shim(scratch))
        for edition in ("first", "second"):
            write_articles(self.content, edition)
            assert self.night(self._kept).status == PUBLISHED
        self.answers(self._kept)
        write_articles(self.content, "third", count=13)
        self.fresh()
        self.whole = self.night()
        assert self.whole.status == PUBLISHED, self.whole.wrote
        self.after = self.answers(self.index)

    def fresh(self) -> None:
        """Put the index back to where the second edition is served."""
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self._kept, self.index)

    def night(self, index: Path | None = None, **told: object) -> Ended:
        """One nightly run."""
        return self.nights.run(content=self.content, index=index or self.index, keep=KEEP, keyword=self.keyword, **told)

    def answers(self, index: Path) -> str:
        """What an index answers, once its generation is verified."""
        checked = self.nights.run("check", index=index)
        assert checked.status == 0, checked.wrote
        _, digest, degraded = json.loads(checked.wrote.splitlines()[-1])
        assert not degraded, degraded
        return str(digest)

    def see_to_what_is_served(self, run: Ended) -> None:
        """What is served is sound and whole: the second edition as it was, or the third, published before the end."""
        assert "Traceback" not in run.wrote, run.wrote
        name = (self.index / "CURRENT").read_text(encoding="utf-8")
        if name == (self._kept / "CURRENT").read_text(encoding="utf-8"):  # equal bytes, equal answers
            assert _bytes(self.index / "generations" / name) == _bytes(self._kept / "generations" / name)
        else:
            assert self.answers(self.index) == self.after

    def see_to_the_next_run(self) -> None:
        """The next run succeeds, serves the third edition, and clears away what was left."""
        for left in (self.scratch / "tmp").iterdir():
            os.utime(left, (0, 0))  # long ago, as it is by the next night
        self.seen_to += 1
        if not self.seen_to % 50:
            print(f"{self.seen_to} runs that were stopped, and mended by the next", file=sys.stderr, flush=True)
        following = self.night()
        assert following.status in (PUBLISHED, UNCHANGED), following.wrote
        assert self.answers(self.index) == self.after
        assert {path.name for path in self.index.iterdir()} <= _OF_A_ROOT
        assert {path.name for path in (self.index / "cache").iterdir()} <= _OF_A_CACHE
        staging = self.index / "staging"
        assert not staging.is_dir() or not list(staging.iterdir())
        assert len(list((self.index / "generations").iterdir())) <= KEEP
        left_over = [path.name for path in (self.scratch / "tmp").iterdir()]
        assert not left_over, left_over


@contextmanager
def case(scratch: Path, keyword: str = "tantivy") -> Iterator[Case]:
    """A case, whose processes end with it. Raises NoCompilerError."""
    made = Case(scratch, keyword)
    try:
        yield made
    finally:
        made.nights.close()


def kill_at_moments(made: Case, count: int, seed: int = 1) -> dict[str, int]:
    """SIGKILL at so many random moments of a night."""
    moments = random.Random(seed)  # noqa: S311 - chance to break by  # nosec B311
    told = {"runs": 0, "killed": 0}
    for _ in range(count):
        made.fresh()
        run = made.night(kill_after=moments.uniform(0, 1.1 * made.whole.seconds))
        told["runs"] += 1
        told["killed"] += run.status == -9
        made.see_to_what_is_served(run)
        made.see_to_the_next_run()
    return told


def kill_at_operations(made: Case, every: int = 1) -> dict[str, int]:
    """SIGKILL in the middle of the n-th file operation, for every n, or every so many."""
    operations = len(made.whole.operations)
    told = {"operations": operations, "killed": 0}
    for number in range(1, operations + 1, every):
        made.fresh()
        run = made.night(die=number)
        assert run.status == -9 or number > len(run.operations), (number, run.status, run.wrote)
        told["killed"] += run.status == -9
        made.see_to_what_is_served(run)
        made.see_to_the_next_run()
    return told


def deny_the_disk(made: Case, every: int = 1) -> dict[str, int]:
    """The disk is full from the n-th file operation on, for every n; then broken (EIO); then read-only."""
    told = {"full": 0, "broken": 0, "read_only": 0}
    operations = len(made.whole.operations)
    for what, error, everything in (
        ("full", errno.ENOSPC, False),
        ("broken", errno.EIO, True),
        ("read_only", errno.EROFS, True),
    ):
        for number in range(1, operations + 1, every):
            made.fresh()
            run = made.night(fail=number, error=error, iterate=everything)
            assert run.status in (PUBLISHED, FAILED, UNVERIFIED), (what, number, run.status, run.wrote)
            told[what] += run.status != PUBLISHED
            made.see_to_what_is_served(run)
            made.see_to_the_next_run()
    return told


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
