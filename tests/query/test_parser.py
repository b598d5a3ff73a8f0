"""Is typed text read as it was meant, and is no text an error?"""

import sys
from datetime import UTC, datetime

import pytest
from awkward import WORDS
from conftest import run
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.model import AllOf, AnyOf, FieldFilter, FilterClause, Filters, Near, Not, ParsedText, Phrase, Prefix
from search.query.parser import PARTS, parse
from search.query.printer import reworded
from search.query.syntax import FIELDS, uses_language
from search.times import millis

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A, B, C = Phrase("a"), Phrase("b"), Phrase("c")


def read(text):
    """What a text asks, and its filters."""
    return parse(text, UTC, NOW)


def tags(*wanted):
    """Filters that want any of these tags."""
    return Filters(tag=FieldFilter(include=wanted))


PLAIN = (
    "bitcoin price",
    "C++",
    "C#",
    "$BTC",
    "https://x.y/z?q=1",
    "foo:bar",
    "Title: Bitcoin",
    "well-known e-mail",
    "bitcoin - ether",
    "-",
    "--",
    "a & b | c",
    "it's об'єкт",
    "ANDROID ORACLE NOTE",
    "and or not near і або не",
    "BTC fell -5% and -1,234.5%",
    "5*3 f*** * **",
    "🚀",
    "a\0b",
    "source : ft",
    "12:30",
    "e-title:x",
    "",
    " ",
)


@pytest.mark.parametrize("text", PLAIN)
def test_text_without_a_sign_of_the_language_is_plain_words(text):
    """Nothing of it is an operator, so Whoosh is not asked."""
    assert not uses_language(text)
    assert read(text) == (ParsedText(text, text), Filters())


@pytest.mark.parametrize("text", ["C++", "$BTC", "https://x.y/z?q=1", "who hacked the exchange", "біткоїн - ціна"])
def test_plain_words_do_not_load_whoosh(samples, text):
    """A cold query without an operator, from the command line, never imports Whoosh; one with an operator does."""
    program = (
        "import sys; from search.cli.main import main; status = main(sys.argv[1:]);"
        "print(any(name.split('.')[0] == 'whoosh' for name in sys.modules), file=sys.stderr)"
    )
    for asked, loaded in ((text, "False"), (f'"{text}"', "True")):
        done = run("-c", program, "query", asked, "--json", "--index", samples.index)
        assert done.stderr.splitlines()[-1] == loaded


@pytest.mark.parametrize(
    ("text", "plain", "condition"),
    [
        ('"a"', "", A),
        ('"a b"', "", Phrase("a b")),
        ("“a b”", "", Phrase("a b")),
        ("«a b» c", "c", Phrase("a b")),
        ("„a b“", "", Phrase("a b")),
        ('"a b"~5', "", Phrase("a b", within=5)),
        ("c -a", "c", Not(A)),
        ('c -"a b"', "c", Not(Phrase("a b"))),
        ("c NOT a", "c", Not(A)),
        ("c НЕ a", "c", Not(A)),
        ("NOT NOT a", "", Not(A)),
        ("a AND b", "", AllOf((A, B))),
        ("a І b", "", AllOf((A, B))),
        ("a AND NOT b", "", AllOf((A, Not(B)))),
        ("a OR b", "", AnyOf((A, B))),
        ("a АБО b", "", AnyOf((A, B))),
        ("x a OR b y", "x y", AnyOf((A, B))),
        ("a AND b OR c", "", AnyOf((AllOf((A, B)), C))),
        ("a AND (b OR c)", "", AllOf((A, AnyOf((B, C))))),
        ("(a b) OR c", "", AnyOf((AllOf((A, B)), C))),
        ("(x y) z", "(x y) z", None),
        ("x -(a b)", "x", AllOf((Not(A), Not(B)))),
        ("x -(a OR b)", "x", AllOf((Not(A), Not(B)))),
        ("x -(a AND b)", "x", AnyOf((Not(A), Not(B)))),
        ("x -(a OR -b)", "x", AllOf((Not(A), B))),
        ("pre*", "", Prefix("pre")),
        ("-pre* x", "x", Not(Prefix("pre"))),
        ("title:a x", "x", Phrase("a", "title")),
        ('intitle:"a b"', "", Phrase("a b", "title")),
        ("TITLE:a заголовок:b", "", AllOf((Phrase("a", "title"), Phrase("b", "title")))),
        ("title:(a b)", "", AllOf((Phrase("a", "title"), Phrase("b", "title")))),
        ("title:pre*", "", Prefix("pre", "title")),
        ("-title:a x", "x", Not(Phrase("a", "title"))),
        ("a NEAR b", "", Near((A,), (B,), 10)),
        ("a NEAR/3 b", "", Near((A,), (B,), 3)),
        ("a БІЛЯ/3 b", "", Near((A,), (B,), 3)),
        ("a NEAR/3 b NEAR c", "", AllOf((Near((A,), (B,), 3), Near((B,), (C,), 10)))),
        ('(a OR b) NEAR "c d"', "", Near((A, B), (Phrase("c d"),), 10)),
        ("a NEAR -b", "", AllOf((A, Not(B)))),
        ("a NEAR pre*", "", AllOf((A, Prefix("pre")))),
        ("x \u200f-a\u200e", "x", Not(A)),
    ],
)
def test_what_is_typed_is_read_as_meant(text, plain, condition):
    """Each sign of the language, and how they bind."""
    asked, filters = read(text)
    assert (asked.plain, asked.condition) == (plain, condition)
    assert filters == Filters()
    assert asked.notes == ()


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("tag:NFT", tags("NFT")),
        ("тег:NFT", tags("NFT")),
        ('tag:"Real World Assets"', tags("Real World Assets")),
        ("tag:a tag:b", tags("a", "b")),
        ("tag:a OR tag:b", tags("a", "b")),
        ("tag:(a OR b)", tags("a", "b")),
        ("-tag:a", Filters(tag=FieldFilter(exclude=("a",)))),
        ("tag:-a", Filters(tag=FieldFilter(exclude=("a",)))),
        ("-(tag:a OR tag:b)", Filters(tag=FieldFilter(exclude=("a", "b")))),
        ("source:ft lang:en", Filters(source=FieldFilter(("ft",)), language=FieldFilter(("en",)))),
        ("джерело:ft AND мова:uk", Filters(source=FieldFilter(("ft",)), language=FieldFilter(("uk",)))),
        ("sentiment:NEGATIVE", Filters(sentiment=FieldFilter(("NEGATIVE",)))),
        ("after:2026-01-01", Filters(since=millis(datetime(2026, 1, 1, tzinfo=UTC)))),
        ("after:2026-02", Filters(since=millis(datetime(2026, 2, 1, tzinfo=UTC)))),
        ("before:2026", Filters(until=millis(datetime(2026, 1, 1, tzinfo=UTC)))),
        ("до:2026-01-01", Filters(until=millis(datetime(2026, 1, 1, tzinfo=UTC)))),
        ("when:7d", Filters(since=millis(datetime(2026, 2, 22, 12, tzinfo=UTC)))),
        ("after:2026-01-01T05:00:00+02:00", Filters(since=millis(datetime(2026, 1, 1, 3, tzinfo=UTC)))),
        ("after:2025 after:2026", Filters(since=millis(datetime(2026, 1, 1, tzinfo=UTC)))),
    ],
)
def test_typed_filters_are_filters(text, filters):
    """Alone or beside words, in brackets, negated: what a parameter would say."""
    for typed, plain in ((text, ""), (f"{text} x", "x"), (f"({text}) x", "x")):
        asked, found = read(typed)
        assert (found, asked.plain, asked.condition) == (filters, plain, None), typed


def test_filters_inside_a_larger_condition_stay_there():
    """Beside words in OR they are one of several ways; between AND each value of one field is demanded."""
    assert read("tag:a OR b")[0].condition == AnyOf((FilterClause(tags("a")), B))
    assert read("tag:a AND tag:b") == (
        ParsedText("", "", AllOf((FilterClause(tags("a")), FilterClause(tags("b"))))),
        Filters(),
    )


def test_a_date_that_is_none_is_words_with_a_note():
    """It is no error, and it is said."""
    asked, filters = read('after:never "a"')
    assert (asked.plain, asked.condition, filters) == ("after never", A, Filters())
    assert "after:never" in asked.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        '"unbalanced words',
        "(",
        ")",
        "a AND",
        "OR",
        "NOT",
        '""',
        "( )",
        "title:()",
        '-""',
        "a) OR",
        "((((a",
        "AND OR NOT",
    ],
)
def test_signs_that_work_on_nothing_leave_plain_words(text):
    """What has no other side is no operator."""
    assert read(text) == (ParsedText(text, text), Filters())


def test_too_many_conditions_are_plain_words_with_a_note():
    """A text of hundreds of phrases costs no more than its words."""
    text = " ".join(f'"a{n}"' for n in range(PARTS + 1))
    asked, filters = read(text)
    assert (asked.plain, asked.condition, filters) == (text, None, Filters())
    assert str(PARTS) in asked.notes[0]
    assert read(" ".join(f'"a{n}"' for n in range(PARTS)))[0].condition is not None


SIGNS = [
    *('"', "“", "”", "„", "«", "»", "(", ")", "-", " -", "*", "~3", ":", " ", " ", " AND ", " OR ", " NOT ", " НЕ "),
    *(" NEAR ", " NEAR/2 ", " І ", " АБО ", "\u200f", "\0", "🚀", "%", "5", "5%", "2026", "7d", "ʼ", "--", "\n"),
    *(f"{name}:" for name in FIELDS),
]
typed = st.lists(st.sampled_from(SIGNS) | st.sampled_from(WORDS) | st.sampled_from("abc"), max_size=14).map("".join)
spaced = st.lists(st.sampled_from(SIGNS) | st.sampled_from(WORDS) | st.sampled_from("abc"), max_size=14).map(" ".join)


@settings(max_examples=800)
@given(text=typed | spaced | st.text(max_size=40))
def test_any_text_parses_and_what_was_understood_is_read_the_same_again(text):
    """No text is an error; its rewording asks the same, and is its own rewording."""
    asked, _ = read(text)
    again, filters = read(reworded(asked))
    assert (again.plain.strip(), again.condition, filters) == (asked.plain.strip(), asked.condition, Filters())
    assert reworded(again) == reworded(asked)


@settings(max_examples=300)
@given(text=typed | spaced)
def test_text_not_seen_as_language_means_the_same_to_whoosh(text):
    """The quick test that spares Whoosh errs on no text: read by Whoosh, what it lets pass is plain words."""
    from search.query import grammar
    from search.query.syntax import cleaned

    plain = cleaned(text)
    if not uses_language(plain):
        nodes = grammar.read(plain).nodes
        assert all(isinstance(node, grammar.WordNode) and node.fieldname is None for node in nodes)
        assert [node.text for node in nodes] == plain.split()


@pytest.mark.parametrize(
    "text",
    ["(" * 2000, "(" * 999 + "a" + ")" * 999, "NOT " * 500, "a NEAR " * 285, "a OR " * 400, '"' * 2000, "-" * 2000],
)
def test_long_texts_of_signs_are_read(text):
    """No nesting is too deep, no row of signs too long."""
    assert len(text) <= 2000
    read(text)
    assert "whoosh" in sys.modules
