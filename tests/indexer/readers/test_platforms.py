"""Are items of platforms, of the independent web and of content systems read for what their users mean by them?"""

from typing import Any

import pytest
from written_folder import accepted

from indexer.content.reader import KnownFiles, Reading, read
from search.times import iso

TEXT = "The tram to the harbour runs again after three years of work on the quay."
MORE = "Every ten minutes a car leaves the market, and the last one leaves at midnight."
HTML = f"<p>{TEXT}</p>"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def reading_of(root, tree: object) -> Reading:
    """What a folder holds in which a file of JSON says this."""
    return accepted(root, {"items.json": tree})


def note(readers: list[str], kind: str = "Create") -> dict[str, object]:
    """An activity of an outbox."""
    post = {
        "id": f"https://s.example/{kind}/{len(readers)}", "type": "Note", "published": "2024-03-05T10:00:00Z",
        "to": readers, "content": HTML, "contentMap": {"en": HTML}, "url": "https://s.example/@a/1",
        "tag": [{"type": "Hashtag", "name": "#rail"}, {"type": "Mention", "name": "@bob"}],
    }  # fmt: skip
    return {"id": "x", "type": kind, "actor": "https://s.example/a", "object": post if kind == "Create" else "y"}


ISSUE = {
    "html_url": "https://forge.example/a/b/issues/7", "url": "https://api.forge.example/7", "number": 7,
    "title": "A tram", "user": {"login": "jane"}, "labels": [{"name": "rail"}], "state": "closed",
    "created_at": "2024-03-05T10:00:00Z", "body": TEXT,
}  # fmt: skip
TOPIC = {
    "title": "A tram", "slug": "a-tram", "tags": ["rail"], "created_at": "2024-03-05T10:00:00Z",
    "post_stream": {"posts": [
        {"id": 1, "name": "Jane Doe", "cooked": HTML, "created_at": "2024-03-05T10:00:00Z"},
        {"id": 2, "name": "John Roe", "cooked": "<p>Nice.</p>", "created_at": "2024-03-06T10:00:00Z"},
    ]},
}  # fmt: skip
ENTRY = {
    "type": ["h-entry"],
    "properties": {
        "name": ["A tram"], "published": ["2024-03-05T10:00:00Z"], "category": ["rail"],
        "content": [{"html": HTML, "value": TEXT}], "url": ["https://n.example/t"],
        "author": [{"type": ["h-card"], "properties": {"name": ["Jane Doe"]}}],
    },
}  # fmt: skip
NEWS_ITEM = {
    "@id": "https://n.example/t", "@type": "News Item", "UID": "u1", "id": "t", "title": "A tram",
    "created": "2024-03-01T10:00:00Z", "effective": "2024-03-05T10:00:00Z", "subjects": ["rail"],
    "creators": ["Jane Doe"], "language": {"title": "English", "token": "en"}, "review_state": "published",
    "text": {"content-type": "text/html", "data": HTML},
}  # fmt: skip
APPLE = {
    "version": "1.7", "title": "A tram", "language": "en",
    "metadata": {"authors": ["Jane Doe"], "datePublished": "2024-03-05T10:00:00Z", "keywords": ["rail"],
                 "canonicalURL": "https://n.example/t"},
    "components": [
        {"role": "title", "text": "A tram"}, {"role": "byline", "text": "By Jane Doe"},
        {"role": "photo", "caption": "The quay"},
        {"role": "container", "components": [{"role": "body", "format": "html", "text": HTML}]},
    ],
}  # fmt: skip
CARDS = {
    "headline": "A tram", "published-at": 1709632800000, "author-name": "Jane Doe", "tags": [{"name": "rail"}],
    "url": "https://n.example/t", "cards": [{"story-elements": [
        {"type": "text", "text": HTML}, {"type": "text", "subtype": "also-read", "text": "Another story"},
    ]}],
}  # fmt: skip
SYSTEMS = {
    "an issue of GitHub": (ISSUE, "jane", "https://forge.example/a/b/issues/7"),
    "a topic of Discourse": (TOPIC, "Jane Doe", ""),
    "microformats": (ENTRY, "Jane Doe", "https://n.example/t"),
    "Plone": (NEWS_ITEM, "Jane Doe", "https://n.example/t"),
    "Apple News": (APPLE, "Jane Doe", "https://n.example/t"),
    "Quintype": (CARDS, "Jane Doe", "https://n.example/t"),
}


@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_article_of_an_item(tmp_path, system, as_list):
    """Title, day, writer, tags, address and text, of an item alone and of a list of them."""
    item, author, url = SYSTEMS[system]
    (article,) = reading_of(tmp_path, [item] if as_list else item).articles
    assert (article.title, article.text, article.authors, article.url) == ("A tram", TEXT, (author,), url)
    assert (iso(article.published), article.tags) == ("2024-03-05T10:00:00Z", ("rail",))


def test_of_an_outbox_what_everybody_may_read_enters(tmp_path):
    """A post to followers alone, or to one person, is no article; what repeats another's post is none either."""
    items = [note([PUBLIC]), note(["https://s.example/a/followers"]), note([PUBLIC], "Announce"), note([])]
    reading = reading_of(tmp_path, {"type": "OrderedCollection", "orderedItems": items})
    (article,) = reading.articles
    assert (article.text, article.tags, article.language) == (TEXT, ("rail",), "en")
    assert article.url == "https://s.example/@a/1"
    assert dict(reading.omitted) == {"draft": 2, "of another kind than an article": 1}


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (ISSUE | {"pull_request": {"url": "https://forge.example/p"}}, "of another kind than an article"),
        (NEWS_ITEM | {"review_state": "private"}, "draft"),
        (NEWS_ITEM | {"@type": "Folder", "text": None}, "of another kind than an article"),
        (NEWS_ITEM | {"review_state": "internally_published"}, "draft"),
        (TOPIC | {"archetype": "private_message"}, "draft"),
        (TOPIC | {"post_stream": {"posts": [{"id": 1, "cooked": HTML, "hidden": True}]}}, "draft"),
        (ENTRY | {"properties": ENTRY["properties"] | {"visibility": ["private"]}}, "draft"),  # type: ignore[operator]
        ({"title": "A tram", "isActive": False, "contentMarkdown": TEXT}, "draft"),
    ],
)
def test_what_is_not_to_be_shown(tmp_path, item, why):
    """Changes of code, private items and folders are counted and left out."""
    reading = reading_of(tmp_path, [item])
    assert (len(reading.articles), dict(reading.omitted)) == (0, {why: 1})


def test_answers_to_others_and_lists_of_readers_that_are_empty(tmp_path):
    """An answer to another is no article, the next part of a thread is; an empty list says nothing of who may read."""
    items: list[dict[str, Any]] = [note([PUBLIC]) for _ in range(3)]
    answers = ("https://b.example/1", "https://s.example/a/1", None)
    for number, (item, answered) in enumerate(zip(items, answers, strict=True)):
        item["object"] |= {"id": f"https://s.example/a/{number}", "inReplyTo": answered}
    items[2]["object"] |= {"to": []}
    items[2]["to"] = [PUBLIC]
    reading = reading_of(tmp_path, {"type": "OrderedCollection", "orderedItems": items})
    assert (len(reading.articles), dict(reading.omitted)) == (2, {"of another kind than an article": 1})


def test_values_that_databases_write_in_their_own_way(tmp_path):
    """Names that are true are a list; the key of a row that is not here is no tag; a letter has a subject."""
    firebase = {"a": {"title": "A tram", "body": TEXT, "tags": {"rail": True, "quay": True}}, "b": {"title": "B"}}
    letter = {"subject": "A bus", "email_type": "public", "body": MORE, "tags": ["56744721958ef13879b94cad", "road"]}
    reading = reading_of(tmp_path, {"posts": [*firebase.values(), letter]})
    assert {one.title: one.tags for one in reading.articles} == {
        "A tram": ("rail", "quay"),
        "A bus": ("road",),
        "B": (),
    }


def test_structured_text_of_datocms(tmp_path):
    """The tree lies in the value of a field."""
    spans = [
        {"type": "span", "value": "The tram runs "},
        {"type": "link", "children": [{"type": "span", "value": "again"}]},
    ]
    tree = {"type": "root", "children": [{"type": "paragraph", "children": spans}]}
    (article,) = reading_of(
        tmp_path, [{"title": "A tram", "content": {"value": {"schema": "dast", "document": tree}, "blocks": []}}]
    ).articles
    assert article.text == "The tram runs again"


def test_a_table_with_a_text_of_its_own_is_no_list(tmp_path):
    """Its topics are what it is about; of an item whose subject is a topic, the title is that of its text."""
    topics = [{"title": "Weather", "url": "/topics/weather"}]
    (article,) = reading_of(
        tmp_path, {"title": "A tram", "date": "2024-03-05", "body": TEXT, "topics": topics}
    ).articles
    assert (article.title, article.text) == ("A tram", TEXT)
    threads = [{"title": "A tram", "body": TEXT}, {"title": "A bus", "body": MORE}]
    assert len(reading_of(tmp_path, {"title": "Our forum", "threads": threads}).articles) == 2


@pytest.mark.parametrize(
    "item",
    [
        {"html": f"<p>{TEXT}</p>", "components": [{"role": "aside", "text": "Subscribe"}]},
        {"text": TEXT, "cards": [{"role": "aside", "text": "Read more"}]},
        {"text": TEXT, "body": [{"component": "x", "elements": [{"kind": "picture"}]}]},
        {"text": TEXT, "body": [{"role": "aside", "text": "Subscribe"}]},
    ],
)
def test_a_text_comes_before_components(tmp_path, item):
    """What stands beside an article's text in components is no text of it."""
    (article,) = reading_of(tmp_path, [{"title": "A tram", **item}]).articles
    assert article.text == TEXT


def test_subject_and_handle_mean_what_their_systems_say(tmp_path):
    """A topic is no title and an account no name; of Shopify the handle is the slug."""
    posts = [{"title": one, "url": f"https://n.example/{one}", "handle": "tram", "body": TEXT} for one in ("a", "b")]
    shop = {"title": "c", "handle": "a-tram", "blog_id": 7, "body_html": f"<p>{MORE}</p>"}
    reading = reading_of(tmp_path, [*posts, shop])
    assert {one.title: (one.id.rpartition("#")[2], one.slug) for one in reading.articles} == {
        "a": ("a", "a"), "b": ("b", "b"), "c": ("a-tram", "a-tram")}  # fmt: skip
    (tmp_path / "tram.md").write_text(f"---\nsubject: Politics\n---\n# A tram\n\n{TEXT}\n", encoding="utf-8")
    assert "Politics" not in {one.title for one in read(tmp_path, KnownFiles(), lambda *_: None).articles}


@pytest.mark.parametrize(
    ("of_itself", "entry", "articles"),
    [
        ({"text": "News of the town"}, {"url": "https://n.example/a", "date": "2024-03-05"}, ["A bus"]),
        ({"text": TEXT, "date": "2024-03-05"}, {"url": "https://n.example/a", "date": "2024-03-05"}, ["Tram"]),
        ({"text": TEXT}, {"url": "https://n.example/a"}, ["Tram"]),
        ({"content": "News of the town"}, {"body": MORE}, ["A bus"]),
    ],
)
def test_what_a_site_says_of_itself_is_no_article(tmp_path, of_itself, entry, articles):
    """Its entries say more than an address; to an article others are only linked."""
    reading = reading_of(tmp_path, {"title": "Tram", **of_itself, "posts": [{"title": "A bus", **entry}]})
    assert [one.title for one in reading.articles] == articles
