"""The body of an article as safe HTML: an allow-list of tags and attributes, links with an address of their own."""

import re
import zlib
from functools import lru_cache

import nh3

_TAGS = frozenset(
    "a abbr b blockquote br caption cite code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img"
    " ins kbd li mark ol p pre q s small strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
DROPPED = frozenset(
    "script style template noscript iframe object embed svg math form button select textarea head title".split()
)
"""Tags whose content goes with them: no reader reads it as text."""
_TAG_BEGINS = re.compile(r"[A-Za-z/!?]")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_SELF_CLOSING = frozenset("area base br col embed hr img input link meta source wbr p li td th tr dt dd option".split())
"""Tags that have no end, or whose end need not be written."""
DEEPEST = 500
"""How deep tags may lie in each other."""
_PIECE, _LONGEST_REFERENCE = 8_000, 40
"""A text between two tags is parted into pieces of so many signs, but within no reference such as `&nbsp;`."""
_SLOW = re.compile(r"[&\x80-\xbf]")
"""At each of these signs the parser copies all of the text, or of the value of an attribute, that stands behind it."""
_MOST_SLOW = 20_000
_BARE = re.compile(r"[^<]*+(?:<(?:/?(?:p|h[1-6]|[uo]l|li|em|strong|blockquote|code|pre|del)|[bh]r ?/)>[^<]*+)++")
"""HTML whose every tag is on the allow-list and has no attribute."""
_WHOLE_TAG = re.compile(r"<[A-Za-z](?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+")
_ATTRIBUTE = re.compile(r"[\s/\"'][^\s/>=\"']")
MOST_ATTRIBUTES = 2_000
_SCHEMES = frozenset({"http", "https", "mailto"})
_NO_SOURCE = re.compile(r"<img(?![^<>]*\ssrc=)[^<>]*>")
_KEPT_CLEANERS = 64
_WINDOW_BITS, _MEMORY_LEVEL = 13, 5
"""Zlib's tables in a size that fits a body: to set up larger ones takes longer than to pack it."""


def safe_html(html: str, base: str = "") -> str:
    """The HTML with everything left out that is not on the allow-list.

    Relative addresses are joined to `base`, the article's own address; without one they are left out, since they
    would point into Lede. A picture without an address is left out too. The outcome is well-formed. HTML whose tags lie
    deeper in each other than DEEPEST gives nothing: the parser's time grows with the square of that.
    """
    if too_heavy(html):
        return ""
    cleaned: str = _cleaner(base).clean(parted(html))
    return _NO_SOURCE.sub("", cleaned) if "<img" in cleaned else cleaned


def rendered_safely(markdown: str, html: str, base: str = "") -> str:
    """The safe HTML of a Markdown body that a parser rendered as `html`.

    Where the body holds no HTML and what was rendered has bare tags of the allow-list alone, nothing can be unsafe: the
    parser closes what it opens, and escapes the rest.
    """
    if "<" not in markdown and html.count("<") <= DEEPEST and _BARE.fullmatch(html):
        return html
    return safe_html(html, base)


def parted(html: str) -> str:
    """The HTML with empty comments in long texts: the parser's time grows with the square of a text, not of a piece.

    What is cleaned has no comments, and the pieces stand beside each other as before.
    """
    if len(html) <= _PIECE:
        return html
    return "<".join(_parted(each) if len(each) > _PIECE else each for each in html.split("<"))


def _parted(piece: str) -> str:
    head, end, text = piece.partition(">")
    if not end:
        if _TAG_BEGINS.match(piece):  # it has no end, and no text
            return piece
        head, text = "", piece
    pieces, at = [], 0
    while at < len(text):
        until = at + _PIECE
        reference = text.rfind("&", until - _LONGEST_REFERENCE, until) if until < len(text) else -1
        pieces.append(text[at : reference if reference > at else until])
        at += len(pieces[-1])
    return f"{head}{end}{'<!---->'.join(pieces)}"


def too_heavy(html: str) -> bool:
    """Whether tags lie so deep in each other, or have so many or such attributes, that no article has them.

    Parsers compare each attribute of a tag with all before it, and each tag with all that are open.
    """
    if overloaded(html) or (len(html) > _MOST_SLOW and any(map(_has_slow_value, _WHOLE_TAG.finditer(html)))):
        return True
    if html.count("<") <= DEEPEST:
        return False
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].casefold() not in _SELF_CLOSING:
            depth = max(0, depth + (-1 if tag[1] else 1))
            deepest = max(deepest, depth)
    return deepest > DEEPEST


def _has_slow_value(tag: "re.Match[str]") -> bool:
    return len(tag[0]) > _MOST_SLOW and len(_SLOW.findall(tag[0])) > _MOST_SLOW


def compressed(html: str) -> bytes:
    """The HTML as the generation keeps it; nothing for nothing."""
    if not html:
        return b""
    packer = zlib.compressobj(1, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return packer.compress(html.encode()) + packer.flush()


def overloaded(html: str) -> bool:
    """Whether a tag has more attributes than any article's."""
    if len(html) < MOST_ATTRIBUTES:
        return False
    tags = (tag[0] for tag in _WHOLE_TAG.finditer(html) if len(tag[0]) > 2 * MOST_ATTRIBUTES)
    return any(max(tag.count("="), len(_ATTRIBUTE.findall(tag))) > MOST_ATTRIBUTES for tag in tags)


@lru_cache(_KEPT_CLEANERS)
def _cleaner(base: str) -> nh3.Cleaner:
    try:
        return _cleaner_of("rewrite_with_base", base) if base else _cleaner_of("deny")
    except ValueError:  # an export names its articles by what is no whole address
        return _cleaner_of("deny")


def _cleaner_of(*relative: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        clean_content_tags=set(DROPPED),
        url_schemes=set(_SCHEMES),
        url_relative=relative if len(relative) > 1 else relative[0],  # type: ignore[arg-type]
        link_rel="noopener noreferrer nofollow",
    )
