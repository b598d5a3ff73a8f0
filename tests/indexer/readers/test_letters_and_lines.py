"""Are newsletters, tiddlers and gemtext read whole, and refused at once where reading would take long?"""

from itertools import pairwise

import pytest

from indexer.content.dates import moment
from indexer.content.decoding import declared_codec
from indexer.content.document import Document, SourceFile, UnfitError
from indexer.readers.gemtext import GemtextReader
from indexer.readers.letters import LetterReader
from indexer.readers.tiddlers import TiddlerReader

HEAD = b"Subject: The ferry\nFrom: desk@t.example\nMIME-Version: 1.0\n"
MIXED = b'Content-Type: multipart/mixed; boundary="b"\n\n'


def document(reader, content: bytes) -> Document:
    """The one document of a file of these bytes."""
    (found,) = reader.read(SourceFile("a", "", content))
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize("charset", ["iso-8859-1", "ISO8859-1", "latin1", "windows-1252", "us-ascii", "none-such"])
def test_a_letter_in_the_code_page_of_windows_keeps_its_quotes(charset):
    """Whatever it declares: what says ISO 8859-1 or ASCII is Windows-1252, as browsers read it."""
    text = "“The ferry” isn’t late – the café at the pier is open, and the señor waits."
    content = HEAD + f"Content-Type: text/plain; charset={charset}\n\n".encode() + text.encode("cp1252")
    assert document(LetterReader(), content).body == text


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "undefined", "a\0b", ""])
def test_what_is_no_encoding_of_texts_is_not_declared(name):
    """Python has codecs for other ends, too."""
    assert not declared_codec(name)


def parts(head: bytes, number: int) -> bytes:
    """A letter of parts with this header."""
    return HEAD + MIXED + (b"--b\n" + head + b"\n\nA word.\n") * number + b"--b--\n"


def nested(number: int, lines: int) -> bytes:
    """A letter of parts in one another."""
    inner = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(number))
    return HEAD + inner + b"Content-Type: text/plain\n\n" + b"A word.\n" * lines


COSTLY = {
    "parameters of one part": parts(b"Content-Type: text/plain" + b";\n a=b" * 16_000, 1),
    "parameters of many parts": parts(b"Content-Type: text/plain" + b"; a=b" * 20, 400),
    "a long header": parts(b"Content-Disposition: inline " + b"x " * 2_000, 1),
    "many headers": parts(b"content-type: text/plain " + b"x " * 200, 400),
    "a header after a bare return": parts(b"Content-Type: text/plain" + b";\r a=b" * 1_000, 1),
    "parts in one another": nested(450, 200_000),
}


@pytest.mark.parametrize("kind", COSTLY)
def test_a_letter_that_would_take_long_is_refused(kind):
    """By what it is made of, before it is parsed."""
    with pytest.raises(UnfitError, match="has "):
        document(LetterReader(), COSTLY[kind])


def test_a_long_letter_of_many_parts_is_read():
    """Pictures with names, a text of many lines, and headers that are quoted in it."""
    picture = b"Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=a.png\n\nx\n"
    text = b"Content-Type: text/plain\n\n" + b"A word.\n" * 100_000 + b"Content-Type: text/plain\n"
    content = HEAD + MIXED + b"--b\n" + text + (b"--b\n" + picture) * 150 + b"--b--\n"
    assert document(LetterReader(), content).body.count("A word.") == 100_000


def test_headers_nested_too_deep_are_refused():
    """Brackets in brackets end the parser's stack."""
    with pytest.raises(UnfitError):
        document(LetterReader(), parts(b"Content-Type: text/plain " + b"(" * 3_900, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://t.example and //sloping// words.", "See https://t.example and sloping words."),
        ("Of https://t.example/a//b and ftp://t.example", "Of https://t.example/a//b and ftp://t.example"),
        ("The //ferry// and //tug//.", "The ferry and tug."),
    ],
)
def test_an_address_in_a_tiddler_begins_no_sloping_words(text, expected):
    """Its slashes follow a colon."""
    assert document(TiddlerReader(), f"title: A\n\n{text}".encode()).body == expected


def test_a_tiddler_without_fields_keeps_its_first_paragraph():
    """There is nothing above the text then."""
    assert document(TiddlerReader(), b"The ferry leaves.\n\nIt is late.").body == "The ferry leaves.\n\nIt is late."


def test_text_behind_an_item_or_a_quotation_of_gemtext_is_a_paragraph():
    """Items that follow each other stay one list; what is fenced stays as it is."""
    text = "* one\n* two\nThe ferry.\n> said\n> more\nThe tug.\n* three\n```\n* kept\nkept\n```\n"
    lines = document(GemtextReader(), text.encode()).body.split("\n")
    assert [first for first, second in pairwise(lines) if first and not second] == [
        "* two", "The ferry.", "> more", "The tug.", "* three", "```"]  # fmt: skip
    assert "* kept\nkept" in "\n".join(lines)


def test_a_bad_day_of_javascript_is_told_in_plain_words():
    """Without the pattern that Python has for it."""
    with pytest.raises(ValueError, match=r"^is no date$"):
        moment("Thu Foo 45 2016 19:13:32 GMT+0200 (CEST)")
