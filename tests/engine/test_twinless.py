"""Is an article found by meaning that is in a language the model does not know, and that has no twin?"""

from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest
from fake_index import built_index, engine_over

from indexer.derive.glossaries import LEAST_PAIRS
from search.article import Article
from search.engine.execution import Question
from search.engine.snapshot_knowledge import HeadVectors
from search.query.model import FieldFilter, Filters, Mode, Query

ENGLISH = "exchange hack bank rates miners valley token sale court ruling police arrest whale wallet".split()
UKRAINIAN = "біржа злом банк ставки майнери долина токен продаж суд рішення поліція арешт кит гаманець".split()


def article(name, language, words, title_words):
    """An article of these words."""
    return Article(
        id=f"{name}.{language}",
        path=f"{name}.{language}.md",
        title=" ".join(title_words),
        text=" ".join(words) + ".",
        language=language,
    )


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An archive whose twins teach a glossary of two-word titles, and three articles in Ukrainian alone."""
    random, articles = Random(5), []
    for number in range(LEAST_PAIRS + 6):
        pair = random.sample(range(14), 2)
        for language, words in (("en", ENGLISH), ("uk", UKRAINIAN)):
            chosen = [words[place] for place in pair]
            articles.append(article(f"both-{number:02d}", language, chosen, chosen))
    articles.append(article("alone", "uk", ["поліція", "арешт", "кит"], ["поліція", "гаманець"]))
    articles.append(article("unread", "uk", ["невідоме", "слово", "без", "відповідника"], ["зовсім", "інше"]))
    articles.append(article("other", "de", ["polizei"], ["polizei"]))
    articles.sort(key=lambda each: each.id)
    return engine_over(built_index(tmp_path_factory.mktemp("twinless") / "index", articles, keyword=request.param))


def ids(results):
    """Which articles answer."""
    return [hit.article.id for hit in results.hits]


def test_an_english_question_finds_it_by_meaning(engine):
    """No word of the question stands in it; the gloss of its head is near."""
    found = engine.search(Query("police wallet arrest whale", mode=Mode.SEMANTIC))
    assert ids(found)[0] == "alone.uk"
    only = Filters(language=FieldFilter(("uk",)))
    assert ids(engine.search(Query("police wallet arrest whale", filters=only)))[0] == "alone.uk"


def test_what_no_glossary_knows_has_no_vector(engine):
    """Words that the twins do not teach, and a language of which there are none: found by words alone."""
    everything = engine.search(Query("police unknown other", mode=Mode.SEMANTIC, limit=100))
    assert not {"unread.uk", "other.de"} & set(ids(everything))
    assert ids(engine.search(Query("polizei", mode=Mode.KEYWORD))) == ["other.de"]


def test_twins_still_speak_for_each_other(engine):
    """An article that has a twin borrows the twin's vectors, and has none of its own."""
    with engine._served.acquire() as snapshot:
        owners = {snapshot.store.articles([row])[0].id for row in snapshot.chunks.article_rows.tolist()}
    assert {name for name in owners if name.endswith(".uk")} == {"alone.uk"}


def test_what_has_no_vector_is_not_buried_by_what_is_a_little_near(engine):
    """It alone bears most of the words: it comes first, and `explain` says that its meaning was supposed by them."""
    found = engine.search(Query("зовсім невідоме слово біржа злом", explain=True)).hits
    assert found[0].article.id == "unread.uk"
    assert "supposed" in [part.ranking for part in found[0].contributions]
    assert sum(part.share for part in found[0].contributions) == pytest.approx(found[0].score)
    assert "supposed" not in [part.ranking for part in found[1].contributions]


def nearness(engine, text):
    """How near the nearest article is: told of the question, and by the vectors that decide on answers."""
    with engine._served.acquire() as snapshot:
        read = snapshot.embedder().embed_query
        question = Question(snapshot, Query(text, correct=False), datetime(2026, 1, 1, tzinfo=UTC), read)
        told = question.result_set.confidence.articles.best_similarity
        gate = float(question.result_set.every.best)
        known, _ = HeadVectors(snapshot).of(np.arange(snapshot.columns.size))
        return told, gate, float((known @ read("hack")).max())


def test_how_near_the_nearest_is_the_gloss_alone_tells(engine):
    """Twins that speak for words nobody can translate are near themselves, whatever is asked."""
    told, gate, by_gloss = nearness(engine, "зовсім невідоме слово злом")
    assert told == pytest.approx(by_gloss, abs=1e-5)
    assert told != pytest.approx(gate, abs=1e-3)


def test_a_text_that_the_model_reads_is_its_own_measure(engine):
    """English needs no gloss."""
    told, gate, _ = nearness(engine, "hack of a bank")
    assert told == pytest.approx(gate)


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.KEYWORD])
def test_a_word_of_the_same_family_lifts_an_article_and_is_no_match(tmp_path, mode):
    """Two articles have one word of the question; one has a noun for the other word, which is a verb."""
    texts = {"plain": ["біржа", "гаманець", "долина"], "kin": ["біржа", "гаманець", "пограбування"]}
    articles = [article(name, "uk", words, ["суд"]) for name, words in sorted(texts.items())]
    articles += [article(f"e{number}", "en", ENGLISH[number : number + 3], ["court"]) for number in range(6)]
    articles.append(article("only", "uk", ["пограбування"], ["кит"]))
    engine = engine_over(built_index(tmp_path / "index", sorted(articles, key=lambda each: each.id)))
    found = engine.search(Query("пограбують біржа", mode=mode, correct=False, explain=True)).hits
    shares = {hit.article.id: {part.ranking: part.share for part in hit.contributions} for hit in found}
    assert shares["kin.uk"]["related"] > shares["plain.uk"]["related"] == 0
    assert [hit.article.id for hit in found if hit.article.id in ("kin.uk", "plain.uk")] == ["kin.uk", "plain.uk"]
    assert not engine.search(Query("пограбують", mode=Mode.KEYWORD, correct=False)).hits
