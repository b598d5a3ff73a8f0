"""Conventions met on sites that nobody of us had seen: heads, marks, names of files, pages that are no articles."""

import json

import pytest
from written_folder import accepted, reading_of

from search.times import iso

TEXT = "The tram stopped at the quay, and nobody got out."


def articles(tmp_path, files):
    """The articles of a folder by their paths."""
    return {one.path: one for one in accepted(tmp_path, files).articles}


def one_text(tmp_path, body, name="a.md", head="---\ntitle: A tram\n---\n"):
    """The text that is read of one file."""
    (article,) = accepted(tmp_path, {name: head + body}).articles
    return article.text


def test_a_head_of_jbake_gives_fields(tmp_path):
    """Lines of `key=value` above tildes; without a field of articles they are text."""
    head = "title=A tram\ndate=2021-02-03\ntype=post\ntags=rail, quay\nstatus=published\n~~~~~~\n"
    found = articles(
        tmp_path, {"a.md": f"{head}\n{TEXT}\n", "b.adoc": f"{head}\n{TEXT}\n", "c.md": f"x=1\n~~~~\n{TEXT}"}
    )
    for name in ("a.md", "b.adoc"):
        assert (found[name].title, iso(found[name].published)[:10]) == ("A tram", "2021-02-03")
        assert (found[name].tags, found[name].text) == (("rail", "quay"), TEXT)
    assert TEXT in found["c.md"].text


def test_a_draft_of_jbake_is_none(tmp_path):
    """Its state is in its head."""
    reading = reading_of(tmp_path, {"a.md": f"title=A tram\nstatus=draft\n~~~~~~\n{TEXT}\n"})
    assert (list(reading.articles), reading.omitted) == ([], {"draft": 1})


def test_attributes_of_asciidoc_that_name_their_generator_count(tmp_path):
    """JBake's and Antora's; links within emphasis lose their marks."""
    body = (
        f"= A tram\nJane Doe\n2020-04-19\n:jbake-tags: rail\n:page-category: City\n\n{TEXT} *link:/x.html[More]* now.\n"
    )
    (article,) = accepted(tmp_path, {"a.adoc": body}).articles
    assert (article.authors, article.tags, article.categories) == (("Jane Doe",), ("rail",), ("City",))
    assert article.text == f"{TEXT} More now."


@pytest.mark.parametrize(
    "head",
    [
        '[#]: author: "Jane Doe https://x.example/jane"\n[#]: url: "https://x.example/tram"\n\n',
        "[//]: # (author: Jane Doe)\n[//]: # (url: https://x.example/tram)\n\n",
        '[_metadata_:author]:- "Jane Doe"\n[_metadata_:url]:- "https://x.example/tram"\n\n',
    ],
)
def test_fields_in_definitions_of_links(tmp_path, head):
    """What Markdown has for comments; the title is the text's own, and the address behind a name is none of it."""
    (article,) = accepted(tmp_path, {"20220121 A-tram.md": f"{head}A tram\n======\n\n{TEXT}\n"}).articles
    assert (article.title, article.authors, article.url) == ("A tram", ("Jane Doe",), "https://x.example/tram")
    assert (iso(article.published)[:10], article.text) == ("2022-01-21", TEXT)


def test_a_definition_of_a_link_is_no_head(tmp_path):
    """One that a text begins with stays one."""
    assert one_text(tmp_path, f"[x]: https://x.example\n\n{TEXT} [there][x]", head="# A tram\n\n") == f"{TEXT} there"


@pytest.mark.parametrize(
    ("name", "day", "slug"),
    [
        ("20220121-tram.md", "2022-01-21", "tram"),
        ("20220121T101500--tram.md", "2022-01-21", "tram"),
        ("press-20220121-01.md", "2022-01-21", "press-20220121-01"),
        ("20221321-tram.md", None, "20221321-tram"),
        ("tram-20220121.md", None, "tram-20220121"),
        ("4.tram.md", None, "tram"),
        ("4.5-tram.md", None, "4.5-tram"),
        ("city24.tv-tram.md", None, "city24.tv-tram"),
    ],
)
def test_a_compact_day_and_a_place_in_the_name(tmp_path, name, day, slug):
    """A day without signs between its numbers; the number that Nuxt Content puts before a name is no part of it."""
    (article,) = accepted(tmp_path, {name: f"---\ntitle: A tram\n---\n{TEXT}\n"}).articles
    assert (article.published and iso(article.published)[:10], article.slug) == (day, slug)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Rail\n: What trams run on.", "Rail\n\nWhat trams run on."),
        ("It rose by [+9]{.green} / [-2]{.red} today.", "It rose by +9 / -2 today."),
        ('Press the :button{size="xs"}[Ring] knob.', "Press the Ring knob."),
        ("A :material-tram: tram at :octicons-clock-16:{ .big } noon: now.", "A tram at noon: now."),
        ("It was 10:30: late.", "It was 10:30: late."),
        ("![mark.gif](/i/mark.gif)\n\nWords. ![A quay.](/q.jpg)", "Words. A quay."),
    ],
)
def test_marks_in_markdown(tmp_path, written, read):
    """Definitions, spans and components of Pandoc and Nuxt, icons of MkDocs, pictures called by their files."""
    assert one_text(tmp_path, written) == read


def test_code_within_a_line_of_org(tmp_path):
    """Its language is no word of the text."""
    assert one_text(
        tmp_path, "Set src_elisp{org-x} or src_sh[:eval no]{ls -l} now.\n", "a.org", "#+title: A tram\n"
    ) == ("Set org-x or ls -l now.")


def test_the_only_heading_of_the_first_level_is_the_title(tmp_path):
    """Whatever stands above it; of several none is."""
    above = '<div class="nav"><a href="x.html">Before</a></div>\n\n'
    found = articles(
        tmp_path, {"a.md": f"{above}# A tram\n\n{TEXT}\n", "b.md": f"{above}# A tram\n\n{TEXT}\n\n# A bus\n\n{TEXT}\n"}
    )
    assert [found[name].title for name in ("a.md", "b.md")] == ["A tram", "Before"]


@pytest.mark.parametrize(
    ("before", "behind", "title"),
    [
        ("By Jane Doe, 3 March", TEXT, "A tram"),
        ("It stopped.\n\nIt rang.", TEXT, "It stopped."),
        ("The day before yesterday it stopped at the quay of all places, and rang.", TEXT * 2, "The day before"),
        ("It stopped at the quay.", "- One", "It stopped at the quay."),
        ("It stopped.\n\n## A bus", TEXT, "It stopped."),
    ],
)
def test_a_heading_behind_the_text_is_no_title(tmp_path, before, behind, title):
    """A line above it may be: it is short, and shorter than what follows."""
    (article,) = accepted(tmp_path, {"a.md": f"{before}\n\n# A tram\n\n{behind}\n"}).articles
    assert article.title.startswith(title)


def test_pages_that_are_no_articles(tmp_path):
    """Starts of folders without a text, modules of Grav, lists of Go's templates, files about the repository."""
    reading = accepted(
        tmp_path,
        {
            "posts/tram.md": f"---\ntitle: A tram\n---\n{TEXT}\n",
            "index.md": "---\ntitle: The Gazette\nsubtext: News of the quay\n---\n",
            "docs/blog/index.md": "# Blog\n",
            "pages/side/default.md": f"---\nroutable: false\n---\n{TEXT}\n",
            "blog/index.md": '---\ntitle: Blog\n---\n{{range newest (pages "/blog/*.md")}}{{.title}}{{end}}\n',
            "README.org": f"#+title: The Gazette\n\n{TEXT}\n",
            "README.rst": f"The Gazette\n===========\n\n{TEXT}\n",
        },
    )
    assert [one.title for one in reading.articles] == ["A tram"]
    assert reading.omitted == {"page without a text": 2, "page of the site": 2, "page about the repository": 2}


@pytest.mark.parametrize("more", ["date: 2020-01-02", "author: Jane Doe", "link: https://x.example/1", "image: a.jpg"])
def test_a_bundle_without_a_text_that_says_more_is_an_article(tmp_path, more):
    """A picture, a link, or a headline with a day is one."""
    (article,) = accepted(tmp_path, {"tram/index.md": f"---\ntitle: A tram\n{more}\n---\n"}).articles
    assert article.title == "A tram"


def test_the_example_of_a_theme_counts_where_it_is_the_site(tmp_path):
    """A repository made from a theme has its posts there; that of a theme which a site uses is passed over."""
    post = f"---\ntitle: A tram\n---\n{TEXT}\n"
    found = articles(tmp_path, {"exampleSite/content/a.md": post, "themes/x/exampleSite/content/b.md": post})
    assert list(found) == ["exampleSite/content/a.md"]


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        ("source/blog/2013-12-07-a.html.md", ("Notes of Meetings",)),
        ("_posts/2013-12-07-a.md", ("Notes", "of", "Meetings")),
        ("opensource/2013-12-07-a.md", ("Notes", "of", "Meetings")),
    ],
)
def test_tags_of_middleman_are_parted_by_commas_alone(tmp_path, path, tags):
    """Those of Jekyll by blanks as well."""
    (article,) = accepted(tmp_path, {path: f"---\ntitle: A tram\ntags: Notes of Meetings\n---\n{TEXT}\n"}).articles
    assert article.tags == tags


def test_names_that_stand_in_other_lists_of_a_file(tmp_path):
    """By id, or by place where no row has one; a row of something else, and an id that no row has, give no name."""
    by_id = {
        "posts": [
            {"id": 1, "title": "A tram", "body": TEXT, "authorId": 7, "category": {"id": 2}, "tagIds": [4, 5]},
            {"id": 2, "title": "A bus", "body": TEXT, "userId": 3, "categoryId": 9},
            {"id": 3, "title": "A boat", "body": TEXT, "userId": 3, "byline": "Bob"},
            {"id": 4, "title": "A lift", "body": TEXT, "userId": 3, "authorId": 7, "author": "Bob", "tags": [4]},
            {"id": 5, "title": "A car", "body": TEXT, "userId": 3, "authorId": 7, "creator": 12},
        ],
        "authors": [{"id": 7, "name": "Jane Doe", "email": "jane@x.example"}],
        "users": [{"id": 3, "username": "kim", "password": "x"}],
        "categories": [{"id": 2, "name": "City"}],
        "tags": [{"id": 4, "name": "rail"}, {"id": 5, "label": "quay"}],
    }
    by_place = {"writers": [{"name": "John Roe"}], "articles": [{"title": "A boat", "text": TEXT, "writer": {"id": 1}}]}
    found = articles(tmp_path, {"db.json": by_id, "seed.json": by_place})
    assert (found["db.json#1"].authors, found["db.json#1"].categories) == (("Jane Doe",), ("City",))
    assert found["db.json#1"].tags == ("rail", "quay")
    assert (found["db.json#2"].authors, found["db.json#2"].categories) == (("kim",), ())
    assert [found[f"db.json#{item}"].authors for item in (3, 4, 5)] == [("Bob",), ("Bob",), ("Jane Doe",)]
    assert found["db.json#4"].tags == ("rail",)
    assert [one.authors for path, one in found.items() if path.startswith("seed")] == [("John Roe",)]


def test_a_text_in_blocks_that_name_their_kind(tmp_path):
    """Strapi's zones and Payload's blocks; a text of the item's own comes first."""
    zone = [
        {"__component": "shared.rich-text", "body": f"## Rails\n\n{TEXT}"},
        {"__component": "shared.quote", "title": "Jane", "body": "It rang."},
        {"__component": "shared.media", "file": "quay.jpg", "body": "unread"},
    ]
    layout = [{"blockType": "content", "richText": TEXT}, {"blockType": "seo", "text": "unread"}]
    items = [
        {"id": 1, "title": "A tram", "blocks": zone, "slug": "a"},
        {"id": 2, "title": "A bus", "layout": layout, "slug": "b", "description": "x"},
        {"id": 3, "title": "A boat", "content": "Its own.", "blocks": zone},
    ]
    found = articles(tmp_path, {"a.json": items})
    assert [one.text for one in found.values()] == [f"Rails\n\n{TEXT}\n\nIt rang.", TEXT, "Its own."]


def test_a_page_that_is_only_out_of_lists_is_read(tmp_path):
    """What says that it is no draft is public; alone, `unlisted` keeps it from readers."""
    heads = {"a.md": "unlisted: true\ndraft: false", "b.md": "unlisted: true", "c.md": "hidden: true\ndraft: false"}
    reading = reading_of(tmp_path, {name: f"---\ntitle: A tram\n{head}\n---\n{TEXT}" for name, head in heads.items()})
    assert ([one.path for one in reading.articles], reading.omitted) == (["a.md"], {"draft": 2})


@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_a_fence_may_have_more_than_three_dashes(tmp_path, name):
    """Nanoc wrote it so; a rule above a text without fields is none."""
    head = "-----\nkind: article\ntitle: A tram\ntags:\n- rail\ncreated_at: 2010/05/15\n-----\n\n"
    (article,) = accepted(tmp_path, {name: f"{head}<p>{TEXT}</p>\n"}).articles
    assert (article.title, article.tags, article.text) == ("A tram", ("rail",), TEXT)
    assert iso(article.published)[:10] == "2010-05-15"


def test_a_rule_above_a_text_is_no_fence(tmp_path):
    """What stands below it is text, though a colon be in it."""
    assert one_text(tmp_path, f"-----\nSaid the driver: {TEXT}\n-----\n").startswith("Said the driver")
    (article,) = accepted(tmp_path / "b", {"a.md": f"-----\nSaid the driver: no.\n-----\n\n{TEXT}\n"}).articles
    assert (article.title, article.text) == ("Said the driver: no.", TEXT)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Write to [the depot](mailto:depot@rail.example?subject=A tram) now.", "Write to the depot now."),
        ("See [the map](/maps/The new quay.html) now.", "See the map now."),
        ("![The quay](The new quay.png) at noon.", "The quay at noon."),
        ("In [1](/see the note) of it.", "In [1](/see the note) of it."),
        ('See [the map](/maps/quay.html "The new quay") now.', "See the map now."),
        ("A list[i](first and second) stays.", "A list[i](first and second) stays."),
        ("Say `[the map](/maps/The quay.html)` now.", "Say [the map](/maps/The quay.html) now."),
        ("At noon. ![|300](quay.png)", "At noon."),
        ("![The quay|300x200](quay.jpg) at noon.", "The quay at noon."),
        ('At noon.\n\n<img src="x.png" alt="IMG_0042.png">', "At noon."),
        ("At noon.\n^a-tram-42", "At noon."),
        ("## Table of contents\n\nAt noon.", "At noon."),
    ],
)
def test_links_pictures_and_marks_of_blocks(tmp_path, written, read):
    """Blanks in an address, the size and the name of a picture, Obsidian's names of blocks, remark's contents."""
    assert one_text(tmp_path, written) == read


def test_the_picture_of_a_list_is_one(tmp_path):
    """Fluid and Butterfly, themes of Hexo, call it so."""
    for number, key in enumerate(("index_img", "top_img")):
        (article,) = accepted(
            tmp_path / str(number), {"a.md": f"---\ntitle: A tram\n{key}: /img/quay.png\n---\n{TEXT}"}
        ).articles
        assert article.image == "/img/quay.png"


def test_the_name_of_a_note_parted_by_great_headings_is_its_title(tmp_path):
    """A heading that opens the text is the title itself; of a name of one word, a day or a number no title is made."""
    opened = f"# Morning\n\n{TEXT}\n\n# Evening\n\n{TEXT}\n"
    text = f"Late.\n\n{opened}"
    files = {
        f"2024-01-05 The day of the tram {'0af3' * 8}.md": text, "tram.md": text, "A b.md": opened,
    }  # fmt: skip
    found = articles(tmp_path, files)
    assert [found[name].title for name in files] == ["The day of the tram", "Late.", "Morning"]


def test_fields_of_ikiwiki_in_restructured_text(tmp_path):
    """They stand anywhere in it."""
    (article,) = accepted(
        tmp_path, {"tram.rst": f'A tram\n\n{TEXT}\n\n[[!meta date="2014-06-03 23:00:00"]]\n'}
    ).articles
    assert (iso(article.published)[:10], article.text) == ("2014-06-03", f"A tram\n\n{TEXT}")


def test_what_only_names_a_site_is_no_article(tmp_path):
    """A title and an address in a file of their own, as settings have them; with a day they may be a link to read."""
    site = {"title": "The tram", "url": "https://x.example/", "author": "Jane Doe"}
    reading = reading_of(tmp_path, {"site.json": site, "link.json": {**site, "date": "2021-02-03"}})
    assert [one.path for one in reading.articles] == ["link.json"]


def test_buttons_of_substack_are_no_text(tmp_path):
    """Nor the words above a form in which one may subscribe."""
    button = '<p class="button-wrapper" data-attrs=\'{"text":"Join"}\'>\n<a href="x"><span>Join</span></a></p>'
    form = '<div class="subscription-widget"><p class="cta-caption">Thanks for reading!</p></div>'
    item = {"title": "A tram", "body_html": f"<p>{TEXT}</p>{button}{form}<p>The end.</p>"}
    (article,) = accepted(tmp_path, {"a.json": [item]}).articles
    assert article.text == f"{TEXT}\n\nThe end."


def test_a_page_that_loops_over_what_it_named_is_a_list(tmp_path):
    """Liquid's `assign`; a loop over something else is none."""
    loop = "{% for law in listed %}\n* {{ law.title }}\n{% endfor %}\n"
    files = {
        "laws.md": f'---\ntitle: Laws\n---\n{TEXT}\n\n{{% assign listed = site.laws | sort: "title" %}}\n{loop}',
        "tram.md": f"---\ntitle: A tram\n---\n{TEXT}\n\n{{% assign listed = page.laws %}}\n{loop}",
        "code.md": f"---\ntitle: A tram\n---\n{TEXT}\n\n```\n{{% assign listed = site.laws %}}\n```\n\n{loop}",
    }
    reading = reading_of(tmp_path, files)
    assert [one.path for one in reading.articles] == ["code.md", "tram.md"]
    assert reading.omitted == {"page of the site": 1}


@pytest.mark.parametrize(
    "code",
    [
        "{{< highlight go >}}\n{{ range .Pages }}\n{{< /highlight >}}",
        "    {{ range .Pages }}",
        "<code>\n{{ range .Pages }}\n</code>",
        "Write <code>{{ range .Pages }}</code> so.",
    ],
)
def test_a_text_about_templates_is_no_list(tmp_path, code):
    """The loop is shown, and lists nothing."""
    assert len(accepted(tmp_path, {"a.md": f"---\ntitle: Loops\n---\n{TEXT}\n\n{code}\n"}).articles) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Of ==$$ z_k + z_n $$== too.", "Of $$ z_k + z_n $$ too."),
        ("table(wide).\n|_. Line |_. Stops |\n|0,5|3.5|\n|=. 7 |12 |", "Line | Stops 0,5 | 3.5 7 | 12"),
        ('A == B and "C":/c then.', "A == B and C then."),
        ("If @a == b@ or @c == d@ then x == 1 and y == 2; ==*z*==.", "If a == b or c == d then x == 1 and y == 2; z."),
        ("==========", "=========="),
    ],
)
def test_tables_and_stretches_of_textile(tmp_path, written, read):
    """The numbers in its cells stay; what stands between two equals signs is left as it is."""
    assert " ".join(one_text(tmp_path, written, name="a.textile").split()) == read


def test_stars_within_german_words_stay(tmp_path):
    """Two of them make no emphasis, as they would elsewhere."""
    assert one_text(tmp_path, "Für Fahrer*innen und Schaffner*innen.") == "Für Fahrer*innen und Schaffner*innen."
    assert one_text(tmp_path / "a", "Die *Kauf*in am Kai.") == "Die Kaufin am Kai."
    assert one_text(tmp_path / "b", "Each tram*s bell* rang.") == "Each trams bell rang."


def test_fields_in_several_languages(tmp_path):
    """In columns of text and in tables: the language in which the title comes first counts for all."""
    title, body = {"fr": "Un tram", "en": "A tram"}, {"en": "It stopped.", "fr": "Il s'arrêta."}
    files = {
        "a.json": [{"title": json.dumps(title), "body": json.dumps(body), "date": "2021-02-03"}],
        "b.json": [{"title": {"_type": "localeString", **title}, "body": body, "date": "2021-02-03"}],
        "c.json": [{"title": "A tram", "body": '{"url": "/tram", "alt": "A tram"}', "date": "2021-02-03"}],
    }
    first, second, third = accepted(tmp_path, files).articles
    for one in (first, second):
        assert (one.title, one.text, one.language) == ("Un tram", "Il s'arrêta.", "fr")
    assert third.text == '{"url": "/tram", "alt": "A tram"}'


def test_a_table_that_nests_without_end_is_no_languages(tmp_path):
    """The other items of its file are read."""
    items = [
        {"title": "A tram", "text": TEXT},
        {"title": "A bus", "text": TEXT, "extra": '{"en":' + "[" * 100_000 + "}"},
    ]
    assert len(accepted(tmp_path, {"a.json": items}).articles) == 2


def test_people_of_the_configuration(tmp_path):
    """By their keys, as Jekyll's themes have them."""
    site = "title: Trams\nauthors:\n  jane:\n    name: Jane Doe\n"
    found = articles(
        tmp_path, {"_config.yml": site, "_posts/2021-02-03-a.md": f"---\ntitle: A\nauthor: jane\n---\n{TEXT}"}
    )
    assert found["_posts/2021-02-03-a.md"].authors == ("Jane Doe",)


def test_people_of_several_sites(tmp_path):
    """The nearest configuration above a text tells whose key an author has; one beside it tells nothing."""
    post = f"---\ntitle: A\nauthor: sam\n---\n{TEXT}"
    folders = {"": "", "1": "Sam One", "b": "Sam Two", "b/c": "Sam Three", "d": ""}
    files = {f"{folder}/_posts/2021-02-03-a.md".lstrip("/"): post for folder in folders}
    sites = {f"{folder}/_config.yml": f"title: T\nauthors:\n  sam:\n    name: {name}\n"
             for folder, name in folders.items() if name}  # fmt: skip
    found = articles(tmp_path, {**files, **sites})
    assert [found[path].authors for path in files] == [(name or "sam",) for name in folders.values()]


def test_the_page_to_write_to_a_site_is_none(tmp_path):
    """By its layout; what has a day is an article."""
    files = {
        name: f"---\ntitle: Write to us\nlayout: contact\n{day}---\n{TEXT}"
        for name, day in (("a.md", ""), ("b.md", "date: 2021-02-03\n"))
    }
    reading = reading_of(tmp_path, files)
    assert ([one.path for one in reading.articles], reading.omitted) == (["b.md"], {"page of the site": 1})


def test_a_comment_for_each_field(tmp_path):
    """At the head of a text; a single comment that names a field is a comment."""
    head = "<!-- title: A tram -->\n<!-- date: 2021-02-03 -->\n<!-- tags: rail, quay -->\n<!-- series.part: 2 -->\n"
    found = articles(
        tmp_path, {"a.md": f"{head}<h1>Rails</h1>\n\n{TEXT}\n", "b.md": f"<!-- title: No -->\n# Rails\n\n{TEXT}"}
    )
    assert (found["a.md"].title, found["a.md"].tags) == ("A tram", ("rail", "quay"))
    assert (iso(found["a.md"].published)[:10], found["b.md"].title) == ("2021-02-03", "Rails")


def test_footnotes_of_asciidoc_and_definitions_behind_a_blank_line(tmp_path):
    """What a footnote says stands in brackets; a name that is used again says nothing more."""
    body = f"= A tram\n\n{TEXT}footnote:[At noon.] It left.footnote:one[Late.] So be it.footnote:one[]\n"
    (article,) = accepted(tmp_path, {"a.adoc": body}).articles
    assert article.text == f"{TEXT} (At noon.) It left. (Late.) So be it."
    assert one_text(tmp_path / "b", "Tram\n\n: A train in a street.") == "Tram\n\nA train in a street."


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20310709.en.md", None),
        ("20310709.md", None),
        ("20240715.md", "2024-07-15"),
        ("news-20990715.md", "2099-07-15"),
        ("20990715-tram.md", "2099-07-15"),
    ],
)
def test_a_number_that_is_no_day_of_these_years_hides_nothing(tmp_path, name, day):
    """An archive that names its files by number has some that look like a day of 2031, and an embargo until then."""
    (article,) = accepted(tmp_path, {name: f"---\ntitle: A tram\n---\n{TEXT}\n"}).articles
    assert (article.published and iso(article.published)[:10]) == day
