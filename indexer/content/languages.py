"""Language tags as archives write them: `en-US`, `pt_BR`, `English`, `українська`; and what a path states."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from search.article import base_language

CODES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv"
    " ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne"
    " ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st"
    " su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil haw yue"
    " ckb nds gsw ast".split()
)
"""ISO 639-1, and a few of three letters that sites are written in."""
_UNSURE = frozenset(
    "aa ab ae am an as av ba be bi bo br ch co cr cu cv do dv ee ff fo ho hz ia id ie ig ii ik in io is it iu kg kj kr"
    " la li lo lu ma me mh mi ml my na nd ng nr nv or os pi qu rm rn sa sc se sg si sm sn so ss st su te ti tk tn"
    " to ts tt tw ty ve vo wa wo za".split()
)
"""Codes that are words, domains or suffixes of files as well: believed only beside another language's."""
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?(?:[-_.][A-Za-z0-9@_.-]*)?")
_PATH_TAG = re.compile(r"[a-z]{2,3}(?:[-_](?:[A-Za-z]{2}|[A-Z][a-z]{3}))?", re.IGNORECASE)
_SUFFIX = re.compile(r"^(.+)\.([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)$")
_OLD = {"iw": "he", "in": "id", "ji": "yi", "ua": "uk", "cn": "zh", "jp": "ja", "kr": "ko", "cz": "cs", "gr": "el"}
"""Codes that were withdrawn, and codes of countries that are written for their languages."""


@lru_cache(4_096)
def language_tag(written: str) -> str:
    """The tag that a text stands for (`en`, `pt-BR`, `zh-Hans`), or an empty text where it names no language."""
    text = written.strip().strip("\"'")
    if not text or len(text) > 40:
        return ""
    if (tag := _TAG.fullmatch(text)) and (code := _code(tag[1].lower())):
        script = f"-{tag[2].title()}" if tag[2] else ""
        region = f"-{tag[3].upper()}" if tag[3] else ""
        return f"{code}{script}{region}"
    name = (text[: text.index("(")].rstrip() if "(" in text and text.endswith(")") else text).casefold()
    return _names().get(name, "") if len(name) > 3 or not name.isascii() else ""


def is_sure_code(code: str) -> bool:
    """Whether a code, with or without a region, stands for a language and for nothing else: `fr`, `pt-BR`, not `id`."""
    code = re.split("[-_]", code, maxsplit=1)[0]
    return code in CODES and code not in _UNSURE


class PathLanguages:
    """What the paths of an archive state about languages.

    A folder or suffix that is a word or a domain as well (`it`, `no`, `so`) is a language only where a folder or a
    file beside it is in another language: `what-is-node.js.md` and `people/is/` are none.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        folders: dict[str, set[str]] = {}
        every, doubted = list(paths), set[str]()
        for path in every:
            parts = path.split("/")
            for depth, name in enumerate(parts[:-1]):
                if _PATH_TAG.fullmatch(name):
                    folders.setdefault("/".join(parts[:depth]), set()).add(name.lower())
            stem, suffix = _split(_without_extension(path))
            if suffix and _is_doubted(suffix):
                doubted.add(stem)
        stems: dict[str, set[str]] = {}  # of few paths: a set for each of a million would take hundreds of megabytes
        for path in every if doubted else ():
            stem, suffix = _split(_without_extension(path))
            if suffix and stem in doubted:
                stems.setdefault(stem, set()).add(suffix.lower())
        self._folders, self._stems = folders, stems

    def of(self, path: str) -> str:
        """The tag that the name or a folder of a path states; the name's suffix comes first, then the inner folder."""
        stem, suffix = _split(_without_extension(path))
        if suffix and self._believed(suffix, self._stems.get(stem, set())):
            return language_tag(suffix)
        parts = path.split("/")
        for depth in range(len(parts) - 2, -1, -1):
            name = parts[depth]
            if _PATH_TAG.fullmatch(name) and self._believed(name, self._folders.get("/".join(parts[:depth]), set())):
                return language_tag(name)
        return ""

    def _believed(self, name: str, beside: set[str]) -> bool:
        tag = language_tag(name)
        if not tag:
            return False
        code = base_language(tag)
        if "-" in tag and code not in _UNSURE:
            return True
        if code in _UNSURE or name.lower() in _OLD:
            others = {base_language(found) for other in beside if (found := language_tag(other))}
            return bool(others - {code} - _UNSURE)
        return True


def _is_doubted(name: str) -> bool:
    """Whether a name is believed to be a language only beside those of others."""
    return base_language(language_tag(name)) in _UNSURE or name.lower() in _OLD


def without_language_folders(path: str, language: str) -> str:
    """A path in which the inmost folder that names a language is replaced by a star; an empty text without one."""
    parts = path.split("/")
    for depth in range(len(parts) - 2, -1, -1):
        if _PATH_TAG.fullmatch(parts[depth]) and base_language(language_tag(parts[depth])) == language:
            return "/".join([*parts[:depth], "*", *parts[depth + 1 :]])
    return ""


def without_language(stem: str) -> str:
    """A path without its extension and without the suffix of a language, where it has one."""
    bare, suffix = _split(stem)
    return bare if suffix and language_tag(suffix) else stem


@lru_cache(4_096)
def _code(written: str) -> str:
    if written in CODES:
        return written
    if written in _OLD:
        return _OLD[written]
    return _three_letters().get(written, "") if len(written) == 3 else ""


def _split(stem: str) -> tuple[str, str]:
    found = _SUFFIX.match(stem.rsplit("/", 1)[-1])
    return (stem[: -len(found[2]) - 1], found[2]) if found and language_tag(found[2]) else (stem, "")


def _without_extension(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.rsplit(".", 1)[0] if "." in name else name
    return f"{folder}/{stem}" if folder else stem


@cache
def _three_letters() -> dict[str, str]:
    """ISO 639-2 codes of frequent languages, by three letters."""
    pairs = (
        "eng en ukr uk deu de ger de fra fr fre fr spa es por pt ita it rus ru pol pl nld nl dut nl ces cs cze cs"
        " slk sk hun hu ron ro rum ro bul bg ell el gre el tur tr ara ar heb he hin hi jpn ja zho zh chi zh kor ko"
        " vie vi tha th swe sv dan da nor no nob nb fin fi est et lav lv lit lt hrv hr srp sr slv sl cat ca glg gl"
        " eus eu ind id"
    ).split()
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@cache
def _names() -> dict[str, str]:
    """By the folded name of a language, in English and in itself, its code."""
    from babel import Locale
    from babel.localedata import locale_identifiers

    known = set(locale_identifiers())
    english = Locale.parse("en").languages
    found = {english[code].casefold(): code for code in CODES if code in english}
    for code in CODES - _UNSURE | {"it", "id", "no", "nb", "ms"}:
        own = Locale.parse(code).languages.get(code, "") if code in known else ""
        if own:
            found.setdefault(own.casefold(), code)
    return found
