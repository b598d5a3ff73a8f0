"""Folders written by a test, and what is read of them."""

import json
from collections.abc import Mapping
from pathlib import Path

from indexer.content.reader import KnownFiles, Reading, read
from search.article import Article
from search.times import iso


def reading_of(root: Path, files: Mapping[str, object]) -> Reading:
    """What a folder holds in which these files were written: text, bytes, or anything else as JSON."""
    for name, held in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(held))
    return read(root, KnownFiles(), lambda *_: None)


def accepted(root: Path, files: Mapping[str, object]) -> Reading:
    """The same of files none of which is rejected."""
    reading = reading_of(root, files)
    assert not reading.rejected, reading.rejected
    return reading


def only(root: Path, files: Mapping[str, object]) -> Article:
    """The one article of a folder in which these files were written."""
    (article,) = accepted(root, files).articles
    return article


def omitted(root: Path, files: Mapping[str, object]) -> Mapping[str, int]:
    """Why these files are no articles, each reason counted; none of them is one."""
    reading = reading_of(root, files)
    assert not list(reading.articles)
    return reading.omitted


def day(article: Article) -> str:
    """The day of publication, which the article has."""
    assert article.published is not None
    return iso(article.published)[:10]


def _bytes(held: object) -> bytes:
    if isinstance(held, bytes):
        return held
    return (held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)).encode()
