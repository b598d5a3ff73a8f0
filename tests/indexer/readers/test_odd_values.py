"""Does any value in the place of another make a reader fail?"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from archive_samples import EMBEDDED, HEADS, ITEMS, MOVABLE, POST

from indexer.content.document import Refused, SourceFile
from indexer.content.files import source_files
from indexer.content.inspection import inspect
from indexer.content.parsing import NOT_FORESEEN, parse
from indexer.content.reader import KnownFiles, read
from indexer.content.rules import ReadingRules
from indexer.readers import registry

TREES = {
    **{name: tree for name, (tree, _) in ITEMS.items()},
    "wordpress": [{**POST, "_embedded": EMBEDDED, "yoast_head_json": {"og_image": [{"url": "/t.jpg"}]}}],
}
ODD: tuple[Any, ...] = (
    None, 3, -1.5, "x", "", True, False, [], [1], [None], {}, {"a": 1}, [[1]], [{"x": [1]}], "2024-01-01", 10**30,
    {"type": {}, "id": []}, [[[{"a": False}]]], "a" * 3_000, {"sys": {}, "fields": []}, {"data": [None]},
)  # fmt: skip
SIGNS = ("\n", "---", '"', "'", "[[!", "{", "}", "[", "]", ":", "#", "* ", "::", "|", "\t", "    ", "`", "\\", "$", "=",
         "-----\n", "--------\n", "\0", "```", "!!! ", '=== "', "% ", "<", ">", "#+begin_src", "é")  # fmt: skip


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values of a tree."""
    yield path
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield from places(value, (*path, key))


def changed(tree: Any, chance: random.Random) -> Any:
    """The tree with one to four of its values replaced by odd ones."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.randint(1, 4)):
        path, odd = chance.choice(list(places(tree))), copy.deepcopy(chance.choice(ODD))
        if not path:
            return odd
        within = tree
        for key in path[:-1]:
            within = within[key]
        within[path[-1]] = odd
    return tree


def damaged(text: str, chance: random.Random) -> str:
    """The text with some stretches cut out, repeated, or interrupted by signs."""
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(text) + 1)
        much = chance.randint(1, 30)
        instead = chance.choice(("", chance.choice(SIGNS), text[at : at + much] * chance.randint(1, 4)))
        text = text[:at] + instead + text[at + chance.choice((0, much)) :]
    return text


@pytest.mark.parametrize("name", TREES)
def test_values_of_items(tmp_path, name):
    """Of a hundred archives of each system whose values are exchanged, none meets a fault of a reader."""
    chance = random.Random(name)
    for _ in range(100):
        tree = changed(TREES[name], chance)
        (tmp_path / "a.json").write_text(json.dumps(tree), encoding="utf-8")
        outcomes = [one for file in source_files(tmp_path) if isinstance(file, SourceFile) for one in parse(file)]
        assert not [one for one in outcomes if isinstance(one, Refused) and NOT_FORESEEN in one.rejected.why], tree


@pytest.mark.parametrize("name", [*HEADS, "movable type"])
def test_damaged_texts(name):
    """Of a hundred damaged files of each form, none meets a fault of a reader."""
    chance = random.Random(name)
    path, text = HEADS[name][:2] if name in HEADS else ("export.txt", MOVABLE)
    for _ in range(100):
        written = damaged(text, chance)
        outcomes = list(parse(SourceFile(path, "digest", written.encode("utf-8", "replace"))))
        assert not [one for one in outcomes if isinstance(one, Refused) and NOT_FORESEEN in one.rejected.why], written


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.md"])
def test_half_a_pair_of_surrogates(tmp_path, name):
    """JSON can spell what no file can hold: the article keeps its other words, and can be written down."""
    half = "\\ud800"
    item = {
        "title": f"A {half} tram",
        "tags": [half, "rail"],
        "image": f"/t{half}.jpg",
        "url": f"https://x.example/{half}",
    }
    written = json.dumps({**item, "text": f"Words {half} of it."}).replace("\\\\", "\\")
    (tmp_path / name).write_text(written, encoding="utf-8")
    (tmp_path / "b.md").write_text("# B\n\nWords.\n", encoding="utf-8")
    (tmp_path / "b.json").write_text(f'{{"author": "Jane {half} Doe"}}', encoding="utf-8")  # data beside b.md
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert not reading.rejected
    found = {one.path.split("#")[0]: one for one in reading.articles}
    words = " ".join(found[name].text.split())
    assert (found[name].title, found[name].tags, words) == ("A tram", ("rail",), "Words of it.")
    assert msgspec.msgpack.encode(list(reading.articles))
    assert found["b.md"].authors == ("Jane ? Doe",)


def test_a_fault_of_a_reader_rejects_its_file_and_no_other(tmp_path, monkeypatch):
    """What nobody foresaw is named as such, in a build and by inspect, and the next file is read."""

    def failing(self, file):
        raise TypeError("unhashable type: 'list'")

    (tmp_path / "a.org").write_text("#+TITLE: A\n\nText.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("# B\n\nText.\n", encoding="utf-8")
    monkeypatch.setattr(type(registry.reader_of("a.org")), "read", failing)
    outcomes = [one for file in source_files(tmp_path) if isinstance(file, SourceFile) for one in parse(file)]
    assert [type(one).__name__ for one in outcomes] == ["Refused", "ReadArticle"]
    assert isinstance(outcomes[0], Refused)
    assert str(outcomes[0].rejected) == f"a.org:1: {NOT_FORESEEN}: TypeError: unhashable type: 'list'"
    found = inspect(tmp_path, ReadingRules())
    assert (found.articles, [kind.count for kind in found.rejected.values()]) == (1, [1])
