"""Does a file take time in proportion to its length, also where no regular expression reads it?

Each form is read at n, 2n and 4n, and told by ratios, as tests/system/test_patterns.py tells patterns: four times the
text may take nine times as long, with noise, but not more at every look.
"""

import hashlib
import io
from time import thread_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from written_folder import accepted, reading_of

from indexer.content.document import SourceFile
from indexer.content.org_outline import export_rules
from indexer.content.org_subtrees import org_subtrees
from indexer.content.parsing import parse
from indexer.readers.registry import reader_of

NOISE = 0.02
"""Seconds below which a reading is not told from noise."""
ENTRY = (
    "<rss {head}><channel>{loose}<item><title>Storm</title><description>{body}</description>{more}</item></channel>"
    "</rss>"
)


QUOTED = '"x y"."\\u0041".'


def feed(head="", body="A storm.", more="", loose=""):
    """A feed of one entry; with a broken sign in `loose`, feedparser reads it by its other parser."""
    return ENTRY.format(head=head, body=body, more=more, loose=loose)


def numbered(form, count):
    """So many of a form, each with its number."""
    return "".join(map(form.format, range(count)))


FORMS = {
    "attributes of a tag": ("a.xml", 4_000, lambda n: feed(body="<i" + numbered(' a{}="1"', n) + "/>")),
    "name spaces": (
        "a.xml", 3_000, lambda n: feed('xmlns="http://d"', numbered('<i xmlns:p{}="u"/>', n))
    ),
    "categories": ("a.xml", 4_000, lambda n: feed(more=numbered("<category>c{}</category>", n))),
    "categories, loosely": (
        "a.xml", 4_000, lambda n: feed(more=numbered("<category>c{}</category>", n), loose="&")
    ),
    "an author's name": ("a.xml", 8_000, lambda n: feed(more=f"<author>{'a.' * n}</author>")),
    "an author's name, loosely": ("a.xml", 8_000, lambda n: feed(more=f"<author>{'a.' * n}</author>", loose="&")),
    "parts of a key": ("a.toml", 2_000, lambda n: f'title = "T"\ntext = "A storm."\n{"x." * n}y = 1\n'),
    "quoted parts of a key": ("a.toml", 2_000, lambda n: f'title = "T"\ntext = "A storm."\n{QUOTED * n}y = 1\n'),
    "levels and tags of Org": (
        "a.org", 100,
        lambda n: "".join(
            f"{'*' * i} h :{numbered(f't{i}_' + '{}:', n)}\n:PROPERTIES:\n:EXPORT_FILE_NAME: f{i}\n:END:\n"
            for i in range(1, n)
        ),
    ),
}  # fmt: skip
"""By what grows: the name of a file, the least n, and the text."""


def seconds(root, name, text):
    """Processor time that reading a file takes."""
    written = text.encode()
    (root / name).write_bytes(written)
    digest = hashlib.sha256(written).hexdigest()
    reader = reader_of(name)
    file = SourceFile(name, digest, b"", str(root)) if reader.streams else SourceFile(name, digest, written)
    began = thread_time()
    if name.endswith(".org"):
        list(org_subtrees(text, export_rules(text)))
    else:
        list(parse(file))
    return thread_time() - began


def grows(root, name, texts):
    """Whether the time grows faster than the text: in each of three looks, for others use the machine, too."""
    for _ in range(3):
        first, _, last = (min(seconds(root, name, text) for _ in range(2)) for text in texts)
        share = (last / max(first, 1e-7)) / (len(texts[2]) / len(texts[0]))
        if last < NOISE or share < 2:
            return False
    return True


@pytest.mark.parametrize("what", FORMS)
def test_time_grows_with_the_length(tmp_path, what):
    """Less than twice as fast as the text, where it is more than noise."""
    name, least, made = FORMS[what]
    assert not grows(tmp_path, name, [made(times * least) for times in (1, 2, 4)])


def test_what_bounds_a_feed_leaves_ordinary_ones_as_they_are(tmp_path):
    """Categories, an author's address and name spaces are told as ever."""
    more = "<category>sea</category><category>port</category><author>ann@news.com (Ann Bell)</author>"
    more += "<dc:subject>storms</dc:subject>"
    head = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    (article,) = accepted(tmp_path, {"a.xml": feed(head, "A storm hit the pier.", more)}).articles
    assert article.categories == ("sea", "port", "storms")
    assert article.authors == ("Ann Bell",)


def test_a_part_that_is_packed_too_well_is_not_unpacked(tmp_path):
    """One of 12 MB in 12 KB is no text; the file is named, and read no further."""
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document xmlns:w='x'><w:body>" + "<w:x/>" * 2_000_000)
    reading = reading_of(tmp_path, {"a.docx": packed.getvalue()})
    assert "packed" in str(reading.rejected)
