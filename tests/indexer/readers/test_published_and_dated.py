"""Does what was published stay in, on its own day, whatever system or table it comes from?"""

import json
from io import BytesIO
from pathlib import Path

import pytest
import written_folder

from indexer.content.reader import Reading
from indexer.readers import slashed_dates
from search.times import iso

TEXT = "The ferry leaves the harbour at dawn with the mail, and comes back at dusk with the catch."


def reading_of(root: Path, **files: object) -> Reading:
    """What a folder holds in which these files were written: `name__json` is `name.json`; no text is JSON."""
    return written_folder.reading_of(root, {name.replace("__", "."): held for name, held in files.items()})


def days(reading: Reading) -> list[str]:
    """The days on which its articles were published."""
    return [iso(one.published or 0)[:10] for one in reading.articles]


def item(**fields: object) -> dict[str, object]:
    """An item with a title and a text."""
    return {"id": "7", "title": "The ferry", "content": TEXT, **fields}


TIMES = {"createdAt": "2024-03-04", "updatedAt": "2024-03-06", "publishedAt": None}


@pytest.mark.parametrize(
    "fields",
    [
        {**TIMES, "status": "published"},
        {**TIMES, "status": "Live"},
        {"introtext": TEXT, "state": None},
        {"introtext": TEXT, "state": 2},
        {"publish_up": "2024-03-05", "state": None},
        {"stage": "PUBLISHED"},
    ],
)
def test_a_published_item_is_no_draft(tmp_path, fields):
    """Neither for want of a day beside a status, nor of a state; Joomla shows what is archived."""
    assert len(reading_of(tmp_path, a__json=[item(**fields)]).articles) == 1


@pytest.mark.parametrize(
    "fields",
    [
        TIMES,
        {**TIMES, "status": "draft"},
        {"introtext": TEXT, "state": 0},
        {"introtext": TEXT, "state": "-2"},
        {"publish_up": "2024-03-05", "state": "0"},
        {"stage": "DRAFT"},
    ],
)
def test_an_item_that_was_not_published_is_a_draft(tmp_path, fields):
    """What systems say of it in ways of their own."""
    assert reading_of(tmp_path, a__json=[item(**fields)]).omitted == {"draft": 1}


@pytest.mark.parametrize("line", ["stage: review", "stage: pending", "stage: Idea", "status: expired"])
def test_the_stage_of_what_an_article_is_about_hides_nothing(tmp_path, line):
    """A bill under review, an offer that has expired."""
    assert len(reading_of(tmp_path, a__md=f"---\ntitle: The bill\n{line}\n---\n{TEXT}\n").articles) == 1


@pytest.mark.parametrize("line", ["stage: draft", "status: review", "status: pending", "stage: review\nstatus: draft"])
def test_a_stage_that_is_a_draft_hides(tmp_path, line):
    """And a status as before, whatever the stage."""
    assert not reading_of(tmp_path, a__md=f"---\ntitle: The bill\n{line}\n---\n{TEXT}\n").articles


def table(*dates: str) -> str:
    """A table of articles with these dates and no language."""
    spanish = "El barco sale del puerto al amanecer con el correo y vuelve al anochecer con la pesca."
    return "title,date,text\n" + "".join(f'El barco {n},{day},"{spanish}"\n' for n, day in enumerate(dates))


@pytest.mark.parametrize("last", [1, 3])
def test_dates_that_have_one_order_tell_that_of_their_table(tmp_path, last):
    """Wherever in the file they stand, and no guess at the language counts; three of them leave no doubt."""
    reading = reading_of(
        tmp_path,
        a__csv=table("03/05/2024", "05/06/2024", *["03/25/2024"] * last),
        b__csv=table("03/05/2024", *["04/05/2024"] * 60, *["25/03/2024"] * last),
    )
    assert days(reading)[:3] == ["2024-03-05", "2024-05-06", "2024-03-25"]
    assert set(days(reading)[2 + last :]) == {"2024-05-03", "2024-05-04", "2024-03-25"}
    assert len([one for one in reading.warnings if one.code == "ambiguous-date"]) == (63 if last == 1 else 0)


def test_one_slip_of_a_table_moves_none_of_its_dates(tmp_path):
    """Sixteen of seventeen tell otherwise."""
    reading = reading_of(tmp_path, a__csv=table("03/05/2024", *["25/03/2024"] * 16, "03/25/2024"))
    assert days(reading)[0] == "2024-05-03"


@pytest.mark.parametrize("dates", [("03/05/2024",), ("03/05/2024", "25/03/2024", "03/25/2024")])
def test_a_date_of_a_table_that_tells_no_order_is_read_month_first_with_a_warning(tmp_path, dates):
    """Though the text is surely Spanish: rows of one table would be read in two orders."""
    reading = reading_of(tmp_path, a__csv=table(*dates))
    assert days(reading)[0] == "2024-03-05"
    both = "; the archive has dates in both orders" if len(dates) > 1 else ""
    assert [one.why for one in reading.warnings] == [f"date '03/05/2024' was read month first{both}"]


@pytest.mark.parametrize("as_list", [True, False])
def test_one_item_of_a_file_is_read_like_a_list_of_them(tmp_path, as_list):
    """Day first as the stated language writes; a warning says so."""
    told = item(date="03/05/2024", lang="es")
    reading = reading_of(tmp_path, a__json=[told] if as_list else told)
    assert days(reading) == ["2024-05-03"]
    assert [one.why for one in reading.warnings] == ["date '03/05/2024' was read day first"]


def test_the_order_is_told_by_lines_of_json_and_across_blocks(tmp_path):
    """A date that lies across two blocks of a long file is found."""
    line = json.dumps(item(date="03/05/2024")) + "\n"
    last = json.dumps(item(date="25/03/2024"))
    for cut in range(8, 24):
        fill = (
            json.dumps(item(title="Fill")).ljust(slashed_dates._BLOCK - len(line) - 1 - cut - last.index("25/")) + "\n"
        )
        reading = reading_of(tmp_path, a__jsonl=line + fill + " " * 8 + last)
        assert days(reading)[0] == "2024-05-03", cut


def test_each_date_of_a_table_counts_once(monkeypatch):
    """Also one that lies in the piece of a file that is read twice."""
    monkeypatch.setattr(slashed_dates, "_BLOCK", 64)
    for cut in range(64):
        table = b"x\n" + b"25/03/2024\n" * 4 + b" " * cut + b"\n03/25/2024\n" + b" " * 99
        assert slashed_dates.slashed_dates(BytesIO(table)) == "perhaps day first", cut


def linked(kind: str, name: str, **fields: object) -> dict[str, object]:
    """JSON-LD of something with a headline and a text."""
    return {"@type": kind, "@id": f"#{name}", "headline": f"The {name}", "articleBody": f"{TEXT} {name}", **fields}


CONTEXT = {"@context": "https://schema.org"}
SHIPS = [linked("NewsArticle", name, author={"@id": "#jd"}) for name in ("ferry", "tug", "yacht")]
GRAPH = {**CONTEXT, "inLanguage": "en-GB", "@graph": [{"@type": "Person", "@id": "#jd", "name": "Jane Doe"}, *SHIPS]}


@pytest.mark.parametrize(
    ("name", "content"),
    [("a__json", GRAPH), ("a__json", [GRAPH, {**CONTEXT, "@type": "Person"}]), ("a__jsonl", json.dumps(GRAPH))],
)
def test_every_article_of_a_graph_is_read(tmp_path, name, content):
    """With its author, and with what stands beside the graph."""
    articles = reading_of(tmp_path, **{name: content}).articles
    assert [one.title for one in articles] == ["The ferry", "The tug", "The yacht"]
    assert {(one.authors, one.language) for one in articles} == {(("Jane Doe",), "en-GB")}
    assert len({one.id for one in articles}) == 3


def test_an_item_with_a_graph_keeps_its_own_text(tmp_path):
    """The graph tells what the item itself does not."""
    graph = [{"@type": "NewsArticle", "headline": "The Ferry | The Post", "datePublished": "2024-03-05"}]
    (article,) = reading_of(tmp_path, a__json=[item(**CONTEXT, **{"@graph": graph})]).articles
    assert (article.title, article.text) == ("The ferry", TEXT)
    assert iso(article.published or 0)[:10] == "2024-03-05"


@pytest.mark.parametrize("kind", ["WebPage", "CreativeWork", "Review"])
@pytest.mark.parametrize("in_graph", [True, False])
def test_linked_data_of_another_kind_is_read_for_its_text(tmp_path, kind, in_graph):
    """Unless a graph holds an article as well, of which it is the page."""
    one = linked(kind, "ferry", datePublished="2024-03-05", publisher={"name": "The Post"})
    (article,) = reading_of(tmp_path, a__json={**CONTEXT, "@graph": [one]} if in_graph else {**CONTEXT, **one}).articles
    assert (article.title, article.text) == ("The ferry", f"{TEXT} ferry")
    assert article.source and article.source.name == "The Post"
    (alone,) = reading_of(tmp_path, a__json={**CONTEXT, "@graph": [one, SHIPS[1], SHIPS[1]]}).articles
    assert alone.title == "The tug"


def test_linked_data_without_a_text_is_no_article(tmp_path):
    """A page, a way to it, a house."""
    others = [{**CONTEXT, "@type": kind, "name": "The Post", "url": "/"} for kind in ("WebPage", "Organization")]
    reading = reading_of(tmp_path, a__json=[*others, {**CONTEXT, "@graph": others}, item()])
    assert [one.title for one in reading.articles] == ["The ferry"]
    assert reading.omitted == {"of another kind than an article": 3}


@pytest.mark.parametrize("text", ["bodyText", "postContent", "markdown"])
def test_entries_of_contentful_that_name_each_other_are_read(tmp_path, text):
    """Whatever their text is called; an author has none."""

    def entry(key: str, **fields: object) -> dict[str, object]:
        return {"sys": {"id": key, "type": "Entry", "contentType": {}}, "fields": fields}

    def link(name: str) -> dict[str, object]:
        return {"sys": {"type": "Link", "linkType": "Entry", "id": name}}

    ships = ("ferry", "tug", "yacht")
    entries = [
        entry(name, title=f"The {name}", author=link("jd"), related=[link(one) for one in ships], **{text: TEXT})
        for name in ships
    ]
    articles = reading_of(tmp_path, a__json={"items": [*entries, entry("jd", name="Jane Doe")]}).articles
    assert [(one.title, one.text) for one in articles] == [(f"The {name}", TEXT) for name in ships]


def test_the_header_of_a_page_tells_a_picture_alone(tmp_path):
    """Minimal Mistakes' header has a title and an address of its own; one that is all of the head counts whole."""
    header = "header:\n  title: The site\n  url: /home\n  date: 2001-01-01\n  image: /ferry.jpg\n"
    page, whole = reading_of(
        tmp_path,
        a__md=f"---\ntags: [sea]\n{header}---\n# The ferry\n\n{TEXT}\n",
        b__md=f"---\n{header}---\n{TEXT}\n",
    ).articles
    assert (page.title, page.url, page.published, page.image) == ("The ferry", "", None, "/ferry.jpg")
    assert (whole.title, whole.image) == ("The site", "/ferry.jpg")
