"""The weighted terms of a text, and the weight that a match must reach.

Every word of a text gets a whole weight by how rare it is; an article matches when the words it contains weigh
enough of all: half of a short text, a quarter of a long one, and half where one of the words is in no article. That
word weighs the most, so ordinary words around an unknown name do not match alone; nor is it enough then to be near in
meaning (`hinges_on_unknown_name`). Whole weights let both engines decide the same way, to the last article.
docs/experiments.md has what other shares cost.
"""

import math
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from search.analysis.analyzer import Analyzer
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import Condition, Phrase, Prefix, positive_leaves

MATCH_SHARE_SHORT, MATCH_SHARE_LONG = 0.5, 0.25
"""The share of the words' weight that an article must contain: for up to three words, and from six words on."""
MATCH_SHARE_TERMS = 1.5
"""Between these, the share that so many words of the text have."""
UNKNOWN_NAME_IDF_SHARE = 0.35
"""The share of a question's rarity from which on an unknown name is what it is about; a long claim is about more."""
HEADLINE_WORDS = 3
"""From more words than these, all with a capital, a text is a headline; and its first word may begin a sentence."""
SHOWN_FORMS = 32
"""Most words of a prefix that take part in the ranking, the commonest first."""
MAX_WEIGHT = 4
MAX_WORDS = 32
"""Words of a text that are looked up; of longer texts, the rarest."""


def keyword_query(
    text: str,
    analyzer: Analyzer,
    frequency: Callable[[tuple[str, ...]], int],
    articles: int,
    required: Sequence[WeightedTerm] = (),
) -> KeywordQuery:
    """The text as weighted words. `frequency` counts the articles that contain any of the terms.

    Stop words are left out, unless there is nothing else. `required` words, which a condition sees to, weigh nothing in
    the decision; they score.
    """
    own = [_weighted(word, frequency(word.terms), articles) for word in _words(text, analyzer, alone=not required)]
    optional = _rarest(own)
    scoring = _scoring_only(required, optional, frequency, articles)
    minimum = math.ceil(_match_share(own) * sum(word.clause_weight for word in optional))
    return KeywordQuery((*optional, *scoring), minimum)


def _match_share(words: Sequence[WeightedTerm]) -> float:
    """The share of their weight that a match contains: less of more words, but half where one is in no article."""
    if not all(word.frequency for word in words):
        return MATCH_SHARE_SHORT
    return max(MATCH_SHARE_LONG, min(MATCH_SHARE_SHORT, MATCH_SHARE_TERMS / max(1, len(words))))


def _rarest(words: list[WeightedTerm]) -> list[WeightedTerm]:
    """The MAX_WORDS rarest of the words, in their order."""
    if len(words) <= MAX_WORDS:
        return words
    kept = set(sorted(words, key=lambda word: -word.idf)[:MAX_WORDS])
    return [word for word in words if word in kept]


def _scoring_only(
    required: Sequence[WeightedTerm],
    optional: Sequence[WeightedTerm],
    frequency: Callable[[tuple[str, ...]], int],
    articles: int,
) -> list[WeightedTerm]:
    """The required words that are not among the optional ones, as many as there is room for; of no weight."""
    known = {word.terms for word in optional}
    others = {word.terms: word for word in required if word.terms and word.terms not in known}
    weighted = [_weighted(word, frequency(word.terms), articles) for word in others.values()]
    return [replace(word, clause_weight=0) for word in weighted[: MAX_WORDS - len(optional)]]


def hinges_on_unknown_name(
    text: str, query: KeywordQuery, analyzer: Analyzer, nearest: Callable[[str], str | None]
) -> bool:
    """Whether a word of the text, written like a name, is in no article and is no slip of one that is.

    Then what is near in meaning is about somebody else. `nearest` gives the word that was probably meant by another.
    The first word of a sentence has its capital for another reason, and a text with stop words may be a sentence.
    """
    unknown = [word for word in query.words if word.frequency == 0 and word.text[:1].isupper()]
    if not unknown or sum(word.idf for word in unknown) < UNKNOWN_NAME_IDF_SHARE * query.idf:
        return False
    first = _sentence_start(text, analyzer)
    return any(word.text.isupper() or (word.text != first and nearest(word.text) is None) for word in unknown)


def _sentence_start(text: str, analyzer: Analyzer) -> str:
    """The first word of a text that may be a sentence, for it has stop words; empty for any other text."""
    written = [text[unit.start : unit.end] for unit in analyzer.units(text)]
    return written[0] if any(map(analyzer.is_stop_word, written)) else ""


def typed_names(text: str, query: KeywordQuery, analyzer: Analyzer) -> tuple[WeightedTerm, ...]:
    """The words of the text that are typed as names: with a capital, as a ticker, or as an alias of the names' table.

    The first word of a sentence has its capital for another reason, and where all words have one it tells nothing.
    """
    if text.islower() and not any(word.text in analyzer.names for word in query.words):
        return ()
    written = [text[unit.start : unit.end] for unit in analyzer.units(text)]
    content = [word for word in written if not analyzer.is_stop_word(word)]
    telling = len(content) <= HEADLINE_WORDS or not all(word[:1].isupper() for word in content)
    first = written[0] if len(content) < len(written) or len(content) > HEADLINE_WORDS else ""

    def is_name(word: str) -> bool:
        if word.casefold() in analyzer.names:
            return True
        return telling and word[:1].isupper() and (word != first or (len(word) > 1 and word.isupper()))

    return tuple(word for word in query.words if is_name(word.text))


def has_content(text: str, analyzer: Analyzer) -> bool:
    """Whether a text has a word that is no stop word."""
    return any(not analyzer.is_stop_word(text[unit.start : unit.end]) for unit in analyzer.units(text))


def words_of(text: str, analyzer: Analyzer) -> list[WeightedTerm]:
    """The words of the text, each once, without stop words unless there is nothing else; not weighed yet."""
    return _words(text, analyzer, alone=True)


def condition_words(
    condition: Condition | None, analyzer: Analyzer, forms_beginning: Callable[[str, int], Sequence[str]]
) -> list[WeightedTerm]:
    """The words that a condition looks for, those it excludes left out; not weighed yet.

    `forms_beginning` gives the words of the archive that begin so, the commonest first.
    """

    def words(part: Phrase | Prefix) -> list[WeightedTerm]:
        if isinstance(part, Phrase):
            return words_of(part.text, analyzer)
        _, form = parted_prefix(part, analyzer)
        forms = part.likely or (forms_beginning(form, SHOWN_FORMS) if form else ())
        return [
            WeightedTerm(f"{part.text}*", tuple(dict.fromkeys(term for form in forms for term in analyzer.terms(form))))
        ]

    return [word for part in positive_leaves(condition) for word in words(part)]


def parted_prefix(prefix: Prefix, analyzer: Analyzer) -> tuple[str, str]:
    """The words before the last one, and how that begins, as words are written."""
    units = list(analyzer.units(prefix.text))
    if not units:
        return "", ""
    return prefix.text[: units[-1].start], analyzer.forms(prefix.text[units[-1].start :])[-1]


def _words(text: str, analyzer: Analyzer, alone: bool) -> list[WeightedTerm]:
    every: dict[tuple[str, ...], WeightedTerm] = {}
    content: dict[tuple[str, ...], WeightedTerm] = {}
    spoken = any(map(str.islower, text))  # a text all in capitals makes no names of its words
    for unit in analyzer.units(text):
        written = text[unit.start : unit.end]
        name = analyzer.name_in_capitals(written) if spoken else None
        if name is not None:
            content.setdefault((name,), WeightedTerm(written, (name,)))
            continue
        stop = analyzer.is_stop_word(written)
        for terms in unit.every:
            word = WeightedTerm(written, terms)
            every.setdefault(terms, word)
            if not stop:
                content.setdefault(terms, word)
    return list((content or (every if alone else content)).values())


def _weighted(word: WeightedTerm, frequency: int, articles: int) -> WeightedTerm:
    """With a weight of 1 for common words up to MAX_WEIGHT for names: the BM25 idf in steps of 2.5."""
    idf = math.log(1 + (articles - frequency + 0.5) / (frequency + 0.5))
    return WeightedTerm(word.text, word.terms, max(1, min(MAX_WEIGHT, round(idf / 2.5))), idf, frequency)
