"""Do inspect and lint tell an archive's owner what is there and what is wrong?"""

import json

import pytest
from conftest import called

from indexer import cli
from indexer.content.inspection import inspect
from indexer.content.lint import findings
from indexer.content.reader import KnownFiles, read
from indexer.content.remedies import REMEDIES
from indexer.content.rules import ReadingRules

NOW = 1_796_000_000_000


def archive(folder, **files):
    """A folder of these files."""
    for name, written in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
    return folder


def article(front, body="The harbour was closed because of the fog, and ships had to wait outside."):
    """A Markdown file."""
    return f"---\n{front}\n---\n{body}\n"


@pytest.fixture
def content(tmp_path):
    """A small archive with something of everything."""
    return archive(
        tmp_path / "content",
        **{
            "a.en.md": article("title: One\npubDate: 2026-01-01\nauthor: Jane Doe\ndesk: World"),
            "b.en.md": article("title: Two\npubDate: soon\ndesk: Sport"),
            "c.md": article("title: Three: a colon\npubDate: 2026-01-03"),
            "_posts__2026-01-04-d.md": article("title: Four\ndraft: true"),
            "e.json": '[{"id": 1, "title": "Five", "text": "A text.", "url": "https://x.example"}]',
            "empty.md": "",
            "sub___index.md": article("title: A section"),
            "../_config.yml": "",
        },
    )


def test_inspect_tells_readers_fields_keys_and_trouble(content):
    """Counts, keys, unread keys, omissions, rejections and warnings with an example each."""
    found = inspect(content, ReadingRules())
    assert found.articles == 4
    assert found.files == {"Markdown": 6, "JSON": 1}
    assert found.fields["published"] == {"pubDate": 3}
    assert found.have["published"] == 2
    assert found.fields["authors"] == {"author": 1}
    assert found.unread == {"desk": 2}
    assert found.omitted == {"draft": 1, "section page": 1}
    assert found.languages["en"] == 2
    assert "Jekyll or Hexo" in found.generators
    assert {code: kind.count for code, kind in found.warnings.items()} == {
        "unreadable-date": 1,
        "broken-front-matter": 1,
    }
    assert found.warnings["unreadable-date"].example.startswith("b.en.md:3: pubDate")
    assert [kind.example for kind in found.rejected.values()] == ["empty.md:1: has no text and no title"]


def test_what_is_withheld_is_warned_of(tmp_path):
    """An embargo that names no end keeps an article back for ever, unless somebody sees it."""
    (tmp_path / "a.md").write_text("---\ntitle: T\nembargo: when the minister spoke\n---\nText\n")
    found = inspect(tmp_path, ReadingRules())
    assert [kind.example for kind in found.warnings.values()] == [
        "a.md:3: embargo names no time that can be read; it is withheld"
    ]


def test_inspect_is_a_command(content):
    """It builds nothing, and ends with a lede.toml that can be read."""
    import tomllib

    told = called(cli.main, "inspect", content)
    assert told.returncode == 0
    assert not (content / "index").exists()
    assert "pubDate (3)" in told.stdout
    assert "desk (2)" in told.stdout
    starter = told.stdout.split("A lede.toml to start from:\n")[1]
    assert tomllib.loads("\n".join(line.strip() for line in starter.splitlines()))["content"] == str(content)
    as_json = called(cli.main, "inspect", content, "--json")
    assert json.loads(as_json.stdout)["articles"] == 4


def test_a_mapping_is_inspected_too(content, monkeypatch, tmp_path):
    """What lede.toml names is what is shown."""
    (tmp_path / "lede.toml").write_text('[fields]\ndescription = ["desk"]\n[fields.custom]\nship = "keyword"\n')
    monkeypatch.setenv("LEDE_CONFIG", str(tmp_path / "lede.toml"))
    assert "desk (2)" in called(cli.main, "inspect", content).stdout
    (tmp_path / "lede.toml").write_text('[fields.custom]\ntag = "keyword"\n')
    assert called(cli.main, "inspect", content).returncode == 2


def codes(folder, now=NOW):
    """By code the paths of what lint finds."""
    found = {}
    for one in findings(read(folder, KnownFiles(), lambda *_: None), now):
        found.setdefault(one.code, []).append(one.path)
    return found


def test_lint_finds_what_an_owner_would_correct(tmp_path):
    """Dates, tags, titles, bodies, translations, ids; each with its code."""
    common = {f"n{n}.en.md": article(f"title: Story {n}\ntags: [Climate, Ports]") for n in range(60)}
    partners = {f"n{n}.uk.md": article(f"title: Історія {n}\ntags: [Climate]") for n in range(59)}
    folder = archive(
        tmp_path,
        **common,
        **partners,
        **{
            "future.md": article("title: F\ndate: 2999-01-01\nlang: en"),
            "old.md": article("title: O\ndate: 1850-01-01\nlang: en"),
            "tags.md": article("title: T\ntags: [climate, Climmate, Port, Solitary]\nlang: en"),
            "twice.md": article("title: story 1\nlang: en"),
            "empty.md": article("title: E\nlang: en\ndescription: D", ""),
            "same.md": article("title: S\nlang: en"),
            "same.mdx": article("title: S2\nlang: en"),
            "bad.md": "",
        },
    )
    found = codes(folder)
    assert found["future-date"] == ["future.md"]
    assert found["early-date"] == ["old.md"]
    assert found["near-equal-tags"] == ["tags.md"] * 3
    assert found["tag-once"] == ["tags.md"]
    assert found["duplicate-title"] == ["twice.md"]
    assert found["empty-body"] == ["empty.md"]
    assert found["no-translation"] == ["n59.en.md"]
    assert found["duplicate-id"] == ["same.mdx"]
    assert found["rejected"] == ["bad.md"]
    assert set(found) <= set(REMEDIES)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", "b.en.md:3: error: pubDate 'soon' is no date; the article has no such date [unreadable-date]"),
        ("json", '"code": "unreadable-date"'),
        ("github", "/b.en.md,line=3,title=unreadable-date::pubDate"),
    ],
)
def test_lint_exits_1_on_errors(content, form, expected):
    """In each form, the line is that of the file."""
    told = called(cli.main, "lint", content, "--format", form)
    assert told.returncode == 1
    assert expected in told.stdout


def test_lint_exits_0_without_errors(tmp_path):
    """Warnings alone do not fail a check."""
    told = called(cli.main, "lint", archive(tmp_path, **{"a.md": article("title: A\ndate: 1850-01-01\nlang: en")}))
    assert told.returncode == 0
    assert "early-date" in told.stdout


def test_inspect_says_which_days_stand_in_names(tmp_path):
    """A day that no key states comes from the name of a file or a folder, and is counted so."""
    archive(tmp_path, **{
        "2026-01-04-a.md": article("title: A"),
        "2026__01__05__b.md": article("title: B"),
        "c.md": article("title: C\ndate: 2026-01-06"),
    })  # fmt: skip
    done = called(cli.main, "inspect", str(tmp_path))
    assert "published          3 of 3   date (1), the name of the file or folder (2)" in done.stdout


def test_lint_names_the_line_of_a_text_that_was_saved_in_a_wrong_encoding(tmp_path):
    """It is put right for the index; the file stays as it is until its owner saves it anew."""
    archive(tmp_path, **{"a.md": article("title: A", "A first line.\n\nThe harbour\u00e2\u20ac\u2122s fog.")})
    reading = read(tmp_path, KnownFiles(), lambda *_: None)
    assert [(one.code, one.line, one.severity) for one in findings(reading)] == [("mojibake", 6, "warning")]
    assert "harbour's" in reading.articles[0].text.replace("\u2019", "'")


def test_what_only_says_that_nothing_is_hidden_is_read(tmp_path):
    """TYPO3's and Directus's column of hidden rows is no unread key."""
    archive(tmp_path, **{"a.json": json.dumps([{"title": "A", "text": "A text.", "url": "/a", "hidden": 0}])})
    assert inspect(tmp_path, ReadingRules()).unread == {}
