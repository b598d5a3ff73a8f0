"""Are JATS and TEI read: title, authors, day, language and text?"""

from time import thread_time

import pytest
from written_folder import accepted, reading_of

from search.times import iso

TEXT = "The tram runs again to the harbour after three years of work on the quay."
JATS = f"""<?xml version="1.0"?><article xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="en">
<front><journal-meta><journal-title>Rail</journal-title></journal-meta><article-meta>
<article-id pub-id-type="doi">10.1/2</article-id>
<title-group><article-title>A <italic>tram</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author">
<name><surname>Doe</surname><given-names>Jane</given-names></name></contrib>
<contrib contrib-type="editor"><name><surname>Roe</surname></name></contrib></contrib-group>
<pub-date date-type="collection"><year>2023</year></pub-date>
<pub-date date-type="pub"><day>5</day><month>3</month><year>2024</year></pub-date>
<abstract><p>It runs.</p></abstract><kwd-group><kwd>rail</kwd></kwd-group></article-meta></front>
<body><sec><title>The quay</title><p>{TEXT}<xref>1</xref> See
<ext-link xlink:href="https://n.example/">the plan</ext-link>.</p></sec></body>
<back><ref-list><ref>Somebody, 1999</ref></ref-list></back></article>"""
TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A tram</title>
<author><persName><forename>Jane</forename> <surname>Doe</surname></persName></author></titleStmt>
<publicationStmt><date when="1912-04-16">Tuesday</date></publicationStmt></fileDesc>
<profileDesc><textClass><keywords><term>rail</term></keywords></textClass></profileDesc></teiHeader>
<text xml:lang="de"><body>
<head>Die Bahn</head><p>Die Straßenbahn <hi rend="bold">fährt</hi> wieder zum Hafen.</p>
</body></text></TEI>"""


def test_an_article_of_jats(tmp_path):
    """References and their numbers are no part of the text."""
    (article,) = accepted(tmp_path, {"a.xml": JATS}).articles
    assert (article.id, article.title, article.authors, article.tags) == ("a", "A tram", ("Jane Doe",), ("rail",))
    assert (iso(article.published), article.language, article.description) == ("2024-03-05T00:00:00Z", "en", "It runs.")
    assert article.text == f"The quay\n\n{TEXT} See the plan."


def test_a_text_of_tei(tmp_path):
    """The day is that of publication; what is still being edited is a draft."""
    (article,) = accepted(tmp_path, {"a.xml": TEI}).articles
    assert (article.id, article.title, article.authors, article.tags) == ("a", "A tram", ("Jane Doe",), ("rail",))
    assert (iso(article.published), article.language) == ("1912-04-16T00:00:00Z", "de")
    assert article.text == "Die Bahn\n\nDie Straßenbahn fährt wieder zum Hafen."
    draft = TEI.replace("</teiHeader>", '<revisionDesc status="draft"/></teiHeader>')
    assert reading_of(tmp_path, {"a.xml": draft}).omitted == {"draft": 1}


def test_several_of_them_in_one_file(tmp_path):
    """Each has the name that it states."""
    two = JATS.partition("?>")[2] + JATS.partition("?>")[2].replace("10.1/2", "10.1/3")
    reading = accepted(tmp_path, {"a.xml": f"<set>{two}</set>"})
    assert [one.id for one in reading.articles] == ["a#10.1/2", "a#10.1/3"]


@pytest.mark.parametrize(
    ("written", "opens", "closes"),
    [(TEI, "<publicationStmt>", "</publicationStmt>"), (JATS, '<contrib contrib-type="author">', "</contrib>")],
)
def test_elements_within_their_own_kind_are_looked_at_once(tmp_path, written, opens, closes):
    """However deep they lie: the outermost one counts."""

    def seconds(times):
        nested = written.replace(opens, opens * times, 1).replace(closes, closes * times, 1)
        began = thread_time()
        assert len(accepted(tmp_path, {"a.xml": nested}).articles) == 1
        return thread_time() - began

    seconds(10)
    assert min(seconds(6_000) for _ in range(2)) < 8 * min(seconds(1_500) for _ in range(2)) + 0.2
