"""Characters: which of them belong to a word, which are passed over, and how letters are folded.

Unicode takes some letters apart (é) and others not (ł, ø, ß); a plain keyboard has neither, so both are folded. Marks
of Latin, Greek, Arabic and Hebrew letters are left out, as accents and vowel points are when people type. Marks of
other scripts are part of the word: without its vowel signs a Hindi word is another word.

Each Python knows the characters of another version of Unicode, and an index may be asked by another Python than the one
that built it. So all know what Unicode 14 has, as Python 3.11 does: marks of later versions are passed over, letters
and digits part words.
"""

import re
import unicodedata
from array import array
from collections.abc import Sequence
from functools import cache
from typing import Literal

_MARKS = (
    "0300-036F 0483-0489 0591-05BD 05BF 05C1-05C2 05C4-05C5 05C7 0610-061A 064B-065F 0670 06D6-06DC 06DF-06E8"
    " 06EA-06ED 0711-07F3 07FD 0816-082D 0859-085B 0898-08E1 08E3-0963 0981-09E3 09FE-0A75 0A81-0AE3 0AFA-0B63"
    " 0B82-0BD7 0C00-0C63 0C81-0C83 0CBC-0D4D 0D57-0D63 0D81-0DF3 0E31-0E3A 0E47-0E4E 0EB1-0ECD 0F18-0F19 0F35 0F37"
    " 0F39 0F3E-0F84 0F86-0FBC 0FC6 102B-103E 1056-109D 135D-135F 1712-1734 1752-17D3 17DD 180B-180D 180F-193B"
    " 1A17-1A1B 1A55-1A7F 1AB0-1B44 1B6B-1B73 1B80-1BF3 1C24-1C37 1CD0-1CD2 1CD4-1DFF 20D0-20F0 2CEF-2CF1 2D7F-2DFF"
    " 302A-302F 3099-309A A66F-A672 A674-A67D A69E-A6F1 A802-A827 A82C A880-A8C5 A8E0-A8F1 A8FF-A92D A947-A953"
    " A980-A9C0 A9E5-AA4D AA7B-AAC1 AAEB-AAEF AAF5-AAF6 ABE3-ABEA ABEC-ABED FB1E FE20-FE2F"
)
"""Combining marks of the first plane, and letters between them: no range holds a sign, a blank or a stop."""
_FURTHER_MARKS = (
    "101FD-1037A 10A01-10A3F 10AE5-10AE6 10D24-10EAC 10F46-10F50 10F82-10F85 11000-11046 11070-110BA 110C2 11100-11134"
    " 11145-11173 11180-111C0 111C9-111CC 111CE-111CF 1122C-11237 1123E 112DF-11446 1145E-114C3 115AF-115C0 115DC-11640"
    " 116AB-116B7 1171D-1172B 1182C-1183A 11930-11943 119D1-119E0 119E4-11A3E 11A47-11A99 11C2F-11C3F 11C92-11EF6"
    " 16AF0-16AF4 16B30-16B36 16F4F-16F92 1D165-1D169 1E000-1E136 1E2AE-1E2EF 1E8D0-1E94A"
)
_INVISIBLE = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F FE00-FE0F FEFF 1F3FB-1F3FF E0001-E007F"
    " E0100-E01EF"
)
"""What nobody sees, and skin tones: soft hyphens, joiners, marks of direction, variation selectors."""
_LATER_MARKS = (
    "0897 0CF3 0ECE 1ACF-1ADD 1AE0-1AEB 10D69-10D6D 10EFA-10EFF 11241 113B8-113C0 113C2 113C5 113C7-113CA 113CC-113D0"
    " 113D2 113E1-113E2 11B60-11B67 11F00-11F01 11F03 11F34-11F3A 11F3E-11F42 11F5A 13440 13447-13455 1611E-1612F 1E08F"
    " 1E4EC-1E4EF 1E5EE-1E5EF 1E6E3 1E6E6 1E6EE-1E6EF 1E6F5"
)
"""Combining marks that came after Unicode 14, up to 17."""
_LATER_LETTERS = (
    "088F 0C5C 0CDC 1C89-1C8A A7CB-A7CF A7D2 A7D4 A7DA-A7F1 105C0-105F3 10940-10959 10D40-10D65 10D6F-10D85 10EC2-10EC7"
    " 1123F-11240 11380-113B7 113D1 113D3 116D0-116E3 11BC0-11BE0 11BF0-11BF9 11DB0-11DE9 11F02 11F04-11F33 11F50-11F59"
    " 1342F 13441-13446 13460-143FA 16100-1611D 16130-16139 16D40-16D6C 16D70-16D79 16EA0-16ED3 16FF2-16FF6 187F8-187FF"
    " 18CFF 18D09-18DF2 1CCF0-1CCF9 1D2C0-1D2D3 1DF25-1DF2A 1E030-1E06D 1E4D0-1E4EB 1E4F0-1E5ED 1E5F0-1E5FA 1E6C0-1E6E2"
    " 1E6E4-1E6E5 1E6E7-1E6ED 1E6F0-1E6F4 1E6FE-1E6FF"
)
"""Letters and digits that did, but for _LATER_UNSPACED, which have a rule of their own."""
_UNSPACED = (
    "0E01-0E3A 0E40-0E4E 0E50-0E59 0E81-0EDF 1000-1049 1050-109D 1100-11FF 1780-17D3 17D7 17DC-17E9 3005-3007 3021-3029"
    " 3031-3035 3038-303C 3041-3096 3099-309A 309D-309F 30A1-30FA 30FC-30FF 3105-312F 3131-318E 31A0-31BF 31F0-31FF"
    " 3400-4DBF 4E00-9FFF A960-A97F A9E0-A9FE AA60-AA76 AC00-D7FB F900-FAFF FF66-FFDC 1B000-1B16F 20000-3FFFF"
)
"""Scripts that put no blank between words, and Hangul, which puts none before particles."""
_LATER_UNSPACED = "1B132 1B155 2B739-2B73F 2CEA2-2CEAD 2EBF0-2EE5D 31350-33479"
"""Of these the letters that came after Unicode 14."""
_SIGNS = "231A-231B 23E9-23FA 2600-2775 2794-27BF 2B1B-2B1C 2B50 2B55 1F000-1F1E5 1F200-1F3FA 1F400-1FAFF"
"""Emoji and signs like them, without the letters that flags are put together from."""


def _class(ranges: str) -> str:
    """The inside of a character class, of ranges in hexadecimal digits."""
    return "".join("-".join(f"\\U{int(end, 16):08x}" for end in span.split("-")) for span in ranges.split())


MARK = _class(f"{_MARKS} {_FURTHER_MARKS}")
"""Inside of a character class: combining marks, and letters of scripts that have many of them."""
UNSPACED = _class(_UNSPACED)
"""Inside of a character class: characters of scripts without blanks between words."""
EMOJI = rf"[\U0001f1e6-\U0001f1ff]{{2}}|[{_class(_SIGNS)}]"
"""A pattern: a flag, or a sign that stands for itself."""
APOSTROPHES = "'’ʼ`´‘′ʹ＇"
HYPHENS = "‐‑–−﹣－-"
"""What joins the parts of a word: the hyphens, the minus, and the dash that stands for them between two letters.

The plain one stands last, where a character class takes it as it is.
"""

_UNSEEN = re.compile(f"[{_class(f'{_INVISIBLE} {_LATER_MARKS}')}]")
_COMMON = re.compile("[\0-\u02ff\u0370-\u0482\u048a-\u0590\u2000-\u20cf\ue000-\ue001]*")
"""Characters none of which is in MARK, UNSPACED or EMOJI: most texts have no others."""
_LETTERS = str.maketrans(
    {
        **dict(zip("łøđıðħŧŋĸƒɓɗɖəǝɨʉɛɔƙɣƴςیکى", "lodidhtnkfbddeeiueokgyσيكي", strict=True)),
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ʼ": "",
        "ـ": "",
    }
)
"""Letters that Unicode does not take apart; of Arabic ones, those that Persian keyboards have in another form."""
_RUSSIAN = str.maketrans("ёѐѝ", "еее")
_STRIPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


def is_cyrillic(word: str) -> bool:
    """Whether a letter of the word is Cyrillic."""
    return _CYRILLIC.search(word) is not None


def cyrillic_letters(text: str) -> int:
    """How many letters of a text are Cyrillic."""
    return len(_CYRILLIC.findall(text))


def is_common(text: str) -> bool:
    """Whether no character is a combining mark, an emoji, or of a script that puts no blank between words.

    Patterns that name those are long, and compiled when the first text needs them: 30 ms of a cold start.
    """
    return text.isascii() or _COMMON.fullmatch(text) is not None


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"[{UNSPACED}]+")


def is_unspaced(word: str) -> bool:
    """Whether a character of the word is of a script that puts no blank between words."""
    return not is_common(word) and _run().search(word) is not None


def is_run(text: str) -> bool:
    """Whether every character of the text is of a script that puts no blank between words."""
    return not is_common(text) and _run().fullmatch(text) is not None


def settled(text: str, unspaced: bool = False) -> str:
    """The text, as long as before, with a sign in the place of letters and digits that not every Python knows.

    Those of scripts without blanks stay, unless `unspaced` says that they go too.
    """
    return text if is_common(text) else _later_letter(unspaced).sub("\ufffd", text)


@cache
def _later_letter(unspaced: bool) -> re.Pattern[str]:
    return re.compile(f"[{_class(f'{_LATER_LETTERS} {_LATER_UNSPACED}' if unspaced else _LATER_LETTERS)}]")


def fold(word: str) -> str:
    """The word in small letters as a plain keyboard has them: Łódź as lodz, Straße as strasse, Królёв as krolev.

    In Cyrillic words й, ї and ґ are letters and stay; ё is е, as it is mostly typed; stress marks are left out.
    """
    small = word.lower()
    if small.isascii():
        return small
    if is_cyrillic(small):
        return _STRIPPED.sub("", normalized("NFC", small)).translate(_RUSSIAN).translate(_LETTERS)
    parted = normalized("NFKD", small).lower().translate(_LETTERS)
    return unicodedata.normalize("NFC", _STRIPPED.sub("", parted))


def visible(text: str) -> tuple[str, Sequence[int] | None]:
    """The text composed (NFC) and without invisible characters; where each of its characters stood, and the end.

    The places are None where the text is so already.
    """
    if text.isascii():
        return text, None
    text = settled(text)
    if _UNSEEN.search(text) is None and unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    places = array("q")
    kept = [at for at, letter in enumerate(text) if not _UNSEEN.match(letter)]
    seen = "".join(map(text.__getitem__, kept))
    for cluster in _cluster().finditer(seen):
        start, end = cluster.span()
        one = normalized("NFC", cluster[0])
        pieces.append(one)
        places.extend(kept[start:end] if len(one) == end - start else [kept[start]] * len(one))
    places.append(len(text))
    return "".join(pieces), places


@cache
def _cluster() -> re.Pattern[str]:
    """A character and the marks on it."""
    return re.compile(rf"[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|.[{MARK}]*", re.DOTALL)


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form of Unicode; of marks in a row the first 30 stay (UAX 15, stream-safe text).

    Unicode puts marks in an order of their own, which takes time by the square of their number.
    """
    return unicodedata.normalize(form, bounded_marks(text))


def bounded_marks(text: str) -> str:
    """The text, of combining marks in a row at most 30: no writing has more on a letter."""
    return text if len(text) < _FEW or text.isascii() else _MARKED.sub(_fewer, text)


def _fewer(found: re.Match[str]) -> str:
    kept, row = [], 0
    for sign in found[0]:
        row = row + 1 if unicodedata.combining(sign) else 0
        if row <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


_MOST_MARKS, _FEW = 30, 500
_MARKED = re.compile(r"[^\w\s\x00-\x7f]{31,}")


def composed(text: str) -> str:
    """The same text, without the places."""
    return text if text.isascii() else normalized("NFC", _UNSEEN.sub("", settled(text)))


def syllables(run: str) -> list[str]:
    """The characters of a run without blanks, each with the vowel signs and tones that stand on it."""
    return _syllable().findall(normalized("NFKC", run).lower())


@cache
def _syllable() -> re.Pattern[str]:
    """A letter and the vowel signs and tones that stand on it."""
    signs = _class("0E31 0E34-0E3A 0E47-0E4E 0EB1 0EB4-0EBC 0EC8-0ECE 102B-103E 17B6-17D3")
    return re.compile(rf"(?:[^\W_]|[{_class(_LATER_UNSPACED)}])(?:[{signs}]+)?")
