"""Do the peers of the comparisons answer as peers of Lede must: by their filters, within the limit, whatever is asked?

Those that are not installed here are skipped; `make bench` and `make evaluate` install them all.
"""

import pytest
from conftest import SAMPLES
from fake_embedder import FakeEmbedder
from oracle import admits

from indexer.content.reader import KnownFiles, read
from peers import vectors
from peers.facts import Facts, write_facts
from peers.indexes import opened
from peers.protocol import AFTERWARDS, ROSTER, Corpus
from search.query.model import FieldFilter, Filters
from search.times import Millis

FILTERS = (
    Filters(language=FieldFilter(include=("EN",))),
    Filters(language=FieldFilter(exclude=("en",)), tag=FieldFilter(include=("regulation", "etf"))),
    Filters(source=FieldFilter(include=("marketgazette",)), sentiment=FieldFilter(exclude=("negative",))),
    Filters(source=FieldFilter(include=("Market Gazette",)), since=Millis(1_760_000_000_000)),
    Filters(since=Millis(1_765_000_000_000), until=Millis(1_772_000_000_000)),
    Filters(tag=FieldFilter(include=("it's no tag",))),
)
ASKED = (
    "bitcoin",
    "regulation of stablecoins in Europe",
    "біткоїн",
    "zorblax",
    "-",
    'what"s - (new) AND: [in * x:y',
    "'",
)


@pytest.fixture(scope="module")
def articles():
    return read(SAMPLES, KnownFiles(), lambda *_: None).articles


@pytest.fixture(scope="module", params=ROSTER)
def asked(request, articles, tmp_path_factory):
    """A peer over the sample articles, with a made model."""
    pytest.importorskip(f"peers.{request.param}", reason="a peer that is not installed", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("peers")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(vectors, "_model", FakeEmbedder)
        yield opened(request.param, Corpus(articles, folder), folder)


def test_a_title_finds_its_article(asked, articles):
    """Each finds an article by its own title among the first ten of forty."""
    _, searcher = asked
    for article in articles[::16]:
        assert article.path in searcher.search(article.title, Filters(language=FieldFilter((article.language,))), 10)


@pytest.mark.parametrize("text", ASKED)
def test_answers_are_different_articles_within_the_limit(asked, articles, text):
    """Whatever is asked, the answer is at most so many different articles of the corpus."""
    _, searcher = asked
    for limit in (1, 10, 100):
        found = searcher.search(text, Filters(), limit)
        assert len(found) == len(set(found)) <= limit
        assert set(found) <= {article.path for article in articles}


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_answers_pass_the_filters(asked, articles, filters):
    """Filtered answers are those that a plain filter admits; who filters first has them as deep as there are any."""
    peer, searcher = asked
    admitted = {article.path for article in articles if admits(filters, article)}
    found = searcher.search("bitcoin біткоїн", filters, 100)
    assert set(found) <= admitted
    if peer.FILTERING != AFTERWARDS:
        everything = searcher.search("bitcoin біткоїн", Filters(), 100)
        assert set(found) >= admitted & set(everything)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_facts_admit_what_a_plain_filter_admits(articles, tmp_path, filters):
    """The filters of peers that keep nothing to filter by are Lede's."""
    write_facts(articles, tmp_path)
    admitted = Facts(tmp_path).admitted(filters)
    assert admitted.tolist() == [admits(filters, article) for article in articles]
