"""Can an archive's own fields be filtered, counted and shown at every edge, with nothing but their declaration?"""

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from conftest import called
from fake_index import built_index, open_fake
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from indexer.content.reader import KnownFiles, read
from indexer.content.rules import ReadingRules
from search.api.params import EXPORT_PARAMETERS, FACET_PARAMETERS, PARAMETERS, query_from
from search.cli import main as cli
from search.engine.engine import EmbeddedEngine
from search.errors import RequestError, SettingsError
from search.field_settings import RESERVED, field_settings
from search.index.snapshot_manager import SnapshotManager
from search.library import Index
from search.mcp.tools import Assistant
from search.query.fields import FILTER_FIELDS
from search.query.model import FieldFilter, Filters, Query
from search.query.ranges import bounds, range_text, read_range, sortable
from search.query.syntax import FIELDS
from search.server.app import create_app
from search.settings import BUILT_IN_MODEL, Settings
from search.web.results_view import PAGE_PARAMETERS

NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
DECLARED = {"desk": "keyword", "rating": "number", "closes": "date"}
SETTINGS = {"custom": {**DECLARED, "series": {"kind": "keyword", "keys": ["meta.series"]}}}
DESKS = ("Sport", "World/Asia", "World/Africa", None)
"""Of article n the n-th, over and over; its rating is n - 2, but for the fourth, and it closes n days after Feb 1st."""


def written(n):
    """The n-th article as a file."""
    desk = DESKS[n % len(DESKS)]
    lines = [f"title: Harbour {n}", f"date: 2026-01-{n + 1:02d}", *([f"desk: [{desk}]"] if desk else [])]
    lines += [f"rating: {n - 2}.0"] if n != 4 else ["rating: great"]
    lines += [f"closes: 2026-02-{n + 1:02d}"] if n < 6 else []
    lines += ["meta: {series: The long read}"] if n == 1 else []
    return "\n".join(["---", *lines, "---", f"The harbour was closed because of the fog, day {n}.", ""])


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def index(request, tmp_path_factory):
    """An index of ten such articles, read from files."""
    content = tmp_path_factory.mktemp("content")
    for n in range(10):
        (content / f"a{n}.en.md").write_text(written(n), encoding="utf-8")
    rules = ReadingRules(custom=field_settings(SETTINGS, "lede.toml").custom)
    articles = read(content, KnownFiles(), lambda *_: None, rules).articles
    return built_index(tmp_path_factory.mktemp("index"), articles, keyword=request.param, rules=rules)


@pytest.fixture
def engine(index):
    """An engine over it."""
    return EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: NOW)


@pytest.fixture(scope="module")
def client(index):
    """The service over it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.wiring.open_generation", open_fake)
        with TestClient(create_app(Settings(index=index.root), clock=lambda: NOW)) as opened:
            yield opened


SPORT, WORLD, NO_DESK = {0, 4, 8}, {1, 2, 5, 6, 9}, {3, 7}
FILTERS = [
    ({"desk": "sport"}, SPORT),
    ({"desk": "world"}, WORLD),
    ({"desk": "World/Asia"}, {1, 5, 9}),
    ({"desk": ["sport", "world/africa"]}, SPORT | {2, 6}),
    ({"desk": "-sport"}, WORLD | NO_DESK),
    ({"desk": "nowhere"}, set()),
    ({"series": "the long read"}, {1}),
    ({"rating": "3"}, {5}),
    ({"rating": "1..3"}, {3, 5}),
    ({"rating": "5.."}, {7, 8, 9}),
    ({"rating": "..0"}, {0, 1, 2}),
    ({"rating": "(-2)..(-1)"}, {0, 1}),
    ({"rating": "-1..99"}, {0, 1, 2, 4}),
    ({"rating": ["1", "7"]}, {3, 9}),
    ({"closes": "2026-02-02"}, {1}),
    ({"closes": "2026-02-02..2026-02-04"}, {1, 2, 3}),
    ({"closes": "2026-02"}, {0, 1, 2, 3, 4, 5}),
    ({"closes": "2027.."}, set()),
    ({"closes": "7d"}, {3, 4, 5}),
    ({"closes": "..2026-02-01T00:00:00Z"}, set()),
    ({"closes": "2026-02-03T02:00:00+02:00"}, {2}),
    ({"closes": "2026-02-02", "tz": "America/New_York"}, {2}),
    ({"desk": "world", "rating": "3.."}, {5, 6, 9}),
]


def numbers(hits):
    """Which articles hits are."""
    return {int(hit["id"][1]) for hit in hits}


@pytest.mark.parametrize(("chosen", "expected"), FILTERS)
@pytest.mark.parametrize("text", ["", "harbour", '"the harbour"'])
def test_each_filter_admits_what_articles_say(client, text, chosen, expected):
    """Over HTTP by GET and POST, with words, in a condition, and without text; the total is that of the hits."""
    asked = {"q": text, "limit": 50, "strictness": "wide", **chosen}
    for answer in (client.get("/search", params=asked), client.post("/search", json=asked)):
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert numbers(told["hits"]) == expected
        assert told["total"]["value"] == len(expected)
        assert told["query"]["filters"].keys() == chosen.keys() - {"tz"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("desk:sport", SPORT),
        ("-desk:sport", WORLD | NO_DESK),
        ("harbour desk:World/Asia", {1, 5, 9}),
        ("desk:sport OR rating:3", SPORT | {5}),
        ("(desk:sport OR desk:world) AND rating:5..", {8, 9}),
        ("NOT closes:2026-02", {6, 7, 8, 9}),
        ("closes:2026-02-02..2026-02-04", {1, 2, 3}),
        ('rating:"(-2)..(-1)"', {0, 1}),
        ("Desk:sport", SPORT),
    ],
)
def test_the_query_language_has_the_fields(client, text, expected):
    """As words before a colon, and what was understood means the same when it is asked again."""
    told = client.get("/search", params={"q": text, "limit": 50}).json()
    assert numbers(told["hits"]) == expected
    again = {"q": told["query"]["understood"], **told["query"]["filters"], "limit": 50}
    assert numbers(client.get("/search", params=again).json()["hits"]) == expected


def test_what_is_no_number_is_read_as_words_with_a_note(client):
    """In the query language nothing is an error."""
    told = client.get("/search", params={"q": "harbour rating:great"}).json()
    assert any("10..20" in note for note in told["suggestions"])


@pytest.mark.parametrize(
    ("parameters", "hint"),
    [
        ({"rating": "great"}, "10..20"),
        ({"rating": "3..1"}, "10..20"),
        ({"rating": "nan"}, "10..20"),
        ({"rating": ".."}, "10..20"),
        ({"closes": "soon"}, "2026-02-05"),
        ({"closes": "2026-13"}, "2026-02-05"),
        ({"deks": "sport"}, "desk"),
        ({"facets": "desks"}, "desk"),
    ],
)
@pytest.mark.parametrize("route", ["/search", "/export", "/timeline", "/facets/desk"])
def test_what_does_not_fit_is_refused_with_a_hint(client, route, parameters, hint):
    """422, naming the field and the remedy."""
    if "facets" in parameters and route != "/search":
        return
    answer = client.get(route, params={"q": "harbour", **parameters})
    assert answer.status_code == 422
    assert answer.json()["field"] in parameters
    assert hint in answer.json()["remedy"]


def test_a_facet_counts_what_choosing_each_value_shows(client):
    """Keywords with their parents, numbers and dates as ranges in order; each value, chosen, shows as many."""
    told = client.get("/search", params={"facets": "true", "limit": 0}).json()
    facets = {name: {one["value"]: one["count"] for one in told["facets"][name]} for name in (*DECLARED, "series")}
    assert facets["desk"] == {"World": 5, "World/Asia": 3, "Sport": 3, "World/Africa": 2}
    assert facets["series"] == {"The long read": 1}
    assert list(facets["rating"]) == ["(-2)", "(-1)", "0", "1", "3", "4", "5", "6", "7"]
    assert facets["closes"] == {"2026-02": 6}
    for name, counts in facets.items():
        for value, count in counts.items():
            chosen = client.get("/search", params={name: value, "facets": name, "limit": 50}).json()
            assert chosen["total"]["value"] == count
            assert [one["value"] for one in chosen["facets"][name] if one["selected"]] == [value]
    values = client.get("/facets/desk", params={"value": "asia"}).json()
    assert [(one["value"], one["count"]) for one in values["values"]] == [("World/Asia", 3)]


def test_answers_exports_and_feeds_hold_the_values(client):
    """JSON, JSON Lines, CSV, Atom and JSON Feed; each may be filtered by them."""
    chosen = {"desk": "World/Asia", "rating": "..0"}
    (hit,) = client.get("/search", params=chosen).json()["hits"]
    custom = {"desk": ["World/Asia"], "rating": -1.0, "closes": "2026-02-02T00:00:00Z", "series": ["The long read"]}
    assert hit["custom"] == custom
    assert client.get(f"/articles/{hit['id']}").json()["custom"] == custom
    (line,) = client.get("/export", params=chosen).text.splitlines()
    assert json.loads(line)["custom"] == custom
    (row,) = csv.DictReader(client.get("/export", params={**chosen, "format": "csv"}).text.splitlines())
    assert (row["desk"], row["rating"], row["closes"], row["series"]) == (
        *("World/Asia", "-1.0", "2026-02-02T00:00:00Z"),
        "The long read",
    )
    feed = client.get("/feed.json", params=chosen).json()
    assert [item["_lede"]["custom"] for item in feed["items"]] == [custom]
    assert "desk=World" in feed["feed_url"]
    entries = ElementTree.fromstring(client.get("/feed.atom", params=chosen).text)  # noqa: S314 - our own
    terms = {one.get("scheme"): one.get("term") for one in entries.iter("{http://www.w3.org/2005/Atom}category")}
    assert terms["urn:lede:field:desk"] == "World/Asia"
    assert sum(period["count"] for period in client.get("/timeline", params={"desk": "sport"}).json()["periods"]) == 3
    assert numbers(client.get("/similar/a1.en", params={"desk": "sport", "limit": 50}).json()["hits"]) <= SPORT


def test_suggestions_know_keywords(client):
    """What begins as typed, with the field as its kind."""
    told = client.get("/suggest", params={"q": "spo"}).json()["suggestions"]
    assert [(one["kind"], one["value"], one["count"]) for one in told] == [("desk", "Sport", 3)]


def test_the_page_shows_facets_chips_and_links(client):
    """A section of its own, the chosen value as a chip that can be taken away, and the filter in every link."""
    browser = {"accept": "text/html"}
    home = client.get("/", headers=browser).text
    assert 'id="facet-desk">Desk<' in home
    assert "?desk=World%2FAsia" in home
    chosen = client.get("/", params={"q": "harbour", "desk": "sport", "closes": "2026-02"}, headers=browser).text
    assert "desk: sport" in chosen
    assert "closes: 2026-02<" in chosen
    assert "/export?q=harbour&amp;desk=sport&amp;closes=2026-02" in chosen
    assert "/feed.atom?q=harbour&amp;desk=sport&amp;closes=2026-02" in chosen
    assert client.get("/", params={"rating": "great"}, headers=browser).status_code == 422
    assert client.get("/", params={"utm_source": "x", "desk": "sport"}, headers=browser).status_code == 200


def test_the_openapi_document_names_them(client):
    """At every route that takes filters, and in the body of POST."""
    paths = client.get("/openapi.json").json()["paths"]
    for route in ("/search", "/export", "/timeline", "/feed.atom", "/facets/{name}", "/similar/{article_id}"):
        assert DECLARED.keys() <= {parameter["name"] for parameter in paths[route]["get"]["parameters"]}
    body = paths["/search"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert DECLARED.keys() <= body["properties"].keys()


def test_assistants_are_told_of_them_and_may_use_them(engine):
    """In the schema of the tool, and in a call."""
    assistant = Assistant(engine, lambda: NOW, "")
    search, _ = assistant.tools()
    assert DECLARED.keys() <= search.arguments["properties"].keys()
    found: Any = assistant.call("search", {"query": "harbour", "desk": ["sport"], "rating": "2.."}, "http://x/")
    assert {one.id for one in found.results} == {"a8.en"}
    fetched: Any = assistant.call("fetch", {"id": "a8.en"}, "http://x/")
    assert fetched.metadata.custom["desk"] == ["Sport"]
    with pytest.raises(RequestError):
        assistant.call("search", {"query": "harbour", "deks": "sport"}, "http://x/")


def test_the_command_line_has_a_flag_for_each(index, monkeypatch):
    """`--desk sport`, named in the help, and refused where it is mistyped."""
    monkeypatch.setattr("search.wiring.open_generation", open_fake)
    found = called(cli.main, "query", "harbour", "--desk", "sport", "--rating", "2..", "--json", "--index", index.root)
    assert numbers(json.loads(found.stdout)["hits"]) == {8}
    assert "--closes" in called(cli.main, "query", "--help", "--index", index.root).stdout
    table = called(cli.main, "query", "--desk=sport", "--csv", "--index", index.root).stdout
    assert table.splitlines()[0].endswith("desk,rating,closes,series")
    wrong = called(cli.main, "query", "harbour", "--deks", "sport", "--index", index.root)
    assert wrong.returncode == 2
    assert "--desk" in wrong.stderr
    assert called(cli.main, "query", "harbour", "--rating", "x", "--index", index.root).returncode == 2


def test_python_has_them(engine):
    """As named arguments."""
    with Index(engine) as opened:
        assert {hit.article.id for hit in opened.search("harbour", desk="sport", rating="2..").hits} == {"a8.en"}


def test_a_generation_without_the_field_has_no_value_of_it(tmp_path):
    """A filter kept from another generation, as by a cursor, admits nothing where a value is wanted."""
    bare = built_index(tmp_path, read_archive(tmp_path))
    engine = EmbeddedEngine(SnapshotManager(bare, open_fake), BUILT_IN_MODEL, lambda: NOW)
    for text in ("", "harbour"):
        wanted = Query(text=text, filters=Filters(desk=FieldFilter(include=("sport",))), facets=("desk",))
        assert engine.search(wanted).total.value == 0
        refused = Query(text=text, filters=Filters(desk=FieldFilter(exclude=("sport",))))
        assert engine.search(refused).total.value == 1
    assert engine.declared() == {}


def read_archive(folder):
    """One article, read without any declaration."""
    content = folder / "content"
    content.mkdir()
    (content / "a0.en.md").write_text(written(0), encoding="utf-8")
    return read(content, KnownFiles(), lambda *_: None).articles


def test_no_name_of_a_parameter_flag_or_word_can_be_declared():
    """Each is refused with a remedy that names it."""
    flags = {flag.removeprefix("--").replace("-", "_") for flag in cli._parser().command("query").flags()}
    taken = {*PARAMETERS, *EXPORT_PARAMETERS, *FACET_PARAMETERS, *PAGE_PARAMETERS, *FILTER_FIELDS, *flags}
    taken |= {word for word in FIELDS if word.isascii()}
    assert not {name for name in taken if name.isidentifier()} - RESERVED - {"no_time"}
    for name in sorted(RESERVED):
        with pytest.raises(SettingsError) as refused:
            field_settings({"custom": {name: "keyword"}}, "lede.toml")
        assert f"archive_{name}" in str(refused.value)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_any_range_is_kept_in_a_form_that_reads_the_same(one, other):
    """Numbers of any size, in order; and integers that stand for them are in the same order."""
    low, high = sorted((one, other))
    kept = range_text(low, high)
    assert bounds(kept) == (low, high)
    assert read_range("number", "x", kept, UTC, NOW) == kept
    assert (sortable(low) < sortable(high)) == (low < high)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.integers(1, 10**9),
    st.sampled_from(["UTC", "Europe/Kyiv"]),
)
def test_any_range_of_dates_is_kept_in_a_form_that_reads_the_same(moment, seconds, zone):
    """Whatever the zone it is read in, for it says its own."""
    since = moment.replace(microsecond=0, tzinfo=UTC)
    typed = f"{since.isoformat()}..{(since + timedelta(seconds=seconds)).isoformat()}"
    kept = read_range("date", "x", typed, ZoneInfo(zone), NOW)
    assert read_range("date", "x", kept, UTC, NOW) == kept
    low, high = bounds(kept)
    assert high - low == seconds * 1000 - 1


def test_many_numbers_are_counted_by_ranges_that_filters_read(tmp_path):
    """Each number is in one range, and each range admits as many articles as it counts."""
    from search.index.number_column import RANGES, number_column

    column = number_column([n * 1.5 for n in range(100)] + [None] * 5, is_date=False)
    names, codes = column.coded(UTC)
    assert len(names) == RANGES
    for code, name in enumerate(names):
        assert (codes == code).sum() == column.has_any((name,)).sum() == 10
    assert (codes == -1).sum() == 5


def test_dates_over_years_are_counted_by_years_of_the_zone():
    """A year admits, read in the same zone, as many as it counts."""
    from search.index.number_column import number_column

    days = [datetime(2000 + n, 1, 1, tzinfo=ZoneInfo("Europe/Kyiv")) for n in range(9)]
    column = number_column([day.timestamp() * 1000 for day in days], is_date=True)
    names, codes = column.coded(ZoneInfo("Europe/Kyiv"))
    assert names == [str(2000 + n) for n in range(9)]
    assert codes.tolist() == list(range(9))
    for name in names:
        kept = read_range("date", "x", name, ZoneInfo("Europe/Kyiv"), NOW)
        assert column.has_any((kept,)).sum() == 1


def test_an_age_in_a_date_field_counts_from_when_the_list_was_begun():
    """A page behind a cursor asks the same dates."""
    asked = query_from([("closes", "7d..")], NOW, {"closes": "date"})
    assert asked.now == NOW
    assert query_from([("closes", "2026-02-01..2026-02-03")], NOW, {"closes": "date"}).now is None
