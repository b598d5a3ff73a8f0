"""Are the copies of an article in other languages found, by path first, then by externalId?"""

import numpy as np
import pytest

from indexer.derive.twins import groups, speakers
from search.article import Article


def article(article_id, external_id="", language=None):
    """An article of that id; its language is its suffix, if none is given."""
    suffix = article_id.rsplit(".", 1)[-1] if "." in article_id else ""
    return Article(
        id=article_id,
        path=f"{article_id}.md",
        title="",
        text="",
        language=suffix if language is None else language,
        external_id=external_id,
    )


def together(*articles):
    """The groups of more than one, as sets of ids."""
    found = {}
    for each, group in zip(articles, groups(articles).tolist(), strict=True):
        found.setdefault(group, set()).add(each.id)
    return [ids for ids in found.values() if len(ids) > 1]


def test_the_same_path_but_for_the_language_is_a_twin():
    """a.en and a.uk belong together, whatever their externalIds; b.en is alone."""
    assert together(article("x/a.en", "1"), article("x/a.uk", "2"), article("x/b.en")) == [{"x/a.en", "x/a.uk"}]


def test_three_languages_are_one_group():
    """An article may have a twin in every language."""
    assert together(article("a.de"), article("a.en"), article("a.uk")) == [{"a.de", "a.en", "a.uk"}]


def test_the_suffix_must_be_the_language():
    """A path whose suffix is not its language says nothing."""
    assert together(article("a.en", language="en"), article("a.uk", language="en")) == []
    assert together(article("a.en", language=""), article("a.uk", language="")) == []


def test_other_paths_pair_by_an_external_id_of_one_article_a_language():
    """A translated slug: same externalId, another name."""
    assert together(article("hack.en", "7"), article("zlam.uk", "7"), article("other.en", "8")) == [
        {"hack.en", "zlam.uk"}
    ]


def test_paths_come_first():
    """An article paired by its path is not paired again by externalId, as the ten shared ids of the corpus need."""
    four = (article("a.en", "7"), article("a.uk", "7"), article("b.en", "7"), article("b.uk", "7"))
    assert together(*four) == [{"a.en", "a.uk"}, {"b.en", "b.uk"}]
    assert together(article("a.en", "7"), article("a.uk", "7"), article("c.uk", "7")) == [{"a.en", "a.uk"}]
    assert together(article("a.en", "7"), article("a.uk", "8"), article("other.de", "7")) == [{"a.en", "a.uk"}]


def test_an_id_shared_by_several_of_one_language_is_passed_over():
    """Two English articles and a Ukrainian one of one externalId: nobody knows which belongs to which."""
    assert together(article("a.en", "7"), article("b.en", "7"), article("c.uk", "7")) == []


def test_no_external_id_is_no_bond():
    """Articles without an externalId have nothing in common by it."""
    assert together(article("a.en"), article("b.uk")) == []


def test_a_group_is_named_by_its_first_row():
    """The group number is the lowest row of the group."""
    assert groups([article("a.en"), article("b.en"), article("b.uk"), article("a.uk")]).tolist() == [0, 1, 1, 0]
    assert groups([]).tolist() == []


@pytest.mark.parametrize(
    ("embedded", "expected"),
    [
        ([True, False, True, False], [0, 0, 2, -1]),
        ([False, True, False, False], [1, 1, -1, -1]),
        ([True, True, False, False], [0, 1, -1, -1]),
        ([False] * 4, [-1] * 4),
    ],
)
def test_an_article_without_vectors_borrows_those_of_its_twin(embedded, expected):
    """Itself where it has vectors, else an embedded twin, else -1."""
    four = [article("a.en"), article("a.uk"), article("b.en"), article("c.uk")]
    assert speakers(groups(four), np.array(embedded)).tolist() == expected
