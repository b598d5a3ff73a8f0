"""Which words of an archive are near a mistyped one, what does a slip cost, and which words are learned?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spelled_words import ENGLISH, WRITTEN, vocabulary_of

from indexer.derive.suggestions import english_words, spellings
from indexer.text.archive_reader import spelled
from indexer.text.boilerplate import counted
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.analysis.noisy_channel import in_other_layouts, other_layouts, slip_cost
from search.analysis.spelling import KNOWN, SWAPPED, TWO_LETTERS, plain
from search.analysis.transliteration import romanised
from search.article import Article


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    """The shared words, and a few that only the model knows."""
    return vocabulary_of(tmp_path_factory.mktemp("spellings"), WRITTEN, ENGLISH)


def distance(one, other):
    """Letters to add, leave out, change or exchange with their neighbours: by the table, as textbooks have it."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            best = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2][j - 2] + 1)
            table[i][j] = best
    return table[-1][-1]


@st.composite
def slips(draw):
    """A word with up to three slips in it, in any letter case."""
    word = draw(st.sampled_from(list(WRITTEN)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(word)))
        letter = draw(st.sampled_from("abeiknortcіїйоаи'"))
        word = draw(
            st.sampled_from(
                [word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :]]
                + [word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :]] * (at > 0)
            )
        )
    return draw(st.sampled_from([str, str.upper, str.lower]))(word)


@given(word=slips() | st.text(max_size=12))
def test_candidates_are_all_words_that_are_near_enough(vocabulary, word):
    """As looking at every word gives them, by the distance of textbooks; those of other layouts besides."""
    key = plain(word)
    reach = (len(key) >= SWAPPED) + (len(key) >= TWO_LETTERS)
    near = {written for written in vocabulary.written if 0 < distance(key, plain(written)) <= reach}
    if len(key) < 4:
        near = {written for written in near if sorted(key) == sorted(plain(written))}
    spelled = {*other_layouts(key), *romanised(key)}
    others = {written for written in vocabulary.written if plain(written) in spelled}
    found = {one.written: one.cost for one in vocabulary.candidates(word)}
    assert near <= set(found) <= near | others
    assert all(found[written] == slip_cost(key, plain(written)) for written in near - others)


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        (("bitcion", "bitcoin"), ("bitcaan", "bitcoin")),
        (("bittcoin", "bitcoin"), ("bitxcoin", "bitcoin")),
        (("bitcoim", "bitcoin"), ("bitcoiz", "bitcoin")),
        (("биткоін", "біткоїн"), ("баткоан", "біткоїн")),
        (("krakem", "kraken"), ("qraken", "kraken")),
    ],
)
def test_likelier_slips_cost_less(cheap, dear):
    """Letters exchanged or doubled, neighbouring keys, Russian letters, and anything but the first letter."""
    assert slip_cost(*cheap) < slip_cost(*dear)


@given(word=st.sampled_from(list(WRITTEN)))
def test_a_word_costs_nothing_to_type(word):
    """And any slip costs something."""
    assert slip_cost(plain(word), plain(word)) == 0.0
    assert slip_cost(plain(word) + "q", plain(word)) > 0


def test_keys_of_the_other_layout_are_read():
    """A word, a whole text, letters that look the same; nothing of a text that has letters of both."""
    assert "bitcoin" in other_layouts("ишесщшт")
    assert "bitcoin" in other_layouts("bitсoin")
    assert "криптовалюта" in in_other_layouts("rhbgnjdfk.nf")
    assert "біткоїн" in in_other_layouts("<snrj]y")
    assert in_other_layouts("bitcoin біткоїн") == ()


WORDS = {
    "Bitcoin": 5000,
    "Soon": 4000,
    "Computer": 500,
    "Warren": 400,
    "S": 300,
    "bitcoin's": 3,
    "біткоїна": 900,
    "комп'ютер": 30,
    "конгрес": 40,
    "Marta": 400,
    "матра": 5,
    "майнінг": 90,
    "майнинг": 3,
    "пір'їна": 8,
    "пірина": 5,
}


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    """English names, and Ukrainian words beside them."""
    return vocabulary_of(tmp_path_factory.mktemp("words"), {**WORDS, "Congress": 300})


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("біткїона", "біткоїна", "Bitcoin"),
        ("біткоїан", "біткоїна", "Bitcoin"),
        ("компьютер", "комп'ютер", "Computer"),
        ("конгресс", "конгрес", "Congress"),
        ("марта", "матра", "Marta"),
    ],
)
def test_a_word_in_the_same_letters_is_meant_rather_than_a_name_in_others(words, typed, meant, other):
    """Where a likely slip parts them: letters exchanged or doubled, and the sign that Russian has for an apostrophe."""
    found = {one.written for one in words.candidates(typed)}
    assert meant in found
    assert other not in found


@pytest.mark.parametrize(("articles", "named"), [(KNOWN - 1, True), (KNOWN, False)])
def test_a_word_of_a_few_articles_shuts_no_name_in_other_letters_out(tmp_path, articles, named):
    """It may be a slip itself."""
    known = vocabulary_of(tmp_path, {"Coinbase": 300, "коінбейзз": articles})
    assert ("Coinbase" in {one.written for one in known.candidates("коінбейз")}) is named


def test_names_in_other_letters_are_those_that_are_long_enough_to_tell(words):
    """*Сун* has three sounds, and *с* is one letter: they are like too many words."""
    assert [words.written[place] for place in words.sounding("воррен")] == ["Warren"]
    assert words.sounding("сун") == []
    assert words.sounding("варення") == []
    assert words.latin_names("с") == []
    assert [words.written[place] for place in words.latin_names("біткоін")] == ["Bitcoin"]


def test_a_short_name_is_one_of_many_articles_in_a_small_archive_too(tmp_path):
    """A share of few articles would be one."""
    few = vocabulary_of(tmp_path, {"Baker": 19, "Warren": 20, "word": 25})
    assert few.sounding("бейкер") == []
    assert [few.written[place] for place in few.sounding("воррен")] == ["Warren"]


def test_what_russian_letters_spell_is_read_with_ukrainian_ones(words):
    """The word that most articles have; a word that has no such letters is none."""
    assert words.respelled("майнинг") == "майнінг"
    assert words.respelled("майнінг") is None
    assert words.respelled("конгрес") is None


def test_a_russian_word_is_put_as_it_is_written(words):
    """With its apostrophe; another case corresponds where that may be."""
    assert words.in_ukrainian("компьютер", inside=True) == "комп'ютер"
    assert words.in_ukrainian("биткоинов", inside=True) == "біткоїна"
    assert words.in_ukrainian("биткоинов", inside=True, inflected=False) is None


def test_a_name_inside_of_a_text_is_put_as_a_name(words, tmp_path):
    """*Рыбак* at the begin of a text may be a fisherman; behind other words it is somebody called so."""
    people = vocabulary_of(tmp_path, {"рибак": 20, "Пауелл": 30})
    assert people.in_ukrainian("Рыбак", inside=False) == "Рибак"
    assert people.in_ukrainian("Рыбак", inside=True) is None
    assert people.in_ukrainian("Пауэлл", inside=True) == "Пауелл"


@pytest.mark.parametrize(("word", "likely"), [("bitkoin", True), ("bitcion", True), ("kripto", False)])
def test_a_likely_slip_away_from_a_latin_word_is_told(words, word, likely):
    """If as many articles have that as the Cyrillic word that it may be."""
    assert words.is_likely_slip(word, 4000) is likely
    assert not words.is_likely_slip(word, 6000)


@pytest.mark.parametrize(
    ("word", "odd"), [("трам", True), ("bit", False), ("bict", True), ("kra", True), ("trump", False)]
)
def test_the_ends_of_a_word_count_as_letters(vocabulary, word, odd):
    """`kra` ends as no word does."""
    assert vocabulary.is_odd(word) is odd


def test_the_words_that_a_model_knows_are_whole_words(tmp_path):
    """No pieces, signs or short ones; none of a model that has other pieces, or of a file that is none."""
    file = tmp_path / "tokenizer.json"
    file.write_text('{"model": {"type": "WordPiece", "vocab": {"bread": 0, "##ing": 1, "a": 2, "!": 3, "bake": 4}}}')
    assert english_words(file) == ["bake", "bread"]
    file.write_text('{"model": {"type": "Unigram", "vocab": [["bread", -1.5]]}}')
    assert english_words(file) == []
    assert english_words(tmp_path / "none.json") == []


def test_the_words_of_an_archive_are_those_that_enough_articles_contain():
    """As mostly written, without possessives, digits and boilerplate headings."""
    texts = ["Overview\nKraken's Zug"] * 3 + ["kraken Zug x402 об’єкт"] * 2 + ["Overview\nrare"] * 2
    heading = ((0, 8),)
    articles = [
        Article(id=str(n), path="", title="", text=text, headings=heading if text.startswith("O") else ())
        for n, text in enumerate(texts)
    ]
    assert learned(articles) == {"Kraken": 5, "Zug": 5, "об’єкт": 2, "rare": 2, "x": 2}


def test_words_are_learned_from_titles_descriptions_bylines_and_texts():
    """Each article counts a word once. Tags are none."""
    article = Article(
        id="1",
        path="",
        title="Bird",
        description="Nest",
        tags=("Owl",),
        text="Early Bird. Bird end.",
        authors=("Jane",),
    )
    assert learned([article] * 3) == dict.fromkeys(("Bird", "Early", "Jane", "Nest", "end"), 3)


def learned(articles):
    """The words of these articles whose spelling is learned, and how many articles have them."""
    lexicon = Lexicon(Analyzer())
    words, letters = lexicon.read(articles)
    numbers, many = spelled(articles, words, letters, counted(articles, words, {"overview"}))
    written = [lexicon.letters[number] for number in numbers.tolist()]
    found = spellings(dict(zip(written, many.tolist(), strict=True)))
    return dict(zip(found.written, found.articles, strict=True))


@pytest.mark.parametrize(
    ("word", "inflects"),
    [("happened", True), ("apple", False), ("poland", False), ("happens", True), ("nothing", False)],
)
def test_a_word_whose_inflections_are_written_small_is_no_name(tmp_path, word, inflects):
    """Headings give it capitals; that some speak of apples makes Apple none."""
    counts = {"Happened": 900, "happen": 60, "Happens": 40, "Apple": 900, "apples": 9, "Poland": 50}
    assert vocabulary_of(tmp_path, counts).inflects_in_small_letters(word) is inflects
