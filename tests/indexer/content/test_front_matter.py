"""Does front matter mean what PyYAML says, though its values are made by a shorter way?"""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.content.front_matter import _ANCHOR, UnfitError, _openings, front_matter

KEYS = ("a", "b", "1", "true", "~", "<<", "=", "? [x]", "'1'", "2026-02-01")
VALUES = (
    *("1", "1.5", "true", "no", "~", "", "null", "2026-02-01", "2026-02-01T05:00:00Z", "'1'", '"y"', "0x1F", "1_000"),
    *(".inf", "1:30", "<<", "=", "[a, 1, {b: c}]", "{a: 1, 2: 3}", "|\n    many\n    lines", "!!str 5", "!!int x"),
    *("!!set {a, b}", "!!binary aGk=", "!other x", "{<<: {a: b}, c: d}", "{[1]: 2}", "&x [1]", "*x", "- z", "[", "@"),
)
SIGNS = (*"&*ab:-?[]{},!|\"'", " ", "\n", "\n  ", "- ", ": ", "&a ", ":&")
pairs = st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)).map(": ".join)


def meant(text):
    """What PyYAML makes of a document, as text; or what it complains of."""
    try:
        return repr(yaml.load(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as wrong:
        return wrong.problem
    except (yaml.YAMLError, ValueError, TypeError) as wrong:
        return str(wrong)


def read(text):
    """The same of what front_matter makes of it."""
    try:
        return repr(front_matter(f"---\n{text}\n---\nBody.")[0])
    except UnfitError as unfit:
        return str(unfit).removeprefix("front matter: ")


@given(text=st.lists(pairs, min_size=1, max_size=4).map("\n".join))
@example(text="a: &x [1]\nb: *x")
@example(text="<<: {a: 1}\nb: 2")
@example(text="a: {2: b}\nc: 3")
def test_fields_are_what_pyyaml_makes_of_them(text):
    """Values of every kind, odd keys, merges, aliases, and what is no YAML."""
    expected = meant(text)
    if expected.startswith("{") and expected != "{}":
        assert read(text) == expected
    else:
        assert not read(text).startswith("{")


def test_an_alias_of_an_alias_is_not_spelled_out():
    """Ten of ten of ten … would fill the memory if each were made anew; it is refused before that."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30))]
    with pytest.raises(UnfitError, match="more than 100,000 values"):
        front_matter("\n".join(["---", *lines, "---", ""]))
    few, _ = front_matter("\n".join(["---", *lines[:3], "---", ""]))
    assert few["a2"][0] is few["a1"]


@pytest.mark.parametrize("text", ["---foo\n---\na: 1\n---\n", "no\n---\na: 1\n---\n", "", "---\n---\n", "---\na: 1\n"])
def test_what_does_not_begin_and_end_with_a_line_of_dashes_has_no_front_matter(text):
    """Three dashes with more behind them are no such line."""
    with pytest.raises(UnfitError, match="no front matter"):
        front_matter(text)


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
