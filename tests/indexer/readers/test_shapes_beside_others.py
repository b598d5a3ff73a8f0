"""Shapes of rare systems beside what only looks like them, and what their writers add by hand."""

import time

import pytest
from written_folder import accepted, only, reading_of

from search.times import iso

TEXT = "The ferry crossed the strait again, after three weeks of storms and repairs."


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("a.md", f'@def title = "The ferry"\n@def draft = true # until Monday\n\n{TEXT}\n'),
        ("a.smd", f'---\n.title = "The ferry",\n.draft = true, // until Monday\n---\n{TEXT}\n'),
        ("a.smd", f'---\n.title = "The {{ ferry",\n.draft = true,\n---\n{TEXT}\n'),
    ],
)
def test_a_draft_stays_one_beside_comments_and_braces(tmp_path, name, page):
    """A comment behind a flag, and a brace in a title, do not hide the flag."""
    assert reading_of(tmp_path, {name: page}).omitted == {"draft": 1}


def test_a_day_of_julia_is_a_day(tmp_path):
    """Franklin's pages write days as calls."""
    page = f'@def title = "The ferry"\n@def date = Date(2024, 5, 3)\n\n{TEXT}\n'
    assert iso(only(tmp_path, {"a.md": page}).published)[:10] == "2024-05-03"


@pytest.mark.parametrize("key", ["hero: /img/ferry.jpg", "features: true", "tagline: Back at sea"])
def test_an_article_for_the_start_is_one_with_a_picture_of_its_own(tmp_path, key):
    """`home: true` is also said of articles; VuePress's start has lists, and words of its own."""
    assert only(tmp_path, {"news/a.md": f"---\ntitle: The ferry\nhome: true\n{key}\n---\n{TEXT}\n"}).text == TEXT


def test_loops_of_blade_outside_of_its_pages_are_shown_code(tmp_path):
    """An article about Blade, without a day, is no list of articles."""
    page = f"---\ntitle: Loops\n---\n{TEXT}\n\n    @foreach ($posts as $post)\n    @endforeach\n"
    assert only(tmp_path, {"news/loops.md": page}).title == "Loops"


def test_words_between_colons_are_read(tmp_path):
    """What is no attribute of Microsoft's pictures and columns is a remark of the article."""
    marks = ":::note Bring a coat. :::\n\n:::image type='icon' source=\"a.png\" border=false:::\n\n:::row-end:::"
    page = f"---\ntitle: The ferry\n---\n{marks}\n\n{TEXT}\n"
    text = only(tmp_path, {"a.md": page}).text
    assert "Bring a coat." in text
    assert "source" not in text
    assert "row" not in text


def test_a_list_of_words_below_a_title_is_text(tmp_path):
    """fastpages says yes or no in such a list; a list that explains words is the article's."""
    page = f"# Options\n\n- branch: what to build from\n- comments: who may write\n\n{TEXT}\n"
    assert "who may write" in only(tmp_path, {"a.md": page}).text


def test_tags_of_hackmd_in_shown_code_are_an_example(tmp_path):
    """They are no tags of the article."""
    page = f"---\ntitle: Notes\n---\n{TEXT}\n\n```\n###### tags: `sea`\n```\n"
    assert only(tmp_path, {"a.md": page}).tags == ()


def test_texts_of_a_wire_have_their_century_and_zone(tmp_path):
    """An old text is not of the future, and its clock is that of New York."""
    for year, zone, sent in (("98", "EDT", "1998-05-03T18:55"), ("24", "GMT", "2024-05-03T14:55")):
        end = f"AP-NY-05-03-{year} 1455{zone}<\n"
        page = f"^BC-Ferry,500<\n^Ferry is back<\n^By JANE DOE=\n\tTOWN (AP) _ {TEXT}\n\n{end}"
        assert iso(only(tmp_path / year, {"a.txt": page}).published)[:16] == sent


def test_what_stands_beside_marks_of_code_is_read(tmp_path):
    """DokuWiki lets code begin in the line of its mark, and text go on in that of its end."""
    code = "<code bash>sail --now\nstop\n</code> Then it left. ((Late.)) \\\\ So."
    page = f"====== The ferry ======\n\n{code}\n\n{TEXT}\n"
    text = only(tmp_path, {"a.txt": page}).text
    assert "sail --now" in text
    assert "Then it left. (Late.) So." in " ".join(text.split())


def doc(title, text=TEXT, more=""):
    """An article in SGML."""
    return f"<DOC><HEADLINE>{title}</HEADLINE>{more}<TEXT>{text}</TEXT></DOC>\n"


def test_letters_that_grow_in_small_do_not_join_articles(tmp_path):
    """The Turkish İ is two letters in small; the first paragraph may stand before the text."""
    first, second = accepted(tmp_path, {"a.sgm": doc("İstanbul") + doc("The ferry", more="<LP>It left.</LP>")}).articles
    assert (first.title, second.title) == ("İstanbul", "The ferry")
    assert second.text == f"It left.\n\n{TEXT}"


@pytest.mark.parametrize("name", ["drafts/a.sgm", "private/a.sgml", "drafts/a.anpa"])
def test_texts_of_wires_in_folders_of_drafts_are_kept_back(tmp_path, name):
    """They have no state of their own."""
    page = f"^Ferry is back<\n^By JANE DOE=\n\t{TEXT}\n\nAP-NY-05-03-24 1455GMT<\n"
    assert not list(reading_of(tmp_path, {name: page if name.endswith("anpa") else doc("A")}).articles)


def test_lines_are_counted_once_in_sgml(tmp_path):
    """Many articles behind many lines take no longer than before them."""
    lines, articles, times = "\n" * 4_000_000, "<DOC></DOC>" * 2_000, []
    for name, page in (("before", articles + lines), ("behind", lines + articles)):
        began = time.process_time()
        reading_of(tmp_path / name, {"a.sgm": page})
        times.append(time.process_time() - began)
    assert times[1] < 3 * times[0] + 0.5


def test_details_are_of_what_an_article_tells(tmp_path):
    """The day, the writer and the state of a concert are not those of the article about it."""
    about = {"date": "2091-01-01", "author": "Sam Poe", "tags": ["song"], "status": "draft"}
    found = only(tmp_path, {"a.json": {"title": "The ferry", "body": TEXT, "details": about}})
    assert (found.published, found.authors, found.tags) == (None, (), ())


def test_a_table_that_says_when_a_flag_was_set_hides_nothing(tmp_path):
    """Only a day of deletion in it does."""
    item = {"title": "The ferry", "body": TEXT, "deleted": {"reason": None, "updated_at": "2024-06-01"}}
    assert only(tmp_path / "a", {"a.json": item}).title == "The ferry"
    gone = {**item, "deleted": {"deleted_at": "2024-06-01"}}
    assert reading_of(tmp_path / "b", {"a.json": gone}).omitted == {"not published": 1}
