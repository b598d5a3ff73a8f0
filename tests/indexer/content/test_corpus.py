"""Is the real corpus read whole, its quirks handled, and an index of a sample of it what it should be?

Skipped where ../shared/corpus is not there.
"""

import re
from collections import Counter, defaultdict
from typing import Any

import pytest
from fake_index import built_index, engine_over, known_files, reading

from indexer.content.reader import KnownFiles, read
from indexer.derive.twins import groups
from indexer.release.verify import verify
from indexer.text.boilerplate import boilerplate, heading_key
from search.query.model import FieldFilter, Filters, Mode, Query


@pytest.fixture(scope="module")
def corpus(shared_corpus):
    """The articles of the whole corpus, read."""
    return read(shared_corpus, KnownFiles(), lambda *_: None)


@pytest.fixture(scope="module")
def sample(corpus):
    """The odd articles and their twins, and others, some 300 in all."""
    odd = set(_shared_ids(corpus.articles))
    odd.add(max(corpus.articles, key=lambda article: len(article.text.split())).external_id)
    odd.update(article.external_id for article in _english_in_ukrainian_files(corpus.articles))
    evenly = {article.external_id for article in corpus.articles[:: len(corpus.articles) // 130]}
    return [article for article in corpus.articles if article.external_id in odd | evenly]


@pytest.fixture(scope="module")
def index(sample, tmp_path_factory):
    """An index of the sample, with a fake model."""
    return built_index(tmp_path_factory.mktemp("corpus-index"), sample)


def _shared_ids(articles):
    """External ids that several different articles bear, and which."""
    bearers = defaultdict(set)
    for article in articles:
        if article.external_id:
            bearers[article.external_id].add(article.id.rsplit(".", 1)[0])
    return {external_id: paths for external_id, paths in bearers.items() if len(paths) > 1}


def _english_in_ukrainian_files(articles):
    return [a for a in articles if a.language == "uk" and a.text and not re.search("[а-яїієґ]", a.text[:2000].lower())]


def test_no_article_is_lost(corpus, shared_corpus):
    """Every file of the archive is an article; none is rejected, none a draft."""
    assert len(corpus.articles) == len(list(shared_corpus.rglob("*.md"))) == 11_280
    assert (corpus.rejected, corpus.drafts) == ([], 0)
    assert Counter(article.language for article in corpus.articles) == {"en": 5_640, "uk": 5_640}


def test_every_article_has_what_filters_and_answers_need(corpus):
    """Title, text, time, source, tags and sentiment are read of each."""
    for article in corpus.articles:
        assert article.title
        assert article.text
        assert article.published is not None
        assert article.source is not None
    assert {article.sentiment for article in corpus.articles} == {"POSITIVE", "NEGATIVE"}
    assert len({article.source.key for article in corpus.articles}) == 7
    assert len({tag for article in corpus.articles for tag in article.tags}) > 3_000


def test_twins_are_pairs_by_path_also_where_external_ids_are_shared(corpus):
    """Each article has its one twin; the ten shared externalIds bind no strangers."""
    found = defaultdict(list)
    for article, group in zip(corpus.articles, groups(corpus.articles).tolist(), strict=True):
        found[group].append(article)
    assert len(found) == 5_640
    for pair in found.values():
        assert [article.language for article in pair] == ["en", "uk"]
        assert len({article.id.rsplit(".", 1)[0] for article in pair}) == 1
    assert len(_shared_ids(corpus.articles)) == 10


def test_headings_that_recur_everywhere_are_known_as_such(corpus):
    """Overview, From author and the like say nothing about an article."""
    common = boilerplate(corpus.articles)
    for heading in ("Overview", "Impact on the crypto market", "From author"):
        assert heading_key(heading) in common


def test_headings_are_stretches_of_the_text(corpus):
    """Every heading of every article lies in its text, on a line of its own."""
    for article in corpus.articles:
        for start, end in article.headings:
            assert 0 <= start < end <= len(article.text)
            assert article.text[start - 1 : start] in ("", "\n")


def test_no_markup_is_left_in_the_text(corpus):
    """No heading marks or links in Markdown remain."""
    left = [
        article.id for article in corpus.articles if re.search(r"^#{1,6} |\]\(https?://", article.text, re.MULTILINE)
    ]
    assert len(left) < 5, left[:10]


def test_mojibake_in_a_real_file_is_repaired(shared_corpus, corpus):
    """A real article whose typographic signs were read as Windows-1252 somewhere comes out as the original."""
    from indexer.content.document import SourceFile
    from indexer.content.parsing import parse

    article = next(a for a in corpus.articles if "…" in a.description and "’" in a.text and a.language == "en")
    written = (shared_corpus / article.path).read_bytes().decode()
    for sign in "…’“":
        written = written.replace(sign, sign.encode().decode("cp1252"))
    read: Any
    (read,) = parse(SourceFile(article.path, "", written.encode()))
    repaired = read.article
    assert repaired.title == article.title
    assert repaired.description == article.description
    assert repaired.text == article.text


def test_the_sample_is_sound_and_whole(index, sample):
    """The index of the sample passes verification and holds every article."""
    verify(index.path(index.current_name()))
    engine = engine_over(index)
    assert 280 <= len(sample) <= 400
    listed = engine.search(Query(filters=Filters(language=FieldFilter(exclude=("-",))), limit=0))
    assert listed.total.value == len(sample)


def test_each_article_of_the_sample_is_found_by_its_title(index, sample):
    """By words, in its own language, an article is among the first for its own title."""
    engine = engine_over(index)
    missed = []
    for article in sample[::4]:
        asked = Query(text=article.title, mode=Mode.KEYWORD, filters=Filters(language=FieldFilter((article.language,))))
        if article.id not in [hit.article.id for hit in engine.search(asked).hits]:
            missed.append(article.id)
    assert missed == []


def test_what_stands_deep_in_the_longest_article_is_found(index, sample):
    """The 8,000-word article is cut into many passages, to its last sentence."""
    longest = max(sample, key=lambda article: len(article.text.split()))
    assert len(longest.text.split()) > 7_000
    last = " ".join(longest.text.split()[-25:])
    hits = engine_over(index).search(Query(text=last, filters=Filters(language=FieldFilter((longest.language,))))).hits
    assert longest.id in [hit.article.id for hit in hits]


def test_english_bodies_in_ukrainian_files_stay_ukrainian_by_their_front_matter(sample):
    """The language filter goes by the front matter, never by a guess."""
    odd = _english_in_ukrainian_files(sample)
    assert odd
    assert all(article.id.endswith(".uk") for article in odd)


def test_reading_again_parses_nothing(corpus, shared_corpus, monkeypatch, tmp_path):
    """Known digests are taken from the generation before."""
    monkeypatch.setattr("indexer.content.reader.outcomes", lambda files, *_: iter(()) if not list(files) else None)
    known = known_files(corpus, tmp_path)
    again = read(shared_corpus, known, lambda *_: None)
    assert again.content_digest == corpus.content_digest
    assert again.articles == corpus.articles
    assert reading(again.articles[:1]).articles == corpus.articles[:1]
