"""Are articles in databases, in their dumps and in folders of plain texts read, and nothing that is not to be shown?"""

import resource
import sqlite3
from contextlib import closing
from io import FileIO

import pytest
from written_folder import reading_of

from indexer.content.document import UnfitError
from indexer.readers import sqlite_databases
from indexer.readers.private_copies import database_of
from search.times import iso

TEXT = "The tram's way to the harbour; it runs again, after three years of work (on the quay)."
MORE = "Every ten minutes a car leaves the market."


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
    assert (reading.rejected, reading.omitted) == (
        [],
        {"database without articles": 1, "other tables with a title and a text": 1, "without a text": 1},
    )


def database_with_log(path, page_size):
    """One of mode WAL, closed, with a table of articles."""
    database = sqlite3.connect(path)
    database.executescript(
        f"PRAGMA page_size = {page_size}; PRAGMA journal_mode = WAL;"
        "CREATE TABLE story (id INTEGER, title TEXT, body TEXT);"
    )
    with database:
        database.executemany("INSERT INTO story VALUES (?, 'A tram', ?)", [(number, TEXT) for number in range(1, 400)])
    database.close()


@pytest.mark.parametrize("page_size", [512, 4_096, 65_536])
@pytest.mark.parametrize("in_memory", [0, 64_000_000])
def test_a_database_is_read_from_memory_or_from_a_copy_without_a_name(tmp_path, monkeypatch, page_size, in_memory):
    """A run that is killed leaves no copy: none has a name while it holds a byte."""
    monkeypatch.setattr("indexer.readers.private_copies.IN_MEMORY", in_memory)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    root = tmp_path / "archive"
    root.mkdir()
    database_with_log(root / "news.db", page_size)
    with (root / "news.db").open("rb") as opened, closing(database_of(opened)) as database:
        assert list((tmp_path / "temporary").iterdir()) == []
        assert database.execute("SELECT count(*), max(id) FROM story").fetchone() == (399, 399)
    reading = reading_of(root, {})
    assert (len(reading.articles), reading.rejected) == (399, [])


def test_a_temporary_folder_without_room_is_named(tmp_path, monkeypatch):
    """The database is not at fault; one that memory holds needs no folder."""
    root = tmp_path / "archive"
    root.mkdir()
    database_with_log(root / "news.db", 4_096)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "away"))
    assert reading_of(root, {}).rejected == []
    monkeypatch.setattr("indexer.readers.private_copies.IN_MEMORY", 0)
    (rejected,) = reading_of(root, {}).rejected
    size = (root / "news.db").stat().st_size
    assert f": needs {size:,} bytes in {tmp_path / 'away'}; set TMPDIR" in rejected.why


def test_a_temporary_folder_that_is_too_small_is_named(tmp_path, monkeypatch):
    """The system lets no file grow so large."""
    monkeypatch.setattr("indexer.readers.private_copies.IN_MEMORY", 0)
    database_with_log(tmp_path / "news.db", 4_096)
    most, hardest = resource.getrlimit(resource.RLIMIT_FSIZE)
    with (tmp_path / "news.db").open("rb") as opened:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hardest))
        try:
            with pytest.raises(UnfitError, match=r"cannot be copied .+: needs [\d,]+ bytes in .+ set TMPDIR"):
                database_of(opened)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, hardest))


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
        (MYSQL, {"draft": 1, "of another kind than a post: page": 1, "protected by a password": 1}),
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


def test_a_dump_of_several_databases(tmp_path):
    """Of several with articles each has its rows by its own name; one alone leaves the ids as they are."""
    rows = [f"USE `{name}`;\nINSERT INTO posts (id, title, body) VALUES (7, '{name}', '{MORE}');\n" for name in "abc"]
    log = rows[0].replace("INTO posts", "INTO stories") + "USE `c`;\nINSERT INTO log (id) VALUES (7);\n"
    reading = reading_of(
        tmp_path, {"one.sql": f"-- MySQL dump\n{rows[0]}{log}", "two.sql": f"-- MySQL dump\n{rows[0]}{rows[1]}"}
    )
    assert sorted(one.id for one in reading.articles) == [
        "one#posts/7",
        "one#stories/7",
        "two#a.posts/7",
        "two#b.posts/7",
    ]


def test_a_table_of_another_database_has_its_own_columns(tmp_path):
    """Wherever it stands: the state of a country stays one although a table of addresses has the same name."""
    news = f"USE news;\nINSERT INTO posts (id, title, body, state) VALUES (7, 'A tram', '{MORE}', 'TX');\n"
    letters = "USE letters;\nINSERT INTO posts (id, street) VALUES (7, 'Quay');\n"
    dumps = {"a.sql": f"-- MySQL dump\n{news}{letters}", "b.sql": f"-- MySQL dump\n{letters}{news}"}
    reading = reading_of(tmp_path, dumps)
    assert ([one.id for one in reading.articles], reading.omitted) == (["a#7", "b#7"], {})


def test_a_disk_that_takes_part_of_a_piece(monkeypatch, tmp_path):
    """The copy of a database is whole although each write is short."""
    monkeypatch.setattr("indexer.readers.private_copies.IN_MEMORY", 0)
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as made, made:
        made.execute("CREATE TABLE posts (title, body)")
        made.execute("INSERT INTO posts VALUES ('A tram', ?)", [MORE])

    class Short(FileIO):
        def write(self, piece):
            return super().write(piece[:1_000])

    monkeypatch.setattr("indexer.readers.private_copies.os.fdopen", lambda number, mode, buffering: Short(number, mode))
    with (tmp_path / "a.sqlite").open("rb") as opened, closing(database_of(opened)) as copied:
        assert copied.execute("SELECT title FROM posts").fetchall() == [("A tram",)]


def test_a_copy_of_a_database_in_one_dump(tmp_path):
    """It is named as one, and told of; the articles of the other have their own ids."""
    copies = [f"USE {name};\nINSERT INTO posts (id, title, body) VALUES (7, '{name}', '{MORE}');\n"
              for name in ("news_backup", "news", "drafts")]  # fmt: skip
    reading = reading_of(tmp_path, {"a.sql": "-- MySQL dump\n" + "".join(copies), "b.sql": copies[0]})
    assert {one.id: one.title for one in reading.articles} == {"a#7": "news", "b#7": "news_backup"}
    assert reading.omitted == {"other tables with a title and a text": 1}


@pytest.mark.parametrize("form", ["\\connect {}\n", "\\connect -reuse-previous=on \"dbname='{}'\"\n", "use {}\n"])
def test_a_line_that_goes_to_another_database(tmp_path, form):
    """Ids do not depend on the order of databases; no semicolon ends the line."""
    table = "CREATE TABLE posts (id int, title text, body text);\n"
    rows = [f"{form.format(name)}{table}INSERT INTO posts VALUES (7, '{name}', '{MORE}');\n" for name in "ab"]
    reading = reading_of(tmp_path, {"one.sql": "".join(rows), "two.sql": rows[0]})
    assert sorted(one.id for one in reading.articles) == ["one#a.posts/7", "one#b.posts/7", "two#7"]


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


SHOWN = f"'A tram', '{QUOTED}'"
WITHHELD = [
    ("articles", "title TEXT, body TEXT, status TEXT", f"{SHOWN}, '0'"),
    ("articles", "title TEXT, body TEXT, deleted_at TEXT", f"{SHOWN}, '2024-03-06 10:00'"),
    ("articles", "title TEXT, body TEXT, hidden INTEGER", f"{SHOWN}, 1"),
    ("articles", "title TEXT, body TEXT, live TEXT", f"{SHOWN}, 'f'"),
    ("articles", "title TEXT, body TEXT, published BLOB", f"{SHOWN}, X'00'"),
    ("articles", "title TEXT, body TEXT, password TEXT", f"{SHOWN}, 'word'"),
    ("articles", "title TEXT, body TEXT, published_at TEXT", f"{SHOWN}, NULL"),
    ("posts", "post_title TEXT, post_content TEXT, post_status TEXT", f"{SHOWN}, 'pitch'"),
    ("content", 'title TEXT, introtext TEXT, "fulltext" TEXT, access INTEGER', f"'A tram', 'A', '{QUOTED}', 2"),
    ("drafts", "title TEXT, body TEXT", SHOWN),
    ("private_messages", "subject TEXT, title TEXT, body TEXT", f"'A', {SHOWN}"),
    ("articleRevisions", "title TEXT, body TEXT", SHOWN),
]


@pytest.mark.parametrize(
    ("table", "columns", "values"), WITHHELD, ids=[f"{one[0]}: {one[1][-20:]}" for one in WITHHELD]
)
def test_one_rule_withholds_rows_of_databases_dumps_and_xml(tmp_path, table, columns, values):
    """A flag, a state, a password, a day of deletion, or the name of the table."""
    script = f"CREATE TABLE {table} ({columns}); INSERT INTO {table} VALUES ({values});"
    sqlite3.connect(tmp_path / "a.sqlite").executescript(script).close()
    reading = reading_of(tmp_path, {"b.sql": script})
    assert (len(reading.articles), reading.rejected, sum(reading.omitted.values())) == (0, [], 2)


def test_an_index_of_words_repeats_no_article(tmp_path):
    """A virtual table has no states: it would bring each article twice, and the drafts."""
    script = (
        "CREATE TABLE blog (id INTEGER, title TEXT, body TEXT, status TEXT);"
        f"INSERT INTO blog VALUES (1, {SHOWN}, 'published'), (2, 'A bus', '{MORE}', 'draft');"
        "CREATE VIRTUAL TABLE blog_words USING fts5(title, body); INSERT INTO blog_words SELECT title, body FROM blog;"
    )
    sqlite3.connect(tmp_path / "a.sqlite").executescript(script).close()
    reading = reading_of(tmp_path, {})
    assert ([one.id for one in reading.articles], reading.omitted) == (["a#1"], {"draft": 1})


@pytest.mark.parametrize("way", ["CREATE/**/VIRTUAL TABLE", "CREATE--\nVIRTUAL TABLE", "create /* */ virtual table"])
@pytest.mark.parametrize("publii", [False, True])
def test_no_code_of_a_virtual_table_runs(tmp_path, monkeypatch, way, publii):
    """However a stranger wrote it down: what it reads is the stranger's, and takes any time."""
    names = ("posts_images", "posts_tags", "tags", "authors") if publii else ()
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        for name in names:
            database.execute(f"CREATE TABLE {name} (id, url, post_id, tag_id, name)")
        columns = "id, title, slug, text, authors, created_at, modified_at, status, featured_image_id, body"
        database.execute(f"CREATE VIRTUAL TABLE posts USING fts5({columns})")
        database.execute("INSERT INTO posts (title, body, text) VALUES ('A tram', ?, ?)", [TEXT, TEXT])
        database.execute("PRAGMA writable_schema = ON")
        written = f"{way} posts USING fts5({columns})"
        database.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'posts'", [written])
    database.close()
    asked = []
    ask = sqlite_databases._Database.rows
    monkeypatch.setattr(sqlite_databases._Database, "rows", lambda one, query: asked.append(query) or ask(one, query))
    assert reading_of(tmp_path, {}).articles == []
    assert [query for query in asked if '"posts"' in query or "FROM posts" in query] == []


def test_columns_that_are_computed_and_texts_of_old_code_pages(tmp_path):
    """Values stand in their own columns, and one text that is no UTF-8 costs the others nothing.

    What is computed when it is read is passed over: one function may take hours, and no limit ends it.
    """
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        database.execute(
            "CREATE TABLE article (id INTEGER, size INTEGER GENERATED ALWAYS AS (length(body)) VIRTUAL, title TEXT,"
            " body TEXT, author TEXT, slug TEXT GENERATED ALWAYS AS (hex(zeroblob(300000000))) VIRTUAL,"
            " published TEXT GENERATED ALWAYS AS ('2024-03-0' || id) STORED)"
        )
        row = "INSERT INTO article (id, title, body, author) VALUES (?, ?, ?, CAST(? AS TEXT))"
        database.execute(row, [1, "A tram", TEXT, "José Núñez".encode("cp1252")])
        database.execute(row, [2, "A bus", MORE, b"Jane Doe"])
    database.close()
    found = {one.title: (one.text, one.authors, iso(one.published)[:10]) for one in reading_of(tmp_path, {}).articles}
    assert found == {"A tram": (TEXT, ("José Núñez",), "2024-03-01"), "A bus": (MORE, ("Jane Doe",), "2024-03-02")}


@pytest.mark.parametrize("head", ["-- PostgreSQL database dump\n", "-- MySQL dump\n", "BEGIN TRANSACTION;\n", ""])
def test_what_a_reader_wrote_is_no_statement(tmp_path, head):
    """An INSERT in a comment, in what is set anew, or in a function, is text."""
    inside = f"Nice!\nINSERT INTO article (title, body) VALUES (''A lie'', ''{MORE}'');\n"
    copied = inside.replace("''", "'") if "PostgreSQL" in head else ""
    dump = (
        f"{head}CREATE TABLE article (id int, title text, body text);\n"
        f"INSERT INTO comment VALUES (1, 'by `me`', '{inside}');\nUPDATE page SET body = '{inside}';\n/*\n{inside}*/\n"
        + (f"COPY comment (body) FROM stdin;\n{copied}\\.\n" if copied else "")
        + (f"DO $$ BEGIN\n{inside}END $$;\n" if copied else "")
        + f"INSERT INTO article VALUES (7, 'A tram', '{QUOTED}');\n"
    )
    reading = reading_of(tmp_path, {"a.sql": dump})
    assert ([(one.title, one.text) for one in reading.articles], reading.rejected) == ([("A tram", TEXT)], [])


ODD_ROWS = {
    "lines as SQLite writes them": (
        "BEGIN TRANSACTION;\nCREATE TABLE article(id, title, body, pic);\n",
        f"7,'A tram',replace(replace('{QUOTED}\\r\\n\\n{MORE}','\\r',char(13)),'\\n',char(10)),X'0102'",
    ),
    "letters by their numbers": (
        "BEGIN TRANSACTION;\nCREATE TABLE article(id, title, body);\n",
        f"7,'A tram',unistr('{QUOTED}\\u000a\\u000a{MORE}')",
    ),
    "a comment with a comma on a column": (
        "-- MySQL dump\nCREATE TABLE `article` (\n  `id` int,\n  `title` text,\n  `state` int COMMENT 'zero is draft,"
        " one is published (or two)',\n  `price` decimal(10, 2),\n  `body` text,\n"
        "  FULLTEXT KEY `title` (`title`)\n);\n",
        f"7,'A tram',1,1.5,'{ESCAPED}\\n\\n{MORE}'",
    ),
    "a column whose name is a word of SQL": (
        "-- MySQL dump\nCREATE TABLE `article` (\n  `id` int,\n  `title` text,\n  `fulltext` text,\n  `key` text,\n"
        "  PRIMARY KEY (`id`)\n);\n",
        f"7,'A tram','{ESCAPED}\\n\\n{MORE}',NULL",
    ),
}


@pytest.mark.parametrize("form", ODD_ROWS)
def test_rows_that_are_written_in_their_own_way(tmp_path, form):
    """None is refused, and each value is that of its column."""
    head, values = ODD_ROWS[form]
    reading = reading_of(tmp_path, {"a.sql": f"{head}INSERT INTO article VALUES({values});\n"})
    (article,) = reading.articles
    assert (article.id, article.title, article.text) == ("a#7", "A tram", f"{TEXT}\n\n{MORE}")
    assert reading.rejected == []


def test_one_file_more_takes_no_archive_of_plain_texts_away(tmp_path):
    """Neither a page about it nor texts that begin with a word and a colon; pages of fields are none."""
    files = {f"{number:03}.txt": f"A tram of {number}\n\n{TEXT}\n" for number in range(30)}
    files |= {f"{place}.txt": f"Photo: the storm at the quay\n\n{TEXT}\n" for place in ("000a", "001")}
    assert len(reading_of(tmp_path, files | {"about.md": f"# Of us\n\n{MORE}\n"}).articles) == 32
    fields = {f"{number:03}.txt": "Caption: A tram\n\n----\n\nAlt: It runs\n" for number in range(30)}
    reading = reading_of(tmp_path / "pages", fields | {"note.txt": f"A note\n\n{TEXT}\n"})
    assert "A note" not in {one.title for one in reading.articles}
