"""What real sites of newsrooms and projects were found to write: is it read as their readers would expect?"""

from pathlib import Path

import pytest

from indexer.content.dates import moment
from indexer.content.reader import KnownFiles, Reading, read
from indexer.content.values import people
from search.article import Article
from search.times import iso

TEXT = "The ferry carries its first passengers over the bay, and a band plays on the pier. " * 4


def reading(folder: Path, files: dict[str, str]) -> Reading:
    """What is read of a folder of these files."""
    for name, written in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    return read(folder, KnownFiles(), lambda *_: None)


def article(folder: Path, name: str, written: str) -> Article:
    """The only article of a file."""
    (one,) = reading(folder, {name: written}).articles
    return one


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("chapo: A bay is crossed", {"description": "A bay is crossed"}),
        ("vertical: travel", {"categories": ("travel",)}),
        ("header:\n  teaser: /pier.png\n  overlay_color: red", {"image": "/pier.png"}),
        ("header:\n  teaser: /small.png\n  image: /large.png", {"image": "/large.png"}),
        ("header:\n  teaser: The bay", {"image": "The bay", "description": ""}),
        ("design:\n  bg_color: red\n  image: /pier.png", {"image": "/pier.png"}),
        ("author:\n  name: Jane Doe\n  image: /jane.png", {"image": "", "authors": ("Jane Doe",)}),
        ("cover: '[]'", {"image": ""}),
        ('cover: \'["pier.png", "bay.png"]\'', {"image": "pier.png"}),
        ("cover: '[[pier.png|300]]'", {"image": "pier.png"}),
        ("published: 2024-02-01 09:30:20 0000", {"published": "2024-02-01T09:30:20Z"}),
    ],
)
def test_a_field_as_sites_write_it(tmp_path: Path, fields: str, expected: dict[str, object]) -> None:
    """Names of fields, pictures in lists, a zone without a sign."""
    found = article(tmp_path, "ferry.md", f"---\ntitle: Ferry\n{fields}\n---\n{TEXT}\n")
    got = {name: getattr(found, name) for name in expected}
    if isinstance(got.get("published"), int):
        got["published"] = iso(got["published"])
    assert got == expected


@pytest.mark.parametrize(
    ("name", "dates", "expected"),
    [
        ("2022-05-05_ferry.md", "date: 2022-05-05T12:00:00Z\npublishdate: 2022-01-25", "2022-05-05T12:00:00Z"),
        ("2022-05-05_ferry.md", "date: 2022-05-05\npublishdate: 2022-06-01", "2022-06-01T00:00:00Z"),
        ("2022-05-05_ferry.md", "date: 2022-03-01\npublishdate: 2022-01-25", "2022-01-25T00:00:00Z"),
        ("ferry.md", "date: 2022-05-05\npublishdate: 2022-01-25", "2022-01-25T00:00:00Z"),
    ],
    ids=["left over", "embargo", "no agreement", "no day in the name"],
)
def test_a_publish_date_of_before_is_left_over(tmp_path: Path, name: str, dates: str, expected: str) -> None:
    """Where the file's name and `date` agree, an earlier `publishDate` was copied from another article."""
    published = article(tmp_path, name, f"---\ntitle: Ferry\n{dates}\n---\n{TEXT}\n").published
    assert published is not None
    assert iso(published) == expected


@pytest.mark.parametrize(
    "copy",
    [
        "ferry (conflicted copy 2022-11-21 170819).md",
        "ferry (Jane's conflicted copy 2024-01-02).md",
        "ferry (in Konflikt stehende Kopie).md",
        "ferry.sync-conflict-20240102-101112-ABCDEFG.md",
    ],
)
def test_a_copy_that_could_not_be_joined_is_no_second_article(tmp_path: Path, copy: str) -> None:
    """Dropbox, Nextcloud and Syncthing keep it beside the file; alone it is all there is of an article."""
    post = f"---\ntitle: Ferry\ndate: 2024-01-02\n---\n{TEXT}\n"
    (tmp_path / "both").mkdir()
    assert [one.path for one in reading(tmp_path / "both", {"ferry.md": post, copy: post}).articles] == ["ferry.md"]
    (tmp_path / "alone").mkdir()
    assert [one.path for one in reading(tmp_path / "alone", {copy: post}).articles] == [copy]


LOOP = "{% for post in site.posts %}\n- [{{ post.title }}]({{ post.url }})\n{% endfor %}\n"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("index.md", f"---\ntitle: News\n---\n# All\n{LOOP}"),
        ("behind.md", f"---\ntitle: News\n---\n```sh\nls\n```\n<pre>x</pre>\n{LOOP}"),
        ("start.md", f"---\ntitle: News\nlayout: home\n---\n{TEXT}"),
        ("_pages/about.md", f"---\ntitle: About\npublish: true\n---\n{TEXT}"),
        ("authors/jane.md", f"---\ntitle: Jane\npublish: yes\n---\n{TEXT}"),
        ("data/note.yaml", f"title: Donate\npublish: true\nbody: {TEXT * 3}\n"),
        ("drafts/ferry.md", f"# Ferry\n\n{TEXT}"),
        ("pages/01.blog/blog.md", f"---\ntitle: Blog\ncontent:\n    items: @self.children\n    limit: 5\n---\n{TEXT}"),
        ("content/pages/index.rst", f"Welcome\n=======\n\n:save_as: index.html\n\n{TEXT}"),
        ("content/blog/contents.lr", "_model: blog\n---\ntitle: Blog\n---\nsummary: What is new"),
    ],
    ids=[
        "loop",
        "loop behind code",
        "layout",
        "folder of pages",
        "person",
        "words of a site",
        "drafts",
        "Grav",
        "Pelican",
        "Lektor",
    ],
)
def test_pages_that_list_others_or_tell_of_the_site_are_left_out(tmp_path: Path, name: str, written: str) -> None:
    """They are counted, and no articles."""
    found = reading(tmp_path, {name: written})
    assert not found.articles
    assert sum(found.omitted.values()) == 1


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("_posts/2024-01-02-all.md", f"---\ntitle: More\n---\n{TEXT}\n{LOOP}"),
        ("_pages/ferry.md", f"---\ntitle: Ferry\ndate: 2024-01-02\n---\n{TEXT}"),
        ("about-a-loop.md", "---\ntitle: Loops\n---\nWrite `{{ x }}` for each of the pages.\n"),
        ("how-to-loop.md", f"---\ntitle: Loops\n---\n{TEXT}\n\n```liquid\n{LOOP}```\n"),
        ("in-a-line.md", "---\ntitle: Loops\n---\nBegin with `{% for post in site.posts %}`, and end it.\n"),
        ("blanks.md", "---\ntitle: Loops\n---\nBegin with `` {% for post in site.posts %} ``, and end it.\n"),
        ("raw.md", f"---\ntitle: Loops\n---\n{TEXT}\n\n{{% raw %}}\n{LOOP}{{% endraw %}}\n"),
        ("four.md", f"---\ntitle: Loops\n---\n{TEXT}\n\n````\n```liquid\n{LOOP}```\n````\n"),
        ("quoted.md", f"---\ntitle: Loops\n---\n{TEXT}\n\n> ```\n> {LOOP.splitlines()[0]}\n> ```\n"),
        ("ferry.md", f"---\ntitle: Ferry\nlayout: posts\n---\n{TEXT}"),
        ("pier.md", f"---\ntitle: Pier\nlayout: home\nauthor: Jane Doe\n---\n{TEXT}"),
        ("drafts/pier.md", f"---\ntitle: Pier\n---\n{TEXT}"),
    ],
)
def test_what_has_a_day_or_only_tells_of_loops_is_an_article(tmp_path: Path, name: str, written: str) -> None:
    """A post may list others below its text, or show how it is done."""
    assert [one.path for one in reading(tmp_path, {name: written}).articles] == [name]


def test_values_that_begin_with_a_reserved_sign_keep_their_table(tmp_path: Path) -> None:
    """YAML keeps `@` and the backtick for later; Grav's older files begin values with them."""
    found = article(
        tmp_path, "ferry.md", f"---\ntitle: Ferry\nextra:\n    by: @harbour\n    tags: [bay]\n---\n{TEXT}\n"
    )
    assert (found.title, found.tags) == ("Ferry", ("bay",))


def test_markdown_in_tags_that_say_so_is_read(tmp_path: Path) -> None:
    """As kramdown and Python-Markdown read `markdown="1"`."""
    inner = '<p markdown="1">\n[Jane](https://a.example/x)\n  </p>'
    written = f'<aside markdown="1" class="q">\n  The *pier*\n  {inner}\n</aside>'
    assert article(tmp_path, "a.md", f"---\ntitle: A\n---\n{written}\n\nEnd.\n").text == "The pier\n\nJane\n\nEnd."


def test_roles_in_the_first_line_of_a_directive_are_their_words(tmp_path: Path) -> None:
    """Sphinx's own roles, and those of extensions."""
    found = article(tmp_path, "a.rst", "A title\n=======\n\n.. hint:: Tell :repo:`harbour/ferry` of it\n\nThe text.\n")
    assert found.text == "Tell harbour/ferry of it\n\nThe text."


def test_directives_that_lie_deep_in_each_other_are_read(tmp_path: Path) -> None:
    """Each is read once for every one around it, so that there is an end to it; no word is lost."""
    notes = "".join(f"{'  ' * depth}.. note:: Word {depth}\n\n" for depth in range(600))
    found = article(tmp_path, "a.rst", f"A title\n=======\n\n{notes}{'  ' * 600}The last.\n")
    assert [words in found.text for words in ("Word 3", "Word 599", "The last.")] == [True, True, True]


LONG = " ".join(f'a{number}="0"' for number in range(99))


@pytest.mark.parametrize(
    "written",
    [
        '[vc_row css=".a{margin: 0;}"][vc_column width="1/2"][vc_column_text]The pier.[/vc_column_text][/vc_column]',
        f"[et_pb_section {LONG}][et_pb_text]The pier.[/et_pb_text]",
        "[fusion_builder_container][fusion_text]The pier.[/fusion_text][/fusion_builder_container]",
    ],
    ids=["WPBakery", "Divi", "Avada"],
)
def test_builders_of_pages_leave_the_words(tmp_path: Path, written: str) -> None:
    """Their shortcodes stand one behind another and have long parameters; links with labels stay links."""
    found = article(
        tmp_path, "a.md", f"---\ntitle: A\n---\n{written}\n\nSee [the bay][1] [there].\n\n[1]: https://b.example\n"
    )
    assert found.text == "The pier.\n\nSee the bay [there]."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Freitag, 3. Mai 2024, 14:05 Uhr", "2024-05-03T14:05:00Z"),
        ("3. toukokuuta 2024 klo 14.05", "2024-05-03T14:05:00Z"),
        ("2024年5月3日(金) 14:05", "2024-05-03T14:05:00Z"),
        ("۱۴۰۳/۰۲/۱۴", "2024-05-03T00:00:00Z"),
        ("۱۳۹۹/۱۲/۳۰ ۱۴:۰۵", "2021-03-20T14:05:00Z"),
        ("۲۲ بهمن ۱۳۵۷", "1979-02-11T00:00:00Z"),
        ("۱۴۰۴-۰۱-۰۱", "2025-03-21T00:00:00Z"),
        ("۲۰۲۴/۰۵/۰۳", "2024-05-03T00:00:00Z"),
    ],
)
def test_days_in_words_and_in_the_persian_calendar(written: str, expected: str) -> None:
    """Words for hours, days of the week in brackets; by its digits news in Persian counts its own years."""
    found = moment(written)
    assert found is not None
    assert iso(found) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Jane Doe / John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe • John Roe", ("Jane Doe", "John Roe")),
        ("山田太郎、鈴木花子", ("山田太郎", "鈴木花子")),
        ("Jane Doe, Guest Contributor", ("Jane Doe, Guest Contributor",)),
        ("AC/DC", ("AC/DC",)),
    ],
)
def test_people_in_one_text(written: str, expected: tuple[str, ...]) -> None:
    """Signs between names; a guest is an office, and no second writer."""
    assert people(written) == expected


PAGE = (
    "<html><head><title>{title}</title></head><body><h1>The slow ferry</h1>{by}"
    + "".join(f"<p>{number}. {TEXT}</p>" for number in range(4))
    + "</body></html>"
)


@pytest.mark.parametrize(
    ("title", "by", "expected"),
    [
        ("The slow ferry BG #102", '<p id="by"><b>By <a href="j.html">Jane Doe</a></b></p>', ("Jane Doe",)),
        ("The slow ferry", '<div class="meta byline">Von Jane Doe, 3. Mai</div>', ("Jane Doe",)),
        ("The slow ferry", '<p class="byline">Opinion</p>', ()),
    ],
)
def test_an_old_page_tells_its_title_and_writer(tmp_path: Path, title: str, by: str, expected: tuple[str, ...]) -> None:
    """Magazines of before metadata put both where readers see them."""
    found = article(tmp_path, "102/ford.html", PAGE.format(title=title, by=by))
    assert (found.title, found.authors) == ("The slow ferry", expected)


def test_the_contents_of_an_issue_are_no_article(tmp_path: Path) -> None:
    """An index that links the files beside it; a page that is called index and tells a story is one."""
    links = "".join(
        f'<li><a href="piece{number}.html">Piece {number}</a>, by <i>somebody of the bay</i></li>'
        for number in range(6)
    )
    contents = f"<html><head><title>May</title></head><body><h2>May</h2><ul>{links}</ul><p>{TEXT}</p></body></html>"
    (tmp_path / "issue").mkdir()
    assert not reading(tmp_path / "issue", {"102/index.html": contents}).articles
    (tmp_path / "story").mkdir()
    story = PAGE.format(title="The slow ferry", by='<a href="a.html">next</a>')
    assert len(reading(tmp_path / "story", {"ferry/index.html": story}).articles) == 1
