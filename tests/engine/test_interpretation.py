"""Is a question understood by what an archive knows of words alone, whatever engine keeps it?"""

from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
import pytest
from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.analysis.glossary import Glossary
from search.analysis.source_names import SourceNames
from search.engine.interpretation import QueryInterpretation, may_be_name
from search.engine.query_vectors import GLOSS_WEIGHT
from search.errors import ModelError
from search.knowledge import FeedbackHits, Knowledge
from search.query.model import FieldFilter, Filters, Mode, Query
from search.query.parser import parse
from search.times import Millis, millis

NOW = datetime(2026, 3, 10, tzinfo=UTC)
NEWEST = millis(datetime(2026, 3, 1, tzinfo=UTC))
NOTHING = FeedbackHits(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=np.int64))


class Told(Struct, frozen=True):
    """An archive that is nothing but what a test says of it."""

    words: dict[str, int]
    """By term, how many articles contain it."""
    analyzer: Analyzer = Analyzer()
    days: dict[str, str] = {}
    languages: tuple[str, ...] = ("en", "uk")
    model_languages: tuple[str, ...] = ("en",)
    has_vectors: bool = True
    articles: int = 1_000
    newest: Millis | None = NEWEST
    spans: tuple[tuple[int, int], ...] = ()
    """In which articles were published."""
    meant: dict[str, str] = {}
    glossed: dict[str, str] = {}
    scored: FeedbackHits = NOTHING
    contained: FeedbackHits = NOTHING
    sources: dict[str, tuple[str, ...]] = {}
    named: frozenset[str] = frozenset()

    def sources_size(self, _):
        return 300

    @property
    def source_names(self):
        return SourceNames(self.sources)

    def mostly_names(self, _, name, __):
        return name != "time"

    def names_things(self, word):
        return self.writes_as_name(word)

    def writes_as_name(self, word):
        return word.lower() in self.named

    def published_within(self, since, until):
        return any(first < until and since < last for first, last in self.spans)

    def frequency(self, terms):
        return max((self.words.get(term, 0) for term in terms), default=0)

    def frequencies_by_language(self, terms):
        return [self.frequency(own) for own in terms.values()]

    def sizes_by_language(self, languages):
        return [self.articles for _ in languages]

    def forms_beginning(self, beginning, limit):
        return sorted(word for word in self.words if word.startswith(beginning))[:limit]

    def nearest_word(self, word):
        return self.meant.get(word)

    def related(self, words):
        return {word: [(7, 0.8)] for word in words.words if word.text == "theft"}

    def same_beginning(self, words):
        return {word: [(9, 0.9)] for word in words}

    def glossary(self, language):
        return Glossary(self.glossed) if self.glossed else None

    def best_by_words(self, words, language, most):
        return self.scored

    def containing(self, words, language, title_weight):
        return self.contained

    def heads(self, rows):
        return np.eye(4, dtype=np.float32)[rows], np.ones(len(rows), dtype=np.bool_)


def understood(told: Knowledge, text, embed=lambda _: np.full(4, 0.5, dtype=np.float32), **asked):
    """What is made of a text in the query language."""
    typed, _ = parse(text, UTC, NOW)
    return QueryInterpretation(told, Query(text=text, typed=typed, **asked), NOW, embed, like=False)


def test_rare_words_weigh_more_and_what_no_article_has_is_told():
    """Weights are by frequency; of prefixes in a condition the words that begin so are looked for."""
    said = understood(Told({"bank": 800, "hack": 5, "regul": 3}), "bank hack zzz regul*")
    weights = {word.text: word.clause_weight for word in said.words.words}
    assert weights["bank"] == 1
    assert weights["hack"] > weights["bank"]
    assert weights["regul*"] == 0
    assert said.unknown == ("zzz",)


def test_what_somebody_said_is_asked_for_only_where_articles_name_somebody():
    """A name that none has tells nothing, nor does a word that names nobody."""
    told = Told({"jane": 5, "analyst": 50, "said": 300}, named=frozenset({"jane", "doe"}))
    asked = {text: [word.text for word in understood(told, text).words.words] for text in ("jane said", "doe said")}
    assert asked == {"jane said": ["jane"], "doe said": ["doe", "said"]}
    assert [word.text for word in understood(told, "analyst said").words.words] == ["analyst", "said"]


@pytest.mark.parametrize(("spans", "named"), [(((0, NEWEST),), True), ((), False)])
def test_a_time_counts_only_where_something_was_published(spans, named):
    """Else a note says that it does not."""
    said = understood(Told({"bank": 10}, spans=spans), "bank in february 2026")
    assert (said.time is not None) is named
    assert bool(said.notes) is not named


def test_a_filter_by_time_or_an_archive_without_times_leaves_named_times_alone():
    """Nothing is said of them."""
    for told, filters in (
        (Told({"bank": 10}, newest=None), Filters()),
        (Told({"bank": 10}, spans=((0, NEWEST),)), Filters(since=Millis(0))),
    ):
        said = understood(told, "bank in february 2026", filters=filters)
        assert (said.time, said.notes) == (None, ())


def test_an_unknown_name_is_what_a_question_hinges_on_unless_it_is_a_slip():
    """The archive tells which words it has and what was probably meant."""
    assert understood(Told({"bank": 800}), "Quokkov bank").hinges_on_unknown_name
    assert not understood(Told({"bank": 800}, meant={"Quokkov": "quokka"}), "Quokkov bank").hinges_on_unknown_name
    assert not understood(Told({"bank": 800, "quokkov": 2}), "Quokkov bank").hinges_on_unknown_name


def test_related_words_are_the_models_or_those_of_one_family():
    """The model relates words of its languages; others are related by how they begin; meaning alone has none."""
    told = Told({"theft": 4, "катуванн": 3}, scored=NOTHING)
    assert [word.text for word in understood(told, "theft bank").meant.related] == ["theft"]
    assert [word.text for word in understood(told, "катування").meant.related] == ["катування"]
    assert not understood(told, "theft bank", mode=Mode.SEMANTIC).meant.related


def test_a_text_that_the_model_cannot_read_has_the_vectors_of_twins_and_gloss():
    """So much of the gloss as the glossary knows; the order by the engine's scores, the gate by the words alone."""
    first = FeedbackHits(np.array([0]), np.array([5.0]), np.array([NEWEST]))
    other = FeedbackHits(np.array([2]), np.array([5.0]), np.array([NEWEST]))
    term = Analyzer().terms("злом")[0]
    read = []

    def embed(text):
        read.append(text)
        return np.array([0, 0, 0, 1], dtype=np.float32)

    meant = understood(Told({term: 9}, scored=first, contained=other, glossed={term: "hack"}), "злом", embed).meant
    assert read == ["hack"]
    assert meant.vectors.order == pytest.approx([1 - GLOSS_WEIGHT, 0, 0, GLOSS_WEIGHT])
    assert meant.vectors.gate == pytest.approx([0, 0, 1 - GLOSS_WEIGHT, GLOSS_WEIGHT])


def test_meaning_is_left_out_where_it_cannot_serve():
    """No vectors in the archive, a language without twins, a model that fails: each is told, and words answer."""

    def broken(_):
        raise ModelError("broken")

    for said in (
        understood(Told({"bank": 5}, has_vectors=False), "bank"),
        understood(Told({"злом": 5}), "злом"),
        understood(Told({"bank": 5}), "bank", broken),
    ):
        assert said.meant.vectors is None
        assert said.meant.degraded
        assert said.by_words


def test_a_question_in_a_language_of_the_model_that_no_article_has_is_across_languages():
    """Its words tell nothing, and no name in it is unknown."""
    told = Told({"x": 1}, languages=("uk",))
    assert understood(told, "Quokkov bank").across_languages
    assert not understood(told, "Quokkov bank").hinges_on_unknown_name
    chosen = Filters(language=FieldFilter(include=("uk",)))
    assert not understood(Told({"x": 1}), "bank", filters=chosen).across_languages


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("bank theft early 2026", "bank theft"),
        ("Bank theft in Last  Week of February, 2026?", "Bank theft in ?"),
        ("bank theft on 28 february 2026", "bank theft on 28 february 2026"),
        ("bank theft after the great merge", "bank theft after the great merge"),
        ("bank theft 2026", "bank theft 2026"),
        ("latest bank theft", "latest bank theft"),
        ("february 2026", "february 2026"),
        ("what was in february 2026", "what was in february 2026"),
        ("bank theft june 2019", "bank theft june 2019"),
    ],
)
def test_the_model_reads_no_words_of_a_span_that_dates_of_publication_answer(asked, read):
    """A day, an event, a lone year, a time without articles and a text of nothing else stay."""
    texts = []

    def embed(text):
        texts.append(text)
        return np.full(4, 0.5, dtype=np.float32)

    told = Told(
        {"bank": 80, "theft": 4, "2026": 9, "februari": 9, "merg": 9, "june": 1},
        days={"merge": "2026-02-03", "great merge": "2026-02-03"},
        spans=((millis(datetime(2025, 12, 1, tzinfo=UTC)), NEWEST),),
    )
    assert understood(told, asked, embed).meant.vectors is not None
    assert texts == [read]


def test_a_gloss_has_no_words_of_a_span_either():
    """What is translated for the model is the rest of the text."""
    terms = {word: Analyzer().terms(word)[0] for word in ("злом", "лютому")}
    texts = []

    def embed(text):
        texts.append(text)
        return np.full(4, 0.5, dtype=np.float32)

    glossed = {terms["злом"]: "hack", terms["лютому"]: "february"}
    told = Told(dict.fromkeys(glossed, 9), glossed=glossed, spans=((0, NEWEST),))
    assert understood(told, "злом у лютому", embed).meant.vectors is not None
    assert texts == ["hack"]


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("evening tide ferry", "ferry"),
        ("What did the Evening  Tide write about the ferry strike?", "the ferry strike?"),
        ("ferry strike, says evening-tide", "ferry strike,"),
        ("evening tide", "evening tide"),
        ("what did the evening tide say", "what did the evening tide say"),
        ("ferry strike report", "ferry strike report"),
    ],
)
def test_the_model_reads_no_name_of_a_source_that_is_asked(asked, read):
    """By meaning it finds what the source says of itself."""
    texts = []

    def embed(text):
        texts.append(text)
        return np.full(4, 0.5, dtype=np.float32)

    told = Told({"ferri": 10, "strike": 20, "report": 90}, sources={"evening tide": ("tide",)})
    assert understood(told, asked, embed).meant.vectors is not None
    assert [" ".join(text.split()) for text in texts] == [read]


def test_the_words_of_a_source_are_as_rare_as_its_articles():
    """Whether a text says them or not; a name that is an ordinary word is one."""
    told = Told({"ferri": 10, "time": 900}, sources={"evening tide": ("tide",), "time": ("time",)})
    words = understood(told, "evening tide ferry").words.words
    assert {word.text: word.frequency for word in words} == {"evening": 300, "tide": 300, "ferry": 10}
    said = understood(told, "Time ferry")
    assert {word.text: word.frequency for word in said.words.words} == {"Time": 900, "ferry": 10}
    assert said.sources == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('articles about "bank hack"', ["bank", "hack"]),
        ("tell me about bank OR hack", ["bank", "hack"]),
        ("latest news about bank*", ["bank*"]),
        ("articles about", ["articles"]),
    ],
)
def test_a_request_goes_where_a_condition_says_what_is_asked_for(text, words):
    """It stays where nothing else is asked for."""
    said = understood(Told({"bank": 800, "hack": 5}), text)
    assert [word.text for word in said.words.words] == words


class Nouns:
    """Lemmas of everyday nouns."""

    initials: ClassVar[dict[str, list[str]]] = {}
    seal = ""

    def of(self, form):
        """What the dictionary has."""
        return ("аналітик",) if form.startswith("аналітик") else ()


@pytest.mark.parametrize(
    ("word", "may_be"), [("аналітики", False), ("Аналітики", True), ("сейлор", True), ("saylor", True)]
)
def test_a_cyrillic_noun_in_small_letters_is_no_name(word, may_be):
    """However often articles begin a sentence with it."""
    nouns: Any = Nouns()
    assert may_be_name(word, Analyzer().with_lemmas(nouns)) is may_be
