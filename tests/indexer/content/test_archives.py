"""Are the fields that a reader would expect of real archives of other generators read, .95 of them in each?

Skipped where ../shared/archives is not there.
"""

import json
from collections import defaultdict

import pytest
from conftest import SHARED

from indexer.content.document import Omitted, ReadArticle, SourceFile
from indexer.content.files import source_files
from indexer.content.parsing import parse
from search.article import base_language
from search.times import iso

ARCHIVES = SHARED / "archives"
LEAST = 0.95
FIELDS = ("title", "published", "updated", "authors", "tags", "categories", "description", "language", "image", "url")
MANY = (".xml", ".json", ".jsonl", ".csv", ".rss", ".atom")


def expected():
    """By archive, what is expected of its articles."""
    found = defaultdict(list)
    if (ARCHIVES / "expected.jsonl").is_file():
        for line in (ARCHIVES / "expected.jsonl").read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            found[one["archive"]].append(one)
    return found


EXPECTED = expected()


def read(archive):
    """The articles of an archive by path, and the paths of what was left out."""
    articles, omitted = {}, set()
    for file in source_files(ARCHIVES / archive):
        if not isinstance(file, SourceFile):
            continue
        for outcome in parse(file):
            if isinstance(outcome, ReadArticle):
                articles[outcome.article.path] = outcome.article
            elif isinstance(outcome, Omitted):
                omitted.add(outcome.path)
    return articles, omitted


def found_article(one, articles):
    """The article that is meant: by its path, in a file of many by its title, address or id."""
    if not one["path"].endswith(MANY):
        return articles.get(one["path"])
    items = [article for path, article in articles.items() if path.split("#")[0] == one["path"]]
    ways = (
        lambda article: one["title"] and article.title == one["title"],
        lambda article: one.get("url") and article.url == one["url"],
        lambda article: one.get("id") and article.path.endswith(f"#{one['id']}"),
    )
    return next((article for way in ways for article in items if way(article)), None)


def value(article, field):
    """The value of a field as the expectations write it."""
    got = getattr(article, field)
    if field in ("published", "updated"):
        return iso(got) if got is not None else None
    return list(got) if isinstance(got, tuple) else got or None


def fits(field, got, wanted):
    """Whether a value is the one that is wanted."""
    if field == "language":
        return base_language(str(got or "")) == base_language(str(wanted or ""))
    if field in ("title", "description"):
        return " ".join((got or "").split()) == " ".join((wanted or "").split())
    return got == wanted or (not got and not wanted)


def faults(one, articles, omitted):
    """How many fields were looked at, and which of them are wrong."""
    article = found_article(one, articles)
    if article is None:
        left_out = one["path"] in omitted or f"{one['path']}#{one.get('id')}" in omitted
        return (1, []) if one["draft"] and left_out else (len(FIELDS), [f"{one['path']}: is missing"] * len(FIELDS))
    looked_at, wrong = 0, []
    for field in FIELDS:
        others = one.get("alt", {}).get(field, [])
        if others == "any":
            continue
        looked_at += 1
        got = value(article, field)
        if not any(fits(field, got, wanted) for wanted in (one.get(field), *others)):
            wrong.append(f"{one['path']}: {field} is {got!r}, not {one.get(field)!r}")
    return looked_at, wrong


@pytest.mark.skipif(not EXPECTED, reason=f"{ARCHIVES} is not there")
@pytest.mark.parametrize("archive", sorted(EXPECTED) or ["none"])
def test_the_expected_fields_are_right(archive):
    """Title, times, authors, tags, categories, description, language, image and address, as a reader expects them."""
    articles, omitted = read(archive)
    told = [faults(one, articles, omitted) for one in EXPECTED[archive] if one["article"]]
    looked_at, wrong = sum(count for count, _ in told), [fault for _, faults in told for fault in faults]
    assert 1 - len(wrong) / looked_at >= LEAST, "\n".join(wrong)
