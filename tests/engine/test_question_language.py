"""Archives of several languages: questions find inflected words, whatever language they are typed in."""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.analysis.analyzer import Analyzer
from search.article import Article
from search.engine.corrections import Correction
from search.engine.question_language import language_by_letters
from search.engine.spell_check import check_spelling
from search.engine.spell_corrector import SpellCorrector
from search.query.model import FieldFilter, Filters, Mode, Query
from search.query.parser import parse

TEXTS = {
    "de/zins": ("de", "Notenbank hebt Zinsen an", "Die Banken klagen über die hohen Zinsen. Siemens baut Fabriken."),
    "de/haus": ("de", "Neue Häuser am Hafen", "In den Häfen stehen die neuen Häuser leer. Kinder spielen davor."),
    "de/wahl": ("de", "Der Rat und die Wähler", "Die Wählerinnen hörten den Rates zu. Das ist nicht neu."),
    "fr/taux": ("fr", "La banque relève ses taux", "Les banques françaises et les ouvriers manifestaient hier à Lyon."),
    "fr/pain": ("fr", "Le prix du pain", "Le pain coûte plus cher. Les boulangers sont inquiets."),
    "es/casa": ("es", "Casas nuevas en el puerto", "Las trabajadoras pidieron mejores salarios a los empresarios."),
    "pl/strajk": ("pl", "Strajki kolejarzy", "Kolejarze rozpoczęli strajk. Pracownicy żądają podwyżek od rządu."),
    "en/rates": (
        "en",
        "Interest rates rise",
        "Banks complain about high rates. Siemens builds factories. A war in Syria.",
    ),
    "en/pain": ("en", "Living with pain", "Doctors speak about chronic pain and the children of the poor."),
}
ARTICLES = [
    Article(id=name, path=f"{name}.md", title=title, text=text, language=language)
    for name, (language, title, text) in sorted(TEXTS.items())
]


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over the articles, by each keyword engine."""
    return engine_over(built_index(tmp_path_factory.mktemp("languages"), ARTICLES, keyword=request.param))


def found(engine, text, **filters):
    """The ids that a question finds by words, in order of ids."""
    chosen = Filters().replaced(**{name: FieldFilter(include=(value,)) for name, value in filters.items()})
    typed, _ = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
    results = engine.search(Query(text=text, typed=typed, filters=chosen, mode=Mode.KEYWORD, correct=False))
    return sorted(hit.article.id for hit in results.hits)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Bank", ["de/zins", "en/rates"]),
        ("Zinses", ["de/zins"]),
        ("Hafen", ["de/haus"]),
        ("haus", ["de/haus"]),
        ("wähler", ["de/wahl"]),
        ("waehler", ["de/wahl"]),
        ("français", ["fr/taux"]),
        ("manifester", ["fr/taux"]),
        ("trabajador", ["es/casa"]),
        ("casa", ["es/casa"]),
        ("strajkom", ["pl/strajk"]),
        ("pracownicami", ["pl/strajk"]),
        ("Siemens", ["de/zins", "en/rates"]),
        ("siemens", ["de/zins", "en/rates"]),
        ("rates", ["de/wahl", "en/rates"]),
    ],
)
def test_an_inflected_word_is_found(engine, question, expected):
    """One word may be of any language of the archive: articles answer in each, by the stems of their own."""
    assert found(engine, question) == expected


def test_lang_reads_the_question_in_that_language(engine):
    """`rates` is the council's in German and the banks' in English."""
    assert found(engine, "rates", language="de") == ["de/wahl"]
    assert found(engine, "rates", language="en") == ["en/rates"]
    assert found(engine, "pain", language="fr") == ["fr/pain"]


def test_phrases_keep_to_the_inflections_of_a_language(engine):
    """Quotes find inflected words in a row, in any language of the archive, and excluded words exclude."""
    assert found(engine, '"neue Häuser"') == ["de/haus"]
    assert found(engine, '"hohe Zinses"') == ["de/zins"]
    assert found(engine, '"banque française"') == ["fr/taux"]
    assert found(engine, '"interest rate"') == ["en/rates"]
    assert found(engine, '"rate interest"') == []
    assert found(engine, "Siemens -Zinses") == ["en/rates"]


def test_near_and_prefixes_work_in_every_language(engine):
    """NEAR counts words between inflections; a prefix is compared with words as they are written."""
    assert found(engine, "kolejarz NEAR/4 strajk") == ["pl/strajk"]
    assert found(engine, "häf*") == ["de/haus"]
    assert found(engine, "trabaj*") == ["es/casa"]


@pytest.mark.parametrize(
    ("question", "article", "marked"),
    [
        ("Zinses", "de/zins", "<mark>Zinsen</mark>"),
        ("trabajador", "es/casa", "<mark>trabajadoras</mark>"),
        ("strajkom", "pl/strajk", "<mark>strajk</mark>"),
    ],
)
def test_what_matched_is_marked(engine, question, article, marked):
    """The snippet marks the inflected word, and nothing that the index does not count."""
    hit = engine.search(Query(text=question, mode=Mode.KEYWORD)).hits[0]
    assert hit.article.id == article
    assert marked in hit.snippet
    asked = Query(text=question)
    places = engine.read(article, asked).find(ARTICLES[[a.id for a in ARTICLES].index(article)].text)
    assert places


def test_an_english_article_has_no_german_marks(engine):
    """`rates` asks for the German council too; only articles that are German have it marked by that stem."""
    hits = {hit.article.id: hit for hit in engine.search(Query(text="rat", mode=Mode.KEYWORD, correct=False)).hits}
    assert set(hits) == {"de/wahl"}


def test_a_sentence_tells_its_language(engine):
    """Words that English articles have do not turn a question into German: `war` stays the war."""
    results = engine.search(Query(text="a war in Syria", mode=Mode.KEYWORD, correct=False))
    assert [hit.article.id for hit in results.hits][:1] == ["en/rates"]


def test_an_english_and_ukrainian_archive_reads_as_ever(awkward, tmp_path):
    """Where no article is in another language there is one analyzer, and it gives shared terms alone."""
    some = [a for a in ARTICLES if a.language == "en"]
    index = built_index(tmp_path / "index", some)
    engine = engine_over(index)
    assert found(engine, "rate") == ["en/rates"]
    from fake_index import open_fake

    snapshot = open_fake(index.path(index.current_name()))
    assert snapshot.analyzer.languages == ()
    assert snapshot.analyzer.of_article("en") is snapshot.analyzer
    snapshot.close()


@pytest.mark.parametrize(("word", "put_right"), [("Fabriken", True), ("factories", False)])
def test_a_word_is_put_right_into_one_of_the_questions_language(word, put_right, engine, monkeypatch):
    """A slip in a German question is no English word, however like one it looks."""
    asked = "Die Banken bauen Faktriken"
    start = asked.index("Faktriken")
    slip = Correction(start, len(asked), word, margin=1.0, sure=True)
    monkeypatch.setattr(SpellCorrector, "corrections", lambda *_: [slip])
    with engine._served.acquire() as snapshot:
        checked = check_spelling(snapshot, Query(text=asked))
    assert (checked.corrected is not None) is put_right
    assert checked.offered is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ціна Bitcoin", "uk"),
        ("закон CLARITY", "uk"),
        ("що пише CoinDesk про Solana", "uk"),
        ("what did Зеленський say", "en"),
        ("Зеленський and Trump", "en"),
        ("café prices", "en"),
        ("price", "en"),
    ],
)
def test_names_in_latin_letters_tell_no_language(text, language):
    """They are the same in Ukrainian; words that English cannot do without do tell."""
    assert language_by_letters(text, Analyzer()) == language
