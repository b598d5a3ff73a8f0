"""Stems of Cyrillic words that no dictionary knows: rules for endings, and for vowels that come and go.

Ukrainian parts the nominative from the other cases by a vowel: ринок and ринку, гаманець and гаманця, Харків and
Харкова. So the last vowel before the last consonant is left out, where it is one of those that alternate.
"""

import re

_ENDINGS = frozenset(
    "а у і ї и о е є ю я ь й ам ям ах ях ою ею єю ом ем єм ів їв ей ій ого ому ої ого ими іми їми их іх їх им ім їм ий"
    " ами ями ові еві єві ією".split()
)
_LENGTHS = sorted(set(map(len, _ENDINGS)), reverse=True)
_LEAST = 3
"""Letters that an ending leaves at least, or two consonants: дня, сну."""
_CONSONANTS = re.compile("[бвгґджзклмнпрстфхцчшщ]{2}")
_PLACE = re.compile("(?<=..[^аеєиіїоуюя])(?:ов|ев|єв|ів|їв)$")
"""Харків, Харкова and Харкові: what looks like the ending of a plural is part of the name."""
_ALTERNATING = re.compile("(?<=.)[оеєіїй]{1,2}(?=[бвгґджзклмнпрстфхцчшщ]$)")


def stem(word: str) -> str:
    """The word, in small letters and without apostrophes, without its ending and its alternating vowel."""
    stripped = _without_ending(word)
    place = _PLACE.sub("", stripped)
    return place if place != stripped else _ALTERNATING.sub("", stripped)


def _without_ending(word: str) -> str:
    for length in _LENGTHS:
        left = word[:-length]
        if word[-length:] in _ENDINGS and (len(left) >= _LEAST or _CONSONANTS.fullmatch(left)):
            return left
    return word
