"""Wikitext of MediaWiki as Markdown, as far as news uses it: without templates, tables and files, links as words."""

import re
from collections.abc import Iterator

from indexer.content.delimited import delimiters, replaced

_HIDDEN = (delimiters("<!--", "-->"), delimiters(r"<ref\b[^<>/]{0,500}>", "</ref>", 20_000))
_REFERENCE = re.compile(r"<ref\b[^<>]{0,500}/>", re.IGNORECASE)
_SWITCH = re.compile(r"__[A-Z]{3,24}__")
_LINK = re.compile(r"\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{0,1000}))?\]\]")
_OUTER = re.compile(r"\[(?:https?:)?//[^\s\]\[]{1,2000}+(?:[ \t]{1,20}+([^\]\[\n]{1,1000}+))?+\]")
_HEADING = re.compile(r"^=[^\n]{1,600}+$", re.MULTILINE)
_ITEM = re.compile(r"^([*#:;]{1,6})[ \t]*", re.MULTILINE)
_STRONG = re.compile(r"'''(?=\S)([^\n']{1,1000}(?:'(?!'')[^\n']{0,1000}){0,20})'''")
_SLOPING = re.compile(r"''(?=\S)([^\n']{1,1000}(?:'(?!')[^\n']{0,1000}){0,20})''")
_BRACES = re.compile(r"\{\{|\}\}|^[ \t:]{0,8}\{\||^[ \t]{0,8}\|\}(?!\})", re.MULTILINE)
_CATEGORY = re.compile(r"\[\[([^\[\]|:\n]{1,60}+):([^\[\]|\n]{1,240}+)(?:\|[^\[\]\n]{0,200}+)?+\]\]")
_CATEGORIES = frozenset(
    "category kategorie catégorie categoría categoria категория категорія kategoria categorie kategori luokka 分类"
    " 分類 カテゴリ 분류 تصنيف רשימת קטגוריה kategória κατηγορία".split()
)
"""What the namespace of categories is called in the languages of wikis."""
_NO_WORDS = frozenset(
    "file image datei bild fichier archivo immagine imagem файл зображення изображение plik media".split()
)
_DATE = re.compile(
    r"\{\{[ \t]{0,9}+(?:date|datum|дата|fecha|data)[ \t]{0,9}+\|[ \t]{0,9}+(?:\d=)?+([^{}|\n]{4,60}+)[^{}]{0,100}+\}\}",
    re.IGNORECASE,
)
MOST_SIGNS = 40_000
"""What has more braces than any article is left as it is."""


def wiki_categories(text: str) -> list[str]:
    """The categories that a page puts itself in."""
    found = (one[2].strip() for one in _CATEGORY.finditer(text) if one[1].strip().casefold() in _CATEGORIES)
    return list(dict.fromkeys(one.replace("_", " ") for one in found))


def wiki_date(text: str) -> str:
    """The day that Wikinews writes in a template at the head of an article; an empty text without one."""
    found = _DATE.search(text[:5_000])
    return found[1].strip() if found else ""


def wiki_markdown(text: str) -> str:
    """The text of a page as Markdown."""
    text = replaced(text, _HIDDEN, lambda _: "")
    text = _REFERENCE.sub("", _without_braces(text))
    text = _LINK.sub(_linked, _LINK.sub(_linked, text))
    text = _OUTER.sub(lambda found: found[1] or "", text)
    text = _SWITCH.sub("", text)
    text = _ITEM.sub(_listed, text)
    text = _HEADING.sub(_headed, text)
    return _SLOPING.sub(r"*\1*", _STRONG.sub(r"**\1**", text)).strip()


def _without_braces(text: str) -> str:
    """The text without templates and tables, which lie in each other."""
    if text.count("{{") + text.count("{|") > MOST_SIGNS:
        return text
    return "".join(_outside(text))


def _outside(text: str) -> Iterator[str]:
    open_: list[str] = []
    at = 0
    for sign in _BRACES.finditer(text):
        kind = sign[0].strip(" \t:")
        if kind in ("{{", "{|"):
            if not open_:
                yield text[at : sign.start()]
            open_.append(kind)
        elif open_ and (kind == "}}") == (open_[-1] == "{{"):
            open_.pop()
            at = sign.end()
    yield text[at:] if not open_ else ""


def _linked(found: "re.Match[str]") -> str:
    target, label = found[1].strip(), found[2]
    space, colon, _ = target.partition(":")
    if colon and (space.casefold() in _CATEGORIES or space.casefold() in _NO_WORDS):
        return ""
    return label.strip() if label else target.lstrip(":").rpartition("#")[2].replace("_", " ")


def _headed(found: "re.Match[str]") -> str:
    """A line as a heading, if as many signs end it as begin it."""
    line = found[0].rstrip(" \t")
    level = min(6, len(line) - len(line.lstrip("=")), len(line) - len(line.rstrip("=")))
    words = line[level:-level].strip(" \t") if level else ""
    return f"\n{'#' * max(2, level)} {words}\n" if words.strip("=") else found[0]


def _listed(found: "re.Match[str]") -> str:
    signs = found[1]
    if signs[-1] in ":;":
        return "\n"
    return f"{'  ' * (len(signs) - 1)}{'-' if signs[-1] == '*' else '1.'} "
