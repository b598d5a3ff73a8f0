"""Is a build refused that would lose the archive, and only such a build?"""

import pytest
from conftest import called
from fake_index import recipe

from indexer import cli, library
from indexer.reindex import reindex
from search.errors import ContentError, ShrinkError
from search.index.directory import IndexFolder


@pytest.fixture
def archive(tmp_path):
    """Thirteen articles, and an index of them."""
    content = tmp_path / "content"
    content.mkdir()
    for number in range(13):
        write(content, f"{number:02}", f"Story {number}")
    index = IndexFolder(tmp_path / "index")
    night(content, index)
    return content, index


def write(content, name, title):
    """Write an article."""
    (content / f"{name}.md").write_text(f"---\ntitle: {title}\ndate: 2026-02-05\nlang: en\n---\nText of {title}.\n")


def night(content, index, **choices):
    """Run a build."""
    return reindex(
        content, index, recipe(), 3, lambda *_: None, full=choices.pop("full", False), strict=False, **choices
    )[0]


@pytest.mark.parametrize("full", [False, True])
def test_a_night_that_loses_most_is_refused(archive, full):
    """Twelve of thirteen gone: the old generation stays, also for a build that takes nothing over."""
    content, index = archive
    served = index.current_name()
    for path in sorted(content.iterdir())[1:]:
        path.unlink()
    with pytest.raises(ShrinkError, match="12 of 13"):
        night(content, index, full=full)
    assert index.current_name() == served
    assert night(content, index, full=full, shrink=100).articles == 1


def test_what_is_newly_rejected_has_vanished(archive):
    """A tool that empties every file is a half-mounted folder by another way."""
    content, index = archive
    for path in sorted(content.iterdir())[:5]:
        path.write_text("")
    with pytest.raises(ShrinkError, match="5 of 13"):
        night(content, index)


def test_an_empty_folder_is_refused(archive):
    """Where something is served; a first build of nothing is wrong use."""
    content, index = archive
    for path in content.iterdir():
        path.unlink()
    with pytest.raises(ShrinkError):
        night(content, index)
    with pytest.raises(ContentError):
        night(content, IndexFolder(content.parent / "new"))


def test_few_or_moved_articles_are_no_loss(archive):
    """Four may go in any case; what stands in another folder now has not vanished."""
    content, index = archive
    for path in sorted(content.iterdir())[:4]:
        path.unlink()
    assert night(content, index).removed == 4
    (content / "moved").mkdir()
    for path in sorted(content.glob("*.md")):
        path.rename(content / "moved" / path.name)
    assert night(content, index).articles == 9


def test_the_command_says_so_by_its_status(archive, monkeypatch):
    """7, or 0 with --allow-shrink; the setting moves the limit."""
    content, index = archive
    monkeypatch.setattr(library, "recipe", lambda _: recipe())
    for path in sorted(content.iterdir())[:6]:
        path.unlink()
    arguments = ("build", content, "--index", index.root)
    refused = called(cli.main, *arguments)
    assert refused.returncode == 7
    assert "--allow-shrink" in refused.stderr
    monkeypatch.setenv("LEDE_SHRINK", "50")
    assert called(cli.main, *arguments).returncode == 0
    for path in sorted(content.iterdir())[:5]:
        path.unlink()
    assert called(cli.main, *arguments).returncode == 7
    assert called(cli.main, *arguments, "--allow-shrink").returncode == 0
