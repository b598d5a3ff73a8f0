"""The language of a text that states none, by py3langid among the languages that news is written in."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

_LANGUAGES = (
    "ar be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr"
    " ms mt nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split()
_LEAST_LETTERS = 20
"""Texts of fewer letters are not judged; of ideographs a fifth of that is enough."""
_SURE = 0.9
"""What is less probable than this is a guess: of 50 headlines of one to five words 20 were, and 10 of these wrong."""
_POSSIBLE = 0.01
"""A language of less probability is none of a text, however short: not one of the 50 was in such a language."""
_LEAST_SHARE = 2 / 3
"""A language is that of an archive if it has so much of the articles whose language is known."""
_LETTERS = re.compile(r"[^\W\d_]")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Detected(NamedTuple):
    """A language, empty where there is too little text, and where that is a guess, the languages it may be in."""

    language: str
    possible: tuple[str, ...] = ()


def detected(text: str) -> Detected:
    """The language of a text."""
    letters = len(_LETTERS.findall(text[:500]))
    if not letters:
        return Detected("")
    enough = letters >= _LEAST_LETTERS or len(_IDEOGRAPHS.findall(text[:500])) >= _LEAST_LETTERS // 5
    language, probability = _classifier().classify(text)
    if enough and probability >= _SURE:
        return Detected(str(language))
    possible = tuple(str(one) for one, much in _classifier().rank(text) if much >= _POSSIBLE)
    return Detected(str(language) if enough else "", possible)


def main_language(counts: Mapping[str, int], least: float = _LEAST_SHARE) -> str:
    """The language of most of an archive's articles, by the number of articles of each; empty where none has most."""
    language = max(counts, key=lambda one: (counts[one], one), default="")
    return language if counts and counts[language] >= least * sum(counts.values()) else ""


@cache
def _classifier() -> Any:
    """The classifier, loaded when the first text without a language is met: it takes half a second."""
    from py3langid import langid

    classifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    classifier.set_languages(_LANGUAGES)
    return classifier
