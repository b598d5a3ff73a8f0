"""Does the page say honestly how things stand: when nothing is found, nothing answers, or an article means harm?"""

import json
import re

import pytest

from browser.hostile import LONG, SCRIPT
from browser.screen import keep, overflows

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)


def test_nothing_found_says_what_to_change(site, opened):
    """The unknown word is named, a slip is put right and told, one press goes either way, filters can be left out."""
    page = opened(f"{site}/?q=zorblax&tag=ETF")
    expect(page.locator("#count")).to_have_text("Nothing found")
    expect(page.locator("main")).to_contain_text("No article contains zorblax.")
    expect(page.get_by_role("link", name="Search without the filters")).to_be_visible()
    keep(page, "nothing")
    page.goto(f"{site}/?q=bitconi+halving")
    expect(page.locator("main")).to_contain_text("Showing results for bitcoin halving")
    page.get_by_role("link", name="Search instead for bitconi halving", exact=True).click()
    page.wait_for_url("**correct=false")
    expect(page.locator("main")).to_contain_text("No article contains bitconi.")
    page.get_by_role("link", name="bitcoin halving", exact=True).click()
    expect(page.locator("#q")).to_have_value("bitcoin halving")


def test_an_error_names_its_remedy(site, opened):
    """A date that is none is refused with what to write instead, and the way on."""
    page = opened(f"{site}/?q=x&from=soon")
    expect(page.get_by_role("alert").first).to_contain_text("2026-02-05")
    page.goto(f"{site}/articles/no/such.en")
    expect(page.locator("h1")).to_have_text("Not found")


def test_offline_is_said_and_ends_by_itself(site, opened):
    """Without a connection the last answer stays and a banner says so; with one again, what was asked is answered."""
    page = opened(f"{site}/?q=exchange")
    before = page.locator("#count").inner_text()
    page.context.set_offline(True)
    page.fill("#q", "zorblax")
    expect(page.locator("#offline")).to_be_visible()
    assert page.locator("#count").inner_text() == before
    page.context.set_offline(False)
    expect(page.locator("#count")).to_have_text("Nothing found")
    expect(page.locator("#offline")).to_be_hidden()


def test_too_many_questions_are_asked_again(site, opened):
    """A 503 is shown, and the question asked again when the service said to come back."""
    page = opened(f"{site}/?q=exchange")
    refused = []

    def refuse(route):
        if refused:
            return route.continue_()
        refused.append(route)
        body = "<title>x</title><main id=main><section id=results><h1 id=count>Not just now</h1></section></main>"
        return route.fulfill(status=503, headers={"Retry-After": "1", "Content-Type": "text/html"}, body=body)

    page.route(re.compile(r"/\?q=zorblax"), refuse)
    page.fill("#q", "zorblax")
    expect(page.locator("#count")).to_have_text("Not just now")
    expect(page.locator("#count")).to_have_text("Nothing found")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/?q=quokka", "/?q=quokka&tag=%3Cscript%3Ealert(6)%3C/script%3E&lang=zz", "/"])
def test_hostile_articles_are_text(hostile, opened, path, width):
    """Markup shows as it is written, nothing runs, no link leads to a script, no layout breaks."""
    page = opened(hostile + path, viewport={"width": width, "height": 800})
    if path != "/?q=quokka&tag=%3Cscript%3Ealert(6)%3C/script%3E&lang=zz":
        shown = page.locator(".hits").get_by_text("<script>document.title", exact=False).first
        expect(shown).to_be_visible()
        expect(page.locator(".hit")).to_have_count(7)
    assert page.locator("script").count() == 1
    assert page.locator("main img").count() == 0
    assert page.locator("a[href^='javascript' i]").count() == 0
    assert "taken" not in page.title()
    for summary in page.locator("main details summary").all():
        if summary.is_visible():
            summary.click()
    assert overflows(page) <= 0
    if path == "/?q=quokka":
        keep(page, f"hostile-{width}", full_page=True)


@pytest.mark.parametrize("kind", ["script", "link", "bidi", "broken", "long", "sentence"])
def test_a_hostile_article_is_text(hostile, opened, kind):
    """The same on its own page, on a phone."""
    page = opened(f"{hostile}/articles/2026/02/{kind}.en", viewport={"width": 360, "height": 700})
    title = {"script": SCRIPT, "long": LONG}.get(kind, "Quokka")
    expect(page.locator("h1")).to_contain_text(title)
    assert page.locator("script:not([type='application/ld+json'])").count() == 1
    described = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert title in described["headline"]
    assert page.title() != "taken"
    assert page.locator("a[href^='javascript' i]").count() == 0
    assert overflows(page) <= 0


def elsewhere(page):
    """The requests that a page makes to other hosts, which are answered here."""
    asked = []

    def answer(route):
        asked.append(route.request)
        route.fulfill(body=PIXEL, content_type="image/png")

    page.route(lambda url: not url.startswith("http://127.0.0.1"), answer)
    return asked


def test_nothing_is_loaded_from_elsewhere(site, opened):
    """By default no request leaves the host, and there are no images."""
    page = opened("about:blank")
    asked = elsewhere(page)
    page.goto(f"{site}/?q=bitcoin")
    expect(page.locator(".hit").first).to_be_visible()
    assert page.locator("img").count() == 0
    assert asked == []


def test_images_come_from_the_host_that_is_set(pictured, opened):
    """With the setting images of that host are shown, loaded late, without a referrer; nothing else is."""
    page = opened("about:blank")
    asked = elsewhere(page)
    page.goto(f"{pictured}/?q=bitcoin")
    cover = page.locator("img.cover").first
    expect(cover).to_be_visible()
    page.wait_for_function("document.querySelector('img.cover').naturalWidth > 0")
    assert cover.get_attribute("loading") == "lazy"
    assert {request.url.split("/")[2] for request in asked} == {"images.example.org"}
    assert {request.headers.get("referer") for request in asked} == {None}


def test_the_state_of_the_archive_can_be_read(site, opened, samples):
    """Generation, counts, builds and slow questions stand on a page of their own; no path of the machine does."""
    page = opened(f"{site}/?q=zorblax")
    page.get_by_role("link", name="State of the archive").click()
    main = page.locator("main")
    expect(main).to_contain_text(samples.report["generation"])
    expect(main).to_contain_text("zorblax")
    assert str(samples.index.parent) not in page.content()
