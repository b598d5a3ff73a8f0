"""Does the page tell what is in the archive, and help whoever does not know how to ask?"""

import csv
import html
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from search.server import app
from search.settings import Settings
from search.web.archive_summary import ArchiveSummaries
from search.wiring import open_engine

NEWEST = datetime(2026, 3, 28, tzinfo=UTC)
"""About when the newest of the samples was published."""


@pytest.fixture(scope="module")
def engine(samples):
    """The engine over the samples."""
    return open_engine(Settings(index=samples.index))


@pytest.fixture(scope="module")
def client(samples):
    """A client of the service over the samples, years after the newest of them."""
    settings = Settings(index=samples.index)
    with TestClient(app.create_app(settings, lambda: datetime(2028, 1, 1, tzinfo=UTC))) as opened:
        yield opened


@pytest.mark.parametrize("language", ["en", "uk"])
def test_every_example_of_the_help_page_finds_something(client, language):
    """Ten questions made of this archive's own words, in the language of the page."""
    page = client.get(f"/help?ui={language}").text
    client.cookies.clear()
    examples = re.findall(r'<td><a href="(/\?q=[^"]*)"', page)
    assert len(examples) == 10
    for there in examples:
        found = client.get(html.unescape(there).replace("/?", "/search?")).json()
        assert found["total"]["value"] > 0, there


def test_home_tells_what_there_is(client, engine):
    """Examples, sections and days covered; each link finds something."""
    page = client.get("/").text
    starters = re.search(r'<dl class="starters">.*?</dl>', page, re.S)[0]
    links = [html.unescape(there) for there in re.findall(r'href="(/\?[^"]*)"', starters)]
    assert len(links) > 4
    for there in links:
        assert client.get(there.replace("/?", "/search?")).json()["total"]["value"] > 0, there
    first, last = re.search(r"· (\d+ \w+ \d{4}) to (\d+ \w+ \d{4})", page).groups()
    assert datetime.strptime(first, "%d %b %Y") < datetime.strptime(last, "%d %b %Y")


def test_rising_tags_are_those_of_the_last_week(engine):
    """No tag rises that the last week does not have thrice."""
    summary = ArchiveSummaries(engine).get("en", NEWEST)
    assert summary.newest is not None
    since = datetime.fromtimestamp(summary.newest / 1000, UTC) - timedelta(days=7)
    from search.api.params import query_from

    for tag in summary.rising:
        asked = query_from([("tag", tag), ("from", since.isoformat()), ("limit", "0")], NEWEST)
        assert engine.search(asked).total.value >= 3


def test_presets_of_an_archive_that_rests_count_from_its_newest_article(client, samples):
    """None leads to an empty page, and the page says so; where the archive is alive, ages count from now."""
    page = client.get("/?q=bitcoin").text
    assert "when the newest article was published" in page
    links = re.findall(r'<a href="([^"]*)" data-key="from:', page)
    assert len(links) >= 3
    for there in links:
        assert 'class="title"' in client.get("/" + html.unescape(there)).text, there
    with TestClient(app.create_app(Settings(index=samples.index), lambda: NEWEST)) as alive:
        page = alive.get("/?q=bitcoin").text
        assert "when the newest article was published" not in page
        assert 'data-key="from:30d"' in page


def total_of(page):
    """The number in the title of a page of results."""
    return int(re.search(r'<h1 id="count">(\d+) ', page)[1])


PRESET = r'<a href="([^"]*)" data-key="(?:from|month):[^"]*".*?class="count">([\d,]+)<'


@pytest.mark.parametrize(
    "question", ["q=bitcoin", "q=bitcoin&tag=ETF", "sort=newest&tag=BITCOIN", "q=bitcoin&from=2026-01-01"]
)
@pytest.mark.parametrize("fold", ["", "&fold=none"])
def test_presets_and_months_say_how_much_they_show(client, question, fold):
    """The number beside each is that of the page it leads to, whatever dates are chosen now."""
    page = client.get(f"/?{question}{fold}").text
    dates = re.search(r'id="facet-date".*?<form', page, re.S)[0]
    found = [(html.unescape(there), int(count)) for there, count in re.findall(PRESET, dates, re.S)]
    assert len([there for there, _ in found if "month" not in there]) >= 3
    assert 'id="months"' in dates
    for there, count in found:
        assert total_of(client.get("/" + there).text) == count, there


def test_a_text_that_names_dates_offers_no_ages(client):
    """They would hold beside its own, and lead to an empty page."""
    page = client.get("/?q=bitcoin before:2025-12-01").text
    assert 'data-key="from:' not in page
    assert 'data-key="month:2025-10"' in page


def test_home_speaks_the_readers_language(client):
    """Articles that have a translation are listed in the language of the page; a text decides by its own."""
    title = re.compile(r'<h2 lang="(\w+)"')
    assert set(title.findall(client.get("/?ui=uk").text)) == {"uk"}
    assert set(title.findall(client.get("/?ui=en").text)) == {"en"}
    assert set(title.findall(client.get("/?ui=en&q=біткоїн").text)) == {"uk"}
    client.cookies.clear()


def test_the_chart_has_a_scale_and_labels(client):
    """Round numbers at its left, what each bar begins with below it; the highest bar fits."""
    page = client.get("/?q=bitcoin&fold=none").text
    scale = re.findall(r'data-label="(\d+)"', re.search(r'class="scale".*?</p>', page, re.S)[0])
    highest = max(float(height) for height in re.findall(r'<rect class="[a-o]\w+" [^>]*height="([\d.]+)"', page))
    assert scale[-1] == "0"
    assert 48 <= highest <= 96
    ticks = re.findall(r'data-label="(\d*)"', re.search(r'class="ticks".*?</p>', page, re.S)[0])
    assert len(ticks) == len(re.findall(r"data-from=", page))
    assert sum(1 for tick in ticks if tick) > 5


def test_pages_have_numbers(client):
    """The first, the last and those around; each begins where it says."""
    page = client.get("/?q=bitcoin&limit=2&offset=8&fold=none").text
    numbers = re.search(r'<span class="numbers">.*?</nav>', page, re.S)[0]
    assert re.search(r'aria-current="page">5<', numbers)
    addresses = dict(re.findall(r'href="([^"]*)" aria-label="Page (\d+)"', numbers))
    assert {"1", "3", "4", "6", "7"} <= set(addresses.values())
    (third,) = [there for there, number in addresses.items() if number == "3"]
    assert "offset=4" in third
    assert 'start="5"' in client.get("/" + html.unescape(third)).text


def test_values_can_be_refused_and_all_filters_cleared(client):
    """A minus beside each value excludes it; one link takes all filters away."""
    page = client.get("/?q=bitcoin&tag=ETF&sentiment=NEGATIVE").text
    (clear,) = re.findall(r'<a class="clear" href="([^"]*)"', page)
    assert clear == "?q=bitcoin"
    refusals = [html.unescape(there) for there in re.findall(r'<a class="not" href="([^"]*)"', page)]
    (refused,) = [there for there in refusals if there.endswith("lang=-uk")]
    assert "not Ukrainian" in client.get("/" + refused).text
    assert 'class="clear"' not in client.get("/?q=bitcoin&tag=ETF").text


def test_results_are_taken_along(client):
    """CSV with a mark for spreadsheets and absolute addresses, JSON Lines, BibTeX and RIS of the same hits."""
    page = client.get("/?q=bitcoin&tag=ETF").text
    links = {name: html.unescape(there) for there, name in re.findall(r'href="(/export[^"]*)" download>([^<]*)', page)}
    assert set(links) == {"CSV", "JSON Lines", "BibTeX", "RIS"}
    found = client.get("/search?q=bitcoin&tag=ETF&limit=100").json()["hits"]
    table = client.get(links["CSV"]).content.decode()
    assert table.startswith("\ufeffid,")
    rows = list(csv.DictReader(io.StringIO(table[1:])))
    assert [row["id"] for row in rows] == [hit["id"] for hit in found]
    assert all(row["url"].startswith("http://testserver/articles/") for row in rows)
    assert rows[0]["source_name"] == found[0]["source"]["name"]
    assert rows[0]["tags"] == ", ".join(found[0]["tags"])
    assert client.get(links["BibTeX"]).text.count("@article{") == len(found)
    answer = client.get(links["RIS"])
    assert answer.text.count("TY  - NEWS") == answer.text.count("ER  -") == len(found)
    assert 'filename="lede.ris"' in answer.headers["content-disposition"]


def test_no_formula_reaches_a_spreadsheet():
    """A title that begins like one gets an apostrophe; a score below 0 stays a number."""
    from msgspec import UNSET
    from msgspec.structs import replace

    from search.api import csv as table
    from search.api.responses import HitAnswer
    from search.results import Highlight

    plain: Any = {name: "" for name in HitAnswer.__struct_fields__ if name not in ("story", "explain")}
    hit = HitAnswer(**plain | {"tags": (), "source": None, "score": -1.5, "highlight": Highlight("", ""), "twins": ()})
    hit = replace(hit, title='=HYPERLINK("x")', description="-5 %", story=UNSET)
    (row,) = csv.DictReader(io.StringIO(table.head() + table.line(hit)))
    assert (row["title"], row["description"], row["score"]) == ('\'=HYPERLINK("x")', "'-5 %", "-1.5")


def test_text_browsers_see_nothing_hidden(client):
    """No message that does not hold, no empty item, no button that only a script could serve."""
    for path in ("/", "/?q=bitcoin", "/help"):
        page = re.sub(r"<head>.*?</head>", "", client.get(path).text, flags=re.S)
        text = re.sub(r"<[^>]*>", " ", page)
        assert "cannot be reached" not in text
        assert "<template" not in page
        assert "<button hidden" not in page
        assert not re.findall(r"<li>\s*</li>", page)
        assert not re.findall(r"</(?:span|time)><(?:span|time)(?! class=\"(?:tick|value)| data-label)", page), path


def test_the_reason_of_a_result_marks_words_without_asterisks(client):
    """In bold; whatever else an article's text holds stays text."""
    page = client.get("/?q=bitcoin").text
    reasons = re.findall(r'<p class="because">(.*?)</p>', page)
    assert reasons
    assert all("*" not in reason for reason in reasons)
    assert any("<strong>bitcoin</strong>" in reason for reason in reasons)
    hostile = client.get("/", params={"q": "bitcoin OR *<i>a</i>*"}).text
    assert "<i>a</i>" not in hostile
    ukrainian = client.get("/", params={"q": "bitcoin", "ui": "uk"}).text
    (first, *_) = re.findall(r'<p class="because">(.*?)</p>', ukrainian)
    assert re.search(r"<strong>bitcoin</strong> у (заголовку|описі|тегах|тексті)", first), first
