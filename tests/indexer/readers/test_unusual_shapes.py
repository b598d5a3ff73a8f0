"""Shapes of files that few archives have: heads of rare generators, pages of wikis, notes."""

from written_folder import accepted, day, omitted, only

from search.times import iso

TEXT = "The ferry crossed the strait again, after three weeks of storms and repairs."


def test_definitions_of_franklin_are_fields(tmp_path):
    """Texts in three quotes, lists and words of days; marks around blocks and lists of contents are no text."""
    page = (
        '@def title = "The ferry"\n@def published = " 7 May 2024 "\n@def authors = """<a href="x">Jane Doe</a>"""\n'
        '@def tags = ["sea", "travel"]\n\n<!-- @def reeval = true -->\n\n# The ferry\n\n\\toc\n\n@@caption\n'
        f"{TEXT}\n@@\n"
    )
    found = only(tmp_path, {"news/ferry/index.md": page})
    assert (found.title, day(found), found.authors) == ("The ferry", "2024-05-07", ("Jane Doe",))
    assert (found.tags, found.text) == (("sea", "travel"), TEXT)


def test_a_draft_of_franklin_is_none(tmp_path):
    """Its state is a definition too."""
    page = f'@def title = "The ferry"\n@def is_draft = true\n\n{TEXT}\n'
    assert omitted(tmp_path, {"ferry.md": page}) == {"draft": 1}


def test_a_definition_in_a_text_is_text(tmp_path):
    """Only what a page begins with is its head."""
    found = only(tmp_path, {"a.md": f'---\ntitle: Julia\n---\n{TEXT}\n\n@def title = "x"\n\n@@note\n'})
    assert '@def title = "x"' in found.text
    assert "@@note" in found.text


def test_a_head_in_ziggy_gives_fields(tmp_path):
    """With and without braces; what stands in a table says nothing of the page."""
    head = (
        '.title = "The ferry",\n.date = @date("2024-05-07T09:11:00"),\n.author = "Jane Doe",\n.draft = false,\n'
        '.tags = ["sea", "travel",],\n.custom = {\n.title = "Menu",\n},\n'
    )
    for name, written in (("a", head), ("b", f"{{\n{head}}}\n")):
        found = only(tmp_path / name, {"ferry.smd": f"---\n{written}---\n\n{TEXT}\n"})
        assert (found.title, day(found), found.authors) == ("The ferry", "2024-05-07", ("Jane Doe",))
        assert (found.tags, found.text) == (("sea", "travel"), TEXT)


def test_a_draft_in_ziggy_is_none(tmp_path):
    """A truth of Ziggy is one."""
    page = f'---\n.title = "The ferry",\n.draft = true,\n---\n{TEXT}\n'
    assert omitted(tmp_path, {"ferry.smd": page}) == {"draft": 1}


def test_a_list_of_keys_below_a_title_is_a_head(tmp_path):
    """As notebooks of fastpages have it, whether they were converted by hand or by Jupytext."""
    head = '# The ferry\n> "Boats and storms"\n\n- toc: true\n- badges: true\n- categories: [sea, travel]\n'
    jupytext = "---\njupyter:\n  kernelspec:\n    name: python3\n---\n\n"
    region = f'<!-- #region id="a1" -->\n{head}<!-- #endregion -->\n\n{TEXT}\n'
    for name, page in (("a", f"{head}\n{TEXT}\n"), ("b", jupytext + region)):
        found = only(tmp_path / name, {"2024-05-07-ferry.md": page})
        assert (found.title, found.description) == ("The ferry", "Boats and storms")
        assert (found.categories, found.text) == (("sea", "travel"), TEXT)


def test_a_list_of_a_text_is_no_head(tmp_path):
    """Without a key of the generator it is what the article lists."""
    found = only(tmp_path, {"a.md": f"# Crew\n\n- author: the captain\n- date: of the voyage\n\n{TEXT}\n"})
    assert "the captain" in found.text
    assert not found.authors


def test_fields_above_an_empty_line_are_the_head_of_a_plain_text(tmp_path):
    """As Gentoo's news are written: the text behind them is no part of the title."""
    head = "Title: The ferry\nAuthor: Jane Doe <jane@news.example>\nPosted: 2024-05-07\nRevision: 1\n"
    found = only(tmp_path, {"2024-05-07-ferry.en.txt": f"{head}\n{TEXT}\n"})
    assert (found.title, found.authors, found.language) == ("The ferry", ("Jane Doe",), "en")
    assert (day(found), found.text) == ("2024-05-07", TEXT)


def test_htmly_tells_time_tags_and_drafts_by_the_place(tmp_path):
    """The folder `draft` is the state of an article, and the name its time, its tags and its slug."""
    page = f"<!--t The ferry t-->\n<!--d Boats d-->\n\n{TEXT}\n"
    name = "2024-05-07-10-20-30_sea,travel_the-ferry.md"
    reading = accepted(tmp_path, {f"content/jane/blog/news/{kind}/{name}": page for kind in ("post", "draft")})
    (found,) = reading.articles
    assert (found.path.split("/")[-2], found.slug, found.tags) == ("post", "the-ferry", ("sea", "travel"))
    assert iso(found.published) == "2024-05-07T10:20:30Z"
    assert reading.omitted == {"draft": 1}


def test_pages_of_dokuwiki_are_read(tmp_path):
    """Its headings, lists, rows, links and marks become text; tags are those of its plugin."""
    page = (
        '====== The ferry ======\n\n{{tag>sea "long travel"}}\n~~DISCUSSION~~\n\nThe **ferry** is //open//, see '
        "[[https://x.example/a|the plan]] and [[news:2024:boats]]((In French.)).\n\n===== Times =====\n"
        "  * at ''seven''\n  - first\n\n^ Port ^ Time ^\n| Bari | 7 |\n<code bash>\nx = **y**\n</code>\n"
    )
    found = only(tmp_path, {"pages/news/2024-05-07-ferry.txt": page})
    assert (found.title, found.tags, day(found)) == ("The ferry", ("sea", "long travel"), "2024-05-07")
    assert "The ferry is open, see the plan and boats (In French.)." in found.text
    assert "Port | Time\nBari | 7" in found.text
    assert "x = **y**" in found.text
    assert not any(sign in found.text for sign in ("==", "{{", "~~", "//", "[[", "''", "<code"))


def test_a_page_of_zim_has_the_time_of_its_head(tmp_path):
    """The line that Zim writes below a title is no text."""
    head = "Content-Type: text/x-zim-wiki\nWiki-Format: zim 0.4\nCreation-Date: 2024-05-07T07:17:51+02:00\n\n"
    page = f"{head}====== The ferry ======\nCreated Tuesday 07 May 2024\n\n{TEXT}\n"
    found = only(tmp_path, {"News/Ferry.txt": page})
    assert (found.title, iso(found.published), found.text) == ("The ferry", "2024-05-07T05:17:51Z", TEXT)


def test_plain_text_with_a_line_of_equal_signs_is_none_of_a_wiki(tmp_path):
    """A title of DokuWiki has as many on both sides."""
    assert omitted(tmp_path, {"a.txt": f"====== The ferry\n\n{TEXT}\n", "b.md": ""}).keys() >= {
        "text without the fields of an article"
    }


def test_notes_of_evernote_are_read(tmp_path):
    """What stands in the attributes of a note is said of it."""
    note = (
        "<note><title>The ferry</title><created>20240507T103000Z</created><tag>sea</tag><tag>travel</tag>"
        "<note-attributes><author>Jane Doe</author><source-url>https://x.example/f</source-url></note-attributes>"
        f"<content><![CDATA[<en-note><div>{TEXT}</div></en-note>]]></content></note>"
    )
    found = only(tmp_path, {"notes.enex": f"<en-export>{note}</en-export>"})
    assert (found.title, found.authors, found.url) == ("The ferry", ("Jane Doe",), "https://x.example/f")
    assert (found.tags, day(found), found.text) == (("sea", "travel"), "2024-05-07", TEXT)


def test_parts_of_every_page_are_no_articles(tmp_path):
    """Of GitHub's wikis and of Docsify."""
    parts = ("_Sidebar.md", "_Footer.md", "docs/_sidebar.md", "docs/_navbar.md", "docs/_coverpage.md")
    assert omitted(tmp_path, dict.fromkeys(parts, f"# News\n\n{TEXT}\n")) == {"section page": len(parts)}


def test_a_page_in_blade_that_lists_posts_is_of_the_site(tmp_path):
    """A template that is shown as code is none."""
    page = "---\ntitle: Blog\n---\n@foreach ($pagination->items as $post)\n{{ $post->title }}\n@endforeach\n"
    assert omitted(tmp_path / "a", {"blog.blade.md": page}) == {"page of the site": 1}
    code = f"---\ntitle: Blade\n---\n{TEXT}\n\n```\n@foreach ($posts as $post)\n```\n"
    assert only(tmp_path / "b", {"blade.md": code}).title == "Blade"


def test_lists_of_pages_and_drafts_of_tinkerer_are_no_articles(tmp_path):
    """A page of reStructuredText that holds a list of contents alone, and what lies in `drafts`."""
    files = {
        "master.rst": "Sitemap\n=======\n\n.. toctree::\n   :maxdepth: 1\n\n   2024/05/07/ferry\n",
        "drafts/later.rst": f"Later\n=====\n\n{TEXT}\n",
    }
    assert omitted(tmp_path, files) == {"section page": 1, "draft or private by its folder or name": 1}
    kept = only(tmp_path / "b", {"guide.rst": f"Guide\n=====\n\n{TEXT}\n\n.. toctree::\n\n   more\n"})
    assert kept.text == TEXT


def test_a_licence_in_a_comment_before_the_head_is_passed_over(tmp_path):
    """The fence behind it opens a front matter as any other."""
    page = f"<!-- Licensed to\nthe public -->\n---\ntitle: The ferry\nauthor: Jane Doe\n---\n{TEXT}\n"
    found = only(tmp_path, {"a.md": page})
    assert (found.title, found.authors, found.text) == ("The ferry", ("Jane Doe",), TEXT)


def test_a_notice_of_withdrawal_hides_an_item(tmp_path):
    """A table with the day since which it is gone; one without a day hides nothing."""
    item = {"title": "The ferry", "details": {"body": f"<p>{TEXT}</p>"}, "public_updated_at": "2024-05-07"}
    gone = {**item, "withdrawn_notice": {"explanation": "It is old.", "withdrawn_at": "2024-06-01T10:00:00Z"}}
    deleted = {**item, "deleted": {"deleted_at": "2024-06-01", "by": "jane"}}
    assert omitted(tmp_path / "a", {"a.json": gone, "b.json": deleted}) == {"not published": 2}
    kept = only(tmp_path / "b", {"a.json": {**item, "withdrawn_notice": {"withdrawn_at": None}}})
    assert (kept.title, kept.text) == ("The ferry", TEXT)


def test_pictures_by_the_names_of_their_sizes_are_found(tmp_path):
    """The first of the sources of a picture."""
    item = {
        "title": "The ferry",
        "body": TEXT,
        "images": [{"type": "lead", "sources": {"s960": "https://x.example/a.jpg"}}],
    }
    assert only(tmp_path, {"a.json": item}).image == "https://x.example/a.jpg"


def test_texts_and_names_in_portuguese_and_spanish_are_read(tmp_path):
    """`texto_completo`, `cuerpo`, and a name in two parts."""
    pt = {
        "titulo": "A balsa",
        "texto_completo": TEXT,
        "autor": {"nome": "Ana", "sobrenome": "Lima", "email": "a@x.example"},
    }
    es = {"titulo": "El barco", "cuerpo": TEXT}
    first, second = sorted(accepted(tmp_path, {"a.json": pt, "b.json": es}).articles, key=lambda one: one.path)
    assert (first.authors, first.text, second.text) == (("Ana Lima",), TEXT, TEXT)


def test_no_description_is_none(tmp_path):
    """`description: false` says that there is none."""
    assert not only(tmp_path, {"a.md": f"---\ntitle: The ferry\ndescription: false\n---\n{TEXT}\n"}).description


def test_two_people_in_a_byline_of_nitf_are_two(tmp_path):
    """As in every other text that names authors."""
    item = (
        "<nitf><head><title>The ferry</title></head><body><body.head><hedline><hl1>The ferry</hl1></hedline>"
        f"<byline>By Ana Lee and Bo Chan</byline></body.head><body.content><p>{TEXT}</p></body.content></body></nitf>"
    )
    assert only(tmp_path, {"a.xml": item}).authors == ("Ana Lee", "Bo Chan")


JOOMLA = (
    "CREATE TABLE `jos_content` (`id` int, `title` text, {more} `introtext` text, `fulltext` text, `state` tinyint,"
    " `sectionid` int, `mask` int, `created` datetime, `created_by_alias` text, `publish_up` datetime, `access` int);\n"
    "INSERT INTO `jos_content` VALUES {rows};\n"
)


def joomla(*rows, more="", said=""):
    """A dump of Joomla of articles with a title and an access."""
    values = ", ".join(
        f"({number}, '{title}', {said}'<p>{TEXT}</p>', '', 1, 1, 0, '2006-09-02', 'Jane', '2006-09-02', {access})"
        for number, (title, access) in enumerate(rows)
    )
    return JOOMLA.format(more=more, rows=values)


def test_the_access_of_all_is_another_number_in_old_joomla(tmp_path):
    """Up to 1.5 it is 0, and 1 is that of members; later 1 is that of all, though the old columns stay."""
    rows = (("Of all", 0), ("Of members", 1))
    assert only(tmp_path / "a", {"a.sql": joomla(*rows)}).title == "Of all"
    new = joomla(("Of all", 1), ("Of members", 2), more="`featured` int, `language` text,", said="0, '*', ")
    assert only(tmp_path / "b", {"a.sql": new}).title == "Of all"


def test_typecho_keeps_files_and_drafts_among_its_posts(tmp_path):
    """Each has a type of its own; the sign before a text in Markdown is none of it."""
    table = (
        "CREATE TABLE `t_contents` (`cid` int, `title` text, `created` int, `text` text, `authorId` int, `type` text,"
        " `status` text, `password` text, `allowFeed` int);\nINSERT INTO `t_contents` VALUES "
    )
    rows = [("The ferry", "post", "publish"), ("Later", "post_draft", "publish"), ("a.jpg", "attachment", "publish"),
            ("Diary", "post", "private")]  # fmt: skip
    values = ", ".join(
        f"({number}, '{title}', 1715000000, '<!--markdown-->## Times\\n\\n{TEXT}', 1, '{kind}', '{state}', NULL, 1)"
        for number, (title, kind, state) in enumerate(rows, 1)
    )
    found = only(tmp_path, {"typecho.sql": f"{table}{values};\n"})
    assert (found.title, found.text) == ("The ferry", f"Times\n\n{TEXT}")


def test_what_qiita_is_told_not_to_publish_is_none(tmp_path):
    """Its own key says so."""
    head = "---\ntitle: The ferry\nprivate: false\nignorePublish: {}\n---\n"
    assert omitted(tmp_path / "a", {"a.md": head.format("true") + TEXT}) == {"draft": 1}
    assert only(tmp_path / "b", {"a.md": head.format("false") + TEXT}).text == TEXT


def test_texts_in_djot_under_toml_are_read(tmp_path):
    """TOML may stand between the fences of YAML; a table in it may be the author."""
    head = 'title = "The ferry"\npublished = 2024-05-07\n\n[author]\nname = "Jane Doe"\nurl = "https://x.example"\n'
    found = only(tmp_path, {"news/ferry.djot": f"---\n{head}---\n\nThe _ferry_ left.\n"})
    assert (found.title, day(found), found.authors) == ("The ferry", "2024-05-07", ("Jane Doe",))
    assert found.text == "The ferry left."


def test_a_snippet_is_a_description(tmp_path):
    """As blogs on Deno call it."""
    assert only(tmp_path, {"a.md": f"---\ntitle: The ferry\nsnippet: Boats\n---\n{TEXT}\n"}).description == "Boats"


def test_signs_for_lists_of_contents_and_other_files_are_no_text(tmp_path):
    """Of Hatena and of VuePress; in code they stay."""
    page = f"[:contents]\n\n{TEXT}\n\n@include(./part.md)\n\n```\n@include(./code.md)\n```\n"
    text = only(tmp_path, {"a.md": f"---\ntitle: The ferry\n---\n{page}"}).text
    assert "contents" not in text
    assert "part.md" not in text
    assert "@include(./code.md)" in text


def test_the_start_of_a_site_of_vuepress_is_no_article(tmp_path):
    """An article that is shown on the start of another site is one."""
    page = f"---\nhome: true\nheroText: News\ntitle: Blog\n---\n{TEXT}\n"
    assert omitted(tmp_path / "a", {"docs/start.md": page}) == {"page of the site": 1}
    shown = f"---\nhome: true\ntitle: The ferry\n---\n{TEXT}\n"
    assert only(tmp_path / "b", {"news/ferry.md": shown}).title == "The ferry"


def test_ends_of_elements_with_a_written_out_slash_are_ends(tmp_path):
    """An importer of Jekyll wrote them so."""
    page = "---\ntitle: The ferry\ndate: 2024-05-07\n---\n<p>See <a href='x'>the plan<&#47;a> of it.<&#47;p>\n"
    assert only(tmp_path, {"_posts/2024-05-07-a.html": page}).text == "See the plan of it."


def test_keywords_of_a_podcast_are_tags(tmp_path):
    """And no categories."""
    item = (
        "<item><title>The ferry</title><guid>1</guid><itunes:keywords>sea, long travel</itunes:keywords>"
        f"<category>News</category><description>{TEXT}</description></item>"
    )
    feed = (
        '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>S</title>'
        f"{item}</channel></rss>"
    )
    found = only(tmp_path, {"feed.xml": feed})
    assert (found.tags, found.categories) == (("sea", "long travel"), ("News",))


def test_two_people_in_a_byline_of_newsml_are_two(tmp_path):
    """Where one element names both."""
    item = (
        '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="g"><itemMeta><itemClass qcode="ninat:text"/>'
        "</itemMeta><contentMeta><by>Ana Lee, Bo Chan</by><headline>The ferry</headline></contentMeta><contentSet>"
        f"<inlineXML><html><body><p>{TEXT}</p></body></html></inlineXML></contentSet></newsItem>"
    )
    assert only(tmp_path, {"a.xml": item}).authors == ("Ana Lee", "Bo Chan")


def test_heads_of_hyde_are_read(tmp_path):
    """YAML in a tag of the template, behind the one that names its frame; a frame alone is a template."""
    page = (
        '{% extends "_post.html" %}\n{% hyde\n    title: The ferry\n    created: 2010-02-03 10:11:12\n'
        f"    tags: [sea]\n%}}\n{{% block article %}}\n<p>{TEXT}</p>\n{{% endblock %}}\n"
    )
    frame = '{% extends "base.html" %}\n{% block article %}<p>x</p>{% endblock %}\n'
    reading = accepted(tmp_path, {"content/blog/ferry.html": page, "layout/_post.html": frame})
    (found,) = reading.articles
    assert (found.title, day(found), found.tags, found.text) == ("The ferry", "2010-02-03", ("sea",), TEXT)
    assert reading.omitted == {"template of the site": 1}


def test_notes_of_hackmd_have_tags_in_a_heading(tmp_path):
    """It is no text, nor is the badge; in another text such a heading would be one."""
    badge = "[![hackmd-github-sync-badge](https://hackmd.io/a/badge)](https://hackmd.io/a)\n"
    page = f"{badge}# The ferry\n\n###### tags: `sea` `long travel`\n\n{TEXT}\n"
    found = only(tmp_path / "a", {"a.md": page})
    assert (found.title, found.tags, found.text) == ("The ferry", ("sea", "long travel"), TEXT)
    above = only(tmp_path / "b", {"a.md": f"###### Tags: sea, travel\n# The ferry\n\n{TEXT}\n"})
    assert (above.title, above.tags) == ("The ferry", ("sea", "travel"))
    assert "Tags of rivers" in only(tmp_path / "c", {"a.md": f"# A\n\n###### Tags of rivers\n\n{TEXT}\n"}).text


def test_whole_texts_for_yandex_are_the_text(tmp_path):
    """The description beside them is one."""
    item = (
        "<item><title>The ferry</title><link>https://x.example/1</link><description>Boats</description>"
        f"<yandex:full-text>{TEXT}</yandex:full-text></item>"
    )
    feed = f'<rss xmlns:yandex="http://news.yandex.ru" version="2.0"><channel><title>S</title>{item}</channel></rss>'
    found = only(tmp_path, {"feed.xml": feed})
    assert (found.description, found.text) == ("Boats", TEXT)


def test_a_number_in_brackets_that_is_a_link_stays_one(tmp_path):
    """Two brackets and an address are a link of Markdown; without an address they are one of a wiki."""
    page = "---\ntitle: A\n---\nAs told [[1]](#ref1) and in [[The plan]].\n"
    assert only(tmp_path, {"a.md": page}).text == "As told [1] and in The plan."


def test_more_names_of_descriptions_and_pictures_are_known(tmp_path):
    """`shortText` and `meta_img`."""
    page = f"---\ntitle: A\nshortText: Boats\nmeta_img: https://x.example/a.jpg\n---\n{TEXT}\n"
    found = only(tmp_path, {"a.md": page})
    assert (found.description, found.image) == ("Boats", "https://x.example/a.jpg")


def test_macros_of_mdn_leave_the_word_that_is_linked(tmp_path):
    """The second text is shown where there is one; a macro that names nothing is no text."""
    page = (
        '{{GlossarySidebar}}\n\nBy {{Glossary("parse", "reading")}} a {{cssxref("grid")}} in {{HTTPMethod("GET")}}.\n'
    )
    assert only(tmp_path, {"a.md": f"---\ntitle: A\n---\n{page}"}).text == "By reading a grid in GET."


def test_manuals_of_microsoft_are_read(tmp_path):
    """Their day, and their text without pictures and included files; what is included alone is no article."""
    head = "---\ntitle: News\nauthor: jane\nms.date: 04/23/2024\n---\n"
    page = (
        f'{head}[!INCLUDE [banner](../includes/banner.md)]\n\n{TEXT}\n\n:::image type="content" source="a.png" '
        'alt-text="A net." lightbox="a.png":::\n\n:::row:::\nIt rained.\n:::row-end:::\n'
    )
    reading = accepted(
        tmp_path, {"news.md": page, "includes/banner.md": "---\nms.topic: include\n---\nThis is a preview.\n"}
    )
    (found,) = reading.articles
    assert (day(found), found.authors, found.text) == ("2024-04-23", ("jane",), f"{TEXT}\n\nIt rained.")
    assert reading.omitted == {"part of other pages": 1}


def test_notes_of_readwise_have_their_fields_in_a_list(tmp_path):
    """The cover is the picture; what the head of a note says comes first."""
    page = (
        "# The ferry\n\n![rw-book-cover](https://x.example/a.png)\n\n## Metadata\n- Author: [[Jane Doe]]\n"
        "- Full Title: The ferry\n- Category: #articles\n- Summary: Boats.\n- URL: https://x.example/f\n\n"
        f"## Highlights\n- {TEXT}\n"
    )
    found = only(tmp_path / "a", {"a.md": page})
    assert (found.title, found.authors, found.url) == ("The ferry", ("Jane Doe",), "https://x.example/f")
    assert (found.description, found.image) == ("Boats.", "https://x.example/a.png")
    assert found.text == f"Highlights\n\n{TEXT}"
    headed = only(tmp_path / "b", {"a.md": f"---\nauthor: Ann Lee\n---\n{page}"})
    assert headed.authors == ("Ann Lee",)


def test_details_of_an_item_say_its_text_and_no_state(tmp_path):
    """A bill or a match may have a state of that name."""
    item = {"title": "The ferry", "details": {"body": TEXT, "status": "draft", "active": False}}
    assert only(tmp_path, {"a.json": item}).text == TEXT
