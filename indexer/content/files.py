"""The files below a folder that readers claim, in the order of paths; litter and hidden folders are passed over."""

import hashlib
import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import nsmallest
from pathlib import Path
from typing import NamedTuple

from indexer.content.beneath import open_beneath
from indexer.content.built_sites import BUILT, built_folders, is_configuration
from indexer.content.companions import DATA_SUFFIXES, Companions
from indexer.content.conventions import names_a_field
from indexer.content.document import Omitted, SourceFile, UnfitError
from indexer.content.languages import PathLanguages
from indexer.content.repository_files import OF_PROGRAM, is_of_program
from indexer.content.seen_files import SeenFiles, is_regular, key_of
from indexer.readers.file_lists import LISTED, lists_files
from indexer.readers.records import may_hold_articles
from indexer.readers.registry import reader_of
from search.errors import ContentError
from search.index.manifest import Rejected

MAX_BYTES = 5_000_000
"""A file of one article beyond this is none."""
VERSION = "23"
"""Raised whenever readers read the same file otherwise: no article is taken over from before."""
_LITTER_FOLDERS = frozenset(
    "node_modules __pycache__ __MACOSX bower_components lost+found"
    " _layouts _includes _partials archetypes scaffolds".split()
)
"""What tools leave behind, and what generators keep templates in."""
_EXAMPLES = "exampleSite"
"""The folder in which a theme of Hugo has its example: of a repository made from a theme, it holds the site itself."""
_LITTER_FILES = re.compile(r"^(?:[.~#].*|.*~|.*\.(?:sw[opx]|bak|orig|tmp|rej)|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
_CONFLICT = re.compile(
    r"(?<!\s)\s*\([^()]{0,80}(?:conflicted copy|konflikt|copie en conflit|copia en conflicto|conflitos?)[^()]{0,80}\)"
    r"|\.sync-conflict-\d{8}-\d{6}(?:-\w{7})?",
    re.IGNORECASE,
)
"""What Dropbox, Nextcloud and Syncthing put into the name of a copy that they could not join with the file."""
CONFLICT = "copy of a file beside it, made by a program that keeps folders alike"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no path may hold: it could not be shown, or would show another one."""
_CHUNK = 1 << 20
_BEGIN = 200_000
_PEEKED, _HEAD = 50, 256
"""Of the texts of an archive so many are looked at, and of each so many bytes."""
_LEAST_PLAIN, _MOST_FIELDS = 4 / 5, 1 / 10
"""Of an archive of plain texts so many are plain, and at most so many of them begin as pages of fields do."""
_FIELD = re.compile(
    r"[\s\ufeff]{0,99}+(?:(?:\.\.|:)?[ \t]{0,99}+([^\W\d_][\w -]{0,40}):|-{3,99}+[ \t]{0,99}+\n|VERSION\|)"
)


class _TooLongError(UnfitError):
    """A file of one article that has more bytes than any."""


def check_content(content: Path) -> None:
    """See that the folder of articles is one and can be read. Raises ContentError."""
    if not content.is_dir():
        raise ContentError(f"{content} is no folder.", "Name the folder that the articles are in.")
    if not os.access(content, os.R_OK | os.X_OK):
        raise ContentError(f"{content} cannot be read.", "Give its reader the right to.")


def source_files(
    content: Path, salt: str = "", seen: SeenFiles | None = None, known: Container[str] = ()
) -> Iterator[SourceFile | Rejected | Omitted]:
    """Every file below a folder that a reader claims, in the order of paths. Raises ContentError.

    A file that was `seen` before in the state that it has now comes without its content, where its digest is `known`.

    What a site's generator made of sources that are here too is left out; so is a list of files that are here.
    A link to a file inside is read, one out of the folder refused; no link to a folder is followed, so none goes round.
    What is exchanged for a link after it was listed leads nobody out: see `open_beneath`.
    `salt` goes into the digests: what depends on the settings is read again when they change.
    """
    check_content(content)
    data: list[str] = []
    configurations: list[str] = []
    found = sorted(
        _below(content, data, configurations), key=lambda one: one[0].replace("/", "\0")
    )  # no name contains that
    languages = PathLanguages(shown for shown, unfit in found if not unfit)
    built = built_folders(content, configurations, [shown for shown, _ in found])
    if built:
        yield from (Omitted(shown, BUILT) for shown, _ in found if shown.startswith(built))
        found = [one for one in found if not one[0].startswith(built)]
    companions = Companions(content, (*data, *(shown for shown, unfit in found if not unfit)))
    if companions.any:  # what they say of a file depends on what it holds itself
        seen = None
    names = {shown for shown, _ in found}
    plain = _has_plain_texts_alone(content, [shown for shown, unfit in found if not unfit])
    for shown, unfit_folder in found:
        try:
            if unfit_folder:
                raise UnfitError(unfit_folder)
            if companions.is_companion(shown):
                continue
            if is_of_program(shown, content):
                yield Omitted(shown, OF_PROGRAM)
            elif "onfli" in shown and _CONFLICT.sub("", shown) in names - {shown}:
                yield Omitted(shown, CONFLICT)
            elif companions.any and lists_files(*companions.beside(shown)):
                yield Omitted(shown, LISTED)
            else:
                yield _source_file(_Source(content, shown, languages.of(shown), salt, plain), companions, seen, known)
        except UnfitError as unfit:
            if not (isinstance(unfit, _TooLongError) and _is_of_site(content, shown)):
                yield Rejected(_printable(shown), unfit.line, str(unfit))
        except OSError as unreadable:
            yield Rejected(_printable(shown), 1, f"cannot be read: {unreadable.strerror}")


def again(content: Path, files: Iterable[SourceFile]) -> Iterator[SourceFile]:
    """These files with what they hold, to be read once more, but for those that cannot be read any more."""
    for file in files:
        if file.root:
            yield file
            continue
        try:
            yield replace(file, content=_read(content, file.path))
        except (OSError, UnfitError):
            continue


def is_litter(name: str) -> bool:
    """Whether a file or folder of that name is hidden, or left there by an editor or a system."""
    return name in _LITTER_FOLDERS or bool(_LITTER_FILES.match(name))


def _below(content: Path, data: list[str], configurations: list[str]) -> Iterator[tuple[str, str]]:
    """Every file that a reader claims, with nothing; and every folder that is not looked into, with the reason.

    `data` gets the files that may say something of others, `configurations` those of generators. Paths are texts: of
    ten thousand files each call counts.
    """
    root = f"{str(content).rstrip('/')}/"
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(content, onerror=unreadable.append):
        below = f"{folder.rstrip('/')}/"[len(root) :]
        folders[:] = [name for name in folders if not (is_litter(name) or _is_example(below, name))]
        yield from ((below + name, "") for name in names if reader_of(name) and not is_litter(name))
        data += [
            below + name
            for name in names
            if name.endswith(DATA_SUFFIXES) and (is_litter(name) or not reader_of(name))  # .authors.yml is hidden
        ]
        configurations += [below + name for name in names if is_configuration(name)]
        links = (name for name in folders if Path(folder, name).is_symlink())
        yield from ((below + name, "is a link to a folder, which is not followed") for name in links)
    for why in unreadable:
        yield str(why.filename)[len(root) :], f"is a folder that cannot be read: {why.strerror}"


def _is_example(folder: str, name: str) -> bool:
    """Whether a folder of that name is the example of a theme that a site uses."""
    return name == _EXAMPLES and "/themes/" in f"/{folder}"


class _Source(NamedTuple):
    """A file to be looked at, and what its digest depends on besides its content."""

    content: Path
    path: str
    language: str
    salt: str
    plain: bool = False

    @property
    def said(self) -> str:
        plain = "plain\0" if self.plain else ""
        return f"{VERSION}\0{self.salt}\0{self.language}\0{self.path}\0{plain}"


def _source_file(source: _Source, companions: Companions, seen: SeenFiles | None, known: Container[str]) -> SourceFile:
    content, shown, language, _, plain = source
    if _CONTROL.search(shown):
        raise UnfitError("its name has characters that cannot be shown")
    reader = reader_of(shown)
    said = source.said
    start = hashlib.sha256(said.encode())
    if reader is not None and reader.streams:
        return SourceFile(shown, _digest(content, shown, start), b"", str(content), language)
    state = os.lstat(f"{content}/{shown}")
    key = key_of(state, said) if seen and is_regular(state) else b""
    if seen and key and (digest := seen.digest(key)) and digest in known:
        return SourceFile(shown, digest, b"", "", language)
    written = _read(content, shown)
    beside = companions.given(shown, written).encoded()
    start.update(written)
    if beside:
        start.update(b"\0" + beside)
    digest = start.hexdigest()
    if seen and key:
        seen.add(key, state, digest)
    return SourceFile(shown, digest, written, "", language, beside, plain)


def _is_of_site(content: Path, path: str) -> bool:
    """Whether a long file of data is the site's own: as its begin tells, it holds no articles."""
    if not path.endswith(DATA_SUFFIXES):
        return False
    try:
        with open_beneath(content, path) as file:
            return not may_hold_articles(file.read(_BEGIN).decode("utf-8", "replace"))
    except (OSError, UnfitError):
        return False


def _has_plain_texts_alone(content: Path, paths: Sequence[str]) -> bool:
    """Whether an archive is a folder of plain texts: at least two, few other texts, and few that begin with a field.

    One file more changes little: shares decide, and whether a text is looked at depends on its own path alone.
    """
    texts = [path for path in paths if not path.endswith(DATA_SUFFIXES)]
    plain = [path for path in texts if path.lower().endswith(".txt")]
    if len(plain) < 2 or len(plain) < _LEAST_PLAIN * len(texts):
        return False
    looked_at = nsmallest(_PEEKED, plain, key=lambda path: hashlib.sha256(os.fsencode(path)).digest())
    fields = sum(_begins_with_field(content, path) for path in looked_at)
    return fields <= _MOST_FIELDS * len(looked_at)


def _begins_with_field(content: Path, path: str) -> bool:
    """Whether a text begins as a page of fields does, as Kirby keeps them."""
    try:
        with open_beneath(content, path) as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
    except (OSError, UnfitError):
        return False
    found = _FIELD.match(head)
    return found is not None and (found[1] is None or names_a_field(found[1]) or "\n----" in head)


def _digest(content: Path, path: str, digest: "hashlib._Hash") -> str:
    """The digest of a file that is too long to be held."""
    with open_beneath(content, path) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(content: Path, path: str) -> bytes:
    """What a regular file holds."""
    with open_beneath(content, path) as file:
        written = file.read(MAX_BYTES + 1)
        if len(written) > MAX_BYTES:
            raise _TooLongError(f"has {os.fstat(file.fileno()).st_size:,} bytes; {MAX_BYTES:,} is the limit")
        return bytes(written)


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)
