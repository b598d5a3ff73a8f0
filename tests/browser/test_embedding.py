"""Does the box work on a page of another site, as the example says, and only where the setting allows it?"""

import re

import pytest
from conftest import REPOSITORY

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

EXAMPLE = REPOSITORY / "examples" / "embed" / "index.html"


def page_of(embedding, address, name):
    """The example, asking the service at this address, on the other site."""
    text = EXAMPLE.read_text(encoding="utf-8")
    assert "http://127.0.0.1:8080" in text
    embedding.pages[f"/{name}.html"] = text.replace("http://127.0.0.1:8080", address)
    return f"{embedding.url}/{name}.html"


def test_the_example_searches_from_another_site(site, embedding, opened):
    """Typing finds, marks and links; the box takes the page's colours; Esc clears it; the language is the page's."""
    page = opened(page_of(embedding, site, "allowed"))
    box = page.locator("lede-search").first
    box.get_by_role("searchbox").fill("bitcoin")
    expect(box.get_by_role("status")).to_have_text(re.compile(r"Articles found: \d+"))
    expect(box.locator("li")).to_have_count(5)
    expect(box.locator("mark").first).to_have_text(re.compile("bitcoin", re.I))
    assert box.locator("li a").first.get_attribute("href").startswith(f"{site}/articles/")
    assert box.get_by_role("link", name="All results").get_attribute("href") == f"{site}/?q=bitcoin"
    ink = page.evaluate(
        "getComputedStyle(document.querySelector('lede-search').shadowRoot.querySelector('input')).color"
    )
    assert ink == "rgb(20, 40, 60)"
    box.get_by_role("searchbox").fill("zorblax")
    expect(box.get_by_role("status")).to_have_text("Nothing found")
    box.get_by_role("searchbox").press("Escape")
    expect(box.get_by_role("status")).to_have_text("")
    second = page.locator("lede-search").nth(2)
    expect(second.get_by_role("searchbox")).to_have_attribute("placeholder", "Пошук в архіві")
    second.get_by_role("searchbox").fill("біткоїн")
    expect(second.locator("li")).to_have_count(3)


def test_arrows_lead_through_the_results(site, embedding, opened):
    """From the box to the first, to the second and back; the last leads to all results."""
    page = opened(page_of(embedding, site, "arrows"))
    box = page.locator("lede-search").first
    box.get_by_role("searchbox").fill("bitcoin")
    expect(box.locator("li")).to_have_count(5)
    page.keyboard.press("ArrowDown")
    expect(box.locator("li a").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(box.locator("li a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box.get_by_role("searchbox")).to_be_focused()
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    expect(box.get_by_role("link", name="All results")).to_be_focused()


def test_a_slip_is_told_and_what_is_near_is_shown(site, embedding, opened):
    """A sure correction is applied and can be undone; where nothing answers, the nearest articles are named."""
    page = opened(page_of(embedding, site, "slips"))
    box = page.locator("lede-search").first
    box.get_by_role("searchbox").fill("bitcion outflows")
    box.get_by_role("searchbox").press("Enter")
    expect(box.locator("[part=hint]")).to_contain_text("bitcoin outflows")
    instead = box.get_by_role("link", name="Search instead for bitcion outflows")
    assert "correct=false" in instead.get_attribute("href")
    box.get_by_role("searchbox").fill("gardening tips for roses")
    box.get_by_role("searchbox").press("Enter")
    expect(box.get_by_role("status")).to_contain_text("Nearest in meaning:")
    assert box.locator("li a").count() > 0


def test_ctrl_k_opens_the_modal_box(site, embedding, opened):
    """It has the focus; Esc closes it, and the focus is where it was; the button opens it too."""
    page = opened(page_of(embedding, site, "modal"))
    modal = page.locator("lede-search[modal]")
    expect(modal.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(modal.get_by_role("dialog")).to_be_visible()
    expect(modal.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("bitcoin")
    expect(modal.locator("li")).to_have_count(5)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(modal.get_by_role("dialog")).to_have_count(0)
    modal.get_by_role("button").click()
    expect(modal.get_by_role("searchbox")).to_be_focused()
    page.evaluate("document.querySelector('lede-search[modal]').remove()")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_filters_and_pictures_are_attributes(site, embedding, opened):
    """Each filter is asked with every question; pictures are loaded only where they are wanted, without a referrer."""
    page = opened(page_of(embedding, site, "attributes"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        """() => {
            const made = document.createElement("lede-search");
            for (const [name, value] of [["id", "own"], ["source", "blockwire, decrypt"], ["language", "en"],
                ["from", "2025-10-01"], ["category", "BTC"], ["limit", "2"], ["filter-unknown", "x"]])
                made.setAttribute(name, value);
            document.body.append(made);
        }"""
    )
    box = page.locator("#own")
    box.get_by_role("searchbox").fill("bitcoin")
    expect(box.get_by_role("status")).to_have_text("The service cannot be reached.")
    wanted = "source=blockwire&source=decrypt&category=BTC&lang=en&from=2025-10-01&unknown=x&limit=2"
    assert any(wanted in url for url in asked)
    page.evaluate("document.querySelector('#own').removeAttribute('filter-unknown')")
    box.get_by_role("searchbox").fill("bitcoin etf")
    expect(box.get_by_role("status")).to_have_text(re.compile(r"Articles found: \d+"))
    assert box.locator("img").count() == 0
    page.evaluate("document.querySelector('#own').setAttribute('thumbnails', '')")
    page.route("https://**", lambda route: route.abort())
    with page.expect_request(re.compile("^https://images[.]example[.]org/")) as loaded:
        box.get_by_role("searchbox").fill("bitcoin")
    assert "referer" not in loaded.value.headers


def test_a_site_that_is_not_named_gets_nothing(pictured, embedding, opened):
    """Without the setting the browser hands neither script nor answer to another site."""
    page = opened(page_of(embedding, pictured, "refused"))
    assert not page.evaluate("Boolean(customElements.get('lede-search'))")
    assert page.evaluate(f"fetch('{pictured}/search?q=bitcoin').then(() => 'read', () => 'refused')") == "refused"
