"""Does an article that was withdrawn stay hidden when it stands under another id after a build?"""

from threading import Thread

import pytest
from fake_embedder import fake_encoder
from fake_index import recipe

from indexer.cli import main, print_report
from indexer.destination import IndexFolderDestination
from indexer.reindex import reindex
from indexer.release.takedowns import follow
from indexer.release.withdraw import withdraw
from search.errors import IndexUnusableError, LedeError, VerificationError
from search.index.directory import IndexFolder
from search.index.store import ARTICLES

TEXT = "The tram runs again to the harbour after three years of work on the quay, the bridge and the stops of line two."


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
            content, index, made, 9, during, full=full, strict=True, shrink=100, held=held, takedowns=takedowns
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
    assert "withdrawn" not in capsys.readouterr().out
    assert night("b.md", f"---\ntitle: Tram\ndate: 2025-01-01\n---\n{TEXT.replace(' ', '  ')}\n") == {"a", "b"}
    assert (
        "with title and text of a withdrawn one are withdrawn too, until `withdraw --undo`: b."
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("nights", [3])
def test_a_withdrawn_item_of_a_list_stays_hidden_under_its_next_number(night, desk, nights, capsys):
    """An item without a name has its number as its id. Who has the number of a withdrawn one is shown under it."""
    expected = {"news#2"}
    assert night("news.yaml", items(1, 2, 3), withdrawn=["news#2"]) == expected
    for day in range(4, 4 + nights):
        expected.add(f"news#{day - 1}")
        assert night("news.yaml", items(*range(day, 3, -1), 1, 2, 3)) == expected
        assert hidden(desk) == {f"news#{day - 1}"}
    assert "hidden too" not in capsys.readouterr().out
    desk.rollback(desk.names()[0])
    assert hidden(desk) & {"news#1", "news#2", "news#3"} == {"news#2"}
    desk.rollback(desk.names()[-1])
    assert hidden(desk) == {f"news#{day - 1}"}
    assert night("other.md", written("Other")) == expected
    assert hidden(desk) == {f"news#{day - 1}"}


def test_a_number_is_another_article_s_where_the_withdrawn_one_is_gone(night, desk):
    """It had another number before; of a new one nobody knows, for it may be the withdrawn one, edited."""
    night("news.yaml", items(1, 2, 3), withdrawn=["news#2"])
    night("news.yaml", items(4, 1, 2, 3))
    assert hidden(desk) == {"news#3"}
    night("news.yaml", items(5, 4, 1))
    assert hidden(desk) == set()
    night("other.md", written("Other"))
    assert hidden(desk) == set()
    night("news.yaml", items(5, 6, 4))
    assert hidden(desk) == {"news#2"}
    night("news.yaml", items(7, 5, 6))
    assert hidden(desk) == set()
    night("news.yaml", items(8, 9))
    desk.rollback(desk.names()[-2])
    assert hidden(desk) == set()


def test_a_new_item_at_the_number_of_a_withdrawn_one_is_shown(night, desk):
    """The withdrawn one has just moved to the next number. What has a name of its own is no number."""
    row = "- id: {}\n  title: {}\n  date: 2024-03-0{}\n  body: {}\n"
    night("news.yaml", items(1, 2), withdrawn=["news#1"])
    night("named.yaml", row.format("tram", "A tram", 1, TEXT), withdrawn=["named#tram"])
    night("news.yaml", items(3, 1, 2))
    night("named.yaml", row.format("tram", "Ferry", 2, TEXT) + row.format("old-tram", "A tram", 1, TEXT))
    assert hidden(desk) == {"news#2", "named#tram", "named#old-tram"}


def test_who_is_shown_under_a_withdrawn_number_may_be_withdrawn_there(night, desk):
    """It is followed too; an item with title and day of a withdrawn one is never shown under its number."""
    night("news.yaml", items(1, 2, 3), withdrawn=["news#2"])
    night("news.yaml", items(4, 1, 2, 3))
    assert desk.withdraw(["news#2"]) == ["news#2"]
    assert hidden(desk) == {"news#2", "news#3"}
    night("news.yaml", items(5, 4, 1, 2, 3))
    assert hidden(desk) == {"news#3", "news#4"}
    night("news.yaml", items(5, 4, 9) + items(1, text=TEXT + " Edited.") + items(2, 3))
    assert hidden(desk) == {"news#4", "news#5"}


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
    """A text that was restored under its new id is not withdrawn by its old one."""
    night("a.md", f"---\ntitle: Tram\n---\n{TEXT}\n", withdrawn=["a"])
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    assert night("other.md", f"---\ntitle: Other\n---\n{TEXT}\n") == {"a", "b"}
    IndexFolderDestination(IndexFolder(tmp_path / "index")).restore(["b"], only=True)
    (tmp_path / "content" / "b.md").rename(tmp_path / "content" / "c.md")
    assert night("other.md", f"---\ntitle: Another\n---\n{TEXT}\n") == set()


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
    assert (
        "of a withdrawn one, but another, a short or a left text, are shown: mayor-resigns." in capsys.readouterr().out
    )


def test_neither_is_a_corrected_row_withdrawn(night):
    """A system that deletes and posts anew gives the article another number in the same file."""
    assert night("site.sql", table("posts", "A tram", "A bus"), withdrawn=["site#57"]) == {"site#57"}
    corrected = table("posts", "A tram", "A bus").replace("(57, 'A tram', 'The", "(80, 'A tram', 'Now the")
    assert night("site.sql", corrected) == {"site#57"}


def test_what_was_corrected_withdraws_nothing_else(night):
    """Its id stays on the list, and no other comes onto it."""
    assert night("site.sql", table("posts", "A tram", "A bus"), withdrawn=["site#57"]) == {"site#57"}
    assert night("site.sql", table("posts", "A new tram", "A bus", "A ferry")) == {"site#57"}


@pytest.fixture
def desk(tmp_path):
    """Where an editor withdraws, shows again, publishes and rolls back."""
    return IndexFolderDestination(IndexFolder(tmp_path / "index"))


def written(title="Tram", text=TEXT, more=""):
    return f"---\ntitle: {title}\n{more}---\n{text}\n"


def hidden(desk):
    """The ids that are hidden in the served generation."""
    return {*desk.listed()} - desk.shown(desk.served())


def items(*days, text=TEXT):
    return "".join(f"- title: Tram {day}\n  date: 2024-03-0{day}\n  body: {text}\n" for day in days)


@pytest.mark.parametrize("title", ["Tram", "The tram"])
def test_what_was_edited_in_its_place_is_known_by_its_new_text(night, tmp_path, title, capsys):
    """One word is corrected, then the file is renamed; the build tells that the withdrawn id has a new text, once."""
    night("a.md", written(), withdrawn=["a"])
    night("a.md", written(title, TEXT + " Corrected."))
    assert "have withdrawn ids and are hidden too, until `withdraw --undo`: a." in capsys.readouterr().out
    night("other.md", written("Other"))
    assert "hidden too" not in capsys.readouterr().out
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    assert night("other.md", written("Another")) == {"a", "b"}


def test_who_has_the_number_of_a_withdrawn_item_is_not_followed(night):
    """Also where the withdrawn item is gone: the id is hidden, its next owner nowhere else."""
    night("news.yaml", items(2, 3), withdrawn=["news#1"])
    night("news.yaml", items(3, 4))
    assert night("news.yaml", items(1, 3, 4)) == {"news#1"}


def test_what_is_shown_again_is_shown_under_all_its_ids(night, tmp_path, desk):
    """A renamed article that was restored is renamed back."""
    night("a.md", written(), withdrawn=["a"])
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    assert night("other.md", written("Other")) == {"a", "b"}
    assert desk.restore(["b"]) == ["a", "b"]
    (tmp_path / "content" / "b.md").rename(tmp_path / "content" / "a.md")
    assert night("other.md", written("Another")) == set()


def test_one_copy_shown_again_leaves_the_other_withdrawn(night, desk):
    """With `--only`; nothing hides the first again."""
    night("a.md", written())
    night("copy.md", written())
    assert desk.withdraw(["a"]) == ["a", "copy"]
    assert desk.restore(["a"], only=True) == ["a"]
    assert night("other.md", written("Other")) == {"copy"}
    assert desk.restore(["copy"]) == ["copy"]


def test_an_earlier_generation_has_the_text_under_another_id(night, tmp_path, desk, capsys):
    """A rollback hides it there before it is served, and tells who has the id by then."""
    night("news.yaml", items(2, 3))
    night("news.yaml", items(1, 2, 3))
    desk.withdraw(["news#2"])
    seen = []
    desk.rollback(None, seen.append)
    assert desk.listed() == {"news#1", "news#2"}
    assert (seen[0].moved, seen[0].taken) == ({"news#1": "news#2"}, [])
    assert hidden(desk) == {"news#1"}


def test_a_held_generation_is_searched_when_it_is_published(night, tmp_path, desk):
    """It was renamed in it before it was withdrawn."""
    night("a.md", written())
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    night("other.md", written("Other"), held=True)
    desk.withdraw(["a"])
    assert desk.listed() == {"a"}
    desk.rollback(desk.names()[-1])
    assert desk.listed() == {"a", "b"}


def test_what_is_withdrawn_while_a_generation_comes_to_be_served(night, desk, monkeypatch):
    """An editor goes by the former generation until the very last."""
    night("news.yaml", items(2, 3))
    named = reindex.__globals__["serve"]

    def slow(index, name):
        desk.withdraw(["news#1"])
        named(index, name)

    monkeypatch.setitem(reindex.__globals__, "serve", slow)
    assert night("news.yaml", items(1, 2, 3)) == {"news#1", "news#2"}


def test_a_copy_that_was_left_on_purpose_is_never_followed(night, tmp_path, desk):
    """Neither where it is renamed, nor where both are edited; the editor is told."""
    night("copy.md", written())
    night("a.md", written(), withdrawn=["a"])
    assert "as the text is short or copies of it are left; a build shows it under another: a." in desk.remarks(["a"])[0]
    (tmp_path / "content" / "copy.md").rename(tmp_path / "content" / "copy2.md")
    assert night("other.md", written("Other")) == {"a"}
    (tmp_path / "content" / "a.md").write_text(written(text=TEXT + " Now."))
    assert night("copy2.md", written(text=TEXT + " Now.")) == {"a"}
    assert night("copy3.md", written(text=TEXT + " Now.")) == {"a"}


@pytest.mark.parametrize("text", ["Test your knowledge.", ""])
def test_what_has_a_short_text_is_known_by_its_id_alone(night, tmp_path, desk, text, capsys):
    """Next week's quiz is another; the editor is told, and so is who posts it anew with its day."""
    image = "image: https://example.org/1.jpg\n"
    night("q1.md", written("Quiz", text, "date: 2024-03-01\n" + image), withdrawn=["q1"])
    assert "short" in desk.remarks(["q1"])[0]
    assert night("q2.md", written("Quiz", text, "date: 2024-03-08\n" + image)) == {"q1"}
    assert "are shown" not in capsys.readouterr().out
    (tmp_path / "content" / "q1.md").rename(tmp_path / "content" / "q3.md")
    assert night("other.md", written("Other")) == {"q1"}
    assert "or a left text, are shown: q3." in capsys.readouterr().out
    night("other.md", written("Another"))
    assert "are shown" not in capsys.readouterr().out


def test_an_id_that_only_an_older_generation_has(night, tmp_path, desk):
    """An old link is withdrawn: what has the text now goes with it, and what will have it later."""
    night("a.md", written())
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    night("other.md", written("Other"))
    assert desk.withdraw(["a"]) == ["a", "b"]
    assert desk.remarks(["a", "b"]) == ["Not in the served generation, but hidden wherever it comes back: a."]
    (tmp_path / "content" / "b.md").rename(tmp_path / "content" / "c.md")
    assert night("other.md", written("Another")) == {"a", "b", "c"}


def test_composed_letters_are_the_same_text_and_case_is_not(night, tmp_path):
    """NFC and blanks make no other text."""
    night("a.md", written("Café", TEXT + " Café."), withdrawn=["a"])
    (tmp_path / "content" / "a.md").unlink()
    assert night("b.md", written("Cafe\u0301", TEXT + "\nCafe\u0301.")) == {"a", "b"}
    assert night("c.md", written("Café", TEXT.upper() + " Café.")) == {"a", "b"}


def test_who_came_to_a_withdrawn_name_withdraws_nothing(night, tmp_path):
    """The withdrawn text moved, and what stands in its place is hidden under that name alone."""
    content = tmp_path / "content"
    night("a.md", written(), withdrawn=["a"])
    (content / "a.md").rename(content / "b.md")
    for number in range(2):
        assert night("a.md", written("Ferry", TEXT + " Late." * number)) == {"a", "b"}
    (content / "a.md").rename(content / "c.md")
    assert night("other.md", written("Other")) == {"a", "b"}


def test_an_article_is_hidden_before_its_copies_are_looked_for(night, desk, monkeypatch):
    """That takes a while in a large archive."""
    night("a.md", written())
    seen = []
    monkeypatch.setitem(withdraw.__globals__, "copies", lambda *_: seen.append(desk.listed()) or set())
    desk.withdraw(["a"])
    assert seen == [{"a"}]


def test_a_cluster_tells_where_a_generation_was_not_searched(night, tmp_path, capsys, monkeypatch):
    """Another machine built it."""
    night("a.md", written(), withdrawn=["a"])
    capsys.readouterr()
    monkeypatch.setattr(IndexFolderDestination, "folder", lambda *_: None)
    assert main(["publish", "--index", str(tmp_path / "index")]) == 0
    assert "it was not searched for withdrawn texts" in capsys.readouterr().out


def test_a_damaged_older_generation_keeps_nothing_from_being_withdrawn(night, desk):
    """A takedown cannot wait; to serve that generation again is refused."""
    night("a.md", written())
    night("b.md", written("Ferry"))
    store = IndexFolder(desk.folder(desk.served()).parent.parent).path(desk.names()[0]) / ARTICLES
    store.chmod(0o644)
    store.write_bytes(b"x" * 4_096)
    assert desk.withdraw(["a"]) == ["a"]
    served = desk.served()
    with pytest.raises(VerificationError):
        desk.rollback(None)
    assert desk.served() == served


@pytest.mark.parametrize("only", [False, True])
def test_a_damaged_record_is_not_written_over(night, tmp_path, desk, only):
    """An article is hidden all the same; nothing new is served until the record is there again."""
    night("a.md", written())
    night("b.md", written("Ferry", TEXT + " Late."))
    desk.withdraw(["a"], only=only)
    record = tmp_path / "index" / "withdrawn.json"
    kept = record.read_bytes()
    record.write_bytes(kept[:40])
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "c.md")
    for change in (lambda: night("other.md", written("Other")), lambda: desk.restore(["a"])):
        with pytest.raises(IndexUnusableError, match=r"withdrawn.json cannot be read"):
            change()
    with pytest.raises(IndexUnusableError):
        desk.withdraw(["b"], only=only)
    assert (desk.listed(), record.read_bytes()) == ({"a", "b"}, kept[:40])
    record.write_bytes(kept)
    assert night("other.md", written("Other")) == {"a", "b", "c"}


def test_a_moved_article_that_could_not_be_hidden_is_hidden_by_the_next_build(night, tmp_path, monkeypatch):
    """The list may be in a cluster, which is away for a moment."""
    night("a.md", written(), withdrawn=["a"])
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "b.md")
    with monkeypatch.context() as patched:
        patched.setattr(IndexFolderDestination, "hide", lambda *_: (_ for _ in ()).throw(LedeError("away")))
        with pytest.raises(LedeError, match="away"):
            night("other.md", written("Other"))
    assert night("other.md", written("Other")) == {"a", "b"}


def test_nobody_changes_the_list_while_a_build_looks_for_withdrawn_texts(night, desk, monkeypatch):
    """What is read of the list and of the record is written back: a change between would be lost."""
    night("a.md", written())
    night("b.md", written("Ferry"), withdrawn=["a"])
    search, waited = follow.__globals__["_found"], []

    def searched(*given):
        editor = Thread(target=desk.withdraw, args=(["b"],))
        editor.start()
        editor.join(0.2)
        waited.append(editor)
        assert editor.is_alive()
        return search(*given)

    monkeypatch.setitem(follow.__globals__, "_found", searched)
    night("other.md", written("Other"))
    for editor in waited:
        editor.join()
    assert desk.listed() == {"a", "b"}


def test_another_article_that_is_moved_to_a_withdrawn_name_is_not_the_article(night, tmp_path):
    """It was there before: it is hidden under that name, and shown under the next."""
    content = tmp_path / "content"
    night("a.md", written(), withdrawn=["a"])
    night("b.md", written("Ferry"))
    (content / "b.md").replace(content / "a.md")
    night("other.md", written("Other"))
    night("other.md", written("Another"))
    (content / "a.md").rename(content / "c.md")
    assert night("other.md", written("A third")) == {"a"}


def test_a_row_that_is_rewritten_beside_its_withdrawn_copy_is_hidden(night, desk):
    """The copy stood there before, so that nothing tells whether the row is another article."""
    row = "- id: {}\n  title: {}\n  date: 2024-03-0{}\n  body: {}\n"
    copy = row.format(99, "Tram", 1, TEXT)
    night("news.yaml", row.format(57, "Tram", 1, TEXT) + copy)
    assert desk.withdraw(["news#57"]) == ["news#57", "news#99"]
    night("news.yaml", row.format(57, "The tram", 2, TEXT + " Corrected.") + copy.replace("-01", "-03"))
    assert hidden(desk) == {"news#57", "news#99"}


@pytest.mark.parametrize(("before", "after"), [((2, 1, 3), (1, 2, 3)), ((2, 1), (4, 2, 1)), ((1, 2, 3), (4, 1, 2, 3))])
def test_an_item_that_is_edited_while_the_numbers_move_is_hidden(night, desk, before, after):
    """Another has its former number, or another had its new one; the new text is followed as well."""
    night("news.yaml", items(*before), withdrawn=[f"news#{before.index(1) + 1}"])
    now = items(*after).replace(f"03-01\n  body: {TEXT}", f"03-01\n  body: {TEXT} Edited.")
    night("news.yaml", now)
    assert hidden(desk) == {f"news#{after.index(1) + 1}"}
    night("news.yaml", items(5) + now)
    assert hidden(desk) == {f"news#{after.index(1) + 2}"}


def test_an_item_like_a_withdrawn_one_that_was_there_before_is_shown(night, desk):
    """It has its title and day, and another text."""
    other = items(1, text=TEXT + " Another.")
    night("news.yaml", items(2, 1) + other, withdrawn=["news#2"])
    night("news.yaml", items(4, 2) + other)
    assert hidden(desk) == {"news#2"} - desk.shown(desk.served())
    assert "news#3" not in desk.listed()


def test_a_lost_record_is_told(night, tmp_path, capsys):
    """What is served under the ids is taken for what was withdrawn: in a list it may be another article."""
    night("a.md", written(), withdrawn=["a"])
    night("b.md", written("Ferry"))
    assert "told nothing" not in capsys.readouterr().out
    (tmp_path / "index" / "withdrawn.json").unlink()
    (tmp_path / "content" / "a.md").rename(tmp_path / "content" / "c.md")
    assert night("other.md", written("Other")) == {"a", "c"}
    assert "what was served under them is taken for withdrawn: a." in capsys.readouterr().out
    night("other.md", written("Another"))
    assert "told nothing" not in capsys.readouterr().out
