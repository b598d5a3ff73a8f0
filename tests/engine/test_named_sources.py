"""Does a question name a source only where nothing else can be meant?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, open_fake

from search.article import Article, Source
from search.engine.named_sources import named_sources, without_sources
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.times import millis

DAY = millis(datetime(2026, 2, 10, tzinfo=UTC))
NAMES = (
    "Forbes|The Guardian|Politico|Metro|The Economist|Protos|Star|Telegraph|Express|Insider|The Block|Sport|Pravda|"
    "The Record|Protocol|Post|Globe|Fakt|Reuters|Today|Inform|AIN.UA|Зараз|Background|Tidepool|Істина|Ранкова Хвиля"
).split("|")


def archive(folder, languages):
    """What an archive knows that says hardly any word, and has two articles of each source."""
    articles = [
        Article(id=f"{name}{n}", path="", title="Rain", text="Again.", language=languages[n], published=DAY, source=own)
        for name in NAMES
        for n in range(2)
        if (own := Source(name.lower().replace(" ", "-"), name))
    ]
    articles += [
        Article(id=f"o{n}", path="", title="Bread", text="Baked on the background.", language="en", published=DAY)
        for n in range(60)
    ]
    index = built_index(folder, articles, languages=tuple(dict.fromkeys(languages)))
    return SnapshotKnowledge(open_fake(index.path(index.current_name())))


@pytest.fixture(scope="module", params=[("en", "en"), ("en", "uk")], ids=["English", "both"])
def knowledge(request, tmp_path_factory):
    """Of an archive in English, and of one that has Ukrainian articles too."""
    return archive(tmp_path_factory.mktemp("names"), request.param)


def named(knowledge, text):
    """The keys of the sources that a text names."""
    found = named_sources(text, knowledge.analyzer.asking(("en", "uk")), knowledge)
    return {key for source in found for key in source.values}


@pytest.mark.parametrize(
    "text",
    [
        "Гордон", "що сказав Гордон про війну", "політика держави", "Політика держави", "метро у Києві",
        "поїздка в метро", "економіст про дощ", "що каже економіст про дощ", "протези ветеранам", "стара пекарня",
        "телеграф", "Експрес до Львова", "інсайдер розповів про дощ", "за інформацією інсайдера", "блок", "спорт",
        "правда про хліб", "хто каже правду", "рекорд", "протокол засідання", "хто пише протокол", "за даними пошти",
        "хліб", "факт", "Політик каже про дощ", "Що Каже Політик", "форбсом ціна",
    ],
)  # fmt: skip
def test_a_word_that_only_sounds_like_a_source_names_none(knowledge, text):
    """However seldom an archive says it: *метро* is the underground, and *Гордон* a surname."""
    assert named(knowledge, text) == set()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("що пише Форбс про дощ", "forbes"),
        ("дощ за даними Ройтерсу", "reuters"),
        ("За інформацією Гардіан дощ", "the-guardian"),
        ("дощ, повідомляє Ройтерс", "reuters"),
        ("писали у Форбсі про дощ", "forbes"),
    ],
)
def test_a_name_by_its_sound_is_one_where_it_is_quoted(knowledge, text, key):
    """In capitals, and beside a word for what a source does."""
    assert named(knowledge, text) == {key}


@pytest.mark.parametrize(
    "text", ["ціна істини", "Істину про дощ", "хто каже істину", "Ціна Істини", "пішов дощ. Істину кажуть"]
)
def test_one_ordinary_word_in_another_case_names_no_source(knowledge, text):
    """*Істини* is of the truth, oftener than of a newspaper that is called so."""
    assert named(knowledge, text) == set()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("новини Істини про дощ", "істина"),
        ("дощ за даними Істини", "істина"),
        ("істина дощ", "істина"),
        ("новини ранкової хвилі", "ранкова-хвиля"),
    ],
)
def test_a_name_in_another_case_has_a_capital_or_several_words(knowledge, text, key):
    """As it is, it is known in small letters too."""
    assert named(knowledge, text) == {key}


@pytest.mark.parametrize("text", ["from day to day", "day-to-day", "за раз", "in form", "a in", "back ground"])
def test_words_of_a_phrase_name_no_source_without_their_blanks(knowledge, text):
    """And *back ground* none of which the name is an ordinary word."""
    assert named(knowledge, text) == set()


@pytest.mark.parametrize(("text", "key"), [("tide pool rain", "tidepool"), ("Today rain", "today")])
def test_other_blanks_make_no_other_name(knowledge, text, key):
    """Where no part is a stop word."""
    assert named(knowledge, text) == {key}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("reuters tax reporting rules", "tax reporting rules"),
        ("reuters White House report on rain", "White House report on rain"),
        ("reuters report", "report"),
        ("what did Reuters report on rain", "rain"),
        ("rain, says Reuters", "rain,"),
        ("що пише Форбс про дощ", "дощ"),
    ],
)
def test_the_model_reads_the_subject_whole(knowledge, text, rest):
    """Without what the source does, but with every report that is asked for."""
    analyzer = knowledge.analyzer.asking(("en", "uk"))
    assert without_sources(text, named_sources(text, analyzer, knowledge), analyzer) == rest
