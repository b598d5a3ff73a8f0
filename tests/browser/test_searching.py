"""Does the page do what a person expects of it, in a real browser?"""

import contextlib
import re

import pytest

from browser.screen import keep, overflows

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

COUNT = re.compile(r"^\d+ (story|stories)$")


def found(page):
    """How many articles the page says that it found."""
    expect(page.locator("#count")).to_have_text(COUNT)
    return int(page.locator("#count").inner_text().split()[0])


def test_it_answers_while_somebody_types(site, opened):
    """`/` leads to the box, results come while typing, the address says all, back and forward work, focus stays."""
    page = opened(site)
    expect(page.locator("#count")).to_have_text("Latest in the archive")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("bitcoin", delay=20)
    expect(page.locator("#count")).to_have_text(COUNT)
    page.wait_for_url("**/?q=bitcoin")
    assert page.title() == "bitcoin – Lede"
    expect(page.locator("#announcer")).to_have_text(page.locator("#count").inner_text())
    expect(page.locator("#q")).to_be_focused()
    assert page.locator("#q").input_value() == "bitcoin"
    page.keyboard.press("Enter")
    page.locator("a[data-key='sentiment:POSITIVE']").click()
    page.wait_for_url("**/?q=bitcoin&sentiment=POSITIVE")
    expect(page.locator("a[data-key='sentiment:POSITIVE']")).to_be_focused()
    page.go_back()
    page.wait_for_url("**/?q=bitcoin")
    expect(page.locator(".chips")).to_have_count(0)
    page.go_back()
    expect(page.locator("#count")).to_have_text("Latest in the archive")
    assert page.locator("#q").input_value() == ""
    page.go_forward()
    expect(page.locator("#q")).to_have_value("bitcoin")
    expect(page.locator("#count")).to_have_text(COUNT)


def test_a_stale_answer_is_dropped_and_a_slow_one_shows_a_skeleton(site, opened):
    """What was asked first and comes last is not shown; whoever waits sees that something comes."""
    page = opened(f"{site}/?q=exchange")
    held = []

    def hold(route):
        held.append(route)

    page.route(re.compile(r"/\?q=bitcoin"), hold)
    page.fill("#q", "bitcoin")
    expect(page.locator(".skeleton")).to_be_visible()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    page.fill("#q", "zorblax")
    expect(page.locator("#count")).to_have_text("Nothing found")
    expect(page.locator(".skeleton")).to_have_count(0)
    with contextlib.suppress(sync_api.Error):  # the browser may have told that nobody waits for it any more
        held[0].fulfill(body="<title>stale</title><main id=main>stale</main>", content_type="text/html")
    page.wait_for_timeout(200)
    assert page.title() == "zorblax – Lede"
    expect(page.locator("#count")).to_have_text("Nothing found")


def test_suggestions_are_a_combobox(site, opened):
    """Arrows move, Enter chooses a tag as a filter, Esc closes, and then arrows lead through the results."""
    page = opened(site)
    box, options = page.get_by_role("combobox"), page.get_by_role("option")
    page.keyboard.press("Control+k")
    page.keyboard.type("bitco")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.input_value() == "bitco"
    page.keyboard.press("Alt+ArrowDown")
    tag = options.filter(has_text="Tag").first
    expect(tag).to_be_visible()
    while tag.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/\?tag="))
    expect(page.locator(".chips .chip")).to_have_count(1)
    assert box.input_value() == ""
    page.keyboard.press("ArrowDown")
    expect(page.locator(".title").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".title").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()


def test_a_title_that_is_suggested_opens_the_article(site, opened):
    """Choosing a title goes to it."""
    page = opened(site)
    page.fill("#q", "what the bitcoin halv")
    page.get_by_role("option").filter(has_text="Article").first.click()
    page.wait_for_url("**/articles/2025/10/what-the-bitcoin-halving-really-does-in-plain-words.en")
    expect(page.locator("h1")).to_contain_text("halving")


def test_filters_are_chips_wherever_they_come_from(site, opened):
    """A filter of a facet, one typed into the text and a date show as chips; each goes when it is pressed."""
    page = opened(f"{site}/?q=bitcoin")
    every = found(page)
    count = int(page.locator("a[data-key='source:blockwire'] .count").inner_text())
    page.locator("a[data-key='source:blockwire']").click()
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{count} stor(y|ies)"))
    page.get_by_role("link", name="Remove the filter Blockwire").click()
    expect(page.locator("#count")).to_have_text(f"{every} stories")
    page.fill("#q", "bitcoin source:blockwire")
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{count} stor(y|ies)"))
    expect(page.locator("a[data-key='source:blockwire']")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Remove the filter Blockwire").click()
    expect(page.locator("#q")).to_have_value("bitcoin")
    expect(page.locator("#count")).to_have_text(f"{every} stories")
    page.fill("input[name='from']", "2026-02-01")
    page.fill("input[name='to']", "2026-02-28")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**from=2026-02-01&to=2026-02-28")
    assert found(page) < every
    page.get_by_role("link", name="Remove the filter 1 Feb 2026 to 28 Feb 2026").click()
    expect(page.locator("#count")).to_have_text(f"{every} stories")
    page.locator("a[data-key^='from:']").last.click()
    expect(page.get_by_role("link", name=re.compile("^Remove the filter from "))).to_be_visible()


def test_tags_are_searched_inside_their_facet(site, opened):
    """Typing narrows the list, also what was folded away."""
    page = opened(f"{site}/?q=bitcoin")
    page.fill("#within", "etf")
    shown = page.locator(".facet:has(#within) li:visible .value")
    expect(shown.first).to_be_visible()
    assert all("etf" in text.lower() for text in shown.all_inner_texts())
    page.fill("#within", "zzz")
    expect(shown).to_have_count(0)


def bars(page):
    """The bars of the chart that are not empty, each with what it counts: articles, as nothing is folded."""
    every = page.locator("#chart a").filter(has=page.locator("rect:not(.place)"))
    counts = [int(re.search(r": (\d+) articles?$", title)[1]) for title in every.locator("title").all_text_contents()]
    return every, counts


def test_a_bar_of_the_chart_chooses_its_days(site, opened):
    """A click shows as many articles as the bar says; a drag as many as the bars that it covers."""
    page = opened(f"{site}/?q=bitcoin&fold=none")
    every, counts = bars(page)
    assert len(counts) > 5
    whole = page.locator("#count").inner_text()
    every.nth(3).click()
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{counts[3]} articles?$"))
    assert {"from", "to"} <= set(re.findall(r"(\w+)=", page.url))
    page.go_back()
    expect(page.locator("#count")).to_have_text(whole)
    first, last = every.nth(1).locator(".place").bounding_box(), every.nth(4).locator(".place").bounding_box()
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + 40)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 20, steps=4)
    expect(every.nth(2)).to_have_class(re.compile("chosen"))
    page.mouse.up()
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{sum(counts[1:5])} articles?$"))


def test_a_whole_month_is_chosen_below_the_chart(site, opened):
    """“All of March” is a press on its name."""
    page = opened(f"{site}/?q=bitcoin")
    page.get_by_role("link", name="All of Mar").click()
    page.wait_for_url("**from=2026-03-01&to=2026-03-31")
    expect(page.locator("#chart-title")).to_have_text("By day")


def test_the_chart_is_a_table_for_whoever_cannot_see_it(site, opened):
    """With the keyboard alone: the table opens, its links choose, its numbers are those of the bars."""
    page = opened(f"{site}/?q=bitcoin&fold=none")
    _, counts = bars(page)
    page.locator("details.table summary").focus()
    page.keyboard.press("Enter")
    rows = page.get_by_role("table").locator("tbody tr")
    assert [int(row.locator("td").first.inner_text()) for row in rows.all()] == counts
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text(re.compile(rf"^{counts[0]} articles?$"))


def test_the_whole_way_by_keyboard(site, opened):
    """From the first key to an article and back, without a mouse; the focus can be seen all the way."""
    page = opened(site)
    page.keyboard.press("Tab")
    expect(page.locator(".skip").nth(0)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".skip").nth(1)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("halving")
    expect(page.locator("#count")).to_have_text(COUNT)
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".title").first).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    expect(page.locator("article h1")).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_have_value("halving")


def test_why_a_result_stands_there(site, opened):
    """What ranked it unfolds, and adds up to its score."""
    page = opened(f"{site}/?q=bitcoin")
    page.get_by_text("Why this result").first.click()
    rows = page.locator(".why").first
    shares = [float(text) for text in rows.locator("tbody td:last-child").all_inner_texts()]
    assert sum(shares) == pytest.approx(float(rows.locator("tfoot td:last-child").first.inner_text()), abs=0.003)


def test_similar_articles_and_the_other_language_are_one_press_away(site, opened):
    """Each result leads to what is like it, and to its twin."""
    page = opened(f"{site}/?q=bitcoin+halving")
    page.get_by_role("link", name="Similar").first.click()
    expect(page.locator("h1")).to_have_text("Similar articles")
    expect(page.locator(".hit").first).to_be_visible()
    page.go_back()
    link = page.get_by_role("link", name="Також українською").first
    assert link.get_attribute("lang") == "uk"
    link.click()
    page.wait_for_url("**.uk?q=bitcoin+halving")
    expect(page.locator("article")).to_have_attribute("lang", "uk")


@pytest.mark.parametrize(("zone", "shown"), [("America/New_York", "19"), ("Asia/Tokyo", "20")])
def test_dates_are_of_the_readers_zone(site, opened, zone, shown):
    """The day is the one on the reader's calendar; what the server wrote, in UTC, is the title."""
    page = opened(f"{site}/?q=bitcoin&sort=oldest", timezone_id=zone)
    time = page.locator("time").first
    assert time.get_attribute("title").endswith("UTC")
    expected = page.evaluate(
        "([at, zone]) => new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'short', timeZone: zone})"
        ".format(new Date(at))",
        [time.get_attribute("datetime"), zone],
    )
    assert time.inner_text() == expected, shown


def test_it_speaks_ukrainian(site, opened):
    """To who prefers it, and to who switches; the switch is remembered, the question stays."""
    page = opened(f"{site}/?q=bitcoin", locale="uk-UA")
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    expect(page.locator("#count")).to_have_text(re.compile(r"^\d+ поді[яїй]"))
    page.get_by_role("link", name="English", exact=True).click()
    expect(page.locator("#count")).to_have_text(COUNT)
    assert "q=bitcoin" in page.url
    page.goto(site)
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_without_javascript_everything_works(site, opened):
    """Form, facets, chips, chart, tags, pages, why, languages: by links and forms alone."""
    page = opened(site, java_script_enabled=False)
    page.fill("#q", "bitcoin")
    page.get_by_role("button", name="Search", exact=True).click()
    every = found(page)
    assert page.locator("time").first.inner_text().endswith("UTC")
    page.locator("a[data-key='sentiment:NEGATIVE']").click()
    assert found(page) < every
    page.locator(".chips a").click()
    assert found(page) == every
    page.fill("#within", "etf")
    page.press("#within", "Enter")
    assert page.locator(".facet:has(#within) .value").all_inner_texts() == ["ETF"]
    page.locator("a[rel=next]").click()
    expect(page.locator(".pages")).to_contain_text("11 to 20")
    page.get_by_text("Why this result").first.click()
    expect(page.locator(".why").first).to_be_visible()
    page.locator("details.table summary").click()
    page.locator("details.table tbody a").first.click()
    assert found(page) < every
    page.get_by_role("link", name="Українська").click()
    expect(page.locator("#count")).to_have_text(re.compile("поді"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_filters_are_at_hand_on_every_screen(site, opened, theme, width):
    """On a phone they open over the results and close again; nothing is wider than the screen. Pictures are kept."""
    page = opened(f"{site}/?q=bitcoin", color_scheme=theme, viewport={"width": width, "height": 800})
    assert overflows(page) <= 0
    keep(page, f"search-{theme}-{width}")
    if width < 900:
        expect(page.locator("#filters")).to_be_hidden()
        page.get_by_role("link", name="Filters", exact=True).click()
        page.locator("a[data-key='source:blockwire']").click()
        expect(page.locator(".chips .chip")).to_have_count(1)
        page.get_by_role("link", name=re.compile("^Show ")).click()
    expect(page.locator(".hit").first).to_be_visible()


def test_paper_gets_the_results_alone(site, opened):
    """In print there are no filters, no form and no buttons."""
    page = opened(f"{site}/?q=bitcoin")
    page.emulate_media(media="print")
    for gone in ("#filters", "#search", ".pages", ".switch"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".hit").first).to_be_visible()


def test_the_chart_unfolds_on_a_phone(site, opened):
    """A link leads to it, and it stays: nothing is fetched anew for a place within the page."""
    page = opened(f"{site}/?q=bitcoin", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator("#chart")).to_be_hidden()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="Over time").click()
    expect(page.locator("#chart")).to_be_visible()
    page.wait_for_timeout(500)
    expect(page.locator("#chart")).to_be_visible()
    assert not [url for url in asked if "q=bitcoin" in url]
    page.go_back()
    expect(page.locator("#chart")).to_be_hidden()
