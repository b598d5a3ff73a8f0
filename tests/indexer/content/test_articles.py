"""Does every file become an article, a draft or a rejection that says file, line and why?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.content import beneath
from indexer.content.document import Omitted, ReadArticle, Refused, SourceFile
from indexer.content.files import MAX_BYTES, source_files
from indexer.content.languages import PathLanguages
from indexer.content.parsing import parse
from search.article import Article, Source
from search.errors import ContentError
from search.index.manifest import Rejected
from search.times import Millis, iso

WHOLE = """---
title: 'Norvex halts withdrawals'
description: 'An exchange stops.'
publishedAt: '2026-02-05T05:01:58.123Z'
updatedAt: '2026-02-05T06:00:00.000Z'
lang: en
externalId: '70005'
source:
  name: Market Gazette
  key: marketgazette
  type: RSS
category: SECURITY
tags:
  - HACK
  - EXCHANGE
sentiment: NEGATIVE
draft: false
coverImage:
  raw: 'https://images.example.org/raw.jpg'
  regular: 'https://images.example.org/regular.jpg'
ai:
  rewritten: true
---
## Overview

It *stopped* on Friday.
"""


def parsed(text, path="2026/02/story.en.md"):
    """What a file of this text, or of these bytes, becomes."""
    content = text if isinstance(text, bytes) else text.encode()
    (outcome,) = parse(SourceFile(path, "digest", content, language=PathLanguages([path]).of(path)))
    return outcome.article if isinstance(outcome, ReadArticle) else outcome


def warned(text, path="2026/02/story.en.md"):
    """The codes and lines of what is noted while a file of this text is read."""
    outcome: Any
    (outcome,) = parse(SourceFile(path, "digest", text.encode()))
    return [(one.code, one.line) for one in outcome.warnings]


def with_field(written, path="2026/02/story.en.md"):
    """What a file whose front matter has this line becomes."""
    return parsed(f"---\ntitle: T\n{written}\n---\nText.\n", path)


def test_every_field_is_read():
    """A whole file becomes a whole article."""
    assert parsed(WHOLE) == Article(
        id="2026/02/story.en",
        path="2026/02/story.en.md",
        title="Norvex halts withdrawals",
        text="Overview\n\nIt stopped on Friday.",
        description="An exchange stops.",
        published=Millis(1_770_267_718_123),
        updated=Millis(1_770_271_200_000),
        language="en",
        source=Source("marketgazette", "Market Gazette"),
        categories=("SECURITY",),
        slug="story",
        tags=("HACK", "EXCHANGE"),
        sentiment="NEGATIVE",
        image="https://images.example.org/regular.jpg",
        external_id="70005",
        headings=((0, 8),),
    )


@pytest.mark.parametrize(
    "field",
    ["title", "description", "publishedAt", "updatedAt", "lang", "externalId", "category", "sentiment", "draft"],
)
def test_a_missing_optional_field_is_fine(field):
    """Without any one of its fields a file is still an article, the other fields as they were."""
    lines = [line for line in WHOLE.split("\n") if not line.startswith(f"{field}:")]
    article = parsed("\n".join(lines))
    assert isinstance(article, Article)
    assert article.tags == ("HACK", "EXCHANGE")
    assert article.title in ("Norvex halts withdrawals", "Overview")


@pytest.mark.parametrize("name", ["source", "tags", "coverImage"])
def test_a_missing_nested_field_is_fine(name):
    """Source, tags and image may be left out or empty."""
    for written in (f"{name}:", f"{name}: ''", f"{name}: []" if name == "tags" else f"{name}: null"):
        article = with_field(written)
        assert (article.source, article.tags, article.image) == (None, (), "")


@pytest.mark.parametrize(
    ("written", "field", "expected"),
    [
        ("description: [a, b]", "description", "a"),
        ("description: {a: b}", "description", ""),
        ("lang: [en, uk]", "language", "en"),
        ("category: [News, Farming]", "categories", ("News", "Farming")),
        ("sentiment: {label: good}", "sentiment", "good"),
        ("source: [AP, Reuters]", "source", Source("AP", "AP")),
        ("tags: [[a]]", "tags", ("a",)),
        ("tags: [{name: b}]", "tags", ("b",)),
        ("publishedAt: soon", "published", None),
        ("publishedAt: '2026-02-30'", "published", None),
        ("updatedAt: 'never'", "updated", None),
        ("title: {a: b}", "title", "Text."),
    ],
)
def test_a_field_of_another_type_never_costs_the_article(written, field, expected):
    """A list gives its values, what cannot be read is left out."""
    assert getattr(parsed(f"---\n{written}\n---\nText.\n"), field) == expected


def test_what_cannot_be_read_is_noted_with_its_line():
    """The warning names the line of the field in its file, and a stable code."""
    text = "---\ntitle: T\ndate: soon\nlang: klingonese\ndescription: {a: b}\nupdated: 02/03/2026\n---\nText.\n"
    assert sorted(warned(text)) == [
        ("ambiguous-date", 6),
        ("unknown-language", 4),
        ("unreadable-date", 3),
        ("unreadable-field", 5),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("tags: [2026, 1.5, true, 2026-02-05]", ("2026", "1.5", "true", "2026-02-05")),
        ("tags: NFT", ("NFT",)),
        ("tags: ['law, order', ' NFT ', '', NFT]", ("law, order", "NFT")),
        ("tags: ['C++', '-x', \"об'єкт\"]", ("C++", "-x", "об'єкт")),
    ],
)
def test_tags_are_texts(written, expected):
    """Numbers, dates and a lone tag become texts; empty and repeated ones are left out; commas stay."""
    assert with_field(written).tags == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("source: decrypt", Source("decrypt", "decrypt")),
        ("source: {name: Decrypt}", Source("Decrypt", "Decrypt")),
        ("source: {key: decrypt}", Source("decrypt", "decrypt")),
        ("source: {type: RSS}", None),
        ("source: {key: 24, name: 7}", Source("24", "7")),
    ],
)
def test_a_source_has_a_key_and_a_name(written, expected):
    """One stands for the other where it is missing."""
    assert with_field(written).source == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("'2026-02-05T05:01:58.123Z'", "2026-02-05T05:01:58.123Z"),
        ("2026-02-05T05:01:58Z", "2026-02-05T05:01:58Z"),
        ("2026-02-05 05:01:58", "2026-02-05T05:01:58Z"),
        ("'2026-02-05T05:01:58'", "2026-02-05T05:01:58Z"),
        ("2026-02-05T05:01:58+02:00", "2026-02-05T03:01:58Z"),
        ("'2026-02-05T05:01:58-0530'", "2026-02-05T10:31:58Z"),
        ("2026-02-05", "2026-02-05T00:00:00Z"),
        ("'20260205'", "2026-02-05T00:00:00Z"),
        ("'1969-12-31T23:59:59.999Z'", "1969-12-31T23:59:59.999Z"),
    ],
)
def test_times_are_utc_and_keep_their_milliseconds(written, expected):
    """With or without quotes, zone or clock; a time without a zone is UTC."""
    assert iso(with_field(f"publishedAt: {written}").published) == expected
    assert iso(with_field(f"date: {written}").published) == expected


def test_the_language_is_that_of_the_front_matter_or_else_of_the_file_name():
    """lang wins over the suffix, in lower case; without both there is none."""
    assert with_field("lang: UK").language == "uk"
    assert with_field("x: y", "a/story.uk.md").language == "uk"
    assert with_field("x: y", "a/story.md").language == ""
    assert with_field("lang: en", "a/story.uk.md").language == "en"


@pytest.mark.parametrize("value", ["true", "'true'", "yes", "True", "'1'"])
def test_drafts_are_left_out(value):
    """draft: true leaves a file out."""
    assert with_field(f"draft: {value}") == Omitted("2026/02/story.en.md", "draft")


@pytest.mark.parametrize("value", ["false", "'false'", "no", "", "0"])
def test_what_is_no_draft_is_an_article(value):
    """draft: false does not."""
    assert isinstance(with_field(f"draft: {value}"), Article)


def test_mojibake_is_repaired_on_reading():
    """UTF-8 once read as Windows-1252 is put right, in front matter and body; sound text beside it stays."""
    article = parsed(
        "---\ntitle: 'deepfakeâ€¦ and donâ€™t'\ndescription: Zürich, naïve ‘ok’\n---\n"
        "Itâ€™s ÐºÐ¸Ñ—Ð².\n\nСправжній café…\n"
    )
    assert article.title == "deepfake… and don’t"
    assert article.description == "Zürich, naïve ‘ok’"
    assert article.text == "It’s київ.\n\nСправжній café…"


@pytest.mark.parametrize("sound", ["Âme et Ô", "Ð is eth", "â", "naïve Ñandú", "“â la carte”", "Ã", "5 € – 7 €"])
def test_sound_text_is_left_alone(sound):
    """Letters that mojibake is made of are letters too."""
    assert parsed(f"---\ntitle: '{sound}'\n---\n{sound}\n").title == sound


@pytest.mark.parametrize(
    ("content", "title", "line"),
    [
        (b"Just text.\n", "Just text.", None),
        (b"\n---\ntitle: T\n---\nText\n", "T", None),
        (b"---\n---\nText\n", "Text", None),
        (b"---\n# only a comment\n---\nText\n", "Text", None),
        (b"---\ntitle: T\n...\nText\n", "T", None),
        (b"---\n\njust a text between rules\n\n---\nText\n", "just a text between rules", None),
        (b"---\ntitle: T\ndescription: 'no end\n---\nText\n", "T", 4),
        (b"---\ntitle: T\ntags: [a, b\nlang: en\n---\nText\n", "T", 4),
        (b"---\ntitle: a: b\n---\nText\n", "a: b", 2),
        (b"---\ntitle: '@home' again\nlang: en\n---\nText\n", "'@home' again", 2),
        (b"---\ntitle: @home\nlang: en\n---\nText\n", "@home", 2),
        (b"---\ntitle: [Live] it begins\nlang: en\n---\nText\n", "[Live] it begins", 2),
        (b"---\ntitle: - dash\nlang: en\n---\nText\n", "- dash", 2),
        (b"---\n\n\ntitle: a: b\n---\nText\n", "a: b", 4),
        (b"---\ntitle: t\na: &a [x]\nb: *c\n---\nText\n", "t", 4),
        ("\ufeff---\r\ntitle: T\r\n---\r\nText\r\n".encode("utf-16-le"), "T", None),
        (b"---\rtitle: T\r---\rText\r", "T", None),
    ],
)
def test_a_broken_front_matter_keeps_what_is_readable(content, title, line):
    """The article stays, with a warning at the line of the fault where there is one."""
    outcome: Any
    (outcome,) = parse(SourceFile("2026/02/story.en.md", "digest", content))
    assert outcome.article.title == title
    assert [one.line for one in outcome.warnings if one.code == "broken-front-matter"] == ([line] if line else [])


def test_a_flag_that_nobody_can_read_is_warned_of():
    """The article is shown, and its owner told; a state in its place is read, and what says nothing is no fault."""
    said = {
        "draft: tbd": ["draft 'tbd' says neither yes nor no; the article is shown"],
        "draft: «true»": ["draft '«true»' says neither yes nor no; the article is shown"],
        "private: family": ["private 'family' says neither yes nor no; the article is shown"],
        "draft: published": [],
        "draft: ні": [],
        "deleted_at: 0000-00-00": [],
        "deleted: 'null'": [],
        "draft: ''": [],
    }
    for head, warned in said.items():
        outcome: Any
        (outcome,) = parse(SourceFile("a.md", "digest", f"---\ntitle: T\n{head}\n---\nText\n".encode()))
        assert [one.why for one in outcome.warnings] == warned


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: T\ndraft:true\n---\n", "---\ndraft:true\n---\n", "---\ntitle: T\n\tdraft: true\n---\n",
        "---\ntitle: T\nstatus:\xa0draft\n---\n", "---\ntitle: T\nчернетка:так\n---\n",
        "+++\ntitle = 'T'\ndraft: true\n+++\n", '{\n"title": "T",\n"draft": true,\n}\n',
        '---json\n{"title": "T", "draft": true,}\n---\n', "Title: T\nDate: 2026-02-01\nStatus:draft\n\n",
        "Title:T\nStatus:\xa0draft\n\n",
    ],
)  # fmt: skip
def test_a_slip_in_a_head_makes_no_draft_public(head):
    """A missing blank, a tab, a no-break space, a comma too many: what the line says is read all the same."""
    assert isinstance(parsed(f"{head}Text\n"), Omitted)
    public = head.replace("true", "false").replace("draft\n", "live\n").replace(":так", ":ні")
    assert parsed(f"{public}Text\n").text.strip() == "Text"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no text"),
        (b"---\n---\n", "no text"),
        (b"---\ntitle: T\na: b\n", "no line --- ends it"),
        (bytes(range(256)) * 20, "no text"),
        (b"\xff\xfe", "no text"),
    ],
)
def test_what_has_no_text_is_rejected(content, why):
    """With a reason, in one line."""
    rejected = parsed(content).rejected
    assert why in rejected.why
    assert "\n" not in str(rejected)


def test_windows_1252_is_read_and_noted():
    """An old editor's file keeps its letters."""
    outcome: Any
    (outcome,) = parse(SourceFile("a.md", "d", "---\ntitle: Café “x”\n---\nÜber Öl.\n".encode("cp1252")))
    assert (outcome.article.title, outcome.article.text) == ("Café “x”", "Über Öl.")
    assert [one.code for one in outcome.warnings] == ["guessed-encoding"]


def test_a_byte_order_mark_and_windows_lines_are_fine():
    """Files as some editors on Windows write them are read."""
    article = parsed(b"\xef\xbb\xbf---\r\ntitle: T\r\ntags: [a]\r\n---\r\nOne.\r\n\r\nTwo.\r\n")
    assert (article.title, article.tags, article.text) == ("T", ("a",), "One.\n\nTwo.")


def test_without_a_title_the_text_or_the_name_gives_one():
    """First line of the text, else the words of the file name."""
    assert parsed("---\nlang: en\n---\n# A heading\n\nText.\n").title == "A heading"
    assert parsed("---\nlang: en\nurl: /x\n---\n", "a/2026-01-02-some-story.en.md").title == "some story"


def test_source_files_are_claimed_ones_below_the_folder_in_order(tmp_path):
    """At any depth, by path; no hidden ones, no litter, nothing that no reader claims."""
    litter = (
        "a/x.png",
        "README",
        ".hidden.md",
        ".git/a.md",
        "node_modules/p/a.md",
        "._a.md",
        ".#a.md",
        "a.md~",
    )
    for name in ("b.md", "a/z.MDX", "a/b/c.markdown", *litter):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(WHOLE)
    assert [file.path for file in source_files(tmp_path)] == ["a/b/c.markdown", "a/z.MDX", "b.md"]


def test_what_is_no_readable_file_is_rejected_by_name(tmp_path):
    """Links out of the folder, broken links, folders and pipes named .md, and giants stop nothing and are named."""
    import os

    (tmp_path / "outside.md").write_text(WHOLE)
    content = tmp_path / "content"
    (content / "folder.md").mkdir(parents=True)
    (content / "good.md").write_text(WHOLE)
    (content / "inside.md").symlink_to(content / "good.md")
    (content / "out.md").symlink_to(tmp_path / "outside.md")
    (content / "gone.md").symlink_to(content / "nothing.md")
    os.mkfifo(content / "pipe.md")
    (content / "giant.md").write_bytes(b"x" * (MAX_BYTES + 1))
    (content / "new\nline.md").write_text(WHOLE)
    found = {getattr(file, "path", ""): file for file in source_files(content)}
    good = {path for path, file in found.items() if isinstance(file, SourceFile)}
    assert good == {"good.md", "inside.md"}
    rejected = {path: file.why for path, file in found.items() if isinstance(file, Rejected)}
    assert "link out of" in rejected.pop("out.md")
    assert rejected.pop("gone.md")
    assert "regular" in rejected.pop("pipe.md")
    assert "bytes" in rejected.pop("giant.md")
    assert len(rejected) == 1
    assert "\n" not in next(iter(rejected))


def test_a_linked_folder_out_of_the_content_is_not_followed(tmp_path):
    """A folder that is a link elsewhere adds no articles."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.md").write_text(WHOLE)
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "link").symlink_to(tmp_path / "elsewhere")
    assert [file for file in source_files(tmp_path / "content") if isinstance(file, SourceFile)] == []


def swap(path, target):
    """Put a link in the place of what was listed."""
    path.rename(path.with_name("aside"))
    path.symlink_to(target)


@pytest.mark.parametrize("stepwise", [True, False])
@pytest.mark.parametrize("swapped", ["a", "a/b", "a/b/one.md", "a/b/many.jsonl", "a/b/one.meta"])
def test_what_is_exchanged_for_a_link_after_it_was_listed_leads_nobody_out(swapped, stepwise, tmp_path, monkeypatch):
    """A folder on the way, the file, one that is streamed, the metadata beside it: nothing from outside is read."""
    monkeypatch.setattr(beneath, "STEPWISE", stepwise)
    for place in (tmp_path / "content", tmp_path / "outside"):
        (place / "a" / "b").mkdir(parents=True)
        said = "SECRET" if place.name == "outside" else "PUBLIC"
        (place / "a" / "b" / "one.md").write_text(f"---\ntitle: {said}\n---\n{said}\n")
        (place / "a" / "b" / "one.meta").write_text(f".. title: {said}\n")
        (place / "a" / "b" / "many.jsonl").write_text(f'{{"title": "{said}", "text": "{said}"}}\n')
        (place / "0.md").write_text(WHOLE)
    content = tmp_path / "content"
    walk = source_files(content)
    assert next(walk).path == "0.md", "all is listed now, and nothing below is opened yet"
    swap(content / swapped, tmp_path / "outside" / swapped)
    found = list(walk)
    read = [file for file in found if isinstance(file, SourceFile)]
    assert not [file for file in read if b"SECRET" in file.content + file.beside]
    assert not [said for file in read for said in map(str, parse(file)) if "SECRET" in said]
    assert [str(file) for file in found if isinstance(file, Rejected)], "and it is said"


def test_a_stream_that_is_exchanged_after_it_was_digested_leads_nobody_out(tmp_path):
    """A reader that streams opens its file again, and again beneath the folder."""
    (tmp_path / "content").mkdir()
    (tmp_path / "secret.jsonl").write_text('{"title": "SECRET", "text": "SECRET"}')
    (tmp_path / "content" / "many.jsonl").write_text('{"title": "Public", "text": "Public"}')
    file: Any
    (file,) = source_files(tmp_path / "content")
    swap(tmp_path / "content" / "many.jsonl", tmp_path / "secret.jsonl")
    (outcome,) = parse(file)
    assert isinstance(outcome, Refused)
    assert "out of the content folder" in outcome.rejected.why


def test_links_are_walked_like_paths(tmp_path):
    """Relative, absolute, through folders and back are read; round and out are not, nor what climbs above the root."""
    content = tmp_path / "content"
    (content / "a" / "b").mkdir(parents=True)
    (tmp_path / "out.md").write_text(WHOLE)
    (content / "a" / "real.md").write_text(WHOLE)
    (content / "door").symlink_to("a/b")
    links = {
        "relative.md": "a/real.md", "absolute.md": content / "a" / "real.md", "back.md": "a/b/../real.md",
        "by-door.md": "door/../real.md", "twice.md": "relative.md", "round.md": "round.md",
        "out.md": "../out.md", "climbing.md": "a/../../out.md", "absolute-out.md": tmp_path / "out.md",
        "again.md": "../content/a/real.md",
    }  # fmt: skip
    for name, target in links.items():
        (content / name).symlink_to(target)
    found = {file.path: isinstance(file, SourceFile) for file in source_files(content)}
    good = {path for path, read in found.items() if read}
    assert good == {"a/real.md", "relative.md", "absolute.md", "back.md", "by-door.md", "twice.md", "again.md"}


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("a file")])
def test_a_content_folder_that_is_none_is_an_error(tmp_path, make):
    """Missing, or a file: a ContentError, before anything is read."""
    make(tmp_path / "content")
    with pytest.raises(ContentError, match="content"):
        list(source_files(tmp_path / "content"))


def test_the_digest_is_of_path_and_content(tmp_path):
    """The same bytes under another name are another file; the same file is the same."""
    (tmp_path / "a.md").write_text(WHOLE)
    (tmp_path / "b.md").write_text(WHOLE)
    files: Any = list(source_files(tmp_path))
    first, second = files
    assert first.digest != second.digest
    again: Any = source_files(tmp_path)
    assert [file.digest for file in again] == [first.digest, second.digest]


@given(front=st.text(max_size=60), body=st.text(max_size=40))
def test_no_file_can_stop_the_run(front, body):
    """Whatever stands in a file, it is an article, a draft or a rejection, never a traceback."""
    text = f"---\n{front}\n---\n{body}".encode("utf-8", "surrogatepass")
    assert isinstance(parsed(text), Article | Omitted | Refused)


NAMES = "title description publishedAt updatedAt lang source category tags sentiment coverImage draft".split()
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "name"]), inner, max_size=2),
    max_leaves=4,
)


@given(fields=st.dictionaries(st.sampled_from(NAMES), values))
def test_no_value_can_stop_the_run(fields):
    """Any YAML value in any field: an article, a draft or a rejection."""
    import yaml

    text = f"---\n{yaml.safe_dump(fields, allow_unicode=True)}\n---\nText"
    assert isinstance(parsed(text.encode("utf-8", "replace")), Article | Omitted | Refused)
