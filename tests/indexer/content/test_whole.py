"""Does the archive as a whole say what single articles cannot: their language, and which version is the newest?"""

import json
from pathlib import Path

import pytest
from fake_index import known_files

from indexer.content.inspection import inspect
from indexer.content.reader import KnownFiles, Reading, read
from indexer.content.rules import ReadingRules
from indexer.content.whole import SUPERSEDED

LONG = {
    "en": "The council voted on the new tram line on Monday evening, and the vote was close.",
    "de": "Der Rat hat am Montagabend über die neue Straßenbahn abgestimmt, und es war knapp.",
}
SHORT = {"en": "Obituary: Pelé", "de": "DAX im Plus", "uk": "Міст"}


def article(folder: Path, name: str, title: str, text: str = "") -> None:
    """Write an article without a language."""
    (folder / f"{name}.md").write_text(f"---\ntitle: '{title}'\n---\n{text}\n", encoding="utf-8")


def languages(reading: Reading) -> dict[str, str]:
    """The language of each article, by its id."""
    return {one.id: one.language for one in reading.articles}


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_too_short_to_tell_is_in_the_language_of_the_archive(tmp_path, language):
    """A headline of two words; not one that cannot be in that language."""
    for number in range(3):
        article(tmp_path, f"long{number}", f"Nr. {number}", LONG[language])
    article(tmp_path, "short", SHORT[language])
    article(tmp_path, "other", SHORT["uk"])
    found = languages(read(tmp_path, KnownFiles(), lambda *_: None))
    assert (found["short"], found["other"]) == (language, "")
    assert inspect(tmp_path, ReadingRules()).languages == {f"{language} (detected)": 4, "none": 1}


def test_an_archive_in_several_languages_gives_none_to_what_is_short(tmp_path):
    """Where no language has two thirds of the articles, each text is judged by itself alone."""
    article(tmp_path, "a", "A", LONG["en"])
    article(tmp_path, "b", "B", LONG["de"])
    article(tmp_path, "short", SHORT["de"])
    assert languages(read(tmp_path, KnownFiles(), lambda *_: None))["short"] == ""


@pytest.fixture
def known(tmp_path_factory):
    """Gives what a generation of a reading knows."""
    return lambda reading: known_files(reading, tmp_path_factory.mktemp("known"))


def test_an_unchanged_article_follows_the_archive_to_another_language(tmp_path, known):
    """A night reads as a full build does, digests included, when the archive changes its language."""
    article(tmp_path, "long", "Nr. 1", LONG["en"])
    article(tmp_path, "short", "NATO in Madrid")
    before = read(tmp_path, KnownFiles(), lambda *_: None)
    assert languages(before)["short"] == "en"
    article(tmp_path, "long", "Nr. 1", LONG["de"])
    night, full = (read(tmp_path, given, lambda *_: None) for given in (known(before), KnownFiles()))
    assert languages(night) == languages(full) == {"long": "de", "short": "de"}
    assert list(night.digests) == list(full.digests)
    assert night.digests[1] != before.digests[1]


@pytest.mark.parametrize("form", ["files", "items of one file"])
def test_an_unchanged_article_is_left_alone_when_the_archive_tells_none(tmp_path, known, form):
    """A night in which no language has most articles any more reads as a full build does, digests included."""
    article(tmp_path, "long", "Nr. 1", LONG["en"])
    if form == "files":
        article(tmp_path, "short", SHORT["de"])
    else:
        (tmp_path / "short.json").write_text(json.dumps([{"id": "a", "title": SHORT["de"], "date": "2024-03-05"}]))
    first = read(tmp_path, KnownFiles(), lambda *_: None)
    told = {one.title: one.language for one in first.articles}
    assert told[SHORT["de"]] == "en"
    article(tmp_path, "more", "Nr. 2", LONG["de"])
    night, full = (read(tmp_path, given, lambda *_: None) for given in (known(first), KnownFiles()))
    assert languages(night) == languages(full)
    assert {one.title: one.language for one in night.articles}[SHORT["de"]] == ""
    assert list(night.digests) == list(full.digests)
    (tmp_path / "more.md").unlink()
    again = read(tmp_path, known(night), lambda *_: None)
    assert (languages(again), list(again.digests)) == (languages(first), list(first.digests))


def item(folder: Path, name: str, version: str, headline: str, status: str = "usable") -> None:
    """Write one version of an item of an agency."""
    told = {
        "uri": "urn:agency:1", "version": version, "versioncreated": f"2024-03-05T1{version}:00:00Z", "type": "text",
        "headline": headline, "body_text": LONG["en"], "pubstatus": status, "language": "en",
    }  # fmt: skip
    (folder / name).write_text(json.dumps(told), encoding="utf-8")


def test_only_the_newest_version_of_an_agencys_item_is_served(tmp_path):
    """Whatever the files are called; the others are counted."""
    item(tmp_path, "a.json", "3", "Tram approved")
    item(tmp_path, "b.json", "2", "Tram debated")
    item(tmp_path, "c.json", "1", "Tram planned")
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [one.title for one in reading.articles] == ["Tram approved"]
    assert reading.omitted == {SUPERSEDED: 2}
    found = inspect(tmp_path, ReadingRules())
    assert (found.articles, found.read, found.omitted) == (1, 3, {SUPERSEDED: 2})


def test_a_version_that_withdraws_an_item_hides_all_of_it(tmp_path):
    """No older version comes back into view."""
    item(tmp_path, "a.json", "1", "Tram approved")
    item(tmp_path, "b.json", "2", "Tram approved", status="canceled")
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert not list(reading.articles)
    assert reading.omitted == {"not published": 1, SUPERSEDED: 1}


def test_a_night_serves_the_version_before_when_the_newest_file_is_gone(tmp_path, known):
    """What was superseded is no article of the generation before, and is read again."""
    item(tmp_path, "a.json", "1", "Tram planned")
    item(tmp_path, "b.json", "2", "Tram approved")
    before = read(tmp_path, KnownFiles(), lambda *_: None)
    (tmp_path / "b.json").unlink()
    assert [one.title for one in read(tmp_path, known(before), lambda *_: None).articles] == ["Tram planned"]
