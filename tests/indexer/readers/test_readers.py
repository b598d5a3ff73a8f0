"""Is each form of file read: its articles, what is none of them, and what is wrong?"""

import json
from typing import Any

import pytest

from indexer.content.document import Omitted, ReadArticle, SourceFile
from indexer.content.files import source_files
from indexer.content.parsing import parse
from indexer.content.rules import ReadingRules
from search.field_settings import CustomField
from search.index.manifest import Rejected


def read(folder, name, content, rules=None, **beside):
    """What a file of that name and content holds: articles by path, reasons of omissions, rejections as texts."""
    for other, written in {name: content, **beside}.items():
        path = folder / other
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
    articles, omitted, rejected = {}, [], []
    for file in source_files(folder):
        for outcome in parse(file, rules) if isinstance(file, SourceFile) else [file]:
            if isinstance(outcome, ReadArticle):
                articles[outcome.article.path] = outcome.article
            elif isinstance(outcome, Omitted):
                omitted.append(outcome.why)
            else:
                rejected.append(str(outcome if isinstance(outcome, Rejected) else outcome.rejected))
    return articles, omitted, rejected


def one(folder, name, content, rules=None, **beside):
    """The one article of a file."""
    articles, _, rejected = read(folder, name, content, rules, **beside)
    assert rejected == []
    (article,) = articles.values()
    return article


WORDPRESS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="{wp}"><channel><title>The Gazette</title><language>en-US</language>
<wp:author><wp:author_login>jd</wp:author_login><wp:author_email>jd@secret.example</wp:author_email>
<wp:author_display_name><![CDATA[Jane Doe]]></wp:author_display_name></wp:author>
{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://g.example/{id}/</link><dc:creator>jd</dc:creator>
<content:encoded><![CDATA[<p>One &amp; two.</p>[caption id="x"]A crane[/caption]]]></content:encoded>
<excerpt:encoded><![CDATA[Short.]]></excerpt:encoded><wp:post_id>{id}</wp:post_id>
<wp:post_date_gmt>2026-02-05 05:01:58</wp:post_date_gmt><wp:post_name>slug-{id}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_password>{password}</wp:post_password>
<category domain="category" nicename="n"><![CDATA[News]]></category>
<category domain="post_tag" nicename="t"><![CDATA[Ports]]></category></item>"""


def item(number, status="publish", kind="post", password=""):
    """An item of a WordPress export."""
    return ITEM.format(title=f"Post {number}", id=number, status=status, kind=kind, password=password)


@pytest.mark.parametrize("wp", ["http://wordpress.org/export/1.2/", "https://wordpress.org/export/1.0/"])
def test_a_wordpress_export_gives_its_public_posts(tmp_path, wp):
    """Drafts, private and protected posts, pages, pictures and menus never enter; names stand for logins."""
    items = [
        item(1), item(2, "draft"), item(3, "private"), item(4, password="pw"),  # noqa: S106 - of an invented post
        item(5, kind="page"),
        item(6, "inherit", "attachment"), item(7, kind="nav_menu_item"), item(8, "future"),
    ]  # fmt: skip
    articles, omitted, rejected = read(tmp_path, "export.xml", WORDPRESS.format(wp=wp, items="".join(items)))
    assert sorted(articles) == ["export.xml#1", "export.xml#8"]
    assert sorted(omitted) == [
        "attachment", "draft", "menu item", "not published", "page of the site", "protected by a password",
    ]  # fmt: skip
    assert rejected == []
    article = articles["export.xml#1"]
    assert (article.title, article.text, article.description) == ("Post 1", "One & two.\n\nA crane", "Short.")
    assert (article.authors, article.categories, article.tags) == (("Jane Doe",), ("News",), ("Ports",))
    assert (article.language, article.url, article.slug) == ("en-US", "https://g.example/1/", "slug-1")
    assert "secret" not in repr(articles)


def test_a_truncated_export_keeps_what_stood_before(tmp_path):
    """And says in which line it breaks."""
    whole = WORDPRESS.format(wp="http://wordpress.org/export/1.2/", items=item(1) + item(2))
    articles, _, rejected = read(tmp_path, "e.xml", whole[: whole.index("Post 2") + 3])
    assert list(articles) == ["e.xml#1"]
    assert len(rejected) == 1
    assert "no well-formed XML" in rejected[0]
    assert not rejected[0].startswith("e.xml:1:")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, encoding):
    """A bomb of entities would fill the memory."""
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>'
    articles, _, rejected = read(tmp_path, "e.xml", bomb.encode(encoding))
    assert articles == {}
    assert "entities" in rejected[0]


def test_entities_are_looked_for_before_the_first_element_alone(tmp_path, monkeypatch):
    """A file may be longer than what is looked at, but not what stands before its first element."""
    monkeypatch.setattr("indexer.readers.xml._MOST_BEFORE_ROOT", 100_000)
    item = "<article><title>A tram</title><body>It runs again to the harbour, after three years.</body></article>"
    articles, _, rejected = read(tmp_path, "a.xml", f"<r><x>{'x' * 200_000}</x>{item}</r>")
    assert (len(articles), rejected) == (1, [])
    articles, _, rejected = read(tmp_path, "b.xml", f"<!-- {'x' * 200_000} --><r>{item}</r>")
    assert ["more than 100,000 bytes" in one for one in rejected] == [True]


@pytest.mark.parametrize(
    "said",
    ["<?x <!-- ?>{entity}<?y --> ?>", "<!NOTATION a SYSTEM '<!--'>{entity}<!NOTATION b SYSTEM '-->'>",
     "<!-- " + "x" * 100_000 + " -->{entity}"],
)  # fmt: skip
def test_entities_are_refused_wherever_comments_seem_to_stand(tmp_path, said):
    """In instructions and values such signs are no comment, and a declaration may stand far behind."""
    entity = '<!ENTITY a "aaaa">'
    written = f"<!DOCTYPE r [{said.format(entity=entity)}]><r><article><title>A</title><body>&a;</body></article></r>"
    articles, _, rejected = read(tmp_path, "e.xml", written)
    assert articles == {}
    assert "entities" in rejected[0]


def test_other_xml_is_passed_over(tmp_path):
    """A sitemap is no article."""
    assert read(tmp_path, "sitemap.xml", "<urlset/>") == ({}, ["XML without articles"], [])


GHOST = {
    "db": [
        {
            "data": {
                "posts": [
                    {"id": 1, "title": "A", "slug": "a", "html": "<p>Body.</p>", "status": "published", "page": 0,
                     "published_at": "2016-01-14 11:17:31", "author_id": 7,
                     "feature_image": "__GHOST_URL__/content/x.png"},
                    {"id": 2, "title": "B", "slug": "b", "html": "<p>B</p>", "status": "draft"},
                    {"id": 3, "title": "C", "slug": "c", "html": "<p>C</p>", "status": "published", "type": "page"},
                    {"id": 4, "title": "D", "slug": "d", "html": "<p>D</p>", "status": "published",
                     "visibility": "paid"},
                ],
                "tags": [{"id": 5, "name": "Politics"}, {"id": 6, "name": "#internal"}, {"id": 8, "name": "Economy"}],
                "posts_tags": [{"post_id": 1, "tag_id": 8, "sort_order": 1}, 
                               {"post_id": 1, "tag_id": 5, "sort_order": 0},
                               {"post_id": 1, "tag_id": 6, "sort_order": 2}],
                "users": [{"id": 7, "name": "Jane Doe", "email": "j@secret.example", "password": "$2a$10$secret"}],
                "settings": [{"key": "private_key", "value": "secret"}],
            }
        }
    ]
}  # fmt: skip


def test_a_ghost_export_gives_its_posts_and_no_secrets(tmp_path):
    """Tags in their order, the author's name; drafts, pages and what members pay for stay out, hashes too."""
    articles, omitted, rejected = read(tmp_path, "ghost.json", json.dumps(GHOST))
    (article,) = articles.values()
    assert (article.path, article.tags, article.authors) == ("ghost.json#a", ("Politics", "Economy"), ("Jane Doe",))
    assert (article.text, article.image) == ("Body.", "/content/x.png")
    assert sorted(omitted) == ["draft", "not public", "page of the site"]
    assert "secret" not in repr((articles, omitted, rejected))


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>House</title><language>en-us</language><item><title>Storm &amp; flood</title>
<link>https://h.example/2026/storm</link><guid>https://h.example/?p=9</guid><pubDate>Thu, 05 Feb 2026 05:01:58 +0100
</pubDate><author>jane@h.example (Jane Doe)</author><category>Weather</category><description>Short.</description>
<content:encoded><![CDATA[<p>Long text.</p>]]></content:encoded></item></channel></rss>"""


def test_a_feed_gives_its_entries(tmp_path):
    """RSS by feedparser: the long text is the body, the short one the description."""
    article = one(tmp_path, "feed.rss", RSS)
    assert (article.title, article.text, article.description) == ("Storm & flood", "Long text.", "Short.")
    assert (article.url, article.language, article.categories) == (
        "https://h.example/2026/storm",
        "en-US",
        ("Weather",),
    )
    assert article.published == 1_770_264_118_000
    assert article.updated is None


def test_a_file_whose_reader_is_not_installed_says_which_extra_it_needs(tmp_path, monkeypatch):
    """Nothing else is lost."""
    monkeypatch.setattr("indexer.content.extras.import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    articles, _, rejected = read(tmp_path, "feed.rss", RSS, **{"a.md": "---\ntitle: A\n---\nText.\n"})
    assert list(articles) == ["a.md"]
    assert "pip install 'lede-search[feeds]'" in rejected[0]


def test_a_json_feed_gives_its_items(tmp_path):
    """What the feed says of all holds for items that say nothing; external_url is not the address."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": "House", "language": "de",
        "authors": [{"name": "Root"}],
        "items": [{"id": "1", "url": "https://h.example/1", "external_url": "https://other.example", "title": "T",
                   "content_html": "<p>Text.</p>", "date_published": "2026-02-05T05:01:58Z"}],
    }  # fmt: skip
    article = one(tmp_path, "feed.json", json.dumps(feed))
    assert (article.path, article.url, article.authors) == ("feed.json#1", "https://h.example/1", ("Root",))
    assert (article.language, article.text, article.source.name) == ("de", "Text.", "House")


def test_json_lines_give_an_article_a_line(tmp_path):
    """A broken line is a rejection with its number; the others are read, control characters and all."""
    lines = [
        json.dumps({"_id": "set/n1", "title": "A", "text": "Body.",
                    "metadata": {"date": "2019-03-30", "time": "20:06:00",
                    "source": "fool.com", "tags": ["AAPL"], "url": "https://x.example/a"}}),
        "{broken", "[1]", "", '{"title": "B", "text": "tab\there"}', 
        json.dumps({"title": "B", "id": "set/n1", "text": "x"}),
    ]  # fmt: skip
    articles, _, rejected = read(tmp_path, "mix.jsonl", "\n".join(lines))
    assert sorted(articles) == ["mix.jsonl#5", "mix.jsonl#set/n1", "mix.jsonl#set/n1-2"]
    article = articles["mix.jsonl#set/n1"]
    assert (article.id, article.published, article.tags) == ("mix#set/n1", 1_553_976_360_000, ("AAPL",))
    assert (article.source.name, article.url) == ("fool.com", "https://x.example/a")
    assert [line.split(":")[1] for line in rejected] == ["2", "3"]


def test_the_digest_of_an_item_is_its_own(tmp_path):
    """A line that is written anew changes one article, and no other."""

    def digests(text):
        (tmp_path / "a.jsonl").write_text(text)
        file: Any
        (file,) = source_files(tmp_path)
        outcomes: Any = parse(file)
        return [outcome.digest for outcome in outcomes]

    before = digests('{"id": 1, "title": "A", "text": "x"}\n{"id": 2, "title": "B", "text": "y"}\n')
    after = digests('{"id": 1, "title": "A", "text": "x"}\n{"id": 2, "title": "B", "text": "z"}\n')
    assert before[0] == after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ({"title": "A", "body": "Text", "slug": "a"}, ["f.json"]),
        ([{"id": 1, "title": "A", "url": "https://x.example"}], ["f.json#1"]),
        ({"articles": [{"id": 1, "title": "A", "content": "x"}]}, ["f.json#1"]),
        ({"a": {"title": "A", "text": "x"}, "b": {"title": "B", "text": "y"}}, ["f.json#a", "f.json#b"]),
        (
            [{"id": 3, "title": {"rendered": "A"}, "content": {"rendered": "<p>x</p>"}}],
            ["f.json#3"],
        ),
        ({"name": "a-package", "version": "1.0.0", "dependencies": {}}, []),
        ([1, 2, 3], []),
    ],
)
def test_json_of_one_article_or_of_many(tmp_path, content, paths):
    """A list, a table that holds one, a table of articles, WordPress's REST answers; anything else is passed over."""
    articles, omitted, rejected = read(tmp_path, "f.json", json.dumps(content))
    assert (sorted(articles), rejected) == (paths, [])
    assert omitted == ([] if paths else ["JSON without articles"])


def test_json_that_breaks_off_keeps_its_whole_items(tmp_path):
    """And the break is told."""
    written = json.dumps([{"id": n, "title": f"T {n}", "text": "x"} for n in range(3)])
    articles, _, rejected = read(tmp_path, "f.json", written[:-20])
    assert sorted(articles) == ["f.json#0", "f.json#1"]
    assert "2 whole items" in rejected[0]


def test_json_beyond_what_is_held_is_streamed(tmp_path, monkeypatch):
    """A long list is read item by item; a long table is refused with a remedy."""
    monkeypatch.setattr("indexer.readers.data.MAX_TREE", 100)
    monkeypatch.setattr("indexer.readers.json_stream._CHUNK", 64)
    written = json.dumps([{"id": n, "title": f"Tytuł {n}", "text": "x" * 50} for n in range(20)], ensure_ascii=False)
    articles, _, rejected = read(tmp_path, "f.json", written)
    assert (len(articles), rejected) == (20, [])
    (tmp_path / "f.json").unlink()
    _, _, rejected = read(tmp_path, "g.json", json.dumps({"items": written}))
    assert "JSON Lines" in rejected[0]


def test_csv_gives_an_article_a_row(tmp_path):
    """Named columns in any case, quotes with lines in them, semicolons, a byte order mark."""
    written = '\ufeffHeadline;Full_Text;Published Date;Author;Lang\n"A; B";"One.\n\nTwo.";16-Mar-20;Jane Doe;fr\n;;;;\n'
    article = one(tmp_path, "a.csv", written)
    assert (article.title, article.text, article.authors, article.language) == (
        "A; B",
        "One.\n\nTwo.",
        ("Jane Doe",),
        "fr",
    )
    assert article.path == "a.csv#1"


def test_csv_without_a_head_is_told_by_its_shape_or_refused(tmp_path):
    """The first article never gives the columns their names."""
    row = "Why does nobody share it?,https://x.example/a,{}\nWho shares it now then?,https://x.example/b,{}\n"
    articles, _, rejected = read(tmp_path, "a.csv", row.format("Long text. " * 60, "Other text. " * 60))
    assert [article.title for article in articles.values()] == ["Why does nobody share it?", "Who shares it now then?"]
    assert rejected == []
    (tmp_path / "a.csv").write_text("1,2\n3,4\n")
    assert "names no columns of articles" in read(tmp_path, "b.csv", "x,y\n1,2\n")[2][0]


def test_too_many_columns_are_refused(tmp_path):
    """100,000 of them are no table of articles."""
    assert "columns" in read(tmp_path, "a.csv", "title," + ",".join(f"c{n}" for n in range(100_000)) + "\n")[2][0]


PAGE = """<!doctype html><html lang="en"><head><title>Ships collide | Gazette</title>
<meta property="og:type" content="article"><meta property="og:title" content="Ships collide | Gazette">
<meta property="og:site_name" content="Gazette"><meta property="article:published_time" content="2026-02-04T10:00:00Z">
<link rel="canonical" href="https://g.example/ships">
<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Ships &quot;collide&quot;",
"datePublished": "Thu, 05 Feb 2026 05:01:58 GMT",
"author": [{"name": "Jane Doe"}, {"@type": "Organization", "name": "G"}], "keywords": "ports, fog",
"articleSection": "World", "image": {"url": "https://g.example/s.jpg"}}]}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ships "collide"</h1>BODY</article>
<footer>Imprint</footer></body></html>"""
BODY = "".join(
    f"<p>Two ships met in the fog near the harbour on day {n}, and nobody was hurt by it.</p>" for n in range(8)
)


def test_a_page_is_read_by_its_json_ld_before_its_opengraph(tmp_path):
    """Main text only, house names and organisations left out, entities read."""
    article = one(tmp_path, "news/ships.html", PAGE.replace("BODY", BODY))
    assert (article.title, article.authors, article.tags) == ('Ships "collide"', ("Jane Doe",), ("ports", "fog"))
    assert (article.categories, article.language, article.url) == (("World",), "en", "https://g.example/ships")
    assert article.published == 1_770_267_718_000
    assert "met in the fog" in article.text
    assert "Imprint" not in article.text


def test_a_broken_json_ld_leaves_opengraph(tmp_path):
    """The house's name is taken off the title."""
    broken = PAGE.replace('"keywords"', '"key"words"').replace("BODY", BODY)
    article = one(tmp_path, "news/ships.html", broken)
    assert (article.title, article.published) == ("Ships collide", 1_770_199_200_000)


@pytest.mark.parametrize(
    ("name", "page", "why"),
    [
        ("tags/fog/index.html", "<html><body>" + "<a href=x>Link text here</a>" * 30 + "</body></html>", "list page"),
        ("404.html", "<html><title>Not found</title><body>" + BODY + "</body></html>", "error page"),
        ("old.html", '<html><meta http-equiv="refresh" content="0; url=/new"></html>', "redirect"),
        (
            "list.html",
            "<html><body>" + '<a href="x">A long headline of another article</a>' * 20 + "</body></html>",
            "list page",
        ),
        ("empty.html", "<html><title>T</title><body><p>Short.</p></body></html>", "page without an article"),
    ],
)
def test_pages_that_are_no_articles_are_counted(tmp_path, name, page, why):
    """Lists, errors, redirects, and pages of little text."""
    assert read(tmp_path, name, page) == ({}, [why], [])


def test_html_under_a_front_matter_is_a_fragment(tmp_path):
    """As Jekyll has it."""
    article = one(tmp_path, "a.html", "---\ntitle: T\n---\n<p>One.</p>\n<ul><li>a</li><li>b</li></ul>{% include x %}")
    assert (article.title, article.text) == ("T", "One.\n\na\nb")


def test_restructured_text(tmp_path):
    """Pelican's fields under the title, directives and roles without their signs; a .txt needs fields."""
    written = "A title\n=======\n\n:date: 2026-02-05\n:tags: a, b\n\n"
    written += "See `the page <https://x.example>`_ and :ref:`x`.\n\n"
    written += ".. note::\n\n   Mind it.\n\n.. image:: a.png\n   :alt: x\n"
    article = one(tmp_path, "a.rst", written)
    assert (article.title, article.tags) == ("A title", ("a", "b"))
    assert article.text == "See the page and x.\n\nMind it."
    (tmp_path / "a.rst").unlink()
    assert read(tmp_path, "requirements.txt", "numpy==2.0\n")[1] == ["text without the fields of an article"]


def test_nikolas_metadata_stand_beside_the_text(tmp_path):
    """A .meta file gives the fields, and changes the digest of the text."""
    article = one(tmp_path, "a.txt", "Text.\n", **{"a.meta": ".. title: From beside\n.. date: 2012/04/13 17:54\n"})
    assert (article.title, article.text) == ("From beside", "Text.")
    file: Any = next(iter(source_files(tmp_path)))
    first = file.digest
    (tmp_path / "a.meta").write_text(".. title: Other\n")
    changed: Any = next(iter(source_files(tmp_path)))
    assert changed.digest != first


def test_asciidoc(tmp_path):
    """Title and attributes of its own, headings, links, lists and code."""
    written = "= A title\n:author: Jane Doe\n:revdate: 2026-02-05\n\n"
    written += "== Part\n\nA https://x.example[link] and *bold*.\n\n* one\n* two\n\n----\ncode\n----\n"
    article = one(tmp_path, "a.adoc", written)
    assert (article.title, article.authors) == ("A title", ("Jane Doe",))
    assert article.text == "Part\n\nA link and bold.\n\none\ntwo\n\ncode"


def test_a_mapping_of_ones_own_comes_first(tmp_path):
    """By dotted path, for all or for the files of a glob; fields of one's own are typed."""
    rules = ReadingRules(
        fields={"published": ("meta.when",), "title": ("kop",)},
        folders=(("old/*", {"title": ("headline_nl",)}),),
        custom={"desk": CustomField("keyword", ("desk",)), "pages": CustomField("number", ("n.pages",)),
                "checked": CustomField("date", ("checked",))},
    )  # fmt: skip
    head = "---\ntitle: T\nkop: K\nheadline_nl: H\nmeta:\n  when: 2026-02-05\n"
    head += "desk: [World, Sport]\nn: {pages: 3}\nchecked: 2026-01-01\n---\nText.\n"
    articles, _, _ = read(tmp_path, "new/a.md", head, rules, **{"old/b.md": head.replace("pages: 3", "pages: many")})
    new, old = articles["new/a.md"], articles["old/b.md"]
    assert (new.title, old.title) == ("K", "H")
    assert new.custom == {"desk": ["World", "Sport"], "pages": 3.0, "checked": 1_767_225_600_000}
    assert set(old.custom) == {"desk", "checked"}
    assert new.published == 1_770_249_600_000


def test_relative_addresses_are_joined_to_the_site(tmp_path):
    """Where the site is known."""
    head = "---\ntitle: T\npermalink: /songs/marsh/\n---\nText.\n"
    assert one(tmp_path, "a.md", head).url == "/songs/marsh/"
    assert one(tmp_path, "a.md", head, ReadingRules(site="https://s.example")).url == "https://s.example/songs/marsh/"


def test_page_bundles_dated_names_and_section_pages(tmp_path):
    """The folder names a bundle, the day leaves the slug, `_index.md` is no article."""
    text = "---\ntitle: T\n---\nText of an article.\n"
    articles, omitted, _ = read(
        tmp_path, "posts/marsh-fire/index.md", text,
        **{"posts/marsh-birds/index.en.md": text, "_posts/2026-01-07-marsh-walk.md": text, "posts/_index.md": text,
           "posts/b.md": text.replace("title: T", "title: T\nslug: film"), "_drafts/later.md": text},
    )  # fmt: skip
    told = {article.id: article.slug for article in articles.values()}
    assert told == {"posts/marsh-fire": "marsh-fire", "posts/marsh-birds.en": "marsh-birds",
                    "_posts/2026-01-07-marsh-walk": "marsh-walk", "posts/b": "film"}  # fmt: skip
    assert sorted(omitted) == ["draft", "section page"]


@pytest.mark.parametrize(
    ("field", "left_out"),
    [
        ("draft: true", True), ("published: false", True), ("status: draft", True), ("status: withdrawn", True),
        ("published: true", False), ("draft:", False), ("status: published", False), ("published: 2026-01-01", False),
    ],
)  # fmt: skip
def test_what_is_not_published_stays_out(tmp_path, field, left_out):
    """Drafts, withdrawn ones, and what says that it is not published; a time is no truth value."""
    articles, omitted, _ = read(tmp_path, "a.md", f"---\ntitle: T\n{field}\n---\nText.\n")
    assert (not articles, bool(omitted)) == (left_out, left_out)


def test_an_export_whose_post_has_no_end_is_refused_in_bounded_memory(tmp_path, monkeypatch):
    """What was sound before it is read; of the endless one no more than the limit is kept."""
    from indexer.readers import wordpress

    monkeypatch.setattr(wordpress, "MAX_ITEM", 200_000)
    sound = (
        "<item><title>Sound</title><wp:post_id>1</wp:post_id><wp:status>publish</wp:status>"
        "<content:encoded>A sound text.</content:encoded></item>"
    )
    (tmp_path / "export.xml").write_text(
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{sound}<item><title>{'endless ' * 500_000}",
        encoding="utf-8",
    )
    files: Any = source_files(tmp_path)
    outcomes: Any = [one for file in files for one in parse(file)]
    assert [type(one).__name__ for one in outcomes] == ["ReadArticle", "Refused"]
    assert "more than 200,000 bytes" in str(outcomes[1].rejected)


def test_lines_of_json_in_another_encoding_are_read(tmp_path):
    """A byte that is no UTF-8 brings no build down."""
    (tmp_path / "a.jsonl").write_bytes('{"title": "Zürich", "text": "Größe"}\n'.encode("latin-1"))
    files: Any = source_files(tmp_path)
    outcome: Any = next(one for file in files for one in parse(file))
    assert outcome.article.title == "Zürich"


def test_directives_in_directives_are_read_to_a_depth(tmp_path):
    """What lies deeper is text; a link by name is one wherever its target stands."""
    nested = "".join(f"{'  ' * n}.. note:: Part {n}\n\n" for n in range(40))
    written = f"Deep\n====\n\n.. _pier: https://pier.example/\n\n{nested}{'  ' * 40}The pier_ opened again.\n"
    article = one(tmp_path, "deep.rst", written)
    assert "The pier opened again." in article.text
    assert "Part 5" in article.text


def test_a_sender_without_end_is_cut(tmp_path):
    """The parser of mail takes hours for it."""
    article = one(
        tmp_path, "a.eml", f"Subject: Ferry\nFrom: {'Jane ' * 5_000}<jane@example.org>\n\nThe ferry runs again.\n"
    )
    assert article.title == "Ferry"
    assert max(map(len, article.authors), default=0) <= 1_000
