"""Explanation of a hit, in one sentence.

The sentence is English. Its parts are beside it in the answer (words by part, ranks, days), so that a page
can say it in another language.
"""

from collections.abc import Iterator

from search.results import Hit, Signal

_RANKINGS = {Signal.KEYWORD: "by words", Signal.SEMANTIC: "by meaning", Signal.RERANKER: "by the reranker"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MOST_WORDS = 5
"""How many words of one part are named."""
_RELATED = 0.15
"""The share of a question's rarity that words of nearly its meaning make up, that is worth saying."""
_LIKE = 0.5
"""The likeness (-1 to 1) to the best hits that is worth saying."""


def why(hit: Hit) -> str:
    """One sentence on what ranked a hit."""
    parts = [part for part in (_words(hit), *_ranks(hit), *_rest(hit)) if part]
    sentence = "; ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _words(hit: Hit) -> str:
    """The words, the fields they occur in, and their rank."""
    said = [f"{_listed(part.words)} in the {part.field}" for part in hit.matched]
    return ", ".join([*said, *_rank(hit, Signal.KEYWORD)])


def _ranks(hit: Hit) -> Iterator[str]:
    for ranking in (Signal.SEMANTIC, Signal.RERANKER):
        yield from _rank(hit, ranking)


def _rank(hit: Hit, ranking: Signal) -> list[str]:
    return [
        f"{_ordinal(part.rank)} {_RANKINGS[ranking]}"
        for part in hit.contributions
        if part.ranking == ranking and part.rank is not None
    ]


def _rest(hit: Hit) -> Iterator[str]:
    """Likeness, time, order and story, in this order."""
    scores = {part.ranking: part.score for part in hit.contributions}
    if (scores.get(Signal.RELATED) or 0.0) >= _RELATED:
        yield "with related words"
    if (scores.get(Signal.LIKENESS) or 0.0) >= _LIKE:
        yield "much like the best hits"
    if fit := scores.get(Signal.TIME):
        yield "in the time asked for" if fit >= 1 else "near the time asked for"
    if Signal.ORDER_OF_WORDS in scores:
        yield "behind the best, in the order of words"
    if Signal.ORDER_OF_TIME in scores:
        yield "in the order of time"
    if hit.age_days is not None:
        yield "less than a day old" if not hit.age_days else f"{hit.age_days:,} day{'s' * (hit.age_days > 1)} old"
    if hit.story is not None:
        sources = f" from {hit.story.sources} sources" if hit.story.sources > 1 else ""
        yield f"one of {hit.story.articles} articles on one event{sources}"


def _listed(words: tuple[str, ...]) -> str:
    named = [f"*{word}*" for word in words[:_MOST_WORDS]]
    more = [f"{len(words) - _MOST_WORDS} more"] if len(words) > _MOST_WORDS else []
    *first, last = [*named, *more]
    return f"{', '.join(first)} and {last}" if first else last


def _ordinal(rank: int) -> str:
    if rank <= len(_ORDINALS):
        return _ORDINALS[rank - 1]
    suffix = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank:,}{suffix}"
