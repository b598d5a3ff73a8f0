"""Fixtures of Django: which of their models hold articles, and whom and what these name by keys."""

import pytest
from written_folder import accepted, reading_of

TEXT = "The tram stopped at the quay."


def row(model, key, **fields):
    """A row as `dumpdata` writes it."""
    return {"model": model, "pk": key, "fields": fields}


ARTICLE = row("news.article", 5, headline="A tram", text=TEXT, pub_date="2008-06-10 22:49:59", authors=[2], category=7)
USERS = [
    row("auth.user", 1, username="kim", email="kim@x.example"),
    row("auth.user", 2, username="jane", first_name="Jane", last_name="Doe"),
]
OTHERS = [
    row("news.category", 7, name="City", description="What goes on."),
    row("auth.permission", 1, name="Can add article", codename="add_article"),
    row("sites.site", 1, domain="x.example", name="x.example"),
    row("polls.poll", 1, name="Is it so?", question="Do you think that it is?", slug="is-it"),
    row("news.articlerevision", 1, article=5, date="2008-06-10", delta="@@ -1 +1 @@"),
    row("news.announcement", 1, text="We are back.", slug="back", date_start="2008-06-10"),
]


def test_only_models_of_articles_are_read(tmp_path):
    """The others are users, rights, polls and revisions; what articles name by keys gets its name."""
    (article,) = accepted(tmp_path, {"dump.json": [*USERS, *OTHERS, ARTICLE]}).articles
    assert (article.path, article.title, article.text) == ("dump.json#5", "A tram", TEXT)
    assert (article.authors, article.categories) == (("Jane Doe",), ("City",))


@pytest.mark.parametrize(
    ("profiles", "authors"),
    [
        ([row("people.profile", 2, user=2)], ("Jane Doe",)),  # the same in both
        ([row("people.profile", 2, user=1)], ()),  # a user or a profile: nobody knows
        ([row("people.profile", 1, user=2)], ("Jane Doe",)),  # no profile has the key
        ([row("news.author", 2, name="John Roe")], ("John Roe",)),  # a model of authors comes first
    ],
)
def test_whom_a_key_means(tmp_path, profiles, authors):
    """A key counts where it can mean one person alone."""
    (article,) = accepted(tmp_path, {"dump.json": [*USERS, *profiles, ARTICLE]}).articles
    assert article.authors == authors


def test_keys_that_nobody_can_name(tmp_path):
    """A key of several parts, and one that is left out, as `--natural-primary` does."""
    users = [row("auth.user", [3], username="kim"), row("auth.user", None, username="jane")]
    others = [row("people.profile", 1, user=None), row("people.profile", 2), row("wagtailcore.page", [1], title="A")]
    (article,) = accepted(tmp_path, {"dump.json": [*users, *others, ARTICLE]}).articles
    assert article.authors == ()


def test_pages_of_wagtail_have_their_titles_elsewhere(tmp_path):
    """What is not live is no article."""
    rows = [
        row("wagtailcore.page", 3, title="A tram", slug="a-tram", live=True, first_published_at="2020-02-03T10:00:00Z"),
        row("wagtailcore.page", 4, title="A bus", slug="a-bus", live=False),
        row("blog.blogpage", 3, body=f"<p>{TEXT}</p>"),
        row("blog.blogpage", 4, body="<p>It never came.</p>"),
    ]
    reading = reading_of(tmp_path, {"dump.json": rows})
    assert [(one.title, one.text, one.slug) for one in reading.articles] == [("A tram", TEXT, "a-tram")]
    assert reading.omitted == {"withheld: live = False": 1}


def test_states_and_passwords_keep_rows(tmp_path):
    """As in a database; a fixture without articles is an omission."""
    said: list[dict[str, object]] = [{"status": "draft"}, {"password": "x"}, {"is_published": False}]
    hidden = [row("news.article", number, title="A tram", body=TEXT, **fields) for number, fields in enumerate(said, 1)]
    reading = reading_of(tmp_path, {"a.json": hidden, "b.json": [*USERS, OTHERS[0]]})
    assert (list(reading.articles), sum(reading.omitted.values())) == ([], 4)
