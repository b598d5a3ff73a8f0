"""Files to articles, or to rejections that say file, line and why. A draft is neither, and only counted."""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import ftfy

from indexer.content.body_html import compressed, safe_html
from indexer.content.front_matter import UnfitError, front_matter
from indexer.content.markdown import html_of, plain_text
from search.article import Article, Source
from search.errors import ContentError
from search.index.manifest import Rejected
from search.times import Millis, millis

MAX_BYTES = 5_000_000
"""A file beyond this is no article."""
_SUFFIX = re.compile(r"\.([a-z]{2,3})$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What no reader sees in a text, but a terminal obeys and XML refuses."""
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_NULLS = (None, "")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as found: where, and the SHA-256 of path and content."""

    path: str
    digest: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that is not to be published yet."""

    path: str


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article as it was read, and its body as compressed safe HTML."""

    article: Article
    html: bytes


Outcome = ReadArticle | Rejected | Draft


def check_content(content: Path) -> None:
    """See that the folder of articles is one and can be read. Raises ContentError."""
    if not content.is_dir():
        raise ContentError(f"{content} is no folder.", "Name the folder that the articles are in.")
    if not os.access(content, os.R_OK | os.X_OK):
        raise ContentError(f"{content} cannot be read.", "Give its reader the right to.")


def source_files(content: Path) -> Iterator[SourceFile | Rejected]:
    """Every Markdown file below a folder, in the order of paths. Raises ContentError.

    A link to a file inside is read, one out of the folder refused; no link to a folder is followed, so none goes round.
    """
    check_content(content)
    for shown, unfit_folder in sorted(_below(content), key=lambda found: found[0].split("/")):
        try:
            if unfit_folder:
                raise UnfitError(unfit_folder)
            yield _source_file(content, shown)
        except UnfitError as unfit:
            yield Rejected(_printable(shown), unfit.line, str(unfit))
        except OSError as unreadable:
            yield Rejected(_printable(shown), 1, f"cannot be read: {unreadable.strerror}")


def parse(file: SourceFile) -> Outcome:
    """The article that a file holds."""
    try:
        return _article(file)
    except UnfitError as unfit:
        return Rejected(file.path, unfit.line, str(unfit))


def _below(content: Path) -> Iterator[tuple[str, str]]:
    """Every Markdown file, with nothing; and every folder that is not looked into, with the reason.

    Paths are texts: of ten thousand files each call counts.
    """
    root = f"{str(content).rstrip('/')}/"
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(content, onerror=unreadable.append):
        below = f"{folder.rstrip('/')}/"[len(root) :]
        yield from ((below + name, "") for name in names if name.endswith(".md"))
        links = (name for name in folders if Path(folder, name).is_symlink())
        yield from ((below + name, "is a link to a folder, which is not followed") for name in links)
    for why in unreadable:
        yield str(why.filename)[len(root) :], f"is a folder that cannot be read: {why.strerror}"


def _source_file(content: Path, shown: str) -> SourceFile:
    if _CONTROL.search(shown) or not shown.isprintable():
        raise UnfitError("its name has characters that cannot be shown")
    path = content / shown
    link = stat.S_ISLNK(path.lstat().st_mode)
    if link and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(content)):
        raise UnfitError("is a link out of the content folder")
    written = _read(path)
    return SourceFile(shown, hashlib.sha256(shown.encode() + b"\0" + written).hexdigest(), written)


def _read(path: Path) -> bytes:
    """What a regular file holds. What took its place since it was found, a pipe say, is not waited for."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnfitError("is no regular file")
        written = file.read(MAX_BYTES + 1)
        if len(written) > MAX_BYTES:
            raise UnfitError(f"has {os.fstat(file.fileno()).st_size:,} bytes; {MAX_BYTES:,} is the limit")
        return written


def _article(file: SourceFile) -> ReadArticle | Draft:
    text = _repaired(_decoded(file.content))
    fields, body = front_matter(text)
    if _truth(fields.get("draft")):
        return Draft(file.path)
    article_id = file.path.removesuffix(".md")
    markdown = _UNSEEN.sub("", body)
    plain = plain_text(markdown)
    suffix = _SUFFIX.search(article_id)
    published = _first(fields, "publishedAt", "date")
    updated = _first(fields, "updatedAt", "updated", "lastmod")
    article = Article(
        id=article_id,
        path=file.path,
        title=_title(fields, plain.text, article_id),
        text=plain.text,
        description=_text(fields, "description"),
        published=_time(published[0], published[1]),
        updated=_time(updated[0], updated[1]),
        language=(_text(fields, "lang") or (suffix[1] if suffix else "")).lower(),
        source=_source(fields.get("source")),
        categories=_tags(_text(fields, "category")),
        tags=_tags(fields.get("tags")),
        sentiment=_text(fields, "sentiment"),
        image=_image(fields.get("coverImage")),
        external_id=_text(fields, "externalId"),
        headings=plain.headings,
    )
    return ReadArticle(article, compressed(safe_html(html_of(markdown))))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        raise UnfitError("is not UTF-8", line) from wrong


def _repaired(text: str) -> str:
    """The text with what was UTF-8 read as Windows-1252 put right, line by line: most of a file is sound."""
    if not _MOJIBAKE.search(text):
        return text
    return "\n".join(ftfy.fix_encoding(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))


def _title(fields: Mapping[str, object], text: str, article_id: str) -> str:
    """The title, or else the first line of the text, or else the words of the file's name."""
    given = _text(fields, "title")
    return given or " ".join(text.split("\n", 1)[0][:200].split()) or article_id.rsplit("/", 1)[-1].replace("-", " ")


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    if value in _NULLS:
        return ""
    if isinstance(value, str | int | float | date):
        try:
            return " ".join(_CONTROL.sub(" ", str(value)).split())
        except ValueError as endless:  # Python writes no number of more than 4,300 digits
            raise UnfitError(f"{name} is a number of too many digits") from endless
    raise UnfitError(f"{name} is a {type(value).__name__}, not a text")


def _first(fields: Mapping[str, object], *names: str) -> tuple[str, object]:
    return next(((name, fields[name]) for name in names if fields.get(name) not in _NULLS), (names[0], None))


def _time(name: str, value: object) -> Millis | None:
    """Milliseconds UTC of a time; one that names no zone is taken as UTC."""
    if value in _NULLS:
        return None
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
        elif isinstance(value, datetime):
            moment = value
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
        else:
            raise UnfitError(f"{name} is a {type(value).__name__}, not a time")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return millis(aware.astimezone(UTC))
    except (ValueError, OverflowError) as wrong:
        raise UnfitError(f"{name} is {str(value)!r:.60}, not a time") from wrong


def _source(value: object) -> Source | None:
    if value in _NULLS:
        return None
    if isinstance(value, str):
        name = _text({"source": value}, "source")
        return Source(key=name, name=name) if name else None
    if isinstance(value, dict):
        key, name = (_text({f"source.{part}": value.get(part)}, f"source.{part}") for part in ("key", "name"))
        return Source(key=key or name, name=name or key) if key or name else None
    raise UnfitError(f"source is a {type(value).__name__}, not a key and a name")


def _tags(value: object) -> tuple[str, ...]:
    if value in _NULLS:
        return ()
    values = value if isinstance(value, list) else [value]
    tags = [_text({"tags": tag}, "tags") for tag in values]
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _image(value: object) -> str:
    """The address of the cover image: the text, or of several sizes the regular one."""
    if isinstance(value, dict):
        value = next((value[size] for size in ("regular", "full", "raw", "small") if value.get(size)), "")
    return _CONTROL.sub("", value).strip() if isinstance(value, str) else ""


def _truth(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "1"))


def _printable(name: str) -> str:
    return name if name.isprintable() else ascii(name)
