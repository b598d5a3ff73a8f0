"""Which flags, states and embargoes of files and items keep an article from readers?"""

import json

import pytest
from written_folder import reading_of

from indexer.content.reader import KnownFiles, read
from indexer.content.rules import ReadingRules
from search.times import iso

TEXT = "A ferry takes the tram over the bay while its bridge is painted, ten minutes each way."
SHOWN = {"title": "A ferry", "body": TEXT}


@pytest.mark.parametrize(
    "said", ["true", "until further notice", "yes", "tbd", "unknown", "until the minister has spoken " * 9]
)
def test_an_embargo_without_an_end_is_a_draft(tmp_path, said):
    """Nobody knows when it ends; `false` and nothing are none."""
    heads = {"a.md": said, "b.md": "false", "c.md": "''", "d.md": "none"}
    files = {name: f"---\ntitle: A\nembargo: {one}\n---\n{TEXT}" for name, one in heads.items()}
    reading = reading_of(tmp_path, files)
    words = said not in ("true", "yes")
    why = f"withheld: embargo = {said}" if len(said) < 30 else "withheld: embargo"
    why = why if words else "not published"
    assert (len(reading.articles), reading.omitted) == (3, {why: 1})
    warned = [("a.md", 3, "unreadable-date")] if words else []
    assert [(one.path, one.line, one.code) for one in reading.warnings] == warned
    rules = ReadingRules(fields={"shown": (why.removeprefix("withheld: "),)})
    assert len(read(tmp_path, KnownFiles(), lambda *_: None, rules=rules).articles) == 3 + words


@pytest.mark.parametrize(
    "said",
    ["25/02/2024 10:00 Uhr",
     "lifted", "Expired", "embargo lifted", "No embargo", "05.03.2024, 10:00 Uhr", "n/a", "-", "For immediate release",
     "немає", "embargoed until 5 March 2024 10:00", "ended: 2024-03-05"],
)  # fmt: skip
def test_an_embargo_that_is_over_hides_nothing(tmp_path, said):
    """In words, or by a day that was written with the word for hours."""
    head = f"---\ntitle: A\ndate: 2024-03-06\nembargo: '{said}'\n---\n{TEXT}"
    reading = reading_of(tmp_path, {"a.md": head, "b.json": [{**SHOWN, "date": "2024-03-06", "embargo": said}]})
    assert (len(reading.articles), reading.omitted, reading.warnings) == (2, {}, [])


@pytest.mark.parametrize(
    ("keys", "day"),
    [({"embargo": True, "embargo_until": "2024-03-05"}, "2024-03-06"),
     ({"embargo": {"until": "2099-01-01"}}, "2099-01-01"),
     ({"embargo": "Iran", "embargo_until": "2099-01-01"}, "2099-01-01"),
     ({"embargo_date": "2099-01-01", "embargo_time": "09:00"}, "2099-01-01T09")],
)  # fmt: skip
def test_an_embargo_of_several_keys_ends_when_one_says(tmp_path, keys, day):
    """A yes, a reason or a clock stands beside the day."""
    item: dict[str, object] = {**SHOWN, "date": "2024-03-06", **keys}
    reading = reading_of(tmp_path, {"a.json": [item]})
    assert [iso(one.published).startswith(day) for one in reading.articles] == [True]


@pytest.mark.parametrize("line", ["draft:true", "\tdraft: true", "status:\u00a0draft", "published:false", "draft :true",
                                  "draft=true", "draft\uff1atrue", "\u200bdraft: true",
                                  "draft: true\u200b", "\ufeffdraft: true", '"draft":true',
                                  "status = draft"])  # fmt: skip
def test_a_slip_in_a_head_shows_no_draft(tmp_path, line):
    """What can be read of broken front matter is told; a line of another table says nothing of the article."""
    files: dict[str, object] = {f"{name}.md": f"---\ntitle: A\n{one}\n---\n{TEXT}" for name, one in (
        ("a", line), ("b", "tags:news"), ("c", "seo: [\n  published: false"),
        ("d", "date: 2024-03-05\ndraft=false"))}  # fmt: skip
    reading = reading_of(tmp_path, files)
    assert [(one.id, bool(one.published)) for one in reading.articles] == [("b", False), ("c", False), ("d", True)]


@pytest.mark.parametrize(
    ("embargo", "days"),
    [({"active": True, "end_time": "2099-01-01"}, ["2099"]), ({"active": True}, []), ({"active": False}, ["2024"])],
)
def test_arc_has_a_place_of_its_own_for_an_embargo(tmp_path, embargo, days):
    """Among the restrictions of a story in ANS."""
    story = {
        "type": "story", "_id": "T1", "headlines": {"basic": "A ferry"}, "display_date": "2024-03-05",
        "content_elements": [{"type": "text", "content": TEXT}], "content_restrictions": {"embargo": embargo},
    }  # fmt: skip
    assert [iso(one.published)[:4] for one in reading_of(tmp_path, {"a.json": story}).articles] == days


def test_a_release_of_sanity_and_a_protected_post(tmp_path):
    """What is to come has a name of its own; a text that needs a password is told by its mark."""
    items: list[dict[str, object]] = [
        {**SHOWN, "_id": "versions.r1.abc", "_type": "post"}, {**SHOWN, "_id": "versions.of.a.tale"},
        {"title": {"rendered": "A"}, "content": {"rendered": TEXT, "protected": True}, "date_gmt": "2024-03-05"},
    ]  # fmt: skip
    assert [one.id for one in reading_of(tmp_path, {"a.json": items}).articles] == ["a#versions.of.a.tale"]


def test_an_unread_embargo_counts_beside_a_day_that_is_none(tmp_path):
    """Neither does the day of another key end one whose end is not known yet."""
    keys: list[dict[str, object]] = [
        {"embargo": True, "embargo_until": "TBA"},
        {"embargo_until": "TBA", "embargo_date": "2024-03-05"},
    ]
    assert not reading_of(tmp_path, {"a.json": [{**SHOWN, **one} for one in keys]}).articles


HIDDEN: list[dict[str, object]] = [
    {"status": ["draft"]}, {"status": {"name": "Draft"}}, {"status": {"type": "status", "status": {"name": "draft"}}},
    {"draft": [True]}, {"status": ["published", "private"]}, {"deleted": "2024-01-01"}, {"deleted": 1704067200},
    {"trashed": "2024-01-01 10:00"}, {"password": "abc"}, {"unlisted": True}, {"hidden": True}, {"is_hidden": True},
    {"is_spam": 1}, {"trash": True}, {"is_internal": "t"}, {"is_approved": 0}, {"isRemoved": True},
    {"permalink": False}, {"unpublished": "yes"}, {"visible": False}, {"status": "spiked"},
    {"draft": "t"}, {"deleted": "t"}, {"is_published": "f"}, {"чернетка": "так"}, {"entwurf": "ja"}, {"borrador": "sí"},
    {"опубліковано": "ні"}, {"veröffentlicht": "nein"}, {"sperrfrist": "bis auf Weiteres"}, {"hold_until": "TBC"},
    {"sperrfrist": "ja"}, {"embargo": {"active": True}}, {"embargo": {"until": "TBC"}}, {"embargo": "?"},
    {"status": "#Draft"}, {"status": "[[Draft]]"}, {"status": "\u26a0 Draft!"}, {"status": "Draft - needs sources"},
    {"draft": "draft"}, {"private": "1.0"}, {"visible": "0.0"}, {"published": "in review"}, {"confidential": "✓"},
    {"go_live_at": "TBC"}, {"publish_on": "Pending"}, {"draft": "true;"}, {"draft": "True."}, {"draft": "(yes)"},
    {"draft": "WAHR"}, {"entwurf": "Vrai"}, {"published": "FALSCH"}, {"visible": "FAUX"}, {"draft": "☑"},
    {"draft": "\u2714\ufe0f"}, {"published": "\u274c\ufe0f"},
    {"public": False}, {"meta": {"confidential": True}},
    {"password": "---"}, {"visibility": "unlisted"}, {"status": "Draft 2"}, {"status": "Draft: v2"},
    {"status": "Draft (old)"}, {"permalink": "false"}, {"deletedAt": {"_seconds": 1711929600, "_nanoseconds": 0}},
    {"deleted_at": {"date": "2024-04-01 00:00:00.000000", "timezone_type": 3, "timezone": "UTC"}},
    {"embargo_until": "infinity"},
    {"withdrawn_at": {"$date": {"$numberLong": "1711929600000"}}}, {"retracted": "2024-04-01"}, {"hidden": 1711929600},
]  # fmt: skip
SEEN_ALL_THE_SAME: list[dict[str, object]] = [
    {"status": ["published"]}, {"status": {"name": "Live"}}, {"published": {"final": False, "date": "2024-03-05"}},
    {"deleted": ""}, {"deleted": "0"}, {"deleted": "no"}, {"password": ""}, {"password": False}, {"hidden": False},
    {"permalink": "/a/"}, {"canonical": False}, {"archived": True}, {"deleted": None}, {"brouillon": "non"},
    {"embargo": "0000-00-00 00:00:00"}, {"embargo_until": "0001-01-01"},
    {"publish_on": "unknown"}, {"visible_from": "spring"}, {"status": "drafted by Jane"}, {"status": "[published]"},
    {"draft": "ні"}, {"is_published": "t"}, {"embargo": {"enabled": False, "until": None}},
    {"embargo": {"active": True, "end_time": "2024-03-05"}}, {"embargo": {"until": "2024-03-05"}},
    {"is_spam": 0}, {"is_approved": 1}, {"internal": True}, {"spam": ""},
    {"draft": "false;"}, {"draft": "FALSO"}, {"published": "ИСТИНА"},
    {"status": "Published!"}, {"draft": "0.0"}, {"draft": "published"}, {"draft": "–"}, {"password": "NULL"},
    {"password": "\\N"}, {"password": "none"}, {"password": "-"}, {"seo": {"hidden": True}}, {"meta": {"hidden": True}},
    {"status": "Pending trial"}, {"status": "Draft pick"}, {"permalink": "no"}, {"deleted_at": {"date": None}},
    {"deleted_at": "0001-01-01T00:00:00Z"}, {"trashed_at": "1970-01-01 00:00:00"},
    {"metadata": {"visible": False}}, {"draft": False, "is_unlisted": True}, {"draft": False, "unlisted": True},
]  # fmt: skip


@pytest.mark.parametrize("form", ["json", "md"])
@pytest.mark.parametrize(("said", "shown"), [*((one, 0) for one in HIDDEN), *((one, 1) for one in SEEN_ALL_THE_SAME)])
def test_what_hides_an_item_hides_a_file(tmp_path, form, said, shown):
    """A list gives its values, and a table its name; a flag may be a day."""
    head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in said.items())
    held = {"json": [{**SHOWN, **said}], "md": f"---\ntitle: A\n{head}---\n{TEXT}"}
    assert len(reading_of(tmp_path, {f"a.{form}": held[form]}).articles) == shown


@pytest.mark.parametrize("key", ["active", "enabled"])
def test_what_is_over_is_still_read(tmp_path, key):
    """At the head of a page, of a campaign; an export tells by it whether a row is shown."""
    files = {"a.md": f"---\ntitle: A\ndate: 2024-03-05\n{key}: false\n---\n{TEXT}", "b.json": [{**SHOWN, key: False}]}
    assert [one.path for one in reading_of(tmp_path, files).articles] == ["a.md"]


@pytest.mark.parametrize(("path", "shown"), [("pages/01.blog/a/post.md", 1), ("blog/a/item.md", 1), ("blog/a.md", 0)])
def test_what_grav_leaves_out_of_its_menu_is_shown(tmp_path, path, shown):
    """Its `visible` speaks of the navigation alone."""
    reading = reading_of(tmp_path, {path: f"---\ntitle: A\ndate: 2024-03-05\nvisible: false\n---\n{TEXT}"})
    assert len(reading.articles) == shown
