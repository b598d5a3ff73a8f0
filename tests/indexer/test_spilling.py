"""Is a build that holds hardly anything in memory the same, to the last byte, as one that holds everything?"""

import pytest
from conftest import copied_samples, files_of_at_most
from digests import digests
from fake_index import recipe

from indexer.content import article_spool
from indexer.reindex import reindex
from indexer.vectors import embedding_cache
from search import spill
from search.errors import LedeError
from search.index import postings_writer
from search.index.directory import IndexFolder


@pytest.fixture
def content(tmp_path):
    """Some of the sample articles, in two languages."""
    return copied_samples(tmp_path / "content", 60)


@pytest.fixture
def nothing_is_held(monkeypatch):
    """Articles, vectors and postings in files, copied in small pieces."""
    monkeypatch.setattr(article_spool, "_HELD", 10_000)
    monkeypatch.setattr(embedding_cache, "_BLOCKS", 0)
    monkeypatch.setattr(postings_writer, "_HELD", 500)
    monkeypatch.setattr(spill, "AT_ONCE", 100)


def built(content, root):
    """Build an index with a fake model; gives its files but those that chance or the clock names."""
    index = IndexFolder(root)
    reindex(content, index, recipe(), 3, lambda *_: None, full=True, strict=False)
    found = digests(index.path(index.current_name()))
    return {name: one for name, one in found.items() if not name.startswith(("keyword/", "manifest"))}


def test_what_is_spilled_gives_the_same_generation(content, tmp_path, request):
    """Whether everything is in memory or in files."""
    expected = built(content, tmp_path / "held")
    request.getfixturevalue("nothing_is_held")
    assert built(content, tmp_path / "spilled") == expected


@pytest.mark.usefixtures("nothing_is_held")
@pytest.mark.parametrize("size", [1_000, 40_000])
def test_a_disk_that_fills_is_named_and_loses_nothing(content, tmp_path, size):
    """In temporary files or in those of the index: what was served stays, and the next run goes through."""
    expected = built(content, tmp_path / "index")
    served = IndexFolder(tmp_path / "index").current_name()
    with files_of_at_most(size), pytest.raises(LedeError, match="cannot be written") as failed:
        built(content, tmp_path / "index")
    assert "TMPDIR" in str(failed.value)
    assert IndexFolder(tmp_path / "index").current_name() == served
    assert built(content, tmp_path / "index") == expected
