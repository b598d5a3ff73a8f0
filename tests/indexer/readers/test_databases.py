"""Are articles in databases, in their dumps and in folders of plain texts read, and nothing that is not to be shown?"""

import sqlite3
from pathlib import Path

import pytest

from indexer.content.reader import KnownFiles, Reading, read
from search.times import iso

TEXT = "The tram's way to the harbour; it runs again, after three years of work (on the quay)."
MORE = "Every ten minutes a car leaves the market."


def reading_of(root: Path, files: dict[str, str]) -> Reading:
    """What a folder holds in which these files were written."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return read(root, KnownFiles(), lambda *_: None)


def test_any_database_of_sqlite_with_a_table_of_articles(tmp_path):
    """A title and a text make a row an article; users and comments are not looked at, and no secret is kept."""
    with sqlite3.connect(tmp_path / "news.db") as database:
        database.executescript(
            "CREATE TABLE story (id INTEGER, headline TEXT, body TEXT, author TEXT, published_at TEXT,"
            " edit_token TEXT);"
            "CREATE TABLE users (id INTEGER, title TEXT, text TEXT, password TEXT);"
            "INSERT INTO users VALUES (1, 'Editor', 'Jane', 'hunter2');"
        )
        database.execute("INSERT INTO story VALUES (1, 'A tram', ?, 'Jane Doe', '2024-03-05 10:00', 's3cret')", [TEXT])
        database.execute("INSERT INTO story VALUES (2, 'A bus', '', NULL, NULL, NULL)")
    database.close()
    (tmp_path / "cache.db").write_bytes(b"of another program")
    reading = reading_of(tmp_path, {})
    (article,) = reading.articles
    assert (article.id, article.title, article.text, article.authors) == ("news#1", "A tram", TEXT, ("Jane Doe",))
    assert iso(article.published) == "2024-03-05T10:00:00Z"
    assert (reading.rejected, reading.omitted) == ([], {"database without articles": 1, "without a text": 1})


QUOTED = TEXT.replace("'", "''")
ESCAPED = TEXT.replace("'", "\\'")
DAY = "2024-03-05 10:00:00"
MYSQL = (
    "-- MySQL dump\n\nCREATE TABLE `wp_posts` (\n  `ID` bigint NOT NULL,\n  `post_title` text,\n"
    "  `post_content` longtext,\n  `post_status` varchar(20),\n  `post_type` varchar(20),\n"
    "  `post_date_gmt` datetime,\n  `post_password` varchar(20),\n"
    "  `post_name` varchar(200),\n  PRIMARY KEY (`ID`)\n) ENGINE=InnoDB;\n"
    "CREATE TABLE `wp_users` (\n  `ID` bigint,\n  `user_pass` text\n);\n"
    "INSERT INTO `wp_users` VALUES (1,'hunter2');\n"
    f"INSERT INTO `wp_posts` VALUES (7,'A tram','{ESCAPED}\\n','publish','post','{DAY}','','t'),\n"
    f"(8,'A bus',_utf8mb4'{MORE}','draft','post','{DAY}','','b'),"
    f"(9,'A page','{MORE}','publish','page','{DAY}','','p'),"
    f"(10,'Secret','{MORE}','publish','post','{DAY}','word','s');\n"
)
POSTGRES = (
    "--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.article (\n    id integer,\n    title text\n);\n"
    "COPY public.article (id, title, body, published_at, author_email) FROM stdin;\n"
    f"7\tA tram\t{TEXT}\t{DAY}\tjane@n.example\n8\tA bus\t\\N\t\\N\t\\N\n\\.\n\n"
    "COPY public.log (id) FROM stdin;\n1\n\\.\n"
)
PLAIN = (
    'CREATE TABLE IF NOT EXISTS "article" ("id" INTEGER, "title" TEXT, "body" TEXT, "date" TEXT);\n'
    f"INSERT INTO article VALUES(7,'A tram','{QUOTED}','2024-03-05 10:00');\n"
    "INSERT INTO article VALUES(8,'C:\\','',NULL);\n"
)


@pytest.mark.parametrize(
    ("dump", "omitted"),
    [
        (MYSQL, {"draft": 1, "of another kind than a post": 1, "protected by a password": 1}),
        (POSTGRES, {"without a text": 1}),
        (PLAIN, {"without a text": 1}),
    ],
    ids=["MySQL", "PostgreSQL", "SQLite"],
)
def test_a_dump_in_sql(tmp_path, dump, omitted):
    """Rows of the table of articles; drafts, pages and what a password protects are left out."""
    reading = reading_of(tmp_path, {"backup.sql": dump, "schema.sql": "CREATE TABLE a (id int);\n"})
    (article,) = reading.articles
    assert (article.id, article.title, article.text) == ("backup#7", "A tram", TEXT)
    assert iso(article.published) == "2024-03-05T10:00:00Z"
    assert (reading.rejected, reading.omitted) == ([], {**omitted, "database without articles": 1})


@pytest.mark.parametrize("cut", ["2024-03-05 10:00');\n", "tram','"])
def test_a_dump_that_breaks_off_is_named(tmp_path, cut):
    """The row that has no end is rejected by its line; those before it are kept."""
    broken = PLAIN + f"INSERT INTO article VALUES(9,'A bus','{MORE}"
    reading = reading_of(tmp_path, {"backup.sql": broken if cut.startswith("2024") else PLAIN[: PLAIN.index(cut)]})
    assert [one.title for one in reading.articles] == (["A tram"] if cut.startswith("2024") else [])
    assert [(one.path, one.line) for one in reading.rejected] == [("backup.sql", 4 if cut.startswith("2024") else 2)]


def test_a_folder_of_plain_texts_is_an_archive(tmp_path):
    """The first line is the title; among texts of another form, a plain text without fields is none."""
    files = {"rail/1.txt": f"A tram\n\n{TEXT}\n", "rail/2.txt": f"A bus\n\n{MORE}\n", "robots.txt": "User-agent: *\n"}
    reading = reading_of(tmp_path, files)
    assert {one.title for one in reading.articles} == {"A tram", "A bus"}
    reading = reading_of(tmp_path, {"post.md": f"# A ferry\n\n{MORE}\n"})
    assert ([one.title for one in reading.articles], sum(reading.omitted.values())) == (["A ferry"], 3)


def test_one_file_more_takes_no_archive_of_plain_texts_away(tmp_path):
    """Neither a page about it nor texts that begin with a word and a colon; pages of fields are none."""
    files = {f"{number:03}.txt": f"A tram of {number}\n\n{TEXT}\n" for number in range(30)}
    files |= {f"{place}.txt": f"Photo: the storm at the quay\n\n{TEXT}\n" for place in ("000a", "001")}
    assert len(reading_of(tmp_path, files | {"about.md": f"# Of us\n\n{MORE}\n"}).articles) == 32
    fields = {f"{number:03}.txt": "Caption: A tram\n\n----\n\nAlt: It runs\n" for number in range(30)}
    reading = reading_of(tmp_path / "pages", fields | {"note.txt": f"A note\n\n{TEXT}\n"})
    assert "A note" not in {one.title for one in reading.articles}
