"""Are recent and saved searches kept in the browser, and nowhere else?"""

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect


def test_recent_searches_are_listed_on_the_home_page(site, opened):
    """What was asked to its end, the last first, without half-typed texts; each leads back; they can be forgotten."""
    page = opened(f"{site}/?q=bitcoin&tag=ETF&utm_source=x&offset=0")
    page.fill("#q", "exchange")
    page.press("#q", "Enter")
    expect(page.locator("#results .hits:not(.skeleton)")).to_be_visible()
    page.wait_for_url("**q=exchange**")
    page.locator("#q").press_sequentially(" ha", delay=20)
    page.wait_for_url("**q=exchange+ha**")
    page.goto(f"{site}/?q=zorblax")
    page.goto(site)
    recent = page.locator("#searches li a")
    expect(recent).to_have_count(2)
    expect(recent.first).to_have_text("exchange · ETF")
    expect(recent.nth(1)).to_have_text("bitcoin · ETF")
    assert recent.nth(1).get_attribute("href") == "/?q=bitcoin&tag=ETF"
    recent.nth(1).click()
    expect(page.locator("#q")).to_have_value("bitcoin")
    page.goto(site)
    expect(recent.first).to_have_text("bitcoin · ETF")
    page.get_by_role("button", name="Forget: Recent").click()
    expect(recent).to_have_count(0)
    page.reload()
    expect(page.locator("#searches div")).to_have_count(0)


def test_a_search_is_saved_and_taken_back(site, opened):
    """The button says which; the list of saved ones stays when recent ones are forgotten; no cookie is set for it."""
    page = opened(f"{site}/?q=bitcoin")
    page.get_by_role("button", name="Save search").click()
    expect(page.get_by_role("button", name="Saved")).to_have_attribute("aria-pressed", "true")
    page.goto(site)
    page.get_by_role("button", name="Forget: Recent").click()
    expect(page.locator("#searches li a")).to_have_text(["bitcoin"])
    page.locator("#searches li a").click()
    page.get_by_role("button", name="Saved").click()
    expect(page.get_by_role("button", name="Save search")).to_be_visible()
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert names <= {"ui", "lede_visitor"}


def test_a_browser_that_keeps_nothing_still_searches(site, opened):
    """Storage that is full, or holds what another program wrote, is no error."""
    page = opened(site)
    page.evaluate("localStorage.setItem('lede-recent', '{broken'); localStorage.setItem('lede-saved', '[1,null,{}]')")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full') } }")
    page.fill("#q", "bitcoin")
    page.press("#q", "Enter")
    expect(page.locator("#results .hits:not(.skeleton)")).to_be_visible()
    page.goto(site)
    expect(page.locator("#searches div")).to_have_count(0)
