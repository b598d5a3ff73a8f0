"""Are rare heads read, subtrees of Org as articles, and fields that stand beside a text?"""

import pytest
from written_folder import accepted

from indexer.content.front_matter import front_matter
from indexer.content.org_outline import export_rules
from indexer.content.org_subtrees import org_subtrees
from search.times import iso

TEXT = "The tram to the harbour runs again after three years of work on the quay."
MORE = "Every ten minutes a car leaves the market."


HEADS = {
    "Pico": ("a/tram.md", f"/*\nTitle: A tram\nAuthor: Jane Doe\nDate: 2024/03/05\nTags: rail\n*/\n\n{TEXT}\n"),
    "a comment of HTML": (
        "a/tram.md", f"<!--\ntitle: A tram\nauthor: Jane Doe\ndate: 2024-03-05\ntags: rail\n-->\n{TEXT}\n"),
    "HTMLy": (
        "a/2024-03-05-tram.md", f"<!--t A tram t-->\n<!--author Jane Doe author-->\n<!--tag rail tag-->\n\n{TEXT}\n"),
    "October": (
        "a/tram.htm", f'[viewBag]\ntitle = "A tram"\nauthor = "Jane Doe"\ndate = "2024-03-05"\ntags = "rail"\n==\n'
        f"<?php function x() {{}} ?>\n==\n<p>{TEXT}</p>\n"),
    "Cryogen, one key of which is a remark": (
        "a/tram.md", f'{{:title "A tram"\n;; :draft true\n :author "Jane Doe" :date "2024-03-05" :tags'
        f' ["rail"]}}\n\n{TEXT}\n'),
    "Svelte": (
        "a/tram/+page.svx", f"---\ntitle: A tram\nauthor: Jane Doe\ndate: 2024-03-05\ntags: rail\n---\n"
        f"<script>\n  let n = 1;\n</script>\n\n{{#if n}}\n\n{TEXT}\n\n{{/if}}\n"),
    "FlatPress": (
        "a/tram.txt", f"VERSION|fp-1.2|SUBJECT|A tram|CONTENT|[b]The tram[/b] {TEXT[9:]}|AUTHOR|Jane Doe"
        "|DATE|1709632800|"),
    "Jigsaw": (
        "a/tram.blade.md", "---\nextends: _layouts.post\nsection: content\ntitle: A tram\nauthor: Jane Doe\n"
        f"date: 2024-03-05\ntags: [rail]\n---\n{TEXT}\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_heads(tmp_path, name):
    """Title, day, author, tags and text; the name of the file is the slug, and nothing is a category."""
    path, written = HEADS[name]
    (article,) = accepted(tmp_path, {path: written}).articles
    assert (article.title, article.authors, article.text, article.categories) == ("A tram", ("Jane Doe",), TEXT, ())
    assert (iso(article.published)[:10], article.slug) == ("2024-03-05", "tram")
    assert article.tags == (() if name == "FlatPress" else ("rail",))


@pytest.mark.parametrize(
    "written",
    [
        "/* Of two minds: a comment */\n\nThe text.\n",
        "<!-- Note: to do -->\n\nThe text.\n",
        "[list]\n\nAn entry = a line\n==\nThe text.\n",
        "Sum = two\n\nThe text.\n",
    ],
)
def test_what_only_begins_like_a_head_is_text(written):
    """A comment or an equation states no field."""
    assert front_matter(written).fields == {}


ORG = f"""#+author: Jane Doe
#+filetags: :town:

* Traffic                                         :@local:
Words for the editors.
** DONE A tram                                    :rail:
CLOSED: [2024-03-09 Sat 10:00]
:PROPERTIES:
:EXPORT_FILE_NAME: a-tram
:EXPORT_DATE: 2024-03-05
:END:
*** On the quay
{TEXT}
** TODO A bus
:PROPERTIES:
:EXPORT_FILE_NAME: a-bus
:END:
{MORE}
** A ferry
CLOSED: [2024-03-10 Sun]
:PROPERTIES:
:EXPORT_FILE_NAME: a-ferry
:END:
{MORE}
** COMMENT Left out
:PROPERTIES:
:EXPORT_FILE_NAME: left-out
:END:
{MORE}
"""


def test_subtrees_of_org_with_a_name_are_articles(tmp_path):
    """Headings above lend their tags, an open task is a draft, and what nothing exports is no article."""
    reading = accepted(tmp_path, {"all.org": ORG})
    tram, ferry = sorted(reading.articles, key=lambda one: one.published or 0)
    assert (tram.id, tram.title, tram.text) == ("all#a-tram", "A tram", f"On the quay\n\n{TEXT}")
    assert (tram.tags, tram.categories, tram.authors) == (("town", "rail"), ("local",), ("Jane Doe",))
    assert (iso(tram.published)[:10], iso(ferry.published)[:10]) == ("2024-03-05", "2024-03-10")
    assert dict(reading.omitted) == {"draft": 2}
    assert [one.line for one in org_subtrees(ORG, export_rules(ORG))] == [6, 14, 19, 25]


LEFT_OUT = {
    "a tag": "* Remarks :noexport:\nHidden.\n",
    "a tag of a heading above": "* Remarks :noexport:\n** Of the editors\nHidden.\n",
    "a tag alone": "* :noexport:\nHidden.\n",
    "a tag of several": "* Remarks\t:town:noexport:\nHidden.\n",
    "a tag that the file names": "#+EXCLUDE_TAGS: secret private\n* Remarks :private:\nHidden.\n",
    "a comment": "* COMMENT Remarks\nHidden.\n",
    "a comment that is a task": "* TODO [#A] COMMENT Remarks\nHidden.\n",
    "an archived part": "* Remarks :ARCHIVE:\nHidden.\n",
    "a deep heading": "*********** Remarks :noexport:\nHidden.\n",
    "a draft": "* DRAFT Remarks\nHidden.\n",
    "tasks that are not exported": "#+OPTIONS: toc:nil tasks:nil\n* TODO Remarks\nHidden.\n",
    "only done tasks": "#+OPTIONS: tasks:done\n#+TODO: IDEA(i) | OUT(o!)\n* IDEA Remarks\nHidden.\n",
    "behind a block without an end": "#+begin_quote\n* Remarks :noexport:\nHidden.\n#+begin_quote\nSo.\n#+end_quote\n",
}


@pytest.mark.parametrize("case", LEFT_OUT)
@pytest.mark.parametrize("name", ["", ":PROPERTIES:\n:EXPORT_FILE_NAME: a-tram\n:END:\n"])
def test_what_org_does_not_export_is_in_no_text(tmp_path, case, name):
    """In a file that is an article, and in a subtree that is one; what follows is read."""
    deeper = "*" if name else ""
    left_out = "\n".join(deeper + line if line.startswith("*") else line for line in LEFT_OUT[case].split("\n"))
    text = f"#+title: A tram\n* A tram\n{name}{TEXT}\n{left_out}{deeper}* Then\n{MORE}\n"
    (article,) = accepted(tmp_path, {"all.org": text}).articles
    assert TEXT in article.text
    assert article.text.endswith(MORE)
    assert "Hidden" not in article.text
    assert "Remarks" not in article.text


def test_where_parts_of_org_are_selected_they_alone_are_read(tmp_path):
    """With the headings above them and all below them."""
    text = f"#+title: A tram\nPreface.\n* Traffic\n** The tram :export:\n*** Why\n{TEXT}\n** Notes\n{MORE}\n"
    (article,) = accepted(tmp_path, {"all.org": text}).articles
    assert article.text == f"Traffic\n\nThe tram\n\nWhy\n\n{TEXT}"


@pytest.mark.parametrize(
    "heading", ["Commentary", "TODO Commentary", "COMMENTARY", "Commentary :town:", "Commentary [#A] lot"]
)
def test_headings_that_org_exports_are_read(tmp_path, heading):
    """An open task is one of them, as Org has it by itself; its state and its tags are no words of it."""
    (article,) = accepted(tmp_path, {"all.org": f"#+title: A tram\n{TEXT}\n* {heading}\n{MORE}\n"}).articles
    shown = heading.removeprefix("TODO ").removesuffix(" :town:")
    assert article.text == f"{TEXT}\n\n{shown}\n\n{MORE}"


def test_a_file_of_org_that_is_not_exported_is_no_article(tmp_path):
    """Its own tags are those of all its headings."""
    reading = accepted(tmp_path, {"all.org": f"#+title: A tram\n#+filetags: :town:noexport:\n* Why\n{TEXT}\n"})
    assert (len(reading.articles), dict(reading.omitted)) == (0, {"not published": 1})


@pytest.mark.parametrize("workflow", ["IDEA(i) WRITING(w@/!) | PUBLISHED(p)", "IDEA WRITING PUBLISHED"])
def test_a_file_of_org_says_which_tasks_are_done(tmp_path, workflow):
    """An article in another state, or below one, is a draft. Articles in an article are not its text."""
    states = {"PUBLISHED": 2, "IDEA": 2, "": 2, "WRITING": 2, "DONE": 3}  # the last two are one in the other
    text = f"#+SEQ_TODO: {workflow}\n" + "".join(
        f"{'*' * depth} {state} Tram {number}\n:PROPERTIES:\n:EXPORT_FILE_NAME: tram-{number}\n:END:\n{TEXT}\n"
        for number, (state, depth) in enumerate(states.items())
    )
    text += f"** Tram 5\n:PROPERTIES:\n:EXPORT_FILE_NAME: tram-5\n:END:\n{TEXT}\n*** PUBLISHED Tram 6\n"
    text += f":PROPERTIES:\n:EXPORT_FILE_NAME: tram-6\n:END:\n{MORE}\n"
    reading = accepted(tmp_path, {"all.org": text})
    assert [(one.title, one.text) for one in reading.articles] == [
        ("Tram 0", TEXT), ("Tram 2", TEXT), ("Tram 5", TEXT), ("Tram 6", MORE)]  # fmt: skip
    assert dict(reading.omitted) == {"draft": 3}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("tram/content.mdoc", "tram/index.yaml"),
        ("tram/index.md", "tram/metadata.yml"),
        ("tram/index.md", "tram/meta.json"),
        ("tram.md", "tram.yaml"),
        ("tram.md", "tram.toml"),
    ],
)
def test_fields_in_a_file_beside_the_text(tmp_path, text, fields):
    """One article with the fields of the one file and the text of the other; what the text says itself comes first."""
    said = {"title": "A tram", "date": "2024-03-05", "author": "Jane Doe", "summary": "Again."}
    if fields.endswith("json"):
        written = "{" + ", ".join(f'"{key}": "{value}"' for key, value in said.items()) + "}"
    else:
        sign = " = " if fields.endswith("toml") else ": "
        written = "\n".join(f'{key}{sign}"{value}"' for key, value in said.items())
    files = {f"news/{text}": f"---\nsummary: Its own.\n---\n{TEXT}\n", f"news/{fields}": written}
    reading = accepted(tmp_path, files)
    (article,) = reading.articles
    assert (article.title, article.authors, article.description) == ("A tram", ("Jane Doe",), "Its own.")
    assert (article.id, iso(article.published)[:10], reading.omitted) == ("news/tram", "2024-03-05", {})


@pytest.mark.parametrize(
    "text",
    [
        f":PROPERTIES:\n:EXPORT_FILE_NAME: a-tram\n:END:\n#+title: A tram\n\n* Damage\n{TEXT}\n",
        f"#+title: A tram\n\nPut ~:EXPORT_FILE_NAME:~ below a heading.\n\n* Damage\n{TEXT}\n",
        f"#+title: A tram\n\n{TEXT}\n\n#+begin_example\n* One\n:PROPERTIES:\n:EXPORT_FILE_NAME: b\n:END:\n#+end_example\n",  # noqa: E501
    ],
)
def test_a_file_of_org_that_names_no_subtree_is_one_article(tmp_path, text):
    """A name of the whole file, the word in a sentence and an example make no subtree an article."""
    (article,) = accepted(tmp_path, {"all.org": text}).articles
    assert (article.id, article.title) == ("all", "A tram")
    assert TEXT in article.text


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("news/article.json", f'{{"title": "A bus", "date": "2024-03-05", "body": "{MORE}"}}'),
        ("news/post.yaml", f"title: A bus\ndate: 2024-03-05\nbody: {MORE} It runs all night.\n"),
        ("news/index.yaml", "name: ci-runner\nstatus: draft\n"),
    ],
)
def test_what_has_a_text_or_says_nothing_of_one_is_no_file_of_fields(tmp_path, name, written):
    """It is read by itself, and lends nothing to the text beside it."""
    reading = accepted(tmp_path, {"news/index.md": f"# A tram\n\n{TEXT}\n", name: written})
    titles = {one.title: one.published for one in reading.articles}
    assert "A tram" in titles
    assert titles["A tram"] is None
    assert len(titles) == (1 if "name:" in written else 2)


def test_fields_beside_a_list_of_articles_are_not_its_own(tmp_path):
    """A folder of several texts is none of one article."""
    files = {"news/index.md": f"# News\n\n{TEXT}\n", "news/a.md": f"# A bus\n\n{MORE}\n"}
    reading = accepted(tmp_path, files | {"news/meta.yaml": "title: A tram\ndate: 2024-03-05\n"})
    assert sorted(one.title for one in reading.articles) == ["A bus", "News"]
