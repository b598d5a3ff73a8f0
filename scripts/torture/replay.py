"""The disk keeps only what was synced: does CURRENT name a whole generation wherever the power fails?

A model of a file system in which content is sure once its file was synced, and a name once its folder was. The
recorded operations of a publication are replayed up to each of them; then the power fails, and the disk has kept of the
rest what is worst for us: of every folder's names either the sure ones or the newest, content not synced never.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torture.archive import write_articles

Operation = Sequence[str]
"""Number, what, path, where to, bytes, and the bytes themselves in hex if they are few."""


@dataclass(eq=False)
class File:
    """Content that was written so many times, and how many of those are sure."""

    written: int = 1
    sure: int = 0
    text: bytes = b""


@dataclass(eq=False)
class Folder:
    """The names that stand in it now, and those that are sure."""

    names: dict[str, "File | Folder"] = field(default_factory=dict)
    sure: dict[str, "File | Folder"] = field(default_factory=dict)


class Disk:
    """The file system below an index folder."""

    def __init__(self) -> None:
        self.root = Folder()
        self._parts: dict[str, File | Folder] = {}

    def perform(self, what: str, path: str, to: str, data: bytes) -> None:
        """One operation, on paths relative to the index folder; what cannot have succeeded changes nothing."""
        if not isinstance(self.find(path.rpartition("/")[0]), Folder):
            return
        if what == "mkdir":
            self._folder(path).names.setdefault(_name(path), Folder())
        elif what == "create":
            self._folder(path).names[_name(path)] = File()
        elif what == "write":
            part = self.find(path)
            if isinstance(part, File):
                part.written, part.text = part.written + 1, part.text + data
        elif what == "sync":
            part = self.find(path)
            if isinstance(part, File):
                part.sure = part.written
            elif part is not None:
                part.sure = dict(part.names)
        elif what == "remove":
            self._folder(path).names.pop(_name(path), None)
        elif what == "rename":
            self._folder(to).names[_name(to)] = self._folder(path).names.pop(_name(path))

    def find(self, path: str) -> "File | Folder | None":
        """What now bears that path."""
        part: File | Folder | None = self.root
        for name in filter(None, path.split("/")):
            part = part.names.get(name) if isinstance(part, Folder) else None
        return part

    def add(self, path: str, sure: bool) -> None:
        """A file that was there before, or that was made by what nobody recorded."""
        folder = self.root
        for name in path.split("/")[:-1]:
            inner = folder.names.setdefault(name, Folder())
            assert isinstance(inner, Folder)
            if sure:
                folder.sure[name] = inner
            folder = inner
        file = folder.names.setdefault(_name(path), File())
        assert isinstance(file, File)
        if sure:
            file.sure = file.written
            folder.sure[_name(path)] = file

    def folders(self) -> Iterator[Folder]:
        """Every folder."""
        left = [self.root]
        while left:
            folder = left.pop()
            yield folder
            left += [part for part in folder.names.values() if isinstance(part, Folder)]

    def _folder(self, path: str) -> Folder:
        found = self.find(path.rpartition("/")[0])
        assert isinstance(found, Folder), path
        return found


def faults(disk: Disk, files: dict[str, set[str]]) -> Iterator[str]:
    """What is wrong after a power cut now, for each thing the disk may have kept. `files` of every generation."""
    everywhere = list(disk.folders())
    kept: list[set[Folder]] = [set(), set(everywhere)]
    kept += [{folder} for folder in everywhere] + [set(everywhere) - {folder} for folder in everywhere]
    for newest in kept:
        fault = _fault(disk, newest, files)
        if fault:
            yield fault


def _fault(disk: Disk, newest: set[Folder], files: dict[str, set[str]]) -> str:
    def names(folder: Folder) -> dict[str, File | Folder]:
        return folder.names if folder in newest else folder.sure

    current = names(disk.root).get("CURRENT")
    if current is None:
        return ""  # nothing was published yet
    if not isinstance(current, File) or current.sure != current.written:
        return "CURRENT has lost its content"
    generation = current.text.decode()
    for path in files[generation]:
        part: File | Folder | None = disk.root
        for name in f"generations/{generation}/{path}".split("/"):
            part = names(part).get(name) if isinstance(part, Folder) else None
        if not isinstance(part, File) or part.sure != part.written:
            return f"{path} of the generation that CURRENT names is lost"
    return ""


def replayed(
    operations: Sequence[Operation], index: Path, before: dict[str, set[str]], current: str, without: str | None = None
) -> list[str]:
    """The faults of every prefix of the operations on an index; `without` leaves out every sync of what ends there.

    `before` are the files of the generations that were there, `current` the name of the served one, if any.
    """
    disk, files = _disk_before(before, current), dict(before)
    own = _own(operations, index)
    left_out = set() if without is None else _names(own, without)
    found: list[str] = []
    seen: set[str] = set()
    for what, path, to, data in own:
        if path.startswith("staging/") and what == "sync" and (name := path.split("/")[1]) not in seen:
            seen.add(name)
            files[name] = _as_published(disk, index, name)
        if what != "sync" or path not in left_out:
            disk.perform(what, path, to, data)
            if what == "rename" or not path.startswith("staging/"):  # else nothing changed that CURRENT leads to
                found += faults(disk, files)
    kept = disk.root.sure.get("CURRENT")
    if not isinstance(kept, File) or kept.sure != kept.written or kept.text.decode() not in seen:
        found.append("what was published is not served after a power cut")
    return found


def _names(operations: Sequence[tuple[str, str, str, bytes]], path: str) -> set[str]:
    """A path, and those that what bears it in the end bore before: an engine may have synced it under those."""
    names = {path}
    for what, before, to, _ in reversed(operations):
        if what == "rename" and to in names:
            names.add(before)
    return names


def syncs(operations: Sequence[Operation], index: Path) -> list[str]:
    """The paths that a publication syncs, without what an engine removed again, and folders that nothing stands in."""
    synced = dict.fromkeys(path for what, path, _, _ in _own(operations, index) if what == "sync")
    return [path for path in synced if not path.startswith("staging/") or _holds_something(index, path)]


def _own(operations: Sequence[Operation], index: Path) -> list[tuple[str, str, str, bytes]]:
    """The operations on an index, by paths relative to it, without those on what may be deleted at any time."""
    inside = f"{index}/"
    return [
        (what, f"{path}/".removeprefix(inside)[:-1], to.removeprefix(inside), bytes.fromhex(data))
        for _, what, path, to, _, data in operations
        if f"{path}/".startswith(inside) and "/cache" not in path and what != "chmod"
    ]


def _disk_before(before: dict[str, set[str]], current: str) -> Disk:
    disk = Disk()
    for name, paths in before.items():
        for path in paths:
            disk.add(f"generations/{name}/{path}", sure=True)
    for folder in ("generations", "staging", "cache") if before else ():
        disk.root.names.setdefault(folder, Folder())
        disk.root.sure[folder] = disk.root.names[folder]
    if current:
        disk.add("CURRENT", sure=True)
        file = disk.root.names["CURRENT"]
        assert isinstance(file, File)
        file.text = current.encode()
    return disk


def _as_published(disk: Disk, index: Path, name: str) -> set[str]:
    """The files of a generation about to be published: as they lie there, however they came to be, none sure."""
    lying = generation_files(index, name)
    staged = disk.find(f"staging/{name}")
    assert isinstance(staged, Folder)
    for path in lying:
        disk.add(f"staging/{name}/{path}", sure=False)
    return lying


def generation_files(index: Path, name: str) -> set[str]:
    """The paths of the files of a generation."""
    folder = index / "generations" / name
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _holds_something(index: Path, staged: str) -> bool:
    lying = index / staged.replace("staging/", "generations/", 1)
    return lying.is_file() or (lying.is_dir() and any(lying.iterdir()))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def publications_survive(scratch: Path) -> dict[str, int]:
    """A first publication, one that prunes, and a roll-back: sound at every prefix, and each sync of them is needed."""
    from torture.nights import Nights
    from torture.shim import shim

    scratch = scratch.resolve()
    content, index = scratch / "content", scratch / "index"
    told = {"publications": 0, "operations": 0, "syncs": 0}
    nights = Nights(scratch, shim(scratch))
    try:
        for edition in ("first", "second", "third"):
            names = [path.name for path in (index / "generations").glob("*")]
            before = {name: generation_files(index, name) for name in names}
            current = (index / "CURRENT").read_text(encoding="utf-8") if names else ""
            write_articles(content, edition)
            run = nights.run(content=content, index=index, keep=1)
            assert run.status == 0, run.wrote
            assert replayed(run.operations, index, before, current) == []
            needed = syncs(run.operations, index)
            idle = [path for path in needed if not replayed(run.operations, index, before, current, path)]
            assert not idle, idle
            told["publications"] += 1
            told["operations"] += len(run.operations)
            told["syncs"] += len(needed)
    finally:
        nights.close()
    return told
