"""Wikitext of MediaWiki as Markdown, as far as news uses it: without templates, tables and files, links as words."""

import html
import re

from indexer.content.delimited import Stretch, delimiters, replaced

_LITERAL = ("nowiki", "math", "chem")
_CODE = ("syntaxhighlight", "source", "pre")
_UNSHOWN = ("gallery", "timeline", "score", "graph", "templatedata", "imagemap", "mapframe", "maplink", "hiero",
            "inputbox", "categorytree", "dynamicpagelist", "includeonly", "templatestyles", "indicator")  # fmt: skip
"""Elements in which signs are no wikitext, such in which they are code, and such that hold no words of the page."""
_APART = {
    "<!--": delimiters("<!--", "-->"),
    "<ref": delimiters(r"(?i:<ref\b[^<>/]{0,500}>)", "(?i:</ref>)", 20_000),
    **{
        f"<{tag}": delimiters(rf"(?i:<{tag}\b[^<>/]{{0,500}}>)", f"(?i:</{tag}>)")
        for tag in (*_LITERAL, *_CODE, *_UNSHOWN)
    },
}
"""By how they begin, what is taken out of a text before its signs are read."""
_TAG = re.compile(r"<(\w+)")
_EMPTY = re.compile(r"(?i:<(?:nowiki|templatestyles|section)\b[^<>]{0,500}>)")
_KEPT = re.compile("\U000f0000([0-9]{1,9})\U000f0000")
_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
_FENCE = re.compile(r"`{3,}")
_REFERENCE = re.compile(r"<ref\b[^<>]{0,500}/>", re.IGNORECASE)
_SWITCH = re.compile(r"__[A-Z]{3,24}__")
_LINK = re.compile(r"\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{0,1000}))?\]\]")
_OUTER = re.compile(r"\[(?:https?:)?//[^\s\]\[]{1,2000}+(?:[ \t]{1,20}+([^\]\[\n]{1,1000}+))?+\]")
_HEADING = re.compile(r"^=[^\n]{1,600}+$", re.MULTILINE)
_ITEM = re.compile(r"^([*#:;]{1,6})[ \t]*", re.MULTILINE)
_STRONG = re.compile(r"'''(?=\S)([^\n']{1,1000}(?:'(?!'')[^\n']{0,1000}){0,20})'''")
_SLOPING = re.compile(r"''(?=\S)([^\n']{1,1000}(?:'(?!')[^\n']{0,1000}){0,20})''")
_TEMPLATES = re.compile(r"\{\{|\}\}")
_TABLES = re.compile(r"^[ \t:]{0,8}\{\||^[ \t]{0,8}\|\}(?!\})", re.MULTILINE)
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
    kept: list[str] = []
    folded = text.casefold() if "<" in text else ""
    kinds = [kind for begin, kind in _APART.items() if begin in folded]
    text = replaced(text, kinds, lambda stretch: _apart(stretch, kept))
    text = _REFERENCE.sub("", _without_braces(text))
    text = _LINK.sub(_linked, _LINK.sub(_linked, text))
    text = _OUTER.sub(lambda found: found[1] or "", text)
    text = _EMPTY.sub("", _SWITCH.sub("", text))
    text = _ITEM.sub(_listed, text)
    text = _HEADING.sub(_headed, text)
    text = _SLOPING.sub(r"*\1*", _STRONG.sub(r"**\1**", text)).strip()
    return _KEPT.sub(lambda found: kept[int(found[1])] if int(found[1]) < len(kept) else "", text).strip()


def _apart(stretch: Stretch, kept: list[str]) -> str:
    """What stands for an element whose signs are no wikitext until the page is read: a number of what is `kept`."""
    tag = _TAG.match(stretch.whole)
    name = tag[1].casefold() if tag else ""
    inner = html.unescape(stretch.inner) if name in ("nowiki", "pre") else stretch.inner
    if name in _CODE:
        fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(inner))])
        kept.append(f"\n\n{fence}\n{inner.strip(chr(10))}\n{fence}\n\n")
    elif name in _LITERAL:
        kept.append(_SIGN.sub(r"\\\1", " ".join(inner.split())))
    else:
        return ""
    return f"\U000f0000{len(kept) - 1}\U000f0000"


def _without_braces(text: str) -> str:
    """The text without templates and tables, which lie in each other. What nothing closes is text, as in a wiki."""
    if text.count("{{") + text.count("{|") > MOST_SIGNS:
        return text
    return _without_pairs(_without_pairs(text, _TEMPLATES), _TABLES)


def _without_pairs(text: str, signs: "re.Pattern[str]") -> str:
    open_: list[int] = []
    closed: list[tuple[int, int]] = []
    for sign in signs.finditer(text):
        if "{" in sign[0]:
            open_.append(sign.start())
        elif open_:
            begin = open_.pop()
            while closed and closed[-1][0] > begin:
                closed.pop()
            closed.append((begin, sign.end()))
    kept, at = [], 0
    for begin, end in closed:
        kept.append(text[at:begin])
        at = end
    return "".join([*kept, text[at:]])


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
