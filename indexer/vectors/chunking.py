"""An article to its views: the head, and passages of whole sentences, body[start:end]."""

from collections.abc import Callable, Sequence, Set

from indexer.text.boilerplate import worthwhile
from indexer.text.sentences import sentences
from search.article import Article, Span
from search.index.chunks import HEAD, PASSAGE, Chunk

PASSAGE_TOKENS = 100
"""About how long a passage is; sentences are added until it would grow beyond this."""
LEAD = 1_200
"""Characters of the body that a head may take in; the model reads what fits."""

Measure = Callable[[Sequence[str]], list[int]]
"""How many tokens of the model each text takes."""


Parts = list[tuple[int, Span]]
"""Sentences, each with the number of the stretch that it stands in."""


def views(article: Article, boilerplate: Set[str], measure: Measure, limit: int) -> list[tuple[Chunk, str]]:
    """The article's views and the texts to embed for them; passages fit into `limit` tokens whole.

    A passage is embedded with the title before it: alone it may not name what it is about. A title that would take
    more than half of the room is left out.
    """
    return cut([article], boilerplate, measure, limit)[0]


def cut(
    articles: Sequence[Article], boilerplate: Set[str], measure: Measure, limit: int
) -> list[list[tuple[Chunk, str]]]:
    """The views of several articles. All is measured at once, so that a tokenizer can use every core."""
    stretches = [worthwhile(article, boilerplate) for article in articles]
    parts = [_parts(article.text, among) for article, among in zip(articles, stretches, strict=True)]
    texts = [
        [f"{article.title}. ", *(article.text[a:b] for _, (a, b) in own)]
        for article, own in zip(articles, parts, strict=True)
    ]
    lengths = iter(measure([text for own in texts for text in own]))
    return [
        _views(article, boilerplate, own, [next(lengths) for _ in range(len(own) + 1)], measure, limit)
        for article, own in zip(articles, parts, strict=True)
    ]


def _views(
    article: Article, boilerplate: Set[str], parts: Parts, lengths: Sequence[int], measure: Measure, limit: int
) -> list[tuple[Chunk, str]]:
    """The views of one article; `lengths` are those of the title and of its parts."""
    before, room = f"{article.title}. ", lengths[0]
    if room > limit // 2:
        before, room = "", 0
    spans = _passages(article.text, parts, lengths[1:], measure, limit - room)
    return [
        (Chunk(HEAD), head(article, boilerplate)),
        *((Chunk(PASSAGE, (a, b)), before + article.text[a:b]) for a, b in spans),
    ]


def head(article: Article, boilerplate: Set[str]) -> str:
    """What stands for the whole article: its title, its description and the begin of its body."""
    stretches = worthwhile(article, boilerplate)
    lead = " ".join(" ".join(article.text[a:b].split()) for a, b in stretches)[:LEAD]
    return f"{article.title}. {article.description} {lead}".strip()


def passages(text: str, stretches: Sequence[Span], measure: Measure, limit: int) -> list[Span]:
    """Spans of the text, whole sentences each, none across a left-out heading; a sentence too long is cut at blanks."""
    parts = _parts(text, stretches)
    return _passages(text, parts, measure([text[a:b] for _, (a, b) in parts]), measure, limit)


def _parts(text: str, stretches: Sequence[Span]) -> Parts:
    return [
        (number, (start + a, start + b))
        for number, (start, end) in enumerate(stretches)
        for a, b in sentences(text[start:end])
    ]


def _passages(text: str, parts: Parts, lengths: Sequence[int], measure: Measure, limit: int) -> list[Span]:
    pieces: list[tuple[int, Span, int]] = []
    for (number, span), length in zip(parts, lengths, strict=True):
        pieces += [(number, cut, size) for cut, size in _fitting(text, span, length, measure, limit)]
    return _packed(pieces, min(PASSAGE_TOKENS, limit))


def _packed(pieces: Sequence[tuple[int, Span, int]], most: int) -> list[Span]:
    """Neighbouring pieces of one stretch joined while they stay within so many tokens."""
    spans: list[Span] = []
    at, size = -1, 0
    for number, (start, end), length in pieces:
        if spans and number == at and size + length <= most:
            spans[-1] = (spans[-1][0], end)
            size += length
        else:
            spans.append((start, end))
            at, size = number, length
    return spans


def _fitting(text: str, span: Span, length: int, measure: Measure, limit: int) -> list[tuple[Span, int]]:
    """The span, halved at a blank until every part fits."""
    start, end = span
    if length <= limit or end - start < 2:
        return [(span, length)]
    middle = text.rfind(" ", start + 1, (start + end) // 2)
    cut = middle + 1 if middle > start else (start + end) // 2
    halves = [(start, cut), (cut, end)]
    sizes = measure([text[a:b] for a, b in halves])
    return [
        part for half, size in zip(halves, sizes, strict=True) for part in _fitting(text, half, size, measure, limit)
    ]
