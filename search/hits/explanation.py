"""Explanation of a hit, in one sentence.

The sentence is English. It is made of messages, so a page says it in another language; what they stand for (words by
part, ranks, days) is beside it in the answer.
"""

from collections.abc import Iterator, Sequence
from typing import Self

from search.messages import Message, say
from search.results import Hit, Signal

_RANKINGS = {Signal.KEYWORD: "by-words", Signal.SEMANTIC: "by-meaning", Signal.RERANKER: "by-reranker"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MOST_WORDS = 5
"""How many words of one part are named."""
_RELATED = 0.15
"""The share of a question's rarity that words of nearly its meaning make up, that is worth saying."""
_LIKE = 0.5
"""The likeness (-1 to 1) to the best hits that is worth saying."""


class Because(str):
    """A sentence made of clauses, which is its English text."""

    __slots__ = ("clauses",)
    clauses: Sequence[Sequence[Message]]
    """The messages of each clause: a comma parts them, and a semicolon the clauses."""

    def __new__(cls, clauses: Sequence[Sequence[Message]]) -> Self:
        """The sentence of these clauses."""
        made = super().__new__(cls, sentence_of([[str(one) for one in clause] for clause in clauses]))
        made.clauses = clauses
        return made


def sentence_of(clauses: Sequence[Sequence[str]]) -> str:
    """One sentence of clauses in any language."""
    said = "; ".join(", ".join(clause) for clause in clauses)
    return f"{said[:1].upper()}{said[1:]}."


def why(hit: Hit) -> Because:
    """One sentence on what ranked a hit."""
    return Because([clause for clause in (_words(hit), *_ranks(hit), *_rest(hit)) if clause])


def _words(hit: Hit) -> list[Message]:
    """The words, the fields they occur in, and their rank."""
    said = [say(f"in-{part.field}", words=_listed(part.words)) for part in hit.matched]
    return [*said, *_rank(hit, Signal.KEYWORD)]


def _ranks(hit: Hit) -> Iterator[list[Message]]:
    for ranking in (Signal.SEMANTIC, Signal.RERANKER):
        yield from ([one] for one in _rank(hit, ranking))


def _rank(hit: Hit, ranking: Signal) -> list[Message]:
    return [
        say(_RANKINGS[ranking], place=_ordinal(part.rank))
        for part in hit.contributions
        if part.ranking == ranking and part.rank is not None
    ]


def _rest(hit: Hit) -> Iterator[list[Message]]:
    """Likeness, time, order and story, in this order."""
    scores = {part.ranking: part.score for part in hit.contributions}
    if (scores.get(Signal.RELATED) or 0.0) >= _RELATED:
        yield [say("with-related")]
    if (scores.get(Signal.LIKENESS) or 0.0) >= _LIKE:
        yield [say("like-the-best")]
    if fit := scores.get(Signal.TIME):
        yield [say("in-the-time" if fit >= 1 else "near-the-time")]
    if Signal.ORDER_OF_WORDS in scores:
        yield [say("order-of-words")]
    if Signal.ORDER_OF_TIME in scores:
        yield [say("order-of-time")]
    if hit.age_days is not None:
        days = f"{hit.age_days:,}"
        yield [
            say("less-than-a-day" if not hit.age_days else "a-day-old" if hit.age_days == 1 else "days-old", days=days)
        ]
    if hit.story is not None:
        told = {"articles": hit.story.articles, "sources": hit.story.sources}
        yield [say("on-one-event-from" if hit.story.sources > 1 else "on-one-event", **told)]


def _listed(words: tuple[str, ...]) -> str | Message:
    named: list[str | Message] = [f"*{word}*" for word in words[:_MOST_WORDS]]
    if len(words) > _MOST_WORDS:
        named.append(say("more-words", count=len(words) - _MOST_WORDS))
    *first, last = named
    return say("words-and-last", words=", ".join(first), last=last) if first else last


def _ordinal(rank: int) -> Message:
    if rank <= len(_ORDINALS):
        return say(_ORDINALS[rank - 1])
    suffix = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return say(f"place-{suffix}", rank=f"{rank:,}")
