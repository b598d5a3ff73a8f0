"""Does the sentence say what ranked a hit, and nothing else?"""

import io
from datetime import UTC, datetime

import msgspec
import pytest
from fake_index import built_index, engine_over

from search.api.params import query_from
from search.api.responses import search_answer
from search.article import Article
from search.cli.terminal import Terminal
from search.hits.explanation import sentence_of, why
from search.query.model import Fold, Query, Sort
from search.results import Contribution, Hit, Matched, Story
from search.times import Millis
from search.web.translations import texts

ARTICLE = Article(id="a", path="a.md", title="A", text="")
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def hit(*contributions, **more):
    """A hit with these contributions."""
    return Hit(article=ARTICLE, score=1.0, contributions=contributions, snippet="", **more)


WORDS = Contribution("keyword", 2, 11.3, 0.4)
MEANING = Contribution("semantic", 5, 0.6, 0.6)


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (
            hit(WORDS, MEANING, matched=(Matched("title", ("stablecoin",)),), age_days=3),
            "*stablecoin* in the title, second by words; fifth by meaning; 3 days old.",
        ),
        (hit(MEANING), "Fifth by meaning."),
        (
            hit(WORDS, matched=(Matched("title", ("bank", "hack")), Matched("text", ("theft",)))),
            "*bank* and *hack* in the title, *theft* in the text, second by words.",
        ),
        (hit(Contribution("keyword", 21, 1.0, 0.1)), "21st by words."),
        (hit(Contribution("keyword", 112, 1.0, 0.1)), "112th by words."),
        (hit(MEANING, Contribution("reranker", 1, 0.9, 0.9)), "Fifth by meaning; first by the reranker."),
        (hit(MEANING, Contribution("likeness", None, 0.7, 0.2)), "Fifth by meaning; much like the best hits."),
        (hit(MEANING, Contribution("likeness", None, 0.2, 0.1)), "Fifth by meaning."),
        (hit(MEANING, Contribution("time", None, 1.0, 0.1)), "Fifth by meaning; in the time asked for."),
        (hit(MEANING, Contribution("time", None, 0.4, 0.1)), "Fifth by meaning; near the time asked for."),
        (hit(Contribution("order of time", None, None, 0.0), age_days=1), "In the order of time; 1 day old."),
        (hit(Contribution("order of time", None, None, 0.0), age_days=0), "In the order of time; less than a day old."),
        (hit(Contribution("order of words", None, None, 0.0)), "Behind the best, in the order of words."),
        (hit(MEANING, story=Story(4, 3, ())), "Fifth by meaning; one of 4 articles on one event from 3 sources."),
        (hit(MEANING, story=Story(2, 1, ())), "Fifth by meaning; one of 2 articles on one event."),
        (
            hit(WORDS, matched=(Matched("tags", tuple("abcdefg")),)),
            "*a*, *b*, *c*, *d*, *e* and 2 more in the tags, second by words.",
        ),
    ],
)
def test_the_sentence_of_a_hit(shown, sentence):
    """Words and where they stand, ranks, likeness, time, order, age, story: each only where it took part."""
    assert why(shown) == sentence


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over a few articles that bear one word in different parts."""
    articles = [
        Article(id="body", path="", title="Nothing", text="A quokka is small.", published=Millis(1_772_300_000_000)),
        Article(
            id="old", path="", title="Nothing", text="One quokka in March 2026.", published=Millis(1_740_000_000_000)
        ),
        Article(id="tag", path="", title="Nothing", text="Here neither.", tags=("QUOKKA",), published=None),
        Article(
            id="title",
            path="",
            title="Quokkas & <friends>",
            text="A quokka smiles in March 2026. Біткоїна тут немає.",
            description="Of quokkas",
            published=Millis(1_772_366_400_000),
        ),
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


def found(engine, text, **more):
    """The hits of a text by id."""
    asked = Query(text=text, explain=True, now=NOW, **more)
    return {hit.article.id: hit for hit in engine.search(asked).hits}


def test_words_are_named_as_asked_with_the_first_part_that_has_them(engine):
    """Title before description before tags before text, in whatever form the word stands there."""
    hits = found(engine, "quokka")
    assert hits["title"].matched == (Matched("title", ("quokka",)),)
    assert hits["tag"].matched == (Matched("tags", ("quokka",)),)
    assert hits["body"].matched == (Matched("text", ("quokka",)),)
    both = found(engine, "quokka біткоїн")["title"]
    assert both.matched == (Matched("title", ("quokka",)), Matched("text", ("біткоїн",)))
    assert why(both).startswith("*quokka* in the title, *біткоїн* in the text, ")


def test_titles_are_marked_and_escaped(engine):
    """The whole title and description, with the words in every form, and mark as the only tag."""
    shown = found(engine, "quokka")["title"].highlight
    assert shown.title == "<mark>Quokkas</mark> &amp; &lt;friends&gt;"
    assert shown.description == "Of <mark>quokkas</mark>"
    assert found(engine, "quokka")["body"].highlight.title == "Nothing"


def test_age_is_said_where_time_took_part_and_nowhere_else(engine):
    """By the order of time, and where the text names one; an undated article has none."""
    assert {hit.age_days for hit in found(engine, "quokka").values()} == {None}
    ages = {name: hit.age_days for name, hit in found(engine, "quokka", sort=Sort.NEWEST).items()}
    assert ages == {"title": 3, "body": 3, "old": 377, "tag": None}
    named = query_from([("q", "quokka march 2026"), ("explain", "true")], NOW)
    ages = {hit.article.id: hit.age_days for hit in engine.search(named).hits}
    assert ages["title"] == 3
    assert ages["old"] is None  # far from the time asked for, which so added nothing


def test_what_a_snippets_marks_stand_for_is_said(engine):
    """Words where words stand; meaning where the passage as a whole is near; nothing where nothing is marked."""
    assert found(engine, "quokka")["body"].snippet_marks == "words"
    assert found(engine, "quokka")["tag"].snippet_marks in (None, "meaning")
    for shown in found(engine, "quokka", fold=Fold.NONE).values():
        assert ("<mark>" in shown.snippet) == (shown.snippet_marks is not None)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_the_marks(engine, monkeypatch):
    """Words asked for stand out in titles and snippets; a passage near in meaning looks otherwise."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen()
    results = engine.search(Query(text="quokka", explain=True, now=NOW))
    answer = search_answer(results, "")
    Terminal(screen, notes=io.StringIO()).answer(answer)
    assert "\x1b[1;33mQuokkas\x1b[0m\x1b[1m & <friends>\x1b[0m" in screen.getvalue()
    assert "A \x1b[33mquokka\x1b[0m is small." in screen.getvalue()
    meant = Screen()
    changes = {"snippet": "<mark>near &amp; dear</mark>", "snippet_marks": "meaning"}
    hits = [msgspec.structs.replace(answer.hits[0], **changes)]
    Terminal(meant, notes=io.StringIO()).answer(msgspec.structs.replace(answer, hits=hits))
    assert "\x1b[3mnear & dear\x1b[0m" in meant.getvalue()


def test_the_sentence_is_said_in_ukrainian_too():
    """Its clauses are messages, the words between asterisks stay as they were asked."""
    shown = hit(
        WORDS,
        MEANING,
        Contribution("time", None, 1.0, 0.1),
        matched=(Matched("title", ("bank", "hack", "<b>")), Matched("text", ("a", "b", "c", "d", "e", "f", "g"))),
        age_days=21,
        story=Story(3, 2, ()),
    )
    said = why(shown)
    ukrainian = sentence_of([[texts("uk").said(one) for one in clause] for clause in said.clauses])
    assert ukrainian == (
        "*bank*, *hack* та *<b>* у заголовку, *a*, *b*, *c*, *d*, *e* та ще 2 у тексті, друга за словами; "
        "п’ята за змістом; у часі, про який запитано; вік у днях — 21; "
        "одна зі статей про одну подію (їх 3, джерел — 2)."
    )


@pytest.mark.parametrize(("rank", "said"), [(21, "21-ша"), (22, "22-га"), (23, "23-тя"), (112, "112-та")])
def test_places_are_said_in_ukrainian_too(rank, said):
    """With the ending that the numeral has."""
    (clause,) = why(hit(Contribution("semantic", rank, 1.0, 0.1))).clauses
    assert texts("uk").said(clause[0]) == f"{said} за змістом"
