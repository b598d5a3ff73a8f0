"""Is what a content system keeps from its readers kept from those of Lede, in whatever form it comes?"""

import json
import sqlite3
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from written_folder import reading_of

from indexer.content.inspection import inspect
from indexer.content.publication_states import may_be_a_place
from indexer.content.reader import KnownFiles, read
from indexer.content.rules import ReadingRules
from search.times import iso

TEXT = "A ferry takes the tram over the bay while its bridge is painted, ten minutes each way."
SHOWN = {"title": "A ferry", "body": TEXT}
SYSTEMS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "Ghost": (
        {"title": "A ferry", "html": TEXT, "comment_id": "1", "type": "post", "status": "published",
         "visibility": "public"},
        [{"visibility": "paid"}, {"visibility": "members"}, {"type": "page"}, {"status": "sent"}, {"status": "draft"}],
    ),
    "Textpattern": (
        {"Title": "A ferry", "Body": TEXT, "AuthorID": "jane", "Annotate": 1, "Status": 4},
        [{"Status": 1}, {"Status": 2}, {"Status": 3}],
    ),
    "Movable Type": (
        {"entry_title": "A ferry", "entry_text": TEXT, "entry_class": "entry", "entry_status": 2},
        [{"entry_status": 1}, {"entry_status": 3}, {"entry_status": 5}, {"entry_class": "page"}],
    ),
    "Mezzanine": ({"title": "A ferry", "content": TEXT, "gen_description": 1, "status": 2}, [{"status": 1}]),
    "Zinnia": (
        {"title": "A ferry", "content": TEXT, "start_publication": None, "end_publication": None, "login_required": 0,
         "status": 2},
        [{"status": 1}, {"status": 0}, {"login_required": 1}],
    ),
    "TYPO3": (
        {"title": "A ferry", "bodytext": TEXT, "crdate": 1704103200, "tstamp": 1704103200, "hidden": 0, "deleted": 0,
         "fe_group": "", "t3ver_wsid": 0, "pid": 5},
        [{"hidden": 1}, {"deleted": 1}, {"fe_group": "-2"}, {"fe_group": "0,3"}, {"t3ver_wsid": 3}, {"pid": -1}],
    ),
    "Joomla": (
        {"title": "A ferry", "introtext": TEXT, "fulltext": "", "state": 2, "access": 1},
        [{"state": 0}, {"state": -2}, {"access": 2}],
    ),
    "Dotclear": (
        {"post_title": "A ferry", "post_content_xhtml": TEXT, "post_content": TEXT, "post_type": "post",
         "post_status": 1},
        [{"post_status": 0}, {"post_status": -2}, {"post_type": "page"}],
    ),
    "b2evolution": (
        {"post_title": "A ferry", "post_content": TEXT, "post_datestart": "2024-03-05", "post_status": "published"},
        [{"post_status": "protected"}, {"post_status": "community"}],
    ),
    "WordPress": (
        {"post_title": "A ferry", "post_content": TEXT, "post_type": "post", "post_status": "publish",
         "post_password": ""},
        [{"post_status": "pitch"}, {"post_status": ""}, {"post_type": "feedback"}, {"post_type": "shop_order"},
         {"post_password": "---"}],
    ),
    "Contao": (
        {"headline": "A ferry", "text": TEXT, "published": "1", "start": "", "stop": "", "tstamp": 1704103200},
        [{"published": ""}],
    ),
    "Wagtail": ({"title": "A ferry", "body": TEXT, "url_path": "/a/", "live": 1}, [{"live": 0}, {"expired": 1}]),
    "Habari": (
        {"title": "A ferry", "content": TEXT, "cached_content": "", "content_type": 1, "status": 2},
        [{"status": 1}, {"status": 3}],
    ),
    "flat pages of Django": (
        {"title": "A ferry", "content": TEXT, "template_name": "", "registration_required": 0},
        [{"registration_required": 1}],
    ),
    "Strapi": (
        {"title": "A ferry", "content": TEXT, "created_at": 1704103200000, "updated_at": 1704103200000,
         "published_at": 1704103200000},
        [{"published_at": None}],
    ),
    "Directus": (
        {"title": "A ferry", "body": TEXT, "status": "published", "user_created": "u"},
        [{"status": "archived"}, {"status": "draft"}],
    ),
}  # fmt: skip
VERSIONS: dict[str, dict[str, Any]] = {
    "django-simple-history": {"history_id": 1, "history_type": "+"},
    "Hibernate Envers": {"REV": 7, "REVTYPE": 1},
}


def table(path, name, rows):
    """A database with one table of these rows."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with sqlite3.connect(path) as database:
        database.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
        places = ", ".join("?" * len(columns))
        values = [[row.get(key) for key in columns] for row in rows]
        database.executemany(f'INSERT INTO "{name}" VALUES ({places})', values)
    database.close()


def written_in_sql(name, rows):
    """A dump of the same table."""
    said = ""
    for row in rows:
        values = ", ".join("NULL" if value is None else f"'{value}'" for value in row.values())
        said += f"INSERT INTO {name} ({', '.join(row)}) VALUES ({values});\n"
    return f"-- MySQL dump\n{said}"


def written_in_xml(name, rows):
    """The same table as phpMyAdmin exports it."""
    said = "".join(
        f'<table name="{name}">{"".join(f"<column name={quoteattr(key)}>{row[key]}</column>" for key in row)}</table>'
        for row in rows
    )
    return f'<pma_xml_export version="1.0"><database name="site">{said}</database></pma_xml_export>'


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_has_one_rule_in_all_forms(tmp_path, system):
    """A row that readers see is an article of SQLite, SQL, XML and JSON; each of the others is one of none."""
    seen, changes = SYSTEMS[system]
    rows = [seen, *({**seen, **change} for change in changes)]
    table(tmp_path / "a.sqlite", "posts", rows)
    elements = "".join(
        "<post>" + "".join(f"<{key}>{'' if value is None else value}</{key}>" for key, value in row.items()) + "</post>"
        for row in rows
    )
    reading = reading_of(
        tmp_path, {"b.sql": written_in_sql("posts", rows), "c.json": rows, "d.xml": f"<posts>{elements}</posts>"}
    )
    counts = {name: sum(one.path.startswith(name) for one in reading.articles) for name in ("a", "b", "c", "d")}
    assert (counts, reading.rejected) == (dict.fromkeys("abcd", 1), [])
    assert {one.title for one in reading.articles} == {"A ferry"}


@pytest.mark.parametrize("system", VERSIONS)
def test_older_versions_of_articles_are_none(tmp_path, system):
    """What keeps each version of a row, deleted ones too, is told by its columns."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, **VERSIONS[system]}])
    reading = reading_of(tmp_path, {})
    assert (len(reading.articles), reading.omitted) == (0, {"older version of an article": 1})


@pytest.mark.parametrize(
    "state",
    ["published", "Publish", "LIVE", "approved", "1", 1, True, "опубліковано", "опублікована", "publiée", None, ""],
)
def test_states_that_are_known_to_be_public(tmp_path, state):
    """They are shown, however they are written."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "status": state}])
    assert len(reading_of(tmp_path, {}).articles) == 1


@pytest.mark.parametrize(
    "state",
    ["needs_review", "rejected", "submitted", "scheduled", "wip", "expired", "Unlisted", "on_hold", "offline", "D", "w",
     2, 3, "evergreen", "archived"],
)  # fmt: skip
def test_any_other_state_of_a_database_withholds_and_is_named(tmp_path, state):
    """`inspect` names column and value, the build counts it as a draft, and a setting lets it through."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "status": state}])
    reading = reading_of(tmp_path, {})
    (why,) = inspect(tmp_path, ReadingRules()).omitted
    assert (len(reading.articles), reading.omitted, reading.drafts) == (0, {why: 1}, 1)
    if state != "needs_review":  # known to be hidden, and named all the same where it is
        assert why == f"withheld: status = {state}"
    rules = ReadingRules(fields={"shown": (f"status = {state}",)})
    assert len(read(tmp_path, KnownFiles(), lambda *_: None, rules=rules).articles) == 1


def test_a_flag_that_means_something_else_is_named_and_let_through(tmp_path):
    """`live` may well say whether there is a live blog."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "live": 0}])
    assert inspect(tmp_path, ReadingRules()).omitted == {"withheld: live = 0": 1}
    rules = ReadingRules(fields={"shown": ("live = 0",)})
    assert len(read(tmp_path, KnownFiles(), lambda *_: None, rules=rules).articles) == 1


@pytest.mark.parametrize("other", [{"internal": 1}, {"published_at": ""}, {"password": "x"}, {"status": "draft"}])
def test_what_is_let_through_lets_nothing_else_through(tmp_path, other):
    """Each column that hides a row has to be named."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "live": 0, **other}])
    rules = ReadingRules(fields={"shown": ("live = 0",)})
    assert not read(tmp_path, KnownFiles(), lambda *_: None, rules=rules).articles


def test_another_column_may_be_the_state(tmp_path):
    """Where the owner names it, a country's `state` withholds nothing; nor does it beside a state of publication."""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "state": "Ohio", "shown_as": "live"}])
    table(tmp_path / "b.sqlite", "stories", [{**SHOWN, "state": "Ohio", "status": "published"}])
    table(tmp_path / "c.sqlite", "stories", [{**SHOWN, "state": "published"}])
    rules = ReadingRules(fields={"status": ("shown_as", "state")})
    assert len(read(tmp_path, KnownFiles(), lambda *_: None, rules=rules).articles) == 2
    assert len(reading_of(tmp_path, {}).articles) == 3


@pytest.mark.parametrize("key", ["state", "estado", "stato", "statut", "durum", "статус"])
def test_a_state_of_a_country_withholds_nothing(tmp_path, key):
    """It is one where no row of the table says a known state of publication, and beside another state."""
    places, states = (("SP", "NE", "ON"), ("published", "activo", "inactivo", "draft"))
    for name, said in (("a", places), ("b", states)):
        rows = [{**SHOWN, key: one} for one in said]
        table(tmp_path / f"{name}.sqlite", "stories", rows)
        (tmp_path / f"{name}.sql").write_text(written_in_sql("stories", rows), encoding="utf-8")
        (tmp_path / f"{name}.xml").write_text(written_in_xml("stories", rows), encoding="utf-8")
    table(tmp_path / "c.sqlite", "stories", [{**SHOWN, "status": one, key: "SP"} for one in ("published", "w")])
    reading = reading_of(tmp_path, {})
    counts = [
        sum(one.path.startswith(name) for one in reading.articles) for name in ("a.sqlite", "a.sql#", "a.xml", "b", "c")
    ]
    assert counts == [3, 3, 3, 6, 1]


def test_a_state_in_a_table_may_be_one_of_a_country_too():
    """As a program writes it into one column."""
    assert [may_be_a_place(key) for key in ("meta.state", "STATE", "meta.status")] == [True, True, False]


def test_xml_of_ones_own_is_an_export_for_readers(tmp_path):
    """An unknown state hides nothing there, as in JSON; it does in a database written as XML."""
    fields = f"<title>A ferry</title><body>{TEXT}</body>"
    items = "".join(f"<n>{fields}<status>{one}</status></n>" for one in ("evergreen", "web", "draft", "in review"))
    columns = "".join(f'<column name="{key}">{said}</column>' for key, said in {**SHOWN, "status": "evergreen"}.items())
    rows = f'<database name="site"><table name="news">{columns}</table></database>'
    reading = reading_of(tmp_path, {"a.xml": f"<s>{items}</s>", "b.xml": rows})
    assert [one.path.split("#")[0] for one in reading.articles] == ["a.xml", "a.xml"]


def test_words_of_front_matter_that_nobody_knows_hide_nothing(tmp_path):
    """A digital garden has seedlings; spellings of what is hidden count the same everywhere."""
    states = ["seedling", "evergreen", "wip", "in_review", "in-review", "In Review", "Auto_Draft"]
    files: dict[str, object] = {
        f"{place}.md": f"---\ntitle: A ferry\nstatus: {one}\n---\n{TEXT}" for place, one in enumerate(states)
    }
    files["a.json"] = [{**SHOWN, "id": str(place), "status": one} for place, one in enumerate(states)]
    files["a.csv"] = "title,body,status\n" + "".join(f'A ferry,"{TEXT}",{one}\n' for one in states)
    reading = reading_of(tmp_path, files)
    assert (len(reading.articles), reading.omitted) == (9, {"draft": 3, "not published": 9})


FLAGS = (
    "hidden is_hidden trash in_trash is_spam unpublished is_embargoed is_private confidential internal withdrawn"
    " retracted suspended blocked removed expired rejected login_required"
).split()
SEEN = "visible is_enabled active online is_public approved live".split()


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_that_hide(tmp_path, flag):
    """Whatever type a database writes them in."""
    rows = [{**SHOWN, flag: value} for value in (1, "t", b"\1", 0, "f", b"\0")]
    table(tmp_path / "a.sqlite", "stories", rows)
    assert len(reading_of(tmp_path, {}).articles) == 3


@pytest.mark.parametrize("flag", SEEN)
def test_flags_that_show(tmp_path, flag):
    """The same where no is what hides."""
    rows = [{**SHOWN, flag: value} for value in (1, "t", b"\1", 0, "f", b"\0")]
    table(tmp_path / "a.sqlite", "stories", rows)
    assert len(reading_of(tmp_path, {}).articles) == 3


@pytest.mark.parametrize(
    "name",
    ["drafts", "article_history", "articleHistory", "news_historicalarticle", "article_aud", "articles_old",
     "posts_20240101", "posts_2024_01_01", "article_snapshots", "api_keys", "user_credentials", "my_passwords",
     "secrets_of_users", "auth_tokens", "emails_sent", "comments_archive", "tblcomments", "usercomment", "user_bios",
     "wagtailsearch_indexentry", "article_search", "articles_fts", "http_cache", "components_shared_quotes",
     "jos_modules", "tasks", "jobs", "queue", "feedback", "contacts", "authors", "notes", "settings", "page_versions",
     "audit_log", "news_index", "auth_token", "accounts", "news_accounts"],
)  # fmt: skip
def test_tables_that_hold_something_else(tmp_path, name):
    """Secrets, what readers wrote, copies, older versions and indexes of words, by any word of the name."""
    table(tmp_path / "a.sqlite", name, [SHOWN])
    assert reading_of(tmp_path, {"b.sql": written_in_sql(name, [SHOWN])}).articles == []


@pytest.mark.parametrize(
    "name",
    ["articles", "history", "historical", "articles_2024", "posts_2024_01", "research", "monkeys", "passages",
     "commentary", "conversions", "spending", "wp_2_posts", "newsroom", "bold_stories", "token_news", "mail_articles",
     "account_news", "old_news", "log_articles", "message_from_editor", "keys_stories",
     "accounts_article"],
)  # fmt: skip
def test_tables_that_hold_articles(tmp_path, name):
    """A word that only contains another is not that word; a year or month is a part of an archive."""
    table(tmp_path / "a.sqlite", name, [SHOWN])
    assert len(reading_of(tmp_path, {"b.sql": written_in_sql(name, [SHOWN])}).articles) == 2


def test_tables_that_are_passed_over_beside_others_are_named(tmp_path):
    """By `inspect`, if they have a title and a text: their names may be a newsroom's."""
    table(tmp_path / "a.sqlite", "articles", [SHOWN])
    table(tmp_path / "a.sqlite", "court_orders", [SHOWN])
    table(tmp_path / "a.sqlite", "users", [{"name": "jane"}])
    (tmp_path / "b.sql").write_text(written_in_sql("articles", [SHOWN]) + written_in_sql("news_index", [SHOWN]))
    found = inspect(tmp_path, ReadingRules())
    assert found.articles == 2
    remedy = " (a copy under another name, such as `stories`, is read)"
    assert [one.split(": ") for one in found.notes] == [
        ["a.sqlite", "by their names these tables hold something else", f"court_orders{remedy}"],
        ["b.sql", "by their names these tables hold something else", f"news_index{remedy}"],
    ]


def test_columns_with_secrets_are_not_kept(tmp_path):
    """Nothing tells of them, in `inspect` either; what only sounds like one is read."""
    secrets = dict.fromkeys(("edit_token", "apiKey", "author_email", "userpass", "session_id", "last_ip"), "s3cret")
    secrets["userPassword"] = ""
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, **secrets, "hashtags": "rail, bay", "passage": "over the bay"}])
    found = inspect(tmp_path, ReadingRules())
    (article,) = reading_of(tmp_path, {}).articles
    assert (article.tags, found.unread) == (("rail", "bay"), {"passage": 1})


EMBARGOES = (
    "embargo embargo_until embargoed_until go_live_at publish_on scheduled_at scheduled_for visible_from"
    " hold_until start_publication"
).split()


@pytest.mark.parametrize("key", EMBARGOES)
def test_an_embargo_counts_where_it_ends_after_the_day_of_publication(tmp_path, key):
    """It is read from databases, XML and front matter alike; one that is over changes no day."""
    late, early = {**SHOWN, "date": "2024-03-05", key: "2099-01-01"}, {**SHOWN, "date": "2024-03-05", key: "2024-01-01"}
    table(tmp_path / "a.sqlite", "stories", [late, early])
    element = f'<s><n {key}="2099-01-01"><title>A ferry</title><date>2024-03-05</date><body>{TEXT}</body></n></s>'
    reading = reading_of(
        tmp_path, {"b.xml": element, "c.md": f"---\ntitle: A\ndate: 2024-03-05\n{key}: 2099-01-01\n---\n{TEXT}"}
    )
    years = sorted(iso(one.published)[:10] for one in reading.articles)
    assert years == ["2024-03-05", "2099-01-01", "2099-01-01", "2099-01-01"]


def test_times_that_a_system_calls_by_names_of_its_own(tmp_path):
    """The begin and end that TYPO3 keeps; 0 is none."""
    seen = {**SYSTEMS["TYPO3"][0], "datetime": 1704103200}
    rows = [{**seen, "starttime": start, "endtime": end} for start, end in ((0, 0), (1893456000, 0), (0, 1704103300))]
    table(tmp_path / "a.sqlite", "news", rows)
    reading = reading_of(tmp_path, {})
    times = [(iso(one.published)[:4], one.expires and iso(one.expires)[:4]) for one in reading.articles]
    assert (sorted(times, key=str), reading.warnings) == ([("2024", "2024"), ("2024", None), ("2030", None)], [])


@pytest.mark.parametrize("key", ["published_at", "published_date", "pub_date", "published_on", "publicationDate"])
def test_an_empty_day_of_publication_is_a_draft(tmp_path, key):
    """Beside a day of creation; not where a state or a flag says that it is published."""
    made = {**SHOWN, "created": "2024-03-05"}
    rows = [{**made, key: none} for none in (None, "", "0000-00-00 00:00:00", 0, "0001-01-01T00:00:00Z", "infinity")]
    table(tmp_path / "a.sqlite", "stories", rows)
    table(tmp_path / "b.sqlite", "stories", [{**made, key: None, "status": "published"}, {**made, key: "2024-03-05"}])
    table(tmp_path / "c.sqlite", "stories", [{**made, key: None, "draft": 0}])
    reading = reading_of(tmp_path, {})
    assert (len(reading.articles), reading.omitted) == (3, {"draft": 6})


def test_an_attribute_of_xml_counts_beside_an_element(tmp_path):
    """Of two that say whether an article is shown, each may hide it."""
    articles = "".join(
        f"<n {attribute}><title>A ferry</title><status>published</status><draft>false</draft><body>{TEXT}</body></n>"
        for attribute in ("", 'workflowState="in_review"', 'isDraft="true"', 'published="0"', 'hidden="1"')
    )
    reading = reading_of(tmp_path, {"a.xml": f"<s>{articles}</s>"})
    assert (len(reading.articles), sum(reading.omitted.values())) == (1, 4)


@pytest.mark.parametrize("name", ["response", "search", "index", "note", "cached", "old", "account"])
def test_elements_of_xml_are_called_as_no_table_is(tmp_path, name):
    """An answer of a search server holds articles, and an element may be called a note."""
    elements = f"<{name}><title>A ferry</title><body>{TEXT}</body></{name}>"
    assert (
        len(reading_of(tmp_path, {"a.xml": f"<{name}s><{name}_list>{elements * 2}</{name}_list></{name}s>"}).articles)
        == 2
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [('<status code="draft"/>', 0), ('<published value="false"/>', 0), ('<embargo until="2099-01-01"/>', 1),
     ("<status>published</status><status>draft</status>", 0), ("<meta><status>draft</status></meta>", 0),
     ("<meta><draft>true</draft></meta>", 0), ("<draft/>", 1), ("<meta><status>live</status></meta>", 1),
     ("<pubDate/><date>2024-03-05</date>", 1), ("<pubDate/><created>2024-03-05</created>", 0),
     ('<status id="0">live</status>', 1), ("<state>Texas</state><status>live</status>", 1),
     ("<state>private</state><status>live</status><visibility>public</visibility>", 1)],
)  # fmt: skip
def test_states_in_xml_of_ones_own(tmp_path, said, shown):
    """In an attribute, twice, or in a table of one entry; an empty element says nothing, as a null that was written."""
    reading = reading_of(tmp_path, {"a.xml": f"<s><n><title>A ferry</title>{said}<body>{TEXT}</body></n></s>"})
    assert len(reading.articles) == shown
    assert "embargo" not in said or iso(reading.articles[0].published).startswith("2099")


def test_elements_that_are_passed_over_by_their_names_are_named(tmp_path):
    """Where no other is an article; the copy of a newsroom is its text."""
    item = f"<title>A ferry</title><body>{TEXT}</body>"
    files: dict[str, object] = {f"{name}.xml": f"<s><{name}>{item}</{name}></s>" for name in ("copy", "bin")}
    assert [one.id for one in reading_of(tmp_path, files).articles] == ["copy#1"]
    (note,) = inspect(tmp_path, ReadingRules()).notes
    assert note == "bin.xml: by their names these elements hold something else: s/bin"


def test_posts_of_types_of_ones_own_are_read_and_doubtful_ones_named(tmp_path):
    """WordPress keeps what its extensions make among the posts: letters of readers, and articles of some sites."""
    kinds = ("chronicle", "jp_news", "faq", "tip_submission", "nf_sub")
    table(tmp_path / "a.sqlite", "wp_posts", [SYSTEMS["WordPress"][0] | {"post_type": one} for one in kinds])
    reading = reading_of(tmp_path, {})
    named = {"withheld: post_type = tip_submission": 1, "of another kind than a post: nf_sub": 1}
    assert (len(reading.articles), reading.omitted) == (3, named)
    table(tmp_path / "a.sqlite", "stories", [{**SHOWN, "post_type": "page"}])  # of no known system
    assert reading_of(tmp_path, {}).omitted == {**named, "withheld: post_type = page": 1}


def test_common_keys_of_json_are_no_system(tmp_path):
    """`dateCreated` is schema.org's, `rev` anybody's; and a word that readers see counts beside a system's numbers."""
    made: dict[str, object] = {"created_at": "2024-03-05", "updated_at": "2024-03-05", "published_at": None}
    items: list[dict[str, object]] = [
        {"dateCreated": "2024-03-05", "status": "archived"}, {"rev": 3, "rev_type": "major"},
        {"entry_text": TEXT, "entry_status": "Publish"}, {"textile_body": TEXT, "status": "published"},
        {"gen_description": True, "status": "published"}, {**made, "is_live": True}, {**made, "draft": False},
        {"post_title": "A", "post_content": TEXT, "post_status": "Published"},
        {"featuredImageId": 1, "modifiedAt": "2024-03-05", "status": "live"},
        {"visibility": "everyone", "commentId": 5},
    ]  # fmt: skip
    hidden: list[dict[str, object]] = [
        {"date_created": "2024-03-05", "status": "archived"},
        made,
        {**made, "draft": True},
        {"visibility": "members", "comment_id": 5},
        {"entry_text": TEXT, "entry_status": "Draft"},
        {"post_title": "A", "post_content": TEXT, "post_status": "approved"},
        {"visibility": "paid", "commentId": 5},
    ]
    told = [{**SHOWN, "id": str(number), **one} for number, one in enumerate([*items, *hidden])]
    reading = reading_of(tmp_path, {"a.json": told})
    assert {one.id for one in reading.articles} == {f"a#{number}" for number in range(len(items))}


def test_tables_that_sqlite_keeps_for_an_index(tmp_path):
    """They hold what the index was given, drafts too."""
    with sqlite3.connect(tmp_path / "a.sqlite") as database:
        database.executescript(
            "CREATE VIRTUAL TABLE words USING fts5(title, body, content='');"
            "CREATE TABLE words_content (title, body); CREATE TABLE words_of_jane (title, body);"
        )
        for name in ("words_content", "words_of_jane"):
            database.execute(f"INSERT INTO {name} VALUES (?, ?)", [name, TEXT])
    database.close()
    assert [one.title for one in reading_of(tmp_path, {}).articles] == ["words_of_jane"]


WIKI = """<mediawiki><siteinfo><sitename>News</sitename></siteinfo>{pages}</mediawiki>"""
PAGE = "<page><title>{title}</title><ns>0</ns><revision><text>{text}</text></revision></page>"


@pytest.mark.parametrize("template", ["develop", "Draft", "review", "editing", "delete", "abandoned"])
def test_pages_of_a_wiki_that_are_not_published_yet(tmp_path, template):
    """Wikinews marks them by a template."""
    pages = PAGE.format(title="A ferry", text=TEXT) + PAGE.format(title="A bus", text=f"{{{{{template}}}}}\n{TEXT}")
    reading = reading_of(tmp_path, {"a.xml": WIKI.format(pages=pages)})
    assert ([one.title for one in reading.articles], reading.omitted) == (["A ferry"], {"draft": 1})


def test_an_export_of_ghost_is_read_by_the_same_rules(tmp_path):
    """What went out by e-mail alone is not on the site."""
    posts = [
        {"id": "1", "title": "A ferry", "slug": "a", "html": TEXT, "status": "published", "visibility": "public"},
        {"id": "2", "title": "A letter", "slug": "b", "html": TEXT, "status": "sent", "visibility": "public"},
    ]
    tree = {"db": [{"data": {"posts": posts, "tags": [], "users": []}}]}
    reading = reading_of(tmp_path, {"ghost.json": json.dumps(tree)})
    assert ([one.title for one in reading.articles], reading.omitted) == (["A ferry"], {"not published": 1})
