"""Are exports, flat files, data and documents of Word read as a newsroom would expect of its archive?"""

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from indexer.content.inspection import inspect
from indexer.content.reader import KnownFiles, Reading, read
from indexer.content.rules import ReadingRules
from indexer.readers import word_documents
from search.times import iso

TEXT = "The ferry carries its first passengers over the bay, and a band plays on the pier. " * 4


def reading(folder: Path, name: str, written: str | bytes) -> Reading:
    """What is read of a folder of one file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    return read(folder, KnownFiles(), lambda *_: None)


def test_the_blocks_of_a_flow_keep_their_words_alone(tmp_path: Path) -> None:
    """Lektor writes the fields of each block: sizes, pictures and classes are no words."""
    banner = "#### banner ####\nimage: pier.jpg\n----\nheight: 500"
    flow = f"{banner}\n#### text-block ####\ntext:\n\nThe *bay*.\n----\nclass: wide"
    written = f"title: Ferry\n---\nbody:\n\n{flow}\n---\npub_date: 2024-01-02\n"
    (article,) = reading(tmp_path, "ferry/contents.lr", written).articles
    assert (article.title, article.text) == ("Ferry", "The bay.")


def test_a_tree_of_nodes_is_a_text_whatever_its_field_is_called(tmp_path: Path) -> None:
    """Statamic's Bard keeps the text in the front matter; what is marked as code is read, tags and all."""
    nodes = [
        {"type": "paragraph", "content": [
            {"type": "text", "text": "The "}, {"type": "text", "text": "<nav>", "marks": [{"type": "code"}]},
            {"type": "text", "text": " element."}]},
        {"type": "codeBlock", "content": [{"type": "text", "text": "<p>one</p>\n<p>two</p>"}]},
        {"type": "set", "attrs": {"values": {"type": "table"}}},
    ]  # fmt: skip
    head = json.dumps({"title": "A tag", "blueprint": "page", "story_of_it": nodes})
    (article,) = reading(tmp_path, "tag.md", f"{head}\n\n").articles
    assert article.text == "The <nav> element.\n\n<p>one</p>\n<p>two</p>"


def test_a_file_of_one_entry_of_atom_is_an_article(tmp_path: Path) -> None:
    """PHP's news are files of one entry each."""
    entry = (
        '<?xml version="1.0"?>\n<entry xmlns="http://www.w3.org/2005/Atom"><title>A release</title><id>https://n.example/#1</id>'
        '<published>2024-01-02T03:04:05Z</published><category term="releases"/>'
        '<link href="https://n.example/1" rel="alternate"/><link href="https://n.example/via" rel="via"/>'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is out.</p></div></content></entry>'
    )
    (article,) = reading(tmp_path, "entries/1.xml", entry).articles
    assert (article.title, article.url, article.text) == ("A release", "https://n.example/1", "It is out.")


ZINNIA = {"start_publication": None, "end_publication": None, "login_required": False}


@pytest.mark.parametrize(
    ("fields", "served"),
    [
        ({"status": 1, "gen_description": True}, False),
        ({"status": 2, "gen_description": True}, True),
        ({"status": "1", **ZINNIA}, False),
        ({"status": "published", **ZINNIA}, True),
        ({"status": 1, "in_sitemap": True}, True),
        ({"status": 1}, True),
        ({"status": 0}, False),
        ({"status": "Rascunho"}, False),
        ({"estado": "borrador"}, False),
        ({"estado": "publicado"}, True),
    ],
)
def test_numbers_and_words_of_a_state(tmp_path: Path, fields: dict[str, object], served: bool) -> None:
    """In Mezzanine and Zinnia 1 is a draft, told by their keys together; elsewhere it is what readers see."""
    item = {"model": "news.post", "pk": 1, "fields": {"title": "Ferry", "content": TEXT, **fields}}
    assert len(reading(tmp_path, "dump.json", json.dumps([item])).articles) == int(served)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.yaml", TEXT, 1),
        ("a.yaml", "Short words of a button, sixty and some more letters long.", 0),
        ("mkdocs.yml", TEXT, 0),
    ],
)
def test_data_that_may_be_an_article_is_not_passed_over_in_silence(
    tmp_path: Path, name: str, text: str, said: int
) -> None:
    """A title and a long text without a day and an author may be the site's own words: inspect counts them."""
    (tmp_path / name).write_text(f"title: Ferry\ntext: {text}\n", encoding="utf-8")
    found = inspect(tmp_path, ReadingRules())
    assert (found.articles, found.omitted.get(UNTOLD, 0)) == (0, said)


UNTOLD = "text without the fields of an article"
WXR = """<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Bay</title><language>en-US</language>
<wp:author><wp:author_login>jane</wp:author_login><wp:author_display_name>Jane Doe</wp:author_display_name></wp:author>
{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><dc:creator>admin</dc:creator>
<content:encoded><![CDATA[<p>Words.</p>]]></content:encoded>
<wp:post_id>{number}</wp:post_id><wp:status>publish</wp:status><wp:post_type>{kind}</wp:post_type>{more}</item>"""


def test_types_of_a_newsrooms_own_are_read_and_those_of_the_system_are_not(tmp_path: Path) -> None:
    """An export has designs, forms and what readers sent in beside its articles."""
    own = ["post", "news", "long-read", "obituary", "jp_news", "fl_news", "court_order", "amp_story", "faq", "td_story"]
    kinds = [*own, "wp_template", "acf-field", "wpcf7_contact_form", "feedback", "product", "custom_css",
             "flamingo_inbound", "page", "our_form"]  # fmt: skip
    items = "".join(ITEM.format(title=kind, number=number, kind=kind, more="") for number, kind in enumerate(kinds))
    found = reading(tmp_path, "export.xml", WXR.format(items=items))
    assert {one.title for one in found.articles} == set(own)
    assert sum(found.omitted.values()) == len(kinds) - len(own)
    named = {"withheld: post_type = our_form", "of another kind than a post: acf-field", "page of the site"}
    assert named <= set(found.omitted)


def test_taxonomies_of_plug_ins_and_of_the_site_are_read(tmp_path: Path) -> None:
    """Co-Authors Plus keeps writers as terms, Polylang the language; a section may be a taxonomy of its own."""
    terms = [("author", "cap-jane", "jane"), ("author", "cap-guest", "A guest"), ("language", "uk", "Українська"),
             ("news_category", "sea", "Sea"), ("event-tag", "pier", "pier"), ("post_format", "aside", "Aside"),
             ("category", "local", "Local")]  # fmt: skip
    more = "".join(
        f'<category domain="{domain}" nicename="{name}"><![CDATA[{text}]]></category>' for domain, name, text in terms
    )
    item = ITEM.format(title="Ferry", number=1, kind="post", more=more)
    (article,) = reading(tmp_path, "export.xml", WXR.format(items=item)).articles
    assert (article.authors, article.language) == (("Jane Doe", "A guest"), "uk")
    assert (article.categories, article.tags) == (("Local", "Sea"), ("pier",))


def test_output_without_a_configuration_is_left_out_where_its_sources_are_beside(tmp_path: Path) -> None:
    """A copy of a site often lacks its configuration. The output alone is all there is, and is read."""
    names = ("slow-ferry", "new-pier", "old-bay")
    page = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
    for name in names:
        for path, written in (
            (f"both/posts/{name}.md", f"---\ntitle: {name}\ndate: 2024-01-02\n---\n{TEXT}"),
            (f"both/public/{name}/index.html", page.format(name, TEXT)),
            (f"alone/public/{name}/index.html", page.format(name, TEXT)),
        ):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(written, encoding="utf-8")
    both, alone = (read(tmp_path / name, KnownFiles(), lambda *_: None) for name in ("both", "alone"))
    assert [one.path for one in both.articles] == [f"posts/{name}.md" for name in sorted(names)]
    assert len(alone.articles) == len(names)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = (
    f'<w:styles {W}><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>{title}</dc:title>'
    "<dc:creator>Jane Doe</dc:creator><cp:keywords>bay, pier</cp:keywords>"
    "<dcterms:created>2024-03-05T10:00:00Z</dcterms:created></cp:coreProperties>"
)


def paragraph(words: str, style: str = "") -> str:
    """A paragraph of Word."""
    told = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{told}<w:r><w:t>{words}</w:t></w:r></w:p>"


def word(body: str, title: str = "Microsoft Word - Draft", **parts: str) -> bytes:
    """A document of Word of these paragraphs."""
    told = {"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": STYLES, "docProps/core.xml": CORE.format(title=title), **parts}  # fmt: skip
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, written in told.items():
            archive.writestr(name, written)
    return held.getvalue()


@pytest.mark.parametrize("limit", ["MOST_PARAGRAPHS", "MOST_WORDS"])
def test_a_document_that_unpacks_to_more_than_an_article_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """Before all of it is held: a small file may unpack to gigabytes."""
    body = paragraph("The slow ferry") * 3
    assert reading(tmp_path, "a.docx", word(body)).articles
    monkeypatch.setattr(word_documents, limit, 2)
    refused = reading(tmp_path, "a.docx", word(body)).rejected
    assert ["has more than" in one.why for one in refused] == [True]


def without_text() -> bytes:
    """An archive that is a document of another kind."""
    held = BytesIO()
    with ZipFile(held, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return held.getvalue()


def test_a_document_of_word_is_an_article(tmp_path: Path) -> None:
    """Its title, headings in any language of Word, writer and keywords; no words that were struck out."""
    run = "<w:r><w:t>{}</w:t></w:r>".format
    struck = f"<w:p>{run('Two ')}<w:del>{run('slow ')}</w:del>{run('&lt;ferries&gt;')}</w:p>"
    body = paragraph("The slow ferry", "Titel") + paragraph("It is late.") + paragraph("Why", "berschrift1") + struck
    (article,) = reading(tmp_path, "copy/2024-03-07 ferry.docx", word(body)).articles
    assert (article.title, article.text) == ("The slow ferry", "It is late.\n\nWhy\n\nTwo <ferries>")
    assert (article.authors, article.tags) == (("Jane Doe",), ("bay", "pier"))
    assert article.published is not None
    assert iso(article.published) == "2024-03-07T00:00:00Z"


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Ferry news", paragraph("It is late."), "Ferry news"),
        ("Microsoft Word - Draft", paragraph("It is late."), "It is late."),
        ("Ferry news", paragraph("Late again", "berschrift1") + paragraph("It is late."), "Late again"),
    ],
)
def test_the_title_of_a_document_is_the_one_that_its_readers_see(
    tmp_path: Path, title: str, body: str, expected: str
) -> None:
    """What Word itself puts there is none; without a day in the name the day of its making counts."""
    (article,) = reading(tmp_path, "ferry.docx", word(body, title)).articles
    assert article.title == expected
    assert article.published is not None
    assert iso(article.published) == "2024-03-05T10:00:00Z"


def test_styles_hide_words_too(tmp_path: Path) -> None:
    """A style of runs or of paragraphs, or the one that it is based on; what a run says itself comes first."""
    run = '<w:r><w:rPr><w:rStyle w:val="Note"/>{}</w:rPr><w:t>{}</w:t></w:r>'.format
    shown = run('<w:vanish w:val="0"/>', "It is late.")
    styles = STYLES.replace(
        "</w:styles>",
        '<w:style w:styleId="Late"><w:name w:val="Late"/><w:basedOn w:val="Desk"/></w:style>'
        '<w:style w:styleId="Desk"><w:name w:val="Desk"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="Desk"/></w:style></w:styles>',
    )
    hidden = paragraph("Not for print", "Desk") + paragraph("Nor this", "Late")
    inside = paragraph("Nor that", "Desk").replace("</w:p>", f"{shown}</w:p>")
    body = f"{hidden}{inside}<w:p>{run('', 'Ask the mayor. ')}{shown}</w:p>"
    (article,) = reading(tmp_path, "ferry.docx", word(body, **{"word/styles.xml": styles})).articles
    assert article.text.split("\n") == ["It is late.", "", "It is late."]


def test_what_word_hides_is_not_read(tmp_path: Path) -> None:
    """Nor a document among drafts that has no state of its own."""
    run = "<w:r><w:rPr><w:vanish{}/></w:rPr><w:t>{}</w:t></w:r>".format
    body = f"<w:p>{run('', 'Ask the mayor. ')}{run(' w:val=&quot;0&quot;', 'It is late.')}</w:p>".replace("&quot;", '"')
    (article,) = reading(tmp_path, "ferry.docx", word(body)).articles
    assert article.text == "It is late."
    note = '<w:style w:styleId="Note"><w:name w:val="Note"/><w:rPr><w:vanish/></w:rPr></w:style>'
    styles = {"word/styles.xml": STYLES.replace("</w:styles>", f"{note}</w:styles>")}
    body = (
        '<w:p><w:r><w:rPr><w:rStyle w:val="Note"/></w:rPr><w:t>Ask. </w:t></w:r><w:r><w:t>It is late.</w:t></w:r></w:p>'
    )
    (article,) = reading(tmp_path, "ferry.docx", word(body, **styles)).articles
    assert article.text == "It is late."
    (tmp_path / "desk").mkdir()
    found = reading(tmp_path / "desk", "drafts/ferry.docx", word(body))
    assert (len(found.articles), sum(found.omitted.values())) == (0, 1)


@pytest.mark.parametrize("written", [b"no archive", word("<w:p>")[:200], word("<w:p>"), without_text(), b""])
def test_what_is_no_document_is_rejected_with_its_reason(tmp_path: Path, written: bytes) -> None:
    """A broken archive, broken XML, an empty file."""
    found = reading(tmp_path, "ferry.docx", written)
    assert (len(found.articles), Counter(one.path for one in found.rejected)) == (0, {"ferry.docx": 1})
    assert all("document of Word" in one.why or "well-formed XML" in one.why for one in found.rejected)
