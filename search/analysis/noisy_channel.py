"""Cost of slips: how likely a person who meant one word typed another.

A noisy channel (Kernighan, Church, Gale: "A Spelling Correction Program Based on a Noisy Channel Model", 1990,
aclanthology.org/C90-2036): what a slip costs, in powers of ten, by its kind. Two letters exchanged, one doubled and a
neighbouring key are likelier than any other letter; a Russian letter for a Ukrainian one costs least.
"""

from functools import lru_cache
from itertools import pairwise

SWAP, DOUBLE, KEY, VOWEL, LESS, MORE, OTHER = 0.8, 0.7, 0.9, 1.1, 1.0, 1.2, 1.7
"""Two letters exchanged; one doubled or single; a neighbouring key; vowels; one left out; one too many; any other."""
KIN = 0.2
"""One letter for another that languages and keyboards confuse: и for і, е for є, г for ґ."""
FIRST = 0.7
"""What it costs more where the first letter is wrong."""
_SIGNS = "ьъ"
"""What Russian writes before a vowel where Ukrainian has an apostrophe."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхї", "фівапролджє", "ячсмитьбю")
_VOWELS = frozenset("aeiouyаеєиіїоуюя")
_KIN = frozenset(frozenset(pair) for pair in "иі иї ії ыи эе еє ґг ъь йі sz cs ck".split())
_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю"
_TO_UKRAINIAN = str.maketrans(_ENGLISH + "{}:<>", _UKRAINIAN + "хїжбю")
_TO_ENGLISH = str.maketrans(_UKRAINIAN + "ыэъ", _ENGLISH + "s']")
_LOOKALIKES = "aceiopxykmt", "асеіорхукмт"
_AS_LATIN = str.maketrans(_LOOKALIKES[1], _LOOKALIKES[0])
_AS_CYRILLIC = str.maketrans(*_LOOKALIKES)


def _neighbours() -> frozenset[frozenset[str]]:
    pairs = set()
    for upper, row in enumerate(_ROWS):
        pairs |= {frozenset(pair) for pair in pairwise(row)}
        if upper % 3 < 2:
            below = _ROWS[upper + 1]
            pairs |= {
                frozenset((row[at], below[at + step]))
                for at in range(len(row))
                for step in (-1, 0)
                if 0 <= at + step < len(below)
            }
    return frozenset(pairs)


_NEIGHBOURS = _neighbours()


@lru_cache(20_000)
def slip_cost(typed: str, meant: str) -> float:
    """What the cheapest slips cost that make one word of another, in powers of ten; both in small letters."""
    rows = [[0.0] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    for j in range(1, len(meant) + 1):
        rows[0][j] = rows[0][j - 1] + LESS
    for i in range(1, len(typed) + 1):
        rows[i][0] = rows[i - 1][0] + MORE
        for j in range(1, len(meant) + 1):
            here, there = typed[i - 1], meant[j - 1]
            doubled = DOUBLE if i > 1 and typed[i - 2] == here else MORE
            if here in _SIGNS and typed[i : i + 1] in _VOWELS:
                doubled = KIN
            single = DOUBLE if j > 1 and meant[j - 2] == there else LESS
            best = min(rows[i - 1][j] + doubled, rows[i][j - 1] + single, rows[i - 1][j - 1] + _change(here, there))
            if i > 1 and j > 1 and here != there and here == meant[j - 2] and typed[i - 2] == there:
                best = min(best, rows[i - 2][j - 2] + SWAP)
            rows[i][j] = best
    return rows[-1][-1] + (FIRST if typed[:1] != meant[:1] and _change(typed[:1], meant[:1]) > KIN else 0.0)


def other_layouts(word: str) -> tuple[str, ...]:
    """What the same keys give in the other layout, and the word in letters of one script that look the same."""
    changed = (word.translate(table) for table in (_TO_UKRAINIAN, _TO_ENGLISH))
    alike = (word.translate(table) for table in (_AS_LATIN, _AS_CYRILLIC)) if _mixed(word) else ()
    return tuple(dict.fromkeys(other for other in (*alike, *changed) if other != word and not _mixed(other)))


def in_other_layouts(text: str) -> tuple[str, ...]:
    """What the keys of a whole text give in the other keyboard layout; none of a text that has letters of both."""
    small = text.lower()
    if _mixed("".join(filter(str.isalpha, small))):
        return ()
    return tuple(other for table in (_TO_UKRAINIAN, _TO_ENGLISH) if (other := small.translate(table)) != small)


def _mixed(word: str) -> bool:
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in word)
    return 0 < cyrillic < len(word)


def _change(here: str, there: str) -> float:
    if here == there:
        return 0.0
    pair = frozenset((here, there))
    if pair in _KIN:
        return KIN
    if pair in _NEIGHBOURS:
        return KEY
    return VOWEL if pair <= _VOWELS else OTHER
