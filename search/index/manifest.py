"""A generation as its manifest describes it: counts, formats, model, and the digest of every file.

A manifest is JSON whose first line is the SHA-256 of all that follows, so that a changed bit in it is noticed too.
"""

import hashlib
import re
from pathlib import Path

import msgspec

from search.errors import BrokenGenerationError
from search.field_settings import FieldKind
from search.index.calibration import Calibration
from search.messages import say

FORMAT = 9
"""The version of the on-disk format. A reader refuses any other."""
MANIFEST = "manifest.json"
NAMES = "names.json"
"""The table of names that the generation was analysed with."""
LEMMAS = "lemmas"
"""The folder of the lemmas that the generation was analysed with."""
DAYS = "days.json"
"""The names that days have, and their dates."""
_HEAD = re.compile(rb'\{"sha256": "([0-9a-f]{64})",\n')


class FileDigest(msgspec.Struct, frozen=True):
    """What a file was when it was written."""

    size: int
    sha256: str
    xxh3: str = ""
    """XXH3-64, as hex; empty where a generation was written before there was one."""


class Rejected(msgspec.Struct, frozen=True):
    """A file that could not become an article: where, and why."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


class ModelCard(msgspec.Struct, frozen=True):
    """The model of a generation's vectors, and what it knows.

    `runtime` is `onnx` where the model is in the generation itself, else what has to load it by its name.
    """

    fingerprint: str
    source: str
    name: str
    dimension: int
    languages: list[str]
    runtime: str
    calibration: Calibration


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation is: written last, true of every file beside it."""

    format: int
    name: str
    built: str
    content_digest: str
    """SHA-256 over the path and content digest of every file read: equal content builds equal answers."""
    settings_digest: str
    articles: int
    views: int
    passages: int
    drafts: int
    rejected: list[Rejected]
    omitted: dict[str, int]
    """By reason, how many files and items are readable and no article to be found: drafts, section pages."""
    warnings: int
    """How many things of articles could not be read."""
    languages: dict[str, int]
    keyword_engine: str
    vector_engine: str
    analyzer: str
    boilerplate: list[str]
    """Headings that recur all over the archive and say nothing of an article."""
    model: ModelCard
    declared: dict[str, FieldKind] = {}
    """The archive's own fields, by name."""
    files: dict[str, FileDigest]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation. Raises BrokenGenerationError if it is missing, altered or of another format."""
    try:
        written = (folder / MANIFEST).read_bytes()
    except OSError as missing:
        raise broken_generation(folder, f"{MANIFEST} cannot be read ({missing.strerror})") from missing
    head = _HEAD.match(written)
    if head is None or hashlib.sha256(written[head.end() :]).hexdigest().encode() != head[1]:
        raise broken_generation(folder, f"{MANIFEST} was altered after it was written")
    version = msgspec.json.decode(written).get("format")
    if version != FORMAT:
        raise BrokenGenerationError(
            say("broken-format", name=folder.name, format=str(version), own=FORMAT),
            say("build-in-full"),
        )
    try:
        manifest = msgspec.json.decode(written, type=Manifest)
    except msgspec.ValidationError as unfit:
        raise broken_generation(folder, f"{MANIFEST} does not fit this version of Lede ({unfit})") from unfit
    if not all(map(_is_name, (manifest.name, *manifest.declared))) or not all(map(_stays_below, manifest.files)):
        raise broken_generation(folder, f"{MANIFEST} names what lies outside of its folder")
    return manifest


def _is_name(written: str) -> bool:
    """Whether a text names something in a folder, and nothing above or below."""
    return _stays_below(written) and "/" not in written


def _stays_below(path: str) -> bool:
    """Whether a path, joined to that of a folder, leads to something below it."""
    parts = path.replace("\\", "/").split("/")
    return "\0" not in path and not {"", ".", ".."} & set(parts) and ":" not in parts[0]


def broken_generation(folder: Path, what: str) -> BrokenGenerationError:
    """What is wrong with a generation, by its name: a service shows it, without the path of the index."""
    return BrokenGenerationError(say("broken-generation", name=folder.name, what=what), say("rollback-or-build"))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a generation whose files are all there."""
    body = msgspec.json.format(msgspec.json.encode(manifest), indent=1)[2:]
    digest = hashlib.sha256(body).hexdigest().encode()
    (folder / MANIFEST).write_bytes(b'{"sha256": "' + digest + b'",\n' + body)
