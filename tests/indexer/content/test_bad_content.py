"""What is no article is a rejection, in bounded time and memory, and the run goes on.

The short form of `torture.py content` and `fuzz`, by the same code.
"""

import pytest

from indexer.content.files import source_files
from search.index.manifest import Rejected
from torture import content, fuzz
from torture.archive import write_articles


def test_a_night_over_everything_that_is_no_article(tmp_path):
    """Bombs, exports without end, binaries, links, pipes, wrong types: each has its end, and sound ones are served."""
    told = content.see_to_cases(tmp_path, huge_bytes=200_000_000)
    assert told["rejected"] > 10
    assert told["cases"] > told["rejected"]


def test_files_that_vanish_while_they_are_read(tmp_path):
    """Removed, replaced by a pipe, the whole folder gone: rejections, and the others are read."""
    write_articles(tmp_path, "first")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "z.md").write_text("---\ntitle: z\n---\n")
    ends = content.vanishing(tmp_path)
    assert ends == {"read": 10, "rejected": 3}


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    """Its articles are missing from the index, so it is named among the rejections."""
    import os

    write_articles(tmp_path, "first")
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refusing(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    rejected = [found for found in source_files(tmp_path) if isinstance(found, Rejected)]
    assert [(found.path, found.why) for found in rejected] == [
        ("shut", "is a folder that cannot be read: Permission denied")
    ]


def test_generated_front_matter():
    """Any fields of any types, whole and cut short: an article that survives being kept, a draft or a rejection."""
    told = content.see_to_generated(60)
    assert told["generated: ReadArticle"] > 5


@pytest.mark.parametrize("name", sorted(fuzz.TARGETS))
def test_mutated_texts(name):
    """Some hundred mutations of typical texts bring no parser down."""
    fuzz.mutate(fuzz.TARGETS[name], 300)
