"""Are heads, texts and exports of generators that few archives come from read as their users mean them?"""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from archive_samples import EMBEDDED, HEADS, ITEMS, MOVABLE, POST, TEXT
from written_folder import accepted, only

from indexer.content.reader import KnownFiles, read
from search.article import Article
from search.times import iso


def told(article: Article, names: Mapping[str, object]) -> dict[str, object]:
    """Of an article the fields of these names; `day` is that of its publication."""
    days = {"day": iso(article.published)[:10] if article.published else None}
    days["changed"] = iso(article.updated)[:10] if article.updated else None
    return {name: days[name] if name in days else getattr(article, name) for name in names}


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
    found = {one.title: one for one in accepted(tmp_path, files).articles}
    assert found["A tram"].authors == ("Jane Doe",)
    assert found["A tram"].tags == ("rail",)
    assert found["A bus"].authors == ("John Roe",)


def test_blocks_attributes_and_shortcodes_lose_their_signs(tmp_path):
    """MkDocs's blocks and tabs, attributes behind links, and shortcodes that a WordPress site left behind."""
    body = (
        '!!! note "Mind the gap"\n    Words of the note.\n\n    ```py\n    !!! code\n    ```\n\n'
        '=== "First tab"\n\n    Words of the tab.\n\nSee [the map](https://tram.example){target="_blank" .big}.\n\n'
        "Watch [video] or [the code][code].\n\n[video]: https://tram.example/v\n[code]: https://tram.example/c\n\n"
        '[caption id="1" align="left"]Words of the caption[/caption]\n\n[xyz-ihs snippet="ad"]A last word.\n'
    )
    article = only(tmp_path, {"tram.md": f"---\ntitle: A tram\n---\n{body}"})
    assert article.text == (
        "Mind the gap\n\nWords of the note.\n\n!!! code\n\nFirst tab\n\nWords of the tab.\n\nSee the map.\n\n"
        "Watch video or the code.\n\n"
        "Words of the caption\n\nA last word."
    )


def test_wordpress_rest_posts_take_names_for_numbers(tmp_path):
    """With embedded tables the names, without them nothing; the time is that in UTC."""
    items = [{**POST, "_embedded": EMBEDDED}, {**POST, "id": 8, "slug": "bus"}, {**POST, "id": 9, "status": "private"}]
    named, bare = accepted(tmp_path, {"posts.json": json.dumps(items)}).articles
    assert (named.authors, named.categories, named.tags) == (("Jane Doe",), ("Local",), ("rail",))
    assert (iso(named.published), named.image) == ("2024-03-05T10:00:00Z", "https://news.example/t.jpg")
    assert (bare.authors, bare.categories, bare.tags, bare.description) == ((), (), (), "On trams.")


@pytest.mark.parametrize("name", ITEMS)
def test_items_of_systems(tmp_path, name):
    """The one article of a file of JSON, as a system's interface or export gives it."""
    tree, expected = ITEMS[name]
    assert told(only(tmp_path, {"items.json": json.dumps(tree)}), expected) == expected


def test_what_lies_beside_articles_in_a_repository_is_none(tmp_path):
    """Packages, manifests, templates and examples of a site's own folder."""
    package = {"name": "site", "description": "The site.", "homepage": "https://x.example", "author": "Jane"}
    reading = accepted(
        tmp_path,
        {
            "package.json": json.dumps(package),
            "public/manifest.json": json.dumps({"name": "Gazette", "description": "News", "start_url": "/"}),
            "layouts/single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}',
            "pages/post.html": "---\nlayout: base\n---\n<h1>{{ page.title }}</h1>{{ content }}",
            "_includes/foot.html": "<p>Copyright</p>",
            "scaffolds/post.md": "---\ntitle: {{ title }}\n---\n",
            "themes/x/exampleSite/post.md": f"# An example\n\n{TEXT}\n",
            "content/tram.md": f"# A tram\n\n{TEXT}\n",
            "content/bus.html": f"---\ntitle: A bus\n---\n<p>{TEXT}</p>\n{{% include ad.html %}}\n",
        },
    )
    assert [one.title for one in reading.articles] == ["A bus", "A tram"]
    assert reading.omitted == {"JSON without articles": 2, "template of the site": 2}


def test_json_lines_under_the_name_of_json(tmp_path):
    """Data sets call them so; a broken document of one article stays what it is."""
    lines = "\n".join(json.dumps({"headline": f"Tram {n}", "short_description": TEXT}) for n in (1, 2))
    assert [one.title for one in accepted(tmp_path, {"news.json": f"{lines}\n"}).articles] == ["Tram 1", "Tram 2"]


def test_movable_type_exports(tmp_path):
    """Each entry is an article of all its sections but the comments; drafts are left out."""
    reading = accepted(tmp_path, {"export.txt": MOVABLE})
    (article,) = reading.articles
    assert (article.authors, article.categories, article.tags) == (
        ("Jane Doe",),
        ("Local", "Rail"),
        ("new line", "vote"),
    )
    assert (iso(article.published), article.slug) == ("2024-03-05T23:04:51Z", "tram")
    assert article.text == f"{TEXT}\n\nMore words."
    assert (article.path, reading.omitted) == ("export.txt#tram", {"draft": 1})


def publii(path: Path) -> None:
    """Write a database as Publii has it."""
    path.parent.mkdir(parents=True)
    database = sqlite3.connect(path)
    database.executescript(
        """CREATE TABLE tags (id INTEGER, name TEXT); CREATE TABLE posts_tags (tag_id INTEGER, post_id INTEGER);
        CREATE TABLE authors (id INTEGER, name TEXT, password TEXT);
        CREATE TABLE posts_images (id INTEGER, post_id INTEGER, url TEXT);
        INSERT INTO tags VALUES (1, 'rail'); INSERT INTO posts_tags VALUES (1, 1);
        INSERT INTO authors VALUES (1, 'Jane Doe', 'secret'); INSERT INTO posts_images VALUES (1, 1, 't.jpg');"""
        f"""CREATE TABLE posts (id INTEGER, title TEXT, authors TEXT, slug TEXT, text TEXT,
            featured_image_id INTEGER, created_at INTEGER, modified_at INTEGER, status TEXT);
            INSERT INTO posts VALUES (1, 'A tram', '1', 'tram', '<p>{TEXT}</p>', 1, 1709629491000, 0, 'published');
            INSERT INTO posts VALUES (2, 'Not yet', '1', 'b', 'x', 0, 1709629491000, 0, 'draft');
            INSERT INTO posts VALUES (3, 'About', '1', 'c', 'x', 0, 1709629491000, 0, 'published,is-page');"""
    )
    database.close()


def test_publii_databases(tmp_path):
    """Published posts with the names of tags and authors; drafts and pages are left out."""
    publii(tmp_path / "input" / "db.sqlite")
    reading = accepted(tmp_path, {})
    (article,) = reading.articles
    assert (article.title, article.authors, article.tags, article.text) == ("A tram", ("Jane Doe",), ("rail",), TEXT)
    assert (iso(article.published)[:10], article.image) == ("2024-03-05", "media/posts/1/t.jpg")
    assert reading.omitted == {"draft": 1, "page of the site": 1}


def test_databases_of_anything_else(tmp_path):
    """One that was cut off and what is no database are refused, and another's database is passed over."""
    publii(tmp_path / "a" / "db.sqlite")
    whole = (tmp_path / "a" / "db.sqlite").read_bytes()
    (tmp_path / "a" / "db.sqlite").write_bytes(whole[:9_000])
    (tmp_path / "b.sqlite").write_bytes(b"no database")
    sqlite3.connect(tmp_path / "c.sqlite").executescript("CREATE TABLE other (id INTEGER)").close()
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [one.path for one in reading.rejected] == ["a/db.sqlite", "b.sqlite"]
    assert reading.omitted == {"database without articles": 1}
