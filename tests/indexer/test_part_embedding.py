"""Does a build after its parts were embedded elsewhere give the same index, and embed only what is missing?"""

import json
import logging

import pytest
from conftest import called, copied_samples
from digests import digests
from fake_embedder import FakeEmbedder, fake_encoder
from fake_index import recipe

from indexer import part_embedding
from indexer.cli import main
from indexer.part_embedding import embed_part
from indexer.reindex import reindex
from indexer.release.publish import writing
from indexer.vectors.parts import Part, part_of
from search.errors import LedeError, RequestError
from search.index.directory import IndexFolder


@pytest.fixture
def content(tmp_path):
    """Some of the sample articles, and a file that is none."""
    folder = copied_samples(tmp_path / "content", 24)
    (folder / "poison.md").write_bytes(b"---\ntitle: [\n---\n\xff\xfe\x00")
    return folder


def met(encoder):
    """The texts that a fake model met."""
    assert isinstance(encoder.embedder, FakeEmbedder)
    return encoder.embedder.met


def part(content, shared, number, of, encoder=None):
    """Run one part with a fake model; gives its report."""
    made = recipe(encoder or fake_encoder())
    return embed_part(content, made, Part(number, of), shared, shared / "no.sqlite", lambda *_: None)


def built(content, root, shared=None, encoder=None):
    """Build an index with a fake model; gives its report and everything in it but what chance or the clock names."""
    index = IndexFolder(root)
    made = recipe(encoder or fake_encoder())
    report, _ = reindex(content, index, made, 3, lambda *_: None, full=True, strict=False, shared=shared)
    found = digests(index.path(report.generation))
    return report, {name: one for name, one in found.items() if not name.startswith(("keyword/", "manifest"))}


def test_parts_leave_the_build_nothing_but_what_it_learns_itself(content, tmp_path):
    """Every article belongs to one part, no text is embedded twice, and the generation is the same."""
    alone, expected = built(content, tmp_path / "alone")
    encoders = [fake_encoder() for _ in range(3)]
    reports = [
        part(content, tmp_path / "shared", number, 3, encoder) for number, encoder in enumerate(encoders, start=1)
    ]
    assert sum(report.articles for report in reports) == 24
    assert all(report.rejected == 1 for report in reports)
    assert [report.embedded for report in reports] == [len(met(encoder)) for encoder in encoders]
    last = fake_encoder()
    together, same = built(content, tmp_path / "together", tmp_path / "shared", last)
    assert same == expected
    in_parts = {text for encoder in encoders for text in met(encoder)}
    assert in_parts.isdisjoint(met(last))
    assert all(text.isalpha() for text in met(last))  # single words, which the build learns from all articles
    assert together.embedded == len(met(last))
    assert together.shared == len(in_parts)
    assert alone.embedded == together.embedded + len(in_parts)


def test_a_part_run_again_embeds_nothing(content, tmp_path):
    """Nor does one that overlaps: what all parts made is known to the part of everything."""
    for number in (1, 2):
        part(content, tmp_path / "shared", number, 2)
    again = part(content, tmp_path / "shared", 1, 2)
    assert (again.embedded, again.known) == (0, again.texts)
    whole = part(content, tmp_path / "shared", 1, 1)
    assert whole.embedded == 0
    assert whole.articles == 24


def test_a_part_that_died_is_named_and_goes_on_where_it_was(content, tmp_path, monkeypatch, caplog):
    """What it had written is used by its next run, and by a build that does not wait for it."""
    monkeypatch.setattr(part_embedding, "_CUT_AT_ONCE", 4)
    monkeypatch.setattr(part_embedding, "_MET_AT_ONCE", 1)
    monkeypatch.setattr(part_embedding, "_KEPT_AT_ONCE", 1)
    dying = fake_encoder()
    embed = dying.embedder.embed

    def some(texts):
        if len(met(dying)) > 20:
            raise KeyboardInterrupt
        return embed(texts)

    monkeypatch.setattr(dying.embedder, "embed", some)
    with pytest.raises(KeyboardInterrupt):
        part(content, tmp_path / "shared", 1, 1, dying)
    caplog.set_level(logging.WARNING)
    report, _ = built(content, tmp_path / "index", tmp_path / "shared")
    assert "Part 1/1" in caplog.text
    assert "has not ended" in caplog.text
    assert report.shared == len(set(met(dying)))
    again = part(content, tmp_path / "shared", 1, 1)
    assert again.known == len(set(met(dying)))
    caplog.clear()
    built(content, tmp_path / "index", tmp_path / "shared")
    assert "has not ended" not in caplog.text


def test_a_cache_of_another_model_is_named_and_not_used(content, tmp_path, caplog):
    """The build embeds everything itself."""
    part(content, tmp_path / "shared", 1, 1, fake_encoder("fake-2"))
    report, _ = built(content, tmp_path / "index", tmp_path / "shared")
    assert report.shared == 0
    assert "another model" in caplog.text


def test_what_the_index_knows_is_not_embedded_again(content, tmp_path):
    """A part reads the cache of the index on its machine and leaves it alone."""
    built(content, tmp_path / "index")
    cache = tmp_path / "index" / "cache" / "embeddings.sqlite"
    before = cache.read_bytes()
    made = recipe(fake_encoder())
    report = embed_part(content, made, Part(1, 1), tmp_path / "shared", cache, lambda *_: None)
    assert report.embedded == 0
    assert cache.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(content, tmp_path):
    """A disk that is full, or no folder: said with what to do, and nothing else is touched."""
    (tmp_path / "shared").write_text("a file", encoding="utf-8")
    with pytest.raises(LedeError, match="shared cannot be written"):
        part(content, tmp_path / "shared", 1, 1)


@pytest.mark.parametrize("text", ["", "3", "0/4", "5/4", "1/0", "-1/4", "1/4/4", "a/b", "1 / 4"])
def test_a_part_that_there_is_not_is_refused(text):
    """With the form that would be right."""
    with pytest.raises(RequestError, match="3/16"):
        part_of(text)


def test_the_command_embeds_while_a_build_writes(samples_copy):
    """It takes no lock. The vectors of the samples are in the cache of their index, so the model has nothing to do."""
    with writing(IndexFolder(samples_copy.index)):
        done = called(main, "embed", samples_copy.content, "--index", samples_copy.index, "--part", "2/2", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["part"] == "2/2"
    assert report["embedded"] == 0
    assert 0 < report["known"] == report["texts"]
    wrong = called(main, "embed", samples_copy.content, "--index", samples_copy.index, "--part", "3/2")
    assert wrong.returncode == 2
    assert "3/16" in wrong.stderr
