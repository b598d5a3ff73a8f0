"""Bytes to text: UTF-8, UTF-16, what the file itself declares, or the code page of old editors."""

import codecs
import re

import ftfy

from indexer.content.code_pages import code_page
from indexer.content.document import UnfitError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"(?:charset\s*=\s*|<\?xml[^<>]*encoding\s*=\s*)[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
"""A letter beyond ASCII in UTF-8."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
MIXED = "UTF-8 with bytes of cp1252 in it"
"""What a guess is called where most of a text is UTF-8; a codec of that name there is none."""
STRAY = "stray-cp1252"
"""How codecs are told to read what is no UTF-8: as Windows-1252."""
_LOOKED_AT = 4_096
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
_ASIAN = {
    "cp932": re.compile("[\u3041-\u3096\u30a1-\u30fa]"),
    "euc_jp": re.compile("[\u3041-\u3096\u30a1-\u30fa]"),
    "cp949": re.compile("[이다는에의을가고를은한하지기도로서대사인자나리시아어라그]"),
    "gb18030": re.compile("[的一是在不了有和人这中大为上个国我以要他时来用们到作地于出就分对成会可主发年]"),
    "big5": re.compile("[的一是在不了有和人這中大為上個國我以要他時來用們到作地於出就分對成會可主發年]"),
}
"""By encoding, the letters that tell its language: kana, and the most frequent signs of Korean and Chinese."""
_LEAST_SHARE = 0.15
_NO_TEXTS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})
"""Codecs that Python has for other ends; its decoder of Punycode takes time by the square of the length."""


def _stray(wrong: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8, as Windows-1252 has them, and where to go on."""
    if not isinstance(wrong, UnicodeDecodeError):
        raise wrong
    return wrong.object[wrong.start : wrong.end].decode("cp1252", errors="replace"), wrong.end


codecs.register_error(STRAY, _stray)


def decoded(content: bytes) -> tuple[str, str]:
    """The text, line ends as Unix has them, and the encoding where it was guessed. Raises UnfitError for no text."""
    text, guessed = _text(content)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff"), guessed


def repaired(text: str) -> str:
    """The text with what was UTF-8 read as Windows-1252 put right, line by line: most of a file is sound."""
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    return "\n".join(ftfy.fix_encoding(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))


def _text(content: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), ""
            except UnicodeDecodeError as wrong:
                line = content.count(b"\n", 0, wrong.start) + 1
                raise UnfitError(f"is not {encoding.upper()}, though it begins as such", line) from wrong
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
    if _mostly_utf_8(content):
        return content.decode("utf-8", errors=STRAY), MIXED
    encoding = _guessed(content)
    if not encoding:
        raise UnfitError("is no text: neither UTF-8 nor another known encoding", line)
    try:
        return content.decode(encoding), encoding
    except (UnicodeDecodeError, LookupError):
        return content.decode("cp1252", errors="replace"), "cp1252"


def _mostly_utf_8(content: bytes) -> bool:
    """Whether more letters beyond ASCII are UTF-8 than stray bytes are not: it was pasted into, and is all of a kind.

    Of texts in the code pages of one language, at most .36 of such letters look like UTF-8.
    """
    stray = _BEYOND_ASCII.findall(_UTF_8.sub(b"", content))
    return b"\0" not in content[:_LOOKED_AT] and len(_UTF_8.findall(content)) > len(stray)


def _asian(content: bytes) -> str:
    """The encoding of East Asia in which most of a text is letters of one such language; else an empty text."""
    shares = {name: _share(content, name, letters) for name, letters in _ASIAN.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] > _LEAST_SHARE else ""


def _share(content: bytes, encoding: str, letters: re.Pattern[str]) -> float:
    """Of the characters beyond ASCII that an encoding reads, the share of those that its language has most."""
    text = content.decode(encoding, errors="replace")
    beyond = sum(1 for sign in text if sign > "\x7f")
    broken = text.count("\ufffd")
    return len(letters.findall(text)) / beyond if beyond and broken * 50 < beyond else 0.0


def _guessed(content: bytes) -> str:
    head = content[:_LOOKED_AT]
    zeros = head.count(0)
    if zeros > len(head) * 0.3 and len(head) > 3:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if zeros or sum(1 for byte in head if byte < 9 or 13 < byte < 32) > len(head) // 50:
        return ""
    if (declared := _DECLARED.search(head)) and (name := declared_codec(declared[1].decode("ascii"))):
        return name
    return _asian(content[:100_000]) or code_page(content) or "cp1252"


def declared_codec(declared: str) -> str:
    """The codec that a file declares; an empty text for one that is not known, or that it surely is not in.

    What is no encoding of texts, such as that of the names of hosts, is none.
    """
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return ""
    if name in _NO_TEXTS:
        return ""
    return {"utf-8": "", "iso8859-1": "cp1252", "ascii": ""}.get(name, declared.lower())
