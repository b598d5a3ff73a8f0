"""Mailboxes: many letters in one file (mbox), as lists of readers and archives of newsletters keep them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from indexer.content.beneath import open_source
from indexer.content.document import Document, Found, Refused, SourceFile, UnfitError
from indexer.readers.items import ItemNames, item_digest
from indexer.readers.letters import letter_document
from search.index.manifest import Rejected

MAX_LETTER = 5_000_000
"""One letter may have so many bytes; a longer one is rejected by itself."""
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ZONE = rb"(?:[+-]\d{4}|[A-Z]{1,5})"
_BEGIN = re.compile(
    rb"From (?:[^\r\n]{0,500}?[ \t])??(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]{1,4}"
    rb"(?:" + _MONTH + rb"[ \t]{1,4}\d{1,2}|\d{1,2}[ \t]{1,4}" + _MONTH + rb"[ \t]{1,4}\d{4})"
    rb"[ \t]{1,4}\d{1,2}:\d{2}(?::\d{2})?(?:[ \t]{1,4}" + _ZONE + rb")?(?:[ \t]{1,4}\d{4})?"
    rb"(?:[ \t]{1,4}" + _ZONE + rb")?(?:[ \t]{1,4}remote from [^\s]{1,200})?[ \t]{0,100}\r?\n"
)
"""The line before each letter: who sent it, and when: weekday, month, day and time, which no sentence ends with."""
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


class MailboxReader:
    """Reads each letter of a mailbox as one article."""

    name = "mailbox"
    suffixes = frozenset({".mbox", ".mbx"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """A document for each letter. Raises UnfitError for what is no mailbox."""
        names = ItemNames()
        any_letter = False
        with open_source(file) as opened:
            for line, letter in _letters(opened):
                any_letter = True
                yield _found(file, letter, names, line)
        if not any_letter:
            raise UnfitError("is no mailbox: no line begins a letter (`From sender Tue Mar  5 10:00:00 2024`)")


def _found(file: SourceFile, letter: bytes | None, names: ItemNames, line: int) -> Found:
    if letter is None:
        return Refused(Rejected(file.path, line, f"a letter of more than {MAX_LETTER:,} bytes"))
    try:
        document = letter_document(file, _QUOTED.sub(rb"\1", letter))
    except UnfitError as unfit:
        return Refused(Rejected(file.path, line, str(unfit)))
    return _named(file, document, names, line) if isinstance(document, Document) else document


def _named(file: SourceFile, document: Document, names: ItemNames, line: int) -> Document:
    """The document with a name that lasts: its number moves whenever an older letter goes."""
    digest = item_digest(file, {**document.fields, "text": document.body})
    return replace(document, item=names.once(digest[:16]), line=line, digest=digest)


def _letters(opened: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Each letter with the line in which it begins; None for one that is too long, which is not held."""
    held: list[bytes] | None = None
    size = number = begin = 0
    blank = True
    while line := opened.readline(MAX_LETTER):
        if blank and line.startswith(b"From ") and _BEGIN.match(line):
            if held is not None:
                yield begin, b"".join(held) if size <= MAX_LETTER else None
            held, size, begin = [], 0, number + 2
        elif held is not None:
            size += len(line)
            if size <= MAX_LETTER:
                held.append(line)
        blank = not line.strip()
        number += line.endswith(b"\n")
    if held is not None:
        yield begin, b"".join(held) if size <= MAX_LETTER else None
