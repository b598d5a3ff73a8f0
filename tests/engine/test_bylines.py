"""Does the name of an author find what she wrote, as it finds what is written about her?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.api.params import query_from
from search.article import Article

WRITTEN = {
    "a1": ("Council votes on the tram line", ("Maryna Quillfeather",)),
    "a2": ("Bakery on the corner closes", ("Oskar Pennywhistle", "Maryna Quillfeather")),
    "a3": ("Interview with Maryna Quillfeather", ("Oskar Pennywhistle",)),
    "a4": ("Tram drivers strike", ("Oskar Pennywhistle",)),
    "a5": ("Rain floods the market", ()),
}


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over articles that name their authors only in the byline."""
    articles = [
        Article(id=name, path="", title=title, text=f"{title}. More is known today.", language="en", authors=authors)
        for name, (title, authors) in WRITTEN.items()
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


def asked(text):
    """The text as a reader types it, by words."""
    return query_from([("q", text), ("mode", "keyword"), ("explain", "true")], datetime.now(UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maryna quillfeather", {"a1", "a2", "a3"}),
        ("quillfeather", {"a1", "a2", "a3"}),
        ('"Maryna Quillfeather"', {"a1", "a2", "a3"}),
        ("articles by Maryna Quillfeather", {"a1", "a2", "a3"}),
        ("tram -pennywhistle", {"a1"}),
        ("title:quillfeather", {"a3"}),
        ('"Pennywhistle Maryna"', set()),
    ],
)
def test_a_name_is_found_in_the_byline(engine, text, expected):
    """The byline's words match as those of title and text do; each name is a text of its own."""
    results = engine.search(asked(text))
    assert {hit.article.id for hit in results.hits} == expected


def test_the_explanation_names_the_byline(engine):
    """Where only the byline contains a word, `matched` says so."""
    results = engine.search(asked("quillfeather tram"))
    assert results.hits[0].article.id == "a1"
    parts = {part.field: part.words for part in results.hits[0].matched}
    assert parts == {"title": ("tram",), "authors": ("quillfeather",)}


def test_a_slip_in_a_name_is_corrected(engine):
    """The names of authors are words that a slip can be of."""
    results = engine.search(asked("quillfaether"))
    assert results.corrected is not None
    assert results.corrected.answered == "quillfeather"
    assert {hit.article.id for hit in results.hits} == {"a1", "a2", "a3"}


def test_no_passage_is_marked_as_near_to_a_name(engine):
    """The snippet of an article that has the word in its byline alone is its beginning, without marks."""
    results = engine.search(query_from([("q", "quillfeather")], datetime.now(UTC)))
    shown = {hit.article.id: (hit.snippet_marks, "<mark>" in hit.snippet) for hit in results.hits}
    assert shown["a1"] == shown["a2"] == (None, False)
    assert shown["a3"] == ("words", True)
