"""Do typed conditions hold in every mode, as reading each article would decide, and do totals and facets count them?"""

import itertools
from datetime import UTC, datetime

import pytest
from awkward import WORDS, filters
from fake_index import built_index, engine_over
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import admits, forms_of, in_order, near, reading, words_of

from indexer.derive.twins import groups
from indexer.text.boilerplate import boilerplate
from search.analysis.analyzer import Analyzer
from search.article import Article
from search.query import syntax
from search.query.model import (
    AllOf,
    AnyOf,
    FieldFilter,
    FilterClause,
    Filters,
    Mode,
    Near,
    Not,
    Phrase,
    Prefix,
    Query,
)
from search.query.parser import parse
from search.query.syntax import is_plain, uses_language

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANALYZER = Analyzer()
UNFOLDED = Filters(language=FieldFilter(exclude=("no such language",)))


def ask(engine, text, chosen=Filters(), mode=Mode.HYBRID, **more):  # noqa: B008
    """Everything that the engine finds for a typed text."""
    asked, typed = parse(text, UTC, NOW)
    query = Query(text=text, typed=asked, filters=chosen.joined(typed), mode=mode, limit=100, **more)
    return engine.search(query)


def ids(results):
    """The ids of the hits."""
    return {hit.article.id for hit in results.hits}


def pairs(text, language="en"):
    """The words of a text as pairs of their terms and their one-piece form, as an article in a language has them."""
    return [(unit.terms, unit.whole) for unit in ANALYZER.of_article(language).units(text)]


def holds(condition, document):
    """Whether an article satisfies a condition, decided by reading it; conditions without a word are not drawn here."""
    languages = {"", document.article.base_language}  # a word stands under its own stem, and may under a shared one
    match condition:
        case AllOf(parts):
            return all(holds(part, document) for part in parts)
        case AnyOf(parts):
            return any(holds(part, document) for part in parts)
        case Not(part):
            return not holds(part, document)
        case FilterClause(chosen):
            return admits(chosen, document.article)
        case Prefix(text, field):
            begin = ANALYZER.forms(text)[-1]
            return any(form.startswith(begin) for form in forms_of(document, field))
        case Near((one,), (other,), distance):
            return any(
                near(document, (one_term(one, language),), (one_term(other, language),), distance, "text")
                for language in languages
            )
        case Phrase():
            return any(phrase_holds(condition, document, language) for language in languages)
    raise AssertionError(condition)


def phrase_holds(phrase, document, language):
    """Whether an article has a phrase as it is read in a language."""
    typed = pairs(phrase.text, language)
    terms = [term for terms, _ in typed for term in terms]
    if phrase.within:
        steps = itertools.pairwise(terms)
        return all(near(document, (one,), (other,), phrase.within, phrase.field) for one, other in steps)
    alone = {typed[0][1], *(terms if len(terms) == 1 else ())} if len(typed) == 1 else set()
    own = {*document.title.ordered, *document.title.wholes} if phrase.field == "title" else words_of(document)
    return in_order(document, terms, phrase.field) or bool(alone & set(own))


def one_term(phrase, language):
    """The term of a phrase of one word."""
    ((terms, _),) = pairs(phrase.text, language)
    return terms[0]


KNOWN = sorted({w for w in WORDS if w.isalpha() and w not in ("AND", "OR", "NOT") and len(pairs(w)) == 1})
known = st.sampled_from(KNOWN)
leaves = st.one_of(
    known.map('"{}"'.format),
    st.tuples(known, known).map('"{0[0]} {0[1]}"'.format),
    st.tuples(known, known, st.integers(2, 9)).map('"{0[0]} {0[1]}"~{0[2]}'.format),
    st.sampled_from(["well-known", "e-mail", "rock-n-roll", "C++", "U.S.", "4.2B"]).map('"{}"'.format),
    known.map('title:"{}"'.format),
    known.filter(lambda word: len(word) > 3).map(lambda word: f"{word[:3]}*"),
    known.filter(lambda word: len(word) > 3).map(lambda word: f"title:{word[:3]}*"),
    st.tuples(known, st.integers(1, 20), known).map('("{0[0]}" NEAR/{0[1]} "{0[2]}")'.format),
    st.sampled_from(
        ['tag:"nft"', "-source:decrypt", "sentiment:POSITIVE", "after:2026-02-01", "NOT before:2026-02-01"]
    ),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map("({0[0]} OR {0[1]})".format),
        st.tuples(inner, inner).map("({0[0]} AND {0[1]})".format),
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def read(awkward):
    """The documents of the awkward articles, by id."""
    common = boilerplate(awkward.articles)
    return {article.id: reading(article, ANALYZER, common) for article in awkward.articles}


def expected(read, text):
    """The ids of the articles that satisfy a typed text, which has no plain words."""
    asked, typed = parse(text, UTC, NOW)
    assert not asked.plain
    return {
        name
        for name, document in read.items()
        if admits(typed, document.article) and (asked.condition is None or holds(asked.condition, document))
    }


@settings(max_examples=120)
@given(text=conditions)
def test_conditions_alone_find_exactly_the_articles_that_satisfy_them(awkward, read, text):
    """By words, with languages named: nothing more, nothing less, and the total says so."""
    results = ask(awkward.engine, text, UNFOLDED, Mode.KEYWORD)
    assert ids(results) == expected(read, text)
    assert results.total.value == len(results.hits)


@pytest.mark.parametrize("mode", Mode)
@settings(max_examples=40)
@given(text=conditions, plain=st.sampled_from(["bitcoin", "the law", "біткоїн київ", "regulated stablecoins"]))
def test_conditions_hold_in_every_mode(awkward, read, mode, text, plain):
    """Beside plain words, whatever finds a hit: it satisfies the condition, though it is near in meaning."""
    satisfying = expected(read, text)
    every = ask(awkward.engine, f"{plain} {text}", UNFOLDED, mode)
    assert ids(every) <= satisfying
    assert every.total.value == len(every.hits)


@pytest.mark.parametrize("mode", Mode)
@settings(max_examples=40)
@given(text=leaves, plain=st.sampled_from(["bitcoin", "the law", "C++ Zürich", "regulated stablecoins"]))
def test_an_exclusion_takes_away_what_it_excludes_and_nothing_else(awkward, read, mode, text, plain):
    """What is excluded has no say in what is found besides."""
    excluded = expected(read, f"NOT {text}")
    every = ask(awkward.engine, plain, UNFOLDED, mode)
    assert ids(ask(awkward.engine, f"{plain} NOT {text}", UNFOLDED, mode)) == ids(every) & excluded


@settings(max_examples=40)
@given(word=known, plain=st.sampled_from(["bitcoin", "the law", "regulated stablecoins", ""]))
def test_folded_an_exclusion_excludes_an_article_with_its_twins(awkward, read, word, plain):
    """Where each article is shown once, it is not shown in a translation that has another word for what is excluded."""
    group = dict(zip(read, groups(awkward.articles).tolist(), strict=True))
    containing = {group[name] for name in expected(read, f'"{word}"')}
    copies = ids(ask(awkward.engine, plain, UNFOLDED)) if plain else set(read)
    shown = ask(awkward.engine, f'{plain} -"{word}"')
    assert {group[name] for name in ids(shown)} == {group[name] for name in copies} - containing
    assert shown.total.value == len(shown.hits)


TYPED = (
    "bitcoin -hack",
    '"the"',
    "law OR regulation",
    "-bitcoin",
    'stablecoin* NOT "law"',
    "tag:nft -title:bitcoin",
    "x -i",
)


@pytest.mark.parametrize("text", TYPED)
@pytest.mark.parametrize("facet", ["source", "tag", "sentiment", "language"])
@settings(max_examples=3)
@given(chosen=filters())
def test_facets_of_a_typed_question_count_what_choosing_shows(awkward, facet, text, chosen):
    """Conditions are part of the result set that facets count."""
    if facet == "tag" and "tag:" in text:
        return  # a typed tag is a choice too, and choosing another in its place is another text
    for count in ask(awkward.engine, text, chosen, facets=(facet,)).facets[facet]:
        choice = FieldFilter(include=(count.value,), exclude=chosen[facet].exclude)
        assert count.count == ask(awkward.engine, text, chosen.replaced(**{facet: choice})).total.value, count


@settings(max_examples=40)
@given(text=st.sampled_from(TYPED) | conditions, cut=st.integers(1, 9))
def test_pages_of_a_typed_question_join(awkward, text, cut):
    """Pages of any size, one behind the other, are the one long page."""
    whole = ask(awkward.engine, text)
    asked, typed = parse(text, UTC, NOW)
    joined = []
    for offset in range(0, whole.total.value, cut):
        page = Query(text=text, typed=asked, filters=typed, limit=cut, offset=offset)
        joined += [hit.article.id for hit in awkward.engine.search(page).hits]
    assert joined == [hit.article.id for hit in whole.hits]


def test_both_engines_answer_a_typed_question_with_the_same_articles(awkward, tmp_path):
    """The language means the same over Whoosh."""
    other = engine_over(built_index(tmp_path, awkward.articles, keyword="whoosh"))
    for text in (*TYPED, '"the law" OR Zür*', "title:bit* -moon", '"bitcoin law"~4', "біткоїн НЕ київ", "a NEAR/3 the"):
        for mode in Mode:
            one, two = ask(awkward.engine, text, mode=mode), ask(other, text, mode=mode)
            assert (ids(one), one.total) == (ids(two), two.total), text


def test_what_every_engine_calls_words_is_said(awkward):
    """Unknown words are named, excluded ones are not; a prefix that nothing begins with is unknown."""
    results = ask(awkward.engine, 'bitcoin -qqqq "wwww" rrrr*')
    assert set(results.unknown_words) == {"wwww", "rrrr*"}
    assert results.hits == ()


@pytest.mark.parametrize("text", ['""', "(", "-", "NOT", '"ʼ"', "©", '-"©"'])
def test_signs_without_a_word_find_nothing_and_are_no_error(awkward, text):
    """Nothing is asked, so nothing is listed; NOT alone is a word."""
    if text == "NOT":
        assert ask(awkward.engine, text).hits
    else:
        assert ask(awkward.engine, text).hits == ()


def test_an_exclusion_alone_lists_all_else_by_time(awkward, read):
    """Like a filter without words: newest first."""
    results = ask(awkward.engine, "-bitcoin", UNFOLDED)
    assert ids(results) == {name for name in read if name in expected(read, "-bitcoin")}
    times = [hit.article.published for hit in results.hits if hit.article.published is not None]
    assert times == sorted(times, reverse=True)


def test_a_hyphenated_word_in_quotes_finds_its_spelling_in_one_piece(tmp_path):
    """ "e-mail" is e-mail, e mail and email; "e-mail list" is a phrase of three."""
    texts = ("an e-mail list", "an e mail list", "an email list", "a mail list")
    articles = [Article(id=str(n), path="", title=text, text=text) for n, text in enumerate(texts)]
    engine = engine_over(built_index(tmp_path, articles))
    assert ids(ask(engine, '"e-mail"', mode=Mode.KEYWORD)) == {"0", "1", "2"}
    assert ids(ask(engine, '"e-mail list"', mode=Mode.KEYWORD)) == {"0", "1"}
    assert ids(ask(engine, "title:ema*", mode=Mode.KEYWORD)) == {"0", "2"}
    assert ids(ask(engine, "mail/li*", mode=Mode.KEYWORD)) == {"0", "1", "3"}


@given(
    st.lists(
        st.sampled_from(
            [*'aЖ1:*=-()/"«» ', "AND", "І", "OR", "АБО", "NOT", "НЕ", "NEAR", "БІЛЯ/3", "tag", "and", "title"]
        )
    )
)
def test_a_text_of_plain_words_uses_nothing_of_the_language(pieces):
    """What is told without the pattern is what the pattern tells."""
    text = "".join(pieces)
    if is_plain(text):
        assert syntax._used(()).search(text) is None
    assert uses_language(text) == (syntax._used(()).search(text) is not None)
