"""Are the articles of an XML of one's own found wherever they stand, and whatever their texts speak of?"""

import pytest
from written_folder import accepted, reading_of

from indexer.readers import own_xml

TEXT = "The tram runs again to the harbour after three years of work on the quay and the bridge."


def table(name, rows, *columns):
    """Rows of a table as phpMyAdmin writes them."""
    return "".join(
        f'<table name="{name}">{"".join(f"<column name={key!r}>{value}</column>" for key, value in columns)}</table>'
        for _ in range(rows)
    )


POST = (("ID", 7), ("post_title", "A tram"), ("post_content", TEXT), ("post_status", "publish"))
COMMENTS = table("wp_comments", 400, ("comment_ID", 1), ("comment_content", TEXT))


def titles(reading):
    """The titles of what was read, by id."""
    return {one.id: one.title for one in reading.articles}


def test_articles_behind_much_else(tmp_path, monkeypatch):
    """Tables stand in the order of their names: comments before posts, and between two tables of these."""
    monkeypatch.setattr(own_xml, "MAX_ITEM", 20_000)
    both = table("a_posts", 1, *POST), table("wp_posts", 1, *POST)
    for name, inside, expected in (
        ("late", COMMENTS + both[1], {"late#7": "A tram"}),
        ("between", both[0] + COMMENTS + both[1], {"between#a_posts/7": "A tram", "between#wp_posts/7": "A tram"}),
    ):
        reading = accepted(
            tmp_path / name, {f"{name}.xml": f"<pma_xml_export><database>{inside}</database></pma_xml_export>"}
        )
        assert titles(reading) == expected
    rows = f"<row><field name='id'>7</field><field name='title'>A tram</field><field name='body'>{TEXT}</field></row>"
    tables = "".join(
        f"<table_data name='{name}'>{inside}</table_data>"
        for name, inside in (("meta", "<row><field name='key'>1</field></row>"), ("news", rows))
    )
    reading = accepted(
        tmp_path / "dump", {"dump.xml": f"<mysqldump><database name='n'>{tables}</database></mysqldump>"}
    )
    assert (titles(reading), reading.omitted) == ({"dump#7": "A tram"}, {})


def test_an_item_without_an_end_in_sight_is_refused(tmp_path, monkeypatch):
    """Memory holds no more than one may have."""
    monkeypatch.setattr(own_xml, "MAX_ITEM", 100_000)
    item = f"<item><title>A tram</title><body>{TEXT * 3_000}</body></item>"
    reading = reading_of(tmp_path, {"a.xml": f"<news>{item}</news>"})
    assert [one.why for one in reading.rejected] == ["an item has more than 100,000 bytes"]


@pytest.mark.parametrize(
    "said",
    ['an <rss version="2.0"> feed', "<nitf> and <newsItem>", '<!ENTITY x "y">', "<mediawiki >", "wordpress.org/export/",
     "<wp:wxr_version>"],
)  # fmt: skip
def test_what_a_text_speaks_of_tells_nothing_of_its_file(tmp_path, said):
    """Neither in CDATA nor in a comment."""
    inside = f"<!-- {said} --><title>A tram</title><body><![CDATA[<p>{said}. {TEXT}</p>]]></body>"
    assert titles(accepted(tmp_path, {"a.xml": f"<articles><article>{inside}</article></articles>"})) == {
        "a#1": "A tram"
    }


def test_a_root_with_the_name_of_a_feed(tmp_path):
    """Its articles are read by their own names; a feed without entries is still named."""
    inside = f"<article><headline>A tram</headline><body><p>{TEXT}</p></body></article>"
    assert titles(accepted(tmp_path, {"a.xml": f"<feed>{inside}</feed>"})) == {"a#1": "A tram"}
    reading = reading_of(tmp_path, {"a.xml": "<feed><title>News</title></feed>"})
    assert [one.why for one in reading.rejected] == ["is a feed without entries"]


@pytest.mark.parametrize(
    ("attribute", "element", "shown"),
    [
        ('status="draft"', "<status>published</status>", False),
        ('status="published"', "<status>draft</status>", False),
        ('draft="true"', "<draft>false</draft>", False),
        ('published="no"', "<published>yes</published>", False),
        ('status="published"', "<status>final</status>", True),
        ('draft="false"', "<draft>0</draft>", True),
    ],
)
def test_of_an_attribute_and_an_element_the_one_that_hides_counts(tmp_path, attribute, element, shown):
    """Whichever of two that have one name says so."""
    item = f"<article {attribute}><title>A tram</title>{element}<body>{TEXT}</body></article>"
    assert len(reading_of(tmp_path, {"a.xml": f"<news>{item}</news>"}).articles) == shown


@pytest.mark.parametrize(
    ("element", "shown"),
    [
        ('<status lang="no"/>', True),
        ('<published by="no"/>', True),
        ('<draft version="1"/>', True),
        ('<embargo reason="court"/>', True),
        ('<status type="draft" value="published"/>', True),
        ('<status type="workflow" Value="draft"/>', False),
        ('<draft draft="yes"/>', False),
        ('<embargo end="not known yet"/>', False),
    ],
)
def test_what_an_attribute_of_an_empty_element_says(tmp_path, element, shown):
    """A language, a person or a version is no state; the attribute of a value comes before that of a type."""
    item = f"<article><title>A tram</title>{element}<body>{TEXT}</body></article>"
    assert len(reading_of(tmp_path, {"a.xml": f"<news>{item}</news>"}).articles) == shown
