"""Is front matter of every form found, and read as libyaml reads it, only that scalars stay as written?"""

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.content.front_matter import front_matter
from indexer.content.yaml_fields import _ANCHOR, _openings, _TextLoader, yaml_fields
from indexer.content.yaml_subset import plain_fields

KEYS = ("a", "b", "title", "tags", "a-b", "x_1", "1", "true", "~", "<<", "? [x]", "'1'")
VALUES = (
    *(
        "1",
        "1.5",
        "no",
        "~",
        "",
        "null",
        "2026-02-01T05:00:00Z",
        "'1'",
        '"y"',
        "'it''s'",
        '"a\\n"',
        "007",
        "12:30",
        "a: b",
    ),
    *(
        "a #b",
        "x:",
        "- z",
        "[a, {b: c}]",
        "{a: 1}",
        "|\n    many\n    lines",
        ">\n    folded",
        "!!str 5",
        "&x [1]",
        "*x",
    ),
    *(
        "@",
        "`",
        "http://x.y/z?a=b&c",
        "naïve Ñandú",
        "\n  - a\n  - b",
        "\n- a\n- 'b'",
        "\n  c: d\n  e:\n    f: g",
        "x  ",
    ),
    *("\n  - a: b\n    c: d", "\n  more text\n  and more", "a\n  b", "'a\n  b'", "<x", "=", "%", "- a"),
)
SIGNS = (*"&*ab:-?[]{},!|\"'", " ", "\n", "\n  ", "- ", ": ", "&a ", ":&")
pairs = st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)).map(": ".join)


@settings(max_examples=600)
@given(text=st.lists(pairs, min_size=1, max_size=4).map("\n".join))
@example(text="a:\n  - b\nc: d")
@example(text="a:\n- b\n- c\nd:")
@example(text="a: b\n c: d")
def test_the_plainest_yaml_is_read_as_libyaml_reads_it(text):
    """What is read line by line is what libyaml gives, or is left to it."""
    plain = plain_fields(text)
    if plain is not None:
        assert plain == yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a safe loader


def test_nearly_all_front_matter_is_of_the_plainest_kind():
    """The shorter way is taken at all."""
    assert plain_fields("title: 'It''s'\ntags:\n  - A B\nsource:\n  name: X\n  key: y\ndraft: false") == {
        "title": "It's",
        "tags": ["A B"],
        "source": {"name": "X", "key": "y"},
        "draft": "false",
    }


@settings(max_examples=400)
@given(text=st.lists(st.sampled_from(SIGNS), max_size=14).map("".join))
def test_the_plainest_yaml_is_read_as_libyaml_reads_it_whatever_stands_there(text):
    """The same of signs in any order."""
    plain = plain_fields(text)
    if plain is not None:
        assert plain == yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a safe loader


@pytest.mark.parametrize("written", ["no", "on", "12:30", "007", "1.10", "1_984", "0x1F", "2026-02-01", "true"])
def test_scalars_stay_what_was_written(written):
    """YAML 1.1 would make truth values, sums of minutes and octal numbers of them."""
    assert yaml_fields(f"title: {written}\nlist: [{written}]\n", 1)[0] == {"title": written, "list": [written]}


def test_null_is_a_value_of_its_own_unless_it_is_quoted():
    """Null says nothing, a quoted null is a text."""
    assert yaml_fields("a: null\nb: ~\nc:\nd: 'null'\n", 1)[0] == {"a": None, "b": None, "c": None, "d": "null"}


def test_an_alias_of_an_alias_is_not_spelled_out():
    """Ten of ten of ten … would fill the memory if each were made anew; each line is then read for itself."""
    lines = ["title: t", "a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]
    found = front_matter("\n".join(["---", *lines, "---", "Text"]))
    assert "more than 100,000 values" in found.problems[0].why
    assert found.fields["title"] == "t"
    assert len(repr(found.fields)) < 10_000
    few = front_matter("\n".join(["---", *lines[:4], "---", ""])).fields
    again: Any = few["a2"]
    assert again[0] is few["a1"]


@pytest.mark.parametrize(
    ("text", "form", "fields", "body"),
    [
        ("---\ntitle: T\n---\nB", "yaml", {"title": "T"}, "B"),
        ("--- \ntitle: T \n---  \nB", "yaml", {"title": "T"}, "B"),
        ("---\n title: T\n tags: [a]\n---\nB", "yaml", {"title": "T", "tags": ["a"]}, "B"),
        ("---\ntitle: Foo --- Bar\n---\nB", "yaml", {"title": "Foo --- Bar"}, "B"),
        ("+++\ntitle = 'T'\nweight = 3\n+++\nB", "toml", {"title": "T", "weight": 3}, "B"),
        ("+++\ntitle = 'T'\ndate = oops\n+++\nB", "toml", {"title": "T", "date": "oops"}, "B"),
        ("+++\ntitle = 'T'\n'draft' = true\nx =\n+++\nB", "toml", {"title": "T", "draft": True, "x": ""}, "B"),
        (
            '+++\n title = \'T\'\nbad = x y\n about = """\nstatus: draft\n"""\n[menu]\n [menu.main]\n  title = 1\n'
            "  draft = true\n[taxonomies]\ntags = ['a']\ntitle = 'U'\n+++\nB",
            "toml",
            {"title": "T", "bad": "x y", "about": "", "tags": ["a"]},
            "B",
        ),
        (f"+++\ntitle = 'T'\na{'.a' * 60} = 1\n+++\nB", "toml", {"title": "T"}, "B"),
        (
            f"+++\ntitle = 'T'\nurl = 'https://{'a.' * 40}org'\na.b.c = 1\n+++\nB",
            "toml",
            {"title": "T", "url": f"https://{'a.' * 40}org", "a": {"b": {"c": 1}}},
            "B",
        ),
        ('\n  {\n"title": "T"\n}\nB', "json", {"title": "T"}, "B"),
        ('---json\n{"title": "T"}\n---\nB', "json", {"title": "T"}, "B"),
        ("title: T\ndate: 2026-01-01\n---\nB", "hexo", {"title": "T", "date": "2026-01-01"}, "B"),
        (
            "Title: T\nDate: 2026-01-01\nTags: a,\n    b\n\nB",
            "pelican",
            {"Title": "T", "Date": "2026-01-01", "Tags": "a, b"},
            "B",
        ),
        (".. title: T\n.. slug: t\n\nB", "nikola", {"title": "T", "slug": "t"}, "B"),
        ("<!--\n.. title: T\n.. slug: t\n-->\nB", "nikola", {"title": "T", "slug": "t"}, "B"),
        ("```markdown\n---\ntitle: T\n---\nB\n```\n", "yaml", {"title": "T"}, "B\n"),
        ("```md\ntitle: T\n---\nB\n", "hexo", {"title": "T"}, "B\n"),
        ("Note: this is prose.\n\nB", "none", {}, "Note: this is prose.\n\nB"),
        ("# Head\n\nText\n\n---\n\nMore", "none", {}, "# Head\n\nText\n\n---\n\nMore"),
        ("<!-- a comment -->\nB", "none", {}, "<!-- a comment -->\nB"),
        ("{{< shortcode >}}\nB", "none", {}, "{{< shortcode >}}\nB"),
    ],
)
def test_every_form_of_front_matter_is_found(text, form, fields, body):
    """YAML, TOML, JSON, heads without a fence, and texts that only look like one."""
    found = front_matter(text)
    assert (found.form, dict(found.fields), found.body) == (form, fields, body)


def test_the_line_of_the_body_is_known():
    """Warnings of the body count from the file's first line."""
    assert front_matter("\n---\ntitle: T\n---\nB").body_line == 5


@settings(max_examples=1_000)
@given(text=st.lists(st.sampled_from(SIGNS), max_size=14).map("".join))
def test_what_is_not_looked_into_has_no_names_and_is_no_deeper_than_its_signs(text):
    """Whatever YAML can read: an anchor is seen, and every list and table opens with a sign of its own."""
    deepest, depth = 0, 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            named = not isinstance(event, yaml.AliasEvent) and getattr(event, "anchor", None)
            assert not named or _ANCHOR.search(text)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
    except yaml.YAMLError:
        pass
    assert deepest <= len(_openings(text))
