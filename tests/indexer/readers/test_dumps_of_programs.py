"""Are dumps and databases read as programs really write them, each row by a name that lasts?"""

import sqlite3
from time import thread_time

import pytest
from written_folder import accepted, reading_of

from indexer.content.inspection import inspect
from indexer.content.rules import ReadingRules
from search.times import iso

TEXT = "The tram's way to the harbour; it runs again, after three years of work (on the quay)."
QUOTED = TEXT.replace("'", "''")
TABLE = "CREATE TABLE article (id int, title text, body text, date datetime);\n"


def rows_of(values):
    """A dump of one table of articles with these rows."""
    return f"{TABLE}INSERT INTO article (id, title, body, date) VALUES\n" + ",\n".join(values) + ";\n"


def titles(reading):
    """The titles of what was read, by id."""
    return {one.id: one.title for one in reading.articles}


COMPUTED = [
    "CAST(N'2024-03-05T10:00:00.0000000' AS DateTime2)",
    "TO_DATE('2024-03-05 10:00:00','YYYY-MM-DD HH24:MI:SS')",
    "TIMESTAMP '2024-03-05 10:00:00'",
    "'2024-03-05 10:00:00'::timestamp without time zone",
    "'2024-03-05 10:00:00' /* local, or UTC */",
    '"2024-03-05 10:00:00"',
]


@pytest.mark.parametrize("day", COMPUTED)
def test_values_that_a_program_wraps(tmp_path, day):
    """SQL Server, Oracle and PostgreSQL write times so."""
    (article,) = accepted(tmp_path, {"a.sql": rows_of([f"(7, 'A tram', '{QUOTED}', {day})"])}).articles
    assert (article.id, article.text, iso(article.published)) == ("a#7", TEXT, "2024-03-05T10:00:00Z")


@pytest.mark.parametrize("odd", ["NOW()", "_binary 0x0102", "(1)", "@day", "f(1, 'x', (2))", "ARRAY['a', 'b']"])
def test_a_value_that_only_a_database_tells_costs_no_row(tmp_path, odd):
    """Neither its own nor another of its statement."""
    dump = rows_of(
        [f"({number}, 'Tram {number}', '{QUOTED}', {odd if number == 2 else 'NULL'})" for number in (1, 2, 3)]
    )
    assert titles(accepted(tmp_path, {"a.sql": dump})) == {f"a#{number}": f"Tram {number}" for number in (1, 2, 3)}


def test_texts_that_are_joined(tmp_path):
    """Oracle parts long ones, and writes their ends of lines as numbers."""
    dump = rows_of([f"(7, 'A tram', TO_CLOB('{QUOTED}') || CHR(10) || CHR(10) || TO_CLOB('It''s on.'), NULL)"])
    (article,) = accepted(tmp_path, {"a.sql": dump}).articles
    assert article.text == f"{TEXT}\n\nIt's on."


def test_a_row_that_cannot_be_read_costs_no_other(tmp_path):
    """It is named by its own line."""
    dump = rows_of(
        [f"({number}, 'Tram {number}', '{QUOTED}'{'' if number == 2 else ', NULL'})" for number in (1, 2, 3)]
    )
    reading = reading_of(tmp_path, {"a.sql": dump})
    assert titles(reading) == {"a#1": "Tram 1", "a#3": "Tram 3"}
    assert [(one.line, "article" in one.why) for one in reading.rejected] == [(4, True)]
    copied = f"COPY article (id, title, body) FROM stdin;\n1\tTram 1\t{TEXT}\n2\tTram 2\n3\tTram 3\t{TEXT}\n\\.\n"
    reading = reading_of(tmp_path, {"a.sql": f"-- PostgreSQL database dump\n{copied}"})
    assert (titles(reading), [one.line for one in reading.rejected]) == ({"a#1": "Tram 1", "a#3": "Tram 3"}, [4])


@pytest.mark.parametrize(
    "begin",
    [
        "INSERT INTO `my-news` (`id`, `title`, `body`, `meta-key`)\nVALUES",
        'INSERT INTO "статті" ("id", "title", "body", "дата") VALUES',
        "INSERT LOW_PRIORITY IGNORE INTO\n  news\n  (id, title, body, x) VALUES",
        "INSERT INTO [dbo].[News] ([id], [title], [body], [x y]) VALUES",
        "INSERT INTO a.b.news (id, title, body, x) VALUE",
    ],
)
def test_names_and_words_of_statements(tmp_path, begin):
    """Quoted names may hold any letter and sign."""
    assert titles(accepted(tmp_path, {"a.sql": f"{begin} (7, 'A tram', '{QUOTED}', 'x');\n"})) == {"a#7": "A tram"}


def test_a_comment_behind_the_word_for_values(tmp_path):
    """Programs that write dumps in pieces number them so."""
    dump = rows_of([f"(7, 'A tram', '{QUOTED}', NULL)"]).replace("VALUES\n", "VALUES /* 1 */\n-- of 2\n")
    assert titles(accepted(tmp_path, {"a.sql": dump})) == {"a#7": "A tram"}


def test_an_insert_that_sets_each_column(tmp_path):
    """As MySQL may write it; a comma in a text ends nothing."""
    dump = f"-- MySQL dump\nINSERT INTO `news` SET `id` = 7, title='A tram', body = '{QUOTED}', day = NOW();\n"
    assert titles(accepted(tmp_path, {"a.sql": dump})) == {"a#7": "A tram"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_dump_in_utf_16_or_behind_a_mark(tmp_path, encoding):
    """SQL Server's studio and PowerShell write it so, with a mark or without; HeidiSQL sets one before UTF-8."""
    dump = rows_of([f"(7, 'Трамвай їде', '{QUOTED}', NULL)"]).removeprefix(TABLE)
    remark = f"-- {'数据库备份' * 800}\n"
    assert titles(accepted(tmp_path, {"a.sql": f"{remark}{dump}".encode(encoding)})) == {"a#7": "Трамвай їде"}


@pytest.mark.parametrize("begin", ["/* x */ VALUES", "VALUES /* x */", "VALUES -- x\n"])
def test_comments_and_names_of_encodings_in_an_insert(tmp_path, begin):
    """MySQL writes the encoding before a text, or that it is one of bytes."""
    dump = f"{TABLE}INSERT INTO article {begin} (7, _utf8mb4'A tram', _binary '{QUOTED}', NULL);\n"
    assert titles(accepted(tmp_path, {"a.sql": dump})) == {"a#7": "A tram"}


def test_articles_behind_a_thousand_tables(tmp_path):
    """A network of blogs has more tables than are kept in mind."""
    others = "".join(f"CREATE TABLE options_{number} (id int);\n" for number in range(1_000))
    dump = f"{others}{TABLE}INSERT INTO article VALUES (7, 'A tram', '{QUOTED}', NULL);\n"
    assert titles(accepted(tmp_path, {"a.sql": dump})) == {"a#7": "A tram"}


def test_a_dump_has_one_encoding(tmp_path):
    """A text of two letters is in that of the others, and one warning names it."""
    body = "Міська рада проголосувала за ремонт мосту, який триватиме два роки."
    dump = rows_of([f"(1, 'Ремонт мосту', '{body}', NULL)", f"(2, 'Ні', '{body}', NULL)"])
    reading = accepted(tmp_path, {"a.sql": dump.encode("cp1251")})
    assert titles(reading) == {"a#1": "Ремонт мосту", "a#2": "Ні"}
    assert [(one.code, "cp1251" in one.why) for one in reading.warnings] == [("guessed-encoding", True)]
    told = accepted(tmp_path, {"a.sql": f"SET NAMES koi8r;\n{dump}".encode("koi8-r", "replace")})
    assert [one.code for one in told.warnings] == []
    assert "a#2" in titles(told)


def test_a_large_dump_is_read_from_a_copy(tmp_path, monkeypatch):
    """It is the same as one in memory, in UTF-16 too."""
    monkeypatch.setattr("indexer.readers.private_copies.IN_MEMORY", 1_000)
    dump = rows_of([f"({number}, 'Tram {number}', '{QUOTED}', NULL)" for number in range(1, 40)])
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        reading = accepted(tmp_path, {"a.sql": dump.encode(encoding)})
        assert titles(reading) == {f"a#{number}": f"Tram {number}" for number in range(1, 40)}


TWO = "posts (id INTEGER, title TEXT, body TEXT)"


def database_of(path, *inserts, tables=(TWO,)):
    """A database of SQLite with these tables and rows; gives the same as a dump."""
    script = "".join(f"CREATE TABLE {one};\n" for one in tables) + "".join(f"INSERT INTO {one};\n" for one in inserts)
    path.unlink(missing_ok=True)
    sqlite3.connect(path).executescript(script).close()
    return script


def test_rows_of_several_tables_have_the_names_of_these(tmp_path):
    """A new row takes no name that another had; a table without a row counts, and one table has short names."""
    first = f"posts VALUES (57, 'Main', '{QUOTED}')"
    dump = database_of(tmp_path / "s.sqlite", first)
    assert titles(accepted(tmp_path, {"d.sql": dump})) == {"d#57": "Main", "s#57": "Main"}
    both = (TWO, TWO.replace("posts", "blog_posts"))
    dump = database_of(tmp_path / "s.sqlite", first, tables=both)
    assert titles(accepted(tmp_path, {"d.sql": dump})) == {"d#posts/57": "Main", "s#posts/57": "Main"}
    second = f"blog_posts VALUES (57, 'Other', '{QUOTED}')"
    dump = database_of(tmp_path / "s.sqlite", first, second, tables=both)
    found = accepted(tmp_path, {"d.sql": dump})
    assert titles(found) == {f"{file}#{table}/57": title for file in "ds" for table, title in
                             (("posts", "Main"), ("blog_posts", "Other"))}  # fmt: skip
    assert {one.slug for one in found.articles} == {"57"}


def test_a_database_with_a_log_of_changes(tmp_path):
    """What was closed is read as any; of what is open, the log is named as not read."""
    database = sqlite3.connect(tmp_path / "s.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(f"CREATE TABLE {TWO}; INSERT INTO posts VALUES (1, 'A tram', '{QUOTED}');")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert titles(accepted(tmp_path, {})) == {"s#1": "A tram"}
    database.executescript(f"INSERT INTO posts VALUES (2, 'A bus', '{QUOTED}');")
    reading = reading_of(tmp_path, {})
    assert (titles(reading), [one.path for one in reading.rejected]) == ({"s#1": "A tram"}, ["s.db-wal"])
    database.close()
    assert titles(accepted(tmp_path, {})) == {"s#1": "A tram", "s#2": "A bus"}


def test_a_text_that_was_written_as_bytes(tmp_path):
    """PHP and Go do; a picture is no text."""
    rows = (f"posts VALUES (1, 'A tram', CAST('{QUOTED}' AS BLOB))", "posts VALUES (2, 'A map', X'89504e470d0a1a0a')")
    dump = database_of(tmp_path / "s.sqlite", *rows).replace(f"CAST('{QUOTED}' AS BLOB)", f"X'{TEXT.encode().hex()}'")
    reading = accepted(tmp_path, {"d.sql": dump})
    assert [one.text for one in reading.articles] == [TEXT, TEXT]
    assert reading.omitted == {"without a text": 2}


def test_tables_of_another_system_with_the_names_of_publii(tmp_path):
    """Their columns tell."""
    tables = (TWO, "tags (id, name)", "posts_tags (post_id, tag_id)", "authors (id, name)", "posts_images (id, url)")
    database_of(tmp_path / "s.sqlite", f"posts VALUES (1, 'A tram', '{QUOTED}')", tables=tables)
    assert titles(accepted(tmp_path, {})) == {"s#1": "A tram"}


def test_why_a_database_has_no_articles(tmp_path):
    """Its tables are named, those nearest to articles first; a system that parts articles is named itself."""
    database_of(tmp_path / "s.sqlite", tables=("node (id, title)", "log (id, x)", "bodies (id, body)"))
    (tmp_path / "d.sql").write_text("CREATE TABLE dr_node_field_data (nid int, title text);\n"
                                    "CREATE TABLE dr_node__body (entity_id int, body_value text);\n")  # fmt: skip
    told = inspect(tmp_path, ReadingRules()).notes
    assert sorted(told) == [
        "d.sql: is of Drupal; its articles are read from JSON:API or an export of views",
        "s.sqlite: node has no text; bodies has no title; log has no title and no text",
    ]


@pytest.mark.parametrize(
    "piece",
    ["CREATE TABLE a x\n", "CREATE TABLE a (x\n", "INSERT INTO a (title, body) VALUES (\n", "/*", "$a$ ", "E'", "`",
     "COPY a (title, body) FROM stdin;\n", "DELIMITER ;;\n", "replace(", "INSERT INTO a (title, body) VALUES (f(\nGO\n",
     "INSERT INTO a SET title = (;\n", "INSERT INTO a (title, body) VALUES ('a', 'b'),,\n"],
)  # fmt: skip
def test_statements_without_an_end_are_looked_at_once(tmp_path, piece):
    """Each place of a dump is looked at a few times, however often something begins in it."""

    def seconds(times):
        began = thread_time()
        assert not [one for one in reading_of(tmp_path, {"a.sql": piece * times}).articles if one.title != "a"]
        return thread_time() - began

    seconds(10)
    assert min(seconds(32_000) for _ in range(2)) < 8 * min(seconds(8_000) for _ in range(2)) + 0.2
