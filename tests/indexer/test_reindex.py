"""Does a night bring the index up to the content, at no greater cost than what changed?"""

import shutil

import pytest
from awkward import WORDS
from conftest import copied_samples
from fake_embedder import FakeEmbedder, fake_encoder
from fake_index import engine_over, recipe

from indexer.reindex import reindex
from indexer.vectors.encoder import Encoder
from search.errors import ContentError, ModelError, ShrinkError
from search.index.calibration import Calibration
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.query.fields import FACETS
from search.query.model import FieldFilter, Filters, Mode, Query


@pytest.fixture
def content(tmp_path):
    """A copy of some of the sample articles."""
    return copied_samples(tmp_path / "content", 24)


@pytest.fixture
def index(tmp_path):
    """An empty index folder."""
    return IndexFolder(tmp_path / "index")


def night(content, index, encoder=None, *, full=False, strict=False, keep=3, **choices):
    """Run one night with a fake model; gives its report."""
    made = recipe(encoder or fake_encoder(), **choices)
    report, _ = reindex(content, index, made, keep, lambda *_: None, full=full, strict=strict)
    return report


def write(path, title, body="A body.", **fields):
    """Write an article."""
    lines = [f"{name}: {value}" for name, value in {"title": title, **fields}.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["---", *lines, "---", body, ""]), encoding="utf-8")


def test_the_first_night_adds_everything(content, index):
    """All articles are new, all are served, texts of known languages meet the model."""
    report = night(content, index)
    assert (report.articles, report.added, report.changed, report.removed, report.unchanged) == (24, 24, 0, 0, 0)
    assert report.published
    assert report.embedded > 0
    assert index.current_name() == report.generation


def test_a_night_with_nothing_changed_builds_nothing(content, index):
    """The same content and settings: no new generation, no text embedded."""
    first = night(content, index)
    second = night(content, index)
    assert (second.published, second.generation, second.embedded) == (False, first.generation, 0)
    assert (second.unchanged, second.added, second.changed, second.removed) == (24, 0, 0, 0)
    assert index.names() == [first.generation]


def test_full_publishes_even_with_nothing_changed(content, index):
    """--full builds again; the cache still knows every vector."""
    first = night(content, index)
    second = night(content, index, full=True)
    assert second.published
    assert second.generation > first.generation
    assert second.embedded == 0


def test_a_new_calibration_reaches_an_archive_that_did_not_change(content, index, monkeypatch):
    """An upgrade that fits confidence anew publishes a generation with it, and embeds nothing."""
    night(content, index)
    monkeypatch.setattr("indexer.workspace.calibration_of", lambda _: Calibration(least=0.9, floor=0.9, share=0.9))
    second = night(content, index)
    assert (second.published, second.embedded) == (True, 0)
    assert read_manifest(index.path(second.generation)).model.calibration.least == 0.9


def test_changes_are_counted_and_only_they_are_embedded(content, index):
    """One added, one changed, one removed of 24; only new texts meet the model."""
    first = night(content, index)
    files = sorted(content.rglob("*.en.md"))
    files[0].write_text(files[0].read_text(encoding="utf-8") + "\nQuokkas came.\n", encoding="utf-8")
    files[1].unlink()
    write(content / "new.en.md", "Wombats arrive", lang="en")
    encoder = fake_encoder()
    second = night(content, index, encoder)
    assert (second.added, second.changed, second.removed, second.unchanged) == (1, 1, 1, 22)
    assert second.articles == 24
    assert isinstance(encoder.embedder, FakeEmbedder)
    assert 0 < second.embedded == len(encoder.embedder.met) < first.embedded / 2
    assert any("Quokkas" in text for text in encoder.embedder.met)
    found = engine_over(index).search(Query(text="quokkas wombats", mode=Mode.KEYWORD))
    assert {hit.article.id for hit in found.hits} >= {"new.en"}


def test_a_renamed_file_embeds_nothing(content, index):
    """Under another name the text is known: it moves, and no text meets the model."""
    night(content, index)
    file = min(content.rglob("*.en.md"))
    file.rename(file.with_name("another-name.en.md"))
    second = night(content, index)
    assert (second.added, second.removed, second.embedded) == (1, 1, 0)


def test_another_model_builds_again(content, index):
    """Other vectors are another generation, though no article changed."""
    night(content, index)
    second = night(content, index, fake_encoder("fake-2"))
    assert second.published
    assert second.embedded > 0
    assert second.unchanged == 24


def test_another_keyword_engine_builds_again(content, index):
    """The setting keyword_engine changes what is served; vectors come from the cache."""
    night(content, index)
    second = night(content, index, keyword="whoosh")
    assert (second.published, second.embedded) == (True, 0)
    assert engine_over(index).search(Query(text="bitcoin")).hits


def answers(index):
    """What an index answers to questions of all kinds, but for what names the generation."""
    engine = engine_over(index)
    asked = [
        Query(text=text, mode=mode, filters=filters, limit=50, facets=FACETS)
        for text in ("bitcoin exchange", "біткоїн", "stablecoin law", "quokkas")
        for mode in Mode
        for filters in (
            Filters(),
            Filters(sentiment=FieldFilter(include=("NEGATIVE",))),
            Filters(language=FieldFilter(("uk",))),
        )
    ]
    return [
        ([(hit, hit.contributions) for hit in found.hits], found.total, found.facets, found.mode, found.degraded)
        for found in map(engine.search, asked)
    ]


@pytest.mark.parametrize("keyword", ["tantivy", "whoosh"])
def test_night_after_night_answers_as_a_full_build_does(content, index, tmp_path, keyword):
    """After added, changed, renamed and removed articles every answer is that of a build from nothing."""
    night(content, index, keyword=keyword)
    files = sorted(content.rglob("*.md"))
    files[0].write_text(files[0].read_text(encoding="utf-8") + "\nQuokkas came.\n", encoding="utf-8")
    files[3].unlink()
    files[5].rename(files[5].with_name("zz-renamed.uk.md"))
    write(content / "new.en.md", "Quokkas at the exchange", "They like bitcoin.", lang="en", sentiment="NEGATIVE")
    night(content, index, keyword=keyword)
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh, keyword=keyword)
    assert answers(index) == answers(fresh)


def test_a_rejected_file_is_counted_and_stops_nothing(content, index):
    """Bad files are counted, named in the manifest, and the others served."""
    (content / "bad.md").write_text("---\ntags: [a]\n---\n")
    (content / "worse.md").write_bytes(bytes(range(256)))
    report = night(content, index)
    assert (report.articles, report.rejected) == (24, 2)
    again = night(content, index)
    assert (again.published, again.rejected) == (False, 2)


def test_strict_refuses_rejected_files_and_publishes_nothing(content, index):
    """With strict one bad file is an error that names it, and what was served stays."""
    first = night(content, index)
    (content / "bad.md").write_text("")
    with pytest.raises(ContentError, match=r"bad\.md:1:"):
        night(content, index, strict=True)
    assert index.current_name() == first.generation


def test_drafts_are_left_out_and_counted(content, index):
    """A draft is no article and no rejection; finished, it is added."""
    write(content / "soon.en.md", "Soon", draft="true")
    report = night(content, index)
    assert (report.articles, report.drafts, report.rejected) == (24, 1, 0)
    write(content / "soon.en.md", "Soon", draft="false")
    assert night(content, index).added == 1


def test_a_content_folder_that_lost_all_its_articles_is_refused(content, index):
    """An unmounted disk must not publish an empty index."""
    first = night(content, index)
    shutil.rmtree(content)
    with pytest.raises(ContentError):
        night(content, index)
    content.mkdir()
    with pytest.raises(ShrinkError):
        night(content, index)
    assert index.current_name() == first.generation


def test_an_archive_in_no_language_of_the_model_is_found_by_words(tmp_path, index):
    """Without a single vector an index is built, verified and answers, and says what it lacks."""
    write(tmp_path / "content" / "a.uk.md", "Біткоїн росте", lang="uk")
    report = night(tmp_path / "content", index)
    assert (report.articles, report.passages, report.embedded) == (1, 0, 0)
    answer = engine_over(index).search(Query(text="bitcoin біткоїн"))
    assert [hit.article.id for hit in answer.hits] == ["a.uk"]
    assert answer.degraded


def test_a_model_of_no_unit_vectors_is_refused(content, index):
    """Vectors that are no unit vectors never reach an index."""

    class Broken(FakeEmbedder):
        def embed(self, texts):
            return super().embed(texts) * 3

    with pytest.raises(ModelError):
        night(content, index, Encoder(Broken(), "broken", "fake", None))
    assert index.names() == []


def test_a_damaged_cache_or_generation_does_not_stop_a_build(content, index):
    """The cache may be deleted or broken, the served generation too: the next night mends both."""
    night(content, index)
    for path in index.cache.iterdir():
        path.write_bytes(b"this is no database" * 100)
    (index.path(index.current_name()) / "articles.sqlite").write_bytes(b"")
    report = night(content, index, full=True)
    assert report.published
    assert engine_over(index).search(Query(text=WORDS[0] + " bitcoin")).generation == report.generation
    shutil.rmtree(index.cache)
    assert night(content, index, full=True).embedded > 0
    (index.path(index.current_name()) / "articles.sqlite").write_bytes(b"")
    write(content / "new.en.md", "New")
    assert night(content, index).published


def test_only_the_newest_generations_are_kept(content, index):
    """With keep=2 the third night removes the first generation."""
    names = []
    for number in range(3):
        write(content / f"new-{number}.en.md", f"New {number}")
        names.append(night(content, index, keep=2).generation)
    assert index.names() == names[1:]
