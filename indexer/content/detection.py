"""The language of a text that states none, by py3langid among the languages that news is written in."""

import re
from functools import cache
from typing import Any

_LANGUAGES = (
    "ar be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mr"
    " ms mt nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split()
_LEAST_LETTERS = 20
"""Texts of fewer letters are not judged; of ideographs a fifth of that is enough."""
_LETTERS = re.compile(r"[^\W\d_]")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def detected_language(text: str) -> str:
    """The language of a text; an empty text where there is too little of it."""
    letters = len(_LETTERS.findall(text[:500]))
    if letters < _LEAST_LETTERS and len(_IDEOGRAPHS.findall(text[:500])) < _LEAST_LETTERS // 5:
        return ""
    language, _ = _classifier()(text)
    return str(language)


@cache
def _classifier() -> Any:
    """The classifier, loaded when the first text without a language is met: it takes half a second."""
    from py3langid import langid

    langid.set_languages(_LANGUAGES)
    return langid.classify
