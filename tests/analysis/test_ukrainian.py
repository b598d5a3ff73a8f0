"""Do all forms of a Ukrainian word come to one term, with a dictionary and without, and no other word's?"""

import pytest
from conftest import REPOSITORY

from indexer.text.lemmatizer import cyrillic_words, lemmas_of, lemmatize, word_counts
from search.analysis.analyzer import Analyzer
from search.analysis.lemmas import Lemmas, write_lemmas
from search.analysis.ukrainian import stem
from search.article import Article

TEXT = (
    "Потяг до Києва. На ринку тихо, ринки чекають. З гаманця зникли гроші. Цієї ночі збили дрони. Банку не видно,"
    " але банки та банком. Криптографія і криптовалюта. Контракт та контраст. Об’єктом. Три дні й чотири роки."
)


@pytest.fixture(scope="module")
def analyzer(tmp_path_factory):
    """An analyzer with the lemmas of the text above."""
    pytest.importorskip("pymorphy3_dicts_uk", reason="the dictionary is not installed")
    folder = tmp_path_factory.mktemp("lemmas")
    memory = tmp_path_factory.mktemp("memory")
    lemmatize(folder, cyrillic_words([Article(id="a", path="a.md", title="", text=TEXT)]), memory)
    return Analyzer(lemmas=Lemmas(folder))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Київ", "Києва"),
        ("Києві", "КИЇВ"),
        ("ринок", "ринку"),
        ("ринків", "ринками"),
        ("гаманець", "гаманця"),
        ("ніч", "ночі"),
        ("день", "дні"),
        ("рік", "роки"),
        ("об'єкт", "обʼєктом"),
    ],
)
def test_forms_of_a_word_that_the_archive_has_share_a_term(analyzer, one, other):
    """Also forms that the archive does not have: its words stand in it with all of them."""
    assert set(analyzer.terms(one)) & set(analyzer.terms(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("криптографія", "криптовалюта"), ("контракт", "контраст"), ("ніч", "нічий"), ("гроші", "грош")],
)
def test_other_words_keep_other_terms(analyzer, one, other):
    """However many letters they share."""
    assert not set(analyzer.terms(one)) & set(analyzer.terms(other))


def test_a_form_of_two_words_is_of_the_one_that_the_archive_has(analyzer):
    """банку is of банк here, and of банка where that stands."""
    assert analyzer.terms("банку")[0] == analyzer.terms("банком")[0] == "банк"
    other = lemmas_of(word_counts(["банку банкою банкою банкам банку банками"]))
    assert other["банку"][0] == "банка"


@pytest.mark.parametrize(
    "family",
    [
        "Київ Києва Києву Києвом",
        "ринок ринку ринком ринки ринків ринками",
        "гаманець гаманця гаманцем гаманці",
        "день дня днем дні",
        "ніч ночі",
        "Харків Харкова Харкові Харковом",
        "Коломієць Коломійця Коломійцем",
        "Бориспіль Борисполя Борисполем",
        "крипторинок крипторинку крипторинків",
        "Зеленський Зеленського Зеленському",
        "стейблкоїн стейблкоїна стейблкоїнів стейблкойни",
    ],
)
def test_rules_keep_the_forms_of_words_together_that_no_dictionary_knows(family):
    """Endings go, and vowels that come and go."""
    assert len({stem(word.lower()) for word in family.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("кит", "кіт"), ("мій", "мии"), ("контракт", "контраст"), ("їжа", "іжа")])
def test_rules_keep_other_words_apart(one, other):
    """Not every vowel alternates."""
    assert stem(one) != stem(other)


def test_lemmas_are_read_as_they_were_written(tmp_path):
    """Forms, several lemmas in their order, and first letters that change; an unknown form has none."""
    forms = {"йшов": ["іти"], "ішла": ["іти"], "кращого": ["гарний", "кращий"], "банку": ["банк"]}
    write_lemmas(tmp_path, forms)
    lemmas = Lemmas(tmp_path)
    assert {form: list(lemmas.of(form)) for form in forms} == forms
    assert lemmas.of("йшо") == ()
    assert dict(lemmas.initials) == {"іти": ["й"], "гарний": ["к"]}
    assert len(lemmas) == 5


def test_a_form_that_begins_otherwise_than_its_lemma_is_marked(tmp_path):
    """Whoever looks for words by their first letter alone is told all of them."""
    write_lemmas(tmp_path, {"йшов": ["іти"], "іде": ["іти"]})
    assert Analyzer(lemmas=Lemmas(tmp_path)).initials({"іти"}) == {"і", "й"}


def test_equal_tables_have_equal_seals(tmp_path):
    """What is remembered of texts counts only for the same lemmas."""
    seals = []
    for number, forms in enumerate(({"ринку": ["ринок"]}, {"ринку": ["ринок"]}, {"ринку": ["ринка"]})):
        (tmp_path / str(number)).mkdir()
        write_lemmas(tmp_path / str(number), forms)
        seals.append(Analyzer(lemmas=Lemmas(tmp_path / str(number))).seal)
    assert seals[0] == seals[1] != seals[2]


def test_words_are_counted_without_letter_case_and_kinds_of_apostrophe():
    """об’єкт, Обʼєкт and об'єкт are one."""
    assert word_counts(["Об’єкт обʼєкт,", "об'єкт! market"]) == {"об'єкт": 3}


def test_without_a_dictionary_no_word_has_a_lemma(monkeypatch):
    """And an index is built by rules."""
    monkeypatch.setattr("indexer.text.lemmatizer._dictionary", lambda: None)
    assert lemmas_of({"ринку": 3}) == {}


FAMILIES = [line.split() for line in (REPOSITORY / "tests/data/uk_word_families.txt").read_text().splitlines()]
"""The forms of some two hundred words of news, a word a line: half looked up, names and new words typed by hand."""


def conflation(terms):
    """The shares of pairs of one word that `terms` brings together, and of pairs brought together that are of one."""
    bearing = {}
    for family in FAMILIES:
        for word in family:
            for term in terms(word):
                bearing.setdefault(term, set()).add(word)
    own = found = together = 0
    for family in FAMILIES:
        for word in family:
            beside = set().union(*(bearing[term] for term in terms(word))) - {word}
            own += len(set(family)) - 1
            found += len(beside & set(family))
            together += len(beside)
    return found / own, found / together


def test_two_hundred_families_stay_together_and_apart(tmp_path):
    """With the dictionary nearly all; the archive's own words say which word a form of several is."""
    pytest.importorskip("pymorphy3_dicts_uk", reason="the dictionary is not installed")
    assert len(FAMILIES) >= 200
    write_lemmas(tmp_path, lemmas_of({word: 1 for family in FAMILIES for word in family}))
    lemmas = Lemmas(tmp_path)
    recall, precision = conflation(lambda word: lemmas.of(word) or (stem(word),))
    assert recall >= 0.98
    assert precision >= 0.95


def test_rules_alone_keep_most_families_together():
    """Where no dictionary is installed."""
    recall, precision = conflation(lambda word: (stem(word),))
    assert recall >= 0.8
    assert precision >= 0.95
