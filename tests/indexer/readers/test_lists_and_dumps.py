"""Are dumps of wikis, mailboxes, lists in YAML and TOML, XML of one's own and lists of schema.org read item by item?"""

import json

import pytest
from written_folder import reading_of

from indexer.content.reader import Reading
from indexer.content.wikitext import wiki_categories, wiki_markdown
from search.times import iso

TEXT = "The tram to the harbour runs again after three years of work on the quay."
MORE = "Every ten minutes a car leaves the market, and the last one leaves at midnight."


def told(reading: Reading) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """By title, the day, the text and the authors of each article."""
    assert not reading.rejected
    return {one.title: (iso(one.published)[:10] if one.published else "", one.text, one.authors)
            for one in reading.articles}  # fmt: skip


YAML_ARTICLE = f"title: A tram\ndate: 2024-03-05\nauthor: Jane Doe\nbody: |\n  {TEXT}\n"
TOML_ARTICLE = f'title = "A tram"\ndate = 2024-03-05\nauthor = "Jane Doe"\nbody = """\n{TEXT}\n"""\n'


@pytest.mark.parametrize(
    "files",
    [
        {"news/tram.yaml": YAML_ARTICLE},
        {"news/tram.yml": f"---\n{YAML_ARTICLE}"},
        {"news/tram.toml": TOML_ARTICLE},
        {"news.yml": f"- title: A tram\n  date: 2024-03-05\n  author: Jane Doe\n  body: {TEXT}\n- title: B\n"},
        {"news.yaml": f"{YAML_ARTICLE}---\ntitle: A bus\nbody: ''\n"},
        {"news.yaml": f"# Ours\n\n- title: A tram\n  date: 2024-03-05\n  author: Jane Doe\n  body: {TEXT}\n"},
        {"news.yaml": f"--- # Ours\n-\n  title: A tram\n  date: 2024-03-05\n  author: Jane Doe\n  body: {TEXT}\n"},
        {"news.toml": f'[[news]]\ntitle = "A tram"\ndate = "2024-03-05"\nauthor = "Jane Doe"\ncontent = "{TEXT}"\n'},
    ],
)
def test_yaml_and_toml_that_hold_articles(tmp_path, files):
    """One article a file, a list of them, or several documents in a file; what has no text is none."""
    reading = reading_of(tmp_path, files)
    assert told(reading) == {"A tram": ("2024-03-05", TEXT, ("Jane Doe",))}
    assert set(reading.omitted) <= {"without a text"}


@pytest.mark.parametrize(
    "settings",
    [
        f"- name: Jane Doe\n  date: 2024-03-05\n  text: {TEXT}\n- name: John Roe\n  text: {MORE}\n",
        f"title: My site\nauthor: Jane Doe\nparams:\n  text: {TEXT}\n",
        "title: My site\ndescription: News of the town\ncontent: posts\nurl: https://n.example\n",
        f"en:\n  title: News\n  text: {MORE[:30]}\n",
        "- title: Home\n  text: Home\n  url: /\n- title: News\n  text: News\n  url: /news\n",
        "info:\n  title: An interface\n  description: Of trams\npaths: {}\n",
    ],
)
def test_settings_in_yaml_are_no_articles_and_not_counted(tmp_path, settings):
    """A site's settings, its menus and its words in several languages lie beside articles nearly everywhere."""
    reading = reading_of(tmp_path, {"a.yml": settings, "tram.md": f"# A tram\n\n{TEXT}\n"})
    assert [one.title for one in reading.articles] == ["A tram"]
    assert (reading.rejected, reading.omitted) == ([], {})


SHORT, UNTOLD = "text too short for an article", "text without the fields of an article"


@pytest.mark.parametrize(
    ("written", "why", "number"),
    [
        ("title: A flash\ndate: 2024-03-05\nbody: The bridge is closed.\n", SHORT, 1),
        ("- title: A flash\n  author: Jane Doe\n  body: The bridge is closed.\n" * 3, SHORT, 3),
        (f"title: A tram\nbody: {TEXT}\n", UNTOLD, 1),
        (f"about:\n  title: About us\n  body: {TEXT}\nhelp:\n  title: Help\n  body: {MORE}\n", UNTOLD, 2),
        (f"- title: How do I pay?\n  text: {TEXT}\n- title: Who are you?\n  text: {MORE}\n", UNTOLD, 2),
    ],
)
def test_what_is_nearly_an_article_in_yaml_is_counted(tmp_path, written, why, number):
    """By what it lacks: a longer text, or a day and a writer."""
    reading = reading_of(tmp_path, {"a.yml": written, "tram.md": f"# A tram\n\n{TEXT}\n"})
    assert [one.id for one in reading.articles] == ["tram"]
    assert (reading.rejected, dict(reading.omitted)) == ([], {why: number})


def test_a_short_item_beside_articles_is_one_of_them(tmp_path):
    """In a list that holds articles, each item with a text is one."""
    listed = f"- title: A tram\n  date: 2024-03-05\n  body: {TEXT}\n- title: A flash\n  body: The bridge is closed.\n"
    assert len(reading_of(tmp_path, {"a.yml": listed}).articles) == 2


def test_the_configuration_of_a_site_is_no_article(tmp_path):
    """Whatever text it has: its name tells it."""
    reading = reading_of(tmp_path, {"hugo.toml": TOML_ARTICLE, "tram.md": f"# A bus\n\n{TEXT}\n"})
    assert [one.title for one in reading.articles] == ["A bus"]


def test_what_is_wrong_in_one_of_several_documents_of_yaml_is_said_of_that_one(tmp_path):
    """By its own name and by its line in the file."""
    broken = YAML_ARTICLE.replace("A tram", "A: bus")
    reading = reading_of(tmp_path, {"news.yaml": f"---\n{YAML_ARTICLE}---\n{broken}---\n{YAML_ARTICLE}"})
    assert [one.path for one in reading.warnings] == ["news.yaml#2"]
    assert [one.line for one in reading.warnings] == [8]


def test_a_list_of_articles_that_is_too_long_is_rejected_and_data_of_the_site_is_not(tmp_path, monkeypatch):
    """Articles never go missing in silence."""
    monkeypatch.setattr("indexer.content.files.MAX_BYTES", 200)
    listed = f"- title: A tram\n  date: 2024-03-05\n  body: {TEXT}\n" * 2
    reading = reading_of(tmp_path, {"news.yaml": listed, "menu.yaml": "- name: Home\n" * 20})
    assert [one.path for one in reading.rejected] == ["news.yaml"]


def test_a_broken_table_in_yaml_is_warned_of(tmp_path):
    """What can be read is kept, and the file is named."""
    reading = reading_of(tmp_path, {"one.yml": f"title: A: tram\nauthor: Jo\nbody: {TEXT}\n"})
    assert [(one.path, one.code) for one in reading.warnings] == [("one.yml", "broken-front-matter")]
    assert [one.title for one in reading.articles] == ["A: tram"]


@pytest.mark.parametrize(
    ("head", "indent", "foot"),
    [("", "", ""), ("# Ours\n\n", "", ""), ("news:\n", "", ""), ("news:\n", "  ", "more: words\n")],
)
def test_of_a_broken_list_in_yaml_every_item_is_read(tmp_path, head, indent, foot):
    """An unquoted colon and a quotation mark that nothing ends: two items are named, each by its line, and no other."""
    items = [
        f"- title: A tram\n  date: 2024-03-05\n  body: {TEXT}\n",
        f"- title: The ferry: back\n  date: 2024-03-06\n  body: {TEXT}\n",
        f"-\n  title: 'A bus\n  date: 2024-03-07\n  body: {MORE}\n",
        f"- title: A boat\n  date: 2024-03-08\n  tags:\n  - quay\n  - sea\n  body: {MORE}\n",
    ]
    listed = "".join(f"{indent}{line}\n" for line in "".join(items).splitlines())
    reading = reading_of(tmp_path, {"list.yml": head + listed + foot})
    assert not reading.rejected
    assert [one.title for one in reading.articles] == ["A tram", "The ferry: back", "'A bus", "A boat"]
    assert [iso(one.published)[8:10] for one in reading.articles] == ["05", "06", "07", "08"]
    assert reading.articles[3].tags == ("quay", "sea")
    assert reading.articles[3].text == MORE
    (second, line), (third, other) = ((one.path, one.line - head.count("\n")) for one in reading.warnings)
    assert (second, line, third) == ("list.yml#2", 4, "list.yml#3")
    assert 7 <= other <= 10
    assert "front matter" not in str(reading.warnings)


def test_a_line_of_an_item_that_is_not_indented_is_warned_of(tmp_path):
    """What stands behind it is read as well."""
    item = f"- title: A tram\n  body: {TEXT}\nMind: the gap.\n  date: 2024-03-05\n"
    reading = reading_of(tmp_path, {"list.yml": item + item.replace("tram", "bus").replace("Mind", "  Mind")})
    assert [(one.title, iso(one.published)[:10]) for one in reading.articles] == [
        ("A tram", "2024-03-05"),
        ("A bus", "2024-03-05"),
    ]
    assert [(one.path, one.line) for one in reading.warnings] == [("list.yml#1", 3)]


def test_an_item_of_a_broken_list_that_says_nothing_is_rejected_by_itself(tmp_path):
    """The others are read. A file of no articles is rejected once."""
    listed = f"- title: A tram\n  date: 2024-03-05\n  body: {TEXT}\n- [what: {{is\n- title: A bus\n  body: {MORE}\n"
    template = "- [x\n- [y\n- title: z\n  text: ''\n"
    reading = reading_of(tmp_path, {"list.yml": listed, "template.yml": template})
    assert [one.title for one in reading.articles] == ["A tram", "A bus"]
    assert [(one.path, one.line) for one in reading.rejected] == [("list.yml", 4), ("template.yml", 1)]


WIKI = f"""<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en">
<siteinfo><sitename>Town News</sitename><base>https://w.example/wiki/Main_Page</base>
<namespaces><namespace key="0" /><namespace key="1">Talk</namespace></namespaces></siteinfo>
<page><title>A tram</title><ns>0</ns><id>7</id>
<revision><timestamp>2024-03-06T10:00:00Z</timestamp><contributor><ip>192.0.2.1</ip></contributor>
<text>'''A ''tram'''''</text></revision>
<revision><timestamp>2024-03-07T10:00:00Z</timestamp><text>{{{{date|March 5, 2024}}}}{{{{Infobox|a={{{{b}}}}}}}}
'''The tram''' to the [[Harbour|harbour]] runs [https://x.example again] after three years of work on the
[[quay]].&lt;ref&gt;A note&lt;/ref&gt;
== Timetable ==
* {MORE}
{{| class="x"
| a cell
|}}
[[File:Tram.jpg|thumb|A picture]]
[[Category:Rail traffic]]</text></revision></page>
<page><title>Old name</title><ns>0</ns><id>8</id><redirect title="A tram" />
<revision><text>#REDIRECT [[A tram]]</text></revision></page>
<page><title>Talk:A tram</title><id>9</id><revision><text>{MORE}</text></revision></page>
<page><title>Not done</title><ns>0</ns><id>10</id><revision><text>{{{{develop}}}}{MORE}</text></revision></page>
</mediawiki>"""


def test_a_dump_of_mediawiki(tmp_path):
    """Of each article the newest text, without its signs; redirects, talk and unfinished pages are left out."""
    reading = reading_of(tmp_path, {"dump.xml": WIKI})
    (article,) = reading.articles
    assert article.text == f"{TEXT}\n\nTimetable\n\n{MORE}"
    assert (article.id, article.title, article.url) == ("dump#7", "A tram", "https://w.example/wiki/A_tram")
    assert (iso(article.published)[:10], iso(article.updated)[:10]) == ("2024-03-05", "2024-03-07")
    assert (article.categories, article.language) == (("Rail traffic",), "en")
    assert reading.omitted == {"draft": 1, "page of another namespace": 1, "redirect": 1}
    assert "192.0.2.1" not in repr(article)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("[[Файл:a.jpg|міні]]Слово [[Категорія:Рейки]]", "Слово"),
        ("One {{a|{{b}}}} two\n{| x\n| y\n{| z\n|}\n|}\nthree {{c\n|}} four", "One  two\n\nthree  four"),
        ("# one\n## two\n** three", "1. one\n  1. two\n  - three"),
        ("What {{is never closed", "What {{is never closed"),
        ("What {{is {{a|b}} never {| closed\n{| x\n| y\n|}\nThen", "What {{is  never {| closed\n\nThen"),
        ("{| x\n| {{a\n|}\nThen {{b}} on", "Then  on"),
        ("{{a|\n{| x\n}}Then", "Then"),
        ("== Five = 5 ==  \n=== Six ==\n= =", "## Five = 5\n\n\n## = Six\n\n= ="),
        ("A <!-- hidden --> word __NOTOC__", "A  word"),
        ("[https://x.example] alone", "alone"),
        ("A <nowiki>[[b]] &lt;c></nowiki> and {{d|<nowiki>}}</nowiki>}}e<nowiki />", r"A \[\[b\]\] \<c\> and e"),
        ("<math>a^{{b}}</math> is <MATH>{{</MATH> here", r"a\^\{\{b\}\} is \{\{ here"),
        (
            "So:<syntaxhighlight lang='c'>\nif {{ [[a]] ''b''\n```\n</syntaxhighlight>Then {{b}}",
            "So:\n\n````\nif {{ [[a]] ''b''\n```\n````\n\nThen",
        ),
        ("<pre>\n* {{a\n</pre>", "```\n* {{a\n```"),
        ("A <gallery>\nFile:a.jpg|Words\n</gallery> <includeonly>{{b</includeonly>word <nowiki>", "A  word"),
        ("<DynamicPageList>\ncategory=Rail\n</DynamicPageList> Word", "Word"),
    ],
)
def test_wikitext(written, read_as):
    """Lists, templates and tables in each other, files, and what is no wikitext. What nothing closes is text."""
    assert wiki_markdown(written) == read_as


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<model>javascript</model><text>var x;</text>", "of another kind than an article"),
        ("<model>sanitized-css</model><text>a {}</text>", "of another kind than an article"),
        ('<text deleted="deleted" />', "not published"),
        ("<text>{{Infobox}}</text>", "without a text"),
        (f"<model>wikitext</model><text>{MORE}</text>", ""),
    ],
)
def test_pages_of_a_wiki_without_words_of_their_own(tmp_path, text, why):
    """Scripts, texts that were deleted, and templates alone are counted; an older text is not shown instead."""
    times = [f"<timestamp>2024-03-0{day}T10:00:00Z</timestamp>" for day in (5, 6)]
    page = f"<page><title>A</title><id>1</id><revision>{times[0]}<text>{TEXT}</text></revision>"
    dump = f"<mediawiki>{page}<revision>{times[1]}{text}</revision></page></mediawiki>"
    reading = reading_of(tmp_path, {"dump.xml": dump})
    assert [one.text for one in reading.articles] == ([] if why else [MORE])
    assert dict(reading.omitted) == ({why: 1} if why else {})


def test_categories_are_told_by_their_namespace_in_any_language():
    """A link to another page with a colon is none."""
    assert wiki_categories("[[Kategorie:Bahn_verkehr|x]] [[Категорія:Рейки]] [[Film: Der Zug]]") == [
        "Bahn verkehr",
        "Рейки",
    ]


LETTERS = (
    b"From jane@n.example Tue Mar  5 10:00:00 2024\nFrom: Jane Doe <jane@n.example>\nSubject: A tram\n"
    b"Date: Tue, 05 Mar 2024 10:00:00 +0000\n\n" + TEXT.encode() 
    + b"\n>From the market it leaves.\nFrom now on daily.\n\nFrom the summer of 2022\n\n"
    b"From john@n.example Wed Mar  6 10:00:00 2024\r\nFrom: John Roe <john@n.example>\r\nSubject: A bus\r\n"
    b"Date: Wed, 06 Mar 2024 10:00:00 +0000\r\n\r\n" + MORE.encode() + b"\r\n"
)  # fmt: skip


def test_a_mailbox_holds_letters(tmp_path):
    """Each is an article; its id is made of what it says, so it stays when an older letter goes."""
    reading = reading_of(tmp_path, {"list.mbox": LETTERS})
    found = told(reading)
    text = f"{TEXT}\nFrom the market it leaves.\nFrom now on daily.\n\nFrom the summer of 2022"
    assert found == {"A tram": ("2024-03-05", text, ("Jane Doe",)), "A bus": ("2024-03-06", MORE, ("John Roe",))}
    ids = {one.title: one.id for one in reading.articles}
    (left,) = reading_of(tmp_path, {"list.mbox": LETTERS[LETTERS.index(b"From john") :]}).articles
    assert left.id == ids["A bus"]


def test_of_a_mailbox_what_is_no_letter_is_rejected_by_itself(tmp_path, monkeypatch):
    """A letter that is too long is named by its line, and the next one is read; a file of no letters is refused."""
    monkeypatch.setattr("indexer.readers.mailboxes.MAX_LETTER", 400)
    long = LETTERS.replace(TEXT.encode(), b"A line of a letter.\n" * 40)
    reading = reading_of(tmp_path, {"list.mbox": long, "none.mbox": b"Words.\n"})
    assert [one.title for one in reading.articles] == ["A bus"]
    assert [(one.path, one.line) for one in reading.rejected] == [("list.mbox", 2), ("none.mbox", 1)]


OWN_XML = {
    "a list of nodes": f"<nodes><node><Title>A tram</Title><Body>&lt;p&gt;{TEXT}&lt;/p&gt;</Body>"
    "<Post-date>2024-03-05</Post-date><Author>Jane Doe</Author></node></nodes>",
    "one article": f'<article lang="en"><headline>A tram</headline><byline>Jane Doe</byline><date>2024-03-05</date>'
    f"<body><p>{TEXT}</p></body></article>",
    "Solr": f'<add><doc><field name="title">A tram</field><field name="author">Jane Doe</field>'
    f'<field name="published">2024-03-05</field><field name="content">{TEXT}</field></doc></add>',
    "with a list of writers": f"<x:news xmlns:x='u:x'><x:item><x:title>A tram</x:title><x:authors><x:author>Jane Doe"
    f"</x:author></x:authors><x:pubDate>2024-03-05</x:pubDate><x:text>{TEXT}</x:text></x:item></x:news>",
    "LiveJournal": f"<livejournal><entry><itemid>1</itemid><eventtime>2024-03-05</eventtime><subject>A tram</subject>"
    f"<author>Jane Doe</author><event>{TEXT}</event><security>public</security></entry><entry><eventtime>2024-03-06"
    f"</eventtime><subject>A bus</subject><event>{MORE}</event><security>private</security></entry></livejournal>",
    "NewsML 1": "<NewsML><NewsItem><Identification><NewsIdentifier><NewsItemId>t</NewsItemId></NewsIdentifier>"
    "</Identification><NewsManagement><FirstCreated>20240305T100000Z</FirstCreated><Status FormalName='Usable'/>"
    "</NewsManagement><NewsComponent><NewsLines><HeadLine>A tram</HeadLine><ByLine>Jane Doe</ByLine></NewsLines>"
    f"<ContentItem><DataContent><p>{TEXT}</p></DataContent></ContentItem></NewsComponent></NewsItem>"
    "<NewsItem><NewsManagement>"
    "<Status FormalName='Canceled'/></NewsManagement><NewsComponent><NewsLines><HeadLine>A bus"
    f"</HeadLine></NewsLines><ContentItem><DataContent><p>{MORE}</p></DataContent></ContentItem></NewsComponent>"
    "</NewsItem></NewsML>",
}


@pytest.mark.parametrize("name", OWN_XML)
def test_xml_of_a_newsrooms_own(tmp_path, name):
    """What has a title and a text is an article, whatever its element is called."""
    assert told(reading_of(tmp_path, {"a.xml": OWN_XML[name]})) == {"A tram": ("2024-03-05", TEXT, ("Jane Doe",))}


@pytest.mark.parametrize(
    ("sign", "begins"),
    [
        (b"From - Tue Mar  5 10:00:00 2024\n", True),
        (b"From jane at n.example  Tue Mar  5 10:00:00 2024\r\n", True),
        (b"From 17@xxx Tue Mar 05 10:00:00 +0000 2024\n", True),
        (b"From jane Tue, 5 Mar 2024 10:00:00 +0000\n", True),
        (b"From Tue Mar 5 10:00 on we wrote 2024\n", False),
        (b"From sea to sea: the harvest of 2024\n", False),
    ],
)
def test_what_begins_a_letter(tmp_path, sign, begins):
    """A sender and a time in the forms that programs write, and no sentence."""
    letters = LETTERS + b"\n" + sign + b"From: Jo <jo@n.example>\nSubject: A ferry\n\n" + MORE.encode() + b"\n"
    reading = reading_of(tmp_path, {"list.mbox": letters})
    assert (not reading.rejected, len(reading.articles)) == (True, 3 if begins else 2)


@pytest.mark.parametrize(
    ("said", "inside"),
    [
        ('status="draft"', "<published>true</published>"),
        ('draft="true"', "<is_draft>false</is_draft>"),
        ('published="false"', "<is_published>true</is_published>"),
        ('draft="true"', "<status>published</status>"),
        ('draft="true"', "<published>true</published>"),
        ('published="false"', "<status>published</status>"),
        ('published="false"', "<draft>false</draft>"),
        ('state="archived-draft"', "<published>true</published>"),
    ],
)
def test_of_two_words_on_a_draft_in_xml_the_one_that_hides_counts(tmp_path, said, inside):
    """An attribute and an element that contradict: what somebody marked as a draft is not shown."""
    items = f"<article {said}><title>A bus</title>{inside}<body>{MORE}</body></article>"
    reading = reading_of(tmp_path, {"a.xml": f"<news>{items}{ONE}</news>"})
    assert [one.title for one in reading.articles] == ["A tram"]
    assert sum(reading.omitted.values()) == 1


ONE = f"<article><title>A tram</title><body>{TEXT}</body></article>"
TWO = f"<article><title>A bus</title><body>{MORE}</body></article>"
DEEP = f"<article><title>Deep</title><body>{'<i>' * 1500}{MORE}{'</i>' * 1500}</body></article>"
SECTIONS = {
    "sections of their own": (f"<site><politics>{ONE}</politics><sport>{TWO}</sport><drafts>{ONE}</drafts></site>", 0),
    "stories of a paper that has a title": (
        f"<news><title>The Daily</title><story><title>A tram</title><text>{TEXT}</text></story>"
        f"<story><title>A bus</title><text>{MORE}</text></story></news>",
        0,
    ),
    "tables with names": (
        f"<x><table name='artikel'><column name='titel'>A tram</column><column name='text'>{TEXT}</column></table>"
        f"<table name='artikel'><column name='titel'>A bus</column><column name='text'>{MORE}</column></table>"
        "<table name='settings'><column name='key'>a</column></table><table name='private_messages'>"
        f"<column name='title'>Hello</column><column name='body'>{MORE}</column></table>"
        f"<table name='posts'><column name='post_title'>A key</column><column name='post_content'>{MORE}</column>"
        "<column name='post_status'>publish</column><column name='post_password'>word</column></table></x>",
        0,
    ),
    "an archive that its attributes describe": (f"<all title='The Daily' content='export'>{ONE}{TWO}</all>", 0),
    "rows of attributes": (
        f"<posts><row Title='A tram' Body='{TEXT}'/><row Title='A bus' Body='{MORE}'/></posts>",
        0,
    ),
    "one article nested too deep": (f"<site>{ONE}{DEEP}{TWO}</site>", 1),
    "a state as a text": (f"<x>{ONE}{TWO}{TWO.replace('<body', '<status>0</status><body')}</x>", 0),
}


@pytest.mark.parametrize("form", SECTIONS)
def test_xml_of_several_sections_tables_and_states(tmp_path, form):
    """Every section is read; what is not to be shown is left out; what cannot be read costs itself alone."""
    written, refused = SECTIONS[form]
    reading = reading_of(tmp_path, {"a.xml": written})
    found = sorted((one.title, one.text) for one in reading.articles)
    assert (found, len(reading.rejected)) == ([("A bus", MORE), ("A tram", TEXT)], refused)


@pytest.mark.parametrize("encoding", ["GB2312", "klingon"])
def test_xml_in_an_encoding_that_is_not_read(tmp_path, encoding):
    """A map of a site is passed over; of articles the reason is told."""
    head = f"<?xml version='1.0' encoding='{encoding}'?>"
    reading = reading_of(tmp_path, {"a.xml": f"{head}<urlset><url/></urlset>", "b.xml": f"{head}<site>{ONE}</site>"})
    assert [(one.path, "encoding" in one.why) for one in reading.rejected] == [("b.xml", True)]
    assert reading.omitted == {"XML without articles": 1}


def test_a_day_of_wikitext_that_is_none_leaves_that_of_the_revision(tmp_path):
    """Words stand in the template."""
    written = WIKI.replace("{{date|March 5, 2024}}", "{{date|this morning}}")
    (article,) = reading_of(tmp_path, {"dump.xml": written}).articles
    assert iso(article.published) == "2024-03-06T10:00:00Z"


@pytest.mark.parametrize(
    "written",
    [
        "<svg xmlns='u:svg'><title>Map</title><text>The quay and the market of the town</text></svg>",
        "<urlset><url><loc>https://n.example/a</loc></url></urlset>",
        "<project><name>Site</name><description>A tool</description><text>x</text></project>",
        f"<hooks><hook name='mail'><text>{MORE}</text></hook></hooks>",
        "<menu><entry><title>Home</title><text>Home</text></entry></menu>",
    ],
)
def test_xml_of_something_else_is_passed_over(tmp_path, written):
    """Pictures, maps of sites, projects, menus."""
    reading = reading_of(tmp_path, {"a.xml": written})
    assert (len(reading.articles), reading.rejected) == (0, [])
    assert sum(reading.omitted.values()) == 1


def story(number: int) -> dict[str, object]:
    """An article of schema.org."""
    return {"@type": "NewsArticle", "headline": f"Story {number}", "articleBody": TEXT, "url": f"https://n.example/{number}",
            "author": {"@id": "#jane"}}  # fmt: skip


TOP = {
    "@type": "ItemList", "name": "Top", "itemListElement": [
        {"@type": "ListItem", "position": 1, "item": story(1)},
        {"@type": "ListItem", "item": {"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "item": story(2)}, story(3)]}},
    ],
}  # fmt: skip
LIST = {"@type": "CollectionPage", "name": "News", "mainEntity": TOP}
JANE = {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}


@pytest.mark.parametrize(
    ("tree", "named"),
    [
        ({"@context": "https://schema.org", **LIST}, False),
        ({"@context": "https://schema.org", **TOP}, False),
        ([{"@context": "https://schema.org", **LIST}], False),
        ({"@context": "https://schema.org", "@graph": [LIST, JANE]}, True),
        (
            {
                "@context": "https://schema.org",
                "@type": "Blog",
                "name": "News",
                "blogPost": [story(1), story(2), story(3)],
            },
            False,
        ),
    ],
)
def test_articles_in_lists_of_schema_org(tmp_path, tree, named):
    """However deep the lists lie in each other, each article is read once, with whom it names by reference."""
    reading = reading_of(tmp_path, {"list.json": json.dumps(tree)})
    authors = ("Jane Doe",) if named else ()
    assert told(reading) == {f"Story {number}": ("", TEXT, authors) for number in (1, 2, 3)}


@pytest.mark.parametrize(
    "written",
    [
        "=" + " " * 30_000 + "x",
        "[//a" * 4_000 + " " * 20_000,
        "[[" + " " * 30_000,
        "[[" * 20_000,
        "{{date|" + " " * 9_000,
    ],
)
def test_wikitext_that_closes_nothing_is_read_in_one_go(written):
    """Thousands of blanks or brackets are no reason to read a page over and over: this ends at once or after hours."""
    assert wiki_markdown(written) == written.strip() or written.startswith("{{")
    assert wiki_categories(written) == []
