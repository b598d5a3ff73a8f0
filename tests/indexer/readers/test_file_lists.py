"""Is a list of files that are here left out, and no list that is the only copy of anything?"""

import pytest
from written_folder import reading_of

from indexer.content.inspection import inspect
from indexer.content.rules import ReadingRules
from indexer.readers.file_lists import LISTED

TEXT = "The ferry leaves the old pier at noon, and nobody on the island has asked where it goes. "
POST = f"---\ntitle: A post\n---\n{TEXT}\n"
DAY = "2024-03-05"


def entry(key, value, **others):
    """An entry of a list that names a file."""
    return {key: value, "title": f"On {value}", "date": DAY, "summary": "Short.", **others}


@pytest.mark.parametrize(
    "listed",
    [
        [entry("slug", name) for name in ("pier", "ferry", "isle")],
        {"posts": [entry("url", f"/news/{name}/") for name in ("pier", "ferry")]},
        {"site": {"title": "News"}, "articles": [entry("path", f"news/{DAY}-pier.md")]},
        [entry("permalink", "https://t.example/news/isle/index.html?from=front")],
        [entry("id", "pier", content="")],
    ],
)
def test_a_list_of_files_is_left_out_and_counted(tmp_path, listed):
    """By `build` and by `inspect`: its articles are read from their files."""
    files = {"index.json": listed, f"news/{DAY}-pier.md": POST, "news/ferry.md": POST, "news/isle/index.md": POST}
    reading = reading_of(tmp_path, files)
    assert sorted(one.path for one in reading.articles) == sorted(files)[1:]
    assert reading.omitted == {LISTED: 1}
    assert inspect(tmp_path, ReadingRules()).omitted == {LISTED: 1}


ONLY_COPIES = {
    "articles beside a list of people": (
        {"authors": [{"slug": "ann", "name": "Ann"}], "articles": [{"title": "Ferry", "date": DAY, "body": TEXT * 30}]},
        ["authors/ann.md"], 1,
    ),
    "texts in tables": (
        [entry("slug", f"s{n}", content={"rendered": f"<p>{TEXT * 20}</p>"}) for n in range(5)],
        [f"de/s{n}.md" for n in range(5)], 5,
    ),
    "short texts": ([entry("slug", f"s{n}", text="Sold out.") for n in range(3)], [f"s{n}.md" for n in range(3)], 3),
    "more entries than files": ([entry("slug", f"s{n}") for n in range(10)], [f"s{n}.md" for n in range(9)], 10),
    "one text among many": (
        [entry("slug", f"s{n}", **({"body": TEXT} if n == 299 else {})) for n in range(300)],
        [f"s{n}.md" for n in range(300)], 300,
    ),
    "numbers of other things": ([entry("id", str(n)) for n in range(1, 5)], [f"{n}.md" for n in range(1, 5)], 4),
    "a text under a key that nobody knows": (
        [entry("slug", "s0", parts={"first": [{"words": TEXT * 30}]})], ["s0.md"], 1,
    ),
    "a JSON Feed": (
        {"version": "https://jsonfeed.org/version/1.1", "title": "News",
         "items": [entry("id", "s0", content_text="Sold out.")]}, ["s0.md"], 1,
    ),
    "JSON:API": (
        {"jsonapi": {"version": "1.0"}, "data": [
            {"id": "s0", "type": "node--article",
             "attributes": {"title": "Ferry", "created": DAY, "body": {"value": TEXT}}}
        ]}, ["s0.md"], 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONLY_COPIES)
def test_a_list_that_is_the_only_copy_is_read(tmp_path, name):
    """Every item of it: the files beside it are others, or say less."""
    listed, beside, items = ONLY_COPIES[name]
    reading = reading_of(tmp_path, {"export.json": listed, **dict.fromkeys(beside, POST)})
    assert LISTED not in reading.omitted
    assert sum(one.path.startswith("export.json#") for one in reading.articles) == items
