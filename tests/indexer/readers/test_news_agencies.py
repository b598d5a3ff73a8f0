"""Are the forms in which news agencies deliver read as their standards say: ninjs, NITF and NewsML-G2?"""

import json

import pytest

from indexer.content.document import Omitted, ReadArticle, Refused, SourceFile
from indexer.content.files import source_files
from indexer.content.parsing import parse
from search.times import iso

PARAGRAPHS = "<p>The council voted on the tram line.</p><p>Work begins in <em>May</em>.</p>"
NINJS = {
    "uri": "http://agency.example/item/7",
    "type": "text",
    "pubstatus": "usable",
    "contentcreated": "2024-03-05T08:00:00+01:00",
    "versioncreated": "2024-03-05T09:15:00+01:00",
    "language": "sv",
    "headline": "Council votes on tram line",
    "description_text": "A close vote.",
    "byline": "By Ann Writer",
    "body_html": PARAGRAPHS,
    "subject": [{"name": "Politics", "rel": "category"}, {"name": "Transport"}],
    "associations": {
        "main": {
            "type": "picture",
            "renditions": {
                "small": {"href": "https://agency.example/s.jpg", "width": 200},
                "large": {"href": "https://agency.example/l.jpg", "width": 1200},
            },
        }
    },
    "copyrightholder": "Agency",
    "located": "Malmö",
}
NINJS_2 = {
    "uri": "tag:agency.example,2024:7",
    "type": "text",
    "pubstatus": "usable",
    "firstcreated": "2024-03-05T07:00:00Z",
    "versioncreated": "2024-03-05T08:15:00Z",
    "language": "sv",
    "headlines": [{"role": "short", "value": "Tram"}, {"role": "main", "value": "Council votes on tram line"}],
    "descriptions": [{"role": "summary", "value": "A close vote."}],
    "by": "Ann Writer",
    "bodies": [
        {"contenttype": "text/plain", "value": "Plain."},
        {"contenttype": "text/html", "value": PARAGRAPHS},
    ],
    "subjects": [{"name": "Politics", "rel": "category"}, {"name": "Transport"}],
    "associations": [
        {"type": "picture", "renditions": [{"name": "large", "href": "https://agency.example/l.jpg", "width": 1200}]}
    ],
    "infosources": [{"name": "Agency"}],
}
NINJS_3 = {
    key.replace("created", "Created").replace("pubstatus", "pubStatus").replace("contenttype", "contentType"): value
    for key, value in NINJS_2.items()
}
NITF = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf xml:lang="sv"><head><title>Tram</title>
<docdata management-status="usable"><doc-id id-string="agency-7"/>
<date.issue norm="20240305T080000+0100"/><date.expire norm="20300101T000000Z"/>
<key-list><keyword key="Transport"/></key-list></docdata>
<pubdata name="Agency" position.section="Politics"/></head>
<body><body.head><hedline><hl1>Council votes on tram line</hl1></hedline>
<byline>By <person>Ann Writer</person><byttl>City editor</byttl></byline>
<abstract><p>A close vote.</p></abstract></body.head>
<body.content><p>The council voted on the <location>Malmö</location> tram line.</p><hl2>What comes next</hl2>
<media media-type="image"><media-reference source="https://agency.example/l.jpg"/>
<media-caption>A tram, seen from the harbour</media-caption></media>
<p>Work begins in <em>May</em>.</p></body.content></body></nitf>"""


def news_item(text: str, kind: str = "text", status: str = "usable", guid: str = "urn:agency:7") -> str:
    """One item of NewsML-G2 with this content."""
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="1" xml:lang="sv">
<itemMeta><itemClass qcode="ninat:{kind}"/><provider><name>Agency</name></provider>
<versionCreated>2024-03-05T09:15:00+01:00</versionCreated><pubStatus qcode="stat:{status}"/></itemMeta>
<contentMeta><contentCreated>2024-03-05T08:00:00+01:00</contentCreated><by>Ann Writer</by>
<headline>Council votes on tram line</headline><description>A close vote.</description>
<subject qcode="medtop:1"><name xml:lang="sv">Transport</name></subject></contentMeta>
<contentSet>{text}</contentSet></newsItem>"""


XHTML = f"""<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Tram</title></head><body>{PARAGRAPHS}</body></html></inlineXML>"""


def read(folder, name, written):
    """The articles of one file, and whatever else comes of it."""
    (folder / name).write_text(written, encoding="utf-8")
    outcomes = [one for file in source_files(folder) if isinstance(file, SourceFile) for one in parse(file)]
    articles = [one.article for one in outcomes if isinstance(one, ReadArticle)]
    return articles, [one for one in outcomes if not isinstance(one, ReadArticle)]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ninjs.json", json.dumps(NINJS)),
        ("ninjs-2.json", json.dumps(NINJS_2)),
        ("ninjs-3.json", json.dumps(NINJS_3)),
        ("lines.jsonl", json.dumps(NINJS)),
        ("list.json", json.dumps({"items": [NINJS]})),
        ("nitf.xml", NITF),
        ("nitf.nitf", NITF),
        ("newsml.xml", f'<?xml version="1.0"?>\n{news_item(XHTML)}'),
    ],
)
def test_the_fields_of_an_agency_are_those_of_any_article(tmp_path, name, written):
    """Title, times, people, subjects, source, language and text, without captions and byline titles."""
    (article,), others = read(tmp_path, name, written)
    assert not others
    assert article.title == "Council votes on tram line"
    assert iso(article.published) == "2024-03-05T07:00:00Z"
    assert article.authors == ("Ann Writer",)
    assert article.description == "A close vote."
    assert "Transport" in article.tags
    assert article.language == "sv"
    assert article.source.name == "Agency"
    assert "tram line" in article.text
    assert "Work begins in May." in article.text
    assert "harbour" not in article.text
    if "newsml" not in name:
        assert article.categories == ("Politics",)
        assert article.image == "https://agency.example/l.jpg"


def test_what_is_under_embargo_is_published_when_that_ends(tmp_path):
    """In all three forms."""
    nitf = NITF.replace("<date.issue", '<date.release norm="20990101T000000Z"/><date.issue').replace(
        "usable", "embargoed"
    )
    newsml = news_item(XHTML).replace("<pubStatus", "<embargoed>2099-01-01T00:00:00Z</embargoed><pubStatus")
    ninjs = json.dumps({**NINJS, "embargoed": "2099-01-01T00:00:00Z"})
    for name, written in (("a.json", ninjs), ("b.xml", nitf), ("c.xml", newsml)):
        read(tmp_path, name, written)
    outcomes = [one for file in source_files(tmp_path) if isinstance(file, SourceFile) for one in parse(file)]
    times = [iso(one.article.published) for one in outcomes if isinstance(one, ReadArticle)]
    assert times == ["2099-01-01T00:00:00Z"] * 3


@pytest.mark.parametrize("status", ["withheld", "canceled"])
def test_what_an_agency_takes_back_is_no_article(tmp_path, status):
    """A kill of the desk is a kill."""
    read(tmp_path, "a.json", json.dumps({**NINJS, "pubstatus": status}))
    read(tmp_path, "b.xml", NITF.replace("usable", status))
    articles, others = read(tmp_path, "c.xml", news_item(XHTML, status=status))
    assert articles == []
    assert [one.why for one in others] == ["not published"] * 3


def embargoed(item: str, ends: str) -> str:
    """An item of NewsML-G2 under embargo."""
    return item.replace("<pubStatus", f"{ends}<pubStatus")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("b.xml", NITF.replace("usable", "embargoed")),
        (
            "b.xml",
            NITF.replace("<date.issue", '<date.release norm="later"/><date.issue').replace("usable", "embargoed"),
        ),
        ("c.xml", embargoed(news_item(XHTML), "<embargoed/>")),
        ("c.xml", embargoed(news_item(XHTML), "<embargoed>until the vote</embargoed>")),
        ("a.json", json.dumps({**NINJS, "embargoed": "until the vote"})),
    ],
)
def test_an_embargo_without_an_end_withholds(tmp_path, name, written):
    """Nobody knows when it may be read, nor where the end is told in words."""
    articles, (other,) = read(tmp_path, name, written)
    assert (articles, other.why) == ([], "not published")


def test_what_an_agency_lets_expire_expires(tmp_path):
    """NewsML-G2 says it beside the state of the item."""
    (article,), _ = read(tmp_path, "c.xml", embargoed(news_item(XHTML), "<expires>2024-09-01T00:00:00Z</expires>"))
    assert iso(article.expires) == "2024-09-01T00:00:00Z"


def test_pictures_and_packages_are_left_out(tmp_path):
    """They have captions and headlines, and no text."""
    read(tmp_path, "a.json", json.dumps({**NINJS, "type": "picture"}))
    nitf = NITF[NITF.index("<nitf") :]
    remote = '<remoteContent href="a.jpg"/>'
    message = f"""<newsMessage><itemSet>{news_item(XHTML)}{news_item(remote, "picture", guid="urn:agency:8")}
{news_item(f"<inlineXML>{nitf}</inlineXML>", guid="urn:agency:9")}
{news_item("<inlineData>Just text.</inlineData>", guid="urn:agency:10")}{news_item(remote, guid="urn:agency:11")}
</itemSet></newsMessage>"""
    articles, others = read(tmp_path, "b.xml", message)
    assert [article.id for article in articles] == ["b#urn:agency:7", "b#urn:agency:9", "b#urn:agency:10"]
    assert articles[1].text.startswith("The council voted on the Malmö tram line.")
    assert [type(one) for one in others] == [Omitted] * 3


def test_items_before_a_break_are_read(tmp_path):
    """The break itself is refused with its line."""
    articles, others = read(tmp_path, "a.xml", f"<newsMessage><itemSet>\n{news_item(XHTML)}\n<newsItem><itemMe")
    assert [article.title for article in articles] == ["Council votes on tram line"]
    assert [type(one) for one in others] == [Refused]


CAPTION = "<ContentItem><DataContent><p>A tram, seen from the harbour.</p></DataContent></ContentItem>"


def newsml_1(status: str, later: str = "") -> str:
    """An item whose picture comes before its text."""
    return (
        "<NewsML><NewsItem><NewsManagement><FirstCreated>20240305T070000Z</FirstCreated>"
        f"<Status FormalName='{status}'/>"
        f"{later}</NewsManagement><NewsComponent><NewsComponent><Role FormalName='Caption'/>"
        f"<NewsLines><HeadLine>A picture</HeadLine></NewsLines>{CAPTION}</NewsComponent><NewsComponent>"
        "<Role FormalName='Main'/><NewsLines><HeadLine>A vote"
        f"</HeadLine></NewsLines><ContentItem><DataContent>{PARAGRAPHS}</DataContent></ContentItem></NewsComponent>"
        "</NewsComponent></NewsItem></NewsML>"
    )


def test_of_a_news_item_in_newsml_1_the_text_counts_and_no_caption(tmp_path):
    """Whichever comes first; an embargo without an end withholds, and one with an end puts it off."""
    (article,), _ = read(tmp_path, "a.xml", newsml_1("Usable"))
    assert (article.title, "tram line" in article.text, "harbour" in article.text) == ("A vote", True, False)
    end = "<StatusWillChange><FutureStatus FormalName='Usable'/>"
    end += "<DateAndTime>20990101T000000Z</DateAndTime></StatusWillChange>"
    (article,), _ = read(tmp_path, "a.xml", newsml_1("Embargoed", end))
    assert iso(article.published) == "2099-01-01T00:00:00Z"
    for unknown in ("", end.replace("20990101T000000Z", "after the vote")):
        articles, (other,) = read(tmp_path, "a.xml", newsml_1("Embargoed", unknown))
        assert (articles, other.why) == ([], "not published")
