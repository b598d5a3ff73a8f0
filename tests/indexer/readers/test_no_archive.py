"""Is what programs and sites keep for themselves no article, and is what only resembles it read?"""

import json

import pytest
from written_folder import reading_of

from indexer.content.repository_files import KEPT, OF_PROGRAM

TEXT = "A ferry takes the tram over the bay while its bridge is painted, ten minutes each way."
YAML = f"title: A ferry\ndate: 2024-03-05\ncontent: {TEXT}\n"
LISTED = f"- title: A ferry\n  date: 2024-03-05\n  content: {TEXT}\n"
ROW = f"CREATE TABLE news (title text, body text);\nINSERT INTO news VALUES ('A ferry', '{TEXT}');\n"
ITEM = {"title": "A ferry", "body": TEXT, "date": "2024-03-05"}
CLUSTER = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "key", "date": "2024-03-05"},
    "data": {"text": TEXT},
}
OTHERS = {
    "cypress/fixtures/post.json": ITEM,
    "app/tests/fixtures/articles.yml": LISTED,
    "fixtures/undated.json": [{"title": "A ferry", "body": TEXT}],
    "db/migrations/001.sql": ROW,
    "testdata/a.csv": f'title,body,date\nA ferry,"{TEXT}",2024-03-05\n',
    "locales/en.yml": f"title: Posts\nbody: {TEXT}\nauthor: Written by the author\ndate: Date\n",
    "i18n/uk.json": {"title": "Posts", "body": TEXT, "date": "Date"},
    "config/params.toml": f'title = "A paper"\nauthor = "Jane"\ntext = "{TEXT}"\n',
    "data/changelog.yaml": LISTED,
    "cluster/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: k\n  author: ops\n"
    f"data:\n  text: {'A' * 80}\n",
    "cluster/secret.json": CLUSTER,
    "cluster/all.json": {"items": [CLUSTER]},
}  # fmt: skip
ARTICLES = {
    "fixtures/a.md": f"---\ntitle: A ferry\n---\n{TEXT}",
    "fixture-list/post.json": ITEM,
    "content/fixtures/derby.json": ITEM,
    "fixtures/2024.jsonl": json.dumps(ITEM),
    "migrations/2024.csv": f'title,body,date\nA ferry,"{TEXT}",2024-03-05\n',
    "locales/de/news.json": [ITEM],
    "i18n/uk/a.yml": YAML,
    "params/a.yml": YAML,
    "kinds/a.yml": f"kind: news\n{YAML}",
}
KEPT_PATHS = ("drafts/a.txt", "city/private/a.txt", "Trash/a.txt", "notes/passwords.txt", "TODO.txt")


@pytest.mark.parametrize("path", OTHERS)
def test_data_of_programs_is_no_article(tmp_path, path):
    """Data for tests, changes of a database, words of pages, settings and what a cluster is set up by."""
    reading = reading_of(tmp_path, {path: OTHERS[path]})
    assert (reading.articles[:], reading.rejected) == ([], [])


@pytest.mark.parametrize("beside", ["site/models.py", "site/package.json", "site/fixtures/__init__.py"])
def test_data_beside_a_program_is_no_article(tmp_path, beside):
    """A section of that name elsewhere in the same folder is read."""
    files = {beside: "{}", "site/fixtures/a.json": ITEM, "news/fixtures/b.json": ITEM}
    reading = reading_of(tmp_path, files)
    assert ([one.id for one in reading.articles], reading.omitted.get(OF_PROGRAM)) == (["news/fixtures/b"], 1)


def test_fixtures_of_a_folder_that_is_a_site(tmp_path):
    """A program at the top of the archive builds it, and says nothing of its sections."""
    reading = reading_of(tmp_path, {"package.json": "{}", "fixtures/derby.json": ITEM})
    assert [one.id for one in reading.articles] == ["fixtures/derby"]


@pytest.mark.parametrize("path", ARTICLES)
def test_articles_with_such_names_are_read(tmp_path, path):
    """Texts in a folder of such a name, dated articles among translations, and names that only begin so."""
    assert [one.title for one in reading_of(tmp_path, {path: ARTICLES[path]}).articles] == ["A ferry"]


@pytest.mark.parametrize(
    "path",
    [*KEPT_PATHS, "error_log.txt", "public/ads.txt", "robots.txt",
     "src/CMakeLists.txt", "requirements/base.txt", "requirements-dev.txt", "tests/expected/out.txt"],
)  # fmt: skip
def test_texts_that_are_no_articles_of_an_archive_of_plain_texts(tmp_path, path):
    """By their folder or their name; such a word within another name tells nothing."""
    names = ("city/draft-of-air", "private-eyes", "sports/draft/2024-nba", "fixtures/derby", "expected/goals",
             "tech/ads", "culture/errors", "secrets/of-the-city", "internal/affairs",
             "requirements-for-voters")  # fmt: skip
    others = {f"{name}.txt": f"A tram\n\n{TEXT}" for name in names}
    reading = reading_of(tmp_path, {path: f"A ferry\n\n{TEXT}", "numbers.txt": "0.123\n0.456\n", **others})
    assert ([one.title for one in reading.articles], sum(reading.omitted.values())) == (["A tram"] * 10, 2)
    reason = KEPT if path in KEPT_PATHS else OF_PROGRAM
    assert (reading.omitted[reason], reading.drafts) == (1, int(reason == KEPT))


@pytest.mark.parametrize(
    ("folder", "categories"), [("24/01", "2,draft"), ("24/01", "draft"), ("drafts", "2"), ("drafts", "")]
)
def test_a_draft_of_flatpress(tmp_path, folder, categories):
    """It has the category `draft` or lies in the folder of drafts."""
    entry = f"VERSION|fp-1.2|SUBJECT|A ferry|CONTENT|{TEXT}|AUTHOR|jane|DATE|1704190000|CATEGORIES|"
    files = {f"content/{folder}/entry240102-100000.txt": entry + categories, "content/24/02/entry1.txt": f"{entry}2,3"}
    reading = reading_of(tmp_path, files)
    assert (len(reading.articles), reading.omitted) == (1, {"draft": 1})
