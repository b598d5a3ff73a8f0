"""Are the Ukrainian questions of this repository whole, and do their judgments find the articles they were made for?"""

import json
import re
from collections import Counter

import pytest

from judged_sets import UKRAINIAN, UNANSWERABLE, JudgedSet, Need, digest, sampled, ukrainian

KINDS = {"keyword", "question", "topical", "event-time", "concept", "known-item", UNANSWERABLE}


@pytest.fixture(scope="module")
def rows():
    return [json.loads(line) for line in UKRAINIAN.read_text(encoding="utf-8").splitlines()]


def _article(folder, name):
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\ntitle: x\n---\n", encoding="utf-8")


def _questions(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_there_are_forty_questions_of_every_kind(rows):
    assert len({row["id"] for row in rows}) == len({row["text"] for row in rows}) == len(rows) == 40
    counts = Counter(row["kind"] for row in rows)
    assert set(counts) == KINDS
    assert counts[UNANSWERABLE] == 6


def test_articles_are_named_by_digests_alone(rows):
    for row in rows:
        assert set(row) == {"id", "text", "kind", "judgments"}
        assert all(re.fullmatch("[0-9a-f]{12}", key) for key in row["judgments"])
        assert set(row["judgments"].values()) <= {0, 1, 2}


def test_nothing_is_relevant_to_a_question_that_cannot_be_answered_and_something_to_each_other(rows):
    for row in rows:
        assert len(row["judgments"]) >= 20
        assert any(row["judgments"].values()) is (row["kind"] != UNANSWERABLE), row["id"]


def test_judgments_are_found_again_by_the_ids_of_articles(tmp_path):
    for name in ("2026/01/one.uk", "2026/02/two.uk", "three.en"):
        _article(tmp_path / "content", name)
    asked = {
        "id": "Q1",
        "text": "a",
        "kind": "keyword",
        "judgments": {digest("2026/02/two.uk"): 2, digest("three.en"): 0},
    }
    idle = {"id": "Q2", "text": "b", "kind": UNANSWERABLE, "judgments": {digest("three.en"): 0}}
    found = ukrainian(tmp_path / "content", _questions(tmp_path / "questions.jsonl", asked, idle))
    assert found.judgments == {"Q1": {"2026/02/two.uk.md": 2, "three.en.md": 0}}
    assert [need.id for need in found.needs] == ["Q1"]
    assert [need.id for need in found.unanswerable] == ["Q2"]


def test_a_judged_article_that_is_not_there_is_an_error(tmp_path):
    _article(tmp_path / "content", "one.uk")
    row = {"id": "Q1", "text": "a", "kind": "keyword", "judgments": {digest("two.uk"): 1}}
    with pytest.raises(KeyError):
        ukrainian(tmp_path / "content", _questions(tmp_path / "questions.jsonl", row))


def test_digests_are_those_of_the_sha256_of_the_id():
    assert digest("abc") == "ba7816bf8f01"


def test_every_judged_article_is_a_ukrainian_one_of_the_corpus(shared_corpus, rows):
    found = ukrainian(shared_corpus)
    assert sum(map(len, found.judgments.values())) == sum(
        len(row["judgments"]) for row in rows if row["kind"] != UNANSWERABLE
    )
    assert all(path.endswith(".uk.md") for grades in found.judgments.values() for path in grades)


def test_a_sample_has_what_is_judged_and_some_others(tmp_path):
    """With their translations, and the same ones each time."""
    content = tmp_path / "articles"
    for name in ("2026/a", "2026/b", "c", "d", "e", "f"):
        for language in ("en", "uk"):
            (content / name).parent.mkdir(parents=True, exist_ok=True)
            (content / f"{name}.{language}.md").write_text(name, encoding="utf-8")
    judged = JudgedSet("some", [Need("1", "asked", "")], {"1": {"2026/b.en.md": 2, "c.en.md": 0}}, content, "en")

    def names(work):
        small = sampled(judged, tmp_path / work, 2)
        assert (small.needs, small.judgments) == (judged.needs, judged.judgments)
        return sorted(path.relative_to(small.content).as_posix() for path in small.content.rglob("*.md"))

    once = names("one")
    assert once == names("one") == names("other")
    assert {"2026/b.en.md", "2026/b.uk.md", "c.en.md", "c.uk.md"} < set(once)
    assert len(once) == 8


def test_a_sample_is_whole_after_an_interruption_and_keeps_translations(tmp_path):
    """What was left of an earlier copy is not taken for it; points in names part no two articles together."""
    content = tmp_path / "articles"
    content.mkdir()
    for name in ("judged", *(f"u.s.-story-{number}" for number in range(6))):
        for language in ("en", "uk"):
            (content / f"{name}.{language}.md").write_text("Text.", encoding="utf-8")
    judged = JudgedSet("some", [], {"1": {"judged.en.md": 2}}, content)
    half = tmp_path / "work" / "articles-some-2"
    half.mkdir(parents=True)
    taken = sampled(judged, tmp_path / "work", 2).content
    names = sorted(path.name for path in taken.iterdir())
    assert len(names) == 6
    assert {"judged.en.md", "judged.uk.md"} < set(names)
    assert [path.name for path in half.parent.iterdir()] == [half.name]
