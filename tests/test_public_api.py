"""The names that `import search` and `import indexer` promise."""

import inspect

import pytest
from conftest import run

import indexer
import search
from search import errors


@pytest.mark.parametrize("package", [search, indexer])
def test_every_public_name_exists_and_is_documented(package):
    """`__all__` is sorted, holds no name twice, and each of its names can be had and says what it is."""
    assert list(package.__all__) == sorted(set(package.__all__))
    for name in package.__all__:
        value = getattr(package, name)
        assert isinstance(value, str) or inspect.getdoc(value), name
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError):
        _ = package.nothing_of_that_name


def test_importing_the_packages_loads_nothing_else():
    """`import search` costs as good as nothing: names are loaded when they are used."""
    loaded = run("-c", "import sys, search, indexer; print(*sys.modules)").stdout.split()
    assert not {"numpy", "msgspec", "fastapi", "search.errors", "search.wiring"} & set(loaded)


def test_an_index_answers_as_a_python_object(samples):
    """The same hits as from the command line; parameters by their names in Python, values as Python has them."""
    with search.open_index(samples.index) as index:
        results = index.search("stablecoin regulation", source=["marketgazette"], since="2025-10-01", limit=5)
        assert results.hits
        assert {hit.article.source.key for hit in results.hits} == {"marketgazette"}
        best = results.hits[0].article
        assert index.article(best.id).article == best
        assert [hit.article.id for hit in index.iterate("stablecoin regulation", limit=2)][:1] == [
            hit.article.id for hit in index.search("stablecoin regulation", limit=1).hits
        ]
        assert best.id not in {hit.article.id for hit in index.similar(best.id, limit=3).hits}
        assert index.search(search.Query("bitcoin", limit=1)).hits
        assert index.suggest("bitc").suggestions
        with pytest.raises(search.RequestError, match="no parameter"):
            index.search("bitcoin", colour="red")


def test_an_index_that_is_not_there_says_so(tmp_path):
    """Opening it fails at once, with what to do."""
    with pytest.raises(search.NoGenerationError, match="lede-index build"):
        search.open_index(tmp_path)


def test_an_index_is_built_from_python(samples_copy):
    """A change in the content is in the report, and in the answers."""
    new = samples_copy.content / "2026" / "quokkas-found.en.md"
    new.write_text("---\ntitle: Quokkas found\nlang: en\n---\nQuokkas were found on the moon.\n", encoding="utf-8")
    report = indexer.build_index(samples_copy.content, samples_copy.index)
    assert (report.added, report.removed, report.published) == (1, 0, True)
    with search.open_index(samples_copy.index) as index:
        assert [hit.article.title for hit in index.search("quokkas", mode="keyword").hits] == ["Quokkas found"]


def test_every_error_is_one_tree():
    """Whoever catches LedeError catches them all."""
    found = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, Exception)]
    assert all(issubclass(value, search.LedeError) for value in found if value.__module__ == "search.errors")
