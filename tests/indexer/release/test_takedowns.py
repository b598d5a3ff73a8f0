"""Does an article that was withdrawn stay hidden when it stands under another id after a build?"""

import json

import pytest
from fake_embedder import fake_encoder
from fake_index import recipe

import indexer.reindex
from indexer.cli import print_report
from indexer.destination import IndexFolderDestination
from indexer.reindex import reindex
from indexer.release.publish import publish
from search.index.directory import IndexFolder

TEXT = "The tram runs again to the harbour after three years of work on the quay and the bridge."


@pytest.fixture
def night(tmp_path):
    """What writes a file into a folder, builds, and gives the withdrawn ids."""
    content, index = tmp_path / "content", IndexFolder(tmp_path / "index")
    content.mkdir()
    takedowns = IndexFolderDestination(index)

    def build(name, text, *, withdrawn=(), full=False, held=False, during=lambda *_: None):
        (content / name).write_text(text, encoding="utf-8")
        made = recipe(fake_encoder())
        report, rejected = reindex(
            content, index, made, 3, during, full=full, strict=True, held=held, shrink=100, takedowns=takedowns
        )
        print_report(report, rejected, as_json=False)
        if withdrawn:
            takedowns.withdraw(withdrawn, only=True)
        return takedowns.listed()

    return build


def table(name, *titles):
    """A table of a dump, its rows numbered from 57."""
    rows = "".join(
        f"INSERT INTO {name} VALUES ({57 + number}, '{title}', '{TEXT}', '2024-03-0{number + 1}');\n"
        for number, title in enumerate(titles)
    )
    return f"CREATE TABLE {name} (id int, title text, body text, date text);\n{rows}"


@pytest.mark.parametrize("full", [False, True])
def test_a_second_table_brings_no_withdrawn_article_back(night, full):
    """All ids of the dump change when it has a second table; what is new is shown."""
    posts = table("posts", "A tram", "A bus")
    assert night("site.sql", posts, withdrawn=["site#57"]) == {"site#57"}
    assert night("site.sql", posts + table("blog_posts", "A ferry"), full=full) == {"site#57", "site#posts/57"}


def test_neither_does_a_new_name_of_its_file(night, tmp_path, capsys):
    """The title and the text are the witness, also where it was away for a night and has another day."""
    assert night("a.md", f"---\ntitle: Tram\ndate: 2024-03-01\n---\n{TEXT}\n", withdrawn=["a"]) == {"a"}
    (tmp_path / "content" / "a.md").unlink()
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == {"a"}
    assert "Withdrawn" not in capsys.readouterr().out
    assert night("b.md", f"---\ntitle: Tram\ndate: 2025-01-01\n---\n*{TEXT}*\n") == {"a", "b"}
    assert "Withdrawn articles have new ids, which are withdrawn too: b." in capsys.readouterr().out


@pytest.mark.parametrize("nights", [3])
def test_a_withdrawn_item_of_a_list_stays_hidden_under_its_next_number(night, nights, capsys):
    """An item without a name has its number as its id. The build tells who has the number of a withdrawn one."""
    items = [f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {TEXT}\n" for day in (1, 2, 3)]
    expected = {"news#2"}
    assert night("news.yaml", "".join(items), withdrawn=["news#2"]) == expected
    for day in range(4, 4 + nights):
        items.insert(0, f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {TEXT}\n")
        capsys.readouterr()
        others = ", ".join(sorted(expected))
        expected.add(f"news#{day - 1}")
        assert night("news.yaml", "".join(items)) == expected
        assert (
            f"Other texts have the ids of withdrawn ones and are hidden, too, until `withdraw --undo`: {others}."
            in (capsys.readouterr().out)
        )


def test_what_is_withdrawn_during_a_build_is_followed_by_it(night, tmp_path):
    """An editor goes by what is served while the next generation is made."""
    items = [f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {TEXT}\n" for day in (1, 2, 3)]
    night("news.yaml", "".join(items[1:]))

    def taken_down(stage, done, total):
        kept = IndexFolderDestination(IndexFolder(tmp_path / "index"))
        if stage != "read" and not kept.listed():
            kept.withdraw(["news#1"], only=True)

    assert night("news.yaml", "".join(items), during=taken_down) == {"news#1", "news#2"}


def test_a_copy_that_was_served_already_stays(night, tmp_path):
    """Who takes down one of two equal articles leaves the other, whatever else of its file changes."""
    article = f"---\ntitle: Tram\n---\n{TEXT}\n"
    night("copy.md", article)
    assert night("a.md", article, withdrawn=["a"]) == {"a"}
    assert night("copy.md", article.replace("---\n", "---\ntags: [trams]\n", 1)) == {"a"}


def test_what_is_shown_again_may_move(night, tmp_path):
    """A text that was restored under its new id is not withdrawn by its old one, nor is it when it goes back there."""
    night("a.md", f"---\ntitle: Tram\n---\n{TEXT}\n", withdrawn=["a"])
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == {"a", "b"}
    IndexFolderDestination(IndexFolder(tmp_path / "index")).restore(["b"], only=True)
    (tmp_path / "content" / "b.md").rename(tmp_path / "content" / "c.md")
    assert night("other.md", f"---\ntitle: Another\n---\n{TEXT}\n") == set()
    (tmp_path / "content" / "c.md").rename(tmp_path / "content" / "a.md")
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == set()


def test_to_show_who_took_the_id_withdraws_nobody_else(night, tmp_path):
    """The withdrawn text goes on to be followed alone."""
    items = [f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {TEXT}\n" for day in range(1, 8)]
    night("news.yaml", "".join(items[5:]), withdrawn=["news#2"])
    for first in (4, 3):
        night("news.yaml", "".join(items[first:]))
    IndexFolderDestination(IndexFolder(tmp_path / "index")).restore(["news#2"], only=True)
    assert night("news.yaml", "".join(items[1:])) == {"news#3", "news#4", "news#6"}


@pytest.mark.parametrize("day", ["date: 2024-03-01\n", ""])
def test_a_corrected_article_under_another_name_is_shown(night, tmp_path, day, capsys):
    """What takes the place of a withdrawn article has its title and time, and another text; the build tells of it."""
    assert night("mayor.md", f"---\ntitle: Mayor\n{day}---\n{TEXT}\n", withdrawn=["mayor"]) == {"mayor"}
    (tmp_path / "content" / "mayor.md").unlink()
    assert night("mayor-resigns.md", f"---\ntitle: Mayor\n{day}---\n{TEXT} Corrected.\n") == {"mayor"}
    assert "of a withdrawn one, but another text, are shown: mayor-resigns." in capsys.readouterr().out


def test_neither_is_a_corrected_row_withdrawn(night):
    """A system that deletes and posts anew gives the article another number in the same file."""
    assert night("site.sql", table("posts", "A tram", "A bus"), withdrawn=["site#57"]) == {"site#57"}
    corrected = table("posts", "A tram", "A bus").replace("(57, 'A tram', 'The", "(80, 'A tram', 'Now the")
    assert night("site.sql", corrected) == {"site#57"}


def test_what_was_corrected_withdraws_nothing_else(night):
    """Its id stays on the list, and no other comes onto it."""
    assert night("site.sql", table("posts", "A tram", "A bus"), withdrawn=["site#57"]) == {"site#57"}
    assert night("site.sql", table("posts", "A new tram", "A bus", "A ferry")) == {"site#57"}


@pytest.mark.parametrize("title", ["Tram", "Trams"])
def test_what_was_edited_in_its_place_is_followed_as_it_is_now(night, tmp_path, title, capsys):
    """The text as it was when it was withdrawn is not the only witness."""
    night("a.md", f"---\ntitle: Tram\n---\n{TEXT}\n", withdrawn=["a"])
    capsys.readouterr()
    assert night("a.md", f"---\ntitle: {title}\n---\n{TEXT} Indeed.\n") == {"a"}
    assert ("Other texts" in capsys.readouterr().out) == (title != "Tram")
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == {"a", "b"}


def test_who_came_to_a_withdrawn_name_withdraws_nothing(night, tmp_path):
    """Its text moved, and what stands in its place is hidden under that name alone."""
    content = tmp_path / "content"
    night("a.md", f"---\ntitle: Tram\n---\n{TEXT}\n", withdrawn=["a"])
    (content / "a.md").rename(content / "b.md")
    for number in range(2):
        assert night("a.md", f"---\ntitle: Ferry\n---\n{TEXT}\n" + "Late. " * number) == {"a", "b"}
    (content / "a.md").rename(content / "c.md")
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == {"a", "b"}


def test_a_copy_that_was_shown_may_move(night, tmp_path):
    """So many are shown as were shown before."""
    content, article = tmp_path / "content", f"---\ntitle: Tram\n---\n{TEXT}\n"
    night("copy.md", article)
    night("a.md", article, withdrawn=["a"])
    (content / "copy.md").rename(content / "c.md")
    assert night("b.md", article) == {"a", "b"}


@pytest.mark.parametrize(
    ("article", "later"),
    [
        ({"text": "Test your wits."}, {"text": "Test your wits.", "date": "2024-03-12"}),
        ({"description": "A quay."}, {"description": "A bridge."}),
    ],
)
def test_a_short_text_is_no_witness_by_itself(night, article, later):
    """Columns have a head that stays, and pictures of one day the same title."""
    quiz = {"title": "Quiz", "date": "2024-03-05"}
    night("a.json", json.dumps(quiz | article), withdrawn=["a"])
    assert night("b.json", json.dumps(quiz | later)) == {"a"}
    assert night("c.json", json.dumps(quiz | article)) == {"a", "c"}


@pytest.mark.parametrize("held", [False, True])
def test_another_generation_is_served_without_what_was_withdrawn(night, tmp_path, held):
    """It has the text under another id: an earlier one, or one that was held while the article was withdrawn."""
    kept = IndexFolderDestination(IndexFolder(tmp_path / "index"))
    night("a.md", f"---\ntitle: Tram\n---\n{TEXT}\n")
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n", held=held)
    was, now = ("a", "b") if held else ("b", "a")
    kept.withdraw([was], only=True)
    kept.rollback(kept.names()[-1 if held else 0])
    assert kept.listed() == {was, now}


def test_what_is_withdrawn_while_a_generation_is_written_is_followed(night, tmp_path, monkeypatch):
    """A large one takes minutes to reach the disk."""
    items = [f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {TEXT}\n" for day in (1, 2, 3)]
    night("news.yaml", "".join(items[1:]))

    def slowly(index, staged):
        IndexFolderDestination(index).withdraw(["news#1"], only=True)
        return publish(index, staged)

    monkeypatch.setattr(indexer.reindex, "publish", slowly)
    assert night("news.yaml", "".join(items)) == {"news#1", "news#2"}
