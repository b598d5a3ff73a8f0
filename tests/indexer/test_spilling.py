"""Is a build that holds hardly anything in memory the same, to the last byte, as one that holds everything?"""

import pytest
from conftest import SAMPLES
from digests import digests
from fake_index import recipe

from indexer.content import article_spool
from indexer.reindex import reindex
from indexer.vectors import embedding_cache
from search import spill
from search.index import postings_writer
from search.index.directory import IndexFolder


@pytest.fixture
def content(tmp_path):
    """Some of the sample articles, in two languages."""
    for path in sorted(SAMPLES.rglob("*.md"))[:60]:
        to = tmp_path / "content" / path.relative_to(SAMPLES)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    return tmp_path / "content"


def built(content, root):
    """Build an index with a fake model; gives its files but those that chance or the clock names."""
    index = IndexFolder(root)
    reindex(content, index, recipe(), 3, lambda *_: None, full=True, strict=False)
    found = digests(index.path(index.current_name()))
    return {name: one for name, one in found.items() if not name.startswith(("keyword/", "manifest"))}


def test_what_is_spilled_gives_the_same_generation(content, tmp_path, monkeypatch):
    """Articles, vectors and postings in files, copied in small pieces."""
    expected = built(content, tmp_path / "held")
    monkeypatch.setattr(article_spool, "_HELD", 10_000)
    monkeypatch.setattr(embedding_cache, "_BLOCKS", 0)
    monkeypatch.setattr(postings_writer, "_HELD", 500)
    monkeypatch.setattr(spill, "AT_ONCE", 100)
    assert built(content, tmp_path / "spilled") == expected
