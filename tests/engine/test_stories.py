"""Do articles on one event answer as one where that is asked for, and are all of them counted and named?"""

import numpy as np
import pytest
from awkward import FIRST_OF_FEBRUARY, filters, texts
from conftest import Asked
from fake_index import built_index, engine_over
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.derive.stories import LIKE, WITHIN, stories
from search.article import Article, Source
from search.index.chunks import HEAD, Chunk, views_of
from search.index.columns import UNDATED
from search.query.model import FieldFilter, Filters, Fold, Mode, Query, Sort

DAY = 86_400_000
SUBJECTS = ("exchange hacked overnight funds gone", "central bank keeps rates", "miners leave the valley", "token sale")


def article(number, language="en", moment=FIRST_OF_FEBRUARY, title="", source="ft", text="Nothing more is known."):
    """An article of that number and language."""
    name = f"2026/02/story-{number:03d}.{language}"
    return Article(
        id=name,
        path=f"{name}.md",
        title=title,
        text=text,
        language=language,
        published=moment,
        source=Source(source, source.upper()),
        sentiment="NEGATIVE" if number % 2 else "POSITIVE",
    )


def told(articles, vectors, embedded=None):
    """The story of each article, each its own group unless its id but for the language is another's."""
    names = [each.id.rsplit(".", 1)[0] for each in articles]
    group = np.array([names.index(name) for name in names])
    speaks = list(range(len(articles))) if embedded is None else embedded
    matrix = np.array(vectors, dtype=np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    views = views_of([(row, [Chunk(HEAD)]) for row in range(len(articles))])
    published = np.array([UNDATED if one.published is None else one.published for one in articles])
    return stories(published, group, np.array(speaks), views, matrix).tolist()


def angle(cosine):
    """A vector at that cosine to (1, 0)."""
    return [cosine, float(np.sqrt(1 - cosine**2))]


def test_likeness_and_time_make_a_story():
    """Alike enough and near enough in time; a little less of either is another story."""
    same, near, late = FIRST_OF_FEBRUARY, FIRST_OF_FEBRUARY + WITHIN, FIRST_OF_FEBRUARY + WITHIN + 1
    articles = [article(n, moment=moment) for n, moment in enumerate((same, same + 1, near, late))]
    assert told(articles, [[1, 0], angle(LIKE + 0.001), angle(LIKE - 0.001), [1, 0]]) == [0, 0, 2, 3]
    assert told(articles, [[1, 0], [1, 0], [1, 0], [1, 0]]) == [0, 0, 0, 3]


def test_a_story_is_told_by_its_first_article_whatever_its_row():
    """The earliest leads; who resembles only a follower does not join, so steps do not add up."""
    articles = [article(0, moment=FIRST_OF_FEBRUARY + 2), article(1), article(2, moment=FIRST_OF_FEBRUARY + 3)]
    third = np.arccos(LIKE + 0.001) * 2
    assert told(articles, [angle(LIKE + 0.001), [1, 0], [np.cos(third), np.sin(third)]]) == [1, 1, 2]


def test_a_twin_tells_the_same_and_who_has_no_time_or_vector_tells_alone():
    """Twins share a story; an undated article and one that nothing speaks for are stories of their own."""
    articles = [article(0), article(0, "uk"), article(1, moment=None), article(2), article(3)]
    assert told(articles, [[1, 0]] * 5, embedded=[0, 0, 2, -1, 4]) == [0, 0, 2, 3, 0]


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def archive(request, tmp_path_factory):
    """An engine over 60 articles on four subjects, some with a twin, over twelve days."""
    articles = []
    for number in range(60):
        moment = FIRST_OF_FEBRUARY + (number * 7 % 12) * DAY
        title = SUBJECTS[number * 5 % 4]
        articles.append(article(number, "en", moment, title, ("ft", "decrypt", "forbes")[number % 3]))
        if number % 4 == 0:
            articles.append(article(number, "uk", moment, f"переклад {title}", "ft"))
    index = built_index(tmp_path_factory.mktemp("stories") / "index", articles, keyword=request.param)
    return Asked(engine_over(index), articles)


def story_of(archive):
    """By id, the number of an article's story."""
    with archive.engine._served.acquire() as snapshot:
        return dict(zip([each.id for each in archive.articles], snapshot.columns.story.tolist(), strict=True))


def every(archive, query):
    """Every hit, by pages of seven."""
    hits, offset = [], 0
    while page := archive.engine.search(replace(query, limit=7, offset=offset)).hits:
        hits += page
        offset += 7
    return hits


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("lang", [(), ("en", "uk")])
def test_of_each_story_the_first_hit_stays_and_names_the_others(archive, mode, sort, lang):
    """Folded is the unfolded list without what tells again; counts, sources and others are those of the result set."""
    story = story_of(archive)
    base = Query("nothing more known", mode=mode, sort=sort, filters=Filters(language=FieldFilter(lang)))
    plain, folded = every(archive, base), every(archive, replace(base, fold=Fold.STORY))
    first = {}
    for hit in plain:
        first.setdefault(story[hit.article.id], hit.article.id)
    assert [hit.article.id for hit in folded] == list(first.values())
    assert 2 <= len(folded) < len(plain)
    for hit in folded:
        same = [other.article for other in plain if story[other.article.id] == story[hit.article.id]]
        same = list({each.id.rsplit(".", 1)[0]: each for each in reversed(same)}.values())
        if len(same) == 1:
            assert hit.story is None
        else:
            assert hit.story.articles == len(same)
            assert hit.story.sources == len({each.source.key for each in same})
            names = {each.id.rsplit(".", 1)[0] for each in same} - {hit.article.id.rsplit(".", 1)[0]}
            assert {other.id.rsplit(".", 1)[0] for other in hit.story.others} == names
            times = [other.published for other in hit.story.others]
            assert times == sorted(times)


def test_of_each_story_one_article_is_near_where_nothing_is_found(archive):
    """Five nearest articles on four subjects are of one story each, where that is asked for."""
    story = story_of(archive)
    unfound = Query("Zorblax exchange hacked overnight")
    plain, folded = (archive.engine.search(replace(unfound, fold=fold)).near for fold in (Fold.NONE, Fold.STORY))
    stories_near = [story[hit.article.id] for hit in folded]
    assert len(plain) == 5
    assert len({story[hit.article.id] for hit in plain}) < 5
    assert 1 < len(stories_near) == len(set(stories_near))


@given(text=texts(), admitted=st.just(Filters()) | filters())
def test_totals_and_facets_count_stories(awkward, text, admitted):
    """What the total says is what can be paged through, and a facet's count what choosing its value shows."""
    if not text.strip():
        return
    query = Query(text, filters=admitted, fold=Fold.STORY, facets=("sentiment", "language"), limit=100)
    answer = awkward.engine.search(query)
    assert len(answer.hits) == answer.total.value
    for field, name in (("sentiment", "sentiment"), ("language", "language")):
        for count in answer.facets[field][:3]:
            chosen = admitted.replaced(**{name: FieldFilter((count.value,), admitted[name].exclude)})
            assert awkward.engine.search(replace(query, filters=chosen, limit=0)).total.value == count.count


def test_nothing_folds_unless_asked(archive):
    """By default every article answers for itself."""
    assert all(hit.story is None for hit in every(archive, Query("nothing more known")))
