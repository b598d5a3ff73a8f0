"""Are articles of systems whose archives nobody here holds read as a reader would expect? By their documented forms."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.content.document import Omitted, ReadArticle
from indexer.content.files import source_files
from indexer.content.parsing import parse
from search.article import Article
from search.times import iso


def read(folder: Path, name: str, written: str) -> tuple[list[Article], list[Omitted]]:
    """The articles and omissions of one file."""
    (folder / name).write_text(written, encoding="utf-8")
    outcomes = [one for file in source_files(folder) for one in parse(file)]  # type: ignore[arg-type]
    articles = [one.article for one in outcomes if isinstance(one, ReadArticle)]
    return articles, [one for one in outcomes if isinstance(one, Omitted)]


ITEMS: dict[str, tuple[Any, dict[str, object]]] = {
    "contentful": (
        {"entries": [{"sys": {"id": "e1"}, "fields": {
            "title": {"en-US": "A post"}, "body": {"en-US": "Its body."}, "slug": {"en-US": "a-post"},
            "publishDate": {"en-US": "2020-01-01"}, "tags": {"en-US": ["a", "b"]}}}]},
        {"title": "A post", "text": "Its body.", "slug": "a-post", "tags": ("a", "b")},
    ),
    "strapi": (
        {"data": [{"id": 1, "attributes": {
            "title": "A post", "content": "Its body.", "author": {"data": {"id": 1, "attributes": {"name": "Dave"}}},
            "category": {"data": {"attributes": {"name": "Tech"}}},
            "tags": {"data": [{"id": 1, "attributes": {"name": "x"}}]}}}], "meta": {}},
        {"title": "A post", "text": "Its body.", "authors": ("Dave",), "categories": ("Tech",), "tags": ("x",)},
    ),
    "drupal": (
        {"data": [{"id": "u-1", "type": "node--article", "attributes": {
            "title": "A post", "created": "2019-05-06T07:08:09+00:00", "langcode": "fr",
            "body": {"value": "<p>Its body.</p>", "format": "basic_html", "processed": "<p>Its body.</p>"}}}]},
        {"title": "A post", "text": "Its body.", "language": "fr"},
    ),
    "sanity": (
        [{"_id": "p1", "_type": "post", "title": "A post", "slug": {"_type": "slug", "current": "a-post"},
          "body": [{"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "Its "}, {"text": "head"}]},
                   {"_type": "block", "style": "normal", "children": [{"_type": "span", "text": "Its body."}]}]}],
        {"title": "A post", "text": "Its head\n\nIts body.", "slug": "a-post"},
    ),
    "tumblr": (
        {"response": {"posts": [{"id": 1, "title": "A post", "body": "<p>Its body.</p>", "tags": ["x"],
                                 "date": "2014-05-06 07:08:09 GMT"}]}},
        {"title": "A post", "text": "Its body.", "tags": ("x",)},
    ),
    "joomla": (
        [{"id": 5, "title": "A post", "alias": "a-post", "introtext": "<p>Its intro.</p>", "state": "1",
          "fulltext": "<p>Its body.</p>", "created_by_alias": "Joe", "metakey": "k1, k2", "metadesc": "About"}],
        {"title": "A post", "text": "Its intro.\n\nIts body.", "authors": ("Joe",), "tags": ("k1", "k2"),
         "description": "About", "slug": "a-post"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("system", ITEMS)
def test_items_of_content_systems_are_read_without_their_wrapping(tmp_path: Path, system: str) -> None:
    """Locales, attributes, formats, blocks and parts."""
    written, expected = ITEMS[system]
    (article,), _ = read(tmp_path, "export.json", json.dumps(written))
    assert {name: getattr(article, name) for name in expected} == expected


def test_drafts_of_sanity_and_unpublished_items_of_joomla_do_not_enter(tmp_path: Path) -> None:
    """Their marks are their own."""
    items = [
        {"_id": "drafts.p2", "_type": "post", "title": "Draft", "body": "Secret."},
        {"id": 6, "title": "Draft", "introtext": "Secret.", "fulltext": "", "state": "0"},
    ]
    articles, omitted = read(tmp_path, "export.json", json.dumps(items))
    assert not articles
    assert [one.why for one in omitted] == ["draft", "draft"]


BLOGGER = """<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'
 xmlns:app='http://purl.org/atom/app#'><title type='text'>My blog</title>{}</feed>"""
_ENTRY = """<entry><id>tag:blogger.com,1999:blog-1.post-{0}</id><published>2011-02-03T04:05:06.000-08:00</published>{2}
 <category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#{1}'/>
 <category scheme='http://www.blogger.com/atom/ns#' term='travel'/><title type='text'>Entry {0}</title>
 <content type='html'>&lt;p&gt;Its body.&lt;/p&gt;</content><author><name>Bob</name></author></entry>"""


def test_of_a_blogger_export_published_posts_alone_are_articles(tmp_path: Path) -> None:
    """Comments, settings, templates and drafts are none, and the kind is no category."""
    draft = "<app:control><app:draft>yes</app:draft></app:control>"
    kinds = [("post", ""), ("comment", ""), ("settings", ""), ("template", ""), ("post", draft), ("page", "")]
    entries = "".join(_ENTRY.format(number, *one) for number, one in enumerate(kinds))
    (article,), omitted = read(tmp_path, "blog.xml", BLOGGER.format(entries))
    assert (article.title, article.authors, article.categories) == ("Entry 0", ("Bob",), ("travel",))
    assert len(omitted) == 5


def test_authors_that_a_graph_names_by_reference_are_found(tmp_path: Path) -> None:
    """As WordPress's plugins for search engines write it."""
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Person", "@id": "#lois", "name": "Lois Lane"},
            {"@type": "NewsArticle", "headline": "Mayor resigns", "author": {"@id": "#lois"}},
        ],
    }
    page = (
        f"<!doctype html><html><head><title>Mayor resigns</title><script type='application/ld+json'>{json.dumps(graph)}"
        f"</script></head><body><article><h1>Mayor resigns</h1><p>{'The mayor resigned. ' * 20}</p></article></body>"
    )
    (article,), _ = read(tmp_path, "page.html", page)
    assert article.authors == ("Lois Lane",)


def test_pages_of_medium_say_their_author_summary_and_address_by_microformats(tmp_path: Path) -> None:
    """Classes of h-entry."""
    page = (
        '<!DOCTYPE html><html><head><title>My story</title></head><body><article class="h-entry"><header>'
        '<h1 class="p-name">My story</h1></header><section class="p-summary">A subtitle.</section>'
        f'<section class="e-content"><p>{"The body of the story. " * 20}</p></section><footer><p>By '
        '<a href="https://m.example/@me" class="p-author h-card">Ann Writer</a> on '
        '<time class="dt-published" datetime="2019-03-04T05:06:07.000Z">March 4</time></p>'
        '<p><a href="https://m.example/my-story" class="p-canonical">Canonical link</a></p></footer></article></body>'
    )
    (article,), _ = read(tmp_path, "story.html", page)
    assert article.authors == ("Ann Writer",)
    assert article.description == "A subtitle."
    assert article.url == "https://m.example/my-story"
    assert article.published is not None
    assert iso(article.published) == "2019-03-04T05:06:07Z"


def test_the_head_of_an_asciidoc_text_says_author_revision_and_attributes(tmp_path: Path) -> None:
    """As Asciidoctor reads it; the lines are no part of the text."""
    head = (
        "= A title\nJane Doe <jane@x.example>; John Roe\nv1.0, 2021-04-05\n:description: About\n:keywords: one, two\n"
    )
    (article,), _ = read(tmp_path, "news.adoc", f"{head}\nIts body.\n")
    assert (article.title, article.authors, article.tags) == ("A title", ("Jane Doe", "John Roe"), ("one", "two"))
    assert article.text == "Its body."
    assert article.published is not None
    assert iso(article.published) == "2021-04-05T00:00:00Z"


def test_the_post_directive_of_ablog_says_the_fields(tmp_path: Path) -> None:
    """Its argument is the date, its options are the others."""
    head = ".. post:: Apr 15, 2014\n   :tags: earth, love\n   :category: python\n   :author: Ahmet\n"
    (article,), _ = read(tmp_path, "a.rst", f"{head}\nFirst\n=====\n\nBody.\n")
    assert (article.title, article.authors, article.tags) == ("First", ("Ahmet",), ("earth", "love"))
    assert article.published is not None
    assert iso(article.published) == "2014-04-15T00:00:00Z"
