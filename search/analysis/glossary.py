"""Glossary: word-by-word translation into a language that the model reads.

An archive that holds its own translations holds a dictionary too: indexer.glossaries learns it from the twins, a
generation keeps it. Word by word is no translation, but a sentence embedding reads it well enough.
"""

from pathlib import Path

import msgspec
from msgspec import Struct

from search.analysis.analyzer import Analyzer, Unit


class Gloss(Struct, frozen=True):
    """The words put in place of a text, and the share of its words (0 to 1) that could be replaced."""

    text: str
    known: float


class Glossary:
    """For each term of one language, the word that stands for it in the language that the model knows."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def gloss(self, text: str, analyzer: Analyzer) -> Gloss:
        """The text word by word; what is in Latin letters already stands as it is, unknown words are left out."""
        put: list[str] = []
        known, asked = 0.0, 0
        for unit in analyzer.units(text):
            written = text[unit.start : unit.end]
            if analyzer.is_stop_word(written):
                continue
            asked += 1
            words, share = ([written], 1.0) if analyzer.language(written) == "en" else self._of(unit)
            known += share
            put += [word for word in dict.fromkeys(words) if word not in put]
        return Gloss(" ".join(put), known / asked if asked else 0.0)

    def _of(self, unit: Unit) -> tuple[list[str], float]:
        """What stands for a word, in one piece or part by part, and the share of its parts that are known."""
        whole = self._words.get(unit.whole or "") if len(unit.terms) > 1 else None
        if whole:
            return [whole], 1.0
        words = [self._words[term] for term in unit.terms if self._words.get(term)]
        return words, len(words) / len(unit.terms)


def write_glossary(folder: Path, language: str, words: dict[str, str]) -> None:
    """Write the glossary of a language. Raises ValueError for one whose name leads out of the folder."""
    _path(folder, language).write_bytes(msgspec.json.encode(words))


def open_glossary(folder: Path, language: str) -> Glossary | None:
    """Open what `write_glossary` wrote; None where there is none for that language."""
    path = _path(folder, language)
    return Glossary(msgspec.json.decode(path.read_bytes(), type=dict[str, str])) if path.is_file() else None


def _path(folder: Path, language: str) -> Path:
    """Where a language's glossary stands: in the folder itself, whatever the content calls the language."""
    path = folder / f"{language}.json"
    if path.parent != folder or not language or "\0" in language:
        raise ValueError(f"{language!r} is no language")
    return path
