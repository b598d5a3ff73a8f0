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
    second = page.locator("lede-search").nth(1)
    expect(second.get_by_role("searchbox")).to_have_attribute("placeholder", "Пошук в архіві")
    second.get_by_role("searchbox").fill("біткоїн")
    expect(second.locator("li")).to_have_count(3)


def test_a_site_that_is_not_named_gets_nothing(pictured, embedding, opened):
    """Without the setting the browser hands neither script nor answer to another site."""
    page = opened(page_of(embedding, pictured, "refused"))
    assert not page.evaluate("Boolean(customElements.get('lede-search'))")
    assert page.evaluate(f"fetch('{pictured}/search?q=bitcoin').then(() => 'read', () => 'refused')") == "refused"
