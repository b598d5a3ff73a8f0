"""Is a night that makes use of the generation before the same, to the last byte, as a build from nothing?"""

import random
from contextlib import closing

import pytest
from conftest import SAMPLES
from digests import digests
from fake_embedder import FakeEmbedder, fake_encoder
from fake_index import engine_over, recipe

from indexer import kept_words, workspace
from indexer import reuse as before
from indexer.catalogue import CATALOGUE
from indexer.content.rules import ReadingRules
from indexer.derive import glossaries
from indexer.reindex import reindex
from search.backends import tantivy_files, tantivy_writer
from search.backends.tantivy import TantivyFormat
from search.field_settings import CustomField
from search.index.directory import IndexFolder
from search.index.facts import FactsBuilder
from search.index.store import Store
from search.query.model import FieldFilter, Filters, Mode, Query

HEADING = "\n## What recurs\n\nQuokkas were seen. Nobody minded.\n"
"""A heading that says nothing as soon as five articles of a language have it."""


@pytest.fixture
def content(tmp_path):
    """A copy of some of the sample articles; four have the heading."""
    for number, path in enumerate(sorted(SAMPLES.rglob("*.md"))[:30]):
        to = tmp_path / "content" / path.relative_to(SAMPLES)
        to.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        to.write_text(text + HEADING if number % 2 == 0 and number < 8 else text, encoding="utf-8")
    return tmp_path / "content"


@pytest.fixture
def index(tmp_path):
    """An empty index folder."""
    return IndexFolder(tmp_path / "index")


@pytest.fixture(autouse=True)
def _few_twins_teach(monkeypatch):
    """The samples have enough twins for a glossary."""
    monkeypatch.setattr(glossaries, "LEAST_PAIRS", 2)


@pytest.fixture(autouse=True)
def _little_is_mapped(monkeypatch):
    """The earlier vectors are let go of several times on the way."""
    monkeypatch.setattr(before, "_MAPPED", 5)


def night(content, index, encoder=None, full=False, **choices):
    """Run one night with a fake model; gives its report."""
    made = recipe(encoder or fake_encoder(), **choices)
    return reindex(content, index, made, 3, lambda *_: None, full=full, strict=False)[0]


def parts(index):
    """What stands in the served generation but the keyword index, whose files are named by chance, and the manifest."""
    found = digests(index.path(index.current_name()))
    return {name: digest for name, digest in found.items() if not name.startswith(("keyword/", "manifest"))}


def answers(index):
    """What an index answers to questions of several kinds."""
    asked = [
        Query(text=text, mode=mode, limit=20, filters=filters)
        for text in ("bitcoin exchange", "біткоїн", '"quokkas were"', "what recurs")
        for mode in Mode
        for filters in (Filters(), Filters(language=FieldFilter(("uk",))))
    ]
    with closing(engine_over(index)) as engine:
        return [([(hit, hit.contributions) for hit in found.hits], found.total) for found in map(engine.search, asked)]


def changed(content, dice):
    """Change the folder as editors do in a day: add, write on, rename, move, remove, translate, head."""
    files = sorted(content.rglob("*.md"))
    one, two, three, four, *others = dice.sample(files, 8)
    one.write_text(one.read_text(encoding="utf-8") + f"\nQuokkas came, {dice.random()}.\n", encoding="utf-8")
    two.rename(two.with_name(f"renamed-{dice.randrange(999)}{''.join(two.suffixes)}"))
    (content / "moved").mkdir(exist_ok=True)
    three.rename(content / "moved" / three.name)
    four.unlink()
    english = next((path for path in others if path.name.endswith(".en.md")), None)
    if english:
        twin = english.with_name(english.name.replace(".en.md", ".de.md"))
        twin.write_text(english.read_text(encoding="utf-8").replace("lang: en", "lang: de"), encoding="utf-8")
    for path in others[:2]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(HEADING, "") if HEADING in text else text + HEADING, encoding="utf-8")
    new = content / f"new-{dice.randrange(999)}.en.md"
    new.write_text(f"---\ntitle: Wombats {dice.random()}\nlang: en\n---\nThey arrived.\n{HEADING}", encoding="utf-8")


@pytest.fixture
def updates(monkeypatch):
    """However much changed, words are brought up to date where they can be; gives whether they were, by night."""
    monkeypatch.setattr(kept_words, "MOST", 1.0)
    told = []
    update = TantivyFormat.update

    def telling(*given):
        told.append(update(*given))
        return told[-1]

    monkeypatch.setattr(TantivyFormat, "update", telling)
    return told


@pytest.fixture
def small_parts(monkeypatch):
    """Indexes of tantivy have parts of some twenty documents, as those of large archives have of 128,000."""
    monkeypatch.setattr(tantivy_writer, "_SEGMENT", 3)
    monkeypatch.setattr(tantivy_files, "_LARGEST", 25)


def test_many_nights_over_several_parts_are_a_build_from_nothing(content, index, tmp_path, updates, small_parts):
    """A large archive is brought up to date part by part, and answers as one that was built in one piece."""
    dice = random.Random(5)
    night(content, index)
    for _ in range(8):
        changed(content, dice)
        night(content, index)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tantivy_writer, "_SEGMENT", 16_000)
        fresh = IndexFolder(tmp_path / "fresh")
        night(content, fresh)
    assert parts(index) == parts(fresh)
    assert answers(index) == answers(fresh)
    assert len(tantivy_files.described(index.path(index.current_name()) / "keyword").segments) > 1
    assert updates.count(True) >= 6


@pytest.mark.parametrize("keyword", ["tantivy", "whoosh"])
def test_night_after_night_is_a_build_from_nothing(content, index, tmp_path, keyword, updates):
    """Whatever was changed by chance: every file but the engine's is the same, byte for byte, and every answer."""
    dice = random.Random(4)
    night(content, index, keyword=keyword)
    for number in range(4):
        changed(content, dice)
        assert night(content, index, keyword=keyword).unchanged > 15
        fresh = IndexFolder(tmp_path / f"fresh-{number}")
        night(content, fresh, keyword=keyword)
        assert parts(index) == parts(fresh)
        assert answers(index) == answers(fresh)
    # In one night a heading recurs for the first time: then every article is read anew.
    assert updates == ([True] * 3 if keyword == "tantivy" else [])


def test_a_word_that_has_another_lemma_now_is_read_anew_where_nothing_else_changed(content, index, tmp_path, updates):
    """`банку` is of `банк` until the archive has more of `банка`."""
    pytest.importorskip("pymorphy3_dicts_uk", reason="the dictionary is not installed")
    (content / "one.uk.md").write_text("---\ntitle: До банку\nlang: uk\n---\nБанки та банкові.\n", encoding="utf-8")
    night(content, index)
    before = parts(index)
    jars = " ".join(["банка банкою"] * 90)
    (content / "two.uk.md").write_text(f"---\ntitle: Скло\nlang: uk\n---\n{jars}.\n", encoding="utf-8")
    night(content, index)
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)
    assert parts(index)["lemmas/digests.npy"] != before["lemmas/digests.npy"]
    assert "glossaries/uk.json" in before
    assert updates == [True]


def test_where_the_numbers_of_words_are_lost_all_is_read_anew(content, index, tmp_path, updates):
    """The cache may be deleted at any time."""
    night(content, index)
    (index.cache / "letters.msgpack").unlink()
    (content / "new.en.md").write_text("---\ntitle: Wombats arrive\nlang: en\n---\nBy ship.\n", encoding="utf-8")
    night(content, index)
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)
    assert updates == []


@pytest.fixture
def looked_at(monkeypatch):
    """The ids of the articles whose facts are looked up."""
    ids = []
    add = FactsBuilder.add
    monkeypatch.setattr(FactsBuilder, "add", lambda self, article: ids.append(article.id) or add(self, article))
    return ids


def test_only_the_facts_of_articles_that_came_are_looked_up(content, index, looked_at):
    """The others move to the rows that they have now; without what is remembered, or with a bit changed, all are."""
    night(content, index)
    for number, spoiled in enumerate((False, True, False)):
        kept = index.cache / CATALOGUE
        if spoiled:
            written = bytearray(kept.read_bytes())
            written[-1] ^= 1
            kept.write_bytes(written)
        looked_at.clear()
        new = content / f"new-{number}.en.md"
        new.write_text("---\ntitle: Wombats arrive\nlang: en\ntags: [Wombats]\n---\nBy ship.\n", encoding="utf-8")
        count = night(content, index).articles
        assert looked_at == [f"new-{number}.en"] if not spoiled else len(looked_at) == count


def test_an_article_that_lost_its_own_suffix_has_the_twins_of_its_new_id(content, index, tmp_path, looked_at):
    """Of two files with one id the second kept its suffix. It has the id alone when the first has gone."""
    article = "---\ntitle: {0}\nlang: {1}\n---\n{0}.\n"
    (content / "same.en.md").write_text(article.format("One", "en"), encoding="utf-8")
    (content / "same.en.mdx").write_text(article.format("Two", "en"), encoding="utf-8")
    (content / "same.uk.md").write_text(article.format("Три", "uk"), encoding="utf-8")
    night(content, index)
    (content / "same.en.md").unlink()
    looked_at.clear()
    night(content, index)
    assert looked_at == ["same.en"]
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)


def test_what_a_build_remembered_that_was_never_served_counts_for_nothing(content, index, tmp_path, looked_at):
    """As after a crash before publication: the rows are those of another generation than the served one."""
    article = "---\ntitle: {0} arrive\nlang: en\ntags: [{0}]\n---\nBy ship.\n"
    night(content, index)
    (content / "a-first.en.md").write_text(article.format("Wombats"), encoding="utf-8")
    reindex(content, index, recipe(), 3, lambda *_: None, full=False, strict=False, held=True)
    (content / "b-second.en.md").write_text(article.format("Quolls"), encoding="utf-8")
    looked_at.clear()
    count = night(content, index).articles
    assert len(looked_at) == count
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)


def test_a_field_that_is_declared_now_is_looked_up_in_every_article(content, index, tmp_path):
    """What is remembered was made by other settings."""
    night(content, index)
    (content / "new.en.md").write_text("---\ntitle: Wombats arrive\nlang: en\n---\nBy ship.\n", encoding="utf-8")
    rules = ReadingRules(custom={"desk": CustomField(kind="keyword", keys=("tags",))})
    fresh = IndexFolder(tmp_path / "fresh")
    for one in (index, fresh):
        night(content, one, rules=rules)
    assert parts(index) == parts(fresh)
    assert "columns/desk_codes.npy" in parts(index)


def test_a_heading_that_recurs_now_is_counted_out_where_nothing_else_changed(content, index, tmp_path):
    """A fifth and a sixth article get it; the four that had it and did not change are cut anew."""
    night(content, index)
    for path in sorted(content.rglob("*.md"))[10:18]:
        path.write_text(path.read_text(encoding="utf-8") + HEADING, encoding="utf-8")
    before = parts(index)
    night(content, index)
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)
    assert parts(index)["views/end.npy"] != before["views/end.npy"]


def test_a_few_texts_of_an_earlier_generation_are_read_alone(content, index, monkeypatch):
    """Those that follow one another are read together."""
    night(content, index)
    earlier = before.before(index)
    assert earlier is not None
    known, asked = earlier.known().articles, []
    assert known is not None
    stretch = Store.stretch
    monkeypatch.setattr(before, "_BLOCK", 4)
    monkeypatch.setattr(Store, "stretch", lambda self, *rows: asked.append(rows) or stretch(self, *rows))
    scattered = [known.article(row) for row in (1, 9, 2, 29)]
    assert asked == [(1, 1), (9, 1), (2, 1), (29, 1)]
    every = [known.article(row) for row in range(30)]
    assert asked[4:] == [pair for at in range(0, 30, 4) for pair in ((at, 1), (at, 4))]
    assert scattered == [every[row] for row in (1, 9, 2, 29)]
    assert len({article.id for article in every}) == 30
    assert all(article.text for article in every)


def test_what_has_not_changed_is_not_cut_again(content, index):
    """Only the sentences of the new article are measured, and only its texts looked up."""
    night(content, index)
    (content / "new.en.md").write_text("---\ntitle: Wombats arrive\nlang: en\n---\nBy ship.\n", encoding="utf-8")
    encoder, measured = fake_encoder(), []
    count = encoder.embedder.count_tokens
    encoder.embedder.count_tokens = lambda texts: measured.extend(texts) or count(texts)
    night(content, index, encoder)
    assert measured == ["Wombats arrive. ", "By ship."]


def test_renamed_moved_and_removed_files_cost_no_embedding(content, index):
    """Their texts are known, whatever the files are called."""
    night(content, index)
    one, two, three = sorted(content.rglob("*.en.md"))[:3]
    one.rename(one.with_name("zz-renamed.en.md"))
    (content / "elsewhere").mkdir()
    two.rename(content / "elsewhere" / two.name)
    three.unlink()
    encoder = fake_encoder()
    report = night(content, index, encoder)
    assert (report.added, report.removed, report.embedded) == (2, 3, 0)
    assert isinstance(encoder.embedder, FakeEmbedder)
    assert encoder.embedder.met == []


@pytest.mark.parametrize(
    "part", ["articles.sqlite", "vector/views.faiss", "views/end.npy", "words/articles.npy", "outline/words.npy"]
)
def test_nothing_is_taken_from_a_generation_of_which_a_bit_changed(content, index, tmp_path, part):
    """A bit of a text, a vector or a span turns: the next night is a build from nothing all the same."""
    night(content, index)
    damaged = index.path(index.current_name()) / part
    written = bytearray(damaged.read_bytes())
    place = written.index(b"Quokkas were seen") if part.endswith("sqlite") else len(written) - 5
    written[place] ^= 1
    damaged.write_bytes(written)
    (content / "new.en.md").write_text("---\ntitle: Wombats arrive\nlang: en\n---\nBy ship.\n", encoding="utf-8")
    night(content, index)
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh)
    assert parts(index) == parts(fresh)


def test_another_model_inherits_nothing(content, index, tmp_path):
    """Its vectors would be worth nothing among the new ones."""
    night(content, index)
    night(content, index, fake_encoder("fake-2"))
    fresh = IndexFolder(tmp_path / "fresh")
    night(content, fresh, fake_encoder("fake-2"))
    assert parts(index) == parts(fresh)


@pytest.mark.parametrize(
    ("part", "other"), [("FORMAT", 0), ("INDEXED", "title text"), ("PASSAGE_TOKENS", 7), ("LEAD", 7)]
)
def test_what_is_written_otherwise_inherits_nothing(monkeypatch, part, other):
    """Another format, other indexed parts or other passages make another digest, so a night takes nothing over."""
    before_it = recipe(fake_encoder()).digest
    monkeypatch.setattr(workspace, part, other)
    assert recipe(fake_encoder()).digest != before_it


def test_a_night_says_what_each_stage_took(content, index):
    """The stages add up to no more than the whole."""
    report = night(content, index)
    assert {"read", "cut", "words", "write", "verify", "publish"} <= report.stages.keys()
    assert 0 < sum(report.stages.values()) <= report.seconds + 0.01
    assert 10 < report.peak_rss_mib < 10_000
