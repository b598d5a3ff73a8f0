"""Texts of agencies as their wires send them, and as collections for research have them in SGML."""

from written_folder import accepted, day, omitted, only

from search.times import iso

TEXT = "The ferry crossed the strait again, after three weeks of storms and repairs."


REUTERS = """<!DOCTYPE lewis SYSTEM "lewis.dtd">
<REUTERS TOPICS="YES" NEWID="7">
<DATE> 5-MAR-1987 09:07:54.17</DATE>
<TOPICS><D>grain</D><D>ship</D></TOPICS><PLACES><D>uk</D></PLACES>
<UNKNOWN>&#5;&#22;f0986&#31;reute</UNKNOWN>
<TEXT>&#2;
<TITLE>GRAIN SHIPS WAIT</TITLE>
<DATELINE>    LONDON, March 5 - </DATELINE><BODY>Ships with &lt;GRN.L> grain waited
before the port.
    A spokesman said so.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
<REUTERS NEWID="8"><DATE>6-MAR-1987</DATE><TEXT><TITLE>RAIN</TITLE><BODY>It rained on all ports.</BODY></TEXT></REUTERS>
"""


def test_newswire_in_sgml_is_read(tmp_path):
    """Each `<REUTERS>` is an article; codes and the signature are no text."""
    first, second = accepted(tmp_path, {"reut2-000.sgm": REUTERS}).articles
    assert (first.id, first.title, day(first)) == ("reut2-000#7", "GRAIN SHIPS WAIT", "1987-03-05")
    assert first.tags == ("grain", "ship")
    assert first.text == "LONDON, March 5 - Ships with <GRN.L> grain waited before the port.\n\nA spokesman said so."
    assert (second.title, second.text) == ("RAIN", "It rained on all ports.")


def test_documents_of_trec_are_read(tmp_path):
    """The day stands in the number where no element has one."""
    doc = (
        f"<DOC>\n<DOCNO> AP880212-0001 </DOCNO>\n<HEAD>The Ferry</HEAD>\n<BYLINE>By JANE DOE</BYLINE>\n<TEXT>\n{TEXT}\n"
    )
    found = only(tmp_path, {"ap.sgml": f"{doc}</TEXT>\n</DOC>\n"})
    assert (found.title, found.authors, day(found), found.text) == ("The Ferry", ("JANE DOE",), "1988-02-12", TEXT)


def test_other_sgml_is_left_out(tmp_path):
    """A book or a page in SGML has none of these elements."""
    assert omitted(tmp_path, {"book.sgml": "<book><title>X</title></book>"}) == {"SGML without articles": 1}


ANPA = (
    "\x16\x01W2870\nf l BC-LT--Ferry     05-07 1049\n^BC-LT--Ferry,466<\n^The ferry sails again <\n^AP Photo X1, X2<\n"
    "^Eds: With photos.<\n^By PAUL DOE and ANA LEE=\n^Associated Press=\n\t   BARI (AP) _ The ferry left.\n \n"
    "\t   ``At last,'' they said.\n\n\t   AP-WF-05-07-24 1509GMT<\n"
)


def test_texts_in_anpa_are_read(tmp_path):
    """Under an ending of their own, and as plain texts; what is said to editors is no text."""
    for name in ("a.tst", "a.txt"):
        found = only(tmp_path / name, {name: ANPA.encode()})
        assert (found.title, found.authors) == ("The ferry sails again", ("PAUL DOE", "ANA LEE"))
        assert iso(found.published) == "2024-05-07T15:09:00Z"
        assert found.text == "BARI (AP) – The ferry left.\n\n“At last,” they said."


def test_texts_in_iptc_7901_are_read_without_what_is_for_editors(tmp_path):
    """Their contacts are not to be printed."""
    page = (
        "ecp0007 4 s 850  dpa-tns 0908\n\nShips/Italy/\nThe ferry sails again\nBy Jane Doe, dpa =\n\n"
        f"{TEXT}\n\nThe next one follows.\n\n# Notebook\n\n* * * *\nThe following information is not intended for "
        "publication\n- Tel: +49-30-1234\n\ndpa x\n\n071259 May 24\n\n"
    )
    found = only(tmp_path, {"a.txt": page})
    assert (found.title, found.tags) == ("The ferry sails again", ("Ships", "Italy"))
    assert (found.authors[0].split(",")[0], iso(found.published)) == ("Jane Doe", "2024-05-07T12:59:00Z")
    assert found.text == f"{TEXT}\n\nThe next one follows."


def test_other_files_of_these_endings_are_left_out(tmp_path):
    """A program's tests have them too."""
    assert omitted(tmp_path, {"a.tst": "assert x = 1\n"}) == {"text without the fields of an article": 1}


def test_pages_of_wikis_and_wires_are_kept_by_their_folders(tmp_path):
    """They have no state of their own."""
    page = f"====== The ferry ======\n\n{TEXT}\n"
    files = {"pages/private/a.txt": page, "wire/drafts/b.txt": ANPA}
    assert omitted(tmp_path, files) == {"draft or private by its folder or name": 2}
