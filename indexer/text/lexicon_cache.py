"""Cache of earlier builds: how each piece of text between two blanks splits into words.

Taking one apart costs 13 µs, and an archive of 11,280 articles has 131,000; most are the same the night after. The file
may be deleted at any time, and counts for nothing where a bit of it changed, or what decides about words.
"""

import hashlib
import os
import unicodedata
from pathlib import Path

import msgspec
import Stemmer

from indexer.text.lexicon import LexiconState
from search.analysis.analyzer import Analyzer

_FILE = "stretches.msgpack"
_RECIPE = 2
"""Changes with the form of the file, and when search.wording would take the same stretch apart in another way."""
_DIGEST = hashlib.sha256().digest_size


def stretches_known(analyzer: Analyzer, folder: Path) -> LexiconState | None:
    """What a build with the same analyzer left in this folder; None where there is nothing, or nothing sound."""
    try:
        with (folder / _FILE).open("rb") as file:
            seal, content = file.read(_DIGEST), file.read()
    except OSError:
        return None
    return msgspec.msgpack.decode(content, type=LexiconState) if seal == _seal(analyzer, content) else None


def keep_stretches(analyzer: Analyzer, folder: Path, known: LexiconState) -> None:
    """Leave this for the next build, whole or not at all."""
    content = msgspec.msgpack.encode(known)
    beside = folder / f"{_FILE}.new"
    with beside.open("wb") as file:
        file.write(_seal(analyzer, content))
        file.write(content)
    os.replace(beside, folder / _FILE)


def _seal(analyzer: Analyzer, content: bytes) -> bytes:
    """The digest of the content, and of all that decides about words."""
    decides = (_RECIPE, analyzer.seal, Stemmer.version(), unicodedata.unidata_version)
    digest = hashlib.sha256(repr(decides).encode())
    digest.update(content)
    return digest.digest()
