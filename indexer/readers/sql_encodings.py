"""The encoding of a dump: one for all of its texts, as one program wrote them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from indexer.content.decoding import MIXED, STRAY, decoded
from indexer.content.document import UnfitError
from indexer.readers.private_copies import Content

_DECLARED = re.compile(
    rb"(?:SET\s{1,9}+NAMES\s{0,9}+|client_encoding\s{0,9}+=\s{0,9}+|CHARACTER_SET_CLIENT\s{0,9}+=\s{0,9}+)'?(\w{1,40})",
    re.IGNORECASE,
)
_CODECS = {
    "latin1": "cp1252", "win1252": "cp1252", "cp1250": "cp1250", "win1250": "cp1250", "latin2": "iso8859-2",
    "cp1251": "cp1251", "win1251": "cp1251", "win": "cp1251", "koi8r": "koi8-r", "koi8": "koi8-r", "koi8u": "koi8-u",
    "cp866": "cp866", "win866": "cp866", "greek": "iso8859-7", "win1253": "cp1253", "latin5": "iso8859-9",
    "win1254": "cp1254", "hebrew": "iso8859-8", "win1255": "cp1255", "cp1256": "cp1256", "win1256": "cp1256",
    "cp1257": "cp1257", "win1257": "cp1257", "win1258": "cp1258", "tis620": "tis-620", "win874": "cp874",
    "sjis": "cp932", "cp932": "cp932", "ujis": "euc_jp", "euc_jp": "euc_jp", "euckr": "cp949", "euc_kr": "cp949",
    "uhc": "cp949", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "big5": "big5",
}  # fmt: skip
"""By the names that MySQL and PostgreSQL give encodings, those of Python."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 65_536
_PIECE = 1 << 20
_ENOUGH = 1 << 20
"""So many bytes beyond UTF-8 tell an encoding."""


class Encoding(NamedTuple):
    """How the texts of a dump are decoded."""

    name: str = ""
    """Empty for UTF-8."""
    guessed: bool = False

    def decode(self, written: bytes) -> str:
        """A text, the ends of its lines as Unix has them."""
        text = self._text(written)
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _text(self, written: bytes) -> str:
        if self.name == MIXED:
            return written.decode("utf-8", STRAY)
        return written.decode(self.name or "utf-8", "replace")


def encoding_of(content: Content, parts: Iterable[tuple[int, int]]) -> Encoding:
    """The encoding of a dump whose articles stand in these parts.

    It is UTF-8 where that fits, else what the dump declares, else what most of its texts look like.
    """
    sample = bytearray()
    for begin, end in parts:
        for at in range(begin, end, _PIECE):
            piece = content[at : min(end, at + _PIECE)]
            if len(sample) < _ENOUGH and not _is_utf_8(piece):
                sample += _beyond_ascii(piece)
    if not sample:
        return Encoding()
    declared = [one[1].decode().casefold() for one in _DECLARED.finditer(content[:_LOOKED_AT])]
    named = next((_CODECS[one] for one in declared if one in _CODECS), "")
    if named:
        return Encoding(named)
    try:
        name = decoded(bytes(sample))[1]
    except UnfitError:
        name = "cp1252"
    return Encoding(name, guessed=bool(name))


def _is_utf_8(piece: bytes) -> bool:
    """Whether a piece is UTF-8, but for a letter that is cut at one of its ends."""
    try:
        piece.decode()
    except UnicodeDecodeError as wrong:
        cut = wrong.start >= len(piece) - 3 and wrong.reason == "unexpected end of data"
        begun = wrong.start < 3 and piece[wrong.start] & 0xC0 == 0x80
        return cut or (begun and _is_utf_8(piece[wrong.start + 1 :]))
    return True


def _beyond_ascii(piece: bytes) -> bytes:
    """The lines of a piece that are not ASCII, without what is no text."""
    return b"\n".join(one for one in re.split(rb"[\n']", piece) if not one.isascii() and not _CONTROLS.search(one))
