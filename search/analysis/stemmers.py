"""Stemmers of the languages that Snowball has, each for words of its own script.

A stem carries its language (`haus.de`), so that the German `rat` is not the English one. English and Ukrainian have
rules of their own in `search.analysis.analyzer`, and their terms carry no language.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from search.analysis.characters import fold

_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "eo": "esperanto",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's algorithm for each language, by ISO 639-1."""
_SAME = {"nb": "no", "nn": "no"}
_LATIN, _CYRILLIC = r"[a-z\u00df-\u024f\u1e00-\u1eff]", r"[\u0400-\u04ff]"
_SCRIPTS = {
    "ar": r"[\u0600-\u06ff]", "fa": r"[\u0600-\u06ff]", "el": r"[\u0370-\u03ff\u1f00-\u1fff]",
    "hi": r"[\u0900-\u097f]", "ne": r"[\u0900-\u097f]", "hy": r"[\u0530-\u058f]", "ru": _CYRILLIC,
    "sr": rf"{_LATIN}|{_CYRILLIC}", "ta": r"[\u0b80-\u0bff]", "yi": r"[\u0590-\u05ff]",
}  # fmt: skip
"""What the words of a language are written in, where that is not Latin."""
_CHANGES_INITIALS = frozenset("ar eo fa ga id nl st yi".split())
"""Languages whose stemmers take something from the beginning of words."""
MARK = "."
"""What stands between a stem and its language."""


def stemmed_language(code: str) -> str:
    """The language whose rules words of a language follow, such as `no` for `nb`; empty where Snowball has none."""
    code = _SAME.get(code, code)
    return code if code in _ALGORITHMS else ""


def stemmed_languages(codes: Iterable[str]) -> tuple[str, ...]:
    """The languages among these that have stemmers, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(stemmed_language, codes))))


def changes_initials(language: str) -> bool:
    """Whether a stem of the language may begin with another letter than its word."""
    return language in _CHANGES_INITIALS


class LanguageStemmer:
    """The stemmer of one language."""

    def __init__(self, language: str) -> None:
        """`language` is one that `stemmed_language` gives."""
        self.language = language
        self._stemmer = Stemmer.Stemmer(_ALGORITHMS[language])
        self._own = re.compile(_SCRIPTS.get(language, _LATIN))

    def stems(self, written: str) -> tuple[str, ...]:
        """The stems of a word in small letters: as it is written, and as a keyboard without its accents writes it.

        None where the word is of another script, or has digits.
        """
        if not self._own.match(written) or any(map(str.isdigit, written)):
            return ()
        plain = fold(written)
        found = fold(self._stemmer.stemWord(written)), fold(self._stemmer.stemWord(plain))
        return tuple(dict.fromkeys(f"{stem}{MARK}{self.language}" for stem in found))


@lru_cache(64)
def stemmer_of(language: str) -> LanguageStemmer:
    """The stemmer of a language, made once."""
    return LanguageStemmer(language)
