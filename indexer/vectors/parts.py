"""Parts of an archive, one for each process that embeds, and a record of each part's runs."""

import os
import re
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import msgspec

from search.errors import RequestError

_WRITTEN = re.compile(r"(\d{1,6})/(\d{1,6})")
_REMEDY = "Give a part and how many there are, such as 3/16; the first is 1."
_RECORD = ".part.json"


class Part(msgspec.Struct, frozen=True):
    """One of so many parts, from 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, digest: str) -> bool:
        """Whether an article of this digest, in hexadecimal, belongs to the part. Each belongs to one."""
        return int(digest[:16], 16) % self.of == self.number - 1


def part_of(text: str) -> Part:
    """The part that is written so. Raises RequestError."""
    found = _WRITTEN.fullmatch(text.strip())
    part = Part(int(found[1]), int(found[2])) if found else None
    if part is None or not 1 <= part.number <= part.of:
        raise RequestError(f"--part is {text!r}.", _REMEDY, field="part")
    return part


class PartRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The last run of a part: where and when it began, and when it ended; None as long as it has not."""

    part: Part
    machine: str
    begun: str
    ended: str | None = None
    texts: int = 0
    """How many texts the part has, once it has ended."""


def begin(folder: Path, part: Part) -> PartRecord:
    """Record that a part begins, in the folder of its model. Raises OSError."""
    record = PartRecord(part=part, machine=socket.gethostname(), begun=_now())
    _write(folder, record)
    return record


def end(folder: Path, record: PartRecord, texts: int) -> None:
    """Record that a part has ended, and how many texts it has. Raises OSError."""
    _write(folder, msgspec.structs.replace(record, ended=_now(), texts=texts))


def unfinished(folder: Path) -> list[PartRecord]:
    """The parts whose last run has not ended: it still runs, or it died."""
    records = []
    for path in sorted(folder.glob(f"*{_RECORD}")):
        with suppress(OSError, msgspec.MsgspecError):
            records.append(msgspec.json.decode(path.read_bytes(), type=PartRecord))
    return sorted((one for one in records if one.ended is None), key=lambda one: (one.part.of, one.part.number))


def _write(folder: Path, record: PartRecord) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / f"{uuid4().hex}.begun"
    begun.write_bytes(msgspec.json.encode(record))
    os.replace(begun, folder / f"{record.part.number}-of-{record.part.of}{_RECORD}")


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
