"""Are exports of content systems read with what they refer to, and without what they withhold?"""

from collections.abc import Mapping
from typing import Any

import pytest
from written_folder import only, reading_of

from search.article import Article
from search.times import iso

TEXT = "The tram crosses the river on its first day, and a crowd waits on the other bank for it."
NODES = [{"type": "paragraph", "children": [{"type": "text", "text": TEXT}]}]


def told(article: Article, names: Mapping[str, object]) -> dict[str, object]:
    """Of an article the fields of these names, with times as texts."""
    times = {"published": iso(article.published or 0), "updated": iso(article.updated or 0)}
    return {name: times[name] if name in times else getattr(article, name) for name in names}


ANS = {
    "type": "story", "_id": "T1", "canonical_url": "/city/tram/", "language": "en",
    "display_date": "2024-03-05T10:00:00Z", "created_date": "2024-03-01T10:00:00Z",
    "last_updated_date": "2024-03-06T10:00:00Z",
    "headlines": {"basic": "A tram at last", "mobile": "Tram"}, "subheadlines": {"basic": "It crosses the river"},
    "credits": {"by": [{"name": "Jane Doe"}, {"first_name": "John", "last_name": "Roe"}]},
    "taxonomy": {"tags": [{"text": "rail"}], "primary_section": {"_id": "/city", "name": "City"}},
    "promo_items": {"basic": {"type": "video", "promo_items": {"basic": {"type": "image",
        "url": "https://t.example/t.jpg"}}}},
    "content_elements": [
        {"type": "text", "content": TEXT}, {"type": "header", "level": 3, "content": "The bank"},
        {"type": "list", "items": [{"type": "text", "content": "first stop"}]},
        {"type": "quote", "content_elements": [{"type": "text", "content": "At last"}],
         "citation": {"content": "a rider"}},
        {"type": "image", "caption": "unread"}, {"type": "oembed_response", "raw_oembed": {"html": "<b>unread</b>"}},
    ],
}  # fmt: skip
LINKED = {
    "@context": "https://schema.org", "@graph": [
        {"@type": "Person", "@id": "#jd", "name": "Jane Doe"}, {"@type": "WebSite", "name": "The Post"},
        {"@type": "NewsArticle", "headline": "A tram at last", "datePublished": "2024-03-05T10:00:00Z",
         "author": {"@id": "#jd"}, "mainEntityOfPage": {"@id": "https://post.example/tram"}, "articleBody": TEXT,
         "publisher": {"@type": "Organization", "name": "The Post"}}],
}  # fmt: skip
ITEMS: dict[str, tuple[Any, dict[str, object]]] = {
    "ans": (ANS, {
        "title": "A tram at last", "published": "2024-03-05T10:00:00Z", "updated": "2024-03-06T10:00:00Z",
        "authors": ("Jane Doe", "John Roe"), "tags": ("rail",), "categories": ("City",), "url": "/city/tram/",
        "image": "https://t.example/t.jpg", "description": "It crosses the river",
        "text": f"{TEXT}\n\nThe bank\n\nfirst stop\n\nAt last a rider"}),
    "ans of a list": ({"type": "results", "content_elements": [ANS, {**ANS, "type": "gallery"}]}, {
        "title": "A tram at last"}),
    "json-ld": ([LINKED, {"@context": "https://schema.org", "@type": "BreadcrumbList"}], {
        "title": "A tram at last", "authors": ("Jane Doe",), "url": "https://post.example/tram", "text": TEXT}),
    "payload": ({"docs": [{"title": "A tram at last", "heroImage": {"url": "/t.webp"}, "content": {"root": {
        "type": "root", "children": [*NODES, {"type": "block", "fields": {"content": {"root": {"children": [
            {"type": "paragraph", "children": [{"type": "text", "text": "In a frame."}]}]}}}}]}}}]}, {
        "image": "/t.webp", "text": f"{TEXT}\n\nIn a frame."}),
    "keystone": ([{"title": "A tram at last", "content": {"document": [{"type": "paragraph", "children": [
        {"text": TEXT}]}]}}], {"text": TEXT}),
    "wagtail": ({"items": [{"title": "A tram at last", "date": "2024-03-05", "body": [
        {"type": "paragraph", "value": f"<p>{TEXT}</p>"}, {"type": "image", "value": 42},
        {"type": "quote", "value": {"text": "At last", "attribution": "a rider"}}]}]}, {
        "text": f"{TEXT}\n\nAt last a rider"}),
    "ghost": ({"posts": [{"title": "A tram at last", "html": f"<p>{TEXT}</p>", "excerpt": TEXT,
        "custom_excerpt": "On it.", "tags": [{"name": "rail", "visibility": "public"}, {"name": "#desk",
        "visibility": "internal"}]}]}, {
        "description": "On it.", "tags": ("rail",)}),
    "directus": ({"data": [{"status": "published", "date_created": "2024-03-05T10:00:00Z",
        "headline": "A tram at last",
        "content": TEXT, "author": {"first_name": "Jane", "last_name": "Doe"}},
        {"status": "archived", "content": TEXT, "date_created": "2024-03-05T10:00:00Z",
        "headline": "An old tram"}]}, {"authors": ("Jane Doe",)}),
    "joomla": ({"data": [{"type": "articles", "id": "8", "attributes": {
        "title": "A tram at last", "text": TEXT, "state": 1, "created": "2024-03-01 10:00:00",
        "publish_up": "2024-03-05 10:00:00", "images": {"image_intro": "images/t.jpg"}, "tags": {"3": "rail"},
        "publish_down": "0000-00-00 00:00:00"}}, {"type": "articles", "id": "9",
        "attributes": {"title": "A bin", "text": TEXT, "state": -2, "publish_up": "2024-03-05 10:00:00"}}]}, {
        "published": "2024-03-05T10:00:00Z", "image": "images/t.jpg", "tags": ("rail",), "expires": None}),
    "strapi": ({"data": [{"id": 1, "attributes": {"title": "A tram at last", "content": TEXT,
        "createdAt": "2024-03-04",
        "updatedAt": "2024-03-06", "publishedAt": "2024-03-05"}}, {"id": 2, "attributes": {"title": "Not yet",
        "content": TEXT, "createdAt": "2024-03-04", "updatedAt": "2024-03-06", "publishedAt": None}}]}, {
        "published": "2024-03-05T00:00:00Z"}),
    "mongodb": ([{"_id": {"$oid": "65e6f0c2a1b2c3d4e5f60718"}, "title": "A tram at last", "content": TEXT,
        "author": {"$oid": "65e6f0c2a1b2c3d4e5f60719"}, "authorName": "Jane Doe"}], {"authors": ("Jane Doe",)}),
    "firestore": ([{"title": "A tram at last", "content": TEXT, "published": {"_seconds": 1709632800}}], {
        "published": "2024-03-05T10:00:00Z"}),
    "sanity": ([{"_id": "p1", "_type": "post", "title": "A tram at last", "body": [
        {"_type": "image", "asset": {"_ref": "image-1"}},
        {"_type": "block", "children": [{"_type": "span", "text": TEXT}]}]},
        {"_id": "c1", "_type": "category", "title": "City", "description": "Of the city."}], {"text": TEXT}),
    "hygraph": ({"data": {"articles": [{"id": "1", "stage": "PUBLISHED", "title": "A tram at last", "text": TEXT},
        {"id": "2", "stage": "DRAFT", "title": "Not yet", "text": TEXT}]}}, {"title": "A tram at last"}),
    "craft": ([{"id": 1, "title": "A tram at last", "status": "live", "text": TEXT, "url": "/tram"},
        {"id": 2, "title": "Off", "status": "disabled", "text": TEXT, "url": "/off"}], {"title": "A tram at last"}),
    "keys of persons": ([{"title": "A tram at last", "content": TEXT, "author": 17, "byline": "Jane Doe"}], {
        "authors": ("Jane Doe",)}),
}  # fmt: skip


@pytest.mark.parametrize("system", ITEMS)
def test_the_one_article_of_an_export(tmp_path, system):
    """Drafts, bins, films and ways to pages beside it are none."""
    tree, expected = ITEMS[system]
    assert told(only(tmp_path, {"export.json": tree}), expected) == expected


def test_contentful_links_entries_and_assets(tmp_path):
    """An entry with the names and addresses of what it links to, in each of its languages; drafts stay out."""

    def link(kind: str, key: str) -> dict[str, object]:
        return {"sys": {"type": "Link", "linkType": kind, "id": key}}

    def entry(key: str, fields: object, version: int | None) -> dict[str, object]:
        kind = {"sys": {"type": "Link", "linkType": "ContentType", "id": "post"}}
        times = {"createdAt": "2024-03-01T10:00:00Z", "updatedAt": "2024-03-06T10:00:00Z"}
        told_of = {"publishedVersion": version} if version else {}
        return {"sys": {"id": key, "type": "Entry", "contentType": kind, **times, **told_of}, "fields": fields}

    ukrainian = "Трамвай перетнув річку у перший день, і натовп чекав на нього на другому березі цього міста. " * 2
    export = {
        "locales": [{"code": "en-US", "default": True}, {"code": "uk"}],
        "entries": [
            entry("e1", {
                "title": {"en-US": "A tram at last", "uk": "Нарешті трамвай"},
                "body": {"en-US": TEXT * 2, "uk": ukrainian}, "author": {"en-US": [link("Entry", "p1")]},
                "image": {"en-US": link("Asset", "a1")}, "publishDate": {"en-US": "2024-03-05"}}, 2),
            entry("e2", {"title": {"en-US": "Never"}, "body": {"en-US": TEXT}}, None),
            entry("p1", {"name": {"en-US": "Jane Doe"}}, 1),
        ],
        "assets": [{"sys": {"id": "a1", "type": "Asset"},
        "fields": {"file": {"en-US": {"url": "//t.example/t.jpg"}}}}],
    }  # fmt: skip
    reading = reading_of(tmp_path, {"export.json": export})
    english, twin = reading.articles
    names = {"title": "", "authors": "", "image": "", "language": "", "published": "", "updated": ""}
    assert told(english, names) == {
        "title": "A tram at last", "authors": ("Jane Doe",), "image": "https://t.example/t.jpg", "language": "en-US",
        "published": "2024-03-05T00:00:00Z", "updated": "2024-03-06T10:00:00Z"}  # fmt: skip
    assert (twin.title, twin.language, twin.external_id) == ("Нарешті трамвай", "uk", english.external_id)
    assert reading.omitted == {"draft": 1}


HEADS: dict[str, tuple[str, str, dict[str, object]]] = {
    "javascript's times": ("tram.md", "---\ntitle: A tram\ndate: Tue Mar 05 2024 12:00:00 GMT+0200 (EET)\n---\n", {
        "published": "2024-03-05T10:00:00Z"}),
    "a table of a time": ("tram.md", "---\ntitle: A tram\nlast_update:\n  date: 2024-03-06\n  author: bot\n---\n", {
        "updated": "2024-03-06T00:00:00Z"}),
    "parameters of hugo": ("tram.md", '+++\ntitle = "A"\n[params]\nauthor = "Jane Doe"\nsubtitle = "On it"\n+++\n', {
        "authors": ("Jane Doe",), "description": "On it"}),
    "an address before the name": ("tram.md", "---\ntitle: A tram\nauthor: jane@t.example (Jane Doe)\n---\n", {
        "authors": ("Jane Doe",)}),
    "wikilinks": ("tram.md", '---\ntitle: A tram\nauthor:\n  - "[[people/jd|Jane Doe]]"\ntags: ["[[rail]]"]\n---\n', {
        "authors": ("Jane Doe",), "tags": ("rail",)}),
    "json between semicolons": ("tram.md", ';;;\n{"title": "A tram", "author": "Jane Doe"}\n;;;\n', {
        "title": "A tram", "authors": ("Jane Doe",), "text": TEXT}),
    "logseq": ("tram.md", "title:: A tram\ntags:: [[rail]], #city\ndate:: [[2024-03-05]]\n\n- collapsed:: true\n", {
        "title": "A tram", "tags": ("rail", "city"), "published": "2024-03-05T00:00:00Z"}),
    "lektor": ("tram/contents.lr", "title: A tram\n---\ntags:\n\nrail\nthe city\n---\nbody:\n\n", {
        "tags": ("rail", "the city"), "text": TEXT}),
    "a pipe": ("tram.md", "---\ntitle: A tram\ntags: rail|city\nsubhed: On it\nimgUrl: /t.jpg\n---\n", {
        "tags": ("rail", "city"), "description": "On it", "image": "/t.jpg"}),
    "a table that is the head": ("tram.md", "---\nheader:\n  title: A tram\n  teaser: /t.jpg\n  image: /i.jpg\n---\n", {
        "title": "A tram", "description": "", "image": "/i.jpg"}),
    "javascript": ("tram.md", '---js\n{\n  title: "A tram",\n  tags: ["rail", "city"], // two\n}\n---\n', {
        "title": "A tram", "tags": ("rail", "city"), "text": TEXT}),
    "keys of files": ("2_t/n.txt", "Title: A\n----\nAuthor: - user://x1\n----\nCover: - file://f1\n----\nText: ", {
        "authors": (), "image": "", "text": TEXT}),
}  # fmt: skip


@pytest.mark.parametrize("form", HEADS)
def test_heads_of_one_article(tmp_path, form):
    """Each head above the same text."""
    path, head, expected = HEADS[form]
    assert told(only(tmp_path, {path: f"{head}{TEXT}\n"}), expected) == expected


def test_components_and_directives_leave_their_words(tmp_path):
    """Nuxt's components, directives of remark, Logseq's properties of a block; words with colons stay."""
    body = (
        '::alert{type="info"}\n---\nicon: x\n---\nMind the gap.\n::\n\n'
        "::code-group\n```js [a.js]\nlet a = 1\n```\n::\n\n"
        'A :badge[new]{type="x"} tram at 10:30 :icon{name="x"}, std::vector, ratio 1:2.\n\n- A block\n  id:: 65e6\n'
    )
    article = only(tmp_path, {"tram.md": f"---\ntitle: A tram\n---\n{body}"})
    assert article.text == ("Mind the gap.\n\nlet a = 1\n\nA new tram at 10:30 , std::vector, ratio 1:2.\n\nA block")


def test_kirbys_tags_leave_their_words(tmp_path):
    """The words of a link and the caption of a picture; round brackets of a text stay."""
    tags = "(link: https://t.example text: the map)(image: t.jpg caption: By night) (so far)"
    text = f"Title: A tram\n----\nText: {TEXT} {tags}\n"
    assert only(tmp_path, {"1_tram/note.txt": text}).text == f"{TEXT} the mapBy night (so far)"


def test_tables_of_content_systems(tmp_path):
    """A German head row; what TYPO3, Drupal and Wix say of publication in ways of their own."""
    files = {
        "a.csv": f'Überschrift;Datum;Autor;Rubrik;Text\n"Eine Bahn";05.03.2024 11:30;Jana Roth;Stadt;"{TEXT}"\n',
        "b.csv": "uid,tstamp,crdate,hidden,deleted,title,bodytext,path_segment\n"
        f'1,1709719200,1709632800,0,0,B,"{TEXT}",b-s\n'
        f'2,1709719200,1709632800,1,0,Hidden,"{TEXT}",h\n3,1709719200,1709632800,0,1,Gone,"{TEXT}",g\n',
        "c.csv": f'Title,Body,Published status,Langcode\nC,"{TEXT}",On,en\nOff,"{TEXT}",Off,en\n',
        "d.csv": f'Title,Plain Content,Last Published Date,Cover Image\nD,"{TEXT}",2024-03-06,wix:image://v1/x~mv2.jpg/t.jpg\n',
    }
    reading = reading_of(tmp_path, files)
    first, typo3, drupal, wix = reading.articles
    assert (first.title, first.authors, first.categories, first.text) == ("Eine Bahn", ("Jana Roth",), ("Stadt",), TEXT)
    assert iso(first.published or 0) == "2024-03-05T11:30:00Z"
    assert (typo3.title, iso(typo3.updated or 0), typo3.slug) == ("B", "2024-03-06T10:00:00Z", "b-s")
    assert (drupal.title, wix.text, wix.image) == ("C", TEXT, "https://static.wixstatic.com/media/x~mv2.jpg")
    assert reading.omitted == {"draft": 3}


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("uk", "2024-03-05"),
        ("fr", "2024-03-05"),
        ("en-GB", "2024-03-05"),
        ("en-US", "2024-05-03"),
        ("en", "2024-05-03"),
    ],
)
def test_a_day_with_slashes_in_a_table_is_read_as_the_language_that_it_states(tmp_path, language, day):
    """Day first where the stated language writes so; `en` alone, and front matter, are read month first."""
    table = f'title,date,lang,text\nA,05/03/2024 10:30,{language},"{TEXT}"\n'
    mark = f"---\ntitle: B\ndate: 05/03/2024\nlang: {language}\n---\n{TEXT}\n"
    row, page = reading_of(tmp_path, {"a.csv": table, "b.md": mark}).articles
    assert iso(row.published or 0) == f"{day}T10:30:00Z"
    assert iso(page.published or 0) == "2024-05-03T00:00:00Z"


def test_a_french_table_says_the_hour_in_its_own_way(tmp_path):
    """`05/03/2024 à 10h30` in Windows-1252, under a French head row; a warning says the code page, once."""
    text = "Le tramway a traversé la rivière le premier jour, et une foule l'attendait sur l'autre rive."
    rows = "".join(f'"Le tram {n}";"Enfin";"05/03/2024 à 10h30";"{text}"\n' for n in (1, 2))
    (tmp_path / "a.csv").write_bytes(f"Titre;Chapô;Date de publication;Texte\n{rows}".encode("cp1252"))
    reading = reading_of(tmp_path, {})
    assert [iso(one.published or 0) for one in reading.articles] == ["2024-03-05T10:30:00Z"] * 2
    assert [(one.code, one.path) for one in reading.warnings] == [("guessed-encoding", "a.csv#1")]


def test_captured_pages_have_the_addresses_that_they_had(tmp_path):
    """The Wayback Machine's own address before that of a page and of its picture is none of the article."""
    captured = "https://web.archive.org/web/20150304050607"
    page = (
        f'<html><head><title>A tram</title><link rel="canonical" href="{captured}/http://t.example/tram">'
        f'<meta property="og:image" content="{captured}im_/http://t.example/t.jpg">'
        '<meta name="dc.date" content="2015-03-01"></head><body><article><h1>A tram</h1>'
        '<time itemprop="datePublished" datetime="2015-03-01T08:00:00Z">1 March</time>'
        f"{''.join(f'<p>{number}. {TEXT} And so it was told.</p>' for number in range(6))}</article></body></html>"
    )
    article = only(tmp_path, {"page.html": page})
    assert (article.url, article.image) == ("http://t.example/tram", "http://t.example/t.jpg")
    assert iso(article.published or 0) == "2015-03-01T08:00:00Z"


def test_an_export_whose_links_are_no_whole_addresses(tmp_path):
    """Squarespace's export names its posts by paths; links in their texts are then not joined to anything."""
    export = (
        '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>Post</title><item><title>A tram</title><link>/news/tram</link><wp:post_id>5</wp:post_id>"
        f'<content:encoded>&lt;p&gt;{TEXT} &lt;a href="/map"&gt;Map&lt;/a&gt;&lt;/p&gt;</content:encoded>'
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>"
    )
    article = only(tmp_path, {"export.xml": export})
    assert (article.title, article.url, article.text) == ("A tram", "/news/tram", f"{TEXT} Map")


def test_one_item_that_nobody_foresaw_costs_no_other(tmp_path, monkeypatch):
    """A fault over one item rejects that item, by its name."""
    from indexer.content import parsing

    read_one = parsing.article_of

    def faulty(document: Any, *others: Any) -> Any:
        if document.item == "2":
            raise TypeError("of a kind that nobody foresaw")
        return read_one(document, *others)

    monkeypatch.setattr(parsing, "article_of", faulty)
    reading = reading_of(tmp_path, {"a.json": [{"id": n, "title": f"Tram {n}", "text": TEXT} for n in (1, 2, 3)]})
    assert [one.title for one in reading.articles] == ["Tram 1", "Tram 3"]
    (rejected,) = reading.rejected
    assert rejected.path == "a.json#2"
    assert parsing.NOT_FORESEEN in str(rejected)


def test_gemtext_is_read_line_by_line(tmp_path):
    """Headings, items and quotations; links by their words; the day in the name."""
    text = f"# A tram\n\n{TEXT}\nA next line.\n"
    text += "=> gemini://t.example/map The map\n=> /bare\n* stop\n> said\n```\n=> kept\n```\n"
    article = only(tmp_path, {"2024-03-05-tram.gmi": text})
    assert (article.title, iso(article.published or 0)) == ("A tram", "2024-03-05T00:00:00Z")
    assert article.text == f"{TEXT}\n\nA next line.\n\nThe map\n\nstop\n\nsaid\n\n=> kept"


def test_tiddlers_are_read_by_their_fields(tmp_path):
    """Times and tags as TiddlyWiki writes them; its markup; drafts and parts of the wiki are left out."""
    head = "created: 20240305100000000\ncreator: Jane Doe\nmodified: 20240306100000000\ntags: rail [[the city]]\n"
    body = f"<<toc>>\n\n! The bank\n\n{TEXT} ''Bold'' //sloping// [[the map|Map]] [[Other]] "
    body += "https://t.example/a//b\n\n* stop\n# one\n"
    files = {
        "a.tid": f"{head}title: A tram\n\n{body}",
        "b.tid": f"{head}title: Draft\ndraft.of: A tram\n\n{TEXT}",
        "c.tid": "title: $:/palette\n\nx: y",
        "d.tid": f"title: Styles\ntype: text/css\n\n{TEXT}",
    }
    reading = reading_of(tmp_path, files)
    (article,) = reading.articles
    assert told(article, {"title": 1, "authors": 1, "tags": 1, "published": 1, "updated": 1}) == {
        "title": "A tram", "authors": ("Jane Doe",), "tags": ("rail", "the city"),
        "published": "2024-03-05T10:00:00Z", "updated": "2024-03-06T10:00:00Z"}  # fmt: skip
    assert article.text == (f"The bank\n\n{TEXT} Bold sloping the map Other https://t.example/a//b\n\nstop\n\none")
    assert reading.omitted == {"draft": 1, "of another kind than an article": 1, "part of the wiki itself": 1}


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "none-such"])
def test_a_newsletter_is_an_article(tmp_path, charset):
    """The subject, the sender without an address, the part in HTML or, without one, the plain one."""
    encoded = f"{TEXT} Caf\u00e9.".encode("utf-8" if charset == "none-such" else charset)
    letter = (
        b"From: \"The Gazette\" <desk@t.example>\r\nTo: jane@t.example\r\n"
        b"Subject: =?utf-8?q?A_tram_=E2=80=93_at_last?=\r\n"
        b"Date: Tue, 05 Mar 2024 12:00:00 +0200\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=" + charset.encode()
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + encoded
    )  # fmt: skip
    (tmp_path / "letter.eml").write_bytes(letter)
    (article,) = reading_of(tmp_path, {"no.eml": "no mail at all"}).articles
    assert (article.title, article.authors) == ("A tram – at last", ("The Gazette",))
    assert (iso(article.published or 0), article.text) == ("2024-03-05T10:00:00Z", f"{TEXT} Café.")
    assert "desk@" not in str(article)
    assert len(reading_of(tmp_path, {}).rejected) == 1


def test_a_letter_with_long_headers(tmp_path):
    """The boundary of its parts stands behind a long parameter; a long subject is read to its end."""
    subject = "\n ".join(f"=?utf-8?q?tram_{number}_?=" for number in range(80))
    kind = f'multipart/mixed; x="{"y" * 1_100}"; boundary="abc"'
    head = f"From: a@t.example\nSubject: {subject}\nMIME-Version: 1.0\nContent-Type: {kind}\n\n"
    letter = f"{head}--abc\nContent-Type: text/plain\n\n{TEXT}\n--abc--\n"
    (article,) = reading_of(tmp_path, {"a.eml": letter}).articles
    assert (article.title[-7:], "=?" in article.title, article.text) == ("tram 79", False, TEXT)


def test_a_list_of_the_articles_beside_it_is_none(tmp_path):
    """What a build writes for its front page names the files that are here; a list of others is read."""
    lists = [{"slug": "tram", "title": "A tram", "date": "2024-03-05", "summary": "On it."}]
    post = f"---\ntitle: A tram\n---\n{TEXT}\n"
    files = {"news/index.json": lists, "news/2024-03-05-tram.md": post, "old/index.json": [{**lists[0], "slug": "bus"}]}
    assert [one.path for one in reading_of(tmp_path, files).articles] == [
        "news/2024-03-05-tram.md", "old/index.json#bus"]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("a.xml", b'<?xml version="1.0" encoding="U\xcaF-8"?><rss version="2.0"><channel/></rss>', "is no feed"),
        (
            "a.xml",
            b'<?xml version="1.0" encoding="tTF-8"?><rss xmlns:wp="http://wordpress.org/export/1.2/"/>',
            "encoding",
        ),
    ],
)
def test_a_declaration_of_no_encoding_rejects_its_file(tmp_path, name, written, why):
    """By name, line and reason, as anything that is no export."""
    (tmp_path / name).write_bytes(written)
    (rejected,) = reading_of(tmp_path, {}).rejected
    assert (rejected.path, rejected.line) == (name, 1)
    assert why in rejected.why
    assert "foresee" not in rejected.why


def test_an_address_that_is_none_costs_its_article_nothing(tmp_path):
    """Square brackets in the place of a host; of an item's name, and of a page that is searched for its house."""
    page = "<html><head><title>A tram | Post</title><link rel='canonical' href='https://[t.example/tram'></head><body>"
    page += (
        f"<article><h1>A tram</h1>{''.join(f'<p>{n}. {TEXT} And so on.</p>' for n in range(6))}</article></body></html>"
    )
    files = {"a.json": [{"title": "A bus", "url": "https://[b.example/bus", "text": TEXT}], "b.html": page}
    assert [one.title[:6] for one in reading_of(tmp_path, files).articles] == ["A bus", "A tram"]


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        ("Subject: " + "=?utf-8?q?a?= " * 100_000 + "\n\nx", "bytes before its text"),
        ('Content-Type: multipart/mixed; boundary="b"\n\n' + "--b\nContent-Type: text/plain\n\nx\n" * 1_000, "parts"),
    ],
    ids=["head", "parts"],
)
def test_letters_that_no_newsroom_sends_are_refused_before_they_are_read(tmp_path, letter, why):
    """The standard parser takes minutes over such headers."""
    (rejected,) = reading_of(tmp_path, {"a.eml": letter}).rejected
    assert (rejected.path, rejected.line) == ("a.eml", 1)
    assert why in rejected.why


def test_tags_of_a_tiddler_that_nothing_ends_take_no_longer_than_their_length(tmp_path):
    """Each bracket was looked for an end through all that followed."""
    files = {"a.tid": "title: A tram\ntags: " + "[[a " * 100_000 + "\n\n" + TEXT}
    assert only(tmp_path, files).title == "A tram"
