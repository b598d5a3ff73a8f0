"""Are heads, texts and exports of generators that few archives come from read as their users mean them?"""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from indexer.content.reader import KnownFiles, Reading, read
from search.article import Article
from search.times import iso

TEXT = "The council voted on the new tram line on Monday, and the vote was close."


def reading_of(root: Path, files: Mapping[str, str]) -> Reading:
    """What a folder holds in which these files were written."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    reading = read(root, KnownFiles(), lambda *_: None)
    assert not reading.rejected
    return reading


def only(root: Path, files: Mapping[str, str]) -> Article:
    """The one article of a folder in which these files were written."""
    (article,) = reading_of(root, files).articles
    return article


def told(article: Article, names: Mapping[str, object]) -> dict[str, object]:
    """Of an article the fields of these names; `day` is that of its publication."""
    days = {"day": iso(article.published)[:10] if article.published else None}
    days["changed"] = iso(article.updated)[:10] if article.updated else None
    return {name: days[name] if name in days else getattr(article, name) for name in names}


HEADS: dict[str, tuple[str, str, dict[str, object]]] = {
    "material for mkdocs": (
        "posts/tram.md",
        f"---\ndate:\n  created: 2024-03-05\n  updated: 2024-04-06\ncategories: [Local]\n---\n# A tram\n\n{TEXT}\n",
        {"title": "A tram", "day": "2024-03-05", "changed": "2024-04-06", "categories": ("Local",), "text": TEXT},
    ),
    "vitepress": (
        "blog/tram.md",
        "---\nhead:\n  - - meta\n    - property: og:image\n      content: /tram.png\n  - - meta\n"
        "    - name: og:description\n      content: On trams.\n  - - link\n    - rel: canonical\n"
        f"      href: https://news.example/tram\n---\n# A tram\n\n{TEXT}\n",
        {"image": "/tram.png", "description": "On trams.", "url": "https://news.example/tram", "title": "A tram"},
    ),
    "quarto": (
        "posts/tram/index.qmd",
        "---\ntitle: A tram\nauthor:\n  - name: Jane Doe\n    affiliation: Gazette\ndate: 3/5/2024\n"
        f"date-modified: 2024/04/06\n---\n::: {{.callout-note}}\n{TEXT}\n:::\n",
        {"title": "A tram", "authors": ("Jane Doe",), "changed": "2024-04-06", "day": "2024-03-05", "text": TEXT},
    ),
    "tinkerer": (
        "2024/03/05/tram.rst",
        f"A tram\n======\n\n{TEXT}\n\n.. author:: Jane\n.. categories:: local, rail\n.. tags:: none\n.. comments::\n",
        {"title": "A tram", "authors": ("Jane",), "categories": ("local", "rail"), "tags": (), "day": "2024-03-05"},
    ),
    "ablog": (
        "blog/tram.rst",
        ".. meta::\n   :description: On trams.\n\nA tram\n======\n\n.. post:: March 5, 2024\n   :tags: rail\n\n"
        f".. update:: 6 April, 2024\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail",), "day": "2024-03-05", "changed": "2024-04-06",
         "description": "On trams."},
    ),
    "ikiwiki": (
        "blog/tram.mdwn",
        '[[!meta title="A tram"]]\n[[!meta date="2024-03-05 10:00 +0000"]]\n[[!meta author="Jane"]]\n'
        f"[[!tag rail local]]\n\n{TEXT} See [[the map|maps/tram]].\n",
        {"title": "A tram", "authors": ("Jane",), "tags": ("rail", "local"), "day": "2024-03-05",
         "text": f"{TEXT} See the map."},
    ),
    "grow": (
        "content/tram.md",
        f"---\n$title@: A tram\n$date: 2024-03-05\n$category: Local\n---\n{TEXT}\n",
        {"title": "A tram", "day": "2024-03-05", "categories": ("Local",)},
    ),
    "pandoc": (
        "tram.md",
        f"% A tram\n% Jane Doe; John Roe\n% March 5, 2024\n\n{TEXT}\n",
        {"title": "A tram", "authors": ("Jane Doe", "John Roe"), "day": "2024-03-05", "text": TEXT},
    ),
    "frog": (
        "tram.md",
        f"    Title: A tram\n    Date: 2024-03-05T10:00:00\n    Tags: rail, local\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail", "local"), "day": "2024-03-05", "text": TEXT},
    ),
    "notion": (
        "News/A tram 0a1b2c3d4e5f60718293a4b5c6d7e8f9.md",
        f"# A tram\n\nCreated: March 5, 2024 11:04 AM\nTags: rail, local\nAuthor: Jane\n\n{TEXT}\n",
        {"title": "A tram", "tags": ("rail", "local"), "authors": ("Jane",), "day": "2024-03-05", "text": TEXT},
    ),
    "cryogen": (
        "posts/tram.md",
        f'{{:title "A \\"tram\\"" :layout :post :tags ["rail" "local"] :date "2024-03-05"}}\n\n{TEXT}\n',
        {"title": 'A "tram"', "tags": ("rail", "local"), "day": "2024-03-05", "text": TEXT},
    ),
    "org": (
        "content/tram.org",
        "#+TITLE: A tram\n#+DATE: <2024-03-05 Tue>\n#+FILETAGS: :rail:local:\n#+HUGO_CATEGORIES: news\n"
        f"#+AUTHOR: Jane\n\n* The vote :noexport:\n:PROPERTIES:\n:ID: x\n:END:\n{TEXT} It is /new/ and *fast*,"
        " see [[https://tram.example][the map]].\n# a remark\n#+begin_src sh\nls\n#+end_src\n",
        {"title": "A tram", "tags": ("rail", "local"), "categories": ("news",), "authors": ("Jane",),
         "day": "2024-03-05", "text": f"The vote\n\n{TEXT} It is new and fast, see the map.\n\nls"},
    ),
    "textile": (
        "_posts/2024-03-05-tram.textile",
        f'---\ntitle: A tram\n---\nh2. The vote\n\n{TEXT} It is _new_ and *fast*, see "the map":https://tram.example/m.\n\n'
        "* one\n* two\n\n!https://tram.example/p.png(Picture)!\n\nbc. code here\n",
        {"title": "A tram", "day": "2024-03-05",
         "text": f"The vote\n\n{TEXT} It is new and fast, see the map.\n\none\ntwo\n\nPicture\n\ncode here"},
    ),
    "a blogger's tags": (
        "tram.md",
        f"---\ntitle: A tram\ntags: ['http://schemas.google.com/blogger/2008/kind#post', rail]\n---\n{TEXT}\n",
        {"tags": ("rail",)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads(tmp_path, name):
    """The fields and the text of one article, each as its generator writes it."""
    path, text, expected = HEADS[name]
    assert told(only(tmp_path, {path: text}), expected) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("titel: A tram\ndatum: 2024-03-05\nschlagworte: [rail]\nrubrik: Lokales\nbild: /t.jpg", "Lokales"),
        ("título: A tram\nfecha: 5 de marzo de 2024\netiquetas: [rail]\ncategoría: Local\nimagen: /t.jpg", "Local"),
        ("titre: A tram\ndata: 2024-03-05\nétiquettes: rail\nrubrique: Ville\nimage: /t.jpg", "Ville"),
        ("tytuł: A tram\ndata: 2024-03-05\ntagi: [rail]\nkategoria: Miasto\nobraz: /t.jpg", "Miasto"),
        ("заголовок: A tram\nдата: 5 марта 2024\nтеги: rail\nрубрика: Город\nизображение: /t.jpg", "Город"),
        ("标题: A tram\n日期: 2024-03-05\n标签: [rail]\n分类: 本地\n封面: /t.jpg", "本地"),
    ],
)
def test_keys_in_a_newsrooms_own_language(tmp_path, written, expected):
    """Title, day, tags, section and picture under the words of the newsroom's language."""
    article = only(tmp_path, {"tram.md": f"---\n{written}\n---\n{TEXT}\n"})
    found = (article.title, iso(article.published)[:10], article.tags, article.categories, article.image)
    assert found == ("A tram", "2024-03-05", ("rail",), (expected,), "/t.jpg")


def test_authors_and_tags_given_as_files(tmp_path):
    """TinaCMS refers to the file of a person or tag; a hidden list of people counts too."""
    head = "author: content/authors/jane_doe.md\ntags:\n  - content/tags/rail.md"
    files = {
        "content/authors/jane_doe.md": "---\nname: Jane Doe\n---\n",
        "content/posts/tram.mdx": f"---\ntitle: A tram\ndate: 2024-03-05\n{head}\n---\n{TEXT}\n",
        "blog/.authors.yml": "authors:\n  jroe:\n    name: John Roe\n",
        "blog/bus.md": f"---\ntitle: A bus\nauthors: [jroe]\n---\n{TEXT}\n",
    }
    found = {one.title: one for one in reading_of(tmp_path, files).articles}
    assert found["A tram"].authors == ("Jane Doe",)
    assert found["A tram"].tags == ("rail",)
    assert found["A bus"].authors == ("John Roe",)


def test_blocks_attributes_and_shortcodes_lose_their_signs(tmp_path):
    """MkDocs's blocks and tabs, attributes behind links, and shortcodes that a WordPress site left behind."""
    body = (
        '!!! note "Mind the gap"\n    Words of the note.\n\n    ```py\n    !!! code\n    ```\n\n'
        '=== "First tab"\n\n    Words of the tab.\n\nSee [the map](https://tram.example){target="_blank" .big}.\n\n'
        '[caption id="1" align="left"]Words of the caption[/caption]\n\n[xyz-ihs snippet="ad"]A last word.\n'
    )
    article = only(tmp_path, {"tram.md": f"---\ntitle: A tram\n---\n{body}"})
    assert article.text == (
        "Mind the gap\n\nWords of the note.\n\n!!! code\n\nFirst tab\n\nWords of the tab.\n\nSee the map.\n\n"
        "Words of the caption\n\nA last word."
    )


POST = {
    "id": 7, "date": "2024-03-05T12:00:00", "date_gmt": "2024-03-05T10:00:00", "slug": "tram", "status": "publish",
    "link": "https://news.example/tram/", "title": {"rendered": "A tram"}, "author": 3, "categories": [4], "tags": [5],
    "content": {"rendered": f"<p>{TEXT}</p>", "protected": False}, "excerpt": {"rendered": "<p>On trams.</p>"},
}  # fmt: skip
EMBEDDED = {
    "author": [{"id": 3, "name": "Jane Doe"}],
    "wp:featuredmedia": [{"source_url": "https://news.example/t.jpg"}],
    "wp:term": [[{"name": "Local", "taxonomy": "category"}], [{"name": "rail", "taxonomy": "post_tag"}]],
}


def test_wordpress_rest_posts_take_names_for_numbers(tmp_path):
    """With embedded tables the names, without them nothing; the time is that in UTC."""
    items = [{**POST, "_embedded": EMBEDDED}, {**POST, "id": 8, "slug": "bus"}, {**POST, "id": 9, "status": "private"}]
    named, bare = reading_of(tmp_path, {"posts.json": json.dumps(items)}).articles
    assert (named.authors, named.categories, named.tags) == (("Jane Doe",), ("Local",), ("rail",))
    assert (iso(named.published), named.image) == ("2024-03-05T10:00:00Z", "https://news.example/t.jpg")
    assert (bare.authors, bare.categories, bare.tags, bare.description) == ((), (), (), "On trams.")


ITEMS: dict[str, tuple[object, dict[str, object]]] = {
    "guardian": (
        {"response": {"results": [{
            "webTitle": "A tram", "webUrl": "https://news.example/tram", "webPublicationDate": "2024-03-05T10:00:00Z",
            "sectionName": "Local", "fields": {"trailText": "On trams.", "body": f"<p>{TEXT}</p>"},
            "tags": [{"type": "keyword", "webTitle": "Rail"}, {"type": "contributor", "webTitle": "Jane Doe"}]}]}},
        {"title": "A tram", "authors": ("Jane Doe",), "tags": ("Rail",), "categories": ("Local",), "text": TEXT,
         "url": "https://news.example/tram", "day": "2024-03-05", "description": "On trams."},
    ),
    "times": (
        {"response": {"docs": [{
            "headline": {"main": "A tram"}, "web_url": "https://news.example/tram", "lead_paragraph": TEXT,
            "pub_date": "2024-03-05T10:00:00+0000", "section_name": "Local", "abstract": "On trams.",
            "byline": {"original": "By Jane Doe and John Roe"}, "keywords": [{"name": "subject", "value": "Rail"}]}]}},
        {"title": "A tram", "authors": ("Jane Doe", "John Roe"), "tags": ("Rail",), "categories": ("Local",),
         "text": TEXT},
    ),
    "newsapi": (
        {"status": "ok", "articles": [{"source": {"id": None, "name": "Gazette"}, "title": "A tram",
                                       "url": "https://news.example/tram", "urlToImage": "https://news.example/t.jpg",
                                       "publishedAt": "2024-03-05T10:00:00Z", "content": TEXT}]},
        {"title": "A tram", "image": "https://news.example/t.jpg", "day": "2024-03-05"},
    ),
    "news-please": (
        {"title": "A tram", "maintext": TEXT, "date_publish": "2024-03-05 10:00:00", "source_domain": "news.example",
         "date_modify": "2024-04-06 10:00:00", "image_url": "https://news.example/t.jpg"},
        {"title": "A tram", "day": "2024-03-05", "changed": "2024-04-06", "image": "https://news.example/t.jpg"},
    ),
    "drupal": (
        {"nid": [{"value": 1}], "title": [{"value": "A tram"}], "status": [{"value": True}],
         "created": [{"value": "2024-03-05T10:00:00+00:00"}], "langcode": [{"value": "en"}],
         "path": [{"alias": "/news/tram"}], "uid": [{"target_id": 1, "url": "/user/1"}],
         "body": [{"value": "x", "processed": f"<p>{TEXT}</p>", "summary": "On trams."}],
         "field_image": [{"target_id": 5, "alt": "", "url": "https://news.example/t.jpg"}]},
        {"title": "A tram", "day": "2024-03-05", "url": "/news/tram", "text": TEXT, "description": "On trams.",
         "image": "https://news.example/t.jpg", "language": "en", "authors": ()},
    ),
    "json:api": (
        {"data": [{"type": "node--article", "id": "u1", "attributes": {
            "title": "A tram", "created": "2024-03-05T10:00:00+00:00", "path": {"alias": "/news/tram"},
            "body": {"format": "html", "processed": f"<p>{TEXT}</p>", "summary": "On trams."}},
            "relationships": {"uid": {"data": {"type": "user", "id": "p"}},
                              "field_tags": {"data": [{"type": "term", "id": "t"}]}}}],
         "included": [{"type": "user", "id": "p", "attributes": {"display_name": "Jane Doe"}},
                      {"type": "term", "id": "t", "attributes": {"name": "Rail"}}]},
        {"title": "A tram", "authors": ("Jane Doe",), "tags": ("Rail",), "url": "/news/tram", "text": TEXT},
    ),
    "prismic": (
        {"results": [{"id": "x", "uid": "tram", "lang": "en-us", "first_publication_date": "2024-03-05T10:00:00+0000",
                      "data": {"title": [{"type": "heading1", "text": "A tram"}],
                               "body": [{"type": "paragraph", "text": TEXT}]}}]},
        {"title": "A tram", "slug": "tram", "language": "en-US", "text": TEXT, "day": "2024-03-05"},
    ),
    "storyblok": (
        {"stories": [{"name": "A tram", "slug": "tram", "full_slug": "news/tram", "tag_list": ["rail"],
                      "published_at": "2024-03-05T10:00:00Z", "content": {
                          "component": "article", "author": "Jane Doe", "image": {"filename": "/t.jpg"},
                          "long_text": {"type": "doc", "content": [
                              {"type": "paragraph", "content": [{"type": "text", "text": TEXT}]}]}}}]},
        {"title": "A tram", "tags": ("rail",), "authors": ("Jane Doe",), "image": "/t.jpg", "text": TEXT},
    ),
    "dev.to": (
        [{"title": "A tram", "body_markdown": f"---\ntitle: A tram\n---\n\n{TEXT}", "tag_list": ["rail"],
          "user": {"name": "Jane Doe"}, "published_at": "2024-03-05T10:00:00Z"}],
        {"authors": ("Jane Doe",), "tags": ("rail",), "text": TEXT},
    ),
    "telegram": (
        {"messages": [{"id": 1, "type": "service", "text": "", "date": "2024-03-05T10:00:00"},
                      {"id": 2, "type": "message", "date": "2024-03-05T10:00:00",
                       "text": [{"type": "bold", "text": "A tram"}, f"\n\n{TEXT}"]}]},
        {"title": "A tram", "day": "2024-03-05"},
    ),
    "writefreely": (
        {"collections": [{"alias": "jane", "posts": [
            {"id": "x", "slug": "tram", "title": "A tram", "body": TEXT, "created": "2024-03-05T10:00:00Z"}]}]},
        {"title": "A tram", "slug": "tram", "day": "2024-03-05", "text": TEXT},
    ),
    "people among articles": (
        [{"_type": "author", "name": "Jane Doe"}, {"_type": "post", "title": "A tram", "body": TEXT}],
        {"title": "A tram"},
    ),
    "archived items": (
        [{"title": "Gone", "body": TEXT, "archived": True}, {"title": "A tram", "body": TEXT, "archived": False},
         {"title": "Not yet", "body": TEXT, "status": False}],
        {"title": "A tram"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ITEMS)
def test_items_of_systems(tmp_path, name):
    """The one article of a file of JSON, as a system's interface or export gives it."""
    tree, expected = ITEMS[name]
    assert told(only(tmp_path, {"items.json": json.dumps(tree)}), expected) == expected


def test_json_lines_under_the_name_of_json(tmp_path):
    """Data sets call them so; a broken document of one article stays what it is."""
    lines = "\n".join(json.dumps({"headline": f"Tram {n}", "short_description": TEXT}) for n in (1, 2))
    assert [one.title for one in reading_of(tmp_path, {"news.json": f"{lines}\n"}).articles] == ["Tram 1", "Tram 2"]


MOVABLE = f"""AUTHOR: Jane Doe
TITLE: A tram
STATUS: Publish
BASENAME: tram
CONVERT BREAKS: 0
DATE: 03/05/2024 11:04:51 PM
PRIMARY CATEGORY: Local
CATEGORY: Rail
TAGS: "new line",vote
-----
BODY:
<p>{TEXT}</p>
-----
EXTENDED BODY:
<p>More words.</p>
-----
EXCERPT:
On trams.
-----
COMMENT:
AUTHOR: Somebody
EMAIL: somebody@news.example
DATE: 03/06/2024 10:00:00 AM
A remark.
-----
--------
TITLE: Not yet
STATUS: Draft
-----
BODY:
x
-----
--------
"""


def test_movable_type_exports(tmp_path):
    """Each entry is an article of all its sections but the comments; drafts are left out."""
    reading = reading_of(tmp_path, {"export.txt": MOVABLE})
    (article,) = reading.articles
    assert (article.authors, article.categories, article.tags) == (
        ("Jane Doe",),
        ("Local", "Rail"),
        ("new line", "vote"),
    )
    assert (iso(article.published), article.slug) == ("2024-03-05T23:04:51Z", "tram")
    assert article.text == f"{TEXT}\n\nMore words."
    assert (article.path, reading.omitted) == ("export.txt#tram", {"draft": 1})


def publii(path: Path, posts: str = "") -> None:
    """Write a database as Publii has it."""
    path.parent.mkdir(parents=True)
    database = sqlite3.connect(path)
    database.executescript(
        """CREATE TABLE tags (id INTEGER, name TEXT); CREATE TABLE posts_tags (tag_id INTEGER, post_id INTEGER);
        CREATE TABLE authors (id INTEGER, name TEXT, password TEXT);
        CREATE TABLE posts_images (id INTEGER, post_id INTEGER, url TEXT);
        INSERT INTO tags VALUES (1, 'rail'); INSERT INTO posts_tags VALUES (1, 1);
        INSERT INTO authors VALUES (1, 'Jane Doe', 'secret'); INSERT INTO posts_images VALUES (1, 1, 't.jpg');"""
        + (
            posts
            or f"""CREATE TABLE posts (id INTEGER, title TEXT, authors TEXT, slug TEXT, text TEXT,
            featured_image_id INTEGER, created_at INTEGER, modified_at INTEGER, status TEXT);
            INSERT INTO posts VALUES (1, 'A tram', '1', 'tram', '<p>{TEXT}</p>', 1, 1709629491000, 0, 'published');
            INSERT INTO posts VALUES (2, 'Not yet', '1', 'b', 'x', 0, 1709629491000, 0, 'draft');
            INSERT INTO posts VALUES (3, 'About', '1', 'c', 'x', 0, 1709629491000, 0, 'published,is-page');"""
        )
    )
    database.close()


def test_publii_databases(tmp_path):
    """Published posts with the names of tags and authors; drafts and pages are left out."""
    publii(tmp_path / "input" / "db.sqlite")
    reading = reading_of(tmp_path, {})
    (article,) = reading.articles
    assert (article.title, article.authors, article.tags, article.text) == ("A tram", ("Jane Doe",), ("rail",), TEXT)
    assert (iso(article.published)[:10], article.image) == ("2024-03-05", "media/posts/1/t.jpg")
    assert reading.omitted == {"draft": 1, "page of the site": 1}


def test_databases_of_anything_else(tmp_path):
    """A view without end is given up, what is no database is refused, and another's database is passed over."""
    endless = (
        "CREATE TABLE posts_x (id INTEGER); CREATE VIEW more AS WITH RECURSIVE n(x) AS"
        " (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id FROM n;"
        "CREATE TABLE posts (id INTEGER, title TEXT GENERATED ALWAYS AS ('A') VIRTUAL);"
    )
    publii(tmp_path / "a" / "db.sqlite", endless)
    (tmp_path / "b.sqlite").write_bytes(b"no database")
    sqlite3.connect(tmp_path / "c.sqlite").executescript("CREATE TABLE other (id INTEGER)").close()
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [one.path for one in reading.rejected] == ["a/db.sqlite", "b.sqlite"]
    assert reading.omitted == {"database without articles": 1}
