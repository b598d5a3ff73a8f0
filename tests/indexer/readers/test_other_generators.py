"""Are small archives of other generators and systems read as their conventions say?"""

import json
from pathlib import Path

import pytest
from written_folder import accepted

from indexer.content.inspection import inspect
from indexer.content.rules import ReadingRules
from search.times import iso

TEXT = "The council voted on the new tram line on Monday, and the vote was close."


def written(root: Path, files: dict[str, str]):
    """The reading of a folder that holds these files, its articles by id."""
    reading = accepted(root, files)
    return reading, {article.id: article for article in reading.articles}


def day(article) -> str:
    """The day on which an article was published."""
    return iso(article.published)[:10]


def test_eleventy_takes_what_a_folder_says_where_the_article_says_nothing(tmp_path):
    """The nearest folder comes first, the front matter before all; a folder's tags name a collection."""
    reading, found = written(
        tmp_path,
        {
            "news/news.json": json.dumps({"layout": "post.njk", "author": "City Desk", "lang": "en", "tags": "posts"}),
            "news/local/local.11tydata.json": json.dumps({"category": "Local"}),
            "news/local/tram.md": f"---\ntitle: Tram\ndate: 2024-03-05\ntags: [transport]\n---\n{TEXT}",
            "news/rail.md": f"---\ntitle: Rail\nbyline: Ann Writer\ndate: 2024-03-06\n---\n{TEXT}",
            "news/rail.11tydata.json": json.dumps({"description": "On rail."}),
        },
    )
    assert list(found) == ["news/local/tram", "news/rail"]
    tram, rail = found["news/local/tram"], found["news/rail"]
    assert (tram.authors, tram.categories, tram.tags, tram.language) == (
        ("City Desk",),
        ("Local",),
        ("transport",),
        "en",
    )
    assert (rail.authors, rail.description) == (("Ann Writer",), "On rail.")
    assert not reading.omitted


def test_a_list_of_articles_named_as_its_folder_is_no_data_of_the_folder(tmp_path):
    """An export beside Markdown is read as an export."""
    items = [
        {"title": "Tram", "date": "2024-03-05", "body": TEXT},
        {"title": "Bus", "date": "2024-03-05", "body": TEXT},
    ]
    _, found = written(
        tmp_path, {"news/news.json": json.dumps(items), "news/rail.md": f"---\ntitle: Rail\n---\n{TEXT}"}
    )
    assert sorted(one.title for one in found.values()) == ["Bus", "Rail", "Tram"]


@pytest.mark.parametrize(
    ("people", "author"),
    [
        ({"blog/authors.yml": "jdoe:\n  name: Jane Doe\n  title: Reporter\n"}, "authors: [jdoe]"),
        ({"blog/authors.yml": "jdoe:\n  name: Jane Doe\n"}, "authors:\n  - key: jdoe\n    title: Guest"),
        ({"_data/authors.yml": "jdoe:\n  name: Jane Doe\n  email: j@x.example\n"}, "author: jdoe"),
        ({"_data/authors.json": json.dumps({"jdoe": {"name": "Jane Doe"}})}, "author: jdoe"),
        ({"content/author.yaml": "- id: jdoe\n  name: Jane Doe\n- id: x\n  name: Other\n"}, "author: jdoe"),
        ({"_authors/jdoe.md": "---\nshort_name: jdoe\nname: Jane Doe\n---\nHer life.\n"}, "author: jdoe"),
        ({"content/authors/jdoe/_index.md": "---\ntitle: Jane Doe\n---\nHer life.\n"}, "authors: [jdoe]"),
        ({"src/content/authors/jdoe.json": json.dumps({"name": "Jane Doe", "bio": "Writes."})}, "author: jdoe"),
        ({"data/authors/jdoe.toml": 'name = "Jane Doe"\n'}, "author: jdoe"),
        ({"users/jane@x.example.yaml": "name: Jane Doe\nid: 3a28f050\n"}, "author: 3a28f050"),
    ],
)  # fmt: skip
def test_keys_of_authors_become_their_names(tmp_path, people, author):
    """As seven generators list them; a page about a person is no article."""
    _, found = written(tmp_path, {**people, "blog/a.md": f"---\ntitle: Tram\ndate: 2024-03-05\n{author}\n---\n{TEXT}"})
    assert list(found) == ["blog/a"]
    assert found["blog/a"].authors == ("Jane Doe",)


def test_a_changed_name_is_read_anew(tmp_path):
    """The digest of a file covers what other files say of its articles."""
    files = {"blog/authors.yml": "jdoe:\n  name: Jane Doe\n", "blog/a.md": f"---\ntitle: T\nauthor: jdoe\n---\n{TEXT}"}
    first, _ = written(tmp_path, files)
    second, _ = written(tmp_path, {"blog/authors.yml": "jdoe:\n  name: Jane Roe\n"})
    assert first.content_digest != second.content_digest


def test_of_a_substack_export_only_what_was_published_enters(tmp_path):
    """The table says titles, days and what is a draft; lists of readers are not looked at."""
    head = "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
    rows = (
        "101.tram-line,2024-03-05T10:00:00.000Z,true,,,newsletter,everyone,The tram line,How it went,\n"
        "102.secret,,false,,,newsletter,everyone,A secret draft,,\n"
    )
    reading, found = written(
        tmp_path,
        {
            "posts.csv": head + rows,
            "posts/101.tram-line.html": f"<p>{TEXT}</p>",
            "posts/102.secret.html": "<p>Not for anybody yet.</p>",
            "posts/103.older-draft.html": "<p>Nor is this.</p>",
            "posts/101.delivers.csv": "post_id,timestamp,email\n101,2024,reader@x.example\n",
            "email_list.news.csv": "email,active_subscription\nreader@x.example,true\n",
        },
    )
    (article,) = found.values()
    assert (article.title, article.description, day(article)) == ("The tram line", "How it went", "2024-03-05")
    assert article.slug == "tram-line"
    assert reading.drafts == 2


def test_medium_keeps_drafts_beside_stories(tmp_path):
    """The heading that says the title counts, whatever stands in the page's title."""
    page = (
        '<!DOCTYPE html><html><head><title>{title} – Medium</title></head><body><article class="h-entry"><header>'
        '<h1 class="p-name">{title}</h1></header><section class="e-content"><p>' + TEXT * 5 + "</p></section>"
        "</article></body></html>"
    )
    reading, found = written(
        tmp_path,
        {
            "posts/2024-03-05_Tram---a-vote-1a2b.html": page.format(title="Tram | a vote"),
            "posts/draft_Secret-3c4d.html": page.format(title="Secret"),
        },
    )
    assert [one.title for one in found.values()] == ["Tram | a vote"]
    assert reading.drafts == 1


def test_hugo_cascades_from_a_section(tmp_path):
    """What `_index.md` hands down holds where a page says nothing."""
    _, found = written(
        tmp_path,
        {
            "news/_index.md": "---\ntitle: News\ncascade:\n  author: City Desk\n  type: news\n---\n",
            "news/tram.md": f"---\ntitle: Tram\ndate: 2024-03-05\n---\n{TEXT}",
            "news/rail/index.md": f"---\ntitle: Rail\nauthor: Ann Writer\n---\n{TEXT}",
        },
    )
    assert found["news/tram"].authors == ("City Desk",)
    assert found["news/rail"].authors == ("Ann Writer",)


@pytest.mark.parametrize("name", ["metadata", "meta", "frontmatter", "metadata: Metadata"])
def test_next_exports_its_metadata(tmp_path, name):
    """A table of JavaScript in place of front matter; nothing of it stands in the text."""
    module = (
        "import Image from 'next/image'\n\n"
        f"export const {name} = {{\n  title: 'Tram: a vote',\n  description: \"How it went\",\n"
        "  date: new Date('2024-03-05'),\n  authors: [{ name: 'Jane Doe', url: 'https://x.example' }],\n"
        "  tags: ['transport','city'], // for the lists\n  draft: false,\n}\n\n"
        f"{TEXT}\n"
    )
    _, found = written(tmp_path, {"app/blog/tram/page.mdx": module})
    (article,) = found.values()
    assert (article.title, article.description, day(article)) == ("Tram: a vote", "How it went", "2024-03-05")
    assert (article.authors, article.tags, article.text) == (("Jane Doe",), ("transport", "city"), TEXT)


def test_lektor_keeps_a_page_in_contents_lr(tmp_path):
    """The folder is the page; `contents+uk.lr` is its translation; a hidden page and an attachment are none."""
    head = "title: Tram\n---\npub_date: 2024-03-05\n---\nauthor: Jane Doe\n---\ntags: a, b\n---\nbody:\n\n## How\n\n"
    reading, found = written(
        tmp_path,
        {
            "content/blog/tram/contents.lr": f"_model: post\n---\n{head}{TEXT}",
            "content/blog/tram/contents+uk.lr": "title: Трамвай\n---\nbody: Рада проголосувала за нову лінію.",
            "content/blog/tram/photo.jpg.lr": "alt: A tram\n",
            "content/blog/later/contents.lr": f"_hidden: yes\n---\n{head}{TEXT}",
        },
    )
    assert sorted(found) == ["content/blog/tram", "content/blog/tram.uk"]
    article = found["content/blog/tram"]
    assert (article.title, article.authors, article.tags, day(article)) == (
        "Tram",
        ("Jane Doe",),
        ("a", "b"),
        "2024-03-05",
    )
    assert article.text == f"How\n\n{TEXT}"
    assert article.slug == "tram"
    assert found["content/blog/tram.uk"].language == "uk"
    assert reading.drafts == 1


def test_kirby_keeps_fields_between_lines_of_dashes(tmp_path):
    """The folder is the page, its number the day; blocks of the editor are HTML; a draft stands in `_drafts`."""
    blocks = json.dumps(
        [
            {"content": {"level": "h2", "text": "How"}, "type": "heading", "isHidden": False},
            {"content": {"text": f"<p>{TEXT}</p>"}, "type": "text", "isHidden": False},
        ]
    )
    reading, found = written(
        tmp_path,
        {
            "1_blog/20240305_tram/article.txt": "Title: Tram\n\n----\n\nAuthor: Jane Doe\n\n----\n\nTags: a, b\n\n"
            f"----\n\nText:\n\n{TEXT}\n",
            "1_blog/2_rail/article.txt": f"Title: Rail\n\n----\n\nDate: 2024-03-06\n\n----\n\nText: {blocks}\n",
            "1_blog/2_rail/tram.jpg.txt": "Title: Picture\n\n----\n\nCaption: A tram\n",
            "1_blog/_drafts/secret/article.txt": f"Title: Secret\n\n----\n\nText: {TEXT}\n",
            "notes.txt": "Just some notes: nothing of interest.\n",
        },
    )
    assert sorted(found) == ["1_blog/20240305_tram", "1_blog/2_rail"]
    tram, rail = found["1_blog/20240305_tram"], found["1_blog/2_rail"]
    assert (tram.title, tram.authors, tram.tags, day(tram), tram.slug) == (
        "Tram",
        ("Jane Doe",),
        ("a", "b"),
        "2024-03-05",
        "tram",
    )
    assert (rail.text, day(rail), rail.slug) == (f"How\n\n{TEXT}", "2024-03-06", "rail")
    assert reading.drafts == 1


def test_grav_names_files_by_their_template(tmp_path):
    """The folder is the page; its number is no part of the slug; taxonomy and header are tables."""
    page = (
        "---\ntitle: Tram\ndate: '05-03-2024 13:34'\npublished: true\ntaxonomy:\n  category: [news]\n  tag: [a, b]\n"
        f"author: Jane Doe\n---\n{TEXT}\n\n===\n\nMore of it.\n"
    )
    _, found = written(
        tmp_path,
        {
            "pages/02.blog/tram/item.md": page,
            "pages/02.blog/tram/item.uk.md": "---\ntitle: Трамвай\n---\nРада проголосувала.",
            "pages/03.about/default.md": f"---\ntitle: About\n---\n{TEXT}",
        },
    )
    assert sorted(found) == ["pages/02.blog/tram", "pages/02.blog/tram.uk", "pages/03.about"]
    article = found["pages/02.blog/tram"]
    assert (article.authors, article.tags, article.categories) == (("Jane Doe",), ("a", "b"), ("news",))
    assert day(article) == "2024-03-05"
    assert "===" not in article.text
    assert found["pages/03.about"].slug == "about"
    assert found["pages/02.blog/tram.uk"].language == "uk"


def test_statamic_keeps_the_day_before_a_dot_and_the_text_in_nodes(tmp_path):
    """`2024-03-05.tram.md`, a time too; Bard's text is a tree of ProseMirror."""
    bard = (
        "content:\n  - type: heading\n    attrs:\n      level: 2\n    content:\n      - type: text\n        text: How\n"
        "  - type: paragraph\n    content:\n      - type: text\n        text: 'The council '\n      - type: text\n"
        "        marks:\n          - type: bold\n        text: voted.\n"
    )
    _, found = written(
        tmp_path,
        {
            "collections/blog/2024-03-05.tram.md": "---\nid: 1f\nblueprint: post\ntitle: Tram\nauthor: 3a\n"
            f"updated_at: 1709640000\n{bard}---\n",
            "collections/blog/2024-03-06-1432.rail.md": f"---\ntitle: Rail\n---\n{TEXT}",
            "users/jane@x.example.yaml": "name: Jane Doe\nid: 3a\n",
        },
    )
    tram, rail = found["collections/blog/2024-03-05.tram"], found["collections/blog/2024-03-06-1432.rail"]
    assert (tram.text, day(tram), tram.slug, tram.authors) == (
        "How\n\nThe council voted.",
        "2024-03-05",
        "tram",
        ("Jane Doe",),
    )
    assert iso(tram.updated) == "2024-03-05T12:00:00Z"
    assert (day(rail), rail.slug) == ("2024-03-06", "rail")


def test_vuepress_takes_a_readme_for_the_page_of_its_folder(tmp_path):
    """One with fields, that is; the repository's own stays out."""
    _, found = written(
        tmp_path,
        {
            "README.md": "# My site\n\nHow to build it.\n",
            "blog/tram/README.md": f"---\ntitle: Tram\ndate: 2024-03-05\nauthor: Jane Doe\n---\n\n[[toc]]\n\n{TEXT}\n",
        },
    )
    (article,) = found.values()
    assert (article.id, article.slug, article.text) == ("blog/tram", "tram", TEXT)


def test_middleman_and_bridgetown(tmp_path):
    """`.html.markdown` names what comes of a file, and READMORE ends the summary."""
    _, found = written(
        tmp_path,
        {
            "source/2024-03-05-tram.html.markdown": "---\ntitle: Tram\ntags: a, b\n---\n"
            f"{TEXT}\n\nREADMORE\n\nMore of it.\n",
            "src/_posts/2024-03-06-rail.md": f"---\ntitle: Rail\nauthor: jdoe\ncategories: [news]\n---\n{TEXT}\n",
            "src/_data/authors.yml": "jdoe:\n  name: Jane Doe\n",
        },
    )
    tram, rail = found["source/2024-03-05-tram"], found["src/_posts/2024-03-06-rail"]
    assert (tram.slug, tram.text) == ("tram", f"{TEXT}\n\nMore of it.")
    assert (rail.authors, rail.categories) == (("Jane Doe",), ("news",))


@pytest.mark.parametrize(
    "body",
    [
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": TEXT}]}]},
        {"nodeType": "document", "content": [
            {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": TEXT}]}]},
        {"root": {"type": "root", "children": [{"type": "paragraph", "children": [{"type": "text", "text": TEXT}]}]}},
        [{"type": "paragraph", "children": [{"text": TEXT}]}],
        {"time": 1, "version": "2.3", "blocks": [{"type": "paragraph", "data": {"text": TEXT}}]},
        [{"_type": "block", "style": "normal", "children": [{"_type": "span", "text": TEXT}]}],
    ],
    ids=["prosemirror", "contentful", "lexical", "slate", "editorjs", "portable"],
)  # fmt: skip
def test_a_text_given_as_a_tree_is_read(tmp_path, body):
    """As the editors of headless systems keep it."""
    items = [{"title": name, "slug": name.lower(), "date": "2024-03-05", "body": body} for name in ("Tram", "Rail")]
    _, found = written(tmp_path, {"export.json": json.dumps(items)})
    assert [(one.title, one.text) for one in found.values()] == [("Rail", TEXT), ("Tram", TEXT)]


def test_craft_and_processwire_export_json(tmp_path):
    """Times as tables, entries below `data`, names of authors as tables."""
    craft = {
        "data": [
            {
                "title": "Tram",
                "slug": "tram",
                "postDate": "2024-03-05T10:00:00-08:00",
                "author": {"fullName": "Jane Doe"},
                "body": f"<p>{TEXT}</p>",
                "url": "https://x.example/tram",
            }
        ],
        "meta": {"pagination": {"total": 1}},
    }
    processwire = {
        "pages": [
            {"name": "rail", "path": "/news/rail/", "published": "2024-03-06 10:00:00", "title": "Rail", "body": TEXT},
            {"name": "bus", "path": "/news/bus/", "published": "2024-03-07 10:00:00", "title": "Bus", "body": TEXT},
        ]
    }
    _, found = written(tmp_path, {"craft.json": json.dumps(craft), "pw.json": json.dumps(processwire)})
    by_title = {one.title: one for one in found.values()}
    assert sorted(by_title) == ["Bus", "Rail", "Tram"]
    assert (by_title["Tram"].authors, by_title["Tram"].url) == (("Jane Doe",), "https://x.example/tram")
    assert day(by_title["Rail"]) == "2024-03-06"


def test_inspect_proposes_the_kind_of_each_unread_field(tmp_path):
    """A number where every value is one, a date likewise, else a keyword."""
    for number in range(5):
        head = f"title: T{number}\nrating: {number}\nevent_at: 2024-03-0{number + 1}\nedition: {number or 'first'}"
        head += "\ndesk: city"
        (tmp_path / f"{number}.md").write_text(f"---\n{head}\n---\n{TEXT}", encoding="utf-8")
    found = inspect(tmp_path, ReadingRules())
    assert {key: sorted(kinds) for key, kinds in found.kinds.items()} == {
        "rating": ["number"],
        "event_at": ["date"],
        "edition": ["keyword", "number"],
        "desk": ["keyword"],
    }


def test_jekyll_takes_defaults_of_its_configuration_and_categories_of_folders(tmp_path):
    """The longer path comes first, then the one with a type; the front matter before all."""
    config = """title: The Herald
lang: en
defaults:
  - scope: {path: "", type: posts}
    values: {layout: post, author: City Desk, tags: [local]}
  - scope: {path: sport}
    values: {author: Sports Desk}
  - scope: {path: "culture/*/_posts"}
    values: {author: Culture Desk}
"""
    head = "---\ntitle: One\n---\n"
    _, found = written(
        tmp_path,
        {
            "_config.yml": config,
            "_posts/2024-03-05-tram.md": head + TEXT,
            "sport/football/_posts/2024-03-06-derby.md": head + TEXT,
            "culture/film/_posts/2024-03-07-film.md": "---\ntitle: Film\nauthor: Ann Writer\ncategory: Reviews\n---\n"
            + TEXT,
            "culture/art/_posts/2024-03-07-art.md": head + TEXT,
            "about.md": head + TEXT,
        },
    )
    said = {one.id.rsplit("/", 1)[-1]: (one.authors, one.categories, one.tags, one.language) for one in found.values()}
    assert said == {
        "2024-03-05-tram": (("City Desk",), (), ("local",), "en"),
        "2024-03-06-derby": (("Sports Desk",), ("sport", "football"), ("local",), "en"),
        "2024-03-07-film": (("Ann Writer",), ("Reviews",), ("local",), "en"),
        "2024-03-07-art": (("Culture Desk",), ("culture", "art"), ("local",), "en"),
        "about": ((), (), (), "en"),
    }


def test_the_configuration_of_hexo_is_none_of_jekyll(tmp_path):
    """Its language may be that of the theme, and `source` is no category."""
    _, found = written(
        tmp_path,
        {
            "_config.yml": "title: Blog\nlang: de\nsource_dir: source\n",
            "source/_posts/tram.md": f"---\ntitle: Tram\n---\n{TEXT}",
        },
    )
    assert [(one.language, one.categories) for one in found.values()] == [("en", ())]
