"""Is a large index of tantivy brought up to date, part by part, and never left with what was deleted?"""

import os

import numpy as np
import pytest

from search.article import Article
from search.backends import tantivy_files, tantivy_writer
from search.backends.tantivy import TantivyFormat
from search.ports import KeywordDocument, KeywordQuery, WeightedTerm
from search.query.model import Filters

LARGE = 17_500
"""More documents than tantivy takes for a small segment."""


def document(number, words=1):
    """A document with a word that all have, one that many have, and one of its own."""
    article = Article(id=str(number), path=f"{number}.md", title="", text="")
    return KeywordDocument(article, {"text": [["all", f"of{number % 97}", f"only{number}"] * words]})


def written(folder, numbers):
    """An index of the documents of these numbers."""
    folder.mkdir()
    TantivyFormat().write(folder, map(document, numbers))
    return folder


def updated(folder, before, old, new):
    """The index before, brought up to date to these numbers; whether it was."""
    folder.mkdir()
    rows = {number: row for row, number in enumerate(new)}
    now = np.array([rows.get(number, -1) for number in old])
    return TantivyFormat().update(folder, before, now, len(new), lambda some: (document(new[row]) for row in some))


def segments(folder):
    """How many documents each segment has; none is deleted."""
    found = tantivy_files.described(folder).segments
    assert all(one.deletes is None for one in found)
    return [one.max_doc for one in found]


def answers(folder, *words):
    """What is found for each word, with its scores."""
    index = TantivyFormat().open(folder)
    try:
        asked = (KeywordQuery((WeightedTerm(word, (word,)),), 1) for word in words)
        return [[part.tolist() for part in index.search(one, Filters(), 50)] for one in asked]
    finally:
        index.close()


def test_a_part_that_tantivy_takes_for_a_large_one_is_merged_all_the_same(tmp_path):
    """Some documents go, some come; statistics and answers are those of an index written anew."""
    old = list(range(LARGE))
    new = [number for number in old if number % 100] + list(range(LARGE, LARGE + 200))
    before = written(tmp_path / "before", old)
    assert segments(before) == [LARGE]
    files = sorted(file.name for file in before.iterdir())
    assert updated(tmp_path / "after", before, old, new)
    assert segments(tmp_path / "after") == [len(new)]
    assert sorted(file.name for file in before.iterdir()) == files
    asked = "all", "of5", "of96", "only7", "only100", f"only{LARGE + 3}"
    anew = written(tmp_path / "anew", new)
    assert answers(tmp_path / "after", *asked) == answers(anew, *asked)


@pytest.fixture
def small(monkeypatch):
    """Parts of 80 documents, that take more up to 100."""
    monkeypatch.setattr(tantivy_writer, "_SEGMENT", 10)
    monkeypatch.setattr(tantivy_files, "_LARGEST", 100)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.usefixtures("small")
def test_night_after_night_parts_hold_what_they_should(tmp_path, seed):
    """Documents come and go by chance, few or many; what is answered is as of an index in one piece."""
    dice = np.random.default_rng(seed)
    numbers = sorted(dice.permutation(1_000)[:250].tolist())
    folder = written(tmp_path / "0", numbers)
    assert segments(folder) == [80, 80, 80, 10]
    for night in range(1, 7):
        came = dice.permutation(1_000)[: dice.integers(0, 60)].tolist()
        kept = [number for number in numbers if dice.random() > (0.3 if number < 200 else 0.02 * night)]
        new = sorted({*kept, *came})
        if updated(tmp_path / str(night), folder, numbers, new):
            folder = tmp_path / str(night)
        else:
            assert list((tmp_path / str(night)).iterdir()) == []
            folder = written(tmp_path / f"{night}-anew", new)
        numbers = new
        assert sum(segments(folder)) == len(numbers)
        assert min(segments(folder)) >= tantivy_files.SEGMENTS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tantivy_writer, "_SEGMENT", 16_000)
        anew = written(tmp_path / "anew", numbers)
    asked = "all", "of5", "of96", f"only{numbers[0]}", f"only{numbers[-1]}"
    assert answers(folder, *asked) == answers(anew, *asked)


@pytest.mark.usefixtures("small")
def test_parts_of_which_nothing_goes_are_taken_over_as_they_are(tmp_path):
    """Only the part that loses a document is written."""
    old = list(range(250))
    before = written(tmp_path / "before", old)
    new = [number for number in old if number != 100]
    assert updated(tmp_path / "after", before, old, new)
    same = {file.name for file in before.iterdir()} & {file.name for file in (tmp_path / "after").iterdir()}
    ids = [one.segment_id.replace("-", "") for one in tantivy_files.described(before).segments]
    assert [any(name.startswith(one) for name in same) for one in ids] == [True, False, True, True]
    assert segments(tmp_path / "after") == [80, 79, 80, 10]


@pytest.mark.usefixtures("small")
def test_what_fits_into_no_part_makes_a_new_one(tmp_path):
    """Parts stay bounded."""
    old = list(range(160))
    before = written(tmp_path / "before", old)
    assert segments(before) == [80, 72, 8] or segments(before) == [80, 80]
    new = list(range(160 + 45))
    assert updated(tmp_path / "after", before, old, new)
    assert sum(segments(tmp_path / "after")) == len(new)
    assert max(segments(tmp_path / "after")) <= 100


def test_long_documents_are_parted_before_the_heap_is_full(tmp_path, monkeypatch):
    """A commit has so many words at most."""
    monkeypatch.setattr(tantivy_writer, "_WORDS", 300)
    (tmp_path / "index").mkdir()
    TantivyFormat().write(tmp_path / "index", (document(number, words=20) for number in range(100)))
    assert len(segments(tmp_path / "index")) == 3
    assert sum(segments(tmp_path / "index")) == 100


def test_a_part_goes_though_a_thread_of_tantivy_still_writes_there(tmp_path, monkeypatch):
    """On a busy machine a night ended with "Directory not empty". What cannot be removed at all is told as ever."""
    monkeypatch.setattr(tantivy_writer, "_PAUSES", (0.0, 0.0))
    removed, late = os.rmdir, [1]

    def rmdir(path, *, dir_fd=None):
        if late and late.pop():
            (part / ".managed.json").write_text("[]")
        removed(path, dir_fd=dir_fd)

    part = tmp_path / "part-0"
    part.mkdir()
    monkeypatch.setattr(os, "rmdir", rmdir)
    tantivy_writer._remove(part)
    assert not part.exists()
    part.mkdir()
    late[:] = [1, 1, 1]
    with pytest.raises(OSError, match="not empty"):
        tantivy_writer._remove(part)
