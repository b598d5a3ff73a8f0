"""The body of an article on its page: safe HTML to HTML with an outline, marked words and the passage that answered.

What comes in is the allow-listed, well-formed HTML of a generation (see search/index/store). It is read by an HTML
parser and written anew, every text escaped, so nothing leaves here that did not pass the allow-list.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import pairwise

from search.results import Place

Finder = Callable[[str], Sequence[Place]]
"""Gives the wanted words of a text: [start, end) in code points, and the term."""

LEAST_OUTLINE = 3
"""An outline is shown from so many headings on."""
_HEADING = re.compile(r"h[1-6]")
_LONGEST_HEADING = 200
"""Letters of a heading that its entry in the outline has."""
_VOID = frozenset({"br", "hr", "img"})
_PROBE = 48
"""Letters by which the ends of a passage are found again."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline: its level counted from 1, the id of its element, its text."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleBody:
    """The HTML of a body, its outline, and whether the passage asked for was found in it."""

    html: str
    outline: tuple[Heading, ...]
    has_passage: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A start tag, an end tag or a text: `kind` is "start", "end" or "text", `value` the tag's name or the text."""

    kind: str
    value: str
    attributes: tuple[tuple[str, str], ...] = ()


def render_body(
    body_html: str,
    find: Finder,
    *,
    title: str = "",
    passage: str = "",
    shown_from: Callable[[str], str] = lambda _: "",
    picture_label: str = "Picture",
    table_label: str = "Table",
) -> ArticleBody:
    """The body as the page shows it.

    A first heading that repeats the `title` is left out; the highest level of heading becomes h2. `passage` is the text
    of the passage that answered. `shown_from` gives where a picture is
    loaded from; one that it gives "" for becomes a link.
    """
    tokens = _without_title(_tokens(body_html), title)
    headings = list(_headings(tokens))
    inside = _located(tokens, passage)
    writer = _Writer(find, headings, inside, shown_from, picture_label, table_label)
    top = min((heading.level for heading in headings), default=1)
    outline = tuple(replace(heading, level=heading.level - top + 1) for heading in headings if heading.text)
    return ArticleBody("".join(writer.pieces(tokens, top)), outline, inside is not None)


def paragraphs_html(text: str) -> str:
    """Plain text as HTML: empty lines part paragraphs, line ends stay."""
    blocks = (block for block in re.split(r"\n\s*\n", text) if block.strip())
    return "".join(f"<p>{'<br>'.join(map(html.escape, block.splitlines()))}</p>" for block in blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tokens.append(Token("start", tag, tuple((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.tokens.append(Token("end", tag))

    def handle_data(self, data: str) -> None:
        self.tokens.append(Token("text", data))


def _tokens(body_html: str) -> list[Token]:
    reader = _Reader()
    reader.feed(body_html)
    reader.close()
    return reader.tokens


def _without_title(tokens: list[Token], title: str) -> list[Token]:
    """The tokens without a heading that stands before all text and says the title again."""
    first = next((n for n, token in enumerate(tokens) if token.kind == "start"), None)
    if first is None or not _HEADING.fullmatch(tokens[first].value):
        return tokens
    end = next((n for n, t in enumerate(tokens) if t.kind == "end" and t.value == tokens[first].value), None)
    if end is None or _folded(_text_of(tokens[first:end])) != _folded(title):
        return tokens
    return tokens[end + 1 :]


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    taken: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if token.kind == "start" and _HEADING.fullmatch(token.value):
            end = next((n for n in range(number + 1, len(tokens)) if _HEADING.fullmatch(tokens[n].value)), len(tokens))
            text = " ".join(_text_of(tokens[number:end]).split())[:_LONGEST_HEADING]
            slug = re.sub(r"\W+", "-", text.casefold()).strip("-")[:60] or "part"
            taken[slug] = taken.get(slug, 0) + 1
            anchor = f"s-{slug}" if taken[slug] == 1 else f"s-{slug}-{taken[slug]}"
            yield Heading(int(token.value[1]), anchor, text)


def _text_of(tokens: Sequence[Token]) -> str:
    return "".join(token.value for token in tokens if token.kind == "text")


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _located(tokens: list[Token], passage: str) -> tuple[int, int] | None:
    """Where a passage stands among the letters of all texts, [start, end), blanks not counted; None if nowhere.

    Its two ends are looked for: between them the plain text may have signs that the HTML has not.
    """
    wanted = "".join(passage.split())
    if not wanted:
        return None
    whole = "".join(_text_of(tokens).split())
    start = whole.find(wanted[:_PROBE])
    if start < 0:
        return None
    at = whole.find(wanted[-_PROBE:], start)
    end = at + len(wanted[-_PROBE:])
    return (start, end) if at >= 0 and end - start <= 2 * len(wanted) else (start, start + len(wanted[:_PROBE]))


class _Writer:
    """Writes tokens as HTML, with marks."""

    def __init__(
        self,
        find: Finder,
        headings: Sequence[Heading],
        inside: tuple[int, int] | None,
        shown_from: Callable[[str], str],
        picture_label: str,
        table_label: str,
    ) -> None:
        self._find = find
        self._anchors = iter(headings)
        self._inside = inside or (0, 0)
        self._shown_from = shown_from
        self._labels = (picture_label, table_label)
        self._letters = 0
        self._links = 0
        self._named = False

    def pieces(self, tokens: Sequence[Token], top: int) -> Iterator[str]:
        """The pieces of the HTML; headings of the level `top` become h2."""
        for token in tokens:
            if token.kind == "text":
                yield self._text(token.value)
            elif _HEADING.fullmatch(token.value):
                yield self._heading(token, top)
            elif token.value == "img":
                yield self._picture(dict(token.attributes))
            elif token.value == "table":
                yield self._table(token)
            else:
                yield self._tag(token)

    def _tag(self, token: Token) -> str:
        if token.value == "a":
            self._links += 1 if token.kind == "start" else -1
        if token.kind == "end":
            return f"</{token.value}>"
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in token.attributes)
        return f"<{token.value}{written}>"

    def _heading(self, token: Token, top: int) -> str:
        name = f"h{min(6, int(token.value[1]) - top + 2)}"
        return f"</{name}>" if token.kind == "end" else f'<{name} id="{html.escape(next(self._anchors).anchor)}">'

    def _table(self, token: Token) -> str:
        if token.kind == "end":
            return "</table></div>"
        label = html.escape(self._labels[1])
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{self._tag(token)}'

    def _picture(self, attributes: dict[str, str]) -> str:
        source, alternative = attributes.get("src", ""), " ".join(attributes.get("alt", "").split())
        if there := self._shown_from(source):
            size = "".join(f' {n}="{attributes[n]}"' for n in ("width", "height") if attributes.get(n, "").isdecimal())
            return (
                f'<img src="{html.escape(there)}" alt="{html.escape(alternative)}"{size} loading="lazy" '
                'decoding="async" referrerpolicy="no-referrer">'
            )
        said = html.escape(f"{self._labels[0]}: {alternative}" if alternative else self._labels[0])
        if self._links:
            return f'<span class="picture">{said}</span>'
        return f'<a class="picture" href="{html.escape(source)}" rel="noopener noreferrer nofollow">{said}</a>'

    def _text(self, text: str) -> str:
        places = [(start, end) for start, end, _ in self._find(text)]
        opening, closing = self._within(text)
        cuts = sorted({0, len(text), opening, closing, *(edge for place in places for edge in place)})
        pieces = []
        for start, end in pairwise(cuts):
            written = html.escape(text[start:end], quote=False)
            if any(first <= start and end <= last for first, last in places):
                written = f"<mark>{written}</mark>"
            if opening <= start and end <= closing and text[start:end].strip():
                written = f'<span class="passage"{self._name()}>{written}</span>'
            pieces.append(written)
        return "".join(pieces)

    def _name(self) -> str:
        """The id of the passage, for its first piece only."""
        named, self._named = self._named, True
        return "" if named else ' id="passage"'

    def _within(self, text: str) -> tuple[int, int]:
        """Which part of a text belongs to the passage, [start, end)."""
        first, last = (edge - self._letters for edge in self._inside)
        at = [place for place, letter in enumerate(text) if not letter.isspace()] if last > 0 else []
        self._letters += len(text) - sum(map(str.isspace, text))
        if not at or first >= len(at) or last <= 0:
            return 0, 0
        return at[max(0, first)], at[min(last, len(at)) - 1] + 1
